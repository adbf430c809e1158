//! Bad input: a Japanese diagnostic with place and remedy, exit code 1, no
//! panic, nothing written.

use crate::{scratch, text, yagura};

const HEAD: &str = "施設 9910000018 〔申告 院長 2026-11-01〕\n";

/// Name, bytes of the file, and what the message must say.
fn files() -> Vec<(&'static str, Vec<u8>, &'static [&'static str])> {
    let with = |tail: &str| format!("{HEAD}{tail}").into_bytes();
    vec![
        ("unknown-word", with("  名前 みほん\n"), &["2行目", "「名前」", "「名称」のことですか?"]),
        (
            "unknown-kind",
            with("資産物 A-1 〔申告 院長 2026-11-01〕\n"),
            &["2行目", "「資産物」", "「資産」のことですか?"],
        ),
        ("unknown-value", with("  種別 診療所\n"), &["2行目", "「診療所」", "一般診療所"]),
        ("wrong-type", with("  病床数 たくさん\n"), &["2行目", "数ではありません", "整数"]),
        (
            "impossible-date",
            with("医療情報システム S-1 〔申告 院長 2026-02-30〕\n"),
            &["2行目", "2026-02-30", "暦にない日"],
        ),
        (
            "era-first-year",
            with("医療情報システム S-1 〔申告 院長 令和元年4月30日〕\n"),
            &["2行目", "元号にない日"],
        ),
        ("era-zero", with("医療情報システム S-1 〔申告 院長 R0.11.22〕\n"), &["2行目", "元号にない日"]),
        (
            "duplicate-id",
            with("資産 A-1 〔申告 院長 2026-11-01〕\n資産 A-1 〔申告 院長 2026-11-01〕\n"),
            &["3行目", "「資産 A-1」は2行目にもあります", "続き"],
        ),
        (
            "dangling",
            with("資産 A-1 〔申告 院長 2026-11-01〕\n  所属システム 医療情報システム S-9\n"),
            &["3行目", "「医療情報システム S-9」", "見出し"],
        ),
        (
            "dangling-contract",
            with(
                "資産 A-1 〔申告 院長 2026-11-01〕\n  セキュリティ更新の責任者 事業者 〔契約条項 契約 K-9 院長 2026-11-01〕\n",
            ),
            &["3行目", "「契約 K-9」"],
        ),
        (
            "clause-without-contract",
            with(
                "資産 A-1 〔申告 院長 2026-11-01〕\n  セキュリティ更新の責任者 事業者 〔契約条項 院長 2026-11-01〕\n",
            ),
            &["3行目", "契約の番号"],
        ),
        (
            "self-reference",
            with("資産 A-1 〔申告 院長 2026-11-01〕\n  接続元の踏み台 資産 A-1\n"),
            &["3行目", "自分自身"],
        ),
        (
            "circle",
            with(
                "資産 A-1 〔申告 院長 2026-11-01〕\n  接続元の踏み台 資産 A-2\n資産 A-2 〔申告 院長 2026-11-01〕\n  接続元の踏み台 資産 A-1\n",
            ),
            &["3行目", "自分自身に戻ります"],
        ),
        (
            "no-source",
            b"\xe6\x96\xbd\xe8\xa8\xad 9910000018\n".to_vec(),
            &["1行目", "根拠がありません", "〔申告 名前"],
        ),
        ("no-institution", "資産 A-1 〔申告 院長 2026-11-01〕\n".as_bytes().to_vec(), &["施設がありません"]),
        ("two-institutions", with("施設 9910000026 〔申告 院長 2026-11-01〕\n"), &["施設が二つ"]),
        (
            "closure-with-unknown-row",
            with(
                "医療情報システム S-1 〔申告 院長 2026-11-01〕\n  構成資産はこれで全部 はい\n資産 A-1 〔申告 院長 2026-11-01〕\n  所属システム わからない\n",
            ),
            &["3行目", "わからないまま", "これで全部"],
        ),
        (
            "not-applicable",
            with("医療情報システム S-1 〔申告 院長 2026-11-01〕\n  医療情報の利用 該当なし\n"),
            &["3行目", "該当なし", "わからない"],
        ),
        (
            "term-backwards",
            with("契約 K-1 〔申告 院長 2026-11-01〕\n  契約期間 2027-04-01 から 2026-04-01\n"),
            &["3行目", "始まり"],
        ),
        ("deep-indent", with("      名称 みほん\n"), &["2行目", "字下げ"]),
        ("odd-indent", with("   名称 みほん\n"), &["2行目", "空白2つ"]),
        ("tab", with("\t名称 みほん\n"), &["2行目", "タブ"]),
        ("unclosed", with("  名称 みほん 〔申告 院長\n"), &["2行目", "相手がありません"]),
        ("not-utf8", b"\x8e{\x90\xdd 9910000018\n".to_vec(), &["1行目", "UTF-8"]),
        ("empty", Vec::new(), &["中身がありません"]),
        ("only-bom", b"\xef\xbb\xbf\r\n".to_vec(), &["中身がありません"]),
        (
            "long-line",
            format!("{HEAD}  名称 {}\n", "あ".repeat(10_000_000 / 3)).into_bytes(),
            &["大きすぎます", "8 MB"],
        ),
        (
            "long-line-within-limit",
            format!("{HEAD}  名称 {}\n", "あ".repeat(1_000_000)).into_bytes(),
            &["2行目", "長すぎます"],
        ),
        (
            "nested-indents",
            (0..3_000)
                .map(|i| format!("{}資産 A\n", " ".repeat(i % 2_000 * 2)))
                .collect::<String>()
                .into_bytes(),
            &["字下げが深すぎます"],
        ),
        ("bad-id", with("資産 受付のPC 〔申告 院長 2026-11-01〕\n"), &["2行目", "英数字とハイフン"]),
    ]
}

#[test]
fn each_bad_facts_file_is_named_with_a_remedy() {
    let dir = scratch("bad");
    for (name, bytes, words) in files() {
        let path = dir.join(format!("{name}.facts"));
        std::fs::write(&path, &bytes).unwrap();
        let shown = path.to_str().unwrap();
        for command in [&["judge", shown][..], &["facts", "check", shown], &["facts", "format", shown]] {
            let out = yagura(command);
            let message = text(&out.stderr);
            assert_eq!(out.status.code(), Some(1), "{name}: {message}");
            for word in words {
                assert!(message.contains(word), "{name} lacks {word}: {message}");
            }
            assert!(message.contains("書き換えていません") && message.len() < 20_000, "{name}: {message}");
            assert!(out.stdout.is_empty(), "{name}");
        }
        assert_eq!(std::fs::read(&path).unwrap(), bytes, "{name} was written");
    }
}

#[test]
fn lenient_forms_are_read_and_written_plainly() {
    let dir = scratch("lenient");
    let path = dir.join("a.facts");
    let messy = "\u{feff}施設　9910000018　〔申告 院長 Ｒ8.11.22〕\r\n  名称 ﾐﾎﾝ医院\r\n  病床数 ０\r\n"
        .replace('Ｒ', "R");
    std::fs::write(&path, messy).unwrap();
    let shown = path.to_str().unwrap();
    let out = yagura(&["facts", "check", shown]);
    assert_eq!(out.status.code(), Some(0));
    assert!(text(&out.stderr).contains("半角カナ"));
    assert_eq!(yagura(&["facts", "format", shown]).status.code(), Some(0));
    let written = std::fs::read_to_string(&path).unwrap();
    assert_eq!(written, "施設 9910000018 〔申告 院長 2026-11-22〕\n  名称 ミホン医院\n  病床数 0\n");
}

#[test]
fn a_header_that_cannot_be_read_is_the_only_complaint() {
    let dir = scratch("header");
    let path = dir.join("a.facts");
    std::fs::write(&path, "施設 9910000018 〔申告 院長 R8.11.32〕\n  名称 みほん\n").unwrap();
    let message = text(&yagura(&["judge", path.to_str().unwrap()]).stderr);
    assert!(
        message.contains("1行目") && !message.contains("2行目") && message.contains("1か所"),
        "{message}"
    );
}

#[test]
fn a_file_that_is_not_there() {
    let out = yagura(&["judge", "no-such.facts"]);
    assert_eq!(out.status.code(), Some(1));
    assert!(text(&out.stderr).contains("ファイルがありません"));
}

#[test]
fn json_that_does_not_fit() {
    let dir = scratch("json");
    for (name, body, word) in [
        ("broken", "{", "JSONとして読めません"),
        ("schema", r#"{"schema":"x","facts":[]}"#, "yagura.facts/1"),
        ("empty", r#"{"schema":"yagura.facts/1","facts":[]}"#, "施設がありません"),
        (
            "kind",
            r#"{"schema":"yagura.facts/1","facts":[{"subject":{"kind":"nothing","id":"1"},"states":{"type":"exists"},"valid-on":"2026-11-01","recorded-on":"2026-11-01","stated-by":"院長","evidence":[{"kind":"statement"}]}]}"#,
            "1番目の事実",
        ),
    ] {
        let path = dir.join(format!("{name}.json"));
        std::fs::write(&path, body).unwrap();
        let out = yagura(&["judge", path.to_str().unwrap()]);
        assert_eq!(out.status.code(), Some(1), "{name}");
        assert!(text(&out.stderr).contains(word), "{name}: {}", text(&out.stderr));
    }
}

/// A rulebook with one file changed, in a folder of its own.
fn rulebook_with(name: &str, file: &str, change: impl Fn(&str) -> String) -> std::path::PathBuf {
    let dir = scratch(name);
    copy(&crate::root().join("rulebook"), &dir);
    let path = dir.join(file);
    let text = std::fs::read_to_string(&path).unwrap();
    let changed = change(&text);
    assert_ne!(text, changed, "{name} changes nothing");
    std::fs::write(&path, changed).unwrap();
    dir
}

fn copy(from: &std::path::Path, to: &std::path::Path) {
    std::fs::create_dir_all(to).unwrap();
    for entry in std::fs::read_dir(from).unwrap() {
        let path = entry.unwrap().path();
        let target = to.join(path.file_name().unwrap());
        if path.is_dir() {
            copy(&path, &target);
        } else {
            std::fs::copy(&path, target).unwrap();
        }
    }
}

#[test]
fn each_bad_rule_is_named_with_a_remedy() {
    let passwords = "7.0/operations/14-06-passwords.md";
    let equipment = "definitions/equipment.md";
    let targets = "values/national-targets.toml";
    let cases: Vec<(&str, &str, &str, &str, &[&str])> = vec![
        (
            "rule-word",
            passwords,
            "  要件\n",
            "  用件\n",
            &["14-06-passwords.md 20行目", "「用件」", "「要件」のことですか?"],
        ),
        (
            "rule-fact",
            passwords,
            "満たす 定期変更の強制 が なし",
            "満たす 定期変更の強化 が なし",
            &["「定期変更の強化」", "「定期変更の強制」のことですか?"],
        ),
        (
            "rule-value",
            passwords,
            "満たす 13文字の設定 が できない",
            "満たす 13文字の設定 が できなし",
            &["「できなし」", "「できない」のことですか?"],
        ),
        (
            "rule-type",
            passwords,
            "満たす 最小文字数 が $二要素認証なしの最小文字数 以上",
            "満たす 最小文字数 が あり",
            &["数(以上・以下で比べます)"],
        ),
        (
            "rule-number",
            passwords,
            "$PINの最小桁数 以上",
            "$PINの桁数 以上",
            &["値「$PINの桁数」", "「$PINの最小桁数」のことですか?"],
        ),
        (
            "rule-subject",
            passwords,
            "満たす 13文字の設定 が できない",
            "満たす 自動の画面ロック が あり",
            &["「自動の画面ロック」を読む「資産」が、この行の外側にありません"],
        ),
        (
            "rule-range",
            "7.0/operations/14-05-two-factor.md",
            "すべての 構成資産 該当なしは台帳確認\n      うち 定義 端末",
            "すべての 構成機器 該当なしは台帳確認\n      うち 定義 端末",
            &["「構成機器」", "「構成資産」のことですか?"],
        ),
        (
            "rule-empty",
            "7.0/operations/14-05-two-factor.md",
            "      うち 定義 端末\n      除く 定義 医療機器",
            "      うち 定義 端末\n      除く 定義 端末",
            &["いつも空です"],
        ),
        (
            "rule-evidence",
            "7.0/operations/14-08-id-ledger.md",
            "証拠 文書",
            "証拠 契約条項",
            &["根拠資料「契約条項」は数えません"],
        ),
        (
            "rule-cycle",
            equipment,
            "定義 端末\n  満たす 種別 が クライアント端末",
            "定義 端末\n  満たす 定義 端末",
            &["equipment.md", "自分自身に戻ります", "端末 → 端末"],
        ),
        (
            "rule-nested",
            passwords,
            "    満たす 定義 文字数のほかのパスワードの決まり\n    次の",
            "        満たす 定義 文字数のほかのパスワードの決まり\n    次の",
            &["字下げが一度に深く"],
        ),
        ("rule-front", passwords, "kind = \"遵守事項\"", "kind = \"必須\"", &["kind「必須」"]),
        (
            "rule-id",
            passwords,
            "id = \"7.0/operations/14-06\"",
            "id = \"7.0/operations/14-07\"",
            &["ファイルの場所と合いません"],
        ),
        (
            "value-lock",
            "values/values.toml",
            "number = 13\nbasis = \"公式を引く公開文書\"\nsource = \"7.0",
            "number = 12\nbasis = \"公式を引く公開文書\"\nsource = \"7.0",
            &["凍結した版と違います", "7.0/operations/14-06", "revision"],
        ),
        (
            "target-word",
            targets,
            "word = \"電子カルテの導入\", values = [\"導入済\"]",
            "word = \"電子カルテ導入\", values = [\"導入済\"]",
            &["national-targets.toml 20行目", "「電子カルテ導入」", "「電子カルテの導入」のことですか?"],
        ),
        (
            "target-value",
            targets,
            "values = [\"未導入\"]",
            "values = [\"導入なし\"]",
            &["national-targets.toml 44行目", "「導入なし」はありません"],
        ),
        (
            "target-institution",
            targets,
            "[\"薬局\"]",
            "[\"薬店\"]",
            &["national-targets.toml 64行目", "「薬店」", "「薬局」のことですか?"],
        ),
        (
            "target-nothing-to-reach",
            targets,
            "undecided = true\n",
            "",
            &["「dental-undecided」", "undecided と reached が合いません"],
        ),
    ];
    for (name, file, from, to, words) in cases {
        let dir = rulebook_with(name, file, |t| t.replacen(from, to, 1));
        let out = yagura(&["--rulebook", dir.to_str().unwrap(), "rulebook", "check"]);
        let message = text(&out.stderr);
        assert_eq!(out.status.code(), Some(1), "{name}: {message}");
        for word in words {
            assert!(message.contains(word), "{name} lacks {word}: {message}");
        }
    }
}

#[test]
fn an_outcome_without_an_example_is_found() {
    let dir = rulebook_with("no-example", "7.0/operations/12-06-unattended-terminal.md", |t| {
        t.lines().filter(|l| !l.starts_with("| どちらもない")).map(|l| format!("{l}\n")).collect()
    });
    let out = yagura(&["--rulebook", dir.to_str().unwrap(), "rulebook", "check"]);
    assert_eq!(out.status.code(), Some(1));
    assert!(text(&out.stderr).contains("結果「未遵守」になる例がありません"), "{}", text(&out.stderr));
}

#[test]
fn an_example_that_fails_is_named() {
    let dir = rulebook_with("failing", "7.0/operations/12-06-unattended-terminal.md", |t| {
        t.replacen("| 未遵守 |", "| 遵守 |", 1)
    });
    let out = yagura(&["--rulebook", dir.to_str().unwrap(), "rulebook", "check"]);
    let message = text(&out.stderr);
    assert!(
        message.contains("例「どちらもない」の結果が違います") && message.contains("実際は「未遵守」"),
        "{message}"
    );
}
