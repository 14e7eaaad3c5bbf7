//! Colours as three numbers, and palettes that look well together.

use tabgrad::data::rng::Rng;

/// Red, green and blue, each 0 to 1.
pub(super) type Colour = [f32; 3];

/// From hue, saturation and value, each 0 to 1; the hue wraps.
pub(super) fn hsv(hue: f32, saturation: f32, value: f32) -> Colour {
    // Each channel is a trapezium over the hue, shifted by a third.
    [5.0, 3.0, 1.0].map(|shift| {
        let turn = (shift + hue * 6.0) / 6.0;
        let k = (turn - turn.floor()) * 6.0;
        value - value * saturation * k.min(4.0 - k).clamp(0.0, 1.0)
    })
}

/// A share of `b` in `a`.
pub(super) fn mix(a: Colour, b: Colour, share: f32) -> Colour {
    std::array::from_fn(|channel| a[channel] + (b[channel] - a[channel]) * share)
}

/// Out of 100 pictures, so many have a figure brighter than the ground.
const BRIGHT_FIGURES: u32 = 72;

/// The colours of one picture.
pub(super) struct Palette {
    /// Two ends of the background.
    pub(super) ground: [Colour; 2],
    /// Two ends of the shape's fill.
    pub(super) figure: [Colour; 2],
    /// Whatever else lies about.
    pub(super) clutter: Colour,
}

impl Palette {
    /// Any hue may be figure or ground; what differs is the brightness.
    pub(super) fn draw(rng: &mut Rng) -> Self {
        let hue = rng.unit();
        let other = hue + rng.range(0.12, 0.88);
        let bright = rng.below(100) < BRIGHT_FIGURES;
        let (ground_values, figure_values) =
            if bright { ([0.22, 0.62], [0.62, 1.0]) } else { ([0.6, 0.95], [0.15, 0.5]) };
        let [ground_from, ground_to, figure_from, figure_to] =
            [ground_values, ground_values, figure_values, figure_values]
                .map(|[low, high]| rng.range(low, high));
        let ground = hsv(hue, rng.range(0.2, 0.8), ground_from);
        let ground_end = hsv(hue + rng.range(-0.1, 0.1), rng.range(0.2, 0.8), ground_to);
        let saturation = rng.range(0.2, 0.9);
        let figure = hsv(other, saturation, figure_from);
        let figure_end = hsv(other + rng.range(-0.08, 0.08), saturation, figure_to);
        let clutter = hsv(rng.unit(), rng.range(0.2, 0.9), rng.range(0.2, 1.0));
        Self { ground: [ground, ground_end], figure: [figure, figure_end], clutter }
    }
}
