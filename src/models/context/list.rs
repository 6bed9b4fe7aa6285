//! Lists of contexts that run together, fixed when the program is built.

use super::{ContextKind, Needs, Past, hash::Address};

/// `N` contexts, computed without a loop or a choice at run time.
pub(crate) trait ContextList<const N: usize>: Send + 'static {
    /// The contexts in order.
    const KINDS: [ContextKind; N];
    /// What they look at beyond the last bytes.
    const NEEDS: Needs = Needs::of_either(&Self::KINDS, &Self::TEXT_KINDS);
    /// What stands in their places while the data is mostly text.
    const TEXT_KINDS: [ContextKind; N] = Self::KINDS;
    /// Which of them are few, see [`ContextKind::is_few`].
    const FEW: [bool; N] = {
        let (mut few, mut i) = ([false; N], 0);
        while i < N {
            few[i] = Self::KINDS[i].is_few() && Self::TEXT_KINDS[i].is_few();
            i += 1;
        }
        few
    };

    /// The address of each.
    fn addresses(past: Past<'_>) -> [Address; N];
}

/// Defines a [`ContextList`] in whose last places other contexts stand while the data is
/// mostly text: `data => text`. A header names the list by what it has for other data.
macro_rules! two_faced_list {
    (
        $(#[$doc:meta])* $name:ident, $n:literal: $($kind:ident)*;
        $($data:ident => $text:ident)*
    ) => {
        $(#[$doc])*
        pub(crate) struct $name;

        impl ContextList<$n> for $name {
            const KINDS: [ContextKind; $n] =
                [$(ContextKind::$kind,)* $(ContextKind::$data),*];
            const TEXT_KINDS: [ContextKind; $n] =
                [$(ContextKind::$kind,)* $(ContextKind::$text),*];

            #[inline(always)]
            fn addresses(past: Past<'_>) -> [Address; $n] {
                if past.is_text() {
                    [
                        $(past.address(ContextKind::$kind),)*
                        $(past.address(ContextKind::$text)),*
                    ]
                } else {
                    [
                        $(past.address(ContextKind::$kind),)*
                        $(past.address(ContextKind::$data)),*
                    ]
                }
            }
        }
    };
}

two_faced_list! {
    /// What a quick model cannot do without.
    Five, 5:
    Order2 Order3 Order4;
    Skip2 => Word                    PixelGradient => Above
}

two_faced_list! {
    /// With the shortest and a long one.
    Seven, 7:
    Order1 Order2 Order3 Order4;
    Skip1Two => Order6               Skip2 => Word
    PixelGradient => Above
}

two_faced_list! {
    /// Words by pairs, and records.
    Eight, 8:
    Order1 Order2 Order3;
    RecordAbove => Order4            Skip1Two => Order6
    Skip2 => Word                    Order2Nibbles => WordPair
    PixelGradient => Above
}

two_faced_list! {
    /// Markup, what followed before, and what a word leaves out.
    Thirteen, 13:
    Order1 Order2 Order3 Order4 Indirect1 Indirect2;
    Skip1Two => Order6               Skip2 => Word
    Order2Nibbles => WordPair        PixelGradient => Above
    Order6 => WordSkip               RecordAbove => Tag
    PixelLeftAbove => AboveWord
}

two_faced_list! {
    /// More orders, and bytes left out and coarse bytes in text too.
    Twenty, 20:
    Order1 Order2 Order3 Order4 Order5 Order6 Order8 Indirect1 Indirect2
    Order2Nibbles Nibbles Order3Coarse Skip1Two;
    Skip2 => Word                    Opcodes => WordPair
    PixelGradient => Above           RecordLeft => WordSkip
    RecordAbove => Tag               PixelLeftAbove => AboveWord
    RecordPlace => WordTriple
}

two_faced_list! {
    /// What helps most of the above, and either instructions and pixels or sentences.
    ThirtyTwo, 32:
    Order1 Order2 Order3 Order4 Order5 Order6 Order8 Order11 Word WordPair WordSkip
    WordShapeOrder1 Above AboveWord Column Skip1Two Skip2 Order2Nibbles Indirect1 Indirect2
    RecordAbove RecordLeft;
    Nibbles => WordTriple            Order3Coarse => Ending
    PixelGradient => Tag             PixelLeftAbove => CasedWord
    Instruction => Gap               InstructionOperand => EndingPair
    InstructionAfter2 => Letters6    InstructionModRm1 => WordPairOrder1
    RecordColumn => Sentence         Opcodes => WordBefore3
}

two_faced_list! {
    /// Everything that ever helps.
    Sixty, 60:
    Order1 Order2 Order3 Order4 Order5 Order6 Order7 Order8 Order11 Order16 Order24
    Word WordPair WordSkip WordShape WordShapeOrder1 Above AboveWord Column LineStart Tag
    Skip1 Skip1Two Skip1Three Skip2 Skip2One Gap1 Gap2 Order2Nibbles Nibbles
    Indirect1 Indirect2 Indirect1Long Indirect2Two
    RecordColumn RecordAbove RecordLeft RecordCorner RecordPlace PixelGradient;
    Skip3 => WordTriple              Alternate => TagWord
    Quad => WordOrder1               Order3Coarse => WordOrder2
    Order4Coarse => WordBefore3      Opcodes => WordsBefore23
    Gradient => WordQuad             PixelLeftAbove => Ending
    PixelMean => EndingPair          PixelAbove => EndingShape
    PixelGradientLast => Sentence    SampleSlope => Gap
    Instruction => CasedWord         InstructionOperand => Bracket
    InstructionAfter1 => BracketOrder2  InstructionAfter2 => Letters6
    InstructionAfter4 => Letters4    InstructionModRm1 => WordLengths
    InstructionModRm3 => LineStartOrder2  OperandAfter2 => WordPairOrder1
}
