//! Random rulebooks: syntax trees over a vocabulary, printed to files.
//!
//! Names, types and levels are right by construction; what the checker still
//! refuses (a range that is always empty) is drawn again. Left out because
//! rule-language does not say what they mean: an interpretation in a 終了 or a
//! definition.

use super::Random;
use super::words::DEFINITIONS;
use rule_language::print;
use rule_language::syntax::{
    Atom, Condition, Conditions, Deeming, Definition, Effective, Empty, FactAtom, Group, GroupWord, Head,
    Line, Meta, Operand, PartList, Quantifier, Rule, Section, SectionWord, Sub, Test, Unit,
};
use rulebook::Rulebook;
use std::collections::BTreeSet;
use std::fmt::Write as _;
use vocabulary::{KindId, Role, ValueType, Vocabulary, Word};

/// The parts: (id, name). A deeming stands on the second and reaches the first.
const PARTS: [(&str, &str); 2] = [("operations", "運用編"), ("outsourced", "委託編")];
/// Interpretations on lines, and those that choose the second reading of a value.
const ON_LINES: [&str; 3] = ["I-01", "I-02", "I-03"];

/// What a rule may hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Shape {
    /// No quantifier, no definition, and no word twice.
    Plain,
    /// Everything.
    Full,
}

/// A rulebook as files, and loaded. Draws again until the checker takes it.
pub fn files(r: &mut Random, vocabulary: &Vocabulary) -> (Vec<(String, String)>, Rulebook) {
    for _ in 0..200 {
        let files = draw(r, vocabulary);
        if let Ok(book) = rulebook::load(vocabulary, &files) {
            return (files, book);
        }
    }
    unloadable(r, vocabulary)
}

#[expect(clippy::panic, reason = "a generator that never makes a valid rulebook is a defect of the test")]
fn unloadable(r: &mut Random, vocabulary: &Vocabulary) -> ! {
    let files = draw(r, vocabulary);
    let problems = rulebook::load(vocabulary, &files).err().unwrap_or_default();
    panic!("200 random rulebooks were refused, the last for: {problems:#?}")
}

fn draw(r: &mut Random, vocabulary: &Vocabulary) -> Vec<(String, String)> {
    let mut files = shared_files(r);
    let mut defined = Vec::new();
    let mut block = String::new();
    for (name, kind) in DEFINITIONS {
        let kind = vocabulary.kind_named(kind).expect("the kind of a definition");
        let mut w = Writer::new(r, vocabulary, &defined, Shape::Full);
        w.in_definition = true;
        w.stack = vec![Vocabulary::INSTITUTION, kind];
        let items = w.conditions(2, false);
        block.push_str(&print(&[Head::Definition(Definition {
            meta: Meta::default(),
            name: name.into(),
            body: items,
        })]));
        defined.push((name, kind));
    }
    files.push(("definitions/words.md".into(), page("definitions/words", "定義", None, "", &block)));
    for (part, name) in PARTS {
        for i in 1..=1 + r.below(2) {
            files.push(rule_file(r, vocabulary, &defined, (part, name), i));
        }
    }
    if r.chance(60) {
        let deeming = deeming(r, vocabulary, &defined);
        let text = page("7.0/deeming/outsourced", "みなし", None, "", &print(&[Head::Deeming(deeming)]));
        files.push(("7.0/deeming/outsourced.md".into(), text));
    }
    files
}

/// Parts, values, interpretations, edition and coverage.
fn shared_files(r: &mut Random) -> Vec<(String, String)> {
    let mut parts = String::new();
    for (id, name) in PARTS {
        let _ = writeln!(
            parts,
            "[[part]]\nid = \"{id}\"\nname = \"{name}\"\nmark = \"編\"\nreference = \"{id}\""
        );
    }
    let mut interpretations = String::new();
    for id in ["I-01", "I-02", "I-03", "I-04", "I-09"] {
        let _ = writeln!(
            interpretations,
            "[[interpretation]]\nid = \"{id}\"\ntitle = \"{id}\"\ndefault = \"読む\"\nother = \"読まない\"\n\
             default_reads_line = {}\nconfirmed = {}\nbasis = \"解釈\"",
            r.chance(60),
            id != "I-09" && r.chance(20)
        );
    }
    let second = |r: &mut Random, text: &str| {
        if r.chance(30) {
            format!("second = {{ interpretation = \"I-04\", {text} }}\n")
        } else {
            String::new()
        }
    };
    let source = "basis = \"解釈\"\nsource = \"試験\"";
    let values = format!(
        "[[value]]\nname = \"日甲\"\ndate = \"2026-06-01\"\n{source}\n[[value]]\nname = \"日乙\"\ndate = \"2027-04-01\"\n{}{source}\n\
         [[value]]\nname = \"数甲\"\nnumber = 8\n{}{source}\n",
        second(r, "date = \"2026-10-01\""),
        second(r, "number = 12"),
    );
    let coverage = format!("[[part]]\nid = \"outsourced\"\ncomplete = {}\n", r.chance(50));
    let edition = "id = \"7.0\"\ntitle = \"試験\"\nissued = \"2026-04-01\"\npage = \"https://example.org/\"\nrevision = 1\n";
    vec![
        ("parts.toml".into(), parts),
        ("interpretations/all.toml".into(), interpretations),
        ("values/all.toml".into(), values),
        ("7.0/coverage.toml".into(), coverage),
        ("7.0/edition.toml".into(), edition.into()),
    ]
}

/// A Markdown page with one block.
fn page(id: &str, kind: &str, part: Option<&str>, more: &str, block: &str) -> String {
    let place = part.map_or_else(String::new, |p| {
        format!("place = {{ part = \"{p}\", chapter = \"1\", item = \"①\" }}\n")
    });
    format!(
        "+++\nid = \"{id}\"\ntitle = \"試験\"\n{place}kind = \"{kind}\"\nbasis = \"解釈\"\n{more}+++\n## 要旨\n試験。\n\n## 規則\n```規則\n{block}```\n"
    )
}

fn rule_file(
    r: &mut Random,
    vocabulary: &Vocabulary,
    defined: &[(&'static str, KindId)],
    (part, name): (&str, &str),
    number: usize,
) -> (String, String) {
    // What a deeming stands on is mostly plain, else it hardly ever comes about.
    let plain = if part == PARTS[0].0 { 30 } else { 60 };
    let shape = if r.chance(plain) { Shape::Plain } else { Shape::Full };
    let advice = r.chance(8);
    let mut w = Writer::new(r, vocabulary, defined, shape);
    w.interpretations = true;
    let rule = w.rule(advice);
    let carried = if w.r.chance(8) { "x-from-6.0-" } else { "" };
    let id = format!("7.0/{part}/{carried}01-0{number}");
    let kind = if advice { "推奨" } else { "遵守事項" };
    let more = "interpretations = [\"I-01\", \"I-02\", \"I-03\", \"I-04\"]\nopen_issues = [\"課題①\"]\n";
    (format!("{id}-random.md"), page(&id, kind, Some(name), more, &print(&[Head::Rule(rule)])))
}

fn deeming(r: &mut Random, vocabulary: &Vocabulary, defined: &[(&'static str, KindId)]) -> Deeming {
    let mut w = Writer::new(r, vocabulary, defined, Shape::Full);
    w.interpretations = w.r.chance(20);
    let condition = Conditions { inline: true, items: vec![line(Atom::Part(PARTS[1].1.into()))] };
    Deeming {
        meta: Meta::default(),
        target: Some(w.deeming_block()),
        eligibility: Some(w.deeming_block()),
        condition: Some(Sub { meta: Meta::default(), body: condition }),
        reaches: Some(PartList { meta: Meta::default(), parts: vec![PARTS[0].1.into()] }),
        read_also: w.r.chance(20).then(|| PartList { meta: Meta::default(), parts: vec![PARTS[1].1.into()] }),
    }
}

fn line(atom: Atom) -> Condition {
    Condition::Line(Line { meta: Meta::default(), any: false, atoms: vec![atom], interpretation: None })
}

/// Writes one head.
struct Writer<'a> {
    r: &'a mut Random,
    vocabulary: &'a Vocabulary,
    defined: &'a [(&'static str, KindId)],
    shape: Shape,
    /// Kinds of the rows from the institution inwards.
    stack: Vec<KindId>,
    quantifiers: usize,
    in_definition: bool,
    interpretations: bool,
    /// Words already read, for [`Shape::Plain`].
    read: BTreeSet<String>,
}

impl<'a> Writer<'a> {
    fn new(
        r: &'a mut Random,
        vocabulary: &'a Vocabulary,
        defined: &'a [(&'static str, KindId)],
        shape: Shape,
    ) -> Writer<'a> {
        Writer {
            r,
            vocabulary,
            defined,
            shape,
            stack: vec![Vocabulary::INSTITUTION],
            quantifiers: 0,
            in_definition: false,
            interpretations: false,
            read: BTreeSet::new(),
        }
    }

    fn meta(&mut self) -> Meta {
        let comment = self.r.chance(3).then(|| "注".to_owned());
        let before = if self.r.chance(2) { vec!["前の注".to_owned()] } else { Vec::new() };
        Meta { line: 0, before, comment }
    }

    fn rule(&mut self, advice: bool) -> Rule {
        let unit =
            if self.r.chance(50) { Some(self.r.below(self.vocabulary.kinds().len() - 1) + 1) } else { None };
        let unit = unit.and_then(|k| self.vocabulary.kinds().get(k)).map(|k| k.name.clone());
        if let Some(kind) = unit.as_deref().and_then(|n| self.vocabulary.kind_named(n)) {
            self.stack.push(kind);
        }
        let mut rule = Rule {
            meta: self.meta(),
            unit: unit.map(|kind| Unit { meta: Meta::default(), kind }),
            ..Rule::default()
        };
        if self.r.chance(35) {
            let early = self.r.chance(50).then(|| self.sub(1, false));
            let value = if self.r.chance(25) { "日甲" } else { "日乙" };
            rule.effective = Some(Effective { meta: Meta::default(), value: value.into(), early });
        }
        let mut words = Vec::new();
        for (word, percent) in [
            (SectionWord::Target, 55),
            (SectionWord::Target, 5),
            (SectionWord::Except, 30),
            (SectionWord::Except, 5),
        ] {
            words.extend(self.r.chance(percent).then_some(word));
        }
        if advice {
            words.push(SectionWord::Recommended);
        } else {
            words.push(SectionWord::Requirement);
            words.extend(self.r.chance(45).then_some(SectionWord::Relief));
            words.extend(self.r.chance(10).then_some(SectionWord::Recommended));
        }
        words.extend(self.r.chance(10).then_some(SectionWord::Pending));
        for word in words {
            let section = self.section(word);
            rule.sections.push(section);
        }
        rule
    }

    fn section(&mut self, word: SectionWord) -> Section {
        let mut s = Section {
            meta: self.meta(),
            word,
            label: None,
            when: None,
            until: None,
            body: Conditions::default(),
        };
        match word {
            SectionWord::Relief => {
                s.label = Some("次の更改まで".into());
                s.when = Some(self.sub(1, true));
                s.until = self.r.chance(40).then(|| self.without_interpretations(|w| w.sub(1, true)));
            }
            SectionWord::Pending => {
                s.label = Some("課題①".into());
                s.when = self.r.chance(50).then(|| self.sub(1, true));
            }
            SectionWord::Recommended => {
                s.when = self.r.chance(40).then(|| self.sub(1, false));
                s.body = if s.when.is_some() {
                    Conditions { inline: false, items: self.conditions(2, true) }
                } else {
                    self.body(2, true)
                };
            }
            SectionWord::Requirement => s.body = self.body(3, true),
            SectionWord::Target | SectionWord::Except => s.body = self.body(1, true),
        }
        s
    }

    fn without_interpretations<T>(&mut self, f: impl FnOnce(&mut Self) -> T) -> T {
        let before = std::mem::replace(&mut self.interpretations, false);
        let out = f(self);
        self.interpretations = before;
        out
    }

    /// 対象 or 資格: often one thing of which there is any, as in 図1.
    fn deeming_block(&mut self) -> Sub {
        if self.r.chance(60) {
            return self.sub(1, true);
        }
        let mut values = vec!["い".to_owned()];
        let words: Vec<&Word> =
            self.vocabulary.words().iter().filter(|w| w.on.contains(&Vocabulary::INSTITUTION)).collect();
        let choices: Vec<&Word> = words
            .into_iter()
            .filter(|w| w.role == Role::Plain && matches!(w.value, ValueType::Choice(_)))
            .collect();
        let Some(word) = self.r.maybe(&choices).copied() else { return self.sub(1, true) };
        if word.value == ValueType::Choice(vec!["い".into(), "ろ".into(), "は".into()]) {
            values.push("ろ".into());
        }
        let test = Test::OneOf { values, not: false };
        let atom = line(Atom::Fact(FactAtom { word: word.name.clone(), test, evidence: None }));
        Sub { meta: Meta::default(), body: Conditions { inline: true, items: vec![atom] } }
    }

    fn sub(&mut self, most: usize, rich: bool) -> Sub {
        Sub { meta: self.meta(), body: self.body(most, rich) }
    }

    /// One condition on the head's line, or up to `most` below.
    fn body(&mut self, most: usize, rich: bool) -> Conditions {
        if self.r.chance(if most > 2 { 25 } else { 65 }) {
            return Conditions { inline: true, items: vec![Condition::Line(self.line())] };
        }
        Conditions { inline: false, items: self.conditions(most, rich) }
    }

    /// Between one and `most` conditions; groups and quantifiers where `rich`.
    fn conditions(&mut self, most: usize, rich: bool) -> Vec<Condition> {
        (0..=self.r.below(most)).map(|_| self.condition(rich, 2)).collect()
    }

    fn condition(&mut self, rich: bool, depth: usize) -> Condition {
        let ranges = self.ranges();
        let full = self.shape == Shape::Full;
        if full
            && depth > 0
            && self.quantifiers < 3
            && !ranges.is_empty()
            && self.r.chance(if rich { 38 } else { 12 })
        {
            let (name, kind, holder) = self.r.pick(&ranges).clone();
            return Condition::Quantifier(self.quantifier(name, kind, holder, depth - 1));
        }
        if depth > 0 && self.r.chance(if rich { 25 } else { 10 }) {
            return Condition::Group(self.group(depth - 1));
        }
        let meta = self.meta();
        Condition::Line(Line { meta, ..self.line() })
    }

    fn group(&mut self, depth: usize) -> Group {
        let word = *self.r.pick(&[GroupWord::All, GroupWord::Any, GroupWord::Any, GroupWord::Alternative]);
        let label = (word == GroupWord::Alternative || self.r.chance(20)).then(|| "名 前".to_owned());
        let items = (0..=self.r.below(3)).map(|_| self.condition(true, depth)).collect();
        Group { meta: self.meta(), word, label, items }
    }

    /// Kinds and relation words that can be ranged over here: (name, kind of rows, kind of holder).
    fn ranges(&self) -> Vec<(String, KindId, KindId)> {
        let mut out: Vec<(String, KindId, KindId)> = self
            .vocabulary
            .kinds()
            .iter()
            .skip(1)
            .filter_map(|k| {
                Some((k.name.clone(), self.vocabulary.kind_named(&k.name)?, Vocabulary::INSTITUTION))
            })
            .collect();
        for relation in self.vocabulary.relations().iter().filter(|r| self.stack.contains(&r.from)) {
            // Relations are what nested rules are made of: three times as likely.
            out.extend(std::iter::repeat_n((relation.name.clone(), relation.to, relation.from), 3));
        }
        out
    }

    fn quantifier(&mut self, range: String, kind: KindId, holder: KindId, depth: usize) -> Quantifier {
        let confirmed: Vec<&str> = self
            .defined
            .iter()
            .filter(|(name, k)| *k == kind && self.vocabulary.none_of(holder, name).is_some())
            .map(|(name, _)| *name)
            .collect();
        let mut q = Quantifier {
            meta: self.meta(),
            all: self.r.chance(60),
            range,
            empty: *self.r.pick(&[Empty::Holds, Empty::Fails]),
            within: Vec::new(),
            except: Vec::new(),
            body: Vec::new(),
        };
        self.stack.push(kind);
        self.quantifiers += 1;
        if let Some(name) = self.r.maybe(&confirmed).copied()
            && self.r.chance(50)
        {
            q.empty = Empty::Confirmed;
            let items = vec![line(Atom::Definition(name.into()))];
            q.within.push(Sub { meta: Meta::default(), body: Conditions { inline: true, items } });
        }
        if self.r.chance(35) {
            let s = self.sub(2, depth > 0);
            q.within.push(s);
        }
        if self.r.chance(25) {
            let s = self.sub(1, false);
            q.except.push(s);
        }
        q.body = (0..=self.r.below(2)).map(|_| self.condition(true, depth)).collect();
        self.quantifiers -= 1;
        self.stack.pop();
        q
    }

    /// One atom, or two on a line, and perhaps an interpretation.
    fn line(&mut self) -> Line {
        let first = self.atom();
        let mut out = Line { meta: Meta::default(), any: false, atoms: vec![first], interpretation: None };
        if self.r.chance(18) {
            out.any = self.r.chance(50);
            let second = self.atom();
            out.atoms.push(second);
        }
        if self.interpretations && self.r.chance(10) {
            out.interpretation = Some((*self.r.pick(&ON_LINES)).to_owned());
        }
        out
    }

    fn atom(&mut self) -> Atom {
        let here: Vec<&str> =
            self.defined.iter().filter(|(_, k)| self.stack.contains(k)).map(|(n, _)| *n).collect();
        if self.shape == Shape::Full && !here.is_empty() && self.r.chance(15) {
            return Atom::Definition((*self.r.pick(&here)).to_owned());
        }
        Atom::Fact(self.fact())
    }

    fn fact(&mut self) -> FactAtom {
        let inner = self.stack.last().copied().unwrap_or(Vocabulary::INSTITUTION);
        // The innermost kind three times: rules mostly read the row they stand on.
        let kinds: Vec<KindId> = self.stack.iter().copied().chain([inner, inner, inner]).collect();
        let vocabulary = self.vocabulary;
        let words: Vec<&Word> = kinds
            .iter()
            .flat_map(|k| vocabulary.words().iter().filter(move |w| w.on.contains(k)))
            .filter(|w| w.role == Role::Plain && !matches!(w.value, ValueType::Text | ValueType::List(_)))
            .collect();
        let fresh: Vec<&Word> = words.iter().filter(|w| !self.read.contains(&w.name)).copied().collect();
        let again = fresh.is_empty() || (self.shape == Shape::Full && self.r.chance(20));
        let word = *self.r.pick(if again { words.as_slice() } else { fresh.as_slice() });
        self.read.insert(word.name.clone());
        let test = self.test(word);
        let evidence = self.r.chance(35).then(|| self.r.maybe(&word.evidence).copied()).flatten();
        let evidence = evidence.map(|e| (self.vocabulary.evidence_kind(e).name.clone(), self.r.chance(50)));
        FactAtom { word: word.name.clone(), test, evidence }
    }

    fn test(&mut self, word: &Word) -> Test {
        if let ValueType::Choice(values) = &word.value {
            let mut values = self.r.some(values.get(1..).unwrap_or_default());
            if self.r.chance(40) {
                values = vec!["い".to_owned()];
            }
            if word.not_applicable && self.r.chance(25) {
                values.push("該当なし".into());
            }
            return Test::OneOf { values, not: self.r.chance(20) };
        }
        if word.not_applicable && self.r.chance(12) {
            return Test::OneOf { values: vec!["該当なし".into()], not: self.r.chance(20) };
        }
        match &word.value {
            ValueType::Number(_) => {
                let n = if self.r.chance(40) {
                    Operand::Value("数甲".into())
                } else {
                    literal(1 + self.r.below(20))
                };
                if self.r.chance(60) { Test::AtLeast(n) } else { Test::AtMost(n) }
            }
            ValueType::Date => self.date_test(),
            _ => Test::InForce,
        }
    }

    fn date_test(&mut self) -> Test {
        if self.r.chance(20) {
            return Test::WithinMonths(literal(1 + self.r.below(24)));
        }
        let d = if self.in_definition || self.r.chance(60) {
            Operand::Value((*self.r.pick(&["日甲", "日乙"])).into())
        } else {
            Operand::Literal((*self.r.pick(&["2026-01-01", "2026-12-15", "2027-01-15", "2028-01-01"])).into())
        };
        match self.r.below(3) {
            0 => Test::OnOrAfter(d),
            1 => Test::OnOrBefore(d),
            _ => Test::Before(d),
        }
    }
}

fn literal(n: usize) -> Operand {
    Operand::Literal(n.to_string())
}
