//! The one hash of contexts.

/// A context's address in a table: where to look, and how to tell whose slot is there.
#[derive(Clone, Copy, Default)]
pub(crate) struct Address {
    /// Which line.
    pub(crate) line: u32,
    /// Which of the contexts that share the line.
    pub(crate) check: u16,
}

/// 2⁶⁴/φ: the high bits of a product with it depend on every bit of the other factor.
const PHI: u64 = 0x9E37_79B9_7F4A_7C15;

/// Spreads `value` over 64 bits; the high ones are the good ones.
#[inline(always)]
pub(crate) const fn spread(value: u64) -> u64 {
    value.wrapping_mul(PHI)
}

/// Adds `value` to a running hash.
#[inline(always)]
pub(crate) const fn combine(seed: u64, value: u64) -> u64 {
    spread(seed.rotate_left(29) ^ value)
}

/// The address of a context of kind `kind` whose value is `value`.
#[inline(always)]
pub(crate) const fn address(kind: u32, value: u64) -> Address {
    let hash = combine(spread(kind as u64 + 1), value);
    let hash = spread(hash ^ hash >> 32);
    Address { line: (hash >> 32) as u32, check: (hash >> 16) as u16 }
}

impl Address {
    /// All of it in one number, for a state.
    pub(crate) fn to_u64(self) -> u64 {
        u64::from(self.line) << 16 | u64::from(self.check)
    }

    /// The mirror of [`to_u64`](Self::to_u64).
    pub(crate) fn from_u64(number: u64) -> Self {
        Self { line: (number >> 16) as u32, check: number as u16 }
    }

    /// The address of the same context after the high half byte `nibble` of the next byte.
    #[inline(always)]
    pub(crate) const fn after(self, nibble: usize) -> Self {
        let line = self.line.wrapping_add((nibble as u32 + 1).wrapping_mul(0x9E37_79B1));
        Self { line, check: self.check }
    }
}

/// From a context's address to that after the high half byte of the next byte, in a table
/// that keeps both near each other.
#[derive(Clone, Copy)]
pub(crate) struct Step {
    line: u32,
    check: u16,
}

impl Step {
    /// The step over the half byte `nibble`.
    #[inline(always)]
    pub(crate) const fn over(nibble: usize) -> Self {
        let line = (nibble as u32 + 1).wrapping_mul(0x9E37_79B1);
        Self { line, check: line as u16 }
    }

    /// The address after the half byte: in the same pair of lines, so that both are asked
    /// for at once. Many half bytes follow where contexts `are_few`: those are in the same
    /// four lines.
    #[inline(always)]
    pub(crate) const fn from(self, address: Address, are_few: bool) -> Address {
        let line = self.line & if are_few { 3 } else { 1 };
        Address { line: address.line ^ line, check: address.check ^ self.check }
    }
}
