//! The rows of a share as a SQL engine needs them, for `peer.py`.
//!
//! Two questions are put to both: operations/12-06 (of every terminal), and
//! the terminals of operations/14-05 (of every system, through 構成資産),
//! which reads no fact twice, so that SQL's three-valued logic is exact.
//! A cell is its value and, where authors disagree, the other one; NULL is
//! unknown. みなし is a column of the institution for both. With the rows go
//! the census's sets and its time, so that the peer can be checked first.

use crate::figures::quantile;
use crate::repository;
use census::{Census, Place, Questions};
use facts::{Cell, Held, Known, RowId, Value};
use rulebook::{Edition, Rulebook};
use std::fmt::Write as _;
use std::path::Path;
use vocabulary::{KindId, RelationId, Vocabulary, WordId};

/// The rule whose requirement on terminals is asked alone.
const TERMINALS: &str = "7.0/operations/14-05-two-factor.md";
/// 運用編14章⑤ without its dates, servers and relief.
const TERMINALS_ALONE: &str = "```規則
規則
  判定単位 医療情報システム 該当なしは対象外
  対象 医療情報の利用 が あり
  要件
    すべての 構成資産 該当なしは台帳確認
      うち 定義 端末
      除く 定義 医療機器
      除く 踏み台 が はい
      満たす 定義 端末の二要素認証
```";
/// What SQL reads of an asset: column and word.
const ASSET: [(&str, &str); 8] = [
    ("type", "種別"),
    ("locks", "自動の画面ロック"),
    ("away", "離席時のほかの措置"),
    ("jump", "踏み台"),
    ("app", "アプリの二要素認証"),
    ("platform", "基盤の二要素認証"),
    ("handed_over", "認証結果の引き継ぎ"),
    ("rights", "引き継ぎ後の権限"),
];
/// So often each question is judged; the median counts.
const TIMES: usize = 5;
/// So often in a row, for a clock that ticks some hundred times a second.
const REPEATED: usize = 50;

/// The rulebook with the terminals of 運用編14章⑤ alone.
pub(crate) fn rulebook(words: &Vocabulary) -> Rulebook {
    let mut files = repository::files("rulebook");
    for (path, text) in &mut files {
        if path == TERMINALS
            && let Some((before, rest)) = text.split_once("```規則")
            && let Some((_, after)) = rest.split_once("```")
        {
            *text = format!("{before}{TERMINALS_ALONE}{after}");
        }
    }
    rulebook::load(words, &files).expect("the rulebook with terminals alone loads")
}

/// Tables while institutions are added.
pub(crate) struct Export<'a> {
    words: &'a Vocabulary,
    book: &'a Rulebook,
    edition: &'a Edition,
    kinds: (KindId, KindId),
    assets_of: RelationId,
    approved: WordId,
    columns: Vec<WordId>,
    uses: WordId,
    no_terminal: WordId,
    document: u16,
    count: Count,
    tables: [(&'static str, String); 4],
}

/// How many rows were written.
#[derive(Default)]
struct Count {
    institutions: usize,
    assets: usize,
    systems: usize,
}

impl<'a> Export<'a> {
    pub(crate) fn new(words: &'a Vocabulary, book: &'a Rulebook) -> Export<'a> {
        let kind = |name| words.kind_named(name).expect("a kind");
        let (asset, system) = (kind("資産"), kind("医療情報システム"));
        let word = |kind, name| words.word_named(kind, name).expect("a word");
        let asset_head: String = ASSET.iter().map(|(column, _)| format!(",{column},{column}_or")).collect();
        Export {
            words,
            book,
            edition: book.edition("7.0").expect("edition 7.0"),
            kinds: (asset, system),
            assets_of: words.relation_named("構成資産").expect("a relation"),
            approved: word(asset, "製造販売の承認番号"),
            columns: ASSET.iter().map(|(_, name)| word(asset, name)).collect(),
            uses: word(system, "医療情報の利用"),
            no_terminal: word(system, "端末はない"),
            document: 1 << words.evidence_named("文書").expect("an evidence kind").0,
            count: Count::default(),
            tables: [
                (
                    "assets",
                    format!(
                        "asset,institution{asset_head},approved,approved_shown,approved_or,approved_or_shown\n"
                    ),
                ),
                ("systems", "system,institution,uses,uses_or,open,no_terminal\n".into()),
                ("members", "system,asset,certain\n".into()),
                ("institutions", "institution,deemed_yes,deemed_no,assets_complete,systems_complete".into()),
            ],
        }
    }

    /// Adds one institution.
    pub(crate) fn push(&mut self, known: &Known<'_>) {
        let institution = self.count.institutions;
        let (assets, systems) = self.kinds;
        let first = self.count.assets;
        let [asset_rows, system_rows, members, institutions] = &mut self.tables;
        for row in known.rows(assets) {
            write!(asset_rows.1, "{},{institution}", self.count.assets).expect("text");
            for word in &self.columns {
                let (one, other) = values(known.cell(*row, *word));
                write!(asset_rows.1, ",{},{}", code(one), code(other)).expect("text");
            }
            let (one, other) = values(known.cell(*row, self.approved));
            let shown = |h: Option<&Held>| h.is_some_and(|h| h.evidence & self.document != 0);
            let line = [code(one), shown(one).to_string(), code(other), shown(other).to_string()];
            writeln!(asset_rows.1, ",{}", line.join(",")).expect("text");
            self.count.assets += 1;
        }
        let place = |row: &RowId| {
            first + known.rows(assets).iter().position(|r| r == row).expect("a member is an asset")
        };
        for row in known.rows(systems) {
            let of = known.members(self.assets_of, *row).expect("every system has members or none");
            let (one, other) = values(known.cell(*row, self.uses));
            let none =
                matches!(known.cell(*row, self.no_terminal), Cell::One(Held { value: Value::Choice(0), .. }));
            let system = self.count.systems;
            writeln!(
                system_rows.1,
                "{system},{institution},{},{},{},{none}",
                code(one),
                code(other),
                of.open
            )
            .expect("text");
            for (asset, certain) in
                of.certain.iter().map(|(r, _)| (r, true)).chain(of.possible.iter().map(|r| (r, false)))
            {
                writeln!(members.1, "{system},{},{certain}", place(asset)).expect("text");
            }
            self.count.systems += 1;
        }
        // みなし is the walker's: it is given to both.
        let part = self.edition.rules.iter().find(|r| r.front.id == "7.0/operations/12-06").map(|r| r.part);
        let verdicts = judge::verdicts(self.book, self.edition, known);
        let deemed = self.edition.deemings.iter().zip(&verdicts.deemings);
        let deemed = deemed.filter(|(d, _)| part.is_some_and(|p| d.reaches.contains(&p)));
        let deemed = deemed.fold(verdict::Truth::False, |t, (_, e)| t.or(e.deemed()));
        let complete = |kind| known.complete(kind).is_some();
        write!(
            institutions.1,
            "\n{institution},{},{},{},{}",
            deemed.can_be_true(),
            deemed.can_be_false(),
            complete(assets),
            complete(systems)
        )
        .expect("text");
        self.count.institutions += 1;
    }

    /// Judges the two questions and writes the tables.
    pub(crate) fn finish(mut self, census: &Census<'_>, folder: &Path) {
        let questions = Questions::new(self.words, self.book, self.edition);
        let mut results = census.judge(&questions);
        let mut times = String::from("question,seconds\n");
        let rule = |id: &str| self.edition.rules.iter().position(|r| r.front.id == id).expect("a rule");
        let asked =
            [("terminals_left", rule("7.0/operations/12-06")), ("two_factor", rule("7.0/operations/14-05"))];
        for (name, rule) in asked {
            let mut again = || (0..REPEATED).for_each(|_| census.judge_rule(&questions, rule, &mut results));
            let mut seconds: Vec<f64> =
                (0..TIMES).map(|_| crate::cpu_of(&mut again).0 / REPEATED as f64).collect();
            writeln!(times, "{name},{}", quantile(&mut seconds, 0.5)).expect("text");
        }
        let [_, _, _, (_, institutions)] = &mut self.tables;
        let lines = std::mem::take(institutions);
        for (i, line) in lines.lines().enumerate() {
            let cells = match i.checked_sub(1) {
                None => asked.map(|(name, _)| name.to_owned()),
                Some(n) => asked.map(|(_, rule)| {
                    let place = Place(u32::try_from(n).unwrap_or(u32::MAX));
                    census.outcomes(&results, place, rule).bits().to_string()
                }),
            };
            writeln!(institutions, "{line},{}", cells.join(",")).expect("text");
        }
        std::fs::create_dir_all(folder).expect("the folder of the export");
        for (name, text) in self.tables.into_iter().chain([("census", times)]) {
            std::fs::write(folder.join(format!("{name}.csv")), text).expect("a table is written");
        }
    }
}

/// The value of a cell, and the other one where two authors disagree.
fn values(cell: &Cell) -> (Option<&Held>, Option<&Held>) {
    assert!(cell.held().len() <= 2, "SQL has room for two values of a cell");
    (cell.held().first(), cell.held().get(1))
}

/// A choice as its number; nothing where there is none.
fn code(held: Option<&Held>) -> String {
    match held.map(|h| &h.value) {
        Some(Value::Choice(c)) => c.to_string(),
        // Not a number: the peer refuses to read it.
        Some(other) => format!("{other:?}"),
        None => String::new(),
    }
}
