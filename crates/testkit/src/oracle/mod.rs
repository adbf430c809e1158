//! What a rule can still come to, by trying every completion.
//!
//! A third implementation of rule-language §3 and §4, for tests only: the
//! blocks are parsed from the files' text again, every unknown is a choice
//! made when it is first read (`worlds`), and within one world all logic is
//! two-valued (`evaluate`). Taken from the engine: the resolved cells,
//! members and completeness of `facts::Known`, the dated values, the
//! interpretations and the order of rules. Not taken: the graph, the
//! three-valued logic, the table and the combination of units.

mod evaluate;
mod text;
mod values;
mod worlds;

pub use text::{RuleText, Text};

use evaluate::{Evaluation, Start};
use facts::Known;
use rule_language::syntax::SectionWord;
use std::collections::BTreeSet;
use text::{condition_part, reaches};
use verdict::{Outcome, OutcomeSet};
use worlds::Worlds;

/// What the oracle found for one rule.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Possible {
    /// Every world was tried.
    All(OutcomeSet),
    /// Too many worlds; these outcomes occur, others may too.
    Some(OutcomeSet),
}

impl Possible {
    /// The outcomes found.
    pub fn found(self) -> OutcomeSet {
        match self {
            Possible::All(s) | Possible::Some(s) => s,
        }
    }
    /// Whether every world was tried.
    pub fn complete(self) -> bool {
        matches!(self, Possible::All(_))
    }
}

/// The outcomes of each rule of the edition, in its order. At most `budget`
/// worlds are tried for a rule and a reading of its interpretations.
pub fn possible(text: &Text, known: &Known<'_>, budget: usize) -> Vec<Possible> {
    let start = Start::new(text, known);
    text.rules.iter().map(|rule| of_rule(&start, rule, budget)).collect()
}

/// Whether 対象 ∧ 資格 of each deeming can be false and can be true, by their
/// default readings. In the order of the deemings' ids.
pub fn eligible(text: &Text, known: &Known<'_>, budget: usize) -> Vec<(bool, bool)> {
    let start = Start::new(text, known);
    let of = |i: usize| {
        let mut seen = (false, false);
        Worlds::new(budget).each(|world| {
            let holds = Evaluation::new(&start, world).eligible(i);
            seen = (seen.0 || !holds, seen.1 || holds);
            seen == (true, true)
        });
        seen
    };
    (0..text.deemings.len()).map(of).collect()
}

/// §4, 解釈: the default's set, and the other readings' where it holds 未遵守.
fn of_rule(start: &Start<'_>, rule: &RuleText, budget: usize) -> Possible {
    let (mut out, mut complete) = read_as(start, rule, &BTreeSet::new(), budget);
    if out.contains(Outcome::NotMet) {
        // Where the default was too much, the others are only sampled.
        let budget = if complete { budget } else { budget / 8 };
        for flipped in &rule.other_readings {
            let (set, all) = read_as(start, rule, flipped, budget);
            out = out.union(set);
            complete &= all;
        }
    }
    complete |= out == most(start.text, rule);
    if complete { Possible::All(out) } else { Possible::Some(out) }
}

fn read_as(
    start: &Start<'_>,
    rule: &RuleText,
    flipped: &BTreeSet<String>,
    budget: usize,
) -> (OutcomeSet, bool) {
    let most = most(start.text, rule);
    let mut out = OutcomeSet::EMPTY;
    let complete = Worlds::new(budget).each(|world| {
        out.insert(Evaluation::new(start, world).outcome(rule, flipped));
        out == most
    });
    (out, complete)
}

/// The outcomes that the rule's blocks leave room for, whatever the facts.
fn most(text: &Text, rule: &RuleText) -> OutcomeSet {
    if !rule.required() {
        return OutcomeSet::OUT_OF_SCOPE;
    }
    let has = |words: &[SectionWord]| rule.rule.sections.iter().any(|s| words.contains(&s.word));
    let mut out = OutcomeSet::from_iter([Outcome::Met, Outcome::NotMet]);
    let stands_on = text.deemings.iter().any(|d| condition_part(d) == Some(rule.part.as_str()));
    let dated = rule.rule.unit.is_some() || rule.rule.effective.is_some();
    if dated || stands_on || has(&[SectionWord::Target, SectionWord::Except]) {
        out.insert(Outcome::OutOfScope);
    }
    if text.deemings.iter().any(|d| reaches(d, &rule.part)) {
        out.insert(Outcome::DeemedMet);
    }
    if has(&[SectionWord::Relief]) {
        out.insert(Outcome::Relief);
    }
    out
}
