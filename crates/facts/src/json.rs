//! JSON ↔ facts. The schema is published as docs/schema/facts.schema.json.
//!
//! Kinds, words and evidence go by their ids, choices by their names (the
//! guideline's Japanese). The order of facts is the order they were stated.

use crate::check::{NOT_APPLICABLE, UNKNOWN};
use crate::{Institution, RawEvidence, RawFact, RawWhat, Value, What, check, text};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use vocabulary::{Code, Date, Diagnostic, ValueType, Vocabulary, date};

/// A facts document.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Document {
    /// Always `yagura.facts/1`.
    pub schema: String,
    /// The facts of one institution; the first introduces it.
    pub facts: Vec<FactJson>,
}

/// One fact.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct FactJson {
    /// About what.
    pub subject: SubjectJson,
    /// What is stated.
    pub states: WhatJson,
    /// ISO date since which it holds.
    pub valid_on: String,
    /// ISO date on which it was written down.
    pub recorded_on: String,
    /// Who said so.
    pub stated_by: String,
    /// On what evidence.
    pub evidence: Vec<EvidenceJson>,
}

/// A subject.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct SubjectJson {
    /// Id of the kind.
    pub kind: String,
    /// Id within the institution and kind: `[A-Za-z0-9-]{1,40}`.
    pub id: String,
}

/// What is stated.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "type", rename_all = "kebab-case")]
pub enum WhatJson {
    /// The subject exists.
    Exists,
    /// The subject is gone.
    Gone,
    /// The word has a value.
    Value {
        /// Id of the word.
        word: String,
        /// The value.
        value: ValueJson,
    },
    /// The word's value ended.
    Ended {
        /// Id of the word.
        word: String,
    },
}

/// A value.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum ValueJson {
    /// One of the word's choices.
    Choice(String),
    /// A whole number in the word's unit.
    Number(i64),
    /// An ISO date.
    Date(String),
    /// From an ISO date to an ISO date, or without end.
    Term {
        /// First day.
        from: String,
        /// Last day, `null` without end.
        to: Option<String>,
    },
    /// Free text.
    Text(String),
    /// Subjects of a relation.
    List(Vec<SubjectJson>),
    /// わからない.
    Unknown,
    /// 該当なし.
    NotApplicable,
}

/// A piece of evidence.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct EvidenceJson {
    /// Id of the evidence kind.
    pub kind: String,
    /// Id of the contract, for a clause.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub contract: Option<String>,
    /// Title, clause, page.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub detail: Option<String>,
}

/// The name of this form.
pub const SCHEMA: &str = "yagura.facts/1";

/// The JSON Schema of a facts document.
pub fn schema() -> serde_json::Value {
    schemars::schema_for!(Document).to_value()
}

/// Writes an institution as a document.
pub fn document(vocabulary: &Vocabulary, institution: &Institution) -> Document {
    let subject = |id| {
        let s = institution.subject(id);
        SubjectJson {
            kind: s.map_or_else(String::new, |s| vocabulary.kind(s.kind).id.clone()),
            id: s.map_or_else(String::new, |s| s.id.clone()),
        }
    };
    let facts = institution
        .facts()
        .iter()
        .map(|f| FactJson {
            subject: subject(f.subject),
            states: match &f.what {
                What::Exists => WhatJson::Exists,
                What::Gone => WhatJson::Gone,
                What::Ended(w) => WhatJson::Ended { word: vocabulary.word(*w).id.clone() },
                What::Is(w, value) => WhatJson::Value {
                    word: vocabulary.word(*w).id.clone(),
                    value: match value {
                        Value::Choice(_) => {
                            ValueJson::Choice(text::value_text(vocabulary, institution, *w, value))
                        }
                        Value::Number(n) => ValueJson::Number(*n),
                        Value::Date(d) => ValueJson::Date(d.to_string()),
                        Value::Term(a, b) => {
                            ValueJson::Term { from: a.to_string(), to: b.map(|b| b.to_string()) }
                        }
                        Value::Text(t) => ValueJson::Text(t.clone()),
                        Value::List(rows) => ValueJson::List(rows.iter().map(|r| subject(*r)).collect()),
                        Value::Unknown => ValueJson::Unknown,
                        Value::NotApplicable => ValueJson::NotApplicable,
                    },
                },
            },
            valid_on: f.valid_on.to_string(),
            recorded_on: f.recorded_on.to_string(),
            stated_by: f.by.clone(),
            evidence: f
                .evidence
                .iter()
                .map(|e| EvidenceJson {
                    kind: vocabulary.evidence_kind(e.kind).id.clone(),
                    contract: e.contract.and_then(|c| institution.subject(c)).map(|s| s.id.clone()),
                    detail: e.detail.clone(),
                })
                .collect(),
        })
        .collect();
    Document { schema: SCHEMA.to_owned(), facts }
}

/// Reads and checks a JSON document.
pub fn read(vocabulary: &Vocabulary, file: &str, bytes: &[u8]) -> Result<Institution, Vec<Diagnostic>> {
    let text = vocabulary::line::decode(file, bytes).map_err(|d| vec![d])?;
    let document: Document = serde_json::from_str(&text).map_err(|e| {
        vec![Diagnostic::error(
            file,
            e.line(),
            Code::BadForm,
            format!("JSONとして読めません({e})。"),
            "docs/schema/facts.schema.json の形にしてください。",
        )]
    })?;
    let mut raw = Vec::new();
    let mut problems = Vec::new();
    if document.schema != SCHEMA {
        problems.push(Diagnostic::error(
            file,
            0,
            Code::BadForm,
            format!("schema「{}」は読めません。", document.schema),
            format!("「{SCHEMA}」にしてください。"),
        ));
    }
    for (i, fact) in document.facts.iter().enumerate() {
        match raw_fact(vocabulary, file, i + 1, fact) {
            Ok(f) => raw.push(f),
            Err(d) => problems.push(d),
        }
    }
    if problems.is_empty() { check(vocabulary, file, &raw) } else { Err(problems) }
}

/// The fact's position stands in for a line: the n-th fact.
fn raw_fact(
    vocabulary: &Vocabulary,
    file: &str,
    position: usize,
    f: &FactJson,
) -> Result<RawFact, Diagnostic> {
    let bad = |code, what: &str| {
        Diagnostic::error(
            file,
            position,
            code,
            format!("{position}番目の事実の「{what}」は読めません。"),
            "語彙の id と、2026-11-22 の形の日付を使ってください。",
        )
    };
    let kind_name = |id: &str| {
        vocabulary
            .kind_by_id(id)
            .map(|k| vocabulary.kind(k).name.clone())
            .ok_or_else(|| bad(Code::UnknownWord, id))
    };
    let word = |id: &str| vocabulary.word_by_id(id).ok_or_else(|| bad(Code::UnknownWord, id));
    let day =
        |text: &str| -> Result<Date, Diagnostic> { date::parse(text).map_err(|_| bad(Code::BadDate, text)) };
    let what = match &f.states {
        WhatJson::Exists => RawWhat::Exists,
        WhatJson::Gone => RawWhat::Gone,
        WhatJson::Ended { word: id } => RawWhat::Ended(vocabulary.word(word(id)?).name.clone()),
        WhatJson::Value { word: id, value } => {
            let word = vocabulary.word(word(id)?);
            let fits = matches!(
                (value, &word.value),
                (ValueJson::Choice(_), ValueType::Choice(_))
                    | (ValueJson::Number(_), ValueType::Number(_))
                    | (ValueJson::Date(_), ValueType::Date)
                    | (ValueJson::Term { .. }, ValueType::Term)
                    | (ValueJson::Text(_), ValueType::Text)
                    | (ValueJson::List(_), ValueType::List(_))
                    | (ValueJson::Unknown | ValueJson::NotApplicable, _)
            );
            if !fits {
                return Err(bad(Code::WrongType, id));
            }
            let text = match value {
                ValueJson::Choice(t) | ValueJson::Date(t) | ValueJson::Text(t) => t.clone(),
                ValueJson::Number(n) => n.to_string(),
                ValueJson::Term { from, to } => {
                    format!("{from} から {}", to.as_deref().unwrap_or("期限なし"))
                }
                ValueJson::List(rows) => rows
                    .iter()
                    .map(|r| Ok(format!("{} {}", kind_name(&r.kind)?, r.id)))
                    .collect::<Result<Vec<_>, Diagnostic>>()?
                    .join("、"),
                ValueJson::Unknown => UNKNOWN.to_owned(),
                ValueJson::NotApplicable => NOT_APPLICABLE.to_owned(),
            };
            RawWhat::Is(word.name.clone(), text)
        }
    };
    let evidence = f
        .evidence
        .iter()
        .map(|e| {
            let kind = vocabulary.evidence().iter().find(|k| k.id == e.kind);
            Ok(RawEvidence {
                kind: kind.map(|k| k.name.clone()).ok_or_else(|| bad(Code::UnknownWord, &e.kind))?,
                contract: e.contract.clone(),
                detail: e.detail.clone(),
            })
        })
        .collect::<Result<Vec<_>, Diagnostic>>()?;
    Ok(RawFact {
        line: position,
        kind: kind_name(&f.subject.kind)?,
        id: f.subject.id.clone(),
        what,
        by: f.stated_by.clone(),
        valid_on: day(&f.valid_on)?,
        recorded_on: day(&f.recorded_on)?,
        evidence,
    })
}
