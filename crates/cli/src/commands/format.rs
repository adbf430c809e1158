//! One layout for files that people write: rules and facts.

use crate::house::Result;
use crate::{BAD_INPUT, End, files};
use std::fmt::Write as _;
use std::path::PathBuf;
use vocabulary::{Diagnostic, Severity};

pub(super) fn format_rules(files: &[PathBuf], check: bool) -> Result<End> {
    format_files(files, check, |name, bytes| {
        let source = vocabulary::line::decode(name, bytes).map_err(|d| vec![d])?;
        rule_language::format(name, &source)
    })
}

/// Formats every file in memory first; nothing is written unless all can be read.
pub(super) fn format_files(
    paths: &[PathBuf],
    check: bool,
    format: impl Fn(&str, &[u8]) -> std::result::Result<String, Vec<Diagnostic>>,
) -> Result<End> {
    let mut problems = Vec::new();
    let mut ready = Vec::new();
    for path in paths {
        let name = path.display().to_string();
        match files::read(path).and_then(|bytes| format(&name, &bytes).map(|t| (bytes, t))) {
            Ok((bytes, text)) => ready.push((path, bytes != text.as_bytes(), text)),
            Err(d) => problems.extend(d),
        }
    }
    problems.retain(|d| d.severity == Severity::Error);
    if !problems.is_empty() {
        return Err(End::Bad(problems));
    }
    let mut out = String::new();
    let mut untidy = false;
    for (path, changed, text) in ready {
        if changed {
            untidy = true;
            let _ = writeln!(
                out,
                "{}: {}",
                path.display(),
                if check { "そろっていません。" } else { "そろえました。" }
            );
            if !check {
                files::write(path, &text).map_err(End::Bad)?;
            }
        }
    }
    Ok(End::Done(out, if check && untidy { BAD_INPUT } else { 0 }))
}
