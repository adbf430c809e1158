//! One word of all rows of a kind, as it was resolved from the facts.
//!
//! The distinct cells stand in a sorted dictionary; a row keeps the place of
//! its cell, bit-sliced: slice `i` is the plane of bit `i`. A test becomes a
//! table over the dictionary and then a plane, by halving the table along the
//! slices; since the dictionary is sorted, a threshold costs a few operations
//! a slice, however many values there are.

use crate::bits::{Plane, set, words, zip};
use facts::{Cell, Value};
use vocabulary::Date;

/// A value as rules can test it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Tested {
    NotApplicable,
    Choice(u16),
    Number(i64),
    Date(Date),
    Term(Date, Option<Date>),
    /// Text or a list: no rule tests it.
    Other,
}

impl Tested {
    fn of(value: &Value) -> Tested {
        match value {
            Value::Choice(c) => Tested::Choice(*c),
            Value::Number(n) => Tested::Number(*n),
            Value::Date(d) => Tested::Date(*d),
            Value::Term(from, to) => Tested::Term(*from, *to),
            Value::NotApplicable => Tested::NotApplicable,
            Value::Text(_) | Value::List(_) | Value::Unknown => Tested::Other,
        }
    }
}

/// A value that is held, with the evidence that counts (a bit a kind).
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Held {
    pub(crate) evidence: u16,
    pub(crate) value: Tested,
}

/// A cell as rules can test it; absent and わからない are alike.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Code {
    Nothing,
    One(Held),
    Several(Vec<Held>),
}

impl Code {
    pub(crate) fn of(cell: &Cell) -> Code {
        let held = |h: &facts::Held| Held { evidence: h.evidence, value: Tested::of(&h.value) };
        match cell {
            Cell::Absent | Cell::Asked(_) => Code::Nothing,
            Cell::One(h) => Code::One(held(h)),
            Cell::Several(hs) => Code::Several(hs.iter().map(held).collect()),
        }
    }
}

/// A column while rows are added.
#[derive(Debug, Default)]
pub(crate) struct Collecting {
    /// The distinct cells in order, each with its number.
    numbers: Vec<(Code, u32)>,
    /// The cell before, and its number.
    before: Option<(Code, u32)>,
    rows: Vec<u32>,
}

impl Collecting {
    pub(crate) fn push(&mut self, cell: &Cell) {
        let code = Code::of(cell);
        // Most cells are like the one before.
        let number = match &self.before {
            Some((before, number)) if *before == code => *number,
            _ => self.number(code),
        };
        self.rows.push(number);
    }

    fn number(&mut self, code: Code) -> u32 {
        let number = match self.numbers.binary_search_by(|(known, _)| known.cmp(&code)) {
            Ok(place) => self.numbers.get(place).map_or(0, |(_, number)| *number),
            Err(place) => {
                let next = u32::try_from(self.numbers.len()).unwrap_or(u32::MAX);
                self.numbers.insert(place, (code.clone(), next));
                next
            }
        };
        self.before = Some((code, number));
        number
    }

    pub(crate) fn finish(self) -> Column {
        let mut sorted = vec![0u32; self.numbers.len()];
        let mut codes = Vec::with_capacity(self.numbers.len());
        for (new, (code, old)) in (0..).zip(self.numbers) {
            codes.push(code);
            if let Some(s) = sorted.get_mut(old as usize) {
                *s = new;
            }
        }
        let depth = codes.len().next_power_of_two().trailing_zeros() as usize;
        let mut slices = vec![vec![0u64; words(self.rows.len())]; depth];
        // A single cell needs no slice.
        for (row, old) in self.rows.iter().enumerate().filter(|_| depth > 0) {
            let code = sorted.get(*old as usize).copied().unwrap_or(0);
            for (i, slice) in slices.iter_mut().enumerate() {
                if code >> i & 1 == 1 {
                    set(slice, row);
                }
            }
        }
        Column { codes, slices, rows: self.rows.len() }
    }
}

/// A column.
#[derive(Debug, Default, Clone)]
pub(crate) struct Column {
    codes: Vec<Code>,
    slices: Vec<Plane>,
    rows: usize,
}

/// A plane, or the same bit for all rows.
#[derive(Clone)]
enum Part {
    All(bool),
    Mixed(Plane),
}

impl Column {
    /// The rows whose cell passes.
    pub(crate) fn rows_where(&self, passes: impl Fn(&Code) -> bool) -> Plane {
        let table: Vec<bool> = self.codes.iter().map(passes).collect();
        match self.halve(&table, self.slices.len()) {
            Part::All(on) => vec![if on { u64::MAX } else { 0 }; words(self.rows)],
            Part::Mixed(plane) => plane,
        }
    }

    /// The distinct cells.
    pub(crate) fn codes(&self) -> &[Code] {
        &self.codes
    }

    /// The plane of a table over codes whose higher bits are settled.
    fn halve(&self, table: &[bool], depth: usize) -> Part {
        let first = table.first().copied().unwrap_or(false);
        if table.iter().all(|t| *t == first) {
            return Part::All(first);
        }
        let Some(below) = depth.checked_sub(1) else { return Part::All(first) };
        let (low, high) = table.split_at((1usize << below).min(table.len()));
        if high.is_empty() {
            return self.halve(low, below);
        }
        let Some(slice) = self.slices.get(below) else { return Part::All(first) };
        match (self.halve(low, below), self.halve(high, below)) {
            (Part::All(false), Part::All(false)) => Part::All(false),
            (Part::All(true), Part::All(true)) => Part::All(true),
            (Part::All(false), Part::All(true)) => Part::Mixed(slice.clone()),
            (Part::All(true), Part::All(false)) => Part::Mixed(slice.iter().map(|s| !s).collect()),
            (Part::All(low), Part::Mixed(mut high)) => {
                zip(&mut high, slice, |h, s| if low { h | !s } else { h & s });
                Part::Mixed(high)
            }
            (Part::Mixed(mut low), Part::All(high)) => {
                zip(&mut low, slice, |l, s| if high { l | s } else { l & !s });
                Part::Mixed(low)
            }
            (Part::Mixed(mut low), Part::Mixed(high)) => {
                for ((l, h), s) in low.iter_mut().zip(&high).zip(slice) {
                    *l = h & s | *l & !s;
                }
                Part::Mixed(low)
            }
        }
    }

    /// The cell of a row.
    pub(crate) fn code(&self, row: u32) -> Option<&Code> {
        let place = self
            .slices
            .iter()
            .enumerate()
            .fold(0usize, |p, (i, s)| p | usize::from(crate::bits::bit(s, row)) << i);
        self.codes.get(place)
    }

    /// Bytes held.
    pub(crate) fn bytes(&self) -> usize {
        self.slices.iter().map(|s| s.len() * 8).sum::<usize>() + self.codes.len() * size_of::<Code>()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_plane_holds_the_rows_that_pass() {
        let mut column = Collecting::default();
        let number = |n: i64| {
            Cell::One(facts::Held {
                value: Value::Number(n),
                evidence: u16::from(n % 3 == 0),
                facts: Vec::new(),
            })
        };
        let cells: Vec<Cell> =
            (0..500i64).map(|i| if i % 11 == 0 { Cell::Absent } else { number(i * 37 % 83) }).collect();
        for cell in &cells {
            column.push(cell);
        }
        let column = column.finish();
        let at_least =
            |c: &Code, n: i64| matches!(c, Code::One(Held { value: Tested::Number(x), .. }) if *x >= n);
        for n in [0, 1, 40, 82, 83] {
            let plane = column.rows_where(|c| at_least(c, n));
            for (row, cell) in cells.iter().enumerate() {
                let row32 = u32::try_from(row).unwrap();
                assert_eq!(
                    crate::bits::bit(&plane, row32),
                    at_least(&Code::of(cell), n),
                    "row {row}, {n} 以上"
                );
                assert_eq!(column.code(row32), Some(&Code::of(cell)));
            }
        }
    }
}
