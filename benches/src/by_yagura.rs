//! The two-factor rule by Yagura: the outcome, and the rows behind it.
//!
//! `judge::outcomes` gives the set and `judge::rows` the rows that fail or
//! lack a fact; `judge::explain` names the rows that decide.

use crate::ledger::Lists;
use facts::Known;
use judge::{Explanation, Reason, ReasonKind};
use rulebook::{Edition, Rulebook};
use verdict::Truth;

/// Ids of the rows that fail, and of those that lack a fact, over every unit.
pub(crate) fn lists<'a>(
    book: &Rulebook,
    edition: &Edition,
    index: usize,
    known: &'a Known<'a>,
) -> (Vec<&'a str>, Vec<&'a str>) {
    let rows = judge::rows(book, edition, known, index);
    let ids = |list: &[facts::SubjectId]| {
        list.iter().filter_map(|s| known.institution().subject(*s)).map(|s| s.id.as_str()).collect()
    };
    (ids(&rows.violating), ids(&rows.missing))
}

/// The rows that an explanation's 要件 shows as failing and as open.
pub(crate) fn explained(explanation: &Explanation) -> Lists {
    let mut violating = std::collections::BTreeSet::new();
    let mut missing = std::collections::BTreeSet::new();
    let requirements = explanation.units.iter().flat_map(|u| &u.blocks).filter(|b| b.word == "要件");
    for range in requirements.flat_map(|b| &b.reasons) {
        for Reason { kind, truth, .. } in &range.children {
            if let ReasonKind::Row { subject, in_range } = kind {
                if *truth == Truth::False && *in_range == Truth::True {
                    violating.insert(subject.id.clone());
                } else if *truth != Truth::True {
                    missing.insert(subject.id.clone());
                }
            }
        }
    }
    missing.retain(|id| !violating.contains(id));
    Lists::sorted(violating, missing)
}
