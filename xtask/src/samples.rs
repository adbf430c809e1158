//! Files that are made from others: JSON schemas, sample sheets and stories.
//!
//! `generate` writes them; the test looks whether they are in step. One
//! sample an outcome, from the demo and the cases, so that a person can read
//! every kind of result aloud.

use crate::house::{self, House};
use crate::{prefecture, stories};
use report::{Input, renewal, sheet, text};
use std::collections::BTreeMap;
use verdict::{Outcome, OutcomeSet};
use vocabulary::date;

/// The days the samples are judged for, tried in this order.
const DAYS: [&str; 4] = ["2026-11-24", "2027-04-01", "2027-06-01", "2028-05-01"];

/// The institutions that have shown the samples from the start; they are tried first.
const TOUR: [&str; 5] =
    ["clinic-cdr.facts", "clinic-cloud.facts", "dental.facts", "hospital.facts", "pharmacy.facts"];

/// The institution whose renewals are the sample.
const RENEWAL: &str = "hospital.facts";

/// Every generated file: path from the root, and text.
pub(crate) fn files(house: &House) -> Result<BTreeMap<String, String>, String> {
    let mut out = BTreeMap::new();
    let pretty =
        |v: &serde_json::Value| serde_json::to_string_pretty(v).map(|t| t + "\n").map_err(|e| e.to_string());
    out.insert("docs/schema/facts.schema.json".to_owned(), pretty(&facts::json::schema())?);
    out.insert("docs/schema/result.schema.json".to_owned(), pretty(&report::schema())?);
    out.insert("docs/schema/what-if.schema.json".to_owned(), pretty(&report::what_if::schema())?);
    out.insert("docs/schema/census.schema.json".to_owned(), pretty(&report::census::schema())?);
    out.extend(stories::files(house)?);
    out.extend(prefecture::files(house)?);
    out.insert("docs/schema/renewal.schema.json".to_owned(), pretty(&renewal::schema())?);
    out.insert("docs/schema/ask.schema.json".to_owned(), pretty(&report::ask::schema())?);
    let wanted: [(&str, OutcomeSet); 6] = [
        ("taishougai", OutcomeSet::one(Outcome::OutOfScope)),
        ("minashi", OutcomeSet::one(Outcome::DeemedMet)),
        ("junshu", OutcomeSet::one(Outcome::Met)),
        ("kanwa", OutcomeSet::one(Outcome::Relief)),
        ("mijunshu", OutcomeSet::one(Outcome::NotMet)),
        ("mikakutei", OutcomeSet::EMPTY),
    ];
    for (name, set) in wanted {
        let (path, text) =
            sample(house, set).ok_or_else(|| format!("no institution shows the sample {name}"))?;
        out.insert(format!("docs/samples/{name}.txt"), format!("# {path}\n{text}"));
    }
    let whole = whole(house, named(house, "clinic-cloud.facts")?)?;
    // The README shows the head of the sheet.
    let readme = house::read(&house.root.join("README.md"))?;
    let head: String =
        whole.lines().take_while(|l| !l.starts_with("■ 確認範囲")).flat_map(|l| [l, "\n"]).collect();
    out.insert(
        "README.md".to_owned(),
        between(
            &readme,
            "<!-- sample -->",
            "<!-- /sample -->",
            &format!("\n```\n{}```\n", head.trim_end().to_owned() + "\n"),
        )?,
    );
    out.insert("docs/samples/sheet.txt".to_owned(), whole);
    let renewals = renewals(house, named(house, RENEWAL)?)?;
    out.insert("docs/samples/renewal.txt".to_owned(), format!("# demo/{RENEWAL}\n{renewals}"));
    Ok(out)
}

/// An institution of the demo.
fn named<'a>(house: &'a House, name: &str) -> Result<&'a (String, String), String> {
    house.demo.iter().find(|(p, _)| p == name).ok_or_else(|| format!("demo/{name} is missing"))
}

/// The text with what stands between two marks replaced.
fn between(text: &str, open: &str, close: &str, new: &str) -> Result<String, String> {
    let parts = text.split_once(open).and_then(|(a, b)| Some((a, b.split_once(close)?.1)));
    let (before, after) = parts.ok_or_else(|| format!("README.md lacks {open} … {close}"))?;
    Ok(format!("{before}{open}{new}{close}{after}"))
}

/// Writes the files, or with `write` false says which are out of step.
pub(crate) fn generate(house: &House, write: bool) -> Result<usize, String> {
    let files = files(house)?;
    for (path, text) in &files {
        let full = house.root.join(path);
        if write {
            house::write(&full, text)?;
        } else if house::read(&full).ok().as_deref() != Some(text) {
            return Err(format!("{path} is out of step; run: cargo xtask generate"));
        }
    }
    Ok(files.len())
}

/// The first explanation with this set (or, for the empty set, an undecided one).
fn sample(house: &House, set: OutcomeSet) -> Option<(String, String)> {
    let edition = house.book.edition("7.0")?;
    let of_tour = |p: &str| TOUR.contains(&p);
    let all = house
        .demo
        .iter()
        .filter(|(p, _)| of_tour(p))
        .chain(house.demo.iter().filter(|(p, _)| !of_tour(p)))
        .map(|f| ("demo", f))
        .chain(house.cases.iter().filter(|(p, _)| p.ends_with(".facts")).map(|f| ("cases", f)));
    for (folder, (path, contents)) in all {
        let (institution, _) = facts::text::read(&house.vocabulary, path, contents.as_bytes()).ok()?;
        for on in DAYS {
            let on = date::parse(on).ok()?;
            let input = Input {
                vocabulary: &house.vocabulary,
                book: &house.book,
                edition,
                institution: &institution,
                on,
                part: None,
                full: true,
            };
            let s = sheet(&input);
            let fits = |r: &&report::Row| {
                // A sample of 対象外 shows one that is no matter of the date.
                if set.is_empty() {
                    r.today.outcomes.len() > 1 && r.today.questions > 0
                } else {
                    r.today.outcomes == set && r.today.prospect.is_none()
                }
            };
            if let Some(row) = s.rows.iter().find(fits) {
                return Some((format!("{folder}/{path} {}", row.item), text::explanation(&input, &s, row)));
            }
        }
    }
    None
}

fn whole(house: &House, file: &(String, String)) -> Result<String, String> {
    made(house, file, |input| text::sheet(&sheet(input), input.vocabulary))
}

fn renewals(house: &House, file: &(String, String)) -> Result<String, String> {
    made(house, file, |input| renewal::text(&renewal::renewal(input), input.vocabulary))
}

/// What is made of an institution on the day of the samples.
fn made(
    house: &House,
    (path, contents): &(String, String),
    make: impl Fn(&Input<'_>) -> String,
) -> Result<String, String> {
    let edition = house.book.edition("7.0").ok_or("edition 7.0 is missing")?;
    let (institution, _) =
        facts::text::read(&house.vocabulary, path, contents.as_bytes()).map_err(house::join)?;
    let on = date::parse("2026-11-24").map_err(|e| format!("{e:?}"))?;
    Ok(make(&Input {
        vocabulary: &house.vocabulary,
        book: &house.book,
        edition,
        institution: &institution,
        on,
        part: None,
        full: false,
    }))
}
