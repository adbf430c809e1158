//! Forms: what is written down comes back the same.

use crate::cases;
use rule_language::{Document, format, parse, print};
use testkit::random::Case;

#[test]
fn printing_a_parsed_block_gives_the_same_text() {
    let mut blocks = 0;
    for seed in cases(400) {
        let case = Case::new(seed);
        for (path, text) in case.files.iter().filter(|(p, _)| p.ends_with(".md")) {
            let fence = Document::read(path, text).expect("a file").block.expect("a block");
            let heads = parse(path, &fence.text, fence.first_line).expect("a parsed block");
            assert_eq!(print(&heads), fence.text, "seed {seed} {path}");
            assert_eq!(
                parse(path, &print(&heads), fence.first_line).expect("again"),
                heads,
                "seed {seed} {path}"
            );
            let formatted = format(path, text).expect("formatted");
            assert_eq!(&formatted, text, "seed {seed} {path}");
            let loose = text.replace("満たす ", "満たす  ");
            assert_eq!(&format(path, &loose).expect("loose"), text, "seed {seed} {path}");
            blocks += 1;
        }
    }
    println!("blocks printed {blocks}");
}

#[test]
fn facts_come_back_from_text_and_from_json() {
    let mut facts_read = 0;
    for seed in cases(1_000) {
        let case = Case::new(seed);
        let v = &case.vocabulary;
        let written = facts::text::write(v, &case.institution);
        let (read, warnings) = facts::text::read(v, "r.facts", written.as_bytes())
            .unwrap_or_else(|d| panic!("seed {seed}: {d:#?}\n{written}"));
        assert!(warnings.is_empty());
        assert_eq!(read, case.institution, "seed {seed}\n{written}");
        assert_eq!(facts::text::write(v, &read), written, "seed {seed}");
        let once = facts::text::format(v, "r.facts", &written).expect("formatted");
        let twice = facts::text::format(v, "r.facts", &once).expect("formatted again");
        assert_eq!(once, twice, "seed {seed}");
        let (same, _) = facts::text::read(v, "r.facts", once.as_bytes()).expect("formatted facts");
        assert_eq!(same, read, "seed {seed}");
        let json = serde_json::to_vec(&facts::json::document(v, &case.institution)).expect("JSON");
        let back = facts::json::read(v, "r.json", &json).unwrap_or_else(|d| panic!("seed {seed}: {d:#?}"));
        assert_eq!(back, case.institution, "seed {seed}");
        facts_read += read.facts().len();
    }
    println!("facts read back {facts_read}");
}
