//! HTML under construction, where text cannot become markup.
//!
//! Markup is `&'static str`, so only what stands in this source can be
//! markup; whatever comes from people or from the rulebook passes
//! [`Html::text`], [`Html::prose`] or [`Html::attribute`], which escape it.
//! The compiler refuses the rest. Decided against a template engine: the
//! tree of reasons is recursive, and this is the whole of what was needed.

use crate::table::pieces;

/// Markup, and beside it the text a person reads.
#[derive(Debug, Default)]
pub(crate) struct Html {
    out: String,
    read: String,
}

impl Html {
    /// Adds markup.
    pub(crate) fn markup(&mut self, markup: &'static str) -> &mut Html {
        self.out.push_str(markup);
        if markup.starts_with("</") || markup.ends_with('\n') {
            self.read.push('\n');
        }
        self
    }

    /// Adds text, escaped.
    pub(crate) fn text(&mut self, text: &str) -> &mut Html {
        escape(text, &mut self.out);
        self.read.push_str(text);
        self
    }

    /// Adds a sentence: ids and dates in it are not torn at the end of a line.
    pub(crate) fn prose(&mut self, text: &str) -> &mut Html {
        for piece in pieces(text) {
            // Longer ones must break somewhere on a phone.
            if piece.contains(['-', '.', '/']) && (3..=18).contains(&piece.len()) {
                self.markup("<span class=\"nb\">").text(&piece);
                self.out.push_str("</span>");
            } else {
                self.text(&piece);
            }
        }
        self
    }

    /// Adds ` name="value"`.
    pub(crate) fn attribute(&mut self, name: &'static str, value: &str) -> &mut Html {
        self.out.push(' ');
        self.out.push_str(name);
        self.out.push_str("=\"");
        escape(value, &mut self.out);
        self.out.push('"');
        self
    }

    /// Adds `content: "…"` of a page's margin, inside a `<style>`.
    pub(crate) fn css_text(&mut self, text: &str) -> &mut Html {
        css_escape(text, &mut self.out);
        self
    }

    /// What was written for people to read.
    pub(crate) fn read(&self) -> &str {
        &self.read
    }

    /// The markup.
    pub(crate) fn finish(self) -> String {
        self.out
    }
}

fn escape(text: &str, out: &mut String) {
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            c => out.push(c),
        }
    }
}

/// Everything but letters and digits as a CSS escape: neither the string nor
/// the `<style>` around it can end.
fn css_escape(text: &str, out: &mut String) {
    for c in text.chars() {
        if c.is_alphanumeric() {
            out.push(c);
        } else {
            out.push_str(&format!("\\{:x} ", u32::from(c)));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NASTY: &str = r#"</style><b a="1" b='2'>&amp;"#;

    #[test]
    fn text_never_becomes_markup() {
        let mut html = Html::default();
        html.markup("<p").attribute("title", NASTY).markup(">").text(NASTY).prose(NASTY).markup("</p>");
        assert_eq!(html.read().matches(NASTY).count(), 2);
        let out = html.finish();
        assert_eq!(out.matches('<').count(), 2 + out.matches("<span").count() * 2);
        assert_eq!(out.matches('"').count(), 2 + out.matches("<span").count() * 2);
        assert!(out.contains("&lt;b a=&quot;1&quot; b=&#39;2&#39;&gt;&amp;amp;"));
    }

    #[test]
    fn a_string_of_css_cannot_end() {
        let mut html = Html::default();
        html.css_text(&format!("{NASTY}\n\\"));
        let out = html.finish();
        assert!(!out.contains(['<', '"', '\'', '\n', ';', '}']), "{out}");
        assert!(out.starts_with("\\3c \\2f style\\3e "), "{out}");
        assert!(out.ends_with("\\a \\5c "), "{out}");
    }
}
