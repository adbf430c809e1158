//! A story as text. Sentences of at most 50 characters; 最小 is written only
//! where the search proved it.

use super::{Fate, Item, Story, UnitWords};
use crate::because::subject;
use crate::text::{foot, head, para, terms};
use crate::words::{day_of, japanese, screen_word};
use judge::{Asked, Smallest, SubjectRef};
use std::fmt::Write as _;
use verdict::Outcome;
use vocabulary::Vocabulary;

/// The story as text.
pub fn text(s: &Story, vocabulary: &Vocabulary) -> String {
    let mut out = String::new();
    let title = format!("{}(施設番号 {})の「もし」", s.name, s.institution);
    let day = format!("いつの時点の結果か: {}", day_of(&s.on));
    head(&mut out, &[title], &day, &s.edition, s.revision);
    headline(&mut out, s);
    standing(&mut out, s);
    suppositions(&mut out, s);
    smallest(&mut out, s);
    route(&mut out, s);
    for (fate, heading) in [
        (Fate::FallsAway, "何が外れるか"),
        (Fate::MayFallAway, "保守委託機関編を守れば、外れること"),
        (Fate::New, "新しく要ること"),
        (Fate::Better, "よくなること"),
        (Fate::Worse, "気をつけること"),
        (Fate::Otherwise, "まだわからないこと"),
    ] {
        section(&mut out, s, fate, heading);
    }
    questions(&mut out, s);
    same(&mut out, s);
    next(&mut out, s);
    terms(&mut out, vocabulary);
    foot(&mut out, &s.notice);
    out
}

fn count(s: &Story, fate: Fate) -> usize {
    s.items.iter().filter(|i| i.fate == fate).count()
}

fn headline(out: &mut String, s: &Story) {
    let parts: Vec<String> = [
        (Fate::FallsAway, "外れる"),
        (Fate::MayFallAway, "外れる見込みの"),
        (Fate::New, "新しく要る"),
        (Fate::Better, "よくなる"),
        (Fate::Worse, "気をつける"),
        (Fate::Otherwise, "まだわからない"),
    ]
    .iter()
    .filter(|(fate, _)| count(s, *fate) > 0)
    .map(|(fate, word)| format!("{word}もの{}", count(s, *fate)))
    .collect();
    let result =
        if parts.is_empty() { "項目の結果は、変わりません".into() } else { parts.join("、") };
    para(out, 0, 2, &format!("結果: {result}。"));
    if let Some(task) = s.tasks.first() {
        para(out, 0, 2, &format!("次にすること: {}", task.title));
    }
    para(out, 0, 2, "これは「もし」の話です。事実のファイルは変えていません。");
    if s.what_if.days.len() > 1 {
        para(out, 0, 2, "先の日の結果は、今の状態が続くとすればの話です。");
    }
    out.push('\n');
}

fn standing(out: &mut String, s: &Story) {
    let _ = writeln!(out, "■ いまの立ち位置");
    para(out, 2, 2, &s.route.0);
    let c = s.standing;
    para(
        out,
        2,
        2,
        &format!("できているもの{}、まだのもの{}、わからないもの{}です。", c.met, c.not_met, c.undecided),
    );
    out.push('\n');
}

fn suppositions(out: &mut String, s: &Story) {
    let _ = writeln!(out, "■ もし(まだ起きていないことです)");
    for asked in &s.asked {
        for line in asked_sentences(s, asked) {
            para(out, 2, 2, &line);
        }
    }
    if s.asked.is_empty() {
        para(out, 2, 2, "二つのファイルを比べます。");
    }
    for group in &s.supposed {
        let Some(first) = group.subjects.first() else { continue };
        let more = group.subjects.len() - 1;
        let more = if more > 0 { format!(" ほか{more}件") } else { String::new() };
        para(out, 2, 2, &format!("・{}{more}", subject(first)));
        if let Some(from) = &group.from {
            para(out, 6, 2, &format!("{}から、次のとおりとします。", day_of(from)));
        }
        for line in &group.sentences {
            para(out, 6, 2, line);
        }
        if !group.unknown.is_empty() {
            para(out, 6, 2, "次のことは、また「わからない」になります。");
            for names in group.unknown.chunks(3) {
                para(out, 8, 2, &format!("- {}", names.join("、")));
            }
        }
    }
    if s.ledgers_kept {
        para(out, 2, 2, "ほかに書いていない物は、今までどおり無いとします。");
    }
    if !s.left.is_empty() {
        para(out, 2, 2, "次の物は、ほかでも使うか医療機器なので、そのままとします。");
        for one in &s.left {
            para(out, 4, 2, &format!("- {}", subject(one)));
        }
    }
    out.push('\n');
}

fn name(s: &SubjectRef) -> &str {
    s.name.as_deref().unwrap_or(&s.id)
}

fn asked_sentences(s: &Story, asked: &Asked) -> Vec<String> {
    match asked {
        Asked::Cloud { system, on, two_factor } => {
            let mut out = vec![format!("「{}」をクラウドに移したら、どうなるかを見ます。", name(system))];
            if *on != s.on {
                out.push(format!("移す日は、{}とします。", day_of(on)));
            }
            out.push(if *two_factor {
                "移るときに、二要素認証も入れるとします。".into()
            } else {
                "移った先の二要素認証は、わからないままとします。".into()
            });
            out
        }
        Asked::Contract { .. } => vec!["更新を、契約で事業者の責任にしたらを見ます。".into()],
        Asked::Renew { system, on, two_factor } => vec![
            format!("「{}」の入替えを{}に終えたらを見ます。", name(system), day_of(on)),
            if *two_factor {
                "そのとき、二要素認証も入れるとします。".into()
            } else {
                "そのとき、二要素認証は入れないとします。".into()
            },
        ],
        Asked::Retire { asset } => vec![format!("「{}」をやめたらを見ます。", name(asset))],
        Asked::Typed => vec!["書いていただいたことが、そのとおりならを見ます。".into()],
        Asked::Changes { item } => {
            let mark = s.items.iter().find(|i| i.item == *item).map_or(item.as_str(), |i| i.mark.as_str());
            vec![format!("{mark}ができるようになる、変え方を見ます。")]
        }
    }
}

fn smallest(out: &mut String, s: &Story) {
    let Some(found) = &s.smallest else { return };
    let _ = writeln!(out, "■ いくつ変えればよいか");
    let n = found.changes.len();
    let lines: &[String] = match (found.reached, found.smallest) {
        (true, true) if n == 0 => &["もう、できています。変えることはありません。".into()],
        (true, true) => &[format!("{n}件です。変えられることの中で、これが最小です。"), tried(found)],
        (true, false) => {
            &[format!("{n}件で足ります。もっと少ない変え方が、あるかもしれません。"), tried(found)]
        }
        (false, true) => &["変えられることだけでは、できるようになりません。".into()],
        (false, false) => &["試した範囲では、変え方が見つかりませんでした。".into(), tried(found)],
    };
    for line in lines.iter().filter(|l| !l.is_empty()) {
        para(out, 2, 2, line);
    }
    out.push('\n');
}

fn tried(found: &Smallest) -> String {
    if found.tried == 0 {
        String::new()
    } else {
        format!("試した変え方は、{}通りです。", found.tried)
    }
}

fn route(out: &mut String, s: &Story) {
    let _ = writeln!(out, "■ 読む編");
    if s.route.0 == s.route.1 {
        para(out, 2, 2, "変わりません。");
    } else {
        para(out, 2, 2, &format!("いま: {}", s.route.0));
        para(out, 2, 2, &format!("もし: {}", s.route.1));
    }
    out.push('\n');
}

fn section(out: &mut String, s: &Story, fate: Fate, heading: &str) {
    let items: Vec<&Item> = s.items.iter().filter(|i| i.fate == fate).collect();
    if items.is_empty() {
        return;
    }
    let _ = writeln!(out, "■ {heading}");
    for (i, item) in items.iter().enumerate() {
        para(out, 2, 2, &format!("{} {}", item.mark, item.title));
        // Items that change alike are told together.
        let alike =
            |next: &Item| next.days == item.days && units(next).is_empty() && next.notes == item.notes;
        if units(item).is_empty() && items.get(i + 1).is_some_and(|n| alike(n)) {
            continue;
        }
        change(out, s, item);
    }
    out.push('\n');
}

/// Whether an item's own words change on some day.
fn moves(item: &Item) -> bool {
    item.days.iter().any(|d| d.before != d.after)
}

/// The units worth naming: all where the item itself stays, else those that
/// are certainly not met any more.
fn units(item: &Item) -> Vec<&UnitWords> {
    let bad = screen_word(Outcome::NotMet);
    item.units.iter().filter(|u| !moves(item) || u.words.after == bad).collect()
}

/// What an item was, what it would be, and on which units it hangs.
fn change(out: &mut String, s: &Story, item: &Item) {
    for d in &item.days {
        let when = if d.on == s.on { "いま".to_owned() } else { day_of(&d.on) };
        if d.before == d.after {
            para(out, 6, 2, &format!("{when}: 全体は変わりません。"));
            para(out, 6, 2, &format!("{} {}", d.marks.0, d.before));
        } else {
            para(out, 6, 2, &format!("{when}: {} {}", d.marks.0, d.before));
            para(out, 6, 2, &format!("→ もし: {} {}", d.marks.1, d.after));
        }
    }
    let units = units(item);
    for unit in units.iter().take(UNITS) {
        let when = if unit.words.on == s.on { "いま".to_owned() } else { japanese(&unit.words.on) };
        para(out, 6, 2, &format!("・{}({when})", name(&unit.subject)));
        let w = &unit.words;
        para(out, 10, 2, &format!("{} {} → {} {}", w.marks.0, w.before, w.marks.1, w.after));
    }
    if units.len() > UNITS {
        para(out, 6, 2, &format!("ほか{}件", units.len() - UNITS));
    }
    for note in &item.notes {
        para(out, 6, 2, note);
    }
}

/// At most this many units of an item are written out.
const UNITS: usize = 5;

/// At most this many questions are written out.
const QUESTIONS: usize = 5;

fn questions(out: &mut String, s: &Story) {
    let (new, old) = (&s.what_if.appearing, &s.what_if.vanishing);
    if new.is_empty() && old.is_empty() {
        return;
    }
    let _ = writeln!(out, "■ 聞くこと");
    if !new.is_empty() {
        para(out, 2, 2, &format!("新しく聞くことが、{}問あります。", new.len()));
        for q in new.iter().take(QUESTIONS) {
            let about = q.subject.as_ref().map(name).unwrap_or_default();
            para(out, 4, 2, &format!("- {about}"));
            para(out, 8, 2, &q.text);
        }
        if new.len() > QUESTIONS {
            para(out, 4, 2, &format!("ほかに{}問あります。", new.len() - QUESTIONS));
        }
    }
    if !old.is_empty() {
        para(out, 2, 2, &format!("聞かなくてよくなることが、{}問あります。", old.len()));
    }
    out.push('\n');
}

fn same(out: &mut String, s: &Story) {
    let items: Vec<&Item> = s.items.iter().filter(|i| i.fate == Fate::Same).collect();
    if items.is_empty() {
        return;
    }
    let _ = writeln!(out, "■ 変わらないこと");
    for item in items {
        let Some(today) = item.days.first() else { continue };
        para(out, 2, 2, &format!("{} {} {}", today.marks.1, item.mark, item.title));
        para(out, 6, 2, &today.after);
        for note in &item.notes {
            para(out, 6, 2, note);
        }
    }
    out.push('\n');
}

fn next(out: &mut String, s: &Story) {
    let _ = writeln!(out, "■ もしそうするなら、次にすること");
    if s.tasks.is_empty() {
        let worse = count(s, Fate::Worse) > 0;
        let line = if worse {
            "「気をつけること」を、事業者と相談してください。"
        } else {
            "このために新しくすることは、ありません。"
        };
        para(out, 2, 2, line);
    }
    for (i, t) in s.tasks.iter().enumerate() {
        para(out, 2, 2, &format!("{}. {}", i + 1, t.title));
        para(out, 6, 2, &t.why);
        para(out, 6, 2, &format!("だれが: {}", t.who));
        para(out, 6, 2, &format!("いつまでに: {}", t.by));
    }
    out.push('\n');
}
