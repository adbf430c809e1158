//! What a judgement can say, and how judgements combine.
//!
//! A verdict is never a yes or a no but the *set* of outcomes still possible
//! ([`OutcomeSet`]); one element means decided. Conditions inside a rule have
//! a three-valued truth ([`Truth`], Kleene's strong logic). The table that
//! turns the truths of a rule's blocks into outcomes is [`table`]; units of
//! judgement combine by [`OutcomeSet::worst_with`]. Meaning: rule-language §3.
//! This crate depends on nothing of ours.

use std::fmt;

/// A truth that may be unknown (Kleene's strong three-valued logic).
#[derive(
    Debug,
    Clone,
    Copy,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    Hash,
    serde::Serialize,
    serde::Deserialize,
    schemars::JsonSchema,
)]
#[serde(rename_all = "kebab-case")]
pub enum Truth {
    /// Certainly false.
    False,
    /// May be either.
    Unknown,
    /// Certainly true.
    True,
}

impl Truth {
    /// `true` unless certainly false.
    pub fn can_be_true(self) -> bool {
        self != Truth::False
    }
    /// `true` unless certainly true.
    pub fn can_be_false(self) -> bool {
        self != Truth::True
    }
    /// Conjunction: the lesser of the two.
    #[must_use]
    pub fn and(self, other: Truth) -> Truth {
        self.min(other)
    }
    /// Disjunction: the greater of the two.
    #[must_use]
    pub fn or(self, other: Truth) -> Truth {
        self.max(other)
    }
    /// What remains certain when either of two truths may hold.
    #[must_use]
    pub fn join(self, other: Truth) -> Truth {
        if self == other { self } else { Truth::Unknown }
    }
}

impl std::ops::Not for Truth {
    type Output = Truth;
    fn not(self) -> Truth {
        match self {
            Truth::True => Truth::False,
            Truth::False => Truth::True,
            Truth::Unknown => Truth::Unknown,
        }
    }
}

impl From<bool> for Truth {
    fn from(value: bool) -> Truth {
        if value { Truth::True } else { Truth::False }
    }
}

/// One outcome of a rule. The order is from best to worst: the worst unit decides.
#[derive(
    Debug,
    Clone,
    Copy,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    Hash,
    serde::Serialize,
    serde::Deserialize,
    schemars::JsonSchema,
)]
pub enum Outcome {
    /// Out of scope, or not yet in force.
    #[serde(rename = "対象外")]
    OutOfScope,
    /// Deemed met through the part for institutions that entrust maintenance.
    #[serde(rename = "みなし遵守")]
    DeemedMet,
    /// Met.
    #[serde(rename = "遵守")]
    Met,
    /// Not met, but under relief until an event.
    #[serde(rename = "緩和措置適用中")]
    Relief,
    /// Not met.
    #[serde(rename = "未遵守")]
    NotMet,
}

impl Outcome {
    /// All outcomes, best first.
    pub const ALL: [Outcome; 5] =
        [Outcome::OutOfScope, Outcome::DeemedMet, Outcome::Met, Outcome::Relief, Outcome::NotMet];

    /// The guideline's word, as in data and on sheets.
    pub fn name(self) -> &'static str {
        match self {
            Outcome::OutOfScope => "対象外",
            Outcome::DeemedMet => "みなし遵守",
            Outcome::Met => "遵守",
            Outcome::Relief => "緩和措置適用中",
            Outcome::NotMet => "未遵守",
        }
    }

    /// The outcome with this name.
    pub fn from_name(name: &str) -> Option<Outcome> {
        Outcome::ALL.into_iter().find(|o| o.name() == name)
    }
}

/// The set of outcomes still possible.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct OutcomeSet(u8);

impl OutcomeSet {
    /// No outcome. Only the start of a union; never a result.
    pub const EMPTY: OutcomeSet = OutcomeSet(0);
    /// Out of scope, decided.
    pub const OUT_OF_SCOPE: OutcomeSet = OutcomeSet(1);

    /// The set as bits: bit 0 = 対象外 … bit 4 = 未遵守, best first.
    pub fn bits(self) -> u8 {
        self.0
    }
    /// The set of these bits; those beyond the outcomes are dropped.
    pub fn from_bits(bits: u8) -> OutcomeSet {
        OutcomeSet(bits & 0b1_1111)
    }
    /// The set of one outcome.
    pub fn one(outcome: Outcome) -> OutcomeSet {
        OutcomeSet(1 << outcome as u8)
    }
    /// Adds an outcome.
    pub fn insert(&mut self, outcome: Outcome) {
        self.0 |= 1 << outcome as u8;
    }
    /// Whether the outcome is possible.
    pub fn contains(self, outcome: Outcome) -> bool {
        self.0 & (1 << outcome as u8) != 0
    }
    /// Whether every outcome of `self` is in `other`.
    pub fn is_subset(self, other: OutcomeSet) -> bool {
        self.0 & !other.0 == 0
    }
    /// Every outcome of either.
    #[must_use]
    pub fn union(self, other: OutcomeSet) -> OutcomeSet {
        OutcomeSet(self.0 | other.0)
    }
    /// How many outcomes are possible.
    pub fn len(self) -> usize {
        self.0.count_ones() as usize
    }
    /// Whether nothing is possible (never of a result).
    pub fn is_empty(self) -> bool {
        self.0 == 0
    }
    /// The outcome, where only one is possible.
    pub fn decided(self) -> Option<Outcome> {
        if self.len() == 1 { self.iter().next() } else { None }
    }
    /// The possible outcomes, best first.
    pub fn iter(self) -> impl Iterator<Item = Outcome> {
        Outcome::ALL.into_iter().filter(move |o| self.contains(*o))
    }
    /// Combines two units: every worst of a pair. Shapes: n × m ≤ 25 pairs.
    #[must_use]
    pub fn worst_with(self, other: OutcomeSet) -> OutcomeSet {
        // max(a, b) over all pairs: an outcome of either side survives when
        // the other side holds something no worse.
        let mut out = OutcomeSet::EMPTY;
        for a in Outcome::ALL {
            let no_worse = OutcomeSet((2u8 << a as u8) - 1);
            let here = self.contains(a) && other.0 & no_worse.0 != 0;
            let there = other.contains(a) && self.0 & no_worse.0 != 0;
            if here || there {
                out.insert(a);
            }
        }
        out
    }
}

impl fmt::Debug for OutcomeSet {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("{")?;
        for (i, o) in self.iter().enumerate() {
            if i > 0 {
                f.write_str(", ")?;
            }
            f.write_str(o.name())?;
        }
        f.write_str("}")
    }
}

impl FromIterator<Outcome> for OutcomeSet {
    fn from_iter<T: IntoIterator<Item = Outcome>>(iter: T) -> Self {
        let mut set = OutcomeSet::EMPTY;
        for o in iter {
            set.insert(o);
        }
        set
    }
}

impl serde::Serialize for OutcomeSet {
    fn serialize<S: serde::Serializer>(&self, s: S) -> Result<S::Ok, S::Error> {
        s.collect_seq(self.iter())
    }
}

impl<'de> serde::Deserialize<'de> for OutcomeSet {
    fn deserialize<D: serde::Deserializer<'de>>(d: D) -> Result<Self, D::Error> {
        Ok(Vec::<Outcome>::deserialize(d)?.into_iter().collect())
    }
}

impl schemars::JsonSchema for OutcomeSet {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "OutcomeSet".into()
    }
    fn json_schema(g: &mut schemars::SchemaGenerator) -> schemars::Schema {
        <Vec<Outcome>>::json_schema(g)
    }
}

/// The truths of a rule's blocks for one unit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Blocks {
    /// 対象 and not 除く.
    pub target: Truth,
    /// みなし.
    pub deemed: Truth,
    /// 要件.
    pub requirement: Truth,
    /// 緩和.
    pub relief: Truth,
}

/// The outcomes of one unit, by the table of rule-language §3.
pub fn table(b: Blocks) -> OutcomeSet {
    let mut out = OutcomeSet::EMPTY;
    if b.target.can_be_false() {
        out.insert(Outcome::OutOfScope);
    }
    if !b.target.can_be_true() {
        return out;
    }
    if b.deemed.can_be_true() {
        out.insert(Outcome::DeemedMet);
    }
    if !b.deemed.can_be_false() {
        return out;
    }
    if b.requirement.can_be_true() {
        out.insert(Outcome::Met);
    }
    if b.requirement.can_be_false() {
        if b.relief.can_be_true() {
            out.insert(Outcome::Relief);
        }
        if b.relief.can_be_false() {
            out.insert(Outcome::NotMet);
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    const TRUTHS: [Truth; 3] = [Truth::False, Truth::Unknown, Truth::True];

    fn all_sets() -> impl Iterator<Item = OutcomeSet> {
        (1u8..32).map(OutcomeSet)
    }

    #[test]
    fn worst_with_is_every_pairwise_maximum() {
        for a in all_sets() {
            for b in all_sets() {
                let pairs: OutcomeSet = a.iter().flat_map(|x| b.iter().map(move |y| x.max(y))).collect();
                assert_eq!(a.worst_with(b), pairs, "{a:?} {b:?}");
            }
        }
    }

    #[test]
    fn table_is_the_union_over_completions() {
        let of = |t: Truth| -> Vec<Truth> {
            if t == Truth::Unknown { vec![Truth::False, Truth::True] } else { vec![t] }
        };
        for target in TRUTHS {
            for deemed in TRUTHS {
                for requirement in TRUTHS {
                    for relief in TRUTHS {
                        let got = table(Blocks { target, deemed, requirement, relief });
                        let mut want = OutcomeSet::EMPTY;
                        for t in of(target) {
                            for d in of(deemed) {
                                for r in of(requirement) {
                                    for g in of(relief) {
                                        let o = if t == Truth::False {
                                            Outcome::OutOfScope
                                        } else if d == Truth::True {
                                            Outcome::DeemedMet
                                        } else if r == Truth::True {
                                            Outcome::Met
                                        } else if g == Truth::True {
                                            Outcome::Relief
                                        } else {
                                            Outcome::NotMet
                                        };
                                        want.insert(o);
                                    }
                                }
                            }
                        }
                        assert_eq!(got, want);
                    }
                }
            }
        }
    }

    #[test]
    fn kleene_connectives_agree_with_completions() {
        for a in TRUTHS {
            assert_eq!(!!a, a);
            for b in TRUTHS {
                assert_eq!(!(a.and(b)), (!a).or(!b));
                assert_eq!(a.and(b) == Truth::True, a == Truth::True && b == Truth::True);
                assert_eq!(a.or(b) == Truth::False, a == Truth::False && b == Truth::False);
            }
        }
    }

    #[test]
    fn names_round_trip() {
        for o in Outcome::ALL {
            assert_eq!(Outcome::from_name(o.name()), Some(o));
        }
    }
}
