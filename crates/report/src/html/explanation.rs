//! The page of one item: result, next step and question first; then why, with
//! what was counted and what was not, what would change it, and where it
//! comes from.

use super::chip::{set, standing};
use super::evidence;
use super::frame::day;
use super::write::Html;
use crate::told::{self, Basis, ReadingTold, UnitTold, Why};
use crate::{Input, Row, Sheet};
use judge::Explanation;
use rulebook::Rule;

/// Writes the main part.
pub(crate) fn content(h: &mut Html, input: &Input<'_>, s: &Sheet, row: &Row, rule: &Rule, e: &Explanation) {
    let asked = told::asked(row).unwrap_or(e);
    head(h, s, row, rule);
    two_days(h, s, row);
    next(h, s, row);
    h.markup("<div class=\"pair\">\n");
    questions(h, asked);
    changes(h, asked);
    h.markup("</div>\n");
    h.markup("<section aria-labelledby=\"why\"><h2 id=\"why\">わけ</h2>\n");
    why(h, e);
    h.markup("</section>\n");
    if let (Some(coming), Some(m)) = (&row.explanation_then, &s.milestone) {
        h.markup("<section aria-labelledby=\"why-then\"><h2 id=\"why-then\">");
        day(h, &m.on);
        h.markup("の、わけ</h2>\n<p>今の状態が続くとすれば、です。</p>\n");
        why(h, coming);
        h.markup("</section>\n");
    }
    advice_and_pending(h, row);
    let told = Basis::of(input.book, input.edition, rule, e);
    basis(h, rule, &told);
    readings(h, &told.readings);
}

fn head(h: &mut Html, s: &Sheet, row: &Row, rule: &Rule) {
    h.markup("<div class=\"head\"><p class=\"whose\">")
        .text(&s.name)
        .markup("</p>\n<h1><span class=\"mark\">");
    h.text(&row.mark).markup("</span> ").text(&row.title).markup("</h1>\n<p class=\"meta\"><span>");
    h.text(&place(s, rule)).markup("</span> <span>いつの時点の結果か: ");
    day(h, &s.on);
    h.markup("</span></p></div>\n");
}

/// `第7.0版 システム運用編 14章⑤`
fn place(s: &Sheet, rule: &Rule) -> String {
    let place = rule.front.place.as_ref();
    let place = place.map(|p| format!(" {} {}{}", p.part, p.chapter, p.item.as_deref().unwrap_or_default()));
    format!("第{}版{}", s.edition, place.unwrap_or_default())
}

fn two_days(h: &mut Html, s: &Sheet, row: &Row) {
    h.markup("<div class=\"answer days\">\n<section aria-labelledby=\"result\"><h2 id=\"result\">結果 ");
    day(h, &s.on);
    h.markup("</h2>\n");
    let then = row.then.as_ref().zip(s.milestone.as_ref());
    let own = then.is_some_and(|(_, m)| row.today.prospect.as_ref().is_some_and(|(d, _)| *d == m.on));
    standing(h, &row.today, own);
    h.markup("</section>\n");
    if let Some((then, m)) = then {
        h.markup("<section aria-labelledby=\"then\"><h2 id=\"then\">");
        day(h, &m.on);
        h.markup(" 今の状態が続くとすれば</h2>\n");
        standing(h, then, false);
        h.markup("</section>\n");
    }
    h.markup("</div>\n");
}

fn next(h: &mut Html, s: &Sheet, row: &Row) {
    h.markup("<section class=\"next\" aria-labelledby=\"next\"><h2 id=\"next\">次にすること</h2>\n<p class=\"large\">");
    match told::next_step(s, row) {
        Some(next) => h.prose(&next),
        None => h.markup("この項目では、ありません。"),
    };
    h.markup("</p></section>\n");
}

fn questions(h: &mut Html, e: &Explanation) {
    let told = told::questions(e);
    if told.shown.is_empty() {
        return;
    }
    h.markup("<section aria-labelledby=\"questions\"><h2 id=\"questions\">次の問い</h2>\n<ol class=\"questions\">\n");
    for q in &told.shown {
        h.markup("<li class=\"card\"><h3>").prose(&q.text).markup("</h3>\n<p>答えられる人: ");
        h.text(&q.answered_by).markup("</p>\n");
        if !q.decides.is_empty() {
            h.markup("<dl class=\"decides\">\n");
            for (answer, outcomes) in q.decides {
                h.markup("<div><dt>").prose(answer).markup("</dt>\n<dd>");
                set(h, *outcomes);
                h.markup("</dd></div>\n");
            }
            h.markup("</dl>\n");
        }
        h.markup("</li>\n");
    }
    h.markup("</ol>\n");
    if told.more > 0 {
        h.markup("<p>ほかに").text(&told.more.to_string()).markup("問あります。</p>\n");
    }
    h.markup("</section>\n");
}

fn changes(h: &mut Html, e: &Explanation) {
    let Some((changes, after)) = told::changes(e) else { return };
    h.markup("<section aria-labelledby=\"if\"><h2 id=\"if\">もし</h2>\n<p>次のように変わると、結果も変わります。</p>\n<ul class=\"changes\">\n");
    for c in &changes.shown {
        h.markup("<li>").prose(c).markup("</li>\n");
    }
    if changes.more > 0 {
        h.markup("<li>ほか").text(&changes.more.to_string()).markup("件</li>\n");
    }
    h.markup("</ul>\n<p>そのときの結果</p>\n");
    set(h, after);
    h.markup("</section>\n");
}

fn why(h: &mut Html, e: &Explanation) {
    let told = Why::of(e);
    h.markup("<p class=\"legend\">○ 満たす <span>× 満たさない</span> <span>？ まだわからない</span> <span>－ 数えない</span></p>\n");
    evidence::list(h, &told.deemings);
    for u in &told.units {
        unit(h, u);
    }
    for note in &told.notes {
        h.markup("<p>").prose(note).markup("</p>\n");
    }
}

fn unit(h: &mut Html, u: &UnitTold) {
    h.markup("<div class=\"unit\">\n<div class=\"unit-head\"><h3>").prose(&u.name).markup("</h3>\n");
    set(h, u.outcomes);
    h.markup("</div>\n");
    evidence::list(h, &u.blocks);
    h.markup("</div>\n");
}

fn advice_and_pending(h: &mut Html, row: &Row) {
    if row.today.advice_left {
        h.markup("<section aria-labelledby=\"advice\"><h2 id=\"advice\">やっておくと安心です</h2>\n");
        h.markup("<p>推奨のうち、まだのものがあります。</p></section>\n");
    }
    if !row.today.pending.is_empty() {
        h.markup("<section aria-labelledby=\"pending\"><h2 id=\"pending\">国で検討中(7.1版 ");
        h.text(&row.today.pending.join("・")).markup(")</h2>\n");
        h.markup("<p>未遵守の数や順位には加えません。</p></section>\n");
    }
}

fn basis(h: &mut Html, rule: &Rule, told: &Basis<'_>) {
    h.markup("<section aria-labelledby=\"basis\"><h2 id=\"basis\">出典</h2>\n<dl class=\"basis\">\n<div><dt>場所</dt><dd><ul>\n");
    for source in told.sources {
        h.markup("<li>").prose(source).markup("</li>\n");
    }
    h.markup("</ul></dd></div>\n<div><dt>要旨(公式の文言ではありません)</dt><dd>");
    // The rule's text ends with the address, which stands below as a link.
    h.prose(rule.summary.split("公式のページ").next().unwrap_or_default().trim());
    h.markup("</dd></div>\n<div><dt>根拠の種類</dt><dd>").prose(told.kind);
    h.markup("</dd></div>\n<div><dt>確かめ</dt><dd>").prose(&told.confirmed).markup("</dd></div>\n");
    if let Some(change) = told.change {
        h.markup("<div><dt>版の差</dt><dd>").prose(change).markup("</dd></div>\n");
    }
    h.markup("</dl>\n");
    // Only an address that leads to a page becomes a link.
    if told.page.starts_with("https://") {
        h.markup("<p class=\"go\"><a rel=\"noreferrer\"").attribute("href", told.page);
        h.markup(">公式のページを開く</a> <span class=\"address\">").text(told.page).markup("</span></p>\n");
    }
    h.markup("</section>\n");
}

fn readings(h: &mut Html, readings: &[ReadingTold]) {
    if readings.is_empty() {
        return;
    }
    h.markup("<section aria-labelledby=\"readings\"><h2 id=\"readings\">解釈</h2>\n<p>私たちの読み方です。専門家の確認は、まだです。</p>\n<dl class=\"basis\">\n");
    for r in readings {
        h.markup("<div><dt>")
            .prose(&r.id)
            .markup(" ")
            .prose(&r.title)
            .markup("</dt>\n<dd>")
            .prose(&r.default_text);
        if let Some((text, outcomes)) = &r.other {
            h.markup("<p>別の読み方「").prose(text).markup("」なら</p>");
            set(h, *outcomes);
        }
        h.markup("</dd></div>\n");
    }
    h.markup("</dl></section>\n");
}
