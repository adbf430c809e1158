//! The words and the rules of a run, and what every command looks up in them.

use crate::arguments::Cli;
use crate::{End, files, say};
use facts::Institution;
use report::item_mark;
use rulebook::{Edition, PartId, Rulebook};
use std::path::Path;
use vocabulary::{Date, Diagnostic, Vocabulary, date};

/// The words and the rules of a run.
pub(crate) struct House {
    pub(crate) vocabulary: Vocabulary,
    pub(crate) book: Rulebook,
}

pub(crate) type Result<T> = std::result::Result<T, End>;

pub(crate) fn vocabulary(cli: &Cli) -> Result<Vocabulary> {
    let files = files::vocabulary(cli.vocabulary.as_deref()).map_err(End::Bad)?;
    Vocabulary::load(&files).map_err(End::Bad)
}

pub(crate) fn usage(text: String) -> End {
    End::Usage(format!("yagura: {text}\n使い方は「yagura --help」で見られます。\n"))
}

pub(crate) fn day(text: Option<&str>) -> Result<Date> {
    match text {
        None => Ok(Cli::today()),
        Some(t) => {
            let folded = vocabulary::line::folded(t);
            date::parse(&folded).map_err(|p| usage(format!("--on の日付「{t}」は読めません。{}", p.remedy())))
        }
    }
}

/// Reads one institution; warnings go to standard error.
pub(crate) fn institution(
    vocabulary: &Vocabulary,
    path: &Path,
) -> std::result::Result<Institution, Vec<Diagnostic>> {
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
    pub(crate) fn open(cli: &Cli) -> Result<House> {
        let vocabulary = vocabulary(cli)?;
        let files = files::rulebook(cli.rulebook.as_deref()).map_err(End::Bad)?;
        let book = rulebook::load(&vocabulary, &files).map_err(End::Bad)?;
        Ok(House { vocabulary, book })
    }

    pub(crate) fn edition(&self, id: &str) -> Result<&Edition> {
        self.book.edition(id).ok_or_else(|| {
            let all: Vec<_> = self.book.editions.iter().map(|e| e.id.as_str()).collect();
            usage(format!("版「{id}」の規則はありません。{}のどれかにしてください。", all.join("、")))
        })
    }

    pub(crate) fn part(&self, name: &str) -> Result<PartId> {
        let found = self.book.parts.iter().position(|p| p.id == name || p.name == name || p.mark == name);
        found.and_then(|i| u16::try_from(i).ok()).ok_or_else(|| {
            let all: Vec<_> = self.book.parts.iter().map(|p| p.name.as_str()).collect();
            usage(format!("編「{name}」はありません。{}のどれかにしてください。", all.join("、")))
        })
    }

    /// The index of an item by id or mark.
    pub(crate) fn item(&self, edition: &Edition, name: &str) -> Result<usize> {
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

    /// Says on standard error that the rules are not the frozen ones.
    pub(crate) fn warn_of_moved_rules(&self) {
        for d in &self.book.moved {
            say(&format!("{}\n", d.clone().warning()));
        }
    }
}
