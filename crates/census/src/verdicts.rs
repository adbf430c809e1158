//! Rules → a set of outcomes for every institution of a block.
//!
//! The order of exceptions, units, readings, deeming and the unwritten unit
//! are those of rule-language §3. A set is a byte (a bit an outcome); the
//! units of an institution combine by one *or* a unit ([`combined`]).

use crate::bits::{Kleene, bit, bytes, ones, words};
use crate::block::{Block, complete};
use crate::evaluate::{Assumed, Evaluator, Shared};
use crate::exact;
use crate::frame::{Frame, Level};
use crate::rules::{Planned, PlannedRule};
use crate::twice::Twice;
use rulebook::{PartId, RuleKind, Rulebook};
use std::rc::Rc;
use verdict::{Outcome, OutcomeSet, Truth};
use vocabulary::{Date, Vocabulary};

/// A set of outcomes as bits.
pub(crate) type Set = u8;
const OUT: Set = 1;
const NOT_MET: Set = 16;

/// The results of a block.
#[derive(Debug, Clone, Default)]
pub(crate) struct Judged {
    /// Per rule, per institution.
    pub(crate) sets: Vec<Vec<Set>>,
    /// Per rule, per 国で検討中: whether it concerns a unit.
    pub(crate) pending: Vec<Vec<Kleene>>,
    /// Per deeming: 対象 ∧ 資格.
    pub(crate) routes: Vec<Kleene>,
    /// Per deeming: 資格.
    eligible: Vec<Kleene>,
    /// Per deeming: みなし.
    deemed: Vec<Kleene>,
    /// Per rule of a part that a deeming stands on: its set with 資格 taken as true.
    taken: Vec<Option<Vec<Set>>>,
}

/// Judges one block.
pub(crate) struct Judge<'a> {
    book: &'a Rulebook,
    planned: &'a Planned,
    block: &'a Block,
    shared: Shared<'a>,
}

/// One reading of a rule, and whom it is asked of.
struct Asking<'a> {
    evaluator: &'a Evaluator<'a>,
    rule: &'a PlannedRule,
    /// Where facts may be read twice, if the rule does so at all.
    twice: Option<&'a Twice>,
    /// Only these institutions.
    only: Option<&'a [u32]>,
}

impl Asking<'_> {
    fn unit_sets(&self, frame: &Frame, deemed: Truth) -> Vec<Set> {
        exact::unit_sets(self.evaluator, self.rule, frame, deemed, self.twice)
    }
}

impl<'a> Judge<'a> {
    pub(crate) fn new(
        vocabulary: &'a Vocabulary,
        book: &'a Rulebook,
        planned: &'a Planned,
        block: &'a Block,
        judged_on: Date,
    ) -> Judge<'a> {
        let shared = Shared::new(vocabulary, book, &planned.plan, block, judged_on);
        Judge { book, planned, block, shared }
    }

    /// All rules.
    pub(crate) fn all(&self) -> Judged {
        let mut out = Judged { taken: vec![None; self.planned.rules.len()], ..Judged::default() };
        self.deem(&mut out);
        for index in 0..self.planned.rules.len() {
            let (sets, pending) = self.rule(&out, index);
            out.sets.push(sets);
            out.pending.push(pending);
        }
        out
    }

    /// One rule again, on the deemings that were found before.
    pub(crate) fn again(&self, index: usize, out: &mut Judged) {
        let reads_parts = self
            .planned
            .deemings
            .iter()
            .any(|d| self.planned.rules.get(index).is_some_and(|r| r.part == d.part));
        if reads_parts {
            *out = self.all();
            return;
        }
        let (sets, pending) = self.rule(out, index);
        if let Some(s) = out.sets.get_mut(index) {
            *s = sets;
        }
        if let Some(p) = out.pending.get_mut(index) {
            *p = pending;
        }
    }

    fn institutions(&self) -> usize {
        self.block.institutions
    }

    /// The parts that deemings stand on, then the deemings.
    fn deem(&self, out: &mut Judged) {
        let nobody = Kleene::constant(Truth::False, self.institutions());
        for deeming in &self.planned.deemings {
            if self.shared.parts.borrow().iter().any(|(p, _)| *p == deeming.part) {
                continue;
            }
            let mut truth = Kleene::constant(Truth::True, self.institutions());
            for (i, rule) in self.planned.rules.iter().enumerate().filter(|(_, r)| r.part == deeming.part) {
                let sets = self.sets(rule, &nobody);
                if rule.kind == RuleKind::Required {
                    truth.and(&self.counts(rule, &sets));
                }
                if let Some(t) = out.taken.get_mut(i) {
                    *t = Some(sets);
                }
            }
            self.shared.parts.borrow_mut().push((deeming.part, Rc::new(truth)));
        }
        let evaluator = Evaluator::new(&self.shared, 0, Assumed::Nothing);
        let frame = Frame::whole(self.institutions());
        for d in &self.planned.deemings {
            let line = |child| evaluator.line(child, &frame, Truth::True);
            let eligible = line(&d.eligibility);
            let mut route = line(&d.target).as_ref().clone();
            route.and(&eligible);
            let mut deemed = route.clone();
            deemed.and(&line(&d.condition));
            out.eligible.push(eligible.as_ref().clone());
            out.routes.push(route);
            out.deemed.push(deemed);
        }
    }

    /// How the sets of an item bear on 編 X が 遵守.
    fn counts(&self, rule: &PlannedRule, sets: &[Set]) -> Kleene {
        let relief =
            self.book.interpretations.iter().find(|i| i.id == "I-09").is_some_and(|i| i.default_with);
        let mut fine = OutcomeSet::from_iter([Outcome::OutOfScope, Outcome::DeemedMet, Outcome::Met]);
        if relief {
            fine.insert(Outcome::Relief);
        }
        let mut out = Kleene::constant(Truth::Unknown, sets.len());
        for (i, set) in sets.iter().enumerate() {
            if set & !fine.bits() == 0 {
                crate::bits::set(&mut out.yes, i);
            } else if *set == NOT_MET && !rule.carried {
                crate::bits::set(&mut out.no, i);
            }
        }
        out
    }

    /// みなし for a part.
    fn deemed(&self, found: &Judged, part: PartId) -> Kleene {
        let mut out = Kleene::constant(Truth::False, self.institutions());
        for (d, deemed) in self.planned.deemings.iter().zip(&found.deemed) {
            if d.reaches.contains(&part) {
                out.or(deemed);
            }
        }
        out
    }

    /// The sets of one rule, and whether 国で検討中 concerns a unit.
    fn rule(&self, found: &Judged, index: usize) -> (Vec<Set>, Vec<Kleene>) {
        let Some(rule) = self.planned.rules.get(index) else { return (Vec::new(), Vec::new()) };
        let mut sets = match found.taken.get(index).cloned().flatten() {
            Some(sets) => sets,
            None => self.sets(rule, &self.deemed(found, rule.part)),
        };
        let gate = self.planned.deemings.iter().zip(&found.eligible).filter(|(d, _)| d.part == rule.part);
        let gate = gate.map(|(_, e)| e.clone()).reduce(|mut a, b| {
            a.or(&b);
            a
        });
        if let Some(gate) = gate {
            for (i, set) in sets.iter_mut().enumerate() {
                match gate.at(u32::try_from(i).unwrap_or(u32::MAX)) {
                    Truth::True => {}
                    Truth::Unknown => *set |= OUT,
                    Truth::False => *set = OUT,
                }
            }
        }
        (sets, self.pending(rule))
    }

    /// The sets of a rule with みなし given: the default readings, and the
    /// others where the default holds 未遵守.
    fn sets(&self, rule: &PlannedRule, deemed: &Kleene) -> Vec<Set> {
        if rule.kind == RuleKind::Recommended {
            return vec![OUT; self.institutions()];
        }
        let everyone = None;
        let mut out = self.reading(rule, deemed, 0, everyone);
        let asked: Vec<u32> = (0..).zip(&out).filter(|(_, s)| **s & NOT_MET != 0).map(|(i, _)| i).collect();
        if !asked.is_empty() {
            let few = (asked.len() * 2 < self.institutions()).then_some(asked.as_slice());
            for other in rule.other_readings() {
                let sets = self.reading(rule, deemed, other, few);
                for i in &asked {
                    if let (Some(o), Some(s)) = (out.get_mut(*i as usize), sets.get(*i as usize)) {
                        *o |= s;
                    }
                }
            }
        }
        out
    }

    /// The sets under one combination of readings; of the others than `only` nothing is said.
    fn reading(&self, rule: &PlannedRule, deemed: &Kleene, other: u64, only: Option<&[u32]>) -> Vec<Set> {
        let evaluator = Evaluator::new(&self.shared, other, Assumed::Nothing);
        let twice = rule.reads_twice.then(|| Twice::of(&evaluator, rule));
        let asking = Asking { evaluator: &evaluator, rule, twice: twice.as_ref(), only };
        let mut out = vec![0; self.institutions()];
        for given in [Truth::True, Truth::False] {
            let never = if given == Truth::True { &deemed.no } else { &deemed.yes };
            let possible: Vec<u64> = never.iter().map(|n| !n).collect();
            if ones(&possible, self.institutions()).next().is_none() {
                continue;
            }
            let sets = self.units(&asking, given);
            for (i, (o, s)) in out.iter_mut().zip(sets).enumerate() {
                if bit(&possible, u32::try_from(i).unwrap_or(u32::MAX)) {
                    *o |= s;
                }
            }
        }
        out
    }

    /// All units combined, with みなし given.
    fn units(&self, asking: &Asking<'_>, deemed: Truth) -> Vec<Set> {
        let (rule, only) = (asking.rule, asking.only);
        let institutions = Frame::whole(self.institutions());
        let Some(rows) = self.block.rows(rule.unit).filter(|_| rule.unit != Vocabulary::INSTITUTION) else {
            return asking.unit_sets(&institutions, deemed);
        };
        // Where only some institutions are asked for, only their units are judged.
        let written = Frame {
            levels: vec![Level::Rows(rows.owners().into()), Level::Whole],
            len: rows.len(),
            origin: None,
        };
        let chosen: Option<Vec<u32>> = only.map(|o| o.iter().flat_map(|i| rows.of(*i)).collect());
        let frame = chosen.as_ref().map_or_else(|| written.clone(), |c| written.select(c));
        let sets = asking.unit_sets(&frame, deemed);
        let mut out = vec![OUT; self.institutions()];
        let mut next = 0usize;
        let mut add = |i: u32| {
            let end = next + rows.of(i).len();
            let set = combined(sets.get(next..end).unwrap_or_default());
            next = end;
            if let Some(o) = out.get_mut(i as usize) {
                *o = set;
            }
        };
        match only {
            Some(only) => only.iter().for_each(|i| add(*i)),
            None => (0..u32::try_from(self.institutions()).unwrap_or(u32::MAX)).for_each(add),
        }
        self.one_more(asking, deemed, &mut out);
        out
    }

    /// A ledger that may go on adds what one further unit could give.
    fn one_more(&self, asking: &Asking<'_>, deemed: Truth, out: &mut [Set]) {
        let count = u32::try_from(self.institutions()).unwrap_or(u32::MAX);
        let open: Vec<u32> = (0..count).filter(|i| !complete(self.block, asking.rule.unit, *i)).collect();
        if open.is_empty() {
            return;
        }
        let frame = Frame {
            levels: vec![Level::Rows(open.as_slice().into()), Level::Nobody],
            len: open.len(),
            origin: None,
        };
        let more = asking.unit_sets(&frame, deemed);
        for (i, more) in open.iter().zip(more) {
            if let Some(o) = out.get_mut(*i as usize) {
                let with = OutcomeSet::from_bits(*o).worst_with(OutcomeSet::from_bits(more));
                *o |= with.bits();
            }
        }
    }

    /// 国で検討中: whether it concerns some unit that is written down.
    fn pending(&self, rule: &PlannedRule) -> Vec<Kleene> {
        if rule.pending.is_empty() {
            return Vec::new();
        }
        let evaluator = Evaluator::new(&self.shared, 0, Assumed::Nothing);
        let (frame, rows) = match self.block.rows(rule.unit).filter(|_| rule.unit != Vocabulary::INSTITUTION)
        {
            None => (Frame::whole(self.institutions()), None),
            Some(rows) => {
                let levels = vec![Level::Rows(rows.owners().into()), Level::Whole];
                (Frame { levels, len: rows.len(), origin: None }, Some(rows))
            }
        };
        let mut scope = evaluator.all(&rule.target, &frame);
        scope.and(&evaluator.any(&rule.except, &frame).not());
        let of_units = rule.pending.iter().map(|when| {
            let mut concerns = scope.clone();
            if let Some(when) = when {
                concerns.and(&evaluator.line(when, &frame, Truth::True));
            }
            concerns
        });
        of_units.map(|units| rows.map_or_else(|| units.clone(), |rows| any_unit(&units, rows))).collect()
    }
}

/// The disjunction over the units of each institution.
fn any_unit(units: &Kleene, rows: &crate::block::Rows) -> Kleene {
    let institutions = rows.first.len().saturating_sub(1);
    let mut out = Kleene::constant(Truth::False, institutions);
    for i in 0..u32::try_from(institutions).unwrap_or(u32::MAX) {
        let truth = rows.of(i).map(|r| units.at(r)).fold(Truth::False, Truth::or);
        let one = Kleene::constant(truth, 1);
        let (word, at) = ((i >> 6) as usize, 1u64 << (i & 63));
        for (plane, new) in [(&mut out.yes, &one.yes), (&mut out.no, &one.no)] {
            if let Some(w) = plane.get_mut(word) {
                *w = if bit(new, 0) { *w | at } else { *w & !at };
            }
        }
    }
    out
}

/// A unit's set with, above it, the outcomes that it cannot stay at or below.
fn spread(set: Set) -> u16 {
    let below = 1u16.checked_shl(set.trailing_zeros()).map_or(0, |lowest| lowest - 1);
    u16::from(set) | (below & 31) << 5
}

/// Every worst of one outcome a unit: what some unit can be, and no unit must pass.
fn combined(units: &[Set]) -> Set {
    let sum = units.iter().fold(u16::from(OUT), |sum, set| sum | spread(*set));
    u8::try_from(sum & 31 & !(sum >> 5)).unwrap_or(0)
}

/// The sets of the units of a frame by the table of rule-language §3.
pub(crate) fn table(evaluator: &Evaluator<'_>, rule: &PlannedRule, frame: &Frame, deemed: Truth) -> Vec<Set> {
    let mut target = asked(evaluator, rule, frame);
    target.and(&evaluator.all(&rule.target, frame));
    if !rule.except.is_empty() {
        target.and(&evaluator.any(&rule.except, frame).not());
    }
    let can_be_out: Vec<u64> = target.yes.iter().map(|y| !y).collect();
    let can_be_in: Vec<u64> = target.no.iter().map(|n| !n).collect();
    if deemed == Truth::True {
        return bytes([&can_be_out, &can_be_in], frame.len);
    }
    let requirement = evaluator.all(&rule.requirement, frame);
    let relief = relief(evaluator, rule, frame);
    let mut met = vec![0; words(frame.len)];
    let (mut in_relief, mut not_met) = (met.clone(), met.clone());
    let outs = met.iter_mut().zip(&mut in_relief).zip(&mut not_met);
    let ins = requirement.yes.iter().zip(&requirement.no).zip(relief.yes.iter().zip(&relief.no));
    for (((m, r), n), (i, ((ry, rn), (ly, ln)))) in outs.zip(can_be_in.iter().zip(ins)) {
        *m = i & !rn;
        *r = i & !ry & !ln;
        *n = i & !ry & !ly;
    }
    let deemed_met: &[u64] = &[];
    bytes([&can_be_out, deemed_met, &met, &in_relief, &not_met], frame.len)
}

/// Whether a unit is asked on the day: in force, or asked before.
fn asked(evaluator: &Evaluator<'_>, rule: &PlannedRule, frame: &Frame) -> Kleene {
    let Some((value, early)) = &rule.effective else { return Kleene::constant(Truth::True, frame.len) };
    if evaluator.shared.judged_on >= evaluator.day(rulebook::Operand::Value(*value)) {
        return Kleene::constant(Truth::True, frame.len);
    }
    match early {
        None => Kleene::constant(Truth::False, frame.len),
        Some(early) => evaluator.line(early, frame, Truth::False).as_ref().clone(),
    }
}

/// 緩和: とき true and 終了 false.
fn relief(evaluator: &Evaluator<'_>, rule: &PlannedRule, frame: &Frame) -> Kleene {
    let Some((when, until)) = &rule.relief else { return Kleene::constant(Truth::False, frame.len) };
    let mut out = evaluator.line(when, frame, Truth::True).as_ref().clone();
    if let Some(until) = until {
        out.and(&evaluator.line(until, frame, Truth::False).as_ref().clone().not());
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn combined_is_the_worst_of_one_outcome_a_unit() {
        for a in 1..32u8 {
            assert_eq!(combined(&[a]), a, "one unit");
            for b in 1..32u8 {
                for c in [1u8, 4, 9, 16, 30] {
                    let want = [b, c]
                        .iter()
                        .fold(OutcomeSet::from_bits(a), |s, u| s.worst_with(OutcomeSet::from_bits(*u)));
                    assert_eq!(OutcomeSet::from_bits(combined(&[a, b, c])), want, "{a} {b} {c}");
                }
            }
        }
        assert_eq!(combined(&[]), OUT);
    }
}
