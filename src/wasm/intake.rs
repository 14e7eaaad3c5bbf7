//! Pictures of the visitor's on their way in: a folder by the rules of `data::folder`, and one picture by
//! those of `data::picture_file`. The page lists files and hands over bytes; it decodes what has to be
//! decoded with the browser.

use js_sys::{Array, Uint8Array};
use serde::Serialize;
use serde_wasm_bindgen::preserve;
use tsify::Tsify;
use wasm_bindgen::prelude::*;
use web_sys::ImageData;

use super::archives::{entries_from, request_from};
use super::failure::{Failure, Js, named, to_js, typed};
use super::image::{image, picture_from};
use crate::data::folder::{Decoders, FolderError, Import, Imported, Survey};
use crate::data::pack::{self, Meta, PackError, Packed};
use crate::data::picture_file::{self, Fault, PictureFile};
use crate::data::pictures::{PictureShape, PictureShapeError};

named! {
    FolderError => "ImportError",
    PackError => "ImportError",
    PictureShapeError => "ImportError",
}

/// What the browser is to decode.
#[derive(Serialize, Tsify)]
pub struct EncodedPicture {
    #[serde(rename = "type")]
    media_type: String,
    width: u32,
    height: u32,
    #[serde(with = "preserve")]
    #[tsify(type = "Uint8Array<ArrayBuffer>")]
    bytes: Uint8Array,
}

/// The part of a picture that is used, in its pixels.
#[derive(Serialize, Tsify)]
pub struct Crop {
    left: u32,
    top: u32,
    width: u32,
    height: u32,
}

/// One picture on its way to the shape of a data set.
#[wasm_bindgen]
pub struct OpenedPicture {
    file: PictureFile,
    shape: PictureShape,
}

#[wasm_bindgen]
impl OpenedPicture {
    /// Looks at the bytes of a file, which are to become a picture of the shape
    /// `{ width, height, channels }`. Whatever is wrong with them is told at the end.
    #[wasm_bindgen(constructor)]
    pub fn new(bytes: &[u8], picture: &JsValue) -> Result<Self, JsValue> {
        let shape = picture_from(picture)?.unwrap_or(PictureShape::CIFAR);
        Ok(Self { file: PictureFile::open(bytes, shape), shape })
    }

    /// A picture that is decoded already, which is to have that shape.
    pub fn decoded(width: u32, height: u32, picture: &JsValue) -> Result<Self, JsValue> {
        let shape = picture_from(picture)?.unwrap_or(PictureShape::CIFAR);
        Ok(Self { file: PictureFile::decoded(width, height, shape), shape })
    }

    /// A file that the browser does not hand out.
    pub fn unreadable(picture: &JsValue) -> Result<Self, JsValue> {
        let shape = picture_from(picture)?.unwrap_or(PictureShape::CIFAR);
        Ok(Self { file: PictureFile::failed(Fault::Unreadable), shape })
    }

    /// What is to be decoded; nothing if it needs no browser.
    pub fn encoded(&self) -> Result<Option<Js<EncodedPicture>>, JsValue> {
        let Some(encoded) = self.file.encoded() else { return Ok(None) };
        let record = EncodedPicture {
            media_type: encoded.format.media_type().into(),
            width: encoded.width,
            height: encoded.height,
            bytes: encoded.bytes.as_slice().into(),
        };
        Ok(Some(typed(&record)?))
    }

    /// The part whose rows are wanted.
    pub fn crop(&self) -> Result<Js<Crop>, JsValue> {
        let picture_file::Crop { left, top, width, height } = self.file.crop();
        Ok(typed(&Crop { left, top, width, height })?)
    }

    /// Takes rows of the part from the top, as canvas bytes.
    pub fn rows(&mut self, rgba: &[u8]) {
        self.file.rows(rgba);
    }

    /// The browser could not decode it.
    pub fn fail(&mut self) {
        self.file.fail(Fault::Damaged);
    }

    /// The picture, in its shape.
    pub fn finish(self) -> Result<ImageData, JsValue> {
        let small = self.file.finish().map_err(|fault| Failure {
            name: "ImportError",
            message: format!("The file {}.", fault.words().0),
        })?;
        image(small.pixels.into_iter(), self.shape, self.shape.height())
    }
}

/// A folder of which it is found out what its files are.
#[wasm_bindgen]
pub struct FolderSurvey(Survey);

#[wasm_bindgen]
impl FolderSurvey {
    /// Takes the list of all files, `{ path, bytes }` each.
    #[wasm_bindgen(constructor)]
    pub fn new(entries: JsValue) -> Result<Self, JsValue> {
        let entries = entries_from(entries)?;
        Ok(Self(Survey::new(entries, Decoders::Browser).map_err(Failure::from)?))
    }

    /// The files whose first bytes are wanted, by their places in the list.
    pub fn wanted(&self) -> Vec<u32> {
        self.0.wanted().iter().map(|&index| index as u32).collect()
    }

    /// Takes the first bytes of a file, `undefined` if they cannot be read.
    pub fn see(&mut self, index: usize, head: Option<Vec<u8>>) {
        self.0.see(index, head.as_deref());
    }

    /// The files that are wanted whole: tables of labels.
    pub fn tables(&self) -> Vec<u32> {
        self.0.tables().into_iter().map(|index| index as u32).collect()
    }

    /// What the folders mean; `tables` are the bytes of the files of `tables()`, in their order, `null` for
    /// those that cannot be read, and `request` says what pictures are to become: 32 by 32 pixels of three
    /// colours unless it says otherwise.
    pub fn layout(
        self,
        tables: &Array,
        #[wasm_bindgen(unchecked_param_type = "ImportRequest | null")] request: JsValue,
    ) -> Result<FolderImport, JsValue> {
        let (request, _) = request_from(request)?;
        let shape = request.of_files().map_err(Failure::from)?;
        let given = tables.iter().map(|table| table.dyn_into::<Uint8Array>().ok());
        let tables: Vec<(usize, Vec<u8>)> = self
            .0
            .tables()
            .into_iter()
            .zip(given)
            .filter_map(|(index, table)| Some((index, table?.to_vec())))
            .collect();
        Ok(FolderImport(Import::new(self.0.layout(&tables, shape).map_err(Failure::from)?)))
    }
}

/// A folder that is being read.
#[wasm_bindgen]
pub struct FolderImport(Import);

#[wasm_bindgen]
impl FolderImport {
    /// The shape that pictures are to be opened for.
    #[wasm_bindgen(unchecked_return_type = "PictureShape")]
    pub fn picture(&self) -> Result<JsValue, JsValue> {
        Ok(to_js(&self.0.shape())?)
    }

    /// The pictures that are wanted, by their places in the list, ascending.
    pub fn wanted(&self) -> Vec<u32> {
        self.0.wanted().into_iter().map(|index| index as u32).collect()
    }

    /// Takes the picture at `nth` of those that are wanted.
    pub fn take(&mut self, nth: usize, picture: OpenedPicture) -> Result<(), JsValue> {
        if picture.shape != self.0.shape() {
            let (found, expected) = (picture.shape, self.0.shape());
            let message = format!("A picture was opened as {found}, but they become {expected}.");
            return Err(Failure { name: "ImportError", message }.into());
        }
        self.0.take(nth, picture.file);
        Ok(())
    }

    /// The data set.
    pub fn finish(self) -> Result<ImportedFolder, JsValue> {
        Ok(ImportedFolder(self.0.finish().map_err(Failure::from)?))
    }
}

/// A folder that was read.
#[wasm_bindgen]
pub struct ImportedFolder(Imported);

#[wasm_bindgen]
impl ImportedFolder {
    /// The folder that all pictures lay in, or nothing.
    pub fn root(&self) -> String {
        self.0.root.clone()
    }

    /// How many pictures there are.
    pub fn count(&self) -> usize {
        self.0.train.len() + self.0.test.len()
    }

    /// Whether the folders said which pictures are for the test.
    pub fn divided(&self) -> bool {
        self.0.divided
    }

    /// What was left out and why, and what else should be known, in sentences.
    pub fn remarks(&self) -> Vec<String> {
        self.0.passed_over.sentence().into_iter().chain(self.0.remarks.iter().cloned()).collect()
    }

    /// Shards and manifest of the pictures.
    pub fn pack(self, name: String, source: String) -> Result<DecodedData, JsValue> {
        let Imported { train, test, classes, .. } = self.0;
        let meta = Meta { name, source, synthetic: false, classes };
        let shard_size = pack::shard_size(train.shape());
        Ok(DecodedData(Packed::new(meta, train, test, shard_size).map_err(Failure::from)?))
    }
}

/// Shards and manifest made of pictures: CIFAR-10 as it was downloaded, or a visitor's own.
#[wasm_bindgen]
pub struct DecodedData(pub(super) Packed);

#[wasm_bindgen]
impl DecodedData {
    /// The text of the manifest.
    pub fn manifest(&self) -> String {
        self.0.manifest().to_json()
    }

    /// How many shards there are.
    pub fn count(&self) -> usize {
        self.0.count()
    }

    /// The name of shard `index`.
    pub fn file(&self, index: usize) -> Option<String> {
        self.0.name(index).map(str::to_owned)
    }

    /// The bytes of shard `index`.
    pub fn take(&self, index: usize) -> Option<Vec<u8>> {
        self.0.bytes(index)
    }
}
