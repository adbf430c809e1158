//! The typed tree of reasons, as it is published (JSON schema v1).
//!
//! Node kinds and field names are stable: text and HTML are renderings of
//! this tree, and other programs read it as JSON.

use facts::{Known, SubjectId};
use schemars::JsonSchema;
use serde::Serialize;
use std::collections::BTreeMap;
use verdict::{OutcomeSet, Truth};
use vocabulary::Vocabulary;

/// Display names, as `Institution::display_names` gives them.
pub(crate) type Names = BTreeMap<SubjectId, String>;

/// A subject, as people name it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct SubjectRef {
    /// Name of its kind.
    pub kind: String,
    /// Its id.
    pub id: String,
    /// Its display name, where one is stated.
    pub name: Option<String>,
}

impl SubjectRef {
    pub(crate) fn of(known: &Known<'_>, names: &Names, id: SubjectId) -> SubjectRef {
        let subject = known.institution().subject(id);
        let kind = subject.map_or(Vocabulary::INSTITUTION, |s| s.kind);
        SubjectRef {
            kind: known.vocabulary().kind(kind).name.clone(),
            id: subject.map(|s| s.id.clone()).unwrap_or_default(),
            name: names.get(&id).cloned(),
        }
    }
}

/// How a fact stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum State {
    /// Nobody has been asked.
    Absent,
    /// Asked, and not known.
    Asked,
    /// A value is held.
    Held,
    /// Authors disagree.
    Conflict,
    /// The value fits but the demanded evidence is missing.
    EvidenceMissing,
    /// The day is not yet come: a plan.
    Plan,
}

/// What a reason is.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
#[serde(tag = "node", rename_all = "kebab-case")]
pub enum ReasonKind {
    /// 次のすべて
    All {
        /// Its label.
        label: Option<String>,
    },
    /// 次のいずれか
    Any {
        /// Its label.
        label: Option<String>,
    },
    /// 代替
    Alternative {
        /// Its label.
        label: String,
    },
    /// 定義
    Definition {
        /// Its name.
        name: String,
    },
    /// すべての / いずれかの
    Range {
        /// すべて or いずれか.
        all: bool,
        /// Kind or relation word.
        range: String,
        /// Whether there may be rows nobody has written down.
        open: bool,
        /// How many rows are certainly in range.
        in_range: usize,
        /// Rows out of range, each with the lines that put it out.
        left_out: Vec<Reason>,
    },
    /// A row of a range.
    Row {
        /// Which.
        subject: SubjectRef,
        /// Whether it is in range.
        in_range: Truth,
    },
    /// 編 X が 遵守
    Part {
        /// Name of the part.
        name: String,
    },
    /// A test of a fact.
    Fact {
        /// Of what; `None` for something nobody has written down.
        subject: Option<SubjectRef>,
        /// The word.
        word: String,
        /// The condition as the rule writes it.
        condition: String,
        /// What is stated, with its source in 〔〕.
        stated: Vec<String>,
        /// How the fact stands.
        state: State,
    },
}

/// A node of the tree.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct Reason {
    /// What it is.
    #[serde(flatten)]
    pub kind: ReasonKind,
    /// Its truth.
    pub truth: Truth,
    /// Line in the rule's or definition's file.
    pub line: u32,
    /// The children that decide.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub children: Vec<Reason>,
}

/// A block of a rule for one unit.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct Block {
    /// 施行, 対象, 除く, 要件, 緩和, みなし.
    pub word: String,
    /// Its truth.
    pub truth: Truth,
    /// Why.
    pub reasons: Vec<Reason>,
}

/// One unit of judgement.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct UnitReason {
    /// Which; `None` for one that nobody has written down.
    pub subject: Option<SubjectRef>,
    /// Its outcomes.
    pub outcomes: OutcomeSet,
    /// The blocks that were looked at.
    pub blocks: Vec<Block>,
}

/// How a deeming bears on the rule.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct DeemingReason {
    /// Id of the deeming.
    pub id: String,
    /// 対象
    pub target: Block,
    /// 資格
    pub eligible: Block,
    /// 条件
    pub condition: Truth,
}

/// Another reading and what it would give.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct Reading {
    /// I-nn
    pub id: String,
    /// The question.
    pub title: String,
    /// How we read it.
    pub default_text: String,
    /// The other reading.
    pub other_text: String,
    /// The set under the other reading alone.
    pub other_outcomes: OutcomeSet,
}

/// A question that would narrow the set.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct Question {
    /// About what; `None` for something nobody has written down.
    pub subject: Option<SubjectRef>,
    /// The word it asks for.
    pub word: String,
    /// The question in plain Japanese.
    pub text: String,
    /// Who can answer.
    pub answered_by: Vec<String>,
    /// How the fact stands.
    pub state: State,
    /// The evidence that is wanted, where a record is missing.
    pub wanted_evidence: Option<String>,
    /// What each answer would leave: answer, outcomes.
    pub decides: Vec<(String, OutcomeSet)>,
    /// Cost of asking.
    pub cost: u8,
}

/// One thing to change, under もし.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct Change {
    /// Of what.
    pub subject: SubjectRef,
    /// The word.
    pub word: String,
    /// The value it would need.
    pub to: String,
    /// The evidence it would need besides, where a rule demands some.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub evidence: Vec<String>,
}

/// Why a rule has its set.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct Explanation {
    /// Id of the rule.
    pub item: String,
    /// Day whose facts are known (ISO).
    pub known_on: String,
    /// Day that is judged (ISO).
    pub judged_on: String,
    /// The set.
    pub outcomes: OutcomeSet,
    /// The units.
    pub units: Vec<UnitReason>,
    /// The kind whose ledger is open, where it is the unit.
    pub open_kind: Option<String>,
    /// Deemings that reach the rule's part, or stand on it.
    pub deemings: Vec<DeemingReason>,
    /// Other readings that were judged.
    pub readings: Vec<Reading>,
    /// 代替 that carries the result.
    pub alternatives: Vec<String>,
    /// Questions, the lightest first.
    pub questions: Vec<Question>,
    /// もし: changes that give `if_changed_outcomes`.
    pub if_changed: Vec<Change>,
    /// The set after these changes.
    pub if_changed_outcomes: Option<OutcomeSet>,
    /// Facts (by index) that suffice for the set.
    pub cited: Vec<u32>,
}
