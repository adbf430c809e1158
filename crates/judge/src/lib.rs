//! Judges one institution (being filled).
mod evaluate;
mod exact;
pub mod examples;
mod verdicts;
pub use verdicts::{Advice, Eligibility, Verdicts, outcomes, verdicts};
