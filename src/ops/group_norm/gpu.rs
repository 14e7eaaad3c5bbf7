//! Layer and group normalisation on the GPU. Chooses sizes and shapes.

use burn::backend::{Cube, TensorMetadata};
use burn::tensor::Shape;
use burn_cubecl::tensor::CubeTensor;

use super::{GroupNorm, NormSets};
use crate::ops::gpu::launch::{Launch, by_threads, dims, one, wgsl};
use crate::ops::operator::{BackwardInput, InputGrads, Kernel, Output, array};

/// The most workgroups along one dimension.
const MOST_GROUPS: usize = 65_535;

/// Sizes of what is normalised, as its kernels' constants.
struct Sizes {
    batch: usize,
    channels: usize,
    area: usize,
    sets: NormSets,
}

impl Sizes {
    fn new(x: &CubeTensor, sets: NormSets) -> Self {
        let [batch, channels, h, w] = dims(x);
        Self { batch, channels, area: h * w, sets }
    }

    fn on<'a>(&self, launch: Launch<'a>) -> Launch<'a> {
        let groups = match self.sets {
            NormSets::Position => 0,
            NormSets::Groups(groups) => groups,
        };
        let launch = launch.with("CHANNELS", self.channels).with("AREA", self.area);
        launch.with("NORM_GROUPS", groups)
    }

    /// Launches a kernel that leaves two numbers for each set. A position has a thread, a group of
    /// channels has a workgroup.
    fn by_set(&self, launch: Launch<'_>) -> CubeTensor {
        let (sets, workgroups) = match self.sets {
            NormSets::Position => (self.batch * self.area, by_threads(self.batch * self.area)),
            NormSets::Groups(groups) => {
                let sets = self.batch * groups;
                let rows = sets.div_ceil(MOST_GROUPS).max(1);
                (sets, [sets.div_ceil(rows), rows, 1])
            }
        };
        let launch = self.on(launch).info(&[sets]);
        one(launch.run(workgroups, [Shape::new([sets, 2])]))
    }
}

impl Kernel<Cube, 3> for GroupNorm {
    fn forward(self, inputs: Vec<CubeTensor>) -> Output<Cube> {
        let [x, gamma, beta] = array(inputs);
        let sizes = Sizes::new(&x, self.sets);
        let values = x.shape().num_elements();
        let launch = Launch::new(wgsl!("group_norm" "set_moments"), &x);
        let moments = sizes.by_set(launch.with("EPSILON", self.epsilon as f32).reading(&[&x]));
        let launch = sizes.on(Launch::new(wgsl!("group_norm" "set_normalize"), &x));
        let launch = launch.reading(&[&x, &moments, &gamma, &beta]).info(&[values]);
        let output = one(launch.by_value(values, [x.shape()]));
        Output::new(output, vec![x, gamma, moments])
    }

    fn backward(self, input: BackwardInput<Cube, 3>) -> InputGrads<Cube, 3> {
        let BackwardInput { saved, gradient, .. } = input;
        let [x, gamma, moments] = array(saved);
        let sizes = Sizes::new(&x, self.sets);
        let values = x.shape().num_elements();
        let launch = Launch::new(wgsl!("group_norm" "set_sums"), &x);
        let sums = sizes.by_set(launch.reading(&[&x, &moments, &gamma, &gradient]));
        let launch = sizes.on(Launch::new(wgsl!("group_norm" "set_input_grad"), &x));
        let launch = launch.reading(&[&x, &moments, &gamma, &gradient, &sums]).info(&[values]);
        let by_inputs = one(launch.by_value(values, [x.shape()]));
        let launch = sizes.on(Launch::new(wgsl!("group_norm" "set_weight_grad"), &x));
        let launch = launch.reading(&[&x, &moments, &gradient]).info(&[sizes.batch]);
        let shapes = [gamma.shape(), gamma.shape()];
        let [by_gamma, by_beta] = launch.run_in_one([sizes.channels, 1, 1], shapes);
        [Some(by_inputs), Some(by_gamma), Some(by_beta)]
    }
}
