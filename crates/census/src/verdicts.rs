//! Rules → a set of outcomes for every institution of a block.
//!
//! The order of exceptions, units, readings, deeming and the unwritten unit
//! are those of rule-language §3. A set is a byte (a bit an outcome); the
//! units of an institution combine by one *or* a unit ([`combined`]).

use crate::bits::{Kleene, bit, bytes};
use crate::block::{Block, complete};
use crate::evaluate::{Assumed, Evaluator, Shared};
use crate::exact::{self, Group, Pair};
use crate::frame::{Frame, Level};
use crate::rules::{Planned, PlannedRule};
use crate::twice::Twice;
use rulebook::{PartId, RuleKind, Rulebook};
use std::rc::Rc;
use verdict::{Outcome, OutcomeSet, Truth};
use vocabulary::{Date, Vocabulary};

/// A set of outcomes as bits.
pub(crate) type Set = u8;
pub(crate) const OUT: Set = 1;
pub(crate) const DEEMED: Set = 2;
pub(crate) const MET: Set = 4;
pub(crate) const RELIEF: Set = 8;
pub(crate) const NOT_MET: Set = 16;

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
        let mut out = vec![0; self.institutions()];
        let everybody = self.units(rule, None);
        self.reading(rule, deemed, 0, &everybody, &mut out);
        let asked: Vec<u32> = (0..).zip(&out).filter(|(_, s)| **s & NOT_MET != 0).map(|(i, _)| i).collect();
        if !asked.is_empty() {
            // Planes over all are there already: only few are picked out.
            let few = asked.len() * 4 < self.institutions();
            let some = if few { self.units(rule, Some(&asked)) } else { everybody };
            for other in rule.other_readings() {
                self.reading(rule, deemed, other, &some, &mut out);
            }
        }
        out
    }

    /// Adds the sets under one combination of readings to what is possible, for all or for some.
    fn reading(
        &self,
        rule: &PlannedRule,
        deemed: &Kleene,
        other: u64,
        (frames, groups): &(Pair<Frame>, Vec<Group>),
        possible: &mut [Set],
    ) {
        let evaluator = Evaluator::new(&self.shared, other, Assumed::Nothing);
        let torn = rule.torn(other);
        let mut twice = None;
        for given in [Truth::True, Truth::False] {
            let never = if given == Truth::True { &deemed.no } else { &deemed.yes };
            let can_be = |g: &&Group| !bit(never, g.institution);
            if !groups.iter().any(|g| can_be(&g)) {
                continue;
            }
            let tables = Pair {
                written: table(&evaluator, rule, &frames.written, given),
                more: table(&evaluator, rule, &frames.more, given),
            };
            // Other readings are asked where the default holds 未遵守; and where
            // the plain set adds nothing, no closer look is needed.
            let asked = groups.iter().filter(can_be);
            let wanted = asked.filter_map(|g| {
                let known = possible.get(g.institution as usize)?;
                let plain = (other == 0 || known & NOT_MET != 0).then(|| g.plain(&tables))?;
                (plain & !known != 0).then_some((g, plain))
            });
            let wanted: Vec<(&Group, Set)> = wanted.collect();
            let open = wanted.iter().any(|(_, plain)| plain.count_ones() > 1);
            if let Some(torn) = torn.filter(|_| open) {
                let twice = twice.get_or_insert_with(|| Twice::of(&evaluator, rule, torn));
                let asked = exact::Asked { evaluator: &evaluator, rule, deemed: given, frames };
                let sets = Pair { written: tables.written.sets(), more: tables.more.sets() };
                exact::settle(&asked, twice, wanted, sets, possible);
            } else {
                for (g, plain) in wanted {
                    if let Some(known) = possible.get_mut(g.institution as usize) {
                        *known |= plain;
                    }
                }
            }
        }
    }

    /// The stacks of a rule's units, and which of them belong to whom.
    fn units(&self, rule: &PlannedRule, only: Option<&[u32]>) -> (Pair<Frame>, Vec<Group>) {
        let everybody: Vec<u32>;
        let who = match only {
            Some(only) => only,
            None => {
                everybody = (0..u32::try_from(self.institutions()).unwrap_or(u32::MAX)).collect();
                &everybody
            }
        };
        let nobody = Frame { levels: vec![Level::Whole, Level::Nobody], len: 0, origin: None };
        let Some(rows) = self.block.rows(rule.unit).filter(|_| rule.unit != Vocabulary::INSTITUTION) else {
            let whole = Frame::whole(self.institutions());
            let written = if only.is_some() { whole.select(who) } else { whole };
            let group = |(e, i): (u32, &u32)| Group { institution: *i, units: e..e + 1, more: None };
            return (Pair { written, more: nobody }, (0..).zip(who).map(group).collect());
        };
        let levels = vec![Level::Rows(self.shared.owners(rule.unit)), Level::Whole];
        let all = Frame { levels, len: rows.len(), origin: None };
        let written = if only.is_some() {
            all.select(&who.iter().flat_map(|i| rows.of(*i)).collect::<Vec<u32>>())
        } else {
            all
        };
        let mut groups = Vec::with_capacity(who.len());
        let (mut next, mut open) = (0, Vec::new());
        for i in who {
            let end = next + u32::try_from(rows.of(*i).len()).unwrap_or(0);
            let more = (!complete(self.block, rule.unit, *i)).then(|| {
                open.push(*i);
                u32::try_from(open.len() - 1).unwrap_or(u32::MAX)
            });
            groups.push(Group { institution: *i, units: next..end, more });
            next = end;
        }
        let more =
            Frame { len: open.len(), levels: vec![Level::Rows(open.into()), Level::Nobody], origin: None };
        (Pair { written, more }, groups)
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
                let levels = vec![Level::Rows(self.shared.owners(rule.unit)), Level::Whole];
                (Frame { levels, len: rows.len(), origin: None }, Some(rows))
            }
        };
        let mut scope = evaluator.all(&rule.target, &frame).as_ref().clone();
        scope.and_not(&evaluator.any(&rule.except, &frame));
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
const fn spread(set: Set) -> u16 {
    let below = match 1u16.checked_shl(set.trailing_zeros()) {
        Some(lowest) => lowest - 1,
        None => 0,
    };
    set as u16 | (below & 31) << 5
}

/// Every worst of one outcome a unit: what some unit can be, and no unit must pass.
pub(crate) fn combined(units: &[Set]) -> Set {
    let sum = units.iter().fold(u16::from(OUT), |sum, set| sum | spread(*set));
    u8::try_from(sum & 31 & !(sum >> 5)).unwrap_or(0)
}

/// The sets of the units of a frame, 64 a word, a bit an outcome in their order.
pub(crate) struct Table {
    words: Vec<[u64; 5]>,
    len: usize,
}

impl Table {
    /// Where a unit can be 対象外, and nothing else.
    pub(crate) fn outside(evaluator: &Evaluator<'_>, rule: &PlannedRule, frame: &Frame) -> Table {
        let asked = scope(evaluator, rule, frame);
        Table { words: asked.yes.iter().map(|yes| [!yes, 0, 0, 0, 0]).collect(), len: frame.len }
    }

    /// A byte a unit.
    pub(crate) fn sets(&self) -> Vec<Set> {
        bytes(self.words.iter().copied(), self.len)
    }

    /// The same as [`combined`] of the sets of some units.
    pub(crate) fn combined(&self, units: &std::ops::Range<u32>) -> Set {
        let (start, end) = (units.start as usize, units.end as usize);
        if start >= end {
            return OUT;
        }
        let (first, last) = (start / 64, (end - 1) / 64);
        // Per outcome: some unit can be it, and some unit cannot stay at or below it.
        let (mut deemed, mut met, mut relief, mut not_met) = (0, 0, 0, 0);
        let (mut past_out, mut past_deemed, mut past_met, mut past_relief) = (0, 0, 0, 0);
        for (w, [o, d, m, r, n]) in (first..).zip(self.words.get(first..=last).unwrap_or_default()) {
            let from = if w == first { u64::MAX << (start % 64) } else { u64::MAX };
            let to = if w == last { u64::MAX >> (63 - (end - 1) % 64) } else { u64::MAX };
            let mine = from & to;
            (deemed, met) = (deemed | d & mine, met | m & mine);
            (relief, not_met) = (relief | r & mine, not_met | n & mine);
            past_out |= mine & !o;
            past_deemed |= mine & !(o | d);
            past_met |= mine & !(o | d | m);
            past_relief |= mine & !(o | d | m | r);
        }
        let bit = |can: u64, past: u64, outcome: Set| Set::from(can != 0 && past == 0) * outcome;
        bit(1, past_out, OUT)
            | bit(deemed, past_deemed, DEEMED)
            | bit(met, past_met, MET)
            | bit(relief, past_relief, RELIEF)
            | bit(not_met, 0, NOT_MET)
    }
}

/// Whether a unit is asked at all: in force, 対象, not 除く.
pub(crate) fn scope(evaluator: &Evaluator<'_>, rule: &PlannedRule, frame: &Frame) -> Kleene {
    let mut target = asked(evaluator, rule, frame);
    target.and(&evaluator.all(&rule.target, frame));
    if !rule.except.is_empty() {
        target.and_not(&evaluator.any(&rule.except, frame));
    }
    target
}

/// The sets of the units of a frame by the table of rule-language §3.
pub(crate) fn table(evaluator: &Evaluator<'_>, rule: &PlannedRule, frame: &Frame, deemed: Truth) -> Table {
    if frame.len == 0 {
        return Table { words: Vec::new(), len: 0 };
    }
    let target = scope(evaluator, rule, frame);
    let asked = target.yes.iter().zip(&target.no);
    if deemed == Truth::True {
        return Table { words: asked.map(|(y, n)| [!y, !n, 0, 0, 0]).collect(), len: frame.len };
    }
    let requirement = evaluator.all(&rule.requirement, frame);
    let relief = relief(evaluator, rule, frame);
    let ins = requirement.yes.iter().zip(&requirement.no).zip(relief.yes.iter().zip(&relief.no));
    let words = asked.zip(ins).map(|((ty, tn), ((ry, rn), (ly, ln)))| {
        let can_be_in = !tn;
        [!ty, 0, can_be_in & !rn, can_be_in & !ry & !ln, can_be_in & !ry & !ly]
    });
    Table { words: words.collect(), len: frame.len }
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
        out.and_not(&evaluator.line(until, frame, Truth::False));
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

    #[test]
    fn planes_combine_as_bytes_do() {
        let sets: Vec<Set> = (0..300u32).map(|i| 1 + (i * i * 7 % 31) as u8).collect();
        let word = |units: &[Set]| {
            std::array::from_fn(|o| (0..64).zip(units).fold(0, |w, (i, s)| w | u64::from(s >> o & 1) << i))
        };
        let table = Table { words: sets.chunks(64).map(word).collect(), len: sets.len() };
        assert_eq!(table.sets(), sets);
        for (start, end) in [(0, 0), (0, 1), (5, 64), (63, 64), (64, 128), (60, 70), (1, 299), (192, 300)] {
            assert_eq!(
                table.combined(&(start..end)),
                combined(&sets[start as usize..end as usize]),
                "{start}"
            );
        }
        for at in 0..300u32 {
            assert_eq!(table.combined(&(at..at + 1)), sets[at as usize]);
        }
    }
}
