// A visitor's files as shards: CIFAR-10 as it is published, which the wasm module reads, or pictures of
// their own.

import { text } from "../../strings.js";

/** @import { Report } from "../../protocol.js" */
/** @import { DecodedData, Wasm } from "../wasm.js" */
/** @import { Cancelling } from "./cancelling.js" */
/** @import { VisitorFile } from "./data.js" */

/** Whether files are called as CIFAR-10's archives and record files are. @param {VisitorFile[]} files */
const areRecords = (files) => files.every(({ path }) => /\.(bin|gz|tgz|tar)$/i.test(path));

/** One or two record files, or one archive: the test file is told by its name.
 * @param {VisitorFile[]} files */
function sortFiles(files) {
  if (files.length > 2) throw new Error(text.errors.tooManyFiles(files.length));
  const [train, test] = [...files].sort((a, b) => Number(/test/i.test(a.path)) - Number(/test/i.test(b.path)));
  return { train, test };
}

/** @param {{wasm: Wasm, nextTask: () => Promise<void>}} world */
export function createDecoder({ wasm, nextTask }) {
  /** @param {VisitorFile[]} files @param {(told: Report) => void} report @param {Cancelling} cancelling @returns {Promise<DecodedData>} */
  return async (files, report, cancelling) => {
    if (!areRecords(files)) {
      // This comes only to those who bring pictures.
      const { decodePictures } = await import("./import-pictures.js");
      return decodePictures(wasm, files, report, nextTask, cancelling);
    }
    const { train, test } = sortFiles(files);
    const bytes = new Uint8Array(await train.file.arrayBuffer());
    const testBytes = test ? new Uint8Array(await test.file.arrayBuffer()) : undefined;
    report({ type: "import-progress", stage: "decoding" });
    await nextTask();
    return wasm.decode(train.file.name, bytes, testBytes);
  };
}
