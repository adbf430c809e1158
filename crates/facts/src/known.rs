//! What is known on a day: the view that a judgement reads.
//!
//! Facts are resolved into one dense cell per (row, word): the newest
//! valid-on wins, authors who disagree on one day leave the cell between
//! their values, a recorded decision (判断) settles, a clause counts only
//! while its contract is in force. Relations become members that are certain,
//! members that are possible, and whether there may be more. Two dates:
//! `known_on` picks the facts, `judged_on` is the day they are judged for
//! (見込み = today's facts on a later day). Cost grows with the facts once
//! sorted: linear, plus rows × rows for relations nobody closed.

use crate::{Fact, Institution, SubjectId, Value, What};
use vocabulary::{Date, EvidenceId, KindId, RelationId, ValueType, Vocabulary, WordId};

/// A row: a subject that exists on the day. `None` in evaluators stands for a
/// row that nobody has written down.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct RowId(pub u32);

impl RowId {
    fn index(self) -> usize {
        self.0 as usize
    }
}

/// A value that is held to be true, with what carries it.
#[derive(Debug, Clone, PartialEq)]
pub struct Held {
    /// The value; never わからない.
    pub value: Value,
    /// Bits of the evidence kinds that count (bit = evidence id).
    pub evidence: u16,
    /// Indices of the facts that state it, the deciding one first.
    pub facts: Vec<u32>,
}

/// What is known of one word of one row.
#[derive(Debug, Clone, PartialEq, Default)]
pub enum Cell {
    /// Nobody has been asked.
    #[default]
    Absent,
    /// Asked, and not known (index of the fact).
    Asked(u32),
    /// One value.
    One(Held),
    /// Authors disagree.
    Several(Vec<Held>),
}

impl Cell {
    /// The values, one or several.
    pub fn held(&self) -> &[Held] {
        match self {
            Cell::Absent | Cell::Asked(_) => &[],
            Cell::One(h) => std::slice::from_ref(h),
            Cell::Several(hs) => hs,
        }
    }
}

/// The rows a relation leads to from one row.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Members {
    /// Certainly members, with the facts that name them.
    pub certain: Vec<(RowId, Vec<u32>)>,
    /// Perhaps members.
    pub possible: Vec<RowId>,
    /// There may be members nobody has written down.
    pub open: bool,
    /// Facts that make it complete (empty when open).
    pub closed_by: Vec<u32>,
}

#[derive(Debug, Clone)]
struct Row {
    subject: SubjectId,
    kind: KindId,
    first_cell: usize,
    exists_from: Date,
    exists_by: u32,
}

/// The view of one institution on a day.
#[derive(Debug, Clone)]
pub struct Known<'a> {
    vocabulary: &'a Vocabulary,
    institution: &'a Institution,
    known_on: Date,
    judged_on: Date,
    rows: Vec<Row>,
    by_kind: Vec<Vec<RowId>>,
    cells: Vec<Cell>,
    /// Per kind: the facts that state its ledger complete, where it is.
    complete: Vec<Option<Vec<u32>>>,
    /// Per relation, per row of its from-kind (in `by_kind` order).
    members: Vec<Vec<Members>>,
    position: Vec<u32>,
}

const ABSENT: &Cell = &Cell::Absent;

impl<'a> Known<'a> {
    /// The view of the facts valid on `known_on`, judged for `judged_on`.
    pub fn new(
        vocabulary: &'a Vocabulary,
        institution: &'a Institution,
        known_on: Date,
        judged_on: Date,
    ) -> Known<'a> {
        let mut known = Known {
            vocabulary,
            institution,
            known_on,
            judged_on,
            rows: Vec::new(),
            by_kind: vec![Vec::new(); vocabulary.kinds().len()],
            cells: Vec::new(),
            complete: vec![None; vocabulary.kinds().len()],
            members: vec![Vec::new(); vocabulary.relations().len()],
            position: Vec::new(),
        };
        let row_of = known.rows_that_exist();
        known.resolve_cells(&row_of);
        known.count_clauses();
        known.close_kinds();
        known.resolve_relations();
        known
    }

    /// The words.
    pub fn vocabulary(&self) -> &'a Vocabulary {
        self.vocabulary
    }
    /// The facts.
    pub fn institution(&self) -> &'a Institution {
        self.institution
    }
    /// The day whose facts are known.
    pub fn known_on(&self) -> Date {
        self.known_on
    }
    /// The day that is judged.
    pub fn judged_on(&self) -> Date {
        self.judged_on
    }
    /// The rows of a kind, in the order they were stated.
    pub fn rows(&self, kind: KindId) -> &[RowId] {
        self.by_kind.get(kind.index()).map_or(&[], Vec::as_slice)
    }
    /// The kind of a row.
    pub fn kind(&self, row: RowId) -> KindId {
        self.rows.get(row.index()).map_or(Vocabulary::INSTITUTION, |r| r.kind)
    }
    /// The subject of a row.
    pub fn subject(&self, row: RowId) -> SubjectId {
        self.rows.get(row.index()).map_or(SubjectId(0), |r| r.subject)
    }
    /// The fact by which a row exists.
    pub fn exists_by(&self, row: RowId) -> u32 {
        self.rows.get(row.index()).map_or(0, |r| r.exists_by)
    }
    /// The facts that state the ledger of a kind complete; `None` while it is open.
    pub fn complete(&self, kind: KindId) -> Option<&[u32]> {
        self.complete.get(kind.index()).and_then(|c| c.as_deref())
    }
    /// The cell of a row and word.
    pub fn cell(&self, row: RowId, word: WordId) -> &Cell {
        let Some(r) = self.rows.get(row.index()) else { return ABSENT };
        match self.vocabulary.slot(r.kind, word) {
            Some(slot) => self.cells.get(r.first_cell + slot).unwrap_or(ABSENT),
            None => ABSENT,
        }
    }
    /// The members of a relation from a row of its from-kind.
    pub fn members(&self, relation: RelationId, from: RowId) -> Option<&Members> {
        let position = *self.position.get(from.index())?;
        self.members.get(relation.index())?.get(position as usize)
    }
    /// A fact by index.
    pub fn fact(&self, index: u32) -> Option<&'a Fact> {
        self.institution.facts().get(index as usize)
    }

    /// Finds the rows and their dates; returns subject → row.
    fn rows_that_exist(&mut self) -> Vec<Option<RowId>> {
        let facts = self.institution.facts();
        let mut first: Vec<Option<(Date, u32)>> = vec![None; self.institution.subjects().len()];
        let mut gone: Vec<Option<Date>> = vec![None; self.institution.subjects().len()];
        let mut again: Vec<Option<Date>> = vec![None; self.institution.subjects().len()];
        for (i, fact) in facts.iter().enumerate() {
            if fact.valid_on > self.known_on {
                continue;
            }
            let s = fact.subject.index();
            let index = u32::try_from(i).unwrap_or(u32::MAX);
            match &fact.what {
                What::Gone => {
                    if let Some(g) = gone.get_mut(s) {
                        *g = (*g).max(Some(fact.valid_on));
                    }
                    continue;
                }
                What::Exists => {
                    if let Some(a) = again.get_mut(s) {
                        *a = (*a).max(Some(fact.valid_on));
                    }
                }
                What::Is(..) | What::Ended(_) => {}
            }
            if let Some(f) = first.get_mut(s)
                && f.is_none_or(|(d, _)| fact.valid_on < d)
            {
                *f = Some((fact.valid_on, index));
            }
        }
        let mut row_of = vec![None; self.institution.subjects().len()];
        for (i, subject) in self.institution.subjects().iter().enumerate() {
            let Some((exists_from, exists_by)) = first.get(i).copied().flatten() else { continue };
            let gone = gone.get(i).copied().flatten();
            let again = again.get(i).copied().flatten();
            if gone.is_some_and(|g| again.is_none_or(|a| a <= g)) {
                continue;
            }
            let row = RowId(u32::try_from(self.rows.len()).unwrap_or(u32::MAX));
            let first_cell = self.cells.len();
            self.cells.resize(first_cell + self.vocabulary.width(subject.kind), Cell::Absent);
            let id = SubjectId(u32::try_from(i).unwrap_or(u32::MAX));
            self.rows.push(Row { subject: id, kind: subject.kind, first_cell, exists_from, exists_by });
            if let Some(rows) = self.by_kind.get_mut(subject.kind.index()) {
                self.position.push(u32::try_from(rows.len()).unwrap_or(u32::MAX));
                rows.push(row);
            }
            if let Some(slot) = row_of.get_mut(i) {
                *slot = Some(row);
            }
        }
        row_of
    }

    /// Resolves every (row, word) from the facts sorted by subject, word and date.
    fn resolve_cells(&mut self, row_of: &[Option<RowId>]) {
        let institution = self.institution;
        let facts = institution.facts();
        let order = institution.order();
        let decision = self.vocabulary.evidence().iter().position(|e| e.id == "decision");
        let mut start = 0;
        while let Some(first) = order.get(start).and_then(|i| facts.get(*i as usize)) {
            let key = (first.subject, word_of(first));
            let mut end = start + 1;
            while order.get(end).and_then(|i| facts.get(*i as usize)).is_some_and(|f| (f.subject, word_of(f)) == key)
            {
                end += 1;
            }
            let group = order.get(start..end).unwrap_or_default();
            start = end;
            let (Some(word), Some(row)) = (key.1, row_of.get(key.0.index()).copied().flatten()) else { continue };
            let cell = resolve(facts, group, self.known_on, decision);
            let Some(r) = self.rows.get(row.index()) else { continue };
            if let Some(slot) = self.vocabulary.slot(r.kind, word)
                && let Some(c) = self.cells.get_mut(r.first_cell + slot)
            {
                *c = cell;
            }
        }
    }

    /// Drops the clause bit where the contract is not certainly in force, and
    /// adds the contract's term to the facts that carry it.
    fn count_clauses(&mut self) {
        let Some(clause) = self.vocabulary.evidence().iter().position(|e| e.id == "clause") else { return };
        let bit = 1u16 << clause;
        let in_force = self.contracts_in_force();
        let facts = self.institution.facts();
        for cell in &mut self.cells {
            let held = match cell {
                Cell::Absent | Cell::Asked(_) => continue,
                Cell::One(h) => std::slice::from_mut(h),
                Cell::Several(hs) => hs.as_mut_slice(),
            };
            for h in held.iter_mut().filter(|h| h.evidence & bit != 0) {
                let mut term = None;
                for i in &h.facts {
                    let Some(fact) = facts.get(*i as usize) else { continue };
                    for e in fact.evidence.iter().filter(|e| usize::from(e.kind.0) == clause) {
                        let Some(contract) = e.contract else { continue };
                        term = term.or(in_force.iter().find(|(s, _)| *s == contract).map(|(_, f)| f.clone()));
                    }
                }
                match term {
                    Some(by) => h.facts.extend(by),
                    None => h.evidence &= !bit,
                }
            }
        }
    }

    /// Contracts whose term certainly covers the judged day, with the facts that say so.
    fn contracts_in_force(&self) -> Vec<(SubjectId, Vec<u32>)> {
        let Some(kind) = self.vocabulary.kind_by_id("contract") else { return Vec::new() };
        let term = self.vocabulary.words().iter().position(|w| w.value == ValueType::Term && w.on.contains(&kind));
        let Some(term) = term.and_then(|i| u16::try_from(i).ok()).map(WordId) else { return Vec::new() };
        let covers = |h: &Held| match h.value {
            Value::Term(from, to) => from <= self.judged_on && to.is_none_or(|to| self.judged_on <= to),
            _ => false,
        };
        self.rows(kind)
            .iter()
            .filter_map(|row| {
                let held = self.cell(*row, term).held();
                let sure = !held.is_empty() && held.iter().all(covers);
                sure.then(|| (self.subject(*row), held.iter().flat_map(|h| h.facts.iter().copied()).collect()))
            })
            .collect()
    }

    /// A kind is complete while its closure says so and no row is newer.
    fn close_kinds(&mut self) {
        let Some(institution) = self.rows(Vocabulary::INSTITUTION).first().copied() else { return };
        for (i, kind) in self.vocabulary.kinds().iter().enumerate() {
            if i == Vocabulary::INSTITUTION.index() {
                continue;
            }
            let Some(stated) = kind.closure.and_then(|w| self.stated_yes(institution, w)) else { continue };
            let newer = self
                .by_kind
                .get(i)
                .into_iter()
                .flatten()
                .filter_map(|r| self.rows.get(r.index()))
                .any(|r| r.exists_from > stated.0);
            if !newer && let Some(slot) = self.complete.get_mut(i) {
                *slot = Some(stated.1);
            }
        }
    }

    /// When and by which facts a yes/no word is はい.
    fn stated_yes(&self, row: RowId, word: WordId) -> Option<(Date, Vec<u32>)> {
        match self.cell(row, word) {
            Cell::One(Held { value: Value::Choice(0), facts, .. }) => {
                let on = facts.iter().filter_map(|f| self.fact(*f)).map(|f| f.valid_on).max()?;
                // The newest statement alone carries the closure.
                let newest = facts.iter().copied().filter(|f| self.fact(*f).is_some_and(|f| f.valid_on == on));
                Some((on, newest.take(1).collect()))
            }
            _ => None,
        }
    }

    fn resolve_relations(&mut self) {
        for (i, relation) in self.vocabulary.relations().iter().enumerate() {
            let id = RelationId(u16::try_from(i).unwrap_or(u16::MAX));
            let members: Vec<Members> =
                self.rows(relation.from).iter().map(|from| self.members_of(id, *from)).collect();
            if let Some(slot) = self.members.get_mut(i) {
                *slot = members;
            }
        }
        // open_while reads the plain members of other relations, so it comes last.
        for (i, relation) in self.vocabulary.relations().iter().enumerate() {
            let Some(rule) = &relation.open_while else { continue };
            let reopened: Vec<bool> =
                self.rows(relation.from).iter().map(|from| !self.settled(rule, *from)).collect();
            for (members, reopen) in self.members.get_mut(i).into_iter().flatten().zip(reopened) {
                if reopen {
                    members.open = true;
                    members.closed_by.clear();
                } else if !members.open {
                    // What settles it is part of what closes it; rows of the
                    // other relation are cited with it.
                    members.closed_by.sort_unstable();
                    members.closed_by.dedup();
                }
            }
        }
        self.cite_what_settles();
    }

    /// Whether nothing keeps the relation of `from` incomplete.
    fn settled(&self, rule: &vocabulary::OpenWhile, from: RowId) -> bool {
        let Some(through) = self.members(rule.through, from) else { return false };
        !through.open
            && through.certain.iter().map(|(r, _)| *r).chain(through.possible.iter().copied()).all(|row| {
                let held = self.cell(row, rule.fact).held();
                let harmless = !held.is_empty() && held.iter().all(|h| h.value == Value::Choice(rule.unless));
                harmless || self.members(rule.until, row).is_some_and(|m| !m.certain.is_empty())
            })
    }

    /// Adds the facts that settle an `open_while` to what closes the relation.
    fn cite_what_settles(&mut self) {
        for i in 0..self.members.len() {
            let Some(rule) = self.vocabulary.relations().get(i).and_then(|r| r.open_while.clone()) else { continue };
            let Some(relation) = self.vocabulary.relations().get(i) else { continue };
            for from in self.rows(relation.from).to_vec() {
                let Some(through) = self.members(rule.through, from).cloned() else { continue };
                let mut cited = through.closed_by.clone();
                for (row, by) in &through.certain {
                    cited.extend(by);
                    cited.push(self.exists_by(*row));
                }
                for row in through.certain.iter().map(|(r, _)| *r).chain(through.possible.iter().copied()) {
                    cited.extend(self.cell(row, rule.fact).held().iter().flat_map(|h| &h.facts));
                    if let Some(until) = self.members(rule.until, row) {
                        cited.extend(until.certain.iter().flat_map(|(r, by)| {
                            by.iter().copied().chain(std::iter::once(self.exists_by(*r)))
                        }));
                    }
                }
                let position = self.position.get(from.index()).copied().unwrap_or(0) as usize;
                if let Some(m) = self.members.get_mut(i).and_then(|m| m.get_mut(position))
                    && !m.open
                {
                    m.closed_by.extend(cited);
                    m.closed_by.sort_unstable();
                    m.closed_by.dedup();
                }
            }
        }
    }

    fn members_of(&self, id: RelationId, from: RowId) -> Members {
        let relation = self.vocabulary.relation(id);
        let forward = self.cell(from, relation.forward).held();
        let from_subject = self.subject(from);
        let closure = self.stated_yes(from, relation.closure);
        let mut out = Members::default();
        let mut named_later = false;
        let mut every_row_named = true;
        let mut derived: Vec<u32> = Vec::new();
        for row in self.rows(relation.to) {
            let subject = self.subject(*row);
            let ahead = naming(forward, subject);
            let backward = self.cell(*row, relation.backward).held();
            let behind = naming(backward, from_subject);
            match backward {
                [one] => derived.extend(one.facts.first()),
                _ => every_row_named = false,
            }
            let certain = ahead == Naming::Always || behind == Naming::Always;
            let possible = ahead == Naming::Sometimes
                || behind == Naming::Sometimes
                || (backward.is_empty() && closure.is_none());
            if certain {
                let mut by = Vec::new();
                if ahead == Naming::Always {
                    by.extend(forward.iter().filter_map(|h| h.facts.first()));
                }
                if ahead != Naming::Always {
                    by.extend(backward.iter().filter_map(|h| h.facts.first()));
                }
                named_later |= closure.as_ref().is_some_and(|(on, _)| {
                    self.first_named(from, *row, relation.forward, relation.backward).is_some_and(|d| d > *on)
                });
                out.certain.push((*row, by));
            } else if possible {
                out.possible.push(*row);
            }
        }
        let derived_complete = every_row_named && self.complete(relation.to).is_some();
        let closure = closure.filter(|_| !named_later);
        match closure {
            Some((_, by)) => out.closed_by = by,
            None if derived_complete => {
                out.closed_by = self.complete(relation.to).unwrap_or_default().to_vec();
                out.closed_by.extend(derived);
                out.closed_by.extend(self.rows(relation.to).iter().map(|r| self.exists_by(*r)));
            }
            None => out.open = true,
        }
        if named_later {
            // A withdrawn closure no longer shuts out rows that name nothing.
            for row in self.rows(relation.to) {
                let unnamed = self.cell(*row, relation.backward).held().is_empty();
                let known = out.certain.iter().any(|(r, _)| r == row) || out.possible.contains(row);
                if unnamed && !known {
                    out.possible.push(*row);
                }
            }
        }
        out
    }

    /// The day on which `row` was first named as a member of `from`.
    fn first_named(&self, from: RowId, row: RowId, forward: WordId, backward: WordId) -> Option<Date> {
        let (from, row) = (self.subject(from), self.subject(row));
        self.institution
            .facts()
            .iter()
            .filter(|f| f.valid_on <= self.known_on)
            .filter(|f| match &f.what {
                What::Is(w, Value::List(list)) => {
                    (f.subject == from && *w == forward && list.contains(&row))
                        || (f.subject == row && *w == backward && list.contains(&from))
                }
                _ => false,
            })
            .map(|f| f.valid_on)
            .min()
    }
}

#[derive(PartialEq, Eq, Clone, Copy)]
enum Naming {
    Never,
    Sometimes,
    Always,
}

/// Whether the held lists name a subject.
fn naming(held: &[Held], subject: SubjectId) -> Naming {
    let names = |h: &Held| matches!(&h.value, Value::List(l) if l.contains(&subject));
    let count = held.iter().filter(|h| names(h)).count();
    if count == 0 {
        Naming::Never
    } else if count == held.len() {
        Naming::Always
    } else {
        Naming::Sometimes
    }
}

fn word_of(fact: &Fact) -> Option<WordId> {
    match fact.what {
        What::Exists | What::Gone => None,
        What::Is(w, _) | What::Ended(w) => Some(w),
    }
}

/// Resolves the facts of one subject and word (indices, oldest first).
fn resolve(facts: &[Fact], group: &[u32], on: Date, decision: Option<usize>) -> Cell {
    let get = |i: &u32| facts.get(*i as usize).map(|f| (*i, f));
    let valid: Vec<(u32, &Fact)> = group.iter().filter_map(get).filter(|(_, f)| f.valid_on <= on).collect();
    let Some((_, newest)) = valid.last() else { return Cell::Absent };
    let day = newest.valid_on;
    // Of each author the last record of the newest day counts (a correction).
    let mut today: Vec<(u32, &Fact)> = Vec::new();
    for (i, f) in valid.iter().rev().take_while(|(_, f)| f.valid_on == day) {
        if !today.iter().any(|(_, g)| g.by == f.by) {
            today.push((*i, f));
        }
    }
    let decided = |f: &Fact| f.evidence.iter().any(|e| Some(usize::from(e.kind.0)) == decision);
    if let Some(settled) = today.iter().find(|(_, f)| decided(f)).copied() {
        today = vec![settled];
    }
    let mut held: Vec<Held> = Vec::new();
    let mut asked = None;
    for (i, f) in today.iter().rev() {
        match &f.what {
            What::Is(_, Value::Unknown) => asked = Some(*i),
            What::Is(_, value) => match held.iter_mut().find(|h| h.value == *value) {
                Some(h) => {
                    h.evidence |= mask(f);
                    h.facts.push(*i);
                }
                None => held.push(Held { value: value.clone(), evidence: mask(f), facts: vec![*i] }),
            },
            What::Exists | What::Gone | What::Ended(_) => {}
        }
    }
    match (held.len(), held.pop()) {
        (1, Some(mut one)) => {
            // The same value stated again keeps the evidence it had.
            for (i, f) in valid.iter().rev().skip_while(|(_, f)| f.valid_on == day) {
                match &f.what {
                    What::Is(_, v) if *v == one.value => {
                        let new = mask(f) & !one.evidence;
                        if new != 0 {
                            one.evidence |= new;
                            one.facts.push(*i);
                        }
                    }
                    _ => break,
                }
            }
            Cell::One(one)
        }
        (_, Some(last)) => {
            held.push(last);
            Cell::Several(held)
        }
        (_, None) => asked.map_or(Cell::Absent, Cell::Asked),
    }
}

fn mask(fact: &Fact) -> u16 {
    fact.evidence.iter().fold(0, |m, e| m | bit(e.kind))
}

/// The bit of an evidence kind in a mask.
fn bit(kind: EvidenceId) -> u16 {
    1u16.checked_shl(u32::from(kind.0)).unwrap_or(0)
}
