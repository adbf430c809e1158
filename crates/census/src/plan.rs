//! Conditions as planes need them: shared, and cut where one row suffices.
//!
//! A node of the rule's graph stands on a stack of rows. Wherever it reads the
//! facts of a single row of the stack it is cut out as a *local* node on that
//! row alone ([`Op::At`]); local nodes are the same whatever stands around
//! them, so 定義 サーバ is one node for every rule, and its plane is computed
//! once a block over all rows of its kind. Levels inside a node count from its
//! own first row.

use rule_language::syntax::Empty;
use rulebook::{Atom, InterpretationId, Operand, PartId, Range, Rulebook, Test};
use std::collections::{BTreeMap, BTreeSet};
use vocabulary::{KindId, RelationId, Vocabulary, WordId};

/// A node of the plan.
pub(crate) type Id = u32;

/// A child, with the interpretation that decides whether it is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Child {
    pub(crate) toggle: Option<InterpretationId>,
    pub(crate) id: Id,
}

/// What a quantifier ranges over, from a level of its stack.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Reach {
    /// The institution's rows of a kind; the level holds the institution.
    Kind(KindId, u8),
    /// The members of a relation of the row at a level.
    Relation(RelationId, u8),
}

/// A quantifier.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Quantifier {
    pub(crate) all: bool,
    pub(crate) reach: Reach,
    pub(crate) within: Vec<Child>,
    pub(crate) except: Vec<Child>,
    pub(crate) body: Vec<Child>,
    pub(crate) empty: EmptyRange,
    /// What states that there is none (台帳確認).
    pub(crate) none_of: Option<Id>,
    /// How many rows stand on the stack outside.
    pub(crate) depth: u8,
    /// The conditions read nothing but the row itself.
    pub(crate) row_alone: bool,
}

/// Of an empty range.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum EmptyRange {
    Holds,
    Fails,
    Confirmed,
}

/// What a node is.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Op {
    All(Vec<Child>),
    Any(Vec<Child>),
    /// A local node on the row at a level.
    At(u8, Id),
    /// A test: index in [`Plan::atoms`].
    Atom(u32),
    /// 編 X が 遵守
    Part(PartId),
    /// はい to a word that states there is none: its slot.
    Stated(u16),
    Quantifier(Box<Quantifier>),
}

/// A node with what is below it.
#[derive(Debug)]
pub(crate) struct Node {
    pub(crate) op: Op,
    /// Interpretations that are read below, as bits.
    pub(crate) toggles: u64,
    /// Words that are tested below.
    pub(crate) words: BTreeSet<WordId>,
    /// For a local node: the kind of its row.
    pub(crate) kind: Option<KindId>,
    /// Whether a quantifier stands below.
    pub(crate) ranges: bool,
}

/// Shared nodes.
#[derive(Debug, Default)]
pub(crate) struct Plan {
    pub(crate) nodes: Vec<Node>,
    pub(crate) atoms: Vec<Atom>,
    /// Per relation: the kind it leads to.
    pub(crate) relation_to: Vec<KindId>,
    ids: BTreeMap<(Option<KindId>, Op), Id>,
    atom_ids: BTreeMap<(KindId, u16, String), u32>,
}

/// Where the rows of the rule's stack stand on the plan's.
#[derive(Clone)]
struct Stack {
    /// Level of the rule → level of the plan.
    levels: Vec<u8>,
    /// Kind of each level of the plan.
    kinds: Vec<KindId>,
}

impl Stack {
    fn level(&self, level: u8) -> u8 {
        self.levels.get(usize::from(level)).copied().unwrap_or(0)
    }
    fn kind(&self, level: u8) -> KindId {
        self.kinds.get(usize::from(level)).copied().unwrap_or(Vocabulary::INSTITUTION)
    }
    fn depth(&self) -> u8 {
        u8::try_from(self.kinds.len()).unwrap_or(u8::MAX)
    }
    fn with(&self, kind: KindId) -> Stack {
        let mut out = self.clone();
        out.levels.push(self.depth());
        out.kinds.push(kind);
        out
    }
    /// Only the row at a level of the rule.
    fn only(&self, level: u8) -> Stack {
        Stack { levels: vec![0; self.levels.len()], kinds: vec![self.kind(self.level(level))] }
    }
}

/// Adds conditions to a plan.
pub(crate) struct Planner<'a> {
    vocabulary: &'a Vocabulary,
    book: &'a Rulebook,
    pub(crate) plan: Plan,
}

impl<'a> Planner<'a> {
    pub(crate) fn new(vocabulary: &'a Vocabulary, book: &'a Rulebook) -> Planner<'a> {
        let relation_to = vocabulary.relations().iter().map(|r| r.to).collect();
        Planner { vocabulary, book, plan: Plan { relation_to, ..Plan::default() } }
    }

    /// The nodes of a block whose units are rows of `unit`.
    pub(crate) fn block<'n>(
        &mut self,
        unit: KindId,
        nodes: impl IntoIterator<Item = &'n rulebook::Node>,
    ) -> Vec<Child> {
        let mut stack = Stack { levels: vec![0], kinds: vec![Vocabulary::INSTITUTION] };
        if unit != Vocabulary::INSTITUTION {
            stack = stack.with(unit);
        }
        self.children(nodes, &stack)
    }

    fn children<'n>(
        &mut self,
        nodes: impl IntoIterator<Item = &'n rulebook::Node>,
        stack: &Stack,
    ) -> Vec<Child> {
        nodes.into_iter().map(|n| Child { toggle: n.toggle, id: self.node(n, stack) }).collect()
    }

    /// A node on a stack: a local one wherever it reads a single row.
    fn node(&mut self, node: &rulebook::Node, stack: &Stack) -> Id {
        if stack.depth() > 1 {
            let mut read = BTreeSet::new();
            levels_read(node, u8::try_from(stack.levels.len()).unwrap_or(u8::MAX), &mut read);
            let first = read.first().copied().unwrap_or(0);
            if read.iter().all(|l| *l == first) {
                let local = self.op(node, &stack.only(first));
                let op = Op::At(stack.level(first), local);
                return self.intern(op, None);
            }
        }
        self.op(node, stack)
    }

    fn op(&mut self, node: &rulebook::Node, stack: &Stack) -> Id {
        let op = match &node.op {
            rulebook::Op::All(_, items) | rulebook::Op::Alternative(_, items) => {
                Op::All(self.children(items, stack))
            }
            rulebook::Op::Any(_, items) => Op::Any(self.children(items, stack)),
            rulebook::Op::Definition(_, body) => return self.op(body, stack),
            rulebook::Op::Part(part) => Op::Part(*part),
            rulebook::Op::Atom(atom) => self.atom(atom, stack),
            rulebook::Op::Quantifier(q) => self.quantifier(q, stack),
        };
        let kind = (stack.depth() == 1).then(|| stack.kind(0));
        self.intern(op, kind)
    }

    /// A test on the first row: `node` has cut it out.
    fn atom(&mut self, atom: &Atom, stack: &Stack) -> Op {
        let kind = stack.kind(stack.level(atom.level));
        let next = u32::try_from(self.plan.atoms.len()).unwrap_or(u32::MAX);
        let id = *self.plan.atom_ids.entry((kind, atom.slot, atom.text.clone())).or_insert(next);
        if id == next {
            self.plan.atoms.push(atom.clone());
        }
        Op::Atom(id)
    }

    fn quantifier(&mut self, q: &rulebook::Quantifier, stack: &Stack) -> Op {
        let (reach, kind) = match q.range {
            Range::Kind(kind) => (Reach::Kind(kind, stack.level(0)), kind),
            Range::Relation(r, level) => {
                (Reach::Relation(r, stack.level(level)), self.vocabulary.relation(r).to)
            }
        };
        let inner = stack.with(kind);
        let within = self.children(&q.within, &inner);
        let except = self.children(&q.except, &inner);
        let body = self.children(&q.body, &inner);
        let depth = stack.depth();
        let plan = &self.plan;
        let row_alone = within.iter().chain(&except).chain(&body).all(|c| {
            matches!(plan.nodes.get(c.id as usize).map(|n| &n.op), Some(Op::At(level, _)) if *level == depth)
        });
        let none_of = q.none_of.and_then(|(word, level)| {
            let kind = stack.kind(stack.level(level));
            let slot = u16::try_from(self.vocabulary.slot(kind, word)?).ok()?;
            let local = self.intern(Op::Stated(slot), Some(kind));
            Some(if depth > 1 { self.intern(Op::At(stack.level(level), local), None) } else { local })
        });
        let empty = match q.empty {
            Empty::Holds => EmptyRange::Holds,
            Empty::Fails => EmptyRange::Fails,
            Empty::Confirmed => EmptyRange::Confirmed,
        };
        Op::Quantifier(Box::new(Quantifier {
            all: q.all,
            reach,
            within,
            except,
            body,
            empty,
            none_of,
            depth,
            row_alone,
        }))
    }

    fn intern(&mut self, op: Op, kind: Option<KindId>) -> Id {
        let key = (kind, op);
        if let Some(id) = self.plan.ids.get(&key) {
            return *id;
        }
        let mut node = Node { op: key.1.clone(), toggles: 0, words: BTreeSet::new(), kind, ranges: false };
        let mut take = |toggle: Option<InterpretationId>, below: Option<&Node>| {
            node.toggles |= toggle.map_or(0, |t| 1 << t);
            if let Some(below) = below {
                node.toggles |= below.toggles;
                node.words.extend(&below.words);
                node.ranges |= below.ranges;
            }
        };
        let nodes = &self.plan.nodes;
        match &key.1 {
            Op::All(children) | Op::Any(children) => {
                children.iter().for_each(|c| take(c.toggle, nodes.get(c.id as usize)));
            }
            Op::At(_, id) => take(None, nodes.get(*id as usize)),
            Op::Quantifier(q) => {
                let all = q.within.iter().chain(&q.except).chain(&q.body);
                all.for_each(|c| take(c.toggle, nodes.get(c.id as usize)));
                node.ranges = true;
            }
            Op::Atom(id) => {
                if let Some(atom) = self.plan.atoms.get(*id as usize) {
                    node.words.insert(atom.word);
                    node.toggles |= second_readings(self.book, &atom.test);
                }
            }
            Op::Part(_) | Op::Stated(_) => {}
        }
        let id = u32::try_from(self.plan.nodes.len()).unwrap_or(u32::MAX);
        self.plan.nodes.push(node);
        self.plan.ids.insert(key, id);
        id
    }
}

/// The interpretations that choose the values a test names.
fn second_readings(book: &Rulebook, test: &Test) -> u64 {
    match test {
        Test::AtLeast(o)
        | Test::AtMost(o)
        | Test::OnOrAfter(o)
        | Test::OnOrBefore(o)
        | Test::Before(o)
        | Test::WithinMonths(o) => match o {
            Operand::Value(v) => {
                book.values.get(usize::from(*v)).and_then(|v| v.second).map_or(0, |(i, _)| 1 << i)
            }
            Operand::Literal(_) => 0,
        },
        Test::OneOf { .. } | Test::InForce => 0,
    }
}

/// The levels below `depth` that a node reads.
fn levels_read(node: &rulebook::Node, depth: u8, out: &mut BTreeSet<u8>) {
    let mut read = |level: u8| {
        if level < depth {
            out.insert(level);
        }
    };
    match &node.op {
        rulebook::Op::Atom(a) => read(a.level),
        rulebook::Op::Part(_) => read(0),
        rulebook::Op::All(_, items) | rulebook::Op::Any(_, items) | rulebook::Op::Alternative(_, items) => {
            items.iter().for_each(|n| levels_read(n, depth, out));
        }
        rulebook::Op::Definition(_, body) => levels_read(body, depth, out),
        rulebook::Op::Quantifier(q) => {
            match q.range {
                Range::Kind(_) => read(0),
                Range::Relation(_, level) => read(level),
            }
            if let Some((_, level)) = q.none_of {
                read(level);
            }
            for n in q.within.iter().chain(&q.except).chain(&q.body) {
                levels_read(n, depth, out);
            }
        }
    }
}
