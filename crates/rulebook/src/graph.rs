//! The checked rulebook: names are ids, conditions are a tree that an
//! evaluator walks. Only `check` makes these values.

use crate::targets::Target;
use rule_language::syntax::Empty;
use rule_language::{Example, Front};
use vocabulary::{Date, KindId, RelationId, WordId};

/// The deepest stack of rows: institution, unit, and the rows of quantifiers
/// that stand within each other, those of definitions counted in.
pub const MAX_DEPTH: usize = 8;

/// Index of an interpretation in [`Rulebook::interpretations`].
pub type InterpretationId = u16;
/// Index of a part in [`Rulebook::parts`].
pub type PartId = u16;

/// Everything loaded: what editions share, and the editions.
#[derive(Debug, Clone)]
pub struct Rulebook {
    /// The parts of the guideline.
    pub parts: Vec<Part>,
    /// Dated values.
    pub values: Vec<DatedValue>,
    /// Our numbered readings.
    pub interpretations: Vec<Interpretation>,
    /// What became of items between editions.
    pub successions: Vec<Succession>,
    /// The national targets; no items of the guideline.
    pub targets: Vec<Target>,
    /// The editions, oldest first.
    pub editions: Vec<Edition>,
    /// Editions whose rules are not the frozen ones (`edition.lock`).
    pub moved: Vec<vocabulary::Diagnostic>,
}

impl Rulebook {
    /// The edition with this id; `latest` is the newest that is not a draft.
    pub fn edition(&self, id: &str) -> Option<&Edition> {
        if id == "latest" {
            return self.editions.last();
        }
        self.editions.iter().find(|e| e.id == id)
    }
    /// A part.
    pub fn part(&self, id: PartId) -> Option<&Part> {
        self.parts.get(usize::from(id))
    }
    /// A value by name.
    pub fn value(&self, name: &str) -> Option<&DatedValue> {
        self.values.iter().find(|v| v.name == name)
    }
}

/// A part of the guideline.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Part {
    /// Id in paths and JSON.
    pub id: String,
    /// Its full name.
    pub name: String,
    /// Short mark: 運.
    pub mark: String,
    /// Its name in reference/.
    pub reference: String,
}

/// A value with its basis, and perhaps a second reading.
#[derive(Debug, Clone, PartialEq)]
pub struct DatedValue {
    /// Its name, without `$`.
    pub name: String,
    /// The value.
    pub value: Scalar,
    /// The second reading and the interpretation that chooses.
    pub second: Option<(InterpretationId, Scalar)>,
    /// Basis.
    pub basis: String,
    /// Where it stands.
    pub source: String,
}

/// A number or a day.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Scalar {
    /// A whole number.
    Number(i64),
    /// A day.
    Day(Date),
}

impl std::fmt::Display for Scalar {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Scalar::Number(n) => write!(f, "{n}"),
            Scalar::Day(d) => write!(f, "{d}"),
        }
    }
}

/// A numbered reading of ours.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Interpretation {
    /// `I-01`
    pub id: String,
    /// The question.
    pub title: String,
    /// How we read it by default.
    pub default_text: String,
    /// The other reading.
    pub other_text: String,
    /// Whether the default reads the lines that carry it (or counts relief, I-09).
    pub default_with: bool,
    /// Whether an expert has confirmed the default; then it is never judged otherwise.
    pub confirmed: bool,
    /// Basis.
    pub basis: String,
}

/// What became of an item.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Succession {
    /// Old item, where there was one.
    pub from: Option<String>,
    /// New item, where there is one.
    pub to: Option<String>,
    /// same, reworded, stricter, looser, new, removed, split, merged.
    pub change: String,
    /// One sentence.
    pub note: String,
}

/// An edition of the guideline.
#[derive(Debug, Clone)]
pub struct Edition {
    /// `7.0`
    pub id: String,
    /// Its title.
    pub title: String,
    /// Date of issue (ISO).
    pub issued: Date,
    /// Official page.
    pub page: String,
    /// Revision of our rules.
    pub revision: u32,
    /// The day shown beside today, with its name.
    pub milestone: Option<(String, Date)>,
    /// Per part: what is known and what is unseen.
    pub coverage: Vec<Coverage>,
    /// The rules, in order of part and number.
    pub rules: Vec<Rule>,
    /// The deemings.
    pub deemings: Vec<Deeming>,
    /// Per rule or deeming id: the hash of all that decides it.
    pub hashes: Vec<(String, String)>,
    /// How many 遵守事項 of this edition are known (rules or not).
    pub known_items: usize,
}

impl Edition {
    /// A rule by id.
    pub fn rule(&self, id: &str) -> Option<&Rule> {
        self.rules.iter().find(|r| r.front.id == id)
    }
    /// How many items that can be 未遵守 have a rule.
    pub fn ruled_items(&self) -> usize {
        self.rules.iter().filter(|r| r.kind == RuleKind::Required && !r.carried).count()
    }
}

/// What is known of a part.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Coverage {
    /// The part.
    pub part: PartId,
    /// Whether an expert confirmed that nothing is missing.
    pub complete: bool,
    /// Known items without a rule: (id, why).
    pub without_rule: Vec<(String, String)>,
    /// Places not seen.
    pub unseen: Vec<String>,
}

/// What a rule can yield.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RuleKind {
    /// 遵守事項: can be 未遵守.
    Required,
    /// 推奨: an attribute only.
    Recommended,
}

/// A checked rule.
#[derive(Debug, Clone)]
pub struct Rule {
    /// Front matter.
    pub front: Front,
    /// Our paraphrase.
    pub summary: String,
    /// Why we read it so.
    pub interpretation: String,
    /// The file it came from.
    pub file: String,
    /// Kind.
    pub kind: RuleKind,
    /// The part it belongs to.
    pub part: PartId,
    /// Carried over from 6.0 because the text was not seen.
    pub carried: bool,
    /// Unit of judgement.
    pub unit: KindId,
    /// 施行 and 先に問う.
    pub effective: Option<(ValueRef, Option<Node>)>,
    /// 対象; all of them.
    pub target: Vec<Node>,
    /// 除く; any of them.
    pub except: Vec<Node>,
    /// 要件; all of them.
    pub requirement: Vec<Node>,
    /// 緩和.
    pub relief: Option<Relief>,
    /// 推奨.
    pub recommended: Vec<Advice>,
    /// 国で検討中.
    pub pending: Vec<Pending>,
    /// Unconfirmed interpretations that change how it is judged.
    pub toggles: Vec<InterpretationId>,
    /// Whether some fact is read at more than one place.
    pub reads_twice: bool,
    /// Examples.
    pub base: Option<rule_language::document::Fence>,
    /// Rows of the table of examples.
    pub examples: Vec<Example>,
}

impl Rule {
    /// The conditions that decide the outcome (not 推奨, not 国で検討中).
    pub fn deciding(&self) -> impl Iterator<Item = &Node> {
        self.effective
            .iter()
            .filter_map(|(_, early)| early.as_ref())
            .chain(&self.target)
            .chain(&self.except)
            .chain(&self.requirement)
            .chain(self.relief.iter().flat_map(|r| std::iter::once(&r.when).chain(&r.until)))
    }
}

/// 緩和
#[derive(Debug, Clone)]
pub struct Relief {
    /// `次の更改まで`
    pub label: String,
    /// とき
    pub when: Node,
    /// 終了
    pub until: Option<Node>,
}

/// 推奨 within a rule.
#[derive(Debug, Clone)]
pub struct Advice {
    /// とき
    pub when: Option<Node>,
    /// What is recommended.
    pub body: Node,
}

/// 国で検討中 within a rule.
#[derive(Debug, Clone)]
pub struct Pending {
    /// 課題①, 課題②
    pub issue: String,
    /// とき
    pub when: Option<Node>,
}

/// A checked deeming.
#[derive(Debug, Clone)]
pub struct Deeming {
    /// Front matter.
    pub front: Front,
    /// Our paraphrase.
    pub summary: String,
    /// The file it came from.
    pub file: String,
    /// 対象
    pub target: Node,
    /// 資格
    pub eligibility: Node,
    /// The part named in 条件.
    pub part: PartId,
    /// 条件
    pub condition: Node,
    /// 及ぶ編
    pub reaches: Vec<PartId>,
    /// 併読
    pub read_also: Vec<PartId>,
    /// Examples.
    pub base: Option<rule_language::document::Fence>,
    /// Rows of the table of examples.
    pub examples: Vec<Example>,
}

/// A reference to a dated value: index in [`Rulebook::values`].
pub type ValueRef = u16;

/// A condition.
#[derive(Debug, Clone)]
pub struct Node {
    /// Line in the rule's or definition's file.
    pub line: u32,
    /// The interpretation that decides whether the line is read.
    pub toggle: Option<InterpretationId>,
    /// What it is.
    pub op: Op,
}

/// What a condition is.
#[derive(Debug, Clone)]
pub enum Op {
    /// 次のすべて, with its label.
    All(Option<String>, Vec<Node>),
    /// 次のいずれか, with its label.
    Any(Option<String>, Vec<Node>),
    /// 代替, with its label.
    Alternative(String, Vec<Node>),
    /// すべての / いずれかの.
    Quantifier(Box<Quantifier>),
    /// 定義 NAME: its name and body.
    Definition(String, Box<Node>),
    /// 編 X が 遵守.
    Part(PartId),
    /// A test of a fact.
    Atom(Atom),
}

/// A quantifier.
#[derive(Debug, Clone)]
pub struct Quantifier {
    /// すべて or いずれか.
    pub all: bool,
    /// What it ranges over.
    pub range: Range,
    /// うち; all of them.
    pub within: Vec<Node>,
    /// 除く; any of them.
    pub except: Vec<Node>,
    /// On a row; all of them.
    pub body: Vec<Node>,
    /// Of an empty range.
    pub empty: Empty,
    /// For 台帳確認: the word that states there is none, and the level it is read on.
    pub none_of: Option<(WordId, u8)>,
}

/// What a quantifier ranges over.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Range {
    /// The whole institution's rows of a kind.
    Kind(KindId),
    /// The members of a relation from the row at a level.
    Relation(RelationId, u8),
}

/// A test of a fact of the row at `level` (0 = institution, then the unit, then rows).
#[derive(Debug, Clone)]
pub struct Atom {
    /// Level of the row.
    pub level: u8,
    /// The word.
    pub word: WordId,
    /// Where a row of that level keeps the word.
    pub slot: u16,
    /// What is asked.
    pub test: Test,
    /// Evidence demanded: accepted kinds as bits, and its words.
    pub demand: Option<(u16, String)>,
    /// As written.
    pub text: String,
}

/// A set of a word's choices, a bit each; the vocabulary allows 64 a word.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Choices(u64);

impl Choices {
    /// Whether the choice is in the set.
    #[inline]
    pub fn contains(self, choice: u16) -> bool {
        self.0.checked_shr(u32::from(choice)).is_some_and(|bits| bits & 1 == 1)
    }
    /// The first choice in the set.
    pub fn first(self) -> Option<u16> {
        (0..64).find(|c| self.contains(*c))
    }
}

impl FromIterator<u16> for Choices {
    fn from_iter<T: IntoIterator<Item = u16>>(choices: T) -> Choices {
        Choices(choices.into_iter().fold(0, |bits, c| bits | 1u64.checked_shl(u32::from(c)).unwrap_or(0)))
    }
}

/// What is asked of a value.
#[derive(Debug, Clone, PartialEq)]
pub enum Test {
    /// One of the choices, or 該当なし; `not` turns it.
    OneOf {
        /// The word's choices, a bit each.
        choices: Choices,
        /// Whether 該当なし is among them.
        not_applicable: bool,
        /// でない
        not: bool,
    },
    /// N 以上
    AtLeast(Operand),
    /// N 以下
    AtMost(Operand),
    /// DATE 以後
    OnOrAfter(Operand),
    /// DATE 以前
    OnOrBefore(Operand),
    /// DATE より前
    Before(Operand),
    /// 基準日 から N か月以内
    WithinMonths(Operand),
    /// 有効
    InForce,
}

/// A literal or a dated value.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Operand {
    /// A literal.
    Literal(Scalar),
    /// A dated value.
    Value(ValueRef),
}
