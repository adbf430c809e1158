//! Which institutions may read one unknown fact twice.
//!
//! The exact step is dear, and most units read nothing twice: a terminal of
//! known kind stands in one range only. [`Twice::of`] counts, on planes, how
//! often each unknown cell may be visited by a rule; it never misses a second
//! visit, so an institution that is not marked keeps its plain sets.

use crate::bits::{Plane, bit, ones, set, words, zip};
use crate::column::Code;
use crate::evaluate::Evaluator;
use crate::frame::{Frame, Level};
use crate::plan::{Child, Id, Op, Quantifier, Reach};
use crate::rules::PlannedRule;
use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;
use vocabulary::{KindId, ValueType, Vocabulary, WordId};

/// Where facts may be read twice.
pub(crate) struct Twice {
    /// By institution.
    institutions: Plane,
    /// Of a unit that nobody has written down.
    nobody: bool,
}

/// The rows that one level of a stack may hold.
#[derive(Clone)]
struct Reached {
    kind: KindId,
    rows: Rc<Plane>,
    /// The institution or the unit itself: visited once a stack.
    root: bool,
}

struct Counting<'e> {
    evaluator: &'e Evaluator<'e>,
    unit: KindId,
    once: BTreeMap<(KindId, WordId), Plane>,
    marked: BTreeMap<KindId, Plane>,
    nobody_once: BTreeSet<WordId>,
    nobody: bool,
}

impl Twice {
    /// Looks through a rule under one reading.
    pub(crate) fn of(evaluator: &Evaluator<'_>, rule: &PlannedRule) -> Twice {
        let block = evaluator.shared.block;
        let mut counting = Counting {
            evaluator,
            unit: rule.unit,
            once: BTreeMap::new(),
            marked: BTreeMap::new(),
            nobody_once: BTreeSet::new(),
            nobody: false,
        };
        let whole = |kind: KindId| Reached {
            kind,
            rows: Rc::new(vec![u64::MAX; words(block.len(kind))]),
            root: true,
        };
        let mut levels = vec![whole(Vocabulary::INSTITUTION)];
        if rule.unit != Vocabulary::INSTITUTION {
            levels.push(whole(rule.unit));
        }
        for child in rule.deciding() {
            counting.child(child, &levels);
        }
        let mut institutions = vec![0; words(block.institutions)];
        for (kind, rows) in &counting.marked {
            let Some(all) = block.rows(*kind) else { continue };
            for row in ones(rows, all.len()) {
                let owner = all.first.partition_point(|first| *first <= row).saturating_sub(1);
                set(&mut institutions, owner);
            }
        }
        Twice { institutions, nobody: counting.nobody }
    }

    /// Whether the unit of an entry may read a fact twice.
    pub(crate) fn at(&self, frame: &Frame, entry: u32) -> bool {
        let nobody = self.nobody && matches!(frame.levels.get(1), Some(Level::Nobody));
        nobody || frame.row(0, entry).is_some_and(|i| bit(&self.institutions, i))
    }
}

impl Counting<'_> {
    fn child(&mut self, child: &Child, levels: &[Reached]) {
        if self.evaluator.reads(child.toggle) {
            self.node(child.id, levels);
        }
    }

    fn node(&mut self, id: Id, levels: &[Reached]) {
        let Some(node) = self.evaluator.shared.plan.nodes.get(id as usize) else { return };
        match &node.op {
            Op::At(level, local) => {
                if let Some(reached) = levels.get(usize::from(*level)) {
                    self.node(*local, std::slice::from_ref(reached));
                }
            }
            Op::All(children) | Op::Any(children) => children.iter().for_each(|c| self.child(c, levels)),
            Op::Atom(atom) => {
                if let (Some(atom), Some(reached)) =
                    (self.evaluator.shared.plan.atoms.get(*atom as usize), levels.first())
                {
                    self.visit(atom.slot, atom.word, reached);
                }
            }
            Op::Quantifier(q) => self.range(q, levels),
            Op::Part(_) | Op::Stated(_) => {}
        }
    }

    fn range(&mut self, q: &Quantifier, levels: &[Reached]) {
        let shared = self.evaluator.shared;
        let (kind, from) = match q.reach {
            Reach::Kind(kind, level) => (Some(kind), level),
            Reach::Relation(r, level) => (shared.plan.relation_to.get(r.index()).copied(), level),
        };
        let Some(kind) = kind else { return };
        let len = shared.block.len(kind);
        let rows =
            if q.row_alone { self.evaluator.maybe_in_range(q, kind) } else { vec![u64::MAX; words(len)] };
        // A row that is reached from a row of a range may be reached from several.
        let root = q.row_alone && levels.get(usize::from(from)).is_some_and(|r| r.root);
        // What stands outside is read again for every row.
        let outside = levels.iter().map(|level| Reached { root: false, ..level.clone() });
        let mut inner: Vec<Reached> = outside.collect();
        inner.push(Reached { kind, rows: Rc::new(rows), root });
        for child in q.within.iter().chain(&q.except).chain(&q.body) {
            self.child(child, &inner);
        }
    }

    /// One visit of a word on the rows that may be reached.
    fn visit(&mut self, slot: u16, word: WordId, reached: &Reached) {
        let block = self.evaluator.shared.block;
        let value = &self.evaluator.shared.vocabulary.word(word).value;
        let chosen = matches!(value, ValueType::Choice(_) | ValueType::Number(_));
        if reached.kind == self.unit && chosen {
            self.nobody |= !self.nobody_once.insert(word) || !reached.root;
        }
        let Some(column) = block.column(reached.kind, slot) else { return };
        let mut unknown = column.rows_where(|c| match c {
            Code::One(_) => false,
            Code::Nothing => chosen,
            Code::Several(_) => true,
        });
        zip(&mut unknown, &reached.rows, |u, r| u & r);
        let none = || vec![0; unknown.len()];
        let once = self.once.entry((reached.kind, word)).or_insert_with(none);
        let marked = self.marked.entry(reached.kind).or_insert_with(none);
        for ((o, m), u) in once.iter_mut().zip(marked).zip(&unknown) {
            *m |= if reached.root { *o & u } else { *u };
            *o |= u;
        }
    }
}
