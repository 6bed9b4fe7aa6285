use super::Unfit;
use std::borrow::Cow;

/// Samples of a noise source as the standard reads them: one a byte, of a known width.
///
/// Two views are assessed. *Literal* symbols are numbered `0..alphabet` in order of value,
/// so that gaps do not count as symbols; the *bitstring* is every bit of every sample as it
/// came, most significant first. Source: SP 800-90B §3.1.3, §6.2.
#[derive(Clone, Debug)]
pub struct Symbols<'a> {
    /// The samples as they came.
    raw: &'a [u8],
    /// The samples renumbered.
    literal: Cow<'a, [u8]>,
    /// Distinct symbols, `2..=256`.
    alphabet: usize,
    /// Bits a symbol, `1..=8`.
    width: u32,
}

impl<'a> Symbols<'a> {
    /// `raw` as samples of `width` bits, or of as many as its widest needs.
    ///
    /// # Errors
    /// [`Unfit`] if there is none, one is too wide, or all are equal.
    pub fn new(raw: &'a [u8], width: Option<u32>) -> Result<Self, Unfit> {
        if raw.is_empty() {
            return Err(Unfit::Empty);
        }
        let widest = u8::BITS - raw.iter().fold(0, |all, byte| all | byte).leading_zeros();
        let width = width.unwrap_or(widest.max(1));
        if widest > width {
            let is_wide = |&byte: &u8| u8::BITS - byte.leading_zeros() > width;
            let offset = raw.iter().position(is_wide).unwrap_or(0);
            return Err(Unfit::Wide { offset, symbol: raw[offset], width });
        }
        let mut numbers = [0_u8; 256];
        for &byte in raw {
            numbers[usize::from(byte)] = 1;
        }
        let mut alphabet = 0_usize;
        for number in numbers.iter_mut().filter(|seen| **seen > 0) {
            *number = alphabet as u8;
            alphabet += 1;
        }
        if alphabet < 2 {
            return Err(Unfit::OneSymbol { symbol: raw[0], samples: raw.len() });
        }
        let has_gaps = raw.iter().any(|&byte| numbers[usize::from(byte)] != byte);
        let literal = if has_gaps {
            Cow::Owned(raw.iter().map(|&byte| numbers[usize::from(byte)]).collect())
        } else {
            Cow::Borrowed(raw)
        };
        Ok(Self { raw, literal, alphabet, width })
    }

    /// The samples as they came.
    pub fn raw(&self) -> &'a [u8] {
        self.raw
    }

    /// The samples numbered `0..alphabet` in order of value.
    pub fn literal(&self) -> &[u8] {
        &self.literal
    }

    /// Distinct symbols, `2..=256`.
    pub fn alphabet(&self) -> usize {
        self.alphabet
    }

    /// Bits a symbol, `1..=8`.
    pub fn width(&self) -> u32 {
        self.width
    }

    /// Whether there are exactly two symbols, whatever their width: such samples are a
    /// bitstring themselves.
    pub fn is_binary(&self) -> bool {
        self.alphabet == 2
    }

    /// Whether the samples had to be renumbered.
    pub fn has_gaps(&self) -> bool {
        matches!(self.literal, Cow::Owned(_))
    }

    /// The first `limit` bits of the samples as they came, one a byte.
    pub fn bits(&self, limit: usize) -> Vec<u8> {
        let width = self.width as usize;
        let raw = &self.raw[..self.raw.len().min(limit.div_ceil(width))];
        let mut all = vec![0; raw.len() * width];
        for (bits, &byte) in all.chunks_exact_mut(width).zip(raw) {
            for (shift, bit) in (0..self.width).rev().zip(bits) {
                *bit = byte >> shift & 1;
            }
        }
        all.truncate(limit);
        all
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn gaps_are_closed_in_order_of_value() {
        let symbols = Symbols::new(&[7, 0, 200, 7], None).unwrap();
        assert_eq!((symbols.literal(), symbols.alphabet()), (&[1, 0, 2, 1][..], 3));
        assert!(symbols.has_gaps() && symbols.width() == 8 && !symbols.is_binary());
        assert!(!Symbols::new(&[1, 0, 2, 1], None).unwrap().has_gaps());
    }

    #[test]
    fn bits_are_of_the_samples_as_they_came() {
        let symbols = Symbols::new(&[5, 0, 2], Some(3)).unwrap();
        assert_eq!(symbols.bits(usize::MAX), [1, 0, 1, 0, 0, 0, 0, 1, 0]);
        assert_eq!(symbols.bits(4), [1, 0, 1, 0]);
        assert_eq!(Symbols::new(&[1, 0], Some(2)).unwrap().bits(9), [0, 1, 0, 0]);
    }

    #[test]
    fn what_cannot_be_assessed_says_why() {
        assert_eq!(Symbols::new(&[], None).unwrap_err(), Unfit::Empty);
        let wide = Unfit::Wide { offset: 2, symbol: 9, width: 3 };
        assert_eq!(Symbols::new(&[1, 7, 9, 1], Some(3)).unwrap_err(), wide);
        let same = Unfit::OneSymbol { symbol: 0, samples: 3 };
        assert_eq!(Symbols::new(&[0; 3], None).unwrap_err(), same);
    }
}
