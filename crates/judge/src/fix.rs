//! もし: changes that would meet a requirement, and what an answer would decide.
//!
//! Both suppose values ([`Put`]) and judge again; nothing here is a guess. Only
//! words that the vocabulary marks possible are changed, and the fewest changes
//! along each branch are taken; that is not a proof that no smaller set exists,
//! so it is never called 最小 (`smallest` proves it).

use crate::evaluate::{Context, Stack};
use crate::explanation::{Explanation, State, SubjectRef};
use crate::put::{Put, carried, changeable, with};
use crate::verdicts::{self, Judgement};
use facts::{RowId, Value};
use rulebook::{Atom, Node, Op, Test};
use verdict::{Outcome, OutcomeSet, Truth};
use vocabulary::{ValueType, WordId};

/// More changes than this are no advice.
const MAX_CHANGES: usize = 12;

/// Fills もし of an explanation.
pub(crate) fn suggest(
    judgement: &Judgement<'_>,
    index: usize,
    subject: impl Fn(RowId) -> SubjectRef,
    out: &mut Explanation,
) {
    let Some(puts) = along_branches(judgement, index, &[Outcome::NotMet]) else { return };
    if puts.is_empty() || puts.len() > MAX_CHANGES {
        return;
    }
    let after = with(judgement, index, &puts);
    if after == out.outcomes {
        return;
    }
    out.if_changed = puts.iter().map(|p| p.change(judgement.known, subject(p.row))).collect();
    out.if_changed_outcomes = Some(after);
}

/// The fewest changes along each branch that meet the 要件 of every unit that may
/// have one of these outcomes; `None` where a branch holds nothing possible.
pub(crate) fn along_branches(
    judgement: &Judgement<'_>,
    index: usize,
    unwanted: &[Outcome],
) -> Option<Vec<Put>> {
    let rule = judgement.edition.rules.get(index)?;
    let context = judgement.context();
    let mut puts: Vec<Put> = Vec::new();
    for (_, stack) in verdicts::unit_stacks(judgement.known, rule) {
        let set = verdicts::unit_set(&context, rule, &stack, Truth::False);
        if !unwanted.iter().any(|o| set.contains(*o)) {
            continue;
        }
        for node in rule.requirement.iter().filter(|n| context.reads(n.toggle)) {
            for put in fix(&context, node, &stack)? {
                if !puts.contains(&put) {
                    puts.push(put);
                }
            }
        }
    }
    Some(puts)
}

/// The fewest changes along the tree that make a node true; `None` where none is possible.
fn fix(context: &Context<'_>, node: &Node, stack: &Stack) -> Option<Vec<Put>> {
    if context.truth(node, stack) == Truth::True {
        return Some(Vec::new());
    }
    let all = |items: &[Node], stack: &Stack| -> Option<Vec<Put>> {
        let mut out = Vec::new();
        for item in items.iter().filter(|n| context.reads(n.toggle)) {
            out.extend(fix(context, item, stack)?);
        }
        Some(out)
    };
    match &node.op {
        Op::All(_, items) | Op::Alternative(_, items) => all(items, stack),
        Op::Any(_, items) => items
            .iter()
            .filter(|n| context.reads(n.toggle))
            .filter_map(|n| fix(context, n, stack))
            .min_by_key(Vec::len),
        Op::Definition(_, body) => fix(context, body, stack),
        Op::Part(_) => None,
        Op::Atom(atom) => put(context, atom, stack).map(|p| vec![p]),
        Op::Quantifier(q) => {
            let rows = context.rows(q.range, stack);
            let rows: Vec<RowId> = rows.certain().chain(rows.possible.iter().copied()).collect();
            let mut each = Vec::new();
            for row in rows {
                let inner = stack.with(Some(row));
                if context.in_range(q, &inner) != Truth::False {
                    each.push(all(&q.body, &inner));
                }
            }
            if q.all {
                let mut out = Vec::new();
                for one in each {
                    out.extend(one?);
                }
                Some(out)
            } else {
                each.into_iter().flatten().min_by_key(Vec::len)
            }
        }
    }
}

/// The value that would make an atom true.
fn put(context: &Context<'_>, atom: &Atom, stack: &Stack) -> Option<Put> {
    let row = stack.row(atom.level)?;
    let word = context.known.vocabulary().word(atom.word);
    if !changeable(word) {
        return None;
    }
    let value = match (&atom.test, &word.value) {
        (Test::OneOf { choices, not: false, .. }, _) => Value::Choice(choices.first()?),
        (Test::OneOf { choices, not: true, .. }, ValueType::Choice(all)) => {
            let count = u16::try_from(all.len()).ok()?;
            Value::Choice((0..count).find(|c| !choices.contains(*c))?)
        }
        (Test::AtLeast(o) | Test::AtMost(o), _) => Value::Number(context.number(*o)),
        _ => return None,
    };
    let evidence = carried(context.known, atom.demand.as_ref().map(|(m, _)| *m));
    Some(Put { row, word: atom.word, value, evidence })
}

/// What each answer to a question would leave.
pub(crate) fn answers(
    judgement: &Judgement<'_>,
    index: usize,
    row: Option<RowId>,
    word: WordId,
    state: State,
    wanted: Option<u16>,
) -> Vec<(String, OutcomeSet)> {
    let known = judgement.known;
    let declared = known.vocabulary().word(word);
    let (Some(row), ValueType::Choice(choices)) = (row, &declared.value) else { return Vec::new() };
    if state == State::EvidenceMissing {
        // The question is whether there is a record; only "yes" can be tried.
        return Vec::new();
    }
    let mut out: Vec<(String, OutcomeSet)> = choices
        .iter()
        .enumerate()
        .filter_map(|(i, name)| {
            let value = Value::Choice(u16::try_from(i).ok()?);
            let put = Put { row, word, value, evidence: carried(known, wanted) };
            Some((name.clone(), with(judgement, index, &[put])))
        })
        .collect();
    if declared.not_applicable {
        let label = declared.not_applicable_label.clone().unwrap_or_else(|| "該当なし".into());
        let put = Put { row, word, value: Value::NotApplicable, evidence: 0 };
        out.push((label, with(judgement, index, &[put])));
    }
    out
}
