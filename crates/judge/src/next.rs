//! The next day on which a result can change.
//!
//! A result is constant between the days that facts and rules name, so only
//! these are judged: facts that begin later, days that facts hold (a plan
//! comes true), ends of terms, dated values, and the day a look-back of N
//! months runs out.

use crate::verdicts::outcomes;
use facts::{Institution, Known, Value, What};
use rulebook::{Edition, Operand, Rulebook, Scalar, Test};
use std::collections::BTreeSet;
use vocabulary::{Date, Vocabulary, date};

/// Days further than this many are not looked at.
const MAX_DAYS: usize = 200;

/// The first day after `on` whose outcome sets differ, with the indices of
/// the rules that change. `None` when nothing stated or ruled can change them.
pub fn next_change(
    vocabulary: &Vocabulary,
    book: &Rulebook,
    edition: &Edition,
    institution: &Institution,
    on: Date,
) -> Option<(Date, Vec<usize>)> {
    let judge = |day: Date| outcomes(book, edition, &Known::new(vocabulary, institution, day, day));
    let today = judge(on);
    for day in days(book, edition, institution, on).into_iter().take(MAX_DAYS) {
        let then = judge(day);
        if then != today {
            let changed =
                today.iter().zip(&then).enumerate().filter(|(_, (a, b))| a != b).map(|(i, _)| i).collect();
            return Some((day, changed));
        }
    }
    None
}

fn days(book: &Rulebook, edition: &Edition, institution: &Institution, on: Date) -> BTreeSet<Date> {
    let months = look_backs(book, edition);
    let mut out = BTreeSet::new();
    for value in &book.values {
        for scalar in std::iter::once(value.value).chain(value.second.map(|(_, s)| s)) {
            if let Scalar::Day(d) = scalar {
                out.insert(d);
            }
        }
    }
    for fact in institution.facts() {
        out.insert(fact.valid_on);
        match &fact.what {
            What::Is(_, Value::Date(d)) => {
                out.insert(*d);
                for n in &months {
                    // Months clamp, so the look-back may run out up to three days later.
                    let mut day = date::months_after(*d, *n);
                    for _ in 0..4 {
                        day = date::next_day(day);
                        out.insert(day);
                    }
                }
            }
            What::Is(_, Value::Term(from, to)) => {
                out.insert(*from);
                out.extend(to.map(date::next_day));
            }
            _ => {}
        }
    }
    out.retain(|d| *d > on);
    out
}

fn look_backs(book: &Rulebook, edition: &Edition) -> BTreeSet<u32> {
    let mut out = BTreeSet::new();
    for rule in &edition.rules {
        rulebook::atoms(rule.deciding(), &mut |atom| {
            let Test::WithinMonths(o) = &atom.test else { return };
            let scalar = match o {
                Operand::Literal(s) => Some(*s),
                Operand::Value(v) => book.values.get(usize::from(*v)).map(|v| v.value),
            };
            if let Some(Scalar::Number(n)) = scalar {
                out.extend(u32::try_from(n));
            }
        });
    }
    out
}
