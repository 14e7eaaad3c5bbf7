//! Walks the files of a `.tar.gz` or `.tar` held in memory, within limits. It knows nothing of
//! what the files mean, writes nothing anywhere, and takes any bytes whatever.

use flate2::bufread::GzDecoder;
use std::io::{self, Read};

/// How much unpacking is still reasonable.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Limits {
    total_bytes: u64,
    file_bytes: u64,
}

/// The official archives unpack to 184 MB in batches of 31 MB; about twice that is not CIFAR-10
/// but a bomb.
pub(crate) const CIFAR: Limits = Limits { total_bytes: 400_000_000, file_bytes: 64_000_000 };

/// Whether these bytes start like a gzip file or hold a tar header.
pub(crate) fn is_archive(bytes: &[u8]) -> bool {
    is_gzip(bytes) || bytes.get(257..262) == Some(b"ustar")
}

fn is_gzip(bytes: &[u8]) -> bool {
    bytes.starts_with(&[0x1f, 0x8b])
}

/// Gives `visit` every plain file whose last path component `wanted` agrees to, in the archive's
/// order, and then reads to the end, so that a gzip checksum that does not fit is noticed.
pub(crate) fn for_each_file<E: From<io::Error>>(
    bytes: &[u8],
    limits: Limits,
    wanted: impl Fn(&str) -> bool,
    mut visit: impl FnMut(&str, &[u8]) -> Result<(), E>,
) -> Result<(), E> {
    let source: Box<dyn Read + '_> =
        if is_gzip(bytes) { Box::new(GzDecoder::new(bytes)) } else { Box::new(bytes) };
    let mut archive = tar::Archive::new(Limited { source, limits, left: limits.total_bytes });
    for entry in archive.entries()? {
        let mut entry = entry?;
        let path = entry.path_bytes().into_owned();
        let name = path.rsplit(|&byte| byte == b'/').next().unwrap_or_default();
        let Ok(name) = str::from_utf8(name) else {
            continue;
        };
        if !entry.header().entry_type().is_file() || !wanted(name) {
            continue;
        }
        let size = entry.size();
        if size > limits.file_bytes {
            let message = format!(
                "`{name}` claims {size} bytes, more than the {} a batch may have",
                limits.file_bytes
            );
            return Err(io::Error::other(message).into());
        }
        let mut content = Vec::new();
        entry.by_ref().take(size).read_to_end(&mut content)?;
        if content.len() as u64 != size {
            let message =
                format!("it ends inside `{name}`, after {} of {size} bytes", content.len());
            return Err(io::Error::other(message).into());
        }
        visit(name, &content)?;
    }
    io::copy(&mut archive.into_inner(), &mut io::sink())?;
    Ok(())
}

/// A reader that fails once it has given more than it should.
struct Limited<R> {
    source: R,
    limits: Limits,
    left: u64,
}

impl<R: Read> Read for Limited<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let n = self.source.read(buffer)?;
        self.left = self.left.checked_sub(n as u64).ok_or_else(|| {
            io::Error::other(format!(
                "it unpacks to more than {} bytes, which is not CIFAR-10",
                self.limits.total_bytes
            ))
        })?;
        Ok(n)
    }
}

#[cfg(test)]
mod tests {
    use super::{Limits, for_each_file, is_archive};
    use flate2::Compression;
    use flate2::write::GzEncoder;
    use std::io::{self, Write};

    const LIMITS: Limits = Limits { total_bytes: 1_000_000, file_bytes: 10_000 };

    fn tar(files: &[(&str, usize)]) -> Vec<u8> {
        let mut builder = tar::Builder::new(Vec::new());
        for &(path, size) in files {
            let mut header = tar::Header::new_gnu();
            header.set_size(size as u64);
            let zeros = vec![0; size];
            builder.append_data(&mut header, path, zeros.as_slice()).expect("memory takes it");
        }
        builder.into_inner().expect("memory takes it")
    }

    fn gzip(bytes: &[u8]) -> Vec<u8> {
        let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
        encoder.write_all(bytes).expect("memory takes it");
        encoder.finish().expect("memory takes it")
    }

    fn names(bytes: &[u8]) -> Result<Vec<String>, String> {
        let mut names = Vec::new();
        let visit = |name: &str, content: &[u8]| {
            names.push(format!("{name} {}", content.len()));
            Ok::<_, io::Error>(())
        };
        for_each_file(bytes, LIMITS, |name| name.ends_with(".bin"), visit)
            .map_err(|error| error.to_string())?;
        Ok(names)
    }

    #[test]
    fn wanted_files_are_visited_in_order() {
        let tar = tar(&[("x/b.bin", 9), ("x/notes", 20_000), ("a.bin", 0)]);
        let expected = Ok(vec!["b.bin 9".to_owned(), "a.bin 0".to_owned()]);
        assert!(is_archive(&tar) && is_archive(&gzip(&tar)));
        assert_eq!(names(&tar), expected);
        assert_eq!(names(&gzip(&tar)), expected);
    }

    #[test]
    fn bombs_are_not_unpacked() {
        let many = tar(&[("notes", 990_000), ("a.bin", 10_000)]);
        let error = names(&gzip(&many)).expect_err("too much in all");
        assert!(error.contains("more than 1000000 bytes"), "{error}");
        let error = names(&tar(&[("a.bin", 10_001)])).expect_err("too much in one");
        assert!(error.contains("claims 10001 bytes"), "{error}");
    }

    #[test]
    fn a_cut_archive_is_noticed() {
        let tar = tar(&[("a.bin", 900)]);
        let error = names(&tar[..700]).expect_err("cut inside a file");
        assert!(error.contains("inside `a.bin`, after 188 of 900"), "{error}");
        let packed = gzip(&tar);
        for cut in [20, packed.len() - 1] {
            assert!(names(&packed[..cut]).is_err());
        }
        // A flip in gzip's checksum.
        let mut packed = packed;
        let end = packed.len();
        packed[end - 8] ^= 1;
        assert!(names(&packed).is_err());
    }
}
