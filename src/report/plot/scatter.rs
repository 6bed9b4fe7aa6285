use super::{
    ink::{GRID, Ink, PAPER, TEXT},
    labels::{LETTER, Labels},
};
use plotters::{coord::Shift, prelude::*};
use std::ops::Range;

/// Labelled points over a logarithmic horizontal and a linear vertical axis.
#[derive(Clone, Debug)]
pub struct Scatter {
    /// What is shown.
    pub title: String,
    /// Quantity and unit of the horizontal axis.
    pub x_label: String,
    /// Quantity and unit of the vertical axis.
    pub y_label: String,
    /// What is to be seen; a point that is not at a positive x or whose y is not finite is
    /// left out.
    pub points: Vec<Point>,
}

/// A point of a [`Scatter`].
#[derive(Clone, Debug)]
pub struct Point {
    /// The words beside it.
    pub label: String,
    /// Horizontal place.
    pub x: f64,
    /// Vertical place.
    pub y: f64,
    /// Drawn in the colour of our own.
    pub is_own: bool,
    /// Drawn as a disc, not as a circle.
    pub is_filled: bool,
}

/// Width and height of the picture, pixels.
const SIZE: (u32, u32) = (860, 540);
/// The same of a picture on a page, legible on a telephone too.
const SMALL: (u32, u32) = (440, 330);

type Area<'a> = DrawingArea<SVGBackend<'a>, Shift>;
type Drawn = Result<(), DrawingAreaErrorKind<std::io::Error>>;

impl Scatter {
    /// The picture as an SVG document.
    pub fn svg(&self) -> String {
        self.svg_of(SIZE)
    }

    /// The picture as a smaller SVG document, for a page.
    pub fn small_svg(&self) -> String {
        self.svg_of(SMALL)
    }

    fn svg_of(&self, size: (u32, u32)) -> String {
        let mut text = String::new();
        let drawn = self.draw(&SVGBackend::with_string(&mut text, size).into_drawing_area());
        drawn.expect("a String takes any drawing");
        text
    }

    fn draw(&self, area: &Area<'_>) -> Drawn {
        let points: Vec<&Point> =
            self.points.iter().filter(|point| point.x > 0.0 && point.y.is_finite()).collect();
        area.fill(&PAPER)?;
        let mut chart = ChartBuilder::on(area)
            .caption(&self.title, ("sans-serif", 17).into_font().color(&TEXT))
            .margin(14)
            .x_label_area_size(42)
            .y_label_area_size(64)
            .build_cartesian_2d(logarithmic_range(&points).log_scale(), linear_range(&points))?;
        chart
            .configure_mesh()
            .light_line_style(TRANSPARENT)
            .bold_line_style(GRID)
            .axis_style(TEXT)
            .x_desc(&self.x_label)
            .y_desc(&self.y_label)
            .x_label_formatter(&|x| format!("{x}"))
            .label_style(("sans-serif", 15).into_font().color(&TEXT))
            .draw()?;
        let places: Vec<(i32, i32)> =
            points.iter().map(|point| chart.backend_coord(&(point.x, point.y))).collect();
        let (columns, _) = chart.plotting_area().get_pixel_range();
        drop(chart);
        let mut labels = Labels::new(&places);
        for (point, &place) in points.iter().zip(&places) {
            let corner = labels.place(place, point.label.chars().count(), &columns);
            draw_point(area, point, place, corner)?;
        }
        area.present()
    }
}

fn draw_point(area: &Area<'_>, point: &Point, place: (i32, i32), label: (i32, i32)) -> Drawn {
    let colour = if point.is_own { Ink::Own } else { Ink::Other }.colour();
    let style = ShapeStyle { color: colour.to_rgba(), filled: point.is_filled, stroke_width: 1 };
    area.draw(&Circle::new(place, 4, style))?;
    let font = ("sans-serif", LETTER.0).into_font().color(&colour);
    area.draw(&Text::new(point.label.as_str(), label, font))
}

/// From below the least to above the greatest place, as factors, with room for labels.
fn logarithmic_range(points: &[&Point]) -> Range<f64> {
    let (least, greatest) = bounds(points.iter().map(|point| point.x)).unwrap_or((0.1, 10.0));
    least / 1.5..greatest * 2.0
}

/// From below the least to above the greatest place.
fn linear_range(points: &[&Point]) -> Range<f64> {
    let (least, greatest) = bounds(points.iter().map(|point| point.y)).unwrap_or((0.0, 1.0));
    let margin = ((greatest - least) * 0.06).max(greatest.abs() * 0.01).max(f64::MIN_POSITIVE);
    least - margin..greatest + margin
}

/// The least and the greatest of some numbers.
fn bounds(values: impl Iterator<Item = f64>) -> Option<(f64, f64)> {
    let pairs = values.map(|value| (value, value));
    pairs.reduce(|(least, greatest), (low, high)| (least.min(low), greatest.max(high)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn scatter(points: Vec<Point>) -> String {
        let [title, x_label, y_label] =
            ["Size & speed", "MB/s", "bits/byte"].map(ToOwned::to_owned);
        Scatter { title, x_label, y_label, points }.svg()
    }

    fn point(label: &str, x: f64, y: f64) -> Point {
        Point { label: label.to_owned(), x, y, is_own: true, is_filled: false }
    }

    #[test]
    fn every_point_that_has_a_place_is_drawn_with_its_label() {
        let svg = scatter(vec![
            point("one <&>", 1.0, 2.0),
            point("two", 500.0, 1.5),
            point("nowhere", 0.0, 1.0),
        ]);
        assert!(svg.starts_with("<svg") && svg.ends_with("</svg>\n"));
        assert!(svg.contains("Size &amp; speed") && svg.contains("one &lt;&amp;&gt;"), "{svg}");
        assert_eq!(svg.matches("<circle").count(), 2);
        assert!(!svg.contains("nowhere"));
    }

    #[test]
    fn one_point_or_none_is_a_picture_too() {
        assert!(scatter(Vec::new()).ends_with("</svg>\n"));
        assert!(scatter(vec![point("all alone", 3.0, 0.0)]).contains("all alone"));
    }
}
