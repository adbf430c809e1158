//! The fewest questions there can be, by trying every order.
//!
//! For one rule with few unknown facts: a decision tree of least expected
//! length, every answer equally likely, found by dynamic programming over
//! which facts are known and as what. The plan is measured on the same tree
//! of answers. Exact, and dear: 3^n states, so n is small.

use super::Books;
use facts::{Evidence, Fact, Institution, Known, Value, What};
use judge::ask::{self, Strategy};
use rulebook::{Edition, Operand, Scalar, Test};
use std::collections::BTreeMap;
use vocabulary::{EvidenceId, Role, ValueType, WordId};

/// An unknown fact and the answers it can have.
struct Unknown {
    subject: facts::SubjectId,
    word: WordId,
    values: Vec<Value>,
}

/// One rule and the facts of an institution that it reads, made unknown.
pub struct Small<'a> {
    books: Books<'a>,
    edition: Edition,
    base: Institution,
    unknown: Vec<Unknown>,
}

/// Expected questions: the best there is, and the plan's.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Expected {
    /// Of the optimal tree.
    pub best: f64,
    /// Of the plan.
    pub ours: f64,
    /// How many facts were unknown.
    pub facts: usize,
}

type State = Vec<Option<usize>>;

impl<'a> Small<'a> {
    /// The rule at `index`, with every choice and number it reads made
    /// unknown; `None` where these are none or more than `most`.
    pub fn new(books: Books<'a>, index: usize, institution: &Institution, most: usize) -> Option<Small<'a>> {
        let rule = books.edition.rules.get(index)?.clone();
        let mut words: BTreeMap<WordId, Vec<i64>> = BTreeMap::new();
        rulebook::atoms(rule.deciding(), &mut |atom| {
            let numbers = words.entry(atom.word).or_default();
            if let Test::AtLeast(o) | Test::AtMost(o) = &atom.test
                && let Some(n) = number(books.book, o)
            {
                numbers.extend([n - 1, n, n + 1]);
            }
        });
        let known = Known::new(books.vocabulary, institution, books.on, books.on);
        let mut unknown = Vec::new();
        for (kind, _) in books.vocabulary.kinds().iter().enumerate() {
            let kind = vocabulary::KindId(u16::try_from(kind).ok()?);
            for row in known.rows(kind) {
                for (word, numbers) in &words {
                    let values = values(books.vocabulary.word(*word), numbers);
                    if books.vocabulary.slot(kind, *word).is_some() && values.len() > 1 {
                        unknown.push(Unknown { subject: known.subject(*row), word: *word, values });
                    }
                }
            }
        }
        if unknown.is_empty() || unknown.len() > most {
            return None;
        }
        let asked = |f: &Fact| match &f.what {
            What::Is(w, _) | What::Ended(w) => unknown.iter().any(|u| u.subject == f.subject && u.word == *w),
            What::Exists | What::Gone => false,
        };
        let facts = institution.facts();
        let base = institution.only(|i| facts.get(i).is_none_or(|f| !asked(f)));
        let edition =
            Edition { rules: vec![rule], deemings: Vec::new(), milestone: None, ..books.edition.clone() };
        Some(Small { books, edition, base, unknown })
    }

    /// Both expectations; `None` where the plan asks for anything else, or
    /// some answers leave the rule undecided.
    pub fn expected(&self) -> Option<Expected> {
        let start: State = vec![None; self.unknown.len()];
        if !self.always_decided(&start) {
            return None;
        }
        let mut decided = BTreeMap::new();
        let ours = self.plan(&start, &mut BTreeMap::new())?;
        let best = self.best(&start, &mut BTreeMap::new(), &mut decided);
        Some(Expected { best, ours, facts: self.unknown.len() })
    }

    /// Whether every way to answer everything decides.
    fn always_decided(&self, state: &State) -> bool {
        match state.iter().position(Option::is_none) {
            None => self.decided(state),
            Some(cell) => (0..self.unknown[cell].values.len()).all(|value| {
                let mut next = state.clone();
                next[cell] = Some(value);
                self.always_decided(&next)
            }),
        }
    }

    fn institution(&self, state: &State) -> Institution {
        // Every kind of evidence; a clause needs a contract.
        let words = self.books.vocabulary;
        let contracts = words.kind_by_id("contract");
        let contract = self.base.subjects().iter().find(|s| Some(s.kind) == contracts);
        let contract = contract.and_then(|s| self.base.find(s.kind, &s.id));
        let evidence: Vec<Evidence> = words
            .evidence()
            .iter()
            .zip(0u16..)
            .filter(|(e, _)| e.id != "clause" || contract.is_some())
            .map(|(e, i)| Evidence {
                kind: EvidenceId(i),
                contract: contract.filter(|_| e.id == "clause"),
                detail: None,
            })
            .collect();
        let facts = state.iter().zip(&self.unknown).filter_map(|(value, u)| {
            Some(Fact {
                subject: u.subject,
                what: What::Is(u.word, u.values[(*value)?].clone()),
                valid_on: self.books.on,
                recorded_on: self.books.on,
                by: "院長".into(),
                evidence: evidence.clone(),
            })
        });
        self.base.with(facts.collect::<Vec<_>>())
    }

    fn decided(&self, state: &State) -> bool {
        let institution = self.institution(state);
        let known = Known::new(self.books.vocabulary, &institution, self.books.on, self.books.on);
        judge::outcomes(self.books.book, &self.edition, &known)[0].len() == 1
    }

    fn best(
        &self,
        state: &State,
        memo: &mut BTreeMap<State, f64>,
        decided: &mut BTreeMap<State, bool>,
    ) -> f64 {
        if let Some(known) = memo.get(state) {
            return *known;
        }
        let done = *decided.entry(state.clone()).or_insert_with(|| self.decided(state));
        let mut best = f64::INFINITY;
        for cell in (0..state.len()).filter(|c| !done && state[*c].is_none()) {
            let rest = self.mean(state, cell, &mut |next| Some(self.best(next, memo, decided)));
            best = best.min(1.0 + rest.unwrap_or(0.0));
        }
        // Decided, or nothing left to ask.
        let out = if best.is_finite() { best } else { 0.0 };
        memo.insert(state.clone(), out);
        out
    }

    fn plan(&self, state: &State, memo: &mut BTreeMap<State, f64>) -> Option<f64> {
        if let Some(known) = memo.get(state) {
            return Some(*known);
        }
        let institution = self.institution(state);
        let plan = ask::plan(&ask::Input {
            vocabulary: self.books.vocabulary,
            book: self.books.book,
            edition: &self.edition,
            institution: &institution,
            on: self.books.on,
            full: false,
            strategy: Strategy::Fewest,
            foresee: 0,
        });
        let out = match plan.next() {
            None => 0.0,
            Some(screen) => {
                let about = &screen.about.first()?.subject;
                let kind = self.books.vocabulary.kind_named(&about.kind)?;
                let subject = institution.find(kind, &about.id)?;
                let word = self.books.vocabulary.word_named(kind, &screen.word)?;
                let cell = self.unknown.iter().position(|u| u.subject == subject && u.word == word)?;
                1.0 + self.mean(state, cell, &mut |next| self.plan(next, memo))?
            }
        };
        memo.insert(state.clone(), out);
        Some(out)
    }

    /// The mean over the answers to one fact.
    fn mean(&self, state: &State, cell: usize, of: &mut dyn FnMut(&State) -> Option<f64>) -> Option<f64> {
        let count = self.unknown[cell].values.len();
        let mut sum = 0.0;
        for value in 0..count {
            let mut next = state.clone();
            next[cell] = Some(value);
            sum += of(&next)?;
        }
        Some(sum / count as f64)
    }
}

fn number(book: &rulebook::Rulebook, operand: &Operand) -> Option<i64> {
    let scalar = match operand {
        Operand::Literal(s) => *s,
        Operand::Value(v) => book.values.get(usize::from(*v))?.value,
    };
    match scalar {
        Scalar::Number(n) => Some(n),
        Scalar::Day(_) => None,
    }
}

/// The answers to a word that tell each other apart.
fn values(word: &vocabulary::Word, numbers: &[i64]) -> Vec<Value> {
    if !matches!(word.role, Role::Plain) {
        return Vec::new();
    }
    let mut out: Vec<Value> = match &word.value {
        ValueType::Choice(all) => {
            (0..all.len()).filter_map(|i| u16::try_from(i).ok()).map(Value::Choice).collect()
        }
        ValueType::Number(_) => {
            let mut points: Vec<i64> = numbers.to_vec();
            points.sort_unstable();
            points.dedup();
            points.into_iter().map(Value::Number).collect()
        }
        _ => return Vec::new(),
    };
    if word.not_applicable {
        out.push(Value::NotApplicable);
    }
    out
}
