//! A value supposed for one word of one row: the mechanism behind もし, behind
//! what an answer decides, and behind the search for the smallest change.
//!
//! It becomes a supposed fact of the day (adr/0013) with the evidence that the
//! condition demands and no other: it never poses as a recorded decision, and
//! never as a clause, for no software can sign a contract.

use crate::explanation::{Change, SubjectRef};
use crate::verdicts::Judgement;
use facts::{Evidence, Fact, Known, RowId, Value, What, suppose, text};
use verdict::OutcomeSet;
use vocabulary::{EvidenceId, Role, ValueType, Word, WordId};

/// A value to put beside what is known, with the evidence it carries.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Put {
    pub(crate) row: RowId,
    pub(crate) word: WordId,
    pub(crate) value: Value,
    /// Bits of the evidence kinds that are supposed with it; 0 for a plain statement.
    pub(crate) evidence: u16,
}

impl Put {
    /// The supposed fact.
    pub(crate) fn fact(&self, known: &Known<'_>) -> Fact {
        let kinds = known.vocabulary().evidence();
        let statement = kinds.iter().position(|e| e.id == "statement").map_or(0, |i| 1u16 << i);
        let carried = if self.evidence == 0 { statement } else { self.evidence };
        Fact {
            subject: known.subject(self.row),
            what: What::Is(self.word, self.value.clone()),
            valid_on: known.known_on(),
            recorded_on: known.known_on(),
            by: suppose::WHO.into(),
            evidence: bits(carried)
                .map(|k| Evidence { kind: EvidenceId(k), contract: None, detail: None })
                .collect(),
        }
    }

    /// The same as people read it.
    pub(crate) fn change(&self, known: &Known<'_>, subject: SubjectRef) -> Change {
        let vocabulary = known.vocabulary();
        Change {
            subject,
            word: vocabulary.word(self.word).name.clone(),
            to: text::value_text(vocabulary, known.institution(), self.word, &self.value),
            evidence: bits(self.evidence)
                .map(|k| vocabulary.evidence_kind(EvidenceId(k)).name.clone())
                .collect(),
        }
    }
}

fn bits(mask: u16) -> impl Iterator<Item = u16> {
    (0..16u16).filter(move |i| mask >> i & 1 == 1)
}

/// Whether an institution can change the word at all: what the vocabulary marks
/// possible, and never a day, a term, a name or where something belongs.
pub(crate) fn changeable(word: &Word) -> bool {
    word.possible
        && word.role == Role::Plain
        && matches!(word.value, ValueType::Choice(_) | ValueType::Number(_))
}

/// The first demanded kind of evidence that can be supposed, as a bit.
pub(crate) fn carried(known: &Known<'_>, demanded: Option<u16>) -> u16 {
    let kinds = known.vocabulary().evidence();
    let is = |k: u16, id: &str| kinds.get(usize::from(k)).is_some_and(|e| e.id == id);
    demanded
        .and_then(|mask| bits(mask).find(|k| !is(*k, "clause") && !is(*k, "decision")))
        .map_or(0, |k| 1u16 << k)
}

/// The set of a rule with values put beside what is known.
pub(crate) fn with(judgement: &Judgement<'_>, index: usize, puts: &[Put]) -> OutcomeSet {
    let known = judgement.known;
    let institution = known.institution().with(puts.iter().map(|p| p.fact(known)));
    let view = Known::new(known.vocabulary(), &institution, known.known_on(), known.judged_on());
    Judgement::of_one(judgement.book, judgement.edition, &view, index)
}
