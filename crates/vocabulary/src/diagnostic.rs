//! Diagnostics are data: a code, a place, what happened and what to do.
//!
//! Every message is Japanese, names the file, the line and the word in 「」,
//! and carries a remedy. [`Code`] is the closed list; a test pins that the
//! names are unique and described.

use std::fmt;

/// How much a diagnostic weighs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Severity {
    /// The text is read all the same.
    Warning,
    /// The text cannot be used.
    Error,
}

macro_rules! codes {
    ($($(#[doc = $doc:literal])* $variant:ident = $name:literal),* $(,)?) => {
        /// What kind of problem a diagnostic names.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
        pub enum Code { $($(#[doc = $doc])* $variant),* }
        impl Code {
            /// Every code.
            pub const ALL: &'static [Code] = &[$(Code::$variant),*];
            /// Its stable kebab-case name.
            pub fn name(self) -> &'static str {
                match self { $(Code::$variant => $name),* }
            }
            /// What it means, in English, for the developer.
            pub fn description(self) -> &'static str {
                match self { $(Code::$variant => concat!($($doc),*)),* }
            }
        }
    };
}

codes! {
    /// The bytes are not UTF-8.
    NotUtf8 = "not-utf8",
    /// The file has no content.
    EmptyFile = "empty-file",
    /// The file is larger than the limit.
    FileTooLarge = "file-too-large",
    /// A line is longer than the limit.
    LineTooLong = "line-too-long",
    /// The indent is odd, jumps or is too deep.
    BadIndent = "bad-indent",
    /// A bracket or quotation mark is not closed.
    Unclosed = "unclosed",
    /// Half-width kana were read as full-width.
    HalfWidthKana = "half-width-kana",
    /// A word that the grammar or the vocabulary does not have.
    UnknownWord = "unknown-word",
    /// A value does not fit the type of the word.
    WrongType = "wrong-type",
    /// A date that the calendar does not have.
    BadDate = "bad-date",
    /// The same id, name or block twice.
    Duplicate = "duplicate",
    /// A reference to something that is not there.
    Dangling = "dangling-reference",
    /// Something refers to itself by way of others.
    Cycle = "cycle",
    /// Something that must be there is missing.
    Missing = "missing",
    /// A line does not have the form of the grammar.
    BadForm = "bad-form",
    /// Two statements in one file exclude each other.
    Contradiction = "contradiction",
    /// A fact is read where no subject of its kind encloses it.
    NoSubject = "no-enclosing-subject",
    /// A condition or range that can never hold.
    EmptyRange = "empty-range",
    /// An outcome of a rule that no example shows.
    OutcomeWithoutExample = "outcome-without-example",
    /// An example whose result is not the expected one.
    ExampleFails = "example-fails",
    /// The compiled edition is not the frozen one.
    LockMoved = "lock-moved",
    /// One fact is read twice in a rule: the set may be wider than needed.
    FactReadTwice = "fact-read-twice",
    /// A text for people is too long or uses an unexplained term.
    HardToRead = "hard-to-read",
}

/// One message to the author of a text.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Diagnostic {
    /// The file as the user named it.
    pub file: String,
    /// Line, counted from 1; 0 where the whole file is meant.
    pub line: usize,
    /// Column in characters, counted from 1; 0 where the whole line is meant.
    pub column: usize,
    /// What kind of problem.
    pub code: Code,
    /// How much it weighs.
    pub severity: Severity,
    /// What happened.
    pub message: String,
    /// What to do.
    pub remedy: String,
}

impl Diagnostic {
    /// An error at a line.
    pub fn error(
        file: &str,
        line: usize,
        code: Code,
        message: impl Into<String>,
        remedy: impl Into<String>,
    ) -> Diagnostic {
        Diagnostic {
            file: file.to_owned(),
            line,
            column: 0,
            code,
            severity: Severity::Error,
            message: message.into(),
            remedy: remedy.into(),
        }
    }

    /// The same, as a warning.
    #[must_use]
    pub fn warning(mut self) -> Diagnostic {
        self.severity = Severity::Warning;
        self
    }

    /// The same, at a column (characters from 1).
    #[must_use]
    pub fn at(mut self, column: usize) -> Diagnostic {
        self.column = column;
        self
    }
}

impl fmt::Display for Diagnostic {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.file)?;
        if self.line > 0 {
            write!(f, " {}行目", self.line)?;
        }
        let mark = if self.severity == Severity::Warning { "注意 " } else { "" };
        write!(f, ": {mark}{}", self.message)?;
        if !self.remedy.is_empty() {
            f.write_str(&self.remedy)?;
        }
        Ok(())
    }
}

/// The candidate closest to `word`, when close enough to be meant.
pub fn nearest<'a>(word: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let length = word.chars().count();
    candidates
        .into_iter()
        .map(|c| (strsim::osa_distance(word, c), c))
        .filter(|(d, c)| *d <= 2.max(c.chars().count() / 3) && *d < length.max(2))
        .min_by_key(|(d, _)| *d)
        .map(|(_, c)| c)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn codes_are_unique_and_described() {
        let names: BTreeSet<_> = Code::ALL.iter().map(|c| c.name()).collect();
        assert_eq!(names.len(), Code::ALL.len());
        assert!(Code::ALL.iter().all(|c| c.description().trim().len() > 10));
    }

    #[test]
    fn the_nearest_word_is_offered() {
        assert_eq!(nearest("満だす", ["満たす", "対象"]), Some("満たす"));
        assert_eq!(nearest("まったく違う", ["満たす", "対象"]), None);
    }
}
