//! A step computed by several replicas is the step taken alone, to the last bit.

use tabgrad::parallel::replica::{Replica, ReplicaOutput, ReplicaWork};
use tabgrad::spec::RunConfig;
use tabgrad::train::events::RunEvent;
use wasm_bindgen_test::wasm_bindgen_test;

use crate::support::{advance, dataset, device, run, short, trainer};

/// What the workers tell each other; `None` once their shares are whole.
fn all_sums(works: &[ReplicaWork]) -> Option<Vec<f64>> {
    let sums: Option<Vec<&[f64]>> = works.iter().map(ReplicaWork::sums).collect();
    sums.map(|sums| sums.concat())
}

/// The run with every step shared by `workers`.
fn shared(config: &RunConfig, workers: usize) -> Vec<RunEvent> {
    let mut trainer = trainer(config.clone(), dataset(50, 30));
    let mut helpers: Vec<Replica> = (1..workers)
        .map(|_| {
            Replica::new(config.clone(), 10, &device(tabgrad::backend::Backend::Flex))
                .expect("settings")
        })
        .collect();
    let mut events = Vec::new();
    let (mut steps, mut ahead) = (0, 0);
    while !trainer.is_over() {
        let Some(tasks) = trainer.scatter(workers) else {
            events.extend(advance(&mut trainer, 1));
            continue;
        };
        let weights = pollster::block_on(trainer.weights()).expect("a CPU answers");
        let mut works = vec![pollster::block_on(trainer.share(workers)).expect("a CPU answers")];
        for (helper, task) in helpers.iter_mut().zip(&tasks) {
            assert!(helper.put(weights.clone()));
            let work = pollster::block_on(helper.share(task)).expect("a CPU answers");
            works.push(work.expect("a task of this model"));
        }
        if let Some(tasks) = trainer.scatter_prefetch(workers) {
            helpers.iter_mut().zip(&tasks).for_each(|(helper, task)| helper.prepare(task));
            trainer.prepare(workers);
            ahead += 1;
        }
        while let Some(sums) = all_sums(&works) {
            for work in &mut works {
                assert!(pollster::block_on(work.resume(&sums)).expect("a CPU answers"));
            }
        }
        let mut shares: Vec<ReplicaOutput> =
            works.into_iter().map(|work| work.share().expect("nothing is left")).collect();
        // Who answers first does not matter.
        shares.reverse();
        events.extend(trainer.reduce(shares).expect("all parts"));
        steps += 1;
    }
    assert!(steps > 0, "no step was shared");
    let some = ["cae-denoise", "sae"].contains(&config.model.name());
    assert_eq!(ahead > 0, some, "computed ahead");
    events
}

#[wasm_bindgen_test(unsupported = test)]
pub fn any_number_of_workers_tells_the_same() {
    for model in ["cnn-max-3", "cae-denoise", "sae", "cae-bn"] {
        let config = RunConfig { batch_size: 20, ..short(model) };
        let alone = run(&mut trainer(config.clone(), dataset(50, 30)), 64);
        for workers in 1..5 {
            assert_eq!(shared(&config, workers), alone, "{model:?} by {workers} workers");
        }
    }
}

#[wasm_bindgen_test(unsupported = test)]
pub fn a_share_that_is_missing_takes_no_step() {
    let config = RunConfig { batch_size: 20, ..short("cae") };
    let mut run = trainer(config.clone(), dataset(60, 30));
    let _ = advance(&mut run, 1);
    let step = run.place().step;
    let own = pollster::block_on(run.share(2)).expect("a CPU answers");
    let own = own.share().expect("nothing is left");
    assert_eq!(run.reduce(vec![own.clone()]), None);
    assert_eq!(run.reduce(vec![own.clone(), own]), None);
    assert_eq!(run.place().step, step);
    let mut alone = trainer(config, dataset(60, 30));
    let _ = advance(&mut alone, 1);
    assert_eq!(advance(&mut run, 3), advance(&mut alone, 3));
}

#[wasm_bindgen_test(unsupported = test)]
pub fn batch_normalisation_waits_for_the_sums_of_all() {
    let mut run = trainer(RunConfig { batch_size: 20, ..short("cae-bn") }, dataset(60, 30));
    let _ = advance(&mut run, 1);
    let mut work = pollster::block_on(run.share(2)).expect("a CPU answers");
    let own = work.sums().expect("sums of two parts").to_vec();
    assert!(!pollster::block_on(work.resume(&own)).expect("a CPU answers"), "the third is missing");
    assert_eq!(work.sums(), Some(own.as_slice()), "nothing moved");
    assert_eq!(work.share(), None);
}
