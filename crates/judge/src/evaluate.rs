//! Conditions → truth, by Kleene's strong logic.
//!
//! One walk of the graph for one stack of rows. A row that nobody has written
//! down is `None`: all its facts are unknown and its relations open.
//! [`Assumed`] values stand in for unknown cells while `exact` enumerates.

use facts::{Brief, Cell, Held, Known, RowId, Value};
use rule_language::syntax::Empty;
use rulebook::{
    Atom, InterpretationId, Node, Op, Operand, PartId, Quantifier, Range, Rulebook, Scalar, Test,
};
use verdict::Truth;
use vocabulary::{Date, WordId, date};

/// The rows from the institution inwards. It is copied for every row that is
/// looked at, so it is small; `rulebook` refuses rules that nest deeper.
#[derive(Clone, Copy)]
pub(crate) struct Stack {
    rows: [u32; rulebook::MAX_DEPTH],
    depth: u8,
}

/// In place of a row that nobody has written down.
const NOBODY: u32 = u32::MAX;

impl Stack {
    /// The institution alone.
    pub(crate) fn of(known: &Known<'_>) -> Stack {
        let institution = known.rows(vocabulary::Vocabulary::INSTITUTION).first().copied();
        Stack { rows: [NOBODY; rulebook::MAX_DEPTH], depth: 0 }.with(institution)
    }
    /// One row further in; `None` for a row that nobody has written down.
    pub(crate) fn with(mut self, row: Option<RowId>) -> Stack {
        if let Some(slot) = self.rows.get_mut(usize::from(self.depth)) {
            *slot = row.map_or(NOBODY, |r| r.0);
        }
        self.depth += 1;
        self
    }
    /// The row at a level.
    pub(crate) fn row(&self, level: u8) -> Option<RowId> {
        self.rows.get(usize::from(level)).filter(|r| **r != NOBODY).map(|r| RowId(*r))
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
    rows: &'a [RowId],
    named: &'a [(RowId, Vec<u32>)],
    /// Perhaps in the range. Of no bearing where there may be more rows
    /// anyway: then the range can only be decided by a row that is certain.
    pub(crate) possible: &'a [RowId],
    pub(crate) open: bool,
}

impl<'a> Rows<'a> {
    /// The rows that certainly belong, before うち and 除く.
    pub(crate) fn certain(&self) -> impl Iterator<Item = RowId> + 'a {
        self.rows.iter().copied().chain(self.named.iter().map(|(r, _)| *r))
    }
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
        // Most reads are of a plain choice, or of nothing: these never touch the cell.
        let brief = row.map_or(Brief::Nothing, |r| self.known.brief_at(r, atom.slot));
        match (brief, &atom.test) {
            (Brief::Nothing, _) if self.assumed.is_empty() => return Truth::Unknown,
            (Brief::Choice { choice, evidence }, Test::OneOf { choices, not, .. }) => {
                let is = choices.contains(u16::from(choice)) != *not;
                let shown = atom.demand.as_ref().is_none_or(|(mask, _)| evidence & mask != 0);
                return if is && !shown { Truth::Unknown } else { Truth::from(is) };
            }
            _ => {}
        }
        let cell = match row {
            Some(r) => self.known.cell_at(r, atom.slot),
            None => &Cell::Absent,
        };
        let assumed = match cell {
            Cell::One(h) => return self.held(atom, h),
            _ if self.assumed.is_empty() => None,
            _ => self.assumed.iter().find(|(r, w, _)| *r == row && *w == atom.word),
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
            (Cell::Absent | Cell::Asked(_), None) => return Truth::Unknown,
            (_, Some((_, _, h))) => std::slice::from_ref(h),
            (_, None) => cell.held(),
        };
        let mask = atom.demand.as_ref().map(|(m, _)| *m);
        let picked = mask.filter(|m| held.len() > 1 && held.iter().any(|h| h.evidence & m != 0));
        held.iter()
            .filter(|h| picked.is_none_or(|m| h.evidence & m != 0))
            .map(|h| self.held(atom, h))
            .reduce(Truth::join)
            .unwrap_or(Truth::Unknown)
    }

    /// An atom of one held value: without the demanded evidence it is never certain.
    pub(crate) fn held(&self, atom: &Atom, h: &Held) -> Truth {
        match self.test(&atom.test, &h.value) {
            Truth::True if atom.demand.as_ref().is_some_and(|(m, _)| h.evidence & m == 0) => Truth::Unknown,
            t => t,
        }
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
                    Value::Choice(c) => choices.contains(*c),
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
                rows: self.known.rows(kind),
                named: &[],
                possible: &[],
                open: self.known.complete(kind).is_none(),
            },
            Range::Relation(relation, level) => {
                match stack.row(level).and_then(|r| self.known.members(relation, r)) {
                    Some(m) => Rows { rows: &[], named: &m.certain, possible: &m.possible, open: m.open },
                    None => Rows { rows: &[], named: &[], possible: &[], open: true },
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
        if rows.certain().any(|r| check(r, true)) {
            return decisive;
        }
        // A row that only perhaps belongs never decides.
        if rows.open {
            return Truth::Unknown;
        }
        for row in rows.possible {
            check(*row, false);
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
