//! Refinement, determinism and sufficient explanations.

use crate::{cases, show};
use std::collections::BTreeSet;
use testkit::random::{Case, Random, refine};

#[test]
fn a_refinement_never_adds_an_outcome() {
    let mut refined = 0;
    let mut smaller = 0;
    let mut wrong = Vec::new();
    for seed in cases(1_200) {
        let case = Case::new(seed);
        let before = judge::verdicts(&case.book, case.edition(), &case.known());
        for n in 0..2 {
            let mut r = Random::new(seed * 2 + n + 1_000_000);
            let Some((_, institution)) = refine(&mut r, &case) else { continue };
            refined += 1;
            let after = judge::verdicts(&case.book, case.edition(), &case.known_of(&institution));
            smaller += usize::from(before.rules != after.rules);
            for (i, (b, a)) in before.rules.iter().zip(&after.rules).enumerate() {
                if !a.is_subset(*b) {
                    wrong.push((seed, i, *b, *a, institution.clone()));
                }
            }
        }
    }
    println!("refinements {refined}, of these with another verdict {smaller}");
    if let Some((seed, i, b, a, institution)) = wrong.first() {
        let rest: Vec<_> = wrong.iter().map(|(s, i, ..)| (s, i)).collect();
        let case = Case::new(*seed);
        let facts = facts::text::write(&case.vocabulary, institution);
        panic!("{}--- refined\n{facts}rule {i}: {b:?} became {a:?}\nwrong: {rest:?}", show(&case));
    }
    assert!(refined > 500 && smaller > 100);
}

#[test]
fn the_same_input_gives_the_same_bytes() {
    for seed in cases(200) {
        let case = Case::new(seed);
        let mut turned = case.files.clone();
        turned.reverse();
        let book = rulebook::load(&case.vocabulary, &turned).expect("the same files");
        let edition = book.editions.first().expect("an edition");
        let known = case.known();
        assert_eq!(
            judge::verdicts(&case.book, case.edition(), &known).rules,
            judge::verdicts(&book, edition, &case.known()).rules,
            "seed {seed}"
        );
        for i in 0..case.edition().rules.len() {
            let say = |book, edition| {
                serde_json::to_string(&judge::explain(book, edition, &known, i))
                    .expect("an explanation as JSON")
            };
            let first = say(&case.book, case.edition());
            assert_eq!(first, say(&case.book, case.edition()), "seed {seed}, rule {i}");
            assert_eq!(first, say(&book, edition), "seed {seed}, rule {i}, files turned");
        }
    }
}

#[test]
fn cited_facts_suffice() {
    let (mut judged, mut cited, mut stated) = (0, 0, 0);
    let mut wrong = Vec::new();
    for seed in cases(600) {
        let case = Case::new(seed);
        let known = case.known();
        for i in 0..case.edition().rules.len() {
            let explanation = judge::explain(&case.book, case.edition(), &known, i);
            let keep: BTreeSet<usize> = explanation.cited.iter().map(|f| *f as usize).collect();
            judged += 1;
            cited += keep.len();
            stated += case.institution.facts().len();
            let only = case.institution.only(|f| keep.contains(&f));
            let again = judge::verdicts(&case.book, case.edition(), &case.known_of(&only)).rules[i];
            if again != explanation.outcomes {
                wrong.push((
                    seed,
                    i,
                    explanation.outcomes,
                    again,
                    facts::text::write(&case.vocabulary, &only),
                ));
            }
        }
    }
    println!("explanations {judged}, facts cited {cited} of {stated}");
    if let Some((seed, i, all, again, only)) = wrong.first() {
        let rest: Vec<_> = wrong.iter().map(|(s, i, ..)| (s, i)).collect();
        let case = show(&Case::new(*seed));
        panic!(
            "{case}--- cited\n{only}rule {i}: {all:?} with all facts, {again:?} with the cited\nwrong: {rest:?}"
        );
    }
}
