//! Sound: the set contains the outcome of every completion.

use crate::{BUDGET, cases, show, text};
use facts::Cell;
use std::collections::BTreeMap;
use testkit::oracle::{self, Text};
use testkit::random::Case;
use verdict::{Outcome, OutcomeSet};

/// What the cases reached.
#[derive(Default)]
struct Reached {
    sets: usize,
    equal: usize,
    compared: usize,
    sampled: usize,
    decided: BTreeMap<Outcome, usize>,
    undecided: usize,
    features: BTreeMap<&'static str, usize>,
}

#[test]
fn judge_holds_every_outcome_that_the_oracle_finds() {
    let mut reached = Reached::default();
    let mut unsound = Vec::new();
    for seed in cases(700) {
        let case = Case::new(seed);
        let text = text(&case);
        let known = case.known();
        let judged = judge::verdicts(&case.book, case.edition(), &known);
        let possible = oracle::possible(&text, &known, BUDGET);
        assert_eq!(judged.rules.len(), possible.len(), "seed {seed}");
        for (i, (set, found)) in judged.rules.iter().zip(&possible).enumerate() {
            reached.rule(&case, &text, i, *set);
            reached.sampled += usize::from(!found.complete());
            if found.complete() {
                reached.compared += 1;
                reached.equal += usize::from(found.found() == *set);
            }
            if !found.found().is_subset(*set) {
                unsound.push((seed, i, *set, found.found()));
            }
        }
        for (i, (can_be_false, can_be_true)) in
            oracle::eligible(&text, &known, BUDGET).into_iter().enumerate()
        {
            let truth = judged.eligible[i];
            assert!(!can_be_false || truth.can_be_false(), "seed {seed}, deeming {i}");
            assert!(!can_be_true || truth.can_be_true(), "seed {seed}, deeming {i}");
        }
    }
    reached.print();
    if let Some((seed, i, set, found)) = unsound.first() {
        panic!(
            "{}\nrule {i}: judge says {set:?}, but {found:?} occur\nunsound: {unsound:?}",
            show(&Case::new(*seed))
        );
    }
    reached.assert_wide();
}

impl Reached {
    fn count(&mut self, feature: &'static str, here: bool) {
        *self.features.entry(feature).or_default() += usize::from(here);
    }

    fn rule(&mut self, case: &Case, text: &Text, i: usize, set: OutcomeSet) {
        self.sets += 1;
        match set.decided() {
            Some(o) => *self.decided.entry(o).or_default() += 1,
            None => self.undecided += 1,
        }
        let rule = &text.rules[i];
        let block = case.files.iter().find(|(p, _)| p.starts_with(&rule.front.id)).map_or("", |(_, t)| t);
        let known = case.known();
        self.count("nested quantifiers", text.depth(rule) > 1);
        self.count("three deep", text.depth(rule) > 2);
        self.count("evidence demands", block.contains("証拠"));
        self.count("relief", block.contains("緩和 "));
        self.count("deeming near", text.deemings.iter().len() > 0);
        self.count(
            "before 施行",
            block.contains("施行 $日乙") && case.judged_on < testkit::random::day("2027-04-01"),
        );
        self.count("先に問う", block.contains("先に問う"));
        self.count("units", block.contains("判定単位"));
        self.count("台帳確認", block.contains("台帳確認"));
        self.count("interpretations", !rule.other_readings.is_empty());
        self.count("alternatives", block.contains("代替"));
        let vocabulary = &case.vocabulary;
        let kinds = || vocabulary.kinds().iter().skip(1).filter_map(|k| vocabulary.kind_named(&k.name));
        self.count("open ledgers", kinds().any(|k| known.complete(k).is_none()));
        let members = || {
            vocabulary
                .relations()
                .iter()
                .filter_map(|r| Some((vocabulary.relation_named(&r.name)?, r.from)))
                .flat_map(|(id, from)| known.rows(from).to_vec().into_iter().map(move |row| (id, row)))
        };
        let perhaps =
            members().any(|(id, row)| known.members(id, row).is_some_and(|m| !m.possible.is_empty()));
        self.count("unknown relations", perhaps);
        let conflict = kinds().flat_map(|k| known.rows(k).to_vec()).any(|row| {
            (0..vocabulary.words().len()).any(|w| {
                let word = vocabulary::WordId(u16::try_from(w).unwrap());
                matches!(known.cell(row, word), Cell::Several(_))
            })
        });
        self.count("conflicts", conflict);
        self.count("later day judged", case.judged_on > case.known_on);
    }

    fn print(&self) {
        println!("rules judged {}, undecided {}", self.sets, self.undecided);
        println!("decided {:?}", self.decided);
        println!(
            "oracle complete {}, of these equal {}; sampled {}",
            self.compared, self.equal, self.sampled
        );
        println!("reached {:#?}", self.features);
    }

    fn assert_wide(&self) {
        let decided: usize = self.decided.values().sum();
        for o in Outcome::ALL {
            let n = self.decided.get(&o).copied().unwrap_or(0);
            assert!(n * 100 >= decided, "{o:?} is decided in {n} of {decided}");
        }
        assert!(self.undecided * 100 >= self.sets);
        for (feature, n) in &self.features {
            assert!(*n > 0, "no case reached {feature}");
        }
    }
}
