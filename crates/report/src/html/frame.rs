//! What every page has around its content: head, symbols, notice, footer.
//!
//! A page is one file: its style and symbols are inside, it runs no script,
//! and its policy (`default-src 'none'`) forbids the browser to fetch
//! anything. The footer carries the number of the result, and the whole of it
//! as a two-dimensional code, so that paper can be matched with data.

use super::write::Html;
use super::{STYLE, SYMBOLS};
use crate::Sheet;
use crate::told;
use qrcode::{Color, EcLevel, QrCode};
use std::fmt::Write as _;
use vocabulary::{Vocabulary, date};

/// What the frame says of a page.
pub(crate) struct Frame<'a> {
    /// The sheet.
    pub(crate) sheet: &'a Sheet,
    /// Title of the window.
    pub(crate) title: String,
    /// Number of the result, 64 hex digits.
    pub(crate) fingerprint: String,
    /// File name of the institution's page, where this page belongs to it.
    pub(crate) back: Option<String>,
}

impl Frame<'_> {
    /// Whether the institution is one of みほん県 (99), which does not exist.
    fn invented(&self) -> bool {
        self.sheet.institution.starts_with("99")
    }

    /// A whole page around what `content` writes in its main part.
    pub(crate) fn page(&self, vocabulary: &Vocabulary, content: impl FnOnce(&mut Html)) -> String {
        let mut h = Html::default();
        self.head(&mut h);
        self.top(&mut h);
        h.markup("<main>\n");
        content(&mut h);
        terms(&mut h, vocabulary);
        h.markup("<section class=\"notice\" aria-labelledby=\"notice\"><h2 id=\"notice\">この結果について</h2>\n<p>");
        h.prose(&self.sheet.notice).markup("</p></section>\n</main>\n");
        self.foot(&mut h);
        h.markup("</body>\n</html>\n");
        h.finish()
    }

    fn head(&self, h: &mut Html) {
        h.markup(
            "<!DOCTYPE html>\n<html lang=\"ja\">\n<head>\n<meta charset=\"utf-8\">\n\
             <meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'\">\n\
             <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
             <meta name=\"referrer\" content=\"no-referrer\">\n<title>",
        );
        h.text(&self.title).markup("</title>\n<style>\n").markup(STYLE);
        h.markup("@page { @top-left { content: \"");
        h.css_text(&short(&self.sheet.name)).markup("\"; }");
        if self.invented() {
            h.markup(" @top-right { content: \"見本データです\"; }");
        }
        h.markup(" }\n</style>\n</head>\n<body>\n").markup(SYMBOLS);
    }

    fn top(&self, h: &mut Html) {
        h.markup("<header class=\"top\">\n");
        if self.invented() {
            h.markup("<p class=\"sample\">見本データです。みほん県(99)の施設は、すべて作り物です。</p>\n");
        }
        h.markup(
            "<p class=\"brand\"><svg aria-hidden=\"true\" focusable=\"false\"><use href=\"#i-tower\"/></svg>\
             <b>Yagura(櫓)</b> 自己点検の結果</p>\n",
        );
        if let Some(back) = &self.back {
            h.markup("<p class=\"back\"><a").attribute("href", back).markup(">");
            h.text(&self.sheet.name).markup("の結果へもどる</a></p>\n");
        }
        h.markup("</header>\n");
    }

    fn foot(&self, h: &mut Html) {
        h.markup("<footer>\n<div class=\"stamp\">\n<div>\n<p><b>");
        h.text(&self.sheet.name).markup("</b>(施設番号 ");
        h.text(&self.sheet.institution).markup(")</p>\n<p>いつの時点の結果か: ");
        day(h, &self.sheet.on);
        h.markup("</p>\n<p>");
        h.prose(&edition(self.sheet)).markup("・Yagura ").prose(env!("CARGO_PKG_VERSION"));
        h.markup("</p>\n<p>照合番号 <code>");
        let head: String = self.fingerprint.chars().take(32).collect();
        h.text(&head);
        h.markup("</code></p>\n<p class=\"note\">番号が同じなら、同じ結果です。右の四角の印に、番号の全文があります。</p>\n");
        h.markup("<p class=\"unseen\">照合番号の全文 ").text(&self.fingerprint).markup("</p>\n</div>\n");
        code(h, &self.fingerprint);
        h.markup(
            "</div>\n<p class=\"note\">Yaguraは、自己点検を助けるソフトです。国や県のソフトではありません。</p>\n\
             <p class=\"note\">出典:厚生労働省「医療情報システムの安全管理に関するガイドライン」ほか。\
             要旨は、私たちが要約・加工したものです。\
             公式の文言ではなく、厚生労働省が作成・監修・推奨したものではありません。</p>\n</footer>\n",
        );
    }
}

/// `第7.0版(規則の改訂 1)`
pub(crate) fn edition(s: &Sheet) -> String {
    format!("第{}版(規則の改訂 {})", s.edition, s.revision)
}

/// A day: 令和, and ISO beside it.
pub(crate) fn day(h: &mut Html, iso: &str) {
    let japanese = date::parse(iso).map_or_else(|_| iso.to_owned(), date::japanese);
    h.markup("<time").attribute("datetime", iso).markup("><span class=\"nb\">").text(&japanese);
    h.markup("</span><wbr><span class=\"nb\">（").text(iso).markup("）</span></time>");
}

/// A name that fits beside the mark of a sample in the margin of a page.
fn short(name: &str) -> String {
    let most = 30;
    if name.chars().count() <= most {
        return name.to_owned();
    }
    name.chars().take(most - 1).chain(['…']).collect()
}

fn terms(h: &mut Html, vocabulary: &Vocabulary) {
    let used = told::terms(h.read(), vocabulary);
    if used.is_empty() {
        return;
    }
    h.markup("<section class=\"terms\" aria-labelledby=\"terms\"><h2 id=\"terms\">ことばの説明</h2>\n<dl>\n");
    for t in used {
        h.markup("<div><dt>").text(&t.term).markup("</dt><dd>").text(&t.plain).markup("</dd></div>\n");
    }
    h.markup("</dl></section>\n");
}

/// The two-dimensional code, drawn as one path; four modules of white around.
/// It is hidden from those who hear the page: the number stands beside it.
fn code(h: &mut Html, text: &str) {
    let Ok(qr) = QrCode::with_error_correction_level(text, EcLevel::M) else { return };
    let side = qr.width();
    let mut path = String::new();
    for (i, _) in qr.to_colors().iter().enumerate().filter(|(_, c)| **c == Color::Dark) {
        let _ = write!(path, "M{} {}h1v1h-1z", i % side + 4, i / side + 4);
    }
    let whole = side + 8;
    h.markup("<svg class=\"code\" aria-hidden=\"true\" focusable=\"false\" shape-rendering=\"crispEdges\"");
    h.attribute("viewBox", &format!("0 0 {whole} {whole}"))
        .markup("><path fill=\"#fff\" d=\"M0 0h99v99H0z\"/>");
    h.markup("<path fill=\"#000\"").attribute("d", &path).markup("/></svg>\n");
}
