//! Judgements → [`Sheet`].

use crate::because;
use crate::words::{self, either, item_mark, notice, screen_word};
use crate::{Milestone, NextChange, PartCoverage, Route, RouteTo, Row, Sheet, Standing, Task};
use facts::{Institution, Known, text};
use judge::{Explanation, Question, State, Verdicts, explain, next_change, prospect, verdicts};
use rulebook::{Edition, PartId, RuleKind, Rulebook};
use verdict::{Outcome, OutcomeSet, Truth};
use vocabulary::{Date, Vocabulary, date};

/// What a sheet is made from.
#[derive(Clone, Copy)]
pub struct Input<'a> {
    /// The words.
    pub vocabulary: &'a Vocabulary,
    /// The rulebook.
    pub book: &'a Rulebook,
    /// The edition.
    pub edition: &'a Edition,
    /// The facts.
    pub institution: &'a Institution,
    /// As of.
    pub on: Date,
    /// Only this part.
    pub part: Option<PartId>,
    /// Open every part even where 保守委託機関編 suffices (I-11).
    pub full: bool,
}

/// Makes the sheet of one institution.
pub fn sheet(input: &Input<'_>) -> Sheet {
    let known = Known::new(input.vocabulary, input.institution, input.on, input.on);
    let today = verdicts(input.book, input.edition, &known);
    let milestone = input.edition.milestone.as_ref().filter(|(_, d)| *d > input.on);
    let later = milestone.map(|(_, d)| Known::new(input.vocabulary, input.institution, input.on, *d));
    let then = later.as_ref().map(|k| verdicts(input.book, input.edition, k));
    let route = route(input, &known, &today);
    let collapse = !input.full && input.part.is_none() && route.to == RouteTo::Outsourced && route.left > 0;
    let mut rows = Vec::new();
    for (i, rule) in input.edition.rules.iter().enumerate() {
        let outsourced = input.edition.deemings.iter().any(|d| d.part == rule.part);
        if input.part.is_some_and(|p| p != rule.part) || (collapse && !outsourced) {
            continue;
        }
        let explanation = explain(input.book, input.edition, &known, i);
        let now = standing(input, &known, &today, i, &explanation);
        let explained_then = later.as_ref().map(|k| explain(input.book, input.edition, k, i));
        let then = later
            .as_ref()
            .zip(then.as_ref())
            .zip(explained_then.as_ref())
            .map(|((k, v), e)| standing(input, k, v, i, e));
        let coming = then.as_ref().is_some_and(|t| now.prospect.is_some() || t.outcomes != now.outcomes);
        rows.push(Row {
            item: rule.front.id.clone(),
            mark: item_mark(input.book, rule),
            title: rule.front.title.clone(),
            part: input.book.part(rule.part).map(|p| p.id.clone()).unwrap_or_default(),
            today: now,
            then,
            explanation: Some(explanation),
            explanation_then: explained_then.filter(|_| coming),
        });
    }
    let tasks = tasks(input, &route, &rows);
    let next = next_change(input.vocabulary, input.book, input.edition, input.institution, input.on).map(
        |(on, rules)| NextChange {
            on: on.to_string(),
            items: rules
                .iter()
                .filter_map(|i| input.edition.rules.get(*i))
                .map(|r| item_mark(input.book, r))
                .collect(),
        },
    );
    Sheet {
        schema: crate::SCHEMA.into(),
        institution: input.institution.id().to_owned(),
        name: stated(&known, "name").unwrap_or_else(|| "名称未入力".into()),
        kind: stated(&known, "institution-type"),
        edition: input.edition.id.clone(),
        revision: input.edition.revision,
        on: input.on.to_string(),
        milestone: input.edition.milestone.as_ref().map(|(name, d)| Milestone {
            name: name.clone(),
            on: d.to_string(),
            days_left: date::days_between(input.on, *d),
        }),
        collapsed: collapse.then(|| {
            format!("保守委託機関編の残り{}項目を満たすと、みなし遵守になります(見込み)。", route.left)
        }),
        route,
        rows,
        tasks,
        coverage: coverage(input),
        next_change: next,
        notice: notice(input.edition),
    }
}

/// The stated value of a word of the institution itself.
pub(crate) fn stated(known: &Known<'_>, id: &str) -> Option<String> {
    let word = known.vocabulary().word_by_id(id)?;
    let row = known.rows(Vocabulary::INSTITUTION).first()?;
    let held = known.cell(*row, word).held().first()?;
    Some(text::value_text(known.vocabulary(), known.institution(), word, &held.value))
}

fn route(input: &Input<'_>, known: &Known<'_>, today: &Verdicts) -> Route {
    let Some((deeming, state)) = input.edition.deemings.iter().zip(&today.deemings).next() else {
        return Route {
            to: RouteTo::Full,
            sentence: "この版では、すべての編を読みます。".into(),
            because: Vec::new(),
            left: 0,
            expected: false,
        };
    };
    let left = input
        .edition
        .rules
        .iter()
        .zip(&today.rules)
        .filter(|(r, s)| {
            r.part == deeming.part
                && r.kind == RuleKind::Required
                && (s.contains(Outcome::NotMet) || s.len() > 1 && s.contains(Outcome::Met))
        })
        .count();
    let index = input.edition.rules.iter().position(|r| deeming.reaches.contains(&r.part));
    let reasons = index
        .map(|i| explain(input.book, input.edition, known, i))
        .and_then(|e| e.deemings.into_iter().find(|d| d.id == deeming.front.id));
    let mut because = Vec::new();
    let (to, sentence) = match state.route() {
        Truth::True if left == 0 => {
            (RouteTo::Outsourced, "概説編と保守委託機関編を読めば足ります(見込み)。".to_owned())
        }
        Truth::True => {
            (RouteTo::Outsourced, format!("概説編と保守委託機関編を読みます。残りは{left}項目です。"))
        }
        Truth::False => {
            (RouteTo::Full, "概説編・経営管理編・企画管理編・システム運用編を読みます。".to_owned())
        }
        Truth::Unknown => (RouteTo::Undecided, "どの編を読むかは、まだ決まりません。".to_owned()),
    };
    if let Some(d) = reasons {
        let blocks: &[_] =
            if state.eligible == Truth::False { &[&d.eligible] } else { &[&d.target, &d.eligible] };
        let mut leaves = Vec::new();
        for block in blocks.iter().filter(|b| b.truth == state.route()) {
            for reason in &block.reasons {
                because::leaves(reason, &mut leaves);
            }
        }
        leaves.dedup();
        because.extend(leaves.iter().take(3).map(|(id, leaf)| format!("{id}: {leaf}。")));
        if leaves.len() > 3 {
            because.push(format!("ほかに{}件あります。", leaves.len() - 3));
        }
        if state.target == Truth::False && state.eligible != Truth::False {
            because = vec!["院内のサーバも、医療情報を扱うクラウドもありません。".into()];
        }
    }
    if state.route() == Truth::Unknown && because.is_empty() {
        because.push("機器とクラウドが、書いたもので全部かを確かめてください。".into());
    }
    Route { to, sentence, because, left, expected: today.deemed_expected }
}

/// How every item stands for what is known: its word as the sheet says it.
pub(crate) fn standings(input: &Input<'_>, known: &Known<'_>) -> Vec<Standing> {
    let all = verdicts(input.book, input.edition, known);
    let explained = |i| explain(input.book, input.edition, known, i);
    (0..input.edition.rules.len()).map(|i| standing(input, known, &all, i, &explained(i))).collect()
}

fn standing(input: &Input<'_>, known: &Known<'_>, all: &Verdicts, index: usize, e: &Explanation) -> Standing {
    let outcomes = all.rules.get(index).copied().unwrap_or_default();
    let rule = input.edition.rules.get(index);
    let coming = if outcomes == OutcomeSet::OUT_OF_SCOPE {
        prospect(input.book, input.edition, known, index)
    } else {
        None
    };
    let pending: Vec<String> = rule
        .into_iter()
        .flat_map(|r| r.pending.iter())
        .zip(all.pending.get(index).into_iter().flatten())
        .filter(|(_, t)| **t == Truth::True)
        .map(|(p, _)| p.issue.clone())
        .collect();
    let advice_left = all
        .recommended
        .get(index)
        .into_iter()
        .flatten()
        .any(|a| a.concerns == Truth::True && a.followed != Truth::True);
    let waits = |set: OutcomeSet| {
        set.len() > 1 && set.contains(Outcome::DeemedMet) && all.eligible.contains(&Truth::True)
    };
    let mut word = match (outcomes.decided(), &coming) {
        (_, Some((from, set))) if waits(*set) => {
            format!("{}から(今のままでは、保守委託機関編の残りしだい)", date::japanese(*from))
        }
        (_, Some((from, set))) => format!("{}から(今のままでは「{}」)", date::japanese(*from), either(*set)),
        (Some(o), None) => screen_word(o).to_owned(),
        // Whether the other parts are deemed met hangs on 保守委託機関編 alone (I-11).
        (None, None) if outcomes.contains(Outcome::DeemedMet) && all.eligible.contains(&Truth::True) => {
            words::HANGS_ON_OUTSOURCED.into()
        }
        (None, None) if e.questions.is_empty() => either(outcomes),
        (None, None) => format!("あと{}問でわかります", e.questions.len()),
    };
    if outcomes.contains(Outcome::NotMet) && !pending.is_empty() {
        word = format!("{word}(国で検討中の{})", pending.join("・"));
    }
    if outcomes.decided() == Some(Outcome::DeemedMet) && all.deemed_expected {
        word.push_str("(見込み)");
    }
    Standing {
        outcomes,
        word,
        prospect: coming.map(|(d, s)| (d.to_string(), s)),
        questions: e.questions.len(),
        advice_left,
        pending,
        expected: outcomes.contains(Outcome::DeemedMet) && all.deemed_expected,
    }
}

fn coverage(input: &Input<'_>) -> Vec<PartCoverage> {
    input
        .edition
        .coverage
        .iter()
        .map(|c| {
            let ruled = input
                .edition
                .rules
                .iter()
                .filter(|r| r.part == c.part && r.kind == RuleKind::Required && !r.carried)
                .count();
            PartCoverage {
                part: input.book.part(c.part).map(|p| p.name.clone()).unwrap_or_default(),
                ruled,
                known: ruled + c.without_rule.len(),
                complete: c.complete,
                unseen: c.unseen.clone(),
            }
        })
        .collect()
}

/// How many tasks are shown.
const TASKS: usize = 3;

/// The three next tasks: the route first, then what is not met, what will not
/// be met on its day, and the questions that settle the rest.
pub(crate) fn tasks(input: &Input<'_>, route: &Route, rows: &[Row]) -> Vec<Task> {
    let mut out: Vec<Task> = Vec::new();
    let add = |out: &mut Vec<Task>, task: Option<Task>| {
        if let Some(task) = task
            && out.len() < TASKS
            && !out.iter().any(|t| t.title == task.title)
        {
            out.push(task);
        }
    };
    if route.to == RouteTo::Undecided {
        add(
            &mut out,
            Some(Task {
                title: "契約書・約款・SLAで、更新がだれの責任かを確かめる。".into(),
                why: "読む編が、これで決まります。".into(),
                who: "院長・事務長(わからなければ事業者に聞く)".into(),
                by: "いますぐ".into(),
                item: input.edition.deemings.first().map(|d| d.front.id.clone()).unwrap_or_default(),
            }),
        );
    }
    // Where 保守委託機関編 suffices, only that part gives tasks (I-11).
    let mine: Vec<&Row> = rows
        .iter()
        .filter(|r| input.full || route.to != RouteTo::Outsourced || is_outsourced(input, r))
        .collect();
    let not_met = OutcomeSet::one(Outcome::NotMet);
    for row in mine.iter().filter(|r| r.today.outcomes == not_met && r.today.pending.is_empty()) {
        add(&mut out, row.explanation.as_ref().and_then(|e| change_task(row, e, "いますぐ".into())));
    }
    for row in &mine {
        let (Some(then), Some(e), Some((_, day))) =
            (&row.then, &row.explanation_then, &input.edition.milestone)
        else {
            continue;
        };
        if !then.outcomes.contains(Outcome::NotMet) || !then.pending.is_empty() {
            continue;
        }
        let by = format!("{}まで", words::day(*day));
        let change = (then.outcomes == not_met).then(|| change_task(row, e, by.clone())).flatten();
        // Where no answer decides (only readings are open), what can be done is left.
        let task =
            change.or_else(|| question_task(row, e, &by, &out)).or_else(|| change_task(row, e, by.clone()));
        add(&mut out, task);
    }
    for row in mine.iter().filter(|r| r.today.outcomes.len() > 1) {
        let task = row.explanation.as_ref().and_then(|e| question_task(row, e, "今月中", &out));
        add(&mut out, task);
    }
    for row in rows.iter().filter(|r| r.today.advice_left && r.today.outcomes.len() == 1) {
        add(
            &mut out,
            Some(Task {
                title: format!("{}の「やっておくと安心」を見直す。", row.mark),
                why: format!("「{}」に、推奨があります。", row.title),
                who: "院長・事務長".into(),
                by: "年度内".into(),
                item: row.item.clone(),
            }),
        );
    }
    out
}

fn is_outsourced(input: &Input<'_>, row: &Row) -> bool {
    let part = input.edition.rule(&row.item).map(|r| r.part);
    input.edition.deemings.iter().any(|d| Some(d.part) == part)
}

fn change_task(row: &Row, e: &Explanation, by: String) -> Option<Task> {
    let first = e.if_changed.first()?;
    let same = e.if_changed.iter().filter(|c| c.word == first.word && c.to == first.to).count();
    let more = if same > 1 { format!("など{same}件") } else { String::new() };
    Some(Task {
        title: format!("{}{more}の「{}」を「{}」にする。", first.subject.id, first.word, first.to),
        why: format!("{}「{}」が、まだです。", row.mark, row.title),
        who: "院長・事務長(事業者と相談)".into(),
        by,
        item: row.item.clone(),
    })
}

/// The first question of an item that no task asks yet.
fn question_task(row: &Row, e: &Explanation, by: &str, asked: &[Task]) -> Option<Task> {
    e.questions.iter().map(|q| question(row, q, by)).find(|t| !asked.iter().any(|a| a.title == t.title))
}

fn question(row: &Row, q: &Question, by: &str) -> Task {
    let of_institution = q.subject.as_ref().is_some_and(|s| s.kind == "施設");
    let about =
        q.subject.as_ref().map(|s| s.name.clone().unwrap_or_else(|| s.id.clone())).unwrap_or_default();
    let title = match (&q.wanted_evidence, q.state) {
        (Some(kind), _) => format!("{about}の「{}」の{kind}を確かめる。", q.word),
        (None, State::Asked) => format!("{about}の「{}」を事業者に聞く。", q.word),
        (None, _) if of_institution => q.text.clone(),
        (None, _) => format!("{about}の「{}」を確かめる。", q.word),
    };
    Task {
        title,
        why: format!("{}「{}」が、まだ決まりません。", row.mark, row.title),
        who: q.answered_by.join("・"),
        by: by.to_owned(),
        item: row.item.clone(),
    }
}
