//! Syntax tree → graph: names become ids, definitions are set in at their
//! place, and every line is checked against the vocabulary.

use crate::expand;
use crate::graph::{
    Advice, Atom, Choices, Deeming, InterpretationId, MAX_DEPTH, Node, Op, Operand, PartId, Pending,
    Quantifier, Range, Relief, Rule, RuleKind, Rulebook, Scalar, Test, ValueRef,
};
use crate::load::Definitions;
use rule_language::syntax as ast;
use rule_language::syntax::{Condition, Conditions, Empty, SectionWord, Sub};
use rule_language::{Document, Place};
use vocabulary::{Code, Diagnostic, EvidenceId, KindId, ValueType, Vocabulary, WordId, date, nearest};

/// At most this many unconfirmed interpretations in a rule.
const MAX_TOGGLES: usize = 4;

pub(crate) struct Checker<'a> {
    vocabulary: &'a Vocabulary,
    book: &'a Rulebook,
    definitions: &'a Definitions,
    file: String,
    pub(crate) problems: Vec<Diagnostic>,
    /// Kinds of the rows from the institution inwards.
    stack: Vec<KindId>,
    /// Definitions being set in, to find cycles.
    inside: Vec<String>,
    toggles: Vec<InterpretationId>,
    /// Whether 編 X が 遵守 may stand here: only in 条件 of a みなし, so that
    /// judging a part never leads back to itself.
    part_allowed: bool,
}

impl<'a> Checker<'a> {
    pub(crate) fn new(
        vocabulary: &'a Vocabulary,
        book: &'a Rulebook,
        definitions: &'a Definitions,
        file: &str,
    ) -> Checker<'a> {
        Checker {
            vocabulary,
            book,
            definitions,
            file: file.to_owned(),
            problems: Vec::new(),
            stack: vec![Vocabulary::INSTITUTION],
            inside: Vec::new(),
            toggles: Vec::new(),
            part_allowed: false,
        }
    }

    fn problem(&mut self, line: usize, code: Code, message: impl Into<String>, remedy: impl Into<String>) {
        self.problems.push(Diagnostic::error(&self.file, line, code, message, remedy));
    }

    fn part(&mut self, line: usize, name: &str) -> Option<PartId> {
        let found = self.book.parts.iter().position(|p| p.name == name || p.id == name);
        if found.is_none() {
            let names = self.book.parts.iter().map(|p| p.name.as_str());
            let remedy = nearest(name, names).map_or_else(
                || "parts.toml の名前を使ってください。".to_owned(),
                |n| format!("「{n}」のことですか?"),
            );
            self.problem(line, Code::UnknownWord, format!("編「{name}」はありません。"), remedy);
        }
        found.and_then(|i| u16::try_from(i).ok())
    }

    fn value(&mut self, line: usize, name: &str) -> Option<ValueRef> {
        let found = self.book.values.iter().position(|v| v.name == name);
        let Some(i) = found else {
            let names = self.book.values.iter().map(|v| v.name.as_str());
            let remedy = nearest(name, names).map_or_else(
                || "values/ に根拠とともに足してください。".to_owned(),
                |n| format!("「${n}」のことですか?"),
            );
            self.problem(line, Code::UnknownWord, format!("値「${name}」はありません。"), remedy);
            return None;
        };
        if let Some((interpretation, _)) = self.book.values.get(i).and_then(|v| v.second) {
            self.toggle(interpretation);
        }
        u16::try_from(i).ok()
    }

    fn toggle(&mut self, id: InterpretationId) {
        let confirmed = self.book.interpretations.get(usize::from(id)).is_some_and(|i| i.confirmed);
        if !confirmed && !self.toggles.contains(&id) {
            self.toggles.push(id);
        }
    }

    fn interpretation(&mut self, line: usize, name: &str) -> Option<InterpretationId> {
        let found = self.book.interpretations.iter().position(|i| i.id == name);
        let Some(id) = found.and_then(|i| u16::try_from(i).ok()) else {
            self.problem(
                line,
                Code::UnknownWord,
                format!("解釈「{name}」はありません。"),
                "interpretations/ に足してください。",
            );
            return None;
        };
        self.toggle(id);
        Some(id)
    }

    pub(crate) fn rule(&mut self, document: &Document, rule: &ast::Rule) -> Option<Rule> {
        let front = &document.front;
        let place: Option<Place> = front.place.clone();
        let part = match place {
            Some(p) => self.part(1, &p.part)?,
            None => {
                self.problem(
                    1,
                    Code::Missing,
                    "place がありません。",
                    "先頭の項目に place = { part, chapter, item } を書いてください。",
                );
                return None;
            }
        };
        let kind = match front.kind.as_str() {
            "遵守事項" => RuleKind::Required,
            "推奨" => RuleKind::Recommended,
            other => {
                self.problem(
                    1,
                    Code::UnknownWord,
                    format!("kind「{other}」の規則は書けません。"),
                    "「遵守事項」か「推奨」にしてください。",
                );
                return None;
            }
        };
        let unit = match &rule.unit {
            Some(u) => {
                let Some(kind) = self.vocabulary.kind_named(&u.kind) else {
                    self.problem(
                        u.meta.line,
                        Code::UnknownWord,
                        format!("種類「{}」はありません。", u.kind),
                        "vocabulary/kinds.toml の種類を使ってください。",
                    );
                    return None;
                };
                kind
            }
            None => Vocabulary::INSTITUTION,
        };
        if unit != Vocabulary::INSTITUTION {
            self.stack.push(unit);
        }
        let effective = rule.effective.as_ref().and_then(|e| {
            let value = self.value(e.meta.line, &e.value)?;
            if !matches!(self.book.values.get(usize::from(value)).map(|v| v.value), Some(Scalar::Day(_))) {
                self.problem(
                    e.meta.line,
                    Code::WrongType,
                    format!("「${}」は日付ではありません。", e.value),
                    "日付の値を使ってください。",
                );
            }
            Some((value, e.early.as_ref().map(|s| self.sub(s))))
        });
        let mut out = Rule {
            front: front.clone(),
            summary: document.summary.clone(),
            interpretation: document.interpretation.clone(),
            file: self.file.clone(),
            kind,
            part,
            carried: front.id.contains("/x-from-"),
            unit,
            effective,
            target: Vec::new(),
            except: Vec::new(),
            requirement: Vec::new(),
            relief: None,
            recommended: Vec::new(),
            pending: Vec::new(),
            toggles: Vec::new(),
            reads_twice: false,
            base: document.base.clone(),
            examples: document.examples.clone(),
        };
        for section in &rule.sections {
            self.section(section, &mut out);
        }
        let missing = match kind {
            RuleKind::Required if out.requirement.is_empty() => Some("要件"),
            RuleKind::Recommended if out.recommended.is_empty() => Some("推奨"),
            _ => None,
        };
        if let Some(word) = missing {
            self.problem(
                rule.meta.line,
                Code::Missing,
                format!("「{word}」がありません。"),
                "何を満たせばよいかを書いてください。",
            );
        }
        if kind == RuleKind::Recommended && (!out.requirement.is_empty() || out.relief.is_some()) {
            self.problem(
                rule.meta.line,
                Code::BadForm,
                "kind が「推奨」の規則に、要件か緩和があります。",
                "「対象」「除く」「推奨」だけを書いてください。",
            );
        }
        self.empty_ranges(&out);
        let verdict: Vec<&Node> = out.deciding().collect();
        out.reads_twice = expand::reads_twice(verdict).is_some();
        if self.toggles.len() > MAX_TOGGLES {
            self.problem(
                rule.meta.line,
                Code::BadForm,
                format!("未確認の解釈が{}あります。", self.toggles.len()),
                "4つまでにしてください。",
            );
        }
        for id in &self.toggles {
            let name =
                self.book.interpretations.get(usize::from(*id)).map(|i| i.id.clone()).unwrap_or_default();
            if !front.interpretations.contains(&name) {
                self.problems.push(Diagnostic::error(
                    &self.file,
                    1,
                    Code::Missing,
                    format!("使っている解釈「{name}」が interpretations にありません。"),
                    "先頭の項目に足してください。",
                ));
            }
        }
        out.toggles = std::mem::take(&mut self.toggles);
        Some(out)
    }

    fn section(&mut self, s: &ast::Section, out: &mut Rule) {
        let line = s.meta.line;
        match s.word {
            SectionWord::Target => out.target.extend(self.nodes(&s.body)),
            SectionWord::Except => {
                let node = self.joined(line, &s.body);
                out.except.push(node);
            }
            SectionWord::Requirement => out.requirement.extend(self.nodes(&s.body)),
            SectionWord::Relief => {
                let Some(when) = &s.when else { return };
                let when = self.sub(when);
                let until = s.until.as_ref().map(|u| self.sub(u));
                out.relief = Some(Relief { label: s.label.clone().unwrap_or_default(), when, until });
            }
            SectionWord::Recommended => {
                let when = s.when.as_ref().map(|w| self.sub(w));
                let body = self.joined(line, &s.body);
                out.recommended.push(Advice { when, body });
            }
            SectionWord::Pending => {
                let issue = s.label.clone().or_else(|| out.front.open_issues.first().cloned());
                let Some(issue) = issue.filter(|i| out.front.open_issues.contains(i)) else {
                    self.problem(
                        line,
                        Code::Missing,
                        "検討中の課題が open_issues にありません。",
                        "先頭の項目に open_issues = [\"課題②\"] のように書いてください。",
                    );
                    return;
                };
                let when = s.when.as_ref().map(|w| self.sub(w));
                out.pending.push(Pending { issue, when });
            }
        }
    }

    pub(crate) fn deeming(&mut self, document: &Document, d: &ast::Deeming) -> Option<Deeming> {
        let target = self.sub(d.target.as_ref()?);
        let eligibility = self.sub(d.eligibility.as_ref()?);
        let condition_sub = d.condition.as_ref()?;
        self.part_allowed = true;
        let condition = self.sub(condition_sub);
        self.part_allowed = false;
        let Some(part) = single_part(&condition) else {
            self.problem(
                condition_sub.meta.line,
                Code::BadForm,
                "「条件」は編を一つだけ名指しします。",
                "「条件 編 名前 が 遵守」と書いてください。",
            );
            return None;
        };
        let mut list = |l: &Option<ast::PartList>| -> Vec<PartId> {
            l.iter()
                .flat_map(|l| l.parts.iter().map(|p| (l.meta.line, p)))
                .filter_map(|(line, p)| self.part(line, p))
                .collect()
        };
        let reaches = list(&d.reaches);
        let read_also = list(&d.read_also);
        if reaches.contains(&part) {
            self.problem(
                d.meta.line,
                Code::Cycle,
                "「条件」の編が「及ぶ編」にもあります。",
                "自分自身をみなすことはできません。",
            );
        }
        Some(Deeming {
            front: document.front.clone(),
            summary: document.summary.clone(),
            file: self.file.clone(),
            target,
            eligibility,
            part,
            condition,
            reaches,
            read_also,
            base: document.base.clone(),
            examples: document.examples.clone(),
        })
    }

    fn sub(&mut self, s: &Sub) -> Node {
        self.joined(s.meta.line, &s.body)
    }

    fn nodes(&mut self, body: &Conditions) -> Vec<Node> {
        body.items.iter().filter_map(|c| self.condition(c)).collect()
    }

    /// Conditions joined by *and* as one node.
    fn joined(&mut self, line: usize, body: &Conditions) -> Node {
        let mut nodes = self.nodes(body);
        if nodes.len() == 1
            && let Some(one) = nodes.pop()
        {
            return one;
        }
        Node { line: number(line), toggle: None, op: Op::All(None, nodes) }
    }

    fn condition(&mut self, c: &Condition) -> Option<Node> {
        match c {
            Condition::Line(l) => self.line(l),
            Condition::Group(g) => {
                let items: Vec<Node> = g.items.iter().filter_map(|c| self.condition(c)).collect();
                let op = match g.word {
                    ast::GroupWord::All => Op::All(g.label.clone(), items),
                    ast::GroupWord::Any => Op::Any(g.label.clone(), items),
                    ast::GroupWord::Alternative => {
                        Op::Alternative(g.label.clone().unwrap_or_default(), items)
                    }
                };
                Some(Node { line: number(g.meta.line), toggle: None, op })
            }
            Condition::Quantifier(q) => self.quantifier(q),
        }
    }

    fn line(&mut self, l: &ast::Line) -> Option<Node> {
        let line = l.meta.line;
        let toggle = l.interpretation.as_ref().and_then(|name| self.interpretation(line, name));
        let mut atoms: Vec<Node> = l.atoms.iter().filter_map(|a| self.atom(line, a)).collect();
        let op = match (atoms.len(), l.any) {
            (0, _) => return None,
            (1, _) => atoms.pop()?.op,
            (_, true) => Op::Any(None, atoms),
            (_, false) => Op::All(None, atoms),
        };
        Some(Node { line: number(line), toggle, op })
    }

    fn atom(&mut self, line: usize, atom: &ast::Atom) -> Option<Node> {
        let op = match atom {
            ast::Atom::Definition(name) => self.definition(line, name)?,
            ast::Atom::Part(name) if self.part_allowed => Op::Part(self.part(line, name)?),
            ast::Atom::Part(_) => {
                self.problem(
                    line,
                    Code::BadForm,
                    "「編 … が 遵守」は、「みなし」の「条件」だけに書けます。",
                    "規則では、その編の事実を読んでください。",
                );
                return None;
            }
            ast::Atom::Fact(f) => Op::Atom(self.fact(line, f, atom.text())?),
        };
        Some(Node { line: number(line), toggle: None, op })
    }

    fn definition(&mut self, line: usize, name: &str) -> Option<Op> {
        let Some((file, definition)) = self.definitions.get(name) else {
            let remedy = nearest(name, self.definitions.keys().map(String::as_str)).map_or_else(
                || "definitions/ に足してください。".to_owned(),
                |n| format!("「{n}」のことですか?"),
            );
            self.problem(line, Code::UnknownWord, format!("定義「{name}」はありません。"), remedy);
            return None;
        };
        if self.inside.iter().any(|d| d == name) {
            let chain = format!("{} → {name}", self.inside.join(" → "));
            self.problem(
                line,
                Code::Cycle,
                format!("定義が自分自身に戻ります({chain})。"),
                "どれか一つの定義を書き直してください。",
            );
            return None;
        }
        self.inside.push(name.to_owned());
        // Problems inside a definition are named in the definition's file.
        let outer = std::mem::replace(&mut self.file, file.clone());
        let items: Vec<Node> = definition.body.iter().filter_map(|c| self.condition(c)).collect();
        self.file = outer;
        self.inside.pop();
        let body = Node { line: number(definition.meta.line), toggle: None, op: Op::All(None, items) };
        Some(Op::Definition(name.to_owned(), Box::new(body)))
    }

    /// The innermost enclosing row that carries the word.
    fn word(&mut self, line: usize, name: &str) -> Option<(u8, WordId)> {
        for (level, kind) in self.stack.iter().enumerate().rev() {
            if let Some(word) = self.vocabulary.word_named(*kind, name) {
                return Some((u8::try_from(level).ok()?, word));
            }
        }
        let elsewhere = self.vocabulary.kinds_with(name);
        if elsewhere.is_empty() {
            let mut names: Vec<&str> = self.stack.iter().flat_map(|k| self.vocabulary.names_on(*k)).collect();
            names.sort_unstable();
            let remedy = nearest(name, names).map_or_else(
                || "vocabulary/ に足してください。".to_owned(),
                |n| format!("「{n}」のことですか?"),
            );
            self.problem(line, Code::UnknownWord, format!("「{name}」という語はありません。"), remedy);
        } else {
            let kinds: Vec<_> = elsewhere.iter().map(|k| self.vocabulary.kind(*k).name.clone()).collect();
            self.problem(
                line,
                Code::NoSubject,
                format!("「{name}」を読む「{}」が、この行の外側にありません。", kinds.join("」か「")),
                "判定単位か「すべての」「いずれかの」を確かめてください。",
            );
        }
        None
    }

    fn fact(&mut self, line: usize, f: &ast::FactAtom, text: String) -> Option<Atom> {
        let (level, word) = self.word(line, &f.word)?;
        let test = self.test(line, word, &f.test)?;
        let demand = match &f.evidence {
            None => None,
            Some((kind, at_least)) => Some(self.demand(line, word, kind, *at_least)?),
        };
        let kind = self.stack.get(usize::from(level)).copied()?;
        let slot = u16::try_from(self.vocabulary.slot(kind, word)?).ok()?;
        Some(Atom { level, word, slot, test, demand, text })
    }

    /// The evidence kinds that satisfy a demand, as bits.
    fn demand(&mut self, line: usize, word: WordId, kind: &str, at_least: bool) -> Option<(u16, String)> {
        let order: Vec<EvidenceId> = self.vocabulary.word(word).evidence.clone();
        let at = self.vocabulary.evidence_named(kind).and_then(|e| order.iter().position(|o| *o == e));
        let Some(at) = at else {
            let name = self.vocabulary.word(word).name.clone();
            let known: Vec<_> =
                order.iter().map(|e| self.vocabulary.evidence_kind(*e).name.clone()).collect();
            self.problem(
                line,
                Code::WrongType,
                format!("「{name}」に根拠資料「{kind}」は数えません。"),
                format!("{}のどれかにしてください。", known.join("・")),
            );
            return None;
        };
        let end = if at_least { order.len() } else { at + 1 };
        let mask =
            order.get(at..end)?.iter().fold(0u16, |m, e| m | 1u16.checked_shl(u32::from(e.0)).unwrap_or(0));
        Some((mask, format!("{kind}{}", if at_least { "以上" } else { "" })))
    }

    fn test(&mut self, line: usize, word: WordId, test: &ast::Test) -> Option<Test> {
        let vocabulary = self.vocabulary;
        let declared = vocabulary.word(word);
        let name = declared.name.as_str();
        let wrong = |c: &mut Self, want: &str| {
            c.problem(
                line,
                Code::WrongType,
                format!("「{name}」を、その形で比べることはできません。"),
                format!("「{name}」は{want}です。"),
            );
            None
        };
        match (test, &declared.value) {
            (ast::Test::OneOf { values, not }, ValueType::Choice(known)) => {
                let mut choices: Vec<u16> = Vec::new();
                let mut not_applicable = false;
                for v in values {
                    if v == "該当なし" && declared.not_applicable {
                        not_applicable = true;
                        continue;
                    }
                    match known.iter().position(|k| k == v) {
                        Some(i) => choices.extend(u16::try_from(i).ok()),
                        None => {
                            let remedy = nearest(v, known.iter().map(String::as_str)).map_or_else(
                                || format!("「{}」のどれかにしてください。", known.join("」「")),
                                |n| format!("「{n}」のことですか?"),
                            );
                            self.problem(
                                line,
                                Code::WrongType,
                                format!("「{name}」に「{v}」という値はありません。"),
                                remedy,
                            );
                            return None;
                        }
                    }
                }
                choices.sort_unstable();
                if choices.windows(2).any(|w| matches!(w, [a, b] if a == b)) {
                    self.problem(
                        line,
                        Code::Duplicate,
                        format!("「{name}」に同じ値が二度あります。"),
                        "一つにしてください。",
                    );
                }
                if choices.len() == known.len() && (not_applicable || !declared.not_applicable) {
                    self.problem(
                        line,
                        Code::EmptyRange,
                        format!("「{name}」の全部の値を並べています。"),
                        "いつも同じ結果になります。値を選び直してください。",
                    );
                }
                Some(Test::OneOf { choices: choices.into_iter().collect(), not_applicable, not: *not })
            }
            (ast::Test::OneOf { values, not }, _)
                if declared.not_applicable && values.as_slice() == ["該当なし"] =>
            {
                Some(Test::OneOf { choices: Choices::default(), not_applicable: true, not: *not })
            }
            (ast::Test::OneOf { .. }, ValueType::Number(_)) => wrong(self, "数(以上・以下で比べます)"),
            (ast::Test::OneOf { .. }, ValueType::Date) => wrong(self, "日付(以後・以前・より前で比べます)"),
            (ast::Test::AtLeast(o), ValueType::Number(_)) => Some(Test::AtLeast(self.number(line, o)?)),
            (ast::Test::AtMost(o), ValueType::Number(_)) => Some(Test::AtMost(self.number(line, o)?)),
            (ast::Test::OnOrAfter(o), ValueType::Date) => Some(Test::OnOrAfter(self.day(line, o)?)),
            (ast::Test::OnOrBefore(o), ValueType::Date) => Some(Test::OnOrBefore(self.day(line, o)?)),
            (ast::Test::Before(o), ValueType::Date) => Some(Test::Before(self.day(line, o)?)),
            (ast::Test::WithinMonths(o), ValueType::Date) => Some(Test::WithinMonths(self.number(line, o)?)),
            (ast::Test::InForce, ValueType::Term) => Some(Test::InForce),
            (_, ValueType::Choice(_)) => wrong(self, "選択肢(「語 が 値」で比べます)"),
            (_, ValueType::Number(_)) => wrong(self, "数(以上・以下で比べます)"),
            (_, ValueType::Date) => wrong(self, "日付(以後・以前・より前・か月以内で比べます)"),
            (_, ValueType::Term) => wrong(self, "期間(「有効」で比べます)"),
            (_, ValueType::Text) => wrong(self, "文字(規則では比べられません)"),
            (_, ValueType::List(_)) => wrong(self, "関係(「すべての」「いずれかの」で使います)"),
        }
    }

    fn scalar(&mut self, line: usize, o: &ast::Operand, day: bool) -> Option<Operand> {
        match o {
            ast::Operand::Value(name) => {
                let value = self.value(line, name)?;
                let is_day =
                    matches!(self.book.values.get(usize::from(value)).map(|v| v.value), Some(Scalar::Day(_)));
                if is_day != day {
                    self.problem(
                        line,
                        Code::WrongType,
                        format!("「${name}」は{}ではありません。", if day { "日付" } else { "数" }),
                        "値の名前を確かめてください。",
                    );
                    return None;
                }
                Some(Operand::Value(value))
            }
            ast::Operand::Literal(text) if day => match date::parse(text) {
                Ok(d) if self.inside.is_empty() => Some(Operand::Literal(Scalar::Day(d))),
                Ok(_) => {
                    self.problem(
                        line,
                        Code::BadForm,
                        format!("定義の中に日付「{text}」があります。"),
                        "定義では「$名前」を使い、日付は values/ に置いてください。",
                    );
                    None
                }
                Err(p) => {
                    self.problem(line, Code::BadDate, format!("日付「{text}」は読めません。"), p.remedy());
                    None
                }
            },
            ast::Operand::Literal(text) => match text.parse::<i64>() {
                Ok(n) if n >= 0 => Some(Operand::Literal(Scalar::Number(n))),
                _ => {
                    self.problem(
                        line,
                        Code::WrongType,
                        format!("「{text}」は数ではありません。"),
                        "0以上の整数か「$名前」にしてください。",
                    );
                    None
                }
            },
        }
    }

    fn number(&mut self, line: usize, o: &ast::Operand) -> Option<Operand> {
        self.scalar(line, o, false)
    }

    fn day(&mut self, line: usize, o: &ast::Operand) -> Option<Operand> {
        self.scalar(line, o, true)
    }

    fn quantifier(&mut self, q: &ast::Quantifier) -> Option<Node> {
        let line = q.meta.line;
        let (range, kind) = self.range(line, &q.range)?;
        // A relation hangs on its row; 台帳確認 is stated on that row.
        let holder = match range {
            Range::Kind(_) => 0,
            Range::Relation(_, level) => level,
        };
        let none_of = if q.empty == Empty::Confirmed { self.none_of(line, q, holder) } else { None };
        if self.stack.len() >= MAX_DEPTH {
            self.problem(
                line,
                Code::BadIndent,
                "定義の中まで数えると、「すべての」「いずれかの」が深すぎます。",
                "定義を分けるか、条件を書き直してください。",
            );
            return None;
        }
        self.stack.push(kind);
        let within: Vec<Node> = q.within.iter().map(|s| self.sub(s)).collect();
        let except: Vec<Node> = q.except.iter().map(|s| self.sub(s)).collect();
        let body = q.body.iter().filter_map(|c| self.condition(c)).collect();
        self.stack.pop();
        let quantifier = Quantifier { all: q.all, range, within, except, body, empty: q.empty, none_of };
        Some(Node { line: number(line), toggle: None, op: Op::Quantifier(Box::new(quantifier)) })
    }

    fn range(&mut self, line: usize, name: &str) -> Option<(Range, KindId)> {
        if let Some(kind) = self.vocabulary.kind_named(name) {
            return Some((Range::Kind(kind), kind));
        }
        if let Some(id) = self.vocabulary.relation_named(name) {
            let relation = self.vocabulary.relation(id);
            let level = self.stack.iter().rposition(|k| *k == relation.from);
            let Some(level) = level.and_then(|l| u8::try_from(l).ok()) else {
                let from = self.vocabulary.kind(relation.from).name.clone();
                self.problem(
                    line,
                    Code::NoSubject,
                    format!("「{name}」の元になる「{from}」が、外側にありません。"),
                    "判定単位か外側の「すべての」を確かめてください。",
                );
                return None;
            };
            return Some((Range::Relation(id, level), relation.to));
        }
        if let Some(r) = self.vocabulary.relations().iter().find(|r| r.inverse == name) {
            let forward = r.name.clone();
            self.problem(
                line,
                Code::BadForm,
                format!("逆向きの語「{name}」は範囲に使えません。"),
                format!("「{forward}」を使ってください。"),
            );
            return None;
        }
        let mut names: Vec<&str> = self.vocabulary.kinds().iter().map(|k| k.name.as_str()).collect();
        names.extend(self.vocabulary.relations().iter().map(|r| r.name.as_str()));
        let remedy = nearest(name, names).map_or_else(
            || "種類か関係の語を書いてください。".to_owned(),
            |n| format!("「{n}」のことですか?"),
        );
        self.problem(line, Code::UnknownWord, format!("「{name}」という種類も関係もありません。"), remedy);
        None
    }

    fn none_of(&mut self, line: usize, q: &ast::Quantifier, holder: u8) -> Option<(WordId, u8)> {
        let definition = q.within.iter().find_map(|s| match s.body.items.as_slice() {
            [Condition::Line(l)] => match l.atoms.as_slice() {
                [ast::Atom::Definition(name)] => Some(name.as_str()),
                _ => None,
            },
            _ => None,
        });
        let kind = self.stack.get(usize::from(holder)).copied()?;
        let word = definition.and_then(|d| self.vocabulary.none_of(kind, d));
        if word.is_none() {
            let kind = self.vocabulary.kind(kind).name.clone();
            let definition = definition.unwrap_or("名前").to_owned();
            self.problem(
                line,
                Code::Missing,
                "「台帳確認」に使う「ない」と述べる語がありません。",
                format!("「うち 定義 {definition}」を書き、vocabulary/ の「{kind}」に none_of = \"{definition}\" の語を足してください。"),
            );
        }
        word.map(|w| (w, holder))
    }

    fn empty_ranges(&mut self, rule: &Rule) {
        if expand::never(self.vocabulary, &rule.target, &rule.except) {
            self.problem(
                1,
                Code::EmptyRange,
                "「対象」がいつも空です。",
                "「対象」と「除く」を確かめてください。",
            );
        }
        let mut found = Vec::new();
        let nodes: Vec<&Node> = rule.deciding().collect();
        expand::quantifiers(nodes, &mut found);
        let lines: Vec<u32> = found
            .into_iter()
            .filter(|(_, q)| expand::never(self.vocabulary, &q.within, &q.except))
            .map(|(line, _)| line)
            .collect();
        for line in lines {
            self.problem(
                line as usize,
                Code::EmptyRange,
                "この「すべての」「いずれかの」の範囲は、いつも空です。",
                "「うち」と「除く」を確かめてください。",
            );
        }
    }
}

fn single_part(node: &Node) -> Option<PartId> {
    match &node.op {
        Op::Part(p) => Some(*p),
        _ => None,
    }
}

fn number(line: usize) -> u32 {
    u32::try_from(line).unwrap_or(u32::MAX)
}
