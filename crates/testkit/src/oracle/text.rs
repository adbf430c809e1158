//! The rule files as the oracle reads them: parsed blocks, nothing checked.

use super::values::{Asked, asked};
use rule_language::syntax::{
    Atom, Condition, Deeming, Definition, FactAtom, Head, Line, Operand, Rule, SectionWord, Sub, Test,
};
use rule_language::{Document, Front, parse};
use rulebook::{Edition, Interpretation, Rulebook, Scalar};
use std::collections::{BTreeMap, BTreeSet};
use vocabulary::{KindId, Vocabulary};

/// One rule.
#[derive(Debug, Clone)]
pub struct RuleText {
    /// Front matter.
    pub front: Front,
    /// The parsed block.
    pub rule: Rule,
    /// Name of its part.
    pub part: String,
    /// Every combination of its unconfirmed interpretations but the default,
    /// as those read against their default.
    pub other_readings: Vec<BTreeSet<String>>,
}

impl RuleText {
    /// Whether it was carried over because the newer text was not seen.
    pub fn carried(&self) -> bool {
        self.front.id.contains("/x-from-")
    }
    /// Whether its kind is 遵守事項.
    pub fn required(&self) -> bool {
        self.front.kind == "遵守事項"
    }
}

/// An edition as text.
#[derive(Debug, Clone)]
pub struct Text {
    /// The rules in the edition's order.
    pub rules: Vec<RuleText>,
    /// The deemings by id.
    pub deemings: Vec<Deeming>,
    /// The definitions.
    pub definitions: BTreeMap<String, Definition>,
    values: BTreeMap<String, (Scalar, Option<(String, Scalar)>)>,
    interpretations: BTreeMap<String, Interpretation>,
    tests: BTreeMap<String, Vec<Asked>>,
}

impl Text {
    /// Parses the files of an edition that `rulebook::load` has taken.
    pub fn read(files: &[(String, String)], book: &Rulebook, edition: &Edition) -> Text {
        let mut text = Text {
            rules: Vec::new(),
            deemings: Vec::new(),
            definitions: BTreeMap::new(),
            values: values(book),
            interpretations: book.interpretations.iter().map(|i| (i.id.clone(), i.clone())).collect(),
            tests: BTreeMap::new(),
        };
        let mut files: Vec<&(String, String)> = files.iter().filter(|(p, _)| p.ends_with(".md")).collect();
        files.sort();
        for (path, file) in files {
            let document = Document::read(path, file).expect("a file that loaded");
            let Some(fence) = &document.block else { continue };
            let here = path.starts_with("definitions/") || path.starts_with(&format!("{}/", edition.id));
            for head in parse(path, &fence.text, fence.first_line).expect("a block that loaded") {
                match head {
                    Head::Rule(rule) if here => text.rules.push(rule_text(document.front.clone(), rule)),
                    Head::Deeming(d) if here => text.deemings.push(d),
                    Head::Definition(d) => drop(text.definitions.insert(d.name.clone(), d)),
                    Head::Rule(_) | Head::Deeming(_) => {}
                }
            }
        }
        let order = |r: &RuleText| edition.rules.iter().position(|o| o.front.id == r.front.id);
        text.rules.sort_by_key(order);
        text.tests = text.all_tests();
        let readings: Vec<_> = text.rules.iter().map(|r| text.other_readings(r)).collect();
        for (rule, readings) in text.rules.iter_mut().zip(readings) {
            rule.other_readings = readings;
        }
        text
    }

    fn all_tests(&self) -> BTreeMap<String, Vec<Asked>> {
        let mut out: BTreeMap<String, Vec<Asked>> = BTreeMap::new();
        let both = [BTreeSet::new(), self.interpretations.keys().cloned().collect()];
        let mut found: Vec<&FactAtom> = Vec::new();
        for rule in &self.rules {
            found.extend(atoms(&subs_of(&rule.rule), &rule_items(&rule.rule)));
        }
        for d in &self.deemings {
            let subs: Vec<&Sub> = [&d.target, &d.eligibility].into_iter().flatten().collect();
            found.extend(atoms(&subs, &[]));
        }
        for d in self.definitions.values() {
            found.extend(atoms(&[], &d.body.iter().collect::<Vec<_>>()));
        }
        for atom in found {
            for flipped in &both {
                out.entry(atom.word.clone()).or_default().push(asked(self, &atom.test, flipped));
            }
        }
        out
    }

    /// Every test of facts of this name, in both readings.
    pub(super) fn tests_of(&self, word: &str) -> &[Asked] {
        self.tests.get(word).map_or(&[], Vec::as_slice)
    }

    /// A dated value, in its first reading or the other.
    pub(super) fn scalar(&self, name: &str, flipped: &BTreeSet<String>) -> Scalar {
        match self.values.get(name) {
            Some((_, Some((id, second)))) if flipped.contains(id) => *second,
            Some((first, _)) => *first,
            None => Scalar::Number(0),
        }
    }

    /// Whether a line is read.
    pub(super) fn reads(&self, line: &Line, flipped: &BTreeSet<String>) -> bool {
        let Some(id) = &line.interpretation else { return true };
        let default = self.interpretations.get(id).is_none_or(|i| i.default_with);
        default != flipped.contains(id)
    }

    /// I-09: whether an item in relief counts as followed.
    pub(super) fn relief_counts(&self) -> bool {
        self.interpretations.get("I-09").is_some_and(|i| i.default_with)
    }

    fn other_readings(&self, rule: &RuleText) -> Vec<BTreeSet<String>> {
        let used: Vec<String> = self
            .interpretations_of(rule)
            .into_iter()
            .filter(|id| self.interpretations.get(id).is_some_and(|i| !i.confirmed))
            .collect();
        (1..1usize << used.len())
            .map(|bits| {
                used.iter()
                    .enumerate()
                    .filter(|(i, _)| bits >> i & 1 == 1)
                    .map(|(_, id)| id.clone())
                    .collect()
            })
            .collect()
    }

    fn interpretations_of(&self, rule: &RuleText) -> BTreeSet<String> {
        let mut out = BTreeSet::new();
        let mut values: Vec<String> = rule.rule.effective.iter().map(|e| e.value.clone()).collect();
        self.each_line(rule, &mut |line| {
            out.extend(line.interpretation.clone());
            for atom in &line.atoms {
                let Atom::Fact(f) = atom else { continue };
                values.extend(value_named(&f.test));
            }
        });
        for name in values {
            if let Some((_, Some((id, _)))) = self.values.get(&name) {
                out.insert(id.clone());
            }
        }
        out
    }

    /// Every line that the rule's outcome depends on, through definitions.
    fn each_line(&self, rule: &RuleText, f: &mut impl FnMut(&Line)) {
        let mut waiting: Vec<&Condition> = rule_items(&rule.rule);
        waiting.extend(subs_of(&rule.rule).iter().flat_map(|s| &s.body.items));
        while let Some(c) = waiting.pop() {
            match c {
                Condition::Group(g) => waiting.extend(&g.items),
                Condition::Quantifier(q) => {
                    waiting.extend(q.within.iter().chain(&q.except).flat_map(|s| &s.body.items));
                    waiting.extend(&q.body);
                }
                Condition::Line(line) => {
                    f(line);
                    for atom in &line.atoms {
                        if let Atom::Definition(name) = atom {
                            waiting.extend(self.definitions.get(name).iter().flat_map(|d| &d.body));
                        }
                    }
                }
            }
        }
    }

    /// Whether judging this rule tracks every fact: no quantifier, no word
    /// read twice, no part, no deeming near, and a unit that shares no fact.
    pub fn is_plain(&self, vocabulary: &Vocabulary, rule: &RuleText) -> bool {
        let mut words: Vec<String> = Vec::new();
        let mut plain = true;
        self.each_line(rule, &mut |line| {
            for atom in &line.atoms {
                match atom {
                    Atom::Fact(f) => words.push(f.word.clone()),
                    Atom::Part(_) => plain = false,
                    Atom::Definition(_) => {}
                }
            }
        });
        let unit = rule.rule.unit.as_ref().and_then(|u| vocabulary.kind_named(&u.kind));
        let unit: KindId = unit.unwrap_or(Vocabulary::INSTITUTION);
        let own = words.iter().all(|w| vocabulary.word_named(unit, w).is_some());
        let distinct: BTreeSet<&String> = words.iter().collect();
        let deemed = self
            .deemings
            .iter()
            .any(|d| reaches(d, &rule.part) || condition_part(d) == Some(rule.part.as_str()));
        plain && own && !deemed && distinct.len() == words.len() && self.depth(rule) == 0
    }

    /// How deep its quantifiers nest, through definitions.
    pub fn depth(&self, rule: &RuleText) -> usize {
        let items = rule_items(&rule.rule);
        let subs = subs_of(&rule.rule);
        items
            .into_iter()
            .chain(subs.iter().flat_map(|s| &s.body.items))
            .map(|c| self.depth_of(c))
            .max()
            .unwrap_or(0)
    }

    fn depth_of(&self, c: &Condition) -> usize {
        let most = |items: &[Condition]| items.iter().map(|c| self.depth_of(c)).max().unwrap_or(0);
        match c {
            Condition::Group(g) => most(&g.items),
            Condition::Quantifier(q) => {
                let subs = q.within.iter().chain(&q.except).map(|s| most(&s.body.items)).max().unwrap_or(0);
                1 + subs.max(most(&q.body))
            }
            Condition::Line(l) => {
                let defined = l.atoms.iter().filter_map(|a| match a {
                    Atom::Definition(name) => self.definitions.get(name),
                    _ => None,
                });
                defined.map(|d| most(&d.body)).max().unwrap_or(0)
            }
        }
    }
}

fn values(book: &Rulebook) -> BTreeMap<String, (Scalar, Option<(String, Scalar)>)> {
    let id = |i: u16| book.interpretations.get(usize::from(i)).map(|i| i.id.clone()).unwrap_or_default();
    book.values.iter().map(|v| (v.name.clone(), (v.value, v.second.map(|(i, s)| (id(i), s))))).collect()
}

fn rule_text(front: Front, rule: Rule) -> RuleText {
    let part = front.place.as_ref().map(|p| p.part.clone()).unwrap_or_default();
    RuleText { front, rule, part, other_readings: Vec::new() }
}

/// Whether a deeming reaches the part.
pub(super) fn reaches(d: &Deeming, part: &str) -> bool {
    d.reaches.as_ref().is_some_and(|l| l.parts.iter().any(|p| p == part))
}

/// The part that 条件 names.
pub(super) fn condition_part(d: &Deeming) -> Option<&str> {
    let items = d.condition.as_ref().map_or(&[] as &[Condition], |s| &s.body.items);
    items.iter().find_map(|c| match c {
        Condition::Line(l) => l.atoms.iter().find_map(|a| match a {
            Atom::Part(name) => Some(name.as_str()),
            _ => None,
        }),
        _ => None,
    })
}

fn value_named(test: &Test) -> Option<String> {
    match test {
        Test::AtLeast(o)
        | Test::AtMost(o)
        | Test::OnOrAfter(o)
        | Test::OnOrBefore(o)
        | Test::Before(o)
        | Test::WithinMonths(o) => match o {
            Operand::Value(name) => Some(name.clone()),
            Operand::Literal(_) => None,
        },
        Test::OneOf { .. } | Test::InForce => None,
    }
}

/// The conditions of the blocks that decide the outcome.
fn rule_items(rule: &Rule) -> Vec<&Condition> {
    let decides = |w: SectionWord| !matches!(w, SectionWord::Recommended | SectionWord::Pending);
    rule.sections.iter().filter(|s| decides(s.word)).flat_map(|s| &s.body.items).collect()
}

/// 先に問う, とき and 終了 of the blocks that decide the outcome.
fn subs_of(rule: &Rule) -> Vec<&Sub> {
    let early = rule.effective.iter().flat_map(|e| &e.early);
    let relief = rule.sections.iter().filter(|s| s.word == SectionWord::Relief);
    early.chain(relief.flat_map(|s| s.when.iter().chain(&s.until))).collect()
}

fn atoms<'a>(subs: &[&'a Sub], items: &[&'a Condition]) -> Vec<&'a FactAtom> {
    let mut out = Vec::new();
    let mut waiting: Vec<&Condition> = items.to_vec();
    waiting.extend(subs.iter().flat_map(|s| &s.body.items));
    while let Some(c) = waiting.pop() {
        match c {
            Condition::Group(g) => waiting.extend(&g.items),
            Condition::Quantifier(q) => {
                waiting.extend(q.within.iter().chain(&q.except).flat_map(|s| &s.body.items));
                waiting.extend(&q.body);
            }
            Condition::Line(l) => out.extend(l.atoms.iter().filter_map(|a| match a {
                Atom::Fact(f) => Some(f),
                _ => None,
            })),
        }
    }
    out
}
