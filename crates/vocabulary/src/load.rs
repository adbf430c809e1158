//! Raw TOML → checked [`Vocabulary`].
//!
//! Every problem is collected; the loader never stops at the first. Checked:
//! unknown kinds, evidence and relation words, ids unique, names unique per
//! kind, names without space or 「、」, questions of at most 50 characters.

use crate::model::{
    EvidenceKind, Kind, KindId, OpenWhile, Relation, RelationId, Role, Term, ValueType, Word, WordId,
};
use crate::{Code, Diagnostic, Vocabulary};
use serde::Deserialize;
use std::collections::BTreeSet;

#[derive(Deserialize, Default)]
#[serde(deny_unknown_fields)]
struct RawFile {
    #[serde(default)]
    kind: Vec<RawKind>,
    #[serde(default)]
    relation: Vec<RawRelation>,
    #[serde(default)]
    evidence: Vec<RawEvidence>,
    #[serde(default)]
    fact: Vec<RawFact>,
    #[serde(default)]
    term: Vec<Term>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawKind {
    id: String,
    name: String,
    plain: String,
    closure: Option<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawEvidence {
    id: String,
    name: String,
    plain: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawRelation {
    id: String,
    name: String,
    from: String,
    to: String,
    inverse: String,
    closure: String,
    question: String,
    open_while: Option<RawOpenWhile>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawOpenWhile {
    through: String,
    fact: String,
    unless: String,
    until: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawFact {
    id: String,
    name: String,
    #[serde(default)]
    aliases: Vec<String>,
    on: Vec<String>,
    #[serde(rename = "type")]
    value: String,
    #[serde(default)]
    values: Vec<String>,
    unit: Option<String>,
    #[serde(default)]
    not_applicable: bool,
    not_applicable_label: Option<String>,
    question: String,
    answered_by: Vec<String>,
    evidence: Vec<String>,
    cost: u8,
    #[serde(default)]
    possible: bool,
    none_of: Option<String>,
}

/// The longest question, in characters.
const QUESTION_LIMIT: usize = 50;

struct Loader {
    out: Vocabulary,
    problems: Vec<Diagnostic>,
    ids: BTreeSet<String>,
}

impl Vocabulary {
    /// Loads the vocabulary from its TOML files, given as (name, text).
    pub fn load(files: &[(String, String)]) -> Result<Vocabulary, Vec<Diagnostic>> {
        let mut raw = Vec::new();
        let mut problems = Vec::new();
        for (name, text) in files {
            match toml::from_str::<RawFile>(text) {
                Ok(file) => raw.push((name.as_str(), file)),
                Err(e) => problems.push(toml_problem(name, text, &e)),
            }
        }
        let mut loader = Loader { out: Vocabulary::default(), problems, ids: BTreeSet::new() };
        loader.kinds(&raw);
        for (file, raw) in &raw {
            for e in &raw.evidence {
                loader.unique(file, &e.id);
                loader.out.evidence.push(EvidenceKind {
                    id: e.id.clone(),
                    name: e.name.clone(),
                    plain: e.plain.clone(),
                });
            }
            loader.out.glossary.extend(raw.term.iter().cloned());
        }
        for (file, raw) in &raw {
            for f in &raw.fact {
                loader.fact(file, f);
            }
        }
        loader.relations(&raw);
        loader.slots();
        if loader.out.kinds.is_empty() {
            loader.problem(
                "vocabulary",
                Code::Missing,
                "種類が一つもありません。",
                "kinds.toml を確かめてください。",
            );
        }
        if loader.problems.is_empty() { Ok(loader.out) } else { Err(loader.problems) }
    }
}

/// A TOML error as a diagnostic with its line.
fn toml_problem(file: &str, text: &str, e: &toml::de::Error) -> Diagnostic {
    let line = e.span().map_or(0, |s| text.get(..s.start).unwrap_or_default().lines().count().max(1));
    Diagnostic::error(
        file,
        line,
        Code::BadForm,
        format!("TOMLとして読めません({})。", e.message()),
        "前後の行の引用符と括弧を確かめてください。",
    )
}

impl Loader {
    fn problem(&mut self, file: &str, code: Code, message: impl Into<String>, remedy: &str) {
        self.problems.push(Diagnostic::error(file, 0, code, message, remedy));
    }

    fn unique(&mut self, file: &str, id: &str) {
        if !self.ids.insert(id.to_owned()) {
            self.problem(
                file,
                Code::Duplicate,
                format!("id「{id}」が二度あります。"),
                "どちらかの id を変えてください。",
            );
        }
    }

    fn kinds(&mut self, raw: &[(&str, RawFile)]) {
        for (file, raw) in raw {
            for k in &raw.kind {
                self.unique(file, &k.id);
                if self.out.kind_named(&k.name).is_some() {
                    self.problem(
                        file,
                        Code::Duplicate,
                        format!("種類「{}」が二度あります。", k.name),
                        "一つにしてください。",
                    );
                }
                self.out.kinds.push(Kind {
                    id: k.id.clone(),
                    name: k.name.clone(),
                    plain: k.plain.clone(),
                    closure: None,
                });
            }
        }
        self.out.names.clear();
        for (file, raw) in raw {
            for k in &raw.kind {
                let (Some(name), Some(kind)) = (&k.closure, self.out.kind_named(&k.name)) else { continue };
                let question = format!("{}は、書いたもので全部ですか。", k.plain);
                let id = format!("{}-complete", k.id);
                let word = self.yes_no(id, name, Vocabulary::INSTITUTION, question, Role::KindClosure(kind));
                let word = self.word(file, word);
                if let Some(kind) = self.out.kinds.get_mut(kind.index()) {
                    kind.closure = Some(word);
                }
            }
        }
    }

    fn yes_no(&self, id: String, name: &str, on: KindId, question: String, role: Role) -> Word {
        Word {
            id,
            name: name.to_owned(),
            aliases: Vec::new(),
            on: vec![on],
            value: ValueType::Choice(vec!["はい".into(), "いいえ".into()]),
            role,
            not_applicable: false,
            not_applicable_label: None,
            question,
            answered_by: vec!["院長・事務長".into(), "事業者".into()],
            evidence: Vec::new(),
            cost: 1,
            possible: false,
        }
    }

    /// Enters a word; its names must be free on each of its kinds.
    fn word(&mut self, file: &str, word: Word) -> WordId {
        self.unique(file, &word.id);
        let id = WordId(u16::try_from(self.out.words.len()).unwrap_or(u16::MAX));
        for name in std::iter::once(&word.name).chain(&word.aliases) {
            if name.contains([' ', '、', '〔', '「']) {
                self.problem(
                    file,
                    Code::BadForm,
                    format!("語「{name}」に空白か「、」があります。"),
                    "空白と「、」の無い語にしてください。",
                );
            }
            for kind in &word.on {
                if self.out.names.insert((*kind, name.clone()), id).is_some() {
                    let kind = self.out.kind(*kind).name.clone();
                    self.problem(
                        file,
                        Code::Duplicate,
                        format!("語「{name}」が「{kind}」に二度あります。"),
                        "どちらかの語を変えてください。",
                    );
                }
            }
        }
        if word.question.chars().count() > QUESTION_LIMIT {
            self.problem(
                file,
                Code::HardToRead,
                format!("「{}」の問いが{}字です。", word.name, word.question.chars().count()),
                "50字までにしてください。",
            );
        }
        self.out.words.push(word);
        id
    }

    fn fact(&mut self, file: &str, f: &RawFact) {
        let mut on = Vec::new();
        for name in &f.on {
            match self.out.kind_named(name) {
                Some(kind) => on.push(kind),
                None => self.problem(
                    file,
                    Code::UnknownWord,
                    format!("「{}」の on にある種類「{name}」はありません。", f.name),
                    "kinds.toml の種類を使ってください。",
                ),
            }
        }
        let mut evidence = Vec::new();
        for name in &f.evidence {
            match self.out.evidence_named(name) {
                Some(e) => evidence.push(e),
                None => self.problem(
                    file,
                    Code::UnknownWord,
                    format!("「{}」の根拠資料「{name}」はありません。", f.name),
                    "evidence.toml の語を使ってください。",
                ),
            }
        }
        let value = match f.value.as_str() {
            "選択" => ValueType::Choice(f.values.clone()),
            "数" => ValueType::Number(f.unit.clone()),
            "日付" => ValueType::Date,
            "期間" => ValueType::Term,
            "文字" => ValueType::Text,
            other => {
                self.problem(
                    file,
                    Code::UnknownWord,
                    format!("「{}」の型「{other}」はありません。", f.name),
                    "選択・数・日付・期間・文字のどれかにしてください。",
                );
                ValueType::Text
            }
        };
        if let ValueType::Choice(values) = &value {
            let distinct: BTreeSet<_> = values.iter().collect();
            if values.len() < 2 || values.len() > 64 || distinct.len() != values.len() {
                self.problem(
                    file,
                    Code::BadForm,
                    format!("「{}」の選択肢は、違うものを2つから64までにしてください。", f.name),
                    "",
                );
            }
        }
        let role = f.none_of.clone().map_or(Role::Plain, Role::NoneOf);
        let word = Word {
            id: f.id.clone(),
            name: f.name.clone(),
            aliases: f.aliases.clone(),
            on,
            value,
            role,
            not_applicable: f.not_applicable,
            not_applicable_label: f.not_applicable_label.clone(),
            question: f.question.clone(),
            answered_by: f.answered_by.clone(),
            evidence,
            cost: f.cost,
            possible: f.possible,
        };
        self.word(file, word);
    }

    fn relations(&mut self, raw: &[(&str, RawFile)]) {
        for (file, raw) in raw {
            for r in &raw.relation {
                self.relation(file, r);
            }
        }
        for (file, raw) in raw {
            for r in &raw.relation {
                if let Some(open) = &r.open_while {
                    self.open_while(file, r, open);
                }
            }
        }
    }

    fn relation(&mut self, file: &str, r: &RawRelation) {
        let (Some(from), Some(to)) = (self.out.kind_named(&r.from), self.out.kind_named(&r.to)) else {
            self.problem(
                file,
                Code::UnknownWord,
                format!("関係「{}」の種類がありません。", r.name),
                "from と to を kinds.toml の種類にしてください。",
            );
            return;
        };
        self.unique(file, &r.id);
        let id = RelationId(u16::try_from(self.out.relations.len()).unwrap_or(u16::MAX));
        let forward = self.list_word(format!("{}-forward", r.id), &r.name, from, to, &r.question, id, true);
        let forward = self.word(file, forward);
        let question = format!("「{}」は、どれですか。", r.inverse);
        let backward =
            self.list_word(format!("{}-backward", r.id), &r.inverse, to, from, &question, id, false);
        let backward = self.word(file, backward);
        let closure = self.yes_no(
            format!("{}-complete", r.id),
            &r.closure,
            from,
            r.question.clone(),
            Role::RelationClosure(id),
        );
        let closure = self.word(file, closure);
        self.out.relations.push(Relation {
            id: r.id.clone(),
            name: r.name.clone(),
            inverse: r.inverse.clone(),
            from,
            to,
            forward,
            backward,
            closure,
            open_while: None,
        });
    }

    #[expect(clippy::too_many_arguments, reason = "the two sides of a relation differ in all of these")]
    fn list_word(
        &self,
        id: String,
        name: &str,
        on: KindId,
        of: KindId,
        question: &str,
        relation: RelationId,
        forward: bool,
    ) -> Word {
        let mut word = self.yes_no(id, name, on, question.to_owned(), Role::Side(relation, forward));
        word.value = ValueType::List(of);
        word
    }

    fn open_while(&mut self, file: &str, r: &RawRelation, open: &RawOpenWhile) {
        let resolved = (|| {
            let through = self.out.relation_named(&open.through)?;
            let rows = self.out.relation(through).to;
            let fact = self.out.word_named(rows, &open.fact)?;
            let ValueType::Choice(values) = &self.out.word(fact).value else { return None };
            let unless = u16::try_from(values.iter().position(|v| *v == open.unless)?).ok()?;
            let until = self.out.relation_named(&open.until)?;
            Some(OpenWhile { through, fact, unless, until })
        })();
        let id = self.out.relation_named(&r.name);
        match (resolved, id) {
            (Some(open), Some(id)) => {
                if let Some(relation) = self.out.relations.get_mut(id.index()) {
                    relation.open_while = Some(open);
                }
            }
            _ => self.problem(
                file,
                Code::UnknownWord,
                format!("関係「{}」の open_while に、知らない語があります。", r.name),
                "through・fact・unless・until の語を確かめてください。",
            ),
        }
    }

    fn slots(&mut self) {
        let words = self.out.words.len();
        for kind in 0..self.out.kinds.len() {
            let mut slots = vec![None; words];
            let mut next = 0u16;
            for (slot, word) in slots.iter_mut().zip(&self.out.words) {
                if word.on.iter().any(|k| k.index() == kind) {
                    *slot = Some(next);
                    next += 1;
                }
            }
            self.out.slots.push(slots);
            self.out.widths.push(usize::from(next));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn load(text: &str) -> Result<Vocabulary, Vec<Diagnostic>> {
        Vocabulary::load(&[("v.toml".into(), text.into())])
    }

    #[test]
    fn the_same_name_may_stand_on_two_kinds_but_not_twice_on_one() {
        let base = r#"
            [[kind]]
            id = "institution"
            name = "施設"
            plain = "施設"
            [[kind]]
            id = "asset"
            name = "資産"
            plain = "機器"
            closure = "資産はこれで全部"
        "#;
        let fact = |id: &str, on: &str| {
            format!(
                "[[fact]]\nid = \"{id}\"\nname = \"種別\"\non = [\"{on}\"]\ntype = \"選択\"\nvalues = [\"甲\", \"乙\"]\nquestion = \"?\"\nanswered_by = []\nevidence = []\ncost = 1\n"
            )
        };
        let two = format!("{base}{}{}", fact("a", "施設"), fact("b", "資産"));
        let v = load(&two).unwrap();
        let asset = v.kind_named("資産").unwrap();
        assert_ne!(v.word_named(Vocabulary::INSTITUTION, "種別"), v.word_named(asset, "種別"));
        assert!(v.kind(asset).closure.is_some());
        let clash = format!("{base}{}{}", fact("a", "資産"), fact("b", "資産"));
        assert_eq!(load(&clash).unwrap_err()[0].code, Code::Duplicate);
    }

    #[test]
    fn a_broken_file_is_named_with_its_line() {
        let e = load("[[kind]]\nid = \n").unwrap_err();
        assert_eq!((e[0].file.as_str(), e[0].line), ("v.toml", 2));
    }
}
