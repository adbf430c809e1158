//! How long something takes: the median of many samples.
//!
//! Short work is repeated within a sample so that reading the clock does not
//! count. The median stands for the run; the machine has other tenants.

use crate::figures::quantile;
use std::hint::black_box;
use std::time::{Duration, Instant};

/// A sample lasts at least this long.
const SAMPLE: Duration = Duration::from_micros(200);
/// Fewer samples than this are taken only where one sample outlasts the budget.
const FEWEST: usize = 5;

/// Work whose result is thrown away.
pub(crate) type Work<'a> = &'a mut dyn FnMut();

/// Nanoseconds for one call of each, taken in turns so that a busy moment of
/// the machine falls on all of them.
pub(crate) fn in_turns<const N: usize>(rounds: u32, budget: Duration, mut each: [Work<'_>; N]) -> [f64; N] {
    let mut samples = [const { Vec::new() }; N];
    for _ in 0..rounds {
        for (work, samples) in each.iter_mut().zip(&mut samples) {
            sample(budget / rounds, work, samples);
        }
    }
    samples.map(|mut s| quantile(&mut s, 0.5))
}

/// Nanoseconds for one call of `work`, the median over the budget. Work that
/// outlasts the budget twice over runs once.
pub(crate) fn measure<T>(budget: Duration, mut work: impl FnMut() -> T) -> f64 {
    let mut samples = Vec::new();
    sample(budget, &mut work, &mut samples);
    quantile(&mut samples, 0.5)
}

fn sample<T>(budget: Duration, work: &mut impl FnMut() -> T, samples: &mut Vec<f64>) {
    let first = once(work);
    if first > budget * 2 {
        samples.push(first.as_nanos() as f64);
        return;
    }
    let repeats = (SAMPLE.as_nanos() / once(work).as_nanos().max(1)).clamp(1, 100_000);
    let start = Instant::now();
    let before = samples.len();
    while start.elapsed() < budget || (samples.len() < before + FEWEST && start.elapsed() < budget * 4) {
        let from = Instant::now();
        for _ in 0..repeats {
            black_box(work());
        }
        samples.push(from.elapsed().as_nanos() as f64 / repeats as f64);
    }
}

fn once<T>(work: &mut impl FnMut() -> T) -> Duration {
    let from = Instant::now();
    black_box(work());
    from.elapsed()
}
