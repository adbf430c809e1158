//! What a rule reads: every condition on every row it can come to, through its
//! own blocks and through the part that a deeming of its part stands on.
//!
//! The search for the smallest change takes its candidates from here. Rows that
//! are out of range for good are left aside: nothing an institution can change
//! brings them in.

use crate::evaluate::{Context, Stack};
use crate::put::changeable;
use crate::verdicts::{Judgement, unit_stacks};
use facts::{Known, RowId};
use rule_language::syntax::Empty;
use rulebook::{Atom, Node, Op, Quantifier, Rule};
use std::collections::BTreeMap;
use verdict::Truth;
use vocabulary::WordId;

/// The atoms that read each cell of a row that is written down.
pub(crate) type Reads<'a> = BTreeMap<(RowId, WordId), Vec<&'a Atom>>;

/// Every read that bears on a rule's set.
pub(crate) fn reads<'a>(judgement: &Judgement<'a>, index: usize) -> Reads<'a> {
    let mut out = Reads::new();
    let edition = judgement.edition;
    let Some(rule) = edition.rules.get(index) else { return out };
    out.append(&mut own_reads(judgement, rule));
    let root = Stack::of(judgement.known);
    for deeming in &edition.deemings {
        let reaches = deeming.reaches.contains(&rule.part);
        if reaches || deeming.part == rule.part {
            collect(&judgement.context(), &deeming.target, &root, &mut out);
            collect(&judgement.context(), &deeming.eligibility, &root, &mut out);
        }
        if reaches {
            for other in edition.rules.iter().filter(|r| r.part == deeming.part) {
                for (cell, atoms) in own_reads(judgement, other) {
                    out.entry(cell).or_default().extend(atoms);
                }
            }
        }
    }
    out
}

/// Every read in a rule's own blocks.
pub(crate) fn own_reads<'a>(judgement: &Judgement<'a>, rule: &'a Rule) -> Reads<'a> {
    let mut out = Reads::new();
    for (_, stack) in unit_stacks(judgement.known, rule) {
        for node in rule.deciding() {
            collect(&judgement.context(), node, &stack, &mut out);
        }
    }
    out
}

/// Every read below a node, whichever reading of the interpretations is taken.
fn collect<'a>(context: &Context<'_>, node: &'a Node, stack: &Stack, out: &mut Reads<'a>) {
    match &node.op {
        Op::All(_, items) | Op::Any(_, items) | Op::Alternative(_, items) => {
            for item in items {
                collect(context, item, stack, out);
            }
        }
        Op::Definition(_, body) => collect(context, body, stack, out),
        Op::Part(_) => {}
        Op::Atom(atom) => {
            if let Some(row) = stack.row(atom.level) {
                let atoms = out.entry((row, atom.word)).or_default();
                if !atoms.iter().any(|a| std::ptr::eq(*a, atom)) {
                    atoms.push(atom);
                }
            }
        }
        Op::Quantifier(q) => {
            let rows = context.rows(q.range, stack);
            // Where there may be more rows anyway, one that perhaps belongs is never read.
            let possible = if rows.open { &[] } else { rows.possible };
            for row in rows.certain().chain(possible.iter().copied()) {
                let inner = stack.with(Some(row));
                if is_out_for_good(context, q, &inner) {
                    continue;
                }
                for item in q.within.iter().chain(&q.except).chain(&q.body) {
                    collect(context, item, &inner, out);
                }
            }
        }
    }
}

/// Whether a row is out of range, no possible change can bring it in, and it
/// does not bear on an empty range either (台帳確認 looks at rows that 除く takes out).
fn is_out_for_good(context: &Context<'_>, q: &Quantifier, inner: &Stack) -> bool {
    let fixed = |n: &Node| !can_change(context.known, n);
    q.within.iter().any(|n| n.toggle.is_none() && fixed(n) && context.truth(n, inner) == Truth::False)
        || q.empty != Empty::Confirmed
            && q.except
                .iter()
                .any(|n| n.toggle.is_none() && fixed(n) && context.truth(n, inner) == Truth::True)
}

/// Whether some word below a node can be changed at all.
pub(crate) fn can_change(known: &Known<'_>, node: &Node) -> bool {
    match &node.op {
        Op::All(_, items) | Op::Any(_, items) | Op::Alternative(_, items) => {
            items.iter().any(|n| can_change(known, n))
        }
        Op::Definition(_, body) => can_change(known, body),
        // What other items hang on is looked at with these items.
        Op::Part(_) => true,
        Op::Atom(atom) => changeable(known.vocabulary().word(atom.word)),
        Op::Quantifier(q) => q.within.iter().chain(&q.except).chain(&q.body).any(|n| can_change(known, n)),
    }
}
