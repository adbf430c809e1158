//! Words for outcomes, as people read them (rule-language §1).

use rulebook::{Edition, Rule, Rulebook};
use verdict::{Outcome, OutcomeSet};
use vocabulary::{Date, date};

/// The plain word of one outcome.
pub fn screen_word(outcome: Outcome) -> &'static str {
    match outcome {
        Outcome::Met => "できています",
        Outcome::NotMet => "まだできていません",
        Outcome::DeemedMet => "保守委託機関編を守れば足ります",
        Outcome::Relief => "次の更改まで待てます",
        Outcome::OutOfScope => "あてはまりません",
    }
}

/// The word of a set that hangs on 保守委託機関編 alone (I-11).
pub(crate) const HANGS_ON_OUTSOURCED: &str = "保守委託機関編の残りしだいです";

/// The mark that goes with the word, so that it never rests on the word's colour.
pub(crate) fn sign(set: OutcomeSet, before: bool) -> &'static str {
    match set.decided() {
        _ if before => "暦",
        Some(Outcome::Met) => "○",
        Some(Outcome::NotMet) => "×",
        Some(Outcome::DeemedMet) => "◎",
        Some(Outcome::Relief) => "待",
        Some(Outcome::OutOfScope) => "－",
        None => "？",
    }
}

/// Plain words of a set joined by または.
pub(crate) fn either(set: OutcomeSet) -> String {
    set.iter().map(screen_word).collect::<Vec<_>>().join(" または ")
}

/// `令和9年4月1日(2027-04-01)`
pub(crate) fn day(d: Date) -> String {
    format!("{}({d})", date::japanese(d))
}

/// The same from an ISO text.
pub(crate) fn day_of(iso: &str) -> String {
    date::parse(iso).map_or_else(|_| iso.to_owned(), day)
}

/// `令和9年4月1日` from an ISO text.
pub(crate) fn japanese(iso: &str) -> String {
    date::parse(iso).map_or_else(|_| iso.to_owned(), date::japanese)
}

/// `運14⑤`: part mark, chapter number, item.
pub fn item_mark(book: &Rulebook, rule: &Rule) -> String {
    let part = book.part(rule.part).map(|p| p.mark.as_str()).unwrap_or_default();
    let place = rule.front.place.as_ref();
    let chapter = place.map(|p| p.chapter.trim_end_matches('章')).unwrap_or_default();
    let item = place.and_then(|p| p.item.as_deref()).unwrap_or_default();
    format!("{part}{chapter}{item}")
}

/// The notice that stands on every sheet, page and result.
pub fn notice(edition: &Edition) -> String {
    format!(
        "この結果は、入力された情報と本ソフトの規則集(版・基準日)による自己点検です。厚生労働省・都道府県・保健所の判定ではなく、ガイドラインや法令を守っていることを証明しません。第{}版は確認できた範囲({}/{}項目)に限ります。最終の判断と説明は、医療機関等の管理者が行ってください。",
        edition.id,
        edition.ruled_items(),
        edition.known_items
    )
}
