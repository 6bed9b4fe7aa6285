use std::str::FromStr;

/// A number of bytes as typed: `4096`, `64K`, `512M`, `2GiB`. Prefixes are binary.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Size(pub u64);

impl FromStr for Size {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        const MALFORMED: &str = "a size is a number of bytes, or one with K, M or G (512M, 2GiB)";
        let digits = text.bytes().take_while(u8::is_ascii_digit).count();
        let (number, suffix) = text.split_at(digits);
        let shift = match suffix.to_ascii_lowercase().as_str() {
            "" | "b" => 0,
            "k" | "kb" | "kib" => 10,
            "m" | "mb" | "mib" => 20,
            "g" | "gb" | "gib" => 30,
            _ => return Err(MALFORMED),
        };
        let number: u64 = number.parse().map_err(|_| MALFORMED)?;
        number.checked_mul(1 << shift).map(Self).ok_or("larger than any memory")
    }
}

/// A range of bytes as typed: `1M..2M`, `100..`, `..4K`; the end is exclusive.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ByteRange {
    /// First byte.
    pub start: u64,
    /// Behind the last byte; none is the end of what there is.
    pub end: Option<u64>,
}

impl FromStr for ByteRange {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let (start, end) = text.split_once("..").ok_or("a range is FIRST..END (1M..2M, 100..)")?;
        let size = |text: &str| {
            let size = (!text.is_empty()).then(|| text.parse().map(|Size(bytes)| bytes));
            size.transpose()
        };
        let range = Self { start: size(start)?.unwrap_or(0), end: size(end)? };
        if range.end.is_some_and(|end| end < range.start) {
            return Err("a range ends behind its start");
        }
        Ok(range)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_are_numbers_with_binary_prefixes() {
        for (text, bytes) in [("0", 0), ("4096", 4096), ("64k", 65536), ("2GiB", 2 << 30)] {
            assert_eq!(text.parse(), Ok(Size(bytes)), "{text}");
        }
    }

    #[test]
    fn ranges_are_two_sizes_either_of_which_may_be_left_out() {
        let range = |start, end| Ok(ByteRange { start, end });
        assert_eq!("1K..2K".parse(), range(1024, Some(2048)));
        assert_eq!("7..".parse(), range(7, None));
        assert_eq!("..7".parse(), range(0, Some(7)));
        for text in ["", "7", "2..1", "a..b", "1...2"] {
            assert!(text.parse::<ByteRange>().is_err(), "{text}");
        }
    }

    #[test]
    fn what_is_no_size_is_refused() {
        for text in ["", "M", "1.5G", "-1", "10 M", "1T", "99999999999G"] {
            assert!(text.parse::<Size>().is_err(), "{text}");
        }
    }
}
