//! Arbitrary bytes are decoded or refused: no panic, no memory beyond the limits, and the
//! same in one piece, in small pieces, and with threads.

#![no_main]

use foretell::{Error, Limits, decompress, inspect, write};
use libfuzzer_sys::fuzz_target;
use std::io::Write;

fuzz_target!(|code: &[u8]| {
    let limits = Limits::default().memory_bytes(96 << 20).block_bytes(1 << 20);
    let whole = decompress(code, &limits).map_err(|error| error.to_string());
    let (given, error) = in_pieces(code, limits.clone().threads(2));
    match whole {
        Ok(content) => assert!(error.is_none() && content == given),
        Err(text) => assert_eq!(Some(text), error.map(|error| error.to_string())),
    }
    // Listing sees marks only, so it may take what decoding refuses, but not the reverse.
    let _ = inspect(code, &limits);
});

/// What comes out of `code`, handed over in pieces of 7 bytes, and why no more does.
fn in_pieces(code: &[u8], limits: Limits) -> (Vec<u8>, Option<Error>) {
    let mut decoder = write::Decoder::with_limits(Vec::new(), limits);
    let mut decode = || {
        code.chunks(7).try_for_each(|piece| decoder.write_all(piece))?;
        decoder.try_finish()
    };
    let error = decode().err().map(Error::from);
    decoder.flush().expect("a Vec takes all");
    (decoder.get_ref().clone(), error)
}
