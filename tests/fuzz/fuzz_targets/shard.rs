//! Any bytes are a shard or an error; what is accepted is written back as it was read.
#![no_main]

use libfuzzer_sys::fuzz_target;
use tabgrad::data::shard::{HEADER_BYTES, MAGIC, Shard, VERSION};

fuzz_target!(|data: &[u8]| {
    check(data);
    // The same with a header that fits, since no fuzzer guesses a checksum: of CIFAR's shape, and of one
    // that the input chooses.
    framed(data, [32, 32, 3], 1);
    if let [width, height, channels, rest @ ..] = data {
        framed(rest, [width % 66, height % 66, channels % 4], VERSION);
    }
});

fn framed(data: &[u8], [width, height, channels]: [u8; 3], version: u32) {
    let mut bytes = [&[0; HEADER_BYTES], data].concat();
    let each = 1 + usize::from(width) * usize::from(height) * usize::from(channels);
    let count = (data.len() / each) as u32;
    bytes[..8].copy_from_slice(&MAGIC);
    bytes[8..12].copy_from_slice(&version.to_le_bytes());
    bytes[12..16].copy_from_slice(&count.to_le_bytes());
    bytes[16..22].copy_from_slice(&[width, 0, height, 0, channels, 0]);
    bytes[22..24].copy_from_slice(&(data.len() as u16 % 300).to_le_bytes());
    bytes.truncate(HEADER_BYTES + count as usize * each);
    let checksum = crc32(&bytes[HEADER_BYTES..]);
    bytes[24..28].copy_from_slice(&checksum.to_le_bytes());
    check(&bytes);
}

fn check(bytes: &[u8]) {
    match Shard::parse(bytes) {
        Ok(shard) => {
            assert_eq!(shard.to_bytes(), bytes);
            assert!(shard.labels().iter().all(|&label| u16::from(label) < shard.classes()));
        }
        Err(error) => assert!(error.to_string().ends_with('.')),
    }
}

fn crc32(bytes: &[u8]) -> u32 {
    let mut crc = flate2::Crc::new();
    crc.update(bytes);
    crc.sum()
}
