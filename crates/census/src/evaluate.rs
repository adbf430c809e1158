//! Conditions → planes of truths, by Kleene's strong logic.
//!
//! A local node (see `plan`) is evaluated once a block over all rows of its
//! kind and remembered; whatever reads several rows of a stack is evaluated on
//! its frame from the local planes. The same walk serves three purposes:
//! what is known, a pattern of values supposed for everything unknown, and
//! worlds that suppose values for chosen cells ([`Assumed`]).

use crate::bits::{Kleene, Plane, bit, bytes, ones, set, words};
use crate::block::{Block, Rows, complete};
use crate::column::{Code, Held, Tested};
use crate::frame::{Frame, Level};
use crate::plan::{Child, Id, Node, Op, Plan, Quantifier, Reach};
use crate::sum::{self, settled};
use rulebook::{Atom, InterpretationId, Operand, PartId, Rulebook, Scalar, Test};
use std::cell::RefCell;
use std::collections::BTreeMap;
use std::rc::Rc;
use verdict::Truth;
use vocabulary::{Date, KindId, Vocabulary, WordId, date};

/// A cell to which a world gives a value.
pub(crate) type Given = (KindId, Option<u32>, WordId, Held);

/// What is supposed of unknown cells.
#[derive(Clone, Copy)]
pub(crate) enum Assumed<'a> {
    /// Nothing: they are unknown.
    Nothing,
    /// The same value wherever one of these words is unknown; without a value,
    /// where authors disagree, what one of them says.
    Pattern(&'a BTreeMap<WordId, Option<Tested>>),
    /// Per world (the origin of a frame's entry): values of chosen cells.
    Worlds(&'a [Vec<Given>]),
}

/// The planes of a local node: the readings that bear on it, as bits, and the plane.
type Readings = Vec<(u64, Rc<Kleene>)>;

/// What the evaluations of one block share.
pub(crate) struct Shared<'a> {
    pub(crate) vocabulary: &'a Vocabulary,
    pub(crate) book: &'a Rulebook,
    pub(crate) plan: &'a Plan,
    pub(crate) block: &'a Block,
    pub(crate) judged_on: Date,
    /// Truth of 編 X が 遵守, by institution.
    pub(crate) parts: RefCell<Vec<(PartId, Rc<Kleene>)>>,
    /// By local node.
    memo: RefCell<Vec<Readings>>,
    /// Per kind: the institution of every row.
    owners: RefCell<BTreeMap<KindId, Rc<[u32]>>>,
}

impl<'a> Shared<'a> {
    pub(crate) fn new(
        vocabulary: &'a Vocabulary,
        book: &'a Rulebook,
        plan: &'a Plan,
        block: &'a Block,
        judged_on: Date,
    ) -> Shared<'a> {
        let memo = RefCell::new(vec![Vec::new(); plan.nodes.len()]);
        let (parts, owners) = (RefCell::default(), RefCell::default());
        Shared { vocabulary, book, plan, block, judged_on, parts, memo, owners }
    }

    /// Per row of a kind the institution it belongs to.
    pub(crate) fn owners(&self, kind: KindId) -> Rc<[u32]> {
        let mut known = self.owners.borrow_mut();
        let of = || self.block.rows(kind).map(Rows::owners).unwrap_or_default().into();
        Rc::clone(known.entry(kind).or_insert_with(of))
    }
}

/// One reading of the rules, under one supposition.
pub(crate) struct Evaluator<'a> {
    pub(crate) shared: &'a Shared<'a>,
    /// Interpretations read the other way, as bits.
    pub(crate) other: u64,
    assumed: Assumed<'a>,
    /// Planes of local nodes under a pattern.
    locals: RefCell<BTreeMap<Id, Rc<Kleene>>>,
}

/// Members of a range, one after another.
pub(crate) struct Inner {
    /// The stacks with one row more.
    pub(crate) frame: Frame,
    /// Per entry: the entry of the outer frame.
    parent: Vec<u32>,
    /// Entries that only perhaps belong.
    perhaps: Plane,
    /// Outer entries that may have more rows.
    open: Plane,
}

/// Where more than one in so many rows of a kind is asked for, all are answered at once.
const FEW: usize = 8;

impl<'a> Evaluator<'a> {
    pub(crate) fn new(shared: &'a Shared<'a>, other: u64, assumed: Assumed<'a>) -> Evaluator<'a> {
        Evaluator { shared, other, assumed, locals: RefCell::default() }
    }

    pub(crate) fn node(&self, id: Id) -> Option<&'a Node> {
        self.shared.plan.nodes.get(id as usize)
    }

    /// Whether a line is read under the current readings.
    pub(crate) fn reads(&self, toggle: Option<InterpretationId>) -> bool {
        let Some(id) = toggle else { return true };
        let with = self.shared.book.interpretations.get(usize::from(id)).is_none_or(|i| i.default_with);
        with != (self.other >> id & 1 == 1)
    }

    /// The conjunction of the children that are read.
    pub(crate) fn all(&self, children: &[Child], frame: &Frame) -> Rc<Kleene> {
        self.joined(children, frame, Truth::True, Kleene::and)
    }

    /// The disjunction of the children that are read.
    pub(crate) fn any(&self, children: &[Child], frame: &Frame) -> Rc<Kleene> {
        self.joined(children, frame, Truth::False, Kleene::or)
    }

    fn joined(
        &self,
        children: &[Child],
        frame: &Frame,
        none: Truth,
        join: fn(&mut Kleene, &Kleene),
    ) -> Rc<Kleene> {
        let mut read = children.iter().filter(|c| self.reads(c.toggle));
        let Some(first) = read.next() else { return Rc::new(Kleene::constant(none, frame.len)) };
        let mut out = self.truth(first.id, frame);
        for child in read {
            join(Rc::make_mut(&mut out), &self.truth(child.id, frame));
        }
        out
    }

    /// A condition alone on its line; `dropped` where it is not read.
    pub(crate) fn line(&self, child: &Child, frame: &Frame, dropped: Truth) -> Rc<Kleene> {
        if self.reads(child.toggle) {
            self.truth(child.id, frame)
        } else {
            Rc::new(Kleene::constant(dropped, frame.len))
        }
    }

    /// The truth of a node on every entry of a frame.
    pub(crate) fn truth(&self, id: Id, frame: &Frame) -> Rc<Kleene> {
        let Some(node) = self.node(id) else { return Rc::default() };
        match &node.op {
            Op::At(level, local) => self.local(*local, &frame.only(*level)),
            _ if node.kind.is_some() => self.local(id, frame),
            Op::All(children) => self.all(children, frame),
            Op::Any(children) => self.any(children, frame),
            Op::Quantifier(q) => Rc::new(self.quantifier(q, frame)),
            Op::Atom(_) | Op::Part(_) | Op::Stated(_) => Rc::default(),
        }
    }

    /// Whether nothing is supposed of any word below a node.
    fn as_known(&self, node: &Node) -> bool {
        match self.assumed {
            Assumed::Nothing => true,
            Assumed::Pattern(values) => !node.words.iter().any(|w| values.contains_key(w)),
            Assumed::Worlds(worlds) => {
                !worlds.iter().any(|w| w.iter().any(|(_, _, word, _)| node.words.contains(word)))
            }
        }
    }

    /// A local node on a frame of single rows.
    fn local(&self, id: Id, frame: &Frame) -> Rc<Kleene> {
        let Some(node) = self.node(id) else { return Rc::default() };
        let known = self.as_known(node);
        if known || matches!(self.assumed, Assumed::Pattern(_)) {
            match frame.first() {
                Level::Whole => return self.everywhere(id, node),
                Level::Rows(rows) if known && !node.ranges || self.worth_all(id, node, rows.len()) => {
                    return Rc::new(self.everywhere(id, node).gather(rows));
                }
                Level::Rows(_) | Level::Nobody => {}
            }
        }
        match &node.op {
            Op::All(children) => self.all(children, frame),
            Op::Any(children) => self.any(children, frame),
            Op::Quantifier(q) => Rc::new(self.quantifier(q, frame)),
            Op::Atom(atom) => self.atom(id, *atom, node, frame),
            Op::Part(_) | Op::Stated(_) => match frame.first() {
                Level::Nobody => Rc::new(Kleene::constant(Truth::Unknown, frame.len)),
                Level::Whole => self.everywhere(id, node),
                Level::Rows(rows) => Rc::new(self.everywhere(id, node).gather(rows)),
            },
            Op::At(..) => Rc::default(),
        }
    }

    /// Whether some rows of a kind are best answered by answering for all.
    fn worth_all(&self, id: Id, node: &Node, rows: usize) -> bool {
        let all = self.shared.block.len(node.kind.unwrap_or(Vocabulary::INSTITUTION));
        rows * FEW >= all || self.remembered(id, node).is_some()
    }

    fn remembered(&self, id: Id, node: &Node) -> Option<Rc<Kleene>> {
        if !self.as_known(node) {
            return self.locals.borrow().get(&id).map(Rc::clone);
        }
        let memo = self.shared.memo.borrow();
        let reading = self.other & node.toggles;
        memo.get(id as usize)?.iter().find(|(r, _)| *r == reading).map(|(_, k)| Rc::clone(k))
    }

    fn remember(&self, id: Id, node: &Node, plane: &Rc<Kleene>) {
        if !self.as_known(node) {
            self.locals.borrow_mut().insert(id, Rc::clone(plane));
        } else if let Some(slot) = self.shared.memo.borrow_mut().get_mut(id as usize) {
            slot.push((self.other & node.toggles, Rc::clone(plane)));
        }
    }

    /// A local node over all rows of its kind, by what is known or by a pattern.
    fn everywhere(&self, id: Id, node: &Node) -> Rc<Kleene> {
        if let Some(done) = self.remembered(id, node) {
            return done;
        }
        let kind = node.kind.unwrap_or(Vocabulary::INSTITUTION);
        let len = self.shared.block.len(kind);
        let frame = Frame::whole(len);
        let out = match &node.op {
            Op::All(children) => self.all(children, &frame),
            Op::Any(children) => self.any(children, &frame),
            Op::Quantifier(q) if q.row_alone => Rc::new(self.range_of_rows(q, kind)),
            Op::Quantifier(q) => Rc::new(self.quantifier(q, &frame)),
            Op::Atom(atom) => Rc::new(self.table(*atom, kind)),
            Op::Stated(slot) => {
                let yes = Tested::Choice(0);
                let is = |c: &Code| matches!(c, Code::One(h) if h.value == yes);
                let plane = self.shared.block.column(kind, *slot).map(|c| c.rows_where(is));
                Rc::new(Kleene { yes: plane.unwrap_or_default(), no: vec![0; words(len)] })
            }
            Op::Part(part) => {
                let parts = self.shared.parts.borrow();
                let found = parts.iter().find(|(p, _)| p == part).map(|(_, k)| Rc::clone(k));
                return found.unwrap_or_else(|| Rc::new(Kleene::constant(Truth::Unknown, len)));
            }
            Op::At(..) => return Rc::default(),
        };
        self.remember(id, node, &out);
        out
    }

    /// A test over all rows of a kind.
    fn table(&self, id: u32, kind: KindId) -> Kleene {
        let Some(atom) = self.shared.plan.atoms.get(id as usize) else { return Kleene::default() };
        let Some(column) = self.shared.block.column(kind, atom.slot) else {
            return Kleene::constant(Truth::Unknown, self.shared.block.len(kind));
        };
        let truth = |code: &Code| self.code(atom, code, self.patterned(atom, code).as_ref());
        Kleene {
            yes: column.rows_where(|c| truth(c) == Truth::True),
            no: column.rows_where(|c| truth(c) == Truth::False),
        }
    }

    /// The value that a pattern supposes for a cell: where authors disagree, one of theirs.
    fn patterned(&self, atom: &Atom, code: &Code) -> Option<Held> {
        let Assumed::Pattern(values) = self.assumed else { return None };
        let value = values.get(&atom.word)?.as_ref();
        match code {
            Code::One(_) => None,
            Code::Nothing => value.map(|v| Held { evidence: 0, value: v.clone() }),
            Code::Several(hs) => hs.iter().find(|h| Some(&h.value) == value).or_else(|| hs.first()).cloned(),
        }
    }

    /// A test on a frame of single rows, with what is supposed.
    fn atom(&self, id: Id, test: u32, node: &'a Node, frame: &Frame) -> Rc<Kleene> {
        let kind = node.kind.unwrap_or(Vocabulary::INSTITUTION);
        let Some(atom) = self.shared.plan.atoms.get(test as usize) else { return Rc::default() };
        let plain = match frame.first() {
            Level::Nobody => Kleene::constant(Truth::Unknown, frame.len),
            Level::Whole => return Rc::new(self.table(test, kind)),
            Level::Rows(rows) => {
                let known = Evaluator::new(self.shared, self.other, Assumed::Nothing);
                known.everywhere(id, node).gather(rows)
            }
        };
        Rc::new(self.given(atom, kind, frame, plain))
    }

    /// Puts what is supposed in place of what is unknown.
    fn given(&self, atom: &Atom, kind: KindId, frame: &Frame, mut plain: Kleene) -> Kleene {
        let column = self.shared.block.column(kind, atom.slot);
        for entry in 0..u32::try_from(frame.len).unwrap_or(u32::MAX) {
            if plain.at(entry) != Truth::Unknown {
                continue;
            }
            let row = frame.first().row(entry);
            let code = row.and_then(|r| column.and_then(|c| c.code(r))).unwrap_or(&Code::Nothing);
            let truth = match self.assumed {
                Assumed::Nothing => Truth::Unknown,
                Assumed::Pattern(_) => self.code(atom, code, self.patterned(atom, code).as_ref()),
                Assumed::Worlds(worlds) => {
                    let mut given = worlds.get(frame.origin(entry) as usize).into_iter().flatten();
                    let held = given.find(|(k, r, word, _)| {
                        *word == atom.word && *r == row && (*k == kind || row.is_none())
                    });
                    held.map_or(Truth::Unknown, |(_, _, _, held)| self.code(atom, code, Some(held)))
                }
            };
            match truth {
                Truth::True => set(&mut plain.yes, entry as usize),
                Truth::False => set(&mut plain.no, entry as usize),
                Truth::Unknown => {}
            }
        }
        plain
    }

    /// A test of one cell, perhaps with a value supposed for it.
    pub(crate) fn code(&self, atom: &Atom, code: &Code, supposed: Option<&Held>) -> Truth {
        let mask = atom.demand.as_ref().map(|(m, _)| *m);
        match (code, supposed) {
            (Code::One(h), _) => self.held(atom, h),
            (Code::Nothing, None) => Truth::Unknown,
            (Code::Nothing, Some(h)) => self.held(atom, h),
            (Code::Several(hs), supposed) => {
                // Evidence picks before anything may be supposed.
                let shown = |h: &&Held| mask.is_none_or(|m| h.evidence & m != 0);
                let picks = mask.is_some() && hs.iter().any(|h| shown(&h));
                match supposed {
                    Some(h) if !picks => self.held(atom, h),
                    _ => hs
                        .iter()
                        .filter(|h| !picks || shown(h))
                        .map(|h| self.held(atom, h))
                        .reduce(Truth::join)
                        .unwrap_or(Truth::Unknown),
                }
            }
        }
    }

    /// A test of a held value: without the demanded evidence it is never certain.
    fn held(&self, atom: &Atom, h: &Held) -> Truth {
        match self.test(&atom.test, &h.value) {
            Truth::True if atom.demand.as_ref().is_some_and(|(m, _)| h.evidence & m == 0) => Truth::Unknown,
            t => t,
        }
    }

    fn test(&self, test: &Test, value: &Tested) -> Truth {
        let today = self.shared.judged_on;
        let day = |f: &dyn Fn(Date) -> bool| match value {
            Tested::Date(d) if *d > today => Truth::Unknown,
            Tested::Date(d) => Truth::from(f(*d)),
            _ => Truth::False,
        };
        match test {
            Test::OneOf { choices, not_applicable, not } => {
                let is = match value {
                    Tested::Choice(c) => choices.contains(*c),
                    Tested::NotApplicable => *not_applicable,
                    _ => false,
                };
                Truth::from(is != *not)
            }
            Test::AtLeast(o) => Truth::from(matches!(value, Tested::Number(n) if *n >= self.number(*o))),
            Test::AtMost(o) => Truth::from(matches!(value, Tested::Number(n) if *n <= self.number(*o))),
            Test::OnOrAfter(o) => day(&|d| d >= self.day(*o)),
            Test::OnOrBefore(o) => day(&|d| d <= self.day(*o)),
            Test::Before(o) => day(&|d| d < self.day(*o)),
            Test::WithinMonths(o) => {
                let months = u32::try_from(self.number(*o)).unwrap_or(u32::MAX);
                day(&|d| d >= date::months_before(today, months))
            }
            Test::InForce => match value {
                Tested::Term(from, _) if *from > today => Truth::Unknown,
                Tested::Term(_, to) => Truth::from(to.is_none_or(|to| today <= to)),
                _ => Truth::False,
            },
        }
    }

    fn scalar(&self, operand: Operand) -> Scalar {
        match operand {
            Operand::Literal(s) => s,
            Operand::Value(v) => match self.shared.book.values.get(usize::from(v)) {
                None => Scalar::Number(0),
                Some(value) => match value.second {
                    Some((i, second)) if self.other >> i & 1 == 1 => second,
                    _ => value.value,
                },
            },
        }
    }

    pub(crate) fn number(&self, operand: Operand) -> i64 {
        match self.scalar(operand) {
            Scalar::Number(n) => n,
            Scalar::Day(_) => 0,
        }
    }

    pub(crate) fn day(&self, operand: Operand) -> Date {
        match self.scalar(operand) {
            Scalar::Day(d) => d,
            Scalar::Number(_) => Date::MAX,
        }
    }

    /// A quantifier over all rows of a kind whose members decide alone.
    fn range_of_rows(&self, q: &Quantifier, kind: KindId) -> Kleene {
        let block = self.shared.block;
        let to = match q.reach {
            Reach::Kind(k, _) => k,
            Reach::Relation(r, _) => match self.members_kind(r) {
                Some(k) => k,
                None => return Kleene::default(),
            },
        };
        // The conditions read the innermost row alone: nobody needs to stand outside.
        let outside = std::iter::repeat_n(Level::Nobody, usize::from(q.depth));
        let stack =
            Frame { levels: outside.chain([Level::Whole]).collect(), len: block.len(to), origin: None };
        let signs = self.signs(q, &stack);
        let len = block.len(kind);
        let add = |sum: u8, row: &u32| sum | signs.get(*row as usize).copied().unwrap_or(0);
        let nothing_stated = self.nothing_stated(q, &Frame::whole(len));
        match q.reach {
            Reach::Kind(k, _) => {
                let ends = block.rows(k).map_or(&[][..], |rows| &rows.first).array_windows::<2>();
                let of =
                    ends.map(|[start, end]| signs.get(*start as usize..*end as usize).unwrap_or_default());
                let sums: Vec<u8> = of.map(|of| of.iter().fold(0, |sum, s| sum | s) & sum::CERTAIN).collect();
                let complete = block.complete.get(k.index()).map_or(&[][..], Vec::as_slice);
                let open: Plane = complete.iter().map(|c| !c).collect();
                settled(q, &sums, &open, nothing_stated.as_deref())
            }
            Reach::Relation(r, _) => {
                let Some(members) = block.members(r) else { return Kleene::default() };
                let mut sums = vec![0; len];
                for (place, from) in members.from.iter().enumerate() {
                    let (certain, perhaps) = members.at(place);
                    if let Some(sum) = sums.get_mut(*from as usize) {
                        *sum = certain.iter().fold(0, add) & sum::CERTAIN
                            | perhaps.iter().fold(0, add) & sum::PERHAPS;
                    }
                }
                settled(q, &sums, &members.open, nothing_stated.as_deref())
            }
        }
    }

    /// Every row of a kind under a quantifier that reads the row alone: nobody needs to stand outside.
    fn alone(&self, q: &Quantifier, kind: KindId) -> Frame {
        let outside = std::iter::repeat_n(Level::Nobody, usize::from(q.depth));
        let len = self.shared.block.len(kind);
        Frame { levels: outside.chain([Level::Whole]).collect(), len, origin: None }
    }

    /// The rows of a kind that are not certainly outside a range which reads the row alone.
    pub(crate) fn maybe_in_range(&self, q: &Quantifier, kind: KindId) -> Plane {
        self.not_outside(q, &self.alone(q, kind))
    }

    fn not_outside(&self, q: &Quantifier, inner: &Frame) -> Plane {
        let within = self.all(&q.within, inner);
        let except = self.any(&q.except, inner);
        within.no.iter().zip(&except.yes).map(|(w, e)| !(w | e)).collect()
    }

    fn members_kind(&self, relation: vocabulary::RelationId) -> Option<KindId> {
        self.shared.plan.relation_to.get(relation.index()).copied()
    }

    /// Where it is stated that there is none (台帳確認).
    fn nothing_stated(&self, q: &Quantifier, frame: &Frame) -> Option<Rc<Kleene>> {
        q.none_of.map(|id| self.truth(id, frame))
    }

    /// What each row of a range adds to its result.
    fn signs(&self, q: &Quantifier, inner: &Frame) -> Vec<u8> {
        let within = self.all(&q.within, inner);
        let except = self.any(&q.except, inner);
        let body = self.all(&q.body, inner);
        let (decisive, full) = if q.all { (&body.no, &body.yes) } else { (&body.yes, &body.no) };
        let columns = within.yes.iter().zip(&within.no).zip(except.yes.iter().zip(&except.no));
        let words = columns.zip(decisive.iter().zip(full)).map(|(((wy, wn), (ey, en)), (d, f))| {
            let inside = wy & en;
            let maybe = !(wn | ey);
            let decided = inside & d;
            // In the order of `sum`.
            [decided, maybe & !f & !decided, inside, maybe, wy & ey, maybe & !f]
        });
        bytes(words, inner.len)
    }

    /// A quantifier on any frame.
    fn quantifier(&self, q: &Quantifier, frame: &Frame) -> Kleene {
        let inner = self.open_range(q, frame);
        let signs = self.signs(q, &inner.frame);
        let mut sums = vec![0u8; frame.len];
        for (entry, (parent, sign)) in (0..).zip(inner.parent.iter().zip(&signs)) {
            let counts = if bit(&inner.perhaps, entry) { sum::PERHAPS } else { sum::CERTAIN };
            if let Some(sum) = sums.get_mut(*parent as usize) {
                *sum |= sign & counts;
            }
        }
        settled(q, &sums, &inner.open, self.nothing_stated(q, frame).as_deref())
    }

    /// Every stack of a frame with every row of a range.
    pub(crate) fn open_range(&self, q: &Quantifier, frame: &Frame) -> Inner {
        let block = self.shared.block;
        let mut out = Inner {
            frame: Frame { levels: Vec::new(), len: 0, origin: None },
            parent: Vec::new(),
            perhaps: Plane::new(),
            open: vec![0; words(frame.len)],
        };
        let mut rows: Vec<u32> = Vec::new();
        let mut unsure: Vec<usize> = Vec::new();
        for entry in 0..u32::try_from(frame.len).unwrap_or(u32::MAX) {
            let mut open = true;
            match q.reach {
                Reach::Kind(kind, level) => {
                    if let (Some(i), Some(all)) = (frame.row(level, entry), block.rows(kind)) {
                        rows.extend(all.of(i));
                        open = !complete(block, kind, i);
                    }
                }
                Reach::Relation(relation, level) => {
                    if let (Some(from), Some(all)) = (frame.row(level, entry), block.members(relation)) {
                        let (certain, perhaps) = all.of(from);
                        open = bit(&all.open, from);
                        rows.extend(certain);
                        unsure.extend(rows.len()..rows.len() + perhaps.len());
                        rows.extend(perhaps);
                    }
                }
            }
            if open {
                set(&mut out.open, entry as usize);
            }
            out.parent.resize(rows.len(), entry);
        }
        out.perhaps = vec![0; words(rows.len())];
        unsure.into_iter().for_each(|e| set(&mut out.perhaps, e));
        out.frame = frame.select(&out.parent);
        out.frame.origin = Some(out.parent.iter().map(|p| frame.origin(*p)).collect());
        out.frame.levels.push(Level::Rows(rows.into()));
        out
    }

    /// The entries of a range that are not certainly outside.
    pub(crate) fn in_range(&self, q: &Quantifier, inner: &Inner) -> Vec<u32> {
        ones(&self.not_outside(q, &inner.frame), inner.frame.len).collect()
    }

    /// The cell of an entry's row, as a rule tests it.
    pub(crate) fn cell(&self, kind: KindId, slot: u16, row: Option<u32>) -> &'a Code {
        let column = self.shared.block.column(kind, slot);
        row.and_then(|r| column.and_then(|c| c.code(r))).unwrap_or(&Code::Nothing)
    }
}
