//! `yagura judge`: institutions → sheets, explanations or JSON.

use crate::arguments::Judge;
use crate::house::{House, Result, day, institution, usage};
use crate::{End, FOUND};
use report::{Input, sheet, text};
use std::fmt::Write as _;
use verdict::Outcome;

impl House {
    pub(crate) fn judge(&self, args: &Judge) -> Result<End> {
        self.warn_of_moved_rules();
        let edition = self.edition(&args.edition)?;
        let on = day(args.on.as_deref())?;
        let part = args.part.as_deref().map(|p| self.part(p)).transpose()?;
        let fail_on = args.fail_on.as_deref().map(|name| {
            Outcome::from_name(name).ok_or_else(|| {
                let all: Vec<_> = Outcome::ALL.iter().map(|o| o.name()).collect();
                usage(format!(
                    "--fail-on の結果「{name}」はありません。{}のどれかにしてください。",
                    all.join("、")
                ))
            })
        });
        let fail_on = fail_on.transpose()?;
        let explain = args.explain.as_deref().map(|i| self.item(edition, i)).transpose()?;
        if args.format != "text" && args.format != "json" {
            return Err(usage(format!(
                "--format の形「{}」はありません。text か json にしてください。",
                args.format
            )));
        }
        let mut problems = Vec::new();
        let mut sheets = Vec::new();
        let mut institutions = Vec::new();
        for path in &args.files {
            match institution(&self.vocabulary, path) {
                Ok(i) => institutions.push(i),
                Err(d) => problems.extend(d),
            }
        }
        if !problems.is_empty() {
            return Err(End::Bad(problems));
        }
        let mut out = String::new();
        for institution in &institutions {
            let full = args.full || explain.is_some();
            let input = Input {
                vocabulary: &self.vocabulary,
                book: &self.book,
                edition,
                institution,
                on,
                part,
                full,
            };
            let mut s = sheet(&input);
            let wanted = explain.and_then(|i| edition.rules.get(i)).map(|r| r.front.id.as_str());
            if let Some(id) = wanted {
                s.rows.retain(|r| r.item == id);
                for row in &s.rows {
                    let _ = writeln!(out, "{}", text::explanation(&input, &s, row));
                }
            } else {
                let _ = writeln!(out, "{}", text::sheet(&s, &self.vocabulary));
                // Without --explain the JSON holds results, not every reason.
                for row in &mut s.rows {
                    row.explanation = None;
                    row.explanation_then = None;
                }
            }
            sheets.push(s);
        }
        if args.format == "json" {
            out = serde_json::to_string_pretty(&sheets).unwrap_or_default() + "\n";
        }
        let found = fail_on.is_some_and(|o| sheets.iter().flat_map(|s| &s.rows).any(|r| fails(r, o)));
        Ok(End::Done(out, if found { FOUND } else { 0 }))
    }
}

/// Whether a row has the outcome decided; pending issues never count as 未遵守.
fn fails(row: &report::Row, outcome: Outcome) -> bool {
    row.today.outcomes.decided() == Some(outcome)
        && (outcome != Outcome::NotMet || row.today.pending.is_empty())
}
