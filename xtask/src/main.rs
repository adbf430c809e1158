//! Tasks of the project. `cargo xtask` lists them.
#![expect(clippy::print_stdout, clippy::print_stderr, reason = "a task talks to the developer")]

mod ask_curves;
mod cold;
mod country;
mod e2e;
mod house;
mod mutate;
mod prefecture;
mod samples;
mod stories;
mod test;

use house::House;
use std::process::ExitCode;

const TASKS: &str = "cargo xtask TASK
  test      everything CI runs: format, clippy, tests, docs, licences, rulebook, facts, generated files, pages in a browser
  e2e       the printable pages in a browser (part of test; needs Node 20)
  lock      write rulebook/EDITION/edition.lock of every edition
  generate  write docs/schema and docs/samples
  ask-curves  play four first visits and print how fast questions settle rules
  mutate    change every rule a little and see whether examples or cases notice
  bench     the benches, against plain Rust and two interpreters; then the command from a cold start
  country   the whole country on planes, at 1, 10 and 100 % (some minutes, 2 GB); then
            DataFusion on the rows of 10 % (needs Python 3.10; pip installs it below target/)";

fn main() -> ExitCode {
    let task = std::env::args().nth(1);
    let result = match task.as_deref() {
        Some("test") => test::run(),
        Some("e2e") => e2e::run().and_then(|skipped| skipped.map_or(Ok(()), Err)),
        Some("lock") => House::open(false).and_then(|h| h.lock()),
        Some("generate") => House::open(true).and_then(|h| samples::generate(&h, true).map(|_| ())),
        Some("ask-curves") => ask_curves::run(),
        Some("mutate") => House::open(true).and_then(|h| mutate::run(&h)),
        Some("bench") => {
            test::command("bench", "cargo", &["run", "--release", "--quiet", "--package", "benches"])
                .and_then(|()| cold::run())
        }
        Some("country") => country::run(&std::env::args().skip(2).collect::<Vec<_>>()),
        _ => Err(TASKS.to_owned()),
    };
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(message) => {
            eprintln!("{message}");
            ExitCode::FAILURE
        }
    }
}
