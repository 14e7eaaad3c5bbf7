//! Adam as Keras has it. Holds the moments; knows no model and no loss.

use burn::module::{Module, ModuleMapper, ModuleVisitor, Param};
use burn::tensor::Tensor;

use crate::kernels::adam::{BETA_1, BETA_2};
use crate::ops::{self, Moving};

/// Kingma and Ba 2015, in the form before section 2.1 that Keras and TensorFlow use: the step
/// size is corrected instead of the moments, so that epsilon is added to the uncorrected root.
///
/// `theta -= lr * sqrt(1 - beta_2^t) / (1 - beta_1^t) * m / (sqrt(v) + epsilon)`
#[derive(Debug, Clone)]
pub struct Adam {
    learning_rate: f64,
    steps: i32,
    /// By the place of the parameter in the model; `None` until its first gradient.
    moments: Vec<Option<Moments>>,
}

/// Running means of a parameter's gradient and of its square, flattened.
type Moments = [Tensor<1>; 2];

impl Adam {
    /// Zero moments.
    #[must_use]
    pub fn new(learning_rate: f64) -> Self {
        Self { learning_rate, steps: 0, moments: Vec::new() }
    }

    /// Steps taken.
    pub(crate) fn steps(&self) -> i32 {
        self.steps
    }

    /// The moments by the place of their parameter, flattened: first, or second if `second`.
    pub(crate) fn moments(&self, second: bool) -> Vec<Option<Tensor<1>>> {
        self.moments.iter().map(|both| Some(both.as_ref()?[usize::from(second)].clone())).collect()
    }

    /// Goes on after `steps` steps with moments as [`Adam::moments`] gave them; those whose place
    /// has no pair start from zero.
    pub(crate) fn resume(&mut self, steps: i32, moments: Vec<Option<[Tensor<1>; 2]>>) {
        self.steps = steps;
        self.moments = moments;
    }

    /// `module` after one step against `gradients`, flattened and by the place of their parameter.
    /// Parameters without a gradient stay as they are.
    pub fn step<M: Module>(&mut self, module: M, gradients: Vec<Option<Tensor<1>>>) -> M {
        self.steps = self.steps.saturating_add(1);
        // In 32 bits, as Keras has it: there 1 - 0.999 is 1.3e-5 off, and so are the first steps.
        let remainder = |beta: f64| 1.0 - libm::powf(beta as f32, self.steps as f32);
        let correction = libm::sqrtf(remainder(BETA_2)) / remainder(BETA_1);
        let size = (self.learning_rate * f64::from(correction)) as f32;
        let places = gradients.len().max(self.moments.len());
        self.moments.resize_with(places, || None);
        let moments = self.moments.iter_mut();
        let gradients = gradients.into_iter();
        let mut found = Found { gradients, moments, place: 0, moving: Vec::new() };
        module.visit(&mut found);
        let (places, moving): (Vec<_>, _) = found.moving.into_iter().unzip();
        let mut values: Vec<Option<Tensor<1>>> = Vec::new();
        values.resize_with(self.moments.len(), || None);
        for (place, [value, first, second]) in places.into_iter().zip(ops::adam(moving, size)) {
            self.moments[place] = Some([first, second]);
            values[place] = Some(value);
        }
        module.map(&mut Put { values: values.into_iter() })
    }
}

/// A walk over the parameters that collects what moves, by its place.
struct Found<'a> {
    gradients: std::vec::IntoIter<Option<Tensor<1>>>,
    moments: std::slice::IterMut<'a, Option<Moments>>,
    place: usize,
    moving: Vec<(usize, Moving<Tensor<1>>)>,
}

impl ModuleVisitor for Found<'_> {
    fn visit_float<const D: usize>(&mut self, param: &Param<Tensor<D>>) {
        let place = self.place;
        self.place += 1;
        let moments = self.moments.next();
        let Some((gradient, moments)) = self.gradients.next().flatten().zip(moments) else {
            return;
        };
        // The old moments are given away, so that the step can be taken in place.
        let [first, second] =
            moments.take().unwrap_or_else(|| [gradient.zeros_like(), gradient.zeros_like()]);
        let value = param.val().inner().reshape([gradient.dims()[0]]);
        self.moving.push((place, [value, gradient, first, second]));
    }
}

/// A walk, in the same order, that puts values in the place of others.
struct Put {
    values: std::vec::IntoIter<Option<Tensor<1>>>,
}

impl ModuleMapper for Put {
    fn map_float<const D: usize>(&mut self, param: Param<Tensor<D>>) -> Param<Tensor<D>> {
        let (id, value, mapper) = param.consume();
        let value = match self.values.next().flatten() {
            Some(moved) => moved.reshape(value.dims()).autodiff().require_grad(),
            None => value,
        };
        Param::from_mapped_value(id, value, mapper)
    }
}
