//! Answers → facts, through the same check as every fact.
//!
//! An answer becomes raw facts behind those already stated and is refused
//! with the messages a file would get. Naming rows that nobody had written
//! down introduces them. Nothing that was stated is changed: a later answer
//! stands beside an earlier one, and the dates decide.

use facts::{Institution, Known, RawEvidence, RawFact, RawWhat, check, raw};
use vocabulary::{Date, Diagnostic, KindId, Role, Vocabulary};

/// A row that an answer names for the first time.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewRow {
    /// Its id; [`fresh_id`] gives one that is free.
    pub id: String,
    /// What is said of it at once: word and value.
    pub words: Vec<(String, String)>,
}

/// What was answered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Answer {
    /// A value as `.facts` writes it: a choice, a number, a day, a term, a list.
    Value(String),
    /// わからない.
    Unknown,
    /// 該当なし.
    NotApplicable,
    /// Of a ledger: rows that were missing, and whether these are all.
    Ledger {
        /// Rows nobody had written down.
        more: Vec<NewRow>,
        /// これで全部.
        all: bool,
    },
    /// Of a relation: all that it leads to.
    Members {
        /// Ids of rows that are written down.
        rows: Vec<String>,
        /// Rows nobody had written down.
        more: Vec<NewRow>,
    },
}

/// Who answered, when, on what evidence.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Given {
    /// Who.
    pub by: String,
    /// When.
    pub on: Date,
    /// On what; none means 申告.
    pub evidence: Vec<RawEvidence>,
    /// A contract that the evidence names and nobody had written down.
    pub contract: Option<NewContract>,
}

/// A contract named for the first time.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewContract {
    /// Its id.
    pub id: String,
    /// Its name.
    pub name: Option<String>,
    /// Its term as `.facts` writes it.
    pub term: Option<String>,
}

/// Puts an answer beside what is known of a subject (kind and id) and a word.
/// Gives the facts that were added and the institution with them.
pub fn answer(
    vocabulary: &Vocabulary,
    institution: &Institution,
    (kind, id): (&str, &str),
    word: &str,
    answer: &Answer,
    given: &Given,
) -> Result<(Vec<RawFact>, Institution), Vec<Diagnostic>> {
    let kept = with_members(vocabulary, institution, (kind, id), word, answer, given.on);
    let added = facts_of(vocabulary, (kind, id), word, kept.as_ref().unwrap_or(answer), given);
    let mut all = raw(vocabulary, institution);
    all.extend(added.iter().cloned());
    let institution = check(vocabulary, "答え", &all)?;
    Ok((added, institution))
}

/// An id of a kind that no subject has: the kind's own id and a number.
pub fn fresh_id(vocabulary: &Vocabulary, institution: &Institution, kind: &str, after: usize) -> String {
    let found = vocabulary.kind_named(kind);
    let stem = found.map_or_else(|| "row".to_owned(), |k| vocabulary.kind(k).id.clone());
    let taken = |id: &str| found.is_some_and(|k| institution.find(k, id).is_some());
    let free = (1..).map(|n| format!("{stem}-{n}")).filter(|id| !taken(id));
    free.into_iter().nth(after).unwrap_or(stem)
}

/// All that a relation leads to holds what it is known to lead to: an answer adds.
fn with_members(
    vocabulary: &Vocabulary,
    institution: &Institution,
    (kind, id): (&str, &str),
    word: &str,
    answer: &Answer,
    on: Date,
) -> Option<Answer> {
    let Answer::Members { rows, more } = answer else { return None };
    let kind = vocabulary.kind_named(kind)?;
    let Role::RelationClosure(relation) = vocabulary.word(vocabulary.word_named(kind, word)?).role else {
        return None;
    };
    let subject = institution.find(kind, id)?;
    let known = Known::new(vocabulary, institution, on, on);
    let row = known.rows(kind).iter().copied().find(|r| known.subject(*r) == subject)?;
    let certain = known.members(relation, row)?.certain.iter();
    let named = certain.filter_map(|(r, _)| Some(institution.subject(known.subject(*r))?.id.clone()));
    let mut all: Vec<String> = named.collect();
    all.extend(rows.iter().filter(|id| !all.contains(id)).cloned().collect::<Vec<_>>());
    Some(Answer::Members { rows: all, more: more.clone() })
}

/// The facts that an answer states.
pub(super) fn facts_of(
    vocabulary: &Vocabulary,
    (kind, id): (&str, &str),
    word: &str,
    answer: &Answer,
    given: &Given,
) -> Vec<RawFact> {
    let mut out = Out { given, facts: Vec::new() };
    if let (Some(contract), Some(kind)) = (&given.contract, vocabulary.kind_by_id("contract")) {
        let kind = &vocabulary.kind(kind).name;
        out.exists(kind, &contract.id);
        for (word, value) in [("name", &contract.name), ("contract-term", &contract.term)] {
            if let (Some(word), Some(value)) = (vocabulary.word_by_id(word), value) {
                out.stated(kind, &contract.id, &vocabulary.word(word).name, value);
            }
        }
    }
    let role = vocabulary.kind_named(kind).and_then(|k| vocabulary.word_named(k, word));
    let role = role.map(|w| &vocabulary.word(w).role);
    match answer {
        Answer::Value(value) => out.evident(kind, id, word, value),
        Answer::Unknown => out.stated(kind, id, word, "わからない"),
        Answer::NotApplicable => out.evident(kind, id, word, "該当なし"),
        Answer::Ledger { more, all } => {
            if let Some(Role::KindClosure(rows)) = role {
                out.rows(vocabulary, *rows, more);
            }
            out.stated(kind, id, word, if *all { "はい" } else { "いいえ" });
        }
        Answer::Members { rows, more } => {
            if let Some(Role::RelationClosure(relation)) = role {
                let relation = vocabulary.relation(*relation);
                out.rows(vocabulary, relation.to, more);
                let to = &vocabulary.kind(relation.to).name;
                let ids = rows.iter().chain(more.iter().map(|r| &r.id));
                let list: Vec<String> = ids.map(|id| format!("{to} {id}")).collect();
                if !list.is_empty() {
                    out.stated(kind, id, &relation.name, &list.join("、"));
                }
            }
            out.stated(kind, id, word, "はい");
        }
    }
    out.facts
}

/// Collects raw facts of one answer.
struct Out<'a> {
    given: &'a Given,
    facts: Vec<RawFact>,
}

impl Out<'_> {
    fn fact(&mut self, kind: &str, id: &str, what: RawWhat, evidence: Vec<RawEvidence>) {
        self.facts.push(RawFact {
            line: 0,
            kind: kind.to_owned(),
            id: id.to_owned(),
            what,
            by: self.given.by.clone(),
            valid_on: self.given.on,
            recorded_on: self.given.on,
            evidence,
        });
    }
    fn exists(&mut self, kind: &str, id: &str) {
        self.fact(kind, id, RawWhat::Exists, statement());
    }
    /// A fact on the word of the person alone.
    fn stated(&mut self, kind: &str, id: &str, word: &str, value: &str) {
        self.fact(kind, id, RawWhat::Is(word.to_owned(), value.to_owned()), statement());
    }
    /// A fact on the evidence that was given.
    fn evident(&mut self, kind: &str, id: &str, word: &str, value: &str) {
        let given = self.given.evidence.clone();
        let evidence = if given.is_empty() { statement() } else { given };
        self.fact(kind, id, RawWhat::Is(word.to_owned(), value.to_owned()), evidence);
    }
    fn rows(&mut self, vocabulary: &Vocabulary, kind: KindId, rows: &[NewRow]) {
        let kind = &vocabulary.kind(kind).name;
        for row in rows {
            self.exists(kind, &row.id);
            for (word, value) in &row.words {
                self.stated(kind, &row.id, word, value);
            }
        }
    }
}

fn statement() -> Vec<RawEvidence> {
    vec![RawEvidence { kind: "申告".into(), contract: None, detail: None }]
}
