//! Checks rules into a graph that evaluators walk.
//!
//! [`load`] takes the vocabulary and a set of files (path, text) and gives a
//! checked [`Rulebook`] or every problem found: unknown names, wrong types,
//! empty ranges, cycles of definitions, missing interpretations, ids that do
//! not fit their path. Reads no disk. [`lock`] hashes what decides each rule,
//! so that a frozen edition cannot move unseen.

mod check;
mod expand;
mod graph;
mod load;
pub mod lock;
mod targets;

pub use expand::atoms;
pub use graph::{
    Advice, Atom, Choices, Coverage, DatedValue, Deeming, Edition, Interpretation, InterpretationId,
    MAX_DEPTH, Node, Op, Operand, Part, PartId, Pending, Quantifier, Range, Relief, Rule, RuleKind, Rulebook,
    Scalar, Succession, Test, ValueRef,
};
pub use load::load;
pub use targets::{Figure, Target, TargetFact};
