//! SIMD: a vector of four floats, `v128` in WebAssembly and an array that the compiler vectorises
//! elsewhere (SSE, NEON). Only [`F32x4::mul_acc`] decides how a product is added to a sum: with two
//! roundings, as IEEE 754 defines a multiplication and an addition, or, in the package built with
//! relaxed SIMD, with one (fused).

#[cfg(target_family = "wasm")]
use std::arch::wasm32 as machine;

/// Floats in a vector.
pub(super) const LANES: usize = 4;

/// Four floats in one register.
#[derive(Debug, Clone, Copy)]
#[cfg(target_family = "wasm")]
pub struct F32x4(machine::v128);

/// Four floats in one register: the compiler vectorises the loops over the array.
#[derive(Debug, Clone, Copy)]
#[cfg(not(target_family = "wasm"))]
pub struct F32x4([f32; LANES]);

/// Four `u32`; as the result of a comparison a mask, each lane all ones or all zeros.
#[derive(Debug, Clone, Copy)]
#[cfg(target_family = "wasm")]
pub struct U32x4(machine::v128);

/// Four `u32`; as the result of a comparison a mask, each lane all ones or all zeros.
#[derive(Debug, Clone, Copy)]
#[cfg(not(target_family = "wasm"))]
pub struct U32x4([u32; LANES]);

#[cfg(target_family = "wasm")]
impl U32x4 {
    /// `number` in every lane.
    #[inline(always)]
    #[must_use]
    pub fn splat(number: u32) -> Self {
        Self(machine::u32x4_splat(number))
    }

    /// As a mask: the lanes of `yes` where it is set, those of `no` elsewhere.
    #[inline(always)]
    #[must_use]
    pub fn select(self, yes: Self, no: Self) -> Self {
        Self(machine::v128_bitselect(yes.0, no.0, self.0))
    }

    /// `self & !other`
    #[inline(always)]
    #[must_use]
    pub fn and_not(self, other: Self) -> Self {
        Self(machine::v128_andnot(self.0, other.0))
    }

    /// `self | other`
    #[inline(always)]
    #[must_use]
    pub fn or(self, other: Self) -> Self {
        Self(machine::v128_or(self.0, other.0))
    }

    /// Each lane as a byte. Lanes must be below 128: WebAssembly narrows with saturation.
    #[inline(always)]
    #[must_use]
    pub fn to_bytes(self) -> [u8; LANES] {
        let halves = machine::i16x8_narrow_i32x4(self.0, self.0);
        let bytes = machine::u8x16_narrow_i16x8(halves, halves);
        machine::u32x4_extract_lane::<0>(bytes).to_le_bytes()
    }
}

#[cfg(not(target_family = "wasm"))]
impl U32x4 {
    /// `number` in every lane.
    #[inline(always)]
    #[must_use]
    pub fn splat(number: u32) -> Self {
        Self([number; LANES])
    }

    /// As a mask: the lanes of `yes` where it is set, those of `no` elsewhere.
    #[inline(always)]
    #[must_use]
    pub fn select(self, yes: Self, no: Self) -> Self {
        let [mask, yes, no] = [self.0, yes.0, no.0];
        Self(std::array::from_fn(|lane| yes[lane] & mask[lane] | no[lane] & !mask[lane]))
    }

    /// `self & !other`
    #[inline(always)]
    #[must_use]
    pub fn and_not(self, other: Self) -> Self {
        Self(std::array::from_fn(|lane| self.0[lane] & !other.0[lane]))
    }

    /// `self | other`
    #[inline(always)]
    #[must_use]
    pub fn or(self, other: Self) -> Self {
        Self(std::array::from_fn(|lane| self.0[lane] | other.0[lane]))
    }

    /// Each lane as a byte. Lanes must be below 128: WebAssembly narrows with saturation.
    #[inline(always)]
    #[must_use]
    pub fn to_bytes(self) -> [u8; LANES] {
        self.0.map(|number| number as u8)
    }
}

#[cfg(target_family = "wasm")]
impl F32x4 {
    /// The mask of lanes with `self <= other`; false where either is NaN.
    #[inline(always)]
    #[must_use]
    pub fn le(self, other: Self) -> U32x4 {
        U32x4(machine::f32x4_le(self.0, other.0))
    }

    /// The bit patterns of its lanes.
    #[inline(always)]
    #[must_use]
    pub fn to_bits(self) -> U32x4 {
        U32x4(self.0)
    }

    /// The floats with these bit patterns.
    #[inline(always)]
    #[must_use]
    pub fn from_bits(bits: U32x4) -> Self {
        Self(bits.0)
    }

    /// Loads four neighbouring floats.
    #[inline(always)]
    #[must_use]
    pub fn from_array(&[a, b, c, d]: &[f32; LANES]) -> Self {
        Self(machine::f32x4(a, b, c, d))
    }

    /// `value` in every lane.
    #[inline(always)]
    #[must_use]
    pub fn splat(value: f32) -> Self {
        Self(machine::f32x4_splat(value))
    }

    /// The four lanes.
    #[inline(always)]
    #[must_use]
    pub fn to_array(self) -> [f32; LANES] {
        [
            machine::f32x4_extract_lane::<0>(self.0),
            machine::f32x4_extract_lane::<1>(self.0),
            machine::f32x4_extract_lane::<2>(self.0),
            machine::f32x4_extract_lane::<3>(self.0),
        ]
    }

    /// The horizontal sum of each of four vectors, added pairwise: `(a + b) + (c + d)`.
    #[inline(always)]
    #[must_use]
    pub fn horizontal_sums([a, b, c, d]: [Self; LANES]) -> Self {
        let neighbours = |a: Self, b: Self| {
            let even = machine::i32x4_shuffle::<0, 2, 4, 6>(a.0, b.0);
            Self(machine::f32x4_add(even, machine::i32x4_shuffle::<1, 3, 5, 7>(a.0, b.0)))
        };
        neighbours(neighbours(a, b), neighbours(c, d))
    }

    /// `max(x, 0)`, but a NaN stays a NaN.
    #[inline(always)]
    #[must_use]
    pub fn relu(self) -> Self {
        Self(machine::v128_andnot(self.0, machine::f32x4_lt(self.0, Self::default().0)))
    }

    /// Keeps the lanes where `of > 0`, else zero: the gradient of a relu with outputs `of`.
    #[inline(always)]
    #[must_use]
    pub fn where_positive(self, of: Self) -> Self {
        Self(machine::v128_and(self.0, machine::f32x4_gt(of.0, Self::default().0)))
    }

    /// Keeps the lanes whose byte of `of` has one of `bits` set, else zero.
    #[inline(always)]
    #[must_use]
    pub fn where_bits(self, of: &[u8; LANES], bits: u8) -> Self {
        let of = machine::u32x4(u32::from_le_bytes(*of), 0, 0, 0);
        let of = machine::u32x4_extend_low_u16x8(machine::u16x8_extend_low_u8x16(of));
        let all = machine::v128_and(of, machine::u32x4_splat(bits.into()));
        Self(machine::v128_andnot(self.0, machine::i32x4_eq(all, machine::u32x4_splat(0))))
    }

    /// Multiply-accumulate, `self + a * b`.
    #[inline(always)]
    #[cfg(target_feature = "relaxed-simd")]
    #[must_use]
    pub fn mul_acc(self, a: Self, b: Self) -> Self {
        Self(machine::f32x4_relaxed_madd(a.0, b.0, self.0))
    }

    /// Multiply-accumulate, `self + a * b`.
    #[inline(always)]
    #[cfg(not(target_feature = "relaxed-simd"))]
    #[must_use]
    pub fn mul_acc(self, a: Self, b: Self) -> Self {
        Self(machine::f32x4_add(self.0, machine::f32x4_mul(a.0, b.0)))
    }
}

#[cfg(not(target_family = "wasm"))]
impl F32x4 {
    /// The mask of lanes with `self <= other`; false where either is NaN.
    #[inline(always)]
    #[must_use]
    pub fn le(self, other: Self) -> U32x4 {
        let mask = |lane: usize| if self.0[lane] <= other.0[lane] { u32::MAX } else { 0 };
        U32x4(std::array::from_fn(mask))
    }

    /// The bit patterns of its lanes.
    #[inline(always)]
    #[must_use]
    pub fn to_bits(self) -> U32x4 {
        U32x4(self.0.map(f32::to_bits))
    }

    /// The floats with these bit patterns.
    #[inline(always)]
    #[must_use]
    pub fn from_bits(bits: U32x4) -> Self {
        Self(bits.0.map(f32::from_bits))
    }

    /// Loads four neighbouring floats.
    #[inline(always)]
    #[must_use]
    pub fn from_array(values: &[f32; LANES]) -> Self {
        Self(*values)
    }

    /// `value` in every lane.
    #[inline(always)]
    #[must_use]
    pub fn splat(value: f32) -> Self {
        Self([value; LANES])
    }

    /// The four lanes.
    #[inline(always)]
    #[must_use]
    pub fn to_array(self) -> [f32; LANES] {
        self.0
    }

    /// The horizontal sum of each of four vectors, added pairwise: `(a + b) + (c + d)`.
    #[inline(always)]
    #[must_use]
    pub fn horizontal_sums(vectors: [Self; LANES]) -> Self {
        // Where the compiler sees what the vectors are sums of, it turns the whole loop that makes them
        // by ninety degrees, lanes across the four, and shuffles at every step.
        let vectors = std::hint::black_box(vectors);
        Self(vectors.map(|Self([a, b, c, d])| (a + b) + (c + d)))
    }

    /// `max(x, 0)`, but a NaN stays a NaN.
    #[inline(always)]
    #[must_use]
    pub fn relu(self) -> Self {
        Self(self.0.map(|value| if value < 0.0 { 0.0 } else { value }))
    }

    /// Keeps the lanes where `of > 0`, else zero: the gradient of a relu with outputs `of`.
    #[inline(always)]
    #[must_use]
    pub fn where_positive(self, of: Self) -> Self {
        Self(std::array::from_fn(|lane| if of.0[lane] > 0.0 { self.0[lane] } else { 0.0 }))
    }

    /// Keeps the lanes whose byte of `of` has one of `bits` set, else zero.
    #[inline(always)]
    #[must_use]
    pub fn where_bits(self, of: &[u8; LANES], bits: u8) -> Self {
        Self(std::array::from_fn(|lane| if of[lane] & bits == 0 { 0.0 } else { self.0[lane] }))
    }

    /// Multiply-accumulate, `self + a * b`.
    #[inline(always)]
    #[must_use]
    pub fn mul_acc(self, a: Self, b: Self) -> Self {
        Self(std::array::from_fn(|lane| self.0[lane] + a.0[lane] * b.0[lane]))
    }
}

/// An arithmetic operator, lane by lane.
macro_rules! lanewise {
    ($trait:ident, $name:ident, $vectors:ident, $sign:tt) => {
        impl std::ops::$trait for F32x4 {
            type Output = Self;

            #[inline(always)]
            #[cfg(target_family = "wasm")]
            fn $name(self, other: Self) -> Self {
                Self(machine::$vectors(self.0, other.0))
            }

            #[inline(always)]
            #[cfg(not(target_family = "wasm"))]
            fn $name(self, other: Self) -> Self {
                Self(std::array::from_fn(|lane| self.0[lane] $sign other.0[lane]))
            }
        }
    };
}

lanewise!(Add, add, f32x4_add, +);
lanewise!(Sub, sub, f32x4_sub, -);
lanewise!(Mul, mul, f32x4_mul, *);

impl Default for F32x4 {
    /// Four zeros.
    #[inline(always)]
    fn default() -> Self {
        Self::splat(0.0)
    }
}

/// The first `V` vectors of `values`, or `None` if it is shorter.
#[inline(always)]
pub(super) fn first_vectors<const V: usize>(values: &[f32]) -> Option<&[[f32; LANES]; V]> {
    values.get(..V * LANES)?.as_chunks().0.first_chunk()
}

/// Loads the first four of `values`; zeros if there are fewer.
#[inline(always)]
pub(super) fn load(values: &[f32]) -> F32x4 {
    values.first_chunk().map_or_else(F32x4::default, F32x4::from_array)
}

/// Stores a vector to the first four of `values`; nothing if there are fewer.
#[inline(always)]
pub(super) fn store(vector: F32x4, values: &mut [f32]) {
    if let Some(to) = values.first_chunk_mut() {
        *to = vector.to_array();
    }
}
