//! The checked vocabulary: dense ids, looked up by name.

use std::collections::BTreeMap;

macro_rules! id {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize)]
        pub struct $name(pub u16);
        impl $name {
            /// As an index into the vocabulary's table.
            pub fn index(self) -> usize { usize::from(self.0) }
        }
    };
}
id!(
    /// A kind of thing.
    KindId
);
id!(
    /// A word that a subject can carry: a fact, a closure or one side of a relation.
    WordId
);
id!(
    /// A relation between kinds.
    RelationId
);
id!(
    /// A kind of evidence. Its number is also its bit in an evidence mask.
    EvidenceId
);

/// A kind of thing: 施設, 医療情報システム, 資産 …
#[derive(Debug, Clone)]
pub struct Kind {
    /// Stable id for JSON.
    pub id: String,
    /// The word in rules and `.facts`.
    pub name: String,
    /// The plain word for screens.
    pub plain: String,
    /// The word, on the institution, that states the ledger of this kind complete.
    pub closure: Option<WordId>,
}

/// What a value of a word looks like.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ValueType {
    /// One of these words.
    Choice(Vec<String>),
    /// A whole number with its unit.
    Number(Option<String>),
    /// A day.
    Date,
    /// A term: from a day to a day, or without end.
    Term,
    /// Free text; rules cannot read it.
    Text,
    /// Subjects of this kind.
    List(KindId),
}

/// What part a word plays.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Role {
    /// A fact of its subject.
    Plain,
    /// Of the institution: 「これで全部」 of a kind.
    KindClosure(KindId),
    /// Of the relation's from-side: 「これで全部」 of the relation.
    RelationClosure(RelationId),
    /// One side of a relation; `true` for the from-side.
    Side(RelationId, bool),
    /// There is nothing of that definition on this subject.
    NoneOf(String),
}

/// A word that subjects carry.
#[derive(Debug, Clone)]
pub struct Word {
    /// Stable id for JSON.
    pub id: String,
    /// The word in rules and `.facts`.
    pub name: String,
    /// Former names, still read.
    pub aliases: Vec<String>,
    /// The kinds that carry it.
    pub on: Vec<KindId>,
    /// The type of its value.
    pub value: ValueType,
    /// Its part.
    pub role: Role,
    /// Whether 該当なし is allowed.
    pub not_applicable: bool,
    /// How 該当なし reads on a screen.
    pub not_applicable_label: Option<String>,
    /// The question in plain Japanese, at most 50 characters.
    pub question: String,
    /// Who can answer.
    pub answered_by: Vec<String>,
    /// The evidence kinds that count, weakest first.
    pub evidence: Vec<EvidenceId>,
    /// Cost of asking, 1 (light) to 8 (heavy).
    pub cost: u8,
    /// Whether the institution can change it (offered under もし).
    pub possible: bool,
}

/// A relation word and its inverse.
#[derive(Debug, Clone)]
pub struct Relation {
    /// Stable id for JSON.
    pub id: String,
    /// The word on the from-side.
    pub name: String,
    /// The word on the to-side.
    pub inverse: String,
    /// The kind it starts from.
    pub from: KindId,
    /// The kind it leads to.
    pub to: KindId,
    /// Word of the from-side.
    pub forward: WordId,
    /// Word of the to-side.
    pub backward: WordId,
    /// Word that states it complete, on the from-side.
    pub closure: WordId,
    /// What keeps it incomplete in spite of a closure.
    pub open_while: Option<OpenWhile>,
}

/// A relation stays incomplete while another relation leads to a row that
/// does not certainly hold `unless` and has no member under `until`.
#[derive(Debug, Clone)]
pub struct OpenWhile {
    /// The other relation, from the same kind.
    pub through: RelationId,
    /// The fact of its rows.
    pub fact: WordId,
    /// The value (index of the choice) that makes the row harmless.
    pub unless: u16,
    /// The relation of the row whose members settle it.
    pub until: RelationId,
}

/// A kind of evidence.
#[derive(Debug, Clone)]
pub struct EvidenceKind {
    /// Stable id for JSON.
    pub id: String,
    /// The word in rules and `.facts`.
    pub name: String,
    /// The plain word.
    pub plain: String,
}

/// A glossary entry.
#[derive(Debug, Clone, serde::Deserialize)]
pub struct Term {
    /// The word as it stands on sheets.
    pub term: String,
    /// Its English.
    pub english: String,
    /// The plain twin that stands beside it.
    pub plain: String,
}

/// All words.
#[derive(Debug, Clone, Default)]
pub struct Vocabulary {
    pub(crate) kinds: Vec<Kind>,
    pub(crate) words: Vec<Word>,
    pub(crate) relations: Vec<Relation>,
    pub(crate) evidence: Vec<EvidenceKind>,
    pub(crate) glossary: Vec<Term>,
    pub(crate) names: BTreeMap<(KindId, String), WordId>,
    /// Per kind, word → slot in a row's dense cells.
    pub(crate) slots: Vec<Vec<Option<u16>>>,
    pub(crate) widths: Vec<usize>,
}

impl Vocabulary {
    /// The kinds; index = id. The institution is the first.
    pub fn kinds(&self) -> &[Kind] {
        &self.kinds
    }
    /// The words; index = id.
    pub fn words(&self) -> &[Word] {
        &self.words
    }
    /// The relations; index = id.
    pub fn relations(&self) -> &[Relation] {
        &self.relations
    }
    /// The evidence kinds; index = id.
    pub fn evidence(&self) -> &[EvidenceKind] {
        &self.evidence
    }
    /// The glossary.
    pub fn glossary(&self) -> &[Term] {
        &self.glossary
    }
    /// The institution's kind.
    pub const INSTITUTION: KindId = KindId(0);

    /// A kind by name.
    pub fn kind_named(&self, name: &str) -> Option<KindId> {
        self.kinds.iter().position(|k| k.name == name).and_then(|i| u16::try_from(i).ok()).map(KindId)
    }
    /// A kind by JSON id.
    pub fn kind_by_id(&self, id: &str) -> Option<KindId> {
        self.kinds.iter().position(|k| k.id == id).and_then(|i| u16::try_from(i).ok()).map(KindId)
    }
    /// A word that the kind carries, by name or former name.
    pub fn word_named(&self, kind: KindId, name: &str) -> Option<WordId> {
        self.names.get(&(kind, name.to_owned())).copied()
    }
    /// A word by JSON id.
    pub fn word_by_id(&self, id: &str) -> Option<WordId> {
        self.words.iter().position(|w| w.id == id).and_then(|i| u16::try_from(i).ok()).map(WordId)
    }
    /// The names of the words that the kind carries, in name order.
    pub fn names_on(&self, kind: KindId) -> impl Iterator<Item = &str> {
        self.names.iter().filter(move |((k, _), _)| *k == kind).map(|((_, n), _)| n.as_str())
    }
    /// Every kind that carries a word of this name.
    pub fn kinds_with(&self, name: &str) -> Vec<KindId> {
        self.names.iter().filter(|((_, n), _)| n == name).map(|((k, _), _)| *k).collect()
    }
    /// A relation by its word.
    pub fn relation_named(&self, name: &str) -> Option<RelationId> {
        self.relations.iter().position(|r| r.name == name).and_then(|i| u16::try_from(i).ok()).map(RelationId)
    }
    /// An evidence kind by name.
    pub fn evidence_named(&self, name: &str) -> Option<EvidenceId> {
        self.evidence.iter().position(|e| e.name == name).and_then(|i| u16::try_from(i).ok()).map(EvidenceId)
    }
    /// The word that states there is nothing of `definition` on `kind`.
    pub fn none_of(&self, kind: KindId, definition: &str) -> Option<WordId> {
        self.words
            .iter()
            .position(|w| w.on.contains(&kind) && w.role == Role::NoneOf(definition.to_owned()))
            .and_then(|i| u16::try_from(i).ok())
            .map(WordId)
    }
    /// A kind. An id of another vocabulary is a programming error and panics.
    pub fn kind(&self, id: KindId) -> &Kind {
        self.kinds.get(id.index()).unwrap_or_else(|| missing_id())
    }
    /// A word.
    pub fn word(&self, id: WordId) -> &Word {
        self.words.get(id.index()).unwrap_or_else(|| missing_id())
    }
    /// A relation.
    pub fn relation(&self, id: RelationId) -> &Relation {
        self.relations.get(id.index()).unwrap_or_else(|| missing_id())
    }
    /// An evidence kind.
    pub fn evidence_kind(&self, id: EvidenceId) -> &EvidenceKind {
        self.evidence.get(id.index()).unwrap_or_else(|| missing_id())
    }
    /// Where a row of `kind` keeps `word`; `None` when the kind does not carry it.
    pub fn slot(&self, kind: KindId, word: WordId) -> Option<usize> {
        self.slots.get(kind.index())?.get(word.index()).copied().flatten().map(usize::from)
    }
    /// How many cells a row of `kind` has.
    pub fn width(&self, kind: KindId) -> usize {
        self.widths.get(kind.index()).copied().unwrap_or(0)
    }
}

// INVARIANT: ids are handed out by the vocabulary they index; one from
// another vocabulary is a programming error, not input.
#[expect(clippy::panic, reason = "an id from another vocabulary is a programming error")]
fn missing_id() -> ! {
    panic!("an id of another vocabulary was used")
}
