//! What if: supposing facts is adding them, flips can be turned round, and the
//! smallest change is the one that trying everything finds.

use crate::by_hand;
use crate::{cases, show};
use facts::{Evidence, Fact, Institution, Known, RawFact, RawWhat, RowId, Value, What, suppose};
use judge::{Move, Smallest};
use testkit::random::{Case, Random, check, refine};
use verdict::{Outcome, OutcomeSet};
use vocabulary::{EvidenceId, Role, ValueType, Vocabulary, WordId};

/// The same case, its plain words marked as words an institution can change.
fn possible(case: &Case) -> Case {
    let mut words = case.words.clone();
    for (_, text) in &mut words {
        let facts = text.split("[[fact]]").map(|fact| {
            let plain = fact.contains("\"選択\"") || fact.contains("\"数\"");
            // What keeps a ledger open is no matter of choice.
            let fixed = fact.contains("none_of") || fact.contains("更新の担当");
            match fact.find("cost = ") {
                Some(at) if plain && !fixed => {
                    let (before, after) = fact.split_at(at);
                    format!("{before}possible = true\n{after}")
                }
                _ => fact.to_owned(),
            }
        });
        *text = facts.collect::<Vec<_>>().join("[[fact]]");
    }
    let vocabulary = Vocabulary::load(&words).unwrap();
    let book = rulebook::load(&vocabulary, &case.files).unwrap();
    let institution = check(&vocabulary, &case.raw).unwrap();
    Case { words, vocabulary, book, institution, ..case.clone() }
}

#[test]
fn supposing_facts_is_adding_them() {
    let (mut compared, mut different) = (0, 0);
    for seed in cases(600) {
        let case = Case::new(seed);
        let mut r = Random::new(seed + 3_000_000);
        let Some((raw, _)) = refine(&mut r, &case) else { continue };
        // New facts and rows, and other values for what is known.
        let case = possible(&case);
        let more: Vec<RawFact> = raw[case.raw.len()..]
            .iter()
            .filter(|f| f.valid_on <= case.known_on)
            .cloned()
            .chain(rewritten(&mut r, &case))
            .map(|f| RawFact { valid_on: case.known_on, recorded_on: case.known_on, ..f })
            .collect();
        let mut all = case.raw.clone();
        all.extend(more.iter().cloned());
        // Where the day holds another value already, supposing replaces and adding conflicts.
        let Ok(stated) = check(&case.vocabulary, &all) else { continue };
        let supposed =
            suppose::apply(&case.vocabulary, &case.institution, &more, case.known_on, case.judged_on)
                .unwrap_or_else(|d| panic!("seed {seed}: {d:?}"));
        if supposed.facts().len() != stated.facts().len() {
            continue;
        }
        let sets = |i: &Institution| judge::outcomes(&case.book, case.edition(), &case.known_of(i));
        compared += 1;
        different += usize::from(sets(&supposed) != sets(&case.institution));
        assert_eq!(sets(&supposed), sets(&stated), "{}", show(&case));
    }
    println!("compared {compared}, of these with another verdict {different}");
    assert!(compared > 200 && different > 40);
}

#[test]
fn flips_can_be_turned_round() {
    let mut moves = std::collections::BTreeMap::new();
    for seed in cases(400) {
        let case = possible(&Case::new(seed));
        let more = rewritten(&mut Random::new(seed + 4_000_000), &case);
        let Ok(other) =
            suppose::apply(&case.vocabulary, &case.institution, &more, case.known_on, case.judged_on)
        else {
            continue;
        };
        let (a, b) = (case.known(), case.known_of(&other));
        let there = judge::flips(&case.book, case.edition(), &a, &b);
        let back = judge::flips(&case.book, case.edition(), &b, &a);
        for (t, k) in there.rules.iter().zip(&back.rules) {
            assert_eq!((t.before, t.after), (k.after, k.before), "seed {seed}");
            assert_eq!(t.moved.map(turned), k.moved, "seed {seed}");
            assert_eq!(t.advice_left, (k.advice_left.1, k.advice_left.0), "seed {seed}");
            assert_eq!(t.units.len(), k.units.len(), "seed {seed}");
            *moves.entry(t.moved.map(|m| format!("{m:?}"))).or_insert(0) += 1;
        }
        for (t, k) in there.deemings.iter().zip(&back.deemings) {
            assert_eq!((t.before, t.after), (k.after, k.before), "seed {seed}");
        }
        assert!(judge::flips(&case.book, case.edition(), &a, &a).rules.iter().all(|r| r.moved.is_none()));
    }
    println!("{moves:?}");
    assert!(moves.len() == 8, "every way to move");
}

/// Other values for up to four words that can be changed, as supposed facts.
fn rewritten(r: &mut Random, case: &Case) -> Vec<RawFact> {
    let cells = every_value(case, &case.known());
    let mut out = Vec::new();
    for _ in 0..4 {
        let Some(fact) = r.maybe(&cells).cloned().and_then(|c| r.maybe(&c).cloned()) else { continue };
        let (Some(subject), What::Is(word, value)) = (case.institution.subject(fact.subject), &fact.what)
        else {
            continue;
        };
        let value = facts::text::value_text(&case.vocabulary, &case.institution, *word, value);
        let what = RawWhat::Is(case.vocabulary.word(*word).name.clone(), value);
        let kind = &case.vocabulary.kind(subject.kind).name;
        out.push(suppose::statement(&case.vocabulary, kind, &subject.id, what, case.known_on));
    }
    out
}

fn turned(m: Move) -> Move {
    match m {
        Move::FallsAway => Move::New,
        Move::New => Move::FallsAway,
        Move::Better => Move::Worse,
        Move::Worse => Move::Better,
        Move::Settled => Move::Unsettled,
        Move::Unsettled => Move::Settled,
        Move::Shifted => Move::Shifted,
    }
}

fn reached(set: OutcomeSet) -> bool {
    !set.is_empty() && set.is_subset(OutcomeSet::from_iter([Outcome::Met, Outcome::DeemedMet]))
}

/// The largest set that trying everything goes up to.
const MOST: usize = 2;

#[test]
fn the_smallest_change_is_what_trying_everything_finds() {
    let (mut found, mut proven, mut pairs, mut hopeless) = (0, 0, 0, 0);
    for seed in cases(40) {
        let case = possible(&Case::new(seed));
        let known = case.known();
        for i in 0..case.edition().rules.len() {
            if case.edition().rules[i].kind == rulebook::RuleKind::Recommended {
                continue;
            }
            let result = judge::smallest(&case.book, case.edition(), &known, i, judge::BUDGET).unwrap();
            applies(&case, i, &result);
            let brute = brute_force(&case, &known, i);
            let context = || format!("{}rule {i}: {result:?}, by force {brute:?}", show(&case));
            match (brute, result.reached) {
                (Some(n), true) if result.smallest => {
                    assert_eq!(n, result.changes.len(), "{}", context());
                    found += 1;
                    pairs += usize::from(n == 2);
                }
                (Some(n), true) => assert!(n <= result.changes.len(), "{}", context()),
                (Some(_), false) => assert!(!result.smallest, "{}", context()),
                (None, true) => assert!(result.changes.len() > MOST, "{}", context()),
                (None, false) => hopeless += usize::from(result.smallest),
            }
            proven += usize::from(result.smallest);
        }
    }
    println!("found {found} (pairs {pairs}), proven {proven}, proven hopeless {hopeless}");
    assert!(found > 15 && pairs > 5 && hopeless > 40);
}

/// The changes give the set they are said to give.
fn applies(case: &Case, index: usize, result: &Smallest) {
    let facts: Vec<_> = result.changes.iter().map(|c| c.supposed(&case.vocabulary, case.known_on)).collect();
    let after = suppose::apply(&case.vocabulary, &case.institution, &facts, case.known_on, case.judged_on)
        .unwrap_or_else(|d| panic!("seed {}: {d:?}", case.seed));
    let sets = judge::outcomes(&case.book, case.edition(), &case.known_of(&after));
    assert_eq!(sets[index], result.after, "seed {} rule {index}", case.seed);
    assert_eq!(reached(result.after), result.reached);
}

/// The size of the smallest set of values, up to [`MOST`], that meets a rule.
fn brute_force(case: &Case, known: &Known<'_>, index: usize) -> Option<usize> {
    let set = |facts: &[Fact]| {
        let institution = case.institution.with(facts.iter().cloned());
        judge::outcomes(&case.book, case.edition(), &case.known_of(&institution))[index]
    };
    if reached(set(&[])) {
        return Some(0);
    }
    let cells = every_value(case, known);
    let all: Vec<(usize, &Fact)> =
        cells.iter().enumerate().flat_map(|(n, c)| c.iter().map(move |f| (n, f))).collect();
    if all.iter().any(|(_, f)| reached(set(&[(*f).clone()]))) {
        return Some(1);
    }
    let pairs = all.iter().enumerate().flat_map(|(n, a)| all[n + 1..].iter().map(move |b| (a, b)));
    let pairs = pairs.filter(|(a, b)| a.0 != b.0);
    for (a, b) in pairs {
        if reached(set(&[a.1.clone(), b.1.clone()])) {
            return Some(2);
        }
    }
    None
}

/// Per cell that can be changed, a supposed fact for every value it can have.
fn every_value(case: &Case, known: &Known<'_>) -> Vec<Vec<Fact>> {
    let vocabulary = &case.vocabulary;
    let evidence: Vec<Evidence> = (0u16..)
        .zip(vocabulary.evidence())
        .filter(|(_, e)| e.id != "clause" && e.id != "decision")
        .map(|(k, _)| Evidence { kind: EvidenceId(k), contract: None, detail: None })
        .collect();
    let kinds = vocabulary.kinds().iter().filter_map(|k| vocabulary.kind_named(&k.name));
    let rows: Vec<RowId> = kinds.flat_map(|k| known.rows(k).to_vec()).collect();
    let mut out = Vec::new();
    for row in rows {
        for (i, word) in (0u16..).zip(vocabulary.words()) {
            if !word.possible || word.role != Role::Plain || !word.on.contains(&known.kind(row)) {
                continue;
            }
            let mut values: Vec<Value> = match &word.value {
                ValueType::Choice(c) => (0..u16::try_from(c.len()).unwrap()).map(Value::Choice).collect(),
                ValueType::Number(_) => (0..=20).map(Value::Number).collect(),
                _ => continue,
            };
            values.extend(word.not_applicable.then_some(Value::NotApplicable));
            let fact = |value| Fact {
                subject: known.subject(row),
                what: What::Is(WordId(i), value),
                valid_on: case.known_on,
                recorded_on: case.known_on,
                by: suppose::WHO.into(),
                evidence: evidence.clone(),
            };
            out.push(values.into_iter().map(fact).collect());
        }
    }
    out
}

#[test]
fn a_supposed_value_takes_the_place_of_the_days_own() {
    let judged = |rule: &str, stated: &str, supposed: &str| {
        let case = by_hand::case(rule, stated, &[]);
        let typed = [supposed.to_owned()];
        let facts = suppose::read(&case.vocabulary, &case.institution, &typed, case.known_on).unwrap();
        let after =
            suppose::apply(&case.vocabulary, &case.institution, &facts, case.known_on, case.judged_on)
                .unwrap();
        judge::outcomes(&case.book, case.edition(), &case.known_of(&after))[0].decided()
    };
    let (rule, by) = ("規則\n  要件 答 が い\n", "〔申告 院長 2027-01-15〕");
    // Not a conflict with what the director said on that very day.
    assert_eq!(judged(rule, &format!("  答 い {by}\n"), "施設 1 答 ろ"), Some(Outcome::NotMet));
    assert_eq!(judged(rule, &format!("  答 ろ {by}\n"), "施設 1 答 い"), Some(Outcome::Met));
    assert_eq!(judged(rule, &format!("  答 い {by}\n"), "施設 1 答 わからない"), None);
    // The same value keeps the document it has; another has none.
    let rule = "規則\n  要件 答 が い 証拠 文書\n";
    let shown = "  答 い 〔文書 院長 2027-01-15〕\n";
    assert_eq!(judged(rule, shown, "施設 1 答 い"), Some(Outcome::Met));
    assert_eq!(judged(rule, "", "施設 1 答 い"), None);
    assert_eq!(judged(rule, "", "施設 1 答 い 〔文書 院長 2026-11-01〕"), Some(Outcome::Met));
}

#[test]
fn one_change_that_serves_two_conditions_is_found() {
    let rule = "規則\n  要件\n    次のいずれか\n      満たす 答 が い\n      満たす 数 が 5 以上\n    \
                次のいずれか\n      満たす 別 が い\n      満たす 数 が 5 以上\n";
    let case = possible(&by_hand::case(rule, "  答 ろ\n  別 ろ\n  数 3\n", &[]));
    let found = judge::smallest(&case.book, case.edition(), &case.known(), 0, judge::BUDGET).unwrap();
    assert!(found.reached && found.smallest);
    assert_eq!(found.changes.len(), 1, "{found:?}");
    assert_eq!((found.changes[0].word.as_str(), found.changes[0].to.as_str()), ("数", "5"));
    // Without a budget the fewest along each branch stand, and are not called smallest.
    let unproven = judge::smallest(&case.book, case.edition(), &case.known(), 0, 0).unwrap();
    assert!(unproven.reached && !unproven.smallest);
    assert_eq!(unproven.changes.len(), 2);
}

#[test]
fn what_cannot_be_changed_is_no_way_out() {
    let case = possible(&by_hand::case(
        "規則\n  要件\n    満たす 日 が 2026-01-01 以後\n    満たす 答 が い\n",
        "  日 2025-01-01\n  答 ろ\n",
        &[],
    ));
    let found = judge::smallest(&case.book, case.edition(), &case.known(), 0, judge::BUDGET).unwrap();
    assert!(!found.reached && found.smallest && found.changes.is_empty());
    assert_eq!(found.tried, 0);
}
