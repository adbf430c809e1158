//! Reasons → short Japanese sentences, as a tree.
//!
//! What stands here is neither text nor HTML: both lay out the same [`Said`],
//! so that a sentence is written once and a person who compares the screen
//! with the paper finds the same words in the same order.

use judge::{Reason, ReasonKind, State, SubjectRef};
use verdict::Truth;

/// `資産 PC-07(受付のPC)`
pub(crate) fn subject(s: &SubjectRef) -> String {
    match &s.name {
        Some(name) => format!("{} {}({name})", s.kind, s.id),
        None => format!("{} {}", s.kind, s.id),
    }
}

/// The sign before a sentence.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Sign {
    /// The condition holds.
    Holds,
    /// It does not.
    Fails,
    /// Not known.
    Open,
    /// A thing that is not counted.
    NotCounted,
}

impl Sign {
    pub(crate) fn mark(self) -> &'static str {
        match self {
            Sign::Holds => "○",
            Sign::Fails => "×",
            Sign::Open => "？",
            Sign::NotCounted => "－",
        }
    }
}

impl From<Truth> for Sign {
    fn from(truth: Truth) -> Sign {
        match truth {
            Truth::True => Sign::Holds,
            Truth::False => Sign::Fails,
            Truth::Unknown => Sign::Open,
        }
    }
}

/// A sentence, the source of the fact it states, and what stands below it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Said {
    pub(crate) sign: Option<Sign>,
    pub(crate) text: String,
    /// `〔…〕`, or empty.
    pub(crate) source: String,
    pub(crate) below: Vec<Said>,
}

impl Said {
    pub(crate) fn plain(text: String, below: Vec<Said>) -> Said {
        Said { sign: None, text, source: String::new(), below }
    }

    fn signed(sign: impl Into<Sign>, text: String, below: Vec<Said>) -> Said {
        Said { sign: Some(sign.into()), text, source: String::new(), below }
    }
}

/// What a leaf says, without its subject.
pub(crate) struct Leaf {
    text: String,
    source: String,
}

impl Leaf {
    /// Sentence and source in one.
    pub(crate) fn whole(&self) -> String {
        format!("{}{}", self.text, self.source)
    }

    pub(crate) fn of(word: &str, condition: &str, stated: &[String], state: State) -> Leaf {
        let first = stated.first().map(String::as_str).unwrap_or_default();
        let (value, source) =
            first.split_once('〔').map_or((first, String::new()), |(v, s)| (v, format!("〔{s}")));
        let bare = |text: String| Leaf { text, source: String::new() };
        match state {
            State::Held if stated.len() > 1 => bare(format!("「{word}」は、{}", stated.join(" と "))),
            State::Held => Leaf { text: format!("「{word}」は「{value}」です"), source },
            State::Absent => bare(format!("「{word}」は、まだ聞いていません")),
            State::Asked => bare(format!("「{word}」は「わからない」です")),
            State::Conflict => bare(format!("「{word}」は、人により答えが違います: {}", stated.join(" / "))),
            State::Plan => Leaf {
                text: format!("「{word}」の「{value}」は、まだ来ていない日です"), source
            },
            State::EvidenceMissing => {
                let wanted = condition.split_once("証拠 ").map_or("根拠資料", |(_, k)| k);
                let wanted = wanted.replace(" 以上", "など");
                Leaf {
                    text: format!("「{word}」は「{value}」ですが、{wanted}を見ていません"), source
                }
            }
        }
    }
}

/// At most this many rows of a range are written out.
const ROWS: usize = 8;

/// A reason and what is below it. A group that says nothing of its own gives
/// only what is below it.
pub(crate) fn tree(reason: &Reason, of: Option<&str>) -> Vec<Said> {
    let below = |of| -> Vec<Said> { reason.children.iter().flat_map(|c| tree(c, of)).collect() };
    let one = |text: String, below: Vec<Said>| vec![Said::signed(reason.truth, text, below)];
    match &reason.kind {
        ReasonKind::Fact { subject: s, word, condition, stated, state } => {
            let who = s.as_ref().map(|s| s.id.as_str()).filter(|id| Some(*id) != of);
            let who = who.map(|w| format!("{w}の")).unwrap_or_default();
            let Leaf { text, source } = Leaf::of(word, condition, stated, *state);
            let sign = Some(reason.truth.into());
            vec![Said { sign, text: format!("{who}{text}"), source, below: Vec::new() }]
        }
        ReasonKind::All { label: Some(label) } | ReasonKind::Any { label: Some(label) } => {
            one(label.clone(), below(of))
        }
        ReasonKind::Any { label: None } if reason.children.len() > 1 => one("次のどれか".into(), below(of)),
        ReasonKind::All { label: None } | ReasonKind::Any { label: None } => below(of),
        ReasonKind::Alternative { label } => one(format!("代わりの方法: {label}"), below(of)),
        ReasonKind::Definition { name } if reason.children.len() > 1 => one(name.clone(), below(of)),
        ReasonKind::Definition { .. } => below(of),
        ReasonKind::Part { name } => one(format!("{name}を守っている"), Vec::new()),
        ReasonKind::Range { all, range, open, in_range, left_out } => {
            let how = if *all { "すべての" } else { "いずれかの" };
            let text = format!("{how}{range}: 数える物 {in_range}件、数えない物 {}件", left_out.len());
            one(text, rows(reason, range, *open, left_out, of))
        }
        ReasonKind::Row { subject: s, in_range } => {
            let maybe = if *in_range == Truth::Unknown { "(数えるか未定)" } else { "" };
            one(format!("{}{maybe}", subject(s)), below(Some(&s.id)))
        }
    }
}

/// The rows of a range: whether there may be more, those counted, those not.
fn rows(reason: &Reason, range: &str, open: bool, left_out: &[Reason], of: Option<&str>) -> Vec<Said> {
    let mut out = Vec::new();
    if open {
        let text = format!("「{range}」がこれで全部か、まだ聞いていません");
        out.push(Said::signed(Sign::Open, text, Vec::new()));
    }
    out.extend(reason.children.iter().take(ROWS).flat_map(|c| tree(c, of)));
    if reason.children.len() > ROWS {
        out.push(Said::plain(format!("ほか {}件", reason.children.len() - ROWS), Vec::new()));
    }
    for row in left_out.iter().take(ROWS) {
        if let ReasonKind::Row { subject: s, .. } = &row.kind {
            let why = row.children.first().and_then(first_leaf);
            let (why, source) = why.map(|l| (l.text, l.source)).unwrap_or_default();
            let text = format!("{} は数えません: {why}", s.id);
            out.push(Said { sign: Some(Sign::NotCounted), text, source, below: Vec::new() });
        }
    }
    if left_out.len() > ROWS {
        let text = format!("ほか {}件は数えません", left_out.len() - ROWS);
        out.push(Said::signed(Sign::NotCounted, text, Vec::new()));
    }
    out
}

/// The first fact below a reason, as a sentence.
fn first_leaf(reason: &Reason) -> Option<Leaf> {
    match &reason.kind {
        ReasonKind::Fact { word, condition, stated, state, .. } => {
            Some(Leaf::of(word, condition, stated, *state))
        }
        _ => reason.children.first().and_then(first_leaf),
    }
}

/// Every fact that decides below a reason, with what it is about.
pub(crate) fn leaves(reason: &Reason, out: &mut Vec<(String, String)>) {
    if let ReasonKind::Fact { subject: s, word, condition, stated, state } = &reason.kind {
        let id = s.as_ref().map(subject).unwrap_or_default();
        out.push((id, Leaf::of(word, condition, stated, *state).whole()));
    }
    for child in &reason.children {
        leaves(child, out);
    }
}
