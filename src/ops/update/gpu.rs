//! A step of an optimizer on the GPU. From its second one on, all weights that learn and their state lie
//! in one buffer, so that a step is one dispatch for a handful of layers; tensors are pieces of it.

use burn::backend::{Cube, TensorMetadata};
use burn::tensor::Shape;
use burn_cubecl::kernel::into_contiguous;
use burn_cubecl::tensor::CubeTensor;

use super::{Decay, Rule, Update, groups};
use crate::ops::gpu::launch::{self, Launch, Offsets, Source, by_threads, empty, piece, wgsl};
use crate::ops::operator::{Kernel, Output};

/// Buffers of gradients that a dispatch reads: with the weights before and after it and its numbers,
/// as many as every WebGPU device binds.
const BUFFERS: usize = 5;

/// Gradients that lie in one buffer as their weights do in theirs.
struct Run {
    gradients: CubeTensor,
    /// The first one's offset in their buffer.
    offset: usize,
    /// Offsets of the first weight and after the last one.
    start: usize,
    end: usize,
}

impl Kernel<Cube, 0> for Update {
    fn forward(self, inputs: Vec<CubeTensor>) -> Output<Cube> {
        let moved = step(&groups(inputs.into_iter(), 2 + self.rule.states()), self);
        Output { outputs: moved.into_iter().flatten().collect(), saved: Vec::new() }
    }
}

impl Update {
    /// A launch of `source` with everything in it that stays the same from step to step.
    fn launch<'a>(&self, source: Source, beside: &'a CubeTensor) -> Launch<'a> {
        let number = match self.rule {
            Rule::Sgd => 0,
            Rule::Momentum { .. } => 1,
            Rule::Adam { .. } => 2,
            Rule::RmsProp { .. } => 3,
            Rule::Adagrad { .. } => 4,
            Rule::Lion { .. } => 5,
        };
        let mut launch = Launch::new(source, beside)
            .with("RULE", number)
            .with("STATES", self.rule.states())
            .with("CLIPPED", usize::from(self.clip.is_some()))
            .with("DECAYED", usize::from(self.decay.is_some()));
        if let Some(limit) = self.clip {
            launch = launch.with("CLIP_VALUE", limit);
        }
        if let Some(Decay { weight_decay, .. }) = self.decay {
            launch = launch.with("WEIGHT_DECAY", weight_decay);
        }
        match self.rule {
            Rule::Sgd => launch,
            Rule::Momentum { momentum, nesterov } => {
                launch.with("MOMENTUM", momentum).with("NESTEROV", usize::from(nesterov))
            }
            Rule::Adam { first_rate, second_rate, epsilon, .. } => launch
                .with("FIRST_RATE", first_rate)
                .with("SECOND_RATE", second_rate)
                .with("EPSILON", epsilon),
            Rule::RmsProp { rho, rest, momentum, epsilon, centered } => launch
                .with("RHO", rho)
                .with("REST", rest)
                .with("EPSILON", epsilon)
                .with("MOMENTUM", momentum)
                .with("LAST", usize::from(momentum > 0.0))
                .with("CENTERED", usize::from(centered))
                // After the last move, where there is one.
                .with("AVERAGE", if momentum > 0.0 { 2 } else { 1 }),
            Rule::Adagrad { epsilon } => launch.with("EPSILON", epsilon),
            Rule::Lion { beta_1, beta_2 } => launch.with("BETA_1", beta_1).with("BETA_2", beta_2),
        }
    }

    /// A launch with what changes from step to step.
    fn sized<'a>(&self, launch: Launch<'a>) -> Launch<'a> {
        let rate = self.decay.map_or(0.0, |decay| decay.learning_rate);
        launch.info_bits(self.size).info_bits(rate)
    }
}

fn step(parameters: &[Vec<CubeTensor>], update: Update) -> Vec<Vec<CubeTensor>> {
    let Some(some) = parameters.first().and_then(|one| one.first()) else { return Vec::new() };
    let kinds = 1 + update.rule.states();
    let counts = || parameters.iter().map(|one| one[0].shape().num_elements());
    let offsets = Offsets::new(some, counts());
    let after = empty(some, Shape::new([kinds * offsets.end]));
    let moved: Vec<Vec<CubeTensor>> = (offsets.starts.iter().zip(counts()))
        .map(|(&start, count)| {
            let of = |kind: usize| piece(&after, kind * offsets.end + start, Shape::new([count]));
            (0..kinds).map(of).collect()
        })
        .collect();
    let written = std::slice::from_ref(&after);
    if let Some(before) = together(parameters, &offsets, kinds) {
        for runs in runs(parameters, &offsets).chunks(BUFFERS) {
            let (first, last) = (runs[0].start, runs[runs.len() - 1].end);
            let gradients: Vec<&CubeTensor> = runs.iter().map(|run| &run.gradients).collect();
            let launch = update.launch(wgsl!("update" "update"), some).with("BUFFERS", runs.len());
            let launch = launch.reading(&[&before]).reading(&gradients).info(&[offsets.end]);
            let bounds: Vec<usize> = runs.iter().flat_map(|run| [run.start, run.end]).collect();
            update.sized(launch).info(&bounds).write(by_threads(last - first), written);
        }
    } else {
        for (tensors, &start) in parameters.iter().zip(&offsets.starts) {
            let count = tensors[0].shape().num_elements();
            let launch = update.launch(wgsl!("update" "update_single"), some);
            let launch = launch.reading(&tensors.iter().collect::<Vec<_>>()).info(&[count]);
            update.sized(launch).info(&[start, offsets.end]).write(by_threads(count), written);
        }
    }
    moved
}

/// The buffer of all weights and their state, if they are the pieces of one as a step leaves them.
fn together(parameters: &[Vec<CubeTensor>], offsets: &Offsets, kinds: usize) -> Option<CubeTensor> {
    let (some, size) = (parameters.first()?.first()?, kinds * offsets.end);
    let fits = parameters.iter().zip(&offsets.starts).all(|(tensors, start)| {
        // The second one is the gradient.
        let mut kept = tensors.iter().take(1).chain(tensors.iter().skip(2)).enumerate();
        kept.all(|(kind, tensor)| {
            lies(tensor) == Some(kind * offsets.end + start) && beside(tensor, some)
        })
    });
    (fits && values_of(some) == size).then(|| buffer(some, 0, size))
}

/// Gradients, as few buffers as they lie in.
fn runs(parameters: &[Vec<CubeTensor>], offsets: &Offsets) -> Vec<Run> {
    let mut runs: Vec<Run> = Vec::new();
    for (tensors, &start) in parameters.iter().zip(&offsets.starts) {
        let gradient = into_contiguous(tensors[1].clone());
        let end = start + gradient.shape().num_elements();
        let found = runs.last_mut().zip(lies(&gradient)).filter(|(run, lies)| {
            let first = run.offset + start - run.start;
            beside(&run.gradients, &gradient) && *lies == first
        });
        if let Some((run, _)) = found {
            run.gradients = buffer(&gradient, run.offset, end - run.start);
            run.end = end;
        } else {
            let offset = lies(&gradient).unwrap_or(0);
            runs.push(Run { gradients: gradient, offset, start, end });
        }
    }
    runs
}

/// Whether two tensors lie in one buffer.
fn beside(one: &CubeTensor, other: &CubeTensor) -> bool {
    one.handle.memory.descriptor() == other.handle.memory.descriptor()
}

/// The offset in its buffer at which a tensor begins, in values, if it lies there in one piece.
fn lies(tensor: &CubeTensor) -> Option<usize> {
    let start = tensor.handle.offset_start.unwrap_or(0) as usize;
    tensor.is_contiguous().then_some(start / size_of::<f32>())
}

/// Values that the buffer of a tensor has room for.
fn values_of(tensor: &CubeTensor) -> usize {
    let outside = [tensor.handle.offset_start, tensor.handle.offset_end];
    let outside: u64 = outside.into_iter().flatten().sum();
    (tensor.handle.size_in_used() + outside) as usize / size_of::<f32>()
}

/// `count` values of the buffer that `tensor` lies in, from offset `start` on.
fn buffer(tensor: &CubeTensor, start: usize, count: usize) -> CubeTensor {
    let mut handle = tensor.handle.clone();
    (handle.offset_start, handle.offset_end) = (None, None);
    let all = launch::tensor(tensor, handle, Shape::new([values_of(tensor)]));
    piece(&all, start, Shape::new([count]))
}
