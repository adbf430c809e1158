//! The whole country on planes: `cargo xtask country`.
//!
//! For each share of the country: CPU seconds to judge everybody by all rules,
//! memory of the rows, one amended rule, one changed institution; and in the
//! same run the walker without explanation over 1 %, whose results must be
//! the same. Arguments: shares in percent; `--export FOLDER` also writes the
//! rows of one share for the peer (`peer.py`).

#![expect(clippy::expect_used, reason = "a measurement that cannot start should stop")]
#![expect(clippy::print_stdout, reason = "the table is the output")]
#![expect(clippy::indexing_slicing, reason = "places and kinds are made here")]
#![expect(
    clippy::disallowed_methods,
    reason = "a program of its own: it reads the repository and its own CPU time"
)]

mod export;
#[path = "../../src/figures.rs"]
mod figures;
mod people;
#[path = "../../src/repository.rs"]
mod repository;

use census::{Census, Place, Questions, Results};
use export::Export;
use facts::{Institution, Known};
use figures::{quantile, shown};
use people::{Drawn, KINDS};
use rulebook::{Edition, Rulebook};
use std::collections::BTreeMap;
use std::path::PathBuf;
use std::time::{Duration, Instant};
use vocabulary::{Date, Vocabulary, date};

/// The whole country's institutions by share, in percent.
const SHARES: [usize; 3] = [1, 10, 100];
/// Every so many institutions the walker judges too.
const SAMPLE: usize = 100;
/// The largest share, in percent, that is written for the peer: its tables are text.
const EXPORTED: usize = 10;

fn main() {
    let words: Vec<_> =
        repository::files("vocabulary").into_iter().filter(|(p, _)| p.ends_with(".toml")).collect();
    let words = Vocabulary::load(&words).expect("vocabulary loads");
    let book = rulebook::load(&words, &repository::files("rulebook")).expect("rulebook loads");
    let edition = book.edition("7.0").expect("edition 7.0");
    let day = date::parse("2027-06-01").expect("a day");
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let folder = arguments.iter().skip_while(|a| *a != "--export").nth(1).map(PathBuf::from);
    let shares: Vec<usize> = arguments.iter().filter_map(|a| a.parse().ok()).collect();
    Country { words: &words, book: &book, edition, day, folder }.run(&shares);
}

struct Country<'a> {
    words: &'a Vocabulary,
    book: &'a Rulebook,
    edition: &'a Edition,
    day: Date,
    /// Where the rows for the peer go.
    folder: Option<PathBuf>,
}

impl Country<'_> {
    fn run(&self, shares: &[usize]) {
        let shares = if shares.is_empty() { &SHARES } else { shares };
        println!("| what | value | remark |\n|---|---:|---|");
        let exported = shares.iter().filter(|p| **p <= EXPORTED).max();
        for percent in shares {
            self.share(*percent, self.folder.as_ref().filter(|_| Some(percent) == exported));
        }
    }

    fn institution(&self, kind: usize, n: usize, drawn: &mut Drawn) -> Institution {
        let raw = people::institution(&KINDS[kind], n, drawn);
        facts::check(self.words, "country.facts", &raw).expect("a made-up institution is well formed")
    }

    fn view<'i>(&'i self, institution: &'i Institution) -> Known<'i> {
        Known::new(self.words, institution, self.day, self.day)
    }

    fn share(&self, percent: usize, folder: Option<&PathBuf>) {
        let for_the_peer = export::rulebook(self.words);
        let mut export = folder.map(|_| Export::new(self.words, &for_the_peer));
        let mut census = Census::new(self.words, self.day);
        let mut drawn = Drawn::default();
        let mut kinds: Vec<(usize, usize)> = Vec::new();
        let begin = Instant::now();
        let mut adding = Duration::ZERO;
        for (k, kind) in KINDS.iter().enumerate() {
            for n in 0..kind.count * percent / 100 {
                let institution = self.institution(k, n, &mut drawn);
                let from = Instant::now();
                let known = self.view(&institution);
                census.add(&known);
                adding += from.elapsed();
                export.iter_mut().for_each(|e| e.push(&known));
                kinds.push((k, n));
            }
        }
        census.close();
        let line = |what: &str, value: String, remark: String| {
            println!("| {percent} %: {what} | {value} | {remark} |")
        };
        let share = |n: usize, of: usize| 100.0 * n as f64 / of.max(1) as f64;
        line(
            "institutions, assets",
            format!("{}, {}", census.len(), drawn.assets),
            format!(
                "{} facts asked; unknown {:.1} %, disputed {:.1} %; made in {:.0} s",
                drawn.cells,
                share(drawn.unknown, drawn.cells),
                share(drawn.disputed, drawn.cells),
                begin.elapsed().as_secs_f64()
            ),
        );
        line(
            "facts → planes",
            shown(adding.as_nanos() as f64),
            format!(
                "{} an institution, view of the facts included",
                shown(adding.as_nanos() as f64 / census.len() as f64)
            ),
        );
        line("memory of the planes", format!("{:.1} MB", census.bytes() as f64 / 1e6), String::new());
        let questions = Questions::new(self.words, self.book, self.edition);
        // Small shares are judged several times.
        let times = (100 / percent).clamp(1, 20);
        let (cpu, results) = cpu_of(|| {
            let mut results = Results::default();
            for _ in 0..times {
                results = census.judge(&questions);
            }
            results
        });
        let cpu = cpu / times as f64;
        line(
            &format!("everybody, {} rules", self.edition.rules.len()),
            format!("{cpu:.3} CPU s"),
            self.decided(&census, &results),
        );
        if let (Some(export), Some(folder)) = (export, folder) {
            export.finish(&census, folder);
        }
        self.amended(&census, &questions, results.clone(), &line);
        self.walker(&census, &results, &kinds, cpu, &line);
        self.changed(census, &questions, results, &kinds, &line);
    }

    /// How many results are decided, and which.
    fn decided(&self, census: &Census<'_>, results: &Results) -> String {
        let mut by: BTreeMap<String, usize> = BTreeMap::new();
        let rules = self.edition.rules.len();
        for place in 0..census.len() {
            for rule in 0..rules {
                let set = census.outcomes(results, Place(u32::try_from(place).unwrap_or(0)), rule);
                *by.entry(set.decided().map_or("未確定", |o| o.name()).to_owned()).or_default() += 1;
            }
        }
        let all = (census.len() * rules).max(1) as f64;
        let parts: Vec<String> =
            by.iter().map(|(n, c)| format!("{n} {:.1} %", 100.0 * *c as f64 / all)).collect();
        parts.join("、")
    }

    /// Each rule judged again for everybody.
    fn amended(
        &self,
        census: &Census<'_>,
        questions: &Questions<'_>,
        mut results: Results,
        line: &dyn Fn(&str, String, String),
    ) {
        let mut each: Vec<f64> = Vec::new();
        let mut named: Vec<String> = Vec::new();
        for (i, rule) in self.edition.rules.iter().enumerate() {
            let mut times: Vec<f64> = Vec::new();
            for _ in 0..3 {
                let from = Instant::now();
                census.judge_rule(questions, i, &mut results);
                times.push(from.elapsed().as_nanos() as f64);
            }
            let best = quantile(&mut times, 0.5);
            each.push(best);
            named.push(format!("{} {}", rule.front.id.trim_start_matches("7.0/"), shown(best)));
        }
        line("one amended rule, median over rules", shown(quantile(&mut each, 0.5)), named.join("; "));
    }

    /// One institution that changed: its view, its own block, all rules.
    fn changed(
        &self,
        mut census: Census<'_>,
        questions: &Questions<'_>,
        mut results: Results,
        kinds: &[(usize, usize)],
        line: &dyn Fn(&str, String, String),
    ) {
        let mut drawn = Drawn::default();
        for (k, kind) in KINDS.iter().enumerate().take(2) {
            let mut times = Vec::new();
            let mut alone = Vec::new();
            let places: Vec<usize> = (0..kinds.len()).filter(|p| kinds[*p].0 == k).take(200).collect();
            for place in places {
                let institution = self.institution(k, kinds[place].1, &mut drawn);
                let place = Place(u32::try_from(place).unwrap_or(0));
                let from = Instant::now();
                let known = self.view(&institution);
                let seen = from.elapsed();
                census.replace(place, &known);
                census.judge_place(questions, place, &mut results);
                times.push(from.elapsed().as_nanos() as f64);
                alone.push((from.elapsed() - seen).as_nanos() as f64);
            }
            let (all, planes) = (quantile(&mut times, 0.5), quantile(&mut alone, 0.5));
            line(
                &format!("one changed institution ({})", kind.name),
                shown(all),
                format!("of these {} for planes and all rules", shown(planes)),
            );
        }
    }

    /// The walker over a sample; its results must be the same.
    fn walker(
        &self,
        census: &Census<'_>,
        results: &Results,
        kinds: &[(usize, usize)],
        cpu: f64,
        line: &dyn Fn(&str, String, String),
    ) {
        let mut drawn = Drawn::default();
        let (mut walk, mut compared, mut count) = (Duration::ZERO, 0usize, 0usize);
        for place in (0..kinds.len()).step_by(SAMPLE) {
            let (k, n) = kinds[place];
            let institution = self.institution(k, n, &mut drawn);
            let known = self.view(&institution);
            let from = Instant::now();
            let sets = judge::outcomes(self.book, self.edition, &known);
            walk += from.elapsed();
            count += 1;
            for (rule, set) in sets.iter().enumerate() {
                let found = census.outcomes(results, Place(u32::try_from(place).unwrap_or(0)), rule);
                assert_eq!(found, *set, "{} {n}, rule {rule}: census, judge", KINDS[k].name);
                compared += 1;
            }
        }
        let whole = walk.as_secs_f64() * kinds.len() as f64 / count.max(1) as f64;
        line(
            "walker, every 100th institution",
            shown(walk.as_nanos() as f64),
            format!(
                "{compared} results, all the same; for everybody {whole:.1} s, so planes are {:.0}× faster",
                whole / cpu
            ),
        );
    }
}

/// CPU seconds of this process while something runs.
fn cpu_of<T>(work: impl FnOnce() -> T) -> (f64, T) {
    let before = cpu();
    let out = work();
    (cpu() - before, out)
}

/// CPU seconds of this process's only thread so far.
fn cpu() -> f64 {
    let text = std::fs::read_to_string("/proc/self/schedstat").expect("Linux counts CPU time");
    text.split_whitespace().next().and_then(|ns| ns.parse::<f64>().ok()).expect("nanoseconds") / 1e9
}
