//! Planes: one bit a row, 64 rows a word; a truth is a pair of planes.
//!
//! [`Kleene`] holds which rows are certainly true and which certainly false;
//! neither means unknown. Bits beyond the last row are of no meaning and are
//! never read.

/// One bit a row.
pub(crate) type Plane = Vec<u64>;

/// How many words hold `rows` bits.
pub(crate) fn words(rows: usize) -> usize {
    rows.div_ceil(64)
}

/// The bit of a row; `false` beyond the plane.
#[inline]
pub(crate) fn bit(plane: &[u64], row: u32) -> bool {
    plane.get((row >> 6) as usize).is_some_and(|w| w >> (row & 63) & 1 == 1)
}

/// Sets the bit of a row.
#[inline]
pub(crate) fn set(plane: &mut [u64], row: usize) {
    if let Some(w) = plane.get_mut(row >> 6) {
        *w |= 1 << (row & 63);
    }
}

/// The rows whose bit is set, below `rows`.
pub(crate) fn ones(plane: &[u64], rows: usize) -> impl Iterator<Item = u32> {
    plane.iter().enumerate().flat_map(move |(i, w)| {
        let mut left = *w;
        std::iter::from_fn(move || {
            if left == 0 {
                return None;
            }
            let at = left.trailing_zeros();
            left &= left - 1;
            let row = i * 64 + at as usize;
            (row < rows).then(|| u32::try_from(row).unwrap_or(u32::MAX))
        })
    })
}

/// The bits of `rows` of a plane, one after another.
pub(crate) fn gather(plane: &[u64], rows: &[u32]) -> Plane {
    rows.chunks(64)
        .map(|c| c.iter().enumerate().fold(0, |w, (i, r)| w | u64::from(bit(plane, *r)) << i))
        .collect()
}

/// A truth of every row of a frame.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct Kleene {
    /// Certainly true.
    pub(crate) yes: Plane,
    /// Certainly false.
    pub(crate) no: Plane,
}

impl Kleene {
    /// The same truth for all rows.
    pub(crate) fn constant(truth: verdict::Truth, rows: usize) -> Kleene {
        let fill = |on: bool| vec![if on { u64::MAX } else { 0 }; words(rows)];
        Kleene { yes: fill(truth == verdict::Truth::True), no: fill(truth == verdict::Truth::False) }
    }
    /// The truth of one row.
    pub(crate) fn at(&self, row: u32) -> verdict::Truth {
        match (bit(&self.yes, row), bit(&self.no, row)) {
            (true, _) => verdict::Truth::True,
            (_, true) => verdict::Truth::False,
            _ => verdict::Truth::Unknown,
        }
    }
    /// Conjunction, in place.
    pub(crate) fn and(&mut self, other: &Kleene) {
        zip(&mut self.yes, &other.yes, |a, b| a & b);
        zip(&mut self.no, &other.no, |a, b| a | b);
    }
    /// Disjunction, in place.
    pub(crate) fn or(&mut self, other: &Kleene) {
        zip(&mut self.yes, &other.yes, |a, b| a | b);
        zip(&mut self.no, &other.no, |a, b| a & b);
    }
    /// Conjunction with the negation of another, in place.
    pub(crate) fn and_not(&mut self, other: &Kleene) {
        zip(&mut self.yes, &other.no, |a, b| a & b);
        zip(&mut self.no, &other.yes, |a, b| a | b);
    }
    /// The truths of `rows`, one after another.
    pub(crate) fn gather(&self, rows: &[u32]) -> Kleene {
        Kleene { yes: gather(&self.yes, rows), no: gather(&self.no, rows) }
    }
}

/// Combines two planes word by word.
pub(crate) fn zip(a: &mut [u64], b: &[u64], f: impl Fn(u64, u64) -> u64) {
    for (a, b) in a.iter_mut().zip(b) {
        *a = f(*a, *b);
    }
}

/// One byte a row whose bit `i` is the row's bit in plane `i`; the planes come word by word.
pub(crate) fn bytes<const N: usize>(words: impl Iterator<Item = [u64; N]>, rows: usize) -> Vec<u8> {
    let mut out = vec![0u8; rows.div_ceil(64) * 64];
    for (rows, planes) in out.as_chunks_mut::<64>().0.iter_mut().zip(words) {
        for (eight, chunk) in rows.as_chunks_mut::<8>().0.iter_mut().enumerate() {
            let bits = planes.iter().enumerate().fold(0, |sum, (i, word)| {
                let [packed, ..] = (word >> (8 * eight)).to_le_bytes();
                sum | spread(packed) << i
            });
            *chunk = bits.to_le_bytes();
        }
    }
    out.truncate(rows);
    out
}

/// One bit a byte: whether it holds any of `mask`'s bits, which must be a single one.
pub(crate) fn packed(bytes: &[u8], mask: u8) -> u64 {
    let shift = mask.trailing_zeros();
    let (chunks, rest) = bytes.as_chunks::<8>();
    let eight = |chunk: [u8; 8]| {
        let ones = u64::from_le_bytes(chunk) >> shift & 0x0101_0101_0101_0101;
        // Byte i of 0 or 1 becomes bit i of the top byte.
        ones.wrapping_mul(0x0102_0408_1020_4080) >> 56
    };
    let mut last = [0; 8];
    last.iter_mut().zip(rest).for_each(|(l, r)| *l = *r);
    let whole = chunks.iter().enumerate().fold(0, |w, (i, c)| w | eight(*c) << (8 * i));
    if rest.is_empty() { whole } else { whole | eight(last) << (8 * chunks.len()) }
}

/// Eight bits → eight bytes of 0 or 1.
#[inline]
fn spread(packed: u8) -> u64 {
    // Copies the byte eight times, keeps bit i in byte i, and carries it to the top of its byte.
    let kept = u64::from(packed).wrapping_mul(0x0101_0101_0101_0101) & 0x8040_2010_0804_0201;
    (kept + 0x7F7F_7F7F_7F7F_7F7F) >> 7 & 0x0101_0101_0101_0101
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bytes_hold_the_bit_of_every_plane() {
        let a: Plane = vec![0x8000_0000_0000_0001, 0b1011];
        let b: Plane = vec![0x00FF_00AA_1234_5678, 0b0110];
        let out = bytes(a.iter().zip(&b).map(|(a, b)| [*a, *b]), 68);
        for row in 0..68u32 {
            let want = u8::from(bit(&a, row)) | u8::from(bit(&b, row)) << 1;
            assert_eq!(out[row as usize], want, "row {row}");
        }
        for (chunk, word) in out.chunks(64).zip(&a) {
            assert_eq!(packed(chunk, 1), word & (u64::MAX >> (64 - chunk.len())));
        }
        for (chunk, word) in out.chunks(64).zip(&b) {
            assert_eq!(packed(chunk, 2), word & (u64::MAX >> (64 - chunk.len())));
        }
        for packed in 0..=255u8 {
            for (i, byte) in spread(packed).to_le_bytes().iter().enumerate() {
                assert_eq!(*byte, packed >> i & 1, "{packed:08b}");
            }
        }
    }

    #[test]
    fn ones_are_the_set_rows() {
        let plane: Plane = vec![0b101, 1 << 63, 0b11];
        assert_eq!(ones(&plane, 129).collect::<Vec<_>>(), [0, 2, 127, 128]);
    }
}
