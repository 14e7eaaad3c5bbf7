//! Weights' gradients of a block that sees pictures and is average pooled, window by window. Of what the
//! kernel sees at the four pixels of a window, the sums for all sixteen ways that a gradient may take
//! through the window are made once; for each filter one of them is then multiplied with the window's
//! gradient. That is a product where there would be up to four, and no place has to be found.

use super::conv::{Block, Gradients};
use super::unrolled::Unrolled;
use super::vector::{Four, WIDTH, load, store, vectors};

/// Vectors of what is seen at a pixel: nine times three values, and a one, by which the bias' gradient is
/// summed with the others.
const VECTORS: usize = 7;

/// Values of it.
const VALUES: usize = VECTORS * WIDTH;

/// Ways through a window.
const ROUTES: usize = 16;

/// Values of a window, by route.
const OF_WINDOW: usize = ROUTES * VALUES;

/// Windows whose sums stay in the cache; they are as many places as a running sum may go over.
const WINDOWS: usize = 16;

/// Whether a block is of this kind.
pub(super) fn fits(block: &Block) -> bool {
    let Unrolled { sizes, laid, .. } = Unrolled::new(block);
    (sizes.kernel, laid.step) == (1, VALUES) && sizes.channels == VALUES
}

/// Gradients of the weights and the bias, from those of the outputs and their routes.
pub(super) fn backward(
    block: &Block,
    inputs: &[f32],
    (gradients, routes): (&[f32], &[u8]),
) -> Gradients {
    let filters = block.sizes.filters;
    let unrolled = Unrolled::new(block);
    let mut room = unrolled.room_with_ones();
    let mut sums = Sums::new(filters);
    let pictures = gradients.len() / block.outputs();
    let half = block.output_side();
    for picture in 0..pictures {
        let of = |count: usize| picture * count..(picture + 1) * count;
        let view = unrolled.view(&inputs[of(block.inputs())], block.doubled, &mut room);
        let (gradients, routes) = (&gradients[of(block.outputs())], &routes[of(block.outputs())]);
        let size = WINDOWS * filters;
        let windows = gradients.chunks(size).zip(routes.chunks(size)).zip((0..).step_by(WINDOWS));
        for ((gradients, routes), first) in windows {
            for window in 0..gradients.len() / filters {
                let (y, x) = ((first + window) / half * 2, (first + window) % half * 2);
                let [top, bottom] = [y, y + 1].map(|y| &view[unrolled.laid.at(y, x)..]);
                sums.see(window, top, bottom);
            }
            sums.add(gradients, routes);
        }
    }
    // Each place has a quarter of the window's gradient.
    sums.weights.iter_mut().for_each(|sum| *sum *= 0.25);
    let bias = sums.bias.iter().map(|sum| (sum * 0.25) as f32).collect();
    Gradients { inputs: Vec::new(), weights: unrolled.weights(sums.weights), bias }
}

struct Sums {
    /// `[window][route][value]`
    seen: Vec<f32>,
    /// `[filter][value]`
    weights: Vec<f32>,
    bias: Vec<f64>,
}

impl Sums {
    fn new(filters: usize) -> Self {
        Self {
            seen: vec![0.0; WINDOWS * OF_WINDOW],
            weights: vec![0.0; filters * VALUES],
            bias: vec![0.0; filters],
        }
    }

    /// What is seen at a window of two rows, by route. That of no route stays zero.
    #[inline(never)]
    fn see(&mut self, window: usize, top: &[f32], bottom: &[f32]) {
        let seen = &mut self.seen[window * OF_WINDOW..][..OF_WINDOW];
        for at in (0..VALUES).step_by(WIDTH) {
            let a = load(&top[at..]);
            let b = load(&top[VALUES + at..]);
            let c = load(&bottom[at..]);
            let d = load(&bottom[VALUES + at..]);
            let ab = a + b;
            let (ac, bc, abc) = (a + c, b + c, ab + c);
            let mut put = |route: usize, sum| store(sum, &mut seen[route * VALUES + at..]);
            put(1, a);
            put(2, b);
            put(3, ab);
            put(4, c);
            put(5, ac);
            put(6, bc);
            put(7, abc);
            put(8, d);
            put(9, a + d);
            put(10, b + d);
            put(11, ab + d);
            put(12, c + d);
            put(13, ac + d);
            put(14, bc + d);
            put(15, abc + d);
        }
    }

    /// Adds what the windows that were seen come to, with gradients `[window][filter]`.
    #[inline(never)]
    fn add(&mut self, gradients: &[f32], routes: &[u8]) {
        let filters = self.bias.len();
        let sums = self.weights.chunks_exact_mut(VALUES).zip(&mut self.bias);
        for (filter, (weights, bias)) in sums.enumerate() {
            let mut sums = [Four::default(); VECTORS];
            let windows = gradients.chunks_exact(filters).zip(routes.chunks_exact(filters));
            for ((gradients, routes), seen) in windows.zip(self.seen.as_chunks::<OF_WINDOW>().0) {
                let from = usize::from(routes[filter] % 16) * VALUES;
                let Some(seen) = vectors::<VECTORS>(&seen[from..]) else { break };
                let gradient = Four::all(gradients[filter]);
                for (sum, seen) in sums.iter_mut().zip(seen) {
                    *sum = sum.plus_product(gradient, Four::of(seen));
                }
            }
            for (to, sum) in weights.as_chunks_mut::<WIDTH>().0.iter_mut().zip(sums) {
                to.iter_mut().zip(sum.values()).for_each(|(to, sum)| *to += sum);
            }
            *bias += f64::from(sums[VECTORS - 1].values()[WIDTH - 1]);
        }
    }
}
