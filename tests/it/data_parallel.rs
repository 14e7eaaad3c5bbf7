//! Data-parallel training: a step computed by several workers is the step computed by one, to the last
//! bit, and outputs that do not belong to it change nothing.

use serde_json::json;
use tabgrad::data::pictures::PictureShape;
use tabgrad::parallel::error::ParallelError;
use tabgrad::parallel::replica::{Replica, ReplicaOutput, ReplicaWork};
use tabgrad::spec::RunConfig;
use tabgrad::train::error::TrainError;
use tabgrad::train::events::RunEvent;
use tabgrad::train::trainer::Trainer;
use wasm_bindgen_test::wasm_bindgen_test;

use crate::support::{
    advance, dataset, dataset_of, device, run, shape, short, trainer, with_settings,
};

/// What the workers tell each other; `None` once their outputs are ready.
fn all_partial_sums(works: &[ReplicaWork]) -> Option<Vec<f64>> {
    let sums: Option<Vec<&[f64]>> = works.iter().map(ReplicaWork::partial_sums).collect();
    sums.map(|sums| sums.concat())
}

fn replica(config: &RunConfig) -> Replica {
    replica_of(config, PictureShape::CIFAR)
}

fn replica_of(config: &RunConfig, picture: PictureShape) -> Replica {
    let device = device(tabgrad::backend::Backend::Flex);
    Replica::new(config.clone(), picture, 10, &device).expect("settings")
}

/// The trainer's own output where `workers` compute the next work item together.
fn local_output(trainer: &Trainer, workers: usize) -> ReplicaOutput {
    let work = pollster::block_on(trainer.compute_local(workers)).expect("a CPU answers");
    work.finish().expect("nothing is left")
}

/// The run with every work item computed by `workers`.
fn data_parallel(config: &RunConfig, picture: PictureShape, workers: usize) -> Vec<RunEvent> {
    let mut trainer = trainer(config.clone(), dataset_of(picture, 50, 30));
    let mut replicas: Vec<Replica> = (1..workers).map(|_| replica_of(config, picture)).collect();
    let mut events = Vec::new();
    let (mut steps, mut prefetched) = (0, 0);
    while !trainer.is_over() {
        let Some(tasks) = trainer.scatter(workers) else {
            events.extend(advance(&mut trainer, 1));
            continue;
        };
        let weights = pollster::block_on(trainer.weights()).expect("a CPU answers");
        let mut works =
            vec![pollster::block_on(trainer.compute_local(workers)).expect("a CPU answers")];
        for (replica, task) in replicas.iter_mut().zip(&tasks) {
            replica.set_weights(weights.clone()).expect("weights of this model");
            let work = pollster::block_on(replica.compute(task));
            works.push(work.expect("a task of this model"));
        }
        if let Some(tasks) = trainer.scatter_prefetch(workers) {
            for (replica, task) in replicas.iter_mut().zip(&tasks) {
                replica.prefetch(task).expect("a task of this model");
            }
            trainer.prefetch(workers);
            prefetched += 1;
        }
        while let Some(sums) = all_partial_sums(&works) {
            for work in &mut works {
                pollster::block_on(work.resume(&sums)).expect("the sums of all");
            }
        }
        let mut outputs: Vec<ReplicaOutput> =
            works.into_iter().map(|work| work.finish().expect("nothing is left")).collect();
        // Who answers first does not matter.
        outputs.reverse();
        events.extend(trainer.reduce(outputs).expect("all microbatches"));
        steps += 1;
    }
    assert!(steps > 0, "no step was shared");
    let some = match config.model.name() {
        "cae-denoise" | "sae" => true,
        // With synchronised batch normalisation nothing is.
        model => config.augmentation.is_on() && model != "cae-bn",
    };
    assert_eq!(prefetched > 0, some, "prefetched");
    events
}

#[wasm_bindgen_test(unsupported = test)]
pub fn any_number_of_workers_tells_the_same() {
    let weighted = json!({
        "classWeights": {"1": 0, "2": 3}, "labelSmoothing": 0.2, "topK": 2,
        "optimizer": {"type": "sgd", "momentum": 0.9, "global_clipnorm": 0.1, "weight_decay": 0.1},
        "schedule": "cosine"
    });
    let moved = json!({"shift": 0.2, "rotation": 0.1, "cutout": 0.5, "mixup": 1});
    for (model, settings) in [
        ("cnn-max-3", json!({})),
        ("cae-denoise", json!({})),
        ("sae", json!({})),
        ("cae-bn", json!({})),
        ("cnn-max-2", weighted),
        ("sae", json!({"restoreBestWeights": true, "optimizer": "lion", "loss": "huber"})),
        ("cnn-max-2", json!({"augmentation": moved, "classWeights": {"3": 2}})),
        ("cnn-max-3", json!({"augmentation": {"mixup": 0.4, "flip": "horizontal", "crop": 0.6}})),
        ("cae-bn", json!({"augmentation": {"rotation": 0.1, "contrast": 0.3}})),
        ("sae", json!({"augmentation": {"shift": 0.2}, "noise": "masking", "noiseLevel": 0.3})),
    ] {
        let config = with_settings(RunConfig { batch_size: 20, ..short(model) }, &[settings]);
        let alone = run(&mut trainer(config.clone(), dataset(50, 30)), 64);
        for workers in 1..5 {
            assert_eq!(
                data_parallel(&config, PictureShape::CIFAR, workers),
                alone,
                "{model:?} by {workers} workers"
            );
        }
    }
}

#[wasm_bindgen_test(unsupported = test)]
pub fn pictures_of_other_shapes_tell_the_same_by_any_number_of_workers() {
    for (model, picture) in [("cnn-max-2", shape(14, 18, 1)), ("cae-denoise", shape(16, 8, 3))] {
        let config = RunConfig { batch_size: 20, ..short(model) };
        let alone = run(&mut trainer(config.clone(), dataset_of(picture, 50, 30)), 64);
        for workers in [1, 3] {
            let found = data_parallel(&config, picture, workers);
            assert_eq!(found, alone, "{model:?} by {workers} workers");
        }
    }
}

#[wasm_bindgen_test(unsupported = test)]
pub fn variational_autoencoders_tell_the_same_by_any_number_of_workers() {
    let picture = shape(16, 16, 1);
    for config in crate::keras_variational::runs() {
        let config = RunConfig { batch_size: 20, epochs: 1, ..config };
        let alone = run(&mut trainer(config.clone(), dataset_of(picture, 50, 30)), 64);
        let told = |event: &RunEvent| matches!(event, RunEvent::Step { loss_terms: Some(_), .. });
        assert!(alone.iter().any(told));
        for workers in 1..4 {
            let found = data_parallel(&config, picture, workers);
            assert_eq!(found, alone, "{} by {workers} workers", config.model.name());
        }
    }
}

#[wasm_bindgen_test(unsupported = test)]
pub fn an_output_that_is_missing_takes_no_step() {
    let config = RunConfig { batch_size: 20, ..short("cae") };
    let mut run = trainer(config.clone(), dataset(60, 30));
    let _ = advance(&mut run, 1);
    let step = run.progress().step;
    let own = local_output(&run, 2);
    for outputs in [vec![own.clone()], vec![own.clone(), own]] {
        let error = run.reduce(outputs).expect_err("microbatches are missing, or there twice");
        assert!(
            matches!(error, TrainError::Parallel(ParallelError::Microbatches { expected: 3, .. })),
            "{error}"
        );
    }
    assert_eq!(run.progress().step, step);
    let mut alone = trainer(config, dataset(60, 30));
    let _ = advance(&mut alone, 1);
    assert_eq!(advance(&mut run, 3), advance(&mut alone, 3));
}

#[wasm_bindgen_test(unsupported = test)]
pub fn a_stale_output_is_refused() {
    let config = RunConfig { batch_size: 20, ..short("cae") };
    let mut run = trainer(config.clone(), dataset(60, 30));
    let _ = advance(&mut run, 1);
    let task = run.scatter(2).expect("a step").swap_remove(0);
    let mut replica = replica(&config);
    replica
        .set_weights(pollster::block_on(run.weights()).expect("a CPU answers"))
        .expect("weights of this model");
    let work = pollster::block_on(replica.compute(&task)).expect("a task of this model");
    let late = work.finish().expect("nothing is left");
    let refused = |run: &mut Trainer| {
        let progress = run.progress();
        let outputs = vec![local_output(run, 2), late.clone()];
        let error = run.reduce(outputs).expect_err("stale");
        assert!(matches!(error, TrainError::Parallel(ParallelError::Stale { .. })), "{error}");
        assert_eq!(run.progress(), progress);
        error.to_string()
    };
    // The same step, from weights that were set from outside.
    let parameters = pollster::block_on(run.parameters()).expect("a CPU answers");
    run.put_parameters(&parameters).expect("its own");
    assert_eq!(
        refused(&mut run),
        "A replica's output is of batch 1 of epoch 1 after step 1 in phase 0 (weights version 0), but \
         the run is at batch 1 of epoch 1 after step 1 in phase 0 (weights version 1). Compute the \
         work item again."
    );
    // Another step.
    let _ = advance(&mut run, 1);
    assert!(refused(&mut run).contains("but the run is at batch 2 of epoch 1 after step 2"));
    let _ = advance(&mut run, 1);
    assert!(refused(&mut run).contains("but the run is at validation batch 0 after step 3"));
}

#[wasm_bindgen_test(unsupported = test)]
pub fn a_task_of_another_model_is_refused() {
    let mut run = trainer(RunConfig { batch_size: 20, ..short("cae") }, dataset(60, 30));
    assert_eq!(run.scatter(2), None, "a phase that has not begun");
    let error = pollster::block_on(run.compute_local(2)).expect_err("nothing to compute");
    assert!(matches!(error, TrainError::Parallel(ParallelError::NoWorkItem)), "{error}");

    let _ = advance(&mut run, 1);
    let task = run.scatter(2).expect("a step").swap_remove(0);
    let mut replica = replica(&short("cnn-max-4"));
    let weights = pollster::block_on(run.weights()).expect("a CPU answers");
    let error = replica.set_weights(weights).expect_err("weights of another model");
    assert!(matches!(error, ParallelError::Weights { .. }), "{error}");
    for change in 0..4 {
        let mut wrong = task.clone();
        match change {
            0 => wrong.assignment.item.phase = 1,
            1 => wrong.indices.truncate(3),
            2 => wrong.assignment.microbatches.end = usize::MAX,
            _ => wrong.assignment.microbatches = 0..0,
        }
        let error = pollster::block_on(replica.compute(&wrong)).expect_err("no such task");
        assert!(matches!(error, ParallelError::Task { .. }), "{error}");
        assert!(replica.prefetch(&wrong).is_err());
    }
}

#[wasm_bindgen_test(unsupported = test)]
pub fn batch_normalisation_waits_for_the_sums_of_all() {
    let mut run = trainer(RunConfig { batch_size: 20, ..short("cae-bn") }, dataset(60, 30));
    let _ = advance(&mut run, 1);
    let mut work = pollster::block_on(run.compute_local(2)).expect("a CPU answers");
    let own = work.partial_sums().expect("sums of two microbatches").to_vec();
    let error = pollster::block_on(work.resume(&own)).expect_err("the third is missing");
    assert_eq!(error, ParallelError::Statistics { found: own.len(), expected: own.len() / 2 * 3 });
    assert_eq!(work.partial_sums(), Some(own.as_slice()), "nothing moved");
    assert!(matches!(work.finish(), Err(ParallelError::Unfinished)));
}
