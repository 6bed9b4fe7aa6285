//! What a context remembers of the bits that followed it, in one byte.

/// Number of bit histories in use; the table has room for 256.
pub(crate) const STATES: usize = MACHINE.len;

/// What a bit history stands for.
#[derive(Clone, Copy)]
struct Summary {
    /// Zeros seen, discounted.
    n0: u8,
    /// Ones seen, discounted.
    n1: u8,
    /// The last bit, where both counts are small enough for it to matter.
    last: u8,
}

/// All bit histories in order of rising `n0 + n1`, so that a larger state is worth more.
struct Machine {
    summaries: [Summary; 256],
    len: usize,
}

/// Largest count beside another count of `smaller`.
const fn largest_beside(smaller: u8) -> u8 {
    match smaller {
        0 => 48,
        1 => 32,
        2 => 14,
        3 => 9,
        4 => 6,
        5 => 5,
        _ => 0,
    }
}

const fn is_state(n0: u8, n1: u8) -> bool {
    let (smaller, larger) = if n0 < n1 { (n0, n1) } else { (n1, n0) };
    larger <= largest_beside(smaller)
}

/// Whether the last bit is remembered beside these counts: where both bits were seen, few times.
const fn keeps_last(n0: u8, n1: u8) -> bool {
    n0 > 0 && n1 > 0 && n0 + n1 < 9
}

static MACHINE: Machine = machine();

const fn machine() -> Machine {
    let mut summaries = [Summary { n0: 0, n1: 0, last: 0 }; 256];
    let (mut len, mut total) = (0, 0);
    while total <= 60 {
        let mut n1 = 0;
        while n1 <= total {
            let n0 = total - n1;
            if is_state(n0, n1) {
                let both = keeps_last(n0, n1);
                summaries[len] = Summary { n0, n1, last: (n1 > n0) as u8 & !both as u8 };
                len += 1;
                if both {
                    summaries[len] = Summary { n0, n1, last: 1 };
                    len += 1;
                }
            }
            n1 += 1;
        }
        total += 1;
    }
    Machine { summaries, len }
}

/// What is left of a count when the opposite bit is seen: recent bits weigh more.
const fn discounted(n: u8) -> u8 {
    match n {
        0..=2 => n,
        3 => 2,
        4 | 5 => 3,
        6 | 7 => 4,
        8..=11 => 5,
        12..=19 => 6,
        _ => 7,
    }
}

const fn find(machine: &Machine, mut n0: u8, mut n1: u8, last: u8) -> u8 {
    while !is_state(n0, n1) {
        if n0 > n1 {
            n0 -= 1;
        } else {
            n1 -= 1;
        }
    }
    let mut state = 0;
    while state < machine.len {
        let s = machine.summaries[state];
        if s.n0 == n0 && s.n1 == n1 && (!keeps_last(n0, n1) || s.last == last) {
            return state as u8;
        }
        state += 1;
    }
    panic!("every pair of counts within the bounds is a state")
}

/// `NEXT[bit][state]`: the history after one more bit.
pub(crate) static NEXT: [[u8; 256]; 2] = {
    let machine = machine();
    let mut next = [[0; 256]; 2];
    let mut state = 0;
    while state < machine.len {
        let s = machine.summaries[state];
        next[0][state] = find(&machine, s.n0 + 1, discounted(s.n1), 0);
        next[1][state] = find(&machine, discounted(s.n0), s.n1 + 1, 1);
        state += 1;
    }
    next
};

/// `PRIOR[state]`: P(1) in units of 2⁻¹⁶ before anything is known of what follows such a
/// history: (n₁ + 0.4)/(n₀ + n₁ + 0.8).
pub(crate) static PRIOR: [u16; 256] = {
    let machine = machine();
    let mut prior = [1 << 15; 256];
    let mut state = 0;
    while state < machine.len {
        let s = machine.summaries[state];
        let n1 = s.n1 as u32;
        let n = s.n0 as u32 + n1;
        prior[state] = ((10 * n1 + 4) * 65536 / (10 * n + 8)) as u16;
        state += 1;
    }
    prior
};

/// Whether a history holds zeros alone or ones alone.
pub(crate) static IS_ONE_SIDED: [bool; 256] = {
    let machine = machine();
    let mut is_one_sided = [false; 256];
    let mut state = 0;
    while state < machine.len {
        let s = machine.summaries[state];
        is_one_sided[state] = (s.n0 == 0) != (s.n1 == 0);
        state += 1;
    }
    is_one_sided
};

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn states_fit_a_byte_and_a_longer_past_is_a_larger_state() {
        const { assert!(STATES <= 256) };
        let total = |s: &Summary| s.n0 + s.n1;
        assert!(MACHINE.summaries[..STATES].is_sorted_by_key(total));
    }

    #[test]
    fn a_run_of_one_bit_climbs_to_certainty() {
        let end = (0..100).fold(0, |state: u8, _| NEXT[1][state as usize]);
        assert_eq!(NEXT[1][end as usize], end);
        assert!(PRIOR[end as usize] > 64_900);
    }

    /// A different machine is a different format.
    #[test]
    fn the_machine_is_frozen() {
        let digest = |numbers: &mut dyn Iterator<Item = u32>| {
            numbers.fold(0_u32, |d, v| d.wrapping_mul(31).wrapping_add(v))
        };
        let next = digest(&mut NEXT.as_flattened().iter().map(|&v| u32::from(v)));
        let prior = digest(&mut PRIOR.iter().map(|&v| u32::from(v)));
        assert_eq!((STATES, next, prior), (232, 3_781_458_137, 2_202_579_073));
    }
}
