//! The census says of every institution what the judge says of it alone.

use crate::{cases, show};
use census::{Census, Questions};
use facts::{Institution, Known};
use std::collections::BTreeMap;
use testkit::random::{Case, KNOWN_ON, Random, institution};
use verdict::Outcome;

/// So many institutions are judged by each random rulebook.
const NEIGHBOURS: u64 = 80;

/// What was compared.
#[derive(Default)]
struct Compared {
    results: usize,
    pending: usize,
    routes: usize,
    undecided: usize,
    decided: BTreeMap<Outcome, usize>,
}

#[test]
fn planes_agree_with_the_judge() {
    let mut compared = Compared::default();
    for seed in cases(500) {
        let case = Case::new(seed);
        let mut r = Random::new(seed ^ 0x51A7E);
        let mut neighbours = vec![case.institution.clone()];
        neighbours.extend((1..NEIGHBOURS).map(|_| institution(&mut r, &case.vocabulary, KNOWN_ON).1));
        let views: Vec<Known<'_>> = neighbours.iter().map(|i| case.known_of(i)).collect();
        let questions = Questions::new(&case.vocabulary, &case.book, case.edition());
        let mut census = Census::new(&case.vocabulary, case.judged_on);
        let places: Vec<_> = views.iter().map(|v| census.add(v)).collect();
        census.close();
        let mut results = census.judge(&questions);
        for ((place, view), institution) in places.iter().zip(&views).zip(&neighbours) {
            compare(&case, institution, view, &census, &results, *place, &mut compared);
        }
        // One institution moves into another's place, and one rule is asked again.
        let (at, view, institution) = (places[1], &views[0], &neighbours[0]);
        census.replace(at, view);
        census.judge_place(&questions, at, &mut results);
        for rule in 0..case.edition().rules.len() {
            census.judge_rule(&questions, rule, &mut results);
        }
        compare(&case, institution, view, &census, &results, at, &mut compared);
        compare(&case, &neighbours[2], &views[2], &census, &results, places[2], &mut compared);
    }
    println!(
        "results compared {}, undecided {}, pending {}, routes {}",
        compared.results, compared.undecided, compared.pending, compared.routes
    );
    println!("decided {:?}", compared.decided);
    for o in Outcome::ALL {
        let n = compared.decided.get(&o).copied().unwrap_or(0);
        assert!(
            n * 100 >= compared.results - compared.undecided || cases(1).end == 1,
            "{o:?} is decided in {n}"
        );
    }
}

fn compare(
    case: &Case,
    institution: &Institution,
    view: &Known<'_>,
    census: &Census<'_>,
    results: &census::Results,
    place: census::Place,
    compared: &mut Compared,
) {
    let judged = judge::verdicts(&case.book, case.edition(), view);
    let facts = || facts::text::write(&case.vocabulary, institution);
    for (i, set) in judged.rules.iter().enumerate() {
        let found = census.outcomes(results, place, i);
        assert_eq!(found, *set, "rule {i}: census, judge\n{}\n--- of\n{}", show(case), facts());
        compared.results += 1;
        match set.decided() {
            Some(o) => *compared.decided.entry(o).or_default() += 1,
            None => compared.undecided += 1,
        }
        for (issue, truth) in judged.pending[i].iter().enumerate() {
            let found = census.pending(results, place, i, issue);
            assert_eq!(found, *truth, "rule {i}, issue {issue}\n{}\n--- of\n{}", show(case), facts());
            compared.pending += 1;
        }
    }
    for (i, state) in judged.deemings.iter().enumerate() {
        assert_eq!(
            census.route(results, place, i),
            state.route(),
            "deeming {i}\n{}\n{}",
            show(case),
            facts()
        );
        compared.routes += 1;
    }
}
