//! The one source of chance: a small integer-hash generator, seeded and split by the caller.
//! It knows nothing of what is drawn with it, and gives the same numbers on every machine.

/// A counter hashed into 32 random bits: Weyl sequence in, two-round xor-multiply mix out.
///
/// The mixer is `lowbias32` with the constants found by Chris Wellons' hash prospector
/// (<https://github.com/skeeto/hash-prospector>). Integer operations only, so that Python and
/// JavaScript can repeat it.
#[derive(Debug, Clone)]
pub struct Rng {
    counter: u32,
}

/// What a generator is for. Two purposes never share a stream, so drawing more of one thing
/// leaves the others as they were.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(u32)]
pub enum Purpose {
    /// Starting weights; the index is the parameter's place in the model.
    Weights = 1,
    /// The order of an epoch; the index is the epoch.
    Shuffle = 2,
    /// Corruption of inputs; the index is the optimizer step or the picture.
    Noise = 3,
    /// Pictures picked to be shown.
    Samples = 4,
    /// Procedurally drawn pictures; the index is the picture.
    Synthetic = 5,
    /// Subsets chosen by data-prep.
    Subset = 6,
}

fn mix(mut x: u32) -> u32 {
    x = (x ^ (x >> 16)).wrapping_mul(0x21f0_aaad);
    x = (x ^ (x >> 15)).wrapping_mul(0x735a_2d97);
    x ^ (x >> 15)
}

/// What 32 random bits are as a number in `[0, 1)`: a multiple of 2^-24, exact in `f32`.
pub(crate) fn unit(bits: u32) -> f32 {
    (bits >> 8) as f32 / 16_777_216.0
}

impl Rng {
    /// The generator of `purpose` number `index` in the run with `seed`.
    #[must_use]
    pub fn new(seed: u64, purpose: Purpose, index: u64) -> Self {
        let mut state = 0x9e37_79b9_u32;
        for word in
            [seed as u32, (seed >> 32) as u32, purpose as u32, index as u32, (index >> 32) as u32]
        {
            state = mix(state ^ word).wrapping_add(0x9e37_79b9);
        }
        Self { counter: state }
    }

    /// What its numbers are made of: draw `n`, counted from 1, mixes this plus `n` times `0x9e37_79b9`,
    /// so that any of them can be drawn alone.
    #[must_use]
    pub fn counter(&self) -> u32 {
        self.counter
    }

    /// 32 random bits.
    pub fn bits(&mut self) -> u32 {
        self.counter = self.counter.wrapping_add(0x9e37_79b9);
        mix(self.counter)
    }

    /// Uniform in `[0, 1)`, a multiple of 2^-24, exact in `f32`.
    pub fn unit(&mut self) -> f32 {
        unit(self.bits())
    }

    /// Uniform in `[low, high)`.
    pub fn range(&mut self, low: f32, high: f32) -> f32 {
        low + (high - low) * self.unit()
    }

    /// Uniform among `0..n` by multiply and shift, whose bias is below `n / 2^32`; 0 for an
    /// empty range.
    pub fn below(&mut self, n: u32) -> u32 {
        ((u64::from(self.bits()) * u64::from(n)) >> 32) as u32
    }

    /// Standard normal, by the Box-Muller transform (1958) on `libm`, whose results, unlike the
    /// system's, are the same in wasm and natively. (A root is the same everywhere: IEEE 754 defines
    /// it, and the machine's is faster.)
    pub fn normal(&mut self) -> f32 {
        let radius = (-2.0 * libm::logf(1.0 - self.unit())).sqrt();
        radius * libm::cosf(core::f32::consts::TAU * self.unit())
    }

    /// `0..n` in random order (Fisher-Yates).
    pub fn permutation(&mut self, n: u32) -> Vec<u32> {
        let mut order: Vec<u32> = (0..n).collect();
        for i in (1..n).rev() {
            order.swap(i as usize, self.below(i + 1) as usize);
        }
        order
    }
}

#[cfg(test)]
mod tests {
    use super::{Purpose, Rng};

    #[test]
    fn streams_repeat_and_differ() {
        let draw = |seed, purpose, index| {
            let mut rng = Rng::new(seed, purpose, index);
            [rng.bits(), rng.bits(), rng.bits()]
        };
        let first = draw(0, Purpose::Weights, 0);
        assert_eq!(first, draw(0, Purpose::Weights, 0));
        assert_ne!(first, draw(1, Purpose::Weights, 0));
        assert_ne!(first, draw(1 << 32, Purpose::Weights, 0));
        assert_ne!(first, draw(0, Purpose::Shuffle, 0));
        assert_ne!(first, draw(0, Purpose::Weights, 1));
    }

    #[test]
    fn moments_are_those_of_the_distributions() {
        let mut rng = Rng::new(7, Purpose::Noise, 0);
        let n = 200_000;
        let (mut mean, mut square, mut unit) = (0.0_f64, 0.0_f64, 0.0_f64);
        for _ in 0..n {
            let x = f64::from(rng.normal());
            mean += x;
            square += x * x;
            let u = rng.unit();
            assert!((0.0..1.0).contains(&u));
            unit += f64::from(u);
        }
        assert!((mean / f64::from(n)).abs() < 0.01);
        assert!((square / f64::from(n) - 1.0).abs() < 0.02);
        assert!((unit / f64::from(n) - 0.5).abs() < 0.005);
    }

    #[test]
    fn permutation_holds_every_index_once() {
        for n in [0, 1, 2, 1000] {
            let mut order = Rng::new(3, Purpose::Shuffle, 0).permutation(n);
            order.sort_unstable();
            assert_eq!(order, (0..n).collect::<Vec<_>>());
        }
    }
}
