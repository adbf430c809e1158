//! What if, as a short story: where we stand, もし, what falls away, what is
//! new, what stays, what to do next.
//!
//! Every supposed fact is listed under 「もし」 and nowhere else, so that nobody
//! takes it for a stated one. This file puts the story together; [`text`] writes it.

mod text;

pub use text::text;

use crate::build::{self, Input, sheet, stated};
use crate::words::{day_of, either, item_mark, japanese, notice, sign};
use crate::{Sheet, Standing, Task};
use facts::{Institution, Known, RawFact, RawWhat, suppose};
use judge::{Asked, Move, Smallest, SubjectRef, Supposition, WhatIf};
use rulebook::{Edition, Rulebook};
use schemars::JsonSchema;
use serde::Serialize;
use verdict::{Outcome, OutcomeSet, Truth};
use vocabulary::{Date, Diagnostic, Role, Vocabulary};

/// The name of the JSON form.
pub const SCHEMA: &str = "yagura.what-if/1";

/// What stands on the other side.
#[derive(Clone, Copy)]
pub enum After<'a> {
    /// The same facts with these supposed.
    Supposed(&'a Supposition),
    /// Another state of the institution, as a file states it.
    Stated(&'a Institution),
}

/// What a story is made from.
#[derive(Clone, Copy)]
pub struct Asking<'a> {
    /// The words.
    pub vocabulary: &'a Vocabulary,
    /// The rulebook.
    pub book: &'a Rulebook,
    /// The edition.
    pub edition: &'a Edition,
    /// The facts as stated.
    pub before: &'a Institution,
    /// The other side.
    pub after: After<'a>,
    /// As of.
    pub on: Date,
    /// A later day to look at besides the milestone.
    pub also: Option<Date>,
    /// What a search for the smallest change found.
    pub smallest: Option<&'a Smallest>,
}

/// What would change if.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct Story {
    /// Always `yagura.what-if/1`.
    pub schema: String,
    /// Id of the institution.
    pub institution: String,
    /// Its name.
    pub name: String,
    /// Edition of the guideline.
    pub edition: String,
    /// Revision of the rules.
    pub revision: u32,
    /// As of (ISO).
    pub on: String,
    /// What was asked.
    pub asked: Vec<Asked>,
    /// The supposed facts, none of them stated by anybody.
    pub supposed: Vec<Supposed>,
    /// Whether the ledgers that were complete are supposed to stay so.
    pub ledgers_kept: bool,
    /// Equipment of a moved system that is left as it is.
    pub left: Vec<SubjectRef>,
    /// What the search for the smallest change found.
    pub smallest: Option<Smallest>,
    /// Which parts are to be read, before and after.
    pub route: (String, String),
    /// How many items are met, not met, undecided, before.
    pub standing: Counts,
    /// Every item, by what becomes of it.
    pub items: Vec<Item>,
    /// Sets, deemings and questions on every day.
    pub what_if: WhatIf,
    /// The next tasks, if it were so.
    pub tasks: Vec<Task>,
    /// The notice.
    pub notice: String,
}

/// Supposed facts of subjects that share them.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct Supposed {
    /// Of what.
    pub subjects: Vec<SubjectRef>,
    /// From when, where it is later than the day of the story (ISO).
    pub from: Option<String>,
    /// One sentence a fact.
    pub sentences: Vec<String>,
    /// Words that become わからない.
    pub unknown: Vec<String>,
}

/// How many items stand how.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Counts {
    /// できています, or deemed so.
    pub met: usize,
    /// まだできていません (no pending issue among them).
    pub not_met: usize,
    /// まだわかりません.
    pub undecided: usize,
}

/// What becomes of an item; of several days the first in this order is told.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Fate {
    /// It gets worse.
    Worse,
    /// It is new, or has to be found out anew.
    New,
    /// It falls away.
    FallsAway,
    /// It would fall away once the part that stands for it is followed.
    MayFallAway,
    /// It gets better.
    Better,
    /// It stays undecided, or may get better.
    Otherwise,
    /// It stays.
    Same,
}

/// One item in both states.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct Item {
    /// Id of the rule.
    pub item: String,
    /// `運14⑤`
    pub mark: String,
    /// Title.
    pub title: String,
    /// What becomes of it.
    pub fate: Fate,
    /// Its words, one a day on which something is different; today's where nothing is.
    pub days: Vec<DayWords>,
    /// The systems, services or machines that change, where there are several.
    pub units: Vec<UnitWords>,
    /// 推奨 and 国で検討中 that come or go, one sentence each.
    pub notes: Vec<String>,
}

/// The words of one unit of judgement on one day.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct UnitWords {
    /// Which.
    pub subject: SubjectRef,
    /// In words.
    pub words: DayWords,
}

/// An item's words on one day.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct DayWords {
    /// ISO date.
    pub on: String,
    /// Before.
    pub before: String,
    /// After.
    pub after: String,
    /// The marks that go with the words.
    pub marks: (String, String),
}

/// Makes the story. Messages come from the facts that were supposed.
pub fn story(a: &Asking<'_>) -> Result<Story, Vec<Diagnostic>> {
    let days = days(a);
    let afters = days.iter().map(|d| after_on(a, *d)).collect::<Result<Vec<_>, _>>()?;
    let view = |institution, day| Known::new(a.vocabulary, institution, a.on, day);
    let pairs: Vec<(Known<'_>, Known<'_>)> =
        days.iter().zip(&afters).map(|(d, after)| (view(a.before, *d), view(after, *d))).collect();
    let what_if = judge::what_if(a.book, a.edition, &pairs);
    let whole = after_on(a, Date::MAX)?;
    let before_sheet = sheet(&input(a, a.before));
    let then = Input { on: a.also.unwrap_or(a.on).max(a.on), ..input(a, &whole) };
    let after_sheet = sheet(&then);
    let items = items(a, &pairs, &what_if);
    let known = view(a.before, a.on);
    let empty = Supposition::default();
    let supposition = match a.after {
        After::Supposed(s) => s,
        After::Stated(_) => &empty,
    };
    let (ledgers, facts): (Vec<&RawFact>, Vec<&RawFact>) =
        supposition.facts.iter().partition(|f| keeps_a_ledger(a.vocabulary, f));
    Ok(Story {
        schema: SCHEMA.into(),
        institution: a.before.id().to_owned(),
        name: stated(&known, "name").unwrap_or_else(|| "名称未入力".into()),
        edition: a.edition.id.clone(),
        revision: a.edition.revision,
        on: a.on.to_string(),
        asked: supposition.asked.clone(),
        supposed: supposed(a, &whole, &facts),
        ledgers_kept: !ledgers.is_empty(),
        left: supposition.left.clone(),
        smallest: a.smallest.cloned(),
        route: (before_sheet.route.sentence, after_sheet.route.sentence.clone()),
        standing: counts(&build::standings(&input(a, a.before), &known)),
        tasks: tasks(a, &then, after_sheet, &items),
        items,
        what_if,
        notice: notice(a.edition),
    })
}

/// What is to be done for the items that change, as of the day that was asked for.
fn tasks(a: &Asking<'_>, then: &Input<'_>, mut sheet: Sheet, items: &[Item]) -> Vec<Task> {
    let lasting = [Fate::Worse, Fate::New, Fate::Better, Fate::Otherwise];
    sheet.rows.retain(|r| items.iter().any(|i| i.item == r.item && lasting.contains(&i.fate)));
    let mut tasks = build::tasks(then, &sheet.route, &sheet.rows);
    // What is only recommended was so before.
    tasks.retain(|t| !sheet.rows.iter().any(|r| r.item == t.item && r.today.advice_left && t.by == "年度内"));
    if then.on > a.on {
        for task in tasks.iter_mut().filter(|t| t.by == "いますぐ" || t.by == "今月中") {
            task.by = format!("{}まで", day_of(&then.on.to_string()));
        }
    }
    tasks
}

/// Today, the milestone if it is to come, and the day that was asked for.
fn days(a: &Asking<'_>) -> Vec<Date> {
    let milestone = a.edition.milestone.as_ref().map(|(_, d)| *d);
    let mut out = vec![a.on];
    for day in milestone.into_iter().chain(a.also).filter(|d| *d > a.on) {
        if !out.contains(&day) {
            out.push(day);
        }
    }
    out.sort();
    out
}

fn after_on(a: &Asking<'_>, day: Date) -> Result<Institution, Vec<Diagnostic>> {
    match a.after {
        After::Supposed(s) => suppose::apply(a.vocabulary, a.before, &s.facts, a.on, day),
        After::Stated(other) => Ok(other.clone()),
    }
}

fn input<'a>(a: &Asking<'a>, institution: &'a Institution) -> Input<'a> {
    Input {
        vocabulary: a.vocabulary,
        book: a.book,
        edition: a.edition,
        institution,
        on: a.on,
        part: None,
        full: false,
    }
}

/// Whether a supposed fact says nothing but 「これで全部」.
fn keeps_a_ledger(vocabulary: &Vocabulary, fact: &RawFact) -> bool {
    let RawWhat::Is(name, value) = &fact.what else { return false };
    let word = vocabulary.kind_named(&fact.kind).and_then(|k| vocabulary.word_named(k, name));
    let role = word.map(|w| &vocabulary.word(w).role);
    value == "はい" && matches!(role, Some(Role::KindClosure(_) | Role::RelationClosure(_)))
}

fn counts(all: &[Standing]) -> Counts {
    let decided = |o: Outcome| all.iter().filter(move |s| s.outcomes.decided() == Some(o));
    Counts {
        met: decided(Outcome::Met).count() + decided(Outcome::DeemedMet).count(),
        not_met: decided(Outcome::NotMet).filter(|s| s.pending.is_empty()).count(),
        undecided: all.iter().filter(|s| s.outcomes.len() > 1).count(),
    }
}

fn items(a: &Asking<'_>, pairs: &[(Known<'_>, Known<'_>)], what_if: &WhatIf) -> Vec<Item> {
    let words: Vec<(Vec<Standing>, Vec<Standing>)> = pairs
        .iter()
        .map(|(b, k)| {
            let (before, after) = (input(a, b.institution()), input(a, k.institution()));
            (build::standings(&before, b), build::standings(&after, k))
        })
        .collect();
    let mut out: Vec<Item> = Vec::new();
    for (i, rule) in a.edition.rules.iter().enumerate() {
        let mut all = Vec::new();
        for (flips, (before, after)) in what_if.days.iter().zip(&words) {
            if let (Some(flip), Some(b), Some(k)) = (flips.rules.get(i), before.get(i), after.get(i)) {
                all.push((flips.judged_on.clone(), flip, b, k));
            }
        }
        let mut days: Vec<DayWords> = Vec::new();
        for (on, _, b, k) in &all {
            let words = day_words(on, b, k);
            // A day that says the same as the one before it says nothing new.
            let again = days.last().is_some_and(|d| d.before == words.before && d.after == words.after);
            if !again && words.before != words.after {
                days.push(words);
            }
        }
        let units = all.iter().flat_map(|(on, flip, ..)| units(on, flip)).collect::<Vec<_>>();
        let moves = what_if.days.iter().filter_map(|day| {
            let flip = day.rules.get(i)?;
            Some(fate(flip.moved?, flip.before, flip.after, stands_for(a.edition, day, i)))
        });
        let told = if !days.is_empty() {
            moves.min()
        } else {
            // Other units keep the item as it is; these change all the same.
            units.iter().map(|(_, fate)| *fate).min()
        };
        if days.is_empty() {
            // The day of the units that change, else today.
            let day = units.last().map(|(u, _)| u.words.on.clone());
            let shown = all.iter().find(|(on, ..)| Some(on) == day.as_ref()).or(all.first());
            days.extend(shown.map(|(on, _, b, k)| day_words(on, b, k)));
        }
        out.push(Item {
            item: rule.front.id.clone(),
            mark: item_mark(a.book, rule),
            title: rule.front.title.clone(),
            fate: told.unwrap_or(Fate::Same),
            days,
            units: several(units),
            notes: all.first().map(|(_, flip, ..)| notes(flip)).unwrap_or_default(),
        });
    }
    out
}

/// The units that change on a day, and what becomes of each.
fn units(on: &str, flip: &judge::RuleFlip) -> Vec<(UnitWords, Fate)> {
    let word = |set: OutcomeSet| if set.len() > 1 { "まだわかりません".into() } else { either(set) };
    let mark = |set| sign(set, false).to_owned();
    flip.units
        .iter()
        .filter(|u| word(u.before) != word(u.after))
        .map(|u| {
            let words = DayWords {
                on: on.to_owned(),
                before: word(u.before),
                after: word(u.after),
                marks: (mark(u.before), mark(u.after)),
            };
            let moved = Move::between(u.before, u.after).unwrap_or(Move::Shifted);
            (UnitWords { subject: u.subject.clone(), words }, fate(moved, u.before, u.after, false))
        })
        .collect()
}

/// Each unit once, on the first day that tells of it.
fn several(all: Vec<(UnitWords, Fate)>) -> Vec<UnitWords> {
    let mut out: Vec<UnitWords> = Vec::new();
    for (unit, _) in all {
        let same = |o: &UnitWords| {
            o.subject == unit.subject
                && o.words.before == unit.words.before
                && o.words.after == unit.words.after
        };
        if !out.iter().any(same) {
            out.push(unit);
        }
    }
    out
}

/// Whether another part is enough to follow in place of a rule's, after.
fn stands_for(edition: &Edition, day: &judge::Flips, index: usize) -> bool {
    let Some(rule) = edition.rules.get(index) else { return false };
    let deemings = edition.deemings.iter().zip(&day.deemings);
    deemings.into_iter().any(|(d, flip)| d.reaches.contains(&rule.part) && flip.after.route == Truth::True)
}

fn fate(moved: Move, before: OutcomeSet, after: OutcomeSet, stood_for: bool) -> Fate {
    let waits = stood_for && after.contains(Outcome::DeemedMet) && !before.contains(Outcome::DeemedMet);
    let done = OutcomeSet::from_iter([Outcome::OutOfScope, Outcome::DeemedMet, Outcome::Met]);
    let free = OutcomeSet::from_iter([Outcome::OutOfScope, Outcome::DeemedMet]);
    match moved {
        _ if after.is_subset(free) => Fate::FallsAway,
        Move::FallsAway => Fate::FallsAway,
        _ if waits => Fate::MayFallAway,
        // Asked now, and met already.
        Move::New if after.is_subset(done) => Fate::Better,
        // It was not met, and may be: there is nothing more to do than before.
        Move::Unsettled if after.iter().max() <= before.iter().max() => Fate::Otherwise,
        Move::New | Move::Unsettled => Fate::New,
        Move::Better => Fate::Better,
        Move::Worse => Fate::Worse,
        Move::Settled if after == OutcomeSet::one(Outcome::NotMet) => Fate::Worse,
        Move::Settled => Fate::Better,
        Move::Shifted => Fate::Otherwise,
    }
}

fn day_words(on: &str, before: &Standing, after: &Standing) -> DayWords {
    let mark = |s: &Standing| sign(s.outcomes, s.prospect.is_some()).to_owned();
    // Two or more outcomes of a day to come are too long to be read at a glance.
    let word = |s: &Standing| match &s.prospect {
        Some((from, set)) if set.len() > 1 && !s.word.contains("残りしだい") => {
            format!("{}から(今のままでは、まだわかりません)", japanese(from))
        }
        _ => s.word.clone(),
    };
    DayWords {
        on: on.to_owned(),
        before: word(before),
        after: word(after),
        marks: (mark(before), mark(after)),
    }
}

fn notes(flip: &judge::RuleFlip) -> Vec<String> {
    let mut out = Vec::new();
    match flip.advice_left {
        (true, false) => out.push("やっておくと安心なことは、出なくなります。".into()),
        (false, true) => out.push("やっておくと安心なことが、出てきます。".into()),
        _ => {}
    }
    let (before, after) = &flip.pending;
    for issue in after.iter().filter(|i| !before.contains(i)) {
        out.push(format!("国で検討中の{issue}に、かかわるようになります。"));
    }
    for issue in before.iter().filter(|i| !after.contains(i)) {
        out.push(format!("国で検討中の{issue}に、かかわらなくなります。"));
    }
    out
}

/// The supposed facts, subjects with the same facts together.
fn supposed(a: &Asking<'_>, whole: &Institution, facts: &[&RawFact]) -> Vec<Supposed> {
    let mut names = a.before.display_names(a.vocabulary);
    names.extend(whole.display_names(a.vocabulary));
    let mut each: Vec<Supposed> = Vec::new();
    for fact in facts {
        let subject = SubjectRef {
            kind: fact.kind.clone(),
            id: fact.id.clone(),
            name: a
                .vocabulary
                .kind_named(&fact.kind)
                .and_then(|k| whole.find(k, &fact.id))
                .and_then(|s| names.get(&s).cloned()),
        };
        let from = (fact.valid_on > a.on).then(|| fact.valid_on.to_string());
        let at = match each.iter().position(|s| s.subjects == [subject.clone()] && s.from == from) {
            Some(at) => at,
            None => {
                let subjects = vec![subject];
                each.push(Supposed { subjects, from, sentences: Vec::new(), unknown: Vec::new() });
                each.len() - 1
            }
        };
        if let Some(group) = each.get_mut(at) {
            match &fact.what {
                RawWhat::Is(word, value) if value == "わからない" => group.unknown.push(word.clone()),
                _ => group.sentences.extend(sentence(fact)),
            }
        }
    }
    let mut out: Vec<Supposed> = Vec::new();
    for one in each {
        let alike = |s: &&mut Supposed| {
            let kinds = (s.subjects.first().map(|s| &s.kind), one.subjects.first().map(|s| &s.kind));
            let facts = s.sentences == one.sentences && s.unknown == one.unknown;
            kinds.0 == kinds.1 && s.from == one.from && facts
        };
        match out.iter_mut().find(alike) {
            Some(group) => group.subjects.extend(one.subjects),
            None => out.push(one),
        }
    }
    out
}

/// What a supposed fact says; the name of a new subject stands at its head.
fn sentence(fact: &RawFact) -> Option<String> {
    let with: Vec<String> = fact
        .evidence
        .iter()
        .filter(|e| e.kind != "申告")
        .map(|e| match &e.contract {
            Some(contract) => format!("{} 契約 {contract}", e.kind),
            None => e.kind.clone(),
        })
        .collect();
    let with = if with.is_empty() { String::new() } else { format!("({})", with.join("、")) };
    match &fact.what {
        RawWhat::Exists => Some("新しく加わるとします。".into()),
        RawWhat::Continues => None,
        RawWhat::Gone => Some("やめるとします。".into()),
        RawWhat::Is(word, _) if word == "名称" => None,
        RawWhat::Is(word, value) => Some(format!("「{word}」を「{value}」とします{with}。")),
        RawWhat::Ended(word) => Some(format!("「{word}」は、なくなるとします。")),
    }
}

/// The JSON Schema of a story.
pub fn schema() -> serde_json::Value {
    schemars::schema_for!(Story).to_value()
}
