//! How many changes a rule needs at the very least: the bound that lets the
//! search for the smallest change begin late, or not at all.
//!
//! A lower bound and nothing more. Conditions that must hold together add up
//! only where no cell could serve two of them; wherever that is not plain, the
//! bound is 1. `NEVER` says that no change of a possible word can do it.

use crate::evaluate::{Assumed, Context, Stack};
use crate::put::{Put, changeable};
use crate::reach::{self, Reads, can_change};
use crate::smallest::values;
use crate::verdicts::{Judgement, blocks, unit_set, unit_stacks};
use facts::{Cell, Held, Known, RowId};
use rulebook::{Atom, Node, Op, Quantifier, Rule};
use std::collections::BTreeSet;
use verdict::{Outcome, Truth, table};
use vocabulary::{Vocabulary, WordId};

/// No number of changes is enough.
pub(crate) const NEVER: usize = usize::MAX;

/// A bound, and the cells that could bring it about; `None` where it could be any.
struct Bound {
    least: usize,
    touches: Option<BTreeSet<(RowId, WordId)>>,
}

impl Bound {
    fn anywhere(least: usize) -> Bound {
        Bound { least, touches: None }
    }
    fn nothing() -> Bound {
        Bound { least: 0, touches: Some(BTreeSet::new()) }
    }
}

/// The least number of changes after which a rule can be met.
pub(crate) fn least(judgement: &Judgement<'_>, index: usize, cells: &[Vec<Put>]) -> usize {
    let Some(rule) = judgement.edition.rules.get(index) else { return NEVER };
    let known = judgement.known;
    let gates = judgement.edition.deemings.iter().zip(&judgement.deemings);
    for (deeming, state) in gates {
        let fixed = !can_change(known, &deeming.eligibility) && !can_change(known, &deeming.target);
        if deeming.part == rule.part && fixed && state.eligible != Truth::True {
            return NEVER;
        }
        // Another way of being followed: nothing is known of its length.
        if deeming.reaches.contains(&rule.part) && !(fixed && state.route() == Truth::False) {
            return 1;
        }
    }
    if unwritten_unit_fails(judgement, rule) {
        return NEVER;
    }
    // The set must come out right for every value of the unknown facts, so any
    // value may be assumed for them: the least welcome one bounds best.
    let assumed = least_welcome(&judgement.context(), &reach::own_reads(judgement, rule));
    let against = Context { assumed: &assumed, ..judgement.context() };
    let unassumed = if rule.reads_twice { None } else { Some(judgement.context()) };
    let bound = |context: Context<'_>| {
        let bounds = Bounds { context, cells };
        together(unit_stacks(known, rule).iter().map(|(_, stack)| bounds.unit(rule, stack)).collect()).least
    };
    unassumed.into_iter().chain([against]).map(bound).max().unwrap_or(0)
}

/// For each unknown fact, the value that meets the fewest conditions.
fn least_welcome(context: &Context<'_>, reads: &Reads<'_>) -> Vec<Assumed> {
    let mut out = Vec::new();
    for ((row, word), atoms) in reads {
        let cell = context.known.cell(*row, *word);
        let values: Vec<Held> = match cell {
            Cell::One(_) => continue,
            Cell::Several(held) => held.clone(),
            Cell::Absent | Cell::Asked(_) => {
                let held = |value| Held { value, evidence: 0, facts: Vec::new() };
                values(context, *word, atoms).into_iter().map(held).collect()
            }
        };
        let met = |h: &Held| atoms.iter().filter(|a| context.held(a, h) == Truth::True).count();
        if let Some(held) = values.into_iter().min_by_key(met) {
            out.push((Some(*row), *word, held));
        }
    }
    out
}

/// Whether a unit that nobody has written down may fail: no change reaches it.
fn unwritten_unit_fails(judgement: &Judgement<'_>, rule: &Rule) -> bool {
    let known = judgement.known;
    let scope = rule.target.iter().chain(&rule.except);
    if rule.unit == Vocabulary::INSTITUTION
        || known.complete(rule.unit).is_some()
        || scope.chain(&rule.requirement).any(|n| reads_elsewhere(n, known))
    {
        return false;
    }
    let stack = Stack::of(known).with(None);
    let set = unit_set(&judgement.context(), rule, &stack, Truth::False);
    set.contains(Outcome::NotMet) || set.contains(Outcome::Relief)
}

/// Whether a word that can be changed is read of anything but the unit itself.
fn reads_elsewhere(node: &Node, known: &Known<'_>) -> bool {
    let mut found = false;
    rulebook::atoms(std::iter::once(node), &mut |atom| {
        found |= atom.level != 1 && changeable(known.vocabulary().word(atom.word));
    });
    found
}

struct Bounds<'a> {
    context: Context<'a>,
    cells: &'a [Vec<Put>],
}

impl Bounds<'_> {
    fn unit(&self, rule: &Rule, stack: &Stack) -> Bound {
        let set = table(blocks(&self.context, rule, stack, Truth::False));
        if ![Outcome::NotMet, Outcome::Relief].iter().any(|o| set.contains(*o)) {
            return Bound::nothing();
        }
        let bound = self.all(&rule.requirement, stack);
        let early = rule.effective.iter().filter_map(|(_, early)| early.as_ref());
        let mut scope = rule.target.iter().chain(&rule.except).chain(early);
        if scope.any(|n| can_change(self.context.known, n)) {
            return Bound::anywhere(bound.least.min(1));
        }
        bound
    }

    fn all(&self, items: &[Node], stack: &Stack) -> Bound {
        let read = items.iter().filter(|n| self.context.reads(n.toggle));
        together(read.map(|n| self.node(n, stack)).collect())
    }

    fn node(&self, node: &Node, stack: &Stack) -> Bound {
        if self.context.truth(node, stack) == Truth::True {
            return Bound::nothing();
        }
        match &node.op {
            Op::All(_, items) | Op::Alternative(_, items) => self.all(items, stack),
            Op::Any(_, items) => {
                let read = items.iter().filter(|n| self.context.reads(n.toggle));
                either(read.map(|n| self.node(n, stack)).collect())
            }
            Op::Definition(_, body) => self.node(body, stack),
            Op::Part(_) => Bound::anywhere(1),
            Op::Atom(atom) => self.atom(atom, stack),
            Op::Quantifier(q) if q.all => self.every(q, stack),
            Op::Quantifier(q) if q.body.iter().any(|n| can_change(self.context.known, n)) => {
                Bound::anywhere(1)
            }
            Op::Quantifier(_) => {
                Bound::anywhere(if can_change(self.context.known, node) { 1 } else { NEVER })
            }
        }
    }

    fn atom(&self, atom: &Atom, stack: &Stack) -> Bound {
        let Some(row) = stack.row(atom.level) else { return Bound::anywhere(NEVER) };
        let puts = self.cells.iter().flatten().filter(|p| p.row == row && p.word == atom.word);
        let holds = |p: &Put| {
            let held = Held { value: p.value.clone(), evidence: p.evidence, facts: Vec::new() };
            self.context.held(atom, &held) == Truth::True
        };
        let least = if puts.into_iter().any(holds) { 1 } else { NEVER };
        Bound { least, touches: Some(BTreeSet::from([(row, atom.word)])) }
    }

    /// すべての: each row that is in range, or may be, needs its own.
    fn every(&self, q: &Quantifier, stack: &Stack) -> Bound {
        let rows = self.context.rows(q.range, stack);
        let range_moves = q.within.iter().chain(&q.except).any(|n| can_change(self.context.known, n));
        if rows.open {
            return Bound::anywhere(NEVER);
        }
        if range_moves {
            return Bound::anywhere(1);
        }
        let rows = rows.certain().chain(rows.possible.iter().copied());
        let inner = rows.map(|row| stack.with(Some(row)));
        let asked = inner.filter(|i| self.context.in_range(q, i) != Truth::False);
        together(asked.map(|i| self.all(&q.body, &i)).collect())
    }
}

/// All of these: sums over bounds that share no cell, the greatest first.
fn together(mut bounds: Vec<Bound>) -> Bound {
    bounds.sort_by_key(|b| std::cmp::Reverse(b.least));
    let mut least = 0usize;
    let mut counted: BTreeSet<(RowId, WordId)> = BTreeSet::new();
    let mut anywhere = false;
    let mut touches = Some(BTreeSet::new());
    for bound in bounds {
        let apart = match &bound.touches {
            Some(cells) => !anywhere && counted.is_disjoint(cells),
            None => least == 0,
        };
        if apart && bound.least > 0 {
            least = least.saturating_add(bound.least);
            anywhere |= bound.touches.is_none();
            counted.extend(bound.touches.iter().flatten());
        }
        touches = match (touches, bound.touches) {
            (Some(mut all), Some(more)) => {
                all.extend(more);
                Some(all)
            }
            _ => None,
        };
    }
    Bound { least, touches }
}

/// Any of these: the fewest.
fn either(mut bounds: Vec<Bound>) -> Bound {
    // What can never come about touches nothing.
    if bounds.iter().any(|b| b.least < NEVER) {
        bounds.retain(|b| b.least < NEVER);
    }
    let least = bounds.iter().map(|b| b.least).min().unwrap_or(NEVER);
    let cells = bounds.into_iter().map(|b| b.touches).collect::<Option<Vec<_>>>();
    Bound { least, touches: cells.map(|all| all.into_iter().flatten().collect()) }
}
