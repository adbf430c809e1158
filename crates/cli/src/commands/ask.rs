//! `yagura ask`: asks what is missing, one screen after another.
//!
//! Answers come line by line from standard input, so that a program can drive
//! it. Every answer stands in the answers' file before the next question is
//! shown: the facts as they were written, and the answers behind them. The
//! institution's questions come first; then, where someone at the desk knows,
//! the provider's; whatever is left ends as a letter and a list of papers.

use super::reply::{Reply, read_reply};
use crate::arguments::Ask;
use crate::house::{House, Result, day, institution, usage};
use crate::{End, files};
use facts::Institution;
use judge::ask::{self, Answer, Given, Input, Plan, Screen, Strategy, Who};
use report::ask as show;
use rulebook::Edition;
use std::collections::BTreeSet;
use std::io::{BufRead, Write};
use std::path::PathBuf;
use vocabulary::{Date, Diagnostic};

/// What stands between the facts and the answers.
const HEAD: &str = "\n# 質問への答え\n";

impl House {
    pub(crate) fn ask(&self, args: &Ask) -> Result<End> {
        self.warn_of_moved_rules();
        let edition = self.edition(&args.edition)?;
        let on = day(args.on.as_deref())?;
        if args.by.is_empty() || args.by.contains([' ', '　', '「', '」', '〔', '〕']) {
            return Err(usage(format!(
                "--by の名前「{}」は使えません。空白やかっこを入れないでください。",
                args.by
            )));
        }
        let first = institution(&self.vocabulary, &args.file).map_err(End::Bad)?;
        match args.format.as_str() {
            "json" => self.plan_as_json(args, edition, on, &first),
            "text" => {
                let mut session = Session::open(self, args, edition, on, first)?;
                let stdin = std::io::stdin();
                session.run(&mut stdin.lock(), &mut std::io::stdout().lock())
            }
            other => {
                Err(usage(format!("--format の形「{other}」はありません。text か json にしてください。")))
            }
        }
    }

    fn plan_as_json(&self, args: &Ask, edition: &Edition, on: Date, first: &Institution) -> Result<End> {
        let input = self.input(edition, first, on, args.full, 3);
        let document = show::document(&input, ask::plan(&input));
        Ok(End::Done(serde_json::to_string_pretty(&document).unwrap_or_default() + "\n", 0))
    }

    fn input<'a>(
        &'a self,
        edition: &'a Edition,
        institution: &'a Institution,
        on: Date,
        full: bool,
        foresee: usize,
    ) -> Input<'a> {
        Input {
            vocabulary: &self.vocabulary,
            book: &self.book,
            edition,
            institution,
            on,
            full,
            strategy: Strategy::Fewest,
            foresee,
        }
    }
}

/// Which list is being asked.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Stage {
    Director,
    Provider,
    Papers,
}

/// What follows an answer.
enum Next {
    /// The next subject of the screen.
    Subject,
    /// A new plan.
    Plan,
    /// The end.
    Quit,
}

struct Session<'a> {
    house: &'a House,
    edition: &'a Edition,
    on: Date,
    full: bool,
    by: String,
    /// The facts before any answer of this session, as text.
    base: String,
    /// The lines of each answer, oldest first.
    answers: Vec<String>,
    institution: Institution,
    file: PathBuf,
    stage: Stage,
    /// What was left open in this session: never asked twice in it.
    passed: BTreeSet<(String, String, String)>,
    number: usize,
}

impl<'a> Session<'a> {
    fn open(
        house: &'a House,
        args: &Ask,
        edition: &'a Edition,
        on: Date,
        first: Institution,
    ) -> Result<Session<'a>> {
        let name = args.file.display().to_string();
        let mut base = if args.file.extension().is_some_and(|e| e == "json") {
            facts::text::write(&house.vocabulary, &first)
        } else {
            let bytes = files::read(&args.file).map_err(End::Bad)?;
            vocabulary::line::decode(&name, &bytes).map_err(|d| End::Bad(vec![d]))?
        };
        if !base.ends_with('\n') {
            base.push('\n');
        }
        let file = args.out.clone().unwrap_or_else(|| args.file.with_extension("answered.facts"));
        let mut institution = first;
        if file.exists() {
            let shown = file.display().to_string();
            let before = files::read(&file).map_err(End::Bad)?;
            let before = vocabulary::line::decode(&shown, &before).map_err(|d| End::Bad(vec![d]))?;
            if !before.starts_with(&base) {
                return Err(usage(format!(
                    "「{shown}」は「{name}」の続きではありません。--out で、別の名前にしてください。"
                )));
            }
            let read = facts::text::read(&house.vocabulary, &shown, before.as_bytes());
            (institution, _) = read.map_err(End::Bad)?;
            base = before;
        }
        Ok(Session {
            house,
            edition,
            on,
            full: args.full,
            by: args.by.clone(),
            base,
            answers: Vec::new(),
            institution,
            file,
            stage: Stage::Director,
            passed: BTreeSet::new(),
            number: 0,
        })
    }

    fn plan(&self) -> Plan {
        ask::plan(&self.house.input(self.edition, &self.institution, self.on, self.full, 1))
    }

    fn run(&mut self, input: &mut dyn BufRead, out: &mut dyn Write) -> Result<End> {
        let mut plan = self.plan();
        say(out, &self.greeting(&plan));
        while let Some(screen) = self.next_screen(&plan, input, out) {
            self.number += 1;
            say(out, &show::question(&self.house.book, self.edition, &screen, self.number));
            let quit = !self.screen(&screen, input, out)?;
            let after = self.plan();
            say(out, &show::decided(&self.house.book, self.edition, &plan.rules, &after.rules));
            plan = after;
            if quit {
                break;
            }
        }
        let names = self.institution.display_names(&self.house.vocabulary);
        let name =
            names.get(&facts::SubjectId(0)).cloned().unwrap_or_else(|| self.institution.id().to_owned());
        let mut end = show::ending(&self.house.book, self.edition, &plan, &name, self.on);
        if !self.answers.is_empty() {
            end.push_str(&format!("\n答えは「{}」に書きました。\n", self.file.display()));
        }
        Ok(End::Done(end, 0))
    }

    fn greeting(&self, plan: &Plan) -> String {
        let more = if self.base.contains(HEAD) { "前の答えの続きから始めます。\n" } else { "" };
        format!(
            "{more}{}項目のうち{}項目が決まっています。\n聞くことは、いま{}問です(答えで増えたり減ったりします)。\n番号で答えてください。「もどる」で一つ前へ、「やめる」で終わります。\n",
            plan.rules.len(),
            plan.settled(),
            plan.director.len(),
        )
    }

    /// The next screen, going on to the next list where one has run out.
    fn next_screen(&mut self, plan: &Plan, input: &mut dyn BufRead, out: &mut dyn Write) -> Option<Screen> {
        loop {
            if let Some(screen) = self.open_screens(plan).into_iter().next() {
                return Some(screen);
            }
            let (what, no);
            (self.stage, what, no) = match self.stage {
                Stage::Director => (
                    Stage::Provider,
                    "事業者に聞くことがあります。いま、わかる人がいますか。",
                    "いない(手紙にする)",
                ),
                Stage::Provider => {
                    (Stage::Papers, "書類を探すものがあります。いま、手元にありますか。", "ない(あとで探す)")
                }
                Stage::Papers => return None,
            };
            let open = self.open_screens(plan);
            if !open.is_empty() && !offered((open.len(), what, no), input, out) {
                self.passed.extend(open.iter().flat_map(|s| s.about.iter().map(|a| key(a, s))));
            }
        }
    }

    /// The screens of the current list, without what was passed over.
    fn open_screens(&self, plan: &Plan) -> Vec<Screen> {
        let list = match self.stage {
            Stage::Director => &plan.director,
            Stage::Provider => &plan.provider,
            Stage::Papers => &plan.papers,
        };
        let mut out = list.clone();
        for screen in &mut out {
            let asked: Vec<_> = screen.about.iter().map(|a| self.passed.contains(&key(a, screen))).collect();
            let mut asked = asked.into_iter();
            screen.about.retain(|_| !asked.next().unwrap_or(false));
        }
        out.retain(|s| !s.about.is_empty());
        out
    }

    /// Asks a screen of all its subjects; false when the person stops.
    fn screen(&mut self, screen: &Screen, input: &mut dyn BufRead, out: &mut dyn Write) -> Result<bool> {
        let mut rest: Option<Reply> = None;
        for (i, about) in screen.about.iter().enumerate() {
            loop {
                let reply = match &rest {
                    Some(reply) => reply.clone(),
                    None => {
                        let place = (i + 1, screen.about.len());
                        let asked =
                            read_reply(self.house, &self.institution, screen, about, place, input, out);
                        match asked {
                            Reply::Rest(reply) => {
                                rest = Some((*reply).clone());
                                *reply
                            }
                            reply => reply,
                        }
                    }
                };
                match self.take(screen, about, reply)? {
                    Ok(Next::Subject) => break,
                    Ok(Next::Plan) => return Ok(true),
                    Ok(Next::Quit) => return Ok(false),
                    Err(problems) => {
                        rest = None;
                        for p in problems.iter().take(2) {
                            say(out, &format!("  {}{}\n", p.message, p.remedy));
                        }
                    }
                }
            }
        }
        Ok(true)
    }

    /// Acts on a reply; the inner error is for the person, who is asked again.
    fn take(
        &mut self,
        screen: &Screen,
        about: &ask::About,
        reply: Reply,
    ) -> Result<std::result::Result<Next, Vec<Diagnostic>>> {
        let (answer, evidence, contract) = match reply {
            Reply::Quit => return Ok(Ok(Next::Quit)),
            Reply::Back => {
                self.back()?;
                return Ok(Ok(Next::Plan));
            }
            Reply::Rest(_) => return Ok(Ok(Next::Plan)),
            Reply::Answer { answer, evidence, contract } => (answer, evidence, contract),
        };
        // わからない is remembered; of what nobody at the desk knew before, it is no news.
        let known_unknown = answer == Answer::Unknown && about.state != judge::State::Absent;
        if answer == Answer::Unknown || screen.who == Who::Papers {
            self.passed.insert(key(about, screen));
        }
        if known_unknown {
            return Ok(Ok(Next::Subject));
        }
        let given = Given { by: self.by.clone(), on: self.on, evidence, contract };
        let subject = (about.subject.kind.as_str(), about.subject.id.as_str());
        let result =
            ask::answer(&self.house.vocabulary, &self.institution, subject, &screen.word, &answer, &given);
        match result {
            Err(problems) => {
                self.passed.remove(&key(about, screen));
                Ok(Err(problems))
            }
            Ok((added, institution)) => {
                self.answers.push(facts::lines(&added));
                self.institution = institution;
                self.write()?;
                Ok(Ok(Next::Subject))
            }
        }
    }

    /// Takes the last answer back.
    fn back(&mut self) -> Result<()> {
        self.passed.clear();
        if self.answers.pop().is_some() {
            let shown = self.file.display().to_string();
            let read = facts::text::read(&self.house.vocabulary, &shown, self.text().as_bytes());
            (self.institution, _) = read.map_err(End::Bad)?;
            self.write()?;
            self.stage = Stage::Director;
        }
        Ok(())
    }

    fn text(&self) -> String {
        let head = if self.base.contains(HEAD) || self.answers.is_empty() { "" } else { HEAD };
        format!("{}{head}{}", self.base, self.answers.concat())
    }

    fn write(&self) -> Result<()> {
        files::write(&self.file, &self.text()).map_err(End::Bad)
    }
}

fn key(about: &ask::About, screen: &Screen) -> (String, String, String) {
    (about.subject.kind.clone(), about.subject.id.clone(), screen.word.clone())
}

/// Offers a further list; false where nobody here can answer it, or at the end of input.
fn offered((count, what, no): (usize, &str, &str), input: &mut dyn BufRead, out: &mut dyn Write) -> bool {
    loop {
        say(out, &format!("\n{what}({count}問)\n    1 いる・ある(いま答える)   2 {no}\n> "));
        let mut line = String::new();
        if !matches!(input.read_line(&mut line), Ok(n) if n > 0) {
            return false;
        }
        match vocabulary::line::folded(line.trim()).as_str() {
            "1" => return true,
            "2" | "やめる" | "もどる" | "わからない" => return false,
            other => say(out, &format!("  「{other}」は選べません。1 か 2 を書いてください。\n")),
        }
    }
}

/// Writes to the person; a closed pipe is no error.
pub(super) fn say(out: &mut dyn Write, text: &str) {
    let _ = out.write_all(text.as_bytes()).and_then(|()| out.flush());
}
