//! Parts of a file's content: a range of it, or what damage has left.

use super::{
    settings::Settings,
    source::{Source, is_interruption},
    target::Target,
    transfer::{Broken, Sizes, pump},
};
use crate::{
    cli::{
        failure::{Failure, complain, shown},
        size::ByteRange,
    },
    codec::{Hole, RangeDecoder, read, recover as recover_from},
    error::Error,
};
use std::{
    io::{self, Read},
    ops::Bound,
};

/// Decompresses the `range` of the content of `source` into `target`.
///
/// Of a file only the segments are decoded that hold some of it; what comes through a pipe
/// is decoded up to its end.
pub(super) fn decompress(
    range: &ByteRange,
    source: &mut Source<'_>,
    target: &mut Target,
    settings: &Settings,
) -> Result<Sizes, Broken> {
    if let Some(file) = source.seekable() {
        let end = range.end.map_or(Bound::Unbounded, Bound::Excluded);
        let bounds = (Bound::Included(range.start), end);
        let decoder = RangeDecoder::new(file, bounds, settings.limits.clone());
        pump(&mut decoder.map_err(|error| Broken::Reading(error.into()))?, target)?;
    } else {
        let mut decoder = read::Decoder::with_limits(&mut *source, settings.limits.clone());
        let skipped = io::copy(&mut (&mut decoder).take(range.start), &mut io::sink());
        let skipped = skipped.map_err(Broken::Reading)?;
        let wanted = range.end.map_or(u64::MAX, |end| end - range.start);
        pump(&mut decoder.take(wanted), target)?;
        let content_bytes = skipped + target.bytes_written();
        let end = range.end.unwrap_or(range.start);
        if content_bytes < end {
            return Err(Broken::Reading(Error::RangeBeyondContent { end, content_bytes }.into()));
        }
    }
    Ok(Sizes { raw_bytes: target.bytes_written(), coded_bytes: 0, holes: 0 })
}

/// Decompresses what is intact of `source` into `target` and reports the rest.
pub(super) fn recover(
    source: &mut Source<'_>,
    target: &mut Target,
    settings: &Settings,
) -> Result<Sizes, Failure> {
    let coded_bytes = source.length().unwrap_or(0);
    let Some(file) = source.seekable() else {
        return Err(Failure::at(source.path(), "is no file that could be searched for segments"));
    };
    let mut output = Output { target, error: None };
    let outcome = recover_from(file, &mut output, &settings.limits);
    if let Some(error) = output.error {
        return Err(target.failure(&error));
    }
    let recovery = outcome.map_err(|error| source.failure(error))?;
    for hole in &recovery.holes {
        complain(format_args!("{}: {}", shown(source.path()), described(hole)));
    }
    let (raw_bytes, holes) = (recovery.content_bytes, recovery.holes.len());
    let sizes = Sizes { raw_bytes, coded_bytes, holes };
    if holes > 0 && raw_bytes == 0 {
        return Err(failure(source, sizes));
    }
    Ok(sizes)
}

/// That parts of `source` are lost.
pub(super) fn failure(source: &Source<'_>, sizes: Sizes) -> Failure {
    let Sizes { raw_bytes, holes, .. } = sizes;
    let parts = if holes == 1 { "1 part".to_owned() } else { format!("{holes} parts") };
    let what = format_args!("damaged: {raw_bytes} bytes recovered, {parts} of the file lost");
    Failure::corrupt(source.path(), what)
}

/// Where a hole is and what is missing, in one line.
fn described(hole: &Hole) -> String {
    let Hole { offset, end, content_before, missing_bytes, error } = hole;
    let missing = missing_bytes.map_or_else(|| "content".into(), |bytes| format!("{bytes} bytes"));
    format!(
        "offsets {offset} to {end} are lost, {missing} missing behind the first {content_before} \
         recovered ({error})"
    )
}

/// Keeps the error of a target, to tell it from one of the source.
struct Output<'a> {
    target: &'a mut Target,
    error: Option<io::Error>,
}

impl io::Write for Output<'_> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.target.write(bytes).map_err(|error| {
            let kind = error.kind();
            if !is_interruption(&error) {
                self.error = Some(error);
            }
            kind.into()
        })
    }

    fn flush(&mut self) -> io::Result<()> {
        self.target.flush()
    }
}
