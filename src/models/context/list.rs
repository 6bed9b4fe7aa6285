//! Lists of contexts that run together, fixed when the program is built.

use super::{ContextKind, Needs, Past, hash::Address};

/// `N` contexts, computed without a loop or a choice at run time.
pub(crate) trait ContextList<const N: usize>: Send + 'static {
    /// The contexts in order.
    const KINDS: [ContextKind; N];
    /// What they look at beyond the last bytes.
    const NEEDS: Needs = Needs::of(&Self::KINDS);

    /// The address of each.
    fn addresses(past: Past<'_>) -> [Address; N];
}

/// Defines a [`ContextList`].
macro_rules! context_list {
    ($(#[$doc:meta])* $name:ident, $n:literal: $($kind:ident)*) => {
        $(#[$doc])*
        pub(crate) struct $name;

        impl ContextList<$n> for $name {
            const KINDS: [ContextKind; $n] = [$(ContextKind::$kind),*];

            #[inline(always)]
            fn addresses(past: Past<'_>) -> [Address; $n] {
                [$(past.address(ContextKind::$kind)),*]
            }
        }
    };
}

context_list! {
    /// What text and binaries need most.
    Six, 6: Order1 Order2 Order3 Order4 Order6 Word
}

context_list! {
    /// Words by pairs, and bytes left out.
    Ten, 10: Order1 Order2 Order3 Order4 Order6 Word WordPair Skip2 Skip1Two Order2Nibbles
}

context_list! {
    /// Lines, records and what followed before.
    Fourteen, 14:
    Order1 Order2 Order3 Order4 Order6 Word WordPair Skip2 Skip1Two Order2Nibbles
    Above Indirect1 Indirect2 PixelGradient
}

context_list! {
    /// Markup, samples and coarse bytes too.
    TwentyTwo, 22:
    Order1 Order2 Order3 Order4 Order5 Order6 Order8 Word WordPair WordSkip Skip2 Skip1Two
    Order2Nibbles Nibbles Above Indirect1 Indirect2 PixelGradient PixelLeftAbove RecordAbove
    Order3Coarse Tag
}

context_list! {
    /// What text and binaries need of the above, and instructions.
    ThirtyTwo, 32:
    Order1 Order2 Order3 Order4 Order5 Order6 Order8 Word WordPair WordTriple WordSkip
    WordShapeOrder1 Above AboveWord Column Tag Skip1Two Skip2 Order2Nibbles
    Nibbles Order3Coarse Indirect1 Indirect2 PixelGradient PixelLeftAbove RecordAbove
    RecordLeft Instruction InstructionOperand InstructionAfter2 InstructionModRm1 Order11
}

context_list! {
    /// Everything that ever helps, instructions and the far past too.
    SixtyFour, 64:
    Order1 Order2 Order3 Order4 Order5 Order6 Order7 Order8 Word WordPair WordTriple WordSkip
    WordOrder1 WordOrder2 WordShape WordShapeOrder1 Above AboveWord Column LineStart Tag TagWord
    Skip1 Skip1Two Skip1Three Skip2 Skip2One Skip3 Gap1 Gap2 Alternate Quad
    Order2Nibbles Nibbles Order3Coarse Order4Coarse Opcodes
    RecordColumn RecordAbove RecordLeft RecordCorner RecordPlace Gradient
    PixelGradient PixelLeftAbove PixelMean PixelAbove PixelGradientLast SampleSlope
    Indirect1 Indirect2 Indirect1Long Indirect2Two
    Instruction InstructionOperand InstructionAfter1 InstructionAfter2 InstructionAfter4
    InstructionModRm1 InstructionModRm3 OperandAfter2 Order11 Order16 Order24
}
