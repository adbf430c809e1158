//! All completions, lazily: a world is the list of choices that evaluating a
//! rule asked for. [`Worlds::each`] runs the evaluation again and again, each
//! time with the last choice that has another answer changed, until none has.

use crate::random::Random;
use facts::{RowId, Value};
use std::collections::BTreeMap;
use vocabulary::{KindId, RelationId, WordId};

/// A row of a completed institution.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Row {
    /// The institution, where not even it is known to exist.
    Nobody,
    /// A row that somebody wrote down.
    Known(RowId),
    /// A further row of a kind that nobody closed.
    Further(KindId, usize),
    /// A further member of a relation from a row, where the kind is closed.
    Member(RelationId, Box<Row>, usize),
}

/// What a world is asked once and then keeps to.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Question {
    /// Whether this test of the fact with this evidence holds, where its value agrees.
    Evidence(Row, WordId, String),
    /// Whether a row is a member of a relation from a row.
    Member(RelationId, Row, Row),
    /// How many further rows a kind has.
    FurtherRows(KindId),
    /// How many further members a relation has from a row.
    FurtherMembers(RelationId, Row),
    /// Whether it was stated that there is none, where nobody said.
    NoneStated(Row, WordId),
    /// Whether a part is followed that neither certainly is nor certainly is not.
    Part(String, bool),
}

/// One completion, as far as it was asked for.
#[derive(Debug)]
pub(super) struct World<'w> {
    worlds: &'w mut Worlds,
    answers: BTreeMap<Question, usize>,
    /// What a cell can still be, after the answers given so far.
    values: BTreeMap<(Row, WordId), Vec<Value>>,
}

impl World<'_> {
    /// One of `of` answers to a question; the same whenever it is asked.
    pub(super) fn ask(&mut self, question: Question, of: usize) -> usize {
        if let Some(answer) = self.answers.get(&question) {
            return *answer;
        }
        let answer = self.worlds.choose(of);
        self.answers.insert(question, answer);
        answer
    }

    /// Yes or no.
    pub(super) fn ask_whether(&mut self, question: Question) -> bool {
        self.ask(question, 2) == 1
    }

    /// Whether a cell passes a test; narrows what the cell can be to the answer.
    pub(super) fn test(
        &mut self,
        row: &Row,
        word: WordId,
        first: impl FnOnce() -> Vec<Value>,
        test: impl Fn(&Value) -> bool,
    ) -> bool {
        let values = self.values.remove(&(row.clone(), word)).unwrap_or_else(first);
        let (yes, no): (Vec<Value>, Vec<Value>) = values.into_iter().partition(test);
        let answer = if yes.is_empty() { false } else { no.is_empty() || self.worlds.choose(2) == 1 };
        self.values.insert((row.clone(), word), if answer { yes } else { no });
        answer
    }
}

/// The worlds of one evaluation.
#[derive(Debug)]
pub(super) struct Worlds {
    budget: usize,
    /// The choices of this world: (taken, of how many).
    script: Vec<(usize, usize)>,
    at: usize,
    /// Beyond the budget choices are drawn instead.
    drawn: Option<Random>,
}

impl Worlds {
    pub(super) fn new(budget: usize) -> Worlds {
        Worlds { budget, script: Vec::new(), at: 0, drawn: None }
    }

    fn choose(&mut self, of: usize) -> usize {
        if let Some(r) = &mut self.drawn {
            return r.below(of);
        }
        if self.at == self.script.len() {
            self.script.push((0, of));
        }
        self.at += 1;
        self.script[self.at - 1].0
    }

    /// Runs `f` in every world until it says that no other can add anything;
    /// beyond the budget in half as many drawn ones more. Whether that is all.
    pub(super) fn each(mut self, mut f: impl FnMut(&mut World<'_>) -> bool) -> bool {
        for _ in 0..self.budget {
            self.at = 0;
            if self.run(&mut f) {
                return true;
            }
            while self.script.last().is_some_and(|(taken, of)| taken + 1 == *of) {
                self.script.pop();
            }
            match self.script.last_mut() {
                Some((taken, _)) => *taken += 1,
                None => return true,
            }
        }
        self.drawn = Some(Random::new(self.budget as u64));
        (0..self.budget / 2).any(|_| self.run(&mut f))
    }

    fn run(&mut self, f: &mut impl FnMut(&mut World<'_>) -> bool) -> bool {
        f(&mut World { worlds: self, answers: BTreeMap::new(), values: BTreeMap::new() })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_world_once() {
        let mut seen = Vec::new();
        let kind = KindId(1);
        let all = Worlds::new(100).each(|w| {
            let n = w.ask(Question::FurtherRows(kind), 3);
            let more: Vec<bool> =
                (0..n).map(|i| w.ask_whether(Question::Part(i.to_string(), false))).collect();
            assert_eq!(w.ask(Question::FurtherRows(kind), 3), n);
            seen.push((n, more));
            false
        });
        assert!(all);
        assert_eq!(seen.len(), 1 + 2 + 4);
        assert!(!Worlds::new(3).each(|w| w.ask(Question::FurtherRows(kind), 4) > 3));
        assert!(Worlds::new(3).each(|w| w.ask(Question::FurtherRows(kind), 4) > 1));
    }
}
