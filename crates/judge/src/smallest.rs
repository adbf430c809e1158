//! The smallest change that meets a rule: sets of one change, of two, of three …
//! are tried in turn, so that the first that succeeds may be called 最小.
//!
//! Candidates are the values of words an institution can change ([`changeable`]),
//! on the rows in the rule's reach, one for each way the conditions can turn
//! out. `least` bounds from below how many are needed, the fewest along each
//! branch (`fix`) from above; where the bounds meet, nothing need be tried.
//! Past the budget the result stands unproven and must not be called 最小.

use crate::evaluate::Context;
use crate::explanation::{Change, SubjectRef};
use crate::fix;
use crate::least;
use crate::put::{Put, carried, changeable, with};
use crate::reach::{self, Reads};
use crate::verdicts::Judgement;
use facts::{Held, Known, RawFact, RawWhat, RowId, Value, suppose};
use rulebook::{Atom, Edition, Rulebook, Test};
use schemars::JsonSchema;
use serde::Serialize;
use std::collections::BTreeMap;
use verdict::{Outcome, OutcomeSet, Truth};
use vocabulary::{Date, ValueType, Vocabulary, WordId};

/// So many judgements are made before the search gives up.
pub const BUDGET: usize = 20_000;

/// What it takes to meet a rule.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct Smallest {
    /// Id of the rule.
    pub item: String,
    /// Day that is judged (ISO).
    pub judged_on: String,
    /// The set as things stand.
    pub before: OutcomeSet,
    /// What to change; empty where it is met already or nothing possible was found.
    pub changes: Vec<Change>,
    /// The set after the changes.
    pub after: OutcomeSet,
    /// Whether `after` is 遵守 (or みなし遵守) for certain.
    pub reached: bool,
    /// Whether every smaller set was tried or ruled out; without `reached`,
    /// whether no set of possible changes is left to try.
    pub smallest: bool,
    /// How many judgements were made.
    pub tried: usize,
}

impl Change {
    /// The change as a supposed fact, from a day on.
    pub fn supposed(&self, vocabulary: &Vocabulary, from: Date) -> RawFact {
        let what = RawWhat::Is(self.word.clone(), self.to.clone());
        let mut out = suppose::statement(vocabulary, &self.subject.kind, &self.subject.id, what, from);
        let kinds = self.evidence.iter();
        out.evidence.extend(kinds.map(|kind| facts::RawEvidence {
            kind: kind.clone(),
            contract: None,
            detail: None,
        }));
        out
    }
}

/// Whether a set is what the search looks for.
fn reached(set: OutcomeSet) -> bool {
    !set.is_empty() && set.is_subset(OutcomeSet::from_iter([Outcome::Met, Outcome::DeemedMet]))
}

/// The smallest set of possible changes after which a rule is met; `None` for
/// an index the edition does not have.
pub fn smallest(
    book: &Rulebook,
    edition: &Edition,
    known: &Known<'_>,
    index: usize,
    budget: usize,
) -> Option<Smallest> {
    let rule = edition.rules.get(index)?;
    let judgement = Judgement::new(book, edition, known);
    let before = judgement.rules.get(index).copied()?;
    let found = if reached(before) {
        Found { puts: Vec::new(), after: before, smallest: true, tried: 0 }
    } else {
        Search::new(&judgement, index, budget).run(before)
    };
    let names = known.institution().display_names(known.vocabulary());
    let subject = |row: RowId| SubjectRef::of(known, &names, known.subject(row));
    Some(Smallest {
        item: rule.front.id.clone(),
        judged_on: known.judged_on().to_string(),
        before,
        changes: found.puts.iter().map(|p| p.change(known, subject(p.row))).collect(),
        after: found.after,
        reached: reached(found.after),
        smallest: found.smallest,
        tried: found.tried,
    })
}

struct Found {
    puts: Vec<Put>,
    after: OutcomeSet,
    smallest: bool,
    tried: usize,
}

struct Search<'a> {
    judgement: &'a Judgement<'a>,
    index: usize,
    budget: usize,
    /// Per cell: the values worth trying.
    cells: Vec<Vec<Put>>,
    tried: usize,
}

impl<'a> Search<'a> {
    fn new(judgement: &'a Judgement<'a>, index: usize, budget: usize) -> Search<'a> {
        let reads = reach::reads(judgement, index);
        let cells = candidates(&judgement.context(), &reads).into_values().collect();
        Search { judgement, index, budget, cells, tried: 0 }
    }

    fn run(mut self, before: OutcomeSet) -> Found {
        let unwanted = [Outcome::NotMet, Outcome::Relief];
        let branches = fix::along_branches(self.judgement, self.index, &unwanted)
            .filter(|puts| !puts.is_empty())
            .map(|puts| (with(self.judgement, self.index, &puts), puts))
            .filter(|(set, _)| reached(*set));
        let upper = branches.as_ref().map_or(self.cells.len() + 1, |(_, puts)| puts.len());
        let lower = least::least(self.judgement, self.index, &self.cells);
        let mut proven = true;
        for size in lower.max(1)..upper {
            if self.tried.saturating_add(self.sets_of(size)) > self.budget {
                proven = false;
                break;
            }
            let mut chosen = Vec::new();
            if let Some(after) = self.try_sets(0, size, &mut chosen) {
                return Found { puts: chosen, after, smallest: true, tried: self.tried };
            }
        }
        let (after, puts) = branches.unwrap_or((before, Vec::new()));
        Found { puts, after, smallest: proven, tried: self.tried }
    }

    /// How many sets of this size there are.
    fn sets_of(&self, size: usize) -> usize {
        // ways[k] = sets of k cells among those looked at so far.
        let mut ways = vec![0usize; size + 1];
        if let Some(none) = ways.first_mut() {
            *none = 1;
        }
        for cell in &self.cells {
            for k in (1..=size).rev() {
                let fewer = ways.get(k - 1).copied().unwrap_or(0);
                if let Some(w) = ways.get_mut(k) {
                    *w = w.saturating_add(fewer.saturating_mul(cell.len()));
                }
            }
        }
        ways.last().copied().unwrap_or(0)
    }

    /// Tries every set of `left` further changes on cells from `from` on.
    fn try_sets(&mut self, from: usize, left: usize, chosen: &mut Vec<Put>) -> Option<OutcomeSet> {
        if left == 0 {
            self.tried += 1;
            return Some(with(self.judgement, self.index, chosen)).filter(|s| reached(*s));
        }
        for at in from..self.cells.len() {
            for value in 0..self.cells.get(at).map_or(0, Vec::len) {
                let Some(put) = self.cells.get(at).and_then(|c| c.get(value)).cloned() else { continue };
                chosen.push(put);
                if let Some(set) = self.try_sets(at + 1, left - 1, chosen) {
                    return Some(set);
                }
                chosen.pop();
            }
        }
        None
    }
}

/// Per cell that can be changed: one value for each way its conditions can turn
/// out, but the way they are.
fn candidates(context: &Context<'_>, reads: &Reads<'_>) -> BTreeMap<(RowId, WordId), Vec<Put>> {
    let mut out = BTreeMap::new();
    for ((row, word), atoms) in reads {
        if !changeable(context.known.vocabulary().word(*word)) {
            continue;
        }
        let mut seen: Vec<Vec<Truth>> = vec![atoms.iter().map(|a| context.atom(a, Some(*row))).collect()];
        let mut puts = Vec::new();
        for value in values(context, *word, atoms) {
            let evidence = demanded(context, atoms, &value);
            let held = Held { value, evidence, facts: Vec::new() };
            let ways: Vec<Truth> = atoms.iter().map(|a| context.held(a, &held)).collect();
            if !seen.contains(&ways) {
                seen.push(ways);
                puts.push(Put { row: *row, word: *word, value: held.value, evidence });
            }
        }
        if !puts.is_empty() {
            out.insert((*row, *word), puts);
        }
    }
    out
}

/// The evidence that the conditions which the value meets demand.
fn demanded(context: &Context<'_>, atoms: &[&Atom], value: &Value) -> u16 {
    let bare = |a: &Atom| Atom { demand: None, ..a.clone() };
    let held = Held { value: value.clone(), evidence: 0, facts: Vec::new() };
    atoms
        .iter()
        .filter(|a| a.demand.is_some() && context.held(&bare(a), &held) == Truth::True)
        .fold(0, |m, a| m | carried(context.known, a.demand.as_ref().map(|(d, _)| *d)))
}

/// The values that conditions can tell apart, those they name first.
pub(crate) fn values(context: &Context<'_>, word: WordId, atoms: &[&Atom]) -> Vec<Value> {
    let declared = context.known.vocabulary().word(word);
    let mut out: Vec<Value> = match &declared.value {
        ValueType::Choice(choices) => {
            (0..choices.len()).filter_map(|i| u16::try_from(i).ok()).map(Value::Choice).collect()
        }
        ValueType::Number(_) => {
            let named: Vec<i64> = atoms
                .iter()
                .filter_map(|a| match a.test {
                    Test::AtLeast(o) | Test::AtMost(o) => Some(context.number(o)),
                    _ => None,
                })
                .collect();
            let beside = named.iter().flat_map(|n| [n - 1, n + 1]).chain([0]);
            named.iter().copied().chain(beside).filter(|n| *n >= 0).map(Value::Number).collect()
        }
        _ => Vec::new(),
    };
    if declared.not_applicable {
        out.push(Value::NotApplicable);
    }
    out
}
