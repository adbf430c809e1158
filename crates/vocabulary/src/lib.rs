//! The words that rules and facts are written in, and how both are written down.
//!
//! [`Vocabulary`] is loaded from TOML files that a compliance expert edits:
//! kinds of thing, facts (type, question, who can answer, which evidence
//! counts), relation words, evidence kinds and the glossary. The same crate
//! holds what `.facts` files and rule blocks share as text: [`mod@line`] (lines,
//! indents, words, full-width folding), [`date`] (和暦 and ISO) and
//! [`Diagnostic`]. Decided: names are unique *per kind* (種別 of a 施設 and
//! of a 資産 are two facts), ids are unique altogether (adr/0003).

pub mod date;
mod diagnostic;
pub mod line;
mod load;
mod model;

pub use date::Date;
pub use diagnostic::{Code, Diagnostic, Severity, nearest};
pub use model::{
    EvidenceId, EvidenceKind, Kind, KindId, OpenWhile, Relation, RelationId, Role, Term, ValueType,
    Vocabulary, Word, WordId,
};
