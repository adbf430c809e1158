//! What each command does, one file a command.

mod ask;
mod census;
mod demo;
mod facts;
mod format;
mod judge;
mod renewal;
mod reply;
mod rulebook;
mod what_if;

use crate::End;
use crate::arguments::{Cli, Command, RulebookCommand};
use crate::house::{House, vocabulary};

/// Runs a command.
pub(crate) fn run(cli: &Cli) -> End {
    let result = match &cli.command {
        Command::Judge(judge) => House::open(cli).and_then(|h| h.judge(judge)),
        Command::Census(census) => House::open(cli).and_then(|h| h.census(census, cli)),
        Command::WhatIf(args) => House::open(cli).and_then(|h| h.what_if(args)),
        Command::Ask(ask) => House::open(cli).and_then(|h| h.ask(ask)),
        Command::Demo { on } => House::open(cli).and_then(|h| h.demo(on.as_deref())),
        Command::Renewal(renewal) => House::open(cli).and_then(|h| h.renewal(renewal)),
        Command::Facts { command } => vocabulary(cli).and_then(|v| facts::facts_command(&v, command)),
        Command::Rulebook { command: RulebookCommand::Format { files, check } } => {
            format::format_rules(files, *check)
        }
        Command::Rulebook { command } => House::open(cli).and_then(|h| h.rulebook(command, cli)),
    };
    result.unwrap_or_else(|e| e)
}
