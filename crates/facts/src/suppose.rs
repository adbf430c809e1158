//! Supposed facts: put beside the stated ones to ask "what would change if".
//!
//! A supposed fact is a raw fact said by [`WHO`], so it passes the same checks
//! as a file and can never be mistaken for a stated one. It holds from its own
//! day; one that holds by the day that is judged counts as known. Decided
//! (adr/0013): it carries only the evidence the asker supposes, and it takes
//! the place of another value stated for the same day ([`Institution::with`]).

use crate::check::beside;
use crate::{Institution, RawEvidence, RawFact, RawWhat, text};
use vocabulary::{Code, Date, Diagnostic, Vocabulary, line, nearest};

/// Who says supposed facts.
pub const WHO: &str = "もし";

/// How messages name what was typed behind `--set`.
const TYPED: &str = "--set";

/// A supposed fact with the plain evidence of a statement, from a day on.
pub fn statement(vocabulary: &Vocabulary, kind: &str, id: &str, what: RawWhat, from: Date) -> RawFact {
    let plain = vocabulary.evidence().iter().find(|e| e.id == "statement");
    RawFact {
        line: 0,
        kind: kind.to_owned(),
        id: id.to_owned(),
        what,
        by: WHO.to_owned(),
        valid_on: from,
        recorded_on: from,
        evidence: plain
            .map(|e| RawEvidence { kind: e.name.clone(), contract: None, detail: None })
            .into_iter()
            .collect(),
    }
}

/// The institution as it would be on `day` if the supposed facts held, looked
/// at with what is known on `on`. Facts that hold only later are left out.
pub fn apply(
    vocabulary: &Vocabulary,
    institution: &Institution,
    supposed: &[RawFact],
    on: Date,
    day: Date,
) -> Result<Institution, Vec<Diagnostic>> {
    let mut known: Vec<RawFact> = supposed.iter().filter(|f| f.valid_on <= day).cloned().collect();
    // What holds from a later day is said last, so it wins.
    known.sort_by_key(|f| f.valid_on);
    for fact in &mut known {
        fact.valid_on = on;
        fact.recorded_on = on;
    }
    beside(vocabulary, TYPED, institution, &known)
}

/// Reads typed statements, each `種類 番号 語 値 〔根拠〕` as below a header of a
/// `.facts` file; `種類 番号` alone introduces a new subject. Messages count the
/// statements. Nothing holds before `on`.
pub fn read(
    vocabulary: &Vocabulary,
    institution: &Institution,
    typed: &[String],
    on: Date,
) -> Result<Vec<RawFact>, Vec<Diagnostic>> {
    let mut out: Vec<RawFact> = Vec::new();
    let mut problems = Vec::new();
    for (number, text) in (1..).zip(typed) {
        match read_one(vocabulary, institution, &out, number, text, on) {
            Ok(facts) => out.extend(facts),
            Err(d) => problems.extend(d.into_iter().map(|d| Diagnostic { line: number, column: 0, ..d })),
        }
    }
    if problems.is_empty() {
        // Words and values are checked here, so that every message comes at once.
        problems.extend(apply(vocabulary, institution, &out, on, Date::MAX).err().unwrap_or_default());
    }
    if problems.is_empty() { Ok(out) } else { Err(problems) }
}

fn read_one(
    vocabulary: &Vocabulary,
    institution: &Institution,
    before: &[RawFact],
    number: usize,
    typed: &str,
    on: Date,
) -> Result<Vec<RawFact>, Vec<Diagnostic>> {
    let bad = |message: String, remedy: String| {
        vec![Diagnostic::error(TYPED, number, Code::BadForm, message, remedy)]
    };
    let form = "「資産 PC-2 アプリの二要素認証 実施済」のように、一行で書いてください。";
    if typed.chars().any(char::is_control) {
        return Err(bad("改行などの、使えない文字があります。".into(), form.into()));
    }
    let folded = line::folded(typed);
    let mut words = folded.split(' ').filter(|w| !w.is_empty());
    let (Some(kind), Some(id)) = (words.next(), words.next()) else {
        return Err(bad(format!("「{typed}」は読めません。"), form.into()));
    };
    let rest = words.collect::<Vec<_>>().join(" ");
    let source = statement(vocabulary, kind, id, RawWhat::Exists, on);
    let plain: String = source.evidence.iter().map(|e| format!("〔{} {WHO} {on}〕", e.kind)).collect();
    let introduces = rest.is_empty() || rest.starts_with('〔');
    let lines = if introduces {
        format!("{kind} {id} {}\n", if rest.is_empty() { &plain } else { &rest })
    } else {
        known_subject(vocabulary, institution, before, number, (kind, id))?;
        format!("{kind} {id} 続き {plain}\n  {rest}\n")
    };
    let (parsed, _) = text::parse(TYPED, &lines)?;
    let keep =
        |f: &RawFact| introduces || f.what != RawWhat::Continues || vocabulary.kind_named(kind).is_none();
    Ok(parsed
        .into_iter()
        .filter(keep)
        .map(|f| {
            let valid_on = f.valid_on.max(on);
            RawFact { line: number, by: WHO.to_owned(), valid_on, recorded_on: valid_on, ..f }
        })
        .collect())
}

/// A slip of the pen must not become a new machine.
fn known_subject(
    vocabulary: &Vocabulary,
    institution: &Institution,
    before: &[RawFact],
    number: usize,
    (kind, id): (&str, &str),
) -> Result<(), Vec<Diagnostic>> {
    let Some(kind_id) = vocabulary.kind_named(kind) else { return Ok(()) };
    let introduced = before.iter().any(|f| f.kind == kind && f.id == id && f.what == RawWhat::Exists);
    if introduced || institution.find(kind_id, id).is_some() {
        return Ok(());
    }
    Err(vec![unknown_subject(vocabulary, institution, TYPED, number, kind, id)])
}

/// The message for a subject that is not there, with the nearest that is.
pub fn unknown_subject(
    vocabulary: &Vocabulary,
    institution: &Institution,
    file: &str,
    line: usize,
    kind: &str,
    id: &str,
) -> Diagnostic {
    let of_kind = vocabulary.kind_named(kind);
    let ids = institution.subjects().iter().filter(|s| Some(s.kind) == of_kind).map(|s| s.id.as_str());
    let remedy = nearest(id, ids).map_or_else(
        || format!("新しい物なら、先に --set '{kind} {id}' と書いてください。"),
        |n| format!("「{kind} {n}」のことですか?新しい物なら、先に --set '{kind} {id}' と書いてください。"),
    );
    let message = format!("「{kind} {id}」は、この施設にありません。");
    Diagnostic::error(file, line, Code::Dangling, message, remedy)
}
