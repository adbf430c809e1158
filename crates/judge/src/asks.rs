//! Which facts still bear on a rule, and how much rests on each.
//!
//! One walk of the conditions that are not decided yet. It builds no texts:
//! explanations turn its asks into questions, and the plan of questions over
//! all rules calls it some hundred times. The weight of an ask is its share
//! of what is open: halved wherever its condition stands beside others, less
//! where it can only matter later (除く seldom holds; 緩和 matters once 要件
//! fails). Units that cannot change the worst are not walked.

use crate::evaluate::{Context, Stack};
use crate::explanation::State;
use crate::verdicts::{self, Judgement, other_readings, unit_set};
use facts::{Cell, Held, Known, RowId, Value};
use rulebook::{Atom, Node, Op, PartId, Quantifier, Range, Rule, RuleKind, Test};
use std::collections::BTreeMap;
use verdict::{Outcome, OutcomeSet, Truth};
use vocabulary::{KindId, RelationId, ValueType, Vocabulary, WordId};

/// Evidence that a condition demands.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Demand {
    /// Accepted kinds as bits.
    pub(crate) mask: u16,
    /// As the rule writes it.
    pub(crate) text: String,
    /// The choices that need it.
    pub(crate) choices: Vec<u16>,
}

/// A fact to ask for.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Ask {
    pub(crate) row: RowId,
    pub(crate) word: WordId,
    pub(crate) state: State,
    pub(crate) demand: Option<Demand>,
    /// Share of what is open in its rule, of [`WHOLE`].
    pub(crate) weight: u64,
    /// Whether it matters only after another answer: an exception, another
    /// way, 緩和, or what is asked of a row that may not be in range.
    pub(crate) later: bool,
}

/// The weight of a whole rule.
pub(crate) const WHOLE: u64 = 1 << 40;
/// A condition that seldom holds, or matters only after another.
const LATER: u64 = 8;

/// Everything to ask for a rule: what its part hangs on, then its own conditions.
pub(crate) fn of_rule(judgement: &Judgement<'_>, index: usize) -> Vec<Ask> {
    let Some(rule) = judgement.edition.rules.get(index) else { return Vec::new() };
    let mut walk = Walk::new(judgement);
    walk.routing(rule.part);
    walk.own(rule);
    walk.out
}

/// What to ask for the deemings that reach a part or stand on it.
pub(crate) fn of_routing(judgement: &Judgement<'_>, part: PartId) -> Vec<Ask> {
    let mut walk = Walk::new(judgement);
    walk.routing(part);
    walk.out
}

/// What to ask for a rule's own conditions.
pub(crate) fn of_conditions(judgement: &Judgement<'_>, index: usize) -> Vec<Ask> {
    let mut walk = Walk::new(judgement);
    if let Some(rule) = judgement.edition.rules.get(index) {
        walk.own(rule);
    }
    walk.out
}

/// How the fact of an atom stands.
pub(crate) fn state_of(context: &Context<'_>, atom: &Atom, cell: &Cell, truth: Truth) -> State {
    match cell {
        Cell::Absent => State::Absent,
        Cell::Asked(_) => State::Asked,
        Cell::Several(_) if truth == Truth::Unknown => State::Conflict,
        Cell::One(h) if truth == Truth::Unknown => {
            if context.test(&atom.test, &h.value) == Truth::Unknown {
                State::Plan
            } else {
                State::EvidenceMissing
            }
        }
        Cell::One(_) | Cell::Several(_) => State::Held,
    }
}

struct Walk<'a> {
    judgement: &'a Judgement<'a>,
    out: Vec<Ask>,
    /// Where an ask stands in `out`.
    at: BTreeMap<(RowId, WordId), usize>,
    /// Whether what is walked matters only after another answer.
    later: bool,
}

impl<'a> Walk<'a> {
    fn new(judgement: &'a Judgement<'a>) -> Walk<'a> {
        Walk { judgement, out: Vec::new(), at: BTreeMap::new(), later: false }
    }
    fn known(&self) -> &'a Known<'a> {
        self.judgement.known
    }
    fn words(&self) -> &'a Vocabulary {
        self.judgement.known.vocabulary()
    }

    /// Walks something that matters only after another answer, where `later` holds.
    fn deferred(&mut self, later: bool, walk: impl FnOnce(&mut Self)) {
        let before = self.later;
        self.later |= later;
        walk(self);
        self.later = before;
    }

    fn routing(&mut self, part: PartId) {
        let judgement = self.judgement;
        let stack = Stack::of(judgement.known);
        let context = judgement.context();
        for (deeming, state) in judgement.edition.deemings.iter().zip(&judgement.deemings) {
            if deeming.reaches.contains(&part) && state.deemed() == Truth::Unknown {
                self.conjunction(&context, std::slice::from_ref(&deeming.target), &stack, WHOLE);
                self.conjunction(&context, std::slice::from_ref(&deeming.eligibility), &stack, WHOLE);
            } else if deeming.part == part && state.eligible == Truth::Unknown {
                self.conjunction(&context, std::slice::from_ref(&deeming.eligibility), &stack, WHOLE);
            }
        }
    }

    fn own(&mut self, rule: &Rule) {
        let judgement = self.judgement;
        let gate = judgement.gate(rule.part);
        if rule.kind != RuleKind::Required || gate == Some(Truth::False) {
            return;
        }
        let deemed = if gate.is_some() { Truth::False } else { judgement.deemed(rule.part) };
        let before = self.out.len();
        self.units(&judgement.context(), rule, deemed);
        if self.out.len() == before {
            // Decided by the default readings; the others may still be open.
            for other in other_readings(rule) {
                self.units(&Context { other, ..judgement.context() }, rule, deemed);
            }
        }
        if rule.unit != Vocabulary::INSTITUTION && self.known().complete(rule.unit).is_none() {
            self.closure_of_kind(rule.unit, WHOLE);
        }
    }

    /// Every unit that can still change the worst of all.
    fn units(&mut self, context: &Context<'_>, rule: &Rule, deemed: Truth) {
        let given = if deemed == Truth::True { Truth::True } else { Truth::False };
        let stacks = verdicts::unit_stacks(self.known(), rule);
        let sets: Vec<OutcomeSet> = stacks.iter().map(|(_, s)| unit_set(context, rule, s, given)).collect();
        let floor: Option<Outcome> = sets.iter().filter_map(|s| s.iter().next()).max();
        let open = |set: &OutcomeSet| set.len() > 1 && set.iter().last() > floor;
        let count = sets.iter().filter(|s| open(s)).count();
        for ((_, stack), _) in stacks.iter().zip(&sets).filter(|(_, s)| open(s)) {
            self.unit(context, rule, stack, given, share(WHOLE, count));
        }
    }

    /// The blocks of one unit, in the order of exceptions.
    fn unit(&mut self, context: &Context<'_>, rule: &Rule, stack: &Stack, deemed: Truth, weight: u64) {
        let mut scope = verdicts::asked(context, rule, stack);
        if let (Truth::Unknown, Some((_, Some(early)))) = (scope, &rule.effective) {
            self.node(context, early, stack, weight);
        }
        if scope.can_be_true() {
            let target = context.all(&rule.target, stack);
            self.conjunction(context, &rule.target, stack, weight);
            scope = scope.and(target);
        }
        if scope.can_be_true() {
            let except = context.any(&rule.except, stack);
            if except == Truth::Unknown {
                self.each(context, &rule.except, stack, weight);
            }
            scope = scope.and(!except);
        }
        if !scope.can_be_true() || deemed == Truth::True {
            return;
        }
        self.deferred(scope == Truth::Unknown, |me| {
            let weight = if scope == Truth::True { weight } else { weight / LATER };
            me.requirement(context, rule, stack, weight);
        });
    }

    /// 要件, and 緩和 where 要件 can fail.
    fn requirement(&mut self, context: &Context<'_>, rule: &Rule, stack: &Stack, weight: u64) {
        let requirement = context.all(&rule.requirement, stack);
        self.conjunction(context, &rule.requirement, stack, weight);
        let Some(relief) = rule.relief.as_ref().filter(|_| requirement.can_be_false()) else { return };
        if verdicts::relief(context, rule, stack) != Truth::Unknown {
            return;
        }
        let weight = if requirement == Truth::False { weight } else { weight / LATER };
        self.deferred(requirement == Truth::Unknown, |me| {
            let nodes = std::iter::once(&relief.when).chain(&relief.until);
            for node in nodes.filter(|n| context.reads(n.toggle)) {
                me.node(context, node, stack, weight / 2);
            }
        });
    }

    /// The open conditions of a conjunction that is open.
    fn conjunction(&mut self, context: &Context<'_>, nodes: &[Node], stack: &Stack, weight: u64) {
        if context.all(nodes, stack) == Truth::Unknown {
            self.each(context, nodes, stack, weight);
        }
    }

    /// The open ones of some conditions, with equal shares.
    fn each(&mut self, context: &Context<'_>, nodes: &[Node], stack: &Stack, weight: u64) {
        let open: Vec<&Node> = nodes
            .iter()
            .filter(|n| context.reads(n.toggle) && context.truth(n, stack) == Truth::Unknown)
            .collect();
        for node in &open {
            self.node(context, node, stack, share(weight, open.len()));
        }
    }

    /// Of a condition that is decided nothing is asked.
    fn node(&mut self, context: &Context<'_>, node: &Node, stack: &Stack, weight: u64) {
        if context.truth(node, stack) != Truth::Unknown {
            return;
        }
        match &node.op {
            Op::All(_, items) | Op::Alternative(_, items) => self.each(context, items, stack, weight),
            Op::Any(_, items) => {
                // The first way is the usual one; what stands below it is the exception.
                let open = items
                    .iter()
                    .filter(|n| context.reads(n.toggle) && context.truth(n, stack) == Truth::Unknown);
                for (item, nth) in open.zip(1u32..) {
                    let weight = weight.checked_shr(nth).unwrap_or(0);
                    self.deferred(nth > 1, |me| me.node(context, item, stack, weight));
                }
            }
            Op::Definition(_, body) => self.node(context, body, stack, weight),
            Op::Part(_) => {}
            Op::Atom(atom) => self.atom(context, atom, stack, weight),
            Op::Quantifier(q) => self.quantifier(context, q, stack, weight),
        }
    }

    fn atom(&mut self, context: &Context<'_>, atom: &Atom, stack: &Stack, weight: u64) {
        let Some(row) = stack.row(atom.level) else { return };
        let cell = self.known().cell(row, atom.word);
        let state = state_of(context, atom, cell, Truth::Unknown);
        if state == State::EvidenceMissing
            && let Some((contract, term)) = self.term_missing(cell)
        {
            // There is a clause; whether its contract is in force is not known.
            self.ask(Some(contract), term, state_of_cell(self.known().cell(contract, term)), None, weight);
            return;
        }
        let demand = atom.demand.as_ref().map(|(mask, text)| Demand {
            mask: *mask,
            text: text.clone(),
            choices: match (&atom.test, &self.words().word(atom.word).value) {
                (Test::OneOf { choices, not, .. }, ValueType::Choice(all)) => {
                    let count = u16::try_from(all.len()).unwrap_or(0);
                    (0..count).filter(|c| choices.contains(*c) != *not).collect()
                }
                _ => Vec::new(),
            },
        });
        self.ask(Some(row), atom.word, state, demand, weight);
    }

    /// The contract of a stated clause whose term nobody has stated.
    fn term_missing(&self, cell: &Cell) -> Option<(RowId, WordId)> {
        let known = self.known();
        let kind = self.words().kind_by_id("contract")?;
        let term = self.words().word_by_id("contract-term")?;
        let facts = cell.held().iter().flat_map(|h| &h.facts).filter_map(|i| known.fact(*i));
        facts.flat_map(|f| &f.evidence).filter_map(|e| e.contract).find_map(|contract| {
            let row = known.rows(kind).iter().copied().find(|r| known.subject(*r) == contract)?;
            known.cell(row, term).held().is_empty().then_some((row, term))
        })
    }

    fn quantifier(&mut self, context: &Context<'_>, q: &Quantifier, stack: &Stack, weight: u64) {
        let rows = context.rows(q.range, stack);
        let settled = if q.all { Truth::True } else { Truth::False };
        // Where there may be more rows anyway, one that perhaps belongs decides nothing.
        let possible = if rows.open { &[] } else { rows.possible };
        let mut waiting = Vec::new();
        let mut perhaps = Vec::new();
        let sure = rows.certain().count();
        for (row, sure) in rows.certain().map(|r| (r, true)).chain(possible.iter().map(|r| (*r, false))) {
            let inner = stack.with(Some(row));
            match context.in_range(q, &inner) {
                Truth::False => {}
                within if context.all(&q.body, &inner) == settled => {
                    perhaps.extend((within == Truth::Unknown).then_some(inner));
                }
                _ => waiting.push((row, inner, sure)),
            }
        }
        let part = share(weight, waiting.len() + usize::from(rows.open));
        for (row, inner, sure) in &waiting {
            // What a row is comes before what is asked of it; that it is left
            // out by 除く seldom holds, and comes after.
            let belongs = *sure && context.all(&q.within, inner) == Truth::True;
            if !sure {
                self.membership(q.range, *row, part);
            }
            self.each(context, &q.within, inner, part);
            self.deferred(true, |me| me.each(context, &q.except, inner, part / LATER));
            let weight = if belongs { part } else { part / LATER };
            self.deferred(!belongs, |me| me.conjunction(context, &q.body, inner, weight));
        }
        if rows.open {
            // With rows at hand that may decide, that there are no more comes after them.
            self.closure(q.range, stack, if waiting.is_empty() { part } else { part / LATER });
        } else if let (true, Some(inner)) = (waiting.is_empty(), perhaps.first()) {
            // Every row that may be in range is in order: one that certainly is
            // in range decides, so the first is looked at.
            self.each(context, &q.within, inner, weight);
            self.each(context, &q.except, inner, weight);
        } else if let Some((word, level)) = q.none_of.filter(|_| waiting.is_empty() || sure == 0) {
            // 台帳確認: is there really none?
            if let Some(row) = stack.row(level) {
                let state = state_of_cell(self.known().cell(row, word));
                if state != State::Held {
                    self.ask(Some(row), word, state, None, weight / LATER);
                }
            }
        }
    }

    fn closure(&mut self, range: Range, stack: &Stack, weight: u64) {
        match range {
            Range::Kind(kind) => self.closure_of_kind(kind, weight),
            Range::Relation(relation, level) => {
                if let Some(row) = stack.row(level) {
                    self.closure_of_relation(relation, row, weight);
                }
            }
        }
    }

    fn closure_of_kind(&mut self, kind: KindId, weight: u64) {
        let Some(institution) = self.known().rows(Vocabulary::INSTITUTION).first().copied() else { return };
        if let Some(word) = self.words().kind(kind).closure {
            self.closure_word(institution, word, weight);
        }
    }

    /// The closure, or what keeps the relation open in spite of it.
    fn closure_of_relation(&mut self, relation: RelationId, row: RowId, weight: u64) {
        let declared = self.words().relation(relation);
        let stated = stated_yes(self.known().cell(row, declared.closure));
        let Some(open_while) = declared.open_while.as_ref().filter(|_| stated) else {
            return self.closure_word(row, declared.closure, weight);
        };
        let Some(through) = self.known().members(open_while.through, row) else { return };
        if through.open {
            return self.closure_of_relation(open_while.through, row, weight);
        }
        let mut settled = true;
        for other in through.certain.iter().map(|(r, _)| *r).chain(through.possible.iter().copied()) {
            let cell = self.known().cell(other, open_while.fact);
            match state_of_cell(cell) {
                State::Held if cell.held().iter().all(|h| h.value == Value::Choice(open_while.unless)) => {}
                State::Held => {
                    let until = self.known().members(open_while.until, other);
                    if until.is_some_and(|m| m.certain.is_empty()) {
                        settled = false;
                        // Stated to have none, it stays open: nothing to ask.
                        if until.is_some_and(|m| m.open) {
                            self.closure_of_relation(open_while.until, other, weight);
                        }
                    }
                }
                state => {
                    settled = false;
                    self.ask(Some(other), open_while.fact, state, None, weight);
                }
            }
        }
        if settled {
            self.closure_word(row, declared.closure, weight);
        }
    }

    fn closure_word(&mut self, row: RowId, word: WordId, weight: u64) {
        let cell = self.known().cell(row, word);
        // A closure that was stated and is open again has to be asked anew.
        let state = if stated_yes(cell) { State::Absent } else { state_of_cell(cell) };
        self.ask(Some(row), word, state, None, weight);
    }

    fn membership(&mut self, range: Range, row: RowId, weight: u64) {
        if let Range::Relation(relation, _) = range {
            let word = self.words().relation(relation).backward;
            self.ask(Some(row), word, state_of_cell(self.known().cell(row, word)), None, weight);
        }
    }

    fn ask(&mut self, row: Option<RowId>, word: WordId, state: State, demand: Option<Demand>, weight: u64) {
        let Some(row) = row else { return };
        if let Some(known) = self.at.get(&(row, word)).and_then(|i| self.out.get_mut(*i)) {
            known.weight = known.weight.saturating_add(weight);
            known.demand = known.demand.take().or(demand);
            known.later &= self.later;
            return;
        }
        self.at.insert((row, word), self.out.len());
        self.out.push(Ask { row, word, state, demand, weight: weight.max(1), later: self.later });
    }
}

/// An equal share of a weight.
fn share(weight: u64, among: usize) -> u64 {
    weight / u64::try_from(among.max(1)).unwrap_or(u64::MAX)
}

fn state_of_cell(cell: &Cell) -> State {
    match cell {
        Cell::Absent => State::Absent,
        Cell::Asked(_) => State::Asked,
        Cell::One(_) => State::Held,
        Cell::Several(_) => State::Conflict,
    }
}

/// Whether a yes/no word is はい.
fn stated_yes(cell: &Cell) -> bool {
    matches!(cell, Cell::One(Held { value: Value::Choice(0), .. }))
}
