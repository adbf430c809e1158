//! One line of a person → an answer.
//!
//! A number picks from the list, わからない is always on it. もどる and やめる
//! work everywhere, 「全部 1」 gives the same answer for all that are left of a
//! screen. What cannot be read is said in Japanese and asked again; the end
//! of input is やめる.

use super::ask::say;
use crate::house::House;
use facts::{Institution, RawEvidence};
use judge::ask::{About, Answer, Form, NewContract, NewRow, Screen, fresh_id};
use report::ask::{Pick, choices, hint, paper};
use std::io::{BufRead, Write};
use vocabulary::ValueType;

/// What a person wants.
#[derive(Debug, Clone)]
pub(super) enum Reply {
    /// To end.
    Quit,
    /// The question before.
    Back,
    /// This, for every subject that is left of the screen.
    Rest(Box<Reply>),
    /// An answer and what it stands on.
    Answer { answer: Answer, evidence: Vec<RawEvidence>, contract: Option<NewContract> },
}

impl Reply {
    fn plain(answer: Answer) -> Reply {
        Reply::Answer { answer, evidence: Vec::new(), contract: None }
    }
}

/// Asks about one subject until the line can be read.
pub(super) fn read_reply(
    house: &House,
    institution: &Institution,
    screen: &Screen,
    about: &About,
    (place, of): (usize, usize),
    input: &mut dyn BufRead,
    out: &mut dyn Write,
) -> Reply {
    let reader = Reader { house, institution, screen };
    let list = choices(screen);
    if about.subject.kind != "施設" {
        let name = about.subject.name.as_ref().map(|n| format!("({n})")).unwrap_or_default();
        let count = if of > 1 { format!("{place}/{of} ") } else { String::new() };
        say(out, &format!("  {count}{} {}{name}\n", about.subject.kind, about.subject.id));
    }
    say(out, &reader.written(&screen.form));
    let numbered: Vec<String> = list.iter().zip(1..).map(|((l, _), n)| format!("{n} {l}")).collect();
    let rest = if place < of { "   (残りも同じなら「全部 番号」)" } else { "" };
    say(out, &format!("    {}{rest}\n", numbered.join("   ")));
    if let Some(hint) = hint(&screen.form) {
        say(out, &format!("    {hint}\n"));
    }
    loop {
        let Some(line) = prompt(input, out) else { return Reply::Quit };
        match reader.reply(&line, &list, input, out) {
            Ok(reply) => return reply,
            Err(message) => say(out, &format!("  {message}\n")),
        }
    }
}

/// One folded line; `None` at the end of input.
fn prompt(input: &mut dyn BufRead, out: &mut dyn Write) -> Option<String> {
    say(out, "> ");
    let mut line = String::new();
    match input.read_line(&mut line) {
        Ok(n) if n > 0 => Some(vocabulary::line::folded(line.trim()).trim().to_owned()),
        _ => None,
    }
}

struct Reader<'a> {
    house: &'a House,
    institution: &'a Institution,
    screen: &'a Screen,
}

impl Reader<'_> {
    /// What is written down already, where the answer may name it.
    fn written(&self, form: &Form) -> String {
        let (Form::Ledger { kind } | Form::Members { kind, .. } | Form::Belongs { kind }) = form else {
            return String::new();
        };
        let rows = self.rows(kind);
        if rows.is_empty() {
            return "    いま書いてある物はありません。\n".into();
        }
        let names: Vec<String> =
            rows.iter().map(|(id, name)| format!("{id} {name}").trim().to_owned()).collect();
        format!("    いま書いてある物: {}\n", names.join("、"))
    }

    /// Ids and names of the subjects of a kind.
    fn rows(&self, kind: &str) -> Vec<(String, String)> {
        let names = self.institution.display_names(&self.house.vocabulary);
        let Some(kind) = self.house.vocabulary.kind_named(kind) else { return Vec::new() };
        let subjects = self.institution.subjects().iter().filter(|s| s.kind == kind);
        subjects
            .map(|s| {
                let id = self.institution.find(kind, &s.id);
                (s.id.clone(), id.and_then(|id| names.get(&id).cloned()).unwrap_or_default())
            })
            .collect()
    }

    fn reply(
        &self,
        line: &str,
        list: &[(String, Pick)],
        input: &mut dyn BufRead,
        out: &mut dyn Write,
    ) -> Result<Reply, String> {
        match line {
            "やめる" => return Ok(Reply::Quit),
            "もどる" => return Ok(Reply::Back),
            "" => return Err(format!("何も書かれていません。{}", self.remedy(list.len()))),
            _ => {}
        }
        if let Some(rest) = line.strip_prefix("全部").map(str::trim).filter(|r| !r.is_empty()) {
            return self.reply(rest, list, input, out).map(|r| Reply::Rest(Box::new(r)));
        }
        let takes_numbers = matches!(self.screen.form, Form::Number { .. });
        let picked = list.iter().find(|(label, _)| label == line);
        let by_number = line.parse::<usize>().ok().filter(|_| !takes_numbers);
        match picked.or_else(|| by_number.and_then(|n| list.get(n.checked_sub(1)?))) {
            Some((_, pick)) => self.picked(pick, input, out),
            None => self.written_answer(line, list.len()),
        }
    }

    fn remedy(&self, choices: usize) -> String {
        let hint = hint(&self.screen.form).map(|h| h.replacen("を書く", "を書いてください", 1));
        let hint = hint.as_deref().map(|h| h.trim_start_matches("または、"));
        match hint {
            Some(hint) if matches!(self.screen.form, Form::Number { .. }) => format!("上の言葉か、{hint}。"),
            Some(hint) => format!("1から{choices}の番号か、{hint}。"),
            None => format!("1から{choices}の番号を書いてください。"),
        }
    }

    fn picked(&self, pick: &Pick, input: &mut dyn BufRead, out: &mut dyn Write) -> Result<Reply, String> {
        Ok(match pick {
            Pick::Value(value) => Reply::plain(Answer::Value(value.clone())),
            Pick::NotApplicable => Reply::plain(Answer::NotApplicable),
            Pick::Unknown => Reply::plain(Answer::Unknown),
            Pick::More => Reply::plain(Answer::Ledger { more: Vec::new(), all: false }),
            Pick::All => match self.screen.form {
                Form::Ledger { .. } => Reply::plain(Answer::Ledger { more: Vec::new(), all: true }),
                _ => Reply::plain(Answer::Members { rows: Vec::new(), more: Vec::new() }),
            },
            Pick::Recorded(value) => return Ok(self.recorded(value, input, out)),
        })
    }

    /// A value with a record: which one?
    fn recorded(&self, value: &str, input: &mut dyn BufRead, out: &mut dyn Write) -> Reply {
        let records = match &self.screen.form {
            Form::Choice { records, .. } => records.as_slice(),
            _ => &[],
        };
        let kind = records.first().cloned().unwrap_or_default();
        let clause = paper(records) == paper(&["契約条項".to_owned()]);
        let ask = if clause {
            let contracts = self.rows("契約");
            let names: Vec<String> = contracts.iter().map(|(id, n)| format!("{id} {n}")).collect();
            format!(
                "    どの書面の、どの条項ですか(例 {}「第8条」)。{}\n",
                contracts.first().map_or("保守契約書", |(id, _)| id.as_str()),
                if names.is_empty() {
                    String::new()
                } else {
                    format!("いま書いてある物: {}", names.join("、"))
                }
            )
        } else {
            format!("    その{}の名前を書いてください(例 管理の手順書)。\n", paper(records))
        };
        loop {
            say(out, &ask);
            let Some(line) = prompt(input, out) else { return Reply::Quit };
            let (name, detail) = match line.split_once('「') {
                Some((n, d)) => (n.trim(), Some(d.trim_end_matches('」').to_owned())),
                None => (line.trim(), None),
            };
            match name {
                "やめる" => return Reply::Quit,
                "もどる" => return Reply::Back,
                "" => say(out, "  書面の名前がありません。名前を書いてください。\n"),
                _ if clause => return self.clause(value, kind, name, detail),
                _ => {
                    let evidence =
                        vec![RawEvidence { kind, contract: None, detail: Some(line.trim().to_owned()) }];
                    return Reply::Answer {
                        answer: Answer::Value(value.to_owned()),
                        evidence,
                        contract: None,
                    };
                }
            }
        }
    }

    /// A clause of a contract that is written down, or of a new one.
    fn clause(&self, value: &str, kind: String, name: &str, detail: Option<String>) -> Reply {
        let known = self.rows("契約").into_iter().find(|(id, n)| id == name || n == name).map(|(id, _)| id);
        let contract = known.is_none().then(|| NewContract {
            id: fresh_id(&self.house.vocabulary, self.institution, "契約", 0),
            name: Some(name.to_owned()),
            term: None,
        });
        let id = known.or_else(|| contract.as_ref().map(|c| c.id.clone()));
        let evidence = vec![RawEvidence { kind, contract: id, detail }];
        Reply::Answer { answer: Answer::Value(value.to_owned()), evidence, contract }
    }

    /// An answer that is no number of the list.
    fn written_answer(&self, line: &str, choices: usize) -> Result<Reply, String> {
        let refused = || format!("「{line}」は選べません。{}", self.remedy(choices));
        let names = || line.split('、').map(str::trim).filter(|n| !n.is_empty());
        match &self.screen.form {
            Form::Choice { .. } => Err(refused()),
            Form::Number { .. } | Form::Date | Form::Term | Form::Text => {
                Ok(Reply::plain(Answer::Value(line.to_owned())))
            }
            // A bare number is a slip of the finger, no name.
            _ if line.parse::<usize>().is_ok() => Err(refused()),
            Form::Ledger { kind } => {
                let more = names().enumerate().map(|(i, n)| self.new_row(kind, i, n)).collect();
                Ok(Reply::plain(Answer::Ledger { more, all: true }))
            }
            Form::Members { kind, .. } => {
                let known = self.rows(kind);
                let (mut rows, mut more) = (Vec::new(), Vec::new());
                for name in names() {
                    match known.iter().find(|(id, n)| id == name || n == name) {
                        Some((id, _)) => rows.push(id.clone()),
                        None => more.push(self.new_row(kind, more.len(), name)),
                    }
                }
                Ok(Reply::plain(Answer::Members { rows, more }))
            }
            Form::Belongs { kind } => {
                let known = self.rows(kind);
                let find = |name: &str| known.iter().find(|(id, n)| id == name || n == name);
                let ids: Option<Vec<String>> =
                    names().map(|n| find(n).map(|(id, _)| format!("{kind} {id}"))).collect();
                ids.map(|ids| Reply::plain(Answer::Value(ids.join("、")))).ok_or_else(refused)
            }
        }
    }

    /// `受付のPC(クライアント端末)`: a name, and what it is.
    fn new_row(&self, kind: &str, nth: usize, text: &str) -> NewRow {
        let words = &self.house.vocabulary;
        let id = fresh_id(words, self.institution, kind, nth);
        let named = words.kind_named(kind);
        let carries = |id: &str| {
            let word = words.word(words.word_by_id(id)?);
            named.is_some_and(|k| word.on.contains(&k)).then_some(word)
        };
        let what = text.strip_suffix(')').and_then(|t| t.rsplit_once('('));
        let sort = what.and_then(|(name, sort)| {
            let word = carries("asset-type")?;
            let ValueType::Choice(choices) = &word.value else { return None };
            choices.iter().any(|c| c == sort).then(|| (name, (word.name.clone(), sort.to_owned())))
        });
        let name = sort.as_ref().map_or(text, |(name, _)| *name).trim();
        let mut said = Vec::new();
        said.extend(carries("name").map(|w| (w.name.clone(), name.to_owned())));
        said.extend(sort.map(|(_, said)| said));
        NewRow { id, words: said }
    }
}
