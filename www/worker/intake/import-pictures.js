// A visitor's own pictures as shards: found in an archive or in folders and made of one size. The wasm module says
// which files are pictures and what their folders mean, by the rules that the terminal has, too; this hands
// it the files one by one, shows how far it is, and stops when it is told to.

import { text } from "../../strings.js";
import { createOpener } from "./shrink.js";

/** @import { DecodedData, Intake } from "../wasm.js" */
/** @import { Cancelling } from "./cancelling.js" */
/** @import { Folder } from "./open.js" */
/** @import { ImportRequest, Report } from "../../protocol.js" */

/** The page hears how far it is this often. */
const TELL_MS = 150;

/**
 * @param {Intake} wasm
 * @param {Folder} folder
 * @param {ImportRequest|null} request
 * @param {(told: Report) => void} report
 * @param {() => Promise<void>} nextTask
 * @param {Cancelling} cancelling
 * @returns {Promise<DecodedData>}
 */
export async function importFolder(wasm, folder, request, report, nextTask, cancelling) {
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
    const importer = survey.layout(tables, request);
    held = importer;
    const wanted = importer.wanted();
    const picture = importer.picture();
    const opener = createOpener(wasm, picture);
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
    const origin = (folder.archive && folder.name) || imported.root();
    const name = origin.split("/").at(-1)?.replace(/\.(zip|tar|tgz|tar\.gz)$/i, "") || words.name;
    const source = words.source(imported.count(), origin, picture, imported.divided());
    held = null;
    const packed = imported.pack(name, source);
    report({ type: "import-remarks", of: origin, remarks: [...folder.remarks, ...remarks] });
    return packed;
  } finally {
    held?.free();
  }
}
