//! How an institution stands with the national targets.
//!
//! A target is no rule: it has no outcome and is judged by nobody. Here only
//! the facts that the target's row names are looked up, and what is not known
//! stays unknown.

use super::{Reach, TargetStanding};
use crate::Input;
use crate::build::stated;
use facts::{Cell, Known, RowId, Value};
use rulebook::{Target, TargetFact};
use verdict::Truth;
use vocabulary::Vocabulary;

/// The targets for the institution's kind that may concern it.
pub(super) fn of_institution<'a>(
    input: &'a Input<'a>,
    known: &Known<'_>,
) -> impl Iterator<Item = &'a Target> + use<'a> {
    let kind = stated(known, "institution-type");
    let mine: Vec<&Target> = input
        .book
        .targets
        .iter()
        .filter(|t| kind.as_ref().is_some_and(|k| t.institutions.contains(k)))
        // A target for another group is not shown; one that may be ours is.
        .filter(|t| applies(known, t) != Truth::False)
        .collect();
    mine.into_iter()
}

/// Whether the institution is one of those that a target is for.
pub(super) fn applies(known: &Known<'_>, target: &Target) -> Truth {
    let institution = known.rows(Vocabulary::INSTITUTION).first().copied();
    target.applies.as_ref().zip(institution).map_or(Truth::True, |(fact, row)| holds(known, row, fact))
}

/// Whether a fact holds of a row.
pub(super) fn holds(known: &Known<'_>, row: RowId, fact: &TargetFact) -> Truth {
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
pub(super) fn reached_by(known: &Known<'_>, target: &Target, system: RowId) -> Truth {
    target
        .reached
        .iter()
        .filter(|f| f.kind == known.kind(system))
        .map(|f| holds(known, system, f))
        .fold(Truth::True, Truth::and)
}

/// Whether the institution has reached a target: its own facts hold, and
/// some row of which the target speaks holds the others.
pub(super) fn reach(known: &Known<'_>, target: &Target) -> Truth {
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

/// Every target for the institution, with where it stands.
pub(super) fn standings(input: &Input<'_>, known: &Known<'_>) -> Vec<TargetStanding> {
    of_institution(input, known)
        .map(|t| TargetStanding {
            target: t.id.clone(),
            subject: t.subject.clone(),
            goal: t.goal.clone(),
            by: t.by.clone(),
            figure: t.figure.as_ref().map(|f| f.text.clone()),
            as_of: t.figure.as_ref().map(|f| f.as_of.clone()),
            reach: if t.undecided {
                Reach::Undecided
            } else {
                match reach(known, t) {
                    Truth::True => Reach::Reached,
                    Truth::False => Reach::NotReached,
                    Truth::Unknown => Reach::Unknown,
                }
            },
            basis: t.basis.clone(),
            source: t.source.clone(),
        })
        .collect()
}
