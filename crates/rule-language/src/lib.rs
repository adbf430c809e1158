//! The rule language: text → syntax tree → text.
//!
//! A rule is one literate Markdown file: TOML front matter, 要旨, the fenced
//! block `規則` (the only part the engine reads), 例 and 解釈. This crate
//! knows the grammar of rule-language §4 and nothing of the vocabulary: names
//! are text here and become ids in `rulebook`. Flow: [`document`] cuts the
//! file, [`parse`] turns the block into the [`syntax`] tree, [`print()`] writes
//! the tree back; printing a parsed rule gives the same text.

pub mod document;
mod parse;
mod print;
pub mod syntax;

pub use document::{Document, Example, Front, Place};
pub use parse::parse;
pub use print::print;

use vocabulary::Diagnostic;

/// Lays out a rule file anew: the block by the grammar, all else unchanged.
/// Idempotent.
pub fn format(file: &str, text: &str) -> Result<String, Vec<Diagnostic>> {
    let document = Document::read(file, text)?;
    let Some(block) = &document.block else { return Ok(text.to_owned()) };
    let printed = print(&parse(file, &block.text, block.first_line)?);
    let mut out = String::new();
    for (i, line) in text.lines().enumerate() {
        let number = i + 1;
        if number == block.first_line {
            out.push_str(&printed);
        }
        if number < block.first_line || number >= block.first_line + block.lines {
            out.push_str(line);
            out.push('\n');
        }
    }
    Ok(out)
}
