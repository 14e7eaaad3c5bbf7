//! Draws the embedded data set: ten shapes in many colours, places and lights, so that everything
//! works without a network. The bytes are the same on every machine: only operations that IEEE 754
//! defines exactly (+, -, *, /, square root, rounding), and one stream of chance per picture.

mod canvas;
mod colour;
mod scene;
mod shapes;

use shapes::Shape;
use tabgrad::data::manifest::Split;
use tabgrad::data::pack::Meta;
use tabgrad::data::pictures::{PictureShape, Pictures};
use tabgrad::data::rng::{Purpose, Rng};

/// Height and width of the pictures, in pixels: scenes are laid out for it.
const SIDE: usize = PictureShape::CIFAR.width();

/// What the manifest says about a set drawn with this seed.
#[must_use]
pub fn meta(seed: u64) -> Meta {
    Meta {
        name: "Ten shapes".into(),
        source: format!("Drawn by data-prep synthetic with seed {seed}; not photographs."),
        synthetic: true,
        classes: Shape::ALL.map(|shape| shape.name().to_owned()).to_vec(),
    }
}

/// Draws `count` pictures of a split. A picture depends on its seed, split and place only, so a
/// longer set starts with the shorter one. `tick` is called after each.
pub fn draw(seed: u64, split: Split, count: usize, mut tick: impl FnMut()) -> Pictures {
    // The splits' streams lie far apart.
    let start = match split {
        Split::Train => 0,
        Split::Test => 1_u64 << 32,
    };
    let mut pictures = Pictures::with_capacity(PictureShape::CIFAR, count);
    for index in 0..count as u64 {
        let mut rng = Rng::new(seed, Purpose::Synthetic, start + index);
        let label = rng.below(Shape::ALL.len() as u32) as usize;
        let canvas = scene::draw(Shape::ALL[label], &mut rng);
        pictures.push(label as u8, &canvas.to_bytes());
        tick();
    }
    pictures
}
