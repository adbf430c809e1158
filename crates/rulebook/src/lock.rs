//! What decides a rule, as one hash: `edition.lock` freezes an edition.
//!
//! The hash covers the rule's block without comments, the definitions it
//! uses, the values and interpretations it names, and the types of the words
//! it reads, all by name, so that work on another edition or a new word never
//! moves it. Not covered: texts for people, basis, examples.

use crate::graph::{Edition, Rulebook};
use crate::load::Definitions;
use rule_language::syntax::{Atom, Condition, FactAtom, Head, Operand, Sub, Test};
use rule_language::{Front, print};
use sha2::{Digest, Sha256};
use std::collections::BTreeSet;
use std::fmt::Write as _;
use vocabulary::{Code, Diagnostic, Role, Vocabulary};

/// Names that a rule reaches.
#[derive(Default)]
struct Names {
    definitions: BTreeSet<String>,
    values: BTreeSet<String>,
    interpretations: BTreeSet<String>,
    words: BTreeSet<String>,
    ranges: BTreeSet<String>,
}

/// The hash of all that decides a rule, 64 hex digits.
pub(crate) fn hash(
    vocabulary: &Vocabulary,
    book: &Rulebook,
    definitions: &Definitions,
    front: &Front,
    heads: &[Head],
) -> String {
    let mut names = Names::default();
    let mut text = format!("{} {}\n", front.id, front.kind);
    if let Some(place) = &front.place {
        let _ = writeln!(text, "{}", place.part);
    }
    for head in heads {
        let head = without_comments(head);
        names.head(&head);
        text.push_str(&print(&[head]));
    }
    let mut done = BTreeSet::new();
    while let Some(name) = names.definitions.iter().find(|d| !done.contains(*d)).cloned() {
        done.insert(name.clone());
        if let Some((_, d)) = definitions.get(&name) {
            let head = without_comments(&Head::Definition(d.clone()));
            names.head(&head);
        }
    }
    for name in &done {
        if let Some((_, d)) = definitions.get(name) {
            text.push_str(&print(&[without_comments(&Head::Definition(d.clone()))]));
        }
    }
    for name in &names.values {
        if let Some(v) = book.value(name) {
            let _ = write!(text, "${name} {}", v.value);
            if let Some((i, second)) = v.second {
                let id = book.interpretations.get(usize::from(i)).map(|i| i.id.clone()).unwrap_or_default();
                let _ = write!(text, " {id} {second}");
                names.interpretations.insert(id);
            }
            text.push('\n');
        }
    }
    for name in &names.interpretations {
        if let Some(i) = book.interpretations.iter().find(|i| i.id == *name) {
            let _ = writeln!(text, "{name} {} {}", i.default_with, i.confirmed);
        }
    }
    for name in &names.words {
        for kind in vocabulary.kinds_with(name) {
            let Some(word) = vocabulary.word_named(kind, name).map(|w| vocabulary.word(w)) else { continue };
            let evidence: Vec<_> =
                word.evidence.iter().map(|e| vocabulary.evidence_kind(*e).id.as_str()).collect();
            let _ = writeln!(
                text,
                "{} {} {:?} {} {}",
                vocabulary.kind(kind).id,
                word.id,
                word.value,
                word.not_applicable,
                evidence.join(",")
            );
        }
    }
    for name in &names.ranges {
        if let Some(r) = vocabulary.relation_named(name).map(|r| vocabulary.relation(r)) {
            let _ = writeln!(
                text,
                "{} {} {} {}",
                r.id,
                vocabulary.kind(r.from).id,
                vocabulary.kind(r.to).id,
                r.open_while.is_some()
            );
        }
        for word in vocabulary.words() {
            if let Role::NoneOf(d) = &word.role
                && done.contains(d)
            {
                let _ = writeln!(text, "{} none of {d}", word.id);
            }
        }
    }
    let mut hex = String::new();
    for byte in Sha256::digest(text.as_bytes()) {
        let _ = write!(hex, "{byte:02x}");
    }
    hex
}

fn without_comments(head: &Head) -> Head {
    // The printer is the one place that knows every line; a printed block
    // parsed again with its comments cut is the same block.
    let printed = print(std::slice::from_ref(head));
    let bare: String = printed
        .lines()
        .filter(|l| !l.trim_start().starts_with('#'))
        .map(|l| l.split_once("  #").map_or(l, |(a, _)| a))
        .flat_map(|l| [l.trim_end(), "\n"])
        .collect();
    rule_language::parse("", &bare, 1).ok().and_then(|mut h| h.pop()).unwrap_or_else(|| head.clone())
}

impl Names {
    fn head(&mut self, head: &Head) {
        match head {
            Head::Rule(r) => {
                if let Some(e) = &r.effective {
                    self.values.insert(e.value.clone());
                    self.subs(e.early.as_ref());
                }
                for s in &r.sections {
                    self.subs(s.when.as_ref().into_iter().chain(&s.until));
                    self.conditions(&s.body.items);
                }
            }
            Head::Deeming(d) => {
                self.subs(d.target.as_ref().into_iter().chain(&d.eligibility).chain(&d.condition))
            }
            Head::Definition(d) => self.conditions(&d.body),
        }
    }

    fn subs<'a>(&mut self, subs: impl IntoIterator<Item = &'a Sub>) {
        for s in subs {
            self.conditions(&s.body.items);
        }
    }

    fn conditions(&mut self, items: &[Condition]) {
        for item in items {
            match item {
                Condition::Group(g) => self.conditions(&g.items),
                Condition::Quantifier(q) => {
                    self.ranges.insert(q.range.clone());
                    self.subs(q.within.iter().chain(&q.except));
                    self.conditions(&q.body);
                }
                Condition::Line(l) => {
                    self.interpretations.extend(l.interpretation.clone());
                    for atom in &l.atoms {
                        match atom {
                            Atom::Definition(d) => {
                                self.definitions.insert(d.clone());
                            }
                            Atom::Part(_) => {}
                            Atom::Fact(f) => self.fact(f),
                        }
                    }
                }
            }
        }
    }

    fn fact(&mut self, f: &FactAtom) {
        self.words.insert(f.word.clone());
        match &f.test {
            Test::AtLeast(Operand::Value(v))
            | Test::AtMost(Operand::Value(v))
            | Test::OnOrAfter(Operand::Value(v))
            | Test::OnOrBefore(Operand::Value(v))
            | Test::Before(Operand::Value(v))
            | Test::WithinMonths(Operand::Value(v)) => {
                self.values.insert(v.clone());
            }
            _ => {}
        }
    }
}

/// The text of an edition's lock file.
pub fn text(edition: &Edition) -> String {
    let mut out = String::from(
        "# この版の規則の凍結。規則を変えたら revision を上げ、CHANGELOG に ⚖ を付けて書き、\n# `cargo xtask lock` で作り直す。\n",
    );
    let _ = writeln!(out, "revision {}", edition.revision);
    for (id, hash) in &edition.hashes {
        let _ = writeln!(out, "{id} {hash}");
    }
    out
}

/// Compares an edition with its lock file, where there is one.
pub(crate) fn check(edition: &Edition, lock: Option<(&str, &str)>, problems: &mut Vec<Diagnostic>) {
    let Some((path, frozen)) = lock else { return };
    let now = text(edition);
    let lines = |t: &str| -> BTreeSet<String> {
        t.lines().filter(|l| !l.starts_with('#')).map(str::to_owned).collect()
    };
    let (now, frozen) = (lines(&now), lines(frozen));
    let moved: BTreeSet<&str> =
        now.symmetric_difference(&frozen).filter_map(|l| l.split(' ').next()).collect();
    if !moved.is_empty() {
        let moved: Vec<_> = moved.into_iter().collect();
        problems.push(Diagnostic::error(
            path,
            0,
            Code::LockMoved,
            format!("凍結した版と違います({})。", moved.join("、")),
            "わざと直したなら edition.toml の revision を上げ、CHANGELOG に書き、`cargo xtask lock` を実行してください。",
        ));
    }
}
