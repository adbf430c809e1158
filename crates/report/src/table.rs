//! Columns for a terminal: East Asian characters take two cells.

use unicode_width::UnicodeWidthStr;

/// Cells that a text takes.
pub fn width(text: &str) -> usize {
    UnicodeWidthStr::width_cjk(text)
}

/// The text filled with spaces to a width.
pub fn pad(text: &str, to: usize) -> String {
    let mut out = text.to_owned();
    out.extend(std::iter::repeat_n(' ', to.saturating_sub(width(text))));
    out
}

/// Breaks a text into lines of at most `to` cells. Runs of letters and digits
/// (dates, numbers, ids) stay whole; no line begins with 、。」〕)・ー.
pub(crate) fn wrap(text: &str, to: usize) -> Vec<String> {
    let mut out = Vec::new();
    let mut line = String::new();
    for piece in pieces(text) {
        let hangs = piece.starts_with(['、', '。', '」', '〕', ')', '・', 'ー']);
        if width(&line) + width(&piece) > to && !hangs && !line.is_empty() {
            out.push(std::mem::take(&mut line).trim_end().to_owned());
            if piece == " " {
                continue;
            }
        }
        line.push_str(&piece);
    }
    if !line.is_empty() {
        out.push(line);
    }
    out
}

/// Characters, with runs of ASCII letters, digits and -./: as one piece.
pub(crate) fn pieces(text: &str) -> Vec<String> {
    let mut out: Vec<String> = Vec::new();
    let whole = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '.' | '/' | ':' | '_');
    for c in text.chars() {
        match out.last_mut() {
            Some(last) if whole(c) && last.chars().next_back().is_some_and(whole) => last.push(c),
            _ => out.push(c.to_string()),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn double_width_is_counted() {
        assert_eq!(width("運14⑤"), 6);
        assert_eq!(pad("あ", 4), "あ  ");
        assert_eq!(wrap("あいう。えお", 6), ["あいう。", "えお"]);
        assert_eq!(wrap("あいう2026-11-24", 12), ["あいう", "2026-11-24"]);
    }
}
