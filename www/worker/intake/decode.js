// A visitor's files as shards: MNIST and CIFAR in all their forms, which a wasm module of its own knows, or
// pictures of their own.

import { size } from "../../format.js";
import { text } from "../../strings.js";
import { openFiles, readWhole } from "./open.js";

/** @import { ImportRequest, Report } from "../../protocol.js" */
/** @import { DecodedData, Intake, RecordsImport } from "../wasm.js" */
/** @import { Cancelling } from "./cancelling.js" */
/** @import { VisitorFile } from "./data.js" */
/** @import { Folder } from "./open.js" */

/** @param {{intake: () => Promise<Intake>, nextTask: () => Promise<void>}} world  `intake`: loads what reads files */
export function createDecoder({ intake, nextTask }) {
  /** MNIST or CIFAR, if the files are that. @param {Intake} wasm @param {Folder} folder @param {ImportRequest|null} request */
  async function findRecords(wasm, folder, request) {
    const survey = new wasm.RecordsSurvey(folder.name, folder.entries);
    /** @type {typeof survey|null} */
    let held = survey;
    try {
      const wanted = survey.wanted();
      let at = 0;
      for await (const head of folder.heads(wanted)) {
        if (head) survey.see(wanted[at], head);
        at += 1;
      }
      held = null;
      return survey.import(request);
    } finally {
      held?.free();
    }
  }

  /** @param {Intake} wasm @param {RecordsImport} records @param {Folder} folder @param {VisitorFile[]} files
   * @param {(told: Report) => void} report @param {Cancelling} cancelling */
  async function decodeRecords(wasm, records, folder, files, report, cancelling) {
    const wanted = Array.from(records.wanted());
    for (const [done, index] of wanted.entries()) {
      report({ type: "import-progress", stage: "decoding", done, total: wanted.length });
      await nextTask();
      cancelling.check();
      if (folder.archive) records.add_from(folder.archive, index);
      else records.add(index, await whole(files[index], wasm.records_bytes()));
    }
    return records.finish();
  }

  /** @param {VisitorFile} file @param {number} most  bytes */
  async function whole({ path, file }, most) {
    if (file.size > most) throw new Error(text.errors.fileTooLarge(path, size(file.size), size(most)));
    return readWhole(file);
  }

  /** @param {VisitorFile[]} files @param {ImportRequest|null} request @param {(told: Report) => void} report
   * @param {Cancelling} cancelling @returns {Promise<DecodedData>} */
  return async (files, request, report, cancelling) => {
    const wasm = await intake();
    cancelling.check();
    const folder = openFiles(wasm, files);
    /** @type {RecordsImport|undefined} */
    let records;
    try {
      records = await findRecords(wasm, folder, request);
      if (!records) {
        // What decodes pictures comes only to those who bring some.
        const { importFolder } = await import("./import-pictures.js");
        return await importFolder(wasm, folder, request, report, nextTask, cancelling);
      }
      const decoded = await decodeRecords(wasm, records, folder, files, report, cancelling);
      report({ type: "import-remarks", of: folder.name, remarks: [...folder.remarks, ...records.remarks()] });
      return decoded;
    } finally {
      records?.free();
      folder.archive?.free();
    }
  };
}
