//! Rule files: never a panic; formatting is idempotent and keeps the tree.
//! Run: cargo +nightly fuzz run rule_text fuzz/corpus/rule_text rulebook/7.0/operations
#![no_main]

use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
    let Ok(text) = std::str::from_utf8(data) else { return };
    if let Ok(once) = rule_language::format("fuzz", text) {
        assert_eq!(rule_language::format("fuzz", &once).expect("formatted text is read"), once);
    }
});
