//! Facts with their evidence: what is stated, and beside it the paper, the
//! person and the day. The tree of reasons is a nested list of them.

use super::chip::icon;
use super::write::Html;
use crate::because::{Said, Sign};

/// A sentence that carries its source: the sentence, and the source apart.
pub(crate) fn apart(sentence: &str) -> (String, &str) {
    match (sentence.find('〔'), sentence.rfind('〕')) {
        (Some(from), Some(to)) if from < to => {
            let end = to + '〕'.len_utf8();
            let head = sentence.get(..from).unwrap_or_default();
            let tail = sentence.get(end..).unwrap_or_default();
            (format!("{head}{tail}"), sentence.get(from..end).unwrap_or_default())
        }
        _ => (sentence.to_owned(), ""),
    }
}

/// The source of a fact; nothing where there is none.
pub(crate) fn line(h: &mut Html, source: &str) {
    if !source.is_empty() {
        h.markup("<p class=\"source\">").markup(icon!("paper")).markup("<span>").prose(source);
        h.markup("</span></p>\n");
    }
}

/// Sentences and what stands below them, as nested lists.
pub(crate) fn list(h: &mut Html, said: &[Said]) {
    if said.is_empty() {
        return;
    }
    h.markup("<ul class=\"said\">\n");
    for one in said {
        h.markup(match one.sign {
            Some(Sign::Open) => "<li class=\"open\">",
            Some(Sign::NotCounted) => "<li class=\"out\">",
            _ => "<li>",
        });
        h.markup("<div class=\"fact\"><p>");
        sign(h, one.sign);
        h.prose(&one.text).markup("</p>\n");
        line(h, &one.source);
        h.markup("</div>");
        list(h, &one.below);
        h.markup("</li>\n");
    }
    h.markup("</ul>\n");
}

fn sign(h: &mut Html, sign: Option<Sign>) {
    let Some(sign) = sign else { return };
    h.markup("<span class=\"sign\" aria-hidden=\"true\">").text(sign.mark()).markup("</span>");
    h.markup("<span class=\"unseen\">").markup(match sign {
        Sign::Holds => "満たす",
        Sign::Fails => "満たさない",
        Sign::Open => "まだわからない",
        Sign::NotCounted => "数えない",
    });
    h.markup("</span>\n");
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sentence_and_its_source_come_apart_and_nothing_is_lost() {
        let (sentence, source) =
            apart("資産 A: 「種別」は「サーバ」です〔申告 院長 2026-11-01〕〔文書「表」〕。");
        assert_eq!(sentence, "資産 A: 「種別」は「サーバ」です。");
        assert_eq!(source, "〔申告 院長 2026-11-01〕〔文書「表」〕");
        assert_eq!(apart("ほかに6件あります。"), ("ほかに6件あります。".to_owned(), ""));
        assert_eq!(apart("〕〔"), ("〕〔".to_owned(), ""));
    }

    #[test]
    fn the_tree_keeps_its_depth() {
        let leaf = |text: &str| Said::plain(text.into(), Vec::new());
        let tree = [Said::plain("一".into(), vec![Said::plain("二".into(), vec![leaf("三")])]), leaf("四")];
        let mut h = Html::default();
        list(&mut h, &tree);
        let html = h.finish();
        let depth = |word: &str| {
            let before = html.split(word).next().unwrap();
            before.matches("<ul").count() - before.matches("</ul>").count()
        };
        assert_eq!([depth("一"), depth("二"), depth("三"), depth("四")], [1, 2, 3, 1]);
    }
}
