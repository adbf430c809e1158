//! `yagura judge`: institutions → sheets, explanations, JSON or printable HTML.

use crate::arguments::Judge;
use crate::house::{House, Result, day, institution, usage};
use crate::{End, FOUND, files};
use ::facts::Institution;
use report::html::{Links, file_name};
use report::{Input, Sheet, html, sheet, text};
use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::path::Path;
use verdict::Outcome;

/// How the results leave.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Format {
    Text,
    Json,
    Html,
}

impl House {
    pub(crate) fn judge(&self, args: &Judge) -> Result<End> {
        self.warn_of_moved_rules();
        let edition = self.edition(&args.edition)?;
        let on = day(args.on.as_deref())?;
        let part = args.part.as_deref().map(|p| self.part(p)).transpose()?;
        let fail_on = args.fail_on.as_deref().map(outcome).transpose()?;
        let explain = args.explain.as_deref().map(|i| self.item(edition, i)).transpose()?;
        let item = explain.and_then(|i| edition.rules.get(i)).map(|r| r.front.id.as_str());
        let format = format(args)?;
        let institutions = self.institutions(args)?;
        let full = args.full || item.is_some();
        let input = |institution| Input {
            vocabulary: &self.vocabulary,
            book: &self.book,
            edition,
            institution,
            on,
            part,
            full,
        };
        let judged: Vec<(Input<'_>, Sheet)> =
            institutions.iter().map(|i| (input(i), sheet(&input(i)))).collect();
        let found =
            |o| judged.iter().flat_map(|(_, s)| &s.rows).filter(|r| asked(r, item)).any(|r| fails(r, o));
        let code = if fail_on.is_some_and(found) { FOUND } else { 0 };
        let out = match (format, &args.out) {
            (Format::Text, _) => as_text(&judged, item),
            (Format::Json, _) => as_json(&judged, item),
            (Format::Html, None) => judged.iter().map(|(i, s)| page(i, s, item)).collect(),
            (Format::Html, Some(dir)) => write_pages(dir, &judged, item)?,
        };
        Ok(End::Done(out, code))
    }

    /// Every institution named, or what is wrong with all of them.
    fn institutions(&self, args: &Judge) -> Result<Vec<Institution>> {
        let mut problems = Vec::new();
        let mut out = Vec::new();
        for path in &args.files {
            match institution(&self.vocabulary, path) {
                Ok(i) => out.push(i),
                Err(d) => problems.extend(d),
            }
        }
        if problems.is_empty() { Ok(out) } else { Err(End::Bad(problems)) }
    }
}

fn outcome(name: &str) -> Result<Outcome> {
    Outcome::from_name(name).ok_or_else(|| {
        let all: Vec<_> = Outcome::ALL.iter().map(|o| o.name()).collect();
        usage(format!("--fail-on の結果「{name}」はありません。{}のどれかにしてください。", all.join("、")))
    })
}

/// The format, where what is asked for can be given in it.
fn format(args: &Judge) -> Result<Format> {
    let format = match args.format.as_str() {
        "text" => Format::Text,
        "json" => Format::Json,
        "html" => Format::Html,
        other => {
            return Err(usage(format!(
                "--format の形「{other}」はありません。text か json か html にしてください。"
            )));
        }
    };
    match (format, &args.out) {
        (Format::Html, None) if args.files.len() > 1 => Err(usage(
            "html は一枚に一つの施設です。「--out フォルダ」で、書くフォルダを決めてください。".into(),
        )),
        (Format::Text | Format::Json, Some(_)) => {
            Err(usage("--out は html の紙を書く所です。「--format html」を足してください。".into()))
        }
        _ => Ok(format),
    }
}

/// Whether the row is the item asked for; every row where none is.
fn asked(row: &report::Row, item: Option<&str>) -> bool {
    item.is_none_or(|id| row.item == id)
}

fn as_text(judged: &[(Input<'_>, Sheet)], item: Option<&str>) -> String {
    let mut out = String::new();
    for (input, s) in judged {
        match item {
            None => {
                let _ = writeln!(out, "{}", text::sheet(s, input.vocabulary));
            }
            Some(_) => {
                for row in s.rows.iter().filter(|r| asked(r, item)) {
                    let _ = writeln!(out, "{}", text::explanation(input, s, row));
                }
            }
        }
    }
    out
}

fn as_json(judged: &[(Input<'_>, Sheet)], item: Option<&str>) -> String {
    // Without --explain the JSON holds results, not every reason.
    let published = |s: &Sheet| item.map_or_else(|| s.results_only(), |id| s.only(id));
    let sheets: Vec<Sheet> = judged.iter().map(|(_, s)| published(s)).collect();
    serde_json::to_string_pretty(&sheets).unwrap_or_default() + "\n"
}

/// The one page of an institution or of an item.
fn page(input: &Input<'_>, s: &Sheet, item: Option<&str>) -> String {
    match item {
        None => html::sheet(s, input.vocabulary, Links::None),
        Some(_) => s
            .rows
            .iter()
            .filter(|r| asked(r, item))
            .map(|r| html::explanation(input, s, r, Links::None))
            .collect(),
    }
}

/// Writes the pages of every institution; says what was written.
fn write_pages(dir: &Path, judged: &[(Input<'_>, Sheet)], item: Option<&str>) -> Result<String> {
    let mut seen = BTreeSet::new();
    for (_, s) in judged {
        // Some disks hold A and a as one name.
        if !seen.insert(s.institution.to_ascii_lowercase()) {
            return Err(usage(format!(
                "施設番号「{}」のファイルが二つあります。一つずつ、別のフォルダに書いてください。",
                s.institution
            )));
        }
    }
    let mut out = String::new();
    let mut all = Vec::new();
    for (input, s) in judged {
        let pages = match item {
            Some(id) => vec![(file_name(&s.institution, Some(id)), page(input, s, item))],
            None => pages(input, s),
        };
        // --part may leave nothing of the item.
        let pages: Vec<_> =
            pages.into_iter().filter(|(_, t)| !t.is_empty()).map(|(name, t)| (dir.join(name), t)).collect();
        if let Some((first, _)) = pages.first() {
            let more = pages.len() - 1;
            let more = if more > 0 { format!(" ほか{more}枚") } else { String::new() };
            let _ = writeln!(out, "{}: {}{more} を書きました。", s.name, first.display());
        }
        all.extend(pages);
    }
    files::make_folder(dir).map_err(End::Bad)?;
    files::write_all(&all).map_err(End::Bad)?;
    Ok(out)
}

/// The page of an institution, and one for each item on it.
fn pages(input: &Input<'_>, s: &Sheet) -> Vec<(String, String)> {
    let mut out = vec![(file_name(&s.institution, None), html::sheet(s, input.vocabulary, Links::Folder))];
    // An item is explained with every part open, as --explain does.
    let whole = Input { full: true, ..*input };
    let all = sheet(&whole);
    for row in all.rows.iter().filter(|r| s.rows.iter().any(|shown| shown.item == r.item)) {
        out.push((
            file_name(&s.institution, Some(&row.item)),
            html::explanation(&whole, &all, row, Links::Folder),
        ));
    }
    out
}

/// Whether a row has the outcome decided; pending issues never count as 未遵守.
fn fails(row: &report::Row, outcome: Outcome) -> bool {
    row.today.outcomes.decided() == Some(outcome)
        && (outcome != Outcome::NotMet || row.today.pending.is_empty())
}
