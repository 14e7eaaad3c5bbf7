//! Any bytes are a shard or an error; what is accepted is written back as it was read.
#![no_main]

use libfuzzer_sys::fuzz_target;
use tabgrad::data::shard::{HEADER_BYTES, MAGIC, Shard, VERSION};

fuzz_target!(|data: &[u8]| {
    check(data);
    // The same with a header that fits, since no fuzzer guesses a checksum.
    let mut bytes = [&[0; HEADER_BYTES], data].concat();
    let count = (data.len() / 3073) as u32;
    bytes[..8].copy_from_slice(&MAGIC);
    bytes[8..12].copy_from_slice(&VERSION.to_le_bytes());
    bytes[12..16].copy_from_slice(&count.to_le_bytes());
    bytes[16..22].copy_from_slice(&[32, 0, 32, 0, 3, 0]);
    bytes[22..24].copy_from_slice(&(data.len() as u16 % 300).to_le_bytes());
    bytes.truncate(HEADER_BYTES + count as usize * 3073);
    let checksum = crc32(&bytes[HEADER_BYTES..]);
    bytes[24..28].copy_from_slice(&checksum.to_le_bytes());
    check(&bytes);
});

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
