//! Gradients of a block that is pooled, picture by picture. Pooling lets a gradient through to few
//! places of the convolution's map, of a largest value one in four: only these are visited. By
//! filter they give the weights' gradients, by pixel the inputs'.

use super::conv::Sizes;
use super::laid::Laid;
use super::resize::Pool;
use super::vector::{Four, WIDTH, vectors};

/// Places that a running sum goes over before it is added to the others: see
/// [`super::sums`], whose sums are as long.
const RUN: usize = 64;

/// A gradient, and where it acts: from which value on.
type Place = (u32, f32);

/// How the values that a kernel sees at a place lie in memory: `rows` runs of `run` values, `apart`
/// from each other.
#[derive(Debug, Clone, Copy)]
struct Seen {
    rows: usize,
    run: usize,
    apart: usize,
}

impl Seen {
    /// In a map laid out.
    fn of(laid: Laid, kernel: usize) -> Self {
        Self { rows: kernel, run: kernel * laid.step, apart: laid.row() }
    }

    fn values(&self) -> usize {
        self.rows * self.run
    }
}

/// Calls a function with the number of vectors that are summed at once, known to the compiler: the
/// most registers that divide a run.
macro_rules! by_chunk {
    ($run:expr, $name:ident $args:tt) => {
        match $run {
            run if run % 32 == 0 => by_chunk!(@ $name, 8, $args),
            28 => by_chunk!(@ $name, 7, $args),
            run if run % 24 == 0 => by_chunk!(@ $name, 6, $args),
            _ => by_chunk!(@ $name, 1, $args),
        }
    };
    (@ $name:ident, $chunk:expr, ($self:ident, $($arg:expr),*)) => {
        $self.$name::<{ $chunk }>($($arg),*)
    };
}

/// The places of one picture's map that have a gradient.
pub(super) struct Places {
    /// By filter, each with room for all.
    of: Vec<Place>,
    counts: Vec<usize>,
    room: usize,
}

impl Places {
    /// For so many filters of a map pooled to `half`.
    pub(super) fn new(pool: Pool, half: usize, filters: usize) -> Self {
        // One more than fits: what is not a place is written, too, and then written over.
        let room = half * half * if pool == Pool::Max { 1 } else { 4 } + 1;
        Self { of: vec![(0, 0.0); filters * room], counts: vec![0; filters], room }
    }

    /// Finds the places. `at(y, x)` is where the kernel at a pixel begins.
    pub(super) fn find(
        &mut self,
        pool: Pool,
        (gradients, routes): (&[f32], &[u8]),
        half: usize,
        at: impl Fn(usize, usize) -> usize,
    ) {
        self.counts.fill(0);
        let filters = self.counts.len();
        let windows = gradients.chunks_exact(filters).zip(routes.chunks_exact(filters));
        for (index, (gradients, routes)) in windows.enumerate() {
            let starts = window(index, half).map(|(y, x)| at(y, x) as u32);
            let lists = self.of.chunks_exact_mut(self.room).zip(&mut self.counts);
            for ((list, count), (gradient, route)) in lists.zip(gradients.iter().zip(routes)) {
                each(pool, *gradient, *route, |place, value, there| {
                    list[*count] = (starts[place], value);
                    *count += usize::from(there);
                });
            }
        }
    }

    fn filters(&self) -> impl Iterator<Item = &[Place]> {
        self.of.chunks_exact(self.room).zip(&self.counts).map(|(list, count)| &list[..*count])
    }
}

/// The pixels of a window.
fn window(index: usize, half: usize) -> [(usize, usize); 4] {
    let (y, x) = (index / half * 2, index % half * 2);
    [(y, x), (y, x + 1), (y + 1, x), (y + 1, x + 1)]
}

/// Visits the places of a window to which a route leads, and one that it does not lead to where it
/// is none, so that nothing depends on what cannot be foreseen.
#[inline(always)]
fn each(pool: Pool, gradient: f32, route: u8, mut visit: impl FnMut(usize, f32, bool)) {
    match pool {
        Pool::Max => visit(route.trailing_zeros() as usize & 3, gradient, route != 0),
        Pool::Average => {
            for place in 0..4 {
                visit(place, gradient * 0.25, route >> place & 1 == 1);
            }
        }
    }
}

/// `values` as groups of `V` vectors.
fn chunks_mut<const V: usize>(values: &mut [f32]) -> impl Iterator<Item = &mut [[f32; WIDTH]; V]> {
    values.as_chunks_mut().0.as_chunks_mut().0.iter_mut()
}

/// `sums` and, for each place, its gradient times the vectors of `values` from there on.
#[inline(always)]
fn weighted<const V: usize>(places: &[Place], values: &[f32], mut sums: [Four; V]) -> [Four; V] {
    for (start, gradient) in places {
        let Some(values) = vectors::<V>(&values[*start as usize..]) else { break };
        let gradient = Four::all(*gradient);
        for (sum, values) in sums.iter_mut().zip(values) {
            *sum = sum.plus_product(gradient, Four::of(values));
        }
    }
    sums
}

/// Weight and bias gradients.
pub(super) struct Sums {
    sizes: Sizes,
    step: usize,
    seen: Seen,
    /// `[filter][row][run]`
    weights: Vec<f32>,
    bias: Vec<f64>,
}

impl Sums {
    pub(super) fn new(sizes: &Sizes, laid: Laid) -> Self {
        let (seen, filters) = (Seen::of(laid, sizes.kernel), sizes.filters);
        let step = laid.step;
        Self {
            sizes: *sizes,
            step,
            seen,
            weights: vec![0.0; filters * seen.values()],
            bias: vec![0.0; filters],
        }
    }

    /// Adds a picture's part.
    pub(super) fn add(&mut self, view: &[f32], places: &Places) {
        for (places, bias) in places.filters().zip(&mut self.bias) {
            for run in places.chunks(RUN) {
                // Four sums: each addition of one would wait for the one before.
                let (fours, rest) = run.as_chunks::<4>();
                let mut sums = [0.0_f32; 4];
                for four in fours {
                    sums.iter_mut().zip(four).for_each(|(sum, (_, value))| *sum += value);
                }
                let [a, b, c, d] = sums;
                let rest = rest.iter().map(|(_, value)| value).sum::<f32>();
                *bias += f64::from((a + b) + (c + d) + rest);
            }
        }
        by_chunk!(self.seen.run, add_weights(self, view, places));
    }

    #[inline(never)]
    fn add_weights<const V: usize>(&mut self, view: &[f32], places: &Places) {
        let Seen { rows, run, apart } = self.seen;
        for (places, weights) in
            places.filters().zip(self.weights.chunks_exact_mut(self.seen.values()))
        {
            for places in places.chunks(RUN) {
                for (row, weights) in (0..rows).zip(weights.chunks_exact_mut(run)) {
                    for (chunk, to) in chunks_mut::<V>(weights).enumerate() {
                        let view = &view[row * apart + chunk * V * WIDTH..];
                        let sums = weighted(places, view, [Four::default(); V]);
                        for (to, sum) in to.iter_mut().zip(sums) {
                            to.iter_mut().zip(sum.values()).for_each(|(to, sum)| *to += sum);
                        }
                    }
                }
            }
        }
    }

    /// Weights as `[filter][channel][ky][kx]`, and bias.
    pub(super) fn finish(self) -> (Vec<f32>, Vec<f32>) {
        let Sizes { channels, kernel, .. } = self.sizes;
        let (area, values) = (kernel * kernel, self.seen.values());
        let mut weights = Vec::with_capacity(self.bias.len() * channels * area);
        for sums in self.weights.chunks_exact(values) {
            for channel in 0..channels {
                weights.extend((0..area).map(|place| sums[place * self.step + channel]));
            }
        }
        (weights, self.bias.iter().map(|sum| *sum as f32).collect())
    }
}

/// Input gradients.
pub(super) struct Spread {
    seen: Seen,
    laid: Laid,
    stride: usize,
    filters: usize,
    /// `[row][filter][run]`
    weights: Vec<f32>,
    /// Of a window's pixels, each with room for all filters and one more.
    lists: [Vec<Place>; 4],
}

impl Spread {
    /// `weights` are those of [`super::conv`].
    pub(super) fn new(sizes: &Sizes, laid: Laid, weights: &[f32]) -> Self {
        let Sizes { channels, filters, kernel, stride, .. } = *sizes;
        let seen = Seen::of(laid, kernel);
        let mut packed = vec![0.0; filters * seen.values()];
        for (ky, filter) in (0..kernel * filters).map(|i| (i / filters, i % filters)) {
            let run = &mut packed[(ky * filters + filter) * seen.run..][..seen.run];
            for (kx, pixel) in run.chunks_exact_mut(laid.step).enumerate() {
                for (channel, weight) in pixel.iter_mut().take(channels).enumerate() {
                    *weight = weights[((filter * channels + channel) * kernel + ky) * kernel + kx];
                }
            }
        }
        let lists = std::array::from_fn(|_| vec![(0, 0.0); filters + 1]);
        Self { seen, laid, stride, filters, weights: packed, lists }
    }

    /// Adds to `target`, which lies as the convolved map does.
    pub(super) fn add(
        &mut self,
        pool: Pool,
        (gradients, routes): (&[f32], &[u8]),
        half: usize,
        target: &mut [f32],
    ) {
        by_chunk!(self.seen.run, add_windows(self, pool, (gradients, routes), half, target));
    }

    #[inline(never)]
    fn add_windows<const V: usize>(
        &mut self,
        pool: Pool,
        (gradients, routes): (&[f32], &[u8]),
        half: usize,
        target: &mut [f32],
    ) {
        let filters = self.filters;
        let windows = gradients.chunks_exact(filters).zip(routes.chunks_exact(filters));
        for (index, (gradients, routes)) in windows.enumerate() {
            let mut counts = [0; 4];
            for (filter, (gradient, route)) in gradients.iter().zip(routes).enumerate() {
                each(pool, *gradient, *route, |place, value, there| {
                    self.lists[place][counts[place]] = ((filter * self.seen.run) as u32, value);
                    counts[place] += usize::from(there);
                });
            }
            for (((y, x), list), count) in
                window(index, half).into_iter().zip(&self.lists).zip(counts)
            {
                let start = self.laid.seen_at(y * self.stride, x * self.stride);
                self.add_pixel::<V>(&list[..count], &mut target[start..]);
            }
        }
    }

    #[inline(always)]
    fn add_pixel<const V: usize>(&self, list: &[Place], target: &mut [f32]) {
        let Seen { run, apart, .. } = self.seen;
        for (row, weights) in self.weights.chunks_exact(self.filters * run).enumerate() {
            let line = &mut target[row * apart..][..run];
            for (chunk, to) in chunks_mut::<V>(line).enumerate() {
                let weights = &weights[chunk * V * WIDTH..];
                let sums = weighted(list, weights, to.each_ref().map(Four::of));
                // One by one: as a whole they would be copied by way of the stack.
                to.iter_mut().zip(sums).for_each(|(to, sum)| *to = sum.values());
            }
        }
    }
}
