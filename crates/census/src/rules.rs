//! The rules of an edition, planned for planes.

use crate::block::Block;
use crate::evaluate::{Assumed, Evaluator, Shared};
use crate::exact::{self, Pattern};
use crate::plan::{Child, Plan, Planner};
use crate::torn::{self, Torn};
use rulebook::{Deeming, Edition, InterpretationId, PartId, Rule, RuleKind, Rulebook, ValueRef};
use vocabulary::{Date, KindId, Vocabulary};

/// A rule, planned.
pub(crate) struct PlannedRule {
    pub(crate) unit: KindId,
    pub(crate) part: PartId,
    pub(crate) kind: RuleKind,
    pub(crate) carried: bool,
    pub(crate) effective: Option<(ValueRef, Option<Child>)>,
    pub(crate) target: Vec<Child>,
    pub(crate) except: Vec<Child>,
    pub(crate) requirement: Vec<Child>,
    pub(crate) relief: Option<(Child, Option<Child>)>,
    /// 国で検討中, each with its とき.
    pub(crate) pending: Vec<Option<Child>>,
    pub(crate) toggles: Vec<InterpretationId>,
    /// Per combination of readings: the words that plain logic may read too widely;
    /// none where nothing is read twice.
    pub(crate) torn: Vec<(u64, Torn)>,
    /// Values to suppose for unknown words, the most telling first.
    pub(crate) patterns: Vec<Pattern>,
}

/// A deeming, planned.
pub(crate) struct PlannedDeeming {
    pub(crate) target: Child,
    pub(crate) eligibility: Child,
    pub(crate) condition: Child,
    pub(crate) part: PartId,
    pub(crate) reaches: Vec<PartId>,
}

/// An edition, planned once for all blocks.
pub(crate) struct Planned {
    pub(crate) plan: Plan,
    pub(crate) rules: Vec<PlannedRule>,
    pub(crate) deemings: Vec<PlannedDeeming>,
}

/// Plans an edition.
pub(crate) fn plan(vocabulary: &Vocabulary, book: &Rulebook, edition: &Edition) -> Planned {
    let mut planner = Planner::new(vocabulary, book);
    let mut rules: Vec<PlannedRule> = edition.rules.iter().map(|r| rule(&mut planner, r)).collect();
    let deemings = edition.deemings.iter().filter_map(|d| deeming(&mut planner, d)).collect();
    let (plan, nobody) = (planner.plan, Block::default());
    // What is torn is a matter of the words alone: of no institution and no day.
    let shared = Shared::new(vocabulary, book, &plan, &nobody, Date::MIN);
    for (rule, source) in rules.iter_mut().zip(&edition.rules).filter(|(_, r)| r.reads_twice) {
        let readings = std::iter::once(0).chain(rule.other_readings());
        let torn = readings.map(|other| {
            let evaluator = Evaluator::new(&shared, other, Assumed::Nothing);
            (other, torn::torn(&evaluator, rule))
        });
        rule.torn = torn.filter(|(_, torn)| !torn.is_empty()).collect();
        let words = rule.torn.iter().flat_map(|(_, torn)| torn.keys().map(|(_, word)| *word)).collect();
        rule.patterns = exact::patterns(vocabulary, book, source, &words);
    }
    Planned { plan, rules, deemings }
}

fn rule(planner: &mut Planner<'_>, r: &Rule) -> PlannedRule {
    let unit = r.unit;
    PlannedRule {
        unit,
        part: r.part,
        kind: r.kind,
        carried: r.carried,
        effective: r.effective.as_ref().map(|(v, early)| (*v, planner.block(unit, early).pop())),
        target: planner.block(unit, &r.target),
        except: planner.block(unit, &r.except),
        requirement: planner.block(unit, &r.requirement),
        relief: r.relief.as_ref().and_then(|relief| {
            Some((planner.block(unit, [&relief.when]).pop()?, planner.block(unit, &relief.until).pop()))
        }),
        pending: r.pending.iter().map(|p| planner.block(unit, &p.when).pop()).collect(),
        toggles: r.toggles.clone(),
        torn: Vec::new(),
        patterns: Vec::new(),
    }
}

fn deeming(planner: &mut Planner<'_>, d: &Deeming) -> Option<PlannedDeeming> {
    let mut one = |node| planner.block(Vocabulary::INSTITUTION, [node]).pop();
    Some(PlannedDeeming {
        target: one(&d.target)?,
        eligibility: one(&d.eligibility)?,
        condition: one(&d.condition)?,
        part: d.part,
        reaches: d.reaches.clone(),
    })
}

impl PlannedRule {
    /// Every combination of the unconfirmed readings but the default, as bits.
    pub(crate) fn other_readings(&self) -> impl Iterator<Item = u64> {
        let all = 1u32.checked_shl(u32::try_from(self.toggles.len()).unwrap_or(0)).unwrap_or(1);
        (1..all).map(|n| {
            let chosen = self.toggles.iter().enumerate().filter(|(i, _)| n >> i & 1 == 1);
            chosen.fold(0u64, |m, (_, t)| m | 1 << t)
        })
    }

    /// The words that plain logic may read too widely under a combination of readings.
    pub(crate) fn torn(&self, other: u64) -> Option<&Torn> {
        self.torn.iter().find(|(o, _)| *o == other).map(|(_, torn)| torn)
    }

    /// The conditions that decide the outcome.
    pub(crate) fn deciding(&self) -> impl Iterator<Item = &Child> {
        let early = self.effective.iter().filter_map(|(_, early)| early.as_ref());
        let relief = self.relief.iter().flat_map(|(when, until)| std::iter::once(when).chain(until));
        early.chain(&self.target).chain(&self.except).chain(&self.requirement).chain(relief)
    }
}
