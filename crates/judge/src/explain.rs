//! Why a rule has its set: the typed tree of reasons, and facts that suffice.
//!
//! Each node holds its truth, the line of the rule, and only the children
//! that decide. `cited` lists facts by index such that judging again with
//! these alone gives the same set; this is checked before it is returned.

use crate::asks::{self, Ask};
use crate::evaluate::{Context, Stack};
use crate::explanation::{
    Block, DeemingReason, Explanation, Names, Question, Reading, Reason, ReasonKind, State, SubjectRef,
    UnitReason,
};
use crate::fix;
use crate::verdicts::{self, Judgement, blocks, both_ways, other_readings, reading_set};
use facts::{Cell, Held, Known, RowId, text};
use rulebook::{Atom, Edition, Node, Op, Quantifier, Range, Rule, RuleKind, Rulebook};
use std::collections::BTreeSet;
use verdict::{Outcome, OutcomeSet, Truth};
use vocabulary::Vocabulary;

/// Explains one rule of an edition for one institution.
pub fn explain(book: &Rulebook, edition: &Edition, known: &Known<'_>, index: usize) -> Explanation {
    let judgement = Judgement::new(book, edition, known);
    let mut explainer = Explainer {
        judgement: &judgement,
        names: known.institution().display_names(known.vocabulary()),
        alternatives: BTreeSet::new(),
    };
    explainer.rule(index)
}

struct Explainer<'a> {
    judgement: &'a Judgement<'a>,
    names: Names,
    alternatives: BTreeSet<String>,
}

/// A reason and the facts it stands on.
type Cited = (Reason, Vec<u32>);

impl Explainer<'_> {
    fn known(&self) -> &Known<'_> {
        self.judgement.known
    }
    fn words(&self) -> &Vocabulary {
        self.judgement.known.vocabulary()
    }

    fn subject(&self, row: RowId) -> SubjectRef {
        SubjectRef::of(self.known(), &self.names, self.known().subject(row))
    }

    fn rule(&mut self, index: usize) -> Explanation {
        let judgement = self.judgement;
        let outcomes = judgement.rules.get(index).copied().unwrap_or_default();
        let mut out = Explanation {
            item: judgement.edition.rules.get(index).map(|r| r.front.id.clone()).unwrap_or_default(),
            known_on: self.known().known_on().to_string(),
            judged_on: self.known().judged_on().to_string(),
            outcomes,
            units: Vec::new(),
            open_kind: None,
            deemings: Vec::new(),
            readings: Vec::new(),
            alternatives: Vec::new(),
            questions: Vec::new(),
            if_changed: Vec::new(),
            if_changed_outcomes: None,
            cited: Vec::new(),
        };
        let Some(rule) = judgement.edition.rules.get(index) else { return out };
        let mut cited = BTreeSet::new();
        self.deemings(rule, &mut out, &mut cited);
        let closed_gate = judgement.gate(rule.part) == Some(Truth::False);
        if rule.kind == RuleKind::Required && !closed_gate {
            self.units(rule, &mut out, &mut cited);
            self.readings(rule, &mut out, &mut cited);
        }
        out.alternatives = self.alternatives.iter().cloned().collect();
        out.cited = self.sufficient(index, outcomes, cited);
        if outcomes.len() > 1 {
            out.questions = self.questions(index);
        }
        if outcomes.contains(Outcome::NotMet) && !closed_gate {
            fix::suggest(judgement, index, |row| self.subject(row), &mut out);
        }
        out
    }

    fn deemings(&mut self, rule: &Rule, out: &mut Explanation, cited: &mut BTreeSet<u32>) {
        let judgement = self.judgement;
        let stack = Stack::of(judgement.known);
        let context = judgement.context();
        for (deeming, state) in judgement.edition.deemings.iter().zip(&judgement.deemings) {
            let reaches = deeming.reaches.contains(&rule.part);
            if !reaches && deeming.part != rule.part {
                continue;
            }
            let (target, target_cites) = self.node(&context, &deeming.target, &stack);
            let (eligible, eligible_cites) = self.node(&context, &deeming.eligibility, &stack);
            if !reaches {
                // The gate of the part itself: 資格 alone.
                if state.eligible != Truth::Unknown {
                    cited.extend(eligible_cites);
                }
            } else if out.outcomes != OutcomeSet::OUT_OF_SCOPE {
                match state.deemed() {
                    Truth::Unknown => {}
                    Truth::True => {
                        cited.extend(target_cites);
                        cited.extend(eligible_cites);
                        self.cite_part(deeming.part, Truth::True, cited);
                    }
                    // One reason is enough.
                    Truth::False if state.eligible == Truth::False => cited.extend(eligible_cites),
                    Truth::False if state.target == Truth::False => cited.extend(target_cites),
                    Truth::False => self.cite_part(deeming.part, Truth::False, cited),
                }
            }
            out.deemings.push(DeemingReason {
                id: deeming.front.id.clone(),
                target: Block { word: "対象".into(), truth: state.target, reasons: vec![target] },
                eligible: Block { word: "資格".into(), truth: state.eligible, reasons: vec![eligible] },
                condition: state.condition,
            });
        }
    }

    /// Facts that make a part followed, or one item of it certainly not.
    fn cite_part(&mut self, part: rulebook::PartId, truth: Truth, cited: &mut BTreeSet<u32>) {
        let judgement = self.judgement;
        for (i, rule) in judgement.edition.rules.iter().enumerate().filter(|(_, r)| r.part == part) {
            let Some(set) = judgement.taken.get(i).copied().flatten() else { continue };
            if rule.kind != RuleKind::Required || verdicts::counts(judgement.book, rule, set) != truth {
                continue;
            }
            let contexts: Vec<u64> = std::iter::once(0).chain(other_readings(rule)).collect();
            for other in contexts {
                let context = Context { other, ..judgement.context() };
                let mut units = Vec::new();
                self.unit_reasons(&context, rule, Truth::False, &mut units, cited);
            }
            if truth == Truth::False {
                break;
            }
        }
    }

    fn units(&mut self, rule: &Rule, out: &mut Explanation, cited: &mut BTreeSet<u32>) {
        let judgement = self.judgement;
        let context = judgement.context();
        let deemed =
            if judgement.gate(rule.part).is_some() { Truth::False } else { judgement.deemed(rule.part) };
        self.unit_reasons(&context, rule, deemed, &mut out.units, cited);
        if rule.unit != Vocabulary::INSTITUTION && self.known().complete(rule.unit).is_none() {
            out.open_kind = Some(self.words().kind(rule.unit).name.clone());
        }
    }

    fn unit_reasons(
        &mut self,
        context: &Context<'_>,
        rule: &Rule,
        deemed: Truth,
        units: &mut Vec<UnitReason>,
        cited: &mut BTreeSet<u32>,
    ) {
        let all = verdicts::unit_stacks(self.judgement.known, rule);
        let sets: Vec<OutcomeSet> = all.iter().map(|(_, s)| both_ways(context, rule, s, deemed)).collect();
        // One unit decides alone where no other can be worse: 未遵守, or any
        // that is deemed met while all are deemed.
        let worst = OutcomeSet::one(if deemed == Truth::True { Outcome::DeemedMet } else { Outcome::NotMet });
        let decisive = sets.iter().position(|s| *s == worst);
        for (i, ((row, stack), set)) in all.iter().zip(&sets).enumerate() {
            let (blocks, cites) = self.blocks(context, rule, stack, deemed);
            if decisive.is_none_or(|d| d == i) {
                cited.extend(cites);
                if rule.unit != Vocabulary::INSTITUTION {
                    cited.extend(row.map(|r| self.known().exists_by(r)));
                }
            }
            units.push(UnitReason { subject: row.map(|r| self.subject(r)), outcomes: *set, blocks });
        }
        if rule.unit != Vocabulary::INSTITUTION && decisive.is_none() {
            cited.extend(self.known().complete(rule.unit).unwrap_or_default());
        }
    }

    /// The blocks of one unit that decide, in the order of exceptions.
    fn blocks(
        &mut self,
        context: &Context<'_>,
        rule: &Rule,
        stack: &Stack,
        deemed: Truth,
    ) -> (Vec<Block>, Vec<u32>) {
        let mut out = Vec::new();
        let mut cites = Vec::new();
        let truths = blocks(context, rule, stack, if deemed == Truth::True { deemed } else { Truth::False });
        let mut add = |me: &mut Self, word: &str, nodes: &[&Node], truth: Truth, and: bool| {
            let mut reasons = Vec::new();
            let mut parts: Vec<(Truth, Vec<u32>)> = Vec::new();
            for node in nodes.iter().filter(|n| context.reads(n.toggle)) {
                let (reason, c) = me.node(context, node, stack);
                parts.push((reason.truth, c));
                reasons.push(reason);
            }
            cites.extend(joined(&parts, truth, and));
            out.push(Block { word: word.into(), truth, reasons });
        };
        let asked = verdicts::asked(context, rule, stack);
        if let Some((_, early)) = &rule.effective {
            let early: Vec<&Node> = early.iter().collect();
            let in_force = asked == Truth::True
                && early
                    .first()
                    .is_none_or(|e| !context.reads(e.toggle) || context.truth(e, stack) != Truth::True);
            add(self, "施行", if in_force { &[] } else { &early }, asked, false);
        }
        if asked.can_be_true() {
            let target: Vec<&Node> = rule.target.iter().collect();
            let truth = context.all(&rule.target, stack);
            if !target.is_empty() {
                add(self, "対象", &target, truth, true);
            }
            if truth.can_be_true() && !rule.except.is_empty() {
                let except: Vec<&Node> = rule.except.iter().collect();
                add(self, "除く", &except, context.any(&rule.except, stack), false);
            }
        }
        if truths.target.can_be_true() && deemed != Truth::True {
            let requirement: Vec<&Node> = rule.requirement.iter().collect();
            add(self, "要件", &requirement, truths.requirement, true);
            if let (Some(relief), true) = (&rule.relief, truths.requirement.can_be_false()) {
                let when = context.line(&relief.when, stack, Truth::True);
                let until =
                    relief.until.as_ref().map_or(Truth::False, |u| context.line(u, stack, Truth::False));
                if until != Truth::True || when != Truth::True {
                    add(self, "緩和 とき", &[&relief.when], when, true);
                }
                if let (Some(node), true) = (&relief.until, when.can_be_true()) {
                    add(self, "緩和 終了", &[node], until, false);
                }
            }
        }
        (out, cites)
    }

    fn readings(&mut self, rule: &Rule, out: &mut Explanation, cited: &mut BTreeSet<u32>) {
        let judgement = self.judgement;
        let context = judgement.context();
        let deemed =
            if judgement.gate(rule.part).is_some() { Truth::False } else { judgement.deemed(rule.part) };
        if !reading_set(&context, rule, deemed).contains(Outcome::NotMet) {
            return;
        }
        for other in other_readings(rule) {
            let context = Context { other, ..context };
            let mut units = Vec::new();
            self.unit_reasons(&context, rule, deemed, &mut units, cited);
            let one = rule.toggles.iter().find(|t| other == 1 << **t);
            if let Some(i) = one.and_then(|t| judgement.book.interpretations.get(usize::from(*t))) {
                out.readings.push(Reading {
                    id: i.id.clone(),
                    title: i.title.clone(),
                    default_text: i.default_text.clone(),
                    other_text: i.other_text.clone(),
                    other_outcomes: reading_set(&context, rule, deemed),
                });
            }
        }
    }

    /// The cited facts if they suffice; else with all that the rule may read.
    fn sufficient(&self, index: usize, set: OutcomeSet, cited: BTreeSet<u32>) -> Vec<u32> {
        let judgement = self.judgement;
        let known = judgement.known;
        let holds = |kept: &BTreeSet<u32>| {
            let only = known.institution().only(|i| u32::try_from(i).is_ok_and(|i| kept.contains(&i)));
            let view = Known::new(known.vocabulary(), &only, known.known_on(), known.judged_on());
            Judgement::of_one(judgement.book, judgement.edition, &view, index) == set
        };
        if holds(&cited) {
            let lean = self.without_needless_introductions(&cited);
            return if lean.len() < cited.len() && holds(&lean) { lean } else { cited }.into_iter().collect();
        }
        // Correlated unknowns: every fact stated by the day, then fewer while it holds.
        let mut all: BTreeSet<u32> =
            (0..u32::try_from(known.institution().facts().len()).unwrap_or(0)).collect();
        if all.len() <= 400 {
            for fact in all.clone() {
                if !cited.contains(&fact) {
                    all.remove(&fact);
                    if !holds(&all) {
                        all.insert(fact);
                    }
                }
            }
        }
        all.into_iter().collect()
    }

    /// Without the facts that only introduce a subject of which another fact is cited.
    fn without_needless_introductions(&self, cited: &BTreeSet<u32>) -> BTreeSet<u32> {
        let fact = |i: &u32| self.known().fact(*i);
        let told: BTreeSet<_> = cited
            .iter()
            .filter_map(fact)
            .filter(|f| f.what != facts::What::Exists)
            .map(|f| f.subject)
            .collect();
        cited
            .iter()
            .copied()
            .filter(|i| !fact(i).is_some_and(|f| f.what == facts::What::Exists && told.contains(&f.subject)))
            .collect()
    }

    fn node(&mut self, context: &Context<'_>, node: &Node, stack: &Stack) -> Cited {
        let truth = context.truth(node, stack);
        let group = |me: &mut Self, items: &[Node], and: bool, kind: ReasonKind| -> Cited {
            let mut children = Vec::new();
            let mut parts = Vec::new();
            for item in items.iter().filter(|n| context.reads(n.toggle)) {
                // Only children that bear on the truth are shown.
                let t = context.truth(item, stack);
                let bears = match truth {
                    Truth::Unknown => t != Truth::from(and),
                    decided => t == decided,
                };
                if bears {
                    let (reason, cites) = me.node(context, item, stack);
                    parts.push((t, cites));
                    children.push(reason);
                }
            }
            let cites = joined(&parts, truth, and);
            (Reason { kind, truth, line: node.line, children }, cites)
        };
        match &node.op {
            Op::All(label, items) => group(self, items, true, ReasonKind::All { label: label.clone() }),
            Op::Any(label, items) => {
                let sure = |n: &&Node| context.reads(n.toggle) && context.truth(n, stack) == Truth::True;
                let (alternative, plain): (Vec<&Node>, Vec<&Node>) =
                    items.iter().filter(sure).partition(|n| matches!(n.op, Op::Alternative(..)));
                if plain.is_empty() {
                    self.alternatives.extend(alternative.iter().filter_map(|n| match &n.op {
                        Op::Alternative(label, _) => Some(label.clone()),
                        _ => None,
                    }));
                }
                group(self, items, false, ReasonKind::Any { label: label.clone() })
            }
            Op::Alternative(label, items) => {
                group(self, items, true, ReasonKind::Alternative { label: label.clone() })
            }
            Op::Definition(name, body) => {
                let (inner, cites) = self.node(context, body, stack);
                (
                    Reason {
                        kind: ReasonKind::Definition { name: name.clone() },
                        truth,
                        line: node.line,
                        children: inner.children,
                    },
                    cites,
                )
            }
            Op::Part(part) => {
                let name = self.judgement.book.part(*part).map(|p| p.name.clone()).unwrap_or_default();
                (
                    Reason { kind: ReasonKind::Part { name }, truth, line: node.line, children: Vec::new() },
                    Vec::new(),
                )
            }
            Op::Atom(atom) => self.atom(context, atom, stack, truth, node.line),
            Op::Quantifier(q) => self.quantifier(context, q, stack, truth, node.line),
        }
    }

    fn atom(&mut self, context: &Context<'_>, atom: &Atom, stack: &Stack, truth: Truth, line: u32) -> Cited {
        let row = stack.row(atom.level);
        let known = self.known();
        let cell = row.map_or(&Cell::Absent, |r| known.cell(r, atom.word));
        let state = asks::state_of(context, atom, cell, truth);
        let stated = cell
            .held()
            .iter()
            .filter_map(|h| {
                let fact = known.fact(*h.facts.first()?)?;
                let value = text::value_text(known.vocabulary(), known.institution(), atom.word, &h.value);
                Some(format!("{value}{}", text::source_text(known.vocabulary(), known.institution(), fact)))
            })
            .collect();
        let kind = ReasonKind::Fact {
            subject: row.map(|r| self.subject(r)),
            word: self.words().word(atom.word).name.clone(),
            condition: atom.text.clone(),
            stated,
            state,
        };
        let cites = if truth == Truth::Unknown { Vec::new() } else { facts_of(cell) };
        (Reason { kind, truth, line, children: Vec::new() }, cites)
    }

    fn quantifier(
        &mut self,
        context: &Context<'_>,
        q: &Quantifier,
        stack: &Stack,
        truth: Truth,
        line: u32,
    ) -> Cited {
        let rows = context.rows(q.range, stack);
        let open = rows.open;
        let certain: Vec<RowId> = rows.certain().collect();
        // Where there may be more rows anyway, one that perhaps belongs decides nothing.
        let possible = if open { Vec::new() } else { rows.possible.to_vec() };
        let decisive = if q.all { Truth::False } else { Truth::True };
        let mut left_out = Vec::new();
        let mut children = Vec::new();
        let mut in_range_count = 0;
        // Facts that settle each row, for a result that stands on all rows.
        let mut every: Vec<u32> = Vec::new();
        // The cheapest row that decides alone.
        let mut alone: Option<Vec<u32>> = None;
        // The cheapest row that is certainly in range.
        let mut inhabited: Option<Vec<u32>> = None;
        for (row, sure) in certain.iter().map(|r| (*r, true)).chain(possible.iter().map(|r| (*r, false))) {
            let inner = stack.with(Some(row));
            let in_range = context.in_range(q, &inner);
            let naming = self.naming(q.range, stack, row);
            if in_range == Truth::False {
                let (why, cites) = self.outside(context, q, &inner);
                every.extend(cites);
                left_out.push(self.row(row, in_range, Truth::False, line, why));
                continue;
            }
            let in_range = if sure { in_range } else { Truth::Unknown };
            in_range_count += usize::from(in_range == Truth::True);
            let body = context.all(&q.body, &inner);
            let bears = if truth == decisive { body == decisive && in_range == Truth::True } else { true };
            if !bears {
                continue;
            }
            let unknown_range = in_range == Truth::Unknown && truth == Truth::Unknown && body != !decisive;
            let (inside, range_cites) = self.inside(context, q, &inner);
            let (reasons, body_cites) = self.conjunction(context, &q.body, &inner);
            if in_range == Truth::True {
                let mut c = naming.clone();
                c.push(self.known().exists_by(row));
                c.extend(&range_cites);
                if inhabited.as_ref().is_none_or(|i| c.len() < i.len()) {
                    inhabited = Some(c.clone());
                }
                if body == decisive {
                    c.extend(&body_cites);
                    if alone.as_ref().is_none_or(|a| c.len() < a.len()) {
                        alone = Some(c);
                    }
                }
            }
            every.extend(&body_cites);
            let mut shown = if unknown_range { inside } else { Vec::new() };
            if body != !decisive || truth != Truth::Unknown {
                shown.extend(reasons);
            }
            let concerns = truth != Truth::Unknown || body != !decisive;
            if concerns {
                children.push(self.row(row, in_range, body, line, shown));
            }
        }
        let mut cites = Vec::new();
        if truth == decisive && alone.is_some() {
            cites = alone.unwrap_or_default();
        } else if truth != Truth::Unknown {
            cites = every;
            cites.extend(self.closed_by(q.range, stack, &certain));
            match inhabited {
                Some(c) => cites.extend(c),
                None => cites.extend(self.none_of(q, stack)),
            }
        }
        let range = match q.range {
            Range::Kind(k) => self.words().kind(k).name.clone(),
            Range::Relation(r, _) => self.words().relation(r).name.clone(),
        };
        let kind = ReasonKind::Range { all: q.all, range, open, in_range: in_range_count, left_out };
        (Reason { kind, truth, line, children }, cites)
    }

    fn row(&self, row: RowId, in_range: Truth, truth: Truth, line: u32, children: Vec<Reason>) -> Reason {
        Reason { kind: ReasonKind::Row { subject: self.subject(row), in_range }, truth, line, children }
    }

    /// Why a row is out of range: one うち that fails or one 除く that holds.
    fn outside(&mut self, context: &Context<'_>, q: &Quantifier, inner: &Stack) -> (Vec<Reason>, Vec<u32>) {
        let mut best: Option<Cited> = None;
        let out = |context: &Context<'_>, n: &Node, within: bool| {
            context.reads(n.toggle) && context.truth(n, inner) == Truth::from(!within)
        };
        let nodes = q
            .within
            .iter()
            .filter(|n| out(context, n, true))
            .chain(q.except.iter().filter(|n| out(context, n, false)));
        for node in nodes {
            let found = self.node(context, node, inner);
            if best.as_ref().is_none_or(|b| found.1.len() < b.1.len()) {
                best = Some(found);
            }
        }
        best.map_or((Vec::new(), Vec::new()), |(r, c)| (vec![r], c))
    }

    /// うち and not 除く of a row, with what makes it certain.
    fn inside(&mut self, context: &Context<'_>, q: &Quantifier, inner: &Stack) -> (Vec<Reason>, Vec<u32>) {
        let mut reasons = Vec::new();
        let mut cites = Vec::new();
        for node in q.within.iter().chain(&q.except).filter(|n| context.reads(n.toggle)) {
            let (reason, c) = self.node(context, node, inner);
            if reason.truth == Truth::Unknown {
                reasons.push(reason);
            } else {
                cites.extend(c);
            }
        }
        (reasons, cites)
    }

    fn conjunction(
        &mut self,
        context: &Context<'_>,
        nodes: &[Node],
        stack: &Stack,
    ) -> (Vec<Reason>, Vec<u32>) {
        let truth = context.all(nodes, stack);
        let mut parts = Vec::new();
        let mut reasons = Vec::new();
        for node in nodes.iter().filter(|n| context.reads(n.toggle)) {
            let t = context.truth(node, stack);
            if truth == Truth::Unknown && t == Truth::True || truth == Truth::False && t != Truth::False {
                continue;
            }
            let (reason, cites) = self.node(context, node, stack);
            parts.push((t, cites));
            reasons.push(reason);
        }
        let cites = joined(&parts, truth, true);
        (reasons, cites)
    }

    /// Facts that name a row as a member.
    fn naming(&self, range: Range, stack: &Stack, row: RowId) -> Vec<u32> {
        let Range::Relation(relation, level) = range else { return Vec::new() };
        let members = stack.row(level).and_then(|r| self.known().members(relation, r));
        members
            .and_then(|m| m.certain.iter().find(|(r, _)| *r == row))
            .map(|(_, by)| by.clone())
            .unwrap_or_default()
    }

    /// Facts that close a range, and that its rows exist.
    fn closed_by(&self, range: Range, stack: &Stack, rows: &[RowId]) -> Vec<u32> {
        let mut out: Vec<u32> = rows.iter().map(|r| self.known().exists_by(*r)).collect();
        match range {
            Range::Kind(kind) => out.extend(self.known().complete(kind).unwrap_or_default()),
            Range::Relation(relation, level) => {
                if let Some(m) = stack.row(level).and_then(|r| self.known().members(relation, r)) {
                    out.extend(&m.closed_by);
                    out.extend(m.certain.iter().flat_map(|(_, by)| by));
                }
            }
        }
        out
    }

    fn none_of(&self, q: &Quantifier, stack: &Stack) -> Vec<u32> {
        q.none_of
            .and_then(|(word, level)| Some(facts_of(self.known().cell(stack.row(level)?, word))))
            .unwrap_or_default()
    }

    /// The asks as questions: what is written down before what is not, light before heavy.
    fn questions(&self, index: usize) -> Vec<Question> {
        let mut asks: Vec<Ask> = asks::of_rule(self.judgement, index);
        asks.sort_by_key(|a| self.words().word(a.word).cost);
        asks.iter()
            .enumerate()
            .map(|(i, a)| {
                let word = self.words().word(a.word);
                let wanted = a.demand.as_ref().filter(|_| a.state == State::EvidenceMissing);
                Question {
                    subject: Some(self.subject(a.row)),
                    word: word.name.clone(),
                    text: word.question.clone(),
                    answered_by: word.answered_by.clone(),
                    state: a.state,
                    wanted_evidence: wanted.map(|d| d.text.clone()),
                    decides: if i < 3 {
                        fix::answers(
                            self.judgement,
                            index,
                            Some(a.row),
                            a.word,
                            a.state,
                            wanted.map(|d| d.mask),
                        )
                    } else {
                        Vec::new()
                    },
                    cost: word.cost,
                }
            })
            .collect()
    }
}

/// Facts for a conjunction (or disjunction) of this truth: all parts where
/// every part must hold, the cheapest where one suffices, none where unknown.
fn joined(parts: &[(Truth, Vec<u32>)], truth: Truth, and: bool) -> Vec<u32> {
    if truth == Truth::Unknown {
        return Vec::new();
    }
    if truth == Truth::from(and) {
        return parts.iter().flat_map(|(_, c)| c.iter().copied()).collect();
    }
    parts
        .iter()
        .filter(|(t, _)| *t == truth)
        .map(|(_, c)| c)
        .min_by_key(|c| c.len())
        .cloned()
        .unwrap_or_default()
}

fn facts_of(cell: &Cell) -> Vec<u32> {
    cell.held().iter().flat_map(|h: &Held| h.facts.iter().copied()).collect()
}
