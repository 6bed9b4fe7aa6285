//! Colours. A page may repaint them: its style sheet finds each by its number.

use plotters::style::RGBColor;

/// A colour with a meaning.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ink {
    /// Our own, or what the picture is about.
    Own,
    /// What it is compared with.
    Other,
    /// A second comparison.
    Second,
    /// A third comparison, or a mark.
    Third,
    /// A reference that is no measurement.
    Reference,
}

pub(super) const PAPER: RGBColor = RGBColor(0xFF, 0xFF, 0xFF);
pub(super) const TEXT: RGBColor = RGBColor(0x33, 0x41, 0x55);
pub(super) const GRID: RGBColor = RGBColor(0xE2, 0xE8, 0xF0);

impl Ink {
    pub(super) const fn colour(self) -> RGBColor {
        match self {
            Self::Own => RGBColor(0xC2, 0x41, 0x0C),
            Self::Other => RGBColor(0x47, 0x55, 0x69),
            Self::Second => RGBColor(0x25, 0x63, 0xEB),
            Self::Third => RGBColor(0x15, 0x80, 0x3D),
            Self::Reference => RGBColor(0x94, 0xA3, 0xB8),
        }
    }
}

/// Rules of a style sheet for a dark page: paper and letters change places, inks brighten.
/// A rule outweighs the colour that a picture states.
pub const DARK: &str = "\
[fill='#FFFFFF']{fill:#0f172a}[stroke='#FFFFFF']{stroke:#0f172a}
[fill='#334155']{fill:#cbd5e1}[stroke='#334155']{stroke:#94a3b8}
[fill='#E2E8F0']{fill:#1e293b}[stroke='#E2E8F0']{stroke:#1e293b}
[fill='#475569']{fill:#cbd5e1}[stroke='#475569']{stroke:#cbd5e1}
[fill='#C2410C']{fill:#fb923c}[stroke='#C2410C']{stroke:#fb923c}
[fill='#2563EB']{fill:#60a5fa}[stroke='#2563EB']{stroke:#60a5fa}
[fill='#15803D']{fill:#4ade80}[stroke='#15803D']{stroke:#4ade80}
[fill='#94A3B8']{fill:#64748b}[stroke='#94A3B8']{stroke:#64748b}
";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_dark_page_repaints_every_ink() {
        let inks = [Ink::Own, Ink::Other, Ink::Second, Ink::Third, Ink::Reference];
        for RGBColor(r, g, b) in inks.map(Ink::colour).into_iter().chain([PAPER, TEXT, GRID]) {
            let number = format!("#{r:02X}{g:02X}{b:02X}");
            assert!(DARK.contains(&format!("[fill='{number}']")), "{number}");
            assert!(DARK.contains(&format!("[stroke='{number}']")), "{number}");
        }
    }
}
