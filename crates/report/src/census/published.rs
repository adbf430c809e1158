//! Counts that may be published: none from 1 to 4, and none to be found by
//! subtracting the others of its row from the row's sum.

use super::Count;

/// Counts below this are hidden.
const SMALL: u32 = 5;

/// Hides the small counts of a row whose sum is known, and with a single
/// hidden one the next larger, so that no difference gives it away.
pub(super) fn hide(row: &mut [&mut Count]) {
    let small = |c: &Count| c.0.is_some_and(|n| n > 0 && n < SMALL);
    let mut hidden = 0;
    for count in row.iter_mut().filter(|c| small(c)) {
        count.0 = None;
        hidden += 1;
    }
    if hidden == 1 {
        let next = row.iter_mut().filter(|c| c.0.is_some_and(|n| n > 0)).min_by_key(|c| c.0);
        if let Some(next) = next {
            next.0 = None;
        }
    }
}

/// Hides in each column of a table whose first row is the sum of the others.
pub(super) fn hide_columns(mut rows: Vec<Vec<&mut Count>>) {
    // A hidden count in a column is given away by the sum and the other rows:
    // where one row of a column is hidden, another must be. Hiding one may
    // uncover another row's, so it is done again until nothing moves.
    let width = rows.iter().map(Vec::len).max().unwrap_or(0);
    loop {
        let mut moved = false;
        for row in rows.iter_mut().skip(1) {
            moved |= only_one(row.iter_mut().map(|c| &mut **c).collect());
        }
        for column in 0..width {
            let cells: Vec<&mut Count> =
                rows.iter_mut().skip(1).filter_map(|r| r.get_mut(column)).map(|c| &mut **c).collect();
            moved |= only_one(cells);
        }
        if !moved {
            return;
        }
    }
}

/// Where exactly one is hidden, hides the smallest other that is not 0; whether it did.
fn only_one(mut cells: Vec<&mut Count>) -> bool {
    if cells.iter().filter(|c| c.0.is_none()).count() != 1 {
        return false;
    }
    let next = cells.iter_mut().filter(|c| c.0.is_some_and(|n| n > 0)).min_by_key(|c| c.0);
    next.is_some_and(|next| {
        next.0 = None;
        true
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn table(rows: &[&[u32]]) -> Vec<Vec<Count>> {
        rows.iter().map(|r| r.iter().map(|n| Count(Some(*n))).collect()).collect()
    }

    #[test]
    fn no_small_count_is_left_and_none_can_be_computed() {
        for seed in 0..500u32 {
            let at = |r: u32, c: u32| (seed * 7 + r * r * 13 + c * 29 + seed * r * c) % 17;
            let parts: Vec<Vec<u32>> = (0..4).map(|r| (0..5).map(|c| at(r, c)).collect()).collect();
            let sum: Vec<u32> = (0..5).map(|c| parts.iter().map(|r| r[c]).sum()).collect();
            let mut all = vec![sum.as_slice()];
            all.extend(parts.iter().map(Vec::as_slice));
            let mut shown = table(&all);
            for row in &mut shown {
                hide(&mut row.iter_mut().collect::<Vec<_>>());
            }
            hide_columns(shown.iter_mut().map(|r| r.iter_mut().collect()).collect());
            for row in &shown {
                assert!(row.iter().all(|c| c.0.is_none_or(|n| n == 0 || n >= SMALL)), "{row:?}");
            }
            for row in shown.iter().skip(1) {
                let hidden: Vec<usize> = (0..5).filter(|c| row[*c].0.is_none()).collect();
                let others = row.iter().any(|c| c.0.is_some_and(|n| n > 0));
                assert!(hidden.len() != 1 || !others, "seed {seed}: {row:?}");
            }
            for c in 0..5 {
                let column: Vec<Count> = shown.iter().skip(1).map(|r| r[c]).collect();
                let hidden = column.iter().filter(|n| n.0.is_none()).count();
                let others = column.iter().any(|n| n.0.is_some_and(|n| n > 0));
                assert!(hidden != 1 || !others, "seed {seed}, column {c}: {column:?}");
            }
        }
    }
}
