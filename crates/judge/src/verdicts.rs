//! Rules → outcome sets: units, readings, deeming, coverage.
//!
//! Order of exceptions: 適用前/対象 → みなし → 要件 → 緩和. Units combine by
//! the worst; a kind that is not stated complete adds what one further unit
//! could give. みなし is one value for an institution and a part.

use crate::evaluate::{Context, Stack};
use crate::exact;
use facts::{Cell, Held, Known, RowId, SubjectId, Value};
use rulebook::{Edition, PartId, Rule, RuleKind, Rulebook};
use verdict::{Blocks, Outcome, OutcomeSet, Truth, table};
use vocabulary::{Role, Vocabulary};

/// 推奨 of a rule.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Advice {
    /// Whether some unit is concerned.
    pub concerns: Truth,
    /// Whether every unit concerned follows it.
    pub followed: Truth,
}

/// How a deeming stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Eligibility {
    /// 対象
    pub target: Truth,
    /// 資格
    pub eligible: Truth,
    /// 条件
    pub condition: Truth,
}

impl Eligibility {
    /// 対象 ∧ 資格: this institution may follow the part named in 条件 alone.
    pub fn route(self) -> Truth {
        self.target.and(self.eligible)
    }
    /// みなし.
    pub fn deemed(self) -> Truth {
        self.route().and(self.condition)
    }
}

/// The verdicts of one institution.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Verdicts {
    /// Per rule, in the order of the edition.
    pub rules: Vec<OutcomeSet>,
    /// Per rule, per 推奨.
    pub recommended: Vec<Vec<Advice>>,
    /// Per rule, per 国で検討中: whether it concerns a unit.
    pub pending: Vec<Vec<Truth>>,
    /// Per deeming.
    pub deemings: Vec<Eligibility>,
    /// Per deeming: 対象 ∧ 資格.
    pub eligible: Vec<Truth>,
    /// みなし遵守 is only expected (見込み): a part it stands on was not seen whole
    /// and the institution has not stated that it follows the original.
    pub deemed_expected: bool,
}

/// The outcome sets alone, in the order of the edition's rules.
pub fn outcomes(book: &Rulebook, edition: &Edition, known: &Known<'_>) -> Vec<OutcomeSet> {
    Judgement::new(book, edition, known).rules
}

/// The verdicts with their attributes.
pub fn verdicts(book: &Rulebook, edition: &Edition, known: &Known<'_>) -> Verdicts {
    let judgement = Judgement::new(book, edition, known);
    let context = judgement.context();
    Verdicts {
        recommended: edition.rules.iter().map(|r| advice(&context, r)).collect(),
        pending: edition.rules.iter().map(|r| pending(&context, r)).collect(),
        eligible: judgement.deemings.iter().map(|d| d.route()).collect(),
        deemed_expected: deemed_expected(edition, known),
        rules: judgement.rules,
        deemings: judgement.deemings,
    }
}

/// The state of one judgement: deemings first, then rules.
pub(crate) struct Judgement<'a> {
    pub(crate) book: &'a Rulebook,
    pub(crate) edition: &'a Edition,
    pub(crate) known: &'a Known<'a>,
    pub(crate) deemings: Vec<Eligibility>,
    /// Truth of 編 X が 遵守 for the parts that deemings stand on.
    pub(crate) parts: Vec<(PartId, Truth)>,
    /// Sets of the rules of those parts, 資格 taken as true.
    pub(crate) taken: Vec<Option<OutcomeSet>>,
    pub(crate) rules: Vec<OutcomeSet>,
}

impl<'a> Judgement<'a> {
    pub(crate) fn new(book: &'a Rulebook, edition: &'a Edition, known: &'a Known<'a>) -> Judgement<'a> {
        let mut out = Judgement::deemings_only(book, edition, known);
        out.rules = (0..edition.rules.len()).map(|i| out.judge_rule(i)).collect();
        out
    }

    /// The set of one rule.
    pub(crate) fn of_one(book: &Rulebook, edition: &Edition, known: &Known<'_>, index: usize) -> OutcomeSet {
        Judgement::deemings_only(book, edition, known).judge_rule(index)
    }

    fn deemings_only(book: &'a Rulebook, edition: &'a Edition, known: &'a Known<'a>) -> Judgement<'a> {
        let mut out = Judgement {
            book,
            edition,
            known,
            deemings: Vec::new(),
            parts: Vec::new(),
            taken: vec![None; edition.rules.len()],
            rules: Vec::new(),
        };
        out.judge_parts();
        out.judge_deemings();
        out
    }

    pub(crate) fn context(&self) -> Context<'_> {
        Context { book: self.book, known: self.known, other: 0, assumed: &[], parts: &self.parts }
    }

    /// Judges the parts named in 条件, taking 資格 as true.
    fn judge_parts(&mut self) {
        let edition = self.edition;
        for deeming in &edition.deemings {
            if self.parts.iter().any(|(p, _)| *p == deeming.part) {
                continue;
            }
            let mut truth = Truth::True;
            for (i, rule) in edition.rules.iter().enumerate().filter(|(_, r)| r.part == deeming.part) {
                let set = rule_set(&self.context(), rule, Truth::False);
                if let Some(slot) = self.taken.get_mut(i) {
                    *slot = Some(set);
                }
                if rule.kind == RuleKind::Required {
                    truth = truth.and(counts(self.book, rule, set));
                }
            }
            self.parts.push((deeming.part, truth));
        }
    }

    fn judge_deemings(&mut self) {
        let stack = Stack::of(self.known);
        let context = self.context();
        self.deemings = self
            .edition
            .deemings
            .iter()
            .map(|d| Eligibility {
                target: context.line(&d.target, &stack, Truth::True),
                eligible: context.line(&d.eligibility, &stack, Truth::True),
                condition: context.line(&d.condition, &stack, Truth::True),
            })
            .collect();
    }

    /// みなし for a part.
    pub(crate) fn deemed(&self, part: PartId) -> Truth {
        self.edition
            .deemings
            .iter()
            .zip(&self.deemings)
            .filter(|(d, _)| d.reaches.contains(&part))
            .fold(Truth::False, |t, (_, e)| t.or(e.deemed()))
    }

    /// 資格 of the deemings that stand on a part; `None` where none does.
    pub(crate) fn gate(&self, part: PartId) -> Option<Truth> {
        self.edition
            .deemings
            .iter()
            .zip(&self.deemings)
            .filter(|(d, _)| d.part == part)
            .map(|(_, e)| e.eligible)
            .reduce(Truth::or)
    }

    /// The set of each unit of a rule that is written down, by the default readings;
    /// none where the rule's part is not this institution's.
    pub(crate) fn unit_sets(&self, index: usize) -> Vec<(SubjectId, OutcomeSet)> {
        let Some(rule) = self.edition.rules.get(index) else { return Vec::new() };
        let gate = self.gate(rule.part);
        if rule.kind == RuleKind::Recommended || gate == Some(Truth::False) {
            return Vec::new();
        }
        let deemed = if gate.is_some() { Truth::False } else { self.deemed(rule.part) };
        let context = self.context();
        let rows = unit_stacks(self.known, rule).into_iter();
        rows.filter_map(|(row, stack)| {
            Some((self.known.subject(row?), both_ways(&context, rule, &stack, deemed)))
        })
        .collect()
    }

    fn judge_rule(&self, index: usize) -> OutcomeSet {
        let Some(rule) = self.edition.rules.get(index) else { return OutcomeSet::OUT_OF_SCOPE };
        let gate = self.gate(rule.part).unwrap_or(Truth::True);
        let mut out = OutcomeSet::EMPTY;
        if gate.can_be_false() {
            out = OutcomeSet::OUT_OF_SCOPE;
        }
        if gate.can_be_true() {
            let set = match self.taken.get(index).copied().flatten() {
                Some(set) => set,
                None => rule_set(&self.context(), rule, self.deemed(rule.part)),
            };
            out = out.union(set);
        }
        out
    }
}

/// How an item bears on its part: one carried from 6.0 never alone makes the
/// part 未遵守, but the part is not certainly followed while it may be.
pub(crate) fn counts(book: &Rulebook, rule: &Rule, set: OutcomeSet) -> Truth {
    match followed(book, set) {
        Truth::False if rule.carried => Truth::Unknown,
        truth => truth,
    }
}

/// Whether a set counts as followed for 編 X が 遵守 (I-09 for relief).
pub(crate) fn followed(book: &Rulebook, set: OutcomeSet) -> Truth {
    let relief_counts = book.interpretations.iter().find(|i| i.id == "I-09").is_some_and(|i| i.default_with);
    let mut fine = OutcomeSet::from_iter([Outcome::OutOfScope, Outcome::DeemedMet, Outcome::Met]);
    if relief_counts {
        fine.insert(Outcome::Relief);
    }
    if set.is_subset(fine) {
        Truth::True
    } else if set == OutcomeSet::one(Outcome::NotMet) {
        Truth::False
    } else {
        Truth::Unknown
    }
}

/// The set of a rule: the default readings, and the others where the default holds 未遵守.
fn rule_set(context: &Context<'_>, rule: &Rule, deemed: Truth) -> OutcomeSet {
    let mut out = reading_set(context, rule, deemed);
    if out.contains(Outcome::NotMet) {
        for other in other_readings(rule) {
            out = out.union(reading_set(&Context { other, ..*context }, rule, deemed));
        }
    }
    out
}

/// Every combination of the rule's unconfirmed readings but the default, as bits.
pub(crate) fn other_readings(rule: &Rule) -> impl Iterator<Item = u64> {
    (1u32..(1u32.checked_shl(u32::try_from(rule.toggles.len()).unwrap_or(0)).unwrap_or(1))).map(|n| {
        rule.toggles.iter().enumerate().filter(|(i, _)| n >> i & 1 == 1).fold(0u64, |m, (_, t)| m | 1 << t)
    })
}

/// The set under one combination of readings.
pub(crate) fn reading_set(context: &Context<'_>, rule: &Rule, deemed: Truth) -> OutcomeSet {
    if rule.kind == RuleKind::Recommended {
        return OutcomeSet::OUT_OF_SCOPE;
    }
    let mut out = OutcomeSet::EMPTY;
    for d in [Truth::True, Truth::False] {
        let possible = if d == Truth::True { deemed.can_be_true() } else { deemed.can_be_false() };
        if possible {
            out = out.union(units_set(context, rule, d));
        }
    }
    out
}

/// All units combined, with みなし given.
fn units_set(context: &Context<'_>, rule: &Rule, deemed: Truth) -> OutcomeSet {
    let root = Stack::of(context.known);
    if rule.unit == Vocabulary::INSTITUTION {
        return unit_set(context, rule, &root, deemed);
    }
    let mut out = OutcomeSet::OUT_OF_SCOPE;
    for row in context.known.rows(rule.unit) {
        out = out.worst_with(unit_set(context, rule, &root.with(Some(*row)), deemed));
    }
    if context.known.complete(rule.unit).is_none() {
        let one_more = unit_set(context, rule, &root.with(None), deemed);
        out = out.union(out.worst_with(one_more));
    }
    out
}

/// One unit, exact where facts are read twice.
pub(crate) fn unit_set(context: &Context<'_>, rule: &Rule, stack: &Stack, deemed: Truth) -> OutcomeSet {
    let plain = table(blocks(context, rule, stack, deemed));
    if plain.len() == 1 || !rule.reads_twice {
        return plain;
    }
    exact::enumerate(context, rule, stack, plain, |c| table(blocks(c, rule, stack, deemed))).unwrap_or(plain)
}

/// One unit's set with みなし as it may be.
pub(crate) fn both_ways(context: &Context<'_>, rule: &Rule, stack: &Stack, deemed: Truth) -> OutcomeSet {
    let mut out = OutcomeSet::EMPTY;
    if deemed.can_be_true() {
        out = out.union(unit_set(context, rule, stack, Truth::True));
    }
    if deemed.can_be_false() {
        out = out.union(unit_set(context, rule, stack, Truth::False));
    }
    out
}

/// The truths of a rule's blocks for one unit.
pub(crate) fn blocks(context: &Context<'_>, rule: &Rule, stack: &Stack, deemed: Truth) -> Blocks {
    let mut target = asked(context, rule, stack);
    if target.can_be_true() {
        target = target.and(context.all(&rule.target, stack));
    }
    if target.can_be_true() {
        target = target.and(!context.any(&rule.except, stack));
    }
    let mut out = Blocks { target, deemed, requirement: Truth::Unknown, relief: Truth::Unknown };
    if !target.can_be_true() || deemed == Truth::True {
        return out;
    }
    out.requirement = context.all(&rule.requirement, stack);
    if out.requirement.can_be_false() {
        out.relief = relief(context, rule, stack);
    }
    out
}

/// Whether the unit is asked on this day: in force, or asked before.
pub(crate) fn asked(context: &Context<'_>, rule: &Rule, stack: &Stack) -> Truth {
    let Some((value, early)) = &rule.effective else { return Truth::True };
    let from = context.day(rulebook::Operand::Value(*value));
    if context.known.judged_on() >= from {
        return Truth::True;
    }
    early.as_ref().map_or(Truth::False, |e| context.line(e, stack, Truth::False))
}

/// 緩和: とき true and 終了 false.
pub(crate) fn relief(context: &Context<'_>, rule: &Rule, stack: &Stack) -> Truth {
    let Some(relief) = &rule.relief else { return Truth::False };
    let when = context.line(&relief.when, stack, Truth::True);
    let until = relief.until.as_ref().map_or(Truth::False, |u| context.line(u, stack, Truth::False));
    when.and(!until)
}

/// The stacks of a rule's units, without the unwritten one.
pub(crate) fn unit_stacks(known: &Known<'_>, rule: &Rule) -> Vec<(Option<RowId>, Stack)> {
    let root = Stack::of(known);
    if rule.unit == Vocabulary::INSTITUTION {
        return vec![(root.row(0), root)];
    }
    known.rows(rule.unit).iter().map(|r| (Some(*r), root.with(Some(*r)))).collect()
}

fn in_scope(context: &Context<'_>, rule: &Rule, stack: &Stack) -> Truth {
    context.all(&rule.target, stack).and(!context.any(&rule.except, stack))
}

/// 推奨, over all units in scope.
pub(crate) fn advice(context: &Context<'_>, rule: &Rule) -> Vec<Advice> {
    rule.recommended
        .iter()
        .map(|a| {
            let mut out = Advice { concerns: Truth::False, followed: Truth::True };
            for (_, stack) in unit_stacks(context.known, rule) {
                let mut concerns = in_scope(context, rule, &stack);
                if let Some(when) = &a.when {
                    concerns = concerns.and(context.line(when, &stack, Truth::True));
                }
                out.concerns = out.concerns.or(concerns);
                out.followed = out.followed.and((!concerns).or(context.line(&a.body, &stack, Truth::True)));
            }
            out
        })
        .collect()
}

/// 国で検討中, over all units in scope.
pub(crate) fn pending(context: &Context<'_>, rule: &Rule) -> Vec<Truth> {
    rule.pending
        .iter()
        .map(|p| {
            let mut out = Truth::False;
            for (_, stack) in unit_stacks(context.known, rule) {
                let when = p.when.as_ref().map_or(Truth::True, |w| context.line(w, &stack, Truth::True));
                out = out.or(in_scope(context, rule, &stack).and(when));
            }
            out
        })
        .collect()
}

/// Whether みなし遵守 is only expected.
fn deemed_expected(edition: &Edition, known: &Known<'_>) -> bool {
    let seen_whole = edition.deemings.iter().all(|d| {
        edition
            .coverage
            .iter()
            .any(|c| c.part == d.part && c.complete && c.unseen.is_empty() && c.without_rule.is_empty())
    });
    !seen_whole && !states_original_followed(known)
}

/// The institution states, with a document, that it follows the whole original.
fn states_original_followed(known: &Known<'_>) -> bool {
    let vocabulary = known.vocabulary();
    let Some(institution) = known.rows(Vocabulary::INSTITUTION).first() else { return false };
    let Some(word) = vocabulary.word_by_id("whole-original-followed") else { return false };
    let document = vocabulary.evidence().iter().position(|e| e.id == "document");
    let bit = document.and_then(|i| 1u16.checked_shl(u32::try_from(i).unwrap_or(16))).unwrap_or(0);
    matches!(known.cell(*institution, word), Cell::One(Held { value: Value::Choice(0), evidence, .. }) if evidence & bit != 0)
        && vocabulary.word(word).role == Role::Plain
}
