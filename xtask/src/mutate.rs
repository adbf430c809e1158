//! Changes every rule a little and looks whether an example or a case notices.
//!
//! A rule that can be changed without any example noticing is not pinned down.
//! Seven kinds of change: drop a line, flip が/でない, swap すべて/いずれか,
//! change a value, drop 除く, shift a date by a day, drop 証拠. A change that
//! no longer parses or checks is not counted. Survivors are listed; those in
//! `docs/mutation-survivors.md` have their reason there.

use crate::house::{self, House};
use rule_language::Document;
use std::collections::BTreeMap;
use vocabulary::{ValueType, Vocabulary};

/// The share of changes that must be noticed, in per cent.
const GOAL: usize = 90;

/// A changed file.
struct Mutant {
    kind: &'static str,
    file: String,
    line: usize,
    before: String,
    after: String,
    text: String,
}

pub(crate) fn run(house: &House) -> Result<(), String> {
    let mut mutants = Vec::new();
    for (path, text) in &house.rulebook_files {
        if path.ends_with(".md") {
            mutants.extend(rule_mutants(&house.vocabulary, path, text));
        } else if path.starts_with("values/") {
            mutants.extend(value_mutants(path, text));
        }
    }
    let mut table: BTreeMap<&str, (usize, usize)> = BTreeMap::new();
    let mut survivors = Vec::new();
    let mut left_out = 0;
    for mutant in &mutants {
        match noticed(house, mutant) {
            None => left_out += 1,
            Some(noticed) => {
                let entry = table.entry(mutant.kind).or_default();
                entry.0 += usize::from(noticed);
                entry.1 += 1;
                if !noticed {
                    survivors.push(mutant);
                }
            }
        }
    }
    let reasons = house::read(&house.root.join("docs/mutation-survivors.md")).unwrap_or_default();
    println!("| change | noticed | of |\n|---|---|---|");
    for (kind, (caught, all)) in &table {
        println!("| {kind} | {caught} | {all} |");
    }
    let caught: usize = table.values().map(|(c, _)| c).sum();
    let all: usize = table.values().map(|(_, a)| a).sum();
    println!(
        "| all | {caught} | {all} |\n\n{left_out} changes no longer parse or check and are not counted."
    );
    for m in &survivors {
        let key = format!("{}: {} → {}", m.file, m.before.trim(), m.after.trim());
        let known =
            if reasons.contains(&format!("`{}`", m.before.trim())) { "reason given" } else { "NO REASON" };
        println!("survivor ({}) {}:{} {key} [{known}]", m.kind, m.file, m.line);
    }
    println!("{caught}/{all} noticed: {} %", caught * 100 / all.max(1));
    if caught * 100 < all * GOAL { Err(format!("fewer than {GOAL} % were noticed")) } else { Ok(()) }
}

/// Whether an example or a case notices; `None` when the change does not load.
fn noticed(house: &House, mutant: &Mutant) -> Option<bool> {
    let files: Vec<(String, String)> = house
        .rulebook_files
        .iter()
        .filter(|(p, _)| !p.ends_with(".lock"))
        .map(|(p, t)| (p.clone(), if *p == mutant.file { mutant.text.clone() } else { t.clone() }))
        .collect();
    let book = rulebook::load(&house.vocabulary, &files).ok()?;
    let by_example = book.editions.iter().any(|e| {
        let report = judge::examples::run(&house.vocabulary, &book, e);
        report.problems.iter().any(|p| p.code == vocabulary::Code::ExampleFails)
    });
    Some(by_example || !judge::cases::run(&house.vocabulary, &book, &house.cases).problems.is_empty())
}

/// Replaces one line of a file (`None` drops it and what is indented below).
fn with_line(text: &str, number: usize, new: Option<&str>) -> String {
    let lines: Vec<&str> = text.lines().collect();
    let indent = |l: &str| l.chars().take_while(|c| *c == ' ').count();
    let mut out = String::new();
    let mut skipping = None;
    for (i, line) in lines.iter().enumerate() {
        if i + 1 == number {
            match new {
                Some(new) => {
                    out.push_str(new);
                    out.push('\n');
                }
                None => skipping = Some(indent(line)),
            }
            continue;
        }
        if let Some(depth) = skipping {
            if indent(line) > depth && *line != "```" {
                continue;
            }
            skipping = None;
        }
        out.push_str(line);
        out.push('\n');
    }
    out
}

fn rule_mutants(vocabulary: &Vocabulary, path: &str, text: &str) -> Vec<Mutant> {
    let mut out = Vec::new();
    let Ok(document) = Document::read(path, text) else { return out };
    let Some(block) = document.block else { return out };
    for (i, line) in block.text.lines().enumerate() {
        let number = block.first_line + i;
        let word = line.split_whitespace().next().unwrap_or_default();
        let mut add = |kind, after: Option<String>| {
            out.push(Mutant {
                kind,
                file: path.to_owned(),
                line: number,
                before: line.to_owned(),
                after: after.clone().unwrap_or_else(|| "(dropped)".into()),
                text: with_line(text, number, after.as_deref()),
            });
        };
        match word {
            "除く" => add("drop 除く", None),
            "規則" | "みなし" | "定義" | "判定単位" | "及ぶ編" | "併読" => continue,
            _ => add("drop a line", None),
        }
        for (a, b) in [
            ("次のすべて", "次のいずれか"),
            ("次のいずれか", "次のすべて"),
            ("すべての ", "いずれかの "),
            ("いずれかの ", "すべての "),
        ] {
            if line.trim_start().starts_with(a) {
                add("swap すべて/いずれか", Some(line.replacen(a, b, 1)));
            }
        }
        if let Some((head, _)) = line.split_once(" 証拠 ") {
            add("drop 証拠", Some(head.to_owned()));
        }
        if let Some(flipped) = flip(line) {
            add("flip が/でない", Some(flipped));
        }
        for changed in other_values(vocabulary, line) {
            add("change a value", Some(changed));
        }
        for (a, b) in [(" 以上", " 以下"), (" 以下", " 以上"), (" 以後", " 以前"), (" より前", " 以後")]
        {
            // 証拠 … 以上 is about evidence, not about the value.
            let head = line.split_once(" 証拠 ").map_or(line, |(h, _)| h);
            if head.contains(a) {
                add("change a value", Some(line.replacen(a, b, 1)));
            }
        }
    }
    out
}

/// `F が V` ↔ `F が V でない`, on the first plain value test of a line.
fn flip(line: &str) -> Option<String> {
    let (head, rest) = line.split_once(" が ")?;
    if head.trim_start().starts_with('編') || head.contains(" 編 ") {
        return None;
    }
    let mut words: Vec<&str> = rest.split(' ').collect();
    let value = words.first()?;
    if matches!(words.get(1), Some(&"以上" | &"以下" | &"以後" | &"以前" | &"より前" | &"から"))
        || *value == "有効"
    {
        return None;
    }
    if words.get(1) == Some(&"でない") {
        words.remove(1);
    } else {
        words.insert(1, "でない");
    }
    Some(format!("{head} が {}", words.join(" ")))
}

/// The line with each other value of its first choice word, and each listed value dropped.
fn other_values(vocabulary: &Vocabulary, line: &str) -> Vec<String> {
    let mut out = Vec::new();
    let Some((head, rest)) = line.split_once(" が ") else { return out };
    let name = head.split_whitespace().last().unwrap_or_default();
    let (values, tail) = rest.split_once(' ').map_or((rest, String::new()), |(v, t)| (v, format!(" {t}")));
    let listed: Vec<&str> = values.split('、').collect();
    if listed.len() > 1 {
        for drop in &listed {
            let left: Vec<&str> = listed.iter().copied().filter(|v| v != drop).collect();
            out.push(format!("{head} が {}{tail}", left.join("、")));
        }
        return out;
    }
    for kind in vocabulary.kinds_with(name) {
        let Some(word) = vocabulary.word_named(kind, name) else { continue };
        let ValueType::Choice(choices) = &vocabulary.word(word).value else { continue };
        if choices.iter().any(|c| c == values) {
            out.extend(choices.iter().filter(|c| *c != values).map(|c| format!("{head} が {c}{tail}")));
            break;
        }
    }
    out
}

/// Dates a day earlier and later, numbers one less and one more.
fn value_mutants(path: &str, text: &str) -> Vec<Mutant> {
    let mut out = Vec::new();
    for (i, line) in text.lines().enumerate() {
        let mut add = |kind, after: String| {
            out.push(Mutant {
                kind,
                file: path.to_owned(),
                line: i + 1,
                before: line.to_owned(),
                text: with_line(text, i + 1, Some(&after)),
                after,
            });
        };
        if let Some(n) = line.strip_prefix("number = ").and_then(|n| n.parse::<i64>().ok()) {
            add("change a value", format!("number = {}", n - 1));
            add("change a value", format!("number = {}", n + 1));
        }
        if let Some((_, rest)) = line.split_once("date = \"")
            && let Some((iso, _)) = rest.split_once('"')
            && let Ok(day) = vocabulary::date::parse(iso)
        {
            for other in [vocabulary::date::next_day(day), day.yesterday().unwrap_or(day)] {
                add("shift a date by a day", line.replacen(iso, &other.to_string(), 1));
            }
        }
    }
    out
}
