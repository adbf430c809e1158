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
use crate::verdicts::{DEEMED, MET, NOT_MET, OUT, RELIEF, Set, Table, combined, table};
use rulebook::{Atom, Operand, Rule, Rulebook, Scalar, Test};
use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;
use verdict::{OutcomeSet, Truth};
use vocabulary::{KindId, ValueType, Vocabulary, WordId};

/// So many repeated unknown facts are enumerated.
const MAX_CELLS: usize = 12;
/// So many combinations at most.
const MAX_COMBINATIONS: usize = 4096;
/// So many worlds are judged at once.
const BATCH: usize = 4096;
/// So many worlds of one unit are tried before it is looked at again.
const WAVE: usize = 16;
/// Worlds are tried in strides, so that the first few differ in every cell.
/// A prime beyond any number of choices: all worlds are visited once.
const STRIDE: usize = 1_000_003;

/// A value for every torn word, likely to reach some outcomes. The other words
/// stay unknown: for them plain logic is exact.
#[derive(Debug)]
pub(crate) struct Pattern {
    reaches: Set,
    values: BTreeMap<WordId, Option<Tested>>,
}

/// The stacks that one institution's set is combined from.
pub(crate) struct Group {
    pub(crate) institution: u32,
    /// Entries of the written units.
    pub(crate) units: Range<u32>,
    /// Entry of the unit that nobody has written down, where the ledger may go on.
    pub(crate) more: Option<u32>,
}

impl Group {
    /// The set of the institution from the sets of its units.
    fn combine(&self, sets: &Pair<Vec<Set>>) -> Set {
        let units = self.units.start as usize..self.units.end as usize;
        let written = combined(sets.written.get(units).unwrap_or_default());
        let more = self.more.and_then(|e| sets.more.get(e as usize));
        more.map_or(written, |more| with_one_more(written, *more))
    }

    /// The same from tables.
    pub(crate) fn plain(&self, tables: &Pair<Table>) -> Set {
        let written = tables.written.combined(&self.units);
        self.more.map_or(written, |e| with_one_more(written, tables.more.combined(&(e..e + 1))))
    }
}

/// What a unit that nobody has written down may add.
fn with_one_more(written: Set, more: Set) -> Set {
    written | OutcomeSet::from_bits(written).worst_with(OutcomeSet::from_bits(more)).bits()
}

/// The same of written units and of those that nobody has written down.
#[derive(Debug, Clone, Default)]
pub(crate) struct Pair<T> {
    pub(crate) written: T,
    pub(crate) more: T,
}

/// One reading of a rule, with みなし given.
pub(crate) struct Asked<'a> {
    pub(crate) evaluator: &'a Evaluator<'a>,
    pub(crate) rule: &'a PlannedRule,
    pub(crate) deemed: Truth,
    pub(crate) frames: &'a Pair<Frame>,
}

/// An institution whose set may still be too wide.
struct Open<'g> {
    group: &'g Group,
    /// The set by plain logic.
    plain: Set,
    /// What has been reached, of it or without it.
    reached: Set,
    /// Entries whose units may read a fact twice.
    left: Pair<Vec<u32>>,
}

/// Adds the exact sets of institutions to what is known to be possible. An
/// institution is left as soon as nothing of its plain set is missing.
pub(crate) fn settle(
    asked: &Asked<'_>,
    twice: &Twice,
    groups: Vec<(&Group, Set)>,
    mut sets: Pair<Vec<Set>>,
    possible: &mut [Set],
) {
    // Of a set of one outcome, as the judge does, nothing is asked.
    let undecided = |frame: &Frame, sets: &[Set], entry: u32| {
        sets.get(entry as usize).is_some_and(|s| s.count_ones() > 1 && s & twice.at(frame, entry) != 0)
    };
    let mut open: Vec<Open<'_>> = Vec::new();
    for (group, plain) in groups {
        let left: Pair<Vec<u32>> = Pair {
            written: group
                .units
                .clone()
                .filter(|e| undecided(&asked.frames.written, &sets.written, *e))
                .collect(),
            more: group.more.into_iter().filter(|e| undecided(&asked.frames.more, &sets.more, *e)).collect(),
        };
        let Some(known) = possible.get_mut(group.institution as usize) else { continue };
        // Some outcome is always possible: a single one needs no closer look.
        if plain.count_ones() == 1 || left.written.is_empty() && left.more.is_empty() {
            *known |= plain;
        } else {
            open.push(Open { group, plain, reached: *known, left });
        }
    }
    // What a unit has been seen to reach; what needs no step is reached as it is.
    let mut found = sets.clone();
    for o in &open {
        let reached = |frame: &Frame, found: &mut Vec<Set>, e: u32| {
            if let Some(f) = found.get_mut(e as usize) {
                *f &= !twice.at(frame, e);
            }
        };
        o.left.written.iter().for_each(|e| reached(&asked.frames.written, &mut found.written, *e));
        o.left.more.iter().for_each(|e| reached(&asked.frames.more, &mut found.more, *e));
    }
    open.retain_mut(|o| still_open(o, &found, possible));
    for pattern in &asked.rule.patterns {
        if !suppose(asked, pattern, &open, &sets, &mut found) {
            continue;
        }
        open.retain_mut(|o| {
            o.left.written.retain(|e| found.written.get(*e as usize) != sets.written.get(*e as usize));
            o.left.more.retain(|e| found.more.get(*e as usize) != sets.more.get(*e as usize));
            still_open(o, &found, possible)
        });
    }
    enumerate(asked, open, &mut sets, &mut found, possible);
}

/// Whether something of the plain set is missing; adds it to what is possible where not.
fn still_open(open: &mut Open<'_>, found: &Pair<Vec<Set>>, possible: &mut [Set]) -> bool {
    open.reached |= open.group.combine(found);
    let missing = open.plain & !open.reached != 0;
    if !missing && let Some(known) = possible.get_mut(open.group.institution as usize) {
        *known |= open.plain;
    }
    missing
}

fn put(sets: &mut [Set], entry: u32, set: Set) {
    if let Some(s) = sets.get_mut(entry as usize) {
        *s = set;
    }
}

/// Adds what the units that miss a pattern's outcomes reach when it is supposed; whether there are any.
fn suppose(
    asked: &Asked<'_>,
    pattern: &Pattern,
    open: &[Open<'_>],
    sets: &Pair<Vec<Set>>,
    found: &mut Pair<Vec<Set>>,
) -> bool {
    let supposed = Assumed::Pattern(&pattern.values);
    let evaluator = Evaluator::new(asked.evaluator.shared, asked.evaluator.other, supposed);
    let one = |frame: &Frame, left: fn(&Pair<Vec<u32>>) -> &[u32], sets: &[Set], found: &mut [Set]| {
        let misses = |e: &u32| {
            let of = |sets: &[Set]| sets.get(*e as usize).copied().unwrap_or(0);
            of(sets) & !of(found) & pattern.reaches != 0
        };
        let entries: Vec<u32> = open.iter().flat_map(|o| left(&o.left)).copied().filter(misses).collect();
        if entries.is_empty() {
            return false;
        }
        let stacks = frame.select(&entries);
        let reached = match pattern.reaches {
            OUT => Table::outside(&evaluator, asked.rule, &stacks),
            _ => table(&evaluator, asked.rule, &stacks, asked.deemed),
        };
        for (entry, set) in entries.iter().zip(reached.sets()) {
            if let Some(f) = found.get_mut(*entry as usize) {
                *f |= set;
            }
        }
        true
    };
    let written = one(&asked.frames.written, |l| &l.written, &sets.written, &mut found.written);
    let more = one(&asked.frames.more, |l| &l.more, &sets.more, &mut found.more);
    written || more
}

/// A cell that is read more than once, with the values it may have.
struct Repeated {
    kind: KindId,
    row: Option<u32>,
    word: WordId,
    values: Vec<Held>,
}

/// A unit whose worlds are tried.
struct Worlds {
    /// Which institution of those that are open.
    open: usize,
    entry: u32,
    cells: Vec<Repeated>,
    combinations: usize,
    next: usize,
    /// What its worlds have reached.
    found: Set,
}

/// Tries the worlds of every unit that is left, some at a time.
fn enumerate(
    asked: &Asked<'_>,
    mut open: Vec<Open<'_>>,
    sets: &mut Pair<Vec<Set>>,
    found: &mut Pair<Vec<Set>>,
    possible: &mut [Set],
) {
    let mut written =
        worlds_of(asked, &asked.frames.written, &open, |l| &l.written, &mut sets.written, &mut found.written);
    let mut more = worlds_of(asked, &asked.frames.more, &open, |l| &l.more, &mut sets.more, &mut found.more);
    let mut done = vec![false; open.len()];
    loop {
        for (i, o) in open.iter_mut().enumerate() {
            // Units that were enumerated to the end have narrowed the plain set.
            o.plain = o.group.combine(sets);
            if let Some(d) = done.get_mut(i)
                && !*d
            {
                *d = !still_open(o, found, possible);
            }
        }
        let over = |w: &Worlds| done.get(w.open).copied().unwrap_or(true);
        written.retain(|w| !over(w));
        more.retain(|w| !over(w));
        if written.is_empty() && more.is_empty() {
            break;
        }
        try_worlds(asked, &asked.frames.written, &mut written, &mut sets.written, &mut found.written);
        try_worlds(asked, &asked.frames.more, &mut more, &mut sets.more, &mut found.more);
    }
}

/// The units that are left, with the cells they read twice. One that reads
/// nothing twice keeps its plain set.
fn worlds_of(
    asked: &Asked<'_>,
    frame: &Frame,
    open: &[Open<'_>],
    left: fn(&Pair<Vec<u32>>) -> &[u32],
    sets: &mut [Set],
    found: &mut [Set],
) -> Vec<Worlds> {
    let entries: Vec<(usize, u32)> =
        open.iter().enumerate().flat_map(|(i, o)| left(&o.left).iter().map(move |e| (i, *e))).collect();
    if entries.is_empty() {
        return Vec::new();
    }
    let rows: Vec<u32> = entries.iter().map(|(_, e)| *e).collect();
    let cells = repeated_cells(asked.evaluator, asked.rule, &frame.select(&rows));
    let mut out = Vec::new();
    for ((open, entry), cells) in entries.into_iter().zip(cells) {
        if cells.is_empty() {
            put(found, entry, sets.get(entry as usize).copied().unwrap_or(0));
        } else {
            let combinations = cells.iter().map(|c| c.values.len()).product();
            out.push(Worlds { open, entry, cells, combinations, next: 0, found: 0 });
        }
    }
    out
}

/// One wave: some worlds of the first units.
fn try_worlds(
    asked: &Asked<'_>,
    frame: &Frame,
    units: &mut Vec<Worlds>,
    sets: &mut [Set],
    found: &mut [Set],
) {
    let mut given: Vec<Vec<Given>> = Vec::new();
    let mut of: Vec<usize> = Vec::new();
    for (i, w) in units.iter_mut().enumerate() {
        let end = w.combinations.min(w.next + WAVE);
        given.extend((w.next..end).map(|n| world(&w.cells, n * STRIDE % w.combinations.max(1))));
        of.resize(given.len(), i);
        w.next = end;
        if given.len() >= BATCH {
            break;
        }
    }
    if given.is_empty() {
        return;
    }
    let rows: Vec<u32> = of.iter().filter_map(|i| units.get(*i)).map(|w| w.entry).collect();
    let mut stacks = frame.select(&rows);
    stacks.origin = Some((0..u32::try_from(rows.len()).unwrap_or(u32::MAX)).collect());
    let evaluator = Evaluator::new(asked.evaluator.shared, asked.evaluator.other, Assumed::Worlds(&given));
    let reached = table(&evaluator, asked.rule, &stacks, asked.deemed).sets();
    for (i, set) in of.iter().zip(reached) {
        if let Some(w) = units.get_mut(*i) {
            w.found |= set;
        }
    }
    units.retain(|w| {
        let plain = sets.get(w.entry as usize).copied().unwrap_or(0);
        if let Some(f) = found.get_mut(w.entry as usize) {
            *f |= w.found;
        }
        let whole = w.next >= w.combinations;
        if whole {
            put(sets, w.entry, w.found);
            put(found, w.entry, w.found);
        }
        !whole && plain & !w.found != 0
    });
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
    let values = values_of(evaluator, word, &atoms);
    values.into_iter().map(|value| Held { evidence: 0, value }).collect()
}

/// The values of a word that some tests can tell apart; none for dates and terms.
pub(crate) fn values_of(evaluator: &Evaluator<'_>, word: WordId, atoms: &[&Atom]) -> Vec<Tested> {
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
    values
}

/// Patterns that drive a rule to each of its outcomes. Any would be sound;
/// these are likely to reach what a plain set holds.
pub(crate) fn patterns(
    vocabulary: &Vocabulary,
    book: &Rulebook,
    rule: &Rule,
    torn: &BTreeSet<WordId>,
) -> Vec<Pattern> {
    let mut out: Vec<Pattern> = Vec::new();
    // Later wishes give way to earlier ones; both orders are tried, so that a
    // word that two ranges ask differently is supposed both ways.
    for last_first in [false, true] {
        for (reaches, target, requirement, relief) in [
            (DEEMED | MET, true, true, true),
            (NOT_MET, true, false, false),
            (OUT, false, false, false),
            (RELIEF, true, false, true),
        ] {
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
            let mut wished = BTreeMap::new();
            for (node, truth) in wishes {
                wish(vocabulary, book, node, truth, &mut wished);
            }
            let any = |word: &WordId| match vocabulary.word(*word).value {
                ValueType::Choice(_) => Some(Tested::Choice(0)),
                ValueType::Number(_) => Some(Tested::Number(0)),
                _ => None,
            };
            let values = torn.iter().map(|w| (*w, wished.remove(w).or_else(|| any(w)))).collect();
            match out.iter_mut().find(|p| p.values == values) {
                Some(same) => same.reaches |= reaches,
                None => out.push(Pattern { reaches, values }),
            }
        }
    }
    out
}

/// Supposes values that make a node true or false.
fn wish(
    vocabulary: &Vocabulary,
    book: &Rulebook,
    node: &rulebook::Node,
    truth: bool,
    out: &mut BTreeMap<WordId, Tested>,
) {
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
