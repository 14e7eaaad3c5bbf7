//! A folder of pictures, read by the rules that the page has too (`tabgrad::data::folder`): here is only
//! the bar.

use super::decode;
use super::{OWN, Source};
use crate::input::Input;
use crate::progress;
use anyhow::Result;
use tabgrad::data::cifar::CLASSES;
use tabgrad::data::folder::{Decoders, Import, Imported, MOST_TABLE_BYTES, Survey};
use tabgrad::data::picture_file::{Fault, HEAD_BYTES, MOST_BYTES, PictureFile};
use tabgrad::data::pictures::PictureShape;

/// Reads a folder, the pictures of an archive, or some files, as pictures of this shape.
pub(super) fn read(input: &mut Input, shape: PictureShape) -> Result<Source> {
    let mut survey = Survey::new(input.entries().to_vec(), Decoders::All)?;
    let wanted = survey.wanted().to_vec();
    let bar = progress::things("Looking", wanted.len());
    for index in wanted {
        survey.see(index, input.head(index, HEAD_BYTES).ok().as_deref());
        bar.inc(1);
    }
    bar.finish_and_clear();
    let tables: Vec<_> = survey
        .tables()
        .into_iter()
        .filter_map(|index| Some((index, input.read(index, MOST_TABLE_BYTES).ok()?)))
        .collect();
    let mut import = Import::new(survey.layout(&tables, shape)?);
    let wanted = import.wanted();
    let bar = progress::things("Reading", wanted.len());
    for (nth, index) in wanted.into_iter().enumerate() {
        // One byte more than a picture may have tells that a file has grown since it was listed.
        let file = match input.read(index, MOST_BYTES + 1) {
            Ok(bytes) => decode::picture(&bytes, shape),
            Err(_) => PictureFile::failed(Fault::Unreadable),
        };
        import.take(nth, file);
        bar.inc(1);
    }
    bar.finish_and_clear();
    let Imported { train, test, classes, divided, passed_over, remarks, .. } = import.finish()?;
    let is_cifar = classes == CLASSES;
    let mut source =
        if is_cifar { "A folder of CIFAR-10 pictures." } else { "A folder of pictures." }
            .to_owned();
    if !divided {
        source += " One in six of each class is kept for the test.";
    }
    let name = (!is_cifar).then(|| OWN.into());
    let remarks = passed_over.sentence().into_iter().chain(remarks).collect();
    Ok(Source { train, test, name, classes, source, remarks })
}
