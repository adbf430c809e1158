//! The whole country on planes, then DataFusion on the same rows.
//!
//! The peer is a Python package with its versions pinned in
//! `benches/country/requirements.txt`; pip installs it into an environment of
//! its own below `target/`, once. It is given the rows of 10 %: more would be
//! some hundred megabytes of text.

use crate::{house, test};

const ROWS: &str = "target/country/rows";
const PYTHON: &str = "target/country/python";

pub(crate) fn run(shares: &[String]) -> Result<(), String> {
    let program = ["run", "--release", "--quiet", "--package", "country", "--", "--export", ROWS];
    let shares = shares.iter().map(String::as_str);
    test::command("country", "cargo", &program.into_iter().chain(shares).collect::<Vec<_>>())?;
    environment()?;
    test::command("peer", &format!("{PYTHON}/bin/python"), &["benches/country/peer.py", ROWS])
}

/// The environment of the peer, where it is absent or not of these versions.
fn environment() -> Result<(), String> {
    if !house::root().join(PYTHON).join("bin/python").exists() {
        test::command("environment of the peer", "python3", &["-m", "venv", PYTHON])?;
    }
    let install = ["-m", "pip", "install", "--quiet", "--disable-pip-version-check"];
    let wanted = ["--requirement", "benches/country/requirements.txt"];
    test::command("install the peer", &format!("{PYTHON}/bin/python"), &[&install[..], &wanted].concat())
}
