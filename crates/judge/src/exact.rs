//! Exact sets where one fact is read more than once.
//!
//! Kleene's logic treats two reads of one unknown fact as independent, which
//! widens the set. Where a rule reads a fact at more than one place, the
//! unknown choices and numbers it reads twice are enumerated, the first
//! [`MAX_ATOMS`] of them; the rest stay as Kleene's logic has them. Dates and terms are left alone: a day not yet come
//! stays unknown, so nothing would be gained.

use crate::evaluate::{Context, Stack};
use facts::{Cell, Held, RowId, Value};
use rulebook::{Atom, Node, Op, Rule, Test};
use std::collections::BTreeMap;
use verdict::{OutcomeSet, Truth};
use vocabulary::{ValueType, WordId};

/// So many repeated unknown facts are enumerated.
const MAX_ATOMS: usize = 12;
/// So many combinations at most.
const MAX_COMBINATIONS: usize = 4096;

/// The reads of unknown facts: which atoms read each.
type Reads<'a> = BTreeMap<(Option<RowId>, WordId), Vec<&'a Atom>>;

/// The union of `set` over every value of the facts that are read twice;
/// `None` where nothing is read twice.
pub(crate) fn enumerate(
    context: &Context<'_>,
    rule: &Rule,
    stack: &Stack,
    plain: OutcomeSet,
    set: impl Fn(&Context<'_>) -> OutcomeSet,
) -> Option<OutcomeSet> {
    let mut reads: Reads<'_> = Reads::new();
    for node in rule.deciding() {
        collect(context, node, stack, &mut reads);
    }
    let mut cells: Vec<(Option<RowId>, WordId, Vec<Held>)> = Vec::new();
    let mut combinations = 1usize;
    for ((row, word), atoms) in reads.iter().filter(|(_, atoms)| atoms.len() > 1) {
        let values = values(context, *row, *word, atoms);
        if values.is_empty() {
            continue;
        }
        // The first cells in the order they were stated: a row added later
        // never pushes one out, so a refinement never widens the set.
        if cells.len() == MAX_ATOMS || combinations.saturating_mul(values.len()) > MAX_COMBINATIONS {
            break;
        }
        combinations *= values.len();
        cells.push((*row, *word, values));
    }
    if cells.is_empty() {
        return None;
    }
    let mut out = OutcomeSet::EMPTY;
    for mut n in 0..combinations {
        let assumed: Vec<_> = cells
            .iter()
            .filter_map(|(row, word, values)| {
                let held = values.get(n % values.len())?;
                n /= values.len();
                Some((*row, *word, held.clone()))
            })
            .collect();
        out = out.union(set(&Context { assumed: &assumed, ..*context }));
        if plain.is_subset(out) {
            // Nothing can be gained any more; with much unknown this comes soon.
            break;
        }
    }
    Some(out)
}

/// Every read of an unknown fact below a node, on every row it may reach.
fn collect<'a>(context: &Context<'_>, node: &'a Node, stack: &Stack, out: &mut Reads<'a>) {
    if !context.reads(node.toggle) {
        return;
    }
    match &node.op {
        Op::All(_, items) | Op::Any(_, items) | Op::Alternative(_, items) => {
            for item in items {
                collect(context, item, stack, out);
            }
        }
        Op::Definition(_, body) => collect(context, body, stack, out),
        Op::Part(_) => {}
        Op::Atom(atom) => {
            let row = stack.row(atom.level);
            let unknown = match row.map(|r| context.known.cell(r, atom.word)) {
                None => true,
                Some(cell) => !matches!(cell, Cell::One(_)),
            };
            if unknown {
                out.entry((row, atom.word)).or_default().push(atom);
            }
        }
        Op::Quantifier(q) => {
            let rows = context.rows(q.range, stack);
            let possible = if rows.open { &[] } else { rows.possible };
            for row in rows.certain().chain(possible.iter().copied()) {
                let inner = stack.with(Some(row));
                if context.in_range(q, &inner) == Truth::False {
                    continue;
                }
                for item in q.within.iter().chain(&q.except).chain(&q.body) {
                    collect(context, item, &inner, out);
                }
            }
        }
    }
}

/// The distinguishable values of an unknown cell; empty where it is not enumerated.
fn values(context: &Context<'_>, row: Option<RowId>, word: WordId, atoms: &[&Atom]) -> Vec<Held> {
    if let Some(Cell::Several(hs)) = row.map(|r| context.known.cell(r, word)) {
        return hs.clone();
    }
    let declared = context.known.vocabulary().word(word);
    let mut values: Vec<Value> = match &declared.value {
        ValueType::Choice(choices) => {
            (0..choices.len()).filter_map(|i| u16::try_from(i).ok()).map(Value::Choice).collect()
        }
        ValueType::Number(_) => {
            let mut points: Vec<i64> = atoms
                .iter()
                .filter_map(|a| match a.test {
                    Test::AtLeast(o) | Test::AtMost(o) => Some(context.number(o)),
                    _ => None,
                })
                .flat_map(|n| [n - 1, n, n + 1])
                .collect();
            // Tests that name no number still tell a number from 該当なし.
            points.push(0);
            points.sort_unstable();
            points.dedup();
            points.into_iter().map(Value::Number).collect()
        }
        _ => return Vec::new(),
    };
    if declared.not_applicable {
        values.push(Value::NotApplicable);
    }
    values.into_iter().map(|value| Held { value, evidence: 0, facts: Vec::new() }).collect()
}
