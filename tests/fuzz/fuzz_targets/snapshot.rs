//! Any bytes are a snapshot or a sentence. A good one with bytes replaced as the input says gets past
//! the syntax: it is refused, or it trains on.
#![no_main]

#[allow(dead_code)] // Other targets use more of it.
mod edits;

use burn::tensor::Device;
use libfuzzer_sys::fuzz_target;
use std::rc::Rc;
use std::sync::LazyLock;
use tabgrad::backend::Backend;
use tabgrad::data::dataset::Dataset;
use tabgrad::data::pictures::{PictureShape, Pictures};
use tabgrad::spec::RunConfig;
use tabgrad::train::trainer::Trainer;

thread_local! {
    static DEVICE: Device = pollster::block_on(Backend::Flex.device()).unwrap();
    static DATA: Rc<Dataset> = Rc::new(Dataset::new(pictures(8), pictures(4), vec!["a".into(), "b".into()]));
}

fn pictures(count: u8) -> Pictures {
    let mut all = Pictures::new(PictureShape::CIFAR);
    for n in 0..count {
        all.push(n % 2, &[n * 20; 3072]);
    }
    all
}

static GOOD: LazyLock<Vec<u8>> = LazyLock::new(|| {
    let mut config = RunConfig::named("cnn-max-4").unwrap();
    config.batch_size = 4;
    config.epochs = 2;
    let device = DEVICE.with(Clone::clone);
    let mut trainer = Trainer::new(config, DATA.with(Rc::clone), &device).unwrap();
    pollster::block_on(trainer.advance(1)).unwrap();
    pollster::block_on(trainer.snapshot()).unwrap()
});

fuzz_target!(|data: &[u8]| {
    check(data);
    // The header is where the decisions are: a quarter of the edits go anywhere, the rest into it.
    let header = 8 + usize::from(u16::from_le_bytes([GOOD[0], GOOD[1]]));
    let place = |place: usize, mark: u8, length: usize| {
        place % if mark % 4 == 0 { length } else { header.min(length) }
    };
    check(&edits::edit(GOOD.clone(), data, place));
});

fn check(bytes: &[u8]) {
    let device = DEVICE.with(Clone::clone);
    match Trainer::resume(bytes, DATA.with(Rc::clone), &device) {
        Ok(mut trainer) => {
            if let Err(error) = pollster::block_on(trainer.advance(1)) {
                assert!(error.to_string().ends_with('.'), "{error}");
            }
        }
        Err(error) => assert!(error.to_string().ends_with('.'), "{error}"),
    }
}
