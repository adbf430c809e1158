//! Random institutions: few rows, every kind of fact, as raw facts through
//! `facts::check`, so that nothing is drawn that a person could not state.

use super::{Random, day};
use facts::{Institution, RawEvidence, RawFact, RawWhat};
use vocabulary::{Date, Diagnostic, EvidenceId, KindId, Role, ValueType, Vocabulary, Word};

/// Who states facts.
const PEOPLE: [&str; 3] = ["院長", "事務長", "事業者B"];
/// When facts became valid, all before the day that is looked at.
const DAYS: [&str; 3] = ["2026-03-01", "2026-09-01", "2026-12-01"];
/// Dates as values, on both sides of what rules ask.
const DATES: [&str; 9] = [
    "2025-01-01",
    "2026-05-31",
    "2026-06-01",
    "2026-12-15",
    "2027-01-15",
    "2027-03-31",
    "2027-04-01",
    "2027-05-01",
    "2028-01-01",
];

/// How much is known, in percent.
#[derive(Debug, Clone, Copy)]
struct Mood {
    known: u32,
    closed: u32,
    evidence: u32,
}

/// Raw facts → an institution, as tests need it.
pub fn check(vocabulary: &Vocabulary, raw: &[RawFact]) -> Result<Institution, Vec<Diagnostic>> {
    facts::check(vocabulary, "random.facts", raw)
}

/// An institution as raw facts, and checked. Draws again until it is valid.
pub fn institution(r: &mut Random, vocabulary: &Vocabulary, known_on: &str) -> (Vec<RawFact>, Institution) {
    for _ in 0..50 {
        let raw = draw(r, vocabulary, day(known_on));
        if let Ok(institution) = check(vocabulary, &raw) {
            return (raw, institution);
        }
    }
    let raw = vec![exists("施設", "1", day(DAYS[0]))];
    let institution = check(vocabulary, &raw).expect("an institution of which nothing is known");
    (raw, institution)
}

fn exists(kind: &str, id: &str, on: Date) -> RawFact {
    RawFact {
        line: 0,
        kind: kind.to_owned(),
        id: id.to_owned(),
        what: RawWhat::Exists,
        by: PEOPLE[0].to_owned(),
        valid_on: on,
        recorded_on: on,
        evidence: vec![RawEvidence { kind: "申告".into(), contract: None, detail: None }],
    }
}

/// What a generator of facts stands on.
pub(super) struct Facts<'a> {
    pub(super) r: &'a mut Random,
    pub(super) vocabulary: &'a Vocabulary,
    /// (kind, id) of every subject.
    pub(super) subjects: Vec<(KindId, String)>,
    pub(super) evidence_percent: u32,
    pub(super) raw: Vec<RawFact>,
}

fn draw(r: &mut Random, vocabulary: &Vocabulary, known_on: Date) -> Vec<RawFact> {
    let known = *r.pick(&[35, 70, 90, 97, 100, 100]);
    let mood = Mood { known, closed: if known > 95 { 97 } else { known }, evidence: *r.pick(&[20, 60, 95]) };
    let mut subjects = vec![(Vocabulary::INSTITUTION, "1".to_owned())];
    let most = *r.pick(&[2, 4, 4, 6]);
    for _ in 0..=r.below(most) {
        let kind = 1 + r.below(vocabulary.kinds().len() - 1);
        let kind = vocabulary.kind_named(&vocabulary.kinds()[kind].name).expect("a kind of this vocabulary");
        subjects.push((kind, format!("R-{}", subjects.len())));
    }
    let mut f = Facts { r, vocabulary, subjects, evidence_percent: mood.evidence, raw: Vec::new() };
    for (kind, id) in f.subjects.clone() {
        let on = if f.r.chance(3) { known_on } else { day(DAYS[f.r.below(2)]) };
        f.raw.push(exists(&vocabulary.kind(kind).name, &id, on));
    }
    for (kind, id) in f.subjects.clone() {
        for word in vocabulary.words().iter().filter(|w| w.on.contains(&kind)) {
            f.word(kind, &id, word, mood);
        }
        if kind != Vocabulary::INSTITUTION && f.r.chance(4) {
            let on = *f.r.pick(&["2026-12-20", "2027-03-01"]);
            f.state(kind, &id, RawWhat::Gone, day(on));
        }
    }
    f.raw
}

impl Facts<'_> {
    /// Facts of one word, or none.
    fn word(&mut self, kind: KindId, id: &str, word: &Word, mood: Mood) {
        let percent = match word.role {
            Role::KindClosure(_) | Role::RelationClosure(_) => mood.closed,
            Role::NoneOf(_) => mood.known / 2,
            Role::Side(_, true) => 30,
            Role::Plain | Role::Side(_, false) => mood.known,
        };
        if !self.r.chance(percent) {
            if self.r.chance(20) {
                self.is(kind, id, word, "わからない".into(), day(DAYS[1]));
            }
            return;
        }
        let on = match word.role {
            // Closures are mostly stated last, else rows would withdraw them.
            Role::KindClosure(_) | Role::RelationClosure(_) if self.r.chance(90) => day(DAYS[2]),
            _ => day(DAYS[self.r.below(3)]),
        };
        let Some(value) = self.value(word) else { return };
        self.is(kind, id, word, value.clone(), on);
        if self.r.chance(4) {
            // The same value again, with other evidence; the same day or later.
            self.is(kind, id, word, value, day(DAYS[2]));
        }
        if self.r.chance(5) {
            // Another person on the same day, or a correction by the same.
            if let Some(other) = self.value(word) {
                self.is(kind, id, word, other, on);
            }
        }
        if self.r.chance(3) {
            self.state(kind, id, RawWhat::Ended(word.name.clone()), day("2026-12-10"));
        }
        if self.r.chance(4)
            && let Some(later) = self.value(word)
        {
            self.is(kind, id, word, later, day("2027-03-01"));
        }
    }

    /// A value of the word as text, where one can be written.
    pub(super) fn value(&mut self, word: &Word) -> Option<String> {
        if let Role::KindClosure(_) | Role::RelationClosure(_) | Role::NoneOf(_) = word.role {
            let no = if matches!(word.role, Role::NoneOf(_)) { 40 } else { 5 };
            return Some(if self.r.chance(no) { "いいえ".into() } else { "はい".into() });
        }
        let side = matches!(word.role, Role::Side(..));
        if (word.not_applicable || side) && self.r.chance(if side { 10 } else { 20 }) {
            return Some("該当なし".into());
        }
        match &word.value {
            ValueType::Choice(values) => {
                // The first value is the one that rules mostly ask for.
                Some(if self.r.chance(50) { values[0].clone() } else { self.r.pick(values).clone() })
            }
            ValueType::Number(_) => Some((5 + self.r.below(12)).to_string()),
            ValueType::Date => Some((*self.r.pick(&DATES)).to_owned()),
            ValueType::Term => {
                let from = *self.r.pick(&["2025-04-01", "2026-04-01", "2026-04-01", "2027-02-01"]);
                let to = *self.r.pick(&["期限なし", "期限なし", "2026-12-31", "2027-03-31", "2028-03-31"]);
                Some(if to < from {
                    format!("{from} から 期限なし")
                } else {
                    format!("{from} から {to}")
                })
            }
            ValueType::Text => Some("名前".into()),
            ValueType::List(kind) => {
                let all: Vec<&(KindId, String)> = self.subjects.iter().filter(|(k, _)| k == kind).collect();
                if all.is_empty() {
                    return None;
                }
                let name = &self.vocabulary.kind(*kind).name;
                let mut some = self.r.some(&all);
                some.truncate(2);
                Some(some.iter().map(|(_, id)| format!("{name} {id}")).collect::<Vec<_>>().join("、"))
            }
        }
    }

    pub(super) fn is(&mut self, kind: KindId, id: &str, word: &Word, value: String, on: Date) {
        let evidence: Vec<EvidenceId> = word.evidence.clone();
        self.state(kind, id, RawWhat::Is(word.name.clone(), value), on);
        if self.r.chance(self.evidence_percent)
            && let Some(e) = evidence.get(self.r.below(evidence.len()))
        {
            let name = self.vocabulary.evidence_kind(*e).name.clone();
            let more = self.evidence(&name);
            if let Some(last) = self.raw.last_mut() {
                last.evidence.extend(more);
            }
        }
    }

    /// A piece of evidence of this kind; none for a clause where there is no contract.
    pub(super) fn evidence(&mut self, name: &str) -> Option<RawEvidence> {
        let contract = if name == "契約条項" {
            let kind = self.vocabulary.kind_by_id("contract")?;
            let all: Vec<String> =
                self.subjects.iter().filter(|(k, _)| *k == kind).map(|(_, id)| id.clone()).collect();
            Some(self.r.maybe(&all)?.clone())
        } else {
            None
        };
        let detail = self.r.chance(20).then(|| "第8条".to_owned());
        Some(RawEvidence { kind: name.to_owned(), contract, detail })
    }

    pub(super) fn state(&mut self, kind: KindId, id: &str, what: RawWhat, on: Date) {
        let recorded_on = if self.r.chance(10) { day("2027-01-10").max(on) } else { on };
        let mut fact = exists(&self.vocabulary.kind(kind).name, id, on);
        fact.what = what;
        fact.by = (*self.r.pick(&PEOPLE)).to_owned();
        fact.recorded_on = recorded_on;
        self.raw.push(fact);
    }
}
