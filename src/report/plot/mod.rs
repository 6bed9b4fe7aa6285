//! Results → pictures in SVG.

mod labels;
mod scatter;

pub use scatter::{Point, Scatter};
