//! The content of a segment that references can reach.

/// The system refuses the memory of a window.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a window takes {bytes} bytes of memory, which the system refuses")]
pub struct NoRoom {
    /// Bytes that were asked for.
    pub bytes: u64,
}

/// The last bytes of a segment's content; it takes no more memory than they do.
#[derive(Debug)]
pub struct Window {
    bytes: Vec<u8>,
    /// Bytes that are always kept, once they have come.
    reach: usize,
}

impl Window {
    /// A window that reaches back `reach` bytes.
    pub const fn new(reach: usize) -> Self {
        Self { bytes: Vec::new(), reach }
    }

    /// Bytes of memory that a window of `reach` bytes takes at most: an eighth more, so
    /// that it is moved seldom.
    pub const fn memory_bytes(reach: u64) -> u64 {
        reach.saturating_add(reach / 8)
    }

    /// The content so far, or as much of it as is within reach.
    pub fn bytes(&self) -> &[u8] {
        &self.bytes[self.bytes.len().saturating_sub(self.reach)..]
    }

    /// Bytes that it holds at most while `more` are added.
    pub fn bytes_with(&self, more: usize) -> usize {
        let whole = Self::memory_bytes(self.reach as u64) as usize;
        self.bytes.len().saturating_add(more).min(whole)
    }

    /// Adds what comes next.
    ///
    /// # Errors
    /// [`NoRoom`] if the system has no memory for it.
    pub fn push(&mut self, content: &[u8]) -> Result<(), NoRoom> {
        let content = &content[content.len().saturating_sub(self.reach)..];
        let whole = Self::memory_bytes(self.reach as u64) as usize;
        if self.bytes.len() + content.len() > whole {
            let kept = self.reach - content.len();
            self.bytes.drain(..self.bytes.len().saturating_sub(kept));
        }
        let needed = self.bytes_with(content.len());
        if needed > self.bytes.capacity() {
            let roomy = (needed + needed / 4).min(whole);
            let refused = |_| NoRoom { bytes: roomy as u64 };
            self.bytes.try_reserve_exact(roomy - self.bytes.len()).map_err(refused)?;
        }
        self.bytes.extend_from_slice(content);
        Ok(())
    }
}
