//! The fewest questions over all rules that are not decided.
//!
//! [`plan`] gathers what bears on any undecided rule, today and on the
//! edition's milestone, groups equal questions into one screen, and orders
//! them: what routing reads first, ledgers before their rows,
//! then whatever most rests on for its cost. What was answered わからない is
//! never asked of the same person again; it goes to the provider's list, or
//! to the list of papers to look for. [`answer`] turns an answer into facts.
//! Decided: where an institution may follow one part alone, only that part
//! asks (I-11). Meaning: rule-language §8.

mod answer;
mod order;
mod suppose;

pub use answer::{Answer, Given, NewContract, NewRow, answer, fresh_id};
pub use order::Strategy;

use crate::asks::Ask;
use crate::explanation::{State, SubjectRef};
use crate::verdicts::Judgement;
use facts::{Institution, Known};
use order::{Candidate, Scope};
use rulebook::{Edition, Rulebook};
use schemars::JsonSchema;
use serde::Serialize;
use std::collections::BTreeMap;
use verdict::{Outcome, OutcomeSet, Truth};
use vocabulary::{Date, Role, ValueType, Vocabulary};

/// What a plan is made from.
#[derive(Clone, Copy)]
pub struct Input<'a> {
    /// The words.
    pub vocabulary: &'a Vocabulary,
    /// The rulebook.
    pub book: &'a Rulebook,
    /// The edition.
    pub edition: &'a Edition,
    /// The facts.
    pub institution: &'a Institution,
    /// As of.
    pub on: Date,
    /// Ask for every part even where one suffices (I-11).
    pub full: bool,
    /// How to order; [`Strategy::Fewest`] but for comparison.
    pub strategy: Strategy,
    /// For so many screens of each list, say what each answer would decide.
    pub foresee: usize,
}

/// Who is asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Who {
    /// The institution itself.
    Director,
    /// The provider, or whoever looks after the systems.
    Provider,
    /// Nobody knows by heart: a paper has to be found or a decision made.
    Papers,
}

/// The shape of the answer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(tag = "form", rename_all = "kebab-case")]
pub enum Form {
    /// One of some words.
    Choice {
        /// The words.
        choices: Vec<String>,
        /// Those that count only with a record, and which records (evidence kinds).
        recorded: Vec<String>,
        /// Evidence kinds that count as a record.
        records: Vec<String>,
    },
    /// A whole number.
    Number {
        /// Its unit.
        unit: Option<String>,
    },
    /// A day.
    Date,
    /// From a day to a day.
    Term,
    /// Free text.
    Text,
    /// Whether a ledger is complete; the answer may name further rows.
    Ledger {
        /// Kind of its rows.
        kind: String,
    },
    /// Which rows a relation leads to, all of them; the answer may name further rows.
    Members {
        /// Kind of the rows.
        kind: String,
        /// The relation's word, which takes the list.
        relation: String,
    },
    /// To which subjects a row belongs.
    Belongs {
        /// Kind of the subjects.
        kind: String,
    },
}

/// A subject that a screen asks about.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct About {
    /// Which.
    pub subject: SubjectRef,
    /// How the fact stands.
    pub state: State,
}

/// A rule whose set an answer would change.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Change {
    /// Id of the rule.
    pub item: String,
    /// The day that is judged (ISO).
    pub on: String,
    /// Its set now.
    pub before: OutcomeSet,
    /// Its set after the answer.
    pub after: OutcomeSet,
}

/// What an answer would decide, given for every subject of the screen.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Decides {
    /// The answer.
    pub answer: String,
    /// Rules whose sets change.
    pub changes: Vec<Change>,
}

/// One question as a person meets it: one word, of one or more subjects.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Screen {
    /// Its place over all lists, from 0.
    pub order: usize,
    /// The word it asks for.
    pub word: String,
    /// The question in plain Japanese.
    pub text: String,
    /// Shape of the answer.
    #[serde(flatten)]
    pub form: Form,
    /// How 該当なし reads, where it may be answered.
    pub not_applicable: Option<String>,
    /// Whose list it is on.
    pub who: Who,
    /// Who can answer, in this order.
    pub answered_by: Vec<String>,
    /// The evidence that is wanted, where a record is missing.
    pub wanted_evidence: Option<String>,
    /// Cost of asking, 1 (light) to 8 (heavy).
    pub cost: u8,
    /// Whether it decides which part has to be read.
    pub routing: bool,
    /// Ids of the rules it bears on.
    pub items: Vec<String>,
    /// About what.
    pub about: Vec<About>,
    /// What each answer would decide, for the first screens.
    pub decides: Vec<Decides>,
}

/// How a rule stands on the days a plan looks at.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Standing {
    /// Id of the rule.
    pub item: String,
    /// Its set as of today.
    pub today: OutcomeSet,
    /// Its set on the milestone, if today's facts last.
    pub then: Option<OutcomeSet>,
    /// Whether nothing is left to ask for it: one outcome on every day, or
    /// 対象外 and みなし遵守 where the institution may follow one part alone.
    pub settled: bool,
}

/// The plan of questions.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Plan {
    /// What the institution is asked.
    pub director: Vec<Screen>,
    /// What the provider is asked.
    pub provider: Vec<Screen>,
    /// Papers to look for and things to decide.
    pub papers: Vec<Screen>,
    /// How every rule stands.
    pub rules: Vec<Standing>,
    /// 対象 ∧ 資格 of some deeming: one part may suffice.
    pub route: Truth,
}

impl Plan {
    /// The rules that are settled.
    pub fn settled(&self) -> usize {
        self.rules.iter().filter(|r| r.settled).count()
    }
    /// The screen to ask next, of the director or the provider.
    pub fn next(&self) -> Option<&Screen> {
        self.director.first().into_iter().chain(self.provider.first()).min_by_key(|s| s.order)
    }
    /// Every screen of every list.
    pub fn screens(&self) -> impl Iterator<Item = &Screen> {
        self.director.iter().chain(&self.provider).chain(&self.papers)
    }
}

/// Plans the questions of one institution. The same input gives the same plan.
pub fn plan(input: &Input<'_>) -> Plan {
    let knowns: Vec<Known<'_>> = days(input)
        .into_iter()
        .map(|day| Known::new(input.vocabulary, input.institution, input.on, day))
        .collect();
    let judged: Vec<Judgement<'_>> =
        knowns.iter().map(|k| Judgement::new(input.book, input.edition, k)).collect();
    let rules = standings(&judged, input.edition);
    let scope = Scope { judged: &judged, full: input.full };
    let mut plan =
        Plan { director: Vec::new(), provider: Vec::new(), papers: Vec::new(), route: route(&judged), rules };
    let Some(first) = judged.first() else { return plan };
    let builder = Builder {
        known: first.known,
        names: input.institution.display_names(input.vocabulary),
        edition: input.edition,
    };
    for (place, group) in order::screens(&scope, input.strategy).iter().enumerate() {
        let Some(screen) = builder.screen(place, group) else { continue };
        match screen.who {
            Who::Director => plan.director.push(screen),
            Who::Provider => plan.provider.push(screen),
            Who::Papers => plan.papers.push(screen),
        }
    }
    suppose::foresee(input, &judged, &mut plan);
    plan
}

/// The days that a plan looks at: as of, and the milestone while it lies ahead.
fn days(input: &Input<'_>) -> Vec<Date> {
    let milestone = input.edition.milestone.iter().map(|(_, d)| *d).filter(|d| *d > input.on);
    std::iter::once(input.on).chain(milestone).collect()
}

fn route(judged: &[Judgement<'_>]) -> Truth {
    let first = judged.first().into_iter().flat_map(|j| &j.deemings);
    first.map(|d| d.route()).fold(Truth::False, Truth::or)
}

fn standings(judged: &[Judgement<'_>], edition: &Edition) -> Vec<Standing> {
    let set = |day: usize, rule: usize| judged.get(day).and_then(|j| j.rules.get(rule)).copied();
    edition
        .rules
        .iter()
        .enumerate()
        .map(|(i, rule)| Standing {
            item: rule.front.id.clone(),
            today: set(0, i).unwrap_or_default(),
            then: set(1, i),
            settled: judged.iter().all(|j| settled(j, i)),
        })
        .collect()
}

/// Whether nothing is left to ask for a rule on a day.
fn settled(judgement: &Judgement<'_>, index: usize) -> bool {
    let set = judgement.rules.get(index).copied().unwrap_or_default();
    let nothing_to_do = OutcomeSet::from_iter([Outcome::OutOfScope, Outcome::DeemedMet]);
    let eligible = judgement.deemings.iter().any(|d| d.route() == Truth::True);
    set.len() == 1 || eligible && set.is_subset(nothing_to_do)
}

/// Candidates → screens.
struct Builder<'a> {
    known: &'a Known<'a>,
    names: BTreeMap<facts::SubjectId, String>,
    edition: &'a Edition,
}

impl Builder<'_> {
    fn screen(&self, order: usize, group: &[Candidate]) -> Option<Screen> {
        let first = group.first()?;
        let word = self.known.vocabulary().word(first.ask.word);
        let mut items: Vec<usize> = group.iter().flat_map(|c| c.rules.iter().copied()).collect();
        items.sort_unstable();
        items.dedup();
        let wanted = first.ask.demand.as_ref().filter(|_| first.ask.state == State::EvidenceMissing);
        let not_applicable = matches!(word.role, Role::Plain) && word.not_applicable;
        Some(Screen {
            order,
            word: word.name.clone(),
            text: word.question.clone(),
            form: self.form(&first.ask),
            not_applicable: not_applicable
                .then(|| word.not_applicable_label.clone().unwrap_or_else(|| "該当なし".into())),
            who: first.who,
            answered_by: word.answered_by.clone(),
            wanted_evidence: wanted.map(|d| d.text.clone()),
            cost: word.cost,
            routing: group.iter().any(|c| c.routing),
            items: items.iter().filter_map(|i| Some(self.edition.rules.get(*i)?.front.id.clone())).collect(),
            about: group.iter().map(|c| self.about(&c.ask)).collect(),
            decides: Vec::new(),
        })
    }

    fn about(&self, ask: &Ask) -> About {
        let id = self.known.subject(ask.row);
        let subject = self.known.institution().subject(id);
        let subject = SubjectRef {
            kind: self.known.vocabulary().kind(self.known.kind(ask.row)).name.clone(),
            id: subject.map(|s| s.id.clone()).unwrap_or_default(),
            name: self.names.get(&id).cloned(),
        };
        About { subject, state: ask.state }
    }

    fn form(&self, ask: &Ask) -> Form {
        let words = self.known.vocabulary();
        let word = words.word(ask.word);
        match (&word.role, &word.value) {
            (Role::KindClosure(kind), _) => Form::Ledger { kind: words.kind(*kind).name.clone() },
            (Role::RelationClosure(relation), _) => {
                let relation = words.relation(*relation);
                Form::Members { kind: words.kind(relation.to).name.clone(), relation: relation.name.clone() }
            }
            (_, ValueType::Choice(choices)) => {
                let demanded = ask.demand.as_ref();
                let name = |c: &u16| choices.get(usize::from(*c)).cloned();
                let kinds = words.evidence().iter().enumerate();
                Form::Choice {
                    choices: choices.clone(),
                    recorded: demanded.iter().flat_map(|d| &d.choices).filter_map(name).collect(),
                    records: kinds
                        .filter(|(i, _)| demanded.is_some_and(|d| d.mask >> i & 1 == 1))
                        .map(|(_, k)| k.name.clone())
                        .collect(),
                }
            }
            (_, ValueType::Number(unit)) => Form::Number { unit: unit.clone() },
            (_, ValueType::Date) => Form::Date,
            (_, ValueType::Term) => Form::Term,
            (_, ValueType::Text) => Form::Text,
            (_, ValueType::List(kind)) => Form::Belongs { kind: words.kind(*kind).name.clone() },
        }
    }
}
