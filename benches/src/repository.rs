//! The repository's own files, for every program of this folder.

use std::path::{Path, PathBuf};

/// Every file below a folder: path from the folder, and text.
pub(crate) fn files(folder: &str) -> Vec<(String, String)> {
    let root: PathBuf = root().join(folder);
    let mut out = Vec::new();
    let mut open = vec![root.clone()];
    while let Some(dir) = open.pop() {
        for entry in std::fs::read_dir(&dir).into_iter().flatten().flatten() {
            let path = entry.path();
            if path.is_dir() {
                open.push(path);
            } else if let Ok(text) = std::fs::read_to_string(&path) {
                let name = path.strip_prefix(&root).unwrap_or(&path).to_string_lossy().into_owned();
                out.push((name, text));
            }
        }
    }
    out.sort();
    out
}

/// The root of the repository: the first folder above this program that holds the lock file.
fn root() -> PathBuf {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    here.ancestors().find(|p| p.join("Cargo.lock").exists()).unwrap_or(here).to_owned()
}
