//! 「次の更改で満たすこと」: what the order holds, for whom, and on what basis;
//! and the national targets behind it, as the slide prints them.

use crate::corpus::{demo, house};
use crate::{text, yagura};
use report::Input;
use report::renewal::{OrderReason, Plan, Planned, Reach, RenewalSheet, renewal};
use verdict::Outcome;

fn sheet(file: &str, change: impl Fn(String) -> String) -> RenewalSheet {
    let (vocabulary, book) = house();
    let (_, text) = demo().into_iter().find(|(n, _)| n == file).unwrap();
    let changed = change(text);
    let (institution, _) = facts::text::read(&vocabulary, file, changed.as_bytes()).unwrap();
    let edition = book.edition("7.0").unwrap();
    renewal(&Input {
        vocabulary: &vocabulary,
        book: &book,
        edition,
        institution: &institution,
        on: vocabulary::date::parse("2026-11-24").unwrap(),
        part: None,
        full: false,
    })
}

fn plan<'a>(s: &'a RenewalSheet, id: &str) -> &'a Plan {
    s.plans.iter().find(|p| p.system.as_ref().is_some_and(|s| s.id == id)).unwrap()
}

/// Marks of the items and ids of the targets that a plan orders.
fn orders(p: &Plan) -> Vec<&str> {
    p.order
        .iter()
        .map(|l| match &l.reason {
            OrderReason::Item { mark, .. } => mark.as_str(),
            OrderReason::Target { target, .. } => target.as_str(),
        })
        .collect()
}

#[test]
fn one_order_settles_the_relief_and_the_target() {
    let s = sheet("hospital.facts", |t| t);
    let ehr = plan(&s, "EHR-1");
    assert_eq!(orders(ehr), ["運14⑤", "record-at-renewal"]);
    let OrderReason::Item { outcomes, .. } = &ehr.order[0].reason else { panic!("an item first") };
    assert_eq!(outcomes.decided(), Some(Outcome::Relief));
    assert_eq!(ehr.order[0].not_yet.len(), 24);
    assert!(matches!(&ehr.planned, Planned::On { day, .. } if day == "2028-05-01"));
    assert!(ehr.record.iter().any(|r| r.contains("対応できる事業者の選定") && r.contains("未選定")));
    assert!(ehr.providers.contains(&"みほんシステム".to_owned()), "{:?}", ehr.providers);
    // The account domain's relief is ordered with the system that uses it.
    let lab = plan(&s, "LAB-1");
    assert_eq!((orders(lab), &lab.planned), (vec!["運14⑥"], &Planned::None));
    // A system in use no longer, or done, has nothing to order.
    let nothing: Vec<&str> = s.nothing_to_order.iter().map(|s| s.id.as_str()).collect();
    assert!(nothing.contains(&"RPT-1") && nothing.contains(&"ACC-1"), "{nothing:?}");
}

#[test]
fn a_system_that_is_ready_or_no_record_system_orders_no_target() {
    let ready = sheet("hospital.facts", |t| {
        t.replace("電子カルテ情報共有サービスへの対応 未対応", "電子カルテ情報共有サービスへの対応 対応済")
            .replace("電子処方箋への対応 対応予定", "電子処方箋への対応 対応済")
    });
    assert_eq!(orders(plan(&ready, "EHR-1")), ["運14⑤"]);
    // A record system that shares nothing is not what the country wants by 2030.
    let by_2030 = |s: &RenewalSheet| s.targets.iter().find(|t| t.target == "record-by-2030").map(|t| t.reach);
    assert_eq!(by_2030(&ready), Some(Reach::Reached));
    assert_eq!(by_2030(&sheet("hospital.facts", |t| t)), Some(Reach::NotReached));
    // One of the two is not enough.
    let half = sheet("hospital.facts", |t| {
        t.replace("電子カルテ情報共有サービスへの対応 未対応", "電子カルテ情報共有サービスへの対応 対応済")
    });
    assert_eq!(orders(plan(&half, "EHR-1")), ["運14⑤", "record-at-renewal"]);
    let other = sheet("hospital.facts", |t| t.replace("電子カルテである はい", "電子カルテである いいえ"));
    assert_eq!(orders(plan(&other, "EHR-1")), ["運14⑤"]);
}

#[test]
fn the_outsourced_part_orders_where_it_suffices() {
    let s = sheet("clinic-05-ganka.facts", |t| t);
    let ehr = plan(&s, "EHR-1");
    assert!(!s.route_open);
    assert_eq!(orders(ehr), ["委9⑤", "record-at-renewal"]);
    // Where nobody knows the route, the other parts are listed and it says so.
    let open = sheet("clinic-07-tabun.facts", |t| t);
    assert!(open.route_open);
    assert!(orders(plan(&open, "EHR-1")).contains(&"運14⑤"));
    assert!(!orders(plan(&open, "EHR-1")).contains(&"委9④"));
    let asked: Vec<&str> = plan(&open, "EHR-1").ask_provider.iter().map(|a| a.word.as_str()).collect();
    assert!(asked.contains(&"電子カルテ情報共有サービスへの対応"), "{asked:?}");
}

#[test]
fn an_institution_without_a_record_system_orders_a_standard_one() {
    let s = sheet("clinic-09-kami.facts", |t| t);
    let coming = s.plans.iter().find(|p| p.system.is_none()).unwrap();
    assert_eq!(orders(coming), ["record-for-those-without"]);
    // Unknown is not 未導入.
    let unknown = sheet("clinic-09-kami.facts", |t| {
        t.replace("電子カルテの導入 未導入", "電子カルテの導入 わからない")
    });
    assert!(unknown.plans.iter().all(|p| p.system.is_some()));
    assert!(unknown.targets.iter().any(|t| t.reach == Reach::Unknown));
}

#[test]
fn dentists_have_no_target_and_pharmacies_none_for_records() {
    let dental = sheet("dental.facts", |t| t);
    let ids: Vec<(&str, Reach)> = dental.targets.iter().map(|t| (t.target.as_str(), t.reach)).collect();
    assert_eq!(ids, [("dental-undecided", Reach::Undecided)]);
    assert!(dental.plans.iter().flat_map(orders).all(|o| !o.contains("record")));
    let pharmacy = sheet("pharmacy.facts", |t| t);
    let ids: Vec<(&str, Reach)> = pharmacy.targets.iter().map(|t| (t.target.as_str(), t.reach)).collect();
    assert_eq!(ids, [("prescriptions-pharmacy", Reach::Reached)]);
    let waiting =
        sheet("pharmacy.facts", |t| t.replace("電子処方箋の運用 運用中", "電子処方箋の運用 準備中"));
    assert_eq!(waiting.targets[0].reach, Reach::NotReached);
}

/// Planned days inform; what is asked, absent and stated to be none stay apart.
#[test]
fn a_plan_tells_none_from_not_asked() {
    let no_day = sheet("dental-03-kyosei.facts", |t| t.replace("予定日 2028-10-01", "予定日 該当なし"));
    assert_eq!(plan(&no_day, "EHR-1").planned, Planned::NoDay);
    let unknown = sheet("dental-03-kyosei.facts", |t| t.replace("予定日 2028-10-01", "予定日 わからない"));
    assert_eq!(plan(&unknown, "EHR-1").planned, Planned::Unknown);
    let open = sheet("pharmacy.facts", |t| t.replace("  更改はこれで全部 はい\n", ""));
    assert_eq!(plan(&open, "PIC-1").planned, Planned::NotAsked);
    let none = sheet("pharmacy.facts", |t| t);
    assert_eq!(plan(&none, "PIC-1").planned, Planned::None);
    // The result is the same with any plan.
    assert_eq!(orders(plan(&no_day, "EHR-1")), orders(plan(&unknown, "EHR-1")));
}

/// A reading that is not ours by default is told where it changes the item.
#[test]
fn another_reading_is_told() {
    let s = sheet("pharmacy.facts", |t| t);
    let OrderReason::Item { other_readings, .. } = &plan(&s, "PIC-1").order[0].reason else {
        panic!("an item")
    };
    assert!(other_readings.iter().any(|r| r.id == "I-12"), "{other_readings:?}");
}

#[test]
fn figures_are_text_as_printed_and_every_target_has_its_source() {
    let (_, book) = house();
    let figure = |id: &str| {
        let target = book.targets.iter().find(|t| t.id == id).unwrap();
        target.figure.as_ref().map(|f| (f.text.as_str(), f.as_of.as_str()))
    };
    assert_eq!(book.targets.len(), 6);
    assert_eq!(figure("prescriptions-pharmacy"), Some(("8割を超え", "2025年6月時点")));
    assert!(figure("prescriptions-medical").unwrap().0.starts_with("1割程度"));
    assert_eq!(figure("record-by-2030"), None);
    let by_2030 = book.targets.iter().find(|t| t.id == "record-by-2030").unwrap();
    assert_eq!((by_2030.by.as_deref(), by_2030.by_year), (Some("遅くとも2030年"), Some(2030)));
    for t in &book.targets {
        assert!(t.basis == "改定概要" && t.source.starts_with("スライド「"), "{}", t.id);
        assert_eq!(t.undecided, t.reached.is_empty(), "{}", t.id);
        assert!(!t.undecided || t.institutions == ["歯科診療所"], "{}", t.id);
    }
}

/// Every rule that lets wait for the renewal says what to order then.
#[test]
fn every_rule_with_relief_says_what_to_order() {
    let (_, book) = house();
    let edition = book.edition("7.0").unwrap();
    let waiting: Vec<_> = edition.rules.iter().filter(|r| r.relief.is_some()).collect();
    assert!(waiting.len() >= 4);
    for rule in waiting {
        assert!(rule.front.at_renewal.is_some(), "{}", rule.front.id);
    }
}

#[test]
fn the_command_writes_text_and_json() {
    let out = yagura(&["renewal", "demo/hospital.facts", "--on", "2026-11-24"]);
    assert_eq!(out.status.code(), Some(0));
    let out = text(&out.stdout);
    assert!(out.contains("次の更改で満たすこと") && out.contains("令和10年5月1日(2028-05-01)"));
    assert!(out.contains("国の目標です(ガイドラインの項目ではありません)"));
    let out = yagura(&["renewal", "demo/hospital.facts", "--on", "2026-11-24", "--format", "json"]);
    let value: serde_json::Value = serde_json::from_slice(&out.stdout).unwrap();
    assert_eq!(value["schema"], "yagura.renewal/1");
    assert!(value["notice"].as_str().unwrap().contains("自己点検"));
    assert!(value["plans"].as_array().unwrap().len() >= 3);
}
