//! Exact: where nothing is read twice and nothing ranges, the set is no wider
//! than the completions.

use crate::{BUDGET, cases, show, text};
use testkit::oracle;
use testkit::random::Case;

#[test]
fn judge_equals_the_oracle_on_plain_rules() {
    let mut compared = 0;
    let mut undecided = 0;
    let mut different = Vec::new();
    for seed in cases(1_200) {
        let case = Case::new(seed);
        let text = text(&case);
        if !text.rules.iter().any(|r| text.is_plain(&case.vocabulary, r)) {
            continue;
        }
        let known = case.known();
        let judged = judge::verdicts(&case.book, case.edition(), &known);
        let possible = oracle::possible(&text, &known, BUDGET);
        for (i, (set, found)) in judged.rules.iter().zip(&possible).enumerate() {
            if !text.is_plain(&case.vocabulary, &text.rules[i]) || !found.complete() {
                continue;
            }
            compared += 1;
            undecided += usize::from(set.len() > 1);
            if found.found() != *set {
                different.push((seed, i, *set, found.found()));
            }
        }
    }
    println!("plain rules compared {compared}, of these undecided {undecided}");
    if let Some((seed, i, set, found)) = different.first() {
        let rest: Vec<_> = different.iter().map(|(s, i, ..)| (s, i)).collect();
        panic!(
            "{}\nrule {i}: judge says {set:?}, the oracle {found:?}\ndifferent: {rest:?}",
            show(&Case::new(*seed))
        );
    }
    assert!(compared > 100 && undecided > 20);
}
