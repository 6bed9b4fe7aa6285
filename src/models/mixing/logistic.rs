//! Probabilities ⇄ logits, by table.
//!
//! A logit is ln(p/(1−p)) in units of 1/256 nat.

/// Logits are kept in `-LOGIT_MAX..=LOGIT_MAX`: 1/65536 is 2,839 units from ½.
pub(crate) const LOGIT_MAX: i32 = 2847;

/// P(1) in units of 2⁻¹⁶ of `logit`: 65536/(1 + e^(−logit/256)), in `1..=65535`.
#[inline(always)]
pub(crate) fn squash(logit: i32) -> i32 {
    let index = (logit.clamp(-LOGIT_MAX, LOGIT_MAX) + LOGIT_MAX + 1) as usize / 2;
    i32::from(SQUASH[index])
}

/// Logit of P(1) given in units of 2⁻¹⁶, `0..=65535`.
#[inline(always)]
pub(crate) fn stretch(p: u32) -> i32 {
    let (low, high) = (p as usize & 0xFFFF, (0x1_0000 - p as usize) & 0xFFFF);
    if low < TAIL {
        i32::from(STRETCH_TAIL[low])
    } else if high < TAIL {
        -i32::from(STRETCH_TAIL[high])
    } else {
        i32::from(STRETCH[low >> 4])
    }
}

/// Logit of P(1) given in units of 2⁻¹², `0..=4095`: coarse near 0 and 1, and one load.
#[inline(always)]
pub(crate) fn stretch12(p: u32) -> i16 {
    STRETCH[(p & 4095) as usize]
}

/// Probabilities below this, in units of 2⁻¹⁶, and above its complement are stretched
/// one by one: there a step of 2⁻¹² would be too coarse.
const TAIL: usize = 4096;

/// e^(x/256) for `x ≥ 0`, by repeated multiplication: basic operations only, so the same
/// on every machine.
const fn exp_256th(x: u32) -> f64 {
    // e^(1/256)
    let (mut base, mut power, mut left) = (1.003_913_889_338_347_6, 1.0, x);
    while left > 0 {
        if left & 1 == 1 {
            power *= base;
        }
        base *= base;
        left >>= 1;
    }
    power
}

/// Every second logit from −`LOGIT_MAX`−1 up.
static SQUASH: [u16; LOGIT_MAX as usize + 1] = squash_table();

const fn squash_table() -> [u16; LOGIT_MAX as usize + 1] {
    let mut table = [0; LOGIT_MAX as usize + 1];
    let mut i = 0;
    while i < table.len() {
        let logit = 2 * i as i32 - LOGIT_MAX - 1;
        let odds = exp_256th(logit.unsigned_abs());
        let p = if logit < 0 { 65536.0 / (1.0 + odds) } else { 65536.0 * odds / (1.0 + odds) };
        table[i] = if p < 1.0 {
            1
        } else if p > 65535.0 {
            65535
        } else {
            p as u16
        };
        i += 1;
    }
    table
}

/// The inverse of [`SQUASH`] at each multiple of 2⁻¹².
static STRETCH: [i16; 4096] = stretch_table(16);

/// The inverse of [`SQUASH`] at each multiple of 2⁻¹⁶ below `TAIL`.
static STRETCH_TAIL: [i16; TAIL] = stretch_table(1);

const fn stretch_table(step: usize) -> [i16; 4096] {
    let squash = squash_table();
    let mut table = [0; 4096];
    let (mut p, mut i) = (0, 0);
    while p < table.len() {
        while i + 1 < squash.len() && (squash[i] as usize) < step * p {
            i += 1;
        }
        table[p] = (2 * i as i32 - LOGIT_MAX - 1) as i16;
        p += 1;
    }
    table
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stretch_inverts_squash() {
        for p in (1..65536).step_by(7) {
            let back = squash(stretch(p));
            let distance = (back - p as i32).abs();
            assert!(distance <= 24 + p.min(65536 - p) as i32 / 64, "{p} {back}");
        }
        assert_eq!((squash(0), stretch(1 << 15)), (32768, 0));
        assert_eq!((squash(-5000), squash(5000)), (1, 65535));
    }

    /// A different table is a different format.
    #[test]
    fn logistic_tables_are_frozen() {
        let digest = |table: &[u16]| {
            table.iter().fold(0_u32, |d, &v| d.wrapping_mul(31).wrapping_add(v.into()))
        };
        let tables =
            [&SQUASH[..], &STRETCH.map(i16::cast_unsigned), &STRETCH_TAIL.map(i16::cast_unsigned)];
        assert_eq!(tables.map(digest), [2_852_888_638, 187_166_434, 2_273_863_642]);
    }
}
