//! The list of English words and the code of each.

use super::{
    FIRST_CODE_BYTE, run_of,
    window::{GROUP, LOWER},
};
use std::{ops::Range, sync::LazyLock};

/// 40,000 lower-case words, a line each, the most frequent first: 349,254 bytes. Each is
/// longer than its code. Counted over public-domain books, plays and an encyclopaedia and
/// over manuals of free software, none of them in the corpora; ranked by their frequency
/// to the power 0.8, summed over these texts, so that no text rules.
static ENGLISH: &str = include_str!("english.txt");

/// Letters of the longest word.
pub(super) const LONGEST: usize = 20;
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
    /// Each word of sixteen letters at most is in the slot of its hash or in the first that was
    /// free after it, so that one line of memory tells all of a frequent word.
    slots: Box<[Slot; SLOTS]>,
    /// The few longer ones.
    long: Vec<(&'static str, Code)>,
}

/// A word and its code.
#[derive(Clone, Copy, Default)]
struct Slot {
    /// The first eight letters.
    head: u64,
    /// [`packed`] letters behind them, then 24 bits of code. 0 if there is no word.
    rest: u64,
}

const LOG2_SLOTS: u32 = 16;
const SLOTS: usize = 1 << LOG2_SLOTS;

/// Built when the first text needs it.
static LEXICON: LazyLock<Lexicon> = LazyLock::new(Lexicon::build);

impl Lexicon {
    pub(super) fn get() -> &'static Self {
        &LEXICON
    }

    fn build() -> Self {
        let slots = vec![Slot::default(); SLOTS].into_boxed_slice().try_into();
        let slots = slots.unwrap_or_else(|_| unreachable!("these are as many"));
        let mut lexicon = Self { starts: vec![0], slots, long: Vec::new() };
        let mut start = 0;
        while start < ENGLISH.len() {
            let code = Code::of(lexicon.starts.len() - 1);
            let (letters, [head, behind]) = line_at(start);
            if letters > 2 * GROUP {
                lexicon.long.push((&ENGLISH[start..start + letters], code));
            } else {
                let behind = packed(behind);
                let free = chain(hash(head, behind)).find(|&slot| lexicon.slots[slot].rest == 0);
                lexicon.slots[free.expect("there are more slots than words")] =
                    Slot { head, rest: behind << CODE_BITS | u64::from(code.bytes) };
            }
            start += letters + 1;
            lexicon.starts.push(start as u32);
        }
        lexicon
    }

    /// The code of the word of these `letters`, whichever are capitals.
    pub(super) fn code(&self, letters: &[u8]) -> Option<Code> {
        if let Some((head, behind)) = parts(letters) {
            return self.code_of(head, behind);
        }
        let is_it = |word: &str| word.as_bytes().eq_ignore_ascii_case(letters);
        self.long.iter().find(|(word, _)| is_it(word)).map(|&(_, code)| code)
    }

    /// The code of the word of these first eight letters, lower case, and those [`packed`]
    /// `behind` them.
    #[inline(always)]
    pub(super) fn code_of(&self, head: u64, behind: u64) -> Option<Code> {
        for slot in chain(hash(head, behind)) {
            let slot = &self.slots[slot];
            if slot.head == head && slot.rest >> CODE_BITS == behind {
                // An empty slot is no word: it has no head.
                return Some(Code { bytes: slot.rest as u32 & ((1 << CODE_BITS) - 1) });
            }
            if slot.rest == 0 {
                return None;
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

/// How many letters the word at `start` in [`ENGLISH`] has, and the first sixteen, zeros if
/// there are fewer. All at once: a loop to the line's end is left at another place each time.
fn line_at(start: usize) -> (usize, [u64; 2]) {
    let rest = &ENGLISH.as_bytes()[start..];
    let groups = rest.first_chunk().copied().unwrap_or_else(|| {
        let mut groups = [b'\n'; 2 * GROUP];
        groups[..rest.len()].copy_from_slice(rest);
        groups
    });
    let groups = u128::from_le_bytes(groups);
    // A letter has the bit for 64, a line's end has not.
    let ends = !groups & (u128::from(2 * LOWER) << 64 | u128::from(2 * LOWER));
    let letters = if ends == 0 {
        run_of(rest, |byte| byte != b'\n')
    } else {
        ends.trailing_zeros() as usize / 8
    };
    let kept = u128::MAX.checked_shr(128 - 8 * letters.min(2 * GROUP) as u32).unwrap_or(0);
    let groups = groups & kept;
    (letters, [groups as u64, (groups >> 64) as u64])
}

/// Bits of the longest code.
const CODE_BITS: u32 = 24;

/// The first eight of a word's letters in lower case, the first lowest, zeros if there are
/// fewer; and those behind them [`packed`]. None if these are more than eight.
fn parts(letters: &[u8]) -> Option<(u64, u64)> {
    if letters.len() > 2 * GROUP {
        return None;
    }
    let all = letters.iter().rev().fold(0, |all: u128, &letter| all << 8 | u128::from(letter | 32));
    Some((all as u64, packed((all >> 64) as u64)))
}

/// Eight letters of either case in five bits each; zeros stay zeros.
#[inline(always)]
pub(super) fn packed(letters: u64) -> u64 {
    /// Moves every other group of bits down, over the `zeros` before it.
    #[inline(always)]
    fn join(groups: u64, every_other: u64, zeros: u32) -> u64 {
        groups & !every_other | (groups & every_other) >> zeros
    }
    let fives = letters & (LOWER - LOWER / 0x20);
    let tens = join(fives, 0xFF00_FF00_FF00_FF00, 3);
    let twenties = join(tens, 0xFFFF_0000_FFFF_0000, 6);
    join(twenties, 0xFFFF_FFFF_0000_0000, 12)
}

/// The slot of a word's head and the letters behind it.
#[inline(always)]
fn hash(head: u64, behind: u64) -> usize {
    let mixed = (head ^ behind.rotate_left(29)).wrapping_mul(0x9E37_79B9_7F4A_7C15);
    (mixed >> (u64::BITS - LOG2_SLOTS)) as usize
}

/// The slots where words with `hash` may be, in the order in which they are taken.
#[inline(always)]
fn chain(hash: usize) -> impl Iterator<Item = usize> {
    (hash..hash + SLOTS).map(|slot| slot % SLOTS)
}

/// The bytes that stand for a word.
///
/// ```text
/// r < 80                   80 + r
/// r' = r − 80 < 45·128     D0 + r'/128,    80 + r' mod 128
/// r" = r' − 45·128         FD + r"/128²,   80 + r"/128 mod 128,  80 + r" mod 128
/// ```
#[derive(Clone, Copy)]
pub(super) struct Code {
    /// The first byte is lowest; zeros if there are fewer than three.
    pub(super) bytes: u32,
}

impl Code {
    /// That of the word with `rank`.
    fn of(rank: usize) -> Self {
        let digit = |value: usize| FIRST_CODE_BYTE + (value % RADIX) as u8;
        let bytes = if rank < SINGLES {
            [digit(rank), 0, 0, 0]
        } else if rank < SINGLES + PAIRS {
            let rank = rank - SINGLES;
            [digit(SINGLES + rank / RADIX), digit(rank), 0, 0]
        } else {
            let rank = rank - SINGLES - PAIRS;
            let lead = SINGLES + PAIR_LEADS + rank / (RADIX * RADIX);
            [digit(lead), digit(rank / RADIX), digit(rank), 0]
        };
        Self { bytes: u32::from_le_bytes(bytes) }
    }

    /// Its bytes: one to three.
    #[inline(always)]
    pub(super) fn len(self) -> usize {
        1 + usize::from(self.bytes > 0xFF) + usize::from(self.bytes > 0xFFFF)
    }
}

/// Takes a code off the front of `bytes` and gives its rank: the mirror of [`Code::of`].
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
            let code = lexicon.code(word.as_bytes()).expect("each is there");
            let capitals = lexicon.code(word.to_uppercase().as_bytes());
            assert_eq!(capitals.map(|code| code.bytes), Some(code.bytes), "{word}");
            let bytes = &code.bytes.to_le_bytes()[..code.len()];
            let mut rest = bytes;
            assert_eq!(take_code(&mut rest), Some(rank));
            assert!(rest.is_empty() && bytes.len() < word.len(), "{word}");
            assert_eq!(lexicon.word(rank), Some(word.as_bytes()));
        }
        // Others: of the same head, of the same head and tail, longer than any.
        let others = [
            "xqz",
            "thees",
            "internaltionalization",
            "characterristics",
            "pneumonoultramicroscopic",
        ];
        for word in others {
            assert!(lexicon.code(word.as_bytes()).is_none(), "{word}");
        }
        assert_eq!(lexicon.word(40_000), None);
    }

    #[test]
    fn a_cut_code_is_refused() {
        for code in [&[][..], &[0xD0], &[0xD0, 0x41], &[0xFD, 0x80], &[0xFF, 0x80, 0x7F]] {
            assert_eq!(take_code(&mut &code[..]), None, "{code:x?}");
        }
    }
}
