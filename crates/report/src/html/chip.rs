//! Result chips: the only way a page shows an outcome.
//!
//! A chip is a word, a shape and an edge, so that it reads the same without
//! colour: ring, double ring, filled square, hourglass, bar, calendar, and
//! the dashed diamond of what is not known. A set of outcomes is the diamond
//! first, then one chip an outcome, joined by または.

use super::write::Html;
use crate::Standing;
use crate::words::{HANGS_ON_OUTSOURCED, screen_word};
use verdict::{Outcome, OutcomeSet};
use vocabulary::date;

/// What a chip says by its shape and edge.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    Outcome(Outcome),
    /// Begins on a later day.
    From,
    /// Not known yet.
    Open,
    /// 推奨 that is not followed.
    Advice,
    /// The ministry has not decided.
    Pending,
}

impl Kind {
    /// The opening tag and its symbol.
    fn markup(self) -> (&'static str, &'static str) {
        match self {
            Kind::Outcome(Outcome::Met) => ("<span class=\"chip met\">", icon!("met")),
            Kind::Outcome(Outcome::DeemedMet) => ("<span class=\"chip deemed\">", icon!("deemed")),
            Kind::Outcome(Outcome::NotMet) => ("<span class=\"chip not\">", icon!("not")),
            Kind::Outcome(Outcome::Relief) => ("<span class=\"chip wait\">", icon!("wait")),
            Kind::Outcome(Outcome::OutOfScope) => ("<span class=\"chip none\">", icon!("none")),
            Kind::From => ("<span class=\"chip from\">", icon!("from")),
            Kind::Open => ("<span class=\"chip open\">", icon!("open")),
            Kind::Advice => ("<span class=\"chip advice\">", icon!("advice")),
            Kind::Pending => ("<span class=\"chip pending\">", icon!("pending")),
        }
    }
}

/// A symbol of the page, hidden from those who hear it: a word stands beside.
macro_rules! icon {
    ($name:literal) => {
        concat!(
            "<svg class=\"i\" aria-hidden=\"true\" focusable=\"false\"><use href=\"#i-",
            $name,
            "\"/></svg>"
        )
    };
}
pub(crate) use icon;

/// Writes one chip.
pub(crate) fn chip(h: &mut Html, kind: Kind, word: &str) {
    let (open, symbol) = kind.markup();
    h.markup(open).markup(symbol).markup("<span>").prose(word).markup("</span></span>\n");
}

fn outcome(h: &mut Html, o: Outcome, expected: bool) {
    let word = screen_word(o);
    if expected && o == Outcome::DeemedMet {
        chip(h, Kind::Outcome(o), &format!("{word}(見込み)"));
    } else {
        chip(h, Kind::Outcome(o), word);
    }
}

/// One chip an outcome, joined by または.
fn either(h: &mut Html, set: OutcomeSet, expected: bool) {
    for (i, o) in set.iter().enumerate() {
        // The word goes with the chip it brings, also where the line ends.
        h.markup("<span class=\"each\">");
        if i > 0 {
            h.markup("<span class=\"or\">または</span>\n");
        }
        outcome(h, o, expected);
        h.markup("</span>");
    }
}

/// A set of outcomes: one chip where it is decided.
pub(crate) fn set(h: &mut Html, set: OutcomeSet) {
    h.markup("<p class=\"chips\">");
    if set.len() > 1 {
        chip(h, Kind::Open, "まだわかりません");
    }
    either(h, set, false);
    h.markup("</p>\n");
}

/// How an item stands: result, what else is possible, what goes with it.
/// `beside` says that the day an item begins stands in its own column.
pub(crate) fn standing(h: &mut Html, s: &Standing, beside: bool) {
    h.markup("<p class=\"chips\">");
    match (&s.prospect, s.outcomes.decided()) {
        (Some((from, coming)), _) => {
            let from = date::parse(from).map_or_else(|_| from.clone(), date::japanese);
            chip(h, Kind::From, &format!("{from}から"));
            if !beside {
                h.markup("<span class=\"or\">今のままでは</span>\n");
                either(h, *coming, s.expected);
            }
        }
        (None, Some(o)) => outcome(h, o, s.expected),
        (None, None) => {
            chip(h, Kind::Open, &open_word(s));
            either(h, s.outcomes, s.expected);
        }
    }
    h.markup("</p>\n");
    if !s.pending.is_empty() || s.advice_left {
        h.markup("<p class=\"chips\">");
        if !s.pending.is_empty() {
            chip(h, Kind::Pending, &format!("国で検討中の{}", s.pending.join("・")));
        }
        if s.advice_left {
            chip(h, Kind::Advice, "やっておくと安心です");
        }
        h.markup("</p>\n");
    }
}

fn open_word(s: &Standing) -> String {
    if s.word.starts_with(HANGS_ON_OUTSOURCED) {
        HANGS_ON_OUTSOURCED.to_owned()
    } else if s.questions > 0 {
        format!("あと{}問でわかります", s.questions)
    } else {
        "まだわかりません".to_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(html: &str) -> Vec<String> {
        html.split("class=\"chip ")
            .skip(1)
            .map(|c| {
                let kind = c.split('"').next().unwrap();
                let word = c.split("<span>").nth(1).unwrap().split("</span>").next().unwrap();
                format!("{kind}:{word}")
            })
            .collect()
    }

    /// Every set there is, as an item and as an answer.
    #[test]
    fn a_set_is_all_its_chips_with_the_unknown_first() {
        for bits in 1u8..32 {
            let all: OutcomeSet = Outcome::ALL
                .into_iter()
                .enumerate()
                .filter(|(i, _)| bits >> i & 1 == 1)
                .map(|(_, o)| o)
                .collect();
            let standing_of = Standing {
                outcomes: all,
                word: "あと2問でわかります".into(),
                prospect: None,
                questions: 2,
                advice_left: false,
                pending: Vec::new(),
                expected: false,
            };
            let (mut item, mut answer) = (Html::default(), Html::default());
            standing(&mut item, &standing_of, false);
            set(&mut answer, all);
            for (html, open) in
                [(item.finish(), "open:あと2問でわかります"), (answer.finish(), "open:まだわかりません")]
            {
                let found = words(&html);
                let (first, rest) = if all.len() > 1 { found.split_at(1) } else { found.split_at(0) };
                assert_eq!(first.first().map(String::as_str), (all.len() > 1).then_some(open), "{html}");
                let wanted: Vec<&str> = all.iter().map(screen_word).collect();
                assert_eq!(rest.len(), wanted.len());
                assert!(rest.iter().zip(&wanted).all(|(r, w)| r.ends_with(&format!(":{w}"))), "{html}");
                assert_eq!(html.matches("または").count(), all.len() - 1);
            }
        }
    }

    #[test]
    fn every_kind_has_a_shape_and_an_edge_of_its_own() {
        let kinds: Vec<Kind> = Outcome::ALL
            .into_iter()
            .map(Kind::Outcome)
            .chain([Kind::From, Kind::Open, Kind::Advice, Kind::Pending])
            .collect();
        let mut seen: Vec<(&str, &str)> = kinds.iter().map(|k| k.markup()).collect();
        for (open, symbol) in &seen {
            let class = open.split(['"', ' ']).nth(3).unwrap();
            assert!(super::super::STYLE.contains(&format!(".chip.{class}")), "{open}");
            let id = symbol.split('#').nth(1).unwrap().split('"').next().unwrap();
            assert!(super::super::SYMBOLS.contains(&format!("id=\"{id}\"")), "{symbol}");
        }
        seen.sort_unstable();
        seen.dedup();
        assert_eq!(seen.len(), kinds.len());
    }
}
