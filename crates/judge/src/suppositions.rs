//! Ready-made suppositions: 「クラウドに移す」 and others as supposed facts.
//!
//! A [`Supposer`] is given one supposition after the other; each sees the state
//! the ones before it leave. What a server or a terminal is comes from the
//! definitions of the rulebook, whose updates lack a clause from the deeming.
//! What the provider alone could answer of a system that is exchanged becomes
//! わからない. At the end the ledgers that were complete are stated complete
//! again: who asks "what if" states the full picture (adr/0013).

use crate::evaluate::{Context, Stack};
use crate::explanation::{Change, SubjectRef};
use crate::place::{self, Place};
use facts::{Institution, Known, RawEvidence, RawFact, RawWhat, RowId, Value, suppose};
use rulebook::{Edition, Op, Range, Rulebook};
use schemars::JsonSchema;
use serde::Serialize;
use verdict::Truth;
use vocabulary::{Date, Diagnostic, Role, ValueType, Vocabulary, Word, WordId};

type Result<T> = std::result::Result<T, Vec<Diagnostic>>;

/// What was asked, for the head of a story.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
#[serde(tag = "ask", rename_all = "kebab-case")]
pub enum Asked {
    /// A system moves to a cloud service.
    Cloud {
        /// The system.
        system: SubjectRef,
        /// On which day (ISO).
        on: String,
        /// Whether two-factor authentication is supposed with it.
        two_factor: bool,
    },
    /// Security updates become the provider's duty by a clause.
    Contract {
        /// Of what.
        subjects: Vec<SubjectRef>,
    },
    /// A system is renewed.
    Renew {
        /// The system.
        system: SubjectRef,
        /// On which day (ISO).
        on: String,
        /// Whether two-factor authentication is done at it.
        two_factor: bool,
    },
    /// A piece of equipment is given up.
    Retire {
        /// Which.
        asset: SubjectRef,
    },
    /// Facts that were typed.
    Typed,
    /// The changes that a search found.
    Changes {
        /// For which rule.
        item: String,
    },
}

/// Supposed facts, what was asked, and what they leave as it is.
#[derive(Debug, Clone, Default)]
pub struct Supposition {
    /// What was asked, in order.
    pub asked: Vec<Asked>,
    /// The supposed facts; one from a later day is no fact before it.
    pub facts: Vec<RawFact>,
    /// Equipment of a moved system that also serves another, or is a medical device.
    pub left: Vec<SubjectRef>,
}

/// Builds a [`Supposition`].
pub struct Supposer<'a> {
    vocabulary: &'a Vocabulary,
    book: &'a Rulebook,
    edition: &'a Edition,
    stated: &'a Institution,
    on: Date,
    out: Supposition,
}

impl<'a> Supposer<'a> {
    /// Nothing supposed yet, beside what is stated and known on a day.
    pub fn new(
        vocabulary: &'a Vocabulary,
        book: &'a Rulebook,
        edition: &'a Edition,
        stated: &'a Institution,
        on: Date,
    ) -> Supposer<'a> {
        Supposer { vocabulary, book, edition, stated, on, out: Supposition::default() }
    }

    /// The institution with all that is supposed so far.
    pub fn state(&self) -> Result<Institution> {
        suppose::apply(self.vocabulary, self.stated, &self.out.facts, self.on, Date::MAX)
    }

    /// Facts as typed, one statement each ([`suppose::read`]).
    pub fn typed(&mut self, statements: &[String]) -> Result<()> {
        let facts = suppose::read(self.vocabulary, &self.state()?, statements, self.on)?;
        self.out.facts.extend(facts);
        self.out.asked.push(Asked::Typed);
        Ok(())
    }

    /// The changes a search found for a rule.
    pub fn changes(&mut self, item: &str, changes: &[Change]) {
        self.out.facts.extend(changes.iter().map(|c| c.supposed(self.vocabulary, self.on)));
        self.out.asked.push(Asked::Changes { item: item.to_owned() });
    }

    /// 「このPCをやめる」
    pub fn retire(&mut self, asset: &str) -> Result<()> {
        let state = self.state()?;
        let known = self.known(&state);
        let at = Place { known: &known, option: "--retire" };
        let row = at.row("asset", asset)?;
        self.say(&at, row, RawWhat::Gone, self.on);
        self.out.asked.push(Asked::Retire { asset: at.subject(row) });
        Ok(())
    }

    /// 「更新を契約に入れる」: for `all`, everything whose updates the deeming wants
    /// in a contract; else for one piece of equipment or one service.
    pub fn contract(&mut self, target: &str) -> Result<()> {
        let state = self.state()?;
        let known = self.known(&state);
        let at = Place { known: &known, option: "--contract" };
        if self.edition.deemings.is_empty() {
            let message =
                format!("第{}版には、更新の契約で読む編が変わる決まりがありません。", self.edition.id);
            return Err(at.problem(message, "第7.0版で試してください。"));
        }
        let lacking = self.without_clause(&known);
        let rows = if target == "all" { lacking } else { vec![at.one_of(&lacking, target)?] };
        if rows.is_empty() {
            return Err(at.problem(
                "契約に入れる物は、もうありません。".into(),
                "すべての更新が、契約で事業者の責任になっています。",
            ));
        }
        let contract = self.new_contract(&known)?;
        for row in &rows {
            self.under_contract(&at, *row, &contract)?;
        }
        self.out.asked.push(Asked::Contract { subjects: rows.iter().map(|r| at.subject(*r)).collect() });
        Ok(())
    }

    /// 「入替えを早める」: the system's renewal is done on a day, with two-factor
    /// authentication or without.
    pub fn renew(&mut self, system: &str, done_on: Date, two_factor: bool) -> Result<()> {
        let state = self.state()?;
        let known = self.known(&state);
        let at = Place { known: &known, option: "--renew" };
        let row = at.row("system", system)?;
        let from = done_on.max(self.on);
        self.renewal(&at, row, done_on)?;
        if two_factor {
            self.two_factor(&at, system, from)?;
        }
        self.out.asked.push(Asked::Renew { system: at.subject(row), on: done_on.to_string(), two_factor });
        Ok(())
    }

    /// 「このシステムをクラウドに移す」, on a day.
    pub fn cloud(&mut self, system: &str, moved_on: Date, two_factor: bool) -> Result<()> {
        let state = self.state()?;
        let known = self.known(&state);
        let at = Place { known: &known, option: "--cloud" };
        let row = at.row("system", system)?;
        let from = moved_on.max(self.on);
        for asset in at.members("system-assets", row) {
            self.move_asset(&at, row, asset, from, two_factor)?;
        }
        self.new_service(&at, row, from)?;
        let unknown = |w: &Word| of_provider_alone(w) && !(two_factor && w.id == "login-two-factor");
        self.forget(&at, row, from, unknown);
        for domain in at.holders("domain-systems", row) {
            if at.members("domain-systems", domain) == [row] {
                self.forget(&at, domain, from, of_provider_alone);
            }
        }
        self.renewal(&at, row, moved_on)?;
        if two_factor {
            // Servers that are gone and terminals that are no servers any more need none.
            let moved = self.state()?;
            self.two_factor(&Place { known: &self.known(&moved), ..at }, system, from)?;
        }
        self.out.asked.push(Asked::Cloud { system: at.subject(row), on: moved_on.to_string(), two_factor });
        Ok(())
    }

    /// The supposition, with the ledgers that were complete kept complete.
    pub fn finish(mut self) -> Result<Supposition> {
        let before = Known::new(self.vocabulary, self.stated, self.on, self.on);
        // Kinds first: a relation may be complete because its kind is.
        let state = self.state()?;
        for (word, row) in reopened_kinds(&before, &self.known(&state)) {
            self.restate(&before, word, row, self.on);
        }
        let state = self.state()?;
        for (word, row) in reopened_relations(&before, &self.known(&state)) {
            self.restate(&before, word, row, self.on);
        }
        let state = self.state()?;
        let emptied = self.emptied(&before, &self.known(&state));
        let from = self.out.facts.iter().map(|f| f.valid_on).max().unwrap_or(self.on);
        for (word, row) in emptied {
            self.restate(&before, word, row, from);
        }
        Ok(self.out)
    }

    /// はい to a word of the ledgers, unless the asker said something of it.
    fn restate(&mut self, before: &Known<'_>, word: WordId, row: RowId, from: Date) {
        let at = Place { known: before, option: "" };
        let name = self.vocabulary.word(word).name.clone();
        let (kind, id) = at.kind_and_id(row);
        let said = self.out.facts.iter().any(|f| {
            let of = matches!(&f.what, RawWhat::Is(w, _) | RawWhat::Ended(w) if *w == name);
            of && f.kind == kind && f.id == id
        });
        if !said {
            self.say(&at, row, RawWhat::Is(name, "はい".into()), from);
        }
    }

    /// Words 「○○はない」 of rows whose last ○○ is supposed to go: the ledger is
    /// complete and shows none any more.
    fn emptied(&self, before: &Known<'_>, after: &Known<'_>) -> Vec<(WordId, RowId)> {
        let (old, new) = (Place { known: before, option: "" }, Place { known: after, option: "" });
        let mut out = Vec::new();
        for (i, word) in (0u16..).zip(self.vocabulary.words()) {
            let Role::NoneOf(name) = &word.role else { continue };
            let Some(relation) = place::counted_by(self.book, WordId(i)) else { continue };
            let id = self.vocabulary.relation(relation).id.as_str();
            for row in before.rows(self.vocabulary.relation(relation).from) {
                let same = after.rows(self.vocabulary.relation(relation).from);
                let same = same.iter().copied().find(|r| after.subject(*r) == before.subject(*row));
                let Some(now) = same.filter(|r| after.members(relation, *r).is_some_and(|m| !m.open)) else {
                    continue;
                };
                let is = |at: &Place<'_>, a: &RowId| self.defined(at, *a, name);
                let had = old.members(id, *row).iter().any(|a| is(&old, a) == Truth::True);
                if had && new.members(id, now).iter().all(|a| is(&new, a) == Truth::False) {
                    out.push((WordId(i), *row));
                }
            }
        }
        out
    }

    fn known<'b>(&self, state: &'b Institution) -> Known<'b>
    where
        'a: 'b,
    {
        Known::new(self.vocabulary, state, self.on, self.on)
    }

    fn say(&mut self, at: &Place<'_>, row: RowId, what: RawWhat, from: Date) {
        let (kind, id) = at.kind_and_id(row);
        self.out.facts.push(suppose::statement(self.vocabulary, &kind, &id, what, from));
    }

    /// A value of a word, unless it is the one that is held.
    fn is(&mut self, at: &Place<'_>, row: RowId, word: &str, value: &str, from: Date) -> Result<()> {
        if at.value(row, word).as_deref() != Some(value) {
            let name = at.word(word)?;
            self.say(at, row, RawWhat::Is(name, value.to_owned()), from);
        }
        Ok(())
    }

    /// A new subject with its facts; its id.
    fn new_subject(
        &mut self,
        known: &Known<'_>,
        kind: &str,
        facts: &[(&str, &str)],
        from: Date,
    ) -> Result<(String, String)> {
        let at = Place { known, option: "--set" };
        let kind_id = self.vocabulary.kind_by_id(kind).ok_or_else(|| at.missing(kind))?;
        let name = self.vocabulary.kind(kind_id).name.clone();
        let taken = |id: &str| {
            known.institution().find(kind_id, id).is_some()
                || self.out.facts.iter().any(|f| f.kind == name && f.id == id)
        };
        let id = (1..).map(|n| format!("NEW-{n}")).find(|id| !taken(id)).unwrap_or_default();
        let fact = |what| suppose::statement(self.vocabulary, &name, &id, what, from);
        let mut all = vec![fact(RawWhat::Exists)];
        for (word, value) in facts {
            all.push(fact(RawWhat::Is(at.word(word)?, (*value).to_owned())));
        }
        self.out.facts.extend(all);
        Ok((name, id))
    }

    fn new_contract(&mut self, known: &Known<'_>) -> Result<String> {
        let term = format!("{} から 期限なし", self.on);
        let facts = [("name", "もしもの契約"), ("contract-term", term.as_str())];
        Ok(self.new_subject(known, "contract", &facts, self.on)?.1)
    }

    /// The provider is responsible for updates, by a clause of the contract.
    fn under_contract(&mut self, at: &Place<'_>, row: RowId, contract: &str) -> Result<()> {
        let what = RawWhat::Is(at.word("updates-by")?, "事業者".into());
        self.say(at, row, what, self.on);
        let clause = self.vocabulary.evidence().iter().find(|e| e.id == "clause");
        let kind = clause.map(|e| e.name.clone()).ok_or_else(|| at.missing("clause"))?;
        if let Some(last) = self.out.facts.last_mut() {
            last.evidence = vec![RawEvidence { kind, contract: Some(contract.to_owned()), detail: None }];
        }
        Ok(())
    }

    /// Rows that a deeming wants under a clause and that are not: in range for
    /// all that is known, and not certain.
    fn without_clause(&self, known: &Known<'_>) -> Vec<RowId> {
        let context = Context { book: self.book, known, other: 0, assumed: &[], parts: &[] };
        let root = Stack::of(known);
        let mut out = Vec::new();
        for deeming in &self.edition.deemings {
            let nodes = match &deeming.eligibility.op {
                Op::All(_, items) => items.as_slice(),
                _ => std::slice::from_ref(&deeming.eligibility),
            };
            for node in nodes {
                let Op::Quantifier(q) = &node.op else { continue };
                let Range::Kind(kind) = q.range else { continue };
                for row in known.rows(kind) {
                    let inner = root.with(Some(*row));
                    let wanted = context.in_range(q, &inner).can_be_true()
                        && context.all(&q.body, &inner) != Truth::True;
                    if wanted && !out.contains(row) {
                        out.push(*row);
                    }
                }
            }
        }
        out
    }

    /// The system's renewal is completed on a day: the one that is not done yet, or a new one.
    fn renewal(&mut self, at: &Place<'_>, system: RowId, done_on: Date) -> Result<()> {
        let from = done_on.max(self.on);
        let day = done_on.to_string();
        let open = at.members("system-renewals", system).into_iter().find(|r| {
            let done = at.cell(*r, "renewal-done-on");
            !done.held().iter().any(|h| matches!(h.value, Value::Date(d) if d <= self.on))
        });
        if let Some(renewal) = open {
            return self.is(at, renewal, "renewal-done-on", &day, from);
        }
        let (kind, id) = at.kind_and_id(system);
        let of = format!("{kind} {id}");
        let inverse = at.relation("system-renewals")?.backward;
        let inverse = self.vocabulary.word(inverse).id.clone();
        self.new_subject(at.known, "renewal", &[(&inverse, &of), ("renewal-done-on", &day)], from)?;
        Ok(())
    }

    /// Two-factor authentication at every terminal and server of a system.
    fn two_factor(&mut self, at: &Place<'_>, system: &str, from: Date) -> Result<()> {
        let system = at.row("system", system)?;
        for asset in at.members("system-assets", system) {
            if at.is_device(asset) {
                continue;
            }
            if self.defined(at, asset, "端末") == Truth::True {
                self.is(at, asset, "app-two-factor", "実施済", from)?;
            }
            if self.defined(at, asset, "サーバ") == Truth::True {
                self.is(at, asset, "os-two-factor", "実施済", from)?;
            }
        }
        self.is(at, system, "login-two-factor", "全員", from)
    }

    /// One piece of equipment of a system that moves to a cloud service.
    fn move_asset(
        &mut self,
        at: &Place<'_>,
        system: RowId,
        asset: RowId,
        from: Date,
        two_factor: bool,
    ) -> Result<()> {
        let terminal = self.defined(at, asset, "端末") == Truth::True;
        let server = self.defined(at, asset, "サーバ") == Truth::True;
        if !terminal && !server {
            return Ok(());
        }
        let shared = at.holders("system-assets", asset).iter().any(|s| *s != system);
        if shared || at.is_device(asset) {
            self.out.left.push(at.subject(asset));
            return Ok(());
        }
        if !terminal {
            self.say(at, asset, RawWhat::Gone, from);
            return Ok(());
        }
        if at.value(asset, "application-runs").as_deref() != Some("導入アプリなし") {
            self.is(at, asset, "application-runs", "サーバで処理", from)?;
        }
        self.forget(at, asset, from, |w| {
            OF_THE_APPLICATION.contains(&w.id.as_str()) && !(two_factor && w.id == "app-two-factor")
        });
        Ok(())
    }

    /// The service a system moves to, under a contract of its own.
    fn new_service(&mut self, at: &Place<'_>, system: RowId, from: Date) -> Result<()> {
        let (kind, id) = at.kind_and_id(system);
        let used_by = format!("{kind} {id}");
        let inverse = self.vocabulary.word(at.relation("system-services")?.backward).id.clone();
        let facts = [
            ("name", "移した先のクラウド"),
            (inverse.as_str(), used_by.as_str()),
            ("handles-medical-information", "あり"),
            ("updates-by", "事業者"),
        ];
        let contract = self.new_contract(at.known)?;
        self.new_subject(at.known, "service", &facts, from)?;
        let clause = self.vocabulary.evidence().iter().find(|e| e.id == "clause");
        let kind = clause.map(|e| e.name.clone()).ok_or_else(|| at.missing("clause"))?;
        if let Some(last) = self.out.facts.last_mut() {
            last.evidence = vec![RawEvidence { kind, contract: Some(contract), detail: None }];
        }
        Ok(())
    }

    /// What is held of these words is わからない from a day on.
    fn forget(&mut self, at: &Place<'_>, row: RowId, from: Date, which: impl Fn(&Word) -> bool) {
        for word in self.vocabulary.words().iter().filter(|w| which(w)) {
            if !at.cell(row, &word.id).held().is_empty() {
                self.say(at, row, RawWhat::Is(word.name.clone(), "わからない".into()), from);
            }
        }
    }

    /// Whether a piece of equipment is what a definition of the rulebook says.
    fn defined(&self, at: &Place<'_>, asset: RowId, name: &str) -> Truth {
        let Some(body) = place::definition(self.book, name) else { return Truth::Unknown };
        let mut level = 0;
        rulebook::atoms(std::iter::once(body), &mut |atom| level = level.max(atom.level));
        let context = Context { book: self.book, known: at.known, other: 0, assumed: &[], parts: &[] };
        // The body reads the innermost row, wherever the rule has it.
        let stack = (0..level).fold(Stack::of(at.known), |s, _| s.with(Some(asset)));
        context.truth(body, &stack)
    }
}

/// What changes with the application that a terminal runs.
const OF_THE_APPLICATION: [&str; 3] = ["app-two-factor", "identity-handed-over", "rights-after-handover"];

/// Whether only the provider, or who runs the system, can answer: what an
/// exchange of the system leaves unknown.
fn of_provider_alone(word: &Word) -> bool {
    let answers = |who: &str| word.answered_by.iter().any(|a| a == who);
    let fact = word.role == Role::Plain && !matches!(word.value, ValueType::Text | ValueType::List(_));
    fact && answers("事業者") && !answers("院長・事務長")
}

/// Kinds that were complete and are open now: their closure word, on the institution.
fn reopened_kinds(before: &Known<'_>, after: &Known<'_>) -> Vec<(WordId, RowId)> {
    let vocabulary = before.vocabulary();
    let Some(institution) = before.rows(Vocabulary::INSTITUTION).first().copied() else { return Vec::new() };
    let kinds = vocabulary.kinds().iter().filter_map(|k| Some((vocabulary.kind_by_id(&k.id)?, k.closure?)));
    kinds
        .filter(|(k, _)| before.complete(*k).is_some() && after.complete(*k).is_none())
        .map(|(_, word)| (word, institution))
        .collect()
}

/// Relations of a row that were complete and are open now: their closure word, on the row.
fn reopened_relations(before: &Known<'_>, after: &Known<'_>) -> Vec<(WordId, RowId)> {
    let mut out = Vec::new();
    for relation in before.vocabulary().relations() {
        let Some(id) = before.vocabulary().relation_named(&relation.name) else { continue };
        for row in before.rows(relation.from) {
            let same = after.rows(relation.from).iter().find(|r| after.subject(**r) == before.subject(*row));
            let closed = |known: &Known<'_>, row: RowId| known.members(id, row).is_some_and(|m| !m.open);
            if closed(before, *row) && same.is_some_and(|r| !closed(after, *r)) {
                out.push((relation.closure, *row));
            }
        }
    }
    out
}
