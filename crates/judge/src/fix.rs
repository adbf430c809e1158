//! もし: changes that would meet a requirement, and what an answer would decide.
//!
//! Both put facts beside those that are known and judge again; nothing here
//! is a guess. Only words that the vocabulary marks possible are changed, and
//! the fewest changes along each branch are taken; that is not a proof that
//! no smaller set exists, so it is never called 最小.

use crate::evaluate::{Context, Stack};
use crate::explanation::{Change, Explanation, State, SubjectRef};
use crate::verdicts::{self, Judgement};
use facts::{Evidence, Fact, Known, RowId, Value, What, text};
use rulebook::{Atom, Node, Op, Test};
use verdict::{Outcome, OutcomeSet, Truth};
use vocabulary::{EvidenceId, ValueType, WordId};

/// More changes than this are no advice.
const MAX_CHANGES: usize = 12;

/// A value to put beside what is known, with the evidence it needs.
#[derive(Clone, PartialEq)]
struct Put {
    row: RowId,
    word: WordId,
    value: Value,
    evidence: Option<u16>,
}

/// Fills もし of an explanation.
pub(crate) fn suggest(
    judgement: &Judgement<'_>,
    index: usize,
    subject: impl Fn(RowId) -> SubjectRef,
    out: &mut Explanation,
) {
    let Some(rule) = judgement.edition.rules.get(index) else { return };
    let context = judgement.context();
    let mut puts: Vec<Put> = Vec::new();
    for (_, stack) in verdicts::unit_stacks(judgement.known, rule) {
        let set = verdicts::unit_set(&context, rule, &stack, Truth::False);
        if !set.contains(Outcome::NotMet) {
            continue;
        }
        let mut needed = Vec::new();
        for node in rule.requirement.iter().filter(|n| context.reads(n.toggle)) {
            match fix(&context, node, &stack) {
                Some(more) => needed.extend(more),
                None => return,
            }
        }
        for put in needed {
            if !puts.contains(&put) {
                puts.push(put);
            }
        }
    }
    if puts.is_empty() || puts.len() > MAX_CHANGES {
        return;
    }
    let after = with(judgement, index, &puts);
    if after == out.outcomes {
        return;
    }
    let known = judgement.known;
    out.if_changed = puts
        .iter()
        .map(|p| Change {
            subject: subject(p.row),
            word: known.vocabulary().word(p.word).name.clone(),
            to: text::value_text(known.vocabulary(), known.institution(), p.word, &p.value),
        })
        .collect();
    out.if_changed_outcomes = Some(after);
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
    if !word.possible {
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
    Some(Put { row, word: atom.word, value, evidence: atom.demand.as_ref().map(|(m, _)| *m) })
}

/// The set of a rule with values put beside what is known.
fn with(judgement: &Judgement<'_>, index: usize, puts: &[Put]) -> OutcomeSet {
    let known = judgement.known;
    let facts = puts.iter().map(|p| fact(known, p));
    let institution = known.institution().with(facts);
    let view = Known::new(known.vocabulary(), &institution, known.known_on(), known.judged_on());
    Judgement::of_one(judgement.book, judgement.edition, &view, index)
}

/// A supposed fact. 判断 settles, so it stands above what others state on the day.
fn fact(known: &Known<'_>, put: &Put) -> Fact {
    let kinds = known.vocabulary().evidence();
    let wanted = |id: &str| kinds.iter().position(|e| e.id == id).and_then(|i| u16::try_from(i).ok());
    let mut evidence: Vec<u16> = wanted("decision").into_iter().collect();
    if let Some(mask) = put.evidence {
        let clause = wanted("clause");
        let first = (0..16u16).find(|i| mask >> i & 1 == 1 && Some(*i) != clause);
        evidence.extend(first);
    }
    Fact {
        subject: known.subject(put.row),
        what: What::Is(put.word, put.value.clone()),
        valid_on: known.known_on(),
        recorded_on: known.known_on(),
        by: "もし".into(),
        evidence: evidence
            .into_iter()
            .map(|k| Evidence { kind: EvidenceId(k), contract: None, detail: None })
            .collect(),
    }
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
            let put = Put { row, word, value, evidence: wanted };
            Some((name.clone(), with(judgement, index, &[put])))
        })
        .collect();
    if declared.not_applicable {
        let label = declared.not_applicable_label.clone().unwrap_or_else(|| "該当なし".into());
        out.push((
            label,
            with(judgement, index, &[Put { row, word, value: Value::NotApplicable, evidence: None }]),
        ));
    }
    out
}
