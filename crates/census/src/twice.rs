//! Which institutions may read one unknown fact twice.
//!
//! The exact step is dear, and most units read nothing twice: a terminal of
//! known kind stands in one range only. [`Twice::of`] counts, on planes, how
//! often each unknown cell may be visited by a rule; it never misses a second
//! visit, so an institution that is not marked keeps its plain sets. Only
//! words that are torn for an outcome count (see `torn`), and only against it.

use crate::bits::{Plane, ones, words};
use crate::column::Code;
use crate::evaluate::Evaluator;
use crate::frame::{Frame, Level};
use crate::plan::{Child, Id, Op, Quantifier, Reach};
use crate::rules::PlannedRule;
use crate::torn::Torn;
use crate::verdicts::Set;
use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;
use vocabulary::{KindId, Vocabulary, WordId};

/// For which outcomes a fact that is read twice may matter, as bits.
pub(crate) struct Twice {
    /// By institution.
    institutions: Vec<Set>,
    /// Of a unit that nobody has written down.
    nobody: Set,
}

/// The rows that one level of a stack may hold.
#[derive(Clone)]
struct Reached {
    kind: KindId,
    rows: Rc<Plane>,
    /// The institution or the unit itself: visited once a stack.
    root: bool,
}

/// The cells of a word that may be read too widely.
struct Cells {
    /// By the outcomes they are torn for.
    torn: Vec<(Set, Plane)>,
    /// Those that were visited.
    once: Plane,
}

struct Counting<'e> {
    evaluator: &'e Evaluator<'e>,
    unit: KindId,
    torn: &'e Torn,
    cells: BTreeMap<(KindId, WordId), Cells>,
    /// Rows with a cell that is read twice, by the outcomes it is torn for.
    marked: BTreeMap<(KindId, Set), Plane>,
    nobody_once: BTreeSet<WordId>,
    nobody: Set,
}

impl Twice {
    /// Looks through a rule under one reading.
    pub(crate) fn of(evaluator: &Evaluator<'_>, rule: &PlannedRule, torn: &Torn) -> Twice {
        let block = evaluator.shared.block;
        let mut counting = Counting {
            evaluator,
            unit: rule.unit,
            torn,
            cells: BTreeMap::new(),
            marked: BTreeMap::new(),
            nobody_once: BTreeSet::new(),
            nobody: 0,
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
        let mut institutions = vec![0; block.institutions];
        for ((kind, outcomes), rows) in &counting.marked {
            let Some(all) = block.rows(*kind) else { continue };
            let mut owner = 0;
            for row in ones(rows, all.len()) {
                owner +=
                    all.first.get(owner + 1..).map_or(0, |f| f.iter().take_while(|e| **e <= row).count());
                if let Some(marked) = institutions.get_mut(owner) {
                    *marked |= outcomes;
                }
            }
        }
        Twice { institutions, nobody: counting.nobody }
    }

    /// The outcomes for which the unit of an entry may read a fact twice.
    pub(crate) fn at(&self, frame: &Frame, entry: u32) -> Set {
        let nobody = if matches!(frame.levels.get(1), Some(Level::Nobody)) { self.nobody } else { 0 };
        let of = frame.row(0, entry).and_then(|i| self.institutions.get(i as usize));
        nobody | of.copied().unwrap_or(0)
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
        let Some(torn) = self.torn.get(&(reached.kind, word)) else { return };
        if reached.kind == self.unit && (!self.nobody_once.insert(word) || !reached.root) {
            self.nobody |= torn.of(self.evaluator, &Code::Nothing);
        }
        let Some(column) = self.evaluator.shared.block.column(reached.kind, slot) else { return };
        let len = reached.rows.len();
        let cells = self.cells.entry((reached.kind, word)).or_insert_with(|| {
            let of = |c: &Code| torn.of(self.evaluator, c);
            let outcomes: BTreeSet<Set> = column.codes().iter().map(of).filter(|o| *o != 0).collect();
            let torn = outcomes.into_iter().map(|o| (o, column.rows_where(|c| of(c) == o))).collect();
            Cells { torn, once: vec![0; len] }
        });
        for (outcomes, torn) in &cells.torn {
            let marked = self.marked.entry((reached.kind, *outcomes)).or_insert_with(|| vec![0; len]);
            for (((o, m), t), r) in cells.once.iter_mut().zip(marked).zip(torn).zip(reached.rows.iter()) {
                let visited = t & r;
                *m |= if reached.root { *o & visited } else { visited };
                *o |= visited;
            }
        }
    }
}
