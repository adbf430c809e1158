//! The laws of rule-language §5, over random rulebooks and institutions.
//!
//! Every case has a seed; a failure names it, and `Case::new(seed)` is the
//! whole input. `YAGURA_LAWS=10` runs ten times as many, `YAGURA_SEED=17` that one. One binary for all:
//! linking is most of the time of a test run.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::print_stdout,
    reason = "a test binary: a panic is how a law fails, and its counts are what a reader of a run wants"
)]

mod ask;
mod by_hand;
mod exact;
mod forms;
mod garbage;
mod planes;
mod refinement;
mod sound;
mod what_if;

use testkit::oracle::Text;
use testkit::random::Case;

/// How many cases a law runs over.
fn cases(default: u64) -> std::ops::Range<u64> {
    #[expect(clippy::disallowed_methods, reason = "a test that a person may run for longer")]
    let number = |name| std::env::var(name).ok().and_then(|t| t.parse::<u64>().ok());
    match number("YAGURA_SEED") {
        Some(seed) => seed..seed + 1,
        None => 0..default * number("YAGURA_LAWS").unwrap_or(1),
    }
}

/// How many worlds the oracle tries for a rule and a reading.
const BUDGET: usize = 1 << 10;

fn text(case: &Case) -> Text {
    Text::read(&case.files, &case.book, case.edition())
}

/// Prints what a person needs to see one case.
fn show(case: &Case) -> String {
    let mut out = format!("seed {}\n", case.seed);
    for (path, text) in case.files.iter().filter(|(p, _)| p.ends_with(".md") || p.contains("interpretations"))
    {
        out.push_str(&format!("--- {path}\n{text}"));
    }
    for (path, text) in &case.words {
        out.push_str(&format!("--- {path}\n{text}"));
    }
    out.push_str("--- facts\n");
    out.push_str(&facts::text::write(&case.vocabulary, &case.institution));
    out.push_str(&format!("known on {}, judged on {}\n", case.known_on, case.judged_on));
    out
}
