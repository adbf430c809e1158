//! What people read: sentences of at most 50 characters, no word of the
//! inspector, and every technical term explained by the glossary.

use crate::corpus::{demo, house};
use crate::html::{each_page, read};
use crate::root;
use report::{Input, renewal, sheet, text};
use std::collections::BTreeSet;

/// The longest sentence, in characters.
const LONGEST: usize = 50;

/// The inspector's words.
const NEVER: [&str; 5] = ["適合", "合格", "準拠", "100%", "100 %"];

/// Everyday words that need no twin.
const PLAIN: [&str; 29] = [
    "クラウド",
    "システム",
    "パスワード",
    "サービス",
    "ソフト",
    "データ",
    "ファイル",
    "アプリ",
    "ログイン",
    "ページ",
    "ロック",
    "メール",
    "セキュリティ",
    "チェックリスト",
    "ネットワーク",
    "タブレット",
    "ガイドライン",
    "パネル",
    "ID",
    "PC",
    "CD-R",
    "ネット",
    "インストール",
    "アカウント",
    "Q18",
    "Q&A",
    "メモリ",
    "リスト",
    "フリガナ",
];

fn sentences(text: &str) -> Vec<String> {
    let cut = text.split("公式のページ").next().unwrap_or_default().replace('\n', "");
    cut.split('。').map(|s| s.trim().to_owned()).filter(|s| !s.is_empty()).collect()
}

#[test]
fn sentences_are_short() {
    let (vocabulary, book) = house();
    let mut texts: Vec<(String, String)> = Vec::new();
    for w in vocabulary.words() {
        texts.push((w.id.clone(), w.question.clone()));
    }
    for i in &book.interpretations {
        texts.push((i.id.clone(), format!("{}。{}。{}", i.title, i.default_text, i.other_text)));
    }
    for e in &book.editions {
        for r in &e.rules {
            texts.push((r.front.id.clone(), r.summary.clone()));
            texts.push((r.front.id.clone(), r.interpretation.clone()));
            texts.extend(r.front.at_renewal.clone().map(|t| (r.front.id.clone(), t)));
        }
        for d in &e.deemings {
            texts.push((d.front.id.clone(), d.summary.clone()));
        }
    }
    for t in &book.targets {
        texts.push((t.id.clone(), t.goal.clone()));
        texts.extend(t.at_renewal.clone().map(|o| (t.id.clone(), o)));
    }
    for s in &book.successions {
        texts.push(("succession".into(), s.note.clone()));
    }
    let edition = book.edition("7.0").unwrap();
    for (name, contents) in demo() {
        let (institution, _) = facts::text::read(&vocabulary, &name, contents.as_bytes()).unwrap();
        for on in ["2026-11-24", "2027-06-01"] {
            let on = vocabulary::date::parse(on).unwrap();
            let s = sheet(&Input {
                vocabulary: &vocabulary,
                book: &book,
                edition,
                institution: &institution,
                on,
                part: None,
                full: false,
            });
            texts.push((name.clone(), s.route.sentence.clone()));
            texts.extend(s.collapsed.map(|c| (name.clone(), c)));
            for t in s.tasks {
                texts.push((name.clone(), t.title));
                texts.push((name.clone(), t.why));
            }
        }
    }
    let long: Vec<String> = texts
        .iter()
        .flat_map(|(id, t)| {
            sentences(t)
                .into_iter()
                .filter(|s| s.chars().count() > LONGEST)
                .map(move |s| format!("{id} ({}): {s}", s.chars().count()))
        })
        .collect();
    assert!(long.is_empty(), "{}", long.join("\n"));
}

#[test]
fn no_word_of_the_inspector_and_no_unexplained_term() {
    let (vocabulary, book) = house();
    let edition = book.edition("7.0").unwrap();
    let known: BTreeSet<&str> = vocabulary.glossary().iter().map(|t| t.term.as_str()).collect();
    let mut unexplained = BTreeSet::new();
    let mut seen = 0;
    for (name, contents) in demo() {
        let (institution, _) = facts::text::read(&vocabulary, &name, contents.as_bytes()).unwrap();
        let on = vocabulary::date::parse("2026-11-24").unwrap();
        let input = Input {
            vocabulary: &vocabulary,
            book: &book,
            edition,
            institution: &institution,
            on,
            part: None,
            full: true,
        };
        let s = sheet(&input);
        let mut whole = text::sheet(&s, &vocabulary);
        for row in &s.rows {
            whole.push_str(&text::explanation(&input, &s, row));
        }
        whole.push_str(&renewal::text(&renewal::renewal(&input), &vocabulary));
        for word in NEVER {
            assert!(!whole.contains(word), "{name}: {word}");
        }
        // Our own sentences: tasks, questions and conditions, without names and sources.
        for row in &s.rows {
            for q in row.explanation.iter().chain(&row.explanation_then).flat_map(|e| &e.questions) {
                seen += 1;
                for term in terms(&q.text) {
                    if !PLAIN.contains(&term.as_str())
                        && !known.iter().any(|k| term.contains(k) || k.contains(&term))
                    {
                        unexplained.insert(term);
                    }
                }
            }
        }
        let entry = whole.lines().skip_while(|l| *l != "■ ことば").nth(1);
        assert!(entry.is_some(), "{name} has no list of words");
    }
    for w in vocabulary.words() {
        for term in terms(&w.name) {
            if !PLAIN.contains(&term.as_str()) && !known.iter().any(|k| term.contains(k) || k.contains(&term))
            {
                unexplained.insert(term);
            }
        }
    }
    assert!(seen > 0);
    assert!(unexplained.is_empty(), "not in the glossary: {unexplained:?}");
}

/// The pages: what stands in them beside what the institution wrote.
#[test]
fn pages_are_short_and_use_no_word_unexplained() {
    let (vocabulary, book) = house();
    let known: BTreeSet<&str> = vocabulary.glossary().iter().map(|t| t.term.as_str()).collect();
    let twins: String = vocabulary.glossary().iter().map(|t| t.plain.as_str()).collect();
    let edition = book.edition("7.0").unwrap();
    let (mut long, mut unexplained, mut seen) = (BTreeSet::new(), BTreeSet::new(), 0);
    each_page(|page| {
        // Papers and people are named as the institution names them.
        let html: String = page
            .html
            .split("<p class=\"source\">")
            .enumerate()
            .map(|(i, t)| if i == 0 { t } else { t.split_once("</p>").unwrap().1 })
            .collect();
        let plain = read(&html, "\n");
        for word in NEVER {
            assert!(!plain.contains(word), "{}: {word}", page.name);
        }
        // A label before a colon is no part of the sentence.
        for sentence in plain.lines().flat_map(|l| l.split('。')).flat_map(|l| l.split(": ")) {
            seen += 1;
            // Addresses and the number of the result are no words.
            let words = sentence.split_whitespace().filter(|w| !(w.is_ascii() && w.len() > 30));
            let length = words.collect::<Vec<_>>().join(" ").chars().count();
            if length > LONGEST && !sentence.contains('〔') {
                long.insert(format!("{}: {}", page.name, sentence.trim()));
            }
        }
        let rule = page.item.as_ref().and_then(|(row, _)| edition.rule(&row.item));
        // A rule's own words have their test above.
        let theirs = rule.map(|r| format!("{}{:?}{}", r.summary, r.front.sources, edition.page));
        let theirs = theirs.unwrap_or_default() + &page.facts + &twins;
        for term in terms(&plain) {
            let term = term.trim_matches('・').to_owned();
            let ours = !theirs.contains(&term) && !PLAIN.contains(&term.as_str()) && term != "Yagura";
            if ours && !known.iter().any(|k| term.contains(k) || k.contains(&term)) && !hex(&term) {
                unexplained.insert(term);
            }
        }
        assert!(plain.contains("ことばの説明"), "{} has no list of words", page.name);
    });
    assert!(seen > 1000, "{seen}");
    assert!(long.is_empty(), "{long:#?}");
    assert!(unexplained.is_empty(), "not in the glossary: {unexplained:?}");
}

/// Letters of the number of the result.
fn hex(term: &str) -> bool {
    term.bytes().all(|b| b.is_ascii_hexdigit())
}

/// Runs of katakana or Latin letters: the words that look technical.
fn terms(text: &str) -> Vec<String> {
    let mut out = vec![String::new()];
    for c in text.chars() {
        let katakana = ('\u{30a1}'..='\u{30fc}').contains(&c);
        if katakana || c.is_ascii_alphabetic() {
            if let Some(last) = out.last_mut() {
                last.push(c);
            }
        } else if out.last().is_some_and(|l| !l.is_empty()) {
            out.push(String::new());
        }
    }
    out.retain(|w| w.chars().count() >= 2);
    out
}

/// The paragraphs of a text that was broken into lines: what hangs two cells
/// further in belongs to the line above, but for the items of a list.
fn paragraphs(text: &str) -> Vec<String> {
    let mut out: Vec<(usize, String)> = Vec::new();
    for line in text.lines() {
        let words = line.trim_start();
        let indent = line.len() - words.len();
        match out.last_mut() {
            Some((first, above))
                if !above.is_empty()
                    && !above.starts_with('■')
                    && indent == *first + 2
                    && !words.starts_with(['-', '・', '→']) =>
            {
                above.push_str(words);
            }
            _ => out.push((indent, words.to_owned())),
        }
    }
    out.into_iter().map(|(_, p)| p).collect()
}

#[test]
fn stories_are_easy_to_read() {
    let (vocabulary, _) = house();
    let known: BTreeSet<&str> = vocabulary.glossary().iter().map(|t| t.term.as_str()).collect();
    let mut stories = 0;
    for entry in std::fs::read_dir(root().join("docs/samples")).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        if !name.starts_with("what-if-") {
            continue;
        }
        stories += 1;
        let whole = std::fs::read_to_string(&path).unwrap();
        for word in NEVER.iter().chain(&["不遵守", "スコア", "点数"]) {
            assert!(!whole.contains(word), "{name}: {word}");
        }
        for part in ["■ いまの立ち位置", "■ もし", "■ もしそうするなら", "■ ことば", "これは「もし」の話です"]
        {
            assert!(whole.contains(part), "{name} lacks {part}");
        }
        // The head names the command; words and notice are not ours to shorten.
        let story: String = whole
            .lines()
            .skip(1)
            .take_while(|l| !l.starts_with("■ ことば"))
            .filter(|l| !l.starts_with('=') && !l.starts_with("いつの時点"))
            .flat_map(|l| [l, "\n"])
            .collect();
        for paragraph in paragraphs(&story) {
            for sentence in paragraph.split('。') {
                let n = sentence.chars().count();
                assert!(n <= LONGEST, "{name} ({n}): {sentence}");
            }
            // Ids, names and values are the institution's own.
            let ours = paragraph.replace('・', " ");
            let ours = ours.split('(').next().unwrap_or_default();
            for term in terms(ours) {
                let id = term.chars().all(|c| c.is_ascii_uppercase());
                let plain = PLAIN.contains(&term.as_str()) || id;
                let explained = known.iter().any(|k| term.contains(k) || k.contains(&term));
                assert!(plain || explained || NAMED.contains(&term.as_str()), "{name}: {term}");
            }
        }
    }
    assert!(stories >= 5);
}

/// Words that only stand in the names of invented machines.
const NAMED: [&str; 7] = ["クリニック", "カルテ", "オーダ", "レセコン", "カート", "データベース", "サイト"];
