//! Sheets and explanations as printable HTML, one file a page.
//!
//! Renders the same trees as [`crate::text`]: [`Sheet`], explanations and
//! rules, in sentences that `told` and `because` build. A page holds its style
//! and symbols, runs nothing and fetches nothing, reads on a phone of 360
//! pixels and prints on A4 without colour. Result and next step stand first:
//! a director has ten seconds.

mod chip;
mod evidence;
mod explanation;
mod frame;
mod sheet;
mod write;

use crate::fingerprint::fingerprint;
use crate::{Input, Row, Sheet};
use frame::Frame;
use vocabulary::Vocabulary;

/// The style, on screen and on paper.
const STYLE: &str = include_str!("style.css");

/// The shapes of chips and signs, drawn once a page.
const SYMBOLS: &str = include_str!("symbols.svg");

/// Which pages lie beside a page.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Links {
    /// None: it stands alone.
    None,
    /// The pages of the institution and of its items, by [`file_name`].
    Folder,
}

/// `9910000018.html`, `9910000018-7.0-operations-14-05.html`. Ids hold only
/// ASCII letters, digits and hyphens, so the name leads nowhere else.
pub fn file_name(institution: &str, item: Option<&str>) -> String {
    match item {
        None => format!("{institution}.html"),
        Some(item) => format!("{institution}-{}.html", item.replace('/', "-")),
    }
}

/// The page of an institution. Its number is the fingerprint of
/// [`Sheet::results_only`], which is what `judge --format json` prints.
pub fn sheet(s: &Sheet, vocabulary: &Vocabulary, links: Links) -> String {
    let frame = Frame {
        sheet: s,
        title: format!("{} 自己点検の結果", s.name),
        fingerprint: fingerprint(&s.results_only()),
        back: None,
    };
    frame.page(vocabulary, |h| sheet::content(h, s, links))
}

/// The page of one item; empty where the row carries no explanation or the
/// edition no rule of its id. Its number is the fingerprint of [`Sheet::only`]
/// that item, which is what `judge --explain ITEM --format json` prints.
pub fn explanation(input: &Input<'_>, s: &Sheet, row: &Row, links: Links) -> String {
    let (Some(e), Some(rule)) = (&row.explanation, input.edition.rule(&row.item)) else {
        return String::new();
    };
    let frame = Frame {
        sheet: s,
        title: format!("{} {} {}", row.mark, row.title, s.name),
        fingerprint: fingerprint(&s.only(&row.item)),
        back: (links == Links::Folder).then(|| file_name(&s.institution, None)),
    };
    frame.page(input.vocabulary, |h| explanation::content(h, input, s, row, rule, e))
}
