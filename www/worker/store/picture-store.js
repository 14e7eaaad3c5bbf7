// Pictures of the visitor's own, kept on this machine. A set is a folder of shards with its
// manifest; `current.json` names the one in use and is written last, so that a half-written set is
// never read.

import { directory, readFile, writeFile } from "./opfs.js";

/** @import { ShardSource } from "./bundled.js" */

/** Takes a new set, one shard at a time.
 * @typedef {object} PictureWriter
 * @property {(file: string, bytes: Uint8Array) => Promise<void>} add
 * @property {(manifest: string) => Promise<void>} finish
 * @property {() => Promise<void>} abandon
 */

/** Where a visitor's pictures are kept from one visit to the next.
 * @typedef {{open: () => Promise<ShardSource|null>, begin: () => Promise<PictureWriter>, forget: () => Promise<void>}} PictureStore */

const HOME = "pictures";
const POINTER = "current.json";
const MANIFEST = "manifest.json";

/** @param {string} keep  the name of the only set to leave */
async function sweep(keep) {
  const folder = await directory(HOME);
  /** @type {string[]} */
  const old = [];
  for await (const name of folder.keys()) if (name !== keep && name !== POINTER) old.push(name);
  for (const name of old) await folder.removeEntry(name, { recursive: true });
}

/** The kept set, or null if there is none or this browser keeps nothing.
 * @returns {Promise<ShardSource|null>} */
async function open() {
  /** @type {FileSystemDirectoryHandle} */
  let folder;
  try {
    const home = await directory(HOME);
    const { set } = JSON.parse(await (await readFile(home, POINTER)).text());
    folder = await home.getDirectoryHandle(set);
  } catch {
    return null;
  }
  return {
    manifest: async () => (await readFile(folder, MANIFEST)).text(),
    async shard(file, onBytes) {
      const bytes = new Uint8Array(await (await readFile(folder, file)).arrayBuffer());
      onBytes(bytes.length);
      return bytes;
    },
  };
}

/** Begins a new set; it becomes the kept one when finished, and the older one goes.
 * @returns {Promise<PictureWriter>} */
async function begin() {
  const home = await directory(HOME);
  const set = `set-${crypto.randomUUID()}`;
  const folder = await home.getDirectoryHandle(set, { create: true });
  const encode = (/** @type {string} */ words) => new TextEncoder().encode(words);
  return {
    add: (file, bytes) => writeFile(folder, file, bytes),
    async finish(manifest) {
      await writeFile(folder, MANIFEST, encode(manifest));
      await writeFile(home, POINTER, encode(JSON.stringify({ set })));
      await sweep(set);
    },
    abandon: () => home.removeEntry(set, { recursive: true }),
  };
}

/** Removes whatever is kept. */
async function forget() {
  const home = await directory(HOME);
  await home.removeEntry(POINTER).catch(() => {});
  await sweep("");
}

/** @type {PictureStore} */
export const pictureStore = { open, begin, forget };
