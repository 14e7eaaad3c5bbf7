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

/// What holds of the values of a vector, or bits that stand for it.
#[derive(Debug, Clone, Copy)]
#[cfg(target_family = "wasm")]
pub struct Flags(machine::v128);

/// What holds of the values of a vector, or bits that stand for it.
#[derive(Debug, Clone, Copy)]
#[cfg(not(target_family = "wasm"))]
pub struct Flags([u8; WIDTH]);

#[cfg(target_family = "wasm")]
impl Flags {
    /// All of them.
    #[inline(always)]
    #[must_use]
    pub fn all() -> Self {
        Self(machine::u32x4_splat(u32::MAX))
    }

    /// `bits` where something holds.
    #[inline(always)]
    #[must_use]
    pub fn bits(self, bits: u8) -> Self {
        Self(machine::v128_and(self.0, machine::u32x4_splat(bits.into())))
    }

    /// `first` where something holds, `second` elsewhere.
    #[inline(always)]
    #[must_use]
    pub fn pick(self, first: Four, second: Four) -> Four {
        Four(machine::v128_bitselect(first.0, second.0, self.0))
    }

    /// `first` where something holds, `second` elsewhere.
    #[inline(always)]
    #[must_use]
    pub fn pick_flags(self, first: Self, second: Self) -> Self {
        Self(machine::v128_bitselect(first.0, second.0, self.0))
    }

    /// What holds here or there.
    #[inline(always)]
    #[must_use]
    pub fn or(self, other: Self) -> Self {
        Self(machine::v128_or(self.0, other.0))
    }

    /// What does not hold.
    #[inline(always)]
    #[must_use]
    pub fn no(self) -> Self {
        Self(machine::v128_not(self.0))
    }

    /// A byte for each.
    #[inline(always)]
    #[must_use]
    pub fn bytes(self) -> [u8; WIDTH] {
        let bytes = machine::u8x16_shuffle::<0, 4, 8, 12, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0>;
        machine::u32x4_extract_lane::<0>(bytes(self.0, self.0)).to_le_bytes()
    }
}

#[cfg(not(target_family = "wasm"))]
impl Flags {
    fn of(holds: impl Fn(usize) -> bool) -> Self {
        Self(std::array::from_fn(|lane| if holds(lane) { u8::MAX } else { 0 }))
    }

    /// All of them.
    #[inline(always)]
    #[must_use]
    pub fn all() -> Self {
        Self([u8::MAX; WIDTH])
    }

    /// `bits` where something holds.
    #[inline(always)]
    #[must_use]
    pub fn bits(self, bits: u8) -> Self {
        Self(self.0.map(|holds| holds & bits))
    }

    /// `first` where something holds, `second` elsewhere.
    #[inline(always)]
    #[must_use]
    pub fn pick(self, first: Four, second: Four) -> Four {
        let of = |lane| if self.0[lane] == 0 { second.0[lane] } else { first.0[lane] };
        Four(std::array::from_fn(of))
    }

    /// `first` where something holds, `second` elsewhere.
    #[inline(always)]
    #[must_use]
    pub fn pick_flags(self, first: Self, second: Self) -> Self {
        let of = |lane| if self.0[lane] == 0 { second.0[lane] } else { first.0[lane] };
        Self(std::array::from_fn(of))
    }

    /// What holds here or there.
    #[inline(always)]
    #[must_use]
    pub fn or(self, other: Self) -> Self {
        Self(std::array::from_fn(|lane| self.0[lane] | other.0[lane]))
    }

    /// What does not hold.
    #[inline(always)]
    #[must_use]
    pub fn no(self) -> Self {
        Self(self.0.map(|holds| !holds))
    }

    /// A byte for each.
    #[inline(always)]
    #[must_use]
    pub fn bytes(self) -> [u8; WIDTH] {
        self.0
    }
}

#[cfg(target_family = "wasm")]
impl Four {
    /// Where it is larger than `other`; what is not a number is larger than any that is.
    #[inline(always)]
    #[must_use]
    pub fn above(self, other: Self) -> Flags {
        let missing = machine::f32x4_ne(self.0, self.0);
        let there = machine::f32x4_eq(other.0, other.0);
        let above = machine::f32x4_gt(self.0, other.0);
        Flags(machine::v128_or(above, machine::v128_and(missing, there)))
    }

    /// Where it is positive, or not a number.
    #[inline(always)]
    #[must_use]
    pub fn flows(self) -> Flags {
        Flags(machine::f32x4_le(self.0, Self::default().0)).no()
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
    /// Where it is larger than `other`; what is not a number is larger than any that is.
    #[inline(always)]
    #[must_use]
    pub fn above(self, other: Self) -> Flags {
        let above = |a: f32, b: f32| a > b || (a.is_nan() && !b.is_nan());
        Flags::of(|lane| above(self.0[lane], other.0[lane]))
    }

    /// Where it is positive, or not a number.
    #[inline(always)]
    #[must_use]
    pub fn flows(self) -> Flags {
        Flags::of(|lane| self.0[lane] > 0.0 || self.0[lane].is_nan())
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
