//! Conditions → truth, by Kleene's strong logic.
//!
//! One walk of the graph for one stack of rows. A row that nobody has written
//! down is `None`: all its facts are unknown and its relations open.
//! [`Assumed`] values stand in for unknown cells while `exact` enumerates.

use facts::{Cell, Held, Known, RowId, Value};
use rule_language::syntax::Empty;
use rulebook::{
    Atom, InterpretationId, Node, Op, Operand, PartId, Quantifier, Range, Rulebook, Scalar, Test,
};
use verdict::Truth;
use vocabulary::{Date, WordId, date};

/// The rows from the institution inwards; deeper than any rule can nest.
#[derive(Clone, Copy)]
pub(crate) struct Stack {
    rows: [Option<RowId>; 8],
    depth: u8,
}

impl Stack {
    /// The institution alone.
    pub(crate) fn of(known: &Known<'_>) -> Stack {
        let institution = known.rows(vocabulary::Vocabulary::INSTITUTION).first().copied();
        Stack { rows: [None; 8], depth: 0 }.with(institution)
    }
    /// One row further in; `None` for a row that nobody has written down.
    pub(crate) fn with(mut self, row: Option<RowId>) -> Stack {
        if let Some(slot) = self.rows.get_mut(usize::from(self.depth)) {
            *slot = row;
        }
        self.depth += 1;
        self
    }
    /// The row at a level.
    pub(crate) fn row(&self, level: u8) -> Option<RowId> {
        self.rows.get(usize::from(level)).copied().flatten()
    }
}

/// A value assumed for an unknown cell.
pub(crate) type Assumed = (Option<RowId>, WordId, Held);

/// Everything a condition is evaluated against.
#[derive(Clone, Copy)]
pub(crate) struct Context<'a> {
    pub(crate) book: &'a Rulebook,
    pub(crate) known: &'a Known<'a>,
    /// Interpretations read the other way, as bits.
    pub(crate) other: u64,
    /// Values assumed for unknown cells.
    pub(crate) assumed: &'a [Assumed],
    /// Truth of 編 X が 遵守, where it is known.
    pub(crate) parts: &'a [(PartId, Truth)],
}

/// The rows of a range, as an evaluator needs them.
pub(crate) struct Rows<'a> {
    pub(crate) certain: Box<dyn Iterator<Item = RowId> + 'a>,
    pub(crate) possible: &'a [RowId],
    pub(crate) open: bool,
}

impl<'a> Context<'a> {
    /// Whether the line is read under the current readings.
    pub(crate) fn reads(&self, toggle: Option<InterpretationId>) -> bool {
        let Some(id) = toggle else { return true };
        let with = self.book.interpretations.get(usize::from(id)).is_none_or(|i| i.default_with);
        with != (self.other >> id & 1 == 1)
    }

    pub(crate) fn all(&self, nodes: &[Node], stack: &Stack) -> Truth {
        let mut out = Truth::True;
        for node in nodes.iter().filter(|n| self.reads(n.toggle)) {
            out = out.and(self.truth(node, stack));
            if out == Truth::False {
                break;
            }
        }
        out
    }

    pub(crate) fn any(&self, nodes: &[Node], stack: &Stack) -> Truth {
        let mut out = Truth::False;
        for node in nodes.iter().filter(|n| self.reads(n.toggle)) {
            out = out.or(self.truth(node, stack));
            if out == Truth::True {
                break;
            }
        }
        out
    }

    /// The truth of a condition that is read.
    pub(crate) fn truth(&self, node: &Node, stack: &Stack) -> Truth {
        match &node.op {
            Op::All(_, items) | Op::Alternative(_, items) => self.all(items, stack),
            Op::Any(_, items) => self.any(items, stack),
            Op::Definition(_, body) => self.truth(body, stack),
            Op::Part(part) => self.parts.iter().find(|(p, _)| p == part).map_or(Truth::Unknown, |(_, t)| *t),
            Op::Atom(atom) => self.atom(atom, stack.row(atom.level)),
            Op::Quantifier(q) => self.quantifier(q, stack),
        }
    }

    /// The truth of a condition alone on its line; `dropped` where it is not read.
    pub(crate) fn line(&self, node: &Node, stack: &Stack, dropped: Truth) -> Truth {
        if self.reads(node.toggle) { self.truth(node, stack) } else { dropped }
    }

    pub(crate) fn atom(&self, atom: &Atom, row: Option<RowId>) -> Truth {
        let assumed = self.assumed.iter().find(|(r, w, _)| *r == row && *w == atom.word);
        let cell = match row {
            Some(r) => self.known.cell(r, atom.word),
            None => &Cell::Absent,
        };
        let held = match (cell, assumed) {
            (Cell::Several(hs), Some((_, _, h))) => {
                // Evidence picks before an assumption may.
                if atom.demand.as_ref().is_some_and(|(mask, _)| hs.iter().any(|h| h.evidence & mask != 0)) {
                    cell.held()
                } else {
                    std::slice::from_ref(h)
                }
            }
            (Cell::One(h), _) => std::slice::from_ref(h),
            (_, Some((_, _, h))) => std::slice::from_ref(h),
            (Cell::Several(_), None) => cell.held(),
            (Cell::Absent | Cell::Asked(_), None) => return Truth::Unknown,
        };
        let mask = atom.demand.as_ref().map(|(m, _)| *m);
        let picked = mask.filter(|m| held.len() > 1 && held.iter().any(|h| h.evidence & m != 0));
        let mut out: Option<Truth> = None;
        for h in held.iter().filter(|h| picked.is_none_or(|m| h.evidence & m != 0)) {
            let mut t = self.test(&atom.test, &h.value);
            if t == Truth::True && mask.is_some_and(|m| h.evidence & m == 0) {
                t = Truth::Unknown;
            }
            out = Some(out.map_or(t, |o| o.join(t)));
        }
        out.unwrap_or(Truth::Unknown)
    }

    /// A test of a value that is held.
    pub(crate) fn test(&self, test: &Test, value: &Value) -> Truth {
        let today = self.known.judged_on();
        let date = |f: &dyn Fn(Date) -> bool| match value {
            Value::Date(d) if *d > today => Truth::Unknown,
            Value::Date(d) => Truth::from(f(*d)),
            _ => Truth::False,
        };
        match test {
            Test::OneOf { choices, not_applicable, not } => {
                let is = match value {
                    Value::Choice(c) => choices.contains(c),
                    Value::NotApplicable => *not_applicable,
                    _ => false,
                };
                Truth::from(is != *not)
            }
            Test::AtLeast(o) => Truth::from(matches!(value, Value::Number(n) if *n >= self.number(*o))),
            Test::AtMost(o) => Truth::from(matches!(value, Value::Number(n) if *n <= self.number(*o))),
            Test::OnOrAfter(o) => date(&|d| d >= self.day(*o)),
            Test::OnOrBefore(o) => date(&|d| d <= self.day(*o)),
            Test::Before(o) => date(&|d| d < self.day(*o)),
            Test::WithinMonths(o) => {
                let months = u32::try_from(self.number(*o)).unwrap_or(u32::MAX);
                date(&|d| d >= date::months_before(today, months))
            }
            Test::InForce => match value {
                Value::Term(from, _) if *from > today => Truth::Unknown,
                Value::Term(_, to) => Truth::from(to.is_none_or(|to| today <= to)),
                _ => Truth::False,
            },
        }
    }

    fn scalar(&self, operand: Operand) -> Scalar {
        match operand {
            Operand::Literal(s) => s,
            Operand::Value(v) => {
                let Some(value) = self.book.values.get(usize::from(v)) else { return Scalar::Number(0) };
                match value.second {
                    Some((i, second)) if self.other >> i & 1 == 1 => second,
                    _ => value.value,
                }
            }
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

    /// The rows a quantifier ranges over, before うち and 除く.
    pub(crate) fn rows(&self, range: Range, stack: &Stack) -> Rows<'a> {
        match range {
            Range::Kind(kind) => Rows {
                certain: Box::new(self.known.rows(kind).iter().copied()),
                possible: &[],
                open: self.known.complete(kind).is_none(),
            },
            Range::Relation(relation, level) => {
                match stack.row(level).and_then(|r| self.known.members(relation, r)) {
                    Some(m) => Rows {
                        certain: Box::new(m.certain.iter().map(|(r, _)| *r)),
                        possible: &m.possible,
                        open: m.open,
                    },
                    None => Rows { certain: Box::new(std::iter::empty()), possible: &[], open: true },
                }
            }
        }
    }

    /// Whether a row is in the range: certain membership, うち, not 除く.
    pub(crate) fn in_range(&self, q: &Quantifier, inner: &Stack) -> Truth {
        match self.all(&q.within, inner) {
            Truth::False => Truth::False,
            within => within.and(!self.any(&q.except, inner)),
        }
    }

    fn quantifier(&self, q: &Quantifier, stack: &Stack) -> Truth {
        let rows = self.rows(q.range, stack);
        // For すべての a row decides by failing, for いずれかの by holding.
        let decisive = if q.all { Truth::False } else { Truth::True };
        let mut sure_row = false;
        let mut maybe_row = false;
        let mut undecided = rows.open;
        let mut excluded = false;
        let mut check = |row: RowId, certain: bool| -> bool {
            let inner = stack.with(Some(row));
            let within = self.all(&q.within, &inner);
            if within == Truth::False {
                return false;
            }
            let except = self.any(&q.except, &inner);
            let mut in_range = within.and(!except);
            if in_range == Truth::False {
                excluded |= within == Truth::True && certain;
                return false;
            }
            if !certain {
                in_range = Truth::Unknown;
            }
            sure_row |= in_range == Truth::True;
            maybe_row = true;
            let body = self.all(&q.body, &inner);
            if body == !decisive {
                return false;
            }
            if body == decisive && in_range == Truth::True {
                return true;
            }
            undecided = true;
            false
        };
        if rows.certain.into_iter().any(|r| check(r, true)) || rows.possible.iter().any(|r| check(*r, false))
        {
            return decisive;
        }
        if undecided {
            return Truth::Unknown;
        }
        let full = !decisive;
        if sure_row {
            return full;
        }
        let empty = self.empty(q, excluded, stack);
        if maybe_row { full.join(empty) } else { empty }
    }

    /// The truth of an empty range whose rows are all known.
    pub(crate) fn empty(&self, q: &Quantifier, excluded: bool, stack: &Stack) -> Truth {
        match q.empty {
            Empty::Holds => Truth::True,
            Empty::Fails => Truth::False,
            Empty::Confirmed => {
                let stated = q.none_of.is_some_and(|(word, level)| {
                    stack.row(level).is_some_and(|r| {
                        matches!(self.known.cell(r, word), Cell::One(Held { value: Value::Choice(0), .. }))
                    })
                });
                if stated || excluded { Truth::True } else { Truth::Unknown }
            }
        }
    }
}
