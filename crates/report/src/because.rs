//! Reasons → short Japanese sentences, one a leaf.

use judge::{Reason, ReasonKind, State, SubjectRef};
use verdict::Truth;

/// `PC-07(受付のPC)`
pub(crate) fn subject(s: &SubjectRef) -> String {
    match &s.name {
        Some(name) => format!("{} {}({name})", s.kind, s.id),
        None => format!("{} {}", s.kind, s.id),
    }
}

/// ○ true, × false, ？ unknown.
pub(crate) fn mark(truth: Truth) -> &'static str {
    match truth {
        Truth::True => "○",
        Truth::False => "×",
        Truth::Unknown => "？",
    }
}

/// What a leaf says, without its subject.
pub(crate) fn leaf(word: &str, condition: &str, stated: &[String], state: State) -> String {
    let first = stated.first().map(String::as_str).unwrap_or_default();
    let (value, source) =
        first.split_once('〔').map_or((first, String::new()), |(v, s)| (v, format!("〔{s}")));
    match state {
        State::Held if stated.len() > 1 => format!("「{word}」は、{}", stated.join(" と ")),
        State::Held => format!("「{word}」は「{value}」です{source}"),
        State::Absent => format!("「{word}」は、まだ聞いていません"),
        State::Asked => format!("「{word}」は「わからない」です"),
        State::Conflict => format!("「{word}」は、人により答えが違います: {}", stated.join(" / ")),
        State::Plan => format!("「{word}」の「{value}」は、まだ来ていない日です{source}"),
        State::EvidenceMissing => {
            let wanted = condition.split_once("証拠 ").map_or("根拠資料", |(_, k)| k);
            format!(
                "「{word}」は「{value}」ですが、{}を見ていません{source}",
                wanted.replace(" 以上", "など")
            )
        }
    }
}

/// One line of a rendered tree.
pub(crate) struct TreeLine {
    pub(crate) depth: usize,
    pub(crate) text: String,
}

/// At most this many rows of a range are written out.
const ROWS: usize = 8;

/// A reason and what is below it, as lines.
pub(crate) fn tree(reason: &Reason, depth: usize, of: Option<&str>, out: &mut Vec<TreeLine>) {
    let mark = mark(reason.truth);
    let mut push = |depth: usize, text: String| out.push(TreeLine { depth, text });
    match &reason.kind {
        ReasonKind::Fact { subject: s, word, condition, stated, state } => {
            let who = s.as_ref().map(|s| s.id.as_str()).filter(|id| Some(*id) != of);
            let who = who.map(|w| format!("{w}の")).unwrap_or_default();
            push(depth, format!("{mark} {who}{}", leaf(word, condition, stated, *state)));
        }
        ReasonKind::All { label } | ReasonKind::Any { label } => {
            let any = matches!(reason.kind, ReasonKind::Any { .. });
            let inner = match (label, any) {
                (Some(label), _) => {
                    push(depth, format!("{mark} {label}"));
                    depth + 1
                }
                (None, true) if reason.children.len() > 1 => {
                    push(depth, format!("{mark} 次のどれか"));
                    depth + 1
                }
                _ => depth,
            };
            for child in &reason.children {
                tree(child, inner, of, out);
            }
        }
        ReasonKind::Alternative { label } => {
            push(depth, format!("{mark} 代わりの方法: {label}"));
            for child in &reason.children {
                tree(child, depth + 1, of, out);
            }
        }
        ReasonKind::Definition { name } => {
            if reason.children.len() > 1 {
                push(depth, format!("{mark} {name}"));
                for child in &reason.children {
                    tree(child, depth + 1, of, out);
                }
            } else {
                for child in &reason.children {
                    tree(child, depth, of, out);
                }
            }
        }
        ReasonKind::Part { name } => push(depth, format!("{mark} {name}を守っている")),
        ReasonKind::Range { all, range, open, in_range, left_out } => {
            let how = if *all { "すべての" } else { "いずれかの" };
            push(
                depth,
                format!("{mark} {how}{range}: 数える物 {in_range}件、数えない物 {}件", left_out.len()),
            );
            if *open {
                push(depth + 1, format!("？ 「{range}」がこれで全部か、まだ聞いていません"));
            }
            for child in reason.children.iter().take(ROWS) {
                tree(child, depth + 1, of, out);
            }
            if reason.children.len() > ROWS {
                out.push(TreeLine {
                    depth: depth + 1,
                    text: format!("ほか {}件", reason.children.len() - ROWS),
                });
            }
            for row in left_out.iter().take(ROWS) {
                if let ReasonKind::Row { subject: s, .. } = &row.kind {
                    let why = row.children.first().map(first_leaf).unwrap_or_default();
                    out.push(TreeLine {
                        depth: depth + 1, text: format!("－ {} は数えません: {why}", s.id)
                    });
                }
            }
            if left_out.len() > ROWS {
                out.push(TreeLine {
                    depth: depth + 1,
                    text: format!("－ ほか {}件は数えません", left_out.len() - ROWS),
                });
            }
        }
        ReasonKind::Row { subject: s, in_range } => {
            let maybe = if *in_range == Truth::Unknown { "(数えるか未定)" } else { "" };
            push(depth, format!("{mark} {}{maybe}", subject(s)));
            for child in &reason.children {
                tree(child, depth + 1, Some(&s.id), out);
            }
        }
    }
}

/// The first fact below a reason, as a sentence.
pub(crate) fn first_leaf(reason: &Reason) -> String {
    match &reason.kind {
        ReasonKind::Fact { word, condition, stated, state, .. } => leaf(word, condition, stated, *state),
        _ => reason.children.first().map(first_leaf).unwrap_or_default(),
    }
}

/// Every fact that decides below a reason, with the id of what it is about.
pub(crate) fn leaves(reason: &Reason, out: &mut Vec<(String, String)>) {
    if let ReasonKind::Fact { subject: s, word, condition, stated, state } = &reason.kind {
        let id = s.as_ref().map(subject).unwrap_or_default();
        out.push((id, leaf(word, condition, stated, *state)));
    }
    for child in &reason.children {
        leaves(child, out);
    }
}
