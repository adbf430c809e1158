//! Text → syntax tree. One function a construct; each names its line, the
//! word and the remedy. Problems are collected; parsing goes on at the next
//! sibling line.

use crate::syntax::{
    Atom, Condition, Conditions, Deeming, Definition, Effective, Empty, FactAtom, Group, GroupWord, Head,
    Line, Meta, Operand, PartList, Quantifier, Rule, Section, SectionWord, Sub, Test, Unit,
};
use vocabulary::line::{self, Token};
use vocabulary::{Code, Diagnostic, Severity, nearest};

/// Deepest nesting of quantifiers.
const MAX_QUANTIFIERS: usize = 3;
/// At most this many problems are reported for one block.
const MANY: usize = 50;

/// A line and what is indented below it.
struct Tree {
    line: line::Line,
    before: Vec<String>,
    below: Vec<Tree>,
}

impl Tree {
    fn meta(&self) -> Meta {
        Meta { line: self.line.number, before: self.before.clone(), comment: self.line.comment.clone() }
    }
    fn words(&self) -> Vec<&str> {
        self.line.tokens.iter().map(|t| t.text.as_str()).collect()
    }
    fn first(&self) -> &str {
        self.line.tokens.first().map_or("", |t| t.text.as_str())
    }
}

/// Parses a block. `first_line` is the line of its first line in the file.
pub fn parse(file: &str, text: &str, first_line: usize) -> Result<Vec<Head>, Vec<Diagnostic>> {
    let (lines, problems) = line::lines(file, text, first_line);
    let problems = problems.into_iter().filter(|d| d.severity == Severity::Error).collect();
    let mut parser = Parser { file, problems };
    let trees = parser.trees(lines);
    let heads: Vec<Head> = trees.iter().filter_map(|t| parser.head(t)).collect();
    if heads.is_empty() && parser.problems.is_empty() {
        parser.problem(
            first_line,
            Code::EmptyFile,
            "規則の囲みに中身がありません。",
            "「規則」「みなし」「定義 名前」のどれかから書いてください。",
        );
    }
    if parser.problems.is_empty() {
        Ok(heads)
    } else {
        parser.problems.truncate(MANY);
        Err(parser.problems)
    }
}

struct Parser<'a> {
    file: &'a str,
    problems: Vec<Diagnostic>,
}

/// What a section word, a group or a quantifier may be followed by.
const BODY_WORDS: [&str; 6] = ["満たす", "次のすべて", "次のいずれか", "代替", "すべての", "いずれかの"];

impl Parser<'_> {
    fn problem(&mut self, line: usize, code: Code, message: impl Into<String>, remedy: impl Into<String>) {
        self.problems.push(Diagnostic::error(self.file, line, code, message, remedy));
    }

    fn unknown(&mut self, t: &Tree, words: &[&str]) {
        let word = t.first().to_owned();
        let remedy = nearest(&word, words.iter().copied()).map_or_else(
            || format!("ここに書けるのは「{}」です。", words.join("」「")),
            |n| format!("「{n}」のことですか?"),
        );
        let column = t.line.tokens.first().map_or(0, |t| t.column);
        self.problems.push(
            Diagnostic::error(
                self.file,
                t.line.number,
                Code::UnknownWord,
                format!("「{word}」という語はここにはありません。"),
                remedy,
            )
            .at(column),
        );
    }

    /// Lines → trees by indent; comment lines go to the line below them.
    fn trees(&mut self, lines: Vec<line::Line>) -> Vec<Tree> {
        let mut stack: Vec<Tree> = Vec::new();
        let mut roots: Vec<Tree> = Vec::new();
        let mut before: Vec<String> = Vec::new();
        fn close(stack: &mut Vec<Tree>, roots: &mut Vec<Tree>, depth: usize) {
            while stack.len() > depth {
                let Some(done) = stack.pop() else { break };
                match stack.last_mut() {
                    Some(parent) => parent.below.push(done),
                    None => roots.push(done),
                }
            }
        }
        for l in lines {
            if l.tokens.is_empty() {
                before.extend(l.comment);
                continue;
            }
            if l.indent > stack.len() {
                self.problem(
                    l.number,
                    Code::BadIndent,
                    "字下げが一度に深くなっています。",
                    "上の行より空白2つだけ深くしてください。",
                );
                continue;
            }
            close(&mut stack, &mut roots, l.indent);
            stack.push(Tree { line: l, before: std::mem::take(&mut before), below: Vec::new() });
        }
        close(&mut stack, &mut roots, 0);
        roots
    }

    fn leaf(&mut self, t: &Tree) {
        if let Some(extra) = t.below.first() {
            self.problem(
                extra.line.number,
                Code::BadIndent,
                format!("「{}」の下には何も書けません。", t.line.text()),
                "字下げを確かめてください。",
            );
        }
    }

    fn head(&mut self, t: &Tree) -> Option<Head> {
        match t.words().as_slice() {
            ["規則"] => Some(Head::Rule(self.rule(t))),
            ["みなし"] => Some(Head::Deeming(self.deeming(t))),
            ["定義", name] => {
                let name = (*name).to_owned();
                let body = self.conditions_below(t, 0);
                Some(Head::Definition(Definition { meta: t.meta(), name, body }))
            }
            _ => {
                self.unknown(t, &["規則", "みなし", "定義"]);
                None
            }
        }
    }

    fn rule(&mut self, t: &Tree) -> Rule {
        let mut rule = Rule { meta: t.meta(), ..Rule::default() };
        for child in &t.below {
            match child.words().as_slice() {
                ["判定単位", kind, "該当なしは対象外"] => {
                    self.leaf(child);
                    if rule.unit.is_some() {
                        self.twice(child);
                    }
                    rule.unit = Some(Unit { meta: child.meta(), kind: (*kind).to_owned() });
                }
                ["判定単位", ..] => self.problem(
                    child.line.number,
                    Code::BadForm,
                    "「判定単位」の書き方が違います。",
                    "「判定単位 種類 該当なしは対象外」と書いてください。施設が単位なら、この行は要りません。",
                ),
                ["施行", value] if value.starts_with('$') => {
                    if rule.effective.is_some() {
                        self.twice(child);
                    }
                    rule.effective = Some(self.effective(child, value.trim_start_matches('$')));
                }
                ["施行", ..] => self.problem(
                    child.line.number,
                    Code::BadForm,
                    "「施行」の日は、値の名前で書きます。",
                    "「施行 $名前」とし、日付は values/ に根拠とともに置いてください。",
                ),
                [first, ..] if SectionWord::ALL.iter().any(|w| w.text() == *first) => {
                    if let Some(section) = self.section(child) {
                        if section.word == SectionWord::Relief && rule.sections.iter().any(|s| s.word == SectionWord::Relief) {
                            self.twice(child);
                        }
                        rule.sections.push(section);
                    }
                }
                _ => self.unknown(child, &["判定単位", "施行", "対象", "除く", "要件", "緩和", "推奨", "国で検討中"]),
            }
        }
        rule
    }

    fn twice(&mut self, t: &Tree) {
        self.problem(
            t.line.number,
            Code::Duplicate,
            format!("「{}」が二度あります。", t.first()),
            "一つにまとめてください。",
        );
    }

    fn effective(&mut self, t: &Tree, value: &str) -> Effective {
        let mut early = None;
        for child in &t.below {
            match child.words().as_slice() {
                ["先に問う", "とき", ..] => {
                    if early.is_some() {
                        self.twice(child);
                    }
                    early = self.sub(child, 2, 0);
                }
                _ => self.unknown(child, &["先に問う"]),
            }
        }
        Effective { meta: t.meta(), value: value.to_owned(), early }
    }

    fn section(&mut self, t: &Tree) -> Option<Section> {
        let word = SectionWord::ALL.into_iter().find(|w| w.text() == t.first())?;
        let rest = t.line.tokens.get(1..).unwrap_or_default();
        let mut section = Section {
            meta: t.meta(),
            word,
            label: None,
            when: None,
            until: None,
            body: Conditions::default(),
        };
        match (word, rest) {
            (SectionWord::Relief | SectionWord::Pending, [label]) => section.label = Some(label.text.clone()),
            (_, []) => {}
            _ => {
                self.leaf(t);
                section.body = self.inline(t, rest)?;
                return Some(section);
            }
        }
        let mut below = Vec::new();
        for child in &t.below {
            let slot = match child.first() {
                "とき"
                    if matches!(
                        word,
                        SectionWord::Relief | SectionWord::Recommended | SectionWord::Pending
                    ) =>
                {
                    &mut section.when
                }
                "終了" if word == SectionWord::Relief => &mut section.until,
                _ => {
                    below.push(child);
                    continue;
                }
            };
            let taken = slot.is_some();
            *slot = self.sub(child, 1, 0);
            if taken {
                self.twice(child);
            }
        }
        if matches!(word, SectionWord::Relief | SectionWord::Pending) {
            for child in below {
                let words: &[&str] =
                    if word == SectionWord::Relief { &["とき", "終了"] } else { &["とき"] };
                self.unknown(child, words);
            }
            if word == SectionWord::Relief && section.when.is_none() {
                self.problem(
                    t.line.number,
                    Code::Missing,
                    "「緩和」に「とき」がありません。",
                    "いつ緩和されるかを「とき」に書いてください。",
                );
            }
        } else {
            section.body.items = below.into_iter().filter_map(|c| self.condition(c, 0)).collect();
            if section.body.items.is_empty() {
                self.problem(
                    t.line.number,
                    Code::Missing,
                    format!("「{}」に条件がありません。", word.text()),
                    "条件を同じ行か、下の行に書いてください。",
                );
            }
        }
        Some(section)
    }

    fn deeming(&mut self, t: &Tree) -> Deeming {
        let mut d = Deeming { meta: t.meta(), ..Deeming::default() };
        for child in &t.below {
            match child.words().as_slice() {
                ["対象", ..] => d.target = self.sub(child, 1, 0),
                ["資格", ..] => d.eligibility = self.sub(child, 1, 0),
                ["条件", ..] => d.condition = self.sub(child, 1, 0),
                ["及ぶ編", parts] => {
                    d.reaches = Some(PartList {
                        meta: child.meta(),
                        parts: parts.split('、').map(str::to_owned).collect(),
                    })
                }
                ["併読", parts] => {
                    d.read_also = Some(PartList {
                        meta: child.meta(),
                        parts: parts.split('、').map(str::to_owned).collect(),
                    })
                }
                _ => self.unknown(child, &["対象", "資格", "条件", "及ぶ編", "併読"]),
            }
        }
        for (word, missing) in [
            ("対象", d.target.is_none()),
            ("資格", d.eligibility.is_none()),
            ("条件", d.condition.is_none()),
            ("及ぶ編", d.reaches.is_none()),
        ] {
            if missing {
                self.problem(
                    t.line.number,
                    Code::Missing,
                    format!("「みなし」に「{word}」がありません。"),
                    format!("「{word}」の行を足してください。"),
                );
            }
        }
        d
    }

    /// A head of `skip` words with a condition on its line or below it.
    fn sub(&mut self, t: &Tree, skip: usize, quantifiers: usize) -> Option<Sub> {
        let rest = t.line.tokens.get(skip..).unwrap_or_default();
        let body = if rest.is_empty() {
            let items = self.conditions_below(t, quantifiers);
            Conditions { inline: false, items }
        } else {
            self.leaf(t);
            self.inline(t, rest)?
        };
        Some(Sub { meta: t.meta(), body })
    }

    fn inline(&mut self, t: &Tree, rest: &[Token]) -> Option<Conditions> {
        let mut line = self.line(t, rest)?;
        // The head prints the comments of the line.
        line.meta = Meta { line: t.line.number, ..Meta::default() };
        Some(Conditions { inline: true, items: vec![Condition::Line(line)] })
    }

    fn conditions_below(&mut self, t: &Tree, quantifiers: usize) -> Vec<Condition> {
        if t.below.is_empty() {
            self.problem(
                t.line.number,
                Code::Missing,
                format!("「{}」の下に条件がありません。", t.line.text()),
                "下の行に、空白2つ深くして条件を書いてください。",
            );
        }
        t.below.iter().filter_map(|c| self.condition(c, quantifiers)).collect()
    }

    fn condition(&mut self, t: &Tree, quantifiers: usize) -> Option<Condition> {
        match t.first() {
            "満たす" => {
                self.leaf(t);
                self.line(t, t.line.tokens.get(1..).unwrap_or_default()).map(Condition::Line)
            }
            "次のすべて" => self.group(t, GroupWord::All, quantifiers),
            "次のいずれか" => self.group(t, GroupWord::Any, quantifiers),
            "代替" => self.group(t, GroupWord::Alternative, quantifiers),
            "すべての" => self.quantifier(t, true, quantifiers),
            "いずれかの" => self.quantifier(t, false, quantifiers),
            _ => {
                self.unknown(t, &BODY_WORDS);
                None
            }
        }
    }

    fn group(&mut self, t: &Tree, word: GroupWord, quantifiers: usize) -> Option<Condition> {
        let label = match t.words().as_slice() {
            [_] => None,
            [_, label] if label.starts_with('「') && label.ends_with('」') => {
                Some(label.trim_start_matches('「').trim_end_matches('」').to_owned())
            }
            _ => {
                self.problem(
                    t.line.number,
                    Code::BadForm,
                    format!("「{}」の名前の書き方が違います。", word.text()),
                    "名前は「」で囲んでください。",
                );
                return None;
            }
        };
        if word == GroupWord::Alternative && label.is_none() {
            self.problem(
                t.line.number,
                Code::Missing,
                "「代替」に名前がありません。",
                "「代替 「踏み台」」のように書いてください。",
            );
        }
        let items = self.conditions_below(t, quantifiers);
        Some(Condition::Group(Group { meta: t.meta(), word, label, items }))
    }

    fn quantifier(&mut self, t: &Tree, all: bool, quantifiers: usize) -> Option<Condition> {
        let (range, empty) = match t.words().as_slice() {
            [_, range, "該当なしは成立"] => ((*range).to_owned(), Empty::Holds),
            [_, range, "該当なしは不成立"] => ((*range).to_owned(), Empty::Fails),
            [_, range, "該当なしは台帳確認"] => ((*range).to_owned(), Empty::Confirmed),
            _ => {
                self.problem(
                    t.line.number,
                    Code::BadForm,
                    format!("「{}」の書き方が違います。", t.first()),
                    "終わりに「該当なしは成立」「該当なしは不成立」「該当なしは台帳確認」のどれかを書いてください。",
                );
                return None;
            }
        };
        if quantifiers >= MAX_QUANTIFIERS {
            self.problem(
                t.line.number,
                Code::BadIndent,
                "「すべての」「いずれかの」の重なりが4段です。",
                "3段までにしてください。定義に分けられます。",
            );
            return None;
        }
        let mut q = Quantifier {
            meta: t.meta(),
            all,
            range,
            empty,
            within: Vec::new(),
            except: Vec::new(),
            body: Vec::new(),
        };
        for child in &t.below {
            match child.first() {
                word @ ("うち" | "除く") => {
                    if !q.body.is_empty() {
                        self.problem(
                            child.line.number,
                            Code::BadForm,
                            format!("「{word}」が条件のあとにあります。"),
                            "条件より前に書いてください。",
                        );
                    }
                    let sub = self.sub(child, 1, quantifiers + 1);
                    if word == "うち" {
                        if !q.except.is_empty() {
                            self.problem(
                                child.line.number,
                                Code::BadForm,
                                "「うち」が「除く」のあとにあります。",
                                "「除く」より前に書いてください。",
                            );
                        }
                        q.within.extend(sub);
                    } else {
                        q.except.extend(sub);
                    }
                }
                _ => q.body.extend(self.condition(child, quantifiers + 1)),
            }
        }
        if q.body.is_empty() {
            self.problem(
                t.line.number,
                Code::Missing,
                format!("「{} {}」に条件がありません。", t.first(), q.range),
                "「満たす …」の行を足してください。",
            );
        }
        Some(Condition::Quantifier(q))
    }

    /// Atoms joined by かつ or または, and a 解釈 suffix.
    fn line(&mut self, t: &Tree, tokens: &[Token]) -> Option<Line> {
        let number = t.line.number;
        let mut words: Vec<&str> = tokens.iter().map(|t| t.text.as_str()).collect();
        let mut interpretation = None;
        if let [rest @ .., "解釈", name] = words.as_slice() {
            interpretation = Some((*name).to_owned());
            words = rest.to_vec();
        }
        let both = words.contains(&"かつ");
        let either = words.contains(&"または");
        if both && either {
            self.problem(
                number,
                Code::BadForm,
                "「かつ」と「または」が一つの行に混ざっています。",
                "行を分け、「次のすべて」「次のいずれか」を使ってください。",
            );
            return None;
        }
        let atoms: Option<Vec<Atom>> =
            words.split(|w| *w == "かつ" || *w == "または").map(|a| self.atom(number, a)).collect();
        Some(Line { meta: t.meta(), any: either, atoms: atoms?, interpretation })
    }

    fn atom(&mut self, number: usize, words: &[&str]) -> Option<Atom> {
        match words {
            [] => {
                self.problem(number, Code::Missing, "条件がありません。", "「語 が 値」と書いてください。");
                None
            }
            ["定義", name] => Some(Atom::Definition((*name).to_owned())),
            ["編", name, "が", "遵守"] => Some(Atom::Part((*name).to_owned())),
            [word, "が", rest @ ..] if !rest.is_empty() => self.fact(number, word, rest).map(Atom::Fact),
            _ => {
                self.problem(
                    number,
                    Code::BadForm,
                    format!("「{}」は条件として読めません。", words.join(" ")),
                    "「語 が 値」「定義 名前」「編 名前 が 遵守」のどれかにしてください。「が」の前後に空白が要ります。",
                );
                None
            }
        }
    }

    fn fact(&mut self, number: usize, word: &str, rest: &[&str]) -> Option<FactAtom> {
        let (core, evidence) = match rest {
            [core @ .., "証拠", kind] => (core, Some(((*kind).to_owned(), false))),
            [core @ .., "証拠", kind, "以上"] => (core, Some(((*kind).to_owned(), true))),
            core => (core, None),
        };
        let test = match core {
            ["有効"] => Test::InForce,
            ["基準日", "から", n, "か月以内"] => Test::WithinMonths(operand(n)),
            [n, "以上"] => Test::AtLeast(operand(n)),
            [n, "以下"] => Test::AtMost(operand(n)),
            [d, "以後"] => Test::OnOrAfter(operand(d)),
            [d, "以前"] => Test::OnOrBefore(operand(d)),
            [d, "より前"] => Test::Before(operand(d)),
            [values] => Test::OneOf { values: list(values), not: false },
            [values, "でない"] => Test::OneOf { values: list(values), not: true },
            _ => {
                self.problem(
                    number,
                    Code::BadForm,
                    format!("「{} が {}」は条件として読めません。", word, core.join(" ")),
                    "「値」「値 でない」「数 以上」「日付 以後」「基準日 から 数 か月以内」「有効」のどれかにしてください。",
                );
                return None;
            }
        };
        if let Test::OneOf { values, .. } = &test
            && values.iter().any(String::is_empty)
        {
            self.problem(
                number,
                Code::BadForm,
                format!("「{word}」の値に、空のものがあります。"),
                "「、」の前後を確かめてください。",
            );
            return None;
        }
        Some(FactAtom { word: word.to_owned(), test, evidence })
    }
}

fn operand(word: &str) -> Operand {
    match word.strip_prefix('$') {
        Some(name) => Operand::Value(name.to_owned()),
        None => Operand::Literal(word.to_owned()),
    }
}

fn list(words: &str) -> Vec<String> {
    words.split('、').map(str::to_owned).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::print;

    const RULE: &str = "規則
  判定単位 医療情報システム 該当なしは対象外
  施行 $日
    先に問う とき 定義 甲 解釈 I-10
  # 前の注
  対象 医療情報の利用 が あり  # 注
  除く 終了日 が $日 より前
  要件
    すべての 構成資産 該当なしは台帳確認
      うち 定義 端末
      除く
        満たす 踏み台 が はい
      次のいずれか
        満たす アプリ が 実施済、一部 でない 証拠 文書 以上
        代替 「甲」
          満たす 数 が 13 以上 または 日 が 基準日 から 12 か月以内
  緩和 次の更改まで
    とき 困難 が 該当
    終了 定義 乙
  推奨
    とき 困難 が 該当
    満たす 契約期間 が 有効
  国で検討中 課題②
    とき 困難 が 該当
みなし
  対象 種別 が 病院
  資格 種別 が 病院
  条件 編 甲編 が 遵守
  及ぶ編 乙編、丙編
  併読 概説編
定義 甲
  満たす 種別 が 病院 かつ 種別 が 病院
";

    #[test]
    fn printing_gives_the_text_back() {
        let heads = parse("f", RULE, 1).unwrap();
        assert_eq!(print(&heads), RULE);
    }

    #[test]
    fn bad_lines_are_named_with_a_remedy() {
        let bad = |text: &str| parse("f.md", text, 10).unwrap_err()[0].to_string();
        assert_eq!(
            bad("規則\n  要件\n    満だす 種別 が 病院\n"),
            "f.md 12行目: 「満だす」という語はここにはありません。「満たす」のことですか?"
        );
        for (text, word) in [
            ("規則\n  要件\n    満たす 種別が病院\n", "種別が病院"),
            ("規則\n  要件\n    満たす 甲 が 乙 かつ 丙 が 丁 または 戊 が 己\n", "混ざって"),
            ("規則\n  要件\n    すべての 資産\n      満たす 甲 が 乙\n", "該当なしは成立"),
            ("規則\n  要件\n", "条件がありません"),
            ("規則\n    要件 甲 が 乙\n", "一度に深く"),
            ("規則\n  緩和 次まで\n    終了 甲 が 乙\n", "とき"),
            ("規則\n  緩和 次まで\n    とき 甲 が 乙\n  緩和 次まで\n    とき 甲 が 乙\n", "二度"),
            ("規則\n  施行 2027-04-01\n", "値の名前"),
            ("規則\n  要件 甲 が 乙\n    満たす 丙 が 丁\n", "何も書けません"),
            ("みなし\n  対象 甲 が 乙\n", "資格"),
            ("規則\n  要件\n    満たす 甲 が 、乙\n", "空のもの"),
            ("", "中身がありません"),
        ] {
            let message =
                parse("f.md", text, 1).unwrap_err().iter().map(ToString::to_string).collect::<String>();
            assert!(message.contains(word), "{text}: {message}");
        }
    }

    #[test]
    fn nesting_has_a_limit() {
        let mut text = String::from("規則\n  要件\n");
        for depth in 0..4 {
            text.push_str(&format!("{}すべての 資産 該当なしは成立\n", "  ".repeat(depth + 2)));
        }
        text.push_str(&format!("{}満たす 甲 が 乙\n", "  ".repeat(6)));
        assert!(parse("f", &text, 1).unwrap_err().iter().any(|d| d.message.contains("4段")));
        let deep: String = (0..1_000).map(|i| format!("{}次のすべて\n", "  ".repeat(i))).collect();
        assert!(parse("f", &deep, 1).is_err());
    }
}
