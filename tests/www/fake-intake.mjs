// A stand-in for the wasm module that reads a visitor's files: record files, known by their names.

import { fail } from "./fake-models.mjs";
import { manifest } from "./fake-session.mjs";

/** No file of these tests is an archive. */
export const open_archive = () => undefined;

export const records_bytes = () => 1_000_000;

/** What looks at files: record files are known by their names. */
export class RecordsSurvey {
  constructor(name, entries) {
    Object.assign(this, { name, entries });
  }
  wanted() {
    return new Uint32Array(0);
  }
  see() {}
  import() {
    return findRecords(this.name, this.entries);
  }
  free() {}
}

/** Record files; the one named test is the test split. */
function findRecords(name, entries) {
  if (!entries.every(({ path }) => path.endsWith(".bin"))) return undefined;
  const counts = { train: 0, test: 0 };
  return {
    wanted: () => Uint32Array.from(entries, (_, i) => i),
    add(index, bytes) {
      const { path } = entries[index];
      if (bytes.length % 3073 !== 0)
        throw fail("ImportError", `${path} is not a CIFAR-10 record file: its ${bytes.length} bytes are no multiple of 3,073.`);
      counts[path.includes("test") ? "test" : "train"] += bytes.length / 3073;
    },
    finish() {
      const test = counts.test || Math.floor(counts.train / 6);
      const shards = [["train-000.tgs", counts.train - (counts.test ? 0 : test)], ["test-000.tgs", test]];
      const words = JSON.stringify(manifest({ train: shards[0][1], test, name: `From ${name}` }));
      return { manifest: () => words, count: () => 2, file: (i) => shards[i][0], take: (i) => new Uint8Array(shards[i][1]), free() {} };
    },
    remarks: () => (counts.test ? [] : ["There is no test batch: one in 6 pictures is kept for the test."]),
    free() {},
  };
}
