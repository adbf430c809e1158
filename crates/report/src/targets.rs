//! How an institution stands with the national targets.
//!
//! A target is no rule: it has no outcome and is judged by nobody. Here only
//! the facts that the target's row names are looked up, and what is not known
//! stays unknown. The renewal sheet and the census read the same.

use facts::{Cell, Known, RowId, Value};
use rulebook::{Target, TargetFact};
use verdict::Truth;
use vocabulary::Vocabulary;

/// Whether the institution is one of those that a target is for.
pub(crate) fn applies(known: &Known<'_>, target: &Target) -> Truth {
    let institution = known.rows(Vocabulary::INSTITUTION).first().copied();
    target.applies.as_ref().zip(institution).map_or(Truth::True, |(fact, row)| holds(known, row, fact))
}

/// Whether a fact holds of a row.
pub(crate) fn holds(known: &Known<'_>, row: RowId, fact: &TargetFact) -> Truth {
    let counts = |v: &Value| matches!(v, Value::Choice(c) if fact.choices.contains(c));
    match known.cell(row, fact.word) {
        Cell::Absent | Cell::Asked(_) => Truth::Unknown,
        Cell::One(held) => Truth::from(counts(&held.value)),
        Cell::Several(all) if all.iter().all(|h| counts(&h.value)) => Truth::True,
        Cell::Several(all) if !all.iter().any(|h| counts(&h.value)) => Truth::False,
        Cell::Several(_) => Truth::Unknown,
    }
}

/// Whether a system holds all that a target asks of systems.
pub(crate) fn reached_by(known: &Known<'_>, target: &Target, system: RowId) -> Truth {
    target
        .reached
        .iter()
        .filter(|f| f.kind == known.kind(system))
        .map(|f| holds(known, system, f))
        .fold(Truth::True, Truth::and)
}

/// Whether the institution has reached a target: its own facts hold, and
/// some row of which the target speaks holds the others.
pub(crate) fn reach(known: &Known<'_>, target: &Target) -> Truth {
    let mut kinds: Vec<vocabulary::KindId> = target.reached.iter().map(|f| f.kind).collect();
    kinds.dedup();
    kinds
        .into_iter()
        .map(|kind| {
            let of = target.of.as_ref().filter(|of| of.kind == kind);
            let rows = known.rows(kind).iter().map(|row| {
                let concerned = of.map_or(Truth::True, |of| holds(known, *row, of));
                concerned.and(reached_by(known, target, *row))
            });
            let any = rows.fold(Truth::False, Truth::or);
            // One that nobody has written down may hold it.
            let open = kind != Vocabulary::INSTITUTION && known.complete(kind).is_none();
            if open { any.or(Truth::Unknown) } else { any }
        })
        .fold(Truth::True, Truth::and)
}
