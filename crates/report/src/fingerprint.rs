//! The number on a sheet by which two copies are known to be the same result.
//!
//! SHA-256, in lower-case hex, over the canonical JSON of a [`Sheet`]: UTF-8,
//! no white space between tokens, the names of every object in the order of
//! their code points (RFC 8785, of which a sheet needs no more: its names are
//! ASCII and its numbers whole). Anyone can compute it again from what
//! `yagura judge --format json` prints, without this program.

use crate::Sheet;
use serde_json::Value;
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;
use std::fmt::Write as _;

/// 64 hex digits over a sheet as it is published: [`Sheet::results_only`] for
/// the sheet of an institution, [`Sheet::only`] for one item explained.
pub fn fingerprint(sheet: &Sheet) -> String {
    let mut text = String::new();
    canonical(&serde_json::to_value(sheet).unwrap_or_default(), &mut text);
    Sha256::digest(text.as_bytes()).iter().fold(String::new(), |mut hex, byte| {
        let _ = write!(hex, "{byte:02x}");
        hex
    })
}

fn canonical(value: &Value, out: &mut String) {
    match value {
        Value::Object(map) => {
            let sorted: BTreeMap<&String, &Value> = map.iter().collect();
            out.push('{');
            for (i, (name, inner)) in sorted.into_iter().enumerate() {
                let _ = write!(out, "{}{}:", if i > 0 { "," } else { "" }, Value::from(name.as_str()));
                canonical(inner, out);
            }
            out.push('}');
        }
        Value::Array(list) => {
            out.push('[');
            for (i, inner) in list.iter().enumerate() {
                out.push_str(if i > 0 { "," } else { "" });
                canonical(inner, out);
            }
            out.push(']');
        }
        scalar => {
            let _ = write!(out, "{scalar}");
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_sorted_and_nothing_is_between() {
        let value = serde_json::json!({ "b": [1, null, { "d": "\"あ\n", "c": true }], "a": {} });
        let mut text = String::new();
        canonical(&value, &mut text);
        assert_eq!(text, r#"{"a":{},"b":[1,null,{"c":true,"d":"\"あ\n"}]}"#);
    }
}
