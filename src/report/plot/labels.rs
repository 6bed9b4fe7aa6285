use std::ops::Range;

/// Where the label of a point stands, so that labels do not cover points or one another.
pub(super) struct Labels {
    taken: Vec<Rectangle>,
}

/// A rectangle in pixels, y downwards.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Rectangle {
    left: i32,
    top: i32,
    right: i32,
    bottom: i32,
}

impl Rectangle {
    fn overlaps(self, other: Self) -> bool {
        self.left < other.right
            && other.left < self.right
            && self.top < other.bottom
            && other.top < self.bottom
    }
}

/// Height of a letter, and width of an average one, pixels.
pub(super) const LETTER: (i32, i32) = (14, 7);
/// From the middle of a point to its label, pixels.
const GAP: i32 = 7;

impl Labels {
    /// No labels yet beside these `points`.
    pub(super) fn new(points: &[(i32, i32)]) -> Self {
        let around = |&(x, y): &(i32, i32)| Rectangle {
            left: x - 4,
            top: y - 4,
            right: x + 4,
            bottom: y + 4,
        };
        Self { taken: points.iter().map(around).collect() }
    }

    /// The upper left corner for a label of `letters` beside the point at `(x, y)`, within
    /// these pixel `columns`: the first free place right or left of it, in growing distance.
    pub(super) fn place(
        &mut self,
        (x, y): (i32, i32),
        letters: usize,
        columns: &Range<i32>,
    ) -> (i32, i32) {
        let size = (letters as i32 * LETTER.1, LETTER.0);
        let shifts = [0, -7, 7, -13, 13, -20, 20, -27, 27, -34, 34];
        let beside = shifts.iter().flat_map(|shift| {
            let top = y - size.1 / 2 + shift;
            [(x + GAP, top), (x - GAP - size.0, top)]
        });
        let corner = beside
            .map(|(left, top)| Rectangle { left, top, right: left + size.0, bottom: top + size.1 })
            .find(|place| {
                place.left >= columns.start
                    && place.right <= columns.end
                    && !self.taken.iter().any(|&other| place.overlaps(other))
            });
        let place = corner.unwrap_or(Rectangle {
            left: x + GAP,
            top: y - size.1 / 2,
            right: x + GAP + size.0,
            bottom: y + size.1 / 2,
        });
        self.taken.push(place);
        (place.left, place.top)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn labels_of_neighbours_keep_clear_of_one_another() {
        let points = [(100, 100), (104, 103), (98, 97), (300, 100)];
        let mut labels = Labels::new(&points);
        let places = points.map(|point| labels.place(point, 8, &(0..400)));
        let boxes =
            places.map(|(left, top)| Rectangle { left, top, right: left + 56, bottom: top + 14 });
        for (index, one) in boxes.iter().enumerate() {
            assert!(boxes[index + 1..].iter().all(|other| !one.overlaps(*other)), "{boxes:?}");
        }
        assert_eq!(places[3], (307, 93));
    }

    #[test]
    fn a_label_at_the_right_edge_stands_left_of_its_point() {
        let mut labels = Labels::new(&[(390, 50)]);
        assert_eq!(labels.place((390, 50), 5, &(0..400)), (390 - 7 - 35, 43));
    }
}
