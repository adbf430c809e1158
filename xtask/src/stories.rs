//! The stories of `docs/samples/what-if-*.txt`: what would change if, told on
//! three invented institutions, so that a person can read them aloud.

use crate::house::{House, join};
use facts::Known;
use judge::{BUDGET, Smallest, Supposer};
use report::what_if::{After, Asking, story, text};
use vocabulary::{Date, Diagnostic, date};

/// The day the stories are told on.
const ON: &str = "2026-11-24";

/// A story: the end of its file name, the institution, how a person asks for it.
struct Told {
    name: &'static str,
    demo: &'static str,
    asked: &'static str,
    suppose: fn(&mut Supposer<'_>) -> Result<(), Vec<Diagnostic>>,
    smallest: Option<&'static str>,
    also: Option<&'static str>,
}

const STORIES: [Told; 6] = [
    Told {
        name: "contract",
        demo: "clinic-cdr.facts",
        asked: "--contract all",
        suppose: |s| s.contract("all"),
        smallest: None,
        also: None,
    },
    Told {
        name: "cloud",
        demo: "clinic-cdr.facts",
        asked: "--cloud EHR-1 --contract all",
        suppose: |s| s.cloud("EHR-1", day(ON), false).and_then(|()| s.contract("all")),
        smallest: None,
        also: None,
    },
    Told {
        name: "renew",
        demo: "hospital.facts",
        asked: "--renew EHR-1 --done-on 2027-03-20 --with-two-factor",
        suppose: |s| s.renew("EHR-1", day("2027-03-20"), true),
        smallest: None,
        also: Some("2027-03-20"),
    },
    Told {
        name: "renew-late",
        demo: "hospital.facts",
        asked: "--renew EHR-1 --done-on 2027-06-01",
        suppose: |s| s.renew("EHR-1", day("2027-06-01"), false),
        smallest: None,
        also: Some("2027-06-01"),
    },
    Told {
        name: "retire",
        demo: "pharmacy.facts",
        asked: "--retire PC-4",
        suppose: |s| s.retire("PC-4"),
        smallest: None,
        also: None,
    },
    Told {
        name: "smallest",
        demo: "pharmacy.facts",
        asked: "--smallest 委9④",
        suppose: |_| Ok(()),
        smallest: Some("7.0/outsourced/09-04"),
        also: None,
    },
];

fn day(text: &str) -> Date {
    date::parse(text).unwrap_or(Date::MIN)
}

/// Every story: path from the root, and text.
pub(crate) fn files(house: &House) -> Result<Vec<(String, String)>, String> {
    STORIES
        .iter()
        .map(|told| Ok((format!("docs/samples/what-if-{}.txt", told.name), write(house, told)?)))
        .collect()
}

fn write(house: &House, told: &Told) -> Result<String, String> {
    let edition = house.book.edition("7.0").ok_or("edition 7.0 is missing")?;
    let (_, contents) = house
        .demo
        .iter()
        .find(|(p, _)| p == told.demo)
        .ok_or_else(|| format!("demo/{} is missing", told.demo))?;
    let (before, _) = facts::text::read(&house.vocabulary, told.demo, contents.as_bytes()).map_err(join)?;
    let on = day(ON);
    let mut supposer = Supposer::new(&house.vocabulary, &house.book, edition, &before, on);
    (told.suppose)(&mut supposer).map_err(join)?;
    let mut found: Option<Smallest> = None;
    if let Some(item) = told.smallest {
        let index = edition.rules.iter().position(|r| r.front.id == item);
        let milestone = edition.milestone.as_ref().map_or(on, |(_, d)| *d);
        let known = Known::new(&house.vocabulary, &before, on, milestone);
        found = index.and_then(|i| judge::smallest(&house.book, edition, &known, i, BUDGET));
        supposer.changes(item, found.as_ref().map(|f| f.changes.as_slice()).unwrap_or_default());
    }
    let supposition = supposer.finish().map_err(join)?;
    let asking = Asking {
        vocabulary: &house.vocabulary,
        book: &house.book,
        edition,
        before: &before,
        after: After::Supposed(&supposition),
        on,
        also: told.also.map(day),
        smallest: found.as_ref(),
    };
    let story = story(&asking).map_err(join)?;
    let head = format!("# yagura what-if demo/{} --on {ON} {}\n", told.demo, told.asked);
    Ok(head + &text(&story, &house.vocabulary))
}
