//! Four values at once: a vector register of every machine we know. Only here is it decided how a
//! product is added to a sum: rounded twice, as IEEE 754 defines the two operations, or, in the
//! package that is built with relaxed SIMD, once.

#[cfg(target_family = "wasm")]
use std::arch::wasm32 as machine;

/// Values of a vector.
pub(super) const WIDTH: usize = 4;

/// A vector.
#[derive(Debug, Clone, Copy)]
#[cfg(target_family = "wasm")]
pub struct Four(machine::v128);

/// A vector. The compiler finds the instructions.
#[derive(Debug, Clone, Copy)]
#[cfg(not(target_family = "wasm"))]
pub struct Four([f32; WIDTH]);

/// Four whole numbers of 32 bits, or, with all bits or none, answers to a question about four values.
#[derive(Debug, Clone, Copy)]
#[cfg(target_family = "wasm")]
pub struct Bits(machine::v128);

/// Four whole numbers of 32 bits, or, with all bits or none, answers to a question about four values.
#[derive(Debug, Clone, Copy)]
#[cfg(not(target_family = "wasm"))]
pub struct Bits([u32; WIDTH]);

#[cfg(target_family = "wasm")]
impl Bits {
    /// One number, four times.
    #[inline(always)]
    #[must_use]
    pub fn all(number: u32) -> Self {
        Self(machine::u32x4_splat(number))
    }

    /// `yes` where the answer is yes, else `no`.
    #[inline(always)]
    #[must_use]
    pub fn choose(self, yes: Self, no: Self) -> Self {
        Self(machine::v128_bitselect(yes.0, no.0, self.0))
    }

    /// The bits that are not in `other`.
    #[inline(always)]
    #[must_use]
    pub fn without(self, other: Self) -> Self {
        Self(machine::v128_andnot(self.0, other.0))
    }

    /// The bits of both.
    #[inline(always)]
    #[must_use]
    pub fn with(self, other: Self) -> Self {
        Self(machine::v128_or(self.0, other.0))
    }

    /// Numbers below 128, a byte each.
    #[inline(always)]
    #[must_use]
    pub fn bytes(self) -> [u8; WIDTH] {
        let halves = machine::i16x8_narrow_i32x4(self.0, self.0);
        let bytes = machine::u8x16_narrow_i16x8(halves, halves);
        machine::u32x4_extract_lane::<0>(bytes).to_le_bytes()
    }
}

#[cfg(not(target_family = "wasm"))]
impl Bits {
    /// One number, four times.
    #[inline(always)]
    #[must_use]
    pub fn all(number: u32) -> Self {
        Self([number; WIDTH])
    }

    /// `yes` where the answer is yes, else `no`.
    #[inline(always)]
    #[must_use]
    pub fn choose(self, yes: Self, no: Self) -> Self {
        let [mask, yes, no] = [self.0, yes.0, no.0];
        Self(std::array::from_fn(|lane| yes[lane] & mask[lane] | no[lane] & !mask[lane]))
    }

    /// The bits that are not in `other`.
    #[inline(always)]
    #[must_use]
    pub fn without(self, other: Self) -> Self {
        Self(std::array::from_fn(|lane| self.0[lane] & !other.0[lane]))
    }

    /// The bits of both.
    #[inline(always)]
    #[must_use]
    pub fn with(self, other: Self) -> Self {
        Self(std::array::from_fn(|lane| self.0[lane] | other.0[lane]))
    }

    /// Numbers below 128, a byte each.
    #[inline(always)]
    #[must_use]
    pub fn bytes(self) -> [u8; WIDTH] {
        self.0.map(|number| number as u8)
    }
}

#[cfg(target_family = "wasm")]
impl Four {
    /// Whether it is at most `other`; what is not a number is not.
    #[inline(always)]
    #[must_use]
    pub fn at_most(self, other: Self) -> Bits {
        Bits(machine::f32x4_le(self.0, other.0))
    }

    /// Its bits.
    #[inline(always)]
    #[must_use]
    pub fn bits(self) -> Bits {
        Bits(self.0)
    }

    /// Of these bits.
    #[inline(always)]
    #[must_use]
    pub fn of_bits(bits: Bits) -> Self {
        Self(bits.0)
    }

    /// From memory.
    #[inline(always)]
    #[must_use]
    pub fn of(&[a, b, c, d]: &[f32; WIDTH]) -> Self {
        Self(machine::f32x4(a, b, c, d))
    }

    /// One value, four times.
    #[inline(always)]
    #[must_use]
    pub fn all(value: f32) -> Self {
        Self(machine::f32x4_splat(value))
    }

    /// To memory.
    #[inline(always)]
    #[must_use]
    pub fn values(self) -> [f32; WIDTH] {
        [
            machine::f32x4_extract_lane::<0>(self.0),
            machine::f32x4_extract_lane::<1>(self.0),
            machine::f32x4_extract_lane::<2>(self.0),
            machine::f32x4_extract_lane::<3>(self.0),
        ]
    }

    /// The sum of the values of each: of the first two and of the last two, then of both.
    #[inline(always)]
    #[must_use]
    pub fn totals([a, b, c, d]: [Self; WIDTH]) -> Self {
        let neighbours = |a: Self, b: Self| {
            let even = machine::i32x4_shuffle::<0, 2, 4, 6>(a.0, b.0);
            Self(machine::f32x4_add(even, machine::i32x4_shuffle::<1, 3, 5, 7>(a.0, b.0)))
        };
        neighbours(neighbours(a, b), neighbours(c, d))
    }

    /// Zeros where it is negative. What is not a number stays so.
    #[inline(always)]
    #[must_use]
    pub fn relu(self) -> Self {
        Self(machine::v128_andnot(self.0, machine::f32x4_lt(self.0, Self::default().0)))
    }

    /// Zeros where `of` is not positive.
    #[inline(always)]
    #[must_use]
    pub fn where_positive(self, of: Self) -> Self {
        Self(machine::v128_and(self.0, machine::f32x4_gt(of.0, Self::default().0)))
    }

    /// Zeros where a byte of `of` has none of `bits`.
    #[inline(always)]
    #[must_use]
    pub fn where_bits(self, of: &[u8; WIDTH], bits: u8) -> Self {
        let of = machine::u32x4(u32::from_le_bytes(*of), 0, 0, 0);
        let of = machine::u32x4_extend_low_u16x8(machine::u16x8_extend_low_u8x16(of));
        let all = machine::v128_and(of, machine::u32x4_splat(bits.into()));
        Self(machine::v128_andnot(self.0, machine::i32x4_eq(all, machine::u32x4_splat(0))))
    }

    /// `self + a * b`
    #[inline(always)]
    #[cfg(target_feature = "relaxed-simd")]
    #[must_use]
    pub fn plus_product(self, a: Self, b: Self) -> Self {
        Self(machine::f32x4_relaxed_madd(a.0, b.0, self.0))
    }

    /// `self + a * b`
    #[inline(always)]
    #[cfg(not(target_feature = "relaxed-simd"))]
    #[must_use]
    pub fn plus_product(self, a: Self, b: Self) -> Self {
        Self(machine::f32x4_add(self.0, machine::f32x4_mul(a.0, b.0)))
    }
}

#[cfg(not(target_family = "wasm"))]
impl Four {
    /// Whether it is at most `other`; what is not a number is not.
    #[inline(always)]
    #[must_use]
    pub fn at_most(self, other: Self) -> Bits {
        let answer = |lane: usize| if self.0[lane] <= other.0[lane] { u32::MAX } else { 0 };
        Bits(std::array::from_fn(answer))
    }

    /// Its bits.
    #[inline(always)]
    #[must_use]
    pub fn bits(self) -> Bits {
        Bits(self.0.map(f32::to_bits))
    }

    /// Of these bits.
    #[inline(always)]
    #[must_use]
    pub fn of_bits(bits: Bits) -> Self {
        Self(bits.0.map(f32::from_bits))
    }

    /// From memory.
    #[inline(always)]
    #[must_use]
    pub fn of(values: &[f32; WIDTH]) -> Self {
        Self(*values)
    }

    /// One value, four times.
    #[inline(always)]
    #[must_use]
    pub fn all(value: f32) -> Self {
        Self([value; WIDTH])
    }

    /// To memory.
    #[inline(always)]
    #[must_use]
    pub fn values(self) -> [f32; WIDTH] {
        self.0
    }

    /// The sum of the values of each: of the first two and of the last two, then of both.
    #[inline(always)]
    #[must_use]
    pub fn totals(vectors: [Self; WIDTH]) -> Self {
        Self(vectors.map(|Self([a, b, c, d])| (a + b) + (c + d)))
    }

    /// Zeros where it is negative. What is not a number stays so.
    #[inline(always)]
    #[must_use]
    pub fn relu(self) -> Self {
        Self(self.0.map(|value| if value < 0.0 { 0.0 } else { value }))
    }

    /// Zeros where `of` is not positive.
    #[inline(always)]
    #[must_use]
    pub fn where_positive(self, of: Self) -> Self {
        Self(std::array::from_fn(|lane| if of.0[lane] > 0.0 { self.0[lane] } else { 0.0 }))
    }

    /// Zeros where a byte of `of` has none of `bits`.
    #[inline(always)]
    #[must_use]
    pub fn where_bits(self, of: &[u8; WIDTH], bits: u8) -> Self {
        Self(std::array::from_fn(|lane| if of[lane] & bits == 0 { 0.0 } else { self.0[lane] }))
    }

    /// `self + a * b`
    #[inline(always)]
    #[must_use]
    pub fn plus_product(self, a: Self, b: Self) -> Self {
        Self(std::array::from_fn(|lane| self.0[lane] + a.0[lane] * b.0[lane]))
    }
}

/// Value by value.
macro_rules! operation {
    ($trait:ident, $name:ident, $vectors:ident, $sign:tt) => {
        impl std::ops::$trait for Four {
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

operation!(Add, add, f32x4_add, +);
operation!(Sub, sub, f32x4_sub, -);
operation!(Mul, mul, f32x4_mul, *);

impl Default for Four {
    /// Zeros.
    #[inline(always)]
    fn default() -> Self {
        Self::all(0.0)
    }
}

/// The first `V` vectors of `values`, if they are so many.
#[inline(always)]
pub(super) fn vectors<const V: usize>(values: &[f32]) -> Option<&[[f32; WIDTH]; V]> {
    values.get(..V * WIDTH)?.as_chunks().0.first_chunk()
}

/// The first vector of `values`.
#[inline(always)]
pub(super) fn load(values: &[f32]) -> Four {
    values.first_chunk().map_or_else(Four::default, Four::of)
}

/// Puts a vector at the beginning of `values`.
#[inline(always)]
pub(super) fn store(vector: Four, values: &mut [f32]) {
    if let Some(to) = values.first_chunk_mut() {
        *to = vector.values();
    }
}
