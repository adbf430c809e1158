//! The renewal sheet as text for a terminal or a printer.

use super::{Ask, OrderLine, OrderReason, Plan, Planned, Reach, RenewalSheet};
use crate::because::subject;
use crate::text::{foot, head, para, terms};
use crate::words::{day_of, either};
use judge::SubjectRef;
use std::fmt::Write as _;
use verdict::{Outcome, OutcomeSet};
use vocabulary::Vocabulary;

/// At most this many devices are named a line.
const DEVICES: usize = 5;

/// At most this many things are named a question.
const ASKED: usize = 2;

/// The whole sheet.
pub fn renewal(s: &RenewalSheet, vocabulary: &Vocabulary) -> String {
    let mut out = String::new();
    let kind = s.kind.as_deref().map(|k| format!("・{k}")).unwrap_or_default();
    let name = format!("{}(施設番号 {}{kind})", s.name, s.institution);
    let day = format!("いつの時点の事実か: {}", day_of(&s.on));
    head(&mut out, &["次の更改で満たすこと".into(), name], &day, &s.edition, s.revision);
    first(&mut out, s);
    for plan in &s.plans {
        self::plan(&mut out, plan);
    }
    if !s.nothing_to_order.is_empty() {
        let _ = writeln!(out, "■ いまのところ、注文に足すことがないシステム");
        let names: Vec<String> = s.nothing_to_order.iter().map(named).collect();
        para(&mut out, 2, 2, &names.join("、"));
        out.push('\n');
    }
    country(&mut out, s);
    terms(&mut out, vocabulary);
    foot(&mut out, &s.notice);
    out
}

fn first(out: &mut String, s: &RenewalSheet) {
    let first = if s.plans.is_empty() {
        "結果: いまのところ、次の更改の注文に足すことはありません。".to_owned()
    } else {
        format!("結果: 次の更改の注文に足すことがあるシステムは、{}つです。", s.plans.len())
    };
    para(out, 0, 2, &first);
    if let Some(ask) = s.plans.iter().find_map(|p| p.ask_provider.first()) {
        let text = format!("次にすること: {}の「{}」を事業者に聞く。", several(&ask.subjects, 1), ask.word);
        para(out, 0, 2, &text);
    }
    para(
        out,
        0,
        2,
        &format!("今の状態が{}まで続くとすれば、どうなるかを並べています。", day_of(&s.judged_on)),
    );
    para(out, 0, 2, "予定の日は参考です。予定があっても、結果は変わりません。");
    if s.route_open {
        para(out, 0, 2, "読む編が決まらないので、システム運用編で並べています。");
    }
    out.push('\n');
}

fn plan(out: &mut String, p: &Plan) {
    let title = p.system.as_ref().map_or_else(|| "これから入れる電子カルテ".to_owned(), subject);
    let _ = writeln!(out, "■ {title}");
    if p.system.is_some() {
        para(out, 2, 2, &format!("入替えの予定: {}", planned(&p.planned)));
    }
    let _ = writeln!(out, "  注文に入れること");
    for (i, line) in p.order.iter().enumerate() {
        order(out, i + 1, line);
    }
    if !p.record.is_empty() {
        let _ = writeln!(out, "  記録にあること");
        for line in &p.record {
            para(out, 4, 2, &format!("・{line}"));
        }
    }
    asks(out, "事業者に聞くこと", &p.ask_provider);
    asks(out, "施設で確かめること", &p.ask_inside);
    let who = if p.providers.is_empty() {
        "事業者(どの会社か、まだ書いていません)".to_owned()
    } else {
        p.providers.join("、")
    };
    para(out, 2, 2, &format!("だれが: 注文は院長・事務長。相手は{who}"));
    out.push('\n');
}

fn planned(p: &Planned) -> String {
    match p {
        Planned::On { day, stated } => {
            let source = stated.split_once('〔').map(|(_, s)| format!("〔{s}")).unwrap_or_default();
            format!("{}{source}", day_of(day))
        }
        Planned::NoDay => "入替えはしますが、日が決まっていません。".into(),
        Planned::None => "予定がありません。".into(),
        Planned::Unknown => "わかりません。事業者に聞いてください。".into(),
        Planned::Conflict => "人により答えが違います。".into(),
        Planned::NotAsked => "まだ聞いていません。".into(),
    }
}

fn order(out: &mut String, number: usize, line: &OrderLine) {
    para(out, 4, 3, &format!("{number}. {}", line.condition));
    match &line.reason {
        OrderReason::Item { mark, title, of, outcomes, basis, interpretations, other_readings, .. } => {
            let of = of.as_ref().map(|s| format!("{}の", named(s))).unwrap_or_default();
            para(out, 7, 2, &format!("わけ: {of}{mark}「{title}」は、{}。", why(*outcomes)));
            for r in other_readings.iter().filter(|_| outcomes.contains(Outcome::NotMet)) {
                let text = format!(
                    "別の読み方({} {})なら、項目は「{}」です。",
                    r.id,
                    r.text.trim_end_matches('。'),
                    either(r.outcomes)
                );
                para(out, 7, 2, &text);
            }
            let read = if interpretations.is_empty() {
                String::new()
            } else {
                format!("  解釈: {}", interpretations.join("、"))
            };
            para(out, 7, 2, &format!("根拠の種類: {basis}{read}"));
        }
        OrderReason::Target { goal, by, basis, source, .. } => {
            para(out, 7, 2, &format!("わけ: 国の目標です(ガイドラインの項目ではありません)。{goal}"));
            let by = by.as_deref().unwrap_or("資料に書かれていません");
            para(out, 7, 2, &format!("いつまでに: {by}  根拠の種類: {basis}"));
            para(out, 7, 2, &format!("出典: {source}"));
        }
    }
    devices(out, "まだの機器", &line.not_yet);
    devices(out, "わからない機器", &line.unknown);
}

/// What the outcomes say about waiting.
fn why(outcomes: OutcomeSet) -> String {
    match outcomes.decided() {
        Some(Outcome::Relief) => "次の更改まで待てます。その更改で満たします".into(),
        Some(Outcome::NotMet) => "まだできていません。更改まで待てる条件にあたりません".into(),
        _ => format!("まだ決まりません({})", either(outcomes)),
    }
}

fn devices(out: &mut String, word: &str, all: &[SubjectRef]) {
    if all.is_empty() {
        return;
    }
    para(out, 7, 2, &format!("{word}({}台): {}", all.len(), several(all, DEVICES)));
}

/// The first few, and how many more.
fn several(all: &[SubjectRef], most: usize) -> String {
    let names: Vec<String> = all.iter().take(most).map(named).collect();
    let more = if all.len() > most { format!("、ほか{}件", all.len() - most) } else { String::new() };
    format!("{}{more}", names.join("、"))
}

fn asks(out: &mut String, title: &str, all: &[Ask]) {
    if all.is_empty() {
        return;
    }
    let _ = writeln!(out, "  {title}");
    for ask in all {
        para(out, 4, 2, &format!("・{}: {}", several(&ask.subjects, ASKED), ask.text));
    }
}

fn country(out: &mut String, s: &RenewalSheet) {
    if s.targets.is_empty() {
        return;
    }
    let _ = writeln!(out, "■ 国の目標(ガイドラインの項目ではありません)");
    for t in &s.targets {
        let reach = match t.reach {
            Reach::Reached => "○ 届いています",
            Reach::NotReached => "－ これからです",
            Reach::Unknown => "？ まだわかりません",
            Reach::Undecided => "－ 目標はまだありません",
        };
        para(out, 2, 2, &format!("{reach}  {}: {}", t.subject, t.goal));
        let by = t.by.as_deref().unwrap_or("資料に書かれていません");
        para(out, 4, 2, &format!("いつまでに: {by}"));
        if let (Some(figure), Some(as_of)) = (&t.figure, &t.as_of) {
            para(out, 4, 2, &format!("国の進み具合: {figure}({as_of})"));
        }
        para(out, 4, 2, &format!("根拠の種類: {}  出典: {}", t.basis, t.source));
    }
    out.push('\n');
}

/// `PC-07(受付のPC)`, without its kind.
fn named(s: &SubjectRef) -> String {
    match &s.name {
        Some(name) => format!("{}({name})", s.id),
        None => s.id.clone(),
    }
}
