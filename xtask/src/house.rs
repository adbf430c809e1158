//! The project's own files, loaded as the program loads them.
#![expect(clippy::disallowed_methods, reason = "a task reads and writes the working tree")]

use rulebook::Rulebook;
use std::path::{Path, PathBuf};
use vocabulary::{Diagnostic, Vocabulary};

/// Path below the root it was read from, and text.
pub(crate) type Files = Vec<(String, String)>;

/// The vocabulary, the rulebook and the corpora of the working tree.
pub(crate) struct House {
    pub(crate) root: PathBuf,
    pub(crate) vocabulary: Vocabulary,
    pub(crate) rulebook_files: Files,
    pub(crate) book: Rulebook,
    pub(crate) cases: Files,
    pub(crate) demo: Files,
}

/// The project's root.
pub(crate) fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().map(Path::to_path_buf).unwrap_or_default()
}

pub(crate) fn join(problems: Vec<Diagnostic>) -> String {
    problems.iter().map(|p| format!("{p}\n")).collect()
}

impl House {
    /// Opens the working tree; without `locked` the lock files are left aside.
    pub(crate) fn open(locked: bool) -> Result<House, String> {
        let root = root();
        let vocabulary = Vocabulary::load(&folder(&root.join("vocabulary"), &["toml"])?).map_err(join)?;
        let mut rulebook_files = folder(&root.join("rulebook"), &["md", "toml", "lock"])?;
        // Notices and readmes are no rules.
        rulebook_files.retain(|(p, _)| p.contains('/') || p.ends_with(".toml"));
        if !locked {
            rulebook_files.retain(|(p, _)| !p.ends_with(".lock"));
        }
        let book = rulebook::load(&vocabulary, &rulebook_files).map_err(join)?;
        let cases = folder(&root.join("cases"), &["facts", "toml"])?;
        let demo = folder(&root.join("demo"), &["facts"])?;
        Ok(House { root, vocabulary, rulebook_files, book, cases, demo })
    }

    /// Writes the lock files.
    pub(crate) fn lock(&self) -> Result<(), String> {
        for edition in &self.book.editions {
            write(
                &self.root.join("rulebook").join(&edition.id).join("edition.lock"),
                &rulebook::lock::text(edition),
            )?;
        }
        Ok(())
    }
}

/// Every file below a folder with one of these endings, sorted.
pub(crate) fn folder(dir: &Path, endings: &[&str]) -> Result<Files, String> {
    let mut out = Files::new();
    walk(dir, dir, endings, &mut out)?;
    out.sort();
    Ok(out)
}

fn walk(root: &Path, dir: &Path, endings: &[&str], out: &mut Files) -> Result<(), String> {
    let entries = std::fs::read_dir(dir).map_err(|e| format!("{}: {e}", dir.display()))?;
    for entry in entries {
        let path = entry.map_err(|e| e.to_string())?.path();
        if path.is_dir() {
            walk(root, &path, endings, out)?;
        } else if path.extension().is_some_and(|e| endings.iter().any(|w| e == *w)) {
            let name = path.strip_prefix(root).unwrap_or(&path).to_string_lossy().into_owned();
            out.push((name, read(&path)?));
        }
    }
    Ok(())
}

pub(crate) fn read(path: &Path) -> Result<String, String> {
    let bytes = std::fs::read(path).map_err(|e| format!("{}: {e}", path.display()))?;
    vocabulary::line::decode(&path.display().to_string(), &bytes).map_err(|d| d.to_string())
}

pub(crate) fn write(path: &Path, text: &str) -> Result<(), String> {
    if let Some(dir) = path.parent() {
        std::fs::create_dir_all(dir).map_err(|e| format!("{}: {e}", dir.display()))?;
    }
    std::fs::write(path, text).map_err(|e| format!("{}: {e}", path.display()))
}
