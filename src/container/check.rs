//! XXH3-64, cut to the width that each place affords.

use super::BlockKind;
use xxhash_rust::xxh3::{Xxh3Default, xxh3_64, xxh3_64_with_seed};

/// Check of a block: the low 32 bits of the XXH3-64 of its content, seeded with the
/// XXH3-64 of its payload unless that is the stored content (seed 0).
///
/// The last bits of a code may change without changing what it decodes to; the seed makes
/// such damage known too.
pub fn block_check(kind: BlockKind, content: &[u8], payload: &[u8]) -> u32 {
    let seed = if kind == BlockKind::Stored { 0 } else { xxh3_64(payload) };
    xxh3_64_with_seed(content, seed) as u32
}

/// Check of the fields of a header: the low 32 bits of their XXH3-64.
pub(super) fn header_check(fields: &[u8]) -> u32 {
    xxh3_64(fields) as u32
}

/// Check of the fields of a block header: the low 16 bits of their XXH3-64.
pub(super) fn block_header_check(fields: &[u8]) -> u16 {
    xxh3_64(fields) as u16
}

/// Check of the whole content of a frame, block after block: XXH3-64.
#[derive(Clone, Default)]
pub struct ContentCheck(Xxh3Default);

impl ContentCheck {
    /// Takes the next bytes of the content.
    pub fn update(&mut self, content: &[u8]) {
        self.0.update(content);
    }

    /// XXH3-64 of all content taken.
    pub fn digest(&self) -> u64 {
        self.0.digest()
    }
}
