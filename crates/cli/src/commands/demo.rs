//! `yagura demo`: みほん県 at a glance, and one sheet whole.
//!
//! Forty rows are no glance: the prefecture is counted by kind, the five
//! institutions of the tour have a row each, and one of them its sheet.

use crate::house::{House, Result, day};
use crate::{End, files};
use report::{Input, Sheet, sheet, text};
use std::fmt::Write as _;

impl House {
    pub(crate) fn demo(&self, on: Option<&str>) -> Result<End> {
        let on = day(on)?;
        let edition = self.edition("latest")?;
        let mut sheets: Vec<Sheet> = Vec::new();
        let (tour, files) = files::demo();
        for (name, contents) in files {
            let (institution, _) =
                facts::text::read(&self.vocabulary, &name, contents.as_bytes()).map_err(End::Bad)?;
            let input = Input {
                vocabulary: &self.vocabulary,
                book: &self.book,
                edition,
                institution: &institution,
                on,
                part: None,
                full: false,
            };
            sheets.push(sheet(&input));
        }
        let mut out = String::from("見本データです。みほん県(99)の施設は、すべて作り物です。\n\n");
        out.push_str(&text::prefecture(&sheets));
        out.push('\n');
        out.push_str(&text::overview(sheets.get(..tour).unwrap_or_default()));
        out.push('\n');
        // The clinic that has most left to find out shows a whole sheet.
        if let Some(s) = sheets.first() {
            out.push_str(&text::sheet(s, &self.vocabulary));
        }
        let _ = writeln!(
            out,
            "\n自分の施設で試すには: yagura judge ファイル.facts   わけを見るには: --explain 運14⑤"
        );
        Ok(End::Done(out, 0))
    }
}
