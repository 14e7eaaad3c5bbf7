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
    /// Layers in training, such as dropout; the index is made of epoch, layer and picture.
    Layer = 7,
}

/// The counter's step: 2^32 divided by the golden ratio.
const WEYL: u32 = 0x9e37_79b9;

const MIXERS: [u32; 2] = [0x21f0_aaad, 0x735a_2d97];

fn mix(x: u32) -> u32 {
    mixed(x, MIXERS)
}

#[inline(always)]
fn mixed(mut x: u32, [first, second]: [u32; 2]) -> u32 {
    x = (x ^ (x >> 16)).wrapping_mul(first);
    x = (x ^ (x >> 15)).wrapping_mul(second);
    x ^ (x >> 15)
}

/// What 32 random bits are as a number in `[0, 1)`: a multiple of 2^-24, exact in `f32`.
pub(crate) fn unit(bits: u32) -> f32 {
    (bits >> 8) as f32 / 16_777_216.0
}

/// Normals that are drawn together.
const BLOCK: usize = 64;

/// What normals are made with. V8 makes a vector that it knows anew wherever one is used, in three
/// instructions; one that it does not know stays where it is. So these are hidden from the compiler.
struct Series {
    mixers: [u32; 2],
    one: f32,
    half: f32,
    /// Of a number of 24 bits.
    unit: f32,
    /// Of a number of 22 bits.
    quarter: f32,
    /// The bits of one, of the root of a half, and of any mantissa.
    bits: [u32; 3],
    ln: [f32; 4],
    ln_2: [f32; 2],
    cosine: [f32; 4],
    sine: [f32; 4],
}

impl Series {
    fn new() -> Self {
        std::hint::black_box(Self {
            mixers: MIXERS,
            one: 1.0,
            half: 0.5,
            unit: 1.0 / 16_777_216.0,
            quarter: 1.0 / 4_194_304.0,
            bits: [0x3f80_0000, 0x3f35_04f3, 0x007f_ffff],
            ln: [0.666_666_6, 0.400_009_72, 0.284_987_87, 0.242_790_79],
            ln_2: [6.931_381e-1, 9.058_001e-6],
            cosine: [-1.233_700_5, 0.253_669_23, -0.020_860_288, 0.000_904_020_6],
            sine: [1.570_796_4, -0.645_963_5, 0.079_680_23, -0.004_602_18],
        })
    }

    /// The natural logarithm of a number from 2^-126 on, as `logf` of FreeBSD's libm, and so the
    /// `libm` crate, has it: the same bits.
    #[inline(always)]
    fn ln(&self, x: f32) -> f32 {
        let [of_one, of_root, mantissa] = self.bits;
        let bits = x.to_bits().wrapping_add(of_one.wrapping_sub(of_root));
        let twos = ((bits >> 23) as i32 - 0x7f) as f32;
        let f = f32::from_bits((bits & mantissa).wrapping_add(of_root)) - self.one;
        let s = f / (self.one + self.one + f);
        let z = s * s;
        let w = z * z;
        let rest = z * (self.ln[0] + w * self.ln[2]) + w * (self.ln[1] + w * self.ln[3]);
        let half = self.half * f * f;
        s * (half + rest) + twos * self.ln_2[1] - half + f + twos * self.ln_2[0]
    }

    /// The cosine of `part / 2^24` turns, to 1e-7: of the nearest quarter, and of what is left of it
    /// by a polynomial.
    #[inline(always)]
    fn cosine_of_turn(&self, part: u32) -> f32 {
        let quarter = (part + (1 << 21)) >> 22;
        let r = (part as i32 - (quarter << 22) as i32) as f32 * self.quarter;
        let z = r * r;
        let [cosine, sine] = [self.cosine, self.sine]
            .map(|[a, b, c, d]: [f32; 4]| (a + b * z) + z * z * (c + d * z));
        let value = if quarter & 1 == 0 { self.one + z * cosine } else { r * sine };
        // Negative in the second and third quarter of a turn, which is centred on the axis.
        f32::from_bits(value.to_bits() ^ ((quarter + 1) & 2) << 30)
    }

    /// The length of a pair of normals, of a number of 24 bits. (Signed numbers are the faster ones to
    /// convert.)
    #[inline(always)]
    fn radius(&self, part: u32) -> f32 {
        let unit = part as i32 as f32 * self.unit;
        (-(self.one + self.one) * self.ln(self.one - unit)).sqrt()
    }
}

impl Rng {
    /// The generator of `purpose` number `index` in the run with `seed`.
    #[must_use]
    pub fn new(seed: u64, purpose: Purpose, index: u64) -> Self {
        let mut state = WEYL;
        for word in
            [seed as u32, (seed >> 32) as u32, purpose as u32, index as u32, (index >> 32) as u32]
        {
            state = mix(state ^ word).wrapping_add(WEYL);
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
        self.counter = self.counter.wrapping_add(WEYL);
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

    /// Standard normal.
    pub fn normal(&mut self) -> f32 {
        let mut value = [0.0];
        self.normals(&mut value);
        value[0]
    }

    /// Standard normals, by the Box-Muller transform (1958), the same as one after another. All of it is
    /// our own arithmetic and a root, which IEEE 754 defines, so that they are the same in wasm and
    /// natively; in loops that the compiler turns into SIMD, short ones, because a processor sees
    /// further ahead in them.
    pub fn normals(&mut self, values: &mut [f32]) {
        let series = Series::new();
        for values in values.chunks_mut(BLOCK) {
            let (mut first, mut second) = ([0; BLOCK], [0; BLOCK]);
            let mut counter = self.counter;
            for (first, second) in first.iter_mut().zip(&mut second) {
                *first = mixed(counter.wrapping_add(WEYL), series.mixers) >> 8;
                counter = counter.wrapping_add(WEYL.wrapping_mul(2));
                *second = mixed(counter, series.mixers) >> 8;
            }
            let mut radii = [0.0; BLOCK];
            radii.iter_mut().zip(first).for_each(|(radius, part)| *radius = series.radius(part));
            for ((value, radius), part) in values.iter_mut().zip(radii).zip(second) {
                *value = radius * series.cosine_of_turn(part);
            }
            let drawn = 2 * values.len() as u32;
            self.counter = self.counter.wrapping_add(drawn.wrapping_mul(WEYL));
        }
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
    fn normals_are_those_of_the_definition() {
        let (mut rng, mut same) = (Rng::new(3, Purpose::Noise, 1), Rng::new(3, Purpose::Noise, 1));
        let mut units = rng.clone();
        let mut drawn = [0.0; 3001];
        rng.normals(&mut drawn);
        for value in drawn {
            let radius = (-2.0 * f64::from(libm::logf(1.0 - units.unit()))).sqrt();
            let exact = radius * (std::f64::consts::TAU * f64::from(units.unit())).cos();
            assert!((f64::from(value) - exact).abs() < 1e-6, "{value}: {exact}");
            assert_eq!(value.to_bits(), same.normal().to_bits());
        }
        assert_eq!(rng.bits(), same.bits());
        let series = super::Series::new();
        for bits in (1..=1 << 24_u32).step_by(5) {
            let x = bits as f32 / 16_777_216.0;
            assert_eq!(series.ln(x).to_bits(), libm::logf(x).to_bits(), "{x}");
        }
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
