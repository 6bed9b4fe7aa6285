/// `SplitMix64`: 64-bit numbers from a counter, the same on every machine.
///
/// Source: Steele, Lea, Flood, "Fast splittable pseudorandom number generators",
/// OOPSLA 2014, figure 15.
#[derive(Clone, Debug)]
pub struct SplitMix64 {
    counter: u64,
}

impl SplitMix64 {
    /// The numbers that `seed` gives.
    pub fn new(seed: u64) -> Self {
        Self { counter: seed }
    }

    /// The next 64 bits, uniform.
    #[expect(clippy::should_implement_trait, reason = "endless: there is no None")]
    pub fn next(&mut self) -> u64 {
        self.counter = self.counter.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let z = self.counter;
        let z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        let z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ (z >> 31)
    }

    /// A multiple of 2⁻⁵³ in `[0, 1)`, uniform and exact.
    pub fn unit(&mut self) -> f64 {
        (self.next() >> 11) as f64 / (1_u64 << 53) as f64
    }

    /// True with probability `p`.
    pub(super) fn chance(&mut self, p: f64) -> bool {
        self.unit() < p
    }

    /// A number below `bound`, uniform up to 2⁻⁶⁴ · `bound`.
    pub fn below(&mut self, bound: u64) -> u64 {
        ((u128::from(self.next()) * u128::from(bound)) >> 64) as u64
    }

    /// Puts `items` in a random order (Fisher–Yates).
    pub fn shuffle<T>(&mut self, items: &mut [T]) {
        for last in (1..items.len()).rev() {
            items.swap(last, self.below(last as u64 + 1) as usize);
        }
    }

    /// Four bits, `0..=15`, uniform.
    pub(super) fn nibble(&mut self) -> u8 {
        (self.next() >> 60) as u8
    }
}

#[cfg(test)]
mod tests {
    use super::SplitMix64;

    #[test]
    fn numbers_are_those_of_the_reference() {
        let mut random = SplitMix64::new(0);
        let numbers = [random.next(), random.next(), random.next()];
        assert_eq!(numbers, [0xe220_a839_7b1d_cdaf, 0x6e78_9e6a_a1b9_65f4, 0x06c4_5d18_8009_454f]);
        let mut random = SplitMix64::new(1);
        let units = [random.unit().to_bits(), random.unit().to_bits()];
        assert_eq!(units, [0.566_561_575_172_280_9, 0.745_781_757_262_701_1].map(f64::to_bits));
    }
}
