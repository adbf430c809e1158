//! Garbage: no input makes a reader panic.

use crate::cases;
use testkit::random::{Case, Random};

/// Bytes that mean something to a reader, put where they do not belong.
const PIECES: [&str; 24] = [
    "〔",
    "〕",
    "「",
    "」",
    "、",
    " ",
    "  ",
    "\n",
    "\n  ",
    "\t",
    "#",
    "  #",
    "が",
    "$",
    "証拠",
    "以上",
    "+++",
    "```",
    "99999999999999999999",
    "令和99年99月99日",
    "\u{3000}",
    "ﾊﾟ",
    "\r",
    "\u{0}",
];

fn mutated(r: &mut Random, text: &str) -> Vec<u8> {
    let mut bytes = text.as_bytes().to_vec();
    for _ in 0..=r.below(6) {
        let at = r.below(bytes.len() + 1);
        match r.below(5) {
            0 if at < bytes.len() => bytes[at] = u8::try_from(r.below(256)).unwrap(),
            1 if at < bytes.len() => drop(bytes.remove(at)),
            2 => drop(bytes.splice(at..at, r.pick(&PIECES).bytes())),
            3 => {
                let end = (at + r.below(40)).min(bytes.len());
                drop(bytes.drain(at..end));
            }
            _ => {
                let from = r.below(bytes.len() + 1);
                let end = (from + r.below(60)).min(bytes.len());
                let part = bytes[from..end].to_vec();
                drop(bytes.splice(at..at, part));
            }
        }
    }
    bytes
}

#[test]
fn no_text_makes_a_reader_panic() {
    let (mut rules_read, mut facts_read) = (0, 0);
    let all = cases(10_000);
    let mut case = Case::new(0);
    for n in all.clone() {
        if n % 50 == 0 {
            case = Case::new(n);
        }
        let mut r = Random::new(n ^ 0xBAD);
        let i = r.below(case.files.len());
        let mut files = case.files.clone();
        let broken = mutated(&mut r, &files[i].1);
        files[i].1 = String::from_utf8_lossy(&broken).into_owned();
        rules_read += usize::from(rulebook::load(&case.vocabulary, &files).is_ok());
        let _ = rule_language::format(&files[i].0, &files[i].1);
        let written = facts::text::write(&case.vocabulary, &case.institution);
        let broken = mutated(&mut r, &written);
        facts_read += usize::from(facts::text::read(&case.vocabulary, "g.facts", &broken).is_ok());
        if let Ok(text) = std::str::from_utf8(&broken) {
            let _ = facts::text::format(&case.vocabulary, "g.facts", text);
        }
        let json =
            serde_json::to_string(&facts::json::document(&case.vocabulary, &case.institution)).unwrap();
        let _ = facts::json::read(&case.vocabulary, "g.json", &mutated(&mut r, &json));
    }
    println!("of {} broken inputs {rules_read} rulebooks and {facts_read} facts still read", all.end);
    assert!(rules_read > 0 && facts_read > 0);
}
