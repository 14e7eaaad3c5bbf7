//! Steps of networks of every kind of layer, computed by any number of workers: the same bits, and to the
//! last digits those of a batch that is computed whole.

use std::ops::Range;

use burn::tensor::{Device, Tensor};

use super::all_reduce;
use super::microbatch;
use super::replica::{self, ReplicaOutput, ReplicaWork};
use super::work_item::{Assignment, WorkItem};
use crate::backend::Backend;
use crate::data::dataset::Dataset;
use crate::data::pictures::{PictureShape, Pictures};
use crate::nn::SampleStreams;
use crate::spec::model::ModelSpec;
use crate::spec::{RunConfig, ValidModel};
use crate::step::batch::{Batch, Draw};
use crate::step::phase::{Phase, phases};
use crate::step::train_state::TrainState;

/// Pictures of a batch: two microbatches and a half.
const BATCH: usize = 20;
const CLASSES: usize = 10;

/// Layers by a name, before a head of ten classes.
const NETWORKS: &[(&str, &str)] = &[
    (
        "activations and reshaping",
        r#"{"type":"Activation","activation":"gelu"}, {"type":"LeakyReLU"},
           {"type":"Reshape","target_shape":[4,4,24]}, {"type":"Activation","activation":"softmax"}"#,
    ),
    ("dropout", r#"{"type":"Dropout","rate":0.3}, {"type":"SpatialDropout2D","rate":0.4}"#),
    ("noise", r#"{"type":"GaussianNoise","stddev":0.2}"#),
    ("layer normalisation", r#"{"type":"LayerNormalization","center":false}"#),
    ("group normalisation", r#"{"type":"GroupNormalization","groups":3}"#),
    (
        "batch normalisation",
        r#"{"type":"BatchNormalization","momentum":0.9,"scale":false},
           {"type":"BatchNormalization","epsilon":0.01,"center":false}"#,
    ),
    (
        "batch normalisation of vectors",
        r#"{"type":"Flatten"}, {"type":"Dense","units":12}, {"type":"BatchNormalization"},
           {"type":"Dropout","rate":0.2}"#,
    ),
    (
        "a residual block",
        r#"{"type":"Residual","layers":[{"type":"Conv2D","filters":8,"kernel_size":3,"strides":2,
             "padding":"same","activation":"silu"}]}"#,
    ),
    (
        "batch normalisation in residual blocks",
        r#"{"type":"Residual","layers":[{"type":"BatchNormalization"},
             {"type":"Conv2D","filters":6,"kernel_size":3,"padding":"same"},
             {"type":"Residual","layers":[{"type":"BatchNormalization"}, {"type":"Dropout","rate":0.2},
               {"type":"BatchNormalization"}]}]},
           {"type":"Residual","layers":[{"type":"MaxPooling2D"}, {"type":"BatchNormalization"}]}"#,
    ),
    (
        "penalties",
        r#"{"type":"Conv2D","filters":4,"kernel_size":3,
            "kernel_regularizer":{"l1":0.01,"l2":0.02}}"#,
    ),
];

fn model(name: &str, layers: &str) -> ValidModel {
    let flatten = if layers.contains("Flatten") { "" } else { r#"{"type":"Flatten"},"# };
    let text = format!(
        r#"{{"input":[32,32,3], "task":{{"type":"classify"}}, "layers":[
            {{"type":"Conv2D","filters":6,"kernel_size":3,"strides":4,"padding":"same"}}, {layers},
            {flatten} {{"type":"Dense","units":10,"activation":"softmax"}}]}}"#
    );
    let spec: ModelSpec = serde_json::from_str(&text).unwrap_or_else(|e| panic!("{name}: {e}"));
    ValidModel::new(&spec, name, PictureShape::CIFAR, CLASSES)
        .unwrap_or_else(|e| panic!("{name}: {e}"))
}

struct Run {
    config: RunConfig,
    state: TrainState,
    phase: Phase,
    data: Dataset,
}

impl Run {
    fn new(model: &ValidModel, device: &Device) -> Self {
        let config = RunConfig { seed: 3, ..RunConfig::named("cnn-max-2").expect("a preset") };
        let state = TrainState::new(&config, model, device);
        let phase = phases(model).remove(0);
        Self { config, state, phase, data: Dataset::noise(PictureShape::CIFAR, 2 * BATCH, CLASSES) }
    }

    fn batch(&self, step: usize, positions: Range<usize>) -> Batch {
        let indices: Vec<u32> = positions.map(|at| (step * BATCH + at) as u32).collect();
        let pictures: &Pictures = &self.data.train;
        Batch::new(pictures, &indices, &self.config, Draw::Training(0))
    }

    /// A step by so many workers; its loss.
    fn step(&mut self, step: usize, workers: usize) -> f64 {
        let item = WorkItem {
            step: step as u64,
            phase: 0,
            draw: Draw::Training(0),
            batch: step,
            weights_version: 0,
        };
        let count = microbatch::count(BATCH);
        let work = |worker: usize| {
            let microbatches = microbatch::assigned_to(worker, workers, count);
            let assignment = Assignment { item, batch_size: BATCH, microbatches };
            let batch = |positions| self.batch(step, positions);
            let (state, phase) = (&self.state, &self.phase);
            let work = replica::compute(state, phase, &assignment, batch, Vec::new());
            pollster::block_on(work).expect("a CPU answers")
        };
        let mut works: Vec<ReplicaWork> = (0..workers).map(work).collect();
        loop {
            let sums: Option<Vec<&[f64]>> = works.iter().map(ReplicaWork::partial_sums).collect();
            let Some(sums) = sums.map(|sums| sums.concat()) else { break };
            for work in &mut works {
                pollster::block_on(work.resume(&sums)).expect("the sums of all");
            }
        }
        let outputs: Vec<ReplicaOutput> =
            works.into_iter().map(|work| work.finish().expect("nothing is left")).collect();
        let metrics = all_reduce::metrics(item, BATCH, &outputs).expect("all microbatches");
        let moments = outputs[0].moments.clone();
        let gradients = all_reduce::gradients(&self.state, &self.phase, BATCH, outputs)
            .expect("all microbatches");
        let _ = self.state.apply_gradients(&self.phase, gradients, &moments);
        metrics.loss().expect("pictures were counted")
    }

    /// The same step on the whole batch, as a GPU takes it; its loss.
    fn whole_step(&mut self, step: usize) -> f64 {
        let batch = self.state.device_batch(&self.phase, &self.batch(step, 0..BATCH));
        let output = self.state.train_step(&self.phase, batch);
        let loss =
            pollster::block_on(output.metrics.loss.into_data_async()).expect("a CPU answers");
        f64::from(loss.try_into_vec::<f32>().expect("32-bit values")[0])
    }

    fn weights(&self) -> Vec<Vec<f32>> {
        pollster::block_on(self.state.weights()).expect("a CPU answers")
    }
}

fn bits(weights: &[Vec<f32>]) -> Vec<u32> {
    weights.iter().flatten().map(|value| value.to_bits()).collect()
}

#[test]
fn any_number_of_workers_takes_the_same_steps() {
    let device = pollster::block_on(Backend::Flex.device()).expect("a CPU");
    for (name, layers) in NETWORKS {
        let model = model(name, layers);
        let by = |workers: usize| {
            let mut run = Run::new(&model, &device);
            let losses = [run.step(0, workers), run.step(1, workers)];
            (losses, run.weights())
        };
        let (losses, weights) = by(1);
        assert!(losses.iter().all(|loss| loss.is_finite()), "{name}: {losses:?}");
        for workers in 2..=3 {
            let (others, found) = by(workers);
            assert_eq!(others, losses, "{name} by {workers} workers");
            assert_eq!(bits(&found), bits(&weights), "{name} by {workers} workers");
        }
        // Adam's first step moves a weight by the sign of its gradient, however small: of the whole batch the
        // loss before it is compared.
        let mut whole = Run::new(&model, &device);
        let loss = whole.whole_step(0);
        assert!((loss / losses[0] - 1.0).abs() < 1e-5, "{name}: {loss} and {}", losses[0]);
    }
}

#[test]
fn microbatches_add_up_to_the_gradients_of_the_whole_batch() {
    let device = pollster::block_on(Backend::Flex.device()).expect("a CPU");
    for (name, layers) in NETWORKS {
        let model = model(name, layers);
        let run = Run::new(&model, &device);
        let (_, exact) = run.state.gradients(&run.phase, &run.batch(0, 0..BATCH));
        let item =
            WorkItem { step: 0, phase: 0, draw: Draw::Training(0), batch: 0, weights_version: 0 };
        let assignment =
            Assignment { item, batch_size: BATCH, microbatches: 0..microbatch::count(BATCH) };
        let batch = |positions| run.batch(0, positions);
        let work = replica::compute(&run.state, &run.phase, &assignment, batch, Vec::new());
        let mut work = pollster::block_on(work).expect("a CPU answers");
        while let Some(sums) = work.partial_sums().map(<[f64]>::to_vec) {
            pollster::block_on(work.resume(&sums)).expect("the sums of all");
        }
        let outputs = vec![work.finish().expect("nothing is left")];
        let found = all_reduce::gradients(&run.state, &run.phase, BATCH, outputs).expect("all");
        let found = crate::step::penalty::add_penalty_gradients(&run.state.net, &run.phase, found);
        let found = run.state.net.named(found);
        assert_eq!(found.len(), exact.len(), "{name}");
        let host = |values: &Tensor<1>| {
            let data = pollster::block_on(values.clone().into_data_async()).expect("a CPU answers");
            data.try_into_vec::<f32>().expect("32-bit values")
        };
        // What a normalisation takes away again has no digits of its own.
        let all = exact.iter().flat_map(|one| host(&one.values));
        let largest = all.fold(0.0_f32, |most, x| most.max(x.abs()));
        for (found, own) in found.iter().zip(&exact) {
            let what = format!("{name}: layer {} {}", found.layer, found.name);
            let (found, exact) = (host(&found.values), host(&own.values));
            for (found, exact) in found.iter().zip(&exact) {
                assert!((found - exact).abs() <= 1e-5 * largest, "{what}: {found} for {exact}");
            }
        }
    }
}

#[test]
fn what_is_drawn_does_not_depend_on_how_a_batch_is_cut() {
    let device = pollster::block_on(Backend::Flex.device()).expect("a CPU");
    for (name, layers) in &NETWORKS[1..3] {
        let model = model(name, layers);
        let run = Run::new(&model, &device);
        let outputs = |positions: Range<usize>| {
            let batch = run.batch(0, positions);
            let streams: SampleStreams = batch.streams.clone();
            let x = crate::nn::Activation::Map(batch.inputs(run.state.device()));
            let y = run.state.net().forward_training(x, 0..3, &streams).rows().inner();
            let data = pollster::block_on(y.into_data_async()).expect("a CPU answers");
            data.try_into_vec::<f32>().expect("32-bit values")
        };
        let whole = outputs(0..BATCH);
        let pieces = [outputs(0..3), outputs(3..4), outputs(4..BATCH)].concat();
        assert_eq!(bits(&[whole]), bits(&[pieces]), "{name}");
    }
}
