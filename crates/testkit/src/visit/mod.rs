//! A first visit, played to the end: questions, answers from a truth, results.
//!
//! The truth is an institution of which everything is known. A visit starts
//! from what a three-row ledger gives: the kind of institution, and of the
//! first three systems, devices and services the name and (of a device) what
//! it is. It asks what `judge::ask` plans, takes each answer from the truth
//! through `judge::ask::answer`, and plans again until nothing is left. An
//! answer to 「これで全部」 names the rows the truth has and the visit had not.
//! Only measurements and tests use it.

mod optimum;
mod truth;

pub use optimum::{Expected, Small};
pub use truth::Truth;

use crate::random::Case;
use facts::{Institution, Known};
use judge::ask::{self, Plan, Screen, Strategy, Who};
use rulebook::{Edition, Rulebook};
use vocabulary::{Date, Vocabulary};

/// The books a visit is made with.
#[derive(Clone, Copy)]
pub struct Books<'a> {
    /// The words.
    pub vocabulary: &'a Vocabulary,
    /// The rulebook.
    pub book: &'a Rulebook,
    /// The edition.
    pub edition: &'a Edition,
    /// The day of the visit.
    pub on: Date,
}

/// Who is asked first.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Order {
    /// Whatever the plan puts first, of either list.
    AsPlanned,
    /// The institution until its list is empty, then the provider, and so on.
    DirectorFirst,
}

/// How a visit is played.
#[derive(Debug, Clone, Copy)]
pub struct Manner {
    /// How questions are ordered.
    pub strategy: Strategy,
    /// Who is asked first.
    pub order: Order,
    /// One screen asks a word of all its subjects; else one fact a question.
    pub screens: bool,
    /// Ask for every part (no I-11).
    pub full: bool,
}

/// What a visit came to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Visit {
    /// Rules settled: at the start, and after each question.
    pub settled: Vec<usize>,
    /// Rules in all.
    pub rules: usize,
    /// Questions to the institution.
    pub director: usize,
    /// Questions to the provider.
    pub provider: usize,
    /// Facts asked: subjects × words.
    pub facts: usize,
    /// Every question: who, word, how many subjects.
    pub asked: Vec<(Who, String, usize)>,
    /// What is known at the end.
    pub institution: Institution,
}

impl Visit {
    /// Questions in all.
    pub fn questions(&self) -> usize {
        self.asked.len()
    }
    /// Questions until so many rules are settled.
    pub fn until(&self, settled: usize) -> Option<usize> {
        self.settled.iter().position(|s| *s >= settled)
    }
    /// Questions until half of what the visit settles is settled.
    pub fn until_half(&self) -> usize {
        self.until(self.settled.last().copied().unwrap_or(0).div_ceil(2)).unwrap_or(0)
    }
    /// Rules not settled, summed over `length` questions: small is good.
    pub fn area(&self, length: usize) -> usize {
        let last = self.settled.last().copied().unwrap_or(0);
        (0..=length).map(|i| self.rules - self.settled.get(i).copied().unwrap_or(last)).sum()
    }
}

/// The plan for what is known.
pub fn plan(books: &Books<'_>, institution: &Institution, manner: Manner) -> Plan {
    ask::plan(&ask::Input {
        vocabulary: books.vocabulary,
        book: books.book,
        edition: books.edition,
        institution,
        on: books.on,
        full: manner.full,
        strategy: manner.strategy,
        foresee: 0,
    })
}

/// Plays a visit that starts from what is known. Panics where an answer is
/// refused: the truth is then no institution.
pub fn play(books: &Books<'_>, truth: &Truth<'_>, start: Institution, manner: Manner) -> Visit {
    try_play(books, truth, start, manner).expect("every answer of the truth is taken")
}

/// The same; `None` where an answer is refused.
fn try_play(books: &Books<'_>, truth: &Truth<'_>, start: Institution, manner: Manner) -> Option<Visit> {
    let mut known = start;
    let mut visit = Visit {
        settled: Vec::new(),
        rules: books.edition.rules.len(),
        director: 0,
        provider: 0,
        facts: 0,
        asked: Vec::new(),
        institution: known.clone(),
    };
    // Far more questions than any institution has facts: a plan that never
    // ends is a defect, and shows as one.
    for _ in 0..600 {
        let plan = plan(books, &known, manner);
        visit.settled.push(plan.settled());
        let next = match manner.order {
            Order::AsPlanned => plan.next(),
            Order::DirectorFirst => plan.director.first().or_else(|| plan.provider.first()),
        };
        let Some(screen) = next else {
            visit.institution = known;
            return Some(visit);
        };
        let count = if manner.screens { screen.about.len() } else { 1 };
        known = answered(books, truth, known, screen, count)?;
        visit.facts += count;
        visit.asked.push((screen.who, screen.word.clone(), count));
        match screen.who {
            Who::Director => visit.director += 1,
            Who::Provider | Who::Papers => visit.provider += 1,
        }
    }
    panic!("the questions do not end: {:?}", visit.asked.iter().rev().take(5).collect::<Vec<_>>());
}

/// The first subjects of a screen, answered from the truth.
fn answered(
    books: &Books<'_>,
    truth: &Truth<'_>,
    mut known: Institution,
    screen: &Screen,
    count: usize,
) -> Option<Institution> {
    for about in screen.about.iter().take(count) {
        let subject = (about.subject.kind.as_str(), about.subject.id.as_str());
        let (answer, given) = truth.answer(&known, subject, screen);
        known = ask::answer(books.vocabulary, &known, subject, &screen.word, &answer, &given).ok()?.1;
    }
    Some(known)
}

/// A random case played from its bare rows, by the plan and by another order:
/// the case's own institution is the truth. `None` where it has no such truth
/// (authors who disagree, days to come).
pub fn compared(case: &Case, other: Strategy) -> Option<(Visit, Visit)> {
    let on = case.known_on;
    let edition = case.edition();
    let books = Books { vocabulary: &case.vocabulary, book: &case.book, edition, on };
    let known = Known::new(&case.vocabulary, &case.institution, on, on);
    let truth = Truth::new(&known);
    let start = truth.rows_alone(&books)?;
    let play = |strategy| {
        let manner = Manner { strategy, order: Order::AsPlanned, screens: false, full: false };
        try_play(&books, &truth, start.clone(), manner)
    };
    Some((play(Strategy::Fewest)?, play(other)?))
}

/// The first rule of a random case against the best decision tree.
pub fn against_best(case: &Case, most: usize) -> Option<Expected> {
    let books =
        Books { vocabulary: &case.vocabulary, book: &case.book, edition: case.edition(), on: case.known_on };
    (0..case.edition().rules.len())
        .find_map(|i| Small::new(books, i, &case.institution, most).and_then(|s| s.expected()))
}
