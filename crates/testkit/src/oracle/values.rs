//! Tests of values in two-valued logic, and the values that a cell nobody
//! knows could have: for each word the boundaries of every test in the text.

use super::text::Text;
use facts::Value;
use rule_language::syntax::{Operand, Test};
use rulebook::Scalar;
use std::collections::BTreeSet;
use vocabulary::{Date, ValueType, Word, date};

/// A test with its `$値` replaced by a reading of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Asked {
    OneOf(Vec<String>, bool),
    AtLeast(i64),
    AtMost(i64),
    OnOrAfter(Date),
    OnOrBefore(Date),
    Before(Date),
    WithinMonths(i64),
    InForce,
}

/// Puts the readings of `$値` in.
pub(super) fn asked(text: &Text, test: &Test, flipped: &BTreeSet<String>) -> Asked {
    let number = |o: &Operand| match scalar(text, o, flipped) {
        Scalar::Number(n) => n,
        Scalar::Day(_) => i64::MAX,
    };
    let day = |o: &Operand| match scalar(text, o, flipped) {
        Scalar::Day(d) => d,
        Scalar::Number(_) => Date::MIN,
    };
    match test {
        Test::OneOf { values, not } => Asked::OneOf(values.clone(), *not),
        Test::AtLeast(o) => Asked::AtLeast(number(o)),
        Test::AtMost(o) => Asked::AtMost(number(o)),
        Test::OnOrAfter(o) => Asked::OnOrAfter(day(o)),
        Test::OnOrBefore(o) => Asked::OnOrBefore(day(o)),
        Test::Before(o) => Asked::Before(day(o)),
        Test::WithinMonths(o) => Asked::WithinMonths(number(o)),
        Test::InForce => Asked::InForce,
    }
}

fn scalar(text: &Text, o: &Operand, flipped: &BTreeSet<String>) -> Scalar {
    match o {
        Operand::Value(name) => text.scalar(name, flipped),
        Operand::Literal(word) => match date::parse(word) {
            Ok(d) => Scalar::Day(d),
            Err(_) => Scalar::Number(word.parse().expect("a literal that the rulebook's check took")),
        },
    }
}

/// Whether a value passes; `on` is the judged day.
pub(super) fn passes(word: &Word, value: &Value, test: &Asked, on: Date) -> bool {
    match (test, value) {
        (Asked::OneOf(values, not), Value::NotApplicable) => values.iter().any(|v| v == "該当なし") != *not,
        (Asked::OneOf(values, not), Value::Choice(i)) => {
            let ValueType::Choice(names) = &word.value else { return false };
            names.get(usize::from(*i)).is_some_and(|n| values.contains(n)) != *not
        }
        // A number, a date or a term is none of the words that can stand here.
        (Asked::OneOf(_, not), _) => *not,
        (Asked::AtLeast(n), Value::Number(v)) => v >= n,
        (Asked::AtMost(n), Value::Number(v)) => v <= n,
        (Asked::OnOrAfter(d), Value::Date(v)) => v >= d,
        (Asked::OnOrBefore(d), Value::Date(v)) => v <= d,
        (Asked::Before(d), Value::Date(v)) => v < d,
        (Asked::WithinMonths(n), Value::Date(v)) => {
            let months = u32::try_from(*n).unwrap_or(u32::MAX);
            *v <= on && *v >= date::months_before(on, months)
        }
        (Asked::InForce, Value::Term(from, to)) => *from <= on && to.is_none_or(|to| to >= on),
        _ => false,
    }
}

/// Every value that some test in the text could tell apart from others.
pub(super) fn all(text: &Text, word: &Word, on: Date) -> Vec<Value> {
    let mut out: Vec<Value> = match &word.value {
        ValueType::Choice(names) => {
            (0..names.len()).filter_map(|i| u16::try_from(i).ok()).map(Value::Choice).collect()
        }
        ValueType::Number(_) => numbers(text, word).into_iter().map(Value::Number).collect(),
        ValueType::Date => days(text, word, on).into_iter().map(Value::Date).collect(),
        ValueType::Term => vec![Value::Term(on, None), Value::Term(Date::MIN, Some(Date::MIN))],
        ValueType::Text | ValueType::List(_) => Vec::new(),
    };
    if word.not_applicable {
        out.push(Value::NotApplicable);
    }
    // Of values that pass the same tests one is enough.
    let tests = text.tests_of(&word.name);
    let mut seen = BTreeSet::new();
    out.retain(|v| seen.insert(tests.iter().map(|t| passes(word, v, t, on)).collect::<Vec<bool>>()));
    out
}

fn numbers(text: &Text, word: &Word) -> BTreeSet<i64> {
    let mut out = BTreeSet::from([0]);
    for test in text.tests_of(&word.name) {
        if let Asked::AtLeast(n) | Asked::AtMost(n) = test {
            out.extend([(n - 1).max(0), *n, n + 1]);
        }
    }
    out
}

fn days(text: &Text, word: &Word, on: Date) -> BTreeSet<Date> {
    let mut edges = BTreeSet::from([on]);
    for test in text.tests_of(&word.name) {
        match test {
            Asked::OnOrAfter(d) | Asked::OnOrBefore(d) | Asked::Before(d) => drop(edges.insert(*d)),
            Asked::WithinMonths(n) => {
                edges.insert(date::months_before(on, u32::try_from(*n).unwrap_or(u32::MAX)));
            }
            _ => {}
        }
    }
    let before = |d: &Date| d.yesterday().unwrap_or(*d);
    edges.iter().flat_map(|d| [before(d), *d, date::next_day(*d)]).collect()
}

/// What a stated value leaves open: a date or a term that is still to come
/// may turn out otherwise (§4), everything else is as stated.
pub(super) fn as_stated(text: &Text, word: &Word, value: &Value, on: Date) -> Vec<Value> {
    match value {
        Value::Date(d) if *d > on => days(text, word, on).into_iter().map(Value::Date).collect(),
        Value::Term(from, _) if *from > on => {
            vec![Value::Term(on, None), Value::Term(Date::MIN, Some(Date::MIN))]
        }
        other => vec![other.clone()],
    }
}
