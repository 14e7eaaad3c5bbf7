// What a visitor gives, as one list of files with paths: an archive, a folder, or some files. An archive
// stays where it is; the wasm module reads of it what it needs.

import { limits } from "../../app/limits.js";
import { waiting } from "../../app/waiting.js";
import { text } from "../../strings.js";

/** @import { Intake, VisitorArchive } from "../wasm.js" */
/** @import { VisitorFile } from "./data.js" */

/** Files with paths, wherever they lie. Both give bytes in the order of the indices, which should rise, and
 * null for what cannot be read; heads are the first 1024 bytes.
 * @typedef {object} Folder
 * @property {string} name
 * @property {{path: string, bytes: number}[]} entries
 * @property {(indices: ArrayLike<number>) => AsyncGenerator<Uint8Array|null>} heads
 * @property {(indices: ArrayLike<number>) => AsyncGenerator<Uint8Array|null>} contents
 * @property {VisitorArchive|null} archive  what the files lie in, to be freed
 * @property {string[]} remarks  what the visitor should know, in sentences */

/** The first bytes of a file tell what it is. */
const HEAD = 1024;
/** So much of a long file is read at once. */
const PART = 16_000_000;
/** So many files are opened at once to look at their first bytes. */
const AT_ONCE = 32;
/** A longer file is no picture. */
const MOST_BYTES = 64_000_000;
/** Files that are not to be looked into beside others. */
const ARCHIVE = /\.(zip|tar|tgz|tar\.gz|7z|rar)$/i;

/** A file that answers at once, as wasm asks for it; only workers have it so. @param {File} file */
export function fileSource(file) {
  /** @type {{readAsArrayBuffer(blob: Blob): ArrayBuffer}|null} */
  let reader = null;
  return {
    size: file.size,
    /** @param {number} at @param {number} length */
    read(at, length) {
      reader ??= new /** @type {any} */ (globalThis).FileReaderSync();
      return new Uint8Array(/** @type {NonNullable<typeof reader>} */ (reader).readAsArrayBuffer(file.slice(at, at + length)));
    },
  };
}

/** A drive that does not answer holds nothing up for ever. @param {Blob} blob */
const read = async (blob) => new Uint8Array(await waiting.within(blob.arrayBuffer(), limits.decode, text.waits.read));

/** @param {Blob} blob @returns {Promise<Uint8Array|null>} */
export const bytesOf = (blob) => read(blob).catch(() => null);

/** A long file, part by part: each has the limit to itself. @param {File} file */
export async function readWhole(file) {
  const bytes = new Uint8Array(file.size);
  for (let at = 0; at < file.size; at += PART) bytes.set(await read(file.slice(at, at + PART)), at);
  return bytes;
}

/** @param {VisitorFile[]} files @returns {Folder} */
function ofFiles(files) {
  const tops = new Set(files.map(({ path }) => path.split("/")[0]));
  const [top] = tops;
  return {
    // The folder that all of them lie in, or the file that is given alone.
    name: tops.size === 1 ? top : "",
    entries: files.map(({ path, file }) => ({ path, bytes: file.size })),
    async *heads(indices) {
      for (let from = 0; from < indices.length; from += AT_ONCE) {
        const part = Array.from(indices).slice(from, from + AT_ONCE);
        yield* await Promise.all(part.map((index) => bytesOf(files[index].file.slice(0, HEAD))));
      }
    },
    async *contents(indices) {
      for (const index of Array.from(indices)) yield bytesOf(files[index].file);
    },
    archive: null,
    remarks: [],
  };
}

/** @param {string} name @param {VisitorArchive} archive @returns {Folder} */
function ofArchive(name, archive) {
  /** A damaged file leaves the others. @param {() => Uint8Array} read */
  const attempt = (read) => {
    try {
      return read();
    } catch (thrown) {
      if (thrown instanceof WebAssembly.RuntimeError) throw thrown;
      return null;
    }
  };
  return {
    name,
    entries: archive.entries(),
    async *heads(indices) {
      for (const index of Array.from(indices)) yield attempt(() => archive.head(index, HEAD));
    },
    async *contents(indices) {
      for (const index of Array.from(indices)) yield attempt(() => archive.read(index, MOST_BYTES));
    },
    archive,
    remarks: archive.remarks(),
  };
}

/** @param {Intake} wasm @param {VisitorFile[]} files @returns {Folder} */
export function openFiles(wasm, files) {
  if (files.length === 1) {
    const [{ file }] = files;
    const archive = wasm.open_archive(file.name, fileSource(file));
    return archive ? ofArchive(file.name, archive) : ofFiles(files);
  }
  const beside = files.find(({ path }) => ARCHIVE.test(path) && !path.includes("/"));
  if (beside) throw new Error(text.pictures.own.archiveAndMore(beside.path, files.length - 1));
  return ofFiles(files);
}
