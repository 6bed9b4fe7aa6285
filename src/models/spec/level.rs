//! The table of compression levels.

use super::{BwtMethod, BwtSpec, MixSpec, ModelSpec};
use crate::models::context::{
    ContextKind as K,
    list::{self, ContextList},
};

/// A compression level, `1..=9`: a row of the table of models.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Level(u8);

/// What a level from 3 up is made of, at full memory.
struct Row {
    contexts: &'static [K],
    layers: u8,
    sets: u8,
    refinements: u8,
    match_lengths: &'static [u8],
    log2_lines: u8,
    log2_history: u8,
    start_weight: u8,
    first_rate: u16,
    last_rate: u16,
}

#[rustfmt::skip]
const ROWS: [Row; 7] = {
    let five:        Parts = (&list::Five::KINDS,       1, 3, 0);
    let seven:       Parts = (&list::Seven::KINDS,      1, 3, 0);
    let eight:       Parts = (&list::Eight::KINDS,      1, 4, 0);
    let thirteen:    Parts = (&list::Thirteen::KINDS,   1, 4, 1);
    let twenty:      Parts = (&list::Twenty::KINDS,     1, 4, 2);
    let thirty_two:  Parts = (&list::ThirtyTwo::KINDS,  2, 6, 6);
    let sixty:       Parts = (&list::Sixty::KINDS,      2, 10, 6);
    [
        row(five,        &[6],     20, 24, 60, (400, 60)), // 3
        row(seven,       &[6],     20, 24, 60, (400, 50)), // 4
        row(eight,       &[6],     20, 25, 55, (400, 45)), // 5
        row(thirteen,    &[6],     21, 25, 45, (350, 32)), // 6
        row(twenty,      &[6],     22, 26, 38, (260, 28)), // 7
        row(thirty_two,  &[5, 12], 23, 26, 12, (500, 60)), // 8
        row(sixty,       &[5, 12], 24, 27,  7, (500, 45)), // 9
    ]
};

/// Contexts, layers of mixing, weight sets, refinements.
type Parts = (&'static [K], u8, u8, u8);

const fn row(
    (contexts, layers, sets, refinements): Parts,
    match_lengths: &'static [u8],
    log2_lines: u8,
    log2_history: u8,
    start_weight: u8,
    (first_rate, last_rate): (u16, u16),
) -> Row {
    Row {
        contexts,
        layers,
        sets,
        refinements,
        match_lengths,
        log2_lines,
        log2_history,
        start_weight,
        first_rate,
        last_rate,
    }
}

impl Level {
    /// Level 5.
    pub const DEFAULT: Self = Self(5);
    /// The quickest level.
    pub const MIN: Self = Self(1);
    /// The strongest level.
    pub const MAX: Self = Self(9);

    /// Level `number`, if there is one.
    pub const fn new(number: u8) -> Option<Self> {
        if matches!(number, 1..=9) { Some(Self(number)) } else { None }
    }

    /// The number on the command line.
    pub const fn number(self) -> u8 {
        self.0
    }

    /// The model of this level, at full memory.
    pub fn spec(self) -> ModelSpec {
        let Some(row) = usize::from(self.0).checked_sub(3).map(|row| &ROWS[row]) else {
            let method = if self.0 == 1 { BwtMethod::Runs } else { BwtMethod::Segments };
            return ModelSpec::Bwt(BwtSpec { method, block_bytes: self.block_bytes() as u32 });
        };
        ModelSpec::Mix(MixSpec {
            contexts: row.contexts.to_vec(),
            layers: row.layers,
            sets: row.sets,
            refinements: row.refinements,
            match_lengths: row.match_lengths.to_vec(),
            log2_lines: row.log2_lines,
            log2_history: row.log2_history,
            start_weight: row.start_weight,
            first_rate: row.first_rate,
            last_rate: row.last_rate,
        })
    }

    /// Bytes of input that references to earlier copies reach back at most.
    pub const fn window_bytes(self) -> u64 {
        match self.0 {
            1 | 2 => 12 << 20,
            3 | 4 => 256 << 20,
            _ => 1 << 30,
        }
    }

    /// Bytes of input that one block of this level holds at most.
    pub const fn block_bytes(self) -> usize {
        match self.0 {
            1 => 11 << 20,
            2 => 10 << 20,
            _ => 4 << 20,
        }
    }
}

impl Default for Level {
    fn default() -> Self {
        Self::DEFAULT
    }
}
