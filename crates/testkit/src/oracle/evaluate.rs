//! Two-valued judging of one rule in one world, straight from the syntax tree.

use super::text::{RuleText, Text, condition_part, reaches};
use super::values::{Asked, all, as_stated, asked, passes};
use super::worlds::{Question, Row, World};
use facts::{Cell, Known, Value};
use rule_language::syntax::{
    Atom, Condition, Empty, FactAtom, GroupWord, Quantifier, Rule, Section, SectionWord, Sub,
};
use rulebook::Scalar;
use std::collections::BTreeSet;
use verdict::{Outcome, OutcomeSet};
use vocabulary::{EvidenceId, KindId, RelationId, Vocabulary, Word, WordId};

/// How many further rows are tried at most.
const FURTHER: usize = 2;

/// How a condition is read.
#[derive(Clone, Copy)]
struct Reading<'a> {
    /// Interpretations read against their default.
    flipped: &'a BTreeSet<String>,
    /// Whether 資格 is taken as true (within a 条件).
    taken_as_eligible: bool,
}

/// What every world starts from.
pub(super) struct Start<'a> {
    pub(super) text: &'a Text,
    pub(super) known: &'a Known<'a>,
    /// Per word: every value that some test could tell apart from others.
    values: Vec<Vec<Value>>,
    default: BTreeSet<String>,
}

impl<'a> Start<'a> {
    pub(super) fn new(text: &'a Text, known: &'a Known<'a>) -> Start<'a> {
        let values = known.vocabulary().words().iter().map(|w| all(text, w, known.judged_on())).collect();
        Start { text, known, values, default: BTreeSet::new() }
    }
}

/// One evaluation in one world.
pub(super) struct Evaluation<'a, 'w, 'v> {
    start: &'a Start<'a>,
    text: &'a Text,
    known: &'a Known<'a>,
    world: &'w mut World<'v>,
}

impl<'a, 'w, 'v> Evaluation<'a, 'w, 'v> {
    pub(super) fn new(start: &'a Start<'a>, world: &'w mut World<'v>) -> Self {
        Evaluation { start, text: start.text, known: start.known, world }
    }

    fn vocabulary(&self) -> &'a Vocabulary {
        self.known.vocabulary()
    }

    fn institution(&self) -> Row {
        self.known.rows(Vocabulary::INSTITUTION).first().map_or(Row::Nobody, |r| Row::Known(*r))
    }

    fn kind(&self, row: &Row) -> KindId {
        match row {
            Row::Nobody => Vocabulary::INSTITUTION,
            Row::Known(r) => self.known.kind(*r),
            Row::Further(kind, _) => *kind,
            Row::Member(relation, ..) => self.vocabulary().relation(*relation).to,
        }
    }

    /// The outcome of a rule.
    pub(super) fn outcome(&mut self, rule: &RuleText, flipped: &BTreeSet<String>) -> Outcome {
        self.rule(rule, Reading { flipped, taken_as_eligible: false })
    }

    /// 対象 ∧ 資格 of a deeming.
    pub(super) fn eligible(&mut self, deeming: usize) -> bool {
        let d = &self.text.deemings[deeming];
        self.deeming_block(&d.target) && self.deeming_block(&d.eligibility)
    }

    // --- rules (§3) ---

    fn rule(&mut self, rule: &RuleText, reading: Reading<'_>) -> Outcome {
        if !rule.required() || (!reading.taken_as_eligible && self.out_for_want_of_eligibility(rule)) {
            return Outcome::OutOfScope;
        }
        let units = match rule.rule.unit.as_ref().and_then(|u| self.vocabulary().kind_named(&u.kind)) {
            Some(kind) => {
                let rows = self.rows_of_kind(kind);
                rows.into_iter().map(|row| vec![self.institution(), row]).collect()
            }
            None => vec![vec![self.institution()]],
        };
        // No unit at all: 該当なしは対象外.
        let outcomes =
            units.into_iter().map(|mut stack| self.unit(rule, &mut stack, reading)).collect::<Vec<_>>();
        outcomes.into_iter().max().unwrap_or(Outcome::OutOfScope)
    }

    /// Rules of the part that a 条件 names are out of scope without 資格.
    fn out_for_want_of_eligibility(&mut self, rule: &RuleText) -> bool {
        let text = self.text;
        let named: Vec<_> =
            text.deemings.iter().filter(|d| condition_part(d) == Some(rule.part.as_str())).collect();
        !named.is_empty() && !named.iter().any(|d| self.deeming_block(&d.eligibility))
    }

    fn unit(&mut self, rule: &RuleText, stack: &mut Vec<Row>, reading: Reading<'_>) -> Outcome {
        let r = &rule.rule;
        if !self.asked_now(r, stack, reading) || !self.target(r, stack, reading) {
            return Outcome::OutOfScope;
        }
        if self.deemed(&rule.part) {
            return Outcome::DeemedMet;
        }
        if self.every(sections(r, SectionWord::Requirement), stack, reading) {
            return Outcome::Met;
        }
        for s in sections(r, SectionWord::Relief) {
            let when = s.when.as_ref().is_some_and(|w| self.block(&w.body.items, stack, reading, true));
            let over =
                when && s.until.as_ref().is_some_and(|u| self.block(&u.body.items, stack, reading, true));
            if when && !over {
                return Outcome::Relief;
            }
        }
        Outcome::NotMet
    }

    /// In force on the judged day, or asked earlier.
    fn asked_now(&mut self, rule: &Rule, stack: &mut Vec<Row>, reading: Reading<'_>) -> bool {
        let Some(e) = &rule.effective else { return true };
        let in_force = match self.text.scalar(&e.value, reading.flipped) {
            Scalar::Day(from) => self.known.judged_on() >= from,
            Scalar::Number(_) => true,
        };
        in_force || e.early.as_ref().is_some_and(|s| self.block(&s.body.items, stack, reading, false))
    }

    fn target(&mut self, rule: &Rule, stack: &mut Vec<Row>, reading: Reading<'_>) -> bool {
        self.every(sections(rule, SectionWord::Target), stack, reading)
            && !sections(rule, SectionWord::Except).any(|s| self.block(&s.body.items, stack, reading, false))
    }

    fn every<'s>(
        &mut self,
        mut sections: impl Iterator<Item = &'s Section>,
        stack: &mut Vec<Row>,
        reading: Reading<'_>,
    ) -> bool {
        sections.all(|s| self.block(&s.body.items, stack, reading, true))
    }

    /// みなし of a part: any of the deemings that reach it.
    fn deemed(&mut self, part: &str) -> bool {
        let text = self.text;
        text.deemings.iter().any(|d| {
            reaches(d, part)
                && self.deeming_block(&d.target)
                && self.deeming_block(&d.eligibility)
                && self.deeming_block(&d.condition)
        })
    }

    /// A block of a deeming: default readings, 資格 taken as true below.
    fn deeming_block(&mut self, block: &Option<Sub>) -> bool {
        let reading = Reading { flipped: &self.start.default, taken_as_eligible: true };
        let mut stack = vec![self.institution()];
        block.as_ref().is_none_or(|s| self.block(&s.body.items, &mut stack, reading, true))
    }

    /// 編 X が 遵守, over the rules that are held.
    fn part(&mut self, part: &str, taken_as_eligible: bool) -> bool {
        let text = self.text;
        let mut all_followed = true;
        for rule in text.rules.iter().filter(|r| r.part == part && r.required()) {
            let set = self.both_readings(rule, taken_as_eligible);
            if set == OutcomeSet::one(Outcome::NotMet) && !rule.carried() {
                return false;
            }
            let followed = |o: Outcome| o < Outcome::Relief || (o == Outcome::Relief && text.relief_counts());
            all_followed &= set.iter().all(followed);
        }
        all_followed || self.world.ask_whether(Question::Part(part.to_owned(), taken_as_eligible))
    }

    /// In this world: the default's outcome, and the other readings' where it is 未遵守.
    fn both_readings(&mut self, rule: &RuleText, taken_as_eligible: bool) -> OutcomeSet {
        let default = &self.start.default;
        let mut set = OutcomeSet::one(self.rule(rule, Reading { flipped: default, taken_as_eligible }));
        if set.contains(Outcome::NotMet) {
            for flipped in &rule.other_readings {
                set.insert(self.rule(rule, Reading { flipped, taken_as_eligible }));
            }
        }
        set
    }

    // --- conditions (§4) ---

    /// A block: its conditions joined by *and*. The only line of a block
    /// stands in the block itself, so it is `alone` that an unread one gives.
    fn block(
        &mut self,
        items: &[Condition],
        stack: &mut Vec<Row>,
        reading: Reading<'_>,
        alone: bool,
    ) -> bool {
        let unread = items.len() != 1 || alone;
        items.iter().all(|c| self.condition(c, stack, reading, unread))
    }

    /// `unread` is what a line gives that this reading leaves out.
    fn condition(&mut self, c: &Condition, stack: &mut Vec<Row>, reading: Reading<'_>, unread: bool) -> bool {
        match c {
            Condition::Line(l) if !self.text.reads(l, reading.flipped) => unread,
            Condition::Line(l) if l.any => l.atoms.iter().any(|a| self.atom(a, stack, reading)),
            Condition::Line(l) => l.atoms.iter().all(|a| self.atom(a, stack, reading)),
            Condition::Group(g) => match g.word {
                GroupWord::All | GroupWord::Alternative => {
                    g.items.iter().all(|c| self.condition(c, stack, reading, true))
                }
                GroupWord::Any => g.items.iter().any(|c| self.condition(c, stack, reading, false)),
            },
            Condition::Quantifier(q) => self.quantifier(q, stack, reading),
        }
    }

    fn atom(&mut self, atom: &Atom, stack: &mut Vec<Row>, reading: Reading<'_>) -> bool {
        match atom {
            Atom::Fact(f) => self.fact(f, stack, reading),
            Atom::Part(name) => self.part(name, reading.taken_as_eligible),
            Atom::Definition(name) => {
                let definition = self.text.definitions.get(name).expect("a definition that loaded");
                definition.body.iter().all(|c| self.condition(c, stack, reading, true))
            }
        }
    }

    fn quantifier(&mut self, q: &Quantifier, stack: &mut Vec<Row>, reading: Reading<'_>) -> bool {
        let (holder, rows) = self.range(&q.range, stack);
        let mut range = Vec::new();
        let mut excluded = false;
        for row in rows {
            stack.push(row.clone());
            if q.within.iter().all(|s| self.block(&s.body.items, stack, reading, true)) {
                if q.except.iter().any(|s| self.block(&s.body.items, stack, reading, false)) {
                    excluded = true;
                } else {
                    range.push(row);
                }
            }
            stack.pop();
        }
        if range.is_empty() {
            return match q.empty {
                Empty::Holds => true,
                Empty::Fails => false,
                Empty::Confirmed => excluded || self.stated_none(q, &holder),
            };
        }
        let mut holds = |row: Row| {
            stack.push(row);
            let body = q.body.iter().all(|c| self.condition(c, stack, reading, true));
            stack.pop();
            body
        };
        if q.all { range.into_iter().all(&mut holds) } else { range.into_iter().any(&mut holds) }
    }

    /// Whether a person stated that there is none of the definition there.
    fn stated_none(&mut self, q: &Quantifier, holder: &Row) -> bool {
        let definition = q.within.iter().find_map(|s| match s.body.items.as_slice() {
            [Condition::Line(l)] => match l.atoms.as_slice() {
                [Atom::Definition(name)] => Some(name.as_str()),
                _ => None,
            },
            _ => None,
        });
        let kind = self.kind(holder);
        let word =
            definition.and_then(|d| self.vocabulary().none_of(kind, d)).expect("台帳確認 has its word");
        let cell = self.cell(holder, word);
        let yes = |v: &Value| {
            passes(
                self.vocabulary().word(word),
                v,
                &Asked::OneOf(vec!["はい".into()], false),
                self.known.judged_on(),
            )
        };
        let stated = !cell.held().is_empty() && cell.held().iter().all(|h| yes(&h.value));
        stated || self.world.ask_whether(Question::NoneStated(holder.clone(), word))
    }

    // --- rows ---

    /// The row a range hangs on, and its rows in this world.
    fn range(&mut self, name: &str, stack: &[Row]) -> (Row, Vec<Row>) {
        if let Some(kind) = self.vocabulary().kind_named(name) {
            return (stack[0].clone(), self.rows_of_kind(kind));
        }
        let id = self.vocabulary().relation_named(name).expect("a range that loaded");
        let relation = self.vocabulary().relation(id);
        let holder = stack.iter().rev().find(|r| self.kind(r) == relation.from).expect("a holder").clone();
        let rows = self.members(id, &holder);
        (holder, rows)
    }

    fn rows_of_kind(&mut self, kind: KindId) -> Vec<Row> {
        let mut out: Vec<Row> = self.known.rows(kind).iter().map(|r| Row::Known(*r)).collect();
        out.extend(self.further_rows(kind));
        out
    }

    fn further_rows(&mut self, kind: KindId) -> Vec<Row> {
        if kind == Vocabulary::INSTITUTION || self.known.complete(kind).is_some() {
            return Vec::new();
        }
        let n = self.world.ask(Question::FurtherRows(kind), FURTHER + 1);
        (0..n).map(|i| Row::Further(kind, i)).collect()
    }

    fn members(&mut self, id: RelationId, holder: &Row) -> Vec<Row> {
        let to = self.vocabulary().relation(id).to;
        let known = match holder {
            Row::Known(r) => self.known.members(id, *r).cloned(),
            _ => None,
        };
        let mut out: Vec<Row> = Vec::new();
        let mut perhaps: Vec<Row> = Vec::new();
        match &known {
            Some(m) => {
                out.extend(m.certain.iter().map(|(r, _)| Row::Known(*r)));
                perhaps.extend(m.possible.iter().map(|r| Row::Known(*r)));
            }
            None => perhaps.extend(self.known.rows(to).iter().map(|r| Row::Known(*r))),
        }
        let open = known.is_none_or(|m| m.open);
        if open {
            perhaps.extend(self.further_rows(to));
        }
        for row in perhaps {
            if self.world.ask_whether(Question::Member(id, holder.clone(), row.clone())) {
                out.push(row);
            }
        }
        if open && self.known.complete(to).is_some() {
            let n = self.world.ask(Question::FurtherMembers(id, holder.clone()), FURTHER + 1);
            out.extend((0..n).map(|i| Row::Member(id, Box::new(holder.clone()), i)));
        }
        out
    }

    // --- facts ---

    fn cell(&self, row: &Row, word: WordId) -> Cell {
        match row {
            Row::Known(r) => self.known.cell(*r, word).clone(),
            _ => Cell::Absent,
        }
    }

    fn fact(&mut self, f: &FactAtom, stack: &[Row], reading: Reading<'_>) -> bool {
        let vocabulary = self.vocabulary();
        let found =
            stack.iter().rev().find_map(|row| Some((row, vocabulary.word_named(self.kind(row), &f.word)?)));
        let (row, id) = found.expect("a fact that the check found a subject for");
        let word = vocabulary.word(id);
        let test = asked(self.text, &f.test, reading.flipped);
        match &f.evidence {
            None => self.value_passes(row, id, &test),
            Some((kind, at_least)) => {
                let counts = counting(vocabulary, word, kind, *at_least);
                self.value_passes_with(row, id, &test, counts, &|| format!("{test:?} {kind} {at_least}"))
            }
        }
    }

    /// Whether the value passes, whatever carries it.
    fn value_passes(&mut self, row: &Row, id: WordId, test: &Asked) -> bool {
        let word = self.vocabulary().word(id);
        let on = self.known.judged_on();
        let (start, text, cell) = (self.start, self.text, self.cell(row, id));
        let can_be = || match cell.held() {
            [] => start.values[id.index()].clone(),
            held => held.iter().flat_map(|h| as_stated(text, word, &h.value, on)).collect(),
        };
        self.world.test(row, id, can_be, |v| passes(word, v, test, on))
    }

    /// 証拠: true only through a fact that carries a kind that counts.
    fn value_passes_with(
        &mut self,
        row: &Row,
        id: WordId,
        test: &Asked,
        counts: u16,
        key: &dyn Fn() -> String,
    ) -> bool {
        let word = self.vocabulary().word(id);
        let on = self.known.judged_on();
        let cell = self.cell(row, id);
        let carrying: Vec<_> = cell.held().iter().filter(|h| h.evidence & counts != 0).collect();
        let question = || Question::Evidence(row.clone(), id, key());
        match (&cell, carrying.as_slice()) {
            (Cell::Several(_), [_, ..]) => {
                // Only those that carry it count, whatever the others say.
                let values: Vec<Value> =
                    carrying.iter().flat_map(|h| as_stated(self.text, word, &h.value, on)).collect();
                let passing = values.iter().filter(|v| passes(word, v, test, on)).count();
                passing == values.len() || (passing > 0 && self.world.ask_whether(question()))
            }
            (_, [_, ..]) => self.value_passes(row, id, test),
            (_, []) => self.value_passes(row, id, test) && self.world.ask_whether(question()),
        }
    }
}

/// The blocks of one word.
fn sections(rule: &Rule, word: SectionWord) -> impl Iterator<Item = &Section> {
    rule.sections.iter().filter(move |s| s.word == word)
}

/// The evidence kinds that satisfy a demand, as bits; 以上 in the word's own order.
fn counting(vocabulary: &Vocabulary, word: &Word, kind: &str, at_least: bool) -> u16 {
    let wanted = vocabulary.evidence_named(kind).expect("evidence that loaded");
    let from = word.evidence.iter().position(|e| *e == wanted).expect("evidence that counts for the word");
    let kinds: &[EvidenceId] = if at_least { &word.evidence[from..] } else { &word.evidence[from..=from] };
    kinds.iter().fold(0, |bits, e| bits | 1 << e.0)
}
