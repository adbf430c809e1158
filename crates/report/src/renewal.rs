//! The sheet 「次の更改で満たすこと」: what the order of each system's next
//! renewal has to hold, so that one purchase settles three things.
//!
//! (a) The relief of two-factor authentication ends with the first renewal,
//! (b) so does that of passwords too short, (c) the ministry's targets for
//! 電子カルテ name the renewal as their day. Decided: rules with 緩和 say in
//! their front matter what to order, targets in their file; which of them
//! concern a system comes from the judge alone. Nothing here is a verdict,
//! and a target is never shown as an item of the guideline.

mod build;
mod targets;
mod text;

pub use build::renewal;
pub use text::renewal as text;

use judge::SubjectRef;
use schemars::JsonSchema;
use serde::Serialize;
use verdict::OutcomeSet;

/// The name of the JSON form.
pub const SCHEMA: &str = "yagura.renewal/1";

/// What one institution has to order at its next renewals.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct RenewalSheet {
    /// Always `yagura.renewal/1`.
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
    /// Whose facts: the day they are known (ISO).
    pub on: String,
    /// The day they are judged for (ISO): the milestone, or `on` where that is later.
    pub judged_on: String,
    /// Whether the route to the part is still open, so that the other parts are listed.
    pub route_open: bool,
    /// One plan a system that has something to order; one without a system is for one yet to come.
    pub plans: Vec<Plan>,
    /// Systems with nothing to order as things stand.
    pub nothing_to_order: Vec<SubjectRef>,
    /// The national targets for this kind of institution.
    pub targets: Vec<TargetStanding>,
    /// The notice.
    pub notice: String,
}

/// The next renewal of one system.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct Plan {
    /// The system; `None` for one that is yet to be introduced.
    pub system: Option<SubjectRef>,
    /// When.
    pub planned: Planned,
    /// What the order has to hold.
    pub order: Vec<OrderLine>,
    /// What is on record, one sentence each.
    pub record: Vec<String>,
    /// What to ask the provider.
    pub ask_provider: Vec<Ask>,
    /// What the institution finds out itself.
    pub ask_inside: Vec<Ask>,
    /// Names of the providers of what the system runs on, where they are written down.
    pub providers: Vec<String>,
}

/// When a renewal is planned.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case", tag = "state")]
pub enum Planned {
    /// On a day.
    On {
        /// ISO date.
        day: String,
        /// The fact with its source, as stated.
        stated: String,
    },
    /// There will be one; the day is not set.
    NoDay,
    /// Stated: there is none.
    None,
    /// Asked, and not known.
    Unknown,
    /// People disagree.
    Conflict,
    /// Nobody has been asked.
    NotAsked,
}

/// A condition of the order.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct OrderLine {
    /// What the new equipment has to do, in one sentence.
    pub condition: String,
    /// Where it comes from.
    pub reason: OrderReason,
    /// Devices that do not do it yet.
    pub not_yet: Vec<SubjectRef>,
    /// Devices of which it is not known.
    pub unknown: Vec<SubjectRef>,
}

/// Where a condition comes from: an item of the guideline or a national target.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case", tag = "from")]
pub enum OrderReason {
    /// An item of the guideline.
    Item {
        /// Id of the rule.
        item: String,
        /// `運14⑤`
        mark: String,
        /// Title.
        title: String,
        /// What was judged, where that is not the system itself (an account domain).
        of: Option<SubjectRef>,
        /// The outcomes that are possible for this system.
        outcomes: OutcomeSet,
        /// Basis.
        basis: String,
        /// Interpretations used.
        interpretations: Vec<String>,
        /// Other readings under which the item is not 未遵守.
        other_readings: Vec<OtherReading>,
    },
    /// A national target.
    Target {
        /// Id of the target.
        target: String,
        /// Our paraphrase.
        goal: String,
        /// By when, as printed.
        by: Option<String>,
        /// Basis.
        basis: String,
        /// Slide and place.
        source: String,
    },
}

/// What an unconfirmed reading would make of the whole item.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct OtherReading {
    /// I-nn
    pub id: String,
    /// The other reading.
    pub text: String,
    /// What the item would be.
    pub outcomes: OutcomeSet,
}

/// A question, asked of everything it is about at once.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Ask {
    /// About what.
    pub subjects: Vec<SubjectRef>,
    /// The word.
    pub word: String,
    /// The question.
    pub text: String,
    /// Who can answer.
    pub answered_by: Vec<String>,
}

/// How far an institution is with a target.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Reach {
    /// The facts that count hold.
    Reached,
    /// They do not.
    NotReached,
    /// Not known.
    Unknown,
    /// The ministry has not set a target yet.
    Undecided,
}

/// A national target and where the institution stands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct TargetStanding {
    /// Id of the target.
    pub target: String,
    /// Subject.
    pub subject: String,
    /// Our paraphrase.
    pub goal: String,
    /// By when, as printed.
    pub by: Option<String>,
    /// The country's figure, as printed.
    pub figure: Option<String>,
    /// As of, as printed.
    pub as_of: Option<String>,
    /// Where the institution stands.
    pub reach: Reach,
    /// Basis.
    pub basis: String,
    /// Slide and place.
    pub source: String,
}

/// The JSON Schema of the sheet.
pub fn schema() -> serde_json::Value {
    schemars::schema_for!(RenewalSheet).to_value()
}
