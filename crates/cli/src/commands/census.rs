//! `yagura census`: a folder of institutions → counts, and who it concerns tonight.

use crate::arguments::{Census, Cli};
use crate::house::{House, Result, day, institution, usage};
use crate::{End, files};
use facts::Institution;
use report::census::{self, Condition, Wanted};
use rulebook::{Edition, Rulebook};
use std::collections::BTreeMap;
use std::path::Path;
use vocabulary::{Code, Date, Diagnostic, Vocabulary, date};

/// The edition that a question of one's own stands in; never shown as one.
const QUESTION: &str = "question";

impl House {
    pub(crate) fn census(&self, args: &Census, cli: &Cli) -> Result<End> {
        self.warn_of_moved_rules();
        let edition = self.edition(&args.edition)?;
        let on = day(args.on.as_deref())?;
        if args.format != "text" && args.format != "json" {
            return Err(usage(format!(
                "--format の形「{}」はありません。text か json にしてください。",
                args.format
            )));
        }
        let by = args.by.as_deref().map(|name| self.institution_word(name)).transpose()?;
        let questions = args.question.iter().map(|p| self.question(p, cli)).collect::<Result<Vec<_>>>()?;
        let mut conditions = Vec::new();
        for text in &args.conditions {
            conditions.push(self.condition(edition, text)?);
        }
        for book in &questions {
            let edition = book.edition(QUESTION).ok_or_else(|| usage("質問が読めません。".into()))?;
            let wanted = Wanted::Outcome(verdict::Outcome::NotMet);
            conditions.push(Condition::Result { book, edition, rule: 0, on: None, wanted });
        }
        conditions.extend(args.product.iter().cloned().map(Condition::Product));
        let institutions = self.folder(&args.folder)?;
        let sheet = census::sheet(&census::Input {
            vocabulary: &self.vocabulary,
            book: &self.book,
            edition,
            institutions: &institutions,
            on,
            by,
            conditions,
            targets: args.targets,
            published: args.published,
        });
        let out = if args.format == "json" {
            serde_json::to_string_pretty(&sheet).unwrap_or_default() + "\n"
        } else {
            census::text(&sheet)
        };
        Ok(End::Done(out, 0))
    }

    /// Every institution of a folder; nothing is counted while one cannot be read.
    fn folder(&self, folder: &Path) -> Result<Vec<Institution>> {
        let paths = files::institutions(folder).map_err(End::Bad)?;
        let shown = folder.display().to_string();
        if paths.is_empty() {
            return Err(End::Bad(vec![Diagnostic::error(
                &shown,
                0,
                Code::Missing,
                "施設のファイルが、このフォルダにありません。",
                ".facts か .json のファイルを置いたフォルダを指してください。",
            )]));
        }
        let (mut out, mut problems) = (Vec::new(), Vec::new());
        let mut seen: BTreeMap<String, String> = BTreeMap::new();
        for path in paths {
            match institution(&self.vocabulary, &path) {
                Ok(i) => {
                    let name = path.display().to_string();
                    if let Some(first) = seen.insert(i.id().to_owned(), name.clone()) {
                        problems.push(Diagnostic::error(
                            &name,
                            1,
                            Code::Duplicate,
                            format!("施設番号 {} が、「{first}」にもあります。", i.id()),
                            "一つの施設は、一つのファイルにしてください。",
                        ));
                    }
                    out.push(i);
                }
                Err(d) => problems.extend(d),
            }
        }
        if problems.is_empty() { Ok(out) } else { Err(End::Bad(problems)) }
    }

    fn institution_word(&self, name: &str) -> Result<vocabulary::WordId> {
        census::institution_word(&self.vocabulary, name).ok_or_else(|| {
            let all: Vec<_> = self.vocabulary.names_on(Vocabulary::INSTITUTION).collect();
            let like = vocabulary::nearest(name, all.iter().copied());
            let like = like.map(|n| format!("「{n}」のことですか?")).unwrap_or_default();
            usage(format!("--by の語「{name}」は、施設の語にないか、一つに決まりません。{like}"))
        })
    }

    /// `項目[@日付]=結果`
    fn condition<'a>(&'a self, edition: &'a Edition, text: &str) -> Result<Condition<'a>> {
        let wrong = |why: String| {
            usage(format!("--where の「{text}」は読めません。{why}「運14⑤=未遵守」のように書いてください。"))
        };
        let (left, result) = text.rsplit_once(['=', '＝']).ok_or_else(|| wrong(String::new()))?;
        let wanted = Wanted::from_name(result.trim()).ok_or_else(|| {
            let all: Vec<_> = Wanted::ALL.iter().map(|w| w.name()).collect();
            wrong(format!("結果は、{}のどれかです。", all.join("、")))
        })?;
        let (item, on) = match left.split_once(['@', '＠']) {
            None => (left, None),
            Some((item, on)) => (item, Some(parsed(on).ok_or_else(|| wrong("日付が読めません。".into()))?)),
        };
        // An id names its edition.
        let edition = match item.trim().split_once('/') {
            Some((id, _)) => self.edition(id)?,
            None => edition,
        };
        let rule = self.item(edition, item.trim())?;
        Ok(Condition::Result { book: &self.book, edition, rule, on, wanted })
    }

    /// A rule file of one's own, in a rulebook that has it beside the others.
    fn question(&self, path: &Path, cli: &Cli) -> Result<Rulebook> {
        let shown = path.display().to_string();
        let bytes = files::read(path).map_err(End::Bad)?;
        let text = vocabulary::line::decode(&shown, &bytes).map_err(|d| End::Bad(vec![d]))?;
        let document = rule_language::Document::read(&shown, &text).map_err(End::Bad)?;
        let id = document.front.id.clone();
        let Some(rest) = id.strip_prefix("question/operations/x-") else {
            return Err(End::Bad(vec![Diagnostic::error(
                &shown,
                2,
                Code::BadForm,
                format!("質問の id「{id}」は、質問の形ではありません。"),
                "「question/operations/x-名前」(名前は英数字と -)にしてください。",
            )]));
        };
        let mut files = files::rulebook(cli.rulebook.as_deref()).map_err(End::Bad)?;
        let edition = format!(
            "id = \"{QUESTION}\"\ntitle = \"自分の質問\"\nissued = \"2000-01-01\"\npage = \"\"\nrevision = 1\n"
        );
        files.push((format!("{QUESTION}/edition.toml"), edition));
        files.push((format!("{QUESTION}/operations/x-{rest}.md"), text));
        rulebook::load(&self.vocabulary, &files).map_err(End::Bad)
    }
}

fn parsed(text: &str) -> Option<Date> {
    date::parse(&vocabulary::line::folded(text.trim())).ok()
}
