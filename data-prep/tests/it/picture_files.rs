//! Files of pictures: which are taken, what is made of them, and that a bad one stops nothing.

use crate::drawn::{chunk, cmyk, file, numbered, plain, turned, waves};
use crate::support::{Folder, run_badly, run_told};
use data_prep::inspect;
use image::{DynamicImage, ImageBuffer, ImageFormat, Luma, Rgb, Rgba, RgbaImage};
use tabgrad::data::picture_file::{Fault, PictureFile, Small};
use tabgrad::data::pictures::PictureShape;

const FORMATS: [(ImageFormat, &str); 6] = [
    (ImageFormat::Png, "jpg"),
    (ImageFormat::Jpeg, "png"),
    (ImageFormat::Gif, "png"),
    (ImageFormat::WebP, "jpg"),
    (ImageFormat::Bmp, "JPEG"),
    (ImageFormat::Tiff, "txt"),
];

/// A folder of two classes, to whose training cats a test adds.
fn cats_and_dogs(name: &str) -> Folder {
    let folder = Folder::new(name);
    for class in ["cat", "dog"] {
        numbered(&folder, &format!("in/train/{class}"), 2);
        numbered(&folder, &format!("in/test/{class}"), 1);
    }
    folder
}

/// The training pictures of class 0 beyond the two that are always there, and what was said.
fn more_cats(folder: &Folder) -> (Vec<Vec<u8>>, String) {
    let out = folder.join("out");
    let said = run_told(&["cifar10", "--from", &folder.join("in"), "--out", &out]);
    let data = inspect::read(out.as_ref()).unwrap();
    let cats = data.data().train.iter().filter(|(label, _)| *label == 0);
    (cats.skip(2).map(|(_, pixels)| pixels.to_vec()).collect(), said)
}

/// The mean of each channel.
fn mean(pixels: &[u8]) -> [f64; 3] {
    std::array::from_fn(|channel| {
        pixels.iter().skip(channel).step_by(3).map(|&value| f64::from(value)).sum::<f64>() / 1024.0
    })
}

fn largest_difference(a: &[u8], b: &[u8]) -> u8 {
    a.iter().zip(b).map(|(a, b)| a.abs_diff(*b)).max().unwrap()
}

#[test]
fn content_decides_and_not_the_ending() {
    let folder = cats_and_dogs("formats");
    let picture = plain(32, [200, 40, 90]);
    for (n, (format, ending)) in FORMATS.iter().enumerate() {
        folder.write(&format!("in/train/cat/x{n}.{ending}"), &file(&picture, *format));
    }
    folder.write("in/train/cat/y.png", b"Not a picture at all.");
    let (cats, said) = more_cats(&folder);
    assert_eq!(cats.len(), 6, "{said}");
    for cat in cats {
        assert!(largest_difference(&cat, &[200, 40, 90].repeat(1024)) <= 2, "{:?}", &cat[..3]);
    }
    assert!(said.contains("Left out: one file is no picture: in/train/cat/y.png."), "{said}");
}

#[test]
fn one_bad_file_never_stops_a_folder_and_all_are_named() {
    let folder = cats_and_dogs("broken");
    let whole = |format| file(&waves(80, 60, 3), format);
    let cut = |format| {
        let bytes = whole(format);
        bytes[..bytes.len() * 2 / 3].to_vec()
    };
    let mut zeros = cut(ImageFormat::Jpeg);
    zeros.resize(whole(ImageFormat::Jpeg).len(), 0);
    let mut flipped = whole(ImageFormat::Png);
    let middle = flipped.len() / 2;
    flipped[middle] ^= 0xff;
    let mut large = whole(ImageFormat::Jpeg);
    let frame = large.windows(2).position(|two| two == b"\xff\xc0").unwrap();
    large[frame + 5..frame + 9].copy_from_slice(&[0xea, 0x60, 0xea, 0x60]);
    let size: Vec<u8> = [24_000_u32, 24_000].iter().flat_map(|side| side.to_be_bytes()).collect();
    let header = [&size[..], &[8, 2, 0, 0, 0]].concat();
    let scan = [
        &b"\x89PNG\r\n\x1a\n"[..],
        &chunk(b"IHDR", &header),
        &chunk(b"IDAT", b"x"),
        &chunk(b"IEND", b""),
    ]
    .concat();
    let bad = [
        ("empty.png", vec![], "one file is empty"),
        (
            "page.jpg",
            b"<!DOCTYPE html><html><body>404</body></html>".to_vec(),
            "one file is a web page",
        ),
        ("cut.png", cut(ImageFormat::Png), "8 pictures are cut off"),
        ("cut.jpg", cut(ImageFormat::Jpeg), "cut.jpg"),
        ("cut.gif", cut(ImageFormat::Gif), "cut.gif"),
        ("cut.webp", cut(ImageFormat::WebP), "cut.webp"),
        ("cut.bmp", cut(ImageFormat::Bmp), "and 3 more"),
        ("zeros.jpg", zeros, "cut off"),
        ("head.jpg", whole(ImageFormat::Jpeg)[..40].to_vec(), "cut off"),
        ("head.png", whole(ImageFormat::Png)[..20].to_vec(), "cut off"),
        ("cut.tif", cut(ImageFormat::Tiff), "cannot be decoded: in/train/cat/"),
        ("flipped.png", flipped, "2 pictures cannot be decoded"),
        (
            "large.jpg",
            large,
            "2 pictures have more than 100 million pixels: in/train/cat/large.jpg, in/train/cat/scan.png",
        ),
        ("scan.png", scan, "million pixels"),
        (
            "phone.jpg",
            b"\0\0\0\x18ftypheic\0\0\0\0mif1heic".to_vec(),
            "one file is a HEIC picture, which is not read: save it as PNG or JPEG",
        ),
        ("web.png", b"\0\0\0\x1cftypavif\0\0\0\0avifmif1".to_vec(), "one file is an AVIF picture"),
        ("film.gif", b"\0\0\0\x18ftypmp42\0\0\0\0mp42".to_vec(), "one file is a film"),
        (
            "lfs.png",
            b"version https://git-lfs.github.com/spec/v1\n".to_vec(),
            "whose content was not fetched",
        ),
    ];
    for (name, bytes, _) in &bad {
        folder.write(&format!("in/train/cat/{name}"), bytes);
    }
    let (cats, said) = more_cats(&folder);
    assert!(cats.is_empty(), "{} were taken: {said}", cats.len());
    for (name, _, expected) in bad {
        assert!(said.contains(expected), "{name}: {said}");
    }
}

#[cfg(unix)]
#[test]
fn what_the_system_does_not_hand_out_is_named() {
    let folder = cats_and_dogs("unreadable");
    let at = |name: &str| folder.join(&format!("in/train/cat/{name}"));
    std::os::unix::fs::symlink("nowhere.png", at("broken-link.png")).unwrap();
    std::os::unix::fs::symlink("..", at("circle")).unwrap();
    let (cats, said) = more_cats(&folder);
    assert!(cats.is_empty());
    assert!(said.contains("cannot be read: in/train/cat/broken-link.png"), "{said}");
}

#[test]
fn photographs_are_turned_as_viewers_show_them() {
    let folder = cats_and_dogs("exif");
    // Red above, blue below, a green bar at the left; stored in all eight ways.
    let upright = RgbaImage::from_fn(48, 64, |x, y| match (x, y) {
        (0..12, _) => Rgba([0, 200, 0, 255]),
        (_, 0..32) => Rgba([200, 0, 0, 255]),
        _ => Rgba([0, 0, 200, 255]),
    });
    let upright = DynamicImage::from(upright);
    for n in 1..=8_u8 {
        let stored = match n {
            2 => upright.fliph(),
            3 => upright.rotate180(),
            4 => upright.flipv(),
            5 => upright.rotate90().fliph(),
            6 => upright.rotate270(),
            7 => upright.rotate270().fliph(),
            8 => upright.rotate90(),
            _ => upright.clone(),
        };
        folder.write(
            &format!("in/train/cat/x{n}.jpg"),
            &turned(&file(&stored, ImageFormat::Jpeg), n),
        );
    }
    let (cats, _) = more_cats(&folder);
    assert_eq!(cats.len(), 8);
    for (n, cat) in cats.iter().enumerate() {
        assert!(largest_difference(cat, &cats[0]) <= 12, "stored in way {}", n + 1);
    }
    assert!(
        largest_difference(&cats[0][..3], &[0, 200, 0]) < 9
            && largest_difference(&cats[0][60..63], &[200, 0, 0]) < 9
    );
}

#[test]
fn what_is_transparent_lies_on_white_paper_in_every_format() {
    let folder = cats_and_dogs("paper");
    let half = RgbaImage::from_fn(64, 64, |x, _| {
        if x < 32 { Rgba([0, 0, 0, 0]) } else { Rgba([10, 20, 30, 255]) }
    });
    for (n, format) in [ImageFormat::Png, ImageFormat::Gif, ImageFormat::WebP, ImageFormat::Tiff]
        .iter()
        .enumerate()
    {
        folder.write(&format!("in/train/cat/x{n}"), &file(&half.clone().into(), *format));
    }
    let (cats, said) = more_cats(&folder);
    assert_eq!(cats.len(), 4, "{said}");
    for (n, cat) in cats.iter().enumerate() {
        assert_eq!((&cat[..3], &cat[93..96]), (&[255; 3][..], &[10, 20, 30][..]), "format {n}");
    }
}

#[test]
fn sixteen_bits_are_scaled_by_what_is_used_and_it_is_said() {
    let folder = cats_and_dogs("deep");
    // A camera of 12 bits: without scaling all of it would be black.
    let camera = ImageBuffer::from_fn(40, 40, |x, _| Luma([if x < 20 { 4000_u16 } else { 0 }]));
    let full =
        ImageBuffer::from_fn(40, 40, |x, _| Rgb([if x < 20 { 65_535_u16 } else { 257 }, 0, 0]));
    folder.write(
        "in/train/cat/x0.png",
        &file(&DynamicImage::ImageLuma16(camera.clone()), ImageFormat::Png),
    );
    folder
        .write("in/train/cat/x1.tif", &file(&DynamicImage::ImageLuma16(camera), ImageFormat::Tiff));
    folder.write("in/train/cat/x2.png", &file(&DynamicImage::ImageRgb16(full), ImageFormat::Png));
    let (cats, said) = more_cats(&folder);
    let corners = |cat: &[u8]| [cat[0], cat[93]];
    assert_eq!(
        cats.iter().map(|cat| corners(cat)).collect::<Vec<_>>(),
        [[249, 0], [249, 0], [255, 1]],
        "{said}"
    );
    assert!(
        said.contains(
            "2 pictures have 16 bits a colour and use only 12 of them, so values up to 4095"
        ),
        "{said}"
    );
    assert!(said.contains("One picture has 16 bits a colour; 8 of them are kept."), "{said}");
}

#[test]
fn grey_palettes_and_inks_become_colours() {
    let folder = cats_and_dogs("inks");
    let grey = DynamicImage::from(image::GrayImage::from_pixel(50, 50, Luma([90])));
    folder.write("in/train/cat/x0.png", &file(&grey, ImageFormat::Png));
    // Two colours of one bit each.
    let header = [&32_u32.to_be_bytes()[..], &32_u32.to_be_bytes(), &[1, 3, 0, 0, 0]].concat();
    let rows = [&[0][..], &[0xff; 4]].concat().repeat(32);
    let mut packed = flate2::write::ZlibEncoder::new(Vec::new(), flate2::Compression::fast());
    std::io::Write::write_all(&mut packed, &rows).unwrap();
    let palette = [
        &b"\x89PNG\r\n\x1a\n"[..],
        &chunk(b"IHDR", &header),
        &chunk(b"PLTE", &[1, 2, 3, 70, 80, 90]),
        &chunk(b"IDAT", &packed.finish().unwrap()),
        &chunk(b"IEND", b""),
    ]
    .concat();
    folder.write("in/train/cat/x1.png", &palette);
    folder.write("in/train/cat/x2.jpg", &cmyk([0, 255, 255, 0]));
    folder.write("in/train/cat/x3.jpg", &cmyk([0, 0, 0, 128]));
    let (cats, said) = more_cats(&folder);
    let means: Vec<[f64; 3]> = cats.iter().map(|cat| mean(cat)).collect();
    let expected = [[90.0; 3], [70.0, 80.0, 90.0], [255.0, 0.0, 0.0], [127.0; 3]];
    for (found, expected) in means.iter().zip(expected) {
        for (a, b) in found.iter().zip(expected) {
            assert!((a - b).abs() <= 3.0, "{means:?}: {said}");
        }
    }
    assert_eq!(means.len(), 4);
}

#[test]
fn long_and_tiny_pictures_are_taken() {
    let folder = cats_and_dogs("strips");
    for (n, (width, height)) in
        [(17_000, 20), (3, 3000), (1, 20_000), (1, 1)].into_iter().enumerate()
    {
        folder.write(
            &format!("in/train/cat/x{n}.png"),
            &file(&waves(width, height, 1), ImageFormat::Png),
        );
    }
    assert_eq!(more_cats(&folder).0.len(), 4);
}

#[test]
fn of_moving_pictures_the_first_frame_counts() {
    use image::codecs::gif::GifEncoder;
    let folder = cats_and_dogs("moving");
    let mut bytes = Vec::new();
    let frames = [[200, 0, 0], [0, 200, 0]].map(|rgb| image::Frame::new(plain(40, rgb).to_rgba8()));
    GifEncoder::new(&mut bytes).encode_frames(frames).unwrap();
    folder.write("in/train/cat/x.gif", &bytes);
    let (cats, _) = more_cats(&folder);
    assert!(largest_difference(&cats[0], &[200, 0, 0].repeat(1024)) <= 2);
}

#[test]
fn where_nothing_can_be_read_the_error_says_of_what() {
    let folder = Folder::new("all-broken");
    for class in ["cat", "dog"] {
        (0..3).for_each(|n| {
            drop(folder.write(&format!("in/{class}/{n}.jpg"), b"\xff\xd8\xff\xe0 cut"))
        });
    }
    let error = run_badly(&["cifar10", "--from", &folder.join("in"), "--out", &folder.join("out")]);
    assert!(error.contains("No training pictures are left that can be used. Left out: 6 pictures are cut off: in/cat/0.jpg"), "{error}");
    assert!(!std::path::Path::new(&folder.join("out")).exists());
}

#[test]
fn no_bytes_make_it_panic() {
    use tabgrad::data::rng::{Purpose, Rng};
    let mut files: Vec<Vec<u8>> =
        FORMATS.iter().map(|(format, _)| file(&waves(40, 36, 2), *format)).collect();
    files.push(turned(&files[1], 6));
    files.push(cmyk([1, 2, 3, 4]));
    files.push(file(
        &DynamicImage::ImageLuma16(ImageBuffer::from_pixel(9, 9, Luma([7]))),
        ImageFormat::Png,
    ));
    for (case, bytes) in (0..400).flat_map(|case| files.iter().map(move |bytes| (case, bytes))) {
        let mut rng = Rng::new(case, Purpose::Noise, bytes.len() as u64);
        let mut damaged = bytes.clone();
        for _ in 0..=rng.below(3) {
            let at =
                rng.below(damaged.len().min(if case % 2 == 0 { 80 } else { 4096 }) as u32) as usize;
            damaged[at] = rng.bits() as u8;
        }
        if case % 3 == 0 {
            damaged.truncate(rng.below(bytes.len() as u32) as usize);
        }
        let mut file = PictureFile::open(&damaged, PictureShape::CIFAR);
        if file.encoded().is_some() {
            let pixels = file.crop().width as usize * file.crop().height as usize;
            file.rows(&vec![9; (pixels * 4).min(1 << 20)]);
        }
        if let Ok(Small { bits, .. }) = file.finish() {
            assert!(bits.is_none_or(|bits| bits <= 16));
        }
    }
    let mut huge = PictureFile::decoded(u32::MAX, u32::MAX, PictureShape::CIFAR);
    huge.rows(&[1; 64]);
    assert_eq!(huge.finish(), Err(Fault::Pixels));
}

#[test]
fn pictures_become_the_size_and_the_channels_that_are_asked_for() {
    let folder = cats_and_dogs("sizes");
    // Left half red, right half blue, 80x30: of 20x12 the middle 50 columns are used.
    let mut wide = plain(80, [255, 0, 0]).crop_imm(0, 0, 80, 30).to_rgb8();
    wide.enumerate_pixels_mut()
        .filter(|(x, _, _)| *x >= 40)
        .for_each(|(_, _, pixel)| *pixel = Rgb([0, 0, 255]));
    folder.write("in/train/cat/wide.png", &file(&DynamicImage::ImageRgb8(wide), ImageFormat::Png));
    let (from, out) = (folder.join("in"), folder.join("out"));
    run_told(&["cifar10", "--from", &from, "--size", "20x12", "--channels", "1", "--out", &out]);
    let data = inspect::read(out.as_ref()).unwrap();
    let shape = PictureShape::new(12, 20, 1).unwrap();
    assert_eq!(data.manifest().picture, shape);
    let cats: Vec<&[u8]> = data
        .data()
        .train
        .iter()
        .filter(|(label, _)| *label == 0)
        .map(|(_, pixels)| pixels)
        .collect();
    let row = [[76; 10], [29; 10]].concat();
    assert_eq!(cats[2], row.repeat(12));
    // Without being asked, a folder's pictures are CIFAR's, to the byte as ever.
    run_told(&["cifar10", "--from", &from, "--out", &out]);
    assert_eq!(inspect::read(out.as_ref()).unwrap().manifest().picture, PictureShape::CIFAR);
    run_told(&["cifar10", "--from", &from, "--size", "64", "--out", &out]);
    let data = inspect::read(out.as_ref()).unwrap();
    assert_eq!(data.manifest().picture, PictureShape::new(64, 64, 3).unwrap());
}
