//! Random refinements (rule-language §5): fill what is absent or わからない,
//! add evidence to a value, add rows to ledgers nobody closed. Never a
//! correction, never a member of a relation that is complete.

use super::Case;
use super::institution::{Facts, check};
use super::{Random, day};
use facts::{Cell, Institution, Known, RawEvidence, RawFact, RawWhat, RowId};
use vocabulary::{KindId, Role, Word, WordId};

/// A refinement of the case's institution; `None` where the draw was refused.
pub fn refine(r: &mut Random, case: &Case) -> Option<(Vec<RawFact>, Institution)> {
    let known = case.known();
    let mut subjects: Vec<(KindId, String)> =
        case.institution.subjects().iter().map(|s| (s.kind, s.id.clone())).collect();
    let added = new_rows(r, &known, &mut subjects);
    let f = Facts { r, vocabulary: &case.vocabulary, subjects, evidence_percent: 60, raw: case.raw.clone() };
    let mut refiner = Refiner { f, known: &known, case };
    for (kind, id) in added {
        refiner.add_row(kind, &id);
    }
    let percent = *refiner.f.r.pick(&[10, 30, 60]);
    for row in refiner.rows() {
        refiner.refine_row(row, percent);
    }
    let raw = refiner.f.raw;
    let institution = check(&case.vocabulary, &raw).ok()?;
    Some((raw, institution))
}

/// Names for rows to be added to kinds that are open.
fn new_rows(
    r: &mut Random,
    known: &Known<'_>,
    subjects: &mut Vec<(KindId, String)>,
) -> Vec<(KindId, String)> {
    let vocabulary = known.vocabulary();
    let mut added = Vec::new();
    for kind in vocabulary.kinds().iter().skip(1).filter_map(|k| vocabulary.kind_named(&k.name)) {
        if known.complete(kind).is_none() && r.chance(35) {
            let row = (kind, format!("N-{}", subjects.len()));
            subjects.push(row.clone());
            added.push(row);
        }
    }
    added
}

struct Refiner<'a, 'b> {
    f: Facts<'b>,
    known: &'a Known<'a>,
    case: &'a Case,
}

impl Refiner<'_, '_> {
    fn rows(&self) -> Vec<RowId> {
        let vocabulary = &self.case.vocabulary;
        let kinds = vocabulary.kinds().iter().filter_map(|k| vocabulary.kind_named(&k.name));
        kinds.flat_map(|k| self.known.rows(k).to_vec()).collect()
    }

    fn id(&self, row: RowId) -> String {
        self.case.institution.subject(self.known.subject(row)).map(|s| s.id.clone()).unwrap_or_default()
    }

    /// A row that nobody had written down, with some facts.
    fn add_row(&mut self, kind: KindId, id: &str) {
        let on = day("2026-12-20");
        self.f.state(kind, id, RawWhat::Exists, on);
        for word in self.case.vocabulary.words().iter().filter(|w| w.on.contains(&kind)) {
            if self.f.r.chance(60) && self.allowed(None, word) {
                self.fill(kind, id, word);
            }
        }
    }

    fn refine_row(&mut self, row: RowId, percent: u32) {
        let kind = self.known.kind(row);
        let id = self.id(row);
        for (i, word) in self.case.vocabulary.words().iter().enumerate().filter(|(_, w)| w.on.contains(&kind))
        {
            let word_id = WordId(u16::try_from(i).unwrap_or(u16::MAX));
            match self.known.cell(row, word_id).clone() {
                Cell::Absent | Cell::Asked(_)
                    if self.f.r.chance(percent) && self.allowed(Some(row), word) =>
                {
                    self.fill(kind, &id, word);
                }
                Cell::One(held) if self.f.r.chance(percent / 2) && word.role == Role::Plain => {
                    let value = facts::text::value_text(
                        &self.case.vocabulary,
                        &self.case.institution,
                        word_id,
                        &held.value,
                    );
                    self.more_evidence(kind, &id, word, value);
                }
                _ => {}
            }
        }
    }

    fn fill(&mut self, kind: KindId, id: &str, word: &Word) {
        let value = if self.f.r.chance(8) { Some("わからない".to_owned()) } else { self.f.value(word) };
        let Some(value) = value else { return };
        if !self.names_only_open(word, &value) {
            return;
        }
        self.f.is(kind, id, word, value, self.case.known_on);
    }

    /// The same value stated again on the day, with evidence beside it.
    fn more_evidence(&mut self, kind: KindId, id: &str, word: &Word, value: String) {
        let names: Vec<String> =
            word.evidence.iter().map(|e| self.case.vocabulary.evidence_kind(*e).name.clone()).collect();
        let Some(name) = self.f.r.maybe(&names).cloned() else { return };
        let Some(evidence): Option<RawEvidence> = self.f.evidence(&name) else { return };
        self.f.state(kind, id, RawWhat::Is(word.name.clone(), value), self.case.known_on);
        if let Some(last) = self.f.raw.last_mut() {
            last.evidence.push(evidence);
        }
    }

    /// Whether filling the word adds no member to a relation that is complete.
    fn allowed(&self, row: Option<RowId>, word: &Word) -> bool {
        let (Role::Side(relation, true), Some(row)) = (&word.role, row) else { return true };
        self.known.members(*relation, row).is_none_or(|m| m.open)
    }

    /// Whether every holder that a backward value names is open.
    fn names_only_open(&self, word: &Word, value: &str) -> bool {
        let Role::Side(relation, false) = word.role else { return true };
        let from = self.case.vocabulary.relation(relation).from;
        self.known.rows(from).iter().all(|holder| {
            let name = format!("{} {}", self.case.vocabulary.kind(from).name, self.id(*holder));
            !value.split('、').any(|v| v == name)
                || self.known.members(relation, *holder).is_none_or(|m| m.open)
        })
    }
}
