//! Learning-rate schedules: the rate of each step of a phase, by its number alone, so that cutting and
//! resuming a run changes nothing. `exponential`, `cosine` and `piecewise` are Keras'; `one-cycle` is
//! PyTorch's. They are computed in 64 bits with `libm`, to the same bits on every machine.

use super::settings::{OutOfRange, Range, as_json, choices, settings};

settings! {
    /// No settings.
    pub struct Constant {}
}

settings! {
    /// `rate * factor ^ floor(epoch / every)`
    pub struct Step {
        /// What the rate is multiplied by.
        factor: f64 = 0.1, Range::new(1e-6, 1e6, "a number from 0.000001 to 1000000");
        /// Epochs between two such steps.
        every: u32 = 10, Range::COUNT;
    }
}

settings! {
    /// Rates by the number of the step. Those stand for themselves, whatever the learning rate.
    pub struct Piecewise {
        /// The last step of each rate but the last one, counted from 0.
        boundaries: Vec<f64> = Vec::new(), Range::COUNT_OR_NONE;
        /// The rates, one more than there are boundaries.
        values: Vec<f64> = Vec::new(), Range::new(0.0, 1e38, "numbers from 0 to 1e38");
    }
}

settings! {
    /// `rate * decay_rate ^ (step / decay_steps)`
    pub struct Exponential {
        /// Steps in which the rate falls to its `decay_rate`th part; left out, all of the phase.
        decay_steps: Option<u32> = None, Range::COUNT;
        /// What is left of the rate after so many steps.
        decay_rate: f64 = 0.1, Range::new(1e-30, 1e6, "a number from 1e-30 to 1000000");
        /// Whether it falls in steps.
        staircase: bool = false, Range::SWITCH;
    }
}

settings! {
    /// From the rate down to its `alpha`th part, along half a cosine.
    pub struct Cosine {
        /// Steps on the way down; left out, all of the phase.
        decay_steps: Option<u32> = None, Range::COUNT;
        /// What is left of the rate at the end.
        alpha: f64 = 0.0, Range::SHARE;
    }
}

settings! {
    /// Up to the rate, which is the highest, and down again (Smith and Topin 2018).
    pub struct OneCycle {
        /// Steps of the cycle; left out, all of the phase.
        total_steps: Option<u32> = None, Range::COUNT;
        /// Share of the steps on the way up.
        pct_start: f64 = 0.3, Range::SHARE;
        /// How often the first rate goes into the highest.
        div_factor: f64 = 25.0, Range::new(1.0, 1e30, "a number from 1 to 1e30");
        /// How often the last rate goes into the first.
        final_div_factor: f64 = 1e4, Range::new(1.0, 1e30, "a number from 1 to 1e30");
        /// Whether it goes along lines instead of cosines.
        linear: bool = false, Range::SWITCH;
    }
}

settings! {
    /// Up to the rate and down again, along lines (Smith 2017).
    pub struct Triangular {
        /// Steps of a cycle; left out, all of the phase.
        cycle_steps: Option<u32> = None, Range::COUNT;
        /// The lowest rate, as a share of the highest.
        alpha: f64 = 0.1, Range::SHARE;
    }
}

choices! {
    /// How the learning rate changes from step to step.
    pub enum Schedule: "schedule" {
        /// It stays.
        Constant(Constant) = "constant";
        /// By a factor, every so many epochs.
        Step(Step) = "step";
        /// Rates of its own between given steps.
        Piecewise(Piecewise) = "piecewise";
        /// By the same factor with every step.
        Exponential(Exponential) = "exponential";
        /// Down along half a cosine.
        Cosine(Cosine) = "cosine";
        /// Up and down once.
        OneCycle(OneCycle) = "one-cycle";
        /// Up and down along lines, again and again.
        Triangular(Triangular) = "triangular";
    }
}

as_json!(Schedule, Schedule::read, Schedule::write);

impl Default for Schedule {
    fn default() -> Self {
        Self::Constant(Constant {})
    }
}

impl Schedule {
    /// Whether all settings are in their ranges and fit each other.
    ///
    /// # Errors
    /// [`OutOfRange`] for the first that does not.
    pub fn check_all(&self) -> Result<(), OutOfRange> {
        self.check()?;
        let Self::Piecewise(Piecewise { boundaries, values }) = self else { return Ok(()) };
        let refuse =
            |field, value: String, range| Err(OutOfRange { of: "schedule", field, value, range });
        if boundaries.iter().any(|step| step.fract() != 0.0)
            || !boundaries.is_sorted_by(|a, b| a < b)
        {
            let range = "steps, whole numbers that grow";
            return refuse("boundaries", format!("{boundaries:?}"), range);
        }
        if values.len() != boundaries.len() + 1 {
            let range = "rates, one more than there are boundaries";
            return refuse("values", format!("{values:?}"), range);
        }
        Ok(())
    }

    /// The rate of step `step`, from 0, of `steps` in a phase, where `rate` is the learning rate.
    fn at(&self, rate: f64, step: u64, steps: u64, steps_per_epoch: u64) -> f64 {
        let horizon = |given: &Option<u32>| given.map_or(steps, u64::from).max(1) as f64;
        let step_number = step as f64;
        match self {
            Self::Constant(_) => rate,
            Self::Step(Step { factor, every }) => {
                let times = step / steps_per_epoch.max(1) / u64::from((*every).max(1));
                rate * libm::pow(*factor, times as f64)
            }
            Self::Piecewise(Piecewise { boundaries, values }) => {
                let before = boundaries.iter().filter(|boundary| step_number > **boundary).count();
                values.get(before).copied().unwrap_or(rate)
            }
            Self::Exponential(Exponential { decay_steps, decay_rate, staircase }) => {
                let part = step_number / horizon(decay_steps);
                let part = if *staircase { part.floor() } else { part };
                rate * libm::pow(*decay_rate, part)
            }
            Self::Cosine(Cosine { decay_steps, alpha }) => {
                let part = (step_number / horizon(decay_steps)).min(1.0);
                rate * ((1.0 - alpha) * half_cosine(part) + alpha)
            }
            Self::OneCycle(settings) => {
                settings.at(rate, step_number, horizon(&settings.total_steps))
            }
            Self::Triangular(Triangular { cycle_steps, alpha }) => {
                let half = horizon(cycle_steps) / 2.0;
                let place = step_number / half % 2.0;
                let height = 1.0 - (place - 1.0).abs();
                rate * (alpha + (1.0 - alpha) * height)
            }
        }
    }
}

impl OneCycle {
    fn at(&self, highest: f64, step: f64, steps: f64) -> f64 {
        let first = highest / self.div_factor;
        let lowest = first / self.final_div_factor;
        let (up, last) = (self.pct_start * steps - 1.0, steps - 1.0);
        let between = |from: f64, to: f64, done: f64, all: f64| {
            let part = if all > 0.0 { (done / all).min(1.0) } else { 1.0 };
            let left = if self.linear { 1.0 - part } else { half_cosine(part) };
            to + (from - to) * left
        };
        if step <= up {
            between(first, highest, step, up)
        } else {
            between(highest, lowest, step - up, last - up)
        }
    }
}

/// From 1 down to 0.
fn half_cosine(part: f64) -> f64 {
    0.5 * (1.0 + libm::cos(std::f64::consts::PI * part))
}

/// The learning rates of a phase.
#[derive(Debug, Clone, PartialEq)]
pub struct Rates {
    /// The learning rate that the schedule starts from.
    pub learning_rate: f64,
    /// How it changes.
    pub schedule: Schedule,
    /// Steps in which it rises to where the schedule begins.
    pub warmup_steps: u32,
    /// What it rises from.
    pub warmup_from: f64,
    /// Steps of an epoch.
    pub steps_per_epoch: u64,
    /// Epochs of the phase, if it does not end early.
    pub epochs: u32,
}

impl Rates {
    /// The same rate for every step.
    #[must_use]
    pub fn constant(learning_rate: f64) -> Self {
        Self {
            learning_rate,
            schedule: Schedule::default(),
            warmup_steps: 0,
            warmup_from: 0.0,
            steps_per_epoch: 1,
            epochs: 1,
        }
    }

    /// Whether they are not the same for every step.
    pub(crate) fn change(&self) -> bool {
        self.warmup_steps > 0 || !matches!(self.schedule, Schedule::Constant(_))
    }

    /// The rate of step `step` of the phase, counted from 0.
    #[must_use]
    pub fn at(&self, step: u64) -> f64 {
        let warmup = u64::from(self.warmup_steps);
        let steps = self.steps_per_epoch.saturating_mul(self.epochs.into()).saturating_sub(warmup);
        let scheduled =
            |step| self.schedule.at(self.learning_rate, step, steps, self.steps_per_epoch);
        match step.checked_sub(warmup) {
            Some(step) => scheduled(step),
            None => {
                let (from, to) = (self.warmup_from, scheduled(0));
                (to - from) * (step as f64 / warmup as f64) + from
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rates(json: &str) -> Rates {
        let schedule: Schedule = serde_json::from_str(json).expect("a schedule");
        schedule.check_all().expect("in range");
        Rates { schedule, steps_per_epoch: 10, epochs: 10, ..Rates::constant(0.5) }
    }

    #[track_caller]
    fn at(rates: &Rates, expected: &[(u64, f64)]) {
        for (step, rate) in expected {
            let found = rates.at(*step);
            assert!((found - rate).abs() < 1e-12, "step {step}: {found} instead of {rate}");
        }
    }

    #[test]
    fn horizons_are_the_phase_s_steps_where_none_is_given() {
        at(&rates(r#""constant""#), &[(0, 0.5), (1000, 0.5)]);
        let steps = rates(r#"{"type":"step","every":2,"factor":0.5}"#);
        at(&steps, &[(0, 0.5), (19, 0.5), (20, 0.25), (99, 0.03125)]);
        at(&rates(r#""cosine""#), &[(0, 0.5), (50, 0.25), (100, 0.0), (900, 0.0)]);
        at(&rates(r#""exponential""#), &[(0, 0.5), (100, 0.05)]);
        at(
            &rates(r#"{"type":"triangular","alpha":0}"#),
            &[(0, 0.0), (50, 0.5), (75, 0.25), (100, 0.0)],
        );
        let cycle = rates(r#"{"type":"one-cycle","linear":true,"div_factor":5,"pct_start":0.5}"#);
        at(&cycle, &[(0, 0.1), (49, 0.5), (99, 1e-5), (500, 1e-5)]);
    }

    #[test]
    fn a_warm_up_rises_to_where_the_schedule_begins() {
        let warm = Rates { warmup_steps: 20, warmup_from: 0.1, ..rates(r#""cosine""#) };
        at(&warm, &[(0, 0.1), (10, 0.3), (20, 0.5), (60, 0.25), (100, 0.0)]);
        // Longer than the phase: the schedule has a step at least.
        let warm = Rates { warmup_steps: 1000, ..rates(r#""cosine""#) };
        at(&warm, &[(0, 0.0), (500, 0.25), (1000, 0.5), (1001, 0.0)]);
    }

    #[test]
    fn bad_settings_are_sentences() {
        let refused = |json: &str, part: &str| {
            let read: Result<Schedule, _> = serde_json::from_str(json);
            let error = match read {
                Err(error) => error.to_string(),
                Ok(schedule) => schedule.check_all().expect_err("refused").to_string(),
            };
            assert!(error.contains(part), "{error:?} should contain {part:?}");
        };
        refused(r#""linear""#, "there is no schedule `linear`; use one of constant, step");
        refused("3", "the schedule is 3, but must be a name or an object");
        refused("{}", "the schedule has no `type`; use one of");
        refused(
            r#"{"type":"cosine","alfa":1}"#,
            "the schedule cosine has no setting `alfa`; its settings are `decay_steps`, `alpha`",
        );
        refused(r#"{"type":"constant","alpha":1}"#, "its settings are none");
        refused(
            r#"{"type":"cosine","alpha":2}"#,
            "`alpha` of the schedule is 2, but must be 0 to 1.",
        );
        refused(r#"{"type":"cosine","alpha":"x"}"#, "`alpha` of the schedule cosine: invalid type");
        refused(r#"{"type":"cosine","decay_steps":0}"#, "`decay_steps` of the schedule is 0");
        refused(r#"{"type":"piecewise"}"#, "`values` of the schedule is []");
        refused(r#"{"type":"piecewise","boundaries":[9,9],"values":[1,2,3]}"#, "[9.0, 9.0]");
        refused(r#"{"type":"piecewise","boundaries":[1.5],"values":[1,2]}"#, "whole numbers");
    }
}
