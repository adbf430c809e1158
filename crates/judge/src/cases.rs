//! Runs the corpus `cases/`: facts of an invented institution and the results
//! that its author expects, written from the sources before any rule was seen.
//! Form: cases/README.md. Another implementation can run the same files.

use crate::examples::prospect;
use crate::verdicts::verdicts;
use facts::Known;
use rulebook::Rulebook;
use serde::Deserialize;
use verdict::{Outcome, OutcomeSet, Truth};
use vocabulary::{Code, Date, Diagnostic, Vocabulary, date};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct CaseFile {
    #[expect(dead_code, reason = "for the reader")]
    note: String,
    #[expect(dead_code, reason = "for the reader")]
    written: String,
    expect: Vec<Expect>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Expect {
    item: String,
    on: String,
    outcomes: Vec<String>,
    #[expect(dead_code, reason = "for the reader; its presence is checked")]
    place: String,
    why: String,
    recommended: Option<String>,
    pending: Option<bool>,
    prospect: Option<Vec<String>>,
    expected_deemed: Option<bool>,
}

/// What came out of running the corpus.
#[derive(Debug, Default)]
pub struct Report {
    /// Institutions.
    pub cases: usize,
    /// Expectations.
    pub expectations: usize,
    /// Expectations that do not hold, and unreadable files.
    pub problems: Vec<Diagnostic>,
}

/// Runs a corpus of files (name, text), `.facts` beside `.toml`.
pub fn run(vocabulary: &Vocabulary, book: &Rulebook, files: &[(String, String)]) -> Report {
    let mut report = Report::default();
    for (name, text) in files.iter().filter(|(n, _)| n.ends_with(".toml")) {
        report.cases += 1;
        if let Err(problems) = case(vocabulary, book, files, name, text, &mut report.expectations) {
            report.problems.extend(problems);
        }
    }
    report
}

fn case(
    vocabulary: &Vocabulary,
    book: &Rulebook,
    files: &[(String, String)],
    name: &str,
    text: &str,
    count: &mut usize,
) -> Result<(), Vec<Diagnostic>> {
    let bad = |message: String| {
        vec![Diagnostic::error(name, 0, Code::BadForm, message, "cases/README.md の形にしてください。")]
    };
    let case: CaseFile = toml::from_str(text).map_err(|e| bad(format!("読めません({})。", e.message())))?;
    let facts_name = format!("{}.facts", name.trim_end_matches(".toml"));
    let (_, facts) = files
        .iter()
        .find(|(n, _)| *n == facts_name)
        .ok_or_else(|| bad(format!("「{facts_name}」がありません。")))?;
    let (institution, _) = facts::text::read(vocabulary, &facts_name, facts.as_bytes())?;
    let mut problems = Vec::new();
    for expect in &case.expect {
        *count += 1;
        let on =
            date::parse(&expect.on).map_err(|_| bad(format!("基準日「{}」は読めません。", expect.on)))?;
        if let Some(differs) = check(vocabulary, book, &institution, on, expect) {
            problems.push(Diagnostic::error(
                name,
                0,
                Code::ExampleFails,
                format!("{} {}: {differs}(期待の理由: {})。", expect.item, expect.on, expect.why),
                "どちらが正しいかを出典で確かめ、docs/second-reading.md に残してください。",
            ));
        }
    }
    if problems.is_empty() { Ok(()) } else { Err(problems) }
}

/// How a result differs from what is expected; `None` when it does not.
fn check(
    vocabulary: &Vocabulary,
    book: &Rulebook,
    institution: &facts::Institution,
    on: Date,
    expect: &Expect,
) -> Option<String> {
    let edition = expect.item.split_once('/').and_then(|(e, _)| book.edition(e));
    let Some(edition) = edition else { return Some("版がありません".into()) };
    let known = Known::new(vocabulary, institution, on, on);
    let all = verdicts(book, edition, &known);
    if let Some(i) = edition.deemings.iter().position(|d| d.front.id == expect.item) {
        let truth = all.eligible.get(i).copied()?;
        let got: Vec<&str> = [("対象", truth.can_be_true()), ("対象でない", truth.can_be_false())]
            .into_iter()
            .filter(|(_, possible)| *possible)
            .map(|(name, _)| name)
            .collect();
        let mut want: Vec<&str> = expect.outcomes.iter().map(String::as_str).collect();
        want.sort_by_key(|w| w.chars().count());
        return (got != want).then(|| format!("期待 {want:?}、実際 {got:?}"));
    }
    let Some(index) = edition.rules.iter().position(|r| r.front.id == expect.item) else {
        return Some("規則がありません".into());
    };
    let set = all.rules.get(index).copied()?;
    if Some(set) != named(&expect.outcomes) {
        return Some(format!("期待 {:?}、実際 {set:?}", expect.outcomes));
    }
    if let Some(wanted) = &expect.recommended {
        let followed = all
            .recommended
            .get(index)?
            .iter()
            .filter(|a| a.concerns.can_be_true())
            .map(|a| a.followed)
            .reduce(Truth::and);
        let got = match followed {
            Some(Truth::True) => "はい",
            Some(Truth::False) => "いいえ",
            Some(Truth::Unknown) => "わからない",
            None => "推奨なし",
        };
        if got != wanted {
            return Some(format!("推奨: 期待 {wanted}、実際 {got}"));
        }
    }
    if let Some(wanted) = expect.pending {
        let got = all.pending.get(index)?.contains(&Truth::True);
        if got != wanted {
            return Some(format!("国で検討中: 期待 {wanted}、実際 {got}"));
        }
    }
    if let Some(wanted) = &expect.prospect {
        let got = prospect(book, edition, &known, index).map(|(_, s)| s);
        if got != named(wanted) {
            return Some(format!("見込み: 期待 {wanted:?}、実際 {got:?}"));
        }
    }
    match expect.expected_deemed {
        Some(wanted) if wanted != (all.deemed_expected && set.contains(Outcome::DeemedMet)) => {
            Some(format!("みなしの見込み: 期待 {wanted}、実際 {}", all.deemed_expected))
        }
        _ => None,
    }
}

fn named(names: &[String]) -> Option<OutcomeSet> {
    names.iter().map(|n| Outcome::from_name(n)).collect()
}
