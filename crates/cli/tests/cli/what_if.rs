//! `yagura what-if`: ready-made suppositions on the demo with the flips written
//! by hand, typed facts against a file that states the same, and bad input.

use crate::corpus::{demo, house};
use crate::{scratch, text, yagura};
use facts::{Institution, Known, suppose};
use judge::{Flips, Supposer, Supposition};
use report::what_if::{After, Asking, story};
use rulebook::{Edition, Rulebook};
use vocabulary::{Date, Diagnostic, Vocabulary, date};

const ON: &str = "2026-11-24";
const MILESTONE: &str = "2027-04-01";

fn day(text: &str) -> Date {
    date::parse(text).unwrap()
}

struct Demo {
    vocabulary: Vocabulary,
    book: Rulebook,
    stated: Institution,
    text: String,
}

impl Demo {
    fn open(name: &str) -> Demo {
        let (vocabulary, book) = house();
        let (_, text) = demo().into_iter().find(|(p, _)| p == name).unwrap();
        let (stated, _) = facts::text::read(&vocabulary, name, text.as_bytes()).unwrap();
        Demo { vocabulary, book, stated, text }
    }
    fn edition(&self) -> &Edition {
        self.book.edition("7.0").unwrap()
    }
    fn supposing(
        &self,
        suppose: impl FnOnce(&mut Supposer<'_>) -> Result<(), Vec<Diagnostic>>,
    ) -> Result<Supposition, Vec<Diagnostic>> {
        let mut supposer = Supposer::new(&self.vocabulary, &self.book, self.edition(), &self.stated, day(ON));
        suppose(&mut supposer)?;
        supposer.finish()
    }
    fn flips(&self, s: &Supposition, on: &str) -> Flips {
        let after = suppose::apply(&self.vocabulary, &self.stated, &s.facts, day(ON), day(on)).unwrap();
        let view = |i| Known::new(&self.vocabulary, i, day(ON), day(on));
        judge::flips(&self.book, self.edition(), &view(&self.stated), &view(&after))
    }
    fn says(&self, s: &Supposition) -> Vec<String> {
        s.facts.iter().map(|f| format!("{} {} {:?}", f.kind, f.id, f.what)).collect()
    }
}

/// `item: before → after` of the rules that moved, by the last part of their id.
fn moved(flips: &Flips) -> Vec<String> {
    let set = |s: verdict::OutcomeSet| s.iter().map(|o| o.name()).collect::<Vec<_>>().join("/");
    let rules = flips.rules.iter().filter(|r| r.moved.is_some());
    rules.map(|r| format!("{}: {} → {}", &r.item[4..], set(r.before), set(r.after))).collect()
}

#[test]
fn a_contract_for_all_opens_the_short_way() {
    let demo = Demo::open("clinic-cdr.facts");
    let s = demo.supposing(|s| s.contract("all")).unwrap();
    let now = demo.flips(&s, ON);
    let (before, after) = (now.deemings[0].before, now.deemings[0].after);
    assert_eq!((before.route, after.route), (verdict::Truth::False, verdict::Truth::True));
    assert_eq!(
        moved(&now),
        [
            "management/07-05: 遵守/未遵守 → みなし遵守",
            "operations/12-06: 未遵守 → みなし遵守",
            "operations/14-06: 未遵守 → みなし遵守",
            "operations/14-08: 未遵守 → みなし遵守",
            "operations/17-01: 遵守 → みなし遵守",
        ]
    );
    // PC-1 completes the processing of a CD-R: a terminal and a server.
    let then = demo.flips(&s, MILESTONE);
    assert!(then.deemings[0].after.route == verdict::Truth::True);
    assert!(moved(&then).iter().any(|m| m.starts_with("outsourced/09-04: 対象外 → ")));
    // Only what lacks a clause is put under the contract, and the contract is new.
    let said = demo.says(&s);
    for subject in ["資産 PC-1 ", "資産 NAS-1 ", "サービス S-1 "] {
        assert_eq!(said.iter().filter(|f| f.starts_with(subject)).count(), 1, "{subject}");
    }
    assert!(said.iter().any(|f| f.starts_with("契約 NEW-1 ")));
    assert!(!said.iter().any(|f| f.starts_with("資産 PC-2 ")));
}

#[test]
fn a_move_to_the_cloud_leaves_unknown_what_only_the_provider_can_say() {
    let demo = Demo::open("clinic-cdr.facts");
    let s = demo.supposing(|s| s.cloud("EHR-1", day(ON), false)).unwrap();
    // The other service has no clause: the way is not open yet, but no longer closed.
    let now = demo.flips(&s, ON);
    assert_eq!(now.deemings[0].after.route, verdict::Truth::Unknown);
    let found = |flips: &Flips, item: &str| {
        let rule = flips.rules.iter().find(|r| r.item == item).cloned().unwrap();
        (rule.before.decided(), rule.after.decided(), rule.after)
    };
    let (before, after, _) = found(&now, "7.0/operations/17-01");
    assert_eq!((before, after), (Some(verdict::Outcome::Met), None));
    // The terminal stays and is no server any more; the store goes; ledgers stay complete.
    let said = demo.says(&s);
    assert!(said.contains(&"資産 NAS-1 Gone".to_owned()));
    assert!(said.contains(&"資産 PC-1 Is(\"導入アプリの処理\", \"サーバで処理\")".to_owned()));
    assert!(said.contains(&"施設 9910000703 Is(\"サービスはこれで全部\", \"はい\")".to_owned()));
    assert!(said.contains(&"医療情報システム EHR-1 Is(\"サーバはない\", \"はい\")".to_owned()));
    assert!(said.contains(&"認証基盤 ID-1 Is(\"最小文字数\", \"わからない\")".to_owned()));
    // The ledger of IDs is kept by the clinic itself, and stays.
    assert!(!said.iter().any(|f| f.contains("IDの台帳")));
    // With the other service under contract and two-factor authentication supposed, 9④
    // is met today and asked of the other terminals on its day.
    let both = |s: &mut Supposer<'_>| {
        s.cloud("EHR-1", day(ON), true)?;
        s.contract("all")
    };
    let s = demo.supposing(both).unwrap();
    let now = demo.flips(&s, ON);
    assert_eq!(now.deemings[0].after.route, verdict::Truth::True);
    assert_eq!(found(&now, "7.0/outsourced/09-04").1, Some(verdict::Outcome::Met));
    assert_eq!(found(&now, "7.0/operations/14-06").1, Some(verdict::Outcome::DeemedMet));
    assert_eq!(found(&demo.flips(&s, MILESTONE), "7.0/outsourced/09-04").1, None);
}

#[test]
fn a_renewal_uses_up_the_relief_unless_two_factor_is_done_at_it() {
    let demo = Demo::open("hospital.facts");
    let unit = |s: &Supposition, on: &str| {
        let flips = demo.flips(s, on);
        let rule = flips.rules.iter().find(|r| r.item == "7.0/operations/14-05").cloned().unwrap();
        let units = rule.units.into_iter().map(|u| (u.subject.id, u.before.decided(), u.after.decided()));
        units.collect::<Vec<_>>()
    };
    use verdict::Outcome::{Met, NotMet, Relief};
    let late = demo.supposing(|s| s.renew("EHR-1", day("2027-06-01"), false)).unwrap();
    assert_eq!(unit(&late, "2027-06-01"), [("EHR-1".to_owned(), Some(Relief), Some(NotMet))]);
    // Until it is done nothing changes: a plan never flips a result.
    assert_eq!(unit(&late, MILESTONE), []);
    let early = demo.supposing(|s| s.renew("EHR-1", day("2027-03-20"), true)).unwrap();
    assert_eq!(unit(&early, MILESTONE), [("EHR-1".to_owned(), Some(Relief), Some(Met))]);
    assert_eq!(unit(&early, ON), []);
    // Before the day and without: relief goes on, for it ends by a renewal after the day.
    let early = demo.supposing(|s| s.renew("EHR-1", day("2027-03-20"), false)).unwrap();
    assert_eq!(unit(&early, MILESTONE), []);
}

#[test]
fn without_its_last_terminal_a_system_needs_no_two_factor_terminal() {
    let demo = Demo::open("pharmacy.facts");
    let s = demo.supposing(|s| s.retire("PC-4")).unwrap();
    assert!(demo.says(&s).contains(&"医療情報システム PIC-1 Is(\"端末はない\", \"はい\")".to_owned()));
    let then = demo.flips(&s, MILESTONE);
    let rule = then.rules.iter().find(|r| r.item == "7.0/outsourced/09-04").unwrap();
    let unit = rule.units.iter().find(|u| u.subject.id == "PIC-1").unwrap();
    assert_eq!(unit.before.decided(), Some(verdict::Outcome::NotMet));
    assert_eq!(unit.after.decided(), Some(verdict::Outcome::Met));
    // One of several terminals leaves 「端末はない」 alone.
    let s = demo.supposing(|s| s.retire("PC-1")).unwrap();
    assert!(!demo.says(&s).iter().any(|f| f.contains("端末はない")));
}

#[test]
fn a_supposed_word_is_no_recorded_decision() {
    let demo = Demo::open("clinic-cdr.facts");
    let counts_as_decision = |evidence: &str| {
        let s =
            demo.supposing(|s| s.typed(&[format!("資産 NAS-1 同等の代替措置 認める{evidence}")])).unwrap();
        let after = suppose::apply(&demo.vocabulary, &demo.stated, &s.facts, day(ON), day(ON)).unwrap();
        let known = Known::new(&demo.vocabulary, &after, day(ON), day(ON));
        let asset = demo.vocabulary.kind_by_id("asset").unwrap();
        let nas = after.find(asset, "NAS-1").unwrap();
        let row = known.rows(asset).iter().find(|r| known.subject(**r) == nas).unwrap();
        let word = demo.vocabulary.word_by_id("equivalent-measure").unwrap();
        let decision = demo.vocabulary.evidence_named("判断").unwrap();
        known.cell(*row, word).held()[0].evidence >> decision.0 & 1 == 1
    };
    assert!(!counts_as_decision(""));
    assert!(counts_as_decision(" 〔判断「説明書」 院長 2026-11-01〕"));
}

#[test]
fn typed_facts_are_what_a_file_would_state() {
    let by = format!("〔申告 院長 {ON}〕");
    // What is typed, and what a file would state below the rest; a new machine
    // comes with the ledgers that stay complete.
    let cases: [(&str, &[&str], String); 4] = [
        (
            "clinic-cloud.facts",
            &["医療情報システム EHR-1 導入日 2026-09-01"],
            format!("医療情報システム EHR-1 続き {by}\n  導入日 2026-09-01\n"),
        ),
        (
            "clinic-cdr.facts",
            &["認証基盤 ID-1 最小文字数 13", "資産 NAS-1 終了", "資産 PC-2 自動の画面ロック あり"],
            format!(
                "認証基盤 ID-1 続き {by}\n  最小文字数 13\n資産 NAS-1 続き {by}\n  終了\n資産 PC-2 続き {by}\n  自動の画面ロック あり\n"
            ),
        ),
        (
            "dental.facts",
            &[
                "施設 9930000014 資産はこれで全部 はい",
                "資産 PC-1 導入アプリの処理 サーバで処理",
                "資産 SV-1 セキュリティ更新の責任者 事業者 〔契約条項 契約 K-1「第3条」 院長 2026-11-01〕",
                "サービス S-1 セキュリティ更新の責任者 事業者 〔契約条項 契約 K-1「第4条」 院長 2026-11-01〕",
            ],
            format!(
                "施設 9930000014 続き {by}\n  資産はこれで全部 はい\n資産 PC-1 続き {by}\n  導入アプリの処理 サーバで処理\n\
                 資産 SV-1 続き {by}\n  セキュリティ更新の責任者 事業者 〔契約条項 契約 K-1「第3条」 院長 {ON}〕\n\
                 サービス S-1 続き {by}\n  セキュリティ更新の責任者 事業者 〔契約条項 契約 K-1「第4条」 院長 {ON}〕\n"
            ),
        ),
        (
            "pharmacy.facts",
            &["資産 PC-9", "資産 PC-9 種別 クライアント端末", "資産 PC-4 アプリの二要素認証 実施済"],
            format!(
                "資産 PC-9 {by}\n  種別 クライアント端末\n資産 PC-4 続き {by}\n  アプリの二要素認証 実施済\n\
                 施設 9940000012 続き {by}\n  資産はこれで全部 はい\n\
                 医療情報システム RX-1 続き {by}\n  構成資産はこれで全部 はい\n\
                 医療情報システム PIC-1 続き {by}\n  構成資産はこれで全部 はい\n"
            ),
        ),
    ];
    for (name, typed, below) in cases {
        let demo = Demo::open(name);
        let typed: Vec<String> = typed.iter().map(|t| (*t).to_owned()).collect();
        let s = demo.supposing(|s| s.typed(&typed)).unwrap();
        let after = suppose::apply(&demo.vocabulary, &demo.stated, &s.facts, day(ON), day(ON)).unwrap();
        let whole = format!("{}{below}", demo.text);
        let (from_file, _) = facts::text::read(&demo.vocabulary, name, whole.as_bytes()).unwrap();
        let mut changed = false;
        for on in [ON, MILESTONE] {
            let sets = |i: &Institution| {
                let known = Known::new(&demo.vocabulary, i, day(ON), day(on));
                judge::verdicts(&demo.book, demo.edition(), &known)
            };
            assert_eq!(sets(&after), sets(&from_file), "{name} {on}");
            changed |= sets(&after) != sets(&demo.stated);
        }
        assert!(changed, "{name}: nothing was tried");
    }
}

#[test]
fn two_files_are_compared_and_turned_round() {
    let demo = Demo::open("clinic-cdr.facts");
    let dir = scratch("what-if");
    let better = dir.join("better.facts");
    std::fs::write(&better, demo.text.replace("最小文字数 12", "最小文字数 13")).unwrap();
    let better = better.to_str().unwrap();
    let told = |a: &str, b: &str| text(&yagura(&["what-if", a, "--on", ON, "--with", b]).stdout);
    let there = told("demo/clinic-cdr.facts", better);
    assert!(there.contains("■ よくなること\n  運14⑥ パスワード"), "{there}");
    assert!(there.contains("二つのファイルを比べます"));
    let back = told(better, "demo/clinic-cdr.facts");
    assert!(back.contains("■ 気をつけること\n  運14⑥ パスワード"), "{back}");
    let other = yagura(&["what-if", "demo/clinic-cdr.facts", "--on", ON, "--with", "demo/dental.facts"]);
    assert_eq!(other.status.code(), Some(1));
    assert!(text(&other.stderr).contains("同じ施設"), "{}", text(&other.stderr));
}

#[test]
fn nothing_is_supposed_in_silence() {
    let demo = Demo::open("clinic-cdr.facts");
    let s = demo.supposing(|s| s.cloud("EHR-1", day(ON), false)).unwrap();
    let told = story(&Asking {
        vocabulary: &demo.vocabulary,
        book: &demo.book,
        edition: demo.edition(),
        before: &demo.stated,
        after: After::Supposed(&s),
        on: day(ON),
        also: None,
        smallest: None,
    })
    .unwrap();
    // Every supposed fact is told: as a sentence, as unknown, or as a ledger that is kept.
    let told_facts: usize =
        told.supposed.iter().map(|g| g.subjects.len() * (g.sentences.len() + g.unknown.len())).sum();
    let ledgers = s.facts.iter().filter(|f| format!("{:?}", f.what).contains("これで全部")).count();
    let names = s.facts.iter().filter(|f| format!("{:?}", f.what).contains("\"名称\"")).count();
    assert_eq!(told_facts + ledgers + names, s.facts.len());
    assert!(told.ledgers_kept && ledgers > 0);
    let json =
        yagura(&["what-if", "demo/clinic-cdr.facts", "--on", ON, "--cloud", "EHR-1", "--format", "json"]);
    let json: serde_json::Value = serde_json::from_slice(&json.stdout).unwrap();
    assert_eq!(json["schema"], "yagura.what-if/1");
    assert_eq!(json["asked"][0]["ask"], "cloud");
    assert!(json["notice"].as_str().unwrap().contains("自己点検"));
}

#[test]
fn smallest_is_called_so_only_where_it_is_proven() {
    let told = |more: &[&str]| {
        let file = ["what-if", "demo/pharmacy.facts", "--on", ON];
        text(&yagura(&[&file[..], more].concat()).stdout)
    };
    let proven = told(&["--smallest", "委9④"]);
    assert!(proven.contains("2件です。変えられることの中で、これが最小です。"), "{proven}");
    let hospital = text(&yagura(&["what-if", "demo/dental.facts", "--on", ON, "--smallest", "運17①"]).stdout);
    assert!(hospital.contains("もっと少ない変え方が、あるかもしれません"), "{hospital}");
    assert!(!hospital.contains("最小です"), "{hospital}");
}

#[test]
fn bad_input_is_told_in_japanese() {
    let file = "demo/clinic-cdr.facts";
    let cases: [(&[&str], i32, &[&str]); 20] = [
        (&["what-if"], 2, &["ファイル"]),
        (&["what-if", file, "--edition", "6.0", "--contract", "all"], 1, &["第6.0版には"]),
        (&["what-if", file, "--retire", "PC-1", "--retire", "PC-1"], 1, &["「資産 PC-1」は、もうありません"]),
        (&["what-if", file], 2, &["何を変えてみるか", "--set"]),
        (&["what-if", file, "--cloud"], 2, &["値がありません"]),
        (
            &["what-if", file, "--cloud", "EHR-9"],
            1,
            &["「医療情報システム EHR-9」", "「医療情報システム EHR-1」のことですか?"],
        ),
        (&["what-if", file, "--retire", "PC-22"], 1, &["「資産 PC-22」", "「資産 PC-2」のことですか?"]),
        (&["what-if", file, "--renew", "EHR-1"], 2, &["--done-on"]),
        (&["what-if", file, "--renew", "EHR-1", "--done-on", "2027-02-30"], 2, &["--done-on", "暦にない日"]),
        (&["what-if", file, "--with-two-factor", "--retire", "PC-1"], 2, &["--renew か --cloud"]),
        (
            &["what-if", file, "--cloud", "EHR-1", "--renew", "EHR-1", "--done-on", "2027-01-01"],
            2,
            &["--renew を消して"],
        ),
        (&["what-if", file, "--contract", "PC-2"], 1, &["「PC-2」", "資産 PC-1"]),
        (&["what-if", "demo/pharmacy.facts", "--contract", "all"], 1, &["契約に入れる物は、もうありません"]),
        (&["what-if", file, "--smallest", "運99①"], 2, &["項目「運99①」"]),
        (&["what-if", file, "--with", "demo/clinic-cdr.facts", "--retire", "PC-1"], 2, &["--with"]),
        (&["what-if", file, "--set", "資産 PC-2"], 1, &["「資産 PC-2」は、もうあります"]),
        (
            &["what-if", file, "--set", "資産 PC-2 アプリの二要素認定 実施済"],
            1,
            &["--set 1行目", "「アプリの二要素認証」のことですか?"],
        ),
        (&["what-if", file, "--set", "資産 PC-2 アプリの二要素認証 実施積"], 1, &["「実施済」のことですか?"]),
        (
            &["what-if", file, "--set", "資産 PC-99 アプリの二要素認証 実施済"],
            1,
            &["「資産 PC-99」は、この施設にありません", "--set '資産 PC-99'"],
        ),
        (&["what-if", file, "--set", "資産 PC-2\n施設 1 〔申告 院長 2026-11-01〕"], 1, &["改行"]),
    ];
    for (arguments, code, words) in cases {
        let mut all = arguments.to_vec();
        if all.len() > 1 {
            all.extend(["--on", ON]);
        }
        let out = yagura(&all);
        let said = text(&out.stderr);
        assert_eq!(out.status.code(), Some(code), "{arguments:?}: {said}");
        assert!(out.stdout.is_empty(), "{arguments:?}");
        for word in words {
            assert!(said.contains(word), "{arguments:?}: {word} not in {said}");
        }
    }
}
