// Pictures of the visitor's own, kept in the origin's private file system (OPFS) of this
// machine. A set is a folder of shards with its manifest; `current.json` names the one in use and
// is written last, so that a half-written set is never read. Knows nothing of what is in a shard.

import { text } from "./strings.js";

/** @import { Source } from "./bundled.js" */

/**
 * The synchronous handle that only workers have; the library of types for pages leaves it out.
 * @typedef {{truncate(size: number): void, write(bytes: Uint8Array): number, flush(): void, close(): void}} SyncHandle
 */

const HOME = "tabgrad";
const POINTER = "current.json";
const MANIFEST = "manifest.json";

async function home() {
  // Absent in insecure contexts, whatever the types say.
  if (!navigator.storage?.getDirectory) throw new Error(text.errors.noStorage);
  return (await navigator.storage.getDirectory()).getDirectoryHandle(HOME, { create: true });
}

/** @param {FileSystemDirectoryHandle} folder @param {string} name @param {Uint8Array} bytes */
async function write(folder, name, bytes) {
  const file = await folder.getFileHandle(name, { create: true });
  /** @type {SyncHandle} */
  const handle = await /** @type {any} */ (file).createSyncAccessHandle();
  try {
    handle.truncate(0);
    const written = handle.write(bytes);
    if (written !== bytes.length) throw new Error(`${name}: ${written} of ${bytes.length} bytes`);
    handle.flush();
  } finally {
    handle.close();
  }
}

/** @param {FileSystemDirectoryHandle} folder @param {string} name */
const read = async (folder, name) => (await folder.getFileHandle(name)).getFile();

/** @param {string} keep  the name of the only set to leave */
async function sweep(keep) {
  const folder = await home();
  /** @type {string[]} */
  const old = [];
  for await (const name of folder.keys()) if (name !== keep && name !== POINTER) old.push(name);
  for (const name of old) await folder.removeEntry(name, { recursive: true });
}

/** The kept set, or null if there is none or this browser keeps nothing.
 * @returns {Promise<Source|null>} */
export async function openKept() {
  let folder;
  try {
    const root = await home();
    const { set } = JSON.parse(await (await read(root, POINTER)).text());
    folder = await root.getDirectoryHandle(set);
  } catch {
    return null;
  }
  return {
    manifest: async () => (await read(folder, MANIFEST)).text(),
    async shard(file, onBytes) {
      const bytes = new Uint8Array(await (await read(folder, file)).arrayBuffer());
      onBytes(bytes.length);
      return bytes;
    },
  };
}

/** Begins a new set; it becomes the kept one when finished, and the older one goes. */
export async function beginKeeping() {
  const root = await home();
  const set = `set-${crypto.randomUUID()}`;
  const folder = await root.getDirectoryHandle(set, { create: true });
  const encode = (/** @type {string} */ words) => new TextEncoder().encode(words);
  return {
    /** @param {string} file @param {Uint8Array} bytes */
    add: (file, bytes) => write(folder, file, bytes),
    /** @param {string} manifest */
    async finish(manifest) {
      await write(folder, MANIFEST, encode(manifest));
      await write(root, POINTER, encode(JSON.stringify({ set })));
      await sweep(set);
    },
    abandon: () => root.removeEntry(set, { recursive: true }),
  };
}

/** Removes whatever is kept. */
export async function forgetKept() {
  const root = await home();
  await root.removeEntry(POINTER).catch(() => {});
  await sweep("");
}
