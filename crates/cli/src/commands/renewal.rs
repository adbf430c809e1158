//! `yagura renewal`: one institution → what its next renewals have to hold.

use crate::End;
use crate::arguments::Renewal;
use crate::house::{House, Result, day, institution, usage};
use report::{Input, renewal};

impl House {
    pub(crate) fn renewal(&self, args: &Renewal) -> Result<End> {
        self.warn_of_moved_rules();
        let edition = self.edition("latest")?;
        let on = day(args.on.as_deref())?;
        if args.format != "text" && args.format != "json" {
            return Err(usage(format!(
                "--format の形「{}」はありません。text か json にしてください。",
                args.format
            )));
        }
        let institution = institution(&self.vocabulary, &args.file).map_err(End::Bad)?;
        let sheet = renewal::renewal(&Input {
            vocabulary: &self.vocabulary,
            book: &self.book,
            edition,
            institution: &institution,
            on,
            part: None,
            full: false,
        });
        let out = if args.format == "json" {
            serde_json::to_string_pretty(&sheet).unwrap_or_default() + "\n"
        } else {
            renewal::text(&sheet, &self.vocabulary)
        };
        Ok(End::Done(out, 0))
    }
}
