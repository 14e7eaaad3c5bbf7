//! Which pictures are CIFAR-10's, by the first ones of its batches.

use crate::data::pictures::Pictures;
use crate::data::verify::sha256;

/// SHA-256 of the labels and pixels of the first pictures of the official batches: the five
/// training batches and the test batch. By them a batch, or the first part of it, is known
/// whatever it is called.
const FIRST_PICTURES: usize = 16;
const OFFICIAL: [&str; 6] = [
    "df36a2796bd8e3b10d37dfab277ed4206d36d03ad0f1798648c96f24c5932bb5",
    "5ec6d73bb8fc3017096e9be0d0d5ce757a58ebdb9c63b65d26adecd5d378b26a",
    "57469a8c2b2af9daa38775a65d4861b2a4705f56de9531a731d9ba54674b74ce",
    "eec635a0f431718eac36189de248073322bbbb94f999a326f8e10eb795824a11",
    "4affb62671b7dc7b2cb5e7fbac6dd22343371ce60e306e3083482c9797459d2b",
    "b4685b6d0c69b097d39836fdf96bbe95f2f46a024433736ae095e0c79acc514b",
];
/// Pictures in an official batch.
const BATCH: usize = 10_000;

/// Which official batch some pictures begin like: 0 to 4 for training, 5 for the test.
pub(super) fn official_batch(pictures: &Pictures) -> Option<usize> {
    let labels = pictures.labels().get(..FIRST_PICTURES)?;
    let pixels =
        pictures.pixels().get(..FIRST_PICTURES * pictures.pixels().len() / pictures.len())?;
    let sum = sha256(&[labels, pixels]);
    OFFICIAL.iter().position(|official| *official == sum)
}

/// Whether these are all of CIFAR-10: as many pictures of each class, and each batch beginning as
/// it should.
pub(super) fn is_official(train: &Pictures, test: &Pictures) -> bool {
    let counted = |pictures: &Pictures, each: usize| {
        (0..10)
            .all(|class| pictures.labels().iter().filter(|&&label| label == class).count() == each)
    };
    let begins = |pictures: &Pictures, at: usize, batch: usize| {
        let mut first = Pictures::with_capacity(pictures.shape(), FIRST_PICTURES);
        for (label, pixels) in (at..at + FIRST_PICTURES).filter_map(|index| pictures.get(index)) {
            first.push(label, pixels);
        }
        official_batch(&first) == Some(batch)
    };
    (train.len(), test.len()) == (5 * BATCH, BATCH)
        && counted(train, BATCH / 2)
        && counted(test, BATCH / 10)
        && (0..5).all(|batch| begins(train, batch * BATCH, batch))
        && begins(test, 0, 5)
}
