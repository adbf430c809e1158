//! The printable pages in a browser (`e2e/`): the one step that needs Node.
//!
//! What is absent is installed by its ordinary client: Chromium and a
//! Japanese font by apt-get, the two packages by npm from the lock file. A
//! machine without Node 20 skips the step, and the closing line of the test
//! says so: a step that is silently absent would pass for one that passed.
#![expect(clippy::disallowed_methods, reason = "a task reads the environment and the working tree")]

use crate::{house, test};
use std::path::Path;
use std::process::Command;

const NODE: u32 = 20;
const CHROMIUM: &str = "/usr/bin/chromium";

/// Runs the pages through a browser; `Some` says why they were not.
pub(crate) fn run() -> Result<Option<String>, String> {
    match node() {
        Some(major) if major >= NODE => {}
        Some(major) => return Ok(Some(format!("Node {NODE} or newer is needed, here is {major}"))),
        None => return Ok(Some(format!("Node {NODE} or newer is not installed"))),
    }
    chromium()?;
    packages()?;
    test::command("build for e2e", "cargo", &["build", "--quiet", "--package", "cli"])?;
    let suite = ["YAGURA=target/debug/yagura", "node", "--test", "e2e/pages.test.js"];
    test::command("e2e", "env", &suite)?;
    Ok(None)
}

/// The major version of Node, where it is installed.
fn node() -> Option<u32> {
    let out = Command::new("node").arg("--version").output().ok()?;
    let text = String::from_utf8(out.stdout).ok()?;
    text.trim().trim_start_matches('v').split('.').next()?.parse().ok()
}

fn chromium() -> Result<(), String> {
    if std::env::var("CHROMIUM").is_ok() || Path::new(CHROMIUM).exists() {
        return Ok(());
    }
    apt(&["update", "--quiet"])?;
    apt(&["install", "--yes", "--quiet", "--no-install-recommends", "chromium", "fonts-noto-cjk"])
}

/// apt-get as root, through sudo only where the user is not.
fn apt(arguments: &[&str]) -> Result<(), String> {
    let id = Command::new("id").arg("--user").output().map_err(|e| format!("cannot run id: {e}"))?;
    let root = String::from_utf8_lossy(&id.stdout).trim() == "0";
    let all: Vec<&str> = if root { arguments.to_vec() } else { [&["apt-get"], arguments].concat() };
    test::command("install chromium", if root { "apt-get" } else { "sudo" }, &all)
}

/// `npm ci`, where the packages are absent or older than the lock file.
fn packages() -> Result<(), String> {
    let folder = house::root().join("e2e");
    let changed = |name: &str| std::fs::metadata(folder.join(name)).and_then(|m| m.modified()).ok();
    let (installed, locked) = (changed("node_modules/.package-lock.json"), changed("package-lock.json"));
    if installed.is_some() && installed >= locked {
        return Ok(());
    }
    test::command("install the packages of e2e", "npm", &["ci", "--prefix", "e2e", "--no-audit", "--no-fund"])
}
