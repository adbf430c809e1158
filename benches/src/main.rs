//! How fast Yagura judges: `cargo run --release -p benches`.
//!
//! Prints a Markdown table: a clinic, a hospital, one rule over 1,000 assets
//! against plain Rust, Rego (regorus) and CEL, and growth; or only the parts
//! named: `clinic`, `hospital`, `demo`, `bare`, `two-factor`, `growth`. Every time is a
//! median; every claim is a ratio of two times of one run. All four
//! implementations of the rule must name the same assets, or it stops.

#![expect(clippy::expect_used, reason = "a measurement that cannot start should stop")]
#![expect(clippy::print_stdout, reason = "the table is the output")]
#![expect(clippy::disallowed_methods, reason = "a program of its own: it reads the repository and the date")]

mod by_cel;
mod by_hand;
mod by_rego;
mod by_yagura;
mod clock;
mod figures;
mod institutions;
mod ledger;
mod repository;

use clock::measure;
use facts::{Institution, Known};
use figures::{quantile, shown};
use institutions::HOSPITAL;
use ledger::Lists;
use rulebook::{Edition, Rulebook};
use std::hint::black_box;

use std::time::{Duration, Instant};
use vocabulary::{Date, Vocabulary, date};

const RULE: &str = "7.0/operations/14-05";
/// A measurement of short work.
const SHORT: Duration = Duration::from_millis(400);
/// A measurement of which many are taken.
const BRIEF: Duration = Duration::from_millis(120);
/// The institutions of the demo that have been measured from the start; 40 would say no more.
const DEMOS: [&str; 6] = [
    "clinic-cdr.facts",
    "clinic-cloud.facts",
    "dental.facts",
    "hospital.facts",
    "lenient/messy.facts",
    "pharmacy.facts",
];
/// A step of growth that is foreseen to last longer is left out.
const LONGEST: Duration = Duration::from_secs(8);

fn main() {
    let words: Vec<_> =
        repository::files("vocabulary").into_iter().filter(|(p, _)| p.ends_with(".toml")).collect();
    let words = Vocabulary::load(&words).expect("vocabulary loads");
    let rules = repository::files("rulebook");
    let book = rulebook::load(&words, &rules).expect("rulebook loads");
    let edition = book.edition("7.0").expect("edition 7.0");
    let day = date::parse("2027-06-01").expect("a day");
    let bench = Bench { words: &words, book: &book, edition, day };

    println!("{}\n", machine(edition));
    println!("| what | median | remark |\n|---|---:|---|");
    let wanted: Vec<String> = std::env::args().skip(1).collect();
    let run = |part: &str| wanted.is_empty() || wanted.iter().any(|w| w == part);
    if run("clinic") {
        bench.clinic();
    }
    if run("hospital") {
        bench.hospital();
    }
    if run("demo") {
        bench.demos();
    }
    if run("bare") {
        bench.bare();
    }
    if run("two-factor") {
        two_factor(&words, &rules, day);
    }
    if run("growth") {
        bench.growth();
    }
}

/// One line of the table.
fn row(what: &str, ns: f64, remark: &str) {
    println!("| {what} | {} | {remark} |", shown(ns));
}

/// A ratio of two times, with its goal where there is one.
fn ratio(what: &str, over: f64, under: f64, remark: &str) {
    println!("| **{what}** | **{:.1}×** | {remark} |", over / under);
}

struct Bench<'a> {
    words: &'a Vocabulary,
    book: &'a Rulebook,
    edition: &'a Edition,
    day: Date,
}

impl Bench<'_> {
    fn read(&self, text: &str) -> Institution {
        facts::text::read(self.words, "bench.facts", text.as_bytes()).expect("facts are well formed").0
    }

    fn clinic(&self) {
        let text = institutions::clinic();
        let clinic = self.read(&text);
        row("clinic: read and check `.facts`", measure(BRIEF, || self.read(&text)), &size(&clinic));
        self.verdicts("clinic", &clinic, SHORT);
        self.explanations("clinic", &clinic, BRIEF);
    }

    fn hospital(&self) {
        let text = institutions::hospital(HOSPITAL, true);
        let hospital = self.read(&text);
        row("hospital: read and check `.facts`", measure(BRIEF, || self.read(&text)), &size(&hospital));
        self.verdicts("hospital", &hospital, SHORT);
        self.explanations("hospital", &hospital, BRIEF);
    }

    /// Machines imported by name and kind, nothing else asked: every atom is unknown.
    fn bare(&self) {
        let mut explained = 0.0;
        for assets in [20, 40, 80, 160, 300, 600] {
            let size = institutions::Size { assets, systems: assets.div_ceil(75), domains: assets / 10 };
            let bare = self.read(&institutions::bare(&institutions::hospital(size, true)));
            let name = format!("{assets} assets, nothing asked yet");
            // As if twice the assets cost eight times as much.
            if explained * 8.0 > LONGEST.as_nanos() as f64 {
                println!("| {name} | – | left out: half as many lasted {} |", shown(explained));
                return;
            }
            self.verdicts(&name, &bare, BRIEF);
            explained = self.one(&name, &bare, BRIEF);
        }
    }

    fn demos(&self) {
        let measured = |p: &str| DEMOS.contains(&p);
        for (path, text) in repository::files("demo").into_iter().filter(|(p, _)| measured(p)) {
            let Ok((institution, _)) = facts::text::read(self.words, &path, text.as_bytes()) else {
                println!("| demo/{path} | – | does not read |");
                continue;
            };
            self.verdicts(&format!("demo/{path}"), &institution, BRIEF);
            self.explanations(&format!("demo/{path}"), &institution, BRIEF / 2);
        }
    }

    /// Verdict only: the view, the walk, and both.
    fn verdicts(&self, name: &str, institution: &Institution, budget: Duration) -> (f64, f64) {
        let known = Known::new(self.words, institution, self.day, self.day);
        let view = measure(budget, || Known::new(self.words, institution, self.day, self.day));
        let walk = measure(budget, || judge::outcomes(self.book, self.edition, &known));
        let remark = format!("view of the facts {}, outcomes {}", shown(view), shown(walk));
        row(&format!("{name}: verdict only, {} rules", self.edition.rules.len()), view + walk, &remark);
        (view, walk)
    }

    /// Every rule explained by itself, and the two-factor rule.
    fn explanations(&self, name: &str, institution: &Institution, budget: Duration) {
        let known = Known::new(self.words, institution, self.day, self.day);
        let mut each: Vec<f64> = (0..self.edition.rules.len())
            .map(|i| measure(budget, || judge::explain(self.book, self.edition, &known, i)))
            .collect();
        let all: f64 = each.iter().sum();
        let p95 = quantile(&mut each, 0.95);
        row(
            &format!("{name}: explain one rule"),
            quantile(&mut each, 0.5),
            &format!("over rules; p95 {}", shown(p95)),
        );
        row(&format!("{name}: explain all {} rules", each.len()), all, "sum of `judge::explain`");
        self.one(name, institution, budget);
    }

    /// The two-factor rule explained; how long it took.
    fn one(&self, name: &str, institution: &Institution, budget: Duration) -> f64 {
        let known = Known::new(self.words, institution, self.day, self.day);
        let index = self.edition.rules.iter().position(|r| r.front.id == RULE).expect("the two-factor rule");
        let mut set = String::new();
        let ns = measure(budget, || {
            let explanation = judge::explain(self.book, self.edition, &known, index);
            set = names(explanation.outcomes);
            explanation
        });
        row(&format!("{name}: explain {RULE}"), ns, &set);
        ns
    }

    /// Hospitals of 60, 600 and 6,000 assets on which nothing fails, so that no walk ends early.
    fn growth(&self) {
        let base = institutions::Size { assets: 60, systems: 1, domains: 6 };
        let mut per_asset: Vec<(f64, f64)> = Vec::new();
        let mut spent = Duration::ZERO;
        for times in [1, 10, 100] {
            let size = base.times(times);
            let name = format!("growth {times}×: {} assets", size.assets);
            // As if cost grew with the square.
            if spent * 100 > LONGEST * 3 {
                println!("| {name} | – | left out: 10× fewer lasted {} |", shown(spent.as_nanos() as f64));
                return;
            }
            let text = institutions::hospital(size, false);
            let from = Instant::now();
            let institution = self.read(&text);
            spent = from.elapsed();
            row(&format!("{name}: read and check"), spent.as_nanos() as f64, "once");
            let (view, walk) = self.verdicts(&name, &institution, SHORT);
            let n = size.assets as f64;
            if let Some((v, w)) = per_asset.first() {
                let parts = format!(
                    "over 1× (view {:.1}×, outcomes {:.1}×); goal: about 1×",
                    view / n / v,
                    walk / n / w
                );
                ratio(&format!("growth {times}×: cost per asset"), (view + walk) / n, v + w, &parts);
            }
            per_asset.push((view / n, walk / n));
            spent += Duration::from_nanos((view + walk) as u64);
        }
    }
}

/// The two-factor rule over 1,000 assets, four ways.
fn two_factor(words: &Vocabulary, rules: &[(String, String)], day: Date) {
    let alone: Vec<(String, String)> = rules
        .iter()
        .filter(|(p, _)| {
            !p.starts_with("6.0/")
                && (!p.starts_with("7.0/") || p.ends_with(".toml") || p.starts_with("7.0/operations/14-05"))
                && !p.starts_with("succession/")
        })
        .cloned()
        .collect();
    let book = rulebook::load(words, &alone).expect("the two-factor rule loads alone");
    let edition = book.edition("7.0").expect("edition 7.0");
    assert_eq!(edition.rules.first().map(|r| r.front.id.as_str()), Some(RULE), "the two-factor rule alone");
    let assets = ledger::ledger();
    let text = ledger::facts(&assets);
    let from = Instant::now();
    let institution =
        facts::text::read(words, "ledger.facts", text.as_bytes()).expect("ledger is well formed").0;
    row("1,000 assets: read and check `.facts`", from.elapsed().as_nanos() as f64, &size(&institution));
    let known = Known::new(words, &institution, day, day);
    let mut rego = by_rego::Rego::new(&assets);
    let cel = by_cel::Cel::new(&assets);

    let (violating, missing) = by_hand::judge(&assets);
    let expected = Lists::sorted(violating, missing);
    let same =
        |name: &str, found: Lists| assert_eq!(found, expected, "{name} names other assets than plain Rust");
    let (violating, missing) = by_yagura::lists(&book, edition, 0, &known);
    same("Yagura", Lists::sorted(violating, missing));
    let (violating, missing) = cel.judge();
    same("CEL", Lists::sorted(violating, missing));
    same("regorus (interpreter)", by_rego::lists(&rego.by_engine()));
    same("regorus (compiled policy)", by_rego::lists(&rego.by_compiled()));
    same("regorus (VM)", by_rego::lists(&rego.by_vm()));
    let explanation = judge::explain(&book, edition, &known, 0);
    let explained = by_yagura::explained(&explanation);
    assert_eq!(explained.violating, expected.violating, "the explanation shows other failing assets");

    let outcome = || judge::outcomes(&book, edition, &known);
    let [hand, both, by_cel, vm] = clock::in_turns(
        8,
        SHORT,
        [
            &mut || drop(black_box(by_hand::judge(black_box(&assets)))),
            &mut || drop(black_box((outcome(), by_yagura::lists(&book, edition, 0, &known)))),
            &mut || drop(black_box(cel.judge())),
            &mut || drop(black_box(rego.by_vm())),
        ],
    );
    let engine = measure(SHORT, || rego.by_engine());
    let compiled = measure(SHORT, || rego.by_compiled());
    let outcome = measure(SHORT, outcome);
    let view = measure(SHORT, || Known::new(words, &institution, day, day));
    let explain = measure(SHORT, || judge::explain(&book, edition, &known, 0));

    let found = format!("{} violating, {} missing", expected.violating.len(), expected.missing.len());
    let peers = engine.min(compiled).min(vm);
    row("1,000 assets: plain Rust, lists", hand, &found);
    row("1,000 assets: Yagura, outcome", outcome, &names(explanation.outcomes));
    row("1,000 assets: Yagura, outcome and lists", both, "`judge::outcomes` + `judge::rows`");
    row(
        "1,000 assets: Yagura, `judge::explain`",
        explain,
        "lists the violating; the missing only while undecided",
    );
    row("1,000 assets: Yagura, view of the facts", view, "`Known::new`; made before, like the others' data");
    row("1,000 assets: CEL, lists", by_cel, "`Value::resolve_val`; compiled and bound before");
    row("1,000 assets: regorus VM, lists", vm, "`RegoVM::execute`");
    row("1,000 assets: regorus compiled policy, lists", compiled, "`CompiledPolicy::eval_with_input`");
    row("1,000 assets: regorus interpreter, lists", engine, "`Engine::eval_rule`");
    ratio("Yagura / plain Rust", both, hand, "goal: ≤ 40×");
    ratio("regorus / Yagura", peers, both, "the fastest of its three; goal: ≥ 50×");
    ratio("CEL / Yagura", by_cel, both, "");
    ratio("regorus / plain Rust", peers, hand, "");
    ratio("CEL / plain Rust", by_cel, hand, "");
    ratio("Yagura with its view / plain Rust", both + view, hand, "if every judgement read the facts anew");
}

fn names(set: verdict::OutcomeSet) -> String {
    set.iter().map(|o| o.name()).collect::<Vec<_>>().join(" または ")
}

fn size(institution: &Institution) -> String {
    format!("{} subjects, {} facts", institution.subjects().len(), institution.facts().len())
}

fn machine(edition: &Edition) -> String {
    let info = std::fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
    let model = info
        .lines()
        .find_map(|l| l.strip_prefix("model name")?.split_once(':'))
        .map_or("", |(_, m)| m.trim());
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    let since = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).map_or(0, |d| d.as_secs());
    let today = jiff::Timestamp::from_second(since as i64)
        .map_or(String::new(), |t| t.strftime("%Y-%m-%d").to_string());
    format!(
        "{today}, {model}, {cores} cores, one thread; `cargo run --release -p benches`; edition {} revision {}.",
        edition.id, edition.revision
    )
}
