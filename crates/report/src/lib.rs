//! Verdicts and explanations → what people read.
//!
//! [`sheet`] puts one institution's results into a [`Sheet`] (published as
//! JSON); [`text`] renders it for a terminal, aligned for double width, and
//! [`html`] for a browser and for paper; [`what_if`] tells what would change
//! if, [`renewal`] what the next order must hold. This is the only crate that
//! writes Japanese sentences about verdicts: words of
//! rule-language §1, sentences of at most 50 characters, terms explained from
//! the glossary, and the notice on everything that leaves.

pub mod ask;
mod because;
mod build;
pub mod census;
mod fingerprint;
pub mod html;
pub mod renewal;
mod table;
mod targets;
pub mod text;
mod told;
pub mod what_if;
mod words;

pub use build::{Input, sheet};
pub use fingerprint::fingerprint;
pub use table::{pad, width};
pub use words::{item_mark, notice, screen_word};

use schemars::JsonSchema;
use serde::Serialize;
use verdict::OutcomeSet;

/// The name of the JSON form.
pub const SCHEMA: &str = "yagura.result/1";

/// One institution's results.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct Sheet {
    /// Always `yagura.result/1`.
    pub schema: String,
    /// Id of the institution.
    pub institution: String,
    /// Its name.
    pub name: String,
    /// Kind of institution, where stated.
    pub kind: Option<String>,
    /// Edition of the guideline.
    pub edition: String,
    /// Revision of the rules.
    pub revision: u32,
    /// As of (ISO).
    pub on: String,
    /// The day beside it (ISO) and its name.
    pub milestone: Option<Milestone>,
    /// Which part must be read, and why.
    pub route: Route,
    /// One row an item.
    pub rows: Vec<Row>,
    /// The line that stands for collapsed parts (I-11).
    pub collapsed: Option<String>,
    /// The three next tasks.
    pub tasks: Vec<Task>,
    /// What was seen of each part.
    pub coverage: Vec<PartCoverage>,
    /// The next day on which a result can change (ISO), and the items.
    pub next_change: Option<NextChange>,
    /// The notice.
    pub notice: String,
}

impl Sheet {
    /// The results without every reason: what is printed where no item is
    /// asked for.
    #[must_use]
    pub fn results_only(&self) -> Sheet {
        let mut out = self.clone();
        for row in &mut out.rows {
            row.explanation = None;
            row.explanation_then = None;
        }
        out
    }

    /// The same with one item alone.
    #[must_use]
    pub fn only(&self, item: &str) -> Sheet {
        let mut out = self.clone();
        out.rows.retain(|r| r.item == item);
        out
    }
}

/// The day shown beside today.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct Milestone {
    /// Its name.
    pub name: String,
    /// ISO date.
    pub on: String,
    /// Days left from the day of judgement; 0 or less when reached.
    pub days_left: i32,
}

/// Which part must be read.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct Route {
    /// `outsourced`, `full` or `undecided`.
    pub to: RouteTo,
    /// In one sentence.
    pub sentence: String,
    /// Why, one sentence a reason.
    pub because: Vec<String>,
    /// Items of the outsourced part that are left, when eligible.
    pub left: usize,
    /// みなし遵守 is only expected.
    pub expected: bool,
}

/// Where the route leads.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum RouteTo {
    /// 概説編 and 保守委託機関編 suffice.
    Outsourced,
    /// All other parts.
    Full,
    /// Not known yet.
    Undecided,
}

/// One item.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct Row {
    /// Id of the rule.
    pub item: String,
    /// `運14⑤`
    pub mark: String,
    /// Title.
    pub title: String,
    /// Id of the part.
    pub part: String,
    /// On the day of judgement.
    pub today: Standing,
    /// On the milestone, if today's facts last.
    pub then: Option<Standing>,
    /// Why, in full.
    pub explanation: Option<judge::Explanation>,
    /// Why on the milestone, where the item is not yet in force.
    pub explanation_then: Option<judge::Explanation>,
}

/// How an item stands on a day.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct Standing {
    /// The set.
    pub outcomes: OutcomeSet,
    /// The screen word.
    pub word: String,
    /// Not yet in force: from when (ISO) and what it will be.
    pub prospect: Option<(String, OutcomeSet)>,
    /// How many questions are left.
    pub questions: usize,
    /// 推奨 that is not followed.
    pub advice_left: bool,
    /// Issues pending at the ministry.
    pub pending: Vec<String>,
    /// みなし遵守 is only expected.
    pub expected: bool,
}

/// Something to do.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct Task {
    /// What.
    pub title: String,
    /// Why.
    pub why: String,
    /// Who.
    pub who: String,
    /// By when.
    pub by: String,
    /// For which item.
    pub item: String,
}

/// What was seen of a part.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct PartCoverage {
    /// Name of the part.
    pub part: String,
    /// Items with a rule.
    pub ruled: usize,
    /// Known items, with a rule or not.
    pub known: usize,
    /// Whether an expert confirmed it whole.
    pub complete: bool,
    /// Places not seen.
    pub unseen: Vec<String>,
}

/// The next day on which something changes.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct NextChange {
    /// ISO date.
    pub on: String,
    /// Marks of the items.
    pub items: Vec<String>,
}

/// The JSON Schema of a sheet.
pub fn schema() -> serde_json::Value {
    schemars::schema_for!(Sheet).to_value()
}
