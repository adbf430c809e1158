//! A census for a terminal or a printer.

use super::{AnswerCounts, CensusSheet, Group, TargetCounts, Wanted};
use crate::table::{pad, width};
use crate::text::{foot, head, para};
use crate::words::day_of;
use std::fmt::Write as _;

/// A census as text.
pub fn text(s: &CensusSheet) -> String {
    let mut out = String::new();
    let all = s.groups.first().map_or_else(String::new, |g| g.institutions.to_string());
    let day = format!("いつの時点の結果か: {}", day_of(&s.on));
    head(&mut out, &[format!("{all}施設の集計")], &day, &s.edition, s.revision);
    if s.published {
        let _ = writeln!(out, "公表用です。施設の名は出さず、5に満たない数と、それがわかる数は * にします。");
    }
    out.push('\n');
    if let Some(answer) = &s.answer {
        if let Some(handle) = &answer.handle {
            para(&mut out, 0, 0, handle);
            out.push('\n');
        }
        let _ = writeln!(out, "■ 聞いたこと(全部にあてはまる施設)");
        answer.asked.iter().for_each(|a| para(&mut out, 2, 0, a));
        out.push('\n');
        counts(&mut out, &answer.groups);
        for word in ["該当", "不明"] {
            let rows: Vec<_> = answer.institutions.iter().filter(|i| i.answer == word).collect();
            if !rows.is_empty() {
                let _ = writeln!(out, "■ {word}の施設");
                for row in rows {
                    let _ = writeln!(out, "  {}  {}  {}", row.id, pad(&row.name, 28), row.group);
                }
                out.push('\n');
            }
        }
        let _ = writeln!(out, "不明は、聞けばわかる施設です。該当でないとは限りません。\n");
    } else {
        for group in &s.groups {
            items(&mut out, group);
        }
    }
    if !s.targets.is_empty() {
        let _ = writeln!(out, "■ 国の目標(現状・差)。ガイドラインの項目ではありません");
        s.targets.iter().for_each(|t| target(&mut out, t));
        out.push('\n');
    }
    foot(&mut out, &s.notice);
    out
}

fn right(text: &str, to: usize) -> String {
    format!("{}{text}", " ".repeat(to.saturating_sub(width(text))))
}

fn items(out: &mut String, group: &Group) {
    let _ = writeln!(out, "■ {}({}施設)", group.name, group.institutions);
    let heads: Vec<&str> = Wanted::ALL.iter().map(|w| w.head()).collect();
    let line: String = heads.iter().map(|h| right(h, width(h) + 2)).collect();
    let _ = writeln!(out, "  {}{line}", pad("項目", 10));
    for item in &group.items {
        let line: String =
            item.counts.iter().zip(&heads).map(|((_, c), h)| right(&c.to_string(), width(h) + 2)).collect();
        let _ = writeln!(out, "  {}{line}  {}", pad(&item.mark, 10), item.title);
    }
    out.push('\n');
}

fn counts(out: &mut String, groups: &[AnswerCounts]) {
    let wide = groups.iter().map(|g| width(&g.name)).max().unwrap_or(0).max(4) + 2;
    let _ =
        writeln!(out, "  {}{}{}{}", pad("", wide), right("該当", 8), right("不明", 8), right("非該当", 8));
    for g in groups {
        let _ = writeln!(
            out,
            "  {}{}{}{}",
            pad(&g.name, wide),
            right(&g.holds.to_string(), 8),
            right(&g.unknown.to_string(), 8),
            right(&g.no.to_string(), 8)
        );
    }
    out.push('\n');
}

fn target(out: &mut String, t: &TargetCounts) {
    let by = t.by.as_deref().map(|b| format!("。時期: {b}")).unwrap_or_default();
    para(
        out,
        2,
        0,
        &format!("{}({}): {}{by}", t.subject, t.institutions.join("・"), t.goal.trim_end_matches('。')),
    );
    if let Some(figure) = &t.figure {
        para(out, 4, 0, &format!("資料の数字: {figure}"));
    }
    if t.undecided {
        para(out, 4, 0, "目標がまだ無いので、数えません。");
    }
    for g in &t.groups {
        let _ = writeln!(
            out,
            "    {}届いた {}  まだ(差) {}  わからない {}  対象 {}",
            pad(&g.name, 20),
            right(&g.reached.to_string(), 4),
            right(&g.missing.to_string(), 4),
            right(&g.unknown.to_string(), 4),
            right(&g.all.to_string(), 4)
        );
    }
    para(out, 4, 0, &format!("出典: {}", t.source));
}
