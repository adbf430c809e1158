//! The printable pages: complete, escaped, linked, and the same result as the
//! text. What only a browser can see is in `e2e/`.

use crate::corpus::{demo, house};
use crate::{root, scratch, text, yagura};
use report::html::{self, Links};
use report::{Input, Row, Sheet, fingerprint, sheet, text as terminal};
use std::collections::BTreeSet;
use vocabulary::date;

/// The days the pages are made for: before and after the milestone.
const DAYS: [&str; 2] = ["2026-11-24", "2027-06-01"];

/// One page, and what it was made from.
pub(crate) struct Page<'a> {
    pub(crate) name: String,
    pub(crate) html: String,
    /// What the institution wrote, with widths folded as they are read.
    pub(crate) facts: String,
    pub(crate) sheet: &'a Sheet,
    /// The item explained, and the same as text.
    pub(crate) item: Option<(&'a Row, String)>,
}

/// Every page of every demo institution on both days.
pub(crate) fn each_page(mut look: impl FnMut(&Page<'_>)) {
    let (vocabulary, book) = house();
    let edition = book.edition("7.0").unwrap();
    for (name, contents) in demo() {
        let (institution, _) = facts::text::read(&vocabulary, &name, contents.as_bytes()).unwrap();
        for on in DAYS {
            let input = Input {
                vocabulary: &vocabulary,
                book: &book,
                edition,
                institution: &institution,
                on: date::parse(on).unwrap(),
                part: None,
                full: true,
            };
            let s = sheet(&input);
            let page = |html, item| Page {
                name: format!("{name} {on}"),
                html,
                facts: vocabulary::line::folded(&contents),
                sheet: &s,
                item,
            };
            look(&page(html::sheet(&s, &vocabulary, Links::Folder), None));
            for row in &s.rows {
                let html = html::explanation(&input, &s, row, Links::Folder);
                look(&page(html, Some((row, terminal::explanation(&input, &s, row)))));
            }
        }
    }
}

/// What stands between tags of the body; `gap` where a block ends.
pub(crate) fn read(html: &str, gap: &str) -> String {
    const INLINE: [&str; 8] = ["span", "b", "a", "code", "time", "wbr", "use", "path"];
    let body = html.split_once("</svg>\n<header").map(|(_, b)| b).unwrap();
    let mut out = String::new();
    for piece in format!("<header{body}").split('<').skip(1) {
        let (tag, after) = piece.split_once('>').unwrap();
        let name = tag.trim_start_matches('/').split([' ', '/']).next().unwrap();
        if !INLINE.contains(&name) && name != "svg" {
            out.push_str(gap);
        }
        out.push_str(after);
    }
    let plain = out.replace("&lt;", "<").replace("&gt;", ">").replace("&quot;", "\"").replace("&#39;", "'");
    plain.replace("&amp;", "&")
}

#[test]
fn every_tag_closes_and_nothing_runs_or_loads() {
    let mut pages = 0;
    each_page(|page| {
        pages += 1;
        let Page { name, html, .. } = page;
        assert_eq!(unbalanced(html), None, "{name}");
        for bad in [
            "<script",
            "<link",
            "<img",
            "<iframe",
            "<base",
            " src=",
            " style=",
            " onload=",
            " onclick=",
            "url(",
            "@import",
            "javascript:",
        ] {
            assert!(!html.contains(bad), "{name}: {bad}");
        }
        assert!(html.starts_with("<!DOCTYPE html>\n<html lang=\"ja\">"));
        assert!(html.contains("default-src 'none'"));
        assert!(html.contains("見本データです"), "{name} is of prefecture 99");
        assert!(read(html, "").contains(&page.sheet.notice));
    });
    assert!(pages > 100, "{pages}");
}

/// The first tag that does not fit, if any.
fn unbalanced(html: &str) -> Option<String> {
    const VOID: [&str; 4] = ["meta", "wbr", "!DOCTYPE", "br"];
    let mut open = Vec::new();
    let (head, rest) = html.split_once("<style>").unwrap();
    let body = rest.split_once("</style>").unwrap().1;
    let whole = format!("{head}{body}");
    for piece in whole.split('<').skip(1) {
        let tag = piece.split_once('>').unwrap().0;
        let name = tag.trim_start_matches('/').split(' ').next().unwrap();
        if VOID.contains(&name) || tag.ends_with('/') {
            continue;
        }
        if !tag.starts_with('/') {
            open.push(name);
        } else if open.pop() != Some(name) {
            return Some(tag.to_owned());
        }
    }
    open.pop().map(str::to_owned)
}

#[test]
fn text_and_html_tell_the_same() {
    const SIGNS: [&str; 8] = [
        "〔",
        "は数えません",
        "数える物",
        "まだ聞いていません",
        "わからない」です",
        "件は数えません",
        "要件を満たし",
        "答えられる人",
    ];
    let mut seen = [0; SIGNS.len()];
    each_page(|page| {
        let Some((_, text)) = &page.item else { return };
        let squeeze = |t: &str| t.split_whitespace().collect::<String>();
        let (html, text) = (squeeze(&read(&page.html, "\n")), squeeze(text));
        for (sign, seen) in SIGNS.iter().zip(&mut seen) {
            let count = text.matches(sign).count();
            *seen += count;
            assert_eq!(html.matches(sign).count(), count, "{}: {sign}", page.name);
        }
    });
    assert!(seen.iter().all(|n| *n > 0), "{SIGNS:?} {seen:?}");
}

#[test]
fn every_outcome_of_every_row_is_a_chip() {
    let class = |o: verdict::Outcome| match o {
        verdict::Outcome::Met => "chip met",
        verdict::Outcome::NotMet => "chip not",
        verdict::Outcome::DeemedMet => "chip deemed",
        verdict::Outcome::Relief => "chip wait",
        verdict::Outcome::OutOfScope => "chip none",
    };
    let (mut sets, mut waiting) = (BTreeSet::new(), 0);
    each_page(|page| {
        if page.item.is_some() {
            return;
        }
        let cells: Vec<&str> = page.html.split("<tr role=\"row\"><th scope=\"row\"").skip(1).collect();
        for (row, cells) in page.sheet.rows.iter().zip(cells) {
            assert!(cells.contains(&format!("{}</span> {}", row.mark, row.title)));
            let today = cells.split("<td role=\"cell\">").nth(1).unwrap();
            if row.today.prospect.is_some() {
                waiting += 1;
                assert!(today.contains("chip from"), "{}: {}", page.name, row.item);
                continue;
            }
            sets.insert(row.today.outcomes);
            for o in row.today.outcomes.iter() {
                assert!(today.contains(class(o)), "{}: {} {o:?}", page.name, row.item);
            }
            let undecided = row.today.outcomes.len() > 1;
            assert_eq!(today.contains("chip open"), undecided, "{}: {}", page.name, row.item);
            if undecided {
                let first = today.find("class=\"chip ").map(|at| &today[at..]).unwrap();
                assert!(first.starts_with("class=\"chip open"), "{}: {}", page.name, row.item);
            }
        }
    });
    assert!(sets.len() >= 5 && waiting > 0, "{sets:?} {waiting}");
}

#[test]
fn the_number_is_that_of_the_published_json() {
    each_page(|page| {
        let published = match &page.item {
            None => page.sheet.results_only(),
            Some((row, _)) => page.sheet.only(&row.item),
        };
        let number = fingerprint(&published);
        assert_eq!(number.len(), 64);
        assert!(page.html.contains(&format!("<code>{}</code>", &number[..32])), "{}", page.name);
        assert!(page.html.contains(&format!("照合番号の全文 {number}<")), "{}", page.name);
        assert!(page.html.contains("<svg class=\"code\""), "{}", page.name);
    });
}

#[test]
fn nothing_is_left_to_do_only_where_the_result_is_good() {
    let (mut none, mut some) = (0, 0);
    each_page(|page| {
        let Some((row, _)) = &page.item else { return };
        let last = row.then.as_ref().unwrap_or(&row.today);
        let good = |o: verdict::Outcome| !matches!(o, verdict::Outcome::NotMet | verdict::Outcome::Relief);
        if page.html.contains("この項目では、ありません") {
            none += 1;
            assert!(last.outcomes.iter().all(good) && !last.advice_left, "{} {}", page.name, row.item);
        } else {
            some += 1;
        }
    });
    assert!(none > 0 && some > 0, "{none} {some}");
}

const NASTY: &str = r#"</title><script>alert("A&B")</script>'院"#;

#[test]
fn names_never_become_markup() {
    let dir = scratch("nasty");
    let file = dir.join("nasty.facts");
    let facts = std::fs::read_to_string(root().join("demo/dental.facts")).unwrap();
    std::fs::write(&file, facts.replace("みほん歯科医院", NASTY).replace("みほんデンタル", NASTY)).unwrap();
    let out = dir.join("pages");
    let done = yagura(&[
        "judge",
        file.to_str().unwrap(),
        "--on",
        "2026-11-24",
        "--format",
        "html",
        "--full",
        "--out",
        out.to_str().unwrap(),
    ]);
    assert_eq!(done.status.code(), Some(0), "{}", text(&done.stderr));
    let mut pages = 0;
    for entry in std::fs::read_dir(&out).unwrap() {
        let html = std::fs::read_to_string(entry.unwrap().path()).unwrap();
        assert!(!html.contains("<script") && !html.contains("A&B"), "{html}");
        assert_eq!(html.matches("</title>").count(), 1);
        assert_eq!(html.matches("</style>").count(), 1);
        assert_eq!(unbalanced(&html), None);
        assert!(html.contains("&lt;script&gt;alert(&quot;A&amp;B&quot;)&lt;/script&gt;&#39;院"));
        pages += 1;
    }
    assert_eq!(pages, 9);
}

#[test]
fn a_folder_holds_every_page_and_every_link_leads_to_one() {
    let dir = scratch("pages");
    let out = dir.to_str().unwrap();
    let files = ["demo/clinic-cloud.facts", "demo/dental.facts"];
    let done = yagura(&["judge", files[0], files[1], "--on", "2026-11-24", "--format", "html", "--out", out]);
    assert_eq!(done.status.code(), Some(0), "{}", text(&done.stderr));
    assert!(text(&done.stdout).contains("9910000018.html ほか"), "{}", text(&done.stdout));
    let names: BTreeSet<String> =
        std::fs::read_dir(&dir).unwrap().map(|e| e.unwrap().file_name().into_string().unwrap()).collect();
    assert!(names.contains("9910000018.html") && names.contains("9910000018-7.0-outsourced-09-04.html"));
    assert!(names.iter().all(|n| n.ends_with(".html")), "{names:?}");
    for name in &names {
        let html = std::fs::read_to_string(dir.join(name)).unwrap();
        let links: Vec<&str> = html.split("<a").skip(1).map(|a| a.split('"').nth(1).unwrap()).collect();
        let inside: BTreeSet<&str> = html
            .split(" href=\"")
            .skip(1)
            .map(|a| a.split('"').next().unwrap())
            .filter(|l| !l.starts_with('#') && !l.starts_with("https://"))
            .collect();
        assert!(!links.is_empty() && !inside.is_empty(), "{name}");
        assert!(inside.iter().all(|l| names.contains(*l)), "{name}: {inside:?}");
    }
    // The page in the folder is the page that --explain prints, with its way back.
    let item = ["--explain", "7.0/outsourced/09-04"];
    let alone = yagura(&[&["judge", files[0], "--on", "2026-11-24", "--format", "html"][..], &item].concat());
    let alone = text(&alone.stdout);
    let beside = std::fs::read_to_string(dir.join("9910000018-7.0-outsourced-09-04.html")).unwrap();
    let (before, after) = beside.split_once("<p class=\"back\">").unwrap();
    assert_eq!(format!("{before}{}", after.split_once("</p>\n").unwrap().1), alone);
}

#[test]
fn what_html_cannot_do_is_said() {
    let two = ["judge", "demo/dental.facts", "demo/clinic-cloud.facts", "--format", "html"];
    let dir = scratch("twice");
    let out = dir.to_str().unwrap();
    for (arguments, word) in [
        (two.to_vec(), "--out フォルダ"),
        (vec!["judge", "demo/dental.facts", "--out", out], "--format html"),
        (
            vec!["judge", "demo/dental.facts", "demo/dental.facts", "--format", "html", "--out", out],
            "二つあります",
        ),
    ] {
        let done = yagura(&arguments);
        assert_eq!(done.status.code(), Some(2), "{arguments:?}");
        assert!(text(&done.stderr).contains(word), "{}", text(&done.stderr));
        assert!(done.stdout.is_empty());
    }
    assert_eq!(std::fs::read_dir(&dir).unwrap().count(), 0, "nothing is written");
    // A file where the folder should be.
    let file = dir.join("file");
    std::fs::write(&file, "").unwrap();
    let done = yagura(&[&two[..2], &["--format", "html", "--out", file.to_str().unwrap()]].concat());
    assert_eq!(done.status.code(), Some(1));
    assert!(text(&done.stderr).contains("ファイルを読み書きできません"), "{}", text(&done.stderr));
}
