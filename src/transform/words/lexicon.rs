//! The list of English words and the code of each.

use std::{ops::Range, sync::LazyLock};

/// 40,000 lower-case words, a line each, the most frequent first: 349,254 bytes. Each is
/// longer than its code. Counted over public-domain books, plays and an encyclopaedia and
/// over manuals of free software, none of them in the corpora; ranked by their frequency
/// to the power 0.8, summed over these texts, so that no text rules.
static ENGLISH: &str = include_str!("english.txt");

/// Letters of the longest word.
pub(super) const LONGEST: usize = 20;
/// The first of the bytes that codes are made of; they end at FF.
pub(super) const FIRST_CODE_BYTE: u8 = 0x80;
/// Values of a code byte.
const RADIX: usize = 128;
/// Words whose code is one byte. 64 and 96 differ by 0.1 %.
const SINGLES: usize = 80;
/// First bytes of codes of two bytes. The three that are left start codes of three.
const PAIR_LEADS: usize = 45;
/// Words whose code is two bytes.
const PAIRS: usize = PAIR_LEADS * RADIX;

/// Looks words up by their letters and by their code.
pub(super) struct Lexicon {
    /// Where each word is in [`ENGLISH`], by rank; each ends a byte before the next.
    starts: Vec<u32>,
    /// Rank + 1 of the words whose hash is that of the slot or shortly before, 0 if none.
    slots: Vec<u16>,
}

const LOG2_SLOTS: u32 = 17;

/// Built when the first text needs it.
static LEXICON: LazyLock<Lexicon> = LazyLock::new(Lexicon::build);

impl Lexicon {
    pub(super) fn get() -> &'static Self {
        &LEXICON
    }

    fn build() -> Self {
        let mut lexicon = Self { starts: vec![0], slots: vec![0; 1 << LOG2_SLOTS] };
        let (mut rank, mut hash) = (0, 0);
        for (&byte, at) in ENGLISH.as_bytes().iter().zip(1..) {
            if byte == b'\n' {
                rank += 1;
                let free = lexicon.chain(hash).find(|&slot| lexicon.slots[slot] == 0);
                lexicon.slots[free.expect("there are more slots than words")] = rank;
                lexicon.starts.push(at);
                hash = 0;
            } else {
                hash = hash_on(hash, byte);
            }
        }
        lexicon
    }

    /// The slots where words with `hash` may be, in the order in which they are taken.
    fn chain(&self, hash: u32) -> impl Iterator<Item = usize> + use<> {
        let mask = self.slots.len() - 1;
        let first = (hash >> (32 - LOG2_SLOTS)) as usize;
        (first..=first + mask).map(move |slot| slot & mask)
    }

    /// The rank of the word of these `letters`, whichever are capitals; `hash` is that of the
    /// word in lower case.
    #[inline]
    pub(super) fn rank(&self, letters: &[u8], hash: u32) -> Option<usize> {
        if letters.len() > LONGEST {
            return None;
        }
        for slot in self.chain(hash) {
            let rank = usize::from(self.slots[slot].checked_sub(1)?);
            let word = self.word(rank)?;
            // A letter with the bit for 32 is lower case.
            let mut pairs = word.iter().zip(letters);
            if word.len() == letters.len() && pairs.all(|(&lower, letter)| lower == letter | 32) {
                return Some(rank);
            }
        }
        None
    }

    /// The word with `rank`, if there is one.
    pub(super) fn word(&self, rank: usize) -> Option<&'static [u8]> {
        let range: Range<usize> =
            *self.starts.get(rank)? as usize..(*self.starts.get(rank + 1)? - 1) as usize;
        Some(&ENGLISH.as_bytes()[range])
    }
}

/// The hash of a word of one more `letter`; that of no letter is 0.
#[inline(always)]
pub(super) fn hash_on(hash: u32, letter: u8) -> u32 {
    (hash ^ u32::from(letter)).wrapping_mul(0x9E37_79B1).rotate_left(7)
}

/// Appends the code of the word with `rank`:
///
/// ```text
/// r < 80                   80 + r
/// r' = r − 80 < 45·128     D0 + r'/128,    80 + r' mod 128
/// r" = r' − 45·128         FD + r"/128²,   80 + r"/128 mod 128,  80 + r" mod 128
/// ```
pub(super) fn put_code(rank: usize, out: &mut Vec<u8>) {
    let digit = |value: usize| FIRST_CODE_BYTE + (value % RADIX) as u8;
    if rank < SINGLES {
        out.push(digit(rank));
    } else if rank < SINGLES + PAIRS {
        let rank = rank - SINGLES;
        out.extend([digit(SINGLES + rank / RADIX), digit(rank)]);
    } else {
        let rank = rank - SINGLES - PAIRS;
        let lead = SINGLES + PAIR_LEADS + rank / (RADIX * RADIX);
        out.extend([digit(lead), digit(rank / RADIX), digit(rank)]);
    }
}

/// Takes a code off the front of `bytes` and gives its rank: the mirror of [`put_code`].
pub(super) fn take_code(bytes: &mut &[u8]) -> Option<usize> {
    let mut digit = || {
        let (&byte, rest) = bytes.split_first()?;
        *bytes = rest;
        byte.checked_sub(FIRST_CODE_BYTE).map(usize::from)
    };
    let lead = digit()?;
    if lead < SINGLES {
        Some(lead)
    } else if lead < SINGLES + PAIR_LEADS {
        Some(SINGLES + (lead - SINGLES) * RADIX + digit()?)
    } else {
        let high = (lead - SINGLES - PAIR_LEADS) * RADIX + digit()?;
        Some(SINGLES + PAIRS + high * RADIX + digit()?)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use xxhash_rust::xxh3::xxh3_64;

    fn hash(word: &str) -> u32 {
        word.bytes().fold(0, hash_on)
    }

    /// As FORMAT.md has it.
    const DIGEST: u64 = 0x9274_911B_B3B5_10D0;

    #[test]
    fn the_words_are_those_of_the_format() {
        assert_eq!(xxh3_64(ENGLISH.as_bytes()), DIGEST, "a change needs a new transform id");
        let mut lines: Vec<_> = ENGLISH.lines().collect();
        assert_eq!(lines.len(), 40_000);
        let is_word = |word: &&str| {
            (2..=LONGEST).contains(&word.len()) && word.bytes().all(|b| b.is_ascii_lowercase())
        };
        assert!(lines.iter().all(is_word));
        lines.sort_unstable();
        lines.dedup();
        assert_eq!(lines.len(), 40_000);
    }

    #[test]
    fn every_word_is_found_by_its_letters_and_by_its_code() {
        let lexicon = Lexicon::get();
        for (rank, word) in ENGLISH.lines().enumerate() {
            assert_eq!(lexicon.rank(word.as_bytes(), hash(word)), Some(rank));
            assert_eq!(lexicon.rank(word.to_uppercase().as_bytes(), hash(word)), Some(rank));
            let mut code = Vec::new();
            put_code(rank, &mut code);
            let mut rest = &code[..];
            assert_eq!(take_code(&mut rest), Some(rank));
            assert!(rest.is_empty() && code.len() < word.len(), "{word}");
        }
        assert_eq!(lexicon.rank(b"xqz", hash("xqz")), None);
        assert_eq!(lexicon.word(40_000), None);
    }

    #[test]
    fn a_cut_code_is_refused() {
        for code in [&[][..], &[0xD0], &[0xD0, 0x41], &[0xFD, 0x80], &[0xFF, 0x80, 0x7F]] {
            assert_eq!(take_code(&mut &code[..]), None, "{code:x?}");
        }
    }
}
