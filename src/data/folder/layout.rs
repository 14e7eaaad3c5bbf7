//! What the folders of pictures mean: splits, classes, and what is left out of them.

use super::error::FolderError;
use super::names::{by_parts, class_name, natural, shortened};
use super::passed_over::{PassedOver, Reason};
use super::splits::{Placed, Plan, Use, common_depth};
use super::survey::Survey;
use super::{MOST_CLASSES, keep, labels, most_pictures};
use crate::data::pictures::PictureShape;
use std::collections::{BTreeMap, BTreeSet, HashMap};

/// A picture that is to be read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Chosen {
    /// In the list of entries.
    pub index: usize,
    /// Its path, composed as Unicode says.
    pub path: String,
    /// The place of its class.
    pub label: u8,
    /// Whether it is for the test.
    pub test: bool,
    /// Its path below the folder that all lie in.
    name: String,
}

/// What a folder holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Layout {
    /// The shape that every picture gets.
    pub shape: PictureShape,
    /// The folder that all pictures lie in, or nothing.
    pub root: String,
    /// The names of the classes, in natural order.
    pub classes: Vec<String>,
    /// What is to be read, in this order: the first of every class, then the second, so that every shard
    /// has something of all of them.
    pub pictures: Vec<Chosen>,
    /// Whether the folders say which pictures are for the test; else one in six is chosen.
    pub divided: bool,
    /// What is left out.
    pub passed_over: PassedOver,
    /// What should be known, in sentences.
    pub remarks: Vec<String>,
}

/// A picture with the folder of its class.
struct Sorted {
    placed: Placed,
    class: String,
    test: bool,
}

/// The folder that all pictures lie in, and how deep it lies.
struct Below {
    root: String,
    depth: usize,
}

impl Survey {
    fn plan(&self) -> (usize, Plan) {
        let depth = common_depth(&self.placed);
        (depth, Plan::of(&self.placed, depth))
    }

    /// Whether the folders name no classes for what is to be learned.
    fn is_flat(&self, depth: usize, plan: Plan) -> bool {
        !self.placed.iter().any(|picture| {
            let home = plan.home(picture.folders(depth));
            home.class.is_some() && home.of.is_none_or(|of| of == Use::Train)
        })
    }

    /// The files whose whole bytes [`Self::layout`] wants: tables of labels, where no folders name classes.
    #[must_use]
    pub fn tables(&self) -> Vec<usize> {
        let (depth, plan) = self.plan();
        if self.placed.is_empty() || !self.is_flat(depth, plan) {
            return vec![];
        }
        self.tables.iter().map(|table| table.index).collect()
    }

    /// What the folders mean, once all files are seen; `tables` are the bytes of [`Self::tables`], and
    /// `shape` is what every picture gets.
    ///
    /// # Errors
    /// If they make no data set.
    pub fn layout(
        mut self,
        tables: &[(usize, Vec<u8>)],
        shape: PictureShape,
    ) -> Result<Layout, FolderError> {
        let mut placed = std::mem::take(&mut self.placed);
        placed.sort_by(|a, b| by_parts(&a.parts, &b.parts).then(a.index.cmp(&b.index)));
        self.placed = placed;
        if self.placed.is_empty() {
            let left_out = self.passed_over(&[]).sentence();
            return Err(FolderError::NoPictures { entries: self.files(), left_out });
        }
        let (depth, plan) = self.plan();
        let is_train = |one: &Placed| plan.home(one.folders(depth)).of == Some(Use::Train);
        if plan == Plan::Splits && !self.placed.iter().any(is_train) {
            return Err(FolderError::NoTraining(self.passed_over(&[]).sentence()));
        }
        let root = self.placed[0].folders(0)[..depth].join("/");
        let mut remarks = vec![];
        let (sorted, passed) = if self.is_flat(depth, plan) {
            self.flat(depth, plan, tables, &mut remarks)?
        } else {
            self.in_classes(depth, plan)
        };
        self.finish(Below { root, depth }, shape, sorted, passed, remarks)
    }

    /// Pictures in folders of classes.
    fn in_classes(&self, depth: usize, plan: Plan) -> (Vec<Sorted>, PassedOver) {
        let mut passed = self.passed_over(&[]);
        let home = |picture: &Placed| {
            let home = plan.home(picture.folders(depth));
            (home.of, home.class.map(str::to_owned), home.outside)
        };
        let has = |of: Use| {
            self.placed
                .iter()
                .any(|picture| matches!(home(picture), (Some(one), Some(_), _) if one == of))
        };
        let has_test = has(Use::Test);
        let names: BTreeSet<_> = self.placed.iter().filter_map(|picture| home(picture).1).collect();
        let mut sorted = vec![];
        for picture in &self.placed {
            let path = &picture.parts.join("/");
            let (of, class, outside) = home(picture);
            match (of, class) {
                _ if outside => passed.add(Reason::NoClass, path),
                // One folder among loose pictures names no class: there is nothing to tell it from.
                (None, _) if plan == Plan::Classes && names.len() == 1 => {
                    let class = self.one_class(depth);
                    sorted.push(Sorted { placed: picture.clone(), class, test: false });
                }
                (Some(Use::Test | Use::Validation), None) => {
                    passed.add(Reason::TestWithoutClasses, path)
                }
                (_, None) => passed.add(Reason::NoClass, path),
                (Some(Use::Validation), Some(_)) if has_test => passed.add(Reason::Holdout, path),
                (of, Some(class)) => {
                    let test = matches!(of, Some(Use::Test | Use::Validation));
                    sorted.push(Sorted { placed: picture.clone(), class, test });
                }
            }
        }
        (sorted, passed)
    }

    /// Pictures in no folders of classes: a table has their labels, or they are of one class.
    fn flat(
        &self,
        depth: usize,
        plan: Plan,
        tables: &[(usize, Vec<u8>)],
        remarks: &mut Vec<String>,
    ) -> Result<(Vec<Sorted>, PassedOver), FolderError> {
        let name = |place: &Placed| place.parts.last().cloned().unwrap_or_default();
        let of = |of_test: bool| {
            self.tables.iter().filter(|table| labels::is_table(&name(table), of_test)).find_map(
                |table| {
                    let (_, bytes) = tables.iter().find(|(index, _)| *index == table.index)?;
                    let labels = labels::read(bytes)?;
                    let fits = |one: &Placed| labels::find(&labels, &one.parts[depth..]).is_some();
                    self.placed.iter().any(fits).then_some((table, labels))
                },
            )
        };
        let Some((table, train)) = of(false) else {
            if plan == Plan::Classes {
                let class = self.one_class(depth);
                let one = |placed: &Placed| Sorted {
                    placed: placed.clone(),
                    class: class.clone(),
                    test: false,
                };
                return Ok((self.placed.iter().map(one).collect(), self.passed_over(&[])));
            }
            let folders: BTreeSet<String> =
                self.placed.iter().filter_map(|one| one.folders(depth).first().cloned()).collect();
            let mut folders: Vec<String> = folders.into_iter().collect();
            folders.sort_by_key(|folder| super::splits::meaning(folder));
            folders.truncate(3);
            let table = self.tables.first().map(name);
            return Err(FolderError::NoClasses { folders, table });
        };
        let test = of(true);
        let mut used = vec![table.index];
        used.extend(test.iter().map(|(table, _)| table.index));
        let mut passed = self.passed_over(&used);
        remarks.push(format!("The classes of the pictures were read from {}.", name(table)));
        let nothing = HashMap::new();
        let test = test.map_or(nothing, |(_, labels)| labels);
        let mut sorted = vec![];
        for picture in &self.placed {
            let is_test =
                matches!(plan.home(picture.folders(depth)).of, Some(Use::Test | Use::Validation));
            let labels = if is_test { &test } else { &train };
            match labels::find(labels, &picture.parts[depth..]) {
                Some(class) => {
                    let class = class.to_owned();
                    sorted.push(Sorted { placed: picture.clone(), class, test: is_test });
                }
                None => {
                    let reason = if is_test { Reason::TestWithoutClasses } else { Reason::NoLabel };
                    passed.add(reason, &picture.parts.join("/"));
                }
            }
        }
        Ok((sorted, passed))
    }

    /// What the only class is called: as the folder of all pictures.
    fn one_class(&self, depth: usize) -> String {
        let folders = self.placed.first().map(|picture| &picture.folders(0)[..depth]);
        let named = folders
            .unwrap_or_default()
            .iter()
            .rev()
            .find(|name| super::splits::meaning(name).is_none());
        named.cloned().unwrap_or_else(|| "pictures".into())
    }

    /// Numbers classes, and chooses the test pictures where the folders do not.
    fn finish(
        &self,
        Below { root, depth }: Below,
        shape: PictureShape,
        mut sorted: Vec<Sorted>,
        mut passed_over: PassedOver,
        mut remarks: Vec<String>,
    ) -> Result<Layout, FolderError> {
        let divided = sorted.iter().any(|picture| picture.test);
        merge_names(&mut sorted, divided, &mut remarks);
        let trained: BTreeSet<String> =
            sorted.iter().filter(|one| !one.test).map(|one| one.class.clone()).collect();
        sorted.retain(|one| {
            let kept = trained.contains(&one.class);
            if !kept {
                passed_over.add(Reason::NeverTrained, &one.placed.parts.join("/"));
            }
            kept
        });
        if sorted.len() > most_pictures(shape) {
            return Err(FolderError::TooManyPictures { count: sorted.len(), shape });
        }
        if sorted.is_empty() {
            return Err(FolderError::NoTraining(passed_over.sentence()));
        }
        let mut classes: Vec<String> = trained.into_iter().collect();
        if classes.len() > MOST_CLASSES {
            return Err(FolderError::TooManyClasses(classes.len()));
        }
        classes.sort_by(|a, b| natural(a, b));
        let places: HashMap<&str, u8> =
            classes.iter().map(String::as_str).zip(0..=u8::MAX).collect();
        let mut counts = vec![[0_usize; 2]; classes.len()];
        let mut ordered: Vec<(usize, Chosen)> = sorted
            .iter()
            .filter_map(|one| {
                let label = *places.get(one.class.as_str())?;
                let count = &mut counts[usize::from(label)][usize::from(one.test)];
                *count += 1;
                let path = one.placed.parts.join("/");
                let name = one.placed.parts[depth..].join("/");
                Some((
                    *count,
                    Chosen { index: one.placed.index, path, label, test: one.test, name },
                ))
            })
            .collect();
        ordered.sort_by_key(|(place, chosen)| (*place, chosen.label));
        let mut pictures: Vec<Chosen> = ordered.into_iter().map(|(_, chosen)| chosen).collect();
        if !divided {
            keep::choose_test(&mut pictures, classes.len());
        }
        if !pictures.iter().any(|picture| picture.test) {
            return Err(FolderError::NoTest(passed_over.sentence()));
        }
        let classes = shortened(classes);
        if let [one] = classes.as_slice() {
            remarks.push(format!(
                "There is one class, “{one}”. The classifiers need at least two; autoencoders take any number."
            ));
        }
        Ok(Layout { shape, root, classes, pictures, divided, passed_over, remarks })
    }
}

impl Chosen {
    /// Its path below the folder that all lie in.
    pub(super) fn name(&self) -> &str {
        &self.name
    }
}

/// Makes class names of folders' names. Folders whose names people see as the same are one class; so are,
/// where one is only in training and the other only in the test, those that differ in capitals.
fn merge_names(sorted: &mut [Sorted], divided: bool, remarks: &mut Vec<String>) {
    let mut folders: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for one in sorted.iter_mut() {
        let name = class_name(&one.class);
        folders.entry(name.clone()).or_default().insert(std::mem::replace(&mut one.class, name));
    }
    for (name, folders) in folders.iter().filter(|(_, folders)| folders.len() > 1) {
        remarks.push(format!("{} folders are taken for the one class “{name}”.", folders.len()));
    }
    if !divided {
        return;
    }
    let names = |test: bool| -> BTreeSet<String> {
        sorted.iter().filter(|one| one.test == test).map(|one| one.class.clone()).collect()
    };
    let (train, test) = (names(false), names(true));
    for name in test.difference(&train) {
        let same = |other: &&String| other.to_lowercase() == name.to_lowercase();
        let mut candidates = train.difference(&test).filter(same);
        if let (Some(other), None) = (candidates.next(), candidates.next()) {
            sorted
                .iter_mut()
                .filter(|one| one.class == *name)
                .for_each(|one| one.class.clone_from(other));
            remarks.push(format!("The folders “{other}” and “{name}” are taken for one class."));
        }
    }
}
