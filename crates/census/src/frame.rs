//! Stacks of rows, side by side: what a condition stands on.
//!
//! A [`Frame`] has one entry a stack. A level holds, for every entry, the row
//! of a kind; the whole kind in order is [`Level::Whole`], so that planes over
//! a kind need no gathering. Entries may stem from a smaller frame
//! (`origin`): the worlds that the exact step supposes, or the units that a
//! range was opened for.

use std::rc::Rc;

/// The rows of one level of the stacks.
#[derive(Debug, Clone)]
pub(crate) enum Level {
    /// Every row of the kind, in order.
    Whole,
    /// These rows.
    Rows(Rc<[u32]>),
    /// A row that nobody has written down.
    Nobody,
}

impl Level {
    /// The same level for chosen entries of the frame.
    pub(crate) fn select(&self, entries: &[u32]) -> Level {
        match self {
            Level::Whole => Level::Rows(entries.into()),
            Level::Rows(rows) => {
                Level::Rows(entries.iter().map(|e| rows.get(*e as usize).copied().unwrap_or(0)).collect())
            }
            Level::Nobody => Level::Nobody,
        }
    }
    /// The row of an entry.
    pub(crate) fn row(&self, entry: u32) -> Option<u32> {
        match self {
            Level::Whole => Some(entry),
            Level::Rows(rows) => rows.get(entry as usize).copied(),
            Level::Nobody => None,
        }
    }
}

/// Stacks of rows.
#[derive(Debug, Clone)]
pub(crate) struct Frame {
    pub(crate) levels: Vec<Level>,
    pub(crate) len: usize,
    /// Per entry: the world or unit it belongs to; itself where none is given.
    pub(crate) origin: Option<Rc<[u32]>>,
}

impl Frame {
    /// Every row of a kind, alone.
    pub(crate) fn whole(len: usize) -> Frame {
        Frame { levels: vec![Level::Whole], len, origin: None }
    }
    /// Only one level of the stacks.
    pub(crate) fn only(&self, level: u8) -> Frame {
        let level = self.levels.get(usize::from(level)).cloned().unwrap_or(Level::Nobody);
        Frame { levels: vec![level], len: self.len, origin: self.origin.clone() }
    }
    /// Chosen entries.
    pub(crate) fn select(&self, entries: &[u32]) -> Frame {
        Frame {
            levels: self.levels.iter().map(|l| l.select(entries)).collect(),
            len: entries.len(),
            origin: self
                .origin
                .as_ref()
                .map(|o| entries.iter().map(|e| o.get(*e as usize).copied().unwrap_or(0)).collect()),
        }
    }
    /// Where an entry stems from.
    pub(crate) fn origin(&self, entry: u32) -> u32 {
        self.origin.as_ref().map_or(entry, |o| o.get(entry as usize).copied().unwrap_or(0))
    }
    /// The row of an entry at a level.
    pub(crate) fn row(&self, level: u8, entry: u32) -> Option<u32> {
        self.levels.get(usize::from(level)).and_then(|l| l.row(entry))
    }
    /// The level of the stacks on which nothing else stands.
    pub(crate) fn first(&self) -> &Level {
        self.levels.first().unwrap_or(&Level::Nobody)
    }
}
