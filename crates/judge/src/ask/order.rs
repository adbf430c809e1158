//! Which question comes next.
//!
//! Every undecided rule of every day shares one whole among the facts it
//! still needs; a fact that alone is left of a rule gets all of it. Shares
//! add up over rules and over the subjects of a screen, and are divided by
//! the cost of asking. Greedy: the dearest first, what routing reads before
//! all else, a ledger before its rows.

use super::{Who, settled};
use crate::asks::{self, Ask, WHOLE};
use crate::explanation::State;
use crate::verdicts::Judgement;
use facts::{Cell, Known, RowId};
use rulebook::PartId;
use std::collections::{BTreeMap, BTreeSet};
use verdict::Truth;
use vocabulary::{KindId, Role, ValueType, WordId};

/// How questions are ordered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Strategy {
    /// The fewest questions, over all rules at once.
    Fewest,
    /// Rule by rule in the order of the edition, of each the lightest first,
    /// as a sheet lists them. Only for comparison.
    RuleByRule,
    /// Rule by rule, each fact where its rule reads it. Only for comparison.
    AsWritten,
}

/// What a plan is made over.
pub(super) struct Scope<'a> {
    /// One judgement a day.
    pub(super) judged: &'a [Judgement<'a>],
    pub(super) full: bool,
}

/// A fact to ask for, and what rests on it.
pub(super) struct Candidate {
    pub(super) ask: Ask,
    pub(super) who: Who,
    pub(super) rules: BTreeSet<usize>,
    pub(super) routing: bool,
    share: u64,
}

/// The candidates of each screen, the next screen first.
pub(super) fn screens(scope: &Scope<'_>, strategy: Strategy) -> Vec<Vec<Candidate>> {
    let Some(known) = scope.judged.first().map(|j| j.known) else { return Vec::new() };
    let candidates = Gather::of(known, scope, strategy);
    let mut groups: Vec<Vec<Candidate>> = Vec::new();
    let mut at: BTreeMap<(WordId, Who, bool, bool), usize> = BTreeMap::new();
    for candidate in candidates {
        let demand = candidate.ask.demand.is_some();
        let key = (candidate.ask.word, candidate.who, candidate.routing, demand);
        let place = *at.entry(key).or_insert_with(|| {
            groups.push(Vec::new());
            groups.len() - 1
        });
        if let Some(group) = groups.get_mut(place) {
            group.push(candidate);
        }
    }
    if strategy != Strategy::Fewest {
        return groups;
    }
    for group in &mut groups {
        group.sort_by_key(|c| c.ask.row);
    }
    ordered(known, groups)
}

/// Picks the best screen that no open ledger holds back, again and again.
fn ordered(known: &Known<'_>, mut groups: Vec<Vec<Candidate>>) -> Vec<Vec<Candidate>> {
    let mut out = Vec::with_capacity(groups.len());
    while !groups.is_empty() {
        let ledgers: BTreeSet<KindId> = groups.iter().filter_map(|g| ledger(known, g)).collect();
        let best = groups
            .iter()
            .enumerate()
            .min_by_key(|(place, g)| (held_back(known, g, &ledgers), rank(known, g), *place))
            .map_or(0, |(place, _)| place);
        out.push(groups.remove(best));
    }
    out
}

/// The kind whose ledger a screen asks the institution about.
fn ledger(known: &Known<'_>, group: &[Candidate]) -> Option<KindId> {
    let first = group.first().filter(|c| c.who == Who::Director)?;
    match known.vocabulary().word(first.ask.word).role {
        Role::KindClosure(kind) => Some(kind),
        _ => None,
    }
}

/// Whether a screen waits for a ledger: of its rows, or of the rows it lists.
fn held_back(known: &Known<'_>, group: &[Candidate], ledgers: &BTreeSet<KindId>) -> bool {
    let Some(first) = group.first() else { return false };
    let words = known.vocabulary();
    let word = words.word(first.ask.word);
    let listed = match (&word.role, &word.value) {
        (Role::KindClosure(_), _) => return false,
        (Role::RelationClosure(relation), _) => Some(words.relation(*relation).to),
        (_, ValueType::List(kind)) => Some(*kind),
        _ => None,
    };
    group.iter().any(|c| ledgers.contains(&known.kind(c.ask.row)))
        || listed.is_some_and(|k| ledgers.contains(&k))
}

/// Routing first, then the greatest share for its cost.
fn rank(known: &Known<'_>, group: &[Candidate]) -> (bool, std::cmp::Reverse<u64>) {
    let cost = group.first().map_or(1, |c| cost(known, c.ask.word));
    let share = group.iter().fold(0u64, |s, c| s.saturating_add(c.share));
    let routing = group.iter().any(|c| c.routing);
    (!routing, std::cmp::Reverse(share / u64::from(cost.max(1))))
}

/// The cost of asking; to list what a relation leads to takes more than a tick.
fn cost(known: &Known<'_>, word: WordId) -> u8 {
    let word = known.vocabulary().word(word);
    match word.role {
        Role::RelationClosure(_) => word.cost + 1,
        _ => word.cost,
    }
}

/// Collects candidates over all rules and days.
struct Gather<'a> {
    known: &'a Known<'a>,
    providers: &'a [String],
    strategy: Strategy,
    candidates: Vec<Candidate>,
    at: BTreeMap<(RowId, WordId), usize>,
}

impl Gather<'_> {
    fn of(known: &Known<'_>, scope: &Scope<'_>, strategy: Strategy) -> Vec<Candidate> {
        let providers = provider_names(known);
        let mut out =
            Gather { known, providers: &providers, strategy, candidates: Vec::new(), at: BTreeMap::new() };
        let rules = scope.judged.first().map_or(0, |j| j.edition.rules.len());
        let mut days: Vec<Day<'_>> =
            scope.judged.iter().map(|j| Day::new(j, scope.full, &providers)).collect();
        for index in 0..rules {
            for day in &mut days {
                if !settled(day.judgement, index) {
                    out.add(day.asks(index));
                }
            }
        }
        out.candidates
    }

    /// Adds what a rule needs on a day; its whole is shared among the asks.
    fn add(&mut self, asks: Vec<(Ask, Reader)>) {
        // A day that has not come is no question.
        let mut asks: Vec<_> = asks.into_iter().filter(|(a, _)| a.state != State::Plan).collect();
        if self.strategy == Strategy::RuleByRule {
            asks.sort_by_key(|(a, _)| self.known.vocabulary().word(a.word).cost);
        }
        let total: u128 = asks.iter().map(|(a, _)| u128::from(a.weight)).sum();
        // The fewer screens a rule still needs, the more each is worth.
        let screens: BTreeSet<_> = asks.iter().map(|(a, _)| (a.word, self.known.kind(a.row))).collect();
        let left = u128::try_from(screens.len()).unwrap_or(u128::MAX);
        // What matters only after another answer waits for it. A letter to the
        // provider holds everything at once: the answer takes days.
        let who = |a: &Ask| who(self.known, self.providers, a);
        let wait =
            self.strategy == Strategy::Fewest && asks.iter().any(|(a, _)| !a.later && who(a) != Who::Papers);
        for (ask, reader) in asks {
            let who = who(&ask);
            if wait && ask.later && who == Who::Director {
                continue;
            }
            let share = u128::from(ask.weight) * u128::from(WHOLE) / total.max(1) / left.max(1);
            let share = u64::try_from(share).unwrap_or(WHOLE);
            let place = *self.at.entry((ask.row, ask.word)).or_insert_with(|| {
                let routing = false;
                self.candidates.push(Candidate { ask, who, rules: BTreeSet::new(), routing, share: 0 });
                self.candidates.len() - 1
            });
            if let Some(candidate) = self.candidates.get_mut(place) {
                candidate.share = candidate.share.saturating_add(share);
                candidate.routing |= reader.routing;
                candidate.rules.insert(reader.rule);
            }
        }
    }
}

/// What reads a fact.
#[derive(Clone, Copy)]
struct Reader {
    rule: usize,
    /// The deeming of the rule's part, not the rule itself.
    routing: bool,
}

/// One day's judgement, with what each rule's conditions ask.
struct Day<'a> {
    judgement: &'a Judgement<'a>,
    full: bool,
    /// Names under which providers answer.
    providers: &'a [String],
    own: Vec<Option<Vec<Ask>>>,
}

impl<'a> Day<'a> {
    fn new(judgement: &'a Judgement<'a>, full: bool, providers: &'a [String]) -> Day<'a> {
        Day { judgement, full, providers, own: vec![None; judgement.edition.rules.len()] }
    }

    fn own(&mut self, index: usize) -> Vec<Ask> {
        let judgement = self.judgement;
        let Some(slot) = self.own.get_mut(index) else { return Vec::new() };
        slot.get_or_insert_with(|| asks::of_conditions(judgement, index)).clone()
    }

    /// What a rule needs: the routing, its own conditions, and those of the
    /// part that its being deemed met hangs on.
    fn asks(&mut self, index: usize) -> Vec<(Ask, Reader)> {
        let judgement = self.judgement;
        let Some(part) = judgement.edition.rules.get(index).map(|r| r.part) else { return Vec::new() };
        let reach: Vec<_> = judgement
            .edition
            .deemings
            .iter()
            .zip(&judgement.deemings)
            .filter(|(d, _)| d.reaches.contains(&part))
            .collect();
        let mut out = Vec::new();
        // I-11: where one part may be followed alone, the others do not ask;
        // nor while someone can still say whether it may, for until then
        // nothing of theirs can be settled.
        let mut alone = !self.full && reach.iter().any(|(_, e)| e.route() == Truth::True);
        if !alone {
            let routing = asks::of_routing(judgement, part);
            let answerable = |a: &Ask| who(judgement.known, self.providers, a) != Who::Papers;
            alone = !self.full && !reach.is_empty() && routing.iter().any(answerable);
            out.extend(routing.into_iter().map(|a| (a, Reader { rule: index, routing: true })));
        }
        if !alone {
            out.extend(self.own(index).into_iter().map(|a| (a, Reader { rule: index, routing: false })));
        }
        let hangs_on = reach.iter().filter(|(_, e)| e.deemed() == Truth::Unknown);
        for stood_on in hangs_on.map(|(d, _)| d.part).collect::<BTreeSet<PartId>>() {
            for (other, rule) in judgement.edition.rules.iter().enumerate() {
                if rule.part == stood_on && !settled(judgement, other) {
                    out.extend(
                        self.own(other).into_iter().map(|a| (a, Reader { rule: other, routing: false })),
                    );
                }
            }
        }
        out
    }
}

/// Whose list a question is on.
fn who(known: &Known<'_>, providers: &[String], ask: &Ask) -> Who {
    let words = known.vocabulary();
    let word = words.word(ask.word);
    let director = |w: &String| w.starts_with("院長");
    let others = word.answered_by.iter().any(|w| !director(w));
    match ask.state {
        State::EvidenceMissing | State::Conflict | State::Held | State::Plan => Who::Papers,
        State::Asked if others && !asked_of_provider(known, providers, ask) => Who::Provider,
        State::Asked => Who::Papers,
        State::Absent => match word.role {
            // 「これで全部」 is refused while a row says わからない of where it belongs.
            Role::RelationClosure(r) if belongs_unknown(known, words.relation(r)) => Who::Papers,
            _ if word.answered_by.first().is_some_and(|w| w == "事業者") => Who::Provider,
            _ => Who::Director,
        },
    }
}

fn belongs_unknown(known: &Known<'_>, relation: &vocabulary::Relation) -> bool {
    known.rows(relation.to).iter().any(|r| matches!(known.cell(*r, relation.backward), Cell::Asked(_)))
}

/// Whether it was a provider who answered わからない.
fn asked_of_provider(known: &Known<'_>, providers: &[String], ask: &Ask) -> bool {
    let Cell::Asked(fact) = known.cell(ask.row, ask.word) else { return false };
    known.fact(*fact).is_some_and(|f| f.by.starts_with("事業者") || providers.contains(&f.by))
}

/// The names and ids under which providers state facts.
fn provider_names(known: &Known<'_>) -> Vec<String> {
    let words = known.vocabulary();
    let Some(kind) = words.kind_by_id("provider") else { return Vec::new() };
    let name = words.word_by_id("name");
    let mut out = Vec::new();
    for row in known.rows(kind) {
        out.extend(known.institution().subject(known.subject(*row)).map(|s| s.id.clone()));
        for held in name.map(|w| known.cell(*row, w).held()).unwrap_or_default() {
            if let facts::Value::Text(text) = &held.value {
                out.push(text.clone());
            }
        }
    }
    out
}
