//! What if: two states of one institution, judged by the same functions for the
//! same days, and what is different between them.
//!
//! The second state is usually the first with supposed facts ([`Supposer`](crate::Supposer)),
//! but any two do. A flip is symmetrical: turned round, what fell away is new,
//! better is worse, settled is unsettled.

use crate::explain;
use crate::explanation::SubjectRef;
use crate::verdicts::{Judgement, Verdicts, verdicts};
use facts::Known;
use rulebook::{Edition, Rulebook};
use schemars::JsonSchema;
use serde::Serialize;
use verdict::{Outcome, OutcomeSet, Truth};

/// How a rule's set moved.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Move {
    /// Asked before, now only 対象外 or みなし遵守.
    FallsAway,
    /// Only 対象外 or みなし遵守 before, now asked.
    New,
    /// Decided before, now undecided.
    Unsettled,
    /// Undecided before, now decided.
    Settled,
    /// Decided before and after, and better.
    Better,
    /// Decided before and after, and worse.
    Worse,
    /// Undecided before and after, by another set.
    Shifted,
}

impl Move {
    /// How one set becomes another; `None` where they are the same.
    pub fn between(before: OutcomeSet, after: OutcomeSet) -> Option<Move> {
        let free = OutcomeSet::from_iter([Outcome::OutOfScope, Outcome::DeemedMet]);
        let (was_free, is_free) = (before.is_subset(free), after.is_subset(free));
        if before == after {
            return None;
        }
        Some(match (before.decided(), after.decided()) {
            _ if was_free && !is_free => Move::New,
            _ if is_free && !was_free => Move::FallsAway,
            (Some(b), Some(a)) if a < b => Move::Better,
            (Some(_), Some(_)) => Move::Worse,
            (Some(_), None) => Move::Unsettled,
            (None, Some(_)) => Move::Settled,
            (None, None) => Move::Shifted,
        })
    }
}

/// A unit of judgement whose set is not the same in both states. A unit that one
/// state does not have is 対象外 there.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct UnitFlip {
    /// Which.
    pub subject: SubjectRef,
    /// Its set before.
    pub before: OutcomeSet,
    /// Its set after.
    pub after: OutcomeSet,
}

/// A rule in both states on one day.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct RuleFlip {
    /// Id of the rule.
    pub item: String,
    /// The set before.
    pub before: OutcomeSet,
    /// The set after.
    pub after: OutcomeSet,
    /// How it moved, where it did.
    pub moved: Option<Move>,
    /// The units that moved, by the default readings.
    pub units: Vec<UnitFlip>,
    /// 推奨 that is not followed, before and after.
    pub advice_left: (bool, bool),
    /// Issues pending at the ministry that concern it, before and after.
    pub pending: (Vec<String>, Vec<String>),
}

/// A deeming in one state.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
pub struct DeemingState {
    /// 対象
    pub target: Truth,
    /// 資格
    pub eligible: Truth,
    /// 条件
    pub condition: Truth,
    /// 対象 ∧ 資格: the part named in 条件 is enough to follow.
    pub route: Truth,
}

/// A deeming in both states on one day.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct DeemingFlip {
    /// Id of the deeming.
    pub id: String,
    /// Before.
    pub before: DeemingState,
    /// After.
    pub after: DeemingState,
}

/// Both states on one day.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct Flips {
    /// Day that is judged (ISO).
    pub judged_on: String,
    /// Every rule, in the order of the edition.
    pub rules: Vec<RuleFlip>,
    /// Every deeming.
    pub deemings: Vec<DeemingFlip>,
}

/// A question that is open in one state.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct OpenQuestion {
    /// About what.
    pub subject: Option<SubjectRef>,
    /// The word it asks for.
    pub word: String,
    /// The question in plain Japanese.
    pub text: String,
    /// Who can answer.
    pub answered_by: Vec<String>,
    /// Ids of the rules it bears on.
    pub items: Vec<String>,
}

/// What is different between two states, over several days.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct WhatIf {
    /// Day whose facts are known (ISO).
    pub known_on: String,
    /// One a day, in the order they were given.
    pub days: Vec<Flips>,
    /// Questions that are open only after.
    pub appearing: Vec<OpenQuestion>,
    /// Questions that were open only before.
    pub vanishing: Vec<OpenQuestion>,
}

/// Compares two states, each given as what is known before and after, a pair a day.
pub fn what_if(book: &Rulebook, edition: &Edition, days: &[(Known<'_>, Known<'_>)]) -> WhatIf {
    let before = questions(book, edition, days.iter().map(|(b, _)| b));
    let after = questions(book, edition, days.iter().map(|(_, a)| a));
    WhatIf {
        known_on: days.first().map(|(b, _)| b.known_on().to_string()).unwrap_or_default(),
        days: days.iter().map(|(b, a)| flips(book, edition, b, a)).collect(),
        appearing: without(&after, &before),
        vanishing: without(&before, &after),
    }
}

/// Compares two states on one day.
pub fn flips(book: &Rulebook, edition: &Edition, before: &Known<'_>, after: &Known<'_>) -> Flips {
    let (b, a) = (verdicts(book, edition, before), verdicts(book, edition, after));
    let units_before = Judgement::new(book, edition, before);
    let units_after = Judgement::new(book, edition, after);
    let rules = edition.rules.iter().enumerate().map(|(i, rule)| {
        let set = |v: &Verdicts| v.rules.get(i).copied().unwrap_or_default();
        RuleFlip {
            item: rule.front.id.clone(),
            before: set(&b),
            after: set(&a),
            moved: Move::between(set(&b), set(&a)),
            units: unit_flips(&units_before, &units_after, i),
            advice_left: (advice_left(&b, i), advice_left(&a, i)),
            pending: (pending(edition, &b, i), pending(edition, &a, i)),
        }
    });
    let deemings = edition.deemings.iter().enumerate().map(|(i, deeming)| DeemingFlip {
        id: deeming.front.id.clone(),
        before: deeming_state(&b, i),
        after: deeming_state(&a, i),
    });
    Flips { judged_on: before.judged_on().to_string(), rules: rules.collect(), deemings: deemings.collect() }
}

fn unit_flips(before: &Judgement<'_>, after: &Judgement<'_>, index: usize) -> Vec<UnitFlip> {
    let named = |j: &Judgement<'_>| -> Vec<(SubjectRef, OutcomeSet)> {
        let names = j.known.institution().display_names(j.known.vocabulary());
        let sets = j.unit_sets(index).into_iter();
        sets.map(|(s, set)| (SubjectRef::of(j.known, &names, s), set)).collect()
    };
    let (b, a) = (named(before), named(after));
    let find = |list: &[(SubjectRef, OutcomeSet)], s: &SubjectRef| {
        let of = list.iter().find(|(o, _)| o.kind == s.kind && o.id == s.id);
        of.map_or(OutcomeSet::OUT_OF_SCOPE, |(_, set)| *set)
    };
    let gone = b.iter().map(|(s, _)| s);
    let new = a.iter().map(|(s, _)| s).filter(|s| !b.iter().any(|(o, _)| o.kind == s.kind && o.id == s.id));
    gone.chain(new)
        .map(|s| UnitFlip { subject: s.clone(), before: find(&b, s), after: find(&a, s) })
        .filter(|u| u.before != u.after)
        .collect()
}

fn advice_left(all: &Verdicts, index: usize) -> bool {
    let advice = all.recommended.get(index).into_iter().flatten();
    advice.into_iter().any(|a| a.concerns == Truth::True && a.followed != Truth::True)
}

fn pending(edition: &Edition, all: &Verdicts, index: usize) -> Vec<String> {
    let issues = edition.rules.get(index).into_iter().flat_map(|r| &r.pending);
    let truths = all.pending.get(index).into_iter().flatten();
    issues.zip(truths).filter(|(_, t)| **t == Truth::True).map(|(p, _)| p.issue.clone()).collect()
}

fn deeming_state(all: &Verdicts, index: usize) -> DeemingState {
    let unknown = || DeemingState {
        target: Truth::Unknown,
        eligible: Truth::Unknown,
        condition: Truth::Unknown,
        route: Truth::Unknown,
    };
    all.deemings.get(index).map_or_else(unknown, |d| DeemingState {
        target: d.target,
        eligible: d.eligible,
        condition: d.condition,
        route: d.route(),
    })
}

/// The open questions of a state over all days. Where 保守委託機関編 is enough,
/// the parts it stands for ask nothing (I-11).
fn questions<'a>(
    book: &Rulebook,
    edition: &Edition,
    states: impl Iterator<Item = &'a Known<'a>>,
) -> Vec<OpenQuestion> {
    let mut out: Vec<OpenQuestion> = Vec::new();
    for known in states {
        let all = verdicts(book, edition, known);
        for (i, rule) in edition.rules.iter().enumerate() {
            let deemings = edition.deemings.iter().zip(&all.deemings);
            let stood_for = deemings
                .into_iter()
                .any(|(d, state)| d.reaches.contains(&rule.part) && state.route() == Truth::True);
            if stood_for || all.rules.get(i).is_none_or(|s| s.len() < 2) {
                continue;
            }
            for q in explain(book, edition, known, i).questions {
                match out.iter_mut().find(|o| o.subject == q.subject && o.word == q.word) {
                    Some(o) if o.items.contains(&rule.front.id) => {}
                    Some(o) => o.items.push(rule.front.id.clone()),
                    None => out.push(OpenQuestion {
                        subject: q.subject,
                        word: q.word,
                        text: q.text,
                        answered_by: q.answered_by,
                        items: vec![rule.front.id.clone()],
                    }),
                }
            }
        }
    }
    out
}

/// The questions that the other state does not have.
fn without(these: &[OpenQuestion], others: &[OpenQuestion]) -> Vec<OpenQuestion> {
    let same = |a: &OpenQuestion, b: &OpenQuestion| a.subject == b.subject && a.word == b.word;
    these.iter().filter(|q| !others.iter().any(|o| same(o, q))).cloned().collect()
}
