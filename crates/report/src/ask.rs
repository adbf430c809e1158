//! Questions as people read them: one screen, what it decides, the letter.
//!
//! [`Document`] is the plan as JSON. [`question`] is a screen for a terminal,
//! [`choices`] what can be picked there (わからない is always last), and
//! [`ending`] what is left when the questions end: a letter to the provider,
//! ready to send, and the papers to look for.

use crate::because::subject;
use crate::table::wrap;
use crate::words::{either, item_mark, notice, screen_word};
use judge::State;
use judge::ask::{Decides, Form, Input, Plan, Screen, Standing};
use rulebook::{Edition, Rulebook};
use schemars::JsonSchema;
use serde::Serialize;
use std::fmt::Write as _;
use verdict::{Outcome, OutcomeSet};
use vocabulary::{Date, date};

/// The name of the JSON form.
pub const SCHEMA: &str = "yagura.ask/1";

/// The plan of questions of one institution.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct Document {
    /// Always `yagura.ask/1`.
    pub schema: String,
    /// Id of the institution.
    pub institution: String,
    /// Its name.
    pub name: Option<String>,
    /// Edition of the guideline.
    pub edition: String,
    /// Revision of the rules.
    pub revision: u32,
    /// As of (ISO).
    pub on: String,
    /// The items that screens name by id.
    pub items: Vec<Item>,
    /// The plan.
    #[serde(flatten)]
    pub plan: Plan,
    /// The notice.
    pub notice: String,
}

/// An item as people name it.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct Item {
    /// Its id.
    pub item: String,
    /// `運14⑤`
    pub mark: String,
    /// Its title.
    pub title: String,
}

/// The JSON Schema of a plan.
pub fn schema() -> serde_json::Value {
    schemars::schema_for!(Document).to_value()
}

/// The plan with what names it needs.
pub fn document(input: &Input<'_>, plan: Plan) -> Document {
    let names = input.institution.display_names(input.vocabulary);
    Document {
        schema: SCHEMA.into(),
        institution: input.institution.id().to_owned(),
        name: names.get(&facts::SubjectId(0)).cloned(),
        edition: input.edition.id.clone(),
        revision: input.edition.revision,
        on: input.on.to_string(),
        items: input
            .edition
            .rules
            .iter()
            .map(|r| Item {
                item: r.front.id.clone(),
                mark: item_mark(input.book, r),
                title: r.front.title.clone(),
            })
            .collect(),
        plan,
        notice: notice(input.edition),
    }
}

/// What picking a number means.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Pick {
    /// This value.
    Value(String),
    /// This value, and a record of it: the record is asked for next.
    Recorded(String),
    /// 該当なし.
    NotApplicable,
    /// これで全部.
    All,
    /// There are more, but they are not named now.
    More,
    /// わからない.
    Unknown,
}

/// What can be picked on a screen, with its label; わからない is always last.
pub fn choices(screen: &Screen) -> Vec<(String, Pick)> {
    let mut out = Vec::new();
    match &screen.form {
        Form::Choice { choices, recorded, records } => {
            for choice in choices {
                if recorded.contains(choice) {
                    let paper = paper(records);
                    out.push((format!("{choice}({paper}で確かめた)"), Pick::Recorded(choice.clone())));
                    out.push((format!("たぶん{choice}({paper}は見ていない)"), Pick::Value(choice.clone())));
                } else {
                    out.push((choice.clone(), Pick::Value(choice.clone())));
                }
            }
        }
        Form::Ledger { .. } => {
            out.push(("これで全部".into(), Pick::All));
            out.push(("ほかにもあるが、いまは書けない".into(), Pick::More));
        }
        Form::Members { .. } => out.push(("一つもない".into(), Pick::All)),
        Form::Belongs { .. } => out.push(("どれにも属さない".into(), Pick::NotApplicable)),
        Form::Number { .. } | Form::Date | Form::Term | Form::Text => {}
    }
    if let Some(label) = &screen.not_applicable {
        out.push((label.clone(), Pick::NotApplicable));
    }
    out.push(("わからない".into(), Pick::Unknown));
    out
}

/// The plain word for the records that count.
pub fn paper(records: &[String]) -> &'static str {
    match records.first().map(String::as_str) {
        Some("契約条項") => "契約書・約款・SLA",
        Some("判断") => "判断の記録",
        _ => "書類",
    }
}

/// How to write an answer that is no number of the list.
pub fn hint(form: &Form) -> Option<String> {
    match form {
        Form::Number { unit } => Some(format!("または、数を書く(単位は{})", unit.as_deref().unwrap_or("個"))),
        Form::Date => Some("または、日付を書く(例 R8.4.1、2026-04-01)".into()),
        Form::Term => Some("または、期間を書く(例 2026-04-01 から 2027-03-31)".into()),
        Form::Text => Some("または、名前などを書く".into()),
        Form::Ledger { .. } => Some("または、ほかにある物の名前を書く(「、」で区切る)".into()),
        Form::Members { .. } => {
            Some("または、当てはまる物の記号を書く(「、」で区切る)。無い物は名前を書く".into())
        }
        Form::Belongs { .. } => Some("または、当てはまる物の記号を書く(「、」で区切る)".into()),
        Form::Choice { .. } => None,
    }
}

/// Cells of a line.
const LINE: usize = 80;

/// A screen: the question, why it is asked, and what the answers decide.
pub fn question(book: &Rulebook, edition: &Edition, screen: &Screen, number: usize) -> String {
    let mut out = format!("\n問{number}  {}\n", screen.text);
    let marks: Vec<String> = screen.items.iter().filter_map(|id| mark(book, edition, id)).collect();
    let why = if screen.routing {
        "読む編が、これで決まります。".to_owned()
    } else {
        format!("{}に使います。", marks.join("、"))
    };
    let _ = writeln!(out, "  わけ: {why}");
    let told: Vec<&Decides> = screen.decides.iter().filter(|d| !d.changes.is_empty()).collect();
    for decides in told {
        let many = if screen.about.len() > 1 { "すべて" } else { "" };
        let line = format!("{many}「{}」なら: {}", decides.answer, effect(book, edition, decides));
        for (i, part) in wrap(&line, LINE - 6).iter().enumerate() {
            let _ = writeln!(out, "  {}{part}", if i == 0 { "" } else { "    " });
        }
    }
    if screen.about.len() > 1 {
        let _ = writeln!(out, "  {}件について、順に聞きます。", screen.about.len());
    }
    out
}

fn mark(book: &Rulebook, edition: &Edition, id: &str) -> Option<String> {
    edition.rule(id).map(|r| item_mark(book, r))
}

/// At most so many items are named for an answer.
const NAMED: usize = 3;

/// What an answer does, in a few words.
fn effect(book: &Rulebook, edition: &Edition, decides: &Decides) -> String {
    let decided: Vec<String> = decides
        .changes
        .iter()
        .filter_map(|c| {
            let outcome = c.after.decided()?;
            Some((mark(book, edition, &c.item)?, outcome))
        })
        .fold(Vec::<(String, Outcome)>::new(), |mut all, one| {
            if !all.contains(&one) {
                all.push(one);
            }
            all
        })
        .into_iter()
        .map(|(mark, outcome)| format!("{mark}は「{}」", screen_word(outcome)))
        .collect();
    if decided.is_empty() {
        return "答えの幅がせまくなります".into();
    }
    let more = decided.len().saturating_sub(NAMED);
    let named = decided.into_iter().take(NAMED).collect::<Vec<_>>().join("、");
    if more > 0 { format!("{named}(ほかに{more}件)") } else { named }
}

/// What became decided between two plans, one line an item.
pub fn decided(book: &Rulebook, edition: &Edition, before: &[Standing], after: &[Standing]) -> String {
    let mut out = String::new();
    for (b, a) in before.iter().zip(after) {
        let (Some(rule), true) = (edition.rule(&a.item), a.settled && !b.settled) else { continue };
        let set = a.then.filter(|_| a.today == OutcomeSet::OUT_OF_SCOPE).unwrap_or(a.today);
        let when = if set == a.today { String::new() } else { milestone(edition) };
        let _ = writeln!(
            out,
            "  → {}「{}」が決まりました: {when}{}",
            item_mark(book, rule),
            rule.front.title,
            settled_word(set)
        );
    }
    out
}

fn settled_word(set: OutcomeSet) -> String {
    if set.len() > 1 && set.contains(Outcome::DeemedMet) {
        return screen_word(Outcome::DeemedMet).to_owned();
    }
    either(set)
}

fn milestone(edition: &Edition) -> String {
    edition.milestone.as_ref().map(|(_, d)| format!("{}から、", date::japanese(*d))).unwrap_or_default()
}

/// Where the questions ended: the state, the letter, and the papers.
pub fn ending(book: &Rulebook, edition: &Edition, plan: &Plan, name: &str, on: Date) -> String {
    let mut out = format!("\n{}項目のうち{}項目が決まりました。\n", plan.rules.len(), plan.settled());
    let nothing_left = plan.director.is_empty() && plan.provider.is_empty() && plan.papers.is_empty();
    if nothing_left && plan.settled() < plan.rules.len() {
        out.push_str(
            "ほかの項目は、答えでは決まりません。\n\
             いまの状態を変えるか、読み方が確かめられると決まります。\n\
             「yagura judge」で、わけと「もし」を見てください。\n",
        );
    }
    if !plan.provider.is_empty() {
        out.push('\n');
        out.push_str(&letter(&plan.provider, name, on));
    }
    if !plan.papers.is_empty() {
        out.push_str(&papers(book, edition, &plan.papers));
    }
    crate::text::foot(&mut out, &notice(edition));
    out
}

/// A letter to the provider, ready to send.
pub fn letter(screens: &[Screen], name: &str, on: Date) -> String {
    let mut out = String::from("■ 事業者への手紙(このまま送れます)\n\n");
    let _ = writeln!(out, "{}\n事業者(システム会社)ご担当者様\n{}{name}", date::japanese(on), " ".repeat(40));
    out.push_str("\nシステムの安全管理の点検のため、次のことを教えてください。\n");
    out.push_str("わからない項目は「わからない」とお書きください。\n");
    for (i, screen) in screens.iter().enumerate() {
        let _ = writeln!(out, "\n{}. {}", i + 1, screen.text);
        let boxes: Vec<String> = match &screen.form {
            Form::Choice { choices, .. } => choices.clone(),
            Form::Ledger { .. } => vec!["はい".into(), "いいえ(足りない物の名前:          )".into()],
            _ => vec!["(          )".into()],
        }
        .into_iter()
        .chain(screen.not_applicable.clone())
        .chain(std::iter::once("わからない".to_owned()))
        .collect();
        for about in &screen.about {
            let _ = writeln!(out, "   {}\n     □{}", subject(&about.subject), boxes.join("  □"));
        }
    }
    out.push_str("\nお答えの日:     年   月   日   お名前:\n");
    out
}

/// Papers to look for and things to decide, which nobody knows by heart.
fn papers(book: &Rulebook, edition: &Edition, screens: &[Screen]) -> String {
    let mut out = String::from("\n■ 書類を探すもの\n");
    for screen in screens {
        let marks: Vec<String> = screen.items.iter().filter_map(|id| mark(book, edition, id)).collect();
        for about in &screen.about {
            let what = match (about.state, &screen.wanted_evidence) {
                (State::EvidenceMissing, Some(wanted)) => {
                    format!("「{}」の{}を探す", screen.word, wanted.replace(" 以上", "など"))
                }
                (State::Conflict, _) => format!("「{}」の答えの食い違いを決める", screen.word),
                (State::Held, _) => format!("「{}」の足りない物を書き足す", screen.word),
                _ => format!("「{}」がわかる書類を探す", screen.word),
            };
            let _ = writeln!(out, "  □ {}: {what}({})", subject(&about.subject), marks.join("、"));
        }
    }
    out
}
