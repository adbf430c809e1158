//! `.facts`: lines of controlled Japanese ↔ facts. Form: docs/facts-format.md.

use crate::check::{ENDED, NOT_APPLICABLE, UNKNOWN};
use crate::{Evidence, Fact, Institution, RawEvidence, RawFact, RawWhat, Value, What, check};
use std::fmt::Write as _;
use vocabulary::line::{self, Line, Token};
use vocabulary::{Code, Date, Diagnostic, Severity, ValueType, Vocabulary, date};

/// Who, when and on what evidence, as a bracket says it.
#[derive(Debug, Clone)]
struct Source {
    by: String,
    valid_on: Date,
    recorded_on: Date,
    evidence: Vec<RawEvidence>,
}

/// At most this many problems are reported for one file.
const MANY: usize = 50;

/// Reads and checks a `.facts` file. Warnings come beside the institution.
pub fn read(
    vocabulary: &Vocabulary,
    file: &str,
    bytes: &[u8],
) -> Result<(Institution, Vec<Diagnostic>), Vec<Diagnostic>> {
    let text = line::decode(file, bytes).map_err(|d| vec![d])?;
    let (raw, warnings) = parse(file, &text)?;
    let institution = check(vocabulary, file, &raw).map_err(|mut problems| {
        problems.truncate(MANY);
        problems
    })?;
    Ok((institution, warnings))
}

/// Text → raw facts (names as written) and warnings.
pub fn parse(file: &str, text: &str) -> Result<(Vec<RawFact>, Vec<Diagnostic>), Vec<Diagnostic>> {
    let (lines, problems) = line::lines(file, text, 1);
    let (mut warnings, mut problems): (Vec<_>, Vec<_>) =
        problems.into_iter().partition(|d| d.severity == Severity::Warning);
    warnings.truncate(MANY);
    let mut raw = Vec::new();
    let mut head: Option<(String, String, Source)> = None;
    // Below a header that cannot be read, only the header is reported.
    let mut unread_header = false;
    for line in lines.iter().filter(|l| !l.tokens.is_empty()) {
        if problems.len() >= MANY {
            break;
        }
        let result = match line.indent {
            0 => {
                let read = header(file, line);
                unread_header = read.is_err();
                head = None;
                read.map(|(fact, source)| {
                    head = Some((fact.kind.clone(), fact.id.clone(), source));
                    raw.push(fact);
                })
            }
            _ if unread_header => Ok(()),
            1 => match &head {
                Some((kind, id, source)) => fact(file, line, kind, id, source).map(|f| raw.push(f)),
                None => Err(Diagnostic::error(
                    file,
                    line.number,
                    Code::Missing,
                    "見出しより先に事実があります。",
                    "先に「施設 番号 〔申告 名前 日付〕」の行を書いてください。",
                )),
            },
            _ => Err(Diagnostic::error(
                file,
                line.number,
                Code::BadIndent,
                "事実の字下げが深すぎます。",
                "事実は、見出しの下に空白2つで書いてください。",
            )),
        };
        if let Err(d) = result {
            problems.push(d);
        }
    }
    if raw.is_empty() && problems.is_empty() {
        problems.push(Diagnostic::error(
            file,
            0,
            Code::EmptyFile,
            "中身がありません。",
            "最初の行に「施設 番号 〔申告 名前 日付〕」を書いてください。",
        ));
    }
    if problems.is_empty() {
        Ok((raw, warnings))
    } else {
        problems.extend(warnings);
        problems.truncate(MANY);
        Err(problems)
    }
}

fn header(file: &str, line: &Line) -> Result<(RawFact, Source), Diagnostic> {
    let (words, source) = split(file, line, None)?;
    let (kind, id, what) = match words.as_slice() {
        [kind, id] => (kind, id, RawWhat::Exists),
        [kind, id, more] if *more == "続き" => (kind, id, RawWhat::Continues),
        _ => {
            return Err(Diagnostic::error(
                file,
                line.number,
                Code::BadForm,
                format!("見出し「{}」は読めません。", words.join(" ")),
                "「種類 番号 〔申告 名前 日付〕」と書いてください。",
            ));
        }
    };
    let fact = RawFact {
        line: line.number,
        kind: (*kind).to_owned(),
        id: (*id).to_owned(),
        what,
        by: source.by.clone(),
        valid_on: source.valid_on,
        recorded_on: source.recorded_on,
        evidence: source.evidence.clone(),
    };
    Ok((fact, source))
}

fn fact(file: &str, line: &Line, kind: &str, id: &str, above: &Source) -> Result<RawFact, Diagnostic> {
    let (words, source) = split(file, line, Some(above))?;
    let what = match words.as_slice() {
        [ended] if *ended == ENDED => RawWhat::Gone,
        [word, ended] if *ended == ENDED => RawWhat::Ended((*word).to_owned()),
        [word, value @ ..] if !value.is_empty() => RawWhat::Is((*word).to_owned(), value.join(" ")),
        _ => {
            return Err(Diagnostic::error(
                file,
                line.number,
                Code::BadForm,
                format!("「{}」に値がありません。", words.join(" ")),
                "「語 値」と書いてください。わからないときは「わからない」と書きます。",
            ));
        }
    };
    Ok(RawFact {
        line: line.number,
        kind: kind.to_owned(),
        id: id.to_owned(),
        what,
        by: source.by,
        valid_on: source.valid_on,
        recorded_on: source.recorded_on,
        evidence: source.evidence,
    })
}

/// The words of a line and the source its brackets give.
fn split<'a>(
    file: &str,
    line: &'a Line,
    above: Option<&Source>,
) -> Result<(Vec<&'a str>, Source), Diagnostic> {
    let at = line.tokens.iter().position(|t| t.text.starts_with('〔')).unwrap_or(line.tokens.len());
    let (words, brackets) = line.tokens.split_at_checked(at).unwrap_or((&line.tokens, &[]));
    let words = words.iter().map(|t| t.text.as_str()).collect();
    let source = match (brackets, above) {
        ([], Some(above)) => above.clone(),
        ([], None) => {
            return Err(Diagnostic::error(
                file,
                line.number,
                Code::Missing,
                "見出しに根拠がありません。",
                "行の終わりに「〔申告 名前 2026-11-01〕」と書いてください。",
            ));
        }
        ([first, rest @ ..], _) => {
            let mut source = bracket(file, line.number, first, true)?;
            for more in rest {
                source.evidence.extend(bracket(file, line.number, more, false)?.evidence);
            }
            source
        }
    };
    Ok((words, source))
}

/// `〔種類「資料」 人 日付 記録 日付〕`; only evidence where `whole` is false.
fn bracket(file: &str, number: usize, token: &Token, whole: bool) -> Result<Source, Diagnostic> {
    let bad = |message: String| {
        Diagnostic::error(
            file,
            number,
            Code::BadForm,
            message,
            "「〔申告 名前 2026-11-01〕」のように、種類・人・日付の順に書いてください。",
        )
        .at(token.column)
    };
    let inner = token
        .text
        .strip_prefix('〔')
        .and_then(|t| t.strip_suffix('〕'))
        .ok_or_else(|| bad(format!("「{}」は根拠として読めません。", token.text)))?;
    let mut words = words_outside_quotes(inner).into_iter();
    let (kind, mut detail) = quoted(words.next().unwrap_or_default());
    if kind.is_empty() {
        return Err(bad("〔 〕の中に、根拠資料の種類がありません。".into()));
    }
    let mut next = words.next();
    let mut contract = None;
    if next.as_deref() == Some("契約") {
        let (id, clause) = quoted(words.next().unwrap_or_default());
        if id.is_empty() {
            return Err(bad("「契約」のあとに番号がありません。".into()));
        }
        contract = Some(id);
        detail = detail.or(clause);
        next = words.next();
    }
    let evidence = vec![RawEvidence { kind, contract, detail }];
    let today = Date::MIN;
    if !whole {
        if next.is_some() {
            return Err(bad("二つ目の〔 〕には、人と日付を書きません。".into()));
        }
        return Ok(Source { by: String::new(), valid_on: today, recorded_on: today, evidence });
    }
    let by = next.ok_or_else(|| bad("〔 〕の中に、述べた人がありません。".into()))?;
    let day = |text: Option<String>, what: &str| -> Result<Date, Diagnostic> {
        let text = text.ok_or_else(|| bad(format!("〔 〕の中に、{what}がありません。")))?;
        date::parse(&text).map_err(|p| {
            Diagnostic::error(
                file,
                number,
                Code::BadDate,
                format!("{what}「{text}」は読めません。"),
                p.remedy(),
            )
            .at(token.column)
        })
    };
    let valid_on = day(words.next(), "日付")?;
    let recorded_on = match words.next().as_deref() {
        None => valid_on,
        Some("記録") => day(words.next(), "記録した日")?,
        Some(other) => return Err(bad(format!("〔 〕の中の「{other}」は読めません。"))),
    };
    if words.next().is_some() {
        return Err(bad("〔 〕の中の語が多すぎます。".into()));
    }
    Ok(Source { by, valid_on, recorded_on, evidence })
}

fn words_outside_quotes(text: &str) -> Vec<String> {
    let mut out = vec![String::new()];
    let mut depth = 0usize;
    for c in text.chars() {
        match c {
            '「' => depth += 1,
            '」' => depth = depth.saturating_sub(1),
            _ => {}
        }
        if c == ' ' && depth == 0 {
            out.push(String::new());
        } else if let Some(last) = out.last_mut() {
            last.push(c);
        }
    }
    out.retain(|w| !w.is_empty());
    out
}

/// `文書「手順書」` → (文書, 手順書).
fn quoted(word: String) -> (String, Option<String>) {
    match word.split_once('「') {
        Some((head, rest)) => (head.to_owned(), Some(rest.strip_suffix('」').unwrap_or(rest).to_owned())),
        None => (word, None),
    }
}

/// Writes an institution as canonical `.facts` text.
pub fn write(vocabulary: &Vocabulary, institution: &Institution) -> String {
    let mut out = String::new();
    let mut introduced = vec![false; institution.subjects().len()];
    let mut head: Option<(&Fact, String)> = None;
    for fact in institution.facts() {
        let source = source_text(vocabulary, institution, fact);
        let continued =
            head.as_ref().is_some_and(|(h, _)| h.subject == fact.subject && fact.what != What::Exists);
        if !continued {
            let subject = institution.subject(fact.subject);
            let (kind, id) =
                subject.map_or(("", ""), |s| (vocabulary.kind(s.kind).name.as_str(), s.id.as_str()));
            let seen = introduced.get_mut(fact.subject.index());
            let again = seen.as_ref().is_some_and(|s| **s);
            if let Some(seen) = seen {
                *seen = true;
            }
            let _ = writeln!(out, "{kind} {id}{} {source}", if again { " 続き" } else { "" });
            head = Some((fact, source.clone()));
        }
        let body = match &fact.what {
            What::Exists => continue,
            What::Gone => ENDED.to_owned(),
            What::Ended(word) => format!("{} {ENDED}", vocabulary.word(*word).name),
            What::Is(word, value) => {
                format!(
                    "{} {}",
                    vocabulary.word(*word).name,
                    value_text(vocabulary, institution, *word, value)
                )
            }
        };
        let same = head.as_ref().is_some_and(|(_, s)| *s == source);
        let _ = if same { writeln!(out, "  {body}") } else { writeln!(out, "  {body} {source}") };
    }
    out
}

/// The bracket of a fact: `〔申告 院長 2026-11-01〕`.
pub fn source_text(vocabulary: &Vocabulary, institution: &Institution, fact: &Fact) -> String {
    let mut out = String::new();
    for (i, evidence) in fact.evidence.iter().enumerate() {
        let _ = write!(out, "〔{}", evidence_text(vocabulary, institution, evidence));
        if i == 0 {
            let _ = write!(out, " {} {}", fact.by, fact.valid_on);
            if fact.recorded_on != fact.valid_on {
                let _ = write!(out, " 記録 {}", fact.recorded_on);
            }
        }
        out.push('〕');
    }
    out
}

fn evidence_text(vocabulary: &Vocabulary, institution: &Institution, e: &Evidence) -> String {
    let mut out = vocabulary.evidence_kind(e.kind).name.clone();
    if let Some(contract) = e.contract.and_then(|c| institution.subject(c)) {
        let _ = write!(out, " {} {}", vocabulary.kind(contract.kind).name, contract.id);
    }
    if let Some(detail) = &e.detail {
        let _ = write!(out, "「{detail}」");
    }
    out
}

/// A value as it is written in `.facts`.
pub fn value_text(
    vocabulary: &Vocabulary,
    institution: &Institution,
    word: vocabulary::WordId,
    value: &Value,
) -> String {
    match value {
        Value::Choice(i) => match &vocabulary.word(word).value {
            ValueType::Choice(values) => values.get(usize::from(*i)).cloned().unwrap_or_default(),
            _ => String::new(),
        },
        Value::Number(n) => n.to_string(),
        Value::Date(d) => d.to_string(),
        Value::Term(from, Some(to)) => format!("{from} から {to}"),
        Value::Term(from, None) => format!("{from} から 期限なし"),
        Value::Text(t) => t.clone(),
        Value::List(rows) => rows
            .iter()
            .filter_map(|r| institution.subject(*r))
            .map(|s| format!("{} {}", vocabulary.kind(s.kind).name, s.id))
            .collect::<Vec<_>>()
            .join("、"),
        Value::Unknown => UNKNOWN.to_owned(),
        Value::NotApplicable => NOT_APPLICABLE.to_owned(),
    }
}

/// Lays out `.facts` text anew: folded, ISO dates, one space between words,
/// comments kept, at most one blank line. Idempotent; changes no fact.
pub fn format(vocabulary: &Vocabulary, file: &str, text: &str) -> Result<String, Vec<Diagnostic>> {
    parse(file, text)?;
    let (lines, _) = line::lines(file, text, 1);
    let mut out = String::new();
    let mut kind = None;
    let mut blank = true;
    for line in &lines {
        if line.is_blank() {
            if !blank {
                out.push('\n');
            }
            blank = true;
            continue;
        }
        blank = false;
        out.push_str(&"  ".repeat(line.indent.min(1)));
        let first = line.tokens.first().map(|t| t.text.as_str()).unwrap_or_default();
        if line.indent == 0 && !line.tokens.is_empty() {
            kind = vocabulary.kind_named(first);
        }
        let dated = kind
            .and_then(|k| vocabulary.word_named(k, first))
            .is_some_and(|w| matches!(vocabulary.word(w).value, ValueType::Date | ValueType::Term));
        let words: Vec<String> = line
            .tokens
            .iter()
            .map(|t| if t.text.starts_with('〔') { iso_bracket(&t.text) } else { iso(&t.text, dated) })
            .collect();
        out.push_str(&words.join(" ").replace("〕 〔", "〕〔"));
        if let Some(comment) = &line.comment {
            if !line.tokens.is_empty() {
                out.push_str("  ");
            }
            let _ = write!(out, "# {comment}");
        }
        out.push('\n');
    }
    while out.ends_with("\n\n") {
        out.pop();
    }
    Ok(out)
}

fn iso(word: &str, dated: bool) -> String {
    if dated && let Ok(d) = date::parse(word) { d.to_string() } else { word.to_owned() }
}

fn iso_bracket(token: &str) -> String {
    let inner = token.trim_start_matches('〔').trim_end_matches('〕');
    let words: Vec<String> = words_outside_quotes(inner)
        .into_iter()
        .enumerate()
        .map(|(i, w)| if i >= 2 { iso(&w, true) } else { w })
        .collect();
    format!("〔{}〕", words.join(" "))
}
