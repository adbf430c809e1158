//! The demo prefecture is what it claims to be: invented, 40 institutions,
//! one name for one vendor and product, and spread as demo/README.md says.
//!
//! The shares are goals of this invented prefecture and no statement about a
//! real one; each is checked with room, because 40 institutions move in
//! steps. What is counted is printed (`--nocapture`).
#![expect(
    clippy::indexing_slicing,
    clippy::print_stdout,
    reason = "a panic fails the test; counts are shown"
)]

use crate::corpus::{demo, house};
use facts::{Cell, Institution, Known, RowId, Value, text::value_text};
use rulebook::{Edition, Rulebook, atoms};
use std::collections::{BTreeMap, BTreeSet};
use verdict::{Outcome, OutcomeSet};
use vocabulary::{Date, Vocabulary, WordId, date};

/// The day the samples are judged for, and the milestone.
const TODAY: &str = "2026-11-24";
const MILESTONE: &str = "2027-04-01";

/// The 40 institutions: every file but messy.facts, which only shows lenient reading.
pub(crate) fn prefecture(vocabulary: &Vocabulary) -> Vec<(String, Institution)> {
    demo()
        .into_iter()
        .filter(|(name, _)| name != "lenient/messy.facts")
        .map(|(name, text)| {
            let (institution, _) = facts::text::read(vocabulary, &name, text.as_bytes()).unwrap();
            (name, institution)
        })
        .collect()
}

fn day(text: &str) -> Date {
    date::parse(text).unwrap()
}

fn word(vocabulary: &Vocabulary, id: &str) -> WordId {
    vocabulary.word_by_id(id).unwrap()
}

/// What is stated of a word of a row, where people agree.
fn stated(known: &Known<'_>, row: RowId, word: WordId) -> Option<String> {
    match known.cell(row, word) {
        Cell::One(held) => Some(value_text(known.vocabulary(), known.institution(), word, &held.value)),
        _ => None,
    }
}

/// What is stated of the institution itself.
fn of_institution(known: &Known<'_>, id: &str) -> Option<String> {
    let row = known.rows(Vocabulary::INSTITUTION)[0];
    stated(known, row, word(known.vocabulary(), id))
}

/// A share that lies between two percentages.
fn share(what: &str, part: usize, whole: usize, from: usize, to: usize) {
    let percent = part as f64 * 100.0 / whole as f64;
    println!("{what}: {part}/{whole} = {percent:.0} %");
    let fits = (from as f64..=to as f64).contains(&percent);
    assert!(fits, "{what}: {part}/{whole} is not between {from} % and {to} %");
}

fn luhn(code: &str) -> bool {
    let sum: u32 = code
        .chars()
        .rev()
        .enumerate()
        .map(|(i, c)| {
            let d = c.to_digit(10).unwrap();
            match (i % 2, d * 2) {
                (0, _) => d,
                (_, twice) if twice > 9 => twice - 9,
                (_, twice) => twice,
            }
        })
        .sum();
    sum.is_multiple_of(10)
}

#[test]
fn codes_are_of_prefecture_99_pass_luhn_and_stand_alone() {
    // The published example, and one digit off.
    assert!(luhn("0110113719") && !luhn("0110113718"));
    let (vocabulary, _) = house();
    let mut seen = BTreeSet::new();
    for (name, institution) in prefecture(&vocabulary) {
        let code = institution.id().to_owned();
        let known = Known::new(&vocabulary, &institution, day(TODAY), day(TODAY));
        let third = match of_institution(&known, "institution-type").unwrap().as_str() {
            "歯科診療所" => '3',
            "薬局" => '4',
            "訪問看護" => '6',
            _ => '1',
        };
        assert!(code.len() == 10 && code.starts_with("99") && luhn(&code), "{name}: {code}");
        assert_eq!(code.chars().nth(2), Some(third), "{name}: {code}");
        assert!(seen.insert(code.clone()), "{name}: {code} stands twice");
    }
    assert_eq!(seen.len(), 40);
}

/// Every name stands in demo/names.toml, and every name there says that it is a sample.
#[test]
fn every_name_is_invented_and_listed() {
    let (vocabulary, _) = house();
    let list: toml::Table =
        toml::from_str(&std::fs::read_to_string(crate::root().join("demo/names.toml")).unwrap()).unwrap();
    date::parse(list["checked_on"].as_str().unwrap()).unwrap();
    let names = |key: &str| -> BTreeSet<String> {
        let all = match &list[key] {
            toml::Value::String(one) => vec![one.clone()],
            many => many.as_array().unwrap().iter().map(|n| n.as_str().unwrap().to_owned()).collect(),
        };
        let count = all.len();
        let set: BTreeSet<String> = all.into_iter().collect();
        assert_eq!(set.len(), count, "{key} names one twice");
        set
    };
    for key in list.keys().filter(|k| *k != "checked_on") {
        for name in names(key) {
            assert!(name.contains("みほん") || name.contains("ミホン"), "{key}: {name}");
        }
    }
    assert_eq!((names("vendors").len(), names("products").len(), names("health_centres").len()), (8, 12, 3));
    let allowed: BTreeMap<&str, BTreeSet<String>> = BTreeMap::from([
        ("institution", names("institutions")),
        ("provider", names("vendors").union(&names("others")).cloned().collect()),
        ("product", names("products")),
        ("prefecture", names("prefecture")),
        ("municipality", names("municipalities")),
        ("health-centre", names("health_centres")),
    ]);
    let mut used: BTreeMap<&str, BTreeSet<String>> = BTreeMap::new();
    for (file, text) in demo() {
        let (institution, _) = facts::text::read(&vocabulary, &file, text.as_bytes()).unwrap();
        let known = Known::new(&vocabulary, &institution, day(TODAY), day(TODAY));
        for (key, list) in &allowed {
            let kind = vocabulary.kind_by_id(key);
            let (rows, id) = match kind {
                Some(kind) => (known.rows(kind).to_vec(), "name"),
                None => (known.rows(Vocabulary::INSTITUTION).to_vec(), *key),
            };
            for row in rows {
                let Some(name) = stated(&known, row, word(&vocabulary, id)) else {
                    // messy.facts shows how facts are written, not where the clinic lies.
                    assert_eq!(file, "lenient/messy.facts", "{key} has no name");
                    continue;
                };
                assert!(list.contains(&name), "{file}: 「{name}」は demo/names.toml にありません");
                used.entry(key).or_default().insert(name);
            }
        }
    }
    for (key, list) in &allowed {
        let unused: Vec<_> = list.difference(&used[key]).collect();
        assert!(unused.is_empty(), "{key}: listed and not used: {unused:?}");
    }
}

/// Each product has the same provider wherever it runs.
#[test]
fn a_product_has_one_provider_everywhere() {
    let (vocabulary, _) = house();
    let product = vocabulary.kind_by_id("product").unwrap();
    let provided = vocabulary.relation_named("提供元").unwrap();
    let name = word(&vocabulary, "name");
    let mut by_product: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    let mut runs: BTreeMap<String, usize> = BTreeMap::new();
    for (file, institution) in prefecture(&vocabulary) {
        let known = Known::new(&vocabulary, &institution, day(TODAY), day(TODAY));
        for row in known.rows(product) {
            let members = known.members(provided, *row).unwrap();
            let vendors: Vec<String> =
                members.certain.iter().map(|(v, _)| stated(&known, *v, name).unwrap()).collect();
            assert_eq!(vendors.len(), 1, "{file}");
            let product = stated(&known, *row, name).unwrap();
            by_product.entry(product.clone()).or_default().extend(vendors);
            *runs.entry(product).or_default() += 1;
        }
    }
    assert!(by_product.values().all(|v| v.len() == 1), "{by_product:?}");
    let vendors: BTreeSet<&String> = by_product.values().flatten().collect();
    println!("products: {runs:?}");
    assert_eq!((by_product.len(), vendors.len()), (12, 8));
}

/// Rules' two-factor results are all 遵守, by whichever part counts.
fn fully_two_factor(edition: &Edition, sets: &[OutcomeSet]) -> bool {
    let fine = OutcomeSet::from_iter([Outcome::Met, Outcome::DeemedMet, Outcome::OutOfScope]);
    let of = |id: &str| sets[edition.rules.iter().position(|r| r.front.id == id).unwrap()];
    let all = [of("7.0/operations/14-05"), of("7.0/outsourced/09-04"), of("7.0/outsourced/09-05")];
    all.iter().all(|s| s.is_subset(fine)) && all.iter().any(|s| s.contains(Outcome::Met))
}

#[test]
fn shares_are_those_of_the_readme() {
    let (vocabulary, book) = house();
    let edition = book.edition("7.0").unwrap();
    let kind = |id: &str| vocabulary.kind_by_id(id).unwrap();
    let mut kinds: BTreeMap<String, usize> = BTreeMap::new();
    let (mut plans, mut full, mut assets, mut mapless) = (BTreeMap::new(), 0, 0, 0);
    let (mut patched, mut patching_known, mut offline, mut with_backup) = (0, 0, 0, 0);
    for (_, institution) in prefecture(&vocabulary) {
        let known = Known::new(&vocabulary, &institution, day(TODAY), day(MILESTONE));
        let of = of_institution(&known, "institution-type").unwrap();
        *kinds.entry(of.clone()).or_default() += 1;
        let plan: &mut (usize, usize) = plans.entry(of).or_default();
        plan.0 += usize::from(of_institution(&known, "continuity-plan").as_deref() == Some("あり"));
        plan.1 += 1;
        full += usize::from(fully_two_factor(edition, &judge::outcomes(&book, edition, &known)));
        mapless += usize::from(of_institution(&known, "network-map").as_deref() != Some("あり"));
        assets += known.rows(kind("asset")).len();
        for row in known.rows(kind("asset")) {
            let server_or_terminal = stated(&known, *row, word(&vocabulary, "asset-type"))
                .is_some_and(|t| t == "サーバ" || t == "クライアント端末");
            let updated = stated(&known, *row, word(&vocabulary, "os-updated"));
            if let (true, Some(updated)) = (server_or_terminal, updated) {
                patching_known += 1;
                patched += usize::from(updated == "適切");
            }
        }
        let isolated: Vec<String> = known
            .rows(kind("backup"))
            .iter()
            .filter_map(|b| stated(&known, *b, word(&vocabulary, "backup-isolated")))
            .collect();
        with_backup += usize::from(!isolated.is_empty());
        offline += usize::from(isolated.iter().any(|i| i == "あり"));
    }
    println!("kinds: {kinds:?}; assets: {assets}");
    let wanted = [("一般診療所", 20), ("歯科診療所", 8), ("病院", 5), ("薬局", 6), ("訪問看護", 1)];
    assert_eq!(kinds, wanted.map(|(k, n)| (k.to_owned(), n)).into());
    assert!((400..=460).contains(&assets), "{assets}");
    share("二要素認証がすべて済んだ施設 (11 %)", full, 40, 9, 13);
    share("病院のBCP (57 %)", plans["病院"].0, plans["病院"].1, 50, 65);
    share("診療所のBCP (3 %)", plans["一般診療所"].0, plans["一般診療所"].1, 0, 5);
    share("OS更新が適切なサーバとPC (61 %)", patched, patching_known, 58, 64);
    share("隔離した控えのある施設 (49 %)", offline, with_backup, 46, 52);
    share("構成図のない施設 (約半分)", mapless, 40, 45, 55);
}

/// Words that some rule of the edition reads, by the kind that carries them.
fn words_read(vocabulary: &Vocabulary, edition: &Edition) -> BTreeSet<WordId> {
    let mut out = BTreeSet::new();
    for rule in &edition.rules {
        atoms(rule.deciding(), &mut |a| {
            out.insert(a.word);
        });
    }
    assert!(out.len() > 20 && out.len() < vocabulary.words().len());
    out
}

/// What is unknown, disputed, open, expired and planned: a real ledger has all of it.
#[test]
fn the_ledgers_have_holes_as_real_ones_do() {
    let (vocabulary, book) = house();
    let edition = book.edition("7.0").unwrap();
    let read = words_read(&vocabulary, edition);
    let mut n: BTreeMap<&str, usize> = BTreeMap::new();
    for (_, institution) in prefecture(&vocabulary) {
        let known = Known::new(&vocabulary, &institution, day(TODAY), day(TODAY));
        let mut conflict = false;
        for (k, kind) in vocabulary.kinds().iter().enumerate() {
            let id = vocabulary::KindId(u16::try_from(k).unwrap());
            for row in known.rows(id) {
                for w in read.iter().filter(|w| vocabulary.word(**w).on.contains(&id)) {
                    *n.entry("cells").or_default() += 1;
                    match known.cell(*row, *w) {
                        Cell::Absent => *n.entry("absent").or_default() += 1,
                        Cell::Asked(_) => *n.entry("asked").or_default() += 1,
                        Cell::Several(_) => conflict = true,
                        Cell::One(_) => {}
                    }
                }
            }
            let open = kind.closure.is_some() && known.complete(id).is_none();
            *n.entry("open ledgers").or_default() += usize::from(open);
        }
        *n.entry("conflicts").or_default() += usize::from(conflict);
        let rows = |id: &str| known.rows(vocabulary.kind_by_id(id).unwrap()).to_vec();
        let ended = |row: &RowId| match known.cell(*row, word(&vocabulary, "contract-term")) {
            Cell::One(h) => matches!(h.value, Value::Term(_, Some(to)) if to < day(TODAY)),
            _ => false,
        };
        *n.entry("expired contracts").or_default() += rows("contract").iter().filter(|r| ended(r)).count();
        for row in rows("renewal") {
            let key = match known.cell(row, word(&vocabulary, "renewal-planned-on")) {
                Cell::One(h) => match h.value {
                    Value::Date(d) if d < day(MILESTONE) => "renewals before",
                    Value::Date(_) => "renewals after",
                    _ => "renewals without a day",
                },
                _ => continue,
            };
            *n.entry(key).or_default() += 1;
        }
        for row in rows("asset") {
            let approval = known.cell(row, word(&vocabulary, "device-approval"));
            let document = vocabulary.evidence_named("文書").unwrap();
            if let Cell::One(h) = approval
                && h.value == Value::Choice(0)
            {
                let seen = h.evidence >> document.index() & 1 == 1;
                *n.entry(if seen { "devices with a number seen" } else { "devices by hearsay" })
                    .or_default() += 1;
            }
        }
    }
    println!("{n:?}");
    assert!((n["absent"] + n["asked"]) * 10 >= n["cells"], "{n:?}");
    assert!(n["asked"] * 100 >= n["cells"], "{n:?}");
    for (key, least) in [
        ("open ledgers", 8),
        ("conflicts", 4),
        ("expired contracts", 4),
        ("renewals before", 4),
        ("renewals after", 8),
        ("renewals without a day", 3),
        ("devices with a number seen", 8),
        ("devices by hearsay", 4),
    ] {
        assert!(n.get(key).copied().unwrap_or(0) >= least, "{key}: {n:?}");
    }
}

/// Some item of everyone is left on the milestone, and every outcome occurs alone.
#[test]
fn nobody_is_perfect_and_every_outcome_occurs() {
    let (vocabulary, book) = house();
    let edition = book.edition("7.0").unwrap();
    let fine = OutcomeSet::from_iter([Outcome::Met, Outcome::DeemedMet, Outcome::OutOfScope]);
    let mut decided: BTreeMap<&str, usize> = BTreeMap::new();
    for (name, institution) in prefecture(&vocabulary) {
        for on in [TODAY, MILESTONE] {
            let sets = sets(&vocabulary, &book, edition, &institution, on);
            for outcome in sets.iter().filter_map(|s| s.decided()) {
                *decided.entry(outcome.name()).or_default() += 1;
            }
            *decided.entry("undecided").or_default() += sets.iter().filter(|s| s.len() > 1).count();
            if on == MILESTONE {
                let left = sets.iter().any(|s| s.len() > 1 || !s.is_subset(fine));
                assert!(left, "{name} is perfect");
            }
        }
    }
    println!("{decided:?}");
    assert_eq!(decided.len(), 6);
    assert!(decided.values().all(|n| *n >= 5), "{decided:?}");
}

fn sets(
    vocabulary: &Vocabulary,
    book: &Rulebook,
    edition: &Edition,
    institution: &Institution,
    on: &str,
) -> Vec<OutcomeSet> {
    let known = Known::new(vocabulary, institution, day(TODAY), day(on));
    judge::outcomes(book, edition, &known)
}

/// Laid out as the formatter lays out, and says in its first line that it is invented.
#[test]
fn files_are_laid_out_and_say_what_they_are() {
    let (vocabulary, _) = house();
    for (name, text) in demo().into_iter().filter(|(n, _)| n != "lenient/messy.facts") {
        assert_eq!(facts::text::format(&vocabulary, &name, &text).unwrap(), text, "{name}");
        let first = text.lines().next().unwrap();
        assert!(first.starts_with("# ") && first.contains("作り物"), "{name}: {first}");
    }
}
