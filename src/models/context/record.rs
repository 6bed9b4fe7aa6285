//! Fixed-length records, samples and rows of pixels.

use crate::models::{
    history::History,
    state::{self, Journal, State, StateVisitor, UndoLog},
};

/// The distances at which bytes resemble each other most, found while streaming.
pub(crate) struct RecordContext {
    /// Position of the last occurrence of each pair of bytes.
    last: Box<[u32; 1 << 16]>,
    undo: Journal<u32>,
    /// How often each distance between equal pairs was seen, decaying.
    repeats: Box<[u16; LONGEST + 1]>,
    repeats_undo: Journal<u16>,
    /// How near bytes at each distance were to each other, decaying; larger is nearer.
    /// Entry `i` is distance `LONGEST − i`.
    nearness: Box<[u16; LONGEST]>,
    nearness_undo: UndoLog<[u16; LONGEST]>,
    /// Bytes from one record to the next; 1 while none was found.
    pub(crate) stride: usize,
    /// Bytes of a sample: the stride where it is at most 4, else 1.
    pub(crate) sample: usize,
    /// Bytes of a row of samples, at least one sample; the size of the largest so far while
    /// none was found.
    pub(crate) row: usize,
}

/// Longest record and row considered, bytes.
const LONGEST: usize = 4096;
/// Bytes between two decisions.
const PERIOD: usize = 4096;
/// Repeats that make a distance a stride.
const ENOUGH: u16 = 100;
/// Bytes of each period whose neighbours at every distance are compared.
const PROBES: usize = 16;
/// Shortest row considered, bytes.
const SHORTEST_ROW: usize = 32;

impl RecordContext {
    pub(crate) fn new() -> Self {
        Self {
            last: vec![0; 1 << 16].try_into().expect("the sizes are the same"),
            undo: Journal::off(),
            repeats: Box::new([0; LONGEST + 1]),
            repeats_undo: Journal::off(),
            nearness: Box::new([0; LONGEST]),
            nearness_undo: UndoLog::off(),
            stride: 1,
            sample: 1,
            row: 1,
        }
    }

    /// Learns the byte just pushed to `history`.
    #[inline(always)]
    pub(crate) fn end_of_byte(&mut self, history: &History) {
        let last = &mut self.last[history.recent as usize & 0xFFFF];
        self.undo.note_cell(history.recent as usize & 0xFFFF, *last);
        let distance = (history.position as u32).wrapping_sub(*last) as usize;
        *last = history.position as u32;
        if (2..=LONGEST).contains(&distance) {
            let repeats = &mut self.repeats[distance];
            self.repeats_undo.note_cell(distance, *repeats);
            *repeats = repeats.saturating_add(1);
        }
        if history.position.is_multiple_of(PERIOD) {
            self.decide(history);
        }
    }

    /// Takes the likeliest distances and lets the evidence fade.
    #[cold]
    fn decide(&mut self, history: &History) {
        let stride = most(&self.repeats[2..]) + 2;
        if self.repeats[stride] >= ENOUGH {
            self.stride = stride;
            self.sample = if stride <= 4 { stride } else { 1 };
            self.row = self.row.max(self.sample);
        }
        for (distance, count) in self.repeats.iter_mut().enumerate() {
            self.repeats_undo.note_cell(distance, *count);
            *count -= *count / 4;
        }
        if history.reach() >= 2 * LONGEST {
            self.compare_rows(history);
            let rows = &self.nearness[..LONGEST - SHORTEST_ROW];
            self.row = LONGEST - most(rows);
        }
    }

    /// Adds how near some bytes of the last period are to those at each distance. Bytes
    /// in flat places, which resemble everything, do not vote.
    fn compare_rows(&mut self, history: &History) {
        let mut window = [0; 2 * LONGEST];
        history.copy_last(&mut window);
        self.nearness_undo.note(0, &self.nearness);
        self.nearness.iter_mut().for_each(|nearness| *nearness -= *nearness / 8);
        for probe in 0..PROBES {
            let place = LONGEST + probe * (LONGEST / PROBES);
            let byte = window[place];
            if byte.abs_diff(window[place - self.sample]) < 2 {
                continue;
            }
            for (nearness, other) in self.nearness.iter_mut().zip(&window[place - LONGEST..]) {
                *nearness += 32 - u16::from(byte.abs_diff(*other).min(32));
            }
        }
    }
}

/// The first of the largest counts.
fn most(counts: &[u16]) -> usize {
    (0..counts.len()).fold(0, |best, i| if counts[i] > counts[best] { i } else { best })
}

impl State for RecordContext {
    fn visit(&mut self, visitor: &mut dyn StateVisitor) {
        state::table::<u32, _>(visitor, "last pairs", &mut self.last[..], &mut self.undo);
        state::table::<u16, _>(visitor, "repeats", &mut self.repeats[..], &mut self.repeats_undo);
        let nearness = std::slice::from_mut(&mut *self.nearness);
        state::table::<u16, _>(visitor, "nearness", nearness, &mut self.nearness_undo);
        let scalars: [&mut dyn state::Scalar; 3] =
            [&mut self.stride, &mut self.sample, &mut self.row];
        state::scalars(visitor, "record", scalars);
    }

    fn settle(&mut self) {
        self.stride = self.stride.clamp(1, LONGEST);
        self.sample = self.sample.clamp(1, 4);
        self.row = self.row.clamp(self.sample, LONGEST);
    }
}

#[cfg(test)]
mod tests {
    use crate::{
        coding::CostMeter,
        models::{Level, Model},
    };

    #[test]
    fn a_row_is_never_shorter_than_a_sample() {
        for size in 2..=4 {
            let record = |i: u32| [0xAB, 0xCD, i as u8, (i >> 8) as u8].into_iter().take(size);
            let bytes: Vec<u8> = (0..3000).flat_map(record).collect();
            for number in 3..=9 {
                let spec = Level::new(number).unwrap().spec().fitted(bytes.len() as u64);
                // The distance from one to the other is a difference: it must not go below 0.
                Model::new(&spec).encode(&bytes, &mut CostMeter::new());
            }
        }
    }
}
