//! What the page is told of a model that can be chosen.

use serde::Serialize;

use super::choice::Model;
use super::model::StageSpec;
use super::presets::{Preset, RunOption};
use super::run::RunConfig;
use super::validate::Kind;
use crate::nn::AnyLayer;

/// A model as the page has it.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ModelRecord {
    /// The name users type, or that its spec gives it.
    pub name: String,
    /// A title of a few words.
    pub title: String,
    /// One sentence on what is special about it; of a spec, nothing.
    pub about: String,
    /// Whether it classifies or reconstructs.
    pub kind: Kind,
    /// Presets of a family are compared: `cnn`, `autoencoder` or `encoder-classifier`; `null` of a spec.
    pub family: Option<&'static str>,
    /// Whether it is shown among the models that one can choose.
    pub listed: bool,
    /// The settings that a run begins with.
    pub config: RunConfig,
    /// The settings that not every run has.
    pub options: Vec<RunOption>,
    /// The stages that it is trained in before the whole, by the names of their layers.
    pub stages: Vec<StageSpec>,
    /// `max` or `average`, by its first pooling layer.
    pub pooling: Option<&'static str>,
    /// How many convolutions it has: of a CNN, its blocks.
    pub convolutions: usize,
}

impl ModelRecord {
    /// That of `model`.
    #[must_use]
    pub fn new(model: impl Into<Model>) -> Self {
        let model = model.into();
        let preset = match model {
            Model::Preset(preset) => Some(preset),
            Model::Spec(_) => None,
        };
        let options = [RunOption::Padding, RunOption::Output, RunOption::Noise];
        let layers = || model.spec().layers.iter().map(|one| &one.layer);
        let pooling = layers().find_map(|layer| match layer {
            AnyLayer::MaxPooling2D(_) => Some("max"),
            AnyLayer::AveragePooling2D(_) => Some("average"),
            _ => None,
        });
        Self {
            name: model.name().to_owned(),
            title: model.title().to_owned(),
            about: preset.map_or("", Preset::about).to_owned(),
            kind: model.kind(),
            family: preset.map(Preset::family),
            listed: preset.is_none_or(Preset::is_listed),
            options: options.into_iter().filter(|&option| model.has(option)).collect(),
            stages: model.spec().stages.clone(),
            pooling,
            convolutions: layers().filter(|layer| layer.class() == "Conv2D").count(),
            config: RunConfig::new(model),
        }
    }
}
