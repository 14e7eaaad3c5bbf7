//! Principal component analysis (PCA): the first two principal components of rows of numbers, such as
//! latent codes, to plot many dimensions on a plane. On the host in 64 bits, always with the same
//! result.

use crate::data::rng::{Purpose, Rng};

/// Directions that are searched at once: more of them make the first two converge sooner.
const BLOCK: usize = 8;
/// Passes over the rows at most.
const PASSES: usize = 100;
/// Change of a variance, as a fraction of the largest, below which the iteration has converged. The
/// error of the directions is then about the root of it.
const TOLERANCE: f64 = 1e-13;

/// Rows on the plane of their two widest directions.
#[derive(Debug, Clone, PartialEq)]
pub struct Projection {
    /// Along the first direction and along the second, for each row; the mean is at zero.
    pub points: Vec<[f32; 2]>,
    /// Fractions of all variance, 0 to 1; zeros where rows do not differ.
    pub explained: [f64; 2],
}

/// Values that have no components.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PcaError {
    /// No table.
    #[error(
        "{values} values are not {rows} rows of equal length. Give at least one row, and as many \
         values for each."
    )]
    NoTable {
        /// How many values were given.
        values: usize,
        /// How many rows they should be.
        rows: usize,
    },
    /// A value is infinite or not a number.
    #[error("Value {0} (counted from 0) is not a finite number. Leave its row out.")]
    NotFinite(usize),
}

/// A small symmetric matrix, or one direction a column.
type Square = [[f64; BLOCK]; BLOCK];

/// The first two principal components of `rows` rows, given one after another. A direction points
/// where its largest coordinate is positive.
///
/// # Errors
/// [`PcaError`] where the values are not that many rows of finite numbers.
pub fn project(values: &[f32], rows: usize) -> Result<Projection, PcaError> {
    if rows == 0 || values.is_empty() || !values.len().is_multiple_of(rows) {
        return Err(PcaError::NoTable { values: values.len(), rows });
    }
    if let Some(index) = values.iter().position(|value| !value.is_finite()) {
        return Err(PcaError::NotFinite(index));
    }
    let table = Table::new(values, values.len() / rows);
    let total: f64 = table.rows().map(|row| row.map(|x| x * x).sum::<f64>()).sum();
    if total <= 0.0 {
        return Ok(Projection { points: vec![[0.0; 2]; rows], explained: [0.0; 2] });
    }
    let mut directions = table.start();
    let mut found = [0.0; 2];
    for _ in 0..PASSES {
        // Subspace iteration (Golub and Van Loan, section 8.2.4): the scatter matrix is never made.
        orthonormalise(&mut directions);
        let mapped = table.scatter(&directions);
        let (variances, vectors) = eigen(&inner(&directions, &mapped));
        directions = product(&mapped, &vectors);
        let last = std::mem::replace(&mut found, [variances[0], variances[1]]);
        if (0..2).all(|k| (found[k] - last[k]).abs() <= TOLERANCE * found[0]) {
            break;
        }
    }
    orthonormalise(&mut directions);
    for k in 0..2 {
        let largest = directions
            .iter()
            .map(|of| of[k])
            .fold(0.0, |best: f64, x| if x.abs() > best.abs() { x } else { best });
        if largest < 0.0 {
            directions.iter_mut().for_each(|of| of[k] = -of[k]);
        }
    }
    let points = table.rows().map(|row| {
        let along = dot(row, &directions);
        [along[0] as f32, along[1] as f32]
    });
    Ok(Projection {
        points: points.collect(),
        explained: found.map(|x| (x / total).clamp(0.0, 1.0)),
    })
}

/// Rows about their mean.
struct Table<'a> {
    values: &'a [f32],
    mean: Vec<f64>,
}

impl<'a> Table<'a> {
    fn new(values: &'a [f32], width: usize) -> Self {
        let rows = values.len() / width;
        let mut mean = vec![0.0; width];
        for row in values.chunks_exact(width) {
            mean.iter_mut().zip(row).for_each(|(sum, &x)| *sum += f64::from(x));
        }
        mean.iter_mut().for_each(|sum| *sum /= rows as f64);
        Self { values, mean }
    }

    fn rows(&self) -> impl Iterator<Item = impl Iterator<Item = f64> + Clone + '_> + '_ {
        let centred =
            |row: &'a [f32]| row.iter().zip(&self.mean).map(|(&x, mean)| f64::from(x) - mean);
        self.values.chunks_exact(self.mean.len()).map(centred)
    }

    /// Fixed random directions: none is likely to be orthogonal to a component.
    fn start(&self) -> Vec<[f64; BLOCK]> {
        let mut rng = Rng::new(0, Purpose::Samples, 0);
        let mut number = || f64::from(rng.range(-1.0, 1.0));
        (0..self.mean.len()).map(|_| std::array::from_fn(|_| number())).collect()
    }

    /// The scatter matrix times each direction, in one pass over the rows.
    fn scatter(&self, directions: &[[f64; BLOCK]]) -> Vec<[f64; BLOCK]> {
        let mut sums = vec![[0.0; BLOCK]; directions.len()];
        for row in self.rows() {
            let along = dot(row.clone(), directions);
            for (sum, x) in sums.iter_mut().zip(row) {
                (0..BLOCK).for_each(|k| sum[k] += x * along[k]);
            }
        }
        sums
    }
}

/// A row along each direction.
fn dot(row: impl Iterator<Item = f64>, directions: &[[f64; BLOCK]]) -> [f64; BLOCK] {
    let mut along = [0.0; BLOCK];
    for (x, of) in row.zip(directions) {
        (0..BLOCK).for_each(|k| along[k] += x * of[k]);
    }
    along
}

/// Gram and Schmidt, twice, because once loses digits. A direction that others span becomes zero.
fn orthonormalise(directions: &mut [[f64; BLOCK]]) {
    for k in 0..BLOCK {
        let length = |directions: &[[f64; BLOCK]]| {
            directions.iter().map(|of| of[k] * of[k]).sum::<f64>().sqrt()
        };
        let before = length(directions);
        for _ in 0..2 {
            for j in 0..k {
                let shared: f64 = directions.iter().map(|of| of[j] * of[k]).sum();
                directions.iter_mut().for_each(|of| of[k] -= shared * of[j]);
            }
        }
        let after = length(directions);
        let scale = if after > 1e-12 * before { 1.0 / after } else { 0.0 };
        directions.iter_mut().for_each(|of| of[k] *= scale);
    }
}

/// Products of each pair of columns.
fn inner(a: &[[f64; BLOCK]], b: &[[f64; BLOCK]]) -> Square {
    let mut sums = [[0.0; BLOCK]; BLOCK];
    for (a, b) in a.iter().zip(b) {
        for (row, a) in sums.iter_mut().zip(a) {
            row.iter_mut().zip(b).for_each(|(sum, b)| *sum += a * b);
        }
    }
    sums
}

/// `columns` times `by`.
fn product(columns: &[[f64; BLOCK]], by: &Square) -> Vec<[f64; BLOCK]> {
    let row =
        |row: &[f64; BLOCK]| std::array::from_fn(|k| (0..BLOCK).map(|j| row[j] * by[j][k]).sum());
    columns.iter().map(row).collect()
}

/// Eigenvalues of a symmetric matrix, largest first, and eigenvectors as columns, by Jacobi's
/// rotations.
fn eigen(matrix: &Square) -> ([f64; BLOCK], Square) {
    let mut a = *matrix;
    let mut vectors: Square =
        std::array::from_fn(|i| std::array::from_fn(|j| f64::from(u8::from(i == j))));
    for _ in 0..30 {
        for p in 0..BLOCK {
            for q in p + 1..BLOCK {
                if a[p][q].abs() <= f64::MIN_POSITIVE {
                    continue;
                }
                let theta = (a[q][q] - a[p][p]) / (2.0 * a[p][q]);
                let t = theta.signum() / (theta.abs() + (theta * theta + 1.0).sqrt());
                let c = 1.0 / (t * t + 1.0).sqrt();
                let s = t * c;
                for row in a.iter_mut().chain(&mut vectors) {
                    (row[p], row[q]) = (c * row[p] - s * row[q], s * row[p] + c * row[q]);
                }
                let (above, below) = a.split_at_mut(q);
                for (x, y) in above[p].iter_mut().zip(&mut below[0]) {
                    (*x, *y) = (c * *x - s * *y, s * *x + c * *y);
                }
            }
        }
    }
    let mut order: [usize; BLOCK] = std::array::from_fn(|k| k);
    order.sort_by(|&i, &j| a[j][j].total_cmp(&a[i][i]));
    (order.map(|k| a[k][k]), vectors.map(|row| order.map(|k| row[k])))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn random(rows: usize, scales: &[f32], seed: u64) -> Vec<f32> {
        let mut rng = Rng::new(seed, Purpose::Noise, 0);
        let mut values = vec![0.0; rows * scales.len()];
        rng.normals(&mut values);
        values.iter_mut().zip(scales.iter().cycle()).for_each(|(value, scale)| *value *= scale);
        values
    }

    #[test]
    fn a_cross_made_by_hand() {
        // Scatter 2 * 25 along (0.6, 0.8) and 2 * 1 along (-0.8, 0.6), about (10, 20), and a
        // column that never changes.
        let values = [13.0, 24.0, 7.0, 7.0, 16.0, 7.0, 9.2, 20.6, 7.0, 10.8, 19.4, 7.0];
        let found = project(&values, 4).expect("a table");
        for (point, right) in
            found.points.iter().zip([[5.0, 0.0], [-5.0, 0.0], [0.0, -1.0], [0.0, 1.0]])
        {
            assert!(
                (point[0] - right[0]).abs() < 1e-5 && (point[1] - right[1]).abs() < 1e-5,
                "{found:?}"
            );
        }
        assert!((found.explained[0] - 25.0 / 26.0).abs() < 1e-6, "{found:?}");
        assert!((found.explained[1] - 1.0 / 26.0).abs() < 1e-6, "{found:?}");
    }

    #[test]
    fn points_are_about_zero_and_the_first_direction_is_the_widest() {
        for (rows, scales) in [
            (60, vec![1.0, 9.0, 3.0, 0.1, 0.0]),
            (20, (0..300).map(|i| 1.0 / (1.0 + i as f32)).collect()),
            (200, vec![1.0; 40]),
        ] {
            let values = random(rows, &scales, 3);
            let found = project(&values, rows).expect("a table");
            let sum = |f: &dyn Fn(&[f32; 2]) -> f32| {
                found.points.iter().map(|point| f64::from(f(point))).sum::<f64>()
            };
            let (first, second) = (sum(&|p| p[0] * p[0]), sum(&|p| p[1] * p[1]));
            assert!(sum(&|p| p[0]).abs() < 1e-3 * first && sum(&|p| p[1]).abs() < 1e-3 * first);
            assert!(sum(&|p| p[0] * p[1]).abs() < 1e-3 * first, "at right angles");
            assert!(first >= second && second > 0.0);
            let [a, b] = found.explained;
            assert!(a >= b && a + b <= 1.0 + 1e-9);
            assert!((first / second - a / b).abs() < 1e-3 * a / b);
            assert_eq!(project(&values, rows), Ok(found), "the same again");
        }
    }

    #[test]
    fn two_dimensions_keep_their_distances() {
        let values = random(50, &[2.0, 1.0], 5);
        let found = project(&values, 50).expect("a table");
        assert!((found.explained.iter().sum::<f64>() - 1.0).abs() < 1e-9);
        for i in 0..50 {
            let (p, q) = (&found.points[i], &found.points[(i + 7) % 50]);
            let (a, b) = (&values[2 * i..2 * i + 2], &values[(i + 7) % 50 * 2..][..2]);
            let between = |x: &[f32], y: &[f32]| (x[0] - y[0]).hypot(x[1] - y[1]);
            assert!((between(p, q) - between(a, b)).abs() < 1e-4);
        }
    }

    #[test]
    fn few_rows_and_equal_rows_have_components_too() {
        let at_zero = Projection { points: vec![[0.0; 2]], explained: [0.0; 2] };
        assert_eq!(project(&[1.0, 2.0, 3.0], 1), Ok(at_zero));
        let same = project(&[4.0; 30], 10).expect("a table");
        assert_eq!(same.explained, [0.0; 2]);
        let two = project(&[0.0, 0.0, 3.0, 4.0], 2).expect("a table");
        assert!((two.explained[0] - 1.0).abs() < 1e-12 && two.explained[1] < 1e-12);
        assert!((two.points[1][0] - 2.5).abs() < 1e-6 && two.points[1][1].abs() < 1e-6);
        let line = project(&[1.0, 2.0, 4.0], 3).expect("a table");
        assert!(line.points.iter().all(|point| point[1] == 0.0), "{line:?}");
    }

    #[test]
    fn no_table_is_refused_in_a_sentence() {
        let refused =
            |values: &[f32], rows| project(values, rows).expect_err("refused").to_string();
        assert!(refused(&[1.0; 7], 2).starts_with("7 values are not 2 rows of equal length."));
        assert!(refused(&[], 0).starts_with("0 values are not 0 rows"));
        assert!(refused(&[1.0; 3], 0).starts_with("3 values are not 0 rows"));
        assert!(refused(&[1.0, f32::NAN], 2).starts_with("Value 1 (counted from 0) is not"));
    }
}
