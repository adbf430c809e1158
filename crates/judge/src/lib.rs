//! Judges one institution: verdicts, and explanations that can be defended.
//!
//! A verdict is a pure function of (facts, edition, day). [`verdicts`] is the
//! fast walk; [`explain`] builds the typed tree of reasons with the facts that
//! suffice; [`next_change`] finds the next day on which anything can change;
//! [`rows`] lists what stands in the way; [`ask`] plans the fewest questions;
//! [`what_if`] compares two states, [`Supposer`] makes the second one and
//! [`smallest`] searches for it; [`examples`] runs the tables of the rule files and [`cases`] the corpus
//! of invented institutions. Meaning: rule-language §3
//! and §4. Reads no disk, clock or environment.

pub mod ask;
mod asks;
pub mod cases;
mod evaluate;
mod exact;
pub mod examples;
mod explain;
mod explanation;
mod fix;
mod least;
mod next;
mod place;
mod put;
mod reach;
mod rows;
mod smallest;
mod suppositions;
mod verdicts;
mod what_if;

pub use examples::prospect;
pub use explain::explain;
pub use explanation::{
    Block, Change, DeemingReason, Explanation, Question, Reading, Reason, ReasonKind, State, SubjectRef,
    UnitReason,
};
pub use next::next_change;
pub use rows::{Rows, rows};
pub use smallest::{BUDGET, Smallest, smallest};
pub use suppositions::{Asked, Supposer, Supposition};
pub use verdicts::{Advice, Eligibility, Verdicts, outcomes, verdicts};
pub use what_if::{
    DeemingFlip, DeemingState, Flips, Move, OpenQuestion, RuleFlip, UnitFlip, WhatIf, flips, what_if,
};
