//! What the rows of a range add up to.
//!
//! Each row leaves a byte of signs; the bytes of a range are or-ed, those of a
//! row that only perhaps belongs but for what only a certain member may do.
//! [`settled`] turns the sums of 64 ranges at a time into truths, in the order
//! of `judge`: decided, unknown, full, empty.

use crate::bits::{Kleene, Plane, packed};
use crate::plan::{EmptyRange, Quantifier};

// What a row adds, as bits.
const DECIDED: u8 = 1;
const UNDECIDED: u8 = 2;
const SURE: u8 = 4;
const MAYBE: u8 = 8;
const EXCLUDED: u8 = 16;
const PERHAPS_UNDECIDED: u8 = 32;
/// What counts of a row that is certainly a member.
pub(crate) const CERTAIN: u8 = DECIDED | UNDECIDED | SURE | MAYBE | EXCLUDED;
/// What counts of a row that only perhaps is.
pub(crate) const PERHAPS: u8 = MAYBE | PERHAPS_UNDECIDED;

/// The truths of a quantifier from the signs of each range's rows.
pub(crate) fn settled(q: &Quantifier, sums: &[u8], open: &[u64], nothing_stated: Option<&Kleene>) -> Kleene {
    let mut out = Kleene { yes: Plane::with_capacity(open.len()), no: Plane::with_capacity(open.len()) };
    for (w, (sums, open)) in sums.chunks(64).zip(open).enumerate() {
        let has = |sign: u8| packed(sums, sign);
        let decided = has(DECIDED);
        let unknown = open | has(UNDECIDED) | has(PERHAPS_UNDECIDED);
        let (sure, maybe) = (has(SURE) & !unknown, has(MAYBE));
        let stated = nothing_stated.and_then(|k| k.yes.get(w)).copied().unwrap_or(0);
        let (empty_yes, empty_no) = match q.empty {
            EmptyRange::Holds => (u64::MAX, 0),
            EmptyRange::Fails => (0, u64::MAX),
            EmptyRange::Confirmed => (stated | has(EXCLUDED), 0),
        };
        // A range that is perhaps empty has the truth that both ways share.
        let empty = !(unknown | sure);
        let (full, decisive) = if q.all {
            (sure | empty & empty_yes, decided | empty & !maybe & empty_no)
        } else {
            (sure | empty & empty_no, decided | empty & !maybe & empty_yes)
        };
        let (yes, no) = if q.all { (full & !decided, decisive) } else { (decisive, full & !decided) };
        out.yes.push(yes);
        out.no.push(no);
    }
    out
}
