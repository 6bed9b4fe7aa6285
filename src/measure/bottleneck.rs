//! The information bottleneck: how few classes of X keep what X tells of Y.

#![expect(clippy::disallowed_methods, reason = "logarithms are what is measured")]

use super::{Joint, entropy, kl_divergence, sum::accurate_sum};
use std::f64::consts::LN_2;

/// One point of the information plane: classes T of X, and what they keep and tell.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct PlanePoint {
    /// Classes that T has.
    pub classes: usize,
    /// I(X; T), in bits: what T still holds of X. Of classes with sharp borders it is H(T).
    pub kept_bits: f64,
    /// I(T; Y), in bits: what T tells of Y, at most I(X; Y) (data processing).
    pub relevant_bits: f64,
}

/// Values of X merged two by two, whichever loses least of I(T; Y) first, until one class is
/// left.
///
/// ```text
/// loss of merging a, b = (P(a) + P(b)) · JS(P(Y | a), P(Y | b)), weighted by P(a), P(b)
/// ```
///
/// Greedy: each step is the best one, the whole need not be the best partition.
/// Source: Slonim & Tishby, "Agglomerative information bottleneck", NIPS (1999).
#[derive(Clone, Debug, PartialEq)]
pub struct Agglomeration {
    /// Rows of X that are possible.
    rows: Vec<usize>,
    /// All rows of X.
    row_count: usize,
    /// The places in `rows` of the classes merged, the second into the first, in order.
    merges: Vec<(usize, usize)>,
    points: Vec<PlanePoint>,
}

impl Agglomeration {
    /// The merging of the rows of `joint`, X, by what they tell of its columns, Y. Takes
    /// n² m steps for n possible rows of m columns, and n² numbers.
    pub fn of(joint: &Joint) -> Self {
        let all = joint.probabilities();
        let rows: Vec<usize> =
            (0..all.len()).filter(|&x| all[x].iter().any(|&p| p > 0.0)).collect();
        let mut classes: Vec<Option<Vec<f64>>> =
            rows.iter().map(|&x| Some(all[x].clone())).collect();
        let mut losses = Losses::of(&classes);
        let (mut plane, mut merges) = (vec![point(&classes, joint)], Vec::new());
        while merges.len() + 1 < rows.len() {
            let (into, from) = losses.least();
            let gone = classes[from].take();
            for (kept, added) in classes[into].iter_mut().flatten().zip(gone.iter().flatten()) {
                *kept += added;
            }
            losses.update(&classes, into, from);
            merges.push((into, from));
            plane.push(point(&classes, joint));
        }
        Self { rows, row_count: all.len(), merges, points: plane }
    }

    /// The plane, from a class for every possible value of X to one for all.
    pub fn points(&self) -> &[PlanePoint] {
        &self.points
    }

    /// The class of every value of X when `classes` are left, numbered from 0 in the order in
    /// which they first appear; values that are impossible are in class 0.
    pub fn assignment(&self, classes: usize) -> Vec<usize> {
        let steps = self.rows.len().saturating_sub(classes.max(1));
        let mut owner: Vec<usize> = (0..self.rows.len()).collect();
        for &(into, from) in &self.merges[..steps.min(self.merges.len())] {
            owner.iter_mut().filter(|class| **class == from).for_each(|class| *class = into);
        }
        let mut order: Vec<usize> = Vec::new();
        let mut assignment = vec![0; self.row_count];
        for (&row, class) in self.rows.iter().zip(owner) {
            let known = order.iter().position(|&other| other == class);
            assignment[row] = known.unwrap_or_else(|| {
                order.push(class);
                order.len() - 1
            });
        }
        assignment
    }
}

fn point(classes: &[Option<Vec<f64>>], joint: &Joint) -> PlanePoint {
    let left: Vec<&Vec<f64>> = classes.iter().flatten().collect();
    let sizes: Vec<f64> = left.iter().map(|row| accurate_sum(row.iter().copied())).collect();
    let given = accurate_sum(left.iter().map(|row| surprise_within(row)));
    PlanePoint {
        classes: left.len(),
        kept_bits: entropy(&sizes),
        relevant_bits: (entropy(&joint.marginal_y()) - given).max(0.0),
    }
}

/// P(t) H(Y | t), in bits, of a class with these P(t, y).
fn surprise_within(row: &[f64]) -> f64 {
    let total: f64 = row.iter().sum();
    let terms = row.iter().filter(|&&p| p > 0.0).map(|p| p * (total / p).log2());
    terms.sum()
}

/// What merging any two classes would lose, in bits.
struct Losses {
    /// By the later class, then the earlier one; ∞ if one of them is gone.
    table: Vec<Vec<f64>>,
    /// [`surprise_within`] each class.
    within: Vec<f64>,
}

impl Losses {
    fn of(classes: &[Option<Vec<f64>>]) -> Self {
        let within = classes.iter().flatten().map(|row| surprise_within(row)).collect();
        let mut losses = Self { table: Vec::new(), within };
        losses.table = (0..classes.len())
            .map(|b| (0..b).map(|a| losses.of_pair(classes, a, b)).collect())
            .collect();
        losses
    }

    fn of_pair(&self, classes: &[Option<Vec<f64>>], a: usize, b: usize) -> f64 {
        let (Some(one), Some(other)) = (&classes[a], &classes[b]) else { return f64::INFINITY };
        let both: Vec<f64> = one.iter().zip(other).map(|(p, q)| p + q).collect();
        (surprise_within(&both) - self.within[a] - self.within[b]).max(0.0)
    }

    /// The two classes, the earlier first, whose merging loses least.
    fn least(&self) -> (usize, usize) {
        let pairs = self.table.iter().enumerate();
        let pairs =
            pairs.flat_map(|(b, row)| row.iter().enumerate().map(move |(a, loss)| (loss, a, b)));
        let least = pairs.min_by(|x, y| x.0.total_cmp(y.0));
        least.map(|(_, a, b)| (a, b)).expect("two classes are left")
    }

    /// After `from` was merged `into` another.
    fn update(&mut self, classes: &[Option<Vec<f64>>], into: usize, from: usize) {
        self.within[into] = classes[into].as_ref().map_or(0.0, |row| surprise_within(row));
        for gone_or_grown in [from, into] {
            for other in (0..classes.len()).filter(|&other| other != gone_or_grown) {
                let (a, b) = (other.min(gone_or_grown), other.max(gone_or_grown));
                self.table[b][a] = self.of_pair(classes, a, b);
            }
        }
    }
}

/// A soft compression T of X, and where it lies on the information plane.
#[derive(Clone, Debug, PartialEq)]
pub struct Bottleneck {
    /// P(t | x), by the rows of X.
    pub assignment: Vec<Vec<f64>>,
    /// What it keeps and tells.
    pub point: PlanePoint,
}

/// The information bottleneck of X, the rows of `joint`, for Y, its columns: a P(T | X) that
/// minimises I(X; T) − `beta` · I(T; Y).
///
/// `beta` > 0 is what a bit about Y is worth in bits about X. Up to 1 nothing is worth
/// keeping (data processing); towards ∞ all that tells of Y is kept. Begins with a class for
/// each value and goes on by the self-consistent equations, each of which lowers the aim,
///
/// ```text
/// P(t | x) ∝ P(t) exp(−β KL(P(Y | x) ‖ P(Y | t)))      nats in the exponent
/// ```
///
/// until nothing moves by 10⁻¹²; it may stop at a local minimum.
/// Source: Tishby, Pereira & Bialek, Allerton (1999).
pub fn information_bottleneck(joint: &Joint, beta: f64) -> Bottleneck {
    /// Steps at most: near a value of β at which a class vanishes they become small.
    const MOST_STEPS: u32 = 20_000;
    let p_x = joint.marginal_x();
    let given = conditional(joint.probabilities());
    let identity = |x: usize| (0..p_x.len()).map(|t| f64::from(u8::from(t == x))).collect();
    let mut assignment: Vec<Vec<f64>> = (0..p_x.len()).map(identity).collect();
    for _ in 0..MOST_STEPS {
        let next = improved(joint, &given, &assignment, beta);
        let moves = next.iter().flatten().zip(assignment.iter().flatten());
        let largest = moves.map(|(new, old)| (new - old).abs()).fold(0.0, f64::max);
        assignment = next;
        if largest < 1e-12 {
            break;
        }
    }
    let with_y = classes_with_y(joint, &assignment);
    let with_x: Vec<Vec<f64>> = p_x
        .iter()
        .zip(&assignment)
        .map(|(p, row)| row.iter().map(|share| p * share).collect())
        .collect();
    let information = |table: Vec<Vec<f64>>| {
        Joint::new(table).map_or(0.0, |joint| joint.mutual_information().max(0.0))
    };
    let classes = distinct(&with_y);
    let (kept_bits, relevant_bits) = (information(with_x), information(with_y));
    Bottleneck { assignment, point: PlanePoint { classes, kept_bits, relevant_bits } }
}

/// P(Y | row) of each row of a joint distribution; impossible rows stay zeros.
fn conditional(rows: &[Vec<f64>]) -> Vec<Vec<f64>> {
    let scaled = |row: &Vec<f64>| {
        let total: f64 = row.iter().sum();
        row.iter().map(|p| if total > 0.0 { p / total } else { 0.0 }).collect()
    };
    rows.iter().map(scaled).collect()
}

/// P(t, y).
fn classes_with_y(joint: &Joint, assignment: &[Vec<f64>]) -> Vec<Vec<f64>> {
    let rows = joint.probabilities();
    let class = |t: usize| {
        let share = |y: usize| accurate_sum(rows.iter().zip(assignment).map(|(p, a)| p[y] * a[t]));
        (0..rows[0].len()).map(share).collect()
    };
    (0..assignment[0].len()).map(class).collect()
}

/// One step of the self-consistent equations.
fn improved(
    joint: &Joint,
    given: &[Vec<f64>],
    assignment: &[Vec<f64>],
    beta: f64,
) -> Vec<Vec<f64>> {
    let with_y = classes_with_y(joint, assignment);
    let (p_t, tells) = (with_y.iter().map(|row| row.iter().sum::<f64>()), conditional(&with_y));
    let p_t: Vec<f64> = p_t.collect();
    let row = |x: usize| {
        let scores = p_t.iter().zip(&tells).map(|(&p, tells)| {
            if p > 0.0 {
                p.ln() - beta * LN_2 * kl_divergence(&given[x], tells)
            } else {
                f64::NEG_INFINITY
            }
        });
        super::softmax(&scores.collect::<Vec<_>>(), 1.0)
    };
    let is_possible = |x: &usize| given[*x].iter().any(|&p| p > 0.0);
    (0..given.len()).map(|x| if is_possible(&x) { row(x) } else { assignment[x].clone() }).collect()
}

/// Classes of P(t, y) that are possible and tell different things of Y.
fn distinct(with_y: &[Vec<f64>]) -> usize {
    let mut seen: Vec<Vec<f64>> = Vec::new();
    for class in conditional(with_y) {
        let is_same =
            |other: &Vec<f64>| other.iter().zip(&class).all(|(a, b)| (a - b).abs() < 1e-6);
        if class.iter().sum::<f64>() > 0.0 && !seen.iter().any(is_same) {
            seen.push(class);
        }
    }
    seen.len()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::measure::{binary_entropy, tests::close};
    use proptest::prelude::*;

    /// A fair bit seen through a channel that inverts it with probability `noise`.
    fn channel(noise: f64) -> Joint {
        Joint::new(vec![vec![1.0 - noise, noise], vec![noise, 1.0 - noise]]).unwrap()
    }

    /// The p ≤ ½ of a coin with `bits` of entropy.
    fn coin_of(bits: f64) -> f64 {
        let (mut low, mut high) = (0.0, 0.5);
        for _ in 0..60 {
            let middle = f64::midpoint(low, high);
            if binary_entropy(middle) < bits { low = middle } else { high = middle }
        }
        low
    }

    #[test]
    fn a_bit_through_a_noisy_channel_lies_on_mrs_gerbers_curve() {
        let noise = 0.1;
        for beta in [1.7, 2.0, 3.0, 10.0] {
            let point = information_bottleneck(&channel(noise), beta).point;
            let blur = coin_of(1.0 - point.kept_bits);
            let both = blur * (1.0 - noise) + noise * (1.0 - blur);
            close(point.relevant_bits, 1.0 - binary_entropy(both), 1e-6);
            assert!(point.classes == 2 && point.kept_bits > 0.0, "{point:?}");
        }
    }

    #[test]
    fn below_the_critical_trade_nothing_is_kept() {
        // 1 / (1 − 2 · noise)² = 1.5625.
        for beta in [0.5, 1.0, 1.5] {
            let point = information_bottleneck(&channel(0.1), beta).point;
            close(point.kept_bits, 0.0, 1e-6);
            close(point.relevant_bits, 0.0, 1e-6);
        }
    }

    #[test]
    fn all_that_tells_is_kept_if_it_is_worth_enough() {
        // Rows 1 and 2 tell the same of Y.
        let joint = Joint::new(vec![vec![4.0, 1.0], vec![2.0, 6.0], vec![1.0, 3.0]]).unwrap();
        let point = information_bottleneck(&joint, 1e4).point;
        close(point.relevant_bits, joint.mutual_information(), 1e-6);
        assert_eq!(point.classes, 2);
    }

    #[test]
    fn values_that_tell_the_same_are_merged_first_at_no_loss() {
        let joint = Joint::new(vec![
            vec![3.0, 1.0, 0.0],
            vec![0.0, 0.0, 0.0],
            vec![0.0, 1.0, 4.0],
            vec![6.0, 2.0, 0.0],
        ]);
        let joint = joint.unwrap();
        let merging = Agglomeration::of(&joint);
        let points = merging.points();
        assert_eq!(points.iter().map(|point| point.classes).collect::<Vec<_>>(), [3, 2, 1]);
        close(points[0].relevant_bits, joint.mutual_information(), 1e-12);
        close(points[0].kept_bits, entropy(&joint.marginal_x()), 1e-12);
        close(points[1].relevant_bits, joint.mutual_information(), 1e-12);
        close(points[2].relevant_bits + points[2].kept_bits, 0.0, 1e-12);
        assert_eq!(merging.assignment(2), [0, 0, 1, 0]);
        assert_eq!(merging.assignment(1), [0, 0, 0, 0]);
        assert_eq!(merging.assignment(9), [0, 0, 1, 2]);
    }

    proptest! {
        #[test]
        fn classes_tell_no_more_than_what_they_are_made_of(
            weights in prop::collection::vec(prop::collection::vec(0.0..1.0_f64, 4), 2..7)
        ) {
            let Some(joint) = Joint::new(weights) else { return Ok(()) };
            let merging = Agglomeration::of(&joint);
            let points = merging.points();
            close(points[0].relevant_bits, joint.mutual_information(), 1e-9);
            for pair in points.windows(2) {
                prop_assert!(pair[1].relevant_bits <= pair[0].relevant_bits + 1e-9);
                prop_assert!(pair[1].kept_bits <= pair[0].kept_bits + 1e-9);
            }
            for point in points {
                prop_assert!(point.relevant_bits <= point.kept_bits + 1e-9);
                let assignment = merging.assignment(point.classes);
                prop_assert_eq!(assignment.iter().max().unwrap() + 1, point.classes);
            }
        }
    }
}
