//! Sheets and explanations as text for a terminal or a printer.

use crate::because::{TreeLine, subject, tree};
use crate::table::{pad, wrap};
use crate::words::{day_of, either, item_mark, sign};
use crate::{Input, RouteTo, Row, Sheet, Standing};
use judge::{Explanation, Reason, ReasonKind, State};
use rulebook::{Edition, Rule, Rulebook};
use std::fmt::Write as _;
use verdict::{Outcome, OutcomeSet, Truth};
use vocabulary::Vocabulary;

/// Cells of a line.
const LINE: usize = 96;

/// Writes wrapped text with a hanging indent.
fn para(out: &mut String, indent: usize, hang: usize, text: &str) {
    for (i, line) in wrap(text, LINE - indent - hang).iter().enumerate() {
        let lead = if i == 0 { indent } else { indent + hang };
        let _ = writeln!(out, "{}{line}", " ".repeat(lead));
    }
}

/// A whole sheet.
pub fn sheet(s: &Sheet, vocabulary: &Vocabulary) -> String {
    let mut out = String::new();
    let kind = s.kind.as_deref().map(|k| format!("・{k}")).unwrap_or_default();
    let _ = writeln!(out, "{}", "=".repeat(LINE));
    let _ = writeln!(out, "{}(施設番号 {}{kind})", s.name, s.institution);
    let _ = writeln!(
        out,
        "いつの時点の結果か: {}    第{}版(規則の改訂 {})",
        day_of(&s.on),
        s.edition,
        s.revision
    );
    let _ = writeln!(out, "{}", "=".repeat(LINE));
    para(&mut out, 0, 2, &format!("結果: {}", s.route.sentence));
    if let Some(task) = s.tasks.first() {
        para(&mut out, 0, 2, &format!("次にすること: {}", task.title));
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
        let _ = writeln!(out, "■ 次の三つ");
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
        if let (Some(then), Some(m)) = (&row.then, &s.milestone)
            && then.word != row.today.word
            && row.today.prospect.as_ref().is_none_or(|(d, _)| *d != m.on)
        {
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
fn terms(out: &mut String, vocabulary: &Vocabulary) {
    let used: Vec<_> = vocabulary.glossary().iter().filter(|t| out.contains(&t.term)).collect();
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
    let next = s.tasks.iter().find(|t| t.item == row.item).map(|t| t.title.clone());
    let next =
        next.or_else(|| row.explanation_then.as_ref().unwrap_or(e).questions.first().map(|q| q.text.clone()));
    if let Some(next) = next {
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
    let asked = row.explanation_then.as_ref().unwrap_or(e);
    questions(&mut out, asked);
    changed(&mut out, asked);
    advice_and_pending(&mut out, row);
    basis(&mut out, input.book, input.edition, rule, e);
    terms(&mut out, input.vocabulary);
    foot(&mut out, &s.notice);
    out
}

fn why(out: &mut String, e: &Explanation) {
    let mut lines = Vec::new();
    for d in &e.deemings {
        lines.push(TreeLine {
            depth: 0,
            text: format!(
                "{} みなし: 対象 {}、資格 {}、条件 {}",
                mark(d.target.truth.and(d.eligible.truth).and(d.condition)),
                mark(d.target.truth),
                mark(d.eligible.truth),
                mark(d.condition)
            ),
        });
        if d.eligible.truth != Truth::True {
            for r in &d.eligible.reasons {
                tree(&briefly(r), 1, None, &mut lines);
            }
        }
    }
    for u in &e.units {
        let name = u.subject.as_ref().map_or_else(|| "まだ書いていない物".to_owned(), subject);
        lines.push(TreeLine { depth: 0, text: format!("{name}: {}", either(u.outcomes)) });
        let of = u.subject.as_ref().map(|s| s.id.clone());
        for b in &u.blocks {
            lines.push(TreeLine {
                depth: 1,
                text: block_sentence(&b.word, b.truth, b.reasons.is_empty()).to_owned(),
            });
            for r in &b.reasons {
                tree(r, 2, of.as_deref(), &mut lines);
            }
        }
    }
    if let Some(kind) = &e.open_kind {
        lines.push(TreeLine {
            depth: 0,
            text: format!("まだ書いていない{kind}があれば、結果が変わることがあります。"),
        });
    }
    for a in &e.alternatives {
        lines.push(TreeLine {
            depth: 0,
            text: format!("代わりの方法「{a}」で満たしています(公開文書1件による。公式本文で未確認)。"),
        });
    }
    for line in lines {
        para(out, 2 + line.depth * 2, 2, line.text.trim_end());
    }
    out.push('\n');
}

/// A reason with the first rows of each range only: the route has its own place.
fn briefly(r: &Reason) -> Reason {
    let mut out = r.clone();
    if let ReasonKind::Range { left_out, .. } = &mut out.kind {
        left_out.clear();
        out.children.truncate(2);
    }
    out.children = out.children.iter().map(briefly).collect();
    out
}

/// What a block says, by its truth.
fn block_sentence(word: &str, truth: Truth, plain: bool) -> &'static str {
    let pick = |yes, no, unknown| match truth {
        Truth::True => yes,
        Truth::False => no,
        Truth::Unknown => unknown,
    };
    match word {
        "施行" if plain => {
            pick("施行の日を過ぎています", "まだ施行の日の前です", "施行の日の前か、わかりません")
        }
        "施行" => {
            pick("施行の日より先に問われます", "まだ施行の日の前です", "先に問われるかは、まだわかりません")
        }
        "対象" => pick("対象にあたります", "対象にあたりません", "対象かは、まだわかりません"),
        "除く" => {
            pick("除くものにあたります", "除くものにはあたりません", "除くものかは、まだわかりません")
        }
        "要件" => pick("要件を満たします", "要件を満たしません", "要件を満たすかは、まだわかりません"),
        "緩和 とき" => {
            pick("待てる条件にあたります", "待てる条件にはあたりません", "待てる条件かは、まだわかりません")
        }
        "緩和 終了" => pick(
            "待てる期間は終わりました",
            "待てる期間は続いています",
            "待てる期間が続くかは、まだわかりません",
        ),
        _ => pick("あたります", "あたりません", "まだわかりません"),
    }
}

fn mark(t: Truth) -> &'static str {
    crate::because::mark(t)
}

fn questions(out: &mut String, e: &Explanation) {
    if e.questions.is_empty() {
        return;
    }
    let _ = writeln!(out, "■ 次の問い");
    for q in e.questions.iter().take(5) {
        let about = q.subject.as_ref().map(subject).unwrap_or_default();
        let text = match (&q.wanted_evidence, q.state) {
            (Some(kind), _) => format!("{about}の「{}」を示す{kind}はありますか。", q.word),
            (None, State::Conflict) => format!("{about}の「{}」は、どれが正しいですか。", q.word),
            _ => format!("{about}: {}", q.text),
        };
        para(out, 2, 2, &text);
        let _ = writeln!(out, "    答えられる人: {}", q.answered_by.join("、"));
        for (answer, set) in &q.decides {
            para(out, 4, 2, &format!("{answer} → {}", either(*set)));
        }
    }
    if e.questions.len() > 5 {
        let _ = writeln!(out, "  ほかに{}問あります。", e.questions.len() - 5);
    }
    out.push('\n');
}

fn changed(out: &mut String, e: &Explanation) {
    let Some(after) = e.if_changed_outcomes else { return };
    let _ = writeln!(out, "■ もし");
    for c in e.if_changed.iter().take(8) {
        para(out, 2, 2, &format!("{}の「{}」を「{}」にする", subject(&c.subject), c.word, c.to));
    }
    if e.if_changed.len() > 8 {
        let _ = writeln!(out, "  ほか{}件", e.if_changed.len() - 8);
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

fn basis(out: &mut String, book: &Rulebook, edition: &Edition, rule: &Rule, e: &Explanation) {
    let _ = writeln!(out, "■ 出典");
    for source in &rule.front.sources {
        para(out, 2, 2, source);
    }
    para(out, 2, 2, &format!("根拠の種類: {}  {}", rule.front.basis, edition.page));
    let confirmed = rule.front.confirmed.as_ref().map_or_else(
        || "専門家による原本との照合: まだ".to_owned(),
        |c| format!("専門家による原本との照合: {} {}({})", c.by, c.on, c.document),
    );
    para(out, 2, 2, &confirmed);
    if !rule.front.interpretations.is_empty() {
        let _ = writeln!(out, "■ 解釈(私たちの読み方。専門家の確認はまだ)");
        for id in &rule.front.interpretations {
            let Some(i) = book.interpretations.iter().find(|i| i.id == *id) else { continue };
            para(out, 2, 2, &format!("{id} {}: {}", i.title, i.default_text));
            if let Some(r) = e.readings.iter().find(|r| r.id == *id) {
                para(out, 4, 2, &format!("別の読み方「{}」なら: {}", r.other_text, either(r.other_outcomes)));
            }
        }
    }
    let change = book
        .successions
        .iter()
        .find(|s| s.to.as_deref() == Some(&rule.front.id) || s.from.as_deref() == Some(&rule.front.id));
    if let Some(change) = change {
        let _ = writeln!(out, "■ 版の差");
        para(out, 2, 2, &change.note);
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

/// How the items of two-factor authentication stand on the milestone.
fn ready(s: &Sheet) -> String {
    let sets: Vec<OutcomeSet> = s
        .rows
        .iter()
        .filter(|r| {
            r.today.prospect.is_some() || r.then.as_ref().is_some_and(|t| t.outcomes != r.today.outcomes)
        })
        .filter_map(|r| r.then.as_ref().map(|t| t.outcomes))
        .collect();
    let worst = sets.iter().copied().reduce(OutcomeSet::worst_with);
    match worst {
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
