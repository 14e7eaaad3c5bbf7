//! The drawn pictures are the same everywhere and for ever.

use data_prep::synthetic::{draw, meta};
use tabgrad::data::manifest::Split;
use tabgrad::data::pack::Packed;

/// SHA-256 of the two shards of 60 training and 20 test pictures drawn with seed 1. A change here
/// changes everybody's data, and every accuracy that has been published for it.
const GOLDEN: [&str; 2] = [
    "ebd1f370cee0e645ef7b40d5d70d50cd34828badfac9d429e9ba186df15211e2",
    "ee61c2f8344d72b4e3291829d7e9d586427d9728b54be550b70af3713dd466c6",
];

#[test]
fn pictures_have_not_changed() {
    let train = draw(1, Split::Train, 60, || {});
    let test = draw(1, Split::Test, 20, || {});
    let packed = Packed::new(meta(1), train, test, 100).unwrap();
    let sums: Vec<&str> =
        packed.manifest().shards().map(|(_, _, entry)| entry.sha256.as_str()).collect();
    assert_eq!(sums, GOLDEN);
}

#[test]
fn a_picture_depends_on_seed_split_and_place_only() {
    let ten = draw(5, Split::Train, 10, || {});
    let four = draw(5, Split::Train, 4, || {});
    assert!(four.iter().eq(ten.iter().take(4)));
    assert_ne!(draw(6, Split::Train, 4, || {}), four);
    assert_ne!(draw(5, Split::Test, 4, || {}), four);
}

#[test]
fn all_classes_occur_and_colour_does_not_tell_them_apart() {
    let pictures = draw(0, Split::Train, 2_000, || {});
    let mut sums = [[0_u64; 4]; 10];
    for (label, pixels) in pictures.iter() {
        let sum = &mut sums[usize::from(label)];
        sum[3] += 1;
        for pixel in pixels.chunks_exact(3) {
            (0..3).for_each(|channel| sum[channel] += u64::from(pixel[channel]));
        }
    }
    for sum in sums {
        assert!((140..260).contains(&sum[3]), "{sums:?}");
        for channel in &sum[..3] {
            let mean = channel / sum[3] / 1024;
            assert!((85..130).contains(&mean), "mean {mean}");
        }
    }
}
