//! Exact sets where one fact is read more than once.
//!
//! Kleene's logic treats two reads of one unknown fact as independent, which
//! widens the set. As `judge` does, the unknown choices and numbers that a
//! unit reads twice are enumerated, at most [`MAX_CELLS`] of them in the order
//! they were stated and [`MAX_COMBINATIONS`] combinations. Most units are
//! settled before that: a few patterns of values, each supposed for every
//! unknown word at once, already reach all that the plain set holds, and the
//! exact set lies between. Only the rest is enumerated, world by world.

use crate::column::{Code, Held, Tested};
use crate::evaluate::{Assumed, Evaluator, Given};
use crate::frame::Frame;
use crate::plan::{Child, Id, Op};
use crate::rules::PlannedRule;
use crate::twice::Twice;
use crate::verdicts::{Set, table};
use rulebook::{Atom, Operand, Rule, Rulebook, Scalar, Test};
use std::collections::BTreeMap;
use verdict::Truth;
use vocabulary::{KindId, ValueType, Vocabulary, WordId};

/// So many repeated unknown facts are enumerated.
const MAX_CELLS: usize = 12;
/// So many combinations at most.
const MAX_COMBINATIONS: usize = 4096;
/// So many worlds are judged at once.
const BATCH: usize = 4096;
/// So many worlds of one unit are tried before it is looked at again.
const WAVE: usize = 64;

/// A value for every word.
pub(crate) type Pattern = BTreeMap<WordId, Tested>;

/// The sets of the units of a frame, exact where facts are read twice.
pub(crate) fn unit_sets(
    evaluator: &Evaluator<'_>,
    rule: &PlannedRule,
    frame: &Frame,
    deemed: Truth,
    twice: Option<&Twice>,
) -> Vec<Set> {
    let mut sets = table(evaluator, rule, frame, deemed);
    let Some(twice) = twice else { return sets };
    let undecided = (0..).zip(&sets).filter(|(u, s)| s.count_ones() > 1 && twice.at(frame, *u));
    let mut left: Vec<(u32, Set)> = undecided.map(|(u, _)| (u, 0)).collect();
    for pattern in &rule.patterns {
        if left.is_empty() {
            return sets;
        }
        let units: Vec<u32> = left.iter().map(|(u, _)| *u).collect();
        let supposing = Evaluator::new(evaluator.shared, evaluator.other, Assumed::Pattern(pattern));
        let reached = table(&supposing, rule, &frame.select(&units), deemed);
        left.iter_mut().zip(reached).for_each(|((_, found), set)| *found |= set);
        left.retain(|(u, found)| !covers(*found, &sets, *u));
    }
    if !left.is_empty() {
        let units: Vec<u32> = left.into_iter().map(|(u, _)| u).collect();
        enumerate(evaluator, rule, frame, deemed, &units, &mut sets);
    }
    sets
}

/// Whether nothing can be gained for a unit any more.
fn covers(found: Set, sets: &[Set], unit: u32) -> bool {
    sets.get(unit as usize).is_none_or(|plain| plain & !found == 0)
}

/// A cell that is read more than once, with the values it may have.
struct Repeated {
    kind: KindId,
    row: Option<u32>,
    word: WordId,
    values: Vec<Held>,
}

/// A unit whose worlds are tried.
struct Open {
    unit: u32,
    cells: Vec<Repeated>,
    combinations: usize,
    next: usize,
    found: Set,
}

fn enumerate(
    evaluator: &Evaluator<'_>,
    rule: &PlannedRule,
    frame: &Frame,
    deemed: Truth,
    units: &[u32],
    sets: &mut [Set],
) {
    let cells = repeated_cells(evaluator, rule, &frame.select(units));
    let mut open: Vec<Open> = Vec::new();
    for (unit, cells) in units.iter().zip(cells) {
        // A unit that reads nothing twice keeps its plain set.
        if !cells.is_empty() {
            let combinations = cells.iter().map(|c| c.values.len()).product();
            open.push(Open { unit: *unit, cells, combinations, next: 0, found: 0 });
        }
    }
    while !open.is_empty() {
        let mut worlds: Vec<Vec<Given>> = Vec::new();
        let mut of: Vec<(usize, u32)> = Vec::new();
        for (i, o) in open.iter_mut().enumerate() {
            let end = o.combinations.min(o.next + WAVE);
            for n in o.next..end {
                worlds.push(world(&o.cells, n));
                of.push((i, o.unit));
            }
            o.next = end;
            if worlds.len() >= BATCH {
                break;
            }
        }
        let rows: Vec<u32> = of.iter().map(|(_, unit)| *unit).collect();
        let mut stacks = frame.select(&rows);
        stacks.origin = Some((0..u32::try_from(rows.len()).unwrap_or(u32::MAX)).collect());
        let supposing = Evaluator::new(evaluator.shared, evaluator.other, Assumed::Worlds(&worlds));
        let reached = table(&supposing, rule, &stacks, deemed);
        for ((i, _), set) in of.iter().zip(reached) {
            if let Some(o) = open.get_mut(*i) {
                o.found |= set;
            }
        }
        open.retain(|o| {
            if covers(o.found, sets, o.unit) {
                return false;
            }
            if o.next >= o.combinations {
                if let Some(set) = sets.get_mut(o.unit as usize) {
                    *set = o.found;
                }
                return false;
            }
            true
        });
    }
}

/// The `n`-th combination of values.
fn world(cells: &[Repeated], mut n: usize) -> Vec<Given> {
    let given = cells.iter().filter_map(|c| {
        let held = c.values.get(n % c.values.len().max(1))?;
        n /= c.values.len().max(1);
        Some((c.kind, c.row, c.word, held.clone()))
    });
    given.collect()
}

/// A read of an unknown cell: of which unit, where it stands, by which test.
type Read = (u32, Option<(u16, KindId, u32)>, WordId, u32, KindId);

/// Per entry of the frame: the cells that it reads more than once, the first
/// ones in the order their rows were stated.
fn repeated_cells(evaluator: &Evaluator<'_>, rule: &PlannedRule, frame: &Frame) -> Vec<Vec<Repeated>> {
    let mut frame = frame.clone();
    frame.origin = Some((0..u32::try_from(frame.len).unwrap_or(u32::MAX)).collect());
    let mut reads: Vec<Read> = Vec::new();
    for child in rule.deciding() {
        collect(evaluator, child, &frame, &mut reads);
    }
    reads.sort_unstable();
    let mut out: Vec<Vec<Repeated>> = (0..frame.len).map(|_| Vec::new()).collect();
    let mut full = vec![false; frame.len];
    for cell in reads.chunk_by(|a, b| (a.0, a.1, a.2) == (b.0, b.1, b.2)).filter(|c| c.len() > 1) {
        let Some((unit, row, word, _, kind)) = cell.first().copied() else { continue };
        let (Some(cells), Some(full)) = (out.get_mut(unit as usize), full.get_mut(unit as usize)) else {
            continue;
        };
        let values = values(evaluator, kind, row.map(|r| r.2), word, cell);
        if *full || values.is_empty() {
            continue;
        }
        // The first cells in the order they were stated: a row added later
        // never pushes one out, so a refinement never widens the set.
        let combinations: usize = cells.iter().map(|c| c.values.len()).product();
        if cells.len() == MAX_CELLS || combinations.saturating_mul(values.len()) > MAX_COMBINATIONS {
            *full = true;
            continue;
        }
        cells.push(Repeated { kind, row: row.map(|r| r.2), word, values });
    }
    out
}

/// Every read of an unknown fact below a node, on every row it may reach.
fn collect(evaluator: &Evaluator<'_>, child: &Child, frame: &Frame, out: &mut Vec<Read>) {
    if evaluator.reads(child.toggle) {
        collect_node(evaluator, child.id, frame, out);
    }
}

fn collect_node(evaluator: &Evaluator<'_>, id: Id, frame: &Frame, out: &mut Vec<Read>) {
    let Some(node) = evaluator.shared.plan.nodes.get(id as usize) else { return };
    match &node.op {
        Op::At(level, local) => collect_node(evaluator, *local, &frame.only(*level), out),
        Op::All(children) | Op::Any(children) => {
            children.iter().for_each(|c| collect(evaluator, c, frame, out));
        }
        Op::Atom(test) => {
            let kind = node.kind.unwrap_or(Vocabulary::INSTITUTION);
            let Some(atom) = evaluator.shared.plan.atoms.get(*test as usize) else { return };
            let stated = evaluator.shared.block.rows(kind).map_or(&[][..], |r| r.stated.as_slice());
            for entry in 0..u32::try_from(frame.len).unwrap_or(u32::MAX) {
                let row = frame.first().row(entry);
                if !matches!(evaluator.cell(kind, atom.slot, row), Code::One(_)) {
                    let place = row.map(|r| (stated.get(r as usize).copied().unwrap_or(u16::MAX), kind, r));
                    out.push((frame.origin(entry), place, atom.word, *test, kind));
                }
            }
        }
        Op::Quantifier(q) => {
            let inner = evaluator.open_range(q, frame);
            let inside = inner.frame.select(&evaluator.in_range(q, &inner));
            for child in q.within.iter().chain(&q.except).chain(&q.body) {
                collect(evaluator, child, &inside, out);
            }
        }
        Op::Part(_) | Op::Stated(_) => {}
    }
}

/// The distinguishable values of an unknown cell; empty where it is not enumerated.
fn values(
    evaluator: &Evaluator<'_>,
    kind: KindId,
    row: Option<u32>,
    word: WordId,
    reads: &[Read],
) -> Vec<Held> {
    let atoms: Vec<&Atom> =
        reads.iter().filter_map(|r| evaluator.shared.plan.atoms.get(r.3 as usize)).collect();
    let slot = atoms.first().map_or(0, |a| a.slot);
    if let Code::Several(hs) = evaluator.cell(kind, slot, row) {
        return hs.clone();
    }
    let declared = evaluator.shared.vocabulary.word(word);
    let mut values: Vec<Tested> = match &declared.value {
        ValueType::Choice(choices) => {
            (0..choices.len()).filter_map(|i| u16::try_from(i).ok()).map(Tested::Choice).collect()
        }
        ValueType::Number(_) => {
            let named = atoms.iter().filter_map(|a| match a.test {
                Test::AtLeast(o) | Test::AtMost(o) => Some(evaluator.number(o)),
                _ => None,
            });
            let mut points: Vec<i64> = named.flat_map(|n| [n - 1, n, n + 1]).collect();
            // Tests that name no number still tell a number from 該当なし.
            points.push(0);
            points.sort_unstable();
            points.dedup();
            points.into_iter().map(Tested::Number).collect()
        }
        _ => return Vec::new(),
    };
    if declared.not_applicable {
        values.push(Tested::NotApplicable);
    }
    values.into_iter().map(|value| Held { evidence: 0, value }).collect()
}

/// Patterns that drive a rule to each of its outcomes. Any would be sound;
/// these are likely to reach what a plain set holds.
pub(crate) fn patterns(vocabulary: &Vocabulary, book: &Rulebook, rule: &Rule) -> Vec<Pattern> {
    let mut out: Vec<Pattern> = Vec::new();
    // Later wishes give way to earlier ones; both orders are tried, so that a
    // word that two ranges ask differently is supposed both ways.
    for last_first in [false, true] {
        for (target, requirement, relief) in
            [(true, true, true), (true, false, false), (true, false, true), (false, false, false)]
        {
            let mut wishes: Vec<(&rulebook::Node, bool)> = Vec::new();
            wishes.extend(rule.effective.iter().filter_map(|(_, e)| e.as_ref()).map(|n| (n, target)));
            wishes.extend(rule.target.iter().map(|n| (n, target)));
            wishes.extend(rule.except.iter().map(|n| (n, !target)));
            wishes.extend(rule.relief.iter().map(|r| (&r.when, relief)));
            wishes.extend(rule.relief.iter().filter_map(|r| r.until.as_ref()).map(|n| (n, !relief)));
            wishes.extend(rule.requirement.iter().map(|n| (n, requirement)));
            if last_first {
                wishes.reverse();
            }
            let mut pattern = Pattern::new();
            for (node, truth) in wishes {
                wish(vocabulary, book, node, truth, &mut pattern);
            }
            if !out.contains(&pattern) {
                out.push(pattern);
            }
        }
    }
    out
}

/// Supposes values that make a node true or false.
fn wish(vocabulary: &Vocabulary, book: &Rulebook, node: &rulebook::Node, truth: bool, out: &mut Pattern) {
    match &node.op {
        rulebook::Op::All(_, items) | rulebook::Op::Any(_, items) | rulebook::Op::Alternative(_, items) => {
            items.iter().for_each(|n| wish(vocabulary, book, n, truth, out));
        }
        rulebook::Op::Definition(_, body) => wish(vocabulary, book, body, truth, out),
        rulebook::Op::Part(_) => {}
        rulebook::Op::Quantifier(q) => {
            // A row must be in the range to tell.
            q.within.iter().for_each(|n| wish(vocabulary, book, n, true, out));
            q.except.iter().for_each(|n| wish(vocabulary, book, n, false, out));
            q.body.iter().for_each(|n| wish(vocabulary, book, n, truth, out));
        }
        rulebook::Op::Atom(atom) => {
            if let Some(value) = value_for(vocabulary, book, atom, truth) {
                out.entry(atom.word).or_insert(value);
            }
        }
    }
}

/// A value of the word that makes the test true or false.
fn value_for(vocabulary: &Vocabulary, book: &Rulebook, atom: &Atom, truth: bool) -> Option<Tested> {
    let word = vocabulary.word(atom.word);
    let number = |o: Operand| match o {
        Operand::Literal(s) => s,
        Operand::Value(v) => book.values.get(usize::from(v)).map_or(Scalar::Number(0), |v| v.value),
    };
    let near = |o: Operand, up: i64| match number(o) {
        Scalar::Number(n) => Some(Tested::Number(n + up)),
        Scalar::Day(_) => None,
    };
    match (&atom.test, &word.value) {
        (Test::OneOf { choices, not, .. }, ValueType::Choice(all)) => {
            let count = u16::try_from(all.len()).ok()?;
            (0..count).find(|c| (choices.contains(*c) != *not) == truth).map(Tested::Choice)
        }
        (Test::OneOf { not_applicable, not, .. }, ValueType::Number(_)) => {
            Some(if (*not_applicable != *not) == truth { Tested::NotApplicable } else { Tested::Number(0) })
        }
        (Test::AtLeast(o), _) => near(*o, if truth { 0 } else { -1 }),
        (Test::AtMost(o), _) => near(*o, if truth { 0 } else { 1 }),
        _ => None,
    }
}
