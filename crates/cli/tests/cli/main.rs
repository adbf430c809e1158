//! The command as a user meets it: exit codes, bad input, demo, and the
//! words people read. One integration binary for the crate.
#![expect(clippy::disallowed_methods, reason = "tests write files and start the program")]
#![expect(clippy::unwrap_used, reason = "a panic fails the test")]

mod ask;
mod bad_input;
mod census;
mod corpus;
mod html;
mod prefecture;
mod reading;
mod renewal;
mod what_if;

use std::path::{Path, PathBuf};
use std::process::{Command, Output};

/// The project's root.
pub(crate) fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

/// Runs `yagura` in the project's root.
pub(crate) fn yagura(arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_yagura")).args(arguments).current_dir(root()).output().unwrap()
}

pub(crate) fn text(bytes: &[u8]) -> String {
    String::from_utf8(bytes.to_vec()).unwrap()
}

/// A folder of this test alone, emptied.
pub(crate) fn scratch(name: &str) -> PathBuf {
    let dir = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
    let _ = std::fs::remove_dir_all(&dir);
    std::fs::create_dir_all(&dir).unwrap();
    dir
}

#[test]
fn help_and_usage() {
    let help = yagura(&["--help"]);
    assert_eq!(help.status.code(), Some(0));
    let help = text(&help.stdout);
    assert!(help.contains("使い方") && help.contains("judge") && help.contains("終わりの番号"));
    for command in [
        &["judge", "--help"][..],
        &["what-if", "--help"],
        &["rulebook", "check", "--help"],
        &["facts", "format", "--help"],
        &["demo", "--help"],
        &["renewal", "--help"],
        &["ask", "--help"],
    ] {
        let out = text(&yagura(command).stdout);
        assert!(
            out.contains("使い方")
                && !out.contains("Usage")
                && !out.contains("Options")
                && !out.contains("Arguments"),
            "{out}"
        );
    }
    for (arguments, word) in [
        (&["judge"][..], "ファイル"),
        (&["jugde", "x"], "「judge」のことですか?"),
        (&["judge", "demo/dental.facts", "--onn", "2026-11-24"], "「--onn」という指定はありません"),
        (&["judge", "demo/dental.facts", "--on", "2027-02-30"], "暦にない日"),
        (&["judge", "demo/dental.facts", "--edition", "9.9"], "版「9.9」"),
        (&["judge", "demo/dental.facts", "--part", "経営"], "編「経営」"),
        (
            &["judge", "demo/dental.facts", "--explain", "7.0/operations/14-5"],
            "「7.0/operations/14-05」のことですか?",
        ),
        (&["judge", "demo/dental.facts", "--format", "pdf"], "text か json か html"),
        (&["judge", "demo/dental.facts", "--fail-on", "不遵守"], "--fail-on"),
        (&["renewal", "demo/dental.facts", "--format", "pdf"], "text か json"),
    ] {
        let out = yagura(arguments);
        assert_eq!(out.status.code(), Some(2), "{arguments:?}");
        assert!(text(&out.stderr).contains(word), "{arguments:?}: {}", text(&out.stderr));
    }
}

#[test]
fn demo_counts_the_prefecture_and_names_five() {
    let out = yagura(&["demo", "--on", "2026-11-24"]);
    assert_eq!(out.status.code(), Some(0));
    let out = text(&out.stdout);
    assert!(out.contains("見本データです") && out.contains("あと128日"));
    for name in ["みほん内科医院", "歯科", "薬局", "病院"] {
        assert!(out.contains(name), "{name}");
    }
    assert!(out.contains("全部で40施設") && !out.contains("みほん眼科"));
    // The whole before the sheet fits a screen.
    assert!(out.lines().take_while(|l| !l.starts_with("====")).count() <= 24);
    assert!(out.contains("この結果は、入力された情報と本ソフトの規則集"));
    assert!(out.contains("■ 次の三つ") && out.contains("  3. "));
}

#[test]
fn fail_on_leaves_with_ten() {
    let file = "cases/password-twelve-without-two-factor.facts";
    let judge =
        |more: &[&str]| yagura(&[&["judge", file, "--on", "2026-11-24"], more].concat()).status.code();
    assert_eq!(judge(&[]), Some(0));
    assert_eq!(judge(&["--fail-on", "未遵守"]), Some(10));
    assert_eq!(judge(&["--fail-on", "緩和措置適用中"]), Some(0));
}

#[test]
fn pending_issues_are_never_counted_as_not_met() {
    let file = "cases/cancer-panel-abroad.facts";
    let out = yagura(&["judge", file, "--on", "2026-11-24", "--explain", "企7⑤", "--fail-on", "未遵守"]);
    assert!(text(&out.stdout).contains("国で検討中の課題②"), "{}", text(&out.stdout));
    assert_eq!(out.status.code(), Some(0));
}

#[test]
fn json_has_its_schema_and_every_output_has_the_notice() {
    let out = yagura(&[
        "judge",
        "demo/dental.facts",
        "--on",
        "2026-11-24",
        "--format",
        "json",
        "--explain",
        "運14⑤",
    ]);
    let value: serde_json::Value = serde_json::from_slice(&out.stdout).unwrap();
    assert_eq!(value[0]["schema"], "yagura.result/1");
    assert!(value[0]["notice"].as_str().unwrap().contains("自己点検"));
    assert_eq!(value[0]["rows"][0]["item"], "7.0/operations/14-05");
    for arguments in [
        &["judge", "demo/dental.facts"][..],
        &["judge", "demo/dental.facts", "--explain", "運14⑤"],
        &["demo"],
        &["renewal", "demo/dental.facts"],
        &["census", "demo"],
        &["rulebook", "show", "運14⑤"],
        &["what-if", "demo/dental.facts", "--retire", "PC-2"],
    ] {
        let out = text(&yagura(arguments).stdout).replace('\n', "");
        assert!(out.contains("ガイドラインや法令を守っていることを証明しません"), "{arguments:?}");
    }
}

#[test]
fn the_same_input_gives_the_same_bytes() {
    let once = || {
        yagura(&["judge", "demo/hospital.facts", "--on", "2026-11-24", "--format", "json", "--full"]).stdout
    };
    assert_eq!(once(), once());
}

#[test]
fn formatting_is_idempotent_and_changes_no_fact() {
    let dir = scratch("format");
    for path in ["clinic-cloud", "hospital", "lenient/messy"] {
        let from = root().join("demo").join(format!("{path}.facts"));
        let name = path.trim_start_matches("lenient/");
        let to = dir.join(format!("{name}.facts"));
        std::fs::copy(from, &to).unwrap();
        let path = to.to_str().unwrap();
        let json = |p: &str| text(&yagura(&["facts", "format", "--json", p]).stdout);
        let before = json(path);
        assert_eq!(yagura(&["facts", "format", path]).status.code(), Some(0));
        assert_eq!(json(path), before, "{name}");
        assert_eq!(yagura(&["facts", "format", "--check", path]).status.code(), Some(0), "{name}");
        // Text, JSON and text again are one.
        let as_json = dir.join(format!("{name}.json"));
        std::fs::write(&as_json, &before).unwrap();
        assert_eq!(json(as_json.to_str().unwrap()), before);
    }
}
