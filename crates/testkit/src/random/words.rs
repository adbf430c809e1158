//! Random vocabularies: 施設 and up to three kinds, words of every type, and
//! the relations, closures and none-of words that rules can range over.

use super::Random;
use std::fmt::Write as _;
use vocabulary::Vocabulary;

/// The kinds of evidence, as (id, name).
const EVIDENCE: [(&str, &str); 4] =
    [("statement", "申告"), ("clause", "契約条項"), ("document", "文書"), ("decision", "判断")];

/// Definitions that a rulebook over these words must have, with their kind.
pub(super) const DEFINITIONS: [(&str, &str); 3] = [("甲類", "機器"), ("乙類", "系統"), ("丙類", "機器")];

/// A vocabulary as files, and loaded.
pub fn words(r: &mut Random) -> (Vec<(String, String)>, Vocabulary) {
    let mut kinds = vec![("institution", "施設"), ("system", "系統"), ("asset", "機器")];
    if r.chance(70) {
        kinds.push(("contract", "契約"));
    }
    let mut text = String::new();
    for (id, name) in &kinds {
        let _ = writeln!(text, "[[kind]]\nid = \"{id}\"\nname = \"{name}\"\nplain = \"{name}\"");
        if *id != "institution" && r.chance(90) {
            let _ = writeln!(text, "closure = \"{name}はこれで全部\"");
        }
    }
    let contracts = kinds.len() > 3;
    for (id, name) in EVIDENCE.iter().filter(|(id, _)| contracts || *id != "clause") {
        let _ = writeln!(text, "[[evidence]]\nid = \"{id}\"\nname = \"{name}\"\nplain = \"{name}\"");
    }
    let through = relations(r, contracts, &mut text);
    facts(r, &kinds, contracts, through, &mut text);
    let files = vec![("words.toml".to_owned(), text)];
    let vocabulary = Vocabulary::load(&files).expect("a random vocabulary loads");
    (files, vocabulary)
}

/// Relation words; whether one is kept open through a word of 契約.
fn relations(r: &mut Random, contracts: bool, text: &mut String) -> bool {
    let mut relation = |id: &str, name: &str, from: &str, to: &str| {
        let _ = writeln!(
            text,
            "[[relation]]\nid = \"{id}\"\nname = \"{name}\"\nfrom = \"{from}\"\nto = \"{to}\"\ninverse = \"{name}元\"\n\
             closure = \"{name}はこれで全部\"\nquestion = \"{name}は全部ですか。\""
        );
    };
    let through = contracts && r.chance(25);
    if contracts && (through || r.chance(30)) {
        relation("uses", "利用", "系統", "契約");
        relation("covers", "対象機器", "契約", "機器");
    }
    if r.chance(50) {
        relation("via", "経由", "機器", "機器");
    }
    relation("parts", "構成", "系統", "機器");
    if through {
        text.push_str(
            "[relation.open_while]\nthrough = \"利用\"\nfact = \"更新の担当\"\nunless = \"外\"\nuntil = \"対象機器\"\n",
        );
    }
    through
}

/// One `[[fact]]`.
fn fact(r: &mut Random, id: &str, name: &str, on: &[&str], body: &str, contracts: bool, text: &mut String) {
    let on: Vec<String> = on.iter().map(|k| format!("\"{k}\"")).collect();
    let names: Vec<&str> =
        EVIDENCE.iter().filter(|(id, _)| contracts || *id != "clause").map(|(_, n)| *n).collect();
    let evidence: Vec<String> = r.some(&names).iter().map(|e| format!("\"{e}\"")).collect();
    let _ = writeln!(
        text,
        "[[fact]]\nid = \"{id}\"\nname = \"{name}\"\non = [{}]\n{body}\nquestion = \"{name}は?\"\nanswered_by = [\"院長\"]\n\
         evidence = [{}]\ncost = {}",
        on.join(", "),
        evidence.join(", "),
        1 + r.below(8)
    );
}

fn facts(r: &mut Random, kinds: &[(&str, &str)], contracts: bool, through: bool, text: &mut String) {
    for (kind, name) in kinds {
        for n in 1..=2 + r.below(4) {
            let body = if *kind == "contract" && n == 1 { "type = \"期間\"".to_owned() } else { typed(r) };
            fact(r, &format!("{kind}-{n}"), &format!("{name}の{n}"), &[name], &body, contracts, text);
        }
    }
    if r.chance(50) {
        let on: &[&str] = if r.chance(50) { &["系統", "機器"] } else { &["施設", "系統", "機器"] };
        fact(
            r,
            "shared",
            "共通",
            on,
            "type = \"選択\"\nvalues = [\"い\", \"ろ\"]\nnot_applicable = true",
            contracts,
            text,
        );
    }
    if through {
        fact(
            r,
            "updates",
            "更新の担当",
            &["契約"],
            "type = \"選択\"\nvalues = [\"外\", \"内\"]",
            contracts,
            text,
        );
    }
    let yes = |d: &str| format!("type = \"選択\"\nvalues = [\"はい\", \"いいえ\"]\nnone_of = \"{d}\"");
    fact(r, "none-a", "甲類はない", &["施設"], &yes("甲類"), contracts, text);
    fact(r, "none-a-system", "系統に甲類はない", &["系統"], &yes("甲類"), contracts, text);
    fact(r, "none-b", "乙類はない", &["施設"], &yes("乙類"), contracts, text);
    fact(r, "name", "名称", &["施設", "機器"], "type = \"文字\"", contracts, text);
}

fn typed(r: &mut Random) -> String {
    let none = if r.chance(35) { "\nnot_applicable = true" } else { "" };
    let body = match r.below(10) {
        0..=2 => "type = \"選択\"\nvalues = [\"い\", \"ろ\"]",
        3..=4 => "type = \"選択\"\nvalues = [\"い\", \"ろ\", \"は\"]",
        5 => "type = \"数\"",
        6 => "type = \"数\"\nunit = \"文字\"",
        7 | 8 => "type = \"日付\"",
        _ => "type = \"期間\"",
    };
    format!("{body}{none}")
}
