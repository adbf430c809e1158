//! Institutions → counts and answers.

use super::published;
use super::{
    Answer, AnswerCounts, CensusSheet, Condition, Count, Group, HANDLE, Input, ItemCounts, Listed, SCHEMA,
    TargetCounts, TargetGroup, Wanted,
};
use crate::build::stated;
use crate::targets;
use crate::words::{item_mark, notice};
use census::{Census, Place, Questions, Results};
use facts::Known;
use rulebook::{Edition, Rulebook, Scalar};
use std::collections::{BTreeMap, BTreeSet};
use unicode_normalization::UnicodeNormalization;
use verdict::{Outcome, OutcomeSet, Truth};
use vocabulary::{Date, Vocabulary, WordId};

/// The name of the group of all.
const EVERYBODY: &str = "全体";

/// Makes the census of some institutions.
pub fn sheet(input: &Input<'_>) -> CensusSheet {
    let views = views(input, input.on);
    let groups = Groups::of(input, &views);
    let rounds = Rounds::of(input, &views);
    let words = words(input, &rounds);
    let mut out = CensusSheet {
        schema: SCHEMA.into(),
        edition: input.edition.id.clone(),
        revision: input.edition.revision,
        on: input.on.to_string(),
        published: input.published,
        by: input.by.map(|w| input.vocabulary.word(w).name.clone()),
        groups: groups.all().map(|(name, who)| counted(input, &words, name, who)).collect(),
        answer: (!input.conditions.is_empty()).then(|| answer(input, &views, &groups, &rounds)),
        targets: if input.targets { national(input, &views, &groups) } else { Vec::new() },
        notice: notice(input.edition),
    };
    if input.published {
        publish(&mut out);
    }
    out
}

fn views<'a>(input: &Input<'a>, on: Date) -> Vec<Known<'a>> {
    input.institutions.iter().map(|i| Known::new(input.vocabulary, i, input.on, on)).collect()
}

/// Which institutions belong to which group.
struct Groups {
    everybody: Vec<usize>,
    named: BTreeMap<String, Vec<usize>>,
}

impl Groups {
    fn of(input: &Input<'_>, views: &[Known<'_>]) -> Groups {
        let mut named: BTreeMap<String, Vec<usize>> = BTreeMap::new();
        if let Some(by) = input.by {
            let id = &input.vocabulary.word(by).id;
            for (i, view) in views.iter().enumerate() {
                named.entry(stated(view, id).unwrap_or_else(|| "わからない".into())).or_default().push(i);
            }
        }
        Groups { everybody: (0..views.len()).collect(), named }
    }

    /// All institutions, then each group.
    fn all(&self) -> impl Iterator<Item = (&str, &[usize])> {
        let named = self.named.iter().map(|(n, who)| (n.as_str(), who.as_slice()));
        std::iter::once((EVERYBODY, self.everybody.as_slice())).chain(named)
    }

    fn name_of(&self, institution: usize) -> String {
        let found = self.named.iter().find(|(_, who)| who.contains(&institution));
        found.map(|(name, _)| name.clone()).unwrap_or_default()
    }
}

/// Everybody judged by one edition for one day.
struct Round<'a> {
    edition: &'a Edition,
    on: Date,
    census: Census<'a>,
    results: Results,
}

impl<'a> Round<'a> {
    fn of(
        input: &Input<'a>,
        book: &'a Rulebook,
        edition: &'a Edition,
        on: Date,
        views: &[Known<'_>],
    ) -> Round<'a> {
        let mut census = Census::new(input.vocabulary, on);
        views.iter().for_each(|v| {
            census.add(v);
        });
        census.close();
        let results = census.judge(&Questions::new(input.vocabulary, book, edition));
        Round { edition, on, census, results }
    }

    fn set(&self, institution: usize, rule: usize) -> OutcomeSet {
        self.census.outcomes(&self.results, place(institution), rule)
    }

    /// Whether the ministry still considers something that concerns the institution.
    fn pending(&self, institution: usize, rule: usize) -> Truth {
        let issues = self.edition.rules.get(rule).map_or(0, |r| r.pending.len());
        let each = (0..issues).map(|i| self.census.pending(&self.results, place(institution), rule, i));
        each.fold(Truth::False, Truth::or)
    }
}

fn place(institution: usize) -> Place {
    Place(u32::try_from(institution).unwrap_or(u32::MAX))
}

/// Everybody judged for every day and edition that is asked for.
struct Rounds<'a> {
    all: Vec<Round<'a>>,
}

impl<'a> Rounds<'a> {
    fn of(input: &Input<'a>, today: &[Known<'_>]) -> Rounds<'a> {
        let mut out = Rounds { all: Vec::new() };
        out.add(input, input.book, input.edition, input.on, today);
        for condition in &input.conditions {
            if let Condition::Result { book, edition, on, .. } = condition {
                out.add(input, book, edition, on.unwrap_or(input.on), today);
            }
        }
        out
    }

    /// Judges for a day, and for the days after it on which rules come into force.
    fn add(
        &mut self,
        input: &Input<'a>,
        book: &'a Rulebook,
        edition: &'a Edition,
        on: Date,
        today: &[Known<'_>],
    ) {
        let mut days = BTreeSet::from([on]);
        days.extend((0..edition.rules.len()).filter_map(|i| from(book, edition, i)).filter(|d| *d > on));
        for day in days {
            if self.round(edition, day).is_none() {
                let round = if day == input.on {
                    Round::of(input, book, edition, day, today)
                } else {
                    Round::of(input, book, edition, day, &views(input, day))
                };
                self.all.push(round);
            }
        }
    }

    fn round(&self, edition: &Edition, on: Date) -> Option<&Round<'a>> {
        self.all.iter().find(|r| std::ptr::eq(r.edition, edition) && r.on == on)
    }

    /// How an institution stands with a result.
    fn truth(&self, at: &At<'_>, institution: usize, wanted: Wanted) -> Truth {
        let Some(round) = self.round(at.edition, at.on) else { return Truth::Unknown };
        let set = round.set(institution, at.rule);
        let later = from(at.book, at.edition, at.rule).filter(|d| *d > at.on);
        let coming = later.and_then(|d| self.round(at.edition, d)).map(|r| r.set(institution, at.rule));
        let not_yet =
            set == OutcomeSet::OUT_OF_SCOPE && coming.is_some_and(|s| s != OutcomeSet::OUT_OF_SCOPE);
        let pending =
            if set.contains(Outcome::NotMet) { round.pending(institution, at.rule) } else { Truth::False };
        let is = |o: Outcome| {
            if !set.contains(o) {
                Truth::False
            } else if set.decided().is_some() {
                Truth::True
            } else {
                Truth::Unknown
            }
        };
        match wanted {
            Wanted::NotYet => Truth::from(not_yet),
            _ if not_yet => Truth::False,
            Wanted::Undecided => Truth::from(set.len() > 1),
            Wanted::Pending => is(Outcome::NotMet).and(pending),
            Wanted::Outcome(Outcome::NotMet) => is(Outcome::NotMet).and(!pending),
            Wanted::Outcome(o) => is(o),
        }
    }
}

/// A rule on a day.
struct At<'a> {
    book: &'a Rulebook,
    edition: &'a Edition,
    rule: usize,
    on: Date,
}

/// The day from which a rule is in force.
fn from(book: &Rulebook, edition: &Edition, rule: usize) -> Option<Date> {
    let (value, _) = edition.rules.get(rule)?.effective.as_ref()?;
    match book.values.get(usize::from(*value))?.value {
        Scalar::Day(d) => Some(d),
        Scalar::Number(_) => None,
    }
}

fn count(who: &[usize], mut holds: impl FnMut(usize) -> bool) -> Count {
    Count(u32::try_from(who.iter().filter(|i| holds(**i)).count()).ok())
}

/// Per item, per institution: the one word under which it is counted, the
/// first that certainly fits.
fn words(input: &Input<'_>, rounds: &Rounds<'_>) -> Vec<Vec<Wanted>> {
    let of_rule = |rule| {
        let at = At { book: input.book, edition: input.edition, rule, on: input.on };
        let word = |i| Wanted::ALL.into_iter().find(|w| rounds.truth(&at, i, *w) == Truth::True);
        (0..input.institutions.len()).map(|i| word(i).unwrap_or(Wanted::Undecided)).collect()
    };
    (0..input.edition.rules.len()).map(of_rule).collect()
}

fn counted(input: &Input<'_>, words: &[Vec<Wanted>], name: &str, who: &[usize]) -> Group {
    let items = input.edition.rules.iter().zip(words).map(|(r, words)| ItemCounts {
        item: r.front.id.clone(),
        mark: item_mark(input.book, r),
        title: r.front.title.clone(),
        counts: Wanted::ALL
            .into_iter()
            .map(|w| (w.name().to_owned(), count(who, |i| words.get(i) == Some(&w))))
            .collect(),
    });
    Group { name: name.into(), institutions: count(who, |_| true), items: items.collect() }
}

fn answer(input: &Input<'_>, views: &[Known<'_>], groups: &Groups, rounds: &Rounds<'_>) -> Answer {
    let truths: Vec<Truth> = views
        .iter()
        .enumerate()
        .map(|(i, view)| {
            let each = input.conditions.iter().map(|c| match c {
                Condition::Result { book, edition, rule, on, wanted } => {
                    let at = At { book, edition, rule: *rule, on: on.unwrap_or(input.on) };
                    rounds.truth(&at, i, *wanted)
                }
                Condition::Product(name) => runs(view, name),
            });
            each.fold(Truth::True, Truth::and)
        })
        .collect();
    let is = |i: usize, t: Truth| truths.get(i) == Some(&t);
    let mut institutions = Vec::new();
    for (truth, word) in [(Truth::True, "該当"), (Truth::Unknown, "不明")] {
        for (i, view) in views.iter().enumerate().filter(|(i, _)| is(*i, truth)) {
            institutions.push(Listed {
                id: view.institution().id().to_owned(),
                name: stated(view, "name").unwrap_or_else(|| "名称未入力".into()),
                group: groups.name_of(i),
                answer: word.into(),
            });
        }
    }
    Answer {
        asked: input.conditions.iter().map(|c| c.told(input)).collect(),
        groups: groups
            .all()
            .map(|(name, who)| AnswerCounts {
                name: name.into(),
                holds: count(who, |i| is(i, Truth::True)),
                unknown: count(who, |i| is(i, Truth::Unknown)),
                no: count(who, |i| is(i, Truth::False)),
            })
            .collect(),
        handle: (!institutions.is_empty()).then(|| HANDLE.to_owned()),
        institutions,
    }
}

impl Condition<'_> {
    fn told(&self, input: &Input<'_>) -> String {
        match self {
            Condition::Product(name) => format!("製品の名に「{name}」を含む物がある"),
            Condition::Result { book, edition, rule, on, wanted } => {
                let rule = edition.rules.get(*rule);
                let title = rule.map(|r| r.front.title.as_str()).unwrap_or_default();
                // A question of one's own has no mark and no result of the guideline.
                if rule.is_some_and(|r| r.front.id.starts_with("question/")) {
                    return format!("「{title}」にあてはまる");
                }
                let mark = rule.map(|r| item_mark(book, r)).unwrap_or_default();
                let day = on.filter(|d| *d != input.on).map(|d| format!("{d}に、")).unwrap_or_default();
                format!("{day}{mark}「{title}」が「{}」", wanted.name())
            }
        }
    }
}

/// Whether a product whose name holds the text is in use. Unknown while there
/// may be products, or machines and services, that nobody has written down.
fn runs(known: &Known<'_>, wanted: &str) -> Truth {
    let words = known.vocabulary();
    // Full and half width, large and small letters are one.
    let folded = |t: &str| t.nfkc().collect::<String>().to_lowercase();
    let wanted = folded(wanted);
    let Some(kind) = words.kind_by_id("product") else { return Truth::Unknown };
    let names: BTreeMap<_, _> = known.institution().display_names(words);
    let named = |row| names.get(&known.subject(row)).is_some_and(|n| folded(n).contains(&wanted));
    if known.rows(kind).iter().any(|row| named(*row)) {
        return Truth::True;
    }
    let open = words.relations().iter().enumerate().filter(|(_, r)| r.to == kind).any(|(i, r)| {
        let id = vocabulary::RelationId(u16::try_from(i).unwrap_or(u16::MAX));
        let untold = |row| known.members(id, row).is_none_or(|m| m.open && m.certain.is_empty());
        known.complete(r.from).is_none() || known.rows(r.from).iter().any(|row| untold(*row))
    });
    if open { Truth::Unknown } else { Truth::False }
}

fn national(input: &Input<'_>, views: &[Known<'_>], groups: &Groups) -> Vec<TargetCounts> {
    let institution_type = input.vocabulary.word_by_id("institution-type");
    let mine = |view: &Known<'_>, t: &rulebook::Target| {
        kind_of(view, institution_type).is_some_and(|k| t.institutions.contains(&k))
            && targets::applies(view, t) != Truth::False
    };
    let row = |t: &rulebook::Target| TargetCounts {
        id: t.id.clone(),
        subject: t.subject.clone(),
        institutions: t.institutions.clone(),
        goal: t.goal.clone(),
        by: t.by.clone(),
        figure: t.figure.as_ref().map(|f| format!("{}({})", f.text, f.as_of)),
        undecided: t.undecided,
        groups: groups
            .all()
            .map(|(name, who)| {
                let stands = |i: usize, wanted: Truth| {
                    views.get(i).is_some_and(|v| {
                        mine(v, t) && targets::applies(v, t).and(targets::reach(v, t)) == wanted
                    })
                };
                let not = |i: usize| {
                    views.get(i).is_some_and(|v| {
                        mine(v, t)
                            && targets::applies(v, t) == Truth::True
                            && targets::reach(v, t) == Truth::False
                    })
                };
                let all = count(who, |i| views.get(i).is_some_and(|v| mine(v, t)));
                let reached = count(who, |i| stands(i, Truth::True));
                let missing = count(who, not);
                let known = reached.0.unwrap_or(0) + missing.0.unwrap_or(0);
                TargetGroup {
                    name: name.into(),
                    reached,
                    missing,
                    unknown: Count(all.0.map(|n| n.saturating_sub(known))),
                    all,
                }
            })
            .filter(|g| !t.undecided && g.all.0 != Some(0))
            .collect(),
        source: format!("{}({})", t.source, t.basis),
    };
    input.book.targets.iter().map(row).collect()
}

fn kind_of(view: &Known<'_>, word: Option<WordId>) -> Option<String> {
    let id = &view.vocabulary().word(word?).id;
    stated(view, id)
}

/// Leaves out names and small counts.
fn publish(sheet: &mut CensusSheet) {
    sheet.groups.iter_mut().for_each(|g| published::hide(&mut [&mut g.institutions]));
    sheet.targets.iter_mut().flat_map(|t| &mut t.groups).for_each(|g| published::hide(&mut [&mut g.all]));
    let items = sheet.groups.first().map_or(0, |g| g.items.len());
    for group in &mut sheet.groups {
        for item in &mut group.items {
            published::hide(&mut item.counts.iter_mut().map(|(_, c)| c).collect::<Vec<_>>());
        }
    }
    for item in 0..items {
        let rows = sheet.groups.iter_mut().filter_map(|g| g.items.get_mut(item));
        published::hide_columns(rows.map(|i| i.counts.iter_mut().map(|(_, c)| c).collect()).collect());
    }
    if let Some(answer) = &mut sheet.answer {
        answer.institutions.clear();
        answer.handle = None;
        let mut rows: Vec<Vec<&mut Count>> =
            answer.groups.iter_mut().map(|g| vec![&mut g.holds, &mut g.unknown, &mut g.no]).collect();
        for row in &mut rows {
            published::hide(row);
        }
        published::hide_columns(rows);
    }
    for target in &mut sheet.targets {
        let mut rows: Vec<Vec<&mut Count>> =
            target.groups.iter_mut().map(|g| vec![&mut g.reached, &mut g.missing, &mut g.unknown]).collect();
        for row in &mut rows {
            published::hide(row);
        }
        published::hide_columns(rows);
    }
}

/// The word of an institution by its name or a part of it.
pub fn institution_word(vocabulary: &Vocabulary, name: &str) -> Option<WordId> {
    let mut on = vocabulary.names_on(Vocabulary::INSTITUTION).filter(|n| n.contains(name));
    let exact = vocabulary.word_named(Vocabulary::INSTITUTION, name);
    exact.or_else(|| {
        let first = on.next()?;
        on.next().is_none().then(|| vocabulary.word_named(Vocabulary::INSTITUTION, first)).flatten()
    })
}
