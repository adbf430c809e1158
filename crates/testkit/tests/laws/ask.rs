//! Laws of asking: answers only narrow, nobody is asked twice, what routing
//! reads comes first and ledgers before rows, and four first visits never take
//! longer than going rule by rule.

use crate::cases;
use facts::{Institution, Known};
use judge::ask::{self, Answer, Form, Given, Plan, Strategy, Who};
use rulebook::Rulebook;
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use testkit::random::{Case, day};
use testkit::visit::{self, Books, Manner, Order, Small, Truth, Visit};
use vocabulary::Vocabulary;

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

#[expect(clippy::disallowed_methods, reason = "a test reads the working tree")]
fn folder(dir: &Path, below: &Path, out: &mut Vec<(String, String)>) {
    for entry in std::fs::read_dir(dir).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            folder(&path, below, out);
        } else {
            let name = path.strip_prefix(below).unwrap().to_string_lossy().into_owned();
            out.push((name, std::fs::read_to_string(&path).unwrap()));
        }
    }
    out.sort();
}

/// The project's own words, rules and four truths.
struct Project {
    vocabulary: Vocabulary,
    book: Rulebook,
    truths: Vec<(String, Institution)>,
}

impl Project {
    fn open() -> Project {
        let read = |name: &str| {
            let (mut out, dir) = (Vec::new(), root().join(name));
            folder(&dir, &dir, &mut out);
            out
        };
        let words: Vec<_> = read("vocabulary").into_iter().filter(|(p, _)| p.ends_with(".toml")).collect();
        let vocabulary = Vocabulary::load(&words).unwrap();
        let rules: Vec<_> =
            read("rulebook").into_iter().filter(|(p, _)| p.contains('/') || p.ends_with(".toml")).collect();
        let book = rulebook::load(&vocabulary, &rules).unwrap();
        let truths = read("crates/testkit/profiles")
            .into_iter()
            .filter(|(p, _)| p.ends_with(".facts"))
            .map(|(p, t)| (p.clone(), facts::text::read(&vocabulary, &p, t.as_bytes()).unwrap().0))
            .collect();
        Project { vocabulary, book, truths }
    }
    fn books(&self) -> Books<'_> {
        let edition = self.book.edition("7.0").unwrap();
        Books { vocabulary: &self.vocabulary, book: &self.book, edition, on: day("2026-11-24") }
    }
    fn play(&self, truth: &Institution, manner: Manner) -> Visit {
        let books = self.books();
        let known = Known::new(&self.vocabulary, truth, books.on, books.on);
        let truth = Truth::new(&known);
        visit::play(&books, &truth, truth.three_rows(&books), manner)
    }
}

const OURS: Manner =
    Manner { strategy: Strategy::Fewest, order: Order::AsPlanned, screens: true, full: false };

#[test]
fn four_first_visits_are_never_longer_than_rule_by_rule() {
    let project = Project::open();
    assert_eq!(project.truths.len(), 4);
    for (name, truth) in &project.truths {
        for screens in [true, false] {
            let ours = project.play(truth, Manner { screens, ..OURS });
            let paper = project.play(truth, Manner { strategy: Strategy::RuleByRule, screens, ..OURS });
            let length = ours.questions().max(paper.questions());
            assert_eq!(ours.settled.last(), Some(&ours.rules), "{name}: everything is settled");
            assert!(ours.questions() <= paper.questions(), "{name} {screens}");
            assert!(ours.area(length) <= paper.area(length), "{name} {screens}");
            assert!(ours.until_half() <= paper.until_half(), "{name} {screens}");
        }
    }
}

#[test]
fn the_end_of_a_visit_is_the_result_of_the_truth() {
    let project = Project::open();
    let books = project.books();
    for (name, truth) in &project.truths {
        let visit = project.play(truth, OURS);
        for on in [books.on, books.edition.milestone.as_ref().unwrap().1] {
            let judge = |institution: &Institution| {
                judge::outcomes(
                    &project.book,
                    books.edition,
                    &Known::new(&project.vocabulary, institution, books.on, on),
                )
            };
            for (got, want) in judge(&visit.institution).iter().zip(judge(truth)) {
                assert!(want.is_subset(*got), "{name} on {on}: {want:?} is not in {got:?}");
            }
        }
    }
}

#[test]
fn a_cloud_clinic_needs_twelve_questions_to_the_director() {
    let project = Project::open();
    let (_, truth) = project.truths.iter().find(|(n, _)| n == "clinic-cloud.facts").unwrap();
    for order in [Order::AsPlanned, Order::DirectorFirst] {
        let visit = project.play(truth, Manner { order, ..OURS });
        assert_eq!(visit.settled.last(), Some(&visit.rules));
        assert!(visit.director <= 12, "{} {:?}", visit.director, visit.asked);
        assert!(visit.questions() <= 25, "{}", visit.questions());
    }
}

/// Routing before all else, a ledger before its rows: over every plan of a visit.
fn in_order(vocabulary: &Vocabulary, plan: &Plan) {
    let list = &plan.director;
    for (i, later) in list.iter().enumerate().skip(1) {
        for earlier in &list[..i] {
            let Form::Ledger { kind } = &later.form else { continue };
            let waits = earlier.about.iter().any(|a| a.subject.kind == *kind);
            assert!(!waits, "{} is asked before the ledger of {kind}", earlier.word);
        }
    }
    let ledgers = |s: &ask::Screen| matches!(s.form, Form::Ledger { .. });
    let first_other = list.iter().position(|s| !s.routing && !ledgers(s));
    let held_back = |s: &ask::Screen| {
        s.about.iter().any(|a| {
            list.iter()
                .any(|l| matches!(&l.form, Form::Ledger { kind } if *kind == a.subject.kind && !l.routing))
        })
    };
    if let Some(at) = first_other {
        assert!(list[at..].iter().all(|s| !s.routing || held_back(s)), "routing comes first");
    }
    assert!(plan.screens().all(|s| vocabulary.words().iter().any(|w| w.name == s.word)));
}

#[test]
fn routing_is_first_and_ledgers_before_rows() {
    let project = Project::open();
    let books = project.books();
    let mut plans = 0;
    for (_, truth) in &project.truths {
        let known = Known::new(&project.vocabulary, truth, books.on, books.on);
        let answers = Truth::new(&known);
        let mut institution = answers.three_rows(&books);
        loop {
            let plan = visit::plan(&books, &institution, OURS);
            assert_eq!(plan, visit::plan(&books, &institution, OURS), "the same plan again");
            in_order(&project.vocabulary, &plan);
            plans += 1;
            let Some(screen) = plan.next() else { break };
            for about in &screen.about {
                let subject = (about.subject.kind.as_str(), about.subject.id.as_str());
                let (answer, given) = answers.answer(&institution, subject, screen);
                let result =
                    ask::answer(&project.vocabulary, &institution, subject, &screen.word, &answer, &given);
                institution = result.unwrap().1;
            }
        }
    }
    assert!(plans > 60, "{plans}");
}

/// Everything is answered わからない: by the institution, then by the provider.
#[test]
fn nobody_is_asked_twice() {
    let project = Project::open();
    let books = project.books();
    for (name, truth) in &project.truths {
        let known = Known::new(&project.vocabulary, truth, books.on, books.on);
        let mut institution = Truth::new(&known).three_rows(&books);
        let mut asked = BTreeSet::new();
        for _ in 0..2_000 {
            let plan = visit::plan(&books, &institution, OURS);
            let Some(screen) = plan.next() else { break };
            let about = &screen.about[0].subject;
            assert!(
                asked.insert((screen.who, about.kind.clone(), about.id.clone(), screen.word.clone())),
                "{name}: {:?} is asked {} of {} again",
                screen.who,
                screen.word,
                about.id
            );
            let by = if screen.who == Who::Director { "院長" } else { "事業者A" };
            let given = Given { by: by.into(), on: books.on, evidence: Vec::new(), contract: None };
            let subject = (about.kind.as_str(), about.id.as_str());
            let result = ask::answer(
                &project.vocabulary,
                &institution,
                subject,
                &screen.word,
                &Answer::Unknown,
                &given,
            );
            institution = result.unwrap().1;
        }
        let end = visit::plan(&books, &institution, OURS);
        assert!(end.next().is_none() && !end.papers.is_empty(), "{name}: what is left are papers");
        assert!(asked.iter().any(|(who, ..)| *who == Who::Provider), "{name}: the provider was asked");
    }
}

#[test]
fn an_answer_never_widens() {
    let (mut answers, mut changed, mut visits) = (0, 0, 0);
    for seed in cases(400) {
        let case = Case::new(seed);
        let on = case.known_on;
        let books = Books { vocabulary: &case.vocabulary, book: &case.book, edition: case.edition(), on };
        let known = Known::new(&case.vocabulary, &case.institution, on, on);
        let truth = Truth::new(&known);
        let Some(mut institution) = truth.rows_alone(&books) else { continue };
        visits += 1;
        let judge = |i: &Institution| {
            judge::outcomes(&case.book, case.edition(), &Known::new(&case.vocabulary, i, on, on))
        };
        let mut before = judge(&institution);
        for _ in 0..200 {
            let plan = visit::plan(&books, &institution, OURS);
            let Some(screen) = plan.next() else { break };
            let about = &screen.about[0].subject;
            let subject = (about.kind.as_str(), about.id.as_str());
            let (answer, given) = truth.answer(&institution, subject, screen);
            if given.contract.is_some() && closed_contracts(&case, &institution) {
                // A row for a ledger that was stated complete withdraws that: no refinement.
                break;
            }
            let Ok((_, next)) =
                ask::answer(&case.vocabulary, &institution, subject, &screen.word, &answer, &given)
            else {
                break;
            };
            let after = judge(&next);
            for (a, b) in after.iter().zip(&before) {
                assert!(a.is_subset(*b), "seed {seed}: {} {answer:?} widens {b:?} to {a:?}", screen.word);
            }
            answers += 1;
            changed += usize::from(after != before);
            (institution, before) = (next, after);
        }
    }
    println!("answers: {answers} in {visits} visits, of which {changed} change a set");
    assert!(visits == 0 || changed > visits / 4);
}

fn closed_contracts(case: &Case, institution: &Institution) -> bool {
    let known = Known::new(&case.vocabulary, institution, case.known_on, case.known_on);
    case.vocabulary.kind_by_id("contract").is_some_and(|k| known.complete(k).is_some())
}

/// The plan may be worse than rule by rule on a rulebook that nobody wrote;
/// how often is counted.
#[test]
fn random_visits_are_seldom_longer_than_rule_by_rule() {
    let (mut played, mut total, mut area) = (0, 0, 0);
    for seed in cases(600) {
        let Some((ours, paper)) = visit::compared(&Case::new(seed), Strategy::RuleByRule) else { continue };
        let length = ours.questions().max(paper.questions());
        played += 1;
        total += usize::from(ours.questions() <= paper.questions());
        area += usize::from(ours.area(length) <= paper.area(length));
    }
    println!("visits: {played}; no more questions {total}, no greater area {area}");
    assert!(played < 100 || total * 100 >= played * 88 && area * 100 >= played * 78);
}

#[test]
fn the_plan_is_near_the_best_decision_tree() {
    let project = Project::open();
    let mut ratios = Vec::new();
    for (index, rule) in project.books().edition.rules.iter().enumerate() {
        let base = &rule.base.as_ref().unwrap().text;
        let (institution, _) = facts::text::read(&project.vocabulary, &rule.file, base.as_bytes()).unwrap();
        let small = Small::new(project.books(), index, &institution, 6);
        ratios.extend(small.and_then(|s| s.expected()).map(|e| e.ours / e.best));
    }
    assert!(ratios.len() >= 2 && ratios.iter().all(|r| (0.999..1.2).contains(r)), "{ratios:?}");
    let drawn: Vec<f64> = cases(400)
        .filter_map(|seed| visit::against_best(&Case::new(seed), 5))
        .filter(|e| e.best > 0.0)
        .map(|e| e.ours / e.best)
        .collect();
    let mean = drawn.iter().sum::<f64>() / drawn.len().max(1) as f64;
    println!("small rules: {} drawn, ratio to the best {mean:.3}", drawn.len());
    assert!(drawn.iter().all(|r| *r > 0.999), "no plan is better than the best");
    assert!(drawn.len() < 50 || mean < 1.15, "{mean}");
}
