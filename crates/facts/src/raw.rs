//! Facts back to the form in which they were written.
//!
//! Answers to questions become raw facts that stand behind those already
//! stated, and all go through [`crate::check`] again: there is one door.
//! [`lines`] writes raw facts as `.facts` lines that can be appended to a
//! file without touching what a person wrote there.

use crate::check::ENDED;
use crate::{Institution, RawEvidence, RawFact, RawWhat, What, text};
use std::fmt::Write as _;
use vocabulary::Vocabulary;

/// The facts of an institution as raw facts, in the order they were stated.
pub fn raw(vocabulary: &Vocabulary, institution: &Institution) -> Vec<RawFact> {
    let named = |id| {
        let subject = institution.subject(id);
        subject.map(|s| (vocabulary.kind(s.kind).name.clone(), s.id.clone())).unwrap_or_default()
    };
    institution
        .facts()
        .iter()
        .enumerate()
        .map(|(i, fact)| {
            let (kind, id) = named(fact.subject);
            let evidence = fact.evidence.iter().map(|e| RawEvidence {
                kind: vocabulary.evidence_kind(e.kind).name.clone(),
                contract: e.contract.map(|c| named(c).1),
                detail: e.detail.clone(),
            });
            RawFact {
                line: i,
                kind,
                id,
                what: match &fact.what {
                    What::Exists => RawWhat::Exists,
                    What::Gone => RawWhat::Gone,
                    What::Ended(word) => RawWhat::Ended(vocabulary.word(*word).name.clone()),
                    What::Is(word, value) => RawWhat::Is(
                        vocabulary.word(*word).name.clone(),
                        text::value_text(vocabulary, institution, *word, value),
                    ),
                },
                by: fact.by.clone(),
                valid_on: fact.valid_on,
                recorded_on: fact.recorded_on,
                evidence: evidence.collect(),
            }
        })
        .collect()
}

/// Raw facts as lines of a `.facts` file, to stand behind what is there.
pub fn lines(raw: &[RawFact]) -> String {
    let mut out = String::new();
    let mut head: Option<&RawFact> = None;
    for fact in raw {
        let below = head.is_some_and(|h| h.kind == fact.kind && h.id == fact.id);
        if !below || fact.what == RawWhat::Exists {
            let more = if fact.what == RawWhat::Exists { "" } else { " 続き" };
            let _ = writeln!(out, "{} {}{more} {}", fact.kind, fact.id, source(fact));
            head = Some(fact);
        }
        let body = match &fact.what {
            RawWhat::Exists | RawWhat::Continues => continue,
            RawWhat::Gone => ENDED.to_owned(),
            RawWhat::Ended(word) => format!("{word} {}", ENDED),
            RawWhat::Is(word, value) => format!("{word} {value}"),
        };
        let same = head.is_some_and(|h| source(h) == source(fact));
        let _ = if same { writeln!(out, "  {body}") } else { writeln!(out, "  {body} {}", source(fact)) };
    }
    out
}

/// The bracket of a raw fact: `〔申告 院長 2026-11-01〕`.
fn source(fact: &RawFact) -> String {
    let mut out = String::new();
    for (i, evidence) in fact.evidence.iter().enumerate() {
        let _ = write!(out, "〔{}", evidence.kind);
        if let Some(contract) = &evidence.contract {
            let _ = write!(out, " 契約 {contract}");
        }
        if let Some(detail) = &evidence.detail {
            let _ = write!(out, "「{detail}」");
        }
        if i == 0 {
            let _ = write!(out, " {} {}", fact.by, fact.valid_on);
            if fact.recorded_on != fact.valid_on {
                let _ = write!(out, " 記録 {}", fact.recorded_on);
            }
        }
        out.push('〕');
    }
    out
}
