//! Looking things up for a supposition: rows by what a person typed, members of
//! relations and values by the stable ids of the vocabulary, and what to say
//! where nothing is found.

use crate::explanation::SubjectRef;
use facts::{Cell, Known, RowId, suppose, text};
use rulebook::{Node, Op, Range, Rulebook};
use vocabulary::{Code, Diagnostic, Relation, RelationId, WordId};

/// A state, and the option of the command that messages name.
#[derive(Clone, Copy)]
pub(crate) struct Place<'a> {
    pub(crate) known: &'a Known<'a>,
    pub(crate) option: &'static str,
}

const ABSENT: &Cell = &Cell::Absent;

impl<'a> Place<'a> {
    /// The row of a kind with this id.
    pub(crate) fn row(&self, kind: &str, typed: &str) -> Result<RowId, Vec<Diagnostic>> {
        let vocabulary = self.known.vocabulary();
        let kind = vocabulary.kind_by_id(kind).ok_or_else(|| self.missing(kind))?;
        let name = &vocabulary.kind(kind).name;
        let id = typed.strip_prefix(name.as_str()).map_or(typed, str::trim_start);
        let institution = self.known.institution();
        let row = institution
            .find(kind, id)
            .and_then(|s| self.known.rows(kind).iter().copied().find(|r| self.known.subject(*r) == s));
        row.ok_or_else(|| {
            if institution.find(kind, id).is_some() {
                let message = format!("「{name} {id}」は、もうありません。");
                return self.problem(message, "今ある物の番号を書いてください。");
            }
            vec![suppose::unknown_subject(vocabulary, institution, self.option, 0, name, id)]
        })
    }

    /// The one of these rows that was typed as `種類 番号` or `番号`.
    pub(crate) fn one_of(&self, rows: &[RowId], typed: &str) -> Result<RowId, Vec<Diagnostic>> {
        let found: Vec<RowId> = rows
            .iter()
            .copied()
            .filter(|r| {
                let (kind, id) = self.kind_and_id(*r);
                typed == id || typed == format!("{kind} {id}")
            })
            .collect();
        let names: Vec<String> = rows
            .iter()
            .map(|r| {
                let (kind, id) = self.kind_and_id(*r);
                format!("{kind} {id}")
            })
            .collect();
        match found.as_slice() {
            [one] => Ok(*one),
            [] => Err(self.problem(
                format!("「{typed}」は、契約に入れる物の中にありません。"),
                &format!("all か、「{}」のどれかにしてください。", names.join("」「")),
            )),
            _ => Err(self.problem(
                format!("「{typed}」という番号の物が、二つあります。"),
                "「資産 SV-1」のように、種類から書いてください。",
            )),
        }
    }

    /// The rows a relation certainly leads to.
    pub(crate) fn members(&self, relation: &str, from: RowId) -> Vec<RowId> {
        let members = self.relation_id(relation).and_then(|r| self.known.members(r, from));
        members.map(|m| m.certain.iter().map(|(r, _)| *r).collect()).unwrap_or_default()
    }

    /// The rows from which a relation certainly leads to this one.
    pub(crate) fn holders(&self, relation: &str, to: RowId) -> Vec<RowId> {
        let Some(id) = self.relation_id(relation) else { return Vec::new() };
        let from = self.known.vocabulary().relation(id).from;
        let holds = |row: &&RowId| self.members(relation, **row).contains(&to);
        self.known.rows(from).iter().filter(holds).copied().collect()
    }

    /// A relation by its stable id.
    pub(crate) fn relation(&self, id: &str) -> Result<&'a Relation, Vec<Diagnostic>> {
        let id_of = self.relation_id(id).ok_or_else(|| self.missing(id))?;
        Ok(self.known.vocabulary().relation(id_of))
    }

    fn relation_id(&self, id: &str) -> Option<RelationId> {
        let vocabulary = self.known.vocabulary();
        let relation = vocabulary.relations().iter().find(|r| r.id == id)?;
        vocabulary.relation_named(&relation.name)
    }

    /// The cell of a word by its stable id.
    pub(crate) fn cell(&self, row: RowId, word: &str) -> &Cell {
        self.known.vocabulary().word_by_id(word).map_or(ABSENT, |w| self.known.cell(row, w))
    }

    /// The one value that is held, as it is written.
    pub(crate) fn value(&self, row: RowId, word: &str) -> Option<String> {
        let id: WordId = self.known.vocabulary().word_by_id(word)?;
        let Cell::One(held) = self.known.cell(row, id) else { return None };
        Some(text::value_text(self.known.vocabulary(), self.known.institution(), id, &held.value))
    }

    /// The name of a word by its stable id.
    pub(crate) fn word(&self, id: &str) -> Result<String, Vec<Diagnostic>> {
        let word = self.known.vocabulary().word_by_id(id).ok_or_else(|| self.missing(id))?;
        Ok(self.known.vocabulary().word(word).name.clone())
    }

    /// Whether somebody calls it a medical device: with paper or without, it is
    /// not ours to retire or to change.
    pub(crate) fn is_device(&self, asset: RowId) -> bool {
        let held = self.cell(asset, "device-approval").held();
        held.iter().any(|h| h.value == facts::Value::Choice(0))
    }

    pub(crate) fn kind_and_id(&self, row: RowId) -> (String, String) {
        let subject = self.known.institution().subject(self.known.subject(row));
        let kind = self.known.vocabulary().kind(self.known.kind(row)).name.clone();
        (kind, subject.map(|s| s.id.clone()).unwrap_or_default())
    }

    pub(crate) fn subject(&self, row: RowId) -> SubjectRef {
        let names = self.known.institution().display_names(self.known.vocabulary());
        SubjectRef::of(self.known, &names, self.known.subject(row))
    }

    pub(crate) fn problem(&self, message: String, remedy: &str) -> Vec<Diagnostic> {
        vec![Diagnostic::error(self.option, 0, Code::Dangling, message, remedy)]
    }

    /// The vocabulary lacks what a ready-made supposition is made of.
    pub(crate) fn missing(&self, id: &str) -> Vec<Diagnostic> {
        let message = format!("語彙に「{id}」がありません。");
        self.problem(message, "内蔵の語彙で試すか、その語を足してください。")
    }
}

/// The body of a definition, from the first rule or deeming that uses it.
pub(crate) fn definition<'b>(book: &'b Rulebook, name: &str) -> Option<&'b Node> {
    find(book, &|node| match &node.op {
        Op::Definition(n, body) if n == name => Some(body.as_ref()),
        _ => None,
    })
}

/// The relation over which a word of a ledger (「サーバはない」) is asked.
pub(crate) fn counted_by(book: &Rulebook, word: WordId) -> Option<RelationId> {
    find(book, &|node| match &node.op {
        Op::Quantifier(q) => match (q.none_of, q.range) {
            (Some((w, _)), Range::Relation(relation, _)) if w == word => Some(relation),
            _ => None,
        },
        _ => None,
    })
}

/// The first thing that is found in a condition of the rulebook.
fn find<'b, T>(book: &'b Rulebook, wanted: &impl Fn(&'b Node) -> Option<T>) -> Option<T> {
    book.editions.iter().find_map(|e| {
        let deemings = e.deemings.iter().map(|d| &d.eligibility);
        deemings.chain(e.rules.iter().flat_map(|r| r.deciding())).find_map(|n| below(n, wanted))
    })
}

fn below<'b, T>(node: &'b Node, wanted: &impl Fn(&'b Node) -> Option<T>) -> Option<T> {
    let inner = |n| below(n, wanted);
    wanted(node).or_else(|| match &node.op {
        Op::Definition(_, body) => inner(body),
        Op::All(_, items) | Op::Any(_, items) | Op::Alternative(_, items) => items.iter().find_map(inner),
        Op::Quantifier(q) => q.within.iter().chain(&q.except).chain(&q.body).find_map(inner),
        Op::Part(_) | Op::Atom(_) => None,
    })
}
