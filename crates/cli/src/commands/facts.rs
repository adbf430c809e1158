//! `yagura facts`: check and format files of facts.

use super::format::format_files;
use crate::End;
use crate::arguments::FactsCommand;
use crate::house::{Result, institution};
use std::fmt::Write as _;
use vocabulary::Vocabulary;

pub(crate) fn facts_command(vocabulary: &Vocabulary, command: &FactsCommand) -> Result<End> {
    match command {
        FactsCommand::Check { files } => {
            let mut out = String::new();
            let mut problems = Vec::new();
            for path in files {
                match institution(vocabulary, path) {
                    Ok(i) => {
                        let _ = writeln!(
                            out,
                            "{}: 物 {}、事実 {}。読めました。",
                            path.display(),
                            i.subjects().len(),
                            i.facts().len()
                        );
                    }
                    Err(d) => problems.extend(d),
                }
            }
            if problems.is_empty() { Ok(End::Done(out, 0)) } else { Err(End::Bad(problems)) }
        }
        FactsCommand::Format { files, json: true, .. } => {
            let mut out = String::new();
            for path in files {
                let i = institution(vocabulary, path).map_err(End::Bad)?;
                let document = facts::json::document(vocabulary, &i);
                out.push_str(&(serde_json::to_string_pretty(&document).unwrap_or_default() + "\n"));
            }
            Ok(End::Done(out, 0))
        }
        FactsCommand::Format { files, check, .. } => format_files(files, *check, |name, bytes| {
            let (_, _) = facts::text::read(vocabulary, name, bytes)?;
            let source = vocabulary::line::decode(name, bytes).map_err(|d| vec![d])?;
            facts::text::format(vocabulary, name, &source)
        }),
    }
}
