//! The page of one institution: result and next step first, then the three
//! tasks, the items, and what the result rests on.

use super::chip::standing;
use super::frame::{day, edition};
use super::write::Html;
use super::{Links, evidence};
use crate::told;
use crate::{Milestone, PartCoverage, Row, Sheet};

/// Writes the main part.
pub(crate) fn content(h: &mut Html, s: &Sheet, links: Links) {
    head(h, s);
    answer(h, s);
    tasks(h, s, links);
    rows(h, s, links);
    next_change(h, s);
    because(h, s);
    coverage(h, &s.coverage);
}

fn head(h: &mut Html, s: &Sheet) {
    h.markup("<div class=\"head\"><h1>").text(&s.name).markup("</h1>\n<p class=\"meta\">");
    if let Some(kind) = &s.kind {
        h.markup("<span>").text(kind).markup("</span> ");
    }
    h.markup("<span>施設番号 ").text(&s.institution).markup("</span> <span>いつの時点の結果か: ");
    day(h, &s.on);
    h.markup("</span> <span>").prose(&edition(s)).markup("</span></p></div>\n");
}

fn answer(h: &mut Html, s: &Sheet) {
    h.markup("<div class=\"answer\">\n<section aria-labelledby=\"result\"><h2 id=\"result\">結果</h2>\n<p class=\"large\">");
    h.prose(&s.route.sentence).markup("</p></section>\n");
    h.markup("<section aria-labelledby=\"next\"><h2 id=\"next\">次にすること</h2>\n<p class=\"large\">");
    match told::first_step(s) {
        Some(next) => h.prose(&next),
        None => h.markup("いまは、ありません。"),
    };
    h.markup("</p>\n");
    if let Some(m) = &s.milestone {
        days_left(h, m);
    }
    h.markup("</section>\n</div>\n");
}

fn days_left(h: &mut Html, m: &Milestone) {
    h.markup("<p class=\"left\">").prose(&m.name).markup(" ");
    day(h, &m.on);
    if m.days_left > 0 {
        h.markup("まで あと<b>").text(&m.days_left.to_string()).markup("</b>日");
    } else {
        h.markup("を過ぎています");
    }
    h.markup("</p>\n");
}

fn tasks(h: &mut Html, s: &Sheet, links: Links) {
    if s.tasks.is_empty() {
        return;
    }
    h.markup("<section aria-labelledby=\"tasks\"><h2 id=\"tasks\">");
    h.markup(told::tasks_title(s)).markup("</h2>\n<ol class=\"tasks\">\n");
    for (i, t) in s.tasks.iter().enumerate() {
        h.markup("<li class=\"card\"><span class=\"number\" aria-hidden=\"true\">")
            .text(&(i + 1).to_string());
        h.markup("</span>\n<div><h3>").prose(&t.title).markup("</h3>\n<p>").prose(&t.why);
        h.markup("</p>\n<dl class=\"who\"><div><dt>だれが</dt><dd>").prose(&t.who);
        h.markup("</dd></div><div><dt>いつまでに</dt><dd>").prose(&t.by).markup("</dd></div></dl>\n");
        if let Some(row) = s.rows.iter().find(|r| r.item == t.item) {
            link(h, s, row, links, "のわけを見る");
        }
        h.markup("</div></li>\n");
    }
    h.markup("</ol></section>\n");
}

/// A link to the page of an item, where there is one.
fn link(h: &mut Html, s: &Sheet, row: &Row, links: Links, more: &'static str) {
    if links == Links::Folder {
        h.markup("<p class=\"go\"><a").attribute("href", &super::file_name(&s.institution, Some(&row.item)));
        h.markup(">").text(&row.mark).markup(more).markup("</a></p>\n");
    }
}

fn rows(h: &mut Html, s: &Sheet, links: Links) {
    h.markup("<section aria-labelledby=\"items\"><h2 id=\"items\">項目ごとの結果</h2>\n");
    if !s.rows.is_empty() {
        h.markup("<table class=\"items\" role=\"table\" aria-labelledby=\"items\">\n<thead role=\"rowgroup\"><tr role=\"row\">");
        h.markup("<th scope=\"col\" role=\"columnheader\">項目</th><th scope=\"col\" role=\"columnheader\">");
        day(h, &s.on);
        h.markup("</th>");
        let then = s.milestone.as_ref().filter(|_| s.rows.iter().any(|r| r.then.is_some()));
        if let Some(m) = then {
            h.markup("<th scope=\"col\" role=\"columnheader\">");
            day(h, &m.on);
            h.markup(" 今の状態が続くとすれば</th>");
        }
        h.markup("</tr></thead>\n<tbody role=\"rowgroup\">\n");
        for row in &s.rows {
            item(h, s, row, then, links);
        }
        h.markup("</tbody></table>\n");
    }
    if let Some(line) = &s.collapsed {
        h.markup("<p>").prose(line).markup("</p>\n");
    }
    h.markup("</section>\n");
}

fn item(h: &mut Html, s: &Sheet, row: &Row, milestone: Option<&Milestone>, links: Links) {
    h.markup("<tr role=\"row\"><th scope=\"row\" role=\"rowheader\">");
    if links == Links::Folder {
        h.markup("<a").attribute("href", &super::file_name(&s.institution, Some(&row.item))).markup(">");
        name(h, row);
        h.markup("</a>");
    } else {
        name(h, row);
    }
    h.markup("</th>\n<td role=\"cell\"><p class=\"day\" aria-hidden=\"true\">");
    day(h, &s.on);
    h.markup("</p>");
    // The day the item begins stands in its own column, where there is one.
    let own = milestone.is_some_and(|m| row.today.prospect.as_ref().is_some_and(|(d, _)| *d == m.on));
    standing(h, &row.today, own && row.then.is_some());
    h.markup("</td>\n");
    if let Some(m) = milestone {
        h.markup("<td role=\"cell\"><p class=\"day\" aria-hidden=\"true\">");
        day(h, &m.on);
        h.markup(" 今の状態が続くとすれば</p>");
        then(h, s, row);
        h.markup("</td>");
    }
    h.markup("</tr>\n");
}

fn name(h: &mut Html, row: &Row) {
    h.markup("<span class=\"mark\">").text(&row.mark).markup("</span> ").text(&row.title);
}

/// The later day: the same words are not said twice.
fn then(h: &mut Html, s: &Sheet, row: &Row) {
    // What today's column left out stands here.
    let begins = row.then.as_ref().filter(|_| row.today.prospect.is_some());
    match told::differs_then(s, row).or(begins) {
        Some(then) => standing(h, then, false),
        None => {
            h.markup("<p class=\"same\">変わりません</p>");
        }
    }
}

fn next_change(h: &mut Html, s: &Sheet) {
    let Some(n) = &s.next_change else { return };
    h.markup("<section aria-labelledby=\"change\"><h2 id=\"change\">次に結果が変わりうる日</h2>\n<p>");
    day(h, &n.on);
    h.markup("</p>\n<p>").text(&n.items.join("、")).markup("</p></section>\n");
}

fn because(h: &mut Html, s: &Sheet) {
    if s.route.because.is_empty() {
        return;
    }
    h.markup(
        "<section aria-labelledby=\"why\"><h2 id=\"why\">どの編を読むかの、わけ</h2>\n<ul class=\"facts\">\n",
    );
    for b in &s.route.because {
        let (sentence, source) = evidence::apart(b);
        h.markup("<li class=\"fact\"><div>");
        if let Some((about, rest)) = sentence.split_once(": ") {
            h.markup("<p class=\"about\">").prose(about).markup("</p>\n<p>").prose(rest).markup("</p>");
        } else {
            h.markup("<p>").prose(&sentence).markup("</p>");
        }
        h.markup("</div>");
        evidence::line(h, source);
        h.markup("</li>\n");
    }
    h.markup("</ul></section>\n");
}

fn coverage(h: &mut Html, coverage: &[PartCoverage]) {
    h.markup("<section aria-labelledby=\"coverage\"><h2 id=\"coverage\">確認範囲</h2>\n<p>このソフトが見ている項目の範囲です。</p>\n");
    h.markup("<table class=\"coverage\" role=\"table\" aria-labelledby=\"coverage\">\n<thead role=\"rowgroup\"><tr role=\"row\">");
    h.markup("<th scope=\"col\" role=\"columnheader\">編</th><th scope=\"col\" role=\"columnheader\">規則にした項目</th>");
    h.markup("<th scope=\"col\" role=\"columnheader\">知られている項目</th><th scope=\"col\" role=\"columnheader\">まだ見ていない所</th></tr></thead>\n<tbody role=\"rowgroup\">\n");
    for c in coverage {
        h.markup("<tr role=\"row\"><th scope=\"row\" role=\"rowheader\">").text(&c.part);
        h.markup("</th>\n<td role=\"cell\"><span class=\"day\" aria-hidden=\"true\">規則にした項目 </span>")
            .text(&c.ruled.to_string());
        h.markup(
            "</td>\n<td role=\"cell\"><span class=\"day\" aria-hidden=\"true\">知られている項目 </span>",
        )
        .text(&c.known.to_string());
        h.markup("</td>\n<td role=\"cell\"><ul>\n<li>");
        h.markup(if c.complete {
            "原本の全部を確認しました"
        } else {
            "原本は未確認です"
        })
        .markup("</li>\n");
        for place in &c.unseen {
            h.markup("<li>").prose(place).markup("</li>\n");
        }
        h.markup("</ul></td></tr>\n");
    }
    h.markup("</tbody></table></section>\n");
}
