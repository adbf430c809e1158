//! How fast questions settle rules: four first visits, three ways to ask;
//! how far the plan is from the best there can be; how long it takes.
//!
//! Writes docs/samples/ask-curves.txt (without times, so that it is the same
//! anywhere) and prints the times beside it.

use crate::house::{self, House};
use facts::{Institution, Known};
use judge::ask::{self, Strategy};
use std::fmt::Write as _;
use std::time::Instant;
use testkit::random::Case;
use testkit::visit::{self, Books, Expected, Manner, Order, Small, Truth, Visit};

/// The day of the visits.
const ON: &str = "2026-11-24";
/// Random cases that are looked at.
const CASES: u64 = 2_000;

pub(crate) fn run() -> Result<(), String> {
    let house = House::open(true)?;
    let edition = house.book.edition("7.0").ok_or("edition 7.0 is missing")?;
    let on = vocabulary::date::parse(ON).map_err(|e| format!("{e:?}"))?;
    let books = Books { vocabulary: &house.vocabulary, book: &house.book, edition, on };
    let mut text = String::from(
        "四つの施設に初めて聞くとき、問いの数と、決まった項目の数(cargo xtask ask-curves)\n\
         少ない順 = 全項目をまとめた並び。紙の順 = 項目ごとに、軽い問いから。規則の順 = 項目ごとに、規則が読む順。\n",
    );
    for (path, contents) in house::folder(&house.root.join("crates/testkit/profiles"), &["facts"])? {
        let truth = facts::text::read(&house.vocabulary, &path, contents.as_bytes()).map_err(house::join)?;
        text.push_str(&profile(&books, path.trim_end_matches(".facts"), &truth.0));
    }
    text.push_str(&random());
    text.push_str(&optima(&books)?);
    print!("{text}");
    house::write(&house.root.join("docs/samples/ask-curves.txt"), &text)?;
    times(&house, &books)
}

/// The curves of one profile, asked by screens and fact by fact.
fn profile(books: &Books<'_>, name: &str, truth: &Institution) -> String {
    let known = Known::new(books.vocabulary, truth, books.on, books.on);
    let truth = Truth::new(&known);
    let mut out = format!("\n== {name}\n");
    for (screens, what) in [(true, "一つの語を、全部の物にまとめて聞く"), (false, "一つずつ聞く")]
    {
        let play = |strategy, order| {
            let manner = Manner { strategy, order, screens, full: false };
            visit::play(books, &truth, truth.three_rows(books), manner)
        };
        let ours = play(Strategy::Fewest, Order::AsPlanned);
        let paper = play(Strategy::RuleByRule, Order::AsPlanned);
        let written = play(Strategy::AsWritten, Order::AsPlanned);
        let director = play(Strategy::Fewest, Order::DirectorFirst);
        let length = ours.questions().max(paper.questions()).max(written.questions());
        let _ = writeln!(out, "{what}:");
        for (name, visit) in
            [("少ない順", &ours), ("紙の順", &paper), ("規則の順", &written), ("院長から先に", &director)]
        {
            let _ = writeln!(out, "  {name}: {}", line(visit, length));
        }
        let ratio = |a: usize, b: usize| {
            let (a, b) = (i64::try_from(a).unwrap_or(0), i64::try_from(b.max(1)).unwrap_or(1));
            100 - 100 * a / b
        };
        let _ = writeln!(
            out,
            "  紙の順より: 半分まで {}%、全部まで {}%、面積 {}% 少ない",
            ratio(ours.until_half(), paper.until_half()),
            ratio(ours.questions(), paper.questions()),
            ratio(ours.area(length), paper.area(length)),
        );
        for (name, visit) in [("少ない順", &ours), ("紙の順", &paper)] {
            let _ = writeln!(out, "  {name} {}", curve(visit));
        }
        if screens {
            for (i, (who, word, count)) in ours.asked.iter().enumerate() {
                let settled = ours.settled.get(i + 1).copied().unwrap_or(0);
                let _ = writeln!(out, "    {:>2}. {word}({count}) {who:?} → {settled}", i + 1);
            }
        }
    }
    out
}

fn line(visit: &Visit, length: usize) -> String {
    format!(
        "半分まで{}問、全部まで{}問(院長{}問、事業者{}問、事実{})、決まった{}/{}、面積{}",
        visit.until_half(),
        visit.questions(),
        visit.director,
        visit.provider,
        visit.facts,
        visit.settled.last().copied().unwrap_or(0),
        visit.rules,
        visit.area(length)
    )
}

fn curve(visit: &Visit) -> String {
    visit.settled.iter().map(ToString::to_string).collect::<Vec<_>>().join(" ")
}

/// How often the plan is no worse than rule by rule, over random cases.
fn random() -> String {
    let (mut played, mut total, mut area, mut fewer) = (0u32, 0u32, 0u32, (0usize, 0usize));
    for seed in 0..CASES {
        let case = Case::new(seed);
        let Some((ours, paper)) = visit::compared(&case, Strategy::RuleByRule) else { continue };
        played += 1;
        let length = ours.questions().max(paper.questions());
        total += u32::from(ours.questions() <= paper.questions());
        area += u32::from(ours.area(length) <= paper.area(length));
        fewer.0 += ours.questions();
        fewer.1 += paper.questions();
    }
    let percent = |n: u32| 100 * n / played.max(1);
    format!(
        "\n== 乱数の規則と施設 {played}件(一つずつ聞く、紙の順と比べる)\n\
         全部までの問いが同じか少ない: {}%。面積が同じか小さい: {}%。問いの合計 {} 対 {}\n",
        percent(total),
        percent(area),
        fewer.0,
        fewer.1
    )
}

/// The plan against the best decision tree, for small rules.
fn optima(books: &Books<'_>) -> Result<String, String> {
    let mut out = String::from("\n== 最もよい聞き方との比(答えはどれも同じ確からしさ、問いの数の期待値)\n");
    let mut skipped = Vec::new();
    let mut real = Vec::new();
    for (index, rule) in books.edition.rules.iter().enumerate() {
        let Some(base) = &rule.base else { continue };
        let (institution, _) =
            facts::text::read(books.vocabulary, &rule.file, base.text.as_bytes()).map_err(house::join)?;
        let on = books.edition.milestone.as_ref().map_or(books.on, |(_, d)| *d);
        let small = Small::new(Books { on, ..*books }, index, &institution, 10);
        match small.and_then(|s| s.expected()) {
            Some(e) => {
                let _ = writeln!(
                    out,
                    "  {}: 事実{}、最もよい {:.3}、この並び {:.3}、比 {:.3}",
                    rule.front.id,
                    e.facts,
                    e.best,
                    e.ours,
                    ratio(&e)
                );
                real.push(e);
            }
            None => skipped.push(rule.front.id.clone()),
        }
    }
    let _ = writeln!(out, "  事実が10を超えるか、ほかの問いが要るので測らない: {}", skipped.join("、"));
    let drawn: Vec<Expected> =
        (0..CASES).filter_map(|seed| visit::against_best(&Case::new(seed), 6)).collect();
    for (name, all) in [("本物の規則", &real), ("乱数の規則(事実6まで)", &drawn)] {
        let ratios: Vec<f64> = all.iter().filter(|e| e.best > 0.0).map(ratio).collect();
        let mean = ratios.iter().sum::<f64>() / ratios.len().max(1) as f64;
        let worst = ratios.iter().copied().fold(1.0, f64::max);
        let _ = writeln!(out, "  {name} {}件: 比の平均 {mean:.3}、最も悪い {worst:.3}", ratios.len());
    }
    Ok(out)
}

fn ratio(e: &Expected) -> f64 {
    if e.best > 0.0 { e.ours / e.best } else { 1.0 }
}

/// How long a plan takes, printed only.
fn times(house: &House, books: &Books<'_>) -> Result<(), String> {
    println!("\n== 計画を作る時間(中央値、この機械)");
    for name in ["clinic-cloud.facts", "clinic-cdr.facts", "hospital.facts"] {
        let Some((path, contents)) = house.demo.iter().find(|(p, _)| p == name) else { continue };
        let (whole, _) =
            facts::text::read(books.vocabulary, path, contents.as_bytes()).map_err(house::join)?;
        let known = Known::new(books.vocabulary, &whole, books.on, books.on);
        let bare = Truth::new(&known).three_rows(books);
        let listed = whole.only(|i| {
            whole.facts().get(i).is_some_and(|f| !matches!(&f.what, facts::What::Is(_, v) if !matches!(v, facts::Value::Text(_) | facts::Value::List(_))))
        });
        for (what, institution) in [("見本のまま", &whole), ("三行だけ", &bare), ("物の名前だけ", &listed)]
        {
            for foresee in [0, 3] {
                println!("  {name} {what} 先読み{foresee}: {:.1} ms", median(books, institution, foresee));
            }
        }
    }
    Ok(())
}

fn median(books: &Books<'_>, institution: &Institution, foresee: usize) -> f64 {
    let mut all: Vec<f64> = (0..9)
        .map(|_| {
            let start = Instant::now();
            let plan = ask::plan(&ask::Input {
                vocabulary: books.vocabulary,
                book: books.book,
                edition: books.edition,
                institution,
                on: books.on,
                full: false,
                strategy: Strategy::Fewest,
                foresee,
            });
            std::hint::black_box(plan.settled());
            start.elapsed().as_secs_f64() * 1e3
        })
        .collect();
    all.sort_by(f64::total_cmp);
    all.get(4).copied().unwrap_or(0.0)
}
