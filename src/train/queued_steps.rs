//! Whether a device has steps in its queue whose results were not read. A GPU updates the weights before
//! the host knows the losses; if reading them fails, or its future is dropped, the weights are steps
//! ahead of everything that the run has counted. Such a run must not go on.

use crate::train::error::TrainError;

/// The steps that a device was given and that were not read back.
#[derive(Debug, Default)]
pub(crate) struct QueuedSteps {
    /// The last step before them.
    after: Option<u64>,
}

impl QueuedSteps {
    /// Steps after step `step` are given to the device.
    pub(crate) fn begin(&mut self, step: u64) {
        self.after = Some(step);
    }

    /// All of them were read.
    pub(crate) fn finish(&mut self) {
        self.after = None;
    }

    /// Whether the weights are those of a known step.
    ///
    /// # Errors
    /// [`TrainError::DeviceLost`] where steps were begun and never finished.
    pub(crate) fn check(&self) -> Result<(), TrainError> {
        self.after.map_or(Ok(()), |step| Err(TrainError::DeviceLost { step }))
    }
}

#[cfg(test)]
mod tests {
    use std::rc::Rc;

    use crate::backend::Backend;
    use crate::data::dataset::Dataset;
    use crate::data::pictures::PictureShape;
    use crate::spec::RunConfig;
    use crate::train::error::TrainError;
    use crate::train::trainer::Trainer;

    #[test]
    fn a_run_whose_device_failed_in_the_middle_of_steps_waits_for_a_snapshot() {
        let device = pollster::block_on(Backend::Flex.device()).expect("a CPU");
        let data = Rc::new(Dataset::noise(PictureShape::CIFAR, 8, 10));
        let config = RunConfig {
            batch_size: 4,
            epochs: 2,
            ..RunConfig::named("cnn-max-4").expect("a preset")
        };
        let mut trainer = Trainer::new(config, Rc::clone(&data), &device).expect("settings fit");
        assert_eq!(pollster::block_on(trainer.advance(1)).expect("the device works").len(), 2);
        let snapshot = pollster::block_on(trainer.snapshot()).expect("finite weights");
        let parameters = pollster::block_on(trainer.parameters()).expect("the device works");

        // As in a transfer that fails, or is never awaited to its end.
        trainer.queued.begin(1);
        let errors = [
            pollster::block_on(trainer.advance(1)).map(drop),
            pollster::block_on(trainer.snapshot()).map(drop),
            pollster::block_on(trainer.parameters()).map(drop),
            pollster::block_on(trainer.weights()).map(drop),
            pollster::block_on(trainer.trace_step(crate::data::manifest::Split::Train, 0))
                .map(drop),
            trainer.put_parameters(&parameters),
            trainer.start_from(&snapshot).map(drop),
        ];
        for error in errors {
            let error = error.expect_err("the weights are unknown");
            assert!(matches!(error, TrainError::DeviceLost { step: 1 }), "{error}");
            assert_eq!(
                error.to_string(),
                "The run lost the device in the middle of the steps after step 1: its weights are \
                 no longer those of a known step. Resume it from its last snapshot."
            );
        }
        let mut resumed = Trainer::resume(&snapshot, data, &device).expect("a snapshot");
        assert!(!pollster::block_on(resumed.advance(1)).expect("the device works").is_empty());
    }
}
