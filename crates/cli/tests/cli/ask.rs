//! `yagura ask`, driven line by line as another program would drive it.

use crate::{root, scratch, text};
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

/// What a first visit knows.
const START: &str = "\
# 初めて書いた物
施設 9910000018 〔申告 院長 2026-11-01〕
  名称 ためし医院
  種別 一般診療所
サービス S-1 〔申告 院長 2026-11-01〕
  名称 クラウドカルテ
医療情報システム EHR-1 〔申告 院長 2026-11-01〕
  名称 電子カルテ
資産 PC-1 〔申告 院長 2026-11-01〕
  名称 受付のPC
  種別 クライアント端末
";

fn start(name: &str) -> PathBuf {
    let file = scratch(name).join("a.facts");
    std::fs::write(&file, START).unwrap();
    file
}

fn ask(file: &Path, more: &[&str], lines: &[&str]) -> Output {
    let mut child = Command::new(env!("CARGO_BIN_EXE_yagura"))
        .args(["ask", file.to_str().unwrap(), "--on", "2026-11-24"])
        .args(more)
        .current_dir(root())
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut input = child.stdin.take().unwrap();
    for line in lines {
        // The program may have ended already.
        let _ = writeln!(input, "{line}");
    }
    drop(input);
    child.wait_with_output().unwrap()
}

fn said(file: &Path, more: &[&str], lines: &[&str]) -> String {
    let out = ask(file, more, lines);
    assert_eq!(out.status.code(), Some(0), "{}", text(&out.stderr));
    text(&out.stdout)
}

fn answers(file: &Path) -> String {
    let answered = file.with_extension("answered.facts");
    let all = std::fs::read_to_string(answered).unwrap();
    assert!(all.starts_with(START), "what was written stays as it was");
    all.split_once("# 質問への答え\n").map(|(_, a)| a.to_owned()).unwrap_or_default()
}

#[test]
fn answers_are_the_facts_a_person_would_write() {
    let file = start("ask-by-hand");
    let lines = [
        "診察室のPC(クライアント端末)、ルータ(ネットワーク機器)",
        "1",
        "１",
        "1",
        "クラウド利用契約書「第8条」",
        "2025-10-01 から 期限なし",
        "これで全部",
        "1",
        "決まっていない",
        "PC-1、診察室のPC",
        "R3.4.1",
    ];
    let out = said(&file, &[], &lines);
    assert!(out.contains("ためし医院") && out.contains("■ 事業者への手紙"), "{out}");
    let by_hand = "\
資産 asset-1 〔申告 院長 2026-11-24〕
  名称 診察室のPC
  種別 クライアント端末
資産 asset-2 〔申告 院長 2026-11-24〕
  名称 ルータ
  種別 ネットワーク機器
施設 9910000018 続き 〔申告 院長 2026-11-24〕
  資産はこれで全部 はい
  サービスはこれで全部 はい
サービス S-1 続き 〔申告 院長 2026-11-24〕
  医療情報の利用 あり
契約 contract-1 〔申告 院長 2026-11-24〕
  名称 クラウド利用契約書
サービス S-1 続き 〔契約条項 契約 contract-1「第8条」 院長 2026-11-24〕
  セキュリティ更新の責任者 事業者
契約 contract-1 続き 〔申告 院長 2026-11-24〕
  契約期間 2025-10-01 から 期限なし
施設 9910000018 続き 〔申告 院長 2026-11-24〕
  医療情報システムはこれで全部 はい
医療情報システム EHR-1 続き 〔申告 院長 2026-11-24〕
  医療情報の利用 あり
  終了日 該当なし
  構成資産 資産 PC-1、資産 asset-1
  構成資産はこれで全部 はい
  導入日 R3.4.1
";
    let hand = file.with_file_name("hand.facts");
    std::fs::write(&hand, format!("{START}{by_hand}")).unwrap();
    let json = |f: &Path| text(&crate::yagura(&["facts", "format", "--json", f.to_str().unwrap()]).stdout);
    let (got, want) = (json(&file.with_extension("answered.facts")), json(&hand));
    let differs = got.lines().zip(want.lines()).position(|(a, b)| a != b);
    assert!(got == want, "line {differs:?} differs\n{}", answers(&file));
}

#[test]
fn bad_input_gets_a_message_and_the_question_again() {
    let file = start("ask-bad-input");
    let lines = ["9", "", "1", "1", "1", "1", "約款", "みかん", "2027-04-01 から 2026-04-01"];
    let out = said(&file, &[], &lines);
    for message in [
        "「9」は選べません。1から3の番号か、ほかにある物の名前を書いてください",
        "何も書かれていません。",
        "「契約期間」の期間「みかん」は読めません",
        "「契約期間」の終わり(2026-04-01)が、始まり(2027-04-01)より前です。",
    ] {
        assert!(out.contains(message), "{message}\n{out}");
    }
    for line in out.lines().filter(|l| l.contains("選べません")) {
        for sentence in line.trim().trim_start_matches("> ").split_inclusive('。') {
            assert!(sentence.chars().count() <= 50, "{sentence}");
        }
    }
    assert!(answers(&file).contains("名称 約款") && !answers(&file).contains("契約期間"));
}

#[test]
fn the_end_of_input_keeps_what_was_answered_and_the_next_run_goes_on() {
    let file = start("ask-end-of-input");
    said(&file, &[], &["1", "1"]);
    let kept = answers(&file);
    assert!(kept.contains("資産はこれで全部 はい") && kept.contains("サービスはこれで全部 はい"));
    let out = said(&file, &[], &["2"]);
    assert!(out.contains("前の答えの続きから"), "{out}");
    assert_eq!(
        answers(&file),
        format!("{kept}サービス S-1 続き 〔申告 院長 2026-11-24〕\n  医療情報の利用 なし\n")
    );
    // Another file's answers are not gone on with.
    std::fs::write(&file, format!("{START}  製造販売の承認番号 なし\n")).unwrap();
    let out = ask(&file, &[], &["1"]);
    assert_eq!(out.status.code(), Some(2));
    assert!(text(&out.stderr).contains("続きではありません"), "{}", text(&out.stderr));
}

#[test]
fn back_takes_the_last_answer_away_and_stop_ends() {
    let file = start("ask-back");
    let out = said(&file, &[], &["1", "1", "もどる", "3", "やめる", "1", "1"]);
    let kept = answers(&file);
    assert!(kept.contains("サービスはこれで全部 わからない"), "{kept}");
    assert!(!kept.contains("サービスはこれで全部 はい") && !kept.contains("医療情報の利用"), "{kept}");
    assert_eq!(out.matches("クラウドサービスは、書いたもので全部ですか。").count(), 3, "{out}");
    assert!(out.contains("この結果は、入力された情報と本ソフトの規則集"));
}

#[test]
fn what_nobody_knows_is_never_asked_again_and_ends_in_the_letter() {
    let file = start("ask-unknown");
    let all = vec!["わからない"; 300];
    let out = said(&file, &[], &all);
    let kept = answers(&file);
    let lines: Vec<&str> = kept.lines().collect();
    let blocks: Vec<_> = lines.chunks(2).collect();
    let once: std::collections::BTreeSet<_> = blocks.iter().collect();
    assert!(blocks.len() > 5 && blocks.len() == once.len(), "{kept}");
    assert!(blocks.iter().all(|b| b[1].ends_with("わからない")), "{kept}");
    let letter = out.split_once("■ 事業者への手紙").unwrap().1;
    assert!(letter.contains("機器は、書いたもので全部ですか。"), "{letter}");
    assert!(letter.contains("□わからない") && letter.contains("事業者(システム会社)ご担当者様"));
    // The next time the institution is asked nothing of it.
    let again = said(&file, &[], &["やめる"]);
    assert!(again.contains("聞くことは、いま0問です"), "{again}");
}

#[test]
fn several_subjects_are_one_question_and_may_be_answered_at_once() {
    let file = start("ask-all");
    let more = "診察室のPC(クライアント端末)、ルータ(ネットワーク機器)";
    // The institution does not know; then the provider comes to the desk.
    let unknown = [&[more, "1", "2", "3", "3"][..], &["わからない"; 30]].concat();
    let first = said(&file, &[], &unknown);
    assert!(first.contains("事業者に聞くことがあります"), "{first}");
    let out = said(&file, &["--by", "みほんシステム"], &["1", "全部 2"]);
    let kept = answers(&file);
    assert!(out.contains("2件について、順に聞きます。"), "{out}");
    let fact = "〔申告 みほんシステム 2026-11-24〕\n  導入アプリの処理 サーバで処理";
    assert_eq!(kept.matches(fact).count(), 2, "{kept}");
}

#[test]
fn the_plan_as_json_has_its_schema_and_is_the_same_again() {
    let file = start("ask-json");
    let once = || ask(&file, &["--format", "json"], &[]);
    let out = once();
    assert_eq!(out.status.code(), Some(0), "{}", text(&out.stderr));
    assert_eq!(out.stdout, once().stdout);
    let value: serde_json::Value = serde_json::from_slice(&out.stdout).unwrap();
    assert_eq!(value["schema"], "yagura.ask/1");
    assert!(value["notice"].as_str().unwrap().contains("自己点検"));
    let first = &value["director"][0];
    assert_eq!(first["routing"], true);
    assert!(first["about"][0]["subject"]["kind"].is_string() && first["items"][0].is_string());
    let told = value["director"].as_array().unwrap().iter().flat_map(|s| s["decides"].as_array().unwrap());
    assert!(told.count() > 0, "the first screens say what answers decide");
    for (arguments, word) in [
        (&["ask", "demo/dental.facts", "--format", "pdf"][..], "text か json"),
        (&["ask", "demo/dental.facts", "--by", "山田 太郎"], "--by の名前"),
        (&["ask", "demo/none.facts"], "ファイルがありません"),
    ] {
        let out = crate::yagura(arguments);
        assert!(matches!(out.status.code(), Some(1 | 2)), "{arguments:?}");
        assert!(text(&out.stderr).contains(word), "{arguments:?}: {}", text(&out.stderr));
    }
}
