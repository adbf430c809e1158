//! `.facts` text: never a panic; what is read comes back the same after writing.
//! Run: cargo +nightly fuzz run facts_text fuzz/corpus/facts_text demo
#![no_main]

use libfuzzer_sys::fuzz_target;
use std::sync::LazyLock;
use vocabulary::Vocabulary;

static WORDS: LazyLock<Vocabulary> = LazyLock::new(|| {
    let files = [
        ("kinds.toml", include_str!("../../vocabulary/kinds.toml")),
        ("evidence.toml", include_str!("../../vocabulary/evidence.toml")),
        ("relations.toml", include_str!("../../vocabulary/relations.toml")),
        ("facts-institution.toml", include_str!("../../vocabulary/facts-institution.toml")),
        ("facts-system.toml", include_str!("../../vocabulary/facts-system.toml")),
        ("facts-asset.toml", include_str!("../../vocabulary/facts-asset.toml")),
        ("facts-account.toml", include_str!("../../vocabulary/facts-account.toml")),
        ("facts-renewal-contract.toml", include_str!("../../vocabulary/facts-renewal-contract.toml")),
    ];
    let files: Vec<(String, String)> = files.iter().map(|(n, t)| (n.to_string(), t.to_string())).collect();
    Vocabulary::load(&files).expect("the vocabulary loads")
});

fuzz_target!(|data: &[u8]| {
    if let Ok((institution, _)) = facts::text::read(&WORDS, "fuzz", data) {
        let written = facts::text::write(&WORDS, &institution);
        let (again, _) = facts::text::read(&WORDS, "fuzz", written.as_bytes()).expect("written text is read");
        assert_eq!(institution.facts(), again.facts());
    }
});
