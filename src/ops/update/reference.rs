//! A step of an optimizer in burn's operations.

use burn::backend::tensor::FloatTensor;

use super::{Decay, Rule, Update, groups};
use crate::ops::operator::{Kernels, Operator, Output};

impl Operator<0> for Update {
    fn forward<B: Kernels>(self, inputs: Vec<FloatTensor<B>>) -> Output<B> {
        let parameters = groups(inputs.into_iter(), 2 + self.rule.states()).into_iter();
        let outputs = parameters.flat_map(|moving| step::<B>(moving, self)).collect();
        Output { outputs, saved: Vec::new() }
    }
}

fn step<B: Kernels>(
    moving: Vec<FloatTensor<B>>,
    Update { rule, size, decay, clip }: Update,
) -> Vec<FloatTensor<B>> {
    let add = |a, b| B::float_add(a, b);
    let sub = |a, b| B::float_sub(a, b);
    let times = |x, by: f32| B::float_mul_scalar(x, by.into());
    let square = |x: FloatTensor<B>| B::float_mul(x.clone(), x);
    let lerp = |old: FloatTensor<B>, new, rate| add(old.clone(), times(sub(new, old), rate));
    let mut moving = moving.into_iter();
    let mut next = || moving.next().expect("as many tensors as the rule keeps");
    let (value, gradient) = (next(), next());
    let gradient = match clip {
        Some(limit) => B::float_clamp(gradient, (-limit).into(), limit.into()),
        None => gradient,
    };
    let value = match decay {
        Some(Decay { weight_decay, learning_rate }) => {
            sub(value.clone(), times(times(value, weight_decay), learning_rate))
        }
        None => value,
    };
    match rule {
        Rule::Sgd => vec![sub(value, times(gradient, size))],
        Rule::Momentum { momentum, nesterov } => {
            let way = times(gradient, size);
            let moved = sub(times(next(), momentum), way.clone());
            let change =
                if nesterov { sub(times(moved.clone(), momentum), way) } else { moved.clone() };
            vec![add(value, change), moved]
        }
        Rule::Adam { first_rate, second_rate, epsilon, amsgrad } => {
            let first = lerp(next(), gradient.clone(), first_rate);
            let second = lerp(next(), square(gradient), second_rate);
            let change = |below| {
                let root = B::float_add_scalar(B::float_sqrt(below), epsilon.into());
                B::float_div(times(first.clone(), size), root)
            };
            if !amsgrad {
                return vec![sub(value, change(second.clone())), first, second];
            }
            let most = next();
            // The larger of both: what is more, added.
            let most = add(most.clone(), B::relu(sub(second.clone(), most)));
            vec![sub(value, change(most.clone())), first, second, most]
        }
        Rule::RmsProp { rho, rest, momentum, epsilon, centered } => {
            let mean = |old, new| add(times(old, rho), times(new, rest));
            let squares = mean(next(), square(gradient.clone()));
            let last = (momentum > 0.0).then(&mut next);
            let average = centered.then(|| mean(next(), gradient.clone()));
            let mut below = squares.clone();
            if let Some(average) = &average {
                below = sub(below, square(average.clone()));
            }
            let root = B::float_sqrt(B::float_add_scalar(below, epsilon.into()));
            let mut change = B::float_div(times(gradient, size), root);
            let mut state = vec![squares];
            if let Some(last) = last {
                change = add(times(last, momentum), change);
                state.push(change.clone());
            }
            state.extend(average);
            [vec![sub(value, change)], state].concat()
        }
        Rule::Adagrad { epsilon } => {
            let sum = add(next(), square(gradient.clone()));
            let root = B::float_sqrt(B::float_add_scalar(sum.clone(), epsilon.into()));
            vec![sub(value, B::float_div(times(gradient, size), root)), sum]
        }
        Rule::Lion { beta_1, beta_2 } => {
            let mean = next();
            let between =
                |beta: f32| add(times(mean.clone(), beta), times(gradient.clone(), 1.0 - beta));
            vec![sub(value, times(B::float_sign(between(beta_1)), size)), between(beta_2)]
        }
    }
}
