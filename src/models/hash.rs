//! The one hash of contexts.

/// Spreads `value` over 32 bits: multiplication by an odd constant near 2³²/φ, whose
/// high bits depend on every bit below them. Use the high bits.
#[inline]
pub(crate) const fn spread(value: u32) -> u32 {
    value.wrapping_mul(0x9E37_79B1)
}

/// Adds `value` to a running hash `seed`; the high bits of the result are the good ones.
#[inline]
pub(crate) const fn combine(seed: u32, value: u32) -> u32 {
    spread(seed ^ value).rotate_left(15) ^ value
}
