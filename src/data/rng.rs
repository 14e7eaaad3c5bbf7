//! The one source of chance: a counter-based generator, whose streams are named by seed, purpose and
//! index. It gives the same numbers on every machine.

use super::philox::{self, LANES, WORDS};

/// The draws of one stream: the words of `philox`'s blocks, one after another.
///
/// The key is the seed. The counter is, lowest word first, the number of the block in its stream, of 56
/// bits; above it the purpose, of 8; and in the last two words the index. Philox maps the counters of a
/// key one to one, so no two streams of a seed share a block, and each has 2^58 draws.
#[derive(Debug, Clone)]
pub struct Rng {
    key: [u32; 2],
    index: u64,
    /// The number of the block after `blocks`, and above it the purpose.
    next: u64,
    /// `[word][block]`.
    blocks: [[u32; LANES]; WORDS],
    /// How many words of `blocks` are drawn.
    drawn: usize,
}

/// What a generator is for, in 8 bits. Two purposes never share a stream, so drawing more of one thing
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
    /// Augmentation of training pictures; the index is made of epoch and picture.
    Augmentation = 8,
    /// Codes that pictures are generated from; the index is the picture.
    Code = 9,
}

/// What 32 random bits are as a number in `[0, 1)`: a multiple of 2^-24, exact in `f32`.
pub(crate) fn unit(bits: u32) -> f32 {
    (bits >> 8) as f32 / 16_777_216.0
}

fn halves(number: u64) -> [u32; 2] {
    [number as u32, (number >> 32) as u32]
}

/// Normals that are made of so many words each of four kinds are drawn together.
const GROUP: usize = 16;

/// What normals are made with. V8 makes a vector that it knows anew wherever one is used, in three
/// instructions; one that it does not know stays where it is. So these are hidden from the compiler.
struct Series {
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

    /// The cosine and the sine of `part / 2^24` turns, to 1e-7: of the nearest quarter, and of what is
    /// left of it by polynomials.
    #[inline(always)]
    fn turned(&self, part: u32) -> [f32; 2] {
        let quarter = (part + (1 << 21)) >> 22;
        let r = (part as i32 - (quarter << 22) as i32) as f32 * self.quarter;
        let z = r * r;
        let [cosine, sine] = [self.cosine, self.sine]
            .map(|[a, b, c, d]: [f32; 4]| (a + b * z) + z * z * (c + d * z));
        let (cosine, sine) = (self.one + z * cosine, r * sine);
        let (x, y) = if quarter & 1 == 0 { (cosine, sine) } else { (sine, cosine) };
        // A quarter of a turn is centred on its axis: x is negative in the second and third, y in the
        // third and fourth.
        let signed =
            |value: f32, quarters: u32| f32::from_bits(value.to_bits() ^ (quarters & 2) << 30);
        [signed(x, quarter + 1), signed(y, quarter)]
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
        let blocks = [[0; LANES]; WORDS];
        Self {
            key: halves(seed),
            index,
            next: (purpose as u64) << 56,
            blocks,
            drawn: LANES * WORDS,
        }
    }

    /// The key of its stream.
    #[must_use]
    pub fn key(&self) -> [u32; 2] {
        self.key
    }

    /// The counter of the first block that nothing was drawn from. The next blocks' counters differ from
    /// it in the first word, which counts them, and only every 2^32 of them in the second.
    #[must_use]
    pub fn counter(&self) -> [u32; 4] {
        let untouched = (LANES * WORDS - self.drawn) / WORDS;
        self.counter_of(self.next - untouched as u64)
    }

    fn counter_of(&self, block: u64) -> [u32; WORDS] {
        let ([low, high], [index_low, index_high]) = (halves(block), halves(self.index));
        [low, high, index_low, index_high]
    }

    /// The blocks from number `first` on.
    #[inline(always)]
    fn blocks_from(&self, first: u64) -> [[u32; LANES]; WORDS] {
        let mut counters = [[0; LANES]; WORDS];
        for lane in 0..LANES {
            let counter = self.counter_of(first + lane as u64);
            counters.iter_mut().zip(counter).for_each(|(words, word)| words[lane] = word);
        }
        philox::blocks(self.key, counters)
    }

    /// 32 random bits.
    pub fn bits(&mut self) -> u32 {
        if self.drawn == LANES * WORDS {
            self.blocks = self.blocks_from(self.next);
            self.next += LANES as u64;
            self.drawn = 0;
        }
        let word = self.blocks[self.drawn % WORDS][self.drawn / WORDS];
        self.drawn += 1;
        word
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

    /// Standard normals by the Box-Muller transform (1958), from the beginning of a block on: its first
    /// two words make two of them, and the other two the next two. All of it is our own arithmetic and
    /// a root, which IEEE 754 defines, so that they are the same in wasm and natively; in loops that
    /// the compiler turns into SIMD, short ones, because a processor sees further ahead in them.
    pub fn normals(&mut self, values: &mut [f32]) {
        let series = Series::new();
        self.next -= ((LANES * WORDS - self.drawn) / WORDS) as u64;
        self.drawn = LANES * WORDS;
        for values in values.chunks_mut(GROUP * WORDS) {
            let mut words = [[0; GROUP]; WORDS];
            for start in (0..GROUP).step_by(LANES) {
                let blocks = self.blocks_from(self.next + start as u64);
                for (words, block) in words.iter_mut().zip(blocks) {
                    words[start..start + LANES].copy_from_slice(&block);
                }
            }
            self.next += values.len().div_ceil(WORDS) as u64;
            let mut normals = [[0.0; WORDS]; GROUP];
            for pair in [0, 2] {
                let mut radii = [0.0; GROUP];
                for (radius, word) in radii.iter_mut().zip(words[pair]) {
                    *radius = series.radius(word >> 8);
                }
                for ((normals, radius), word) in normals.iter_mut().zip(radii).zip(words[pair + 1])
                {
                    let [x, y] = series.turned(word >> 8);
                    normals[pair] = radius * x;
                    normals[pair + 1] = radius * y;
                }
            }
            values
                .iter_mut()
                .zip(normals.as_flattened())
                .for_each(|(value, &normal)| *value = normal);
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

    /// `count` different numbers below `n`, in the order in which they are drawn; all `n` if that is fewer.
    pub fn sample(&mut self, count: u32, n: u32) -> Vec<u32> {
        let mut taken = vec![false; n as usize];
        let mut sample = Vec::new();
        while sample.len() < count.min(n) as usize {
            let index = self.below(n);
            if !std::mem::replace(&mut taken[index as usize], true) {
                sample.push(index);
            }
        }
        sample
    }
}

#[cfg(test)]
mod tests {
    use super::{LANES, Purpose, Rng, philox};

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
    fn a_stream_is_the_blocks_of_its_counters() {
        let mut rng = Rng::new(0x8877_6655_4433_2211, Purpose::Subset, 0x0807_0605_0403_0201);
        assert_eq!(rng.key(), [0x4433_2211, 0x8877_6655]);
        for block in 0..100 {
            let counter = [block, 0x0600_0000, 0x0403_0201, 0x0807_0605];
            assert_eq!(rng.counter(), counter);
            let words = philox::blocks(rng.key(), counter.map(|word| [word; LANES]));
            for [word, ..] in words {
                assert_eq!(rng.bits(), word);
            }
        }
    }

    #[test]
    fn a_stream_goes_on_after_2_to_the_32_blocks_and_leaves_other_purposes_alone() {
        let mut rng = Rng::new(0, Purpose::Noise, 7);
        rng.next += (1 << 32) - 6;
        let before: Vec<u32> = (0..24).map(|_| rng.bits()).collect();
        assert_eq!(rng.counter(), [0, 0x0300_0001, 7, 0]);
        let after: Vec<u32> = (0..24).map(|_| rng.bits()).collect();
        let mut start = Rng::new(0, Purpose::Noise, 7);
        let first: Vec<u32> = (0..24).map(|_| start.bits()).collect();
        assert_ne!(before, first);
        assert_ne!(after, first);
    }

    #[test]
    fn moments_are_those_of_the_distributions() {
        let mut rng = Rng::new(7, Purpose::Noise, 0);
        let n = 200_000;
        let (mut mean, mut square, mut unit) = (0.0_f64, 0.0_f64, 0.0_f64);
        let mut normals = vec![0.0; n as usize];
        rng.normals(&mut normals);
        for x in normals.into_iter().map(f64::from) {
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
        let (mut rng, mut pieces) =
            (Rng::new(3, Purpose::Noise, 1), Rng::new(3, Purpose::Noise, 1));
        let mut units = rng.clone();
        let mut drawn = [0.0; 3001];
        rng.normals(&mut drawn);
        for pair in drawn.chunks(2) {
            let radius = (-2.0 * f64::from(libm::logf(1.0 - units.unit()))).sqrt();
            let turn = std::f64::consts::TAU * f64::from(units.unit());
            for (value, exact) in pair.iter().zip([radius * turn.cos(), radius * turn.sin()]) {
                assert!((f64::from(*value) - exact).abs() < 1e-6, "{value}: {exact}");
            }
        }
        for values in drawn.chunks(4) {
            let mut same = [0.0; 4];
            pieces.normals(&mut same[..values.len()]);
            assert_eq!(values, &same[..values.len()]);
        }
        assert_eq!(rng.counter(), pieces.counter());
        assert_eq!(rng.bits(), pieces.bits());
        // One word of a block is drawn here, and all of them there.
        for _ in 0..3 {
            pieces.bits();
        }
        let [mut values, mut same] = [[0.0; 4]; 2];
        rng.normals(&mut values);
        pieces.normals(&mut same);
        assert_eq!(values, same);
        let series = super::Series::new();
        for bits in (1..=1 << 24_u32).step_by(5) {
            let x = bits as f32 / 16_777_216.0;
            assert_eq!(series.ln(x).to_bits(), libm::logf(x).to_bits(), "{x}");
        }
    }

    #[test]
    fn a_sample_holds_no_index_twice_however_large_it_is() {
        for (count, n) in [(0, 9), (5, 0), (8, 10_000), (100_000, 100_000), (u32::MAX, 3)] {
            let mut sample = Rng::new(3, Purpose::Samples, 1).sample(count, n);
            assert_eq!(sample.len() as u32, count.min(n));
            sample.sort_unstable();
            sample.dedup();
            assert_eq!(sample.len() as u32, count.min(n));
        }
        let mut rng = Rng::new(3, Purpose::Samples, 1);
        let first = rng.below(50);
        assert_eq!(Rng::new(3, Purpose::Samples, 1).sample(4, 50)[0], first, "as they are drawn");
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
