//! The README's test command: everything CI runs, in one go.
//!
//! Each step prints its name and how long it took. What is absent is
//! installed by the ordinary client (cargo, apt-get, npm) or named.

use crate::house::{self, House};
use crate::samples;
use std::process::{Command, Stdio};
use std::time::Instant;

pub(crate) fn run() -> Result<(), String> {
    let start = Instant::now();
    command("format", "cargo", &["fmt", "--all", "--check"])?;
    command(
        "clippy",
        "cargo",
        &["clippy", "--workspace", "--all-targets", "--quiet", "--", "--deny", "warnings"],
    )?;
    command("test", "cargo", &["test", "--workspace", "--quiet"])?;
    // Tests print what generators reached; the laws are run again where it shows.
    command(
        "laws, with their counts",
        "cargo",
        &[
            "test",
            "--package",
            "testkit",
            "--test",
            "laws",
            "--quiet",
            "--",
            "--nocapture",
            "--test-threads=1",
        ],
    )?;
    command("docs", "cargo", &["doc", "--workspace", "--no-deps", "--quiet"])?;
    deny()?;
    let house = House::open(true)?;
    let files = samples::generate(&house, false)?;
    println!("generated files in step: {files}");
    paths_of_architecture(&house)?;
    rulebook_is_tidy(&house)?;
    crate::mutate::run(&house)?;
    let skipped = crate::e2e::run()?;
    let seconds = start.elapsed().as_secs();
    match skipped {
        None => println!("\nall steps passed in {seconds} s"),
        Some(why) => println!("\nall other steps passed in {seconds} s; E2E WAS SKIPPED: {why}"),
    }
    Ok(())
}

/// Runs a program; its output is the step's output.
pub(crate) fn command(step: &str, program: &str, arguments: &[&str]) -> Result<(), String> {
    println!("== {step}: {program} {}", arguments.join(" "));
    let start = Instant::now();
    let status = Command::new(program)
        .args(arguments)
        .current_dir(house::root())
        .env("RUSTDOCFLAGS", "--deny warnings")
        .status()
        .map_err(|e| format!("{step}: cannot run {program}: {e}"))?;
    println!("== {step}: {} s", start.elapsed().as_secs());
    if status.success() { Ok(()) } else { Err(format!("step failed: {step}")) }
}

/// Licences, bans and sources; advisories need a database that may be out of reach.
fn deny() -> Result<(), String> {
    let there = Command::new("cargo")
        .args(["deny", "--version"])
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status();
    if !there.is_ok_and(|s| s.success()) {
        command("install cargo-deny", "cargo", &["install", "cargo-deny", "--locked", "--quiet"])?;
    }
    println!("(advisories are not checked here: their database is not part of this repository)");
    command(
        "deny",
        "cargo",
        &["deny", "--offline", "--workspace", "--all-features", "check", "licenses", "bans", "sources"],
    )
}

/// Every path that ARCHITECTURE.md names in backquotes exists.
fn paths_of_architecture(house: &House) -> Result<(), String> {
    let text = house::read(&house.root.join("ARCHITECTURE.md"))?;
    let missing: Vec<&str> = text
        .split('`')
        .skip(1)
        .step_by(2)
        .filter(|p| {
            p.contains('/') && !p.contains(['*', ' ', '<', '{', ':']) && !p.chars().any(char::is_uppercase)
        })
        .filter(|p| !house.root.join(p).exists())
        .collect();
    if missing.is_empty() {
        Ok(())
    } else {
        Err(format!("ARCHITECTURE.md names paths that do not exist: {}", missing.join(", ")))
    }
}

/// Examples, cases and layout of every rule file.
fn rulebook_is_tidy(house: &House) -> Result<(), String> {
    if !house.book.moved.is_empty() {
        return Err(house::join(house.book.moved.clone()));
    }
    for edition in &house.book.editions {
        let report = judge::examples::run(&house.vocabulary, &house.book, edition);
        println!("rulebook {}: {} examples", edition.id, report.rows);
        if !report.problems.is_empty() {
            return Err(house::join(report.problems));
        }
    }
    let report = judge::cases::run(&house.vocabulary, &house.book, &house.cases);
    println!("cases: {} institutions, {} expectations", report.cases, report.expectations);
    if !report.problems.is_empty() {
        return Err(house::join(report.problems));
    }
    for (path, text) in house.rulebook_files.iter().filter(|(p, _)| p.ends_with(".md")) {
        if rule_language::format(path, text).map_err(house::join)? != *text {
            return Err(format!(
                "rulebook/{path} is not laid out; run: yagura rulebook format rulebook/{path}"
            ));
        }
    }
    for (path, text) in &house.demo {
        facts::text::read(&house.vocabulary, path, text.as_bytes()).map_err(house::join)?;
    }
    Ok(())
}
