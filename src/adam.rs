//! Adam as Keras has it. Holds the moments; knows no model and no loss.

use burn::module::{Module, ModuleMapper, Param};
use burn::tensor::Tensor;

use crate::kernels::adam::{BETA_1, BETA_2};
use crate::ops;

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
        let gradients = gradients.into_iter();
        module.map(&mut Update { size, gradients, place: 0, moments: &mut self.moments })
    }
}

/// One step's walk over the parameters, always in the same order.
struct Update<'a> {
    size: f32,
    gradients: std::vec::IntoIter<Option<Tensor<1>>>,
    place: usize,
    moments: &'a mut Vec<Option<Moments>>,
}

impl ModuleMapper for Update<'_> {
    fn map_float<const D: usize>(&mut self, param: Param<Tensor<D>>) -> Param<Tensor<D>> {
        let place = self.place;
        self.place += 1;
        if self.moments.len() <= place {
            self.moments.push(None);
        }
        let (id, value, mapper) = param.consume();
        let value = match self.gradients.next().flatten() {
            Some(gradient) => {
                let dims = value.dims();
                let size = dims.iter().product::<usize>();
                let moments = self.moments[place]
                    .take()
                    .unwrap_or_else(|| [gradient.zeros_like(), gradient.zeros_like()]);
                let value = value.inner().reshape([size]);
                let (value, moments) = ops::adam(value, gradient, moments, self.size);
                self.moments[place] = Some(moments);
                value.reshape(dims).autodiff().require_grad()
            }
            None => value,
        };
        Param::from_mapped_value(id, value, mapper)
    }
}
