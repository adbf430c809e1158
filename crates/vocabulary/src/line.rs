//! Lines of controlled Japanese, as `.facts` files and rule blocks share them.
//!
//! [`decode`] turns bytes into text (UTF-8, BOM and CRLF accepted) and
//! [`lines`] cuts it into indented lines of words. Full-width digits and
//! spaces are folded, half-width kana widened with a warning; ①–⑳ and Ⅰ–Ⅳ
//! are left alone (NFC, never NFKC on them). Words are separated by spaces;
//! 〔…〕 and 「…」 may hold spaces and stay within one word. A comment is
//! two spaces and `#`, or a line that begins with `#`.

use crate::{Code, Diagnostic};
use unicode_normalization::UnicodeNormalization;

/// The largest file that is read, in bytes.
pub const MAX_FILE: usize = 8 * 1024 * 1024;
/// The longest line that is read, in bytes.
pub const MAX_LINE: usize = 16 * 1024;
/// The deepest indent, in levels of two spaces.
pub const MAX_INDENT: usize = 24;

/// One word and where it begins.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Token {
    /// The word, folded.
    pub text: String,
    /// Column in characters, from 1.
    pub column: usize,
}

/// One line that holds words; blank lines and pure comments too, for the formatter.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line {
    /// Line number in the file, from 1.
    pub number: usize,
    /// Indent in levels of two spaces.
    pub indent: usize,
    /// The words.
    pub tokens: Vec<Token>,
    /// The comment after `#`, trimmed.
    pub comment: Option<String>,
}

impl Line {
    /// The words as text, joined by one space.
    pub fn text(&self) -> String {
        self.tokens.iter().map(|t| t.text.as_str()).collect::<Vec<_>>().join(" ")
    }
    /// Whether the line holds neither word nor comment.
    pub fn is_blank(&self) -> bool {
        self.tokens.is_empty() && self.comment.is_none()
    }
}

/// Bytes to text: UTF-8 only, BOM dropped, CRLF made LF.
pub fn decode(file: &str, bytes: &[u8]) -> Result<String, Diagnostic> {
    if bytes.len() > MAX_FILE {
        return Err(Diagnostic::error(
            file,
            0,
            Code::FileTooLarge,
            format!("ファイルが大きすぎます({} MB)。", bytes.len() / 1_000_000),
            "8 MB までにしてください。施設ごとに一つのファイルに分けてください。",
        ));
    }
    let text = std::str::from_utf8(bytes).map_err(|e| {
        let before = bytes.get(..e.valid_up_to()).unwrap_or_default();
        let line = before.iter().filter(|b| **b == b'\n').count() + 1;
        Diagnostic::error(
            file,
            line,
            Code::NotUtf8,
            "文字の形式がUTF-8ではありません。",
            "保存するときに「UTF-8」を選んで、保存し直してください。",
        )
    })?;
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    Ok(text.replace("\r\n", "\n"))
}

/// Cuts text into lines. `first` is the number of the first line.
pub fn lines(file: &str, text: &str, first: usize) -> (Vec<Line>, Vec<Diagnostic>) {
    let mut out = Vec::new();
    let mut problems = Vec::new();
    for (i, raw) in text.lines().enumerate() {
        let number = first + i;
        if raw.len() > MAX_LINE {
            problems.push(Diagnostic::error(
                file,
                number,
                Code::LineTooLong,
                format!("行が長すぎます({} 文字)。", raw.chars().count()),
                "改行が抜けていないか確かめてください。",
            ));
            continue;
        }
        match line(file, raw, number, &mut problems) {
            Ok(l) => out.push(l),
            Err(d) => problems.push(d),
        }
    }
    (out, problems)
}

fn line(file: &str, raw: &str, number: usize, problems: &mut Vec<Diagnostic>) -> Result<Line, Diagnostic> {
    let folded = fold(raw);
    if folded.widened_kana {
        problems.push(
            Diagnostic::error(
                file,
                number,
                Code::HalfWidthKana,
                "半角カナがあります。",
                "全角カナに直して読みました。",
            )
            .warning(),
        );
    }
    let text = folded.text;
    let spaces = text.chars().take_while(|c| *c == ' ').count();
    let body = text.get(spaces..).unwrap_or_default();
    if body.starts_with('\t') {
        return Err(Diagnostic::error(
            file,
            number,
            Code::BadIndent,
            "行の先頭にタブがあります。",
            "字下げは空白2つずつにしてください。",
        ));
    }
    let (words, comment) = split_comment(body);
    let words = words.trim_end();
    if words.is_empty() {
        return Ok(Line { number, indent: spaces / 2, tokens: Vec::new(), comment });
    }
    if spaces % 2 != 0 {
        return Err(Diagnostic::error(
            file,
            number,
            Code::BadIndent,
            format!("字下げの空白が{spaces}個です。"),
            "字下げは空白2つずつにしてください。",
        ));
    }
    if spaces / 2 > MAX_INDENT {
        return Err(Diagnostic::error(
            file,
            number,
            Code::BadIndent,
            format!("字下げが深すぎます({}段)。", spaces / 2),
            format!("{MAX_INDENT}段までにしてください。"),
        ));
    }
    let tokens = tokens(file, words, number, spaces)?;
    Ok(Line { number, indent: spaces / 2, tokens, comment })
}

/// The text as reading would fold it.
pub fn folded(text: &str) -> String {
    fold(text).text
}

struct Folded {
    text: String,
    widened_kana: bool,
}

/// Folds full-width digits and spaces, widens half-width kana, normalises to NFC.
fn fold(raw: &str) -> Folded {
    let mut widened_kana = false;
    let mut text = String::with_capacity(raw.len());
    let mut kana = String::new();
    for c in raw.chars() {
        if ('\u{ff61}'..='\u{ff9f}').contains(&c) {
            widened_kana = true;
            kana.push(c);
            continue;
        }
        if !kana.is_empty() {
            text.extend(kana.nfkc());
            kana.clear();
        }
        match c {
            '\u{3000}' | '\u{a0}' => text.push(' '),
            '０'..='９' => text.push(char::from(b'0' + ((c as u32 - '０' as u32) as u8))),
            _ => text.push(c),
        }
    }
    text.extend(kana.nfkc());
    Folded { text: text.nfc().collect(), widened_kana }
}

/// Everything before a comment, and the comment.
fn split_comment(body: &str) -> (&str, Option<String>) {
    if let Some(comment) = body.strip_prefix('#') {
        return ("", Some(comment.trim().to_owned()));
    }
    match body.split_once("  #") {
        Some((words, comment)) => (words, Some(comment.trim().to_owned())),
        None => (body, None),
    }
}

fn tokens(file: &str, words: &str, number: usize, offset: usize) -> Result<Vec<Token>, Diagnostic> {
    let mut out: Vec<Token> = Vec::new();
    let mut current = String::new();
    let mut start = 0;
    let mut open: Vec<char> = Vec::new();
    for (i, c) in words.chars().enumerate() {
        match c {
            '〔' | '「' => {
                // A bracket begins a word of its own even without a space before it.
                if c == '〔' && open.is_empty() && !current.is_empty() {
                    out.push(Token { text: std::mem::take(&mut current), column: offset + start + 1 });
                }
                open.push(c);
            }
            '〕' | '」' => {
                let wanted = if c == '〕' { '〔' } else { '「' };
                if open.pop() != Some(wanted) {
                    return Err(unclosed(file, number, c).at(offset + i + 1));
                }
            }
            _ => {}
        }
        if c == ' ' && open.is_empty() {
            if !current.is_empty() {
                out.push(Token { text: std::mem::take(&mut current), column: offset + start + 1 });
            }
            continue;
        }
        if current.is_empty() {
            start = i;
        }
        current.push(c);
        if c == '〕' && open.is_empty() {
            out.push(Token { text: std::mem::take(&mut current), column: offset + start + 1 });
        }
    }
    if let Some(c) = open.pop() {
        return Err(unclosed(file, number, c));
    }
    if !current.is_empty() {
        out.push(Token { text: current, column: offset + start + 1 });
    }
    Ok(out)
}

fn unclosed(file: &str, number: usize, c: char) -> Diagnostic {
    Diagnostic::error(
        file,
        number,
        Code::Unclosed,
        format!("「{c}」の相手がありません。"),
        "〔 〕と「 」は、同じ行の中で閉じてください。",
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_brackets_and_comments() {
        let (l, d) = lines("f", "資産　PC-０７〔申告 院長 2026-11-01〕  # 注\n  名称 みほん「受付 1」\n", 1);
        assert!(d.is_empty());
        let words: Vec<_> = l[0].tokens.iter().map(|t| t.text.as_str()).collect();
        assert_eq!(words, ["資産", "PC-07", "〔申告 院長 2026-11-01〕"]);
        assert_eq!(l[0].comment.as_deref(), Some("注"));
        assert_eq!(l[1].indent, 1);
        assert_eq!(l[1].tokens[1].text, "みほん「受付 1」");
    }

    #[test]
    fn circled_numbers_stay() {
        let (l, _) = lines("f", "課題① Ⅳ", 1);
        assert_eq!(l[0].text(), "課題① Ⅳ");
    }

    #[test]
    fn half_width_kana_are_widened_with_a_warning() {
        let (l, d) = lines("f", "名称 ﾐﾎﾝ ｶﾞ", 1);
        assert_eq!(l[0].text(), "名称 ミホン ガ");
        assert_eq!(d[0].code, Code::HalfWidthKana);
    }

    #[test]
    fn bad_lines_are_named() {
        let long = "あ".repeat(MAX_LINE);
        for (text, code) in [
            (" 名称 a", Code::BadIndent),
            ("\t名称 a", Code::BadIndent),
            ("〔申告", Code::Unclosed),
            ("申告〕", Code::Unclosed),
            (long.as_str(), Code::LineTooLong),
            (&format!("{}a", " ".repeat(20_000)), Code::LineTooLong),
            (&format!("{}a", " ".repeat(2_000)), Code::BadIndent),
        ] {
            let (_, d) = lines("f", text, 1);
            assert_eq!(d[0].code, code);
        }
        assert_eq!(decode("f", b"a\n\x82\xa0").unwrap_err().line, 2);
        assert_eq!(decode("f", "\u{feff}a\r\nb".as_bytes()).unwrap(), "a\nb");
    }
}
