//! CIFAR-100's two labels of a picture: the names of its classes, and which fine ones make up a coarse one,
//! by which its pictures are known where no names lie beside them.

use super::Labels;

/// The hundred fine classes, in the order of their labels.
const FINE: [&str; 100] = [
    "apple",
    "aquarium_fish",
    "baby",
    "bear",
    "beaver",
    "bed",
    "bee",
    "beetle",
    "bicycle",
    "bottle",
    "bowl",
    "boy",
    "bridge",
    "bus",
    "butterfly",
    "camel",
    "can",
    "castle",
    "caterpillar",
    "cattle",
    "chair",
    "chimpanzee",
    "clock",
    "cloud",
    "cockroach",
    "couch",
    "crab",
    "crocodile",
    "cup",
    "dinosaur",
    "dolphin",
    "elephant",
    "flatfish",
    "forest",
    "fox",
    "girl",
    "hamster",
    "house",
    "kangaroo",
    "keyboard",
    "lamp",
    "lawn_mower",
    "leopard",
    "lion",
    "lizard",
    "lobster",
    "man",
    "maple_tree",
    "motorcycle",
    "mountain",
    "mouse",
    "mushroom",
    "oak_tree",
    "orange",
    "orchid",
    "otter",
    "palm_tree",
    "pear",
    "pickup_truck",
    "pine_tree",
    "plain",
    "plate",
    "poppy",
    "porcupine",
    "possum",
    "rabbit",
    "raccoon",
    "ray",
    "road",
    "rocket",
    "rose",
    "sea",
    "seal",
    "shark",
    "shrew",
    "skunk",
    "skyscraper",
    "snail",
    "snake",
    "spider",
    "squirrel",
    "streetcar",
    "sunflower",
    "sweet_pepper",
    "table",
    "tank",
    "telephone",
    "television",
    "tiger",
    "tractor",
    "train",
    "trout",
    "tulip",
    "turtle",
    "wardrobe",
    "whale",
    "willow_tree",
    "wolf",
    "woman",
    "worm",
];
/// The twenty coarse classes, in the order of their labels.
const COARSE: [&str; 20] = [
    "aquatic_mammals",
    "fish",
    "flowers",
    "food_containers",
    "fruit_and_vegetables",
    "household_electrical_devices",
    "household_furniture",
    "insects",
    "large_carnivores",
    "large_man-made_outdoor_things",
    "large_natural_outdoor_scenes",
    "large_omnivores_and_herbivores",
    "medium_mammals",
    "non-insect_invertebrates",
    "people",
    "reptiles",
    "small_mammals",
    "trees",
    "vehicles_1",
    "vehicles_2",
];
/// The coarse class of each fine one.
const COARSE_OF: [u8; 100] = [
    4, 1, 14, 8, 0, 6, 7, 7, 18, 3, 3, 14, 9, 18, 7, 11, 3, 9, 7, 11, 6, 11, 5, 10, 7, 6, 13, 15,
    3, 15, 0, 11, 1, 10, 12, 14, 16, 9, 11, 5, 5, 19, 8, 8, 15, 13, 14, 17, 18, 10, 16, 4, 17, 4,
    2, 0, 17, 4, 18, 17, 10, 3, 2, 12, 12, 16, 12, 1, 9, 19, 2, 10, 0, 1, 16, 12, 9, 13, 15, 13,
    16, 19, 2, 4, 6, 19, 5, 5, 8, 19, 18, 1, 2, 15, 6, 0, 17, 8, 14, 13,
];

/// The names of the classes, in the order of their labels.
pub(super) fn names(labels: Labels) -> &'static [&'static str] {
    match labels {
        Labels::Fine => &FINE,
        Labels::Coarse => &COARSE,
    }
}

/// Whether pictures have pairs of labels as CIFAR-100 has them.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Pairs {
    right: u64,
    wrong: u64,
}

impl Pairs {
    /// Takes the labels of a picture.
    pub(super) fn see(&mut self, coarse: i64, fine: i64) {
        let expected = usize::try_from(fine).ok().and_then(|fine| COARSE_OF.get(fine));
        if expected.is_some_and(|&expected| i64::from(expected) == coarse) {
            self.right += 1;
        } else {
            self.wrong += 1;
        }
    }

    /// Takes those of another batch.
    pub(super) fn merge(&mut self, other: Self) {
        self.right += other.right;
        self.wrong += other.wrong;
    }

    /// Whether all go together as they should, and there are any.
    pub(super) fn are_official(self) -> bool {
        self.wrong == 0 && self.right > 0
    }
}

#[cfg(test)]
mod tests {
    use super::{COARSE, COARSE_OF, FINE, Pairs};

    #[test]
    fn every_coarse_class_has_five_fine_ones_and_names_are_in_order() {
        assert!(FINE.is_sorted() && COARSE.is_sorted());
        for coarse in 0..20 {
            assert_eq!(COARSE_OF.iter().filter(|&&of| of == coarse).count(), 5, "{coarse}");
        }
        // As the publisher's page lists them.
        for (fine, coarse) in [
            ("maple_tree", "trees"),
            ("dolphin", "aquatic_mammals"),
            ("worm", "non-insect_invertebrates"),
            ("tractor", "vehicles_2"),
            ("pickup_truck", "vehicles_1"),
            ("skunk", "medium_mammals"),
            ("sweet_pepper", "fruit_and_vegetables"),
            ("wardrobe", "household_furniture"),
        ] {
            let label = FINE.iter().position(|name| *name == fine).expect("a class");
            assert_eq!(COARSE[usize::from(COARSE_OF[label])], coarse);
        }
    }

    #[test]
    fn one_wrong_pair_is_not_cifar_100() {
        let mut pairs = Pairs::default();
        assert!(!pairs.are_official());
        pairs.see(4, 0);
        assert!(pairs.are_official());
        for (coarse, fine) in [(3, 0), (4, 100), (-1, -1), (256 + 4, 0)] {
            let mut other = pairs;
            other.see(coarse, fine);
            assert!(!other.are_official());
        }
    }
}
