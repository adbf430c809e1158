//! Looks for what a checked rule must not have: conditions that can never
//! hold, and facts that it reads at more than one place.

use crate::graph::{Atom, Node, Op, Quantifier, Test};
use std::collections::BTreeMap;
use vocabulary::{ValueType, Vocabulary, WordId};

/// Calls `f` on every atom below the nodes.
pub fn atoms<'a>(nodes: impl IntoIterator<Item = &'a Node>, f: &mut impl FnMut(&'a Atom)) {
    for node in nodes {
        match &node.op {
            Op::Atom(a) => f(a),
            Op::All(_, items) | Op::Any(_, items) | Op::Alternative(_, items) => atoms(items, f),
            Op::Definition(_, body) => atoms(std::iter::once(body.as_ref()), f),
            Op::Quantifier(q) => atoms(q.within.iter().chain(&q.except).chain(&q.body), f),
            Op::Part(_) => {}
        }
    }
}

/// Whether a word is read on the same range at more than one place.
pub(crate) fn reads_twice<'a>(nodes: impl IntoIterator<Item = &'a Node>) -> Option<WordId> {
    let mut seen: BTreeMap<WordId, u32> = BTreeMap::new();
    atoms(nodes, &mut |a| *seen.entry(a.word).or_default() += 1);
    seen.into_iter().find(|(_, n)| *n > 1).map(|(w, _)| w)
}

/// Every quantifier below the nodes.
pub(crate) fn quantifiers<'a>(
    nodes: impl IntoIterator<Item = &'a Node>,
    out: &mut Vec<(u32, &'a Quantifier)>,
) {
    for node in nodes {
        match &node.op {
            Op::All(_, items) | Op::Any(_, items) | Op::Alternative(_, items) => quantifiers(items, out),
            Op::Definition(_, body) => quantifiers(std::iter::once(body.as_ref()), out),
            Op::Quantifier(q) => {
                out.push((node.line, q));
                quantifiers(q.within.iter().chain(&q.except).chain(&q.body), out);
            }
            Op::Part(_) | Op::Atom(_) => {}
        }
    }
}

/// The choices a word may still have, after lines that all must hold.
type Allowed = BTreeMap<(u8, WordId), Vec<u16>>;

/// Narrows by the plain choice tests that certainly apply.
fn narrow<'a>(vocabulary: &Vocabulary, nodes: impl IntoIterator<Item = &'a Node>, allowed: &mut Allowed) {
    for node in nodes {
        if node.toggle.is_some() {
            continue;
        }
        match &node.op {
            Op::Atom(a) => {
                if let Some(picked) = picked(vocabulary, a) {
                    let entry = allowed.entry((a.level, a.word)).or_insert_with(|| picked.clone());
                    entry.retain(|c| picked.contains(c));
                }
            }
            Op::All(_, items) => narrow(vocabulary, items, allowed),
            Op::Definition(_, body) => narrow(vocabulary, std::iter::once(body.as_ref()), allowed),
            _ => {}
        }
    }
}

/// The choices (u16::MAX = 該当なし) that an atom picks.
fn picked(vocabulary: &Vocabulary, a: &Atom) -> Option<Vec<u16>> {
    let ValueType::Choice(values) = &vocabulary.word(a.word).value else { return None };
    let Test::OneOf { choices, not_applicable, not } = &a.test else { return None };
    let all = (0..u16::try_from(values.len()).ok()?)
        .chain(vocabulary.word(a.word).not_applicable.then_some(u16::MAX));
    Some(all.filter(|c| (choices.contains(*c) || (*c == u16::MAX && *not_applicable)) != *not).collect())
}

/// Whether lines that all must hold exclude each other, or 除く takes all that is left.
pub(crate) fn never(vocabulary: &Vocabulary, within: &[Node], except: &[Node]) -> bool {
    let mut allowed = Allowed::new();
    narrow(vocabulary, within, &mut allowed);
    if allowed.values().any(Vec::is_empty) {
        return true;
    }
    except.iter().filter(|n| n.toggle.is_none()).any(|n| {
        let Op::Atom(a) = &n.op else { return same_as_one_of(n, within) };
        if a.demand.is_some() {
            return false;
        }
        let (Some(out), Some(left)) = (picked(vocabulary, a), allowed.get(&(a.level, a.word))) else {
            return false;
        };
        left.iter().all(|c| out.contains(c))
    })
}

fn same_as_one_of(n: &Node, within: &[Node]) -> bool {
    let name = |n: &Node| match &n.op {
        Op::Definition(name, _) => Some(name.clone()),
        _ => None,
    };
    name(n).is_some() && within.iter().any(|w| name(w) == name(n))
}
