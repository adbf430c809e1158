//! The command `yagura`.
//!
//! The only crate that meets the outside world: it reads files, asks the
//! clock for today (in Japan), writes to the terminal and turns what happened
//! into an exit code: 0 judged, 1 bad input, 2 usage, 3 internal, 10 with
//! `--fail-on`. Everything else is a pure function in the crates below.

mod arguments;
mod commands;
mod files;
mod house;

use arguments::Cli;
use std::io::Write as _;
use std::process::ExitCode;

/// What a command ends with.
pub(crate) enum End {
    /// Text for standard output, and the code to leave with.
    Done(String, u8),
    /// The input is bad: messages, and what may still be shown.
    Bad(Vec<vocabulary::Diagnostic>),
    /// The words of the command are off.
    Usage(String),
}

/// Exit codes, as the README lists them.
pub(crate) const BAD_INPUT: u8 = 1;
const USAGE: u8 = 2;
const INTERNAL: u8 = 3;
/// With `--fail-on` an outcome was found.
pub(crate) const FOUND: u8 = 10;

fn main() -> ExitCode {
    std::panic::set_hook(Box::new(|_| {}));
    let code = std::panic::catch_unwind(run).unwrap_or_else(|_| {
        say("yagura: 内部の誤りで止まりました。入力は何も書き換えていません。\n同じ操作で起きるなら、SECURITY.md の連絡先に、版と操作を知らせてください。\n");
        INTERNAL
    });
    ExitCode::from(code)
}

fn run() -> u8 {
    let cli = match arguments::read() {
        Ok(cli) => cli,
        Err(end) => return finish(end),
    };
    finish(commands::run(&cli))
}

fn finish(end: End) -> u8 {
    match end {
        End::Done(text, code) => {
            // A closed pipe (`| head`) is no error.
            let _ = std::io::stdout().lock().write_all(text.as_bytes());
            code
        }
        End::Bad(problems) => {
            let mut text = String::new();
            for p in &problems {
                text.push_str(&format!("{p}\n"));
            }
            let errors = problems.iter().filter(|p| p.severity == vocabulary::Severity::Error).count();
            text.push_str(&format!("\n{errors}か所を直してください。ファイルは書き換えていません。\n"));
            say(&text);
            BAD_INPUT
        }
        End::Usage(text) => {
            say(&text);
            USAGE
        }
    }
}

/// Writes to standard error.
pub(crate) fn say(text: &str) {
    let _ = std::io::stderr().lock().write_all(text.as_bytes());
}

impl Cli {
    /// Today in Japan.
    #[expect(clippy::disallowed_methods, reason = "the command line alone asks the clock")]
    pub(crate) fn today() -> vocabulary::Date {
        jiff::tz::Offset::constant(9).to_datetime(jiff::Timestamp::now()).date()
    }
}
