//! Judges many institutions at once, on bit planes.
//!
//! `judge` walks the graph of one institution and explains; this crate gives
//! the same sets of outcomes for a whole country, without reasons. Facts are
//! resolved first (date, conflict, evidence) by [`facts::Known`]; then one
//! plane pair a test says for 64 rows at a time what is certainly true and
//! certainly false. Units, relations, evidence, open ledgers, relief, deeming,
//! readings and facts read twice mean here what rule-language §3–§5 says; the
//! two evaluators know nothing of each other and must agree (testkit's law
//! `planes`). Decided in adr/0014: institutions stand in blocks whose planes
//! fit the cache, a changed institution gets a block of its own.
//!
//! Knows: outcome sets, 国で検討中 apart. Does not know: reasons, questions,
//! 推奨 — for these the one institution is judged.

mod bits;
mod block;
mod column;
mod evaluate;
mod exact;
mod frame;
mod plan;
mod rules;
mod sum;
mod torn;
mod twice;
mod verdicts;

use block::{Block, Filling};
use facts::Known;
use rulebook::{Edition, Rulebook};
use rules::Planned;
use verdict::{OutcomeSet, Truth};
use verdicts::{Judge, Judged};
use vocabulary::{Date, Vocabulary};

/// So many institutions stand in a block at most.
const BLOCK: usize = 1024;

/// An institution's place in a census.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Place(pub u32);

/// The rows of many institutions, judged for one day.
pub struct Census<'a> {
    vocabulary: &'a Vocabulary,
    judged_on: Date,
    blocks: Vec<Block>,
    /// Per place: its block and its number in it.
    places: Vec<(u32, u32)>,
    filling: Option<Filling<'a>>,
}

/// An edition, prepared for a census.
pub struct Questions<'a> {
    vocabulary: &'a Vocabulary,
    book: &'a Rulebook,
    planned: Planned,
}

impl<'a> Questions<'a> {
    /// Prepares the rules of an edition.
    pub fn new(vocabulary: &'a Vocabulary, book: &'a Rulebook, edition: &Edition) -> Questions<'a> {
        Questions { vocabulary, book, planned: rules::plan(vocabulary, book, edition) }
    }
}

/// The results of a census, by block.
#[derive(Debug, Clone, Default)]
pub struct Results {
    blocks: Vec<Judged>,
}

impl<'a> Census<'a> {
    /// An empty census for a day.
    pub fn new(vocabulary: &'a Vocabulary, judged_on: Date) -> Census<'a> {
        Census { vocabulary, judged_on, blocks: Vec::new(), places: Vec::new(), filling: None }
    }

    /// Adds an institution. Its view must be judged for the day of the census.
    pub fn add(&mut self, known: &Known<'_>) -> Place {
        let filling = self.filling.get_or_insert_with(|| Filling::new(self.vocabulary));
        let number = filling.push(known);
        let block = number_of(self.blocks.len());
        self.places.push((block, number));
        if filling.institutions() == BLOCK {
            self.close();
        }
        Place(number_of(self.places.len() - 1))
    }

    /// Closes the block that is being filled: what was added can be judged.
    pub fn close(&mut self) {
        self.blocks.extend(self.filling.take().map(Filling::finish));
    }

    /// Puts another view in an institution's place, in a block of its own.
    pub fn replace(&mut self, place: Place, known: &Known<'_>) {
        self.close();
        let mut filling = Filling::new(self.vocabulary);
        filling.push(known);
        let block = filling.finish();
        let alone = self.places.get(place.0 as usize).map(|(b, _)| *b as usize);
        let alone = alone.and_then(|b| self.blocks.get_mut(b)).filter(|b| b.institutions == 1);
        if let Some(own) = alone {
            *own = block;
            return;
        }
        let at = number_of(self.blocks.len());
        self.blocks.push(block);
        if let Some(p) = self.places.get_mut(place.0 as usize) {
            *p = (at, 0);
        }
    }

    /// How many institutions.
    pub fn len(&self) -> usize {
        self.places.len()
    }
    /// Whether there is no institution.
    pub fn is_empty(&self) -> bool {
        self.places.is_empty()
    }
    /// Bytes held by rows, columns and relations.
    pub fn bytes(&self) -> usize {
        self.blocks.iter().map(Block::bytes).sum::<usize>() + self.places.len() * 8
    }

    /// Judges everybody. Institutions must have been closed.
    pub fn judge(&self, questions: &Questions<'_>) -> Results {
        Results { blocks: self.blocks.iter().map(|b| self.one(questions, b).all()).collect() }
    }

    /// Judges one rule again for everybody: an amended rule. The other rules
    /// stay, unless the rule belongs to a part that a deeming stands on.
    pub fn judge_rule(&self, questions: &Questions<'_>, rule: usize, results: &mut Results) {
        for (block, judged) in self.blocks.iter().zip(&mut results.blocks) {
            self.one(questions, block).again(rule, judged);
        }
    }

    /// Judges one institution again after [`Census::replace`].
    pub fn judge_place(&self, questions: &Questions<'_>, place: Place, results: &mut Results) {
        let Some((at, _)) = self.places.get(place.0 as usize) else { return };
        let at = *at as usize;
        results.blocks.resize(self.blocks.len().max(at + 1), Judged::default());
        if let (Some(block), Some(judged)) = (self.blocks.get(at), results.blocks.get_mut(at)) {
            *judged = self.one(questions, block).all();
        }
    }

    fn one<'b>(&'b self, questions: &'b Questions<'_>, block: &'b Block) -> Judge<'b> {
        Judge::new(questions.vocabulary, questions.book, &questions.planned, block, self.judged_on)
    }

    /// The set of a rule at a place.
    pub fn outcomes(&self, results: &Results, place: Place, rule: usize) -> OutcomeSet {
        let set = self.at(results, place).and_then(|(j, i)| j.sets.get(rule)?.get(i as usize).copied());
        OutcomeSet::from_bits(set.unwrap_or(0))
    }

    /// Whether a 国で検討中 of a rule concerns the institution at a place.
    pub fn pending(&self, results: &Results, place: Place, rule: usize, issue: usize) -> Truth {
        let found = self.at(results, place).and_then(|(j, i)| Some(j.pending.get(rule)?.get(issue)?.at(i)));
        found.unwrap_or(Truth::Unknown)
    }

    /// Whether the institution at a place may follow the part of a deeming alone.
    pub fn route(&self, results: &Results, place: Place, deeming: usize) -> Truth {
        let found = self.at(results, place).and_then(|(j, i)| Some(j.routes.get(deeming)?.at(i)));
        found.unwrap_or(Truth::Unknown)
    }

    fn at<'r>(&self, results: &'r Results, place: Place) -> Option<(&'r Judged, u32)> {
        let (block, number) = *self.places.get(place.0 as usize)?;
        Some((results.blocks.get(block as usize)?, number))
    }
}

fn number_of(n: usize) -> u32 {
    u32::try_from(n).unwrap_or(u32::MAX)
}
