//! The samples `docs/samples/census*.txt`: みほん県 counted, a question of
//! tonight, and the same counts as they may be published.

use crate::house::{self, House};
use report::census::{self, Condition, Input, Wanted};
use verdict::Outcome;
use vocabulary::date;

/// The day the samples are counted for.
const ON: &str = "2026-11-24";

/// Every sample: path from the root, and text.
pub(crate) fn files(house: &House) -> Result<Vec<(String, String)>, String> {
    let edition = house.book.edition("7.0").ok_or("edition 7.0 is missing")?;
    let institutions = house
        .demo
        .iter()
        .filter(|(p, _)| !p.contains('/'))
        .map(|(p, text)| facts::text::read(&house.vocabulary, p, text.as_bytes()).map(|(i, _)| i))
        .collect::<Result<Vec<_>, _>>()
        .map_err(house::join)?;
    let by = census::institution_word(&house.vocabulary, "保健所");
    let item = edition.rules.iter().position(|r| r.front.id == "7.0/operations/14-05");
    let on = date::parse(ON).map_err(|e| format!("{e:?}"))?;
    let milestone = date::parse("2027-04-01").ok();
    let tonight = || Condition::Result {
        book: &house.book,
        edition,
        rule: item.unwrap_or(0),
        on: milestone,
        wanted: Wanted::Outcome(Outcome::NotMet),
    };
    let write = |arguments: &str, conditions: Vec<Condition<'_>>, targets: bool, published: bool| {
        let sheet = census::sheet(&Input {
            vocabulary: &house.vocabulary,
            book: &house.book,
            edition,
            institutions: &institutions,
            on,
            by,
            conditions,
            targets,
            published,
        });
        format!("# yagura census demo --on {ON} --by 保健所{arguments}\n{}", census::text(&sheet))
    };
    Ok(vec![
        ("docs/samples/census.txt".into(), write("", Vec::new(), false, false)),
        (
            "docs/samples/census-tonight.txt".into(),
            write(" --where 運14⑤@2027-04-01=未遵守", vec![tonight()], false, false),
        ),
        ("docs/samples/census-published.txt".into(), write(" --targets --published", Vec::new(), true, true)),
    ])
}
