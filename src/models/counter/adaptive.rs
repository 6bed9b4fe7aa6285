//! One context's past → probability.

/// An adaptive probability: a mean of the bits seen, exact at first and exponentially
/// forgetting once [`LIMIT`](Counter::LIMIT) bits have been seen.
///
/// ```text
/// p ← p + (y − p) / (n + 1.5);   n ← min(n + 1, limit)
/// ```
///
/// Layout: P(1) in the high 22 bits, units of 2⁻²²; n in the low 10.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Counter(u32);

impl Counter {
    /// Bits after which the mean forgets; a stationary source wants it large.
    const LIMIT: u32 = 1023;
    const COUNT_MASK: u32 = 1023;

    /// P(1) = ½ from no bits.
    pub(crate) const NEW: Self = Self(1 << 31);

    /// P(1) in units of 2⁻¹⁶, in `0..=65535`.
    #[inline]
    pub(crate) const fn p16(self) -> i32 {
        (self.0 >> 16) as i32
    }

    /// Moves towards `bit`.
    #[inline]
    pub(crate) fn update(&mut self, bit: bool) {
        let n = self.0 & Self::COUNT_MASK;
        let p = i64::from(self.0 >> 10);
        let target = if bit { (1 << 22) - 1 } else { 0 };
        let step = ((target - p) * i64::from(RECIPROCAL[n as usize])) >> 16;
        let next = (p + step) as u32;
        self.0 = (next << 10) | (n + 1).min(Self::LIMIT);
    }
}

/// 1/(n + 1.5) in units of 2⁻¹⁶.
static RECIPROCAL: [u16; 1024] = {
    let mut table = [0; 1024];
    let mut n = 0;
    while n < 1024 {
        table[n] = ((2 << 16) / (2 * n + 3)) as u16;
        n += 1;
    }
    table
};
