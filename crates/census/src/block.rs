//! The rows of some hundred institutions, side by side.
//!
//! A block is filled from the resolved view of each institution
//! ([`facts::Known`]) and never changes afterwards: rows of one kind stand
//! together, an institution's rows are neighbours, every word is a column.
//! Blocks are small enough that the planes of a rule stay in the cache, and an
//! institution that changes simply gets a block of its own.

use crate::bits::{Plane, bit, set, words};
use crate::column::{Collecting, Column};
use facts::{Known, RowId};
use vocabulary::{KindId, RelationId, ValueType, Vocabulary, WordId};

/// All rows of a kind.
#[derive(Debug, Default, Clone)]
pub(crate) struct Rows {
    /// Per institution the first row, and the end of the last.
    pub(crate) first: Vec<u32>,
    /// Per slot of the kind.
    pub(crate) columns: Vec<Column>,
    /// Per row: its place among all rows of its institution.
    pub(crate) stated: Vec<u16>,
}

impl Rows {
    /// How many rows.
    pub(crate) fn len(&self) -> usize {
        self.first.last().copied().unwrap_or(0) as usize
    }
    /// The rows of an institution.
    pub(crate) fn of(&self, institution: u32) -> std::ops::Range<u32> {
        let at = institution as usize;
        let get = |i: usize| self.first.get(i).copied().unwrap_or(0);
        get(at)..get(at + 1)
    }
    /// Per row the institution it belongs to.
    pub(crate) fn owners(&self) -> Vec<u32> {
        let mut out = Vec::with_capacity(self.len());
        for (i, [start, end]) in self.first.array_windows::<2>().enumerate() {
            let owner = u32::try_from(i).unwrap_or(u32::MAX);
            out.extend((*start..*end).map(|_| owner));
        }
        out
    }
}

/// The members of a relation; only rows that have some are listed.
#[derive(Debug, Default, Clone)]
pub(crate) struct Members {
    /// Rows of the from-kind that have members, ascending.
    pub(crate) from: Vec<u32>,
    /// Where the members of each begin in `to`, and the end of the last.
    pub(crate) start: Vec<u32>,
    /// Where those that only perhaps belong begin.
    pub(crate) perhaps: Vec<u32>,
    /// Rows of the to-kind.
    pub(crate) to: Vec<u32>,
    /// From-rows that may have further members nobody has written down.
    pub(crate) open: Plane,
}

impl Members {
    /// The certain and the possible members at a place of `from`.
    pub(crate) fn at(&self, place: usize) -> (&[u32], &[u32]) {
        let get = |v: &[u32], i: usize| v.get(i).copied().unwrap_or(0) as usize;
        let (start, perhaps, end) =
            (get(&self.start, place), get(&self.perhaps, place), get(&self.start, place + 1));
        (self.to.get(start..perhaps).unwrap_or_default(), self.to.get(perhaps..end).unwrap_or_default())
    }
    /// The certain and the possible members of a from-row.
    pub(crate) fn of(&self, from: u32) -> (&[u32], &[u32]) {
        self.from.binary_search(&from).map_or((&[], &[]), |place| self.at(place))
    }
}

/// The rows of some institutions.
#[derive(Debug, Default, Clone)]
pub(crate) struct Block {
    pub(crate) institutions: usize,
    /// By kind.
    pub(crate) kinds: Vec<Rows>,
    /// By kind: institutions whose ledger of it is complete.
    pub(crate) complete: Vec<Plane>,
    /// By relation.
    pub(crate) relations: Vec<Members>,
}

impl Block {
    pub(crate) fn rows(&self, kind: KindId) -> Option<&Rows> {
        self.kinds.get(kind.index())
    }
    /// How many rows of a kind.
    pub(crate) fn len(&self, kind: KindId) -> usize {
        self.rows(kind).map_or(0, Rows::len)
    }
    pub(crate) fn members(&self, relation: RelationId) -> Option<&Members> {
        self.relations.get(relation.index())
    }
    pub(crate) fn column(&self, kind: KindId, slot: u16) -> Option<&Column> {
        self.rows(kind)?.columns.get(usize::from(slot))
    }
    /// Bytes held.
    pub(crate) fn bytes(&self) -> usize {
        let kinds: usize = self
            .kinds
            .iter()
            .map(|k| {
                k.first.len() * 4 + k.stated.len() * 2 + k.columns.iter().map(Column::bytes).sum::<usize>()
            })
            .sum();
        let relations: usize = self
            .relations
            .iter()
            .map(|r| (r.from.len() + r.start.len() + r.perhaps.len() + r.to.len()) * 4 + r.open.len() * 8)
            .sum();
        kinds + relations + self.complete.iter().map(|c| c.len() * 8).sum::<usize>()
    }
}

/// A block while institutions are added.
pub(crate) struct Filling<'a> {
    vocabulary: &'a Vocabulary,
    block: Block,
    /// By kind and slot; none for words that rules never test.
    columns: Vec<Vec<Option<Collecting>>>,
}

impl<'a> Filling<'a> {
    pub(crate) fn new(vocabulary: &'a Vocabulary) -> Filling<'a> {
        let kinds = vocabulary.kinds().len();
        let block = Block {
            institutions: 0,
            kinds: vec![Rows { first: vec![0], ..Rows::default() }; kinds],
            complete: vec![Plane::new(); kinds],
            relations: vec![Members { start: vec![0], ..Members::default() }; vocabulary.relations().len()],
        };
        let columns = (0..kinds).map(|k| columns_of(vocabulary, k)).collect();
        Filling { vocabulary, block, columns }
    }

    pub(crate) fn institutions(&self) -> usize {
        self.block.institutions
    }

    /// Adds one institution; its place in the block.
    pub(crate) fn push(&mut self, known: &Known<'_>) -> u32 {
        let institution = self.block.institutions;
        self.block.institutions += 1;
        let base: Vec<u32> = self.block.kinds.iter().map(|k| k.first.last().copied().unwrap_or(0)).collect();
        for k in 0..self.block.kinds.len() {
            let id = KindId(u16::try_from(k).unwrap_or(u16::MAX));
            let rows = known.rows(id);
            if let Some(columns) = self.columns.get_mut(k) {
                for (slot, column) in columns.iter_mut().enumerate() {
                    let (Some(column), Ok(slot)) = (column, u16::try_from(slot)) else { continue };
                    rows.iter().for_each(|r| column.push(known.cell_at(*r, slot)));
                }
            }
            if let Some(to) = self.block.kinds.get_mut(k) {
                let end = to.first.last().copied().unwrap_or(0) + u32::try_from(rows.len()).unwrap_or(0);
                to.first.push(end);
                to.stated.extend(rows.iter().map(|r| u16::try_from(r.0).unwrap_or(u16::MAX)));
            }
            if let Some(plane) = self.block.complete.get_mut(k) {
                plane.resize(words(institution + 1), 0);
                if known.complete(id).is_some() {
                    set(plane, institution);
                }
            }
        }
        // A row of the view → its row in the block.
        let mut next = base;
        let mut place = Vec::with_capacity(known.count());
        for row in 0..u32::try_from(known.count()).unwrap_or(u32::MAX) {
            let slot = next.get_mut(known.kind(RowId(row)).index());
            place.push(slot.map_or(0, |n| std::mem::replace(n, *n + 1)));
        }
        self.relate(known, &place);
        u32::try_from(institution).unwrap_or(u32::MAX)
    }

    fn relate(&mut self, known: &Known<'_>, place: &[u32]) {
        let place = |row: RowId| place.get(row.0 as usize).copied().unwrap_or(u32::MAX);
        for (i, (relation, to)) in
            self.vocabulary.relations().iter().zip(&mut self.block.relations).enumerate()
        {
            let id = RelationId(u16::try_from(i).unwrap_or(u16::MAX));
            for from in known.rows(relation.from) {
                let at = place(*from);
                to.open.resize(words(at as usize + 1), 0);
                let Some(members) = known.members(id, *from) else { continue };
                if members.open {
                    set(&mut to.open, at as usize);
                }
                // Where there may be more rows anyway, one that perhaps belongs decides nothing.
                let perhaps: &[RowId] = if members.open { &[] } else { &members.possible };
                if members.certain.is_empty() && perhaps.is_empty() {
                    continue;
                }
                to.from.push(at);
                to.to.extend(members.certain.iter().map(|(r, _)| place(*r)));
                to.perhaps.push(u32::try_from(to.to.len()).unwrap_or(u32::MAX));
                to.to.extend(perhaps.iter().map(|r| place(*r)));
                to.start.push(u32::try_from(to.to.len()).unwrap_or(u32::MAX));
            }
        }
    }

    pub(crate) fn finish(self) -> Block {
        let mut block = self.block;
        for (rows, columns) in block.kinds.iter_mut().zip(self.columns) {
            rows.columns =
                columns.into_iter().map(|c| c.map(Collecting::finish).unwrap_or_default()).collect();
            rows.first.shrink_to_fit();
            rows.stated.shrink_to_fit();
        }
        for (r, relation) in block.relations.iter_mut().zip(self.vocabulary.relations()) {
            let rows = block.kinds.get(relation.from.index()).map_or(0, Rows::len);
            r.open.resize(words(rows), 0);
            r.from.shrink_to_fit();
            r.start.shrink_to_fit();
            r.perhaps.shrink_to_fit();
            r.to.shrink_to_fit();
        }
        block
    }
}

/// The bit of an institution whose ledger of a kind is complete.
pub(crate) fn complete(block: &Block, kind: KindId, institution: u32) -> bool {
    block.complete.get(kind.index()).is_some_and(|p| bit(p, institution))
}

/// A column for each slot of a kind whose word rules can test: never text or lists.
fn columns_of(vocabulary: &Vocabulary, kind: usize) -> Vec<Option<Collecting>> {
    let kind = KindId(u16::try_from(kind).unwrap_or(u16::MAX));
    let mut out: Vec<Option<Collecting>> = (0..vocabulary.width(kind)).map(|_| None).collect();
    for (i, word) in vocabulary.words().iter().enumerate() {
        let slot = vocabulary.slot(kind, WordId(u16::try_from(i).unwrap_or(u16::MAX)));
        let tested = !matches!(word.value, ValueType::Text | ValueType::List(_));
        if let (true, Some(column)) = (tested, slot.and_then(|s| out.get_mut(s))) {
            *column = Some(Collecting::default());
        }
    }
    out
}
