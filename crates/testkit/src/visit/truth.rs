//! The truth that a visit is answered from.

use super::Books;
use facts::{Cell, Institution, Known, RawEvidence, RawFact, RawWhat, RowId, Value, raw, text};
use judge::ask::{Answer, Form, Given, NewContract, NewRow, Screen, Who};
use std::collections::BTreeSet;
use vocabulary::{Date, KindId, RelationId, Vocabulary, WordId};

/// So many rows of each ledger are known at the start.
const ROWS: usize = 3;

/// An institution of which everything is known, on a day.
pub struct Truth<'a> {
    known: &'a Known<'a>,
    on: Date,
}

impl<'a> Truth<'a> {
    /// The truth as it is known.
    pub fn new(known: &'a Known<'a>) -> Truth<'a> {
        Truth { known, on: known.known_on() }
    }

    fn words(&self) -> &'a Vocabulary {
        self.known.vocabulary()
    }

    /// What a three-row ledger gives: see the head of this module's parent.
    pub fn three_rows(&self, books: &Books<'_>) -> Institution {
        let mut out = Vec::new();
        let institution = self.known.rows(Vocabulary::INSTITUTION);
        for row in institution {
            self.introduce(*row, &["name", "institution-type", "beds"], &mut out);
        }
        for kind in ["system", "asset", "service"] {
            let kind = self.words().kind_by_id(kind).expect("a kind of this vocabulary");
            for row in self.known.rows(kind).iter().take(ROWS) {
                self.introduce(*row, FIRST, &mut out);
            }
        }
        facts::check(books.vocabulary, "visit", &out).expect("a first visit")
    }

    /// Every row, and nothing said of it; `None` where a day has not come.
    pub fn rows_alone(&self, books: &Books<'_>) -> Option<Institution> {
        let mut out = Vec::new();
        for (kind, _) in self.words().kinds().iter().enumerate() {
            for row in self.known.rows(KindId(u16::try_from(kind).ok()?)) {
                self.introduce(*row, &[], &mut out);
            }
        }
        facts::check(books.vocabulary, "visit", &out).ok()
    }

    /// A row's existence and some of its words.
    fn introduce(&self, row: RowId, ids: &[&str], out: &mut Vec<RawFact>) {
        let (kind, id) = self.name(row);
        let mut add = |what| {
            out.push(RawFact {
                line: 0,
                kind: kind.clone(),
                id: id.clone(),
                what,
                by: "院長".into(),
                valid_on: self.on,
                recorded_on: self.on,
                evidence: vec![statement()],
            });
        };
        add(RawWhat::Exists);
        for (word, value) in self.said(row, ids) {
            add(RawWhat::Is(word, value));
        }
    }

    /// Words of a row and their values.
    fn said(&self, row: RowId, ids: &[&str]) -> Vec<(String, String)> {
        ids.iter()
            .filter_map(|id| {
                let word = self.words().word_by_id(id)?;
                let held = self.known.cell(row, word).held().first()?;
                Some((self.words().word(word).name.clone(), self.text(word, &held.value)))
            })
            .collect()
    }

    fn text(&self, word: WordId, value: &Value) -> String {
        text::value_text(self.words(), self.known.institution(), word, value)
    }

    fn name(&self, row: RowId) -> (String, String) {
        let subject = self.known.institution().subject(self.known.subject(row)).expect("a row has a subject");
        (self.words().kind(self.known.kind(row)).name.clone(), subject.id.clone())
    }

    fn row(&self, kind: KindId, id: &str) -> Option<RowId> {
        let subject = self.known.institution().find(kind, id)?;
        self.known.rows(kind).iter().copied().find(|r| self.known.subject(*r) == subject)
    }

    /// The truth's answer to a screen about a subject, beside what is known.
    pub fn answer(&self, known: &Institution, (kind, id): (&str, &str), screen: &Screen) -> (Answer, Given) {
        let kind = self.words().kind_named(kind).expect("a kind of this vocabulary");
        let by = if screen.who == Who::Provider { "事業者" } else { "院長" };
        let mut given = Given { by: by.into(), on: self.on, evidence: Vec::new(), contract: None };
        let Some(row) = self.row(kind, id) else { return (Answer::Unknown, given) };
        let word = self.words().word_named(kind, &screen.word).expect("a word of this vocabulary");
        let answer = match &screen.form {
            Form::Ledger { kind } => {
                let kind = self.words().kind_named(kind).expect("a kind of this vocabulary");
                let rows = self.known.rows(kind).to_vec();
                Answer::Ledger { more: self.unwritten(known, kind, &rows), all: true }
            }
            Form::Members { relation, .. } => {
                let relation = self.words().relation_named(relation).expect("a relation of this vocabulary");
                self.members(known, relation, row)
            }
            Form::Belongs { kind } => self.belongs(known, kind, row, word),
            _ => match self.known.cell(row, word) {
                Cell::One(held) => {
                    let fact = self.known.fact(held.facts[0]).expect("a held value has a fact");
                    given.evidence = self.evidence(fact, known, &mut given.contract);
                    match &held.value {
                        Value::NotApplicable => Answer::NotApplicable,
                        value => Answer::Value(self.text(word, value)),
                    }
                }
                _ => Answer::Unknown,
            },
        };
        (answer, given)
    }

    /// The evidence of a fact; a contract nobody had written down comes with it.
    fn evidence(
        &self,
        fact: &facts::Fact,
        known: &Institution,
        contract: &mut Option<NewContract>,
    ) -> Vec<RawEvidence> {
        let all = raw(self.words(), self.known.institution());
        let place = self.known.institution().facts().iter().position(|f| f == fact).expect("a fact of it");
        let evidence = all[place].evidence.clone();
        let kind = self.words().kind_by_id("contract");
        for id in evidence.iter().filter_map(|e| e.contract.as_ref()) {
            let Some(kind) = kind.filter(|k| known.find(*k, id).is_none()) else { continue };
            let name = self.row(kind, id).and_then(|r| self.said(r, &["name"]).pop());
            *contract = Some(NewContract { id: id.clone(), name: name.map(|(_, v)| v), term: None });
        }
        evidence
    }

    /// Rows of a kind that nobody had written down.
    fn unwritten(&self, known: &Institution, kind: KindId, rows: &[RowId]) -> Vec<NewRow> {
        rows.iter()
            .filter(|r| known.find(kind, &self.name(**r).1).is_none())
            .map(|r| NewRow { id: self.name(*r).1, words: self.said(*r, FIRST) })
            .collect()
    }

    fn members(&self, known: &Institution, relation: RelationId, from: RowId) -> Answer {
        let to = self.words().relation(relation).to;
        let members = self.known.members(relation, from);
        if members.is_none_or(|m| m.open) {
            return Answer::Unknown;
        }
        let rows: Vec<RowId> = members.into_iter().flat_map(|m| m.certain.iter().map(|(r, _)| *r)).collect();
        let more = self.unwritten(known, to, &rows);
        let new: BTreeSet<&String> = more.iter().map(|r| &r.id).collect();
        let ids = rows.iter().map(|r| self.name(*r).1).filter(|id| !new.contains(id));
        Answer::Members { rows: ids.collect(), more }
    }

    /// To which subjects a row belongs: those whose relation leads to it.
    fn belongs(&self, known: &Institution, kind: &str, row: RowId, word: WordId) -> Answer {
        let from = self.words().kind_named(kind).expect("a kind of this vocabulary");
        let relations = self.words().relations().iter().enumerate();
        let relation = relations.filter(|(_, r)| r.backward == word).map(|(i, _)| i).next();
        let relation = RelationId(u16::try_from(relation.expect("the inverse of a relation")).expect("few"));
        let leads = |f: &RowId| {
            self.known.members(relation, *f).is_some_and(|m| m.certain.iter().any(|(r, _)| *r == row))
        };
        let ids: Vec<String> =
            self.known.rows(from).iter().filter(|f| leads(f)).map(|f| self.name(*f).1).collect();
        match ids.as_slice() {
            [] => Answer::NotApplicable,
            ids if ids.iter().all(|id| known.find(from, id).is_some()) => {
                Answer::Value(ids.iter().map(|id| format!("{kind} {id}")).collect::<Vec<_>>().join("、"))
            }
            _ => Answer::Unknown,
        }
    }
}

/// What is said of a row when it is first named.
const FIRST: &[&str] = &["name", "asset-type"];

fn statement() -> RawEvidence {
    RawEvidence { kind: "申告".into(), contract: None, detail: None }
}
