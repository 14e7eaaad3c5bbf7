// Files in the origin's private file system (OPFS), as only a worker can write them.

import { sentence } from "../../protocol.js";
import { text } from "../../strings.js";

/**
 * The synchronous handle that only workers have; the library of types for pages leaves it out.
 * @typedef {{truncate(size: number): void, write(bytes: Uint8Array): number, flush(): void, close(): void}} SyncHandle
 */

const ROOT = "tabgrad";

/** The folder at `path` below ours, made if it is not there. @param {...string} path */
export async function directory(...path) {
  // Absent in insecure contexts, whatever the types say.
  if (!navigator.storage?.getDirectory) throw new Error(text.errors.noStorage);
  let folder = await navigator.storage.getDirectory().catch((thrown) => {
    throw new Error(text.errors.storageClosed(sentence(thrown)));
  });
  for (const name of [ROOT, ...path]) folder = await folder.getDirectoryHandle(name, { create: true });
  return folder;
}

/** @param {FileSystemDirectoryHandle} folder @param {string} name @param {Uint8Array} bytes */
export async function writeFile(folder, name, bytes) {
  const file = await folder.getFileHandle(name, { create: true });
  /** @type {SyncHandle} */
  const handle = await /** @type {any} */ (file).createSyncAccessHandle();
  try {
    handle.truncate(0);
    const written = handle.write(bytes);
    if (written !== bytes.length) throw new Error(text.errors.shortWrite(name, written, bytes.length));
    handle.flush();
  } catch (thrown) {
    throw thrown instanceof DOMException && thrown.name === "QuotaExceededError" ? new Error(text.errors.storageFull) : thrown;
  } finally {
    handle.close();
  }
}

/** @param {FileSystemDirectoryHandle} folder @param {string} name */
export const readFile = async (folder, name) => (await folder.getFileHandle(name)).getFile();
