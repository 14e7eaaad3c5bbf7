// A visitor's files as shards: CIFAR-10 in all its forms, which a wasm module of its own knows, or pictures of their
// own.

import { size } from "../../format.js";
import { text } from "../../strings.js";
import { openFiles, readWhole } from "./open.js";

/** @import { Report } from "../../protocol.js" */
/** @import { CifarImport, DecodedData, Intake } from "../wasm.js" */
/** @import { Cancelling } from "./cancelling.js" */
/** @import { VisitorFile } from "./data.js" */
/** @import { Folder } from "./open.js" */

/** @param {{intake: () => Promise<Intake>, nextTask: () => Promise<void>}} world  `intake`: loads what reads files */
export function createDecoder({ intake, nextTask }) {
  /** @param {Intake} wasm @param {CifarImport} cifar @param {Folder} folder @param {VisitorFile[]} files
   * @param {(told: Report) => void} report @param {Cancelling} cancelling */
  async function decodeCifar(wasm, cifar, folder, files, report, cancelling) {
    const wanted = Array.from(cifar.wanted());
    for (const [done, index] of wanted.entries()) {
      report({ type: "import-progress", stage: "decoding", done, total: wanted.length });
      await nextTask();
      cancelling.check();
      if (folder.archive) cifar.add_from(folder.archive, index);
      else cifar.add(index, await whole(files[index], wasm.cifar_bytes()));
    }
    return cifar.finish();
  }

  /** @param {VisitorFile} file @param {number} most  bytes */
  async function whole({ path, file }, most) {
    if (file.size > most) throw new Error(text.errors.fileTooLarge(path, size(file.size), size(most)));
    return readWhole(file);
  }

  /** @param {VisitorFile[]} files @param {(told: Report) => void} report @param {Cancelling} cancelling @returns {Promise<DecodedData>} */
  return async (files, report, cancelling) => {
    const wasm = await intake();
    cancelling.check();
    const folder = openFiles(wasm, files);
    /** @type {CifarImport|undefined} */
    let cifar;
    try {
      cifar = wasm.find_cifar(folder.name, folder.entries);
      if (!cifar) {
        // What decodes pictures comes only to those who bring some.
        const { importFolder } = await import("./import-pictures.js");
        const decoded = await importFolder(wasm, folder, report, nextTask, cancelling);
        for (const message of folder.remarks) report({ type: "notice", message });
        return decoded;
      }
      const decoded = await decodeCifar(wasm, cifar, folder, files, report, cancelling);
      for (const message of [...folder.remarks, ...cifar.remarks()]) report({ type: "notice", message });
      return decoded;
    } finally {
      cifar?.free();
      folder.archive?.free();
    }
  };
}
