//! What each command does.

use crate::arguments::{Cli, Command, FactsCommand, Judge, RulebookCommand};
use crate::{BAD_INPUT, End, FOUND, files, say};
use facts::Institution;
use report::{Input, Sheet, item_mark, sheet, text};
use rulebook::{Edition, PartId, Rulebook};
use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use verdict::Outcome;
use vocabulary::{Code, Date, Diagnostic, Severity, Vocabulary, date};

/// The words and the rules of a run.
struct House {
    vocabulary: Vocabulary,
    book: Rulebook,
}

/// Runs a command.
pub(crate) fn run(cli: &Cli) -> End {
    let result = match &cli.command {
        Command::Judge(judge) => House::open(cli).and_then(|h| h.judge(judge)),
        Command::Demo { on } => House::open(cli).and_then(|h| h.demo(on.as_deref())),
        Command::Facts { command } => vocabulary(cli).and_then(|v| facts_command(&v, command)),
        Command::Rulebook { command: RulebookCommand::Format { files, check } } => {
            format_rules(files, *check)
        }
        Command::Rulebook { command } => House::open(cli).and_then(|h| h.rulebook(command, cli)),
    };
    result.unwrap_or_else(|e| e)
}

type Result<T> = std::result::Result<T, End>;

fn vocabulary(cli: &Cli) -> Result<Vocabulary> {
    let files = files::vocabulary(cli.vocabulary.as_deref()).map_err(End::Bad)?;
    Vocabulary::load(&files).map_err(End::Bad)
}

fn usage(text: String) -> End {
    End::Usage(format!("yagura: {text}\n使い方は「yagura --help」で見られます。\n"))
}

fn day(text: Option<&str>) -> Result<Date> {
    match text {
        None => Ok(Cli::today()),
        Some(t) => {
            let folded = vocabulary::line::folded(t);
            date::parse(&folded).map_err(|p| usage(format!("--on の日付「{t}」は読めません。{}", p.remedy())))
        }
    }
}

/// Reads one institution; warnings go to standard error.
fn institution(vocabulary: &Vocabulary, path: &Path) -> std::result::Result<Institution, Vec<Diagnostic>> {
    let name = path.display().to_string();
    let bytes = files::read(path)?;
    if path.extension().is_some_and(|e| e == "json") {
        return facts::json::read(vocabulary, &name, &bytes);
    }
    let (institution, warnings) = facts::text::read(vocabulary, &name, &bytes)?;
    for w in warnings {
        say(&format!("{w}\n"));
    }
    Ok(institution)
}

impl House {
    fn open(cli: &Cli) -> Result<House> {
        let vocabulary = vocabulary(cli)?;
        let files = files::rulebook(cli.rulebook.as_deref()).map_err(End::Bad)?;
        let book = rulebook::load(&vocabulary, &files).map_err(End::Bad)?;
        Ok(House { vocabulary, book })
    }

    fn edition(&self, id: &str) -> Result<&Edition> {
        self.book.edition(id).ok_or_else(|| {
            let all: Vec<_> = self.book.editions.iter().map(|e| e.id.as_str()).collect();
            usage(format!("版「{id}」の規則はありません。{}のどれかにしてください。", all.join("、")))
        })
    }

    fn part(&self, name: &str) -> Result<PartId> {
        let found = self.book.parts.iter().position(|p| p.id == name || p.name == name || p.mark == name);
        found.and_then(|i| u16::try_from(i).ok()).ok_or_else(|| {
            let all: Vec<_> = self.book.parts.iter().map(|p| p.name.as_str()).collect();
            usage(format!("編「{name}」はありません。{}のどれかにしてください。", all.join("、")))
        })
    }

    /// The index of an item by id or mark.
    fn item(&self, edition: &Edition, name: &str) -> Result<usize> {
        let found = edition.rules.iter().position(|r| r.front.id == name || item_mark(&self.book, r) == name);
        found.ok_or_else(|| {
            let ids = edition.rules.iter().map(|r| r.front.id.as_str());
            let like =
                vocabulary::nearest(name, ids).map(|n| format!("「{n}」のことですか?")).unwrap_or_default();
            usage(format!(
                "第{}版に項目「{name}」の規則はありません。{like}「yagura rulebook list」で並べられます。",
                edition.id
            ))
        })
    }

    fn judge(&self, args: &Judge) -> Result<End> {
        self.warn_of_moved_rules();
        let edition = self.edition(&args.edition)?;
        let on = day(args.on.as_deref())?;
        let part = args.part.as_deref().map(|p| self.part(p)).transpose()?;
        let fail_on = args.fail_on.as_deref().map(|name| {
            Outcome::from_name(name).ok_or_else(|| {
                let all: Vec<_> = Outcome::ALL.iter().map(|o| o.name()).collect();
                usage(format!(
                    "--fail-on の結果「{name}」はありません。{}のどれかにしてください。",
                    all.join("、")
                ))
            })
        });
        let fail_on = fail_on.transpose()?;
        let explain = args.explain.as_deref().map(|i| self.item(edition, i)).transpose()?;
        if args.format != "text" && args.format != "json" {
            return Err(usage(format!(
                "--format の形「{}」はありません。text か json にしてください。",
                args.format
            )));
        }
        let mut problems = Vec::new();
        let mut sheets = Vec::new();
        let mut institutions = Vec::new();
        for path in &args.files {
            match institution(&self.vocabulary, path) {
                Ok(i) => institutions.push(i),
                Err(d) => problems.extend(d),
            }
        }
        if !problems.is_empty() {
            return Err(End::Bad(problems));
        }
        let mut out = String::new();
        for institution in &institutions {
            let full = args.full || explain.is_some();
            let input = Input {
                vocabulary: &self.vocabulary,
                book: &self.book,
                edition,
                institution,
                on,
                part,
                full,
            };
            let mut s = sheet(&input);
            let wanted = explain.and_then(|i| edition.rules.get(i)).map(|r| r.front.id.as_str());
            if let Some(id) = wanted {
                s.rows.retain(|r| r.item == id);
                for row in &s.rows {
                    let _ = writeln!(out, "{}", text::explanation(&input, &s, row));
                }
            } else {
                let _ = writeln!(out, "{}", text::sheet(&s, &self.vocabulary));
                // Without --explain the JSON holds results, not every reason.
                for row in &mut s.rows {
                    row.explanation = None;
                    row.explanation_then = None;
                }
            }
            sheets.push(s);
        }
        if args.format == "json" {
            out = serde_json::to_string_pretty(&sheets).unwrap_or_default() + "\n";
        }
        let found = fail_on.is_some_and(|o| sheets.iter().flat_map(|s| &s.rows).any(|r| fails(r, o)));
        Ok(End::Done(out, if found { FOUND } else { 0 }))
    }

    fn demo(&self, on: Option<&str>) -> Result<End> {
        let on = day(on)?;
        let edition = self.edition("latest")?;
        let mut sheets: Vec<Sheet> = Vec::new();
        for (name, contents) in files::demo() {
            let (institution, _) =
                facts::text::read(&self.vocabulary, &name, contents.as_bytes()).map_err(End::Bad)?;
            let input = Input {
                vocabulary: &self.vocabulary,
                book: &self.book,
                edition,
                institution: &institution,
                on,
                part: None,
                full: false,
            };
            sheets.push(sheet(&input));
        }
        let mut out = String::from("見本データです。みほん県(99)の施設は、すべて作り物です。\n\n");
        out.push_str(&text::overview(&sheets));
        out.push('\n');
        // The clinic that has most left to find out shows a whole sheet.
        if let Some(s) = sheets.first() {
            out.push_str(&text::sheet(s, &self.vocabulary));
        }
        let _ = writeln!(
            out,
            "\n自分の施設で試すには: yagura judge ファイル.facts   わけを見るには: --explain 運14⑤"
        );
        Ok(End::Done(out, 0))
    }

    fn rulebook(&self, command: &RulebookCommand, cli: &Cli) -> Result<End> {
        match command {
            RulebookCommand::Check { lint } => self.check(*lint),
            RulebookCommand::Show { item, edition } => self.show(item, edition, cli),
            RulebookCommand::List { edition } => {
                let edition = self.edition(edition)?;
                let mut out = format!("{}(改訂 {})\n\n", edition.title, edition.revision);
                for r in &edition.rules {
                    let mark = report::pad(&item_mark(&self.book, r), 10);
                    let id = report::pad(&r.front.id, 28);
                    let _ = writeln!(out, "{mark}{id}{}  〔{}〕", r.front.title, r.front.basis);
                }
                for c in &edition.coverage {
                    for (id, why) in &c.without_rule {
                        let _ = writeln!(out, "{}{}({why})", report::pad("", 10), report::pad(id, 28));
                    }
                }
                let _ = writeln!(
                    out,
                    "\n規則にした遵守事項 {}/{}(知られている項目のうち)",
                    edition.ruled_items(),
                    edition.known_items
                );
                Ok(End::Done(out, 0))
            }
            RulebookCommand::Format { files, check } => format_rules(files, *check),
        }
    }

    /// Says on standard error that the rules are not the frozen ones.
    fn warn_of_moved_rules(&self) {
        for d in &self.book.moved {
            say(&format!("{}\n", d.clone().warning()));
        }
    }

    fn check(&self, lint: bool) -> Result<End> {
        let mut problems = self.book.moved.clone();
        let mut out = String::new();
        for edition in &self.book.editions {
            let report = judge::examples::run(&self.vocabulary, &self.book, edition);
            let _ = writeln!(
                out,
                "第{}版: 規則 {}、みなし {}、例 {}",
                edition.id,
                edition.rules.len(),
                edition.deemings.len(),
                report.rows
            );
            problems.extend(report.problems);
            if lint {
                for r in edition.rules.iter().filter(|r| r.reads_twice) {
                    let d = Diagnostic::error(
                        &r.file,
                        1,
                        Code::FactReadTwice,
                        "同じ事実を二度読んでいます。",
                        "結果は正しいですが、書き直すと「わからない」が減ることがあります。",
                    );
                    let _ = writeln!(out, "{}", d.warning());
                }
            }
        }
        if problems.is_empty() {
            out.push_str("すべての例が、書いたとおりの結果になりました。\n");
            Ok(End::Done(out, 0))
        } else {
            Err(End::Bad(problems))
        }
    }

    fn show(&self, item: &str, edition: &str, cli: &Cli) -> Result<End> {
        // An id names its edition.
        let edition = self.edition(item.split_once('/').map_or(edition, |(e, _)| e))?;
        let index = self.item(edition, item)?;
        let Some(rule) = edition.rules.get(index) else {
            return Err(usage(format!("項目「{item}」の規則はありません。")));
        };
        let files = files::rulebook(cli.rulebook.as_deref()).map_err(End::Bad)?;
        let block = files
            .iter()
            .find(|(p, _)| *p == rule.file)
            .and_then(|(p, t)| rule_language::Document::read(p, t).ok())
            .and_then(|d| d.block)
            .map(|b| b.text)
            .unwrap_or_default();
        Ok(End::Done(text::rule(&self.book, edition, rule, &block), 0))
    }
}

/// Whether a row has the outcome decided; pending issues never count as 未遵守.
fn fails(row: &report::Row, outcome: Outcome) -> bool {
    row.today.outcomes.decided() == Some(outcome)
        && (outcome != Outcome::NotMet || row.today.pending.is_empty())
}

fn facts_command(vocabulary: &Vocabulary, command: &FactsCommand) -> Result<End> {
    match command {
        FactsCommand::Check { files } => {
            let mut out = String::new();
            let mut problems = Vec::new();
            for path in files {
                match institution(vocabulary, path) {
                    Ok(i) => {
                        let _ = writeln!(
                            out,
                            "{}: 物 {}、事実 {}。読めました。",
                            path.display(),
                            i.subjects().len(),
                            i.facts().len()
                        );
                    }
                    Err(d) => problems.extend(d),
                }
            }
            if problems.is_empty() { Ok(End::Done(out, 0)) } else { Err(End::Bad(problems)) }
        }
        FactsCommand::Format { files, json: true, .. } => {
            let mut out = String::new();
            for path in files {
                let i = institution(vocabulary, path).map_err(End::Bad)?;
                let document = facts::json::document(vocabulary, &i);
                out.push_str(&(serde_json::to_string_pretty(&document).unwrap_or_default() + "\n"));
            }
            Ok(End::Done(out, 0))
        }
        FactsCommand::Format { files, check, .. } => format_files(files, *check, |name, bytes| {
            let (_, _) = facts::text::read(vocabulary, name, bytes)?;
            let source = vocabulary::line::decode(name, bytes).map_err(|d| vec![d])?;
            facts::text::format(vocabulary, name, &source)
        }),
    }
}

fn format_rules(files: &[PathBuf], check: bool) -> Result<End> {
    format_files(files, check, |name, bytes| {
        let source = vocabulary::line::decode(name, bytes).map_err(|d| vec![d])?;
        rule_language::format(name, &source)
    })
}

/// Formats every file in memory first; nothing is written unless all can be read.
fn format_files(
    paths: &[PathBuf],
    check: bool,
    format: impl Fn(&str, &[u8]) -> std::result::Result<String, Vec<Diagnostic>>,
) -> Result<End> {
    let mut problems = Vec::new();
    let mut ready = Vec::new();
    for path in paths {
        let name = path.display().to_string();
        match files::read(path).and_then(|bytes| format(&name, &bytes).map(|t| (bytes, t))) {
            Ok((bytes, text)) => ready.push((path, bytes != text.as_bytes(), text)),
            Err(d) => problems.extend(d),
        }
    }
    problems.retain(|d| d.severity == Severity::Error);
    if !problems.is_empty() {
        return Err(End::Bad(problems));
    }
    let mut out = String::new();
    let mut untidy = false;
    for (path, changed, text) in ready {
        if changed {
            untidy = true;
            let _ = writeln!(
                out,
                "{}: {}",
                path.display(),
                if check { "そろっていません。" } else { "そろえました。" }
            );
            if !check {
                files::write(path, &text).map_err(End::Bad)?;
            }
        }
    }
    Ok(End::Done(out, if check && untidy { BAD_INPUT } else { 0 }))
}
