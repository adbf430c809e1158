//! What is known of one institution.
//!
//! A [`Fact`] says who stated what about what, valid from when, recorded
//! when, on what evidence. Text ([`text`]) and JSON ([`json`]) are read into
//! raw facts, and only [`check`] makes an [`Institution`]. [`Known`] is the
//! view a judgement reads: facts resolved by date, conflict and evidence into
//! dense cells, with the members of every relation and what is complete.
//! [`suppose`] puts supposed facts beside the stated ones (adr/0013).
//! Design §4; rule-language §4 (ranges, relations). Decided: a later valid-on
//! replaces, the same valid-on by another author conflicts (adr/0004).

mod check;
pub mod json;
mod known;
mod raw;
pub mod suppose;
pub mod text;

pub use check::{RawEvidence, RawFact, RawWhat, check};
pub use known::{Brief, Cell, Held, Known, Members, RowId};
pub use raw::{lines, raw};

use std::collections::BTreeMap;
use vocabulary::{Date, EvidenceId, KindId, WordId};

/// A subject's place in its institution.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SubjectId(pub u32);

impl SubjectId {
    /// As an index into the institution's subjects.
    pub fn index(self) -> usize {
        self.0 as usize
    }
}

/// Something that facts are about: a kind and an id, unique in its institution.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Subject {
    /// Its kind.
    pub kind: KindId,
    /// `[A-Za-z0-9-]{1,40}`.
    pub id: String,
}

/// A stated value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Value {
    /// Index into the word's choices.
    Choice(u16),
    /// A whole number in the word's unit.
    Number(i64),
    /// A day.
    Date(Date),
    /// From a day to a day (inclusive), or without end.
    Term(Date, Option<Date>),
    /// Free text.
    Text(String),
    /// Subjects, in the order they were stated.
    List(Vec<SubjectId>),
    /// わからない: asked, and not known.
    Unknown,
    /// 該当なし.
    NotApplicable,
}

/// What a fact states.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum What {
    /// The subject exists.
    Exists,
    /// The subject is gone from valid-on.
    Gone,
    /// The word has this value.
    Is(WordId, Value),
    /// The word's value ended.
    Ended(WordId),
}

/// A piece of evidence.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Evidence {
    /// Its kind.
    pub kind: EvidenceId,
    /// The contract whose clause it is (契約条項 only).
    pub contract: Option<SubjectId>,
    /// Title, clause, page.
    pub detail: Option<String>,
}

/// One fact.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fact {
    /// About what.
    pub subject: SubjectId,
    /// What.
    pub what: What,
    /// Since when it holds.
    pub valid_on: Date,
    /// When it was written down.
    pub recorded_on: Date,
    /// Who said so.
    pub by: String,
    /// On what evidence; at least one.
    pub evidence: Vec<Evidence>,
}

impl Fact {
    /// The word it is about; `None` where it is about the subject itself.
    pub fn word(&self) -> Option<WordId> {
        match self.what {
            What::Exists | What::Gone => None,
            What::Is(w, _) | What::Ended(w) => Some(w),
        }
    }

    /// Whether the other says something else of the same word for the same day.
    fn takes_the_place_of(&self, other: &Fact) -> bool {
        self.word().is_some()
            && self.word() == other.word()
            && self.subject == other.subject
            && self.valid_on == other.valid_on
            && self.what != other.what
    }
}

/// All facts of one institution, checked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Institution {
    subjects: Vec<Subject>,
    facts: Vec<Fact>,
    /// Fact indices by subject, word, valid-on, recorded-on, position.
    order: Vec<u32>,
}

impl Institution {
    pub(crate) fn new(subjects: Vec<Subject>, facts: Vec<Fact>) -> Institution {
        let mut out = Institution { subjects, facts, order: Vec::new() };
        out.sort();
        out
    }

    fn sort(&mut self) {
        let key = |f: &Fact| (f.subject, f.word(), f.valid_on, f.recorded_on);
        let mut order: Vec<u32> = (0..u32::try_from(self.facts.len()).unwrap_or(u32::MAX)).collect();
        let facts = &self.facts;
        order.sort_by_key(|i| facts.get(*i as usize).map(key));
        self.order = order;
    }

    /// The institution's own id.
    pub fn id(&self) -> &str {
        self.subjects.first().map_or("", |s| s.id.as_str())
    }
    /// The subjects; the institution is the first.
    pub fn subjects(&self) -> &[Subject] {
        &self.subjects
    }
    /// The facts in the order they were stated.
    pub fn facts(&self) -> &[Fact] {
        &self.facts
    }
    /// Fact indices by subject and word, oldest first.
    pub(crate) fn order(&self) -> &[u32] {
        &self.order
    }
    /// A subject.
    pub fn subject(&self, id: SubjectId) -> Option<&Subject> {
        self.subjects.get(id.index())
    }
    /// The subject with this kind and id.
    pub fn find(&self, kind: KindId, id: &str) -> Option<SubjectId> {
        self.subjects
            .iter()
            .position(|s| s.kind == kind && s.id == id)
            .and_then(|i| u32::try_from(i).ok())
            .map(SubjectId)
    }

    /// The same institution with supposed facts (for what-if and for asking).
    /// Where somebody stated another value for the very day, the supposed fact
    /// takes its place; the same value keeps the evidence it has (adr/0013).
    #[must_use]
    pub fn with(&self, more: impl IntoIterator<Item = Fact>) -> Institution {
        let more: Vec<Fact> = more.into_iter().collect();
        let mut out = self.clone();
        out.facts.retain(|stated| !more.iter().any(|m| m.takes_the_place_of(stated)));
        out.facts.extend(more);
        out.sort();
        out
    }

    /// The same institution with only the facts whose index is kept.
    /// Subjects stay, but one without any fact left no longer exists.
    #[must_use]
    pub fn only(&self, keep: impl Fn(usize) -> bool) -> Institution {
        let facts = self.facts.iter().enumerate().filter(|(i, _)| keep(*i)).map(|(_, f)| f.clone()).collect();
        Institution::new(self.subjects.clone(), facts)
    }

    /// The display name of a subject on a day, where one is stated.
    pub fn display_names(&self, words: &vocabulary::Vocabulary) -> BTreeMap<SubjectId, String> {
        let mut names = BTreeMap::new();
        for i in &self.order {
            let Some(fact) = self.facts.get(*i as usize) else { continue };
            if let What::Is(word, Value::Text(text)) = &fact.what
                && words.word(*word).id == "name"
            {
                names.insert(fact.subject, text.clone());
            }
        }
        names
    }
}
