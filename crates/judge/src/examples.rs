//! Runs the tables of examples in rule files: each row is a test.
//!
//! A row starts from the block `事実` and changes facts: `種類 番号 語 値`
//! (a 〔根拠〕 may follow), `種類 番号 語 未回答` drops the fact,
//! `種類 番号 なし` drops the subject. The result is `遵守 または 未遵守`,
//! optionally followed by `(推奨 はい)` (いいえ, わからない, なし),
//! `(国で検討中)` or `(検討中でない)`, `(見込み 未遵守)`.
//! Every outcome a rule can have must stand in some row alone.

use crate::verdicts::{Judgement, verdicts};
use facts::{Known, RawFact, RawWhat, text};
use rule_language::Example;
use rule_language::document::Fence;
use rulebook::{Edition, Rule, RuleKind, Rulebook};
use std::collections::BTreeSet;
use verdict::{Outcome, OutcomeSet, Truth};
use vocabulary::{Code, Date, Diagnostic, Vocabulary, date};

/// What came out of running the examples of an edition.
#[derive(Debug, Default)]
pub struct Report {
    /// How many rows were run.
    pub rows: usize,
    /// Rows that failed, outcomes without a row, and unreadable rows.
    pub problems: Vec<Diagnostic>,
}

/// Runs every example of an edition.
pub fn run(vocabulary: &Vocabulary, book: &Rulebook, edition: &Edition) -> Report {
    let mut report = Report::default();
    for (index, rule) in edition.rules.iter().enumerate() {
        let mut shown = BTreeSet::new();
        for example in &rule.examples {
            let runner = Runner { vocabulary, book, edition, file: &rule.file, example };
            report.rows += 1;
            match runner.rule(rule.base.as_ref(), index) {
                Ok(set) => shown.extend(set.decided()),
                Err(d) => report.problems.extend(d),
            }
        }
        for outcome in possible(edition, rule) {
            if !shown.contains(&outcome) {
                report.problems.push(Diagnostic::error(
                    &rule.file,
                    1,
                    Code::OutcomeWithoutExample,
                    format!("結果「{}」になる例がありません。", outcome.name()),
                    "「例」の表に、その結果だけになる行を足してください。",
                ));
            }
        }
    }
    for (index, deeming) in edition.deemings.iter().enumerate() {
        for example in &deeming.examples {
            let runner = Runner { vocabulary, book, edition, file: &deeming.file, example };
            report.rows += 1;
            if let Err(d) = runner.deeming(deeming.base.as_ref(), index) {
                report.problems.extend(d);
            }
        }
    }
    report
}

/// The outcomes that the blocks of a rule can give.
fn possible(edition: &Edition, rule: &Rule) -> Vec<Outcome> {
    if rule.kind == RuleKind::Recommended {
        return vec![Outcome::OutOfScope];
    }
    let mut out = vec![Outcome::Met, Outcome::NotMet];
    let scoped = rule.unit != Vocabulary::INSTITUTION || rule.effective.is_some();
    if scoped || !rule.target.is_empty() || !rule.except.is_empty() {
        out.push(Outcome::OutOfScope);
    }
    if rule.relief.is_some() {
        out.push(Outcome::Relief);
    }
    if edition.deemings.iter().any(|d| d.reaches.contains(&rule.part)) {
        out.push(Outcome::DeemedMet);
    }
    out
}

/// A result as an example writes it.
#[derive(Debug, PartialEq, Eq)]
struct Expected {
    names: BTreeSet<String>,
    /// `Some(None)`: no 推奨 concerns the institution.
    recommended: Option<Option<Truth>>,
    pending: Option<bool>,
    prospect: Option<BTreeSet<String>>,
}

/// The result on the day the rule takes effect, if today's facts last.
pub fn prospect(
    book: &Rulebook,
    edition: &Edition,
    known: &Known<'_>,
    index: usize,
) -> Option<(Date, OutcomeSet)> {
    let rule = edition.rules.get(index)?;
    let (value, _) = rule.effective.as_ref()?;
    let rulebook::Scalar::Day(from) = book.values.get(usize::from(*value))?.value else { return None };
    if known.judged_on() >= from {
        return None;
    }
    let later = Known::new(known.vocabulary(), known.institution(), known.known_on(), from);
    let set = Judgement::new(book, edition, &later).rules.get(index).copied()?;
    (set != OutcomeSet::OUT_OF_SCOPE).then_some((from, set))
}

struct Runner<'a> {
    vocabulary: &'a Vocabulary,
    book: &'a Rulebook,
    edition: &'a Edition,
    file: &'a str,
    example: &'a Example,
}

impl Runner<'_> {
    fn problem(&self, code: Code, message: String, remedy: &str) -> Vec<Diagnostic> {
        vec![Diagnostic::error(self.file, self.example.line, code, message, remedy)]
    }

    fn rule(&self, base: Option<&Fence>, index: usize) -> Result<OutcomeSet, Vec<Diagnostic>> {
        let (institution, on) = self.institution(base)?;
        let known = Known::new(self.vocabulary, &institution, on, on);
        let all = verdicts(self.book, self.edition, &known);
        let set = all.rules.get(index).copied().unwrap_or_default();
        let wanted = self.expected()?;
        let advice = all.recommended.get(index).into_iter().flatten();
        let recommended = advice.filter(|a| a.concerns.can_be_true()).map(|a| a.followed).reduce(Truth::and);
        let got = Expected {
            names: set.iter().map(|o| o.name().to_owned()).collect(),
            // Attributes are compared only where the row names them.
            recommended: wanted.recommended.map(|_| recommended),
            pending: wanted
                .pending
                .map(|_| all.pending.get(index).into_iter().flatten().any(|t| *t == Truth::True)),
            prospect: wanted.prospect.as_ref().and_then(|_| {
                let (_, set) = prospect(self.book, self.edition, &known, index)?;
                Some(set.iter().map(|o| o.name().to_owned()).collect())
            }),
        };
        self.compare(&wanted, &got)?;
        Ok(set)
    }

    fn deeming(&self, base: Option<&Fence>, index: usize) -> Result<(), Vec<Diagnostic>> {
        let (institution, on) = self.institution(base)?;
        let known = Known::new(self.vocabulary, &institution, on, on);
        let all = verdicts(self.book, self.edition, &known);
        let truth = all.eligible.get(index).copied().unwrap_or(Truth::Unknown);
        let mut names = BTreeSet::new();
        if truth.can_be_true() {
            names.insert("対象".to_owned());
        }
        if truth.can_be_false() {
            names.insert("対象でない".to_owned());
        }
        let got = Expected { names, recommended: None, pending: None, prospect: None };
        self.compare(&self.expected()?, &got)
    }

    fn compare(&self, wanted: &Expected, got: &Expected) -> Result<(), Vec<Diagnostic>> {
        if wanted == got {
            return Ok(());
        }
        Err(self.problem(
            Code::ExampleFails,
            format!(
                "例「{}」の結果が違います。書いてあるのは{}、実際は{}。",
                self.example.name,
                show(wanted),
                show(got)
            ),
            "規則と例の、どちらが正しいかを出典で確かめてください。",
        ))
    }

    fn expected(&self) -> Result<Expected, Vec<Diagnostic>> {
        let bad = |what: &str| {
            self.problem(
                Code::BadForm,
                format!("結果「{what}」は読めません。"),
                "「遵守 または 未遵守 (推奨 はい) (国で検討中) (見込み 未遵守)」の形で書いてください。",
            )
        };
        let mut parts = self.example.result.split('(');
        let names = |text: &str| -> Result<BTreeSet<String>, Vec<Diagnostic>> {
            let known = |n: &str| Outcome::from_name(n).is_some() || n == "対象" || n == "対象でない";
            text.split("または")
                .map(|n| if known(n.trim()) { Ok(n.trim().to_owned()) } else { Err(bad(n.trim())) })
                .collect()
        };
        let mut out = Expected {
            names: names(parts.next().unwrap_or_default())?,
            recommended: None,
            pending: None,
            prospect: None,
        };
        for part in parts {
            let part = part.trim().trim_end_matches(')').trim();
            match part.split_once(' ') {
                None if part == "国で検討中" => out.pending = Some(true),
                None if part == "検討中でない" => out.pending = Some(false),
                Some(("見込み", text)) => out.prospect = Some(names(text)?),
                Some(("推奨", "はい")) => out.recommended = Some(Some(Truth::True)),
                Some(("推奨", "いいえ")) => out.recommended = Some(Some(Truth::False)),
                Some(("推奨", "わからない")) => out.recommended = Some(Some(Truth::Unknown)),
                Some(("推奨", "なし")) => out.recommended = Some(None),
                _ => return Err(bad(part)),
            }
        }
        Ok(out)
    }

    fn institution(&self, base: Option<&Fence>) -> Result<(facts::Institution, Date), Vec<Diagnostic>> {
        let Some(base) = base else {
            return Err(self.problem(
                Code::Missing,
                "例の元になる「事実」の囲みがありません。".into(),
                "「## 例」の下に「```事実」の囲みを書いてください。",
            ));
        };
        let (mut raw, _) = text::parse(self.file, &base.text)?;
        for fact in &mut raw {
            fact.line += base.first_line - 1;
        }
        for change in &self.example.changes {
            self.change(&mut raw, change)?;
        }
        let on = date::parse(&self.example.on).map_err(|p| {
            self.problem(Code::BadDate, format!("基準日「{}」は読めません。", self.example.on), p.remedy())
        })?;
        Ok((facts::check(self.vocabulary, self.file, &raw)?, on))
    }

    fn change(&self, raw: &mut Vec<RawFact>, change: &str) -> Result<(), Vec<Diagnostic>> {
        let bad = || {
            self.problem(
                Code::BadForm,
                format!("変えるところ「{change}」は読めません。"),
                "「種類 番号 語 値」「種類 番号 語 未回答」「種類 番号 なし」のどれかを、「事実」にある物について書いてください。",
            )
        };
        let mut words = change.splitn(3, ' ');
        let (Some(kind), Some(id), Some(rest)) = (words.next(), words.next(), words.next()) else {
            return Err(bad());
        };
        let is_subject = |f: &RawFact| f.kind == kind && f.id == id;
        let Some(head) = raw.iter().find(|f| is_subject(f) && f.what == RawWhat::Exists).cloned() else {
            return Err(bad());
        };
        if rest == "なし" {
            raw.retain(|f| !is_subject(f));
            return Ok(());
        }
        let word = rest.split(' ').next().unwrap_or_default();
        raw.retain(|f| !(is_subject(f) && matches!(&f.what, RawWhat::Is(w, _) if w == word)));
        if rest == format!("{word} 未回答") {
            return Ok(());
        }
        // The line is read as it would be in a .facts file, under a plain statement.
        let source = if rest.contains('〔') {
            String::new()
        } else {
            format!(" 〔申告 {} {}〕", head.by, head.valid_on)
        };
        let lines = format!("{kind} {id} 〔申告 {} {}〕\n  {rest}{source}\n", head.by, head.valid_on);
        let (mut parsed, _) = text::parse(self.file, &lines)?;
        for fact in &mut parsed {
            fact.line = self.example.line;
        }
        raw.extend(parsed.into_iter().skip(1));
        Ok(())
    }
}

fn show(e: &Expected) -> String {
    let join = |names: &BTreeSet<String>| names.iter().map(|n| format!("「{n}」")).collect::<String>();
    let mut out = join(&e.names);
    if let Some(t) = e.recommended {
        out.push_str(match t {
            Some(Truth::True) => "(推奨 はい)",
            Some(Truth::False) => "(推奨 いいえ)",
            Some(Truth::Unknown) => "(推奨 わからない)",
            None => "(推奨 なし)",
        });
    }
    match e.pending {
        Some(true) => out.push_str("(国で検討中)"),
        Some(false) => out.push_str("(検討中でない)"),
        None => {}
    }
    if let Some(p) = &e.prospect {
        out.push_str(&format!("(見込み {})", join(p)));
    }
    out
}
