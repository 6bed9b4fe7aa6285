//! Results → pictures in SVG.

mod chart;
mod ink;
mod labels;
mod scatter;

pub use chart::{Axis, Chart, Mark, Scale, Series};
pub use ink::{DARK, Ink};
pub use scatter::{Point, Scatter};
