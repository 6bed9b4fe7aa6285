use super::ink::{GRID, Ink, PAPER, TEXT};
use plotters::{coord::Shift, coord::ranged1d::ValueFormatter, prelude::*};
use std::ops::Range;

/// Lines, points and bars over two axes.
#[derive(Clone, Debug, Default)]
pub struct Chart {
    /// What is shown.
    pub title: String,
    /// The horizontal axis.
    pub x: Axis,
    /// The vertical axis.
    pub y: Axis,
    /// What is to be seen, first at the bottom.
    pub series: Vec<Series>,
}

/// One axis of a [`Chart`].
#[derive(Clone, Debug, Default)]
pub struct Axis {
    /// Quantity and unit.
    pub label: String,
    /// The scale.
    pub scale: Scale,
    /// The least interval that is shown; none is that of the data.
    pub least: Option<(f64, f64)>,
}

/// How a quantity becomes a place.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Scale {
    /// In proportion.
    #[default]
    Linear,
    /// In proportion, told in bytes: `2 MB`.
    Bytes,
    /// By its logarithm; what is not above 0 is left out. Told in bytes.
    LogBytes,
    /// The place is ln(p/(1 − p)), what is told is the probability p.
    Logit,
}

/// Values of one kind.
#[derive(Clone, Debug)]
pub struct Series {
    /// Its name in the legend; none if it is empty.
    pub label: String,
    /// Its colour.
    pub ink: Ink,
    /// How it is drawn.
    pub mark: Mark,
    /// Places; those that are not finite are left out.
    pub points: Vec<(f64, f64)>,
}

/// How a [`Series`] is drawn.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mark {
    /// A line from point to point.
    Line,
    /// A dashed line from point to point.
    Dashes,
    /// Points.
    Dots,
    /// A bar from 0 to each value, as wide as 1.
    Bars,
    /// A vertical rule at each x, over the whole height.
    Rules,
}

/// Width and height of the picture: small, so that it is legible on a telephone too.
const SIZE: (u32, u32) = (440, 300);
const FONT: &str = "sans-serif";
/// Share of its height that a picture grows by where a legend has no place in it.
const LEGEND_ROOM: f64 = 0.5;

type Area<'a> = DrawingArea<SVGBackend<'a>, Shift>;
type Drawn = Result<(), DrawingAreaErrorKind<std::io::Error>>;
type Plane<'a, 'b, X> = ChartContext<'b, SVGBackend<'a>, Cartesian2d<X, RangedCoordf64>>;
type RangedCoordf64 = plotters::coord::types::RangedCoordf64;

impl Axis {
    /// A linear axis that shows the data.
    pub fn linear(label: impl Into<String>) -> Self {
        Self { label: label.into(), ..Self::default() }
    }

    /// The same axis with another scale.
    #[must_use]
    pub fn scaled(self, scale: Scale) -> Self {
        Self { scale, ..self }
    }

    /// The same axis that shows at least `from..to`.
    #[must_use]
    pub fn showing(self, from: f64, to: f64) -> Self {
        Self { least: Some((from, to)), ..self }
    }

    /// From the least to the greatest place, with some room beside them.
    fn range(&self, places: impl Iterator<Item = f64>) -> Range<f64> {
        let seen = places.map(|place| (place, place));
        let all = seen.chain(self.least).reduce(|a, b| (a.0.min(b.0), a.1.max(b.1)));
        let (from, to) = all.unwrap_or((0.0, 1.0));
        if self.scale == Scale::LogBytes {
            return from..to.max(from * 2.0);
        }
        let room = ((to - from) * 0.03).max(to.abs() * 1e-6).max(1e-9);
        let is_fixed = |end: f64, least: Option<f64>| least == Some(end);
        let from_room = if is_fixed(from, self.least.map(|least| least.0)) { 0.0 } else { room };
        from - from_room..to + room
    }

    fn tick(&self, value: f64) -> String {
        match self.scale {
            Scale::Linear => plain(value),
            Scale::Bytes | Scale::LogBytes => bytes(value),
            Scale::Logit => probability(value),
        }
    }
}

/// A number in as few digits as tell it from its neighbours on an axis.
fn plain(value: f64) -> String {
    let text = format!("{value:.3}");
    let text = text.trim_end_matches('0').trim_end_matches('.');
    if text == "-0" || text.is_empty() { "0".to_owned() } else { text.to_owned() }
}

/// A number of bytes in the largest decimal unit of which there is at least one: ticks are
/// round in decimal.
fn bytes(value: f64) -> String {
    let units = [(1e9, " GB"), (1e6, " MB"), (1e3, " kB")];
    let unit = units.into_iter().find(|&(size, _)| value >= size);
    let (size, name) = unit.unwrap_or((1.0, " B"));
    plain(value / size) + if value == 0.0 { "" } else { name }
}

/// The probability whose log odds are `logit`, with as many nines or zeros as it needs.
#[expect(clippy::disallowed_methods, reason = "a label, not a prediction")]
fn probability(logit: f64) -> String {
    let p = 1.0 / (1.0 + (-logit).exp());
    let digits = if logit.abs() < 3.0 { 2 } else { 2 + (logit.abs() / 2.5) as usize };
    format!("{p:.digits$}")
}

impl Chart {
    /// The picture as an SVG document.
    #[expect(clippy::missing_panics_doc, reason = "a String takes any drawing")]
    pub fn svg(&self) -> String {
        let mut text = String::new();
        let drawn = self.draw(&SVGBackend::with_string(&mut text, SIZE).into_drawing_area());
        drawn.expect("a String takes any drawing");
        text
    }

    /// What of a series has a place.
    fn places<'s>(&self, series: &'s Series) -> impl Iterator<Item = (f64, f64)> + Clone + use<'s> {
        let is_log = self.x.scale == Scale::LogBytes;
        let is_there =
            move |&(x, y): &(f64, f64)| x.is_finite() && y.is_finite() && (!is_log || x > 0.0);
        series.points.iter().copied().filter(is_there)
    }

    fn draw(&self, area: &Area<'_>) -> Drawn {
        area.fill(&PAPER)?;
        let all = || self.series.iter().flat_map(|series| self.places(series));
        let is_shown = |series: &&Series| series.mark != Mark::Rules;
        let values = self.series.iter().filter(is_shown).flat_map(|series| self.places(series));
        let x = self.x.range(all().map(|(x, _)| x));
        let mut y = self.y.range(values.map(|(_, y)| y));
        if self.has_legend() && self.emptiest_place(&x, &y).1 > 0 {
            y.end += (y.end - y.start) * LEGEND_ROOM;
        }
        let mut builder = ChartBuilder::on(area);
        builder
            .caption(&self.title, (FONT, 17).into_font().color(&TEXT))
            .margin(10)
            .margin_right(22)
            .x_label_area_size(44)
            .y_label_area_size(62);
        if self.x.scale == Scale::LogBytes {
            let scaled = x.clone().log_scale();
            self.fill(&mut builder.build_cartesian_2d(scaled, y.clone())?, (&x, &y))?;
        } else {
            self.fill(&mut builder.build_cartesian_2d(x.clone(), y.clone())?, (&x, &y))?;
        }
        area.present()
    }

    fn fill<'a, X>(&self, plane: &mut Plane<'a, 'a, X>, (x, y): (&Range<f64>, &Range<f64>)) -> Drawn
    where
        X: Ranged<ValueType = f64> + ValueFormatter<f64>,
    {
        let text = (FONT, 15).into_font().color(&TEXT);
        plane
            .configure_mesh()
            .light_line_style(TRANSPARENT)
            .bold_line_style(GRID)
            .axis_style(TEXT)
            .x_labels(5)
            .y_labels(6)
            .x_desc(&self.x.label)
            .y_desc(&self.y.label)
            .x_label_formatter(&|&x| self.x.tick(x))
            .y_label_formatter(&|&y| self.y.tick(y))
            .label_style(text.clone())
            .axis_desc_style(text.clone())
            .draw()?;
        for series in &self.series {
            self.draw_series(plane, series, y)?;
        }
        if self.has_legend() {
            plane
                .configure_series_labels()
                .position(self.emptiest_place(x, y).0)
                .background_style(PAPER.mix(0.8))
                .label_font(text)
                .draw()?;
        }
        Ok(())
    }

    fn has_legend(&self) -> bool {
        self.series.iter().any(|series| !series.label.is_empty())
    }

    /// The place at which a legend hides least, and how much it hides there.
    fn emptiest_place(&self, x: &Range<f64>, y: &Range<f64>) -> (SeriesLabelPosition, usize) {
        /// Places, and what they cover of the picture: from, to, across; from, to, upwards.
        const PLACES: [(SeriesLabelPosition, [f64; 4]); 6] = [
            (SeriesLabelPosition::UpperRight, [0.55, 1.0, 0.6, 1.0]),
            (SeriesLabelPosition::UpperLeft, [0.0, 0.45, 0.6, 1.0]),
            (SeriesLabelPosition::UpperMiddle, [0.27, 0.73, 0.6, 1.0]),
            (SeriesLabelPosition::LowerRight, [0.55, 1.0, 0.0, 0.4]),
            (SeriesLabelPosition::LowerLeft, [0.0, 0.45, 0.0, 0.4]),
            (SeriesLabelPosition::LowerMiddle, [0.27, 0.73, 0.0, 0.4]),
        ];
        let drawn: Vec<(f64, f64)> =
            self.series.iter().flat_map(|series| self.drawn(series, x, y)).collect();
        let hidden = |place: &[f64; 4]| {
            let [left, right, bottom, top] = *place;
            let is_in =
                |&&(x, y): &&(f64, f64)| (left..=right).contains(&x) && (bottom..=top).contains(&y);
            drawn.iter().filter(is_in).count()
        };
        let places = PLACES.into_iter().map(|(position, place)| (position, hidden(&place)));
        let least = places.min_by_key(|&(_, hidden)| hidden);
        least.unwrap_or((SeriesLabelPosition::UpperRight, 0))
    }

    /// Where a series leaves ink, as shares of the picture.
    fn drawn(&self, series: &Series, x: &Range<f64>, y: &Range<f64>) -> Vec<(f64, f64)> {
        let share =
            |value: f64, range: &Range<f64>| (value - range.start) / (range.end - range.start);
        let across = |value: f64| match self.x.scale {
            Scale::LogBytes => share(value.log10(), &(x.start.log10()..x.end.log10())),
            _ => share(value, x),
        };
        let places: Vec<_> =
            self.places(series).map(|(x, value)| (across(x), share(value, y))).collect();
        if !matches!(series.mark, Mark::Line | Mark::Dashes) {
            return places;
        }
        let between = |two: &[(f64, f64)]| {
            let (from, to) = (two[0], two[1]);
            let at = move |step: u8| {
                let way = f64::from(step) / 8.0;
                (from.0 + (to.0 - from.0) * way, from.1 + (to.1 - from.1) * way)
            };
            (0..=8).map(at)
        };
        places.windows(2).flat_map(between).collect()
    }

    fn draw_series<X>(&self, plane: &mut Plane<'_, '_, X>, series: &Series, y: &Range<f64>) -> Drawn
    where
        X: Ranged<ValueType = f64> + ValueFormatter<f64>,
    {
        let colour = series.ink.colour();
        let points = self.places(series);
        let line = ShapeStyle { color: colour.to_rgba(), filled: false, stroke_width: 2 };
        let thin = ShapeStyle { stroke_width: 1, ..line };
        let full = ShapeStyle { filled: true, ..thin };
        let drawn =
            match series.mark {
                Mark::Line => {
                    plane.draw_series([PathElement::new(points.collect::<Vec<_>>(), line)])?
                }
                Mark::Dashes => plane.draw_series(DashedLineSeries::new(points, 5, 4, line))?,
                Mark::Dots => plane.draw_series(points.map(|at| Circle::new(at, 3, full)))?,
                Mark::Bars => plane
                    .draw_series(points.map(|(x, value)| {
                        Rectangle::new([(x - 0.5, 0.0), (x + 0.5, value)], full)
                    }))?,
                Mark::Rules => plane.draw_series(
                    points.map(|(x, _)| PathElement::new([(x, y.start), (x, y.end)], thin)),
                )?,
            };
        if !series.label.is_empty() {
            drawn
                .label(&series.label)
                .legend(move |(x, y)| PathElement::new([(x, y), (x + 16, y)], line));
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn chart(scale: Scale, points: &[(f64, f64)]) -> Chart {
        let series = [Mark::Line, Mark::Dashes, Mark::Dots, Mark::Bars, Mark::Rules].map(|mark| {
            Series { label: format!("{mark:?}"), ink: Ink::Own, mark, points: points.to_vec() }
        });
        Chart {
            title: "<&>".to_owned(),
            x: Axis::linear("x").scaled(scale),
            y: Axis::linear("y").showing(0.0, 8.0),
            series: series.into(),
        }
    }

    #[test]
    fn every_kind_of_mark_is_drawn_on_every_scale_and_named() {
        for scale in [Scale::Linear, Scale::Bytes, Scale::LogBytes, Scale::Logit] {
            let points = [(0.5, 1.0), (2.0, f64::NAN), (3.0, 2.0), (f64::INFINITY, 1.0)];
            let svg = chart(scale, &points).svg();
            assert!(svg.ends_with("</svg>\n") && svg.contains("&lt;&amp;&gt;"));
            assert!(["Line", "Dashes", "Dots", "Bars", "Rules"].iter().all(|n| svg.contains(n)));
            assert_eq!(svg.matches("<circle").count(), 2, "{scale:?}");
            assert!(!svg.contains("NaN") && !svg.contains("inf"));
        }
    }

    #[test]
    fn nothing_and_a_single_value_are_pictures_too() {
        for scale in [Scale::Linear, Scale::LogBytes] {
            assert!(chart(scale, &[]).svg().ends_with("</svg>\n"));
            assert!(chart(scale, &[(1.0, 0.0)]).svg().ends_with("</svg>\n"));
        }
    }

    #[test]
    fn ticks_are_told_in_the_units_of_their_scale() {
        assert_eq!((plain(0.5), plain(-0.0), plain(8.0)), ("0.5".into(), "0".into(), "8".into()));
        assert_eq!((bytes(0.0), bytes(500.0)), ("0".into(), "500 B".into()));
        assert_eq!((bytes(1500.0), bytes(2e7)), ("1.5 kB".into(), "20 MB".into()));
        assert_eq!((probability(0.0), probability(-7.0)), ("0.50".into(), "0.0009".into()));
    }
}
