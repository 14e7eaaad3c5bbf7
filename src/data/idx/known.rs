//! Data sets that are published in IDX files by the same names: which one it is, and its classes.

use std::str::FromStr;

/// A data set that is known.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Known {
    /// Handwritten digits.
    Mnist,
    /// Clothes.
    FashionMnist,
    /// Handwritten hiragana.
    Kmnist,
}

/// What is known of a data set.
struct Facts {
    known: Known,
    name: &'static str,
    /// Words in the names of files and folders, in small letters and digits alone.
    words: &'static [&'static str],
    /// The first labels of its splits, by which it is known whatever it is called.
    first: &'static [[u8; 10]],
    classes: [&'static str; 10],
}

const ALL: [Facts; 3] = [
    Facts {
        known: Known::FashionMnist,
        name: "Fashion-MNIST",
        words: &["fashion"],
        first: &[[9, 0, 0, 3, 0, 2, 7, 2, 5, 5], [9, 2, 1, 1, 6, 1, 4, 6, 5, 7]],
        classes: [
            "T-shirt/top",
            "Trouser",
            "Pullover",
            "Dress",
            "Coat",
            "Sandal",
            "Shirt",
            "Sneaker",
            "Bag",
            "Ankle boot",
        ],
    },
    Facts {
        known: Known::Kmnist,
        name: "KMNIST",
        words: &["kmnist", "kuzushiji"],
        first: &[],
        classes: ["o", "ki", "su", "tsu", "na", "ha", "ma", "ya", "re", "wo"],
    },
    // Last, because the others have its name in theirs.
    Facts {
        known: Known::Mnist,
        name: "MNIST",
        words: &["mnist"],
        first: &[[5, 0, 4, 1, 9, 2, 1, 3, 1, 4], [7, 2, 1, 0, 4, 1, 4, 9, 5, 9]],
        classes: ["0", "1", "2", "3", "4", "5", "6", "7", "8", "9"],
    },
];

impl Known {
    /// By the first labels of a split.
    pub(super) fn by_labels(labels: &[u8]) -> Option<Self> {
        let begins = |facts: &&Facts| facts.first.iter().any(|first| labels.starts_with(first));
        ALL.iter().find(begins).map(|facts| facts.known)
    }

    /// By the path of a file, or the name of what it lies in. EMNIST is none of these.
    pub(super) fn by_name(path: &str) -> Option<Self> {
        let plain = plain(path);
        let says = |facts: &&Facts| facts.words.iter().any(|word| plain.contains(word));
        let found = ALL.iter().find(says).map(|facts| facts.known);
        found.filter(|_| !plain.contains("emnist"))
    }

    fn facts(self) -> &'static Facts {
        // Every one is in the list.
        ALL.iter().find(|facts| facts.known == self).unwrap_or(&ALL[2])
    }

    /// Its classes, in the order of their labels.
    #[must_use]
    pub fn classes(self) -> &'static [&'static str] {
        &self.facts().classes
    }

    /// What people call it.
    #[must_use]
    pub fn name(self) -> &'static str {
        self.facts().name
    }
}

/// Letters and digits alone, in small letters.
pub(super) fn plain(path: &str) -> String {
    path.to_lowercase().chars().filter(char::is_ascii_alphanumeric).collect()
}

/// A name that is none of theirs.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is no data set that is known here. Use mnist, fashion-mnist or kmnist.")]
pub struct UnknownDataset(String);

impl FromStr for Known {
    type Err = UnknownDataset;

    fn from_str(text: &str) -> Result<Self, UnknownDataset> {
        let found = ALL.iter().find(|facts| plain(facts.name) == plain(text));
        found
            .map(|facts| facts.known)
            .ok_or_else(|| UnknownDataset(text.chars().take(40).collect()))
    }
}

#[cfg(test)]
mod tests {
    use super::Known;

    #[test]
    fn a_data_set_is_known_by_its_labels_or_its_name() {
        assert_eq!(Known::by_labels(&[9, 0, 0, 3, 0, 2, 7, 2, 5, 5, 1]), Some(Known::FashionMnist));
        assert_eq!(Known::by_labels(&[7, 2, 1, 0, 4, 1, 4, 9, 5, 9]), Some(Known::Mnist));
        assert_eq!(Known::by_labels(&[7, 2, 1]), None);
        for (path, known) in [
            ("FashionMNIST/raw/train-images-idx3-ubyte", Some(Known::FashionMnist)),
            ("fashion-mnist.zip", Some(Known::FashionMnist)),
            ("KMNIST/train-images-idx3-ubyte.gz", Some(Known::Kmnist)),
            ("mnist_digits/x", Some(Known::Mnist)),
            ("emnist-letters-train-images-idx3-ubyte", None),
            ("train-images-idx3-ubyte", None),
        ] {
            assert_eq!(Known::by_name(path), known, "{path}");
        }
    }

    #[test]
    fn each_is_called_by_its_name() {
        for known in [Known::Mnist, Known::FashionMnist, Known::Kmnist] {
            assert_eq!(known.name().parse(), Ok(known));
        }
        assert_eq!("fashion_mnist".parse(), Ok(Known::FashionMnist));
        assert!("cifar".parse::<Known>().is_err_and(|error| error.to_string().contains("kmnist")));
    }
}
