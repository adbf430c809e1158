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
use std::collections::BTreeMap;
use std::sync::Arc;
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

/// A cell in brief: what most tests need of it, in four bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Brief {
    /// No value is held.
    Nothing,
    /// One choice is held, with its evidence.
    Choice {
        /// Index into the word's choices.
        choice: u8,
        /// Bits of the evidence kinds that count.
        evidence: u16,
    },
    /// Anything else: look at the cell.
    Other,
}

impl Brief {
    fn of(cell: &Cell) -> Brief {
        match cell {
            Cell::Absent | Cell::Asked(_) => Brief::Nothing,
            Cell::One(Held { value: Value::Choice(choice), evidence, .. }) => match u8::try_from(*choice) {
                Ok(choice) => Brief::Choice { choice, evidence: *evidence },
                Err(_) => Brief::Other,
            },
            Cell::One(_) | Cell::Several(_) => Brief::Other,
        }
    }
}

/// The rows a relation leads to from one row.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Members {
    /// Certainly members, with the facts that name them.
    pub certain: Vec<(RowId, Vec<u32>)>,
    /// Perhaps members.
    pub possible: Arc<[RowId]>,
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
    /// The same cells in brief.
    briefs: Vec<Brief>,
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
            briefs: Vec::new(),
            complete: vec![None; vocabulary.kinds().len()],
            members: vec![Vec::new(); vocabulary.relations().len()],
            position: Vec::new(),
        };
        let row_of = known.rows_that_exist();
        known.resolve_cells(&row_of);
        known.count_clauses();
        known.briefs = known.cells.iter().map(Brief::of).collect();
        known.close_kinds();
        known.resolve_relations(&row_of);
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
    /// How many rows there are; their ids are `RowId(0)` onwards.
    pub fn count(&self) -> usize {
        self.rows.len()
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
    /// The cell of a row at a slot of its kind (`Vocabulary::slot`).
    pub fn cell_at(&self, row: RowId, slot: u16) -> &Cell {
        let first = self.rows.get(row.index()).map(|r| r.first_cell);
        first.and_then(|f| self.cells.get(f + usize::from(slot))).unwrap_or(ABSENT)
    }
    /// The same cell in brief.
    #[inline]
    pub fn brief_at(&self, row: RowId, slot: u16) -> Brief {
        let first = self.rows.get(row.index()).map(|r| r.first_cell);
        first.and_then(|f| self.briefs.get(f + usize::from(slot))).copied().unwrap_or(Brief::Nothing)
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
                What::Exists | What::Is(..) | What::Ended(_) => {}
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
            if gone.get(i).copied().flatten().is_some() {
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
            let key = (first.subject, first.word());
            let mut end = start + 1;
            while order
                .get(end)
                .and_then(|i| facts.get(*i as usize))
                .is_some_and(|f| (f.subject, f.word()) == key)
            {
                end += 1;
            }
            let group = order.get(start..end).unwrap_or_default();
            start = end;
            let (Some(word), Some(row)) = (key.1, row_of.get(key.0.index()).copied().flatten()) else {
                continue;
            };
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
        let term =
            self.vocabulary.words().iter().position(|w| w.value == ValueType::Term && w.on.contains(&kind));
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
                sure.then(|| {
                    (self.subject(*row), held.iter().flat_map(|h| h.facts.iter().copied()).collect())
                })
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
                let newest =
                    facts.iter().copied().filter(|f| self.fact(*f).is_some_and(|f| f.valid_on == on));
                Some((on, newest.take(1).collect()))
            }
            _ => None,
        }
    }

    fn resolve_relations(&mut self, row_of: &[Option<RowId>]) {
        for (i, relation) in self.vocabulary.relations().iter().enumerate() {
            if self.rows(relation.from).is_empty() {
                continue;
            }
            let all = self.naming_of(relation);
            let members: Vec<Members> = self
                .rows(relation.from)
                .iter()
                .map(|from| self.members_of(relation, *from, &all, row_of))
                .collect();
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
            let Some(rule) = self.vocabulary.relations().get(i).and_then(|r| r.open_while.clone()) else {
                continue;
            };
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

    /// What all rows of a relation's from-kind share, gathered once.
    fn naming_of(&self, relation: &vocabulary::Relation) -> Namings {
        let closed = |from: &RowId| self.stated_yes(*from, relation.closure).is_some();
        // Only a statement that these are all can be withdrawn by a later name.
        let first = self.rows(relation.from).iter().any(closed).then(|| self.first_named(relation));
        let mut out = Namings { first: first.unwrap_or_default(), ..Namings::default() };
        let mut every_row_named = true;
        for row in self.rows(relation.to) {
            let held = self.cell(*row, relation.backward).held();
            match held {
                [] => out.unnamed.push(*row),
                [one] => out.derived.extend(one.facts.first()),
                _ => {}
            }
            every_row_named &= held.len() == 1;
            for h in held {
                let Value::List(list) = &h.value else { continue };
                for from in list {
                    let rows = out.behind.entry(*from).or_default();
                    // Rows come one after another: one that named it before came last.
                    match rows.last_mut().filter(|(r, _)| r == row) {
                        Some((_, by)) => by.extend(h.facts.first()),
                        None => rows.push((*row, h.facts.first().copied().into_iter().collect())),
                    }
                }
            }
        }
        // Every row says where it belongs and the ledger is complete: so is the relation.
        out.complete = every_row_named && self.complete(relation.to).is_some();
        out.shared = out.unnamed.as_slice().into();
        out
    }

    fn members_of(
        &self,
        relation: &vocabulary::Relation,
        from: RowId,
        all: &Namings,
        row_of: &[Option<RowId>],
    ) -> Members {
        let forward = self.cell(from, relation.forward).held();
        let from_subject = self.subject(from);
        let mut named: BTreeMap<RowId, (bool, Vec<u32>)> = BTreeMap::new();
        for h in forward {
            let Value::List(list) = &h.value else { continue };
            for row in list.iter().filter_map(|s| row_of.get(s.index()).copied().flatten()) {
                named.entry(row).or_default().1.extend(h.facts.first());
            }
        }
        // A row is a member for certain where every held list of one side names it.
        for (certain, by) in named.values_mut() {
            *certain = by.len() == forward.len();
        }
        for (row, by) in all.behind.get(&from_subject).into_iter().flatten() {
            let every = by.len() == self.cell(*row, relation.backward).held().len();
            let entry = named.entry(*row).or_default();
            if !entry.0 {
                *entry = (every, by.clone());
            }
        }
        let closure = self.stated_yes(from, relation.closure);
        let withdrawn = closure.as_ref().is_some_and(|(on, _)| {
            named.iter().any(|(row, (certain, _))| {
                *certain && all.first.get(&(from_subject, self.subject(*row))).is_some_and(|d| d > on)
            })
        });
        let closure = closure.filter(|_| !withdrawn);
        let mut out = Members { possible: Arc::clone(&all.shared), ..Members::default() };
        let sometimes: Vec<RowId> =
            named.iter().filter(|(_, (certain, _))| !certain).map(|(r, _)| *r).collect();
        if closure.is_some() {
            out.possible = sometimes.into();
        } else if named.keys().any(|r| all.unnamed.contains(r)) || !sometimes.is_empty() {
            let mut possible: Vec<RowId> =
                all.unnamed.iter().copied().filter(|r| !named.contains_key(r)).collect();
            possible.extend(sometimes);
            possible.sort_unstable();
            out.possible = possible.into();
        }
        out.certain =
            named.into_iter().filter(|(_, (certain, _))| *certain).map(|(r, (_, by))| (r, by)).collect();
        match closure {
            Some((_, by)) => out.closed_by = by,
            None if all.complete => {
                out.closed_by = self.complete(relation.to).unwrap_or_default().to_vec();
                out.closed_by.extend(&all.derived);
                out.closed_by.extend(self.rows(relation.to).iter().map(|r| self.exists_by(*r)));
            }
            None => out.open = true,
        }
        out
    }

    /// The day on which each (from, to) was first named, by either side.
    fn first_named(&self, relation: &vocabulary::Relation) -> BTreeMap<(SubjectId, SubjectId), Date> {
        let mut out: BTreeMap<(SubjectId, SubjectId), Date> = BTreeMap::new();
        for fact in self.institution.facts().iter().filter(|f| f.valid_on <= self.known_on) {
            let What::Is(word, Value::List(list)) = &fact.what else { continue };
            for other in list {
                let pair = if *word == relation.forward {
                    (fact.subject, *other)
                } else if *word == relation.backward {
                    (*other, fact.subject)
                } else {
                    continue;
                };
                let day = out.entry(pair).or_insert(fact.valid_on);
                *day = (*day).min(fact.valid_on);
            }
        }
        out
    }
}

/// What the rows of a relation say of where they belong.
#[derive(Default)]
struct Namings {
    /// When each (from, to) was first named; empty where no row says these are all.
    first: BTreeMap<(SubjectId, SubjectId), Date>,
    /// Rows of the to-kind that name nothing.
    unnamed: Vec<RowId>,
    /// The same, shared by all rows of the from-kind.
    shared: Arc<[RowId]>,
    /// Rows that name a from-subject, with the facts (one a held list).
    behind: BTreeMap<SubjectId, Vec<(RowId, Vec<u32>)>>,
    /// The facts by which rows name where they belong.
    derived: Vec<u32>,
    /// The relation is complete because every row says where it belongs.
    complete: bool,
}

/// Resolves the facts of one subject and word (indices, oldest first).
fn resolve(facts: &[Fact], group: &[u32], on: Date, decision: Option<usize>) -> Cell {
    if let [only] = group {
        return facts
            .get(*only as usize)
            .filter(|f| f.valid_on <= on)
            .map_or(Cell::Absent, |f| stated(*only, f));
    }
    let get = |i: &u32| facts.get(*i as usize).map(|f| (*i, f));
    let valid: Vec<(u32, &Fact)> = group.iter().filter_map(get).filter(|(_, f)| f.valid_on <= on).collect();
    let mut days = valid.chunk_by(|(_, a), (_, b)| a.valid_on == b.valid_on).rev();
    let Some(newest) = days.next() else { return Cell::Absent };
    let mut cell = resolve_day(newest, decision);
    if let Cell::One(one) = &mut cell {
        // The same value stated again keeps the evidence it had; a clause of
        // another contract stands beside the one before it.
        for day in days {
            let Cell::One(before) = resolve_day(day, decision) else { break };
            if before.value != one.value {
                break;
            }
            let clause = before
                .facts
                .iter()
                .filter_map(|i| facts.get(*i as usize))
                .any(|f| f.evidence.iter().any(|e| e.contract.is_some()));
            if clause || before.evidence & !one.evidence != 0 {
                one.evidence |= before.evidence;
                one.facts.extend(before.facts);
            }
        }
    }
    cell
}

/// What a fact states alone.
fn stated(index: u32, fact: &Fact) -> Cell {
    match &fact.what {
        What::Is(_, Value::Unknown) => Cell::Asked(index),
        What::Is(_, value) => {
            Cell::One(Held { value: value.clone(), evidence: mask(fact), facts: vec![index] })
        }
        What::Exists | What::Gone | What::Ended(_) => Cell::Absent,
    }
}

/// Resolves the facts of one day: of each author the last record counts (a
/// correction), a recorded decision settles, わからない asserts nothing.
fn resolve_day(day: &[(u32, &Fact)], decision: Option<usize>) -> Cell {
    let mut today: Vec<(u32, &Fact)> = Vec::new();
    for (i, f) in day.iter().rev() {
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
        (1, Some(one)) => Cell::One(one),
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
