//! Raw facts → [`Institution`]: the only way to make one.
//!
//! Raw facts hold names as they were written; text and JSON both come through
//! here, so both obey the same checks: words and values of the vocabulary,
//! subjects declared once, references that lead somewhere, clauses of a
//! contract that is there, and no 「これで全部」 while a row says わからない.

use crate::{Evidence, Fact, Institution, Subject, SubjectId, Value, What};
use std::collections::{BTreeMap, BTreeSet};
use vocabulary::{Code, Date, Diagnostic, KindId, Role, ValueType, Vocabulary, WordId, date, nearest};

/// A fact as it was written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RawFact {
    /// Line in the file (text) or position of the fact (JSON).
    pub line: usize,
    /// Kind of the subject, by name.
    pub kind: String,
    /// Id of the subject.
    pub id: String,
    /// What is stated.
    pub what: RawWhat,
    /// Who said so.
    pub by: String,
    /// Valid from.
    pub valid_on: Date,
    /// Written down on.
    pub recorded_on: Date,
    /// Evidence.
    pub evidence: Vec<RawEvidence>,
}

/// What a raw fact states.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum RawWhat {
    /// The subject is introduced.
    Exists,
    /// More about a subject that was introduced before.
    Continues,
    /// The subject is gone.
    Gone,
    /// Word and value as text.
    Is(String, String),
    /// The word's value ended.
    Ended(String),
}

/// Evidence as it was written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RawEvidence {
    /// Its kind, by name.
    pub kind: String,
    /// Id of the contract.
    pub contract: Option<String>,
    /// Title, clause, page.
    pub detail: Option<String>,
}

/// わからない, 該当なし and 終了 as values.
pub(crate) const UNKNOWN: &str = "わからない";
pub(crate) const NOT_APPLICABLE: &str = "該当なし";
pub(crate) const ENDED: &str = "終了";

/// Whether a text can stand in a line of `.facts` and come back unchanged.
fn plain(text: &str) -> bool {
    let balanced = text.chars().try_fold(0u32, |depth, c| match c {
        '「' => Some(depth + 1),
        '」' => depth.checked_sub(1),
        _ => Some(depth),
    });
    !text.is_empty()
        && text.trim() == text
        && !text.contains("  ")
        && !text.starts_with('#')
        && balanced == Some(0)
        && vocabulary::line::folded(text) == text
        && !text.chars().any(|c| c.is_control() || matches!(c, '〔' | '〕'))
}

struct Checker<'a> {
    vocabulary: &'a Vocabulary,
    file: &'a str,
    subjects: Vec<Subject>,
    index: BTreeMap<(KindId, String), (SubjectId, usize)>,
    problems: Vec<Diagnostic>,
}

/// Checks raw facts against the vocabulary. `file` names them in messages.
pub fn check(vocabulary: &Vocabulary, file: &str, raw: &[RawFact]) -> Result<Institution, Vec<Diagnostic>> {
    beside(vocabulary, file, &Institution::new(Vec::new(), Vec::new()), raw)
}

/// Checks raw facts that stand beside those of an institution, by the same checks.
/// What was stated before has no line in messages.
pub(crate) fn beside(
    vocabulary: &Vocabulary,
    file: &str,
    stated: &Institution,
    raw: &[RawFact],
) -> Result<Institution, Vec<Diagnostic>> {
    let mut checker = Checker {
        vocabulary,
        file,
        subjects: stated.subjects().to_vec(),
        index: (0u32..)
            .zip(stated.subjects())
            .map(|(i, s)| ((s.kind, s.id.clone()), (SubjectId(i), 0)))
            .collect(),
        problems: Vec::new(),
    };
    checker.introduce(raw);
    let facts: Vec<(usize, Fact)> = raw.iter().filter_map(|r| Some((r.line, checker.fact(r)?))).collect();
    let of_raw: Vec<usize> = facts.iter().map(|(l, _)| *l).collect();
    let base = Institution::new(checker.subjects.clone(), stated.facts().to_vec());
    let institution = base.with(facts.into_iter().map(|(_, f)| f));
    let kept = institution.facts().len().saturating_sub(of_raw.len());
    let lines: Vec<usize> = std::iter::repeat_n(0, kept).chain(of_raw).collect();
    checker.closures_without_unknown_rows(&institution, &lines);
    checker.no_circles(&institution, &lines);
    if checker.problems.is_empty() { Ok(institution) } else { Err(checker.problems) }
}

impl Checker<'_> {
    fn problem(&mut self, line: usize, code: Code, message: String, remedy: impl Into<String>) {
        self.problems.push(Diagnostic::error(self.file, line, code, message, remedy));
    }

    fn introduce(&mut self, raw: &[RawFact]) {
        for r in raw {
            let Some(kind) = self.vocabulary.kind_named(&r.kind) else {
                if matches!(r.what, RawWhat::Exists | RawWhat::Continues) {
                    let names = self.vocabulary.kinds().iter().map(|k| k.name.as_str());
                    let remedy = nearest(&r.kind, names).map_or_else(
                        || "施設・医療情報システム・資産・サービスなどの種類から書いてください。".to_owned(),
                        |n| format!("「{n}」のことですか?"),
                    );
                    self.problem(
                        r.line,
                        Code::UnknownWord,
                        format!("「{}」という種類はありません。", r.kind),
                        remedy,
                    );
                }
                continue;
            };
            let key = (kind, r.id.clone());
            let first = self.index.get(&key).map(|(_, l)| *l);
            match (&r.what, first) {
                (RawWhat::Exists, Some(0)) => self.problem(
                    r.line,
                    Code::Duplicate,
                    format!("「{} {}」は、もうあります。", r.kind, r.id),
                    "別の物なら番号を変えてください。",
                ),
                (RawWhat::Exists, Some(line)) => self.problem(
                    r.line,
                    Code::Duplicate,
                    format!("「{} {}」は{line}行目にもあります。", r.kind, r.id),
                    format!("別の物なら番号を変えてください。同じ物の書き足しなら「{} {} 続き」と書いてください。", r.kind, r.id),
                ),
                (RawWhat::Continues, None) => self.problem(
                    r.line,
                    Code::Dangling,
                    format!("「{} {}」は、まだ書かれていません。", r.kind, r.id),
                    "初めての見出しなら「続き」を消してください。",
                ),
                (RawWhat::Exists, None) => self.subject(r, key),
                _ => {}
            }
        }
        match self.subjects.first() {
            Some(s) if s.kind == Vocabulary::INSTITUTION => {}
            _ => self.problem(
                raw.first().map_or(0, |r| r.line),
                Code::Missing,
                "先頭に施設がありません。".into(),
                "最初の行を「施設 番号 〔申告 名前 日付〕」にしてください。",
            ),
        }
    }

    fn subject(&mut self, r: &RawFact, key: (KindId, String)) {
        let ok =
            (1..=40).contains(&r.id.len()) && r.id.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-');
        if !ok {
            self.problem(
                r.line,
                Code::BadForm,
                format!("番号「{}」は使えません。", r.id),
                "番号は、英数字とハイフンで40字までにしてください。",
            );
        }
        if key.0 == Vocabulary::INSTITUTION && !self.subjects.is_empty() {
            self.problem(
                r.line,
                Code::Duplicate,
                "施設が二つあります。".into(),
                "一つのファイルに、一つの施設を書いてください。",
            );
        }
        let id = SubjectId(u32::try_from(self.subjects.len()).unwrap_or(u32::MAX));
        self.subjects.push(Subject { kind: key.0, id: key.1.clone() });
        self.index.insert(key, (id, r.line));
    }

    fn fact(&mut self, r: &RawFact) -> Option<Fact> {
        let kind = self.vocabulary.kind_named(&r.kind)?;
        let (subject, _) = *self.index.get(&(kind, r.id.clone()))?;
        let what = match &r.what {
            RawWhat::Exists => What::Exists,
            RawWhat::Continues => return None,
            RawWhat::Gone => What::Gone,
            RawWhat::Is(name, text) => {
                let word = self.word(r.line, kind, name)?;
                What::Is(word, self.value(r.line, word, text)?)
            }
            RawWhat::Ended(name) => What::Ended(self.word(r.line, kind, name)?),
        };
        if !plain(&r.by) || r.by.contains([' ', '「']) {
            self.unplain(r.line, &r.by);
        }
        if r.evidence.is_empty() {
            self.problem(
                r.line,
                Code::Missing,
                "根拠がありません。".into(),
                "申告でよいので、根拠を一つ書いてください。",
            );
        }
        let evidence: Option<Vec<_>> = r.evidence.iter().map(|e| self.evidence(r.line, e)).collect();
        Some(Fact {
            subject,
            what,
            valid_on: r.valid_on,
            recorded_on: r.recorded_on,
            by: r.by.clone(),
            evidence: evidence?,
        })
    }

    fn word(&mut self, line: usize, kind: KindId, name: &str) -> Option<WordId> {
        if let Some(word) = self.vocabulary.word_named(kind, name) {
            return Some(word);
        }
        let kind_name = &self.vocabulary.kind(kind).name;
        let elsewhere = self.vocabulary.kinds_with(name);
        let remedy = if let Some(other) = elsewhere.first() {
            format!("「{}」の語です。見出しを確かめてください。", self.vocabulary.kind(*other).name)
        } else if let Some(n) = nearest(name, self.vocabulary.names_on(kind)) {
            format!("「{n}」のことですか?")
        } else {
            "語の一覧は vocabulary/ にあります。".to_owned()
        };
        self.problem(
            line,
            Code::UnknownWord,
            format!("「{kind_name}」に「{name}」という語はありません。"),
            remedy,
        );
        None
    }

    fn value(&mut self, line: usize, id: WordId, text: &str) -> Option<Value> {
        let vocabulary = self.vocabulary;
        let word = vocabulary.word(id);
        let name = &word.name;
        if text == UNKNOWN {
            return Some(Value::Unknown);
        }
        if text == NOT_APPLICABLE {
            if word.not_applicable || matches!(word.role, Role::Side(..)) {
                return Some(Value::NotApplicable);
            }
            self.problem(
                line,
                Code::WrongType,
                format!("「{name}」に「該当なし」は使えません。"),
                "わからないときは「わからない」と書いてください。",
            );
            return None;
        }
        match &word.value {
            ValueType::Choice(values) => {
                if let Some(i) = values.iter().position(|v| v == text) {
                    return u16::try_from(i).ok().map(Value::Choice);
                }
                let remedy = nearest(text, values.iter().map(String::as_str)).map_or_else(
                    || format!("「{}」のどれかにしてください。", values.join("」「")),
                    |n| format!("「{n}」のことですか?"),
                );
                self.problem(
                    line,
                    Code::WrongType,
                    format!("「{name}」に「{text}」という値はありません。"),
                    remedy,
                );
                None
            }
            ValueType::Number(unit) => {
                let digits = unit.as_deref().and_then(|u| text.strip_suffix(u)).unwrap_or(text).trim_end();
                match digits.parse::<i64>() {
                    Ok(n) if (0..=1_000_000_000).contains(&n) => Some(Value::Number(n)),
                    _ => {
                        let unit = unit.as_deref().unwrap_or("数");
                        self.problem(
                            line,
                            Code::WrongType,
                            format!("「{name}」の「{text}」は数ではありません。"),
                            format!("0以上の整数だけを書いてください(単位は{unit})。"),
                        );
                        None
                    }
                }
            }
            ValueType::Date => self.date(line, name, text).map(Value::Date),
            ValueType::Term => self.term(line, name, text),
            ValueType::Text if plain(text) => Some(Value::Text(text.to_owned())),
            ValueType::Text => {
                self.unplain(line, text);
                None
            }
            ValueType::List(kind) => self.list(line, name, *kind, text),
        }
    }

    fn unplain(&mut self, line: usize, text: &str) {
        self.problem(
            line,
            Code::BadForm,
            format!("「{text}」に、使えない文字があります。"),
            "改行、〔 〕、続いた空白、行頭の「#」は使わないでください。",
        );
    }

    fn date(&mut self, line: usize, name: &str, text: &str) -> Option<Date> {
        date::parse(text)
            .map_err(|p| {
                self.problem(
                    line,
                    Code::BadDate,
                    format!("「{name}」の日付「{text}」は読めません。"),
                    p.remedy(),
                );
            })
            .ok()
    }

    fn term(&mut self, line: usize, name: &str, text: &str) -> Option<Value> {
        let parts: Vec<&str> = text.split(' ').collect();
        let (from, to) = match parts.as_slice() {
            [from, "から", to] => (*from, to.strip_suffix("まで").unwrap_or(to)),
            [from, "から", to, "まで"] => (*from, *to),
            _ => {
                self.problem(
                    line,
                    Code::WrongType,
                    format!("「{name}」の期間「{text}」は読めません。"),
                    "「2026-04-01 から 2027-03-31」か「2026-04-01 から 期限なし」と書いてください。",
                );
                return None;
            }
        };
        let from = self.date(line, name, from)?;
        if to == "期限なし" {
            return Some(Value::Term(from, None));
        }
        let to = self.date(line, name, to)?;
        if to < from {
            self.problem(
                line,
                Code::Contradiction,
                format!("「{name}」の終わり({to})が、始まり({from})より前です。"),
                "日付を確かめてください。",
            );
            return None;
        }
        Some(Value::Term(from, Some(to)))
    }

    fn list(&mut self, line: usize, name: &str, kind: KindId, text: &str) -> Option<Value> {
        let wanted = self.vocabulary.kind(kind).name.clone();
        let mut out = Vec::new();
        for part in text.split('、') {
            let words: Vec<&str> = part.split(' ').filter(|w| !w.is_empty()).collect();
            let [kind_name, id] = words.as_slice() else {
                self.problem(
                    line,
                    Code::BadForm,
                    format!("「{name}」の「{part}」は読めません。"),
                    format!("「{wanted} 番号」を「、」で区切って並べてください。"),
                );
                return None;
            };
            if *kind_name != wanted {
                self.problem(
                    line,
                    Code::WrongType,
                    format!("「{name}」に「{kind_name}」は書けません。"),
                    format!("「{wanted} 番号」と書いてください。"),
                );
                return None;
            }
            let Some((subject, _)) = self.index.get(&(kind, (*id).to_owned())) else {
                let remedy =
                    nearest(id, self.index.keys().filter(|(k, _)| *k == kind).map(|(_, i)| i.as_str()))
                        .map_or_else(
                            || format!("「{wanted} {id}」の見出しを書き足してください。"),
                            |n| format!("「{wanted} {n}」のことですか?"),
                        );
                self.problem(
                    line,
                    Code::Dangling,
                    format!("「{wanted} {id}」は、このファイルにありません。"),
                    remedy,
                );
                return None;
            };
            if out.contains(subject) {
                self.problem(
                    line,
                    Code::Duplicate,
                    format!("「{name}」に「{wanted} {id}」が二度あります。"),
                    "一つにしてください。",
                );
                return None;
            }
            out.push(*subject);
        }
        Some(Value::List(out))
    }

    fn evidence(&mut self, line: usize, raw: &RawEvidence) -> Option<Evidence> {
        let Some(kind) = self.vocabulary.evidence_named(&raw.kind) else {
            let names = self.vocabulary.evidence().iter().map(|e| e.name.as_str());
            let remedy = nearest(&raw.kind, names).map_or_else(
                || {
                    let all: Vec<_> = self.vocabulary.evidence().iter().map(|e| e.name.as_str()).collect();
                    format!("{}のどれかにしてください。", all.join("・"))
                },
                |n| format!("「{n}」のことですか?"),
            );
            self.problem(
                line,
                Code::UnknownWord,
                format!("「{}」という根拠資料の種類はありません。", raw.kind),
                remedy,
            );
            return None;
        };
        if let Some(detail) = &raw.detail
            && (!plain(detail) || detail.contains(['「', '」']))
        {
            self.unplain(line, detail);
        }
        let clause = self.vocabulary.evidence_kind(kind).id == "clause";
        let contract = match (&raw.contract, clause) {
            (None, true) => {
                self.problem(
                    line,
                    Code::Missing,
                    "契約条項に、契約の番号がありません。".into(),
                    "「〔契約条項 契約 K-1「第8条」 名前 日付〕」と書いてください。",
                );
                return None;
            }
            (Some(_), false) => {
                self.problem(
                    line,
                    Code::BadForm,
                    format!("「{}」に契約の番号は書けません。", raw.kind),
                    "契約の条項なら「契約条項」と書いてください。",
                );
                return None;
            }
            (None, false) => None,
            (Some(id), true) => {
                let kind = self.vocabulary.kind_by_id("contract")?;
                let Some((subject, _)) = self.index.get(&(kind, id.clone())) else {
                    self.problem(
                        line,
                        Code::Dangling,
                        format!("「契約 {id}」は、このファイルにありません。"),
                        format!("「契約 {id}」の見出しを書き足してください。"),
                    );
                    return None;
                };
                Some(*subject)
            }
        };
        Some(Evidence { kind, contract, detail: raw.detail.clone() })
    }

    /// A relation within one kind must not lead back to where it began.
    fn no_circles(&mut self, institution: &Institution, lines: &[usize]) {
        for relation in self.vocabulary.relations().iter().filter(|r| r.from == r.to) {
            let mut edges: Vec<(SubjectId, SubjectId, usize)> = Vec::new();
            for (fact, line) in institution.facts().iter().zip(lines) {
                let What::Is(word, Value::List(list)) = &fact.what else { continue };
                for other in list {
                    if *word == relation.forward {
                        edges.push((fact.subject, *other, *line));
                    } else if *word == relation.backward {
                        edges.push((*other, fact.subject, *line));
                    }
                }
            }
            // Rows that no arrow leads on from cannot be on a circle; what is left is one.
            loop {
                let starts: BTreeSet<SubjectId> = edges.iter().map(|(from, _, _)| *from).collect();
                let before = edges.len();
                edges.retain(|(_, to, _)| starts.contains(to));
                if edges.len() == before {
                    break;
                }
            }
            let Some((from, _, line)) = edges.into_iter().min_by_key(|(_, _, line)| *line) else { continue };
            let id = institution.subject(from).map(|s| s.id.clone()).unwrap_or_default();
            self.problem(
                line,
                Code::Cycle,
                format!("「{}」をたどると、「{id}」の自分自身に戻ります。", relation.name),
                "どちらが先かを確かめ、片方を直してください。",
            );
        }
    }

    /// 「これで全部」 of a relation is refused while a row says わからない.
    fn closures_without_unknown_rows(&mut self, institution: &Institution, lines: &[usize]) {
        for relation in self.vocabulary.relations() {
            // What each row says of where it belongs, oldest first.
            let mut said: BTreeMap<SubjectId, Vec<(Date, bool)>> = BTreeMap::new();
            for fact in institution.order().iter().filter_map(|i| institution.facts().get(*i as usize)) {
                if let What::Is(word, value) = &fact.what
                    && *word == relation.backward
                {
                    said.entry(fact.subject).or_default().push((fact.valid_on, *value == Value::Unknown));
                }
            }
            if !said.values().flatten().any(|(_, unknown)| *unknown) {
                continue;
            }
            for (fact, line) in institution.facts().iter().zip(lines) {
                if fact.what != What::Is(relation.closure, Value::Choice(0)) {
                    continue;
                }
                let unknown = said.iter().find(|(_, days)| {
                    days.iter().rfind(|(day, _)| *day <= fact.valid_on).is_some_and(|(_, unknown)| *unknown)
                });
                let Some(row) = unknown.and_then(|(id, _)| institution.subject(*id)) else { continue };
                let message = format!(
                    "「{} {}」の「{}」がわからないまま、「{}」とは言えません。",
                    self.vocabulary.kind(row.kind).name,
                    row.id,
                    relation.inverse,
                    self.vocabulary.word(relation.closure).name
                );
                self.problem(
                    *line,
                    Code::Contradiction,
                    message,
                    "先に、その物がどこに属するかを書いてください。",
                );
            }
        }
    }
}
