//! 32x32 pixels to paint on. A pixel can be covered in part, so that edges are smooth.

use super::SIDE;
use super::colour::{Colour, mix};
use tabgrad::data::rng::Rng;

/// Points per pixel and axis that are tested for coverage.
const SAMPLES: usize = 4;

/// The picture while it is painted.
pub(super) struct Canvas {
    pixels: Vec<Colour>,
}

/// Where something lies: centre and half size in pixels, turned and leaning.
#[derive(Debug, Clone, Copy)]
pub(super) struct Pose {
    pub(super) x: f32,
    pub(super) y: f32,
    pub(super) size: f32,
    /// Height over width.
    pub(super) aspect: f32,
    /// Cosine and sine of the angle.
    pub(super) turn: [f32; 2],
    /// How far the top leans to the side.
    pub(super) lean: f32,
}

impl Pose {
    /// From pixels to the -1..1 of shapes.
    fn to_local(self, x: f32, y: f32) -> [f32; 2] {
        let (x, y) = (x - self.x, y - self.y);
        let [cos, sin] = self.turn;
        let (x, y) = ((cos * x + sin * y) / self.size, (cos * y - sin * x) / self.size);
        let y = y / self.aspect;
        [x + self.lean * y, y]
    }

    /// The same, moved.
    pub(super) fn moved(self, dx: f32, dy: f32) -> Self {
        Self { x: self.x + dx, y: self.y + dy, ..self }
    }
}

/// A direction: cosine and sine of twice the angle whose tangent is `half_tangent`. All without
/// trigonometry, whose last digits differ between machines.
pub(super) fn direction(half_tangent: f32) -> [f32; 2] {
    let square = half_tangent * half_tangent;
    [(1.0 - square) / (1.0 + square), 2.0 * half_tangent / (1.0 + square)]
}

impl Canvas {
    /// Every pixel by its own place, from the top left, each axis 0 to 1.
    pub(super) fn from_fn(mut colour: impl FnMut(f32, f32) -> Colour) -> Self {
        let place = |index: usize| (index as f32 + 0.5) / SIDE as f32;
        let pixels =
            (0..SIDE * SIDE).map(|at| colour(place(at % SIDE), place(at / SIDE))).collect();
        Self { pixels }
    }

    /// Paints what `inside` holds of the local -1..1 box, with `colour` there and `opacity` 0 to 1.
    pub(super) fn paint(
        &mut self,
        pose: Pose,
        opacity: f32,
        inside: impl Fn(f32, f32) -> bool,
        colour: impl Fn(f32, f32) -> Colour,
    ) {
        // A turned and leaning box stays within this distance of its centre.
        let reach = pose.size * 1.5 * pose.aspect.max(1.0) * (1.0 + pose.lean.abs());
        let span = |centre: f32| {
            let first = (centre - reach).floor().clamp(0.0, SIDE as f32) as usize;
            let end = (centre + reach + 1.0).floor().clamp(0.0, SIDE as f32) as usize;
            first..end
        };
        for row in span(pose.y) {
            for column in span(pose.x) {
                let mut hits = 0;
                for sample in 0..SAMPLES * SAMPLES {
                    let offset = |step: usize| (step as f32 + 0.5) / SAMPLES as f32;
                    let x = column as f32 + offset(sample % SAMPLES);
                    let y = row as f32 + offset(sample / SAMPLES);
                    let [x, y] = pose.to_local(x, y);
                    hits += usize::from(x.abs() <= 1.0 && y.abs() <= 1.0 && inside(x, y));
                }
                if hits > 0 {
                    let [x, y] = pose.to_local(column as f32 + 0.5, row as f32 + 0.5);
                    let share = opacity * hits as f32 / (SAMPLES * SAMPLES) as f32;
                    let pixel = &mut self.pixels[row * SIDE + column];
                    *pixel = mix(*pixel, colour(x, y), share);
                }
            }
        }
    }

    /// Multiplies every pixel by the light that falls on its place.
    pub(super) fn light(&mut self, strength: impl Fn(f32, f32) -> f32) {
        let place = |index: usize| (index as f32 + 0.5) / SIDE as f32;
        for (at, pixel) in self.pixels.iter_mut().enumerate() {
            let strength = strength(place(at % SIDE), place(at / SIDE));
            *pixel = pixel.map(|value| value * strength);
        }
    }

    /// Adds noise of this standard deviation to every value.
    pub(super) fn grain(&mut self, deviation: f32, rng: &mut Rng) {
        // The sum of four bytes is near enough to normal; its own deviation is 147.8.
        for value in self.pixels.as_flattened_mut() {
            let sum: u32 = rng.bits().to_le_bytes().iter().map(|&byte| u32::from(byte)).sum();
            *value += (sum as f32 - 510.0) / 147.8 * deviation;
        }
    }

    /// The picture in bytes.
    pub(super) fn to_bytes(&self) -> [u8; 3 * SIDE * SIDE] {
        let mut bytes = [0; 3 * SIDE * SIDE];
        for (pixel, colour) in bytes.as_chunks_mut().0.iter_mut().zip(&self.pixels) {
            *pixel = colour.map(|value| (value * 255.0 + 0.5).floor().clamp(0.0, 255.0) as u8);
        }
        bytes
    }
}
