//! Philox4x32-10, the counter-based generator of Salmon, Moraes, Dror and Shaw, "Parallel random numbers:
//! as easy as 1, 2, 3" (2011, <https://doi.org/10.1145/2063384.2063405>): of a key of two words and a
//! counter of four, ten rounds make a block of four random words.

#[cfg(target_family = "wasm")]
use std::arch::wasm32::{
    i32x4_shuffle, u32x4, u32x4_extract_lane, u32x4_splat, u64x2_extmul_high_u32x4,
    u64x2_extmul_low_u32x4, v128, v128_xor,
};

/// Words of a counter and of a block.
pub(super) const WORDS: usize = 4;

/// Blocks that are made at once.
pub(super) const LANES: usize = 4;

const ROUNDS: usize = 10;

/// What the first and the third word of a counter are multiplied by in each round.
const MULTIPLIERS: [u32; 2] = [0xd251_1f53, 0xcd9e_8d57];

/// What the words of the key grow by from round to round: the fractions of the golden ratio and of the
/// square root of 3, as parts of 2^32.
const WEYL: [u32; 2] = [0x9e37_79b9, 0xbb67_ae85];

fn next(key: [u32; 2]) -> [u32; 2] {
    [key[0].wrapping_add(WEYL[0]), key[1].wrapping_add(WEYL[1])]
}

/// The blocks of `counters`, `[word][lane]`. All rounds of a lane are one turn of a loop, which the
/// compiler turns into SIMD; rounds of all lanes it does not.
#[cfg(not(target_family = "wasm"))]
#[inline(always)]
pub(super) fn blocks(key: [u32; 2], counters: [[u32; LANES]; WORDS]) -> [[u32; LANES]; WORDS] {
    let [mut a, mut b, mut c, mut d] = counters;
    for (((a, b), c), d) in a.iter_mut().zip(&mut b).zip(&mut c).zip(&mut d) {
        let mut key = key;
        for _ in 0..ROUNDS {
            let first = u64::from(*a) * u64::from(MULTIPLIERS[0]);
            let third = u64::from(*c) * u64::from(MULTIPLIERS[1]);
            *a = (third >> 32) as u32 ^ *b ^ key[0];
            *b = third as u32;
            *c = (first >> 32) as u32 ^ *d ^ key[1];
            *d = first as u32;
            key = next(key);
        }
    }
    [a, b, c, d]
}

/// The blocks of `counters`, `[word][lane]`. Where the compiler knows the multipliers, it multiplies 64
/// bits by 64, which takes V8 three instructions more; so they are hidden from it in each round.
#[cfg(target_family = "wasm")]
#[inline(always)]
pub(super) fn blocks(mut key: [u32; 2], counters: [[u32; LANES]; WORDS]) -> [[u32; LANES]; WORDS] {
    let [mut a, mut b, mut c, mut d] = counters.map(|[w, x, y, z]| u32x4(w, x, y, z));
    for _ in 0..ROUNDS {
        let multipliers =
            std::hint::black_box(MULTIPLIERS.map(|multiplier| u32x4_splat(multiplier)));
        let [first, third] = [product(a, multipliers[0]), product(c, multipliers[1])];
        a = v128_xor(v128_xor(third[1], b), u32x4_splat(key[0]));
        b = third[0];
        c = v128_xor(v128_xor(first[1], d), u32x4_splat(key[1]));
        d = first[0];
        key = next(key);
    }
    [a, b, c, d].map(|words| {
        [
            u32x4_extract_lane::<0>(words),
            u32x4_extract_lane::<1>(words),
            u32x4_extract_lane::<2>(words),
            u32x4_extract_lane::<3>(words),
        ]
    })
}

/// The low words of the products, and the high ones.
#[cfg(target_family = "wasm")]
#[inline(always)]
fn product(a: v128, b: v128) -> [v128; 2] {
    let (low, high) = (u64x2_extmul_low_u32x4(a, b), u64x2_extmul_high_u32x4(a, b));
    [i32x4_shuffle::<0, 2, 4, 6>(low, high), i32x4_shuffle::<1, 3, 5, 7>(low, high)]
}

#[cfg(test)]
mod tests {
    use super::{LANES, WORDS, blocks};

    /// Those of Random123, the authors' own library (`tests/kat_vectors`): a counter and its key, and
    /// the block.
    const KNOWN: [([u32; WORDS], [u32; 2], [u32; WORDS]); 3] = [
        ([0; WORDS], [0; 2], [0x6627_e8d5, 0xe169_c58d, 0xbc57_ac4c, 0x9b00_dbd8]),
        ([u32::MAX; WORDS], [u32::MAX; 2], [0x408f_276d, 0x41c8_3b0e, 0xa20b_c7c6, 0x6d54_51fd]),
        (
            [0x243f_6a88, 0x85a3_08d3, 0x1319_8a2e, 0x0370_7344],
            [0xa409_3822, 0x299f_31d0],
            [0xd16c_fe09, 0x94fd_cceb, 0x5001_e420, 0x2412_6ea1],
        ),
    ];

    #[test]
    fn blocks_are_those_of_the_authors() {
        for (counter, key, block) in KNOWN {
            for lane in 0..LANES {
                let mut counters = [[7; LANES]; WORDS];
                counters.iter_mut().zip(counter).for_each(|(words, word)| words[lane] = word);
                assert_eq!(blocks(key, counters).map(|words| words[lane]), block);
            }
        }
    }
}
