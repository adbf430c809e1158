//! The syntax tree. Every printed line carries its place and comments, so
//! that a diagnostic can name the line and the printer can give it back.

/// Place and comments of one line.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Meta {
    /// Line in the Markdown file, from 1.
    pub line: usize,
    /// Comment lines above.
    pub before: Vec<String>,
    /// Comment on the line.
    pub comment: Option<String>,
}

/// What a fenced block holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Head {
    /// `規則`
    Rule(Rule),
    /// `みなし`
    Deeming(Deeming),
    /// `定義 NAME`
    Definition(Definition),
}

/// `規則`
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Rule {
    /// Place of the head.
    pub meta: Meta,
    /// `判定単位 K 該当なしは対象外`; the institution where absent.
    pub unit: Option<Unit>,
    /// `施行 $値`
    pub effective: Option<Effective>,
    /// 対象, 除く, 要件, 緩和, 推奨, 国で検討中 in the order written.
    pub sections: Vec<Section>,
}

/// `判定単位 K 該当なしは対象外`
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unit {
    /// Place.
    pub meta: Meta,
    /// The kind's name.
    pub kind: String,
}

/// `施行 $値` with `先に問う とき …`
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Effective {
    /// Place.
    pub meta: Meta,
    /// Name of the dated value, without `$`.
    pub value: String,
    /// When a unit is asked before that day.
    pub early: Option<Sub>,
}

/// The word of a section.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum SectionWord {
    /// 対象
    Target,
    /// 除く
    Except,
    /// 要件
    Requirement,
    /// 緩和
    Relief,
    /// 推奨
    Recommended,
    /// 国で検討中
    Pending,
}

impl SectionWord {
    /// All, in the order of the grammar.
    pub const ALL: [SectionWord; 6] = [
        SectionWord::Target,
        SectionWord::Except,
        SectionWord::Requirement,
        SectionWord::Relief,
        SectionWord::Recommended,
        SectionWord::Pending,
    ];
    /// The word.
    pub fn text(self) -> &'static str {
        match self {
            SectionWord::Target => "対象",
            SectionWord::Except => "除く",
            SectionWord::Requirement => "要件",
            SectionWord::Relief => "緩和",
            SectionWord::Recommended => "推奨",
            SectionWord::Pending => "国で検討中",
        }
    }
}

/// A section of a rule.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Section {
    /// Place.
    pub meta: Meta,
    /// Its word.
    pub word: SectionWord,
    /// `緩和 次の更改まで`, `国で検討中 課題②`.
    pub label: Option<String>,
    /// `とき`
    pub when: Option<Sub>,
    /// `終了`
    pub until: Option<Sub>,
    /// The conditions.
    pub body: Conditions,
}

/// `とき …`, `終了 …`, `先に問う とき …`
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sub {
    /// Place.
    pub meta: Meta,
    /// The conditions.
    pub body: Conditions,
}

/// Conditions joined by *and*, on the head's own line or below it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Conditions {
    /// One condition on the head's own line.
    pub inline: bool,
    /// The conditions.
    pub items: Vec<Condition>,
}

/// `みなし`
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Deeming {
    /// Place of the head.
    pub meta: Meta,
    /// `対象`
    pub target: Option<Sub>,
    /// `資格`
    pub eligibility: Option<Sub>,
    /// `条件`
    pub condition: Option<Sub>,
    /// `及ぶ編`
    pub reaches: Option<PartList>,
    /// `併読`
    pub read_also: Option<PartList>,
}

/// A list of parts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PartList {
    /// Place.
    pub meta: Meta,
    /// Their names.
    pub parts: Vec<String>,
}

/// `定義 NAME`
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Definition {
    /// Place of the head.
    pub meta: Meta,
    /// Its name.
    pub name: String,
    /// The conditions.
    pub body: Vec<Condition>,
}

/// How a group combines.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum GroupWord {
    /// 次のすべて
    All,
    /// 次のいずれか
    Any,
    /// 代替
    Alternative,
}

impl GroupWord {
    /// The word.
    pub fn text(self) -> &'static str {
        match self {
            GroupWord::All => "次のすべて",
            GroupWord::Any => "次のいずれか",
            GroupWord::Alternative => "代替",
        }
    }
}

/// A condition.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Condition {
    /// `満たす …`, or the condition on a head's own line.
    Line(Line),
    /// A group.
    Group(Group),
    /// `すべての R`, `いずれかの R`.
    Quantifier(Quantifier),
}

impl Condition {
    /// Its place.
    pub fn meta(&self) -> &Meta {
        match self {
            Condition::Line(l) => &l.meta,
            Condition::Group(g) => &g.meta,
            Condition::Quantifier(q) => &q.meta,
        }
    }
}

/// `次のすべて 「label」` and its kin.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Group {
    /// Place.
    pub meta: Meta,
    /// How it combines.
    pub word: GroupWord,
    /// Its label.
    pub label: Option<String>,
    /// Its parts.
    pub items: Vec<Condition>,
}

/// What a quantifier says of an empty range.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize)]
pub enum Empty {
    /// 成立
    Holds,
    /// 不成立
    Fails,
    /// 台帳確認
    Confirmed,
}

impl Empty {
    /// The word.
    pub fn text(self) -> &'static str {
        match self {
            Empty::Holds => "成立",
            Empty::Fails => "不成立",
            Empty::Confirmed => "台帳確認",
        }
    }
}

/// `すべての R 該当なしは …`
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Quantifier {
    /// Place.
    pub meta: Meta,
    /// すべて or いずれか.
    pub all: bool,
    /// Kind or relation word.
    pub range: String,
    /// Of an empty range.
    pub empty: Empty,
    /// `うち` lines.
    pub within: Vec<Sub>,
    /// `除く` lines.
    pub except: Vec<Sub>,
    /// The conditions on a row.
    pub body: Vec<Condition>,
}

/// Atoms on one line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line {
    /// Place.
    pub meta: Meta,
    /// `または` instead of `かつ`.
    pub any: bool,
    /// The atoms; one or more.
    pub atoms: Vec<Atom>,
    /// `解釈 I-nn`
    pub interpretation: Option<String>,
}

/// One atom.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Atom {
    /// `F が …`
    Fact(FactAtom),
    /// `定義 NAME`
    Definition(String),
    /// `編 X が 遵守`
    Part(String),
}

/// `F が …`
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FactAtom {
    /// The word.
    pub word: String,
    /// What is asked of its value.
    pub test: Test,
    /// `証拠 KIND`, and whether `以上`.
    pub evidence: Option<(String, bool)>,
}

/// What is asked of a value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Test {
    /// `V1、V2`, or `でない`.
    OneOf {
        /// The values.
        values: Vec<String>,
        /// でない
        not: bool,
    },
    /// `N 以上`
    AtLeast(Operand),
    /// `N 以下`
    AtMost(Operand),
    /// `DATE 以後`
    OnOrAfter(Operand),
    /// `DATE 以前`
    OnOrBefore(Operand),
    /// `DATE より前`
    Before(Operand),
    /// `基準日 から N か月以内`
    WithinMonths(Operand),
    /// `有効`
    InForce,
}

/// A literal or a dated value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Operand {
    /// As written.
    Literal(String),
    /// `$NAME`
    Value(String),
}
