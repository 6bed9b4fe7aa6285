//! A set of positions, taken out lowest first.

/// A set of numbers below a limit of at most 2²⁴.
///
/// Bit `i` of a level says whether word `i` of the level below has any bit, so the lowest
/// number is four words away however few there are.
pub(super) struct Marks {
    levels: [Vec<u64>; 4],
}

impl Marks {
    /// Memory of a set of numbers below `limit`, in bytes.
    pub(super) const fn bytes(limit: u64) -> u64 {
        limit / 8 + limit / 256 + 64
    }

    /// The empty set of numbers below `limit`.
    pub(super) fn below(limit: usize) -> Self {
        let mut words = limit;
        let levels = std::array::from_fn(|_| {
            words = words.div_ceil(64).max(1);
            vec![0; words]
        });
        debug_assert!(words == 1, "the top level is one word");
        Self { levels }
    }

    /// Adds `number`; one beyond the limit is ignored.
    #[inline(always)]
    pub(super) fn add(&mut self, mut number: usize) {
        for level in &mut self.levels {
            let Some(word) = level.get_mut(number / 64) else { return };
            let others = *word;
            *word |= 1 << (number % 64);
            if others != 0 {
                return;
            }
            number /= 64;
        }
    }

    /// The lowest number.
    #[inline(always)]
    pub(super) fn lowest(&self) -> Option<usize> {
        if self.levels[3][0] == 0 {
            return None;
        }
        let lower = |at: usize, level: &Vec<u64>| at * 64 + level[at].trailing_zeros() as usize;
        Some(self.levels.iter().rev().fold(0, lower))
    }

    /// Takes the lowest number out if it is below `end`.
    #[inline(always)]
    pub(super) fn take_below(&mut self, end: usize) -> Option<usize> {
        let lowest = self.lowest().filter(|&number| number < end)?;
        let mut number = lowest;
        for level in &mut self.levels {
            let word = &mut level[number / 64];
            *word &= *word - 1;
            if *word != 0 {
                break;
            }
            number /= 64;
        }
        Some(lowest)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::collections::BTreeSet;

    proptest! {
        #[test]
        fn numbers_come_out_once_and_in_order(
            numbers in prop::collection::vec(0usize..1 << 24, 0..200),
            limit in 1usize..=1 << 24,
        ) {
            let mut marks = Marks::below(limit);
            for &number in &numbers {
                marks.add(number % limit);
            }
            let sorted: BTreeSet<_> = numbers.iter().map(|number| number % limit).collect();
            let taken: Vec<_> = std::iter::from_fn(|| marks.take_below(limit)).collect();
            prop_assert_eq!(taken, sorted.into_iter().collect::<Vec<_>>());
            prop_assert_eq!(marks.lowest(), None);
        }
    }

    #[test]
    fn what_lies_beyond_is_ignored_and_what_is_not_below_stays() {
        let mut marks = Marks::below(100);
        marks.add(1 << 24);
        assert_eq!(marks.lowest(), None);
        marks.add(70);
        assert_eq!((marks.take_below(70), marks.take_below(71)), (None, Some(70)));
    }
}
