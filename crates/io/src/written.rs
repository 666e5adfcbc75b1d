//! What writing did.

/// What became of what was in the place.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Written {
    /// There was nothing before.
    New,
    /// What was before is gone.
    Replaced,
    /// What was before is the same, byte for byte, and was left alone.
    Unchanged,
}
