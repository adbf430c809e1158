//! Judgements and facts → [`RenewalSheet`].
//!
//! Every rule with 緩和 is judged for the milestone (today's facts, that
//! day); a unit that is not certainly met gives its system a line to order.
//! A rule that judges account domains gives its line to the systems that use
//! the domain. Where 保守委託機関編 suffices only that part is listed (I-11);
//! while that is not known, the other parts are.

use super::{Ask, OrderLine, OrderReason, OtherReading, Plan, Planned, RenewalSheet};
use crate::Input;
use crate::because::Leaf;
use crate::build::stated;
use crate::renewal::targets;
use crate::words::{item_mark, notice};
use facts::{Cell, Known, RowId, Value, text};
use judge::{Explanation, Reason, ReasonKind, State, SubjectRef, UnitReason, explain, rows, verdicts};
use rulebook::{Rule, Target};
use std::collections::BTreeSet;
use verdict::{Outcome, OutcomeSet, Truth};
use vocabulary::{KindId, RelationId, Role, Vocabulary, WordId};

/// The most questions a list holds.
const QUESTIONS: usize = 6;

/// Makes the sheet of one institution.
pub fn renewal(input: &Input<'_>) -> RenewalSheet {
    let milestone = input.edition.milestone.as_ref().map_or(input.on, |(_, d)| *d);
    let judged_on = milestone.max(input.on);
    let known = Known::new(input.vocabulary, input.institution, input.on, judged_on);
    let planner = Planner::new(input, &known);
    let eligible = verdicts(input.book, input.edition, &known).eligible;
    let route = eligible.iter().copied().reduce(Truth::or).unwrap_or(Truth::False);
    let mut plans = planner.plans(route);
    plans.extend(planner.yet_to_come());
    let planned: BTreeSet<&str> =
        plans.iter().filter_map(|p| p.system.as_ref()).map(|s| s.id.as_str()).collect();
    let nothing_to_order =
        planner.systems().iter().map(|s| planner.subject(*s)).filter(|s| !planned.contains(s.id.as_str()));
    RenewalSheet {
        schema: super::SCHEMA.into(),
        institution: input.institution.id().to_owned(),
        name: stated(&known, "name").unwrap_or_else(|| "名称未入力".into()),
        kind: stated(&known, "institution-type"),
        edition: input.edition.id.clone(),
        revision: input.edition.revision,
        on: input.on.to_string(),
        judged_on: judged_on.to_string(),
        route_open: route == Truth::Unknown,
        nothing_to_order: nothing_to_order.collect(),
        targets: targets::standings(input, &known),
        notice: notice(input.edition),
        plans,
    }
}

/// A line of an order, with the questions that would settle it.
struct Ordered {
    system: RowId,
    line: OrderLine,
    asks: Vec<Ask>,
}

/// How a word of a renewal stands.
enum OnRecord {
    /// A sentence with its source.
    Stated(String),
    /// The question that would settle it.
    Open(Ask),
}

/// What is looked up again and again while plans are made.
struct Planner<'a> {
    input: &'a Input<'a>,
    known: &'a Known<'a>,
    system: Option<KindId>,
    names: std::collections::BTreeMap<facts::SubjectId, String>,
}

impl<'a> Planner<'a> {
    fn new(input: &'a Input<'a>, known: &'a Known<'a>) -> Planner<'a> {
        let system = input.vocabulary.kind_by_id("system");
        Planner { input, known, system, names: input.institution.display_names(input.vocabulary) }
    }

    fn words(&self) -> &'a Vocabulary {
        self.input.vocabulary
    }

    fn systems(&self) -> &'a [RowId] {
        self.system.map_or(&[], |kind| self.known.rows(kind))
    }

    fn subject(&self, row: RowId) -> SubjectRef {
        let id = self.known.subject(row);
        SubjectRef {
            kind: self.words().kind(self.known.kind(row)).name.clone(),
            id: self.input.institution.subject(id).map(|s| s.id.clone()).unwrap_or_default(),
            name: self.names.get(&id).cloned(),
        }
    }

    /// Rows that a relation, by id, certainly names from a row.
    fn members(&self, relation: &str, from: RowId) -> Vec<RowId> {
        let found = self.words().relations().iter().position(|r| r.id == relation);
        let Some(id) = found.and_then(|i| u16::try_from(i).ok()).map(RelationId) else { return Vec::new() };
        if self.words().relation(id).from != self.known.kind(from) {
            return Vec::new();
        }
        self.known.members(id, from).map(|m| m.certain.iter().map(|(r, _)| *r).collect()).unwrap_or_default()
    }

    /// The plans of the systems that have something to order.
    fn plans(&self, route: Truth) -> Vec<Plan> {
        let mut lines: Vec<Ordered> = Vec::new();
        for (index, rule) in self.input.edition.rules.iter().enumerate() {
            let of_deeming = self.input.edition.deemings.iter().any(|d| d.part == rule.part);
            if rule.relief.is_none() || of_deeming != (route == Truth::True) {
                continue;
            }
            let explanation = explain(self.input.book, self.input.edition, self.known, index);
            self.lines_of_rule(index, rule, &explanation, &mut lines);
        }
        self.lines_of_targets(&mut lines);
        let mut out = Vec::new();
        for system in self.systems() {
            let mine: Vec<&Ordered> = lines.iter().filter(|l| l.system == *system).collect();
            if !mine.is_empty() {
                let order = mine.iter().map(|l| l.line.clone()).collect();
                let asks = mine.iter().flat_map(|l| l.asks.clone()).collect();
                out.push(self.plan(*system, order, asks));
            }
        }
        out
    }

    fn lines_of_rule(&self, index: usize, rule: &Rule, explanation: &Explanation, lines: &mut Vec<Ordered>) {
        let in_the_way = rows(self.input.book, self.input.edition, self.known, index);
        // Units are told by the default readings; where another one gives the
        // item another result, the line says so.
        let readings: Vec<OtherReading> = explanation
            .readings
            .iter()
            .filter(|r| !r.other_outcomes.contains(Outcome::NotMet))
            .map(|r| OtherReading {
                id: r.id.clone(),
                text: r.other_text.clone(),
                outcomes: r.other_outcomes,
            })
            .collect();
        for (unit, row) in explanation.units.iter().zip(self.known.rows(rule.unit)) {
            if !unit.outcomes.contains(Outcome::NotMet) && !unit.outcomes.contains(Outcome::Relief) {
                continue;
            }
            let asks = self.asks_of(unit);
            for system in self.systems_of(*row) {
                let parts = self.parts_of(system);
                let within = |all: &[facts::SubjectId]| -> Vec<SubjectRef> {
                    let mine = parts.iter().filter(|p| all.contains(&self.known.subject(**p)));
                    mine.map(|p| self.subject(*p)).collect()
                };
                let of = (*row != system).then(|| self.subject(*row));
                let condition = rule.front.at_renewal.clone();
                let line = OrderLine {
                    condition: condition.unwrap_or_else(|| format!("「{}」を満たすこと。", rule.front.title)),
                    reason: self.reason(rule, of, unit.outcomes, readings.clone()),
                    not_yet: within(&in_the_way.violating),
                    unknown: within(&in_the_way.missing),
                };
                lines.push(Ordered { system, line, asks: asks.clone() });
            }
        }
    }

    fn reason(
        &self,
        rule: &Rule,
        of: Option<SubjectRef>,
        outcomes: OutcomeSet,
        other_readings: Vec<OtherReading>,
    ) -> OrderReason {
        OrderReason::Item {
            item: rule.front.id.clone(),
            mark: item_mark(self.input.book, rule),
            title: rule.front.title.clone(),
            of,
            outcomes,
            basis: rule.front.basis.clone(),
            interpretations: rule.front.interpretations.clone(),
            other_readings,
        }
    }

    /// What would settle the blocks of a unit that is not decided.
    fn asks_of(&self, unit: &UnitReason) -> Vec<Ask> {
        let mut out = Vec::new();
        if unit.outcomes.len() > 1 {
            for reason in unit.blocks.iter().flat_map(|b| &b.reasons) {
                self.asks_below(reason, &mut out);
            }
        }
        out
    }

    fn asks_below(&self, reason: &Reason, out: &mut Vec<Ask>) {
        if let ReasonKind::Fact { subject: Some(subject), word, condition, state, .. } = &reason.kind
            && reason.truth == Truth::Unknown
            && *state != State::Plan
        {
            let kind = self.words().kind_named(&subject.kind);
            let id = kind.and_then(|k| self.words().word_named(k, word));
            let Some(found) = id.map(|w| self.words().word(w)) else { return };
            let wanted = condition.split_once("証拠 ").map(|(_, k)| k.replace(" 以上", "など"));
            let text = match (state, wanted) {
                (State::EvidenceMissing, Some(kind)) => format!("「{word}」を示す{kind}はありますか。"),
                (State::Conflict, _) => format!("「{word}」は、どれが正しいですか。"),
                _ => found.question.clone(),
            };
            let ask = Ask {
                subjects: vec![subject.clone()],
                word: word.clone(),
                text,
                answered_by: found.answered_by.clone(),
            };
            if !out.contains(&ask) {
                out.push(ask);
            }
        }
        for child in &reason.children {
            self.asks_below(child, out);
        }
    }

    /// The systems that a unit belongs to: itself, or those a relation leads to.
    fn systems_of(&self, unit: RowId) -> Vec<RowId> {
        if Some(self.known.kind(unit)) == self.system {
            return vec![unit];
        }
        let kind = self.known.kind(unit);
        let leads = self.words().relations().iter().filter(|r| r.from == kind && Some(r.to) == self.system);
        leads.flat_map(|r| self.members(&r.id, unit)).collect()
    }

    /// The devices of a system.
    fn parts_of(&self, system: RowId) -> Vec<RowId> {
        self.members("system-assets", system)
    }

    fn lines_of_targets(&self, lines: &mut Vec<Ordered>) {
        for target in targets::of_institution(self.input, self.known) {
            let Some(of) = &target.of else { continue };
            for system in self.known.rows(of.kind) {
                if crate::targets::holds(self.known, *system, of) != Truth::True
                    || crate::targets::reached_by(self.known, target, *system) == Truth::True
                {
                    continue;
                }
                lines.extend(order_of(target).map(|line| Ordered {
                    system: *system,
                    line,
                    asks: Vec::new(),
                }));
            }
        }
    }

    /// A plan for a system that a target speaks of and nobody has yet.
    fn yet_to_come(&self) -> Option<Plan> {
        let coming: Vec<&Target> = targets::of_institution(self.input, self.known)
            .filter(|t| t.of.is_none() && t.at_renewal.is_some())
            .filter(|t| crate::targets::applies(self.known, t) == Truth::True)
            .filter(|t| crate::targets::reach(self.known, t) != Truth::True)
            .collect();
        let order: Vec<OrderLine> = coming.iter().filter_map(|t| order_of(t)).collect();
        (!order.is_empty()).then(|| Plan {
            system: None,
            planned: Planned::NotAsked,
            order,
            record: Vec::new(),
            ask_provider: Vec::new(),
            ask_inside: Vec::new(),
            providers: Vec::new(),
        })
    }

    fn plan(&self, system: RowId, order: Vec<OrderLine>, of_order: Vec<Ask>) -> Plan {
        let renewals = self.members("system-renewals", system);
        let done = self.words().word_by_id("renewal-done-on");
        // A renewal that is done is history; it orders nothing.
        let coming: Vec<RowId> =
            renewals.into_iter().filter(|r| !done.is_some_and(|w| self.is_past_day(*r, w))).collect();
        let seen = self.looked_up(system, &coming);
        let mut record = Vec::new();
        let mut asks = Vec::new();
        for (i, (row, word)) in seen.iter().copied().enumerate() {
            // Two targets may read one word.
            if seen.iter().take(i).any(|s| *s == (row, word)) {
                continue;
            }
            match self.on_record(row, word) {
                OnRecord::Stated(sentence) => record.push(sentence),
                OnRecord::Open(ask) => asks.push(ask),
            }
        }
        asks.extend(of_order);
        let (mut ask_provider, mut ask_inside): (Vec<Ask>, Vec<Ask>) =
            gathered(asks).into_iter().partition(|a| a.answered_by.iter().any(|w| w == "事業者"));
        ask_provider.truncate(QUESTIONS);
        ask_inside.truncate(QUESTIONS);
        Plan {
            system: Some(self.subject(system)),
            planned: self.planned(system, &coming),
            order,
            record,
            ask_provider,
            ask_inside,
            providers: self.providers(system),
        }
    }

    /// The words that a plan looks up: what its coming renewals carry, and what the targets read of the system.
    fn looked_up(&self, system: RowId, coming: &[RowId]) -> Vec<(RowId, WordId)> {
        let done = self.words().word_by_id("renewal-done-on");
        let mut out = Vec::new();
        for renewal in coming {
            for (i, word) in (0u16..).zip(self.words().words()) {
                let carried = word.role == Role::Plain && word.on.contains(&self.known.kind(*renewal));
                if carried && Some(WordId(i)) != done {
                    out.push((*renewal, WordId(i)));
                }
            }
        }
        for target in targets::of_institution(self.input, self.known) {
            let of = target.of.as_ref();
            if of.is_some_and(|of| crate::targets::holds(self.known, system, of) == Truth::True) {
                let facts = target.reached.iter().filter(|f| f.kind == self.known.kind(system));
                out.extend(facts.map(|f| (system, f.word)));
            }
        }
        out
    }

    /// A day that has come.
    fn is_past_day(&self, row: RowId, word: WordId) -> bool {
        let held = self.known.cell(row, word).held();
        !held.is_empty() && held.iter().all(|h| matches!(h.value, Value::Date(d) if d <= self.input.on))
    }

    /// What is stated of a word, or the question that would settle it.
    fn on_record(&self, row: RowId, id: WordId) -> OnRecord {
        let word = self.words().word(id);
        let cell = self.known.cell(row, id);
        let state = match cell {
            Cell::Absent => State::Absent,
            Cell::Asked(_) => State::Asked,
            Cell::One(_) => State::Held,
            Cell::Several(_) => State::Conflict,
        };
        if state != State::Held {
            return OnRecord::Open(Ask {
                subjects: vec![self.subject(row)],
                word: word.name.clone(),
                text: word.question.clone(),
                answered_by: word.answered_by.clone(),
            });
        }
        let stated: Vec<String> = cell.held().iter().filter_map(|h| self.stated(id, h)).collect();
        OnRecord::Stated(format!(
            "{}: {}。",
            self.subject(row).id,
            Leaf::of(&word.name, "", &stated, state).whole()
        ))
    }

    /// A value with its source.
    fn stated(&self, word: WordId, held: &facts::Held) -> Option<String> {
        let fact = self.known.fact(*held.facts.first()?)?;
        let value = text::value_text(self.words(), self.input.institution, word, &held.value);
        let value = match &self.words().word(word).not_applicable_label {
            Some(label) if held.value == Value::NotApplicable => label.clone(),
            _ => value,
        };
        Some(format!("{value}{}", text::source_text(self.words(), self.input.institution, fact)))
    }

    fn planned(&self, system: RowId, coming: &[RowId]) -> Planned {
        let Some(word) = self.words().word_by_id("renewal-planned-on") else { return Planned::NotAsked };
        // The first day of several renewals; one without a day says only that.
        let mut best: Option<(vocabulary::Date, String)> = None;
        let mut states = Vec::new();
        for row in coming {
            match self.known.cell(*row, word) {
                Cell::One(held) => match held.value {
                    Value::Date(d) => {
                        if best.as_ref().is_none_or(|(b, _)| d < *b) {
                            best = Some((d, self.stated(word, held).unwrap_or_default()));
                        }
                    }
                    _ => states.push(Planned::NoDay),
                },
                Cell::Several(_) => states.push(Planned::Conflict),
                Cell::Asked(_) => states.push(Planned::Unknown),
                Cell::Absent => states.push(Planned::NotAsked),
            }
        }
        if let Some((day, stated)) = best {
            return Planned::On { day: day.to_string(), stated };
        }
        states.into_iter().next().unwrap_or_else(|| {
            let renewals = self.words().relations().iter().position(|r| r.id == "system-renewals");
            let members = renewals
                .and_then(|i| u16::try_from(i).ok())
                .and_then(|i| self.known.members(RelationId(i), system));
            match members {
                Some(m) if !m.open && m.possible.is_empty() => Planned::None,
                _ => Planned::NotAsked,
            }
        })
    }

    /// Who provides what the system runs on, by the products of its devices and services.
    fn providers(&self, system: RowId) -> Vec<String> {
        let devices = self.parts_of(system).into_iter().flat_map(|a| self.members("asset-products", a));
        let services = self
            .members("system-services", system)
            .into_iter()
            .flat_map(|s| self.members("service-products", s));
        let mut out: Vec<String> = Vec::new();
        for product in devices.chain(services) {
            for provider in self.members("product-providers", product) {
                let subject = self.subject(provider);
                let name = subject.name.unwrap_or(subject.id);
                if !out.contains(&name) {
                    out.push(name);
                }
            }
        }
        out
    }
}

/// The same question about several things as one.
fn gathered(asks: Vec<Ask>) -> Vec<Ask> {
    let mut out: Vec<Ask> = Vec::new();
    for ask in asks {
        match out.iter_mut().find(|o| o.word == ask.word && o.text == ask.text) {
            Some(same) => {
                same.subjects.extend(
                    ask.subjects.into_iter().filter(|s| !same.subjects.contains(s)).collect::<Vec<_>>(),
                );
            }
            None => out.push(ask),
        }
    }
    out
}

/// What a target asks of an order.
fn order_of(target: &Target) -> Option<OrderLine> {
    Some(OrderLine {
        condition: target.at_renewal.clone()?,
        reason: OrderReason::Target {
            target: target.id.clone(),
            goal: target.goal.clone(),
            by: target.by.clone(),
            basis: target.basis.clone(),
            source: target.source.clone(),
        },
        not_yet: Vec::new(),
        unknown: Vec::new(),
    })
}
