use super::{FrameEncoder, Options, run};

/// Where the bytes of a frame go: the model's surprise, the coder, the container.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Bill {
    /// Ideal code length under the model, Σ −log₂ p, in bits.
    pub ideal_bits: f64,
    /// Bytes of code that the coder made of it; of what is stored, the bytes themselves.
    pub code_bytes: u64,
    /// Bytes of headers, checks and marks around the code.
    pub container_bytes: u64,
}

impl Bill {
    /// Bytes of the whole frame.
    pub fn frame_bytes(&self) -> u64 {
        self.code_bytes + self.container_bytes
    }
}

impl std::ops::AddAssign for Bill {
    fn add_assign(&mut self, other: Self) {
        self.ideal_bits += other.ideal_bits;
        self.code_bytes += other.code_bytes;
        self.container_bytes += other.container_bytes;
    }
}

impl std::iter::Sum for Bill {
    fn sum<I: Iterator<Item = Self>>(bills: I) -> Self {
        bills.fold(Self::default(), |mut total, bill| {
            total += bill;
            total
        })
    }
}

/// The bill of [`compress`](super::compress) for the same arguments: both run the same code
/// over the same bits, this one with a meter beside the coder.
///
/// # Panics
/// As [`compress`](super::compress).
pub fn bill(content: &[u8], options: &Options) -> Bill {
    let mut encoder = FrameEncoder::metered(options.clone());
    let frame = run(&mut encoder, content).expect("no length is announced, and a Vec never fails");
    let bill = encoder.bill();
    Bill { container_bytes: (frame.len() as u64).saturating_sub(bill.code_bytes), ..bill }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::compress;

    /// Letters by chance, so that no copy of earlier ones is worth taking out.
    fn text(bytes: usize) -> Vec<u8> {
        let chance = |i: u64| (i.wrapping_mul(0x9E37_79B9_7F4A_7C15) ^ i << 32).wrapping_mul(i | 1);
        (0..bytes as u64).map(|i| b"surprise"[(chance(i) >> 61) as usize]).collect()
    }

    #[test]
    fn the_bill_adds_up_to_the_frame() {
        for length in [0, 1, 100, 5_000, 40_000] {
            let content = text(length);
            let options = Options::default().block_bytes(10_000).segment_bytes(25_000);
            let bill = bill(&content, &options);
            let frame = compress(&content, &options).len() as u64;
            assert_eq!(bill.frame_bytes(), frame, "{length} bytes");
            assert_eq!(bill.ideal_bits > 0.0, length > 0);
        }
    }

    #[test]
    fn the_coder_adds_at_most_a_word_a_block_and_a_hundredth_of_a_percent() {
        let bill = bill(&text(400_000), &Options::default());
        let ideal = bill.ideal_bits / 8.0;
        let overhead = bill.code_bytes as f64 - ideal;
        // The zeros at the end of a code are not written: that may save a word.
        assert!((-4.0..8.0 + ideal * 1e-4).contains(&overhead), "{overhead} bytes over {ideal}");
    }
}
