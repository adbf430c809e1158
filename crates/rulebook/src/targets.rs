//! The national targets for 電子カルテ, 電子処方箋 and 共有サービス.
//!
//! They are no items of the guideline: nothing here can be 未遵守. They are
//! read from `values/national-targets.toml`, with what the slide prints kept
//! as text (「8割を超え」 is no 80), and say which facts count as reached.
//! Words and values are checked on load, each problem with its line. A kind of
//! institution whose target is not decided has a row that says so.

use serde::Deserialize;
use toml::Spanned;
use vocabulary::{Code, Diagnostic, KindId, ValueType, Vocabulary, WordId};

/// Path of the file below the rulebook's root.
pub(crate) const FILE: &str = "values/national-targets.toml";

/// What a target is about; the file may name no other subject.
const SUBJECTS: [&str; 3] = ["電子カルテ", "電子処方箋", "共有サービス"];

/// A target set by the ministry, or the statement that there is none yet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Target {
    /// Stable id.
    pub id: String,
    /// 電子カルテ, 電子処方箋 or 共有サービス.
    pub subject: String,
    /// The kinds of institution (種別) it is for.
    pub institutions: Vec<String>,
    /// Only for institutions of which this holds; `None` for all of these kinds.
    pub applies: Option<TargetFact>,
    /// Of which systems the order speaks; `None` where one is yet to come.
    pub of: Option<TargetFact>,
    /// Our short paraphrase; never official wording.
    pub goal: String,
    /// By when, as printed; `None` where nothing is printed.
    pub by: Option<String>,
    /// The year, where one is printed.
    pub by_year: Option<i16>,
    /// What the order of a renewal has to hold, where it bears on one.
    pub at_renewal: Option<String>,
    /// How far the country is.
    pub figure: Option<Figure>,
    /// The ministry has not decided yet: no target, nothing to reach.
    pub undecided: bool,
    /// Facts that all must hold for it to be reached; empty only while undecided.
    pub reached: Vec<TargetFact>,
    /// Basis.
    pub basis: String,
    /// Title of the slide and place on it.
    pub source: String,
}

/// A figure as the source prints it; text, never a number to compute with.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Figure {
    /// As printed.
    pub text: String,
    /// As of, as printed.
    pub as_of: String,
}

/// A fact with one of these values.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TargetFact {
    /// Kind of the subject.
    pub kind: KindId,
    /// The word.
    pub word: WordId,
    /// Indices of the choices that count.
    pub choices: Vec<u16>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawFile {
    target: Vec<RawTarget>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawTarget {
    id: Spanned<String>,
    subject: Spanned<String>,
    institutions: Vec<Spanned<String>>,
    applies: Option<RawFact>,
    of: Option<RawFact>,
    goal: String,
    by: Option<String>,
    by_year: Option<i16>,
    at_renewal: Option<String>,
    figure: Option<Figure>,
    #[serde(default)]
    undecided: bool,
    #[serde(default)]
    reached: Vec<RawFact>,
    basis: String,
    source: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawFact {
    kind: Spanned<String>,
    word: Spanned<String>,
    values: Vec<Spanned<String>>,
}

/// Reads the file; problems are added to `problems`.
pub(crate) fn read(
    vocabulary: &Vocabulary,
    file: &str,
    text: &str,
    problems: &mut Vec<Diagnostic>,
) -> Vec<Target> {
    let mut reader = Reader { vocabulary, file, text, problems };
    let raw: RawFile = match toml::from_str(text) {
        Ok(raw) => raw,
        Err(e) => {
            let at = e.span().map_or(0, |s| s.start);
            reader.problem(
                at,
                Code::BadForm,
                format!("TOMLとして読めません({})。", e.message()),
                "引用符と項目の名前を確かめてください。",
            );
            return Vec::new();
        }
    };
    let mut out: Vec<Target> = Vec::new();
    for target in &raw.target {
        if out.iter().any(|o| o.id == *target.id.get_ref()) {
            reader.problem(
                target.id.span().start,
                Code::Duplicate,
                format!("目標「{}」が二度あります。", target.id.get_ref()),
                "id を変えてください。",
            );
        }
        out.push(reader.target(target));
    }
    out
}

struct Reader<'a> {
    vocabulary: &'a Vocabulary,
    file: &'a str,
    text: &'a str,
    problems: &'a mut Vec<Diagnostic>,
}

impl Reader<'_> {
    /// A problem at a byte of the file.
    fn problem(&mut self, at: usize, code: Code, message: String, remedy: impl Into<String>) {
        let line = self.text.get(..at).unwrap_or_default().matches('\n').count() + 1;
        self.problems.push(Diagnostic::error(self.file, line, code, message, remedy));
    }

    /// A word that is not one of the possible ones.
    fn unknown<'w>(&mut self, what: &str, word: &Spanned<String>, all: impl Iterator<Item = &'w str>) {
        let remedy = vocabulary::nearest(word.get_ref(), all).map_or_else(
            || "語は vocabulary/ にあります。".to_owned(),
            |near| format!("「{near}」のことですか?"),
        );
        self.problem(
            word.span().start,
            Code::UnknownWord,
            format!("{what}「{}」はありません。", word.get_ref()),
            remedy,
        );
    }

    fn target(&mut self, raw: &RawTarget) -> Target {
        if !SUBJECTS.contains(&raw.subject.get_ref().as_str()) {
            self.unknown("目標の題材", &raw.subject, SUBJECTS.into_iter());
        }
        if raw.undecided != raw.reached.is_empty() {
            self.problem(
                raw.id.span().start,
                Code::BadForm,
                format!("目標「{}」の undecided と reached が合いません。", raw.id.get_ref()),
                "未定の目標には reached を書かず、決まった目標には書いてください。",
            );
        }
        let institutions = raw.institutions.iter().map(|i| self.institution(i)).collect();
        Target {
            id: raw.id.get_ref().clone(),
            subject: raw.subject.get_ref().clone(),
            institutions,
            applies: raw.applies.as_ref().and_then(|f| self.fact(f)),
            of: raw.of.as_ref().and_then(|f| self.fact(f)),
            goal: raw.goal.clone(),
            by: raw.by.clone(),
            by_year: raw.by_year,
            at_renewal: raw.at_renewal.clone(),
            figure: raw.figure.clone(),
            undecided: raw.undecided,
            reached: raw.reached.iter().filter_map(|f| self.fact(f)).collect(),
            basis: raw.basis.clone(),
            source: raw.source.clone(),
        }
    }

    fn institution(&mut self, name: &Spanned<String>) -> String {
        let word = self.vocabulary.word_by_id("institution-type");
        if let Some(ValueType::Choice(kinds)) = word.map(|w| &self.vocabulary.word(w).value)
            && !kinds.contains(name.get_ref())
        {
            self.unknown("施設の種別", name, kinds.iter().map(String::as_str));
        }
        name.get_ref().clone()
    }

    fn fact(&mut self, raw: &RawFact) -> Option<TargetFact> {
        let vocabulary = self.vocabulary;
        let Some(kind) = vocabulary.kind_named(raw.kind.get_ref()) else {
            self.unknown("種類", &raw.kind, vocabulary.kinds().iter().map(|k| k.name.as_str()));
            return None;
        };
        let Some(word) = vocabulary.word_named(kind, raw.word.get_ref()) else {
            let what = format!("「{}」に、語", raw.kind.get_ref());
            self.unknown(&what, &raw.word, vocabulary.names_on(kind));
            return None;
        };
        let ValueType::Choice(choices) = &vocabulary.word(word).value else {
            self.problem(
                raw.word.span().start,
                Code::WrongType,
                format!("「{}」は選択の語ではありません。", raw.word.get_ref()),
                "値を選ぶ語を書いてください。",
            );
            return None;
        };
        let mut counted = Vec::new();
        for value in &raw.values {
            match choices.iter().position(|c| c == value.get_ref()).and_then(|i| u16::try_from(i).ok()) {
                Some(i) => counted.push(i),
                None => {
                    let what = format!("「{}」に、値", raw.word.get_ref());
                    self.unknown(&what, value, choices.iter().map(String::as_str));
                }
            }
        }
        Some(TargetFact { kind, word, choices: counted })
    }
}
