//! `yagura census`: the same results as judging one by one, the counts a
//! health centre reads, who it concerns tonight, and what may be published.

use crate::corpus::house;
use crate::prefecture::prefecture;
use crate::{scratch, text, yagura};
use facts::Known;
use serde_json::Value;
use std::collections::BTreeMap;
use verdict::{Outcome, OutcomeSet, Truth};
use vocabulary::date;

const ON: &str = "2026-11-24";

fn counted(arguments: &[&str]) -> Value {
    let mut all = vec!["census", "demo", "--on", ON, "--format", "json"];
    all.extend(arguments);
    let out = yagura(&all);
    assert_eq!(out.status.code(), Some(0), "{}", text(&out.stderr));
    serde_json::from_slice(&out.stdout).unwrap()
}

/// Every institution of the demo, by both editions, on days before and after the milestone.
#[test]
fn planes_agree_with_the_judge_on_the_whole_demo() {
    let (vocabulary, book) = house();
    let all = prefecture(&vocabulary);
    assert_eq!(all.len(), 40);
    let mut compared = 0;
    for on in [ON, "2027-04-01", "2027-06-01", "2028-05-01"].map(|d| date::parse(d).unwrap()) {
        let known = date::parse(ON).unwrap();
        let views: Vec<Known<'_>> = all.iter().map(|(_, i)| Known::new(&vocabulary, i, known, on)).collect();
        let mut census = census::Census::new(&vocabulary, on);
        let places: Vec<_> = views.iter().map(|v| census.add(v)).collect();
        census.close();
        for edition in &book.editions {
            let results = census.judge(&census::Questions::new(&vocabulary, &book, edition));
            for ((place, view), (name, _)) in places.iter().zip(&views).zip(&all) {
                let judged = judge::verdicts(&book, edition, view);
                for (i, set) in judged.rules.iter().enumerate() {
                    let id = &edition.rules[i].front.id;
                    assert_eq!(census.outcomes(&results, *place, i), *set, "{name} {id} {on}");
                    for (issue, truth) in judged.pending[i].iter().enumerate() {
                        assert_eq!(census.pending(&results, *place, i, issue), *truth, "{name} {id} {on}");
                    }
                    compared += 1;
                }
                for (i, state) in judged.deemings.iter().enumerate() {
                    assert_eq!(census.route(&results, *place, i), state.route(), "{name} {on}");
                }
            }
        }
    }
    assert_eq!(compared, 4 * 40 * 12);
}

/// The printed counts, found again by judging one by one.
#[test]
fn counts_are_those_of_judging_one_by_one() {
    let (vocabulary, book) = house();
    let edition = book.edition("7.0").unwrap();
    let on = date::parse(ON).unwrap();
    let mut want: BTreeMap<(String, &str), u64> = BTreeMap::new();
    for (_, institution) in prefecture(&vocabulary) {
        let known = Known::new(&vocabulary, &institution, on, on);
        let judged = judge::verdicts(&book, edition, &known);
        for (i, set) in judged.rules.iter().enumerate() {
            let coming = judge::prospect(&book, edition, &known, i);
            let pending = judged.pending[i].contains(&Truth::True);
            let word = match set.decided() {
                Some(Outcome::OutOfScope) if coming.is_some() => "適用前",
                Some(Outcome::NotMet) if pending => "国で検討中",
                Some(o) => o.name(),
                None => "未確定",
            };
            *want.entry((edition.rules[i].front.id.clone(), word)).or_default() += 1;
        }
    }
    let sheet = counted(&[]);
    let all = &sheet["groups"][0];
    assert_eq!(all["institutions"], 40);
    for item in all["items"].as_array().unwrap() {
        let mut sum = 0;
        for pair in item["counts"].as_array().unwrap() {
            let (word, n) = (pair[0].as_str().unwrap(), pair[1].as_u64().unwrap());
            let id = item["item"].as_str().unwrap().to_owned();
            let found = want.iter().find(|((i, w), _)| *i == id && *w == word).map_or(0, |(_, n)| *n);
            assert_eq!(n, found, "{id} {word}");
            sum += n;
        }
        assert_eq!(sum, 40);
    }
    assert!(want.keys().any(|(_, w)| *w == "国で検討中") && want.keys().any(|(_, w)| *w == "適用前"));
}

#[test]
fn groups_add_up_and_answers_name_whom_they_concern() {
    let sheet = counted(&["--by", "保健所", "--where", "運14⑧=未遵守", "--targets"]);
    assert_eq!(sheet["by"], "管轄保健所");
    let groups = sheet["groups"].as_array().unwrap();
    assert_eq!(groups.len(), 4);
    let n = |v: &Value| v.as_u64().unwrap();
    assert_eq!(groups[1..].iter().map(|g| n(&g["institutions"])).sum::<u64>(), 40);
    let answer = &sheet["answer"];
    let counts = answer["groups"].as_array().unwrap();
    for key in ["holds", "unknown", "no"] {
        assert_eq!(counts[1..].iter().map(|g| n(&g[key])).sum::<u64>(), n(&counts[0][key]), "{key}");
    }
    let listed = answer["institutions"].as_array().unwrap();
    assert_eq!(listed.len() as u64, n(&counts[0]["holds"]) + n(&counts[0]["unknown"]));
    assert!(n(&counts[0]["holds"]) > 0 && answer["handle"].as_str().unwrap().contains("取扱注意"));
    for target in sheet["targets"].as_array().unwrap() {
        for g in target["groups"].as_array().unwrap() {
            let parts = n(&g["reached"]) + n(&g["missing"]) + n(&g["unknown"]);
            assert_eq!(parts, n(&g["all"]), "{}", target["id"]);
        }
    }
}

/// Undecided is neither yes nor no; 国で検討中 is no 未遵守.
#[test]
fn an_answer_has_three_values() {
    let (vocabulary, book) = house();
    let edition = book.edition("7.0").unwrap();
    let on = date::parse(ON).unwrap();
    let item = edition.rules.iter().position(|r| r.front.id == "7.0/management/07-05").unwrap();
    let sheet = counted(&["--where", "企7⑤=未遵守"]);
    let listed: BTreeMap<String, String> = sheet["answer"]["institutions"]
        .as_array()
        .unwrap()
        .iter()
        .map(|l| (l["id"].as_str().unwrap().to_owned(), l["answer"].as_str().unwrap().to_owned()))
        .collect();
    let (mut pending, mut unknown) = (0, 0);
    for (_, institution) in prefecture(&vocabulary) {
        let known = Known::new(&vocabulary, &institution, on, on);
        let judged = judge::verdicts(&book, edition, &known);
        let (set, considered) = (judged.rules[item], judged.pending[item][0]);
        let answer = listed.get(institution.id()).map(String::as_str);
        if set == OutcomeSet::one(Outcome::NotMet) && considered == Truth::True {
            pending += 1;
            assert_eq!(answer, None);
        } else if set == OutcomeSet::one(Outcome::NotMet) && considered == Truth::False {
            assert_eq!(answer, Some("該当"));
        } else if set.contains(Outcome::NotMet) && considered != Truth::True {
            unknown += 1;
            assert_eq!(answer, Some("不明"));
        } else if !set.contains(Outcome::NotMet) {
            assert_eq!(answer, None);
        }
    }
    assert!(pending > 0 && unknown > 0);
}

#[test]
fn questions_of_ones_own_and_products() {
    let both = counted(&[
        "--where",
        "運14⑤@2027-04-01=未確定",
        "--question",
        "demo/questions/no-renewal-planned.md",
    ]);
    assert_eq!(both["answer"]["asked"].as_array().unwrap().len(), 2);
    let backup = counted(&["--question", "demo/questions/no-isolated-backup.md"]);
    let holds = |s: &Value| s["answer"]["groups"][0]["holds"].as_u64().unwrap();
    assert!(holds(&backup) > 0);
    // A name is found in half or full width, in small or large letters.
    let vpn = counted(&["--product", "vpn"]);
    assert_eq!(holds(&vpn), holds(&counted(&["--product", "ＶＰＮ"])));
    assert!(holds(&vpn) > 0);
    assert_eq!(holds(&counted(&["--product", "どこにもない製品"])), 0);
    // An id names its edition.
    assert!(holds(&counted(&["--where", "6.0/operations/12-04=未遵守"])) > 0);
}

#[test]
fn what_is_published_names_nobody_and_hides_small_counts() {
    let sheet = counted(&[
        "--published",
        "--by",
        "保健所",
        "--targets",
        "--question",
        "demo/questions/no-isolated-backup.md",
    ]);
    assert_eq!(sheet["answer"]["institutions"].as_array().unwrap().len(), 0);
    fn numbers(v: &Value, out: &mut Vec<u64>) {
        match v {
            Value::Number(n) => out.extend(n.as_u64()),
            Value::Array(a) => a.iter().for_each(|v| numbers(v, out)),
            Value::Object(o) => o.iter().filter(|(k, _)| *k != "revision").for_each(|(_, v)| numbers(v, out)),
            _ => {}
        }
    }
    let mut all = Vec::new();
    numbers(&sheet, &mut all);
    assert!(all.len() > 50 && all.iter().all(|n| *n == 0 || *n >= 5), "{all:?}");
    let out = yagura(&["census", "demo", "--published", "--where", "運14⑧=未遵守"]);
    assert!(!text(&out.stdout).contains("みほん内科医院"));
}

#[test]
fn bad_input_says_what_to_do() {
    let empty = scratch("census-empty");
    let twice = scratch("census-twice");
    let facts = "施設 9910000018 〔申告 院長 2026-11-01〕\n  名称 みほん医院\n";
    std::fs::write(twice.join("a.facts"), facts).unwrap();
    std::fs::write(twice.join("b.facts"), facts).unwrap();
    let question = scratch("census-question").join("q.md");
    let official = std::fs::read_to_string(crate::root().join("rulebook/7.0/operations/14-08-id-ledger.md"));
    std::fs::write(&question, official.unwrap()).unwrap();
    let (empty, twice, question) =
        (empty.to_string_lossy(), twice.to_string_lossy(), question.to_string_lossy());
    for (arguments, code, part) in [
        (&["census", &*empty][..], 1, "このフォルダにありません"),
        (&["census", &*twice], 1, "施設番号 9910000018 が、「"),
        (&["census", "nowhere"], 1, "ファイルがありません"),
        (&["census", "demo", "--question", &*question], 1, "質問の形ではありません"),
        (&["census", "demo", "--where", "運14⑤"], 2, "「運14⑤=未遵守」のように"),
        (&["census", "demo", "--where", "運14⑤=だめ"], 2, "結果は、未確定、未遵守"),
        (&["census", "demo", "--where", "運14⑤@来年=未遵守"], 2, "日付が読めません"),
        (&["census", "demo", "--where", "運99①=未遵守"], 2, "規則はありません"),
        (&["census", "demo", "--by", "どこか"], 2, "--by の語「どこか」"),
        (&["census", "demo", "--format", "xlsx"], 2, "text か json"),
    ] {
        let out = yagura(arguments);
        assert_eq!(out.status.code(), Some(code), "{arguments:?}: {}", text(&out.stderr));
        assert!(text(&out.stderr).contains(part), "{arguments:?}: {}", text(&out.stderr));
    }
}
