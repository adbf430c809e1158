//! The command from a cold start: what a person waits for, start to end.

use crate::{house, test};
use std::process::{Command, Stdio};
use std::time::Instant;

/// How often each command is run; the median is reported.
const RUNS: usize = 21;

pub(crate) fn run() -> Result<(), String> {
    test::command("build", "cargo", &["build", "--release", "--quiet", "--package", "cli"])?;
    let program = house::root().join("target/release/yagura");
    println!("| command | median of {RUNS} | longest |\n|---|---:|---:|");
    for arguments in [&["judge", "demo/clinic-cloud.facts"][..], &["judge", "demo/hospital.facts"], &["demo"]]
    {
        let mut times = Vec::new();
        for _ in 0..RUNS {
            let start = Instant::now();
            let status = Command::new(&program)
                .args(arguments)
                .current_dir(house::root())
                .stdout(Stdio::null())
                .stderr(Stdio::null())
                .status()
                .map_err(|e| format!("cannot run yagura: {e}"))?;
            if !status.success() {
                return Err(format!("yagura {} failed", arguments.join(" ")));
            }
            times.push(start.elapsed());
        }
        times.sort_unstable();
        let shown = |i: usize| times.get(i).map_or(0.0, |t| t.as_secs_f64() * 1e3);
        println!(
            "| yagura {} | {:.1} ms | {:.1} ms |",
            arguments.join(" "),
            shown(RUNS / 2),
            shown(RUNS - 1)
        );
    }
    Ok(())
}
