// What a visitor gives, as shards: CIFAR-10 as it is published, read by the wasm module, or pictures
// of their own. Knows no session and keeps nothing.

import { text } from "../../strings.js";
import { areOwn } from "./folder-layout.js";

/** @import { Decoded, Given } from "./data.js" */
/** @import { Report } from "../../protocol.js" */

/** One or two record files, or one archive: the test file is told by its name.
 * @param {Given[]} files */
function sortFiles(files) {
  if (files.length > 2) throw new Error(text.errors.tooManyFiles(files.length));
  const [train, test] = [...files].sort((a, b) => Number(/test/i.test(a.path)) - Number(/test/i.test(b.path)));
  return { train, test };
}

/** @param {{wasm: any, nextTask: () => Promise<void>}} world */
export function createDecoder({ wasm, nextTask }) {
  /** @param {Given[]} files @param {(told: Report) => void} report @returns {Promise<Decoded>} */
  return async (files, report) => {
    if (areOwn(files.map(({ path }) => path))) {
      // What unpacks a zip comes only to those who bring pictures.
      const { decodeOwn } = await import("./import-pictures.js");
      return decodeOwn(wasm, files, report, nextTask);
    }
    const { train, test } = sortFiles(files);
    const bytes = new Uint8Array(await train.file.arrayBuffer());
    const testBytes = test ? new Uint8Array(await test.file.arrayBuffer()) : undefined;
    report({ type: "import-progress", stage: "decoding" });
    await nextTask();
    return wasm.decode(train.file.name, bytes, testBytes);
  };
}
