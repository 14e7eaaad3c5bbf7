//! A session: the data set of one worker, the pictures that the visitor brought, and the runs by the
//! names that the page gave them.

use std::collections::BTreeMap;
use std::rc::Rc;

use js_sys::{Uint8Array, Uint32Array};
use wasm_bindgen::prelude::*;

use super::atlas::{self, Atlas};
use super::failure::{Failure, Js, to_js, typed};
use super::models::{config_from, split_from};
use super::records::{self, Counts, Page, ShardAdded};
use crate::backend::Backend;
use crate::data::dataset::{self, Source};
use crate::data::loader::Loader;
use crate::data::pictures::{PictureShape, Pictures};
use crate::data::rng::{Purpose, Rng};
use crate::spec::summary::Summary;
use crate::train::trainer::Trainer;
use crate::train::training_data::TrainingData;

/// One worker's data and runs.
#[wasm_bindgen]
pub struct Session {
    loader: Option<Loader>,
    /// What has been loaded, once runs share it.
    data: Option<TrainingData>,
    given: Pictures,
    trainers: BTreeMap<String, Trainer>,
}

impl Default for Session {
    fn default() -> Self {
        let given = Pictures::new(PictureShape::CIFAR);
        Self { loader: None, data: None, given, trainers: BTreeMap::new() }
    }
}

impl Session {
    /// The shape of the pictures that are loaded; before there are any, that of CIFAR's.
    fn picture(&self) -> PictureShape {
        self.loader.as_ref().map_or(PictureShape::CIFAR, |loader| loader.manifest().picture)
    }

    fn loader(&self) -> Result<&Loader, Failure> {
        self.loader.as_ref().ok_or_else(|| Failure::state("No data is loaded yet."))
    }

    /// The data, once all of it is there.
    fn complete(&mut self) -> Result<TrainingData, Failure> {
        let loader = self.loader()?;
        if !loader.is_complete() {
            let message = "The data has not arrived completely. Wait for it, then start.";
            return Err(Failure::state(message));
        }
        let host = Rc::clone(loader.data());
        Ok(self.data.get_or_insert_with(|| host.into()).clone())
    }

    /// The pictures that `source` names: `train`, `test` or `given`.
    pub(super) fn source(&self, source: &str) -> Result<Source<'_>, Failure> {
        if source == "given" {
            return Ok(Source::Given(&self.given));
        }
        Ok(Source::Split(split_from(source)?))
    }

    /// All pictures of a source.
    fn all(&self, source: &str) -> Result<&Pictures, Failure> {
        Ok(match self.source(source)? {
            Source::Given(pictures) => pictures,
            Source::Split(split) => self.loader()?.data().split(split),
        })
    }

    pub(super) fn trainer(&self, run: &str) -> Result<&Trainer, Failure> {
        self.trainers.get(run).ok_or_else(|| no_run(run))
    }

    pub(super) fn trainer_mut(&mut self, run: &str) -> Result<&mut Trainer, Failure> {
        self.trainers.get_mut(run).ok_or_else(|| no_run(run))
    }

    /// A run to change, and the pictures of `source`.
    pub(super) fn trainer_and(
        &mut self,
        run: &str,
        source: &str,
    ) -> Result<(&mut Trainer, Source<'_>), Failure> {
        let source = match source {
            "given" => Source::Given(&self.given),
            split => Source::Split(split_from(split)?),
        };
        let trainer = self.trainers.get_mut(run).ok_or_else(|| no_run(run))?;
        Ok((trainer, source))
    }

    fn begin(&mut self, run: String, trainer: Trainer) -> Result<JsValue, Failure> {
        let plan = to_js(&trainer.plan())?;
        self.trainers.insert(run, trainer);
        Ok(plan)
    }
}

fn no_run(run: &str) -> Failure {
    Failure::state(&format!("There is no run `{run}` here. Start it, or resume it, first."))
}

#[wasm_bindgen]
impl Session {
    /// No data and no runs.
    #[wasm_bindgen(constructor)]
    pub fn new() -> Self {
        Self::default()
    }

    /// Begins a data set; an earlier one and its runs are forgotten if this one is valid.
    pub fn set_manifest(&mut self, text: &str) -> Result<JsValue, JsValue> {
        let loader = Loader::new(text).map_err(Failure::from)?;
        let manifest = to_js(loader.manifest())?;
        self.trainers.clear();
        // What somebody gave was made for the pictures before.
        if self.given.shape() != loader.manifest().picture {
            self.given = Pictures::new(loader.manifest().picture);
        }
        self.loader = Some(loader);
        self.data = None;
        Ok(manifest)
    }

    /// Takes the next shard of its split.
    pub fn add_shard(&mut self, file: &str, bytes: &[u8]) -> Result<Js<ShardAdded>, JsValue> {
        let loader = self.loader.as_mut().ok_or_else(|| Failure::state("No manifest is set."))?;
        let split = loader.add(file, bytes).map_err(Failure::from)?;
        let data = loader.data();
        let loaded = Counts { train: data.train.len(), test: data.test.len() };
        Ok(typed(&ShardAdded { split, loaded, complete: loader.is_complete() })?)
    }

    /// `count` different pictures of a split, the same ones for the same seed; fewer if fewer
    /// have arrived.
    pub fn sample(&self, split: &str, count: u32, seed: u32) -> Result<Uint32Array, JsValue> {
        let split = split_from(split)?;
        let loaded = u32::try_from(self.loader()?.data().split(split).len()).unwrap_or(u32::MAX);
        let mut rng = Rng::new(u64::from(seed), Purpose::Samples, split as u64);
        Ok(Uint32Array::from(rng.sample(count, loaded).as_slice()))
    }

    /// Up to `count` pictures of a class, or of all, from the `offset`th of them on, and how many
    /// there are of it.
    pub fn browse(
        &self,
        split: &str,
        label: Option<u32>,
        offset: u32,
        count: u32,
    ) -> Result<Js<Page>, JsValue> {
        let all = self.all(split)?;
        let mut indices = Vec::new();
        let mut total = 0_u32;
        for (index, &found) in (0_u32..).zip(all.labels()) {
            if label.is_some_and(|label| label != u32::from(found)) {
                continue;
            }
            if total >= offset && total - offset < count {
                indices.push(index);
            }
            total += 1;
        }
        let page = all.chosen(&indices);
        Ok(typed(&Page {
            total,
            indices: indices.as_slice().into(),
            labels: page.labels().into(),
            atlas: Atlas::of_bytes(page.pixels(), page.shape())?,
        })?)
    }

    /// Takes the visitor's own pictures, of the shape of the data's and below each other in one image, in
    /// place of earlier ones; says how many. Their label is 0.
    pub fn set_given(
        &mut self,
        #[wasm_bindgen(unchecked_param_type = "ImageData")] image: &JsValue,
    ) -> Result<u32, JsValue> {
        let shape = self.picture();
        let bytes = atlas::bytes_of(image, shape)?;
        let labels = vec![0; bytes.len() / shape.bytes()];
        self.given = Pictures::from_bytes(shape, labels, bytes).map_err(Failure::from)?;
        Ok(u32::try_from(self.given.len()).unwrap_or(u32::MAX))
    }

    /// Pictures, with their labels.
    pub fn pictures(
        &self,
        source: &str,
        indices: &[u32],
    ) -> Result<Js<records::Pictures>, JsValue> {
        let source = self.source(source)?;
        let pictures = match source {
            Source::Given(given) => dataset::check(given, "given".into(), indices).map(|()| given),
            Source::Split(_) => self.loader()?.data().chosen(source, indices),
        };
        let pictures = pictures.map_err(Failure::from)?.chosen(indices);
        Ok(typed(&records::Pictures {
            labels: pictures.labels().into(),
            atlas: Atlas::of_bytes(pictures.pixels(), pictures.shape())?,
        })?)
    }

    /// The labels of all pictures of a source.
    pub fn labels(&self, source: &str) -> Result<Uint8Array, JsValue> {
        Ok(Uint8Array::from(self.all(source)?.labels()))
    }

    /// The table of the model that `config` describes, for the data that is loaded; before there is
    /// any, for the pictures and the classes that the model names, or ten.
    pub fn summary(&self, config: &JsValue) -> Result<JsValue, JsValue> {
        let config = config_from(config)?;
        let spec = config.model.spec();
        let (picture, classes) = self.loader.as_ref().map_or_else(
            || (spec.picture_without_data(), spec.classes_without_data()),
            |loader| (loader.manifest().picture, loader.manifest().classes.len()),
        );
        let model = config.model(picture, classes).map_err(Failure::from)?;
        Ok(to_js(&Summary::new(&model))?)
    }

    /// A fingerprint of the data set: the same pictures in the same shards have the same.
    pub fn fingerprint(&self) -> Result<String, JsValue> {
        Ok(self.loader()?.fingerprint())
    }

    /// How many pictures of `source` have arrived.
    pub fn count(&self, source: &str) -> Result<u32, JsValue> {
        let pictures = match source {
            "given" => &self.given,
            split => self.loader()?.data().split(split_from(split)?),
        };
        Ok(u32::try_from(pictures.len()).unwrap_or(u32::MAX))
    }

    /// The bytes of a shard that has arrived: for another session.
    pub fn shard(&self, file: &str) -> Result<Uint8Array, JsValue> {
        let shard = self.loader()?.shard(file).map_err(Failure::from)?;
        Ok(Uint8Array::from(shard.as_slice()))
    }

    /// Begins a run, in place of an earlier one of that name, computed by the backend of that name;
    /// with the first layers of the snapshot `from`, as far as they fit.
    pub async fn start(
        &mut self,
        run: String,
        config: &JsValue,
        backend: &str,
        from: Option<Vec<u8>>,
    ) -> Result<JsValue, JsValue> {
        let config = config_from(config)?;
        let backend: Backend = backend.parse().map_err(Failure::from)?;
        let data = self.complete()?;
        let device = backend.device().await.map_err(Failure::from)?;
        let mut trainer = Trainer::new(config, data, &device).map_err(Failure::from)?;
        if let Some(snapshot) = from {
            trainer.start_from(&snapshot).map_err(Failure::from)?;
        }
        Ok(self.begin(run, trainer)?)
    }

    /// Goes on with a run that [`Session::snapshot`] stored, in place of one of that name.
    pub async fn resume(
        &mut self,
        run: String,
        snapshot: &[u8],
        backend: &str,
    ) -> Result<JsValue, JsValue> {
        let backend: Backend = backend.parse().map_err(Failure::from)?;
        let data = self.complete()?;
        let device = backend.device().await.map_err(Failure::from)?;
        let trainer = Trainer::resume(snapshot, data, &device).map_err(Failure::from)?;
        Ok(self.begin(run, trainer)?)
    }

    /// How far a run is: phase, epoch and step.
    pub fn progress(&self, run: &str) -> Result<JsValue, JsValue> {
        Ok(to_js(&self.trainer(run)?.progress())?)
    }

    /// Computes up to `items` work items of a run, and says what happened.
    pub async fn advance(&mut self, run: &str, items: u32) -> Result<JsValue, JsValue> {
        let trainer = self.trainers.get_mut(run).ok_or_else(|| no_run(run))?;
        let events = trainer.advance(items as usize).await.map_err(Failure::from)?;
        Ok(to_js(&events)?)
    }

    /// What seems to be wrong with a run, to be asked after an epoch: a `diagnosis` event, or `undefined`
    /// where nothing is and nothing was.
    pub async fn diagnose(&mut self, run: &str) -> Result<JsValue, JsValue> {
        let trainer = self.trainers.get_mut(run).ok_or_else(|| no_run(run))?;
        match trainer.diagnose().await.map_err(Failure::from)? {
            Some(event) => Ok(to_js(&event)?),
            None => Ok(JsValue::UNDEFINED),
        }
    }

    /// A run as the bytes of a `.safetensors` file.
    pub async fn snapshot(&self, run: &str) -> Result<Uint8Array, JsValue> {
        let stored = self.trainer(run)?.snapshot().await.map_err(Failure::from)?;
        Ok(Uint8Array::from(stored.as_slice()))
    }

    /// Forgets a run, if it is there; the data stays.
    pub fn remove(&mut self, run: &str) {
        self.trainers.remove(run);
    }

    /// Whether there is a run of that name.
    pub fn has(&self, run: &str) -> bool {
        self.trainers.contains_key(run)
    }
}
