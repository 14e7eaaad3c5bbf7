// A visitor's own pictures as shards: found in a zip or in folders and made 32 by 32. The wasm module says
// which files are pictures and what their folders mean, by the rules that the terminal has, too; this hands
// it the files one by one, shows how far it is, and stops when it is told to.

import { text } from "../../strings.js";
import { createOpener } from "./shrink.js";

/** @import { DecodedData, Wasm } from "../wasm.js" */
/** @import { Cancelling } from "./cancelling.js" */
/** @import { VisitorFile } from "./data.js" */
/** @import { Report } from "../../protocol.js" */

/** The page hears how far it is this often. */
const TELL_MS = 150;
/** The first bytes of a file tell what it is. */
const HEAD = 512;
/** So many files are opened at once to look at their first bytes. */
const AT_ONCE = 32;
/** A zip is in memory. */
const MOST_ZIP = 1_000_000_000;

/** Files with paths, wherever they lie; both give bytes in the order of the indices, which ascend, and null
 * for what cannot be read. Heads are the first 512 bytes.
 * @typedef {object} Folder
 * @property {string} name
 * @property {{path: string, bytes: number}[]} entries
 * @property {(indices: Uint32Array) => AsyncIterable<Uint8Array|null>} heads
 * @property {(indices: Uint32Array) => AsyncIterable<Uint8Array|null>} contents */

/** @param {string} path */
const isZip = (path) => /\.zip$/i.test(path);

/** @param {Blob} blob @returns {Promise<Uint8Array|null>} */
const read = (blob) => blob.arrayBuffer().then((buffer) => new Uint8Array(buffer), () => null);

/** @param {VisitorFile[]} files @returns {Folder} */
function ofFiles(files) {
  return {
    name: "",
    entries: files.map(({ path, file }) => ({ path, bytes: file.size })),
    async *heads(indices) {
      for (let from = 0; from < indices.length; from += AT_ONCE)
        yield* await Promise.all(Array.from(indices.subarray(from, from + AT_ONCE), (index) => read(files[index].file.slice(0, HEAD))));
    },
    async *contents(indices) {
      for (const index of indices) yield read(files[index].file);
    },
  };
}

/** @param {File} zip @returns {Promise<Folder>} */
async function ofZip(zip) {
  if (zip.size > MOST_ZIP) throw new Error(text.pictures.own.tooLarge(zip.size, MOST_ZIP));
  // What unpacks it comes only to those who bring one.
  const zips = await import("./zip.js");
  const bytes = new Uint8Array(await zip.arrayBuffer());
  const entries = zips.list(bytes, zip.name);
  async function* contents(/** @type {Uint32Array} */ indices) {
    yield* zips.contents(bytes, entries, [...indices]);
  }
  async function* heads(/** @type {Uint32Array} */ indices) {
    for await (const content of contents(indices)) yield content && content.subarray(0, HEAD);
  }
  return { name: zip.name, entries, heads, contents };
}

/** @param {VisitorFile[]} files */
async function open(files) {
  const zip = files.find(({ path }) => isZip(path))?.file;
  if (!zip) return ofFiles(files);
  if (files.length > 1) throw new Error(text.pictures.own.zipAndMore(zip.name, files.length - 1));
  return ofZip(zip);
}

/**
 * @param {Wasm} wasm
 * @param {VisitorFile[]} files  one zip, or files with the paths that they had in their folder
 * @param {(told: Report) => void} report
 * @param {() => Promise<void>} nextTask
 * @param {Cancelling} cancelling
 */
export async function decodePictures(wasm, files, report, nextTask, cancelling) {
  return importFolder(wasm, await open(files), report, nextTask, cancelling);
}

/**
 * @param {Wasm} wasm
 * @param {Folder} folder
 * @param {(told: Report) => void} report
 * @param {() => Promise<void>} nextTask
 * @param {Cancelling} cancelling
 * @returns {Promise<DecodedData>}
 */
export async function importFolder(wasm, folder, report, nextTask, cancelling) {
  let told = -Infinity;
  /** Between two files. @param {"reading"|"decoding"} stage @param {number} done @param {number} total */
  async function pass(stage, done, total) {
    if (performance.now() - told > TELL_MS) {
      report({ type: "import-progress", stage, done, total });
      told = performance.now();
      // Other commands get their turn, and so does the bar.
      await nextTask();
    }
    cancelling.check();
  }

  const survey = new wasm.FolderSurvey(folder.entries);
  /** What has to be freed if this ends early. @type {{free: () => void}|null} */
  let held = survey;
  try {
    const looked = survey.wanted();
    let at = 0;
    for await (const head of folder.heads(looked)) {
      await pass("reading", at, looked.length);
      survey.see(looked[at], head ?? undefined);
      at += 1;
    }
    const tables = [];
    for await (const table of folder.contents(survey.tables())) tables.push(table);
    held = null;
    const importer = survey.layout(tables);
    held = importer;
    const wanted = importer.wanted();
    const opener = createOpener(wasm);
    at = 0;
    for await (const content of folder.contents(wanted)) {
      await pass("decoding", at, wanted.length);
      importer.take(at, await opener.file(content));
      at += 1;
    }
    held = null;
    const imported = importer.finish();
    held = imported;
    const remarks = imported.remarks();
    const words = text.pictures.own;
    const origin = folder.name || imported.root();
    const name = origin.split("/").at(-1)?.replace(/\.zip$/i, "") || words.name;
    const source = words.source(imported.count(), origin, imported.divided());
    held = null;
    const packed = imported.pack(name, source);
    for (const message of remarks) report({ type: "notice", message });
    return packed;
  } finally {
    held?.free();
  }
}
