//! A rule file as Markdown: front matter, sections, examples.

use serde::Deserialize;
use vocabulary::{Code, Diagnostic};

/// Front matter.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Front {
    /// `edition/part/NN-MM`; `definitions/…` for a file of definitions.
    pub id: String,
    /// The item's id in reference/, where it has one.
    pub item: Option<String>,
    /// Short title.
    pub title: String,
    /// Where it stands in the guideline.
    pub place: Option<Place>,
    /// 遵守事項, 推奨, 読み物, みなし or 定義.
    pub kind: String,
    /// Who acts.
    pub actor: Option<String>,
    /// 公式確認済, 公式を引く公開文書, 改定概要, 草案, 二次資料 or 解釈.
    pub basis: String,
    /// Where it was read.
    #[serde(default)]
    pub sources: Vec<String>,
    /// Interpretations used (I-nn).
    #[serde(default)]
    pub interpretations: Vec<String>,
    /// Open issues of the ministry (課題①, 課題②).
    #[serde(default)]
    pub open_issues: Vec<String>,
    /// Topics.
    #[serde(default)]
    pub topics: Vec<String>,
    /// For a rule with 緩和 until the next 更改: what the order of that 更改
    /// has to hold, in one plain sentence of ours.
    pub at_renewal: Option<String>,
    /// Who confirmed it against the official text.
    pub confirmed: Option<Confirmed>,
}

/// Place in the guideline.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Place {
    /// Name of the part.
    pub part: String,
    /// Chapter or section.
    pub chapter: String,
    /// Number of the item.
    pub item: Option<String>,
}

/// A confirmation by a person.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Confirmed {
    /// Who.
    pub by: String,
    /// When (ISO).
    pub on: String,
    /// Name of the official file.
    pub document: String,
    /// Its SHA-256.
    pub sha256: String,
}

/// A fenced block.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fence {
    /// Its text.
    pub text: String,
    /// Line of its first line in the file, from 1.
    pub first_line: usize,
    /// How many lines.
    pub lines: usize,
}

/// A row of the table of examples.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Example {
    /// Line in the file.
    pub line: usize,
    /// What it shows.
    pub name: String,
    /// Facts that differ from the base, one each.
    pub changes: Vec<String>,
    /// Day of judgement, as written.
    pub on: String,
    /// Expected result, as written.
    pub result: String,
}

/// A rule file, cut into its parts.
#[derive(Debug, Clone, PartialEq)]
pub struct Document {
    /// Front matter.
    pub front: Front,
    /// Our paraphrase.
    pub summary: String,
    /// The block `規則`.
    pub block: Option<Fence>,
    /// The block `事実`: the institution that the examples start from.
    pub base: Option<Fence>,
    /// The examples.
    pub examples: Vec<Example>,
    /// Why we read it so.
    pub interpretation: String,
}

impl Document {
    /// Cuts a file.
    pub fn read(file: &str, text: &str) -> Result<Document, Vec<Diagnostic>> {
        let problem = |line, code, message: String, remedy: &str| {
            vec![Diagnostic::error(file, line, code, message, remedy)]
        };
        if text.trim().is_empty() {
            return Err(problem(
                0,
                Code::EmptyFile,
                "中身がありません。".into(),
                "ほかの規則ファイルを手本にしてください。",
            ));
        }
        let lines: Vec<&str> = text.lines().collect();
        let fence_end = lines.iter().skip(1).position(|l| l.trim_end() == "+++").map(|i| i + 1);
        let (Some(&"+++"), Some(end)) = (lines.first(), fence_end) else {
            return Err(problem(
                1,
                Code::Missing,
                "先頭に「+++」で囲んだ項目がありません。".into(),
                "1行目を「+++」にし、id や title を書いて「+++」で閉じてください。",
            ));
        };
        let front_text = lines.get(1..end).unwrap_or_default().join("\n");
        let front: Front = toml::from_str(&front_text).map_err(|e| {
            let line = e
                .span()
                .map_or(1, |s| front_text.get(..s.start).unwrap_or_default().lines().count().max(1) + 1);
            problem(
                line,
                Code::BadForm,
                format!("先頭の項目が読めません({})。", e.message()),
                "引用符と項目の名前を確かめてください。",
            )
        })?;
        let mut document = Document {
            front,
            summary: String::new(),
            block: None,
            base: None,
            examples: Vec::new(),
            interpretation: String::new(),
        };
        document.sections(file, &lines, end + 1)?;
        Ok(document)
    }

    fn sections(&mut self, file: &str, lines: &[&str], start: usize) -> Result<(), Vec<Diagnostic>> {
        let mut section = "";
        let mut i = start;
        let mut problems = Vec::new();
        while let Some(line) = lines.get(i) {
            if let Some(title) = line.strip_prefix("## ") {
                section = title.trim();
                if !["要旨", "規則", "例", "解釈"].contains(&section) {
                    problems.push(Diagnostic::error(
                        file,
                        i + 1,
                        Code::UnknownWord,
                        format!("「{section}」という見出しはありません。"),
                        "見出しは「要旨」「規則」「例」「解釈」です。",
                    ));
                }
                i += 1;
                continue;
            }
            if let Some(language) = line.strip_prefix("```") {
                let body = lines.get(i + 1..).unwrap_or_default();
                let Some(length) = body.iter().position(|l| l.trim_end() == "```") else {
                    problems.push(Diagnostic::error(
                        file,
                        i + 1,
                        Code::Unclosed,
                        "「```」が閉じていません。",
                        "囲みの終わりに「```」の行を足してください。",
                    ));
                    break;
                };
                let text: String =
                    body.get(..length).unwrap_or_default().iter().flat_map(|l| [*l, "\n"]).collect();
                let fence = Fence { text, first_line: i + 2, lines: length };
                let slot = match language.trim() {
                    "規則" => Some(&mut self.block),
                    "事実" => Some(&mut self.base),
                    _ => None,
                };
                if let Some(slot) = slot {
                    if slot.is_some() {
                        problems.push(Diagnostic::error(
                            file,
                            i + 1,
                            Code::Duplicate,
                            format!("「{}」の囲みが二つあります。", language.trim()),
                            "一つにまとめてください。",
                        ));
                    }
                    *slot = Some(fence);
                }
                i += length + 2;
                continue;
            }
            match section {
                "要旨" => push_line(&mut self.summary, line),
                "解釈" => push_line(&mut self.interpretation, line),
                "例" => self.example(file, i + 1, line, &mut problems),
                _ => {}
            }
            i += 1;
        }
        self.summary = self.summary.trim().to_owned();
        self.interpretation = self.interpretation.trim().to_owned();
        if problems.is_empty() { Ok(()) } else { Err(problems) }
    }

    fn example(&mut self, file: &str, number: usize, line: &str, problems: &mut Vec<Diagnostic>) {
        let Some(row) = line.trim().strip_prefix('|').and_then(|l| l.strip_suffix('|')) else { return };
        let cells: Vec<&str> = row.split('|').map(str::trim).collect();
        if cells.first() == Some(&"例")
            || cells.iter().all(|c| c.chars().all(|c| matches!(c, '-' | ':' | ' ')))
        {
            return;
        }
        let [name, changes, on, result] = cells.as_slice() else {
            problems.push(Diagnostic::error(
                file,
                number,
                Code::BadForm,
                format!("例の列が{}個です。", cells.len()),
                "「例・変えるところ・基準日・結果」の4列にしてください。",
            ));
            return;
        };
        self.examples.push(Example {
            line: number,
            name: (*name).to_owned(),
            changes: changes
                .split("<br>")
                .map(str::trim)
                .filter(|c| !c.is_empty() && *c != "なし")
                .map(str::to_owned)
                .collect(),
            on: (*on).to_owned(),
            result: (*result).to_owned(),
        });
    }
}

fn push_line(text: &mut String, line: &str) {
    text.push_str(line);
    text.push('\n');
}
