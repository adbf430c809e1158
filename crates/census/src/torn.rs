//! Outcomes for which plain logic is exact although a fact is read twice.
//!
//! Plain logic lets every read of an unknown fact fall as it likes. That is
//! exact for an outcome if one value serves all its reads: the world in which
//! every unknown fact has such a value reaches the outcome, since the truth of
//! a condition only rises with what it wants. A word whose reads want what no
//! single value gives is *torn* for the outcome; only there is a closer look
//! needed. What a range wants of うち and 除く is monotone only where its empty
//! case is the usual one of logic; elsewhere they are taken as wanted both ways.

use crate::column::{Code, Held};
use crate::evaluate::Evaluator;
use crate::exact::values_of;
use crate::plan::{Child, EmptyRange, Id, Op};
use crate::rules::PlannedRule;
use crate::verdicts::{DEEMED, MET, NOT_MET, OUT, RELIEF, Set};
use std::collections::BTreeMap;
use verdict::Truth;
use vocabulary::{KindId, WordId};

/// The words that are torn, by the kind of their row.
pub(crate) type Torn = BTreeMap<(KindId, WordId), Outcomes>;

/// What the outcomes want of a word.
#[derive(Debug, Clone, Default)]
pub(crate) struct Outcomes {
    /// Those for which it is torn where nothing is known.
    nothing: Set,
    /// Those for which it may be where authors disagree and only their values
    /// may be supposed, with their wants.
    several: Vec<(Set, Vec<Want>)>,
}

/// A node that reads one word alone, and the truth it is wanted to have.
type Want = (Id, bool);

/// By kind and word.
type Wants = BTreeMap<(KindId, WordId), Vec<Want>>;

/// What an outcome wants of 対象 (with 先に問う, without 除く), 要件 and 緩和;
/// `None` where it asks nothing.
const WANTED: [(Set, bool, Option<bool>, Option<bool>); 5] = [
    (OUT, false, None, None),
    (DEEMED, true, None, None),
    (MET, true, Some(true), None),
    (RELIEF, true, Some(false), Some(true)),
    (NOT_MET, true, Some(false), Some(false)),
];

/// The words that are torn for some outcome of a rule.
pub(crate) fn torn(evaluator: &Evaluator<'_>, rule: &PlannedRule) -> Torn {
    let mut out = Torn::new();
    for (outcome, target, requirement, relief) in WANTED {
        let mut wanting = Wanting { evaluator, wants: Wants::new() };
        let early = rule.effective.iter().filter_map(|(_, early)| early.as_ref());
        early.chain(&rule.target).for_each(|c| wanting.child(c, target));
        rule.except.iter().for_each(|c| wanting.child(c, !target));
        if let Some(wanted) = requirement {
            rule.requirement.iter().for_each(|c| wanting.child(c, wanted));
        }
        if let (Some(wanted), Some((when, until))) = (relief, &rule.relief) {
            wanting.child(when, wanted);
            until.iter().for_each(|c| wanting.child(c, !wanted));
        }
        for ((kind, word), mut wants) in wanting.wants {
            wants.sort_unstable();
            wants.dedup();
            let torn = out.entry((kind, word)).or_default();
            if is_torn(evaluator, word, &wants) {
                torn.nothing |= outcome;
            }
            // A single test is as wide as the values that are held.
            if !matches!(*wants, [(id, _)] if is_test(evaluator, id)) {
                torn.several.push((outcome, wants));
            }
        }
    }
    out.retain(|_, torn| torn.nothing != 0 || !torn.several.is_empty());
    out
}

impl Outcomes {
    /// The outcomes for which a cell is torn.
    pub(crate) fn of(&self, evaluator: &Evaluator<'_>, code: &Code) -> Set {
        match code {
            Code::One(_) => 0,
            Code::Nothing => self.nothing,
            Code::Several(hs) => {
                let serves = |h: &Held, wants: &[Want]| wants.iter().all(|w| serves(evaluator, *w, code, h));
                let torn = self.several.iter().filter(|(_, wants)| !hs.iter().any(|h| serves(h, wants)));
                torn.fold(0, |set, (outcome, _)| set | outcome)
            }
        }
    }
}

fn is_test(evaluator: &Evaluator<'_>, id: Id) -> bool {
    match evaluator.node(id).map(|n| &n.op) {
        Some(Op::All(children) | Op::Any(children)) => {
            matches!(**children, [only] if only.toggle.is_none() && is_test(evaluator, only.id))
        }
        Some(Op::Atom(_)) => true,
        _ => false,
    }
}

/// Whether a word that nobody has stated is torn. Dates and terms never are:
/// no value is supposed for them.
fn is_torn(evaluator: &Evaluator<'_>, word: WordId, wants: &[Want]) -> bool {
    let tests: Vec<_> = wants.iter().flat_map(|(id, _)| tests_below(evaluator, *id)).collect();
    let values = values_of(evaluator, word, &tests);
    let mut held = values.iter().map(|value| Held { evidence: 0, value: value.clone() });
    let serves = |h: Held| wants.iter().all(|w| serves(evaluator, *w, &Code::Nothing, &h));
    !values.is_empty() && !held.any(serves)
}

/// Whether a node can have the truth it is wanted to have, if a value is
/// supposed; one that has the other truth anyway has it in every world.
fn serves(evaluator: &Evaluator<'_>, (id, wanted): Want, code: &Code, held: &Held) -> bool {
    let hindered = |held| truth_of(evaluator, id, code, held) == Truth::from(!wanted);
    !hindered(Some(held)) || hindered(None)
}

/// The tests of a node without ranges.
fn tests_below<'e>(evaluator: &Evaluator<'e>, id: Id) -> Vec<&'e rulebook::Atom> {
    match evaluator.node(id).map(|n| &n.op) {
        Some(Op::All(children) | Op::Any(children)) => {
            children.iter().flat_map(|c| tests_below(evaluator, c.id)).collect()
        }
        Some(Op::Atom(atom)) => evaluator.shared.plan.atoms.get(*atom as usize).into_iter().collect(),
        _ => Vec::new(),
    }
}

/// The truth of a node that reads one word alone, perhaps with a value supposed for its cell.
fn truth_of(evaluator: &Evaluator<'_>, id: Id, code: &Code, held: Option<&Held>) -> Truth {
    let read = |children: &'_ [Child]| {
        let read = children.iter().filter(|c| evaluator.reads(c.toggle));
        read.map(|c| truth_of(evaluator, c.id, code, held)).collect::<Vec<_>>()
    };
    match evaluator.node(id).map(|n| &n.op) {
        Some(Op::All(children)) => read(children).into_iter().fold(Truth::True, Truth::and),
        Some(Op::Any(children)) => read(children).into_iter().fold(Truth::False, Truth::or),
        Some(Op::Atom(atom)) => {
            let atom = evaluator.shared.plan.atoms.get(*atom as usize);
            atom.map_or(Truth::Unknown, |atom| evaluator.code(atom, code, held))
        }
        _ => Truth::Unknown,
    }
}

struct Wanting<'w, 'e> {
    evaluator: &'w Evaluator<'e>,
    wants: Wants,
}

impl Wanting<'_, '_> {
    fn child(&mut self, child: &Child, wanted: bool) {
        if self.evaluator.reads(child.toggle) {
            self.node(child.id, wanted);
        }
    }

    fn node(&mut self, id: Id, wanted: bool) {
        let Some(node) = self.evaluator.node(id) else { return };
        if let (Some(kind), [word], false) = (node.kind, &*Vec::from_iter(&node.words), node.ranges) {
            self.wants.entry((kind, **word)).or_default().push((id, wanted));
            return;
        }
        match &node.op {
            Op::At(_, local) => self.node(*local, wanted),
            Op::All(children) | Op::Any(children) => children.iter().for_each(|c| self.child(c, wanted)),
            Op::Quantifier(q) => {
                let natural = q.empty == if q.all { EmptyRange::Holds } else { EmptyRange::Fails };
                // An empty range of which nothing is stated may be either: it never hinders すべての.
                let usual = natural || q.all && wanted && q.empty == EmptyRange::Confirmed;
                let inside = wanted != q.all;
                q.within.iter().for_each(|c| self.child(c, inside));
                q.except.iter().for_each(|c| self.child(c, !inside));
                if !usual {
                    q.within.iter().for_each(|c| self.child(c, !inside));
                    q.except.iter().for_each(|c| self.child(c, inside));
                }
                q.body.iter().for_each(|c| self.child(c, wanted));
            }
            Op::Atom(_) | Op::Part(_) | Op::Stated(_) => {}
        }
    }
}
