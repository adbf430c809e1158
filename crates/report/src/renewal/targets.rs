//! The national targets that concern an institution, and where it stands.

use super::{Reach, TargetStanding};
use crate::Input;
use crate::build::stated;
use crate::targets::{applies, reach};
use facts::Known;
use rulebook::Target;
use verdict::Truth;

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
