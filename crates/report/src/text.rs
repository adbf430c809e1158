//! Sheets and explanations as text for a terminal or a printer.

use crate::because::Said;
use crate::table::{pad, wrap};
use crate::told::{self, Basis, Why};
use crate::words::{day_of, either, item_mark, sign};
use crate::{Input, RouteTo, Row, Sheet, Standing};
use judge::Explanation;
use rulebook::{Edition, Rule, Rulebook};
use std::fmt::Write as _;
use verdict::{Outcome, OutcomeSet};
use vocabulary::Vocabulary;

/// Cells of a line.
const LINE: usize = 96;

/// Writes wrapped text with a hanging indent.
pub(crate) fn para(out: &mut String, indent: usize, hang: usize, text: &str) {
    for (i, line) in wrap(text, LINE - indent - hang).iter().enumerate() {
        let lead = if i == 0 { indent } else { indent + hang };
        let _ = writeln!(out, "{}{line}", " ".repeat(lead));
    }
}

/// The head of a paper: titles, the day, and by which rules.
pub(crate) fn head(out: &mut String, titles: &[String], day: &str, edition: &str, revision: u32) {
    let rule = "=".repeat(LINE);
    let _ = writeln!(out, "{rule}\n{}", titles.join("\n"));
    let _ = writeln!(out, "{day}    第{edition}版(規則の改訂 {revision})\n{rule}");
}

/// A whole sheet.
pub fn sheet(s: &Sheet, vocabulary: &Vocabulary) -> String {
    let mut out = String::new();
    let kind = s.kind.as_deref().map(|k| format!("・{k}")).unwrap_or_default();
    let title = format!("{}(施設番号 {}{kind})", s.name, s.institution);
    let day = format!("いつの時点の結果か: {}", day_of(&s.on));
    head(&mut out, &[title], &day, &s.edition, s.revision);
    para(&mut out, 0, 2, &format!("結果: {}", s.route.sentence));
    if let Some(next) = told::first_step(s) {
        para(&mut out, 0, 2, &format!("次にすること: {next}"));
    }
    out.push('\n');
    if !s.route.because.is_empty() {
        let _ = writeln!(out, "■ どの編を読むかの、わけ");
        for b in &s.route.because {
            para(&mut out, 2, 2, b);
        }
        out.push('\n');
    }
    rows(&mut out, s);
    if !s.tasks.is_empty() {
        let _ = writeln!(out, "■ {}", told::tasks_title(s));
        for (i, t) in s.tasks.iter().enumerate() {
            para(&mut out, 2, 3, &format!("{}. {}", i + 1, t.title));
            para(&mut out, 5, 0, &t.why);
            let _ = writeln!(out, "     だれが: {}  いつまでに: {}", t.who, t.by);
        }
        out.push('\n');
    }
    if let Some(n) = &s.next_change {
        para(&mut out, 0, 2, &format!("次に結果が変わりうる日: {}({})", day_of(&n.on), n.items.join("、")));
        out.push('\n');
    }
    coverage(&mut out, s);
    terms(&mut out, vocabulary);
    foot(&mut out, &s.notice);
    out
}

fn rows(out: &mut String, s: &Sheet) {
    let _ = writeln!(out, "■ 項目ごとの結果");
    for row in &s.rows {
        let today = Cell::of(&row.today);
        let _ = writeln!(out, "  {} {} {}", today.sign, pad(&row.mark, 8), row.title);
        para(out, 13, 0, &today.text);
        if let Some((then, m)) = told::differs_then(s, row).zip(s.milestone.as_ref()) {
            let text = format!(
                "{}には、今の状態が続くとすれば「{}」",
                vocabulary::date::parse(&m.on).map_or(m.on.clone(), vocabulary::date::japanese),
                then.word
            );
            para(out, 13, 0, &text);
        }
        if row.today.advice_left {
            para(out, 13, 0, "やっておくと安心なことが残っています。");
        }
    }
    if let Some(line) = &s.collapsed {
        para(out, 2, 0, line);
    }
    out.push('\n');
}

struct Cell {
    sign: &'static str,
    text: String,
}

impl Cell {
    fn of(s: &Standing) -> Cell {
        let mut text = s.word.clone();
        if s.outcomes.len() > 1 && s.word.starts_with("あと") {
            text = format!("{text}({})", either(s.outcomes));
        }
        Cell { sign: sign(s.outcomes, s.prospect.is_some()), text }
    }
}

fn coverage(out: &mut String, s: &Sheet) {
    let _ = writeln!(out, "■ 確認範囲(規則にした項目 / 知られている項目)");
    for c in &s.coverage {
        let whole = if c.complete { "全部を確認" } else { "原本は未確認" };
        para(
            out,
            2,
            4,
            &format!("{} {}/{} {whole}。未見: {}", c.part, c.ruled, c.known, c.unseen.join("、")),
        );
    }
    out.push('\n');
}

/// The glossary entries of the words that stand in the text.
pub(crate) fn terms(out: &mut String, vocabulary: &Vocabulary) {
    let used = told::terms(out, vocabulary);
    if used.is_empty() {
        return;
    }
    let _ = writeln!(out, "■ ことば");
    let mut line = String::new();
    for t in used {
        let entry = format!("{}: {}  ", t.term, t.plain);
        if crate::table::width(&line) + crate::table::width(&entry) > LINE - 2 && !line.is_empty() {
            let _ = writeln!(out, "  {}", line.trim_end());
            line.clear();
        }
        line.push_str(&entry);
    }
    let _ = writeln!(out, "  {}", line.trim_end());
    out.push('\n');
}

pub(crate) fn foot(out: &mut String, notice: &str) {
    let _ = writeln!(out, "{}", "-".repeat(LINE));
    para(out, 0, 0, notice);
}

/// One rule explained.
pub fn explanation(input: &Input<'_>, s: &Sheet, row: &Row) -> String {
    let mut out = String::new();
    let (Some(e), Some(rule)) = (&row.explanation, input.edition.rule(&row.item)) else { return out };
    let _ = writeln!(out, "{} {}({})", row.mark, row.title, row.item);
    para(&mut out, 0, 2, &format!("結果: {}", Cell::of(&row.today).text));
    if let Some(next) = told::next_step(s, row) {
        para(&mut out, 0, 2, &format!("次にすること: {next}"));
    }
    let _ = writeln!(out, "いつの時点の結果か: {}", day_of(&e.judged_on));
    if let (Some(then), Some(m)) = (&row.then, &s.milestone) {
        para(&mut out, 0, 2, &format!("{}(今の状態が続くとすれば): {}", day_of(&m.on), Cell::of(then).text));
    }
    para(&mut out, 0, 2, &format!("要旨: {}", rule.summary));
    out.push('\n');
    let _ = writeln!(out, "■ わけ(○ 満たす  × 満たさない  ？ まだわからない)");
    why(&mut out, e);
    if let (Some(coming), Some(m)) = (&row.explanation_then, &s.milestone) {
        let _ = writeln!(out, "■ {}の、わけ(今の状態が続くとすれば)", day_of(&m.on));
        why(&mut out, coming);
    }
    let asked = told::asked(row).unwrap_or(e);
    questions(&mut out, asked);
    changed(&mut out, asked);
    advice_and_pending(&mut out, row);
    basis(&mut out, &Basis::of(input.book, input.edition, rule, e));
    terms(&mut out, input.vocabulary);
    foot(&mut out, &s.notice);
    out
}

fn why(out: &mut String, e: &Explanation) {
    let told = Why::of(e);
    for said in &told.deemings {
        lines(out, said, 0);
    }
    for u in &told.units {
        para(out, 2, 2, &format!("{}: {}", u.name, either(u.outcomes)));
        for said in &u.blocks {
            lines(out, said, 1);
        }
    }
    for note in &told.notes {
        para(out, 2, 2, note);
    }
    out.push('\n');
}

/// A sentence and what is below it, two cells further in a step.
fn lines(out: &mut String, said: &Said, depth: usize) {
    let sign = said.sign.map(|s| format!("{} ", s.mark())).unwrap_or_default();
    para(out, 2 + depth * 2, 2, &format!("{sign}{}{}", said.text, said.source));
    for below in &said.below {
        lines(out, below, depth + 1);
    }
}

fn questions(out: &mut String, e: &Explanation) {
    let told = told::questions(e);
    if told.shown.is_empty() {
        return;
    }
    let _ = writeln!(out, "■ 次の問い");
    for q in &told.shown {
        para(out, 2, 2, &q.text);
        let _ = writeln!(out, "    答えられる人: {}", q.answered_by);
        for (answer, set) in q.decides {
            para(out, 4, 2, &format!("{answer} → {}", either(*set)));
        }
    }
    if told.more > 0 {
        let _ = writeln!(out, "  ほかに{}問あります。", told.more);
    }
    out.push('\n');
}

fn changed(out: &mut String, e: &Explanation) {
    let Some((changes, after)) = told::changes(e) else { return };
    let _ = writeln!(out, "■ もし");
    for c in &changes.shown {
        para(out, 2, 2, c);
    }
    if changes.more > 0 {
        let _ = writeln!(out, "  ほか{}件", changes.more);
    }
    para(out, 2, 2, &format!("→ {}", either(after)));
    out.push('\n');
}

fn advice_and_pending(out: &mut String, row: &Row) {
    if row.today.advice_left {
        let _ = writeln!(out, "■ やっておくと安心です");
        let _ = writeln!(out, "  推奨のうち、まだのものがあります。");
        out.push('\n');
    }
    if !row.today.pending.is_empty() {
        let _ = writeln!(out, "■ 国で検討中(7.1版 {})", row.today.pending.join("・"));
        let _ = writeln!(out, "  未遵守の数や順位には加えません。");
        out.push('\n');
    }
}

fn basis(out: &mut String, told: &Basis<'_>) {
    let _ = writeln!(out, "■ 出典");
    for source in told.sources {
        para(out, 2, 2, source);
    }
    para(out, 2, 2, &format!("根拠の種類: {}  {}", told.kind, told.page));
    para(out, 2, 2, &told.confirmed);
    if !told.readings.is_empty() {
        let _ = writeln!(out, "■ 解釈(私たちの読み方。専門家の確認はまだ)");
        for r in &told.readings {
            para(out, 2, 2, &format!("{} {}: {}", r.id, r.title, r.default_text));
            if let Some((text, set)) = &r.other {
                para(out, 4, 2, &format!("別の読み方「{text}」なら: {}", either(*set)));
            }
        }
    }
    if let Some(change) = told.change {
        let _ = writeln!(out, "■ 版の差");
        para(out, 2, 2, change);
    }
    out.push('\n');
}

/// One screen over several institutions: who must read what, who is not ready.
pub fn overview(sheets: &[Sheet]) -> String {
    let mut out = String::new();
    if let Some(m) = sheets.iter().find_map(|s| s.milestone.as_ref()) {
        let _ = writeln!(out, "{}({})まで あと{}日", m.name, m.on, m.days_left.max(0));
        out.push('\n');
    }
    let head = [pad("施設", 26), pad("読む編", 32), pad("きょう", 20), "二要素認証の基準日には".to_owned()];
    let _ = writeln!(out, "{}", head.concat());
    let _ = writeln!(out, "{}", "-".repeat(LINE));
    for s in sheets {
        let route = match s.route.to {
            RouteTo::Outsourced => "概説編・保守委託機関編",
            RouteTo::Full => "概・経営・企画・運用編",
            RouteTo::Undecided => "未確定(契約を確かめる)",
        };
        let _ = writeln!(
            out,
            "{}{}{}{}",
            pad(&s.name, 26),
            pad(route, 32),
            pad(&count(s, |r| Some(&r.today)), 20),
            ready(s)
        );
    }
    out.push('\n');
    let _ = writeln!(out, "○ できています  × まだできていません  待 次の更改まで待てます  ？ まだわからない");
    out
}

fn count(s: &Sheet, pick: impl Fn(&Row) -> Option<&Standing>) -> String {
    let all: Vec<&Standing> = s.rows.iter().filter_map(pick).collect();
    let unknown = all.iter().filter(|s| s.outcomes.len() > 1).count();
    // Pending issues are never counted as 未遵守.
    let of = |o: Outcome| {
        all.iter()
            .filter(|s| s.outcomes.decided() == Some(o) && (o != Outcome::NotMet || s.pending.is_empty()))
            .count()
    };
    format!("？{unknown} ×{} ○{}", of(Outcome::NotMet), of(Outcome::Met) + of(Outcome::DeemedMet))
}

/// The items that change by the milestone, at their worst; `None` where none does.
fn at_milestone(s: &Sheet) -> Option<OutcomeSet> {
    s.rows
        .iter()
        .filter(|r| {
            r.today.prospect.is_some() || r.then.as_ref().is_some_and(|t| t.outcomes != r.today.outcomes)
        })
        .filter_map(|r| r.then.as_ref().map(|t| t.outcomes))
        .reduce(OutcomeSet::worst_with)
}

/// How the items of two-factor authentication stand on the milestone.
fn ready(s: &Sheet) -> String {
    match at_milestone(s) {
        None => "変わりません".into(),
        Some(w) => match w.decided() {
            Some(Outcome::NotMet) => "× まだできていません".into(),
            Some(Outcome::Relief) => "待 次の更改まで待てます".into(),
            Some(_) => "○ できています".into(),
            None if w.contains(Outcome::NotMet) => "？ まだわかりません".into(),
            None => "○ できる見込みです".into(),
        },
    }
}

/// Many institutions counted: a line a kind, by what they must read and how
/// the milestone finds them. Everyone appears in each half exactly once.
pub fn prefecture(sheets: &[Sheet]) -> String {
    let mut kinds: Vec<&str> = Vec::new();
    for s in sheets {
        let kind = s.kind.as_deref().unwrap_or("種別がわからない");
        if !kinds.contains(&kind) {
            kinds.push(kind);
        }
    }
    let mut out = String::new();
    let _ = writeln!(out, "全部で{}施設。二要素認証の基準日には、今の状態が続くとすれば:", sheets.len());
    let head = ["種別", "施設", "保守委託機関編", "ほかの編", "未確定", "○", "待", "×", "？", "変わらない"];
    let _ = writeln!(out, "{}", columns(head.map(str::to_owned)));
    let _ = writeln!(out, "{}", "-".repeat(LINE));
    for kind in kinds {
        let mine = |s: &&Sheet| s.kind.as_deref().unwrap_or("種別がわからない") == kind;
        let _ = writeln!(out, "{}", columns(tally(kind, sheets.iter().filter(mine))));
    }
    let _ = writeln!(out, "{}", columns(tally("全部", sheets.iter())));
    out
}

/// The numbers of one line.
fn tally<'a>(name: &str, sheets: impl Iterator<Item = &'a Sheet> + Clone) -> [String; 10] {
    let number = |fits: &dyn Fn(&Sheet) -> bool| sheets.clone().filter(|s| fits(s)).count().to_string();
    let route = |to| number(&|s: &Sheet| s.route.to == to);
    let sign = |sign: char| number(&|s: &Sheet| ready(s).starts_with(sign));
    [
        name.to_owned(),
        number(&|_| true),
        route(RouteTo::Outsourced),
        route(RouteTo::Full),
        route(RouteTo::Undecided),
        sign('○'),
        sign('待'),
        sign('×'),
        sign('？'),
        sign('変'),
    ]
}

fn columns(cells: [String; 10]) -> String {
    let widths = [16, 8, 18, 12, 10, 6, 6, 6, 6, 0];
    cells.iter().zip(widths).map(|(c, w)| pad(c, w)).collect()
}

/// A rule for people: `rulebook show`.
pub fn rule(book: &Rulebook, edition: &Edition, rule: &Rule, block: &str) -> String {
    let mut out = String::new();
    let _ = writeln!(out, "{} {}({})", item_mark(book, rule), rule.front.title, rule.front.id);
    let _ = writeln!(out, "種類: {}  根拠の種類: {}  {}", rule.front.kind, rule.front.basis, edition.title);
    out.push('\n');
    para(&mut out, 0, 0, &rule.summary);
    out.push('\n');
    out.push_str(block);
    out.push('\n');
    para(&mut out, 0, 0, &rule.interpretation);
    for source in &rule.front.sources {
        para(&mut out, 0, 2, &format!("出典: {source}"));
    }
    foot(&mut out, &crate::notice(edition));
    out
}
