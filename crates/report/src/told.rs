//! What an explanation tells, section by section, before it is laid out.
//!
//! [`crate::text`] and [`crate::html`] are two renderings of these values.
//! A sentence that both need is built here and nowhere else.

use crate::because::{Said, Sign, subject, tree};
use crate::{Row, Sheet};
use judge::{Explanation, Question, Reason, ReasonKind, State};
use rulebook::{Edition, Rule, Rulebook};
use verdict::{Outcome, OutcomeSet, Truth};
use vocabulary::{Term, Vocabulary};

/// The next step of one item: its task, its first question, the change that
/// もし names, or what it waits for. `None` where nothing is left.
pub(crate) fn next_step(s: &Sheet, row: &Row) -> Option<String> {
    let task = s.tasks.iter().find(|t| t.item == row.item).map(|t| t.title.clone());
    let question = || asked(row)?.questions.first().map(|q| q.text.clone());
    task.or_else(question).or_else(|| waiting(row).map(str::to_owned))
}

/// The next step of the institution: its first task, or what an item waits for.
pub(crate) fn first_step(s: &Sheet) -> Option<String> {
    let task = s.tasks.first().map(|t| t.title.clone());
    let row = || s.rows.iter().find_map(|r| Some(format!("{}: {}", r.mark, waiting(r)?)));
    task.or_else(row)
}

/// The next step where neither a task nor a question is open. Never that
/// there is none while a result is not yet good.
fn waiting(row: &Row) -> Option<&'static str> {
    let coming = row.then.as_ref().unwrap_or(&row.today);
    if asked(row)?.if_changed_outcomes.is_some() {
        Some("「もし」に並ぶことを、事業者と相談する。")
    } else if coming.outcomes.contains(Outcome::NotMet) && !coming.pending.is_empty() {
        Some("国で検討中です。決まったら、もう一度点検する。")
    } else if coming.outcomes.contains(Outcome::NotMet) {
        Some("どう直せるかを、事業者に相談する。")
    } else if coming.outcomes.contains(Outcome::Relief) {
        Some("次の更改のときに、もう一度点検する。")
    } else if coming.advice_left {
        Some("「やっておくと安心」を見直す。")
    } else {
        None
    }
}

/// What stands over the tasks: how many there are.
pub(crate) fn tasks_title(s: &Sheet) -> &'static str {
    match s.tasks.len() {
        1 => "次の一つ",
        2 => "次の二つ",
        _ => "次の三つ",
    }
}

/// The explanation whose questions are asked: that of the coming day, if any.
pub(crate) fn asked(row: &Row) -> Option<&Explanation> {
    row.explanation_then.as_ref().or(row.explanation.as_ref())
}

/// How the item stands on the milestone, where that says more than today.
pub(crate) fn differs_then<'a>(s: &Sheet, row: &'a Row) -> Option<&'a crate::Standing> {
    let (then, m) = row.then.as_ref().zip(s.milestone.as_ref())?;
    let told = row.today.prospect.as_ref().is_some_and(|(d, _)| *d == m.on);
    (then.word != row.today.word && !told).then_some(then)
}

/// A unit of judgement and why it has its set.
pub(crate) struct UnitTold {
    pub(crate) name: String,
    pub(crate) outcomes: OutcomeSet,
    pub(crate) blocks: Vec<Said>,
}

/// Why a rule has its set.
pub(crate) struct Why {
    pub(crate) deemings: Vec<Said>,
    pub(crate) units: Vec<UnitTold>,
    pub(crate) notes: Vec<String>,
}

impl Why {
    pub(crate) fn of(e: &Explanation) -> Why {
        let units = e.units.iter().map(|u| UnitTold {
            name: u.subject.as_ref().map_or_else(|| "まだ書いていない物".to_owned(), subject),
            outcomes: u.outcomes,
            blocks: u.blocks.iter().map(|b| block(b, u.subject.as_ref().map(|s| s.id.as_str()))).collect(),
        });
        let mut notes = Vec::new();
        if let Some(kind) = &e.open_kind {
            notes.push(format!("まだ書いていない{kind}があれば、結果が変わることがあります。"));
        }
        for a in &e.alternatives {
            notes.push(format!("代わりの方法「{a}」で満たしています(公開文書1件による。公式本文で未確認)。"));
        }
        Why { deemings: e.deemings.iter().map(deeming).collect(), units: units.collect(), notes }
    }
}

fn deeming(d: &judge::DeemingReason) -> Said {
    let mark = |t: Truth| Sign::from(t).mark();
    let text = format!(
        "みなし: 対象 {}、資格 {}、条件 {}",
        mark(d.target.truth),
        mark(d.eligible.truth),
        mark(d.condition)
    );
    let below = if d.eligible.truth == Truth::True {
        Vec::new()
    } else {
        d.eligible.reasons.iter().flat_map(|r| tree(&briefly(r), None)).collect()
    };
    let sign = Some(d.target.truth.and(d.eligible.truth).and(d.condition).into());
    Said { sign, text, source: String::new(), below }
}

/// A reason with the first rows of each range only: the route has its own place.
fn briefly(r: &Reason) -> Reason {
    let mut out = r.clone();
    if let ReasonKind::Range { left_out, .. } = &mut out.kind {
        left_out.clear();
        out.children.truncate(2);
    }
    out.children = out.children.iter().map(briefly).collect();
    out
}

fn block(b: &judge::Block, of: Option<&str>) -> Said {
    let below = b.reasons.iter().flat_map(|r| tree(r, of)).collect();
    Said::plain(block_sentence(&b.word, b.truth, b.reasons.is_empty()).to_owned(), below)
}

/// What a block says, by its truth.
fn block_sentence(word: &str, truth: Truth, plain: bool) -> &'static str {
    let pick = |yes, no, unknown| match truth {
        Truth::True => yes,
        Truth::False => no,
        Truth::Unknown => unknown,
    };
    match word {
        "施行" if plain => {
            pick("施行の日を過ぎています", "まだ施行の日の前です", "施行の日の前か、わかりません")
        }
        "施行" => {
            pick("施行の日より先に問われます", "まだ施行の日の前です", "先に問われるかは、まだわかりません")
        }
        "対象" => pick("対象にあたります", "対象にあたりません", "対象かは、まだわかりません"),
        "除く" => {
            pick("除くものにあたります", "除くものにはあたりません", "除くものかは、まだわかりません")
        }
        "要件" => pick("要件を満たします", "要件を満たしません", "要件を満たすかは、まだわかりません"),
        "緩和 とき" => {
            pick("待てる条件にあたります", "待てる条件にはあたりません", "待てる条件かは、まだわかりません")
        }
        "緩和 終了" => pick(
            "待てる期間は終わりました",
            "待てる期間は続いています",
            "待てる期間が続くかは、まだわかりません",
        ),
        _ => pick("あたります", "あたりません", "まだわかりません"),
    }
}

/// A list that is cut: what is shown, and how many more there are.
pub(crate) struct Cut<T> {
    pub(crate) shown: Vec<T>,
    pub(crate) more: usize,
}

impl<T> Cut<T> {
    fn of<'a, S>(all: &'a [S], most: usize, told: impl Fn(&'a S) -> T) -> Cut<T> {
        Cut { shown: all.iter().take(most).map(told).collect(), more: all.len().saturating_sub(most) }
    }
}

/// A question as it is put.
pub(crate) struct QuestionTold<'a> {
    pub(crate) text: String,
    pub(crate) answered_by: String,
    pub(crate) decides: &'a [(String, OutcomeSet)],
}

/// The next questions.
pub(crate) fn questions(e: &Explanation) -> Cut<QuestionTold<'_>> {
    Cut::of(&e.questions, 5, |q| QuestionTold {
        text: question(q),
        answered_by: q.answered_by.join("、"),
        decides: &q.decides,
    })
}

fn question(q: &Question) -> String {
    let about = q.subject.as_ref().map(subject).unwrap_or_default();
    match (&q.wanted_evidence, q.state) {
        (Some(kind), _) => format!("{about}の「{}」を示す{kind}はありますか。", q.word),
        (None, State::Conflict) => format!("{about}の「{}」は、どれが正しいですか。", q.word),
        _ => format!("{about}: {}", q.text),
    }
}

/// もし: what would have to change, and the set it would give.
pub(crate) fn changes(e: &Explanation) -> Option<(Cut<String>, OutcomeSet)> {
    let told = |c: &judge::Change| {
        let shown = match c.evidence.as_slice() {
            [] => String::new(),
            kinds => format!("({}で示す)", kinds.join("、")),
        };
        format!("{}の「{}」を「{}」にする{shown}", subject(&c.subject), c.word, c.to)
    };
    e.if_changed_outcomes.map(|after| (Cut::of(&e.if_changed, 8, told), after))
}

/// An interpretation, and what the other reading would give where it was judged.
pub(crate) struct ReadingTold {
    pub(crate) id: String,
    pub(crate) title: String,
    pub(crate) default_text: String,
    pub(crate) other: Option<(String, OutcomeSet)>,
}

/// Where a rule comes from and how it is read.
pub(crate) struct Basis<'a> {
    pub(crate) sources: &'a [String],
    pub(crate) kind: &'a str,
    pub(crate) page: &'a str,
    pub(crate) confirmed: String,
    pub(crate) readings: Vec<ReadingTold>,
    /// 版の差
    pub(crate) change: Option<&'a str>,
}

impl<'a> Basis<'a> {
    pub(crate) fn of(book: &'a Rulebook, edition: &'a Edition, rule: &'a Rule, e: &Explanation) -> Basis<'a> {
        let confirmed = rule.front.confirmed.as_ref().map_or_else(
            || "専門家による原本との照合: まだ".to_owned(),
            |c| format!("専門家による原本との照合: {} {}({})", c.by, c.on, c.document),
        );
        let readings = rule.front.interpretations.iter().filter_map(|id| {
            let i = book.interpretations.iter().find(|i| i.id == *id)?;
            let judged = e.readings.iter().find(|r| r.id == *id);
            Some(ReadingTold {
                id: id.clone(),
                title: i.title.clone(),
                default_text: i.default_text.clone(),
                other: judged.map(|r| (r.other_text.clone(), r.other_outcomes)),
            })
        });
        let own = Some(&rule.front.id);
        let change = book.successions.iter().find(|s| s.to.as_ref() == own || s.from.as_ref() == own);
        Basis {
            sources: &rule.front.sources,
            kind: &rule.front.basis,
            page: &edition.page,
            confirmed,
            readings: readings.collect(),
            change: change.map(|c| c.note.as_str()),
        }
    }
}

/// The glossary entries of the words that stand in a text.
pub(crate) fn terms<'a>(text: &str, vocabulary: &'a Vocabulary) -> Vec<&'a Term> {
    vocabulary.glossary().iter().filter(|t| text.contains(&t.term)).collect()
}
