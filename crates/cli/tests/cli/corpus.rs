//! Every example of every rule, and every case, gives what it says.

use crate::root;
use vocabulary::Vocabulary;

type Files = Vec<(String, String)>;

fn folder(name: &str, endings: &[&str]) -> Files {
    fn walk(root: &std::path::Path, dir: &std::path::Path, endings: &[&str], out: &mut Files) {
        for entry in std::fs::read_dir(dir).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                walk(root, &path, endings, out);
            } else if path.extension().is_some_and(|e| endings.iter().any(|w| e == *w)) {
                let name = path.strip_prefix(root).unwrap().to_string_lossy().into_owned();
                out.push((name, std::fs::read_to_string(&path).unwrap()));
            }
        }
    }
    let dir = root().join(name);
    let mut out = Files::new();
    walk(&dir, &dir, endings, &mut out);
    out.sort();
    out
}

pub(crate) fn house() -> (Vocabulary, rulebook::Rulebook) {
    let vocabulary = Vocabulary::load(&folder("vocabulary", &["toml"])).unwrap();
    let files: Files = folder("rulebook", &["md", "toml", "lock"]).into_iter().filter(|(p, _)| p.contains('/') || p.ends_with(".toml")).collect();
    let book = rulebook::load(&vocabulary, &files).unwrap();
    (vocabulary, book)
}

pub(crate) fn demo() -> Files {
    folder("demo", &["facts"])
}

#[test]
fn every_example_gives_what_it_says() {
    let (vocabulary, book) = house();
    for edition in &book.editions {
        let report = judge::examples::run(&vocabulary, &book, edition);
        let text: String = report.problems.iter().map(|p| format!("{p}\n")).collect();
        assert!(report.problems.is_empty(), "{text}");
        println!("{}: {} examples", edition.id, report.rows);
        assert!(report.rows > 10);
    }
}

#[test]
fn every_case_gives_what_it_says() {
    let (vocabulary, book) = house();
    let report = judge::cases::run(&vocabulary, &book, &folder("cases", &["facts", "toml"]));
    let text: String = report.problems.iter().map(|p| format!("{p}\n")).collect();
    assert!(report.problems.is_empty(), "{text}");
    println!("{} cases, {} expectations", report.cases, report.expectations);
    assert!(report.cases >= 24 && report.expectations >= 100);
}

/// The explanation names facts that suffice, and not many more than needed.
#[test]
fn cited_facts_suffice_and_are_few() {
    let (vocabulary, book) = house();
    let edition = book.edition("7.0").unwrap();
    let mut ratios = Vec::new();
    let mut large = 0;
    for (name, text) in demo() {
        let (institution, _) = facts::text::read(&vocabulary, &name, text.as_bytes()).unwrap();
        for on in ["2026-11-24", "2027-04-01", "2028-05-01"] {
            let on = vocabulary::date::parse(on).unwrap();
            let known = facts::Known::new(&vocabulary, &institution, on, on);
            let sets = judge::outcomes(&book, edition, &known);
            for (i, set) in sets.iter().enumerate() {
                let e = judge::explain(&book, edition, &known, i);
                let holds = |kept: &[u32]| {
                    let only = institution.only(|f| kept.contains(&u32::try_from(f).unwrap()));
                    let view = facts::Known::new(&vocabulary, &only, on, on);
                    judge::outcomes(&book, edition, &view)[i] == *set
                };
                assert!(holds(&e.cited), "{name} {on} {}", e.item);
                if e.cited.len() > 80 {
                    large += 1;
                    continue;
                }
                // Subset-minimal: take each away once.
                let mut minimal = e.cited.clone();
                for fact in e.cited.clone() {
                    let without: Vec<u32> = minimal.iter().copied().filter(|f| *f != fact).collect();
                    if holds(&without) {
                        minimal = without;
                    }
                }
                if !minimal.is_empty() {
                    ratios.push(e.cited.len() as f64 / minimal.len() as f64);
                }
            }
        }
    }
    ratios.sort_by(f64::total_cmp);
    let median = ratios[ratios.len() / 2];
    println!("explanations {}: cited / minimal median {median:.2}, worst {:.2}; {large} longer than 80 facts not measured", ratios.len(), ratios[ratios.len() - 1]);
    assert!(median <= 2.0, "{median}");
}
