//! `yagura rulebook`: check, format, show and list the rules.

use super::format::format_rules;
use crate::arguments::{Cli, RulebookCommand};
use crate::house::{House, Result, usage};
use crate::{End, files};
use report::{item_mark, text};
use std::fmt::Write as _;
use vocabulary::{Code, Diagnostic};

impl House {
    pub(crate) fn rulebook(&self, command: &RulebookCommand, cli: &Cli) -> Result<End> {
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
