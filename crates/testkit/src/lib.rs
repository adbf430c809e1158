//! What tests of the whole engine stand on.
//!
//! [`random`] makes vocabularies, rulebooks, institutions and refinements of
//! institutions from a number, the same from the same number. [`oracle`] says
//! what a rule can still come to by trying every completion of what is not
//! known, with two-valued logic straight from the syntax tree; it shares no
//! evaluator with `judge` and uses nothing of it. [`visit`] plays a first
//! visit with the questions that `judge::ask` plans. The laws of
//! rule-language §5 are tested in `tests/laws`. Never a dependency of a
//! program that people run.
#![expect(
    clippy::indexing_slicing,
    clippy::expect_used,
    clippy::panic,
    reason = "only tests use this crate; a panic fails the test"
)]

pub mod oracle;
pub mod random;
pub mod visit;
