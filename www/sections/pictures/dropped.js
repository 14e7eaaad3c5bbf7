// What a drop carries, as files with paths: folders are walked to their end. Hands files on unread.

/** @typedef {{path: string, file: File}} Found */
/** @typedef {{isFile: boolean, isDirectory: boolean, fullPath: string, file: (done: (file: File) => void, failed: (why: unknown) => void) => void, createReader: () => {readEntries: (done: (entries: Entry[]) => void, failed: (why: unknown) => void) => void}}} Entry */

/** A walk ends here: whoever drops more meant another folder, and hears so from the worker. */
const MOST = 100_000;

/**
 * @param {Entry} entry @param {Found[]} found  grows
 * @returns {Promise<void>}
 */
async function walk(entry, found) {
  if (found.length >= MOST) return;
  if (entry.isFile) {
    const file = await /** @type {Promise<File>} */ (new Promise((resolve, reject) => entry.file(resolve, reject)));
    found.push({ path: entry.fullPath.replace(/^\//, ""), file });
    return;
  }
  const reader = entry.createReader();
  for (;;) {
    // A reader gives some hundred entries at a time, and none at the end.
    const some = await /** @type {Promise<Entry[]>} */ (new Promise((resolve, reject) => reader.readEntries(resolve, reject)));
    if (some.length === 0) return;
    for (const inside of some) await walk(inside, found);
  }
}

/** @param {DataTransfer} transfer @returns {Promise<Found[]>} */
export async function droppedFiles(transfer) {
  // All at once: a drop is emptied as soon as its event is over.
  const things = [...transfer.items]
    .filter(({ kind }) => kind === "file")
    .map((item) => ({ entry: /** @type {Entry|null} */ (/** @type {unknown} */ (item.webkitGetAsEntry?.() ?? null)), file: item.getAsFile() }));
  /** @type {Found[]} */
  const found = [];
  for (const { entry, file } of things) {
    if (entry?.isDirectory) await walk(entry, found);
    else if (file) found.push({ path: file.name, file });
  }
  return found;
}
