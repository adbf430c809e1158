//! Which rows stand in the way: those that certainly fail a requirement, and
//! those of which something is missing. The list behind 「どの機器がまだか」.

use crate::evaluate::{Context, Stack};
use crate::verdicts::unit_stacks;
use facts::{Known, RowId, SubjectId};
use rulebook::{Edition, Node, Op, Rulebook};
use verdict::Truth;

/// Rows of the ranges that a rule's 要件 asks, over all its units.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Rows {
    /// Certainly in range and certainly not met.
    pub violating: Vec<SubjectId>,
    /// Not certainly met, for want of a fact.
    pub missing: Vec<SubjectId>,
}

/// The rows that keep a rule from being met, in the order they were stated.
/// Only the outermost すべての of 要件 are looked at, by the default readings.
pub fn rows(book: &Rulebook, edition: &Edition, known: &Known<'_>, index: usize) -> Rows {
    let Some(rule) = edition.rules.get(index) else { return Rows::default() };
    let context = Context { book, known, other: 0, assumed: &[], parts: &[] };
    // Per row: whether it fails, whether it lacks a fact.
    let mut seen: Vec<(bool, bool)> = Vec::new();
    for (_, stack) in unit_stacks(known, rule) {
        for node in rule.requirement.iter().filter(|n| context.reads(n.toggle)) {
            look(&context, node, &stack, &mut seen);
        }
    }
    let mut out = Rows::default();
    for (row, (fails, lacks)) in (0u32..).zip(seen) {
        let list = if fails { &mut out.violating } else { &mut out.missing };
        if fails || lacks {
            list.push(known.subject(RowId(row)));
        }
    }
    out
}

fn look(context: &Context<'_>, node: &Node, stack: &Stack, seen: &mut Vec<(bool, bool)>) {
    let Op::Quantifier(q) = &node.op else { return };
    let range = context.rows(q.range, stack);
    let rows = range.certain().map(|r| (r, true)).chain(range.possible.iter().map(|r| (*r, false)));
    for (row, sure) in rows {
        let inner = stack.with(Some(row));
        let in_range = context.in_range(q, &inner);
        if in_range == Truth::False {
            continue;
        }
        let body = context.all(&q.body, &inner);
        if body == Truth::True {
            continue;
        }
        let at = row.0 as usize;
        if seen.len() <= at {
            seen.resize(at + 1, (false, false));
        }
        if let Some(state) = seen.get_mut(at) {
            let fails = sure && in_range == Truth::True && body == Truth::False;
            state.0 |= fails;
            state.1 |= !fails;
        }
    }
}
