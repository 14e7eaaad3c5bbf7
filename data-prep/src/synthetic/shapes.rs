//! The ten shapes of the drawn data set, each as a test whether a point lies inside it.
//!
//! Points are within -1..1 on both axes, y down. Some shapes resemble each other on purpose: disc,
//! ring and moon; triangle, house and arrow; star and cross; square and house.

/// A class of the synthetic data.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Shape {
    Disc,
    Ring,
    Moon,
    Triangle,
    Square,
    House,
    Arrow,
    Cross,
    Star,
    Heart,
}

const TRIANGLE: [[f32; 2]; 3] = [[0.0, -0.92], [0.96, 0.74], [-0.96, 0.74]];
const ARROW: [[f32; 2]; 7] = [
    [0.0, -1.0],
    [0.82, -0.08],
    [0.34, -0.08],
    [0.34, 0.95],
    [-0.34, 0.95],
    [-0.34, -0.08],
    [-0.82, -0.08],
];
const HOUSE: [[f32; 2]; 11] = [
    [0.0, -0.95],
    [0.92, -0.12],
    [0.7, -0.12],
    [0.7, 0.88],
    [0.22, 0.88],
    [0.22, 0.2],
    [-0.22, 0.2],
    [-0.22, 0.88],
    [-0.7, 0.88],
    [-0.7, -0.12],
    [-0.92, -0.12],
];
/// Five points on the circle of radius 1 and five between them on that of radius 0.45.
const STAR: [[f32; 2]; 10] = [
    [0.0, -1.0],
    [0.2645, -0.3641],
    [0.9511, -0.3090],
    [0.4280, 0.1391],
    [0.5878, 0.8090],
    [0.0, 0.45],
    [-0.5878, 0.8090],
    [-0.4280, 0.1391],
    [-0.9511, -0.3090],
    [-0.2645, -0.3641],
];

impl Shape {
    /// All of them, in the order of their labels.
    pub(super) const ALL: [Self; 10] = [
        Self::Disc,
        Self::Ring,
        Self::Moon,
        Self::Triangle,
        Self::Square,
        Self::House,
        Self::Arrow,
        Self::Cross,
        Self::Star,
        Self::Heart,
    ];

    /// What people call it.
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Disc => "disc",
            Self::Ring => "ring",
            Self::Moon => "moon",
            Self::Triangle => "triangle",
            Self::Square => "square",
            Self::House => "house",
            Self::Arrow => "arrow",
            Self::Cross => "cross",
            Self::Star => "star",
            Self::Heart => "heart",
        }
    }

    /// Whether the point lies inside.
    pub(super) fn contains(self, x: f32, y: f32) -> bool {
        let square = x * x + y * y;
        match self {
            Self::Disc => square < 0.81,
            Self::Ring => (0.25..0.88).contains(&square),
            Self::Moon => {
                let bite = x - 0.44;
                square < 0.95 && bite * bite + y * y > 0.56
            }
            Self::Triangle => within(&TRIANGLE, x, y),
            Self::Square => x.abs().max(y.abs()) < 0.78,
            Self::House => within(&HOUSE, x, y),
            Self::Arrow => within(&ARROW, x, y),
            Self::Cross => {
                let (x, y) = (x.abs(), y.abs());
                x.min(y) < 0.29 && x.max(y) < 0.94
            }
            Self::Star => within(&STAR, x, y),
            Self::Heart => {
                // (x^2 + y^2 - 1)^3 < x^2 y^3, a classic, scaled to the box and shifted down.
                let (x, y) = (x * 1.18, 0.1 - y * 1.18);
                let outside = x * x + y * y - 1.0;
                outside * outside * outside < x * x * y * y * y
            }
        }
    }
}

/// Even-odd rule: a ray to the right crosses the outline an odd number of times.
fn within(corners: &[[f32; 2]], x: f32, y: f32) -> bool {
    let mut inside = false;
    let mut previous = corners[corners.len() - 1];
    for &corner in corners {
        let ([x0, y0], [x1, y1]) = (previous, corner);
        if (y0 > y) != (y1 > y) && x < x0 + (x1 - x0) * (y - y0) / (y1 - y0) {
            inside = !inside;
        }
        previous = corner;
    }
    inside
}
