//! Files → [`Rulebook`].
//!
//! Layout: `parts.toml`, `values/*.toml` (with `values/national-targets.toml`
//! apart, see `targets`), `interpretations/*.toml`,
//! `succession/*.toml`, `definitions/*.md`, and per edition
//! `EDITION/edition.toml`, `EDITION/coverage.toml`, `EDITION/PART/*.md`,
//! `EDITION/deeming/*.md`, `EDITION/edition.lock`.

use crate::check::Checker;
use crate::graph::{
    Coverage, DatedValue, Edition, Interpretation, Part, RuleKind, Rulebook, Scalar, Succession,
};
use crate::{lock, targets};
use rule_language::syntax::{Definition, Head};
use rule_language::{Document, parse};
use serde::Deserialize;
use std::collections::BTreeMap;
use vocabulary::{Code, Diagnostic, Vocabulary, date};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct PartsFile {
    part: Vec<RawPart>,
}
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawPart {
    id: String,
    name: String,
    mark: String,
    reference: String,
}
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ValuesFile {
    value: Vec<RawValue>,
}
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawValue {
    name: String,
    date: Option<String>,
    number: Option<i64>,
    second: Option<RawSecond>,
    basis: String,
    source: String,
}
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawSecond {
    interpretation: String,
    date: Option<String>,
    number: Option<i64>,
}
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct InterpretationsFile {
    interpretation: Vec<RawInterpretation>,
}
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawInterpretation {
    id: String,
    title: String,
    default: String,
    other: String,
    #[serde(default = "yes")]
    default_reads_line: bool,
    #[serde(default)]
    confirmed: bool,
    basis: String,
}
fn yes() -> bool {
    true
}
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct SuccessionFile {
    item: Vec<RawSuccession>,
}
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawSuccession {
    from: Option<String>,
    to: Option<String>,
    change: String,
    note: String,
}
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct EditionFile {
    id: String,
    title: String,
    issued: String,
    page: String,
    revision: u32,
    milestone: Option<RawMilestone>,
}
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawMilestone {
    name: String,
    value: String,
}
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct CoverageFile {
    part: Vec<RawCoverage>,
}
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawCoverage {
    id: String,
    complete: bool,
    #[serde(default)]
    unseen: Vec<String>,
    #[serde(default)]
    without_rule: Vec<RawWithoutRule>,
}
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawWithoutRule {
    id: String,
    why: String,
}

/// Definitions by name, with the file they stand in.
pub(crate) type Definitions = BTreeMap<String, (String, Definition)>;

/// Checks a set of files (path from the rulebook's root, text) into a rulebook.
pub fn load(vocabulary: &Vocabulary, files: &[(String, String)]) -> Result<Rulebook, Vec<Diagnostic>> {
    let mut loader = Loader { problems: Vec::new() };
    let book = loader.load(vocabulary, files);
    if loader.problems.is_empty() { Ok(book) } else { Err(loader.problems) }
}

struct Loader {
    problems: Vec<Diagnostic>,
}

impl Loader {
    fn problem(&mut self, file: &str, code: Code, message: impl Into<String>, remedy: &str) {
        self.problems.push(Diagnostic::error(file, 0, code, message, remedy));
    }

    fn toml<T: for<'de> Deserialize<'de>>(&mut self, file: &str, text: &str) -> Option<T> {
        toml::from_str(text)
            .map_err(|e| {
                let line =
                    e.span().map_or(0, |s| text.get(..s.start).unwrap_or_default().lines().count().max(1));
                self.problems.push(Diagnostic::error(
                    file,
                    line,
                    Code::BadForm,
                    format!("TOMLとして読めません({})。", e.message()),
                    "引用符と項目の名前を確かめてください。",
                ));
            })
            .ok()
    }

    fn load(&mut self, vocabulary: &Vocabulary, files: &[(String, String)]) -> Rulebook {
        let mut files: Vec<&(String, String)> = files.iter().collect();
        files.sort();
        let mut book = Rulebook {
            parts: Vec::new(),
            values: Vec::new(),
            interpretations: Vec::new(),
            successions: Vec::new(),
            targets: Vec::new(),
            editions: Vec::new(),
            moved: Vec::new(),
        };
        let under = |dir: &str, end: &str| -> Vec<(&str, &str)> {
            files
                .iter()
                .filter(|(p, _)| p.starts_with(dir) && p.ends_with(end))
                .map(|(p, t)| (p.as_str(), t.as_str()))
                .collect()
        };
        for (path, text) in under("parts.toml", "") {
            for p in self.toml::<PartsFile>(path, text).map(|f| f.part).unwrap_or_default() {
                book.parts.push(Part { id: p.id, name: p.name, mark: p.mark, reference: p.reference });
            }
        }
        for (path, text) in under("interpretations/", ".toml") {
            for i in
                self.toml::<InterpretationsFile>(path, text).map(|f| f.interpretation).unwrap_or_default()
            {
                if book.interpretations.iter().any(|o| o.id == i.id) {
                    self.problem(
                        path,
                        Code::Duplicate,
                        format!("解釈「{}」が二度あります。", i.id),
                        "番号を変えてください。",
                    );
                }
                book.interpretations.push(Interpretation {
                    id: i.id,
                    title: i.title,
                    default_text: i.default,
                    other_text: i.other,
                    default_with: i.default_reads_line,
                    confirmed: i.confirmed,
                    basis: i.basis,
                });
            }
        }
        for (path, text) in under("values/", ".toml") {
            if path == targets::FILE {
                book.targets = targets::read(vocabulary, path, text, &mut self.problems);
                continue;
            }
            for v in self.toml::<ValuesFile>(path, text).map(|f| f.value).unwrap_or_default() {
                self.value(&mut book, path, v);
            }
        }
        for (path, text) in under("succession/", ".toml") {
            for s in self.toml::<SuccessionFile>(path, text).map(|f| f.item).unwrap_or_default() {
                book.successions.push(Succession { from: s.from, to: s.to, change: s.change, note: s.note });
            }
        }
        let definitions = self.definitions(&under("definitions/", ".md"));
        let editions: Vec<String> = files
            .iter()
            .filter_map(|(p, _)| p.strip_suffix("/edition.toml"))
            .filter(|d| !d.contains('/'))
            .map(str::to_owned)
            .collect();
        for dir in editions {
            let prefix = format!("{dir}/");
            let toml_files = under(&prefix, ".toml");
            let Some(mut edition) = self.edition(&book, &toml_files) else { continue };
            self.rules(vocabulary, &book, &definitions, &mut edition, &under(&prefix, ".md"));
            lock::check(&edition, under(&prefix, "edition.lock").first().copied(), &mut book.moved);
            book.editions.push(edition);
        }
        book.editions.sort_by_key(|e| e.issued);
        book
    }

    fn scalar(&mut self, path: &str, name: &str, date: Option<&str>, number: Option<i64>) -> Option<Scalar> {
        match (date, number) {
            (Some(d), None) => match date::parse(d) {
                Ok(d) => Some(Scalar::Day(d)),
                Err(p) => {
                    self.problem(
                        path,
                        Code::BadDate,
                        format!("値「{name}」の日付「{d}」は読めません。"),
                        p.remedy(),
                    );
                    None
                }
            },
            (None, Some(n)) => Some(Scalar::Number(n)),
            _ => {
                self.problem(
                    path,
                    Code::Missing,
                    format!("値「{name}」には date か number のどちらか一つが要ります。"),
                    "",
                );
                None
            }
        }
    }

    fn value(&mut self, book: &mut Rulebook, path: &str, v: RawValue) {
        let Some(value) = self.scalar(path, &v.name, v.date.as_deref(), v.number) else { return };
        let second = v.second.and_then(|s| {
            let second = self.scalar(path, &v.name, s.date.as_deref(), s.number)?;
            let i = book.interpretations.iter().position(|i| i.id == s.interpretation);
            if i.is_none() {
                self.problem(
                    path,
                    Code::UnknownWord,
                    format!("解釈「{}」はありません。", s.interpretation),
                    "interpretations/ に足してください。",
                );
            }
            Some((u16::try_from(i?).ok()?, second))
        });
        if book.value(&v.name).is_some() {
            self.problem(
                path,
                Code::Duplicate,
                format!("値「{}」が二度あります。", v.name),
                "一つにしてください。",
            );
        }
        book.values.push(DatedValue { name: v.name, value, second, basis: v.basis, source: v.source });
    }

    fn definitions(&mut self, files: &[(&str, &str)]) -> Definitions {
        let mut out = Definitions::new();
        for (path, text) in files {
            let heads = Document::read(path, text).and_then(|d| {
                let fence = d.block.ok_or_else(|| {
                    vec![Diagnostic::error(
                        path,
                        0,
                        Code::Missing,
                        "「規則」の囲みがありません。",
                        "「```規則」の囲みに定義を書いてください。",
                    )]
                })?;
                parse(path, &fence.text, fence.first_line)
            });
            match heads {
                Ok(heads) => {
                    for head in heads {
                        let Head::Definition(d) = head else {
                            self.problem(
                                path,
                                Code::BadForm,
                                "definitions/ に定義でないものがあります。",
                                "「定義 名前」だけを書いてください。",
                            );
                            continue;
                        };
                        if let Some((other, _)) = out.get(&d.name) {
                            let message = format!("定義「{}」が{other}にもあります。", d.name);
                            self.problems.push(Diagnostic::error(
                                path,
                                d.meta.line,
                                Code::Duplicate,
                                message,
                                "名前を変えてください。",
                            ));
                        }
                        out.insert(d.name.clone(), ((*path).to_owned(), d));
                    }
                }
                Err(p) => self.problems.extend(p),
            }
        }
        out
    }

    fn edition(&mut self, book: &Rulebook, files: &[(&str, &str)]) -> Option<Edition> {
        let (path, text) = files.iter().find(|(p, _)| p.ends_with("/edition.toml"))?;
        let raw: EditionFile = self.toml(path, text)?;
        let issued = match date::parse(&raw.issued) {
            Ok(d) => d,
            Err(p) => {
                self.problem(
                    path,
                    Code::BadDate,
                    format!("issued「{}」は読めません。", raw.issued),
                    p.remedy(),
                );
                return None;
            }
        };
        let milestone = raw.milestone.and_then(|m| match book.value(&m.value).map(|v| v.value) {
            Some(Scalar::Day(d)) => Some((m.name, d)),
            _ => {
                self.problem(
                    path,
                    Code::UnknownWord,
                    format!("日付の値「{}」はありません。", m.value),
                    "values/ の名前を書いてください。",
                );
                None
            }
        });
        let mut coverage = Vec::new();
        let mut known_items = 0;
        if let Some((path, text)) = files.iter().find(|(p, _)| p.ends_with("/coverage.toml")) {
            for c in self.toml::<CoverageFile>(path, text).map(|f| f.part).unwrap_or_default() {
                let Some(part) =
                    book.parts.iter().position(|p| p.id == c.id).and_then(|i| u16::try_from(i).ok())
                else {
                    self.problem(
                        path,
                        Code::UnknownWord,
                        format!("編「{}」はありません。", c.id),
                        "parts.toml の id を使ってください。",
                    );
                    continue;
                };
                known_items += c.without_rule.len();
                coverage.push(Coverage {
                    part,
                    complete: c.complete,
                    without_rule: c.without_rule.into_iter().map(|w| (w.id, w.why)).collect(),
                    unseen: c.unseen,
                });
            }
        }
        Some(Edition {
            id: raw.id,
            title: raw.title,
            issued,
            page: raw.page,
            revision: raw.revision,
            milestone,
            coverage,
            rules: Vec::new(),
            deemings: Vec::new(),
            hashes: Vec::new(),
            known_items,
        })
    }

    fn rules(
        &mut self,
        vocabulary: &Vocabulary,
        book: &Rulebook,
        definitions: &Definitions,
        edition: &mut Edition,
        files: &[(&str, &str)],
    ) {
        for (path, text) in files {
            let document = match Document::read(path, text) {
                Ok(d) => d,
                Err(p) => {
                    self.problems.extend(p);
                    continue;
                }
            };
            self.id_fits_path(path, &document.front.id);
            if document.front.kind == "読み物" {
                if document.block.is_some() {
                    self.problem(
                        path,
                        Code::BadForm,
                        "「読み物」に規則の囲みがあります。",
                        "kind を直すか、囲みを消してください。",
                    );
                }
                continue;
            }
            let Some(fence) = &document.block else {
                self.problem(
                    path,
                    Code::Missing,
                    "「規則」の囲みがありません。",
                    "「## 規則」の下に「```規則」の囲みを書いてください。",
                );
                continue;
            };
            let heads = match parse(path, &fence.text, fence.first_line) {
                Ok(h) => h,
                Err(p) => {
                    self.problems.extend(p);
                    continue;
                }
            };
            let mut checker = Checker::new(vocabulary, book, definitions, path);
            let hash = lock::hash(vocabulary, book, definitions, &document.front, &heads);
            match heads.as_slice() {
                [Head::Rule(rule)] => {
                    if let Some(rule) = checker.rule(&document, rule) {
                        edition.rules.push(rule);
                    }
                }
                [Head::Deeming(deeming)] => {
                    if let Some(deeming) = checker.deeming(&document, deeming) {
                        edition.deemings.push(deeming);
                    }
                }
                _ => self.problem(
                    path,
                    Code::BadForm,
                    "一つのファイルに、規則かみなしを一つだけ書けます。",
                    "定義は definitions/ に移してください。",
                ),
            }
            self.problems.append(&mut checker.problems);
            if edition.hashes.iter().any(|(id, _)| *id == document.front.id) {
                self.problem(
                    path,
                    Code::Duplicate,
                    format!("id「{}」が二度あります。", document.front.id),
                    "番号を変えてください。",
                );
            }
            edition.hashes.push((document.front.id.clone(), hash));
        }
        edition.rules.sort_by(|a, b| (a.part, &a.front.id).cmp(&(b.part, &b.front.id)));
        edition.known_items +=
            edition.rules.iter().filter(|r| r.kind == RuleKind::Required && !r.carried).count();
        // INVARIANT: a part that a deeming stands on is reached by none; else
        // judging it would lead back to itself.
        let circle =
            edition.deemings.iter().find(|d| edition.deemings.iter().any(|o| o.reaches.contains(&d.part)));
        if let Some(d) = circle {
            self.problem(
                &d.file,
                Code::Cycle,
                "「条件」の編に、ほかのみなしが及んでいます。",
                "どちらかの「及ぶ編」から外してください。",
            );
        }
        edition.hashes.sort();
    }

    /// `7.0/operations/14-05-two-factor.md` holds `7.0/operations/14-05`.
    fn id_fits_path(&mut self, path: &str, id: &str) {
        let stem = path.strip_suffix(".md").unwrap_or(path);
        let fits = stem == id || stem.strip_prefix(id).is_some_and(|rest| rest.starts_with('-'));
        if !fits {
            self.problem(
                path,
                Code::BadForm,
                format!("id「{id}」がファイルの場所と合いません。"),
                "id は「版/編/章-番号」、ファイル名はその後に「-英語の短い名前.md」です。",
            );
        }
    }
}
