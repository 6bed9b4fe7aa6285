//! The loops over samples, compiled for wider vectors where the processor has them.
//!
//! The same operations in the same order: vectors hold independent sums, and no two
//! operations are fused, so the results are the same bit for bit.
#![cfg_attr(
    target_arch = "x86_64",
    expect(unsafe_code, reason = "vector instructions, called where their presence is proven")
)]

use super::format::Format;

/// [`predict_all`](super::predict_all), as wide as this processor can.
pub(super) fn predict_all(format: Format, bytes: &mut [u8]) {
    #[cfg(target_arch = "x86_64")]
    if std::arch::is_x86_feature_detected!("avx2") {
        // SAFETY: the processor has AVX2.
        return unsafe { predict_all_wide(format, bytes) };
    }
    super::predict_all(format, bytes);
}

/// [`restore_all`](super::restore_all), as wide as this processor can.
pub(super) fn restore_all(format: Format, bytes: &mut [u8]) {
    #[cfg(target_arch = "x86_64")]
    if std::arch::is_x86_feature_detected!("avx2") {
        // SAFETY: the processor has AVX2.
        return unsafe { restore_all_wide(format, bytes) };
    }
    super::restore_all(format, bytes);
}

#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx2")]
fn predict_all_wide(format: Format, bytes: &mut [u8]) {
    super::predict_all(format, bytes);
}

#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx2")]
fn restore_all_wide(format: Format, bytes: &mut [u8]) {
    super::restore_all(format, bytes);
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn wide_and_plain_loops_write_the_same(
            bytes in prop::collection::vec(any::<u8>(), 0..4000),
            width in 1usize..=4,
            channels in 1usize..=3,
            row in prop_oneof![Just(0), 64usize..200],
        ) {
            let format = Format { width, channels, is_big_endian: false, is_signed: width > 1, row };
            let (mut wide, mut plain) = (bytes.clone(), bytes.clone());
            predict_all(format, &mut wide);
            super::super::predict_all(format, &mut plain);
            prop_assert_eq!(&wide, &plain);
            restore_all(format, &mut wide);
            super::super::restore_all(format, &mut plain);
            prop_assert_eq!(&wide, &bytes);
            prop_assert_eq!(&plain, &bytes);
        }
    }
}
