//! Many institutions at once: counts for a health centre, a prefecture, a ministry.
//!
//! [`sheet`] judges all of them on planes and counts, わからない first and
//! 国で検討中 apart; it answers a question of tonight (「まだできていない施設」,
//! a product) with 該当, 不明 and 非該当; and it sets the national targets
//! beside what is. A list of weak points carries 取扱注意; the published form
//! holds no names and hides counts below 5 (design §9).

mod build;
mod published;
mod text;

pub use build::{institution_word, sheet};
pub use text::text;

use facts::Institution;
use rulebook::{Edition, Rulebook};
use schemars::JsonSchema;
use serde::Serialize;
use verdict::Outcome;
use vocabulary::{Date, Vocabulary, WordId};

/// The name of the JSON form.
pub const SCHEMA: &str = "yagura.census/1";

/// Stands on every list of weak points.
pub const HANDLE: &str =
    "取扱注意:攻撃に悪用されるおそれのある情報を含みます。転送・掲示をしないでください。";

/// What a census is made from.
pub struct Input<'a> {
    /// The words.
    pub vocabulary: &'a Vocabulary,
    /// The rulebook.
    pub book: &'a Rulebook,
    /// The edition whose items are counted.
    pub edition: &'a Edition,
    /// The institutions.
    pub institutions: &'a [Institution],
    /// As of.
    pub on: Date,
    /// A word of the institution by which counts are split.
    pub by: Option<WordId>,
    /// Conditions that all must hold.
    pub conditions: Vec<Condition<'a>>,
    /// Whether the national targets are set beside what is.
    pub targets: bool,
    /// Counts only, small ones hidden.
    pub published: bool,
}

/// Something asked of every institution.
pub enum Condition<'a> {
    /// An item has this result.
    Result {
        /// The rulebook the edition is of.
        book: &'a Rulebook,
        /// The edition.
        edition: &'a Edition,
        /// Index of the rule.
        rule: usize,
        /// As of; the day of the census where it is not given.
        on: Option<Date>,
        /// The result.
        wanted: Wanted,
    },
    /// A product whose name holds this text is in use.
    Product(String),
}

/// A result that can be asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Wanted {
    /// This outcome, decided; 未遵守 never counts what the ministry still considers.
    Outcome(Outcome),
    /// More than one outcome is possible.
    Undecided,
    /// Not yet in force, and it will be asked.
    NotYet,
    /// May be 未遵守, and the ministry still considers it.
    Pending,
}

impl Wanted {
    /// Every result that can be asked for, by the guideline's words.
    pub const ALL: [Wanted; 8] = [
        Wanted::Undecided,
        Wanted::Outcome(Outcome::NotMet),
        Wanted::Pending,
        Wanted::NotYet,
        Wanted::Outcome(Outcome::Relief),
        Wanted::Outcome(Outcome::Met),
        Wanted::Outcome(Outcome::DeemedMet),
        Wanted::Outcome(Outcome::OutOfScope),
    ];

    /// The word in data and on sheets.
    pub fn name(self) -> &'static str {
        match self {
            Wanted::Outcome(o) => o.name(),
            Wanted::Undecided => "未確定",
            Wanted::NotYet => "適用前",
            Wanted::Pending => "国で検討中",
        }
    }

    /// The result with this name.
    pub fn from_name(name: &str) -> Option<Wanted> {
        Wanted::ALL.into_iter().find(|w| w.name() == name)
    }

    /// The head of its column, in plain words.
    fn head(self) -> &'static str {
        match self {
            Wanted::Undecided => "わからない",
            Wanted::Outcome(Outcome::NotMet) => "まだ",
            Wanted::Pending => "国で検討中",
            Wanted::NotYet => "これから",
            Wanted::Outcome(Outcome::Relief) => "待てる",
            Wanted::Outcome(Outcome::Met) => "できた",
            Wanted::Outcome(Outcome::DeemedMet) => "足りる",
            Wanted::Outcome(Outcome::OutOfScope) => "対象外",
        }
    }
}

/// A count; `None` where it is hidden because it is small.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(transparent)]
pub struct Count(pub Option<u32>);

impl std::fmt::Display for Count {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self.0 {
            Some(n) => write!(f, "{n}"),
            None => f.write_str("*"),
        }
    }
}

/// The census of some institutions.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct CensusSheet {
    /// Always `yagura.census/1`.
    pub schema: String,
    /// Edition of the guideline.
    pub edition: String,
    /// Revision of the rules.
    pub revision: u32,
    /// As of (ISO).
    pub on: String,
    /// Names and small counts are left out.
    pub published: bool,
    /// The word by which counts are split.
    pub by: Option<String>,
    /// All institutions, then each group.
    pub groups: Vec<Group>,
    /// The answer to what was asked.
    pub answer: Option<Answer>,
    /// The national targets, where asked for.
    pub targets: Vec<TargetCounts>,
    /// The notice.
    pub notice: String,
}

/// Counts over some institutions.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct Group {
    /// Its name; 全体 for all.
    pub name: String,
    /// How many institutions.
    pub institutions: Count,
    /// By item.
    pub items: Vec<ItemCounts>,
}

/// Counts of one item.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct ItemCounts {
    /// Id of the rule.
    pub item: String,
    /// `運14⑤`
    pub mark: String,
    /// Title.
    pub title: String,
    /// Result and count, わからない first.
    pub counts: Vec<(String, Count)>,
}

/// What was asked, and of whom it holds.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct Answer {
    /// The conditions, in words.
    pub asked: Vec<String>,
    /// All institutions, then each group.
    pub groups: Vec<AnswerCounts>,
    /// Of whom it holds or may hold; empty in the published form.
    pub institutions: Vec<Listed>,
    /// How the list must be handled.
    pub handle: Option<String>,
}

/// An answer's counts.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct AnswerCounts {
    /// The group.
    pub name: String,
    /// 該当
    pub holds: Count,
    /// 不明
    pub unknown: Count,
    /// 非該当
    pub no: Count,
}

/// One institution of an answer.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct Listed {
    /// Its id.
    pub id: String,
    /// Its name.
    pub name: String,
    /// Its group.
    pub group: String,
    /// 該当 or 不明.
    pub answer: String,
}

/// One national target: 現状, 目標 and 差.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct TargetCounts {
    /// Id of the target.
    pub id: String,
    /// 電子カルテ, 電子処方箋 or 共有サービス.
    pub subject: String,
    /// Kinds of institution it is for.
    pub institutions: Vec<String>,
    /// The goal, paraphrased.
    pub goal: String,
    /// By when, as printed.
    pub by: Option<String>,
    /// How far the country is, as printed, with 資料時点.
    pub figure: Option<String>,
    /// The ministry has not decided; nothing is counted.
    pub undecided: bool,
    /// All institutions, then each group.
    pub groups: Vec<TargetGroup>,
    /// Basis and place.
    pub source: String,
}

/// How far a group is.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct TargetGroup {
    /// The group.
    pub name: String,
    /// 現状: institutions that have reached it.
    pub reached: Count,
    /// 差: institutions that have not.
    pub missing: Count,
    /// Not known.
    pub unknown: Count,
    /// 目標: institutions it is for, those of which it is not known included.
    pub all: Count,
}

/// The JSON Schema of a census.
pub fn schema() -> serde_json::Value {
    schemars::schema_for!(CensusSheet).to_value()
}
