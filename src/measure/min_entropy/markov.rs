#![expect(clippy::disallowed_methods, reason = "logarithms are what is measured")]

/// §6.3.3: the likeliest 128 bits of a first-order chain.
///
/// Bits only. P₀ is taken over all bits, transitions over all but the last. A row that was
/// never left has no transitions. The estimate has no confidence interval.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Markov {
    /// P(0) and P(1).
    pub initial: [f64; 2],
    /// P(next | current), by current and next.
    pub transitions: [[f64; 2]; 2],
    /// Cost of the likeliest 128 bits, in bits, at most 128.
    pub bits: f64,
    /// What the likeliest 128 bits look like: `011…1`.
    pub path: &'static str,
}

/// Length of the paths that are compared, in bits.
const LENGTH: f64 = 128.0;

impl Markov {
    /// Of at least two bits, one a byte.
    pub fn of(bits: &[u8]) -> Self {
        let mut counts = [[0_u64; 2]; 2];
        for pair in bits.windows(2) {
            counts[usize::from(pair[0])][usize::from(pair[1])] += 1;
        }
        let transitions = counts.map(|row| match row[0] + row[1] {
            0 => [0.0; 2],
            total => {
                let zero = row[0] as f64 / total as f64;
                [zero, 1.0 - zero]
            }
        });
        let ones: u64 = bits.iter().map(|&bit| u64::from(bit)).sum();
        let p_0 = (bits.len() as u64 - ones) as f64 / bits.len() as f64;
        let initial = [p_0, 1.0 - p_0];
        let (path, bits) = likeliest(initial, transitions);
        Self { initial, transitions, bits, path }
    }

    /// min(cost / 128, 1), in bits a bit.
    pub fn min_entropy(&self) -> f64 {
        (self.bits / LENGTH).min(1.0)
    }
}

/// The likeliest of the six paths that can be, and its cost in bits, at most 128.
///
/// A path that needs a transition never seen is impossible and left out.
fn likeliest(initial: [f64; 2], p: [[f64; 2]; 2]) -> (&'static str, f64) {
    let step = |from: usize, to: usize, times: f64| (p[from][to], times);
    let paths = [
        ("00…0", 0, vec![step(0, 0, 127.0)]),
        ("0101…01", 0, vec![step(0, 1, 64.0), step(1, 0, 63.0)]),
        ("011…1", 0, vec![step(0, 1, 1.0), step(1, 1, 126.0)]),
        ("100…0", 1, vec![step(1, 0, 1.0), step(0, 0, 126.0)]),
        ("1010…10", 1, vec![step(1, 0, 64.0), step(0, 1, 63.0)]),
        ("11…1", 1, vec![step(1, 1, 127.0)]),
    ];
    let possible = paths.iter().filter(|(_, _, steps)| steps.iter().all(|&(p, _)| p > 0.0));
    let costs = possible.map(|(path, start, steps)| {
        let first = -initial[*start].log2();
        (*path, steps.iter().fold(first, |cost, &(p, times)| cost - times * p.log2()))
    });
    costs.fold(("any", LENGTH), |best, path| if path.1 < best.1 { path } else { best })
}

#[cfg(test)]
#[expect(clippy::float_cmp, reason = "exact where it says exact")]
mod tests {
    use super::*;

    #[test]
    fn an_alternation_costs_its_first_bit() {
        let bits: Vec<u8> = (0..1000).map(|i| u8::from(i % 2 == 1)).collect();
        let markov = Markov::of(&bits);
        assert_eq!((markov.bits, markov.path), (1.0, "0101…01"));
        assert_eq!(markov.min_entropy(), 1.0 / 128.0);
    }
}
