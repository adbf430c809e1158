//! Everything random, from one number.
//!
//! [`Case`] is a vocabulary, a rulebook and an institution that fit together.
//! Valid by construction as far as that is simple; what a checker still
//! refuses is drawn again. Decided: no clock and no global state, so a
//! failing case is named by its seed alone.

mod institution;
mod refine;
mod rules;
mod words;

pub use institution::{check, institution};
pub use refine::refine;
pub use rules::{Shape, files};
pub use words::words;

use facts::{Institution, Known, RawFact};
use rulebook::{Edition, Rulebook};
use vocabulary::{Date, Vocabulary, date};

/// A stream of numbers (splitmix64).
#[derive(Debug, Clone)]
pub struct Random(u64);

impl Random {
    /// The stream of a seed.
    pub fn new(seed: u64) -> Random {
        // Two turns, so that neighbouring seeds do not begin alike.
        let mut r = Random(seed);
        let mixed = r.number();
        Random(mixed ^ r.number().rotate_left(17))
    }
    /// The next number.
    pub fn number(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ (z >> 31)
    }
    /// A number below `n`; 0 for an `n` of 0.
    pub fn below(&mut self, n: usize) -> usize {
        usize::try_from(self.number() % (n.max(1) as u64)).unwrap_or(0)
    }
    /// True in `percent` of 100 draws.
    pub fn chance(&mut self, percent: u32) -> bool {
        self.number() % 100 < u64::from(percent)
    }
    /// One of the items. Panics on none.
    pub fn pick<'a, T>(&mut self, items: &'a [T]) -> &'a T {
        let i = self.below(items.len());
        items.get(i).expect("something to pick from")
    }
    /// One of the items, where there are any.
    pub fn maybe<'a, T>(&mut self, items: &'a [T]) -> Option<&'a T> {
        items.get(self.below(items.len()))
    }
    /// The items in random order.
    pub fn shuffled<T: Clone>(&mut self, items: &[T]) -> Vec<T> {
        let mut out = items.to_vec();
        for i in (1..out.len()).rev() {
            out.swap(i, self.below(i + 1));
        }
        out
    }
    /// Between 1 and all of the items, in random order. Panics on none.
    pub fn some<T: Clone>(&mut self, items: &[T]) -> Vec<T> {
        let mut out = self.shuffled(items);
        out.truncate(1 + self.below(items.len()));
        out
    }
}

/// A day, as a test writes it.
pub fn day(text: &str) -> Date {
    date::parse(text).expect("a date written in a test")
}

/// A vocabulary, a rulebook and an institution that fit together.
#[derive(Debug, Clone)]
pub struct Case {
    /// Its number.
    pub seed: u64,
    /// The vocabulary's files.
    pub words: Vec<(String, String)>,
    /// The vocabulary.
    pub vocabulary: Vocabulary,
    /// The rulebook's files.
    pub files: Vec<(String, String)>,
    /// The rulebook.
    pub book: Rulebook,
    /// The facts as written.
    pub raw: Vec<RawFact>,
    /// The institution.
    pub institution: Institution,
    /// The day whose facts are known.
    pub known_on: Date,
    /// The day that is judged.
    pub judged_on: Date,
}

impl Case {
    /// The case of a seed.
    pub fn new(seed: u64) -> Case {
        let mut r = Random::new(seed);
        let (words, vocabulary) = words(&mut r);
        let (files, book) = files(&mut r, &vocabulary);
        let (raw, institution) = institution(&mut r, &vocabulary, KNOWN_ON);
        let known_on = day(KNOWN_ON);
        let judged_on = if r.chance(20) { day("2027-06-01") } else { known_on };
        Case { seed, words, vocabulary, files, book, raw, institution, known_on, judged_on }
    }
    /// The one edition.
    pub fn edition(&self) -> &Edition {
        self.book.editions.first().expect("the rulebook has an edition")
    }
    /// What is known of the case's institution.
    pub fn known(&self) -> Known<'_> {
        self.known_of(&self.institution)
    }
    /// What is known of another institution on the case's days.
    pub fn known_of<'a>(&'a self, institution: &'a Institution) -> Known<'a> {
        Known::new(&self.vocabulary, institution, self.known_on, self.judged_on)
    }
}

/// The day on which random institutions are looked at.
pub const KNOWN_ON: &str = "2027-01-15";
