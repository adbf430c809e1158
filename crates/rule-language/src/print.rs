//! Syntax tree → text. The inverse of [`crate::parse`].

use crate::syntax::{
    Atom, Condition, Conditions, Deeming, Definition, Head, Line, Meta, Operand, PartList, Quantifier, Rule,
    Section, Sub, Test,
};

/// Writes a block as text, two spaces an indent.
pub fn print(heads: &[Head]) -> String {
    let mut p = Printer { out: String::new() };
    for head in heads {
        match head {
            Head::Rule(r) => p.rule(r),
            Head::Deeming(d) => p.deeming(d),
            Head::Definition(d) => p.definition(d),
        }
    }
    p.out
}

struct Printer {
    out: String,
}

impl Printer {
    fn line(&mut self, depth: usize, meta: &Meta, text: &str) {
        for comment in &meta.before {
            self.out.push_str(&"  ".repeat(depth));
            self.out.push_str("# ");
            self.out.push_str(comment);
            self.out.push('\n');
        }
        self.out.push_str(&"  ".repeat(depth));
        self.out.push_str(text);
        if let Some(comment) = &meta.comment {
            self.out.push_str("  # ");
            self.out.push_str(comment);
        }
        self.out.push('\n');
    }

    fn rule(&mut self, r: &Rule) {
        self.line(0, &r.meta, "規則");
        if let Some(unit) = &r.unit {
            self.line(1, &unit.meta, &format!("判定単位 {} 該当なしは対象外", unit.kind));
        }
        if let Some(e) = &r.effective {
            self.line(1, &e.meta, &format!("施行 ${}", e.value));
            if let Some(early) = &e.early {
                self.sub(2, "先に問う とき", early);
            }
        }
        for s in &r.sections {
            self.section(s);
        }
    }

    fn section(&mut self, s: &Section) {
        let head = match &s.label {
            Some(label) => format!("{} {label}", s.word.text()),
            None => s.word.text().to_owned(),
        };
        self.with(1, &head, &s.meta, &s.body, |p| {
            if let Some(when) = &s.when {
                p.sub(2, "とき", when);
            }
            if let Some(until) = &s.until {
                p.sub(2, "終了", until);
            }
        });
    }

    fn deeming(&mut self, d: &Deeming) {
        self.line(0, &d.meta, "みなし");
        for (head, sub) in [("対象", &d.target), ("資格", &d.eligibility), ("条件", &d.condition)] {
            if let Some(sub) = sub {
                self.sub(1, head, sub);
            }
        }
        for (head, parts) in [("及ぶ編", &d.reaches), ("併読", &d.read_also)] {
            if let Some(PartList { meta, parts }) = parts {
                self.line(1, meta, &format!("{head} {}", parts.join("、")));
            }
        }
    }

    fn definition(&mut self, d: &Definition) {
        self.line(0, &d.meta, &format!("定義 {}", d.name));
        self.conditions(1, &d.body);
    }

    fn sub(&mut self, depth: usize, head: &str, sub: &Sub) {
        self.with(depth, head, &sub.meta, &sub.body, |_| {});
    }

    /// A head, with its condition on the same line or its lines below.
    fn with(
        &mut self,
        depth: usize,
        head: &str,
        meta: &Meta,
        body: &Conditions,
        first: impl FnOnce(&mut Printer),
    ) {
        match body.items.as_slice() {
            [Condition::Line(line)] if body.inline => {
                self.line(depth, meta, &format!("{head} {}", line_text(line)));
                first(self);
            }
            items => {
                self.line(depth, meta, head);
                first(self);
                self.conditions(depth + 1, items);
            }
        }
    }

    fn conditions(&mut self, depth: usize, items: &[Condition]) {
        for item in items {
            match item {
                Condition::Line(l) => self.line(depth, &l.meta, &format!("満たす {}", line_text(l))),
                Condition::Group(g) => {
                    let head = match &g.label {
                        Some(label) => format!("{} 「{label}」", g.word.text()),
                        None => g.word.text().to_owned(),
                    };
                    self.line(depth, &g.meta, &head);
                    self.conditions(depth + 1, &g.items);
                }
                Condition::Quantifier(q) => self.quantifier(depth, q),
            }
        }
    }

    fn quantifier(&mut self, depth: usize, q: &Quantifier) {
        let word = if q.all { "すべての" } else { "いずれかの" };
        self.line(depth, &q.meta, &format!("{word} {} 該当なしは{}", q.range, q.empty.text()));
        for s in &q.within {
            self.sub(depth + 1, "うち", s);
        }
        for s in &q.except {
            self.sub(depth + 1, "除く", s);
        }
        self.conditions(depth + 1, &q.body);
    }
}

/// The atoms of a line as they are written, without 満たす.
pub(crate) fn line_text(line: &Line) -> String {
    let joint = if line.any { " または " } else { " かつ " };
    let mut out = line.atoms.iter().map(atom_text).collect::<Vec<_>>().join(joint);
    if let Some(i) = &line.interpretation {
        out.push_str(" 解釈 ");
        out.push_str(i);
    }
    out
}

fn atom_text(atom: &Atom) -> String {
    match atom {
        Atom::Definition(name) => format!("定義 {name}"),
        Atom::Part(name) => format!("編 {name} が 遵守"),
        Atom::Fact(f) => {
            let test = match &f.test {
                Test::OneOf { values, not } => {
                    format!("{}{}", values.join("、"), if *not { " でない" } else { "" })
                }
                Test::AtLeast(o) => format!("{} 以上", operand(o)),
                Test::AtMost(o) => format!("{} 以下", operand(o)),
                Test::OnOrAfter(o) => format!("{} 以後", operand(o)),
                Test::OnOrBefore(o) => format!("{} 以前", operand(o)),
                Test::Before(o) => format!("{} より前", operand(o)),
                Test::WithinMonths(o) => format!("基準日 から {} か月以内", operand(o)),
                Test::InForce => "有効".to_owned(),
            };
            let evidence = match &f.evidence {
                Some((kind, true)) => format!(" 証拠 {kind} 以上"),
                Some((kind, false)) => format!(" 証拠 {kind}"),
                None => String::new(),
            };
            format!("{} が {test}{evidence}", f.word)
        }
    }
}

fn operand(o: &Operand) -> String {
    match o {
        Operand::Literal(text) => text.clone(),
        Operand::Value(name) => format!("${name}"),
    }
}

impl Line {
    /// The line as it is written, without 満たす.
    pub fn text(&self) -> String {
        line_text(self)
    }
}

impl Atom {
    /// The atom as it is written.
    pub fn text(&self) -> String {
        atom_text(self)
    }
}
