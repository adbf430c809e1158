//! `yagura what-if`: two states of one institution, and what is different.
//!
//! Nothing is stored: the supposed facts live as long as the command.

use crate::End;
use crate::arguments::WhatIf;
use crate::house::{House, Result, day, institution, usage};
use facts::{Institution, Known};
use judge::{BUDGET, Smallest, Supposer, Supposition, smallest};
use report::what_if::{After, Asking, story, text};
use rulebook::Edition;
use verdict::{Outcome, OutcomeSet};
use vocabulary::{Code, Date, Diagnostic};

impl House {
    pub(crate) fn what_if(&self, args: &WhatIf) -> Result<End> {
        self.warn_of_moved_rules();
        check_combination(args)?;
        let edition = self.edition(&args.edition)?;
        let on = day(args.on.as_deref())?;
        let done_on = args.done_on.as_deref().map(done_on).transpose()?;
        let item = args.smallest.as_deref().map(|i| self.item(edition, i)).transpose()?;
        let before = institution(&self.vocabulary, &args.file).map_err(End::Bad)?;
        let other = args.with.as_ref().map(|path| self.same_institution(&before, path)).transpose()?;
        let (supposition, found) =
            self.suppose(args, edition, &before, (on, done_on, item)).map_err(End::Bad)?;
        let asking = Asking {
            vocabulary: &self.vocabulary,
            book: &self.book,
            edition,
            before: &before,
            after: other.as_ref().map_or(After::Supposed(&supposition), After::Stated),
            on,
            also: done_on,
            smallest: found.as_ref(),
        };
        let story = story(&asking).map_err(End::Bad)?;
        let out = match args.format.as_str() {
            "json" => serde_json::to_string_pretty(&story).unwrap_or_default() + "\n",
            _ => text(&story, &self.vocabulary),
        };
        Ok(End::Done(out, 0))
    }

    /// Every supposition of the command line, one after the other.
    fn suppose(
        &self,
        args: &WhatIf,
        edition: &Edition,
        before: &Institution,
        (on, done_on, item): (Date, Option<Date>, Option<usize>),
    ) -> std::result::Result<(Supposition, Option<Smallest>), Vec<Diagnostic>> {
        let mut supposer = Supposer::new(&self.vocabulary, &self.book, edition, before, on);
        if !args.set.is_empty() {
            supposer.typed(&args.set)?;
        }
        for asset in &args.retire {
            supposer.retire(asset)?;
        }
        if let Some(system) = &args.cloud {
            supposer.cloud(system, done_on.unwrap_or(on), args.with_two_factor)?;
        }
        if let Some(system) = &args.renew {
            supposer.renew(system, done_on.unwrap_or(on), args.with_two_factor)?;
        }
        if let Some(target) = &args.contract {
            supposer.contract(target)?;
        }
        let found = match item {
            None => None,
            Some(index) => {
                let state = supposer.state()?;
                let found = self.search(edition, &state, on, index);
                if let Some(f) = &found {
                    supposer.changes(&f.item, &f.changes);
                }
                found
            }
        };
        Ok((supposer.finish()?, found))
    }

    /// The smallest change, on the day that asks it of the institution: the
    /// milestone where today is too early.
    fn search(&self, edition: &Edition, state: &Institution, on: Date, index: usize) -> Option<Smallest> {
        let today = Known::new(&self.vocabulary, state, on, on);
        let now = judge::outcomes(&self.book, edition, &today).get(index).copied()?;
        let free = OutcomeSet::from_iter([Outcome::OutOfScope, Outcome::DeemedMet, Outcome::Met]);
        let later = edition.milestone.as_ref().map(|(_, d)| *d).filter(|d| *d > on && now.is_subset(free));
        let known = Known::new(&self.vocabulary, state, on, later.unwrap_or(on));
        smallest(&self.book, edition, &known, index, BUDGET)
    }

    fn same_institution(&self, before: &Institution, path: &std::path::Path) -> Result<Institution> {
        let other = institution(&self.vocabulary, path).map_err(End::Bad)?;
        if other.id() == before.id() {
            return Ok(other);
        }
        Err(End::Bad(vec![Diagnostic::error(
            &path.display().to_string(),
            1,
            Code::Contradiction,
            format!("施設「{}」のファイルです。「{}」ではありません。", other.id(), before.id()),
            "同じ施設の、二つの状態を比べてください。",
        )]))
    }
}

fn done_on(typed: &str) -> Result<Date> {
    let folded = vocabulary::line::folded(typed);
    vocabulary::date::parse(&folded)
        .map_err(|p| usage(format!("--done-on の日付「{typed}」は読めません。{}", p.remedy())))
}

/// What the options cannot mean together.
fn check_combination(args: &WhatIf) -> Result<()> {
    let moves = args.cloud.is_some() || args.renew.is_some();
    let asks = moves
        || args.contract.is_some()
        || args.smallest.is_some()
        || !args.set.is_empty()
        || !args.retire.is_empty();
    let problem = if args.format != "text" && args.format != "json" {
        format!("--format の形「{}」はありません。text か json にしてください。", args.format)
    } else if args.with.is_some() && asks {
        "--with は、ほかの「もし」といっしょに使えません。どちらかにしてください。".into()
    } else if args.with.is_none() && !asks {
        "何を変えてみるかがありません。--set、--cloud、--contract、--renew、--retire、--smallest、--with のどれかを書いてください。".into()
    } else if args.cloud.is_some() && args.renew.is_some() {
        "--cloud は入替えを含みます。--renew を消してください。".into()
    } else if args.renew.is_some() && args.done_on.is_none() {
        "--renew には、終える日が要ります。--done-on 2027-03-31 のように書いてください。".into()
    } else if !moves && (args.done_on.is_some() || args.with_two_factor) {
        "--done-on と --with-two-factor は、--renew か --cloud といっしょに使います。".into()
    } else {
        return Ok(());
    };
    Err(usage(problem))
}
