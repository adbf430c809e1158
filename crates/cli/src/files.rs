//! Folders and files, from the disk or from the binary itself.

use include_dir::{Dir, include_dir};
use std::path::{Path, PathBuf};
use vocabulary::{Code, Diagnostic};

static RULEBOOK: Dir<'_> = include_dir!("$CARGO_MANIFEST_DIR/../../rulebook");
static VOCABULARY: Dir<'_> = include_dir!("$CARGO_MANIFEST_DIR/../../vocabulary");
static DEMO: Dir<'_> = include_dir!("$CARGO_MANIFEST_DIR/../../demo");

/// A file's path below its root, and its text.
pub(crate) type Files = Vec<(String, String)>;

/// The rulebook's files.
pub(crate) fn rulebook(dir: Option<&Path>) -> Result<Files, Vec<Diagnostic>> {
    folder(dir, &RULEBOOK)
}

/// The vocabulary's files.
pub(crate) fn vocabulary(dir: Option<&Path>) -> Result<Files, Vec<Diagnostic>> {
    let files = folder(dir, &VOCABULARY)?;
    Ok(files.into_iter().filter(|(p, _)| p.ends_with(".toml")).collect())
}

/// The institutions that `yagura demo` names one by one, in this order; the first shows its sheet.
const TOUR: [&str; 5] =
    ["clinic-cdr.facts", "clinic-cloud.facts", "dental.facts", "hospital.facts", "pharmacy.facts"];

/// The demo prefecture's facts: first those of the tour (how many), then the others.
pub(crate) fn demo() -> (usize, Files) {
    let mut files = embedded(&DEMO);
    // messy.facts shows what is read leniently; it is no institution of the prefecture.
    files.retain(|(p, _)| p.ends_with(".facts") && p != "lenient/messy.facts");
    let place = |p: &str| TOUR.iter().position(|t| *t == p).unwrap_or(TOUR.len());
    files.sort_by_key(|(p, _)| place(p));
    (files.iter().filter(|(p, _)| place(p) < TOUR.len()).count(), files)
}

fn folder(dir: Option<&Path>, inside: &Dir<'_>) -> Result<Files, Vec<Diagnostic>> {
    match dir {
        None => Ok(embedded(inside)),
        Some(dir) => {
            let mut out = Files::new();
            walk(dir, dir, &mut out)?;
            out.sort();
            Ok(out)
        }
    }
}

fn embedded(dir: &Dir<'_>) -> Files {
    let mut out = Files::new();
    for file in dir.files() {
        if let Some(text) = file.contents_utf8() {
            out.push((file.path().to_string_lossy().into_owned(), text.to_owned()));
        }
    }
    for sub in dir.dirs() {
        out.extend(embedded(sub));
    }
    out.sort();
    out
}

fn walk(root: &Path, dir: &Path, out: &mut Files) -> Result<(), Vec<Diagnostic>> {
    let shown = dir.display().to_string();
    let entries = std::fs::read_dir(dir).map_err(|e| vec![unreadable(&shown, &e)])?;
    for entry in entries {
        let path = entry.map_err(|e| vec![unreadable(&shown, &e)])?.path();
        let hidden = path.file_name().is_some_and(|n| n.to_string_lossy().starts_with('.'));
        if hidden {
            continue;
        }
        if path.is_dir() {
            walk(root, &path, out)?;
        } else if path.extension().is_some_and(|e| e == "md" || e == "toml" || e == "lock") {
            let name = path.strip_prefix(root).unwrap_or(&path).to_string_lossy().into_owned();
            let text = vocabulary::line::decode(&name, &read(&path)?).map_err(|d| vec![d])?;
            out.push((name, text));
        }
    }
    Ok(())
}

/// The files of facts of a folder, in the order of their names.
pub(crate) fn institutions(folder: &Path) -> Result<Vec<PathBuf>, Vec<Diagnostic>> {
    let shown = folder.display().to_string();
    let mut out = Vec::new();
    for entry in std::fs::read_dir(folder).map_err(|e| vec![unreadable(&shown, &e)])? {
        let path = entry.map_err(|e| vec![unreadable(&shown, &e)])?.path();
        if path.is_file() && path.extension().is_some_and(|e| e == "facts" || e == "json") {
            out.push(path);
        }
    }
    out.sort();
    Ok(out)
}

/// Reads a file that the user named; nothing beyond the largest size is read.
#[expect(clippy::disallowed_methods, reason = "the command line hands files to the libraries")]
pub(crate) fn read(path: &Path) -> Result<Vec<u8>, Vec<Diagnostic>> {
    let shown = path.display().to_string();
    let size = std::fs::metadata(path).map_err(|e| vec![unreadable(&shown, &e)])?.len();
    if size > vocabulary::line::MAX_FILE as u64 {
        return Err(vec![Diagnostic::error(
            &shown,
            0,
            Code::FileTooLarge,
            format!("ファイルが大きすぎます({} MB)。", size / 1_000_000),
            "8 MB までにしてください。施設ごとに一つのファイルに分けてください。",
        )]);
    }
    std::fs::read(path).map_err(|e| vec![unreadable(&shown, &e)])
}

/// Makes a folder that the user named, with those above it.
pub(crate) fn make_folder(path: &Path) -> Result<(), Vec<Diagnostic>> {
    std::fs::create_dir_all(path).map_err(|e| vec![unreadable(&path.display().to_string(), &e)])
}

/// Writes a file whole or not at all: a new file beside it, then a rename.
pub(crate) fn write(path: &Path, text: &str) -> Result<(), Vec<Diagnostic>> {
    write_all(&[(path.to_owned(), text.to_owned())])
}

/// Writes files that belong together: all of them beside their places first,
/// so that a full disk leaves every old file as it was.
#[expect(clippy::disallowed_methods, reason = "the command line writes the files the user named")]
pub(crate) fn write_all(files: &[(PathBuf, String)]) -> Result<(), Vec<Diagnostic>> {
    let beside = |path: &Path| path.with_extension("yagura-new");
    let bad = |path: &Path, e: &std::io::Error| vec![unreadable(&path.display().to_string(), e)];
    for (path, text) in files {
        if let Err(e) = std::fs::write(beside(path), text) {
            for (path, _) in files {
                let _ = std::fs::remove_file(beside(path));
            }
            return Err(bad(path, &e));
        }
    }
    for (path, _) in files {
        std::fs::rename(beside(path), path).map_err(|e| bad(path, &e))?;
    }
    Ok(())
}

fn unreadable(name: &str, e: &std::io::Error) -> Diagnostic {
    let (message, remedy) = match e.kind() {
        std::io::ErrorKind::NotFound => ("ファイルがありません。", "名前と場所を確かめてください。"),
        std::io::ErrorKind::PermissionDenied => {
            ("ファイルを読み書きする権限がありません。", "権限のある人に頼んでください。")
        }
        _ => ("ファイルを読み書きできません。", "場所と空き容量を確かめてください。"),
    };
    Diagnostic::error(name, 0, Code::Missing, message, remedy)
}
