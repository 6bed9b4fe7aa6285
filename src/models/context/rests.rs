//! Rests of samples: what surrounds tells how large the next one is.

use crate::models::history::History;

/// How rests of predicted samples lie in the bytes that a model is given next: folded to
/// unsigned numbers, highest byte first.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RestLayout {
    /// Offset of the first rest from the start of the bytes.
    pub start: usize,
    /// Bytes of a rest, `1..=4`.
    pub width: usize,
    /// Bytes from a rest to the next one of its channel, a multiple of `width`.
    pub frame: usize,
    /// Bytes from a rest to the one in the next row; 0 if there are no rows.
    pub row: usize,
}

/// Rests in the bytes at hand.
#[derive(Clone, Copy)]
pub(super) struct RestContext {
    layout: RestLayout,
    /// Position of the first rest, as the history counts.
    start: usize,
}

impl RestContext {
    /// Rests in `layout` in the bytes that follow `history`.
    pub(super) fn new(layout: RestLayout, history: &History) -> Self {
        Self { layout, start: history.position.wrapping_add(layout.start) }
    }

    /// Half the logarithm of the rests around the next one, what is known of it, and which of
    /// its bytes comes next.
    pub(super) fn value(&self, history: &History) -> u64 {
        let RestLayout { width, frame, row, .. } = self.layout;
        let known = history.position.wrapping_sub(self.start) % width;
        let rest = |distance: usize| {
            let bytes = (0..width).map(|byte| u64::from(history.back(distance + known - byte)));
            bytes.fold(0, |value, byte| value << 8 | byte)
        };
        let around = if row == 0 {
            4 * rest(frame) + 2 * rest(2 * frame) + rest(3 * frame) + rest(4 * frame)
        } else {
            2 * (rest(frame) + rest(row)) + rest(row + frame) + rest(row - frame)
        };
        // What is known of the rest; before that, how large the one of the channel before is.
        let beside = match known {
            0 if frame == width => 0,
            0 => log2_quarters(rest(width)) / 4,
            _ => history.recent & (u64::MAX >> (64 - 8 * known as u32)),
        };
        log2_quarters(around) | (known as u64) << 8 | beside << 16
    }
}

/// ⌊4 log₂(value + 1)⌋, nearly: linear between powers of two. `0..=255`.
fn log2_quarters(value: u64) -> u64 {
    let value = value + 1;
    let whole = value.ilog2();
    u64::from(whole) * 4 + (value << 2 >> whole & 3)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quarters_of_logarithms_ascend() {
        assert_eq!([0, 1, 2, 3, 4, 7].map(log2_quarters), [0, 4, 6, 8, 9, 12]);
        let all: Vec<u64> = (0..70_000).map(log2_quarters).collect();
        assert!(all.is_sorted());
    }
}
