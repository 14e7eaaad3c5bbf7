// What a drop carries, as files with paths: folders are walked to their end. Hands files on unread.

/** @typedef {{path: string, file: File}} Found */
/** @typedef {{isFile: boolean, isDirectory: boolean, fullPath: string, file: (done: (file: File) => void, failed: (why: unknown) => void) => void, createReader: () => {readEntries: (done: (entries: Entry[]) => void, failed: (why: unknown) => void) => void}}} Entry */

/** A walk ends here: whoever drops more meant another folder, and hears so from the worker, which looks at
 * no more than a million files. */
const MOST = 1_000_001;
/** It is told how far a walk is each time that so many files are found. */
const STRIDE = 100;

/** @param {DataTransfer} transfer @param {(count: number) => boolean} onCount  told how many files are found; whether to go on
 * @returns {Promise<{files: Found[], lost: string[]}>} `lost` are paths that the browser does not hand out */
export async function droppedFiles(transfer, onCount) {
  // All at once: a drop is emptied as soon as its event is over.
  const things = [...transfer.items]
    .filter(({ kind }) => kind === "file")
    .map((item) => ({ entry: /** @type {Entry|null} */ (/** @type {unknown} */ (item.webkitGetAsEntry?.() ?? null)), file: item.getAsFile() }));
  /** @type {Found[]} */
  const files = [];
  /** @type {string[]} */
  const lost = [];
  let going = true;

  /** @param {Entry} entry @returns {Promise<void>} */
  async function walk(entry) {
    if (!going || files.length >= MOST) return;
    const path = entry.fullPath.replace(/^\//, "");
    try {
      if (entry.isFile) {
        files.push({ path, file: await /** @type {Promise<File>} */ (new Promise((resolve, reject) => entry.file(resolve, reject))) });
        if (files.length % STRIDE === 0) going = onCount(files.length);
        return;
      }
      const reader = entry.createReader();
      while (going) {
        // A reader gives some hundred entries at a time, and none at the end.
        const some = await /** @type {Promise<Entry[]>} */ (new Promise((resolve, reject) => reader.readEntries(resolve, reject)));
        if (some.length === 0) return;
        for (const inside of some) await walk(inside);
      }
    } catch {
      lost.push(path);
    }
  }

  for (const { entry, file } of things) {
    if (entry?.isDirectory) await walk(entry);
    else if (file) files.push({ path: file.name, file });
  }
  return { files, lost };
}
