//! How fast questions settle rules: four first visits, two ways to ask.
#![expect(clippy::disallowed_methods, reason = "a task measures")]

use crate::house::{self, House};
use facts::Known;
use judge::ask::Strategy;
use std::fmt::Write as _;
use testkit::visit::{self, Books, Manner, Order, Truth};

/// The day of the visits.
const ON: &str = "2026-11-24";

pub(crate) fn run() -> Result<(), String> {
    let house = House::open(true)?;
    let text = text(&house)?;
    print!("{text}");
    house::write(&house.root.join("docs/samples/ask-curves.txt"), &text)
}

fn text(house: &House) -> Result<String, String> {
    let mut out = String::new();
    let edition = house.book.edition("7.0").ok_or("edition 7.0 is missing")?;
    let on = vocabulary::date::parse(ON).map_err(|e| format!("{e:?}"))?;
    let books = Books { vocabulary: &house.vocabulary, book: &house.book, edition, on };
    for (path, contents) in house::folder(&house.root.join("crates/testkit/profiles"), &["facts"])? {
        let (truth, _) =
            facts::text::read(&house.vocabulary, &path, contents.as_bytes()).map_err(house::join)?;
        let known = Known::new(&house.vocabulary, &truth, on, on);
        let truth = Truth::new(&known);
        for screens in [true, false] {
            let play = |strategy, order| {
                visit::play(
                    &books,
                    &truth,
                    truth.three_rows(&books),
                    Manner { strategy, order, screens, full: false },
                )
            };
            let ours = play(Strategy::Fewest, Order::AsPlanned);
            let other = play(Strategy::RuleByRule, Order::AsPlanned);
            let written = play(Strategy::AsWritten, Order::AsPlanned);
            let first = play(Strategy::Fewest, Order::DirectorFirst);
            let _ = writeln!(out, "{path} screens={screens}");
            for (name, v) in [
                ("ours", &ours),
                ("rule by rule", &other),
                ("as written", &written),
                ("director first", &first),
            ] {
                let _ = writeln!(
                    out,
                    "  {name}: half {} all {} director {} facts {} settled {:?}/{} area {}",
                    v.until_half(),
                    v.questions(),
                    v.director,
                    v.facts,
                    v.settled.last(),
                    v.rules,
                    v.area(v.questions().max(other.questions()))
                );
                if std::env::var("SHOW").is_ok() {
                    let _ = writeln!(out, "    {:?}", v.settled);
                    for (i, a) in v.asked.iter().enumerate() {
                        let _ = writeln!(out, "      {:?} {}", a, v.settled[i + 1]);
                    }
                }
            }
        }
    }
    Ok(out)
}
