// What earlier versions of the page kept in files is taken over once, and deleted when all of it is copied.

import assert from "node:assert/strict";
import { test } from "node:test";
import { createDatabase, createPictureStore, createRunStore, fillUp, freshName, run, snapshot, takeOver, wordsOf } from "./database.mjs";
import { manifest } from "./fake-session.mjs";

const missing = () => Promise.reject(new DOMException("It is not there.", "NotFoundError"));

/** A folder of the browser's private files: names and bytes, or folders. */
function folderOf(entries) {
  return {
    entries,
    keys: async function* () {
      yield* Object.keys(entries);
    },
    getDirectoryHandle: async (name) => (entries[name] && !(entries[name] instanceof Uint8Array) ? folderOf(entries[name]) : missing()),
    getFileHandle: async (name) => (entries[name] instanceof Uint8Array ? { getFile: async () => new Blob([entries[name]]) } : missing()),
    removeEntry: async (name) => (name in entries ? void delete entries[name] : missing()),
  };
}
/** The browser's private files, and its locks. */
const opfs = (tabgrad) => {
  const files = tabgrad ? { tabgrad } : {};
  return { files, options: { storage: { getDirectory: async () => folderOf(files) }, locks: undefined, date: () => 1 } };
};

const bytes = (words) => new TextEncoder().encode(words);
const record = (id, epochs, more) => bytes(JSON.stringify({ ...run(id, epochs, more), snapshot: `${id}-${epochs * 10}-${epochs}.safetensors` }));

/** What version 0.1 left: two runs, a snapshot that no record names, and a set of pictures. */
function left() {
  const words = JSON.stringify(manifest({ name: "Pets" }));
  return {
    runs: {
      "a.json": record("a", 2, { name: "Best", pinned: true }), "a-20-2.safetensors": snapshot("weights of a"),
      "b.json": record("b", 1), "b-10-1.safetensors": snapshot("weights of b"),
      "b-0-0.safetensors": snapshot("old weights of b"),
    },
    pictures: {
      "current.json": bytes(JSON.stringify({ set: "set-1" })),
      "set-1": { "manifest.json": bytes(words), "train-000.tgs": new Uint8Array(600).fill(1), "test-000.tgs": new Uint8Array(200).fill(2) },
      "set-0": { "train-000.tgs": new Uint8Array(5) },
    },
  };
}

test("runs and pictures are taken over whole, then the files are deleted", async () => {
  const { files, options } = opfs(left());
  const database = createDatabase({ name: freshName() });
  assert.deepEqual(await takeOver(database, options), { damaged: [], why: null });
  const runs = createRunStore(database);
  assert.deepEqual((await runs.list()).runs.map(({ id, name, pinned, step, keptAt }) => [id, name, pinned, step, keptAt]), [["a", "Best", true, 20, 20], ["b", "", false, 10, 10]]);
  assert.equal(wordsOf((await runs.load("b")).snapshot), "weights of b");
  const source = await createPictureStore(database, { locks: undefined }).open();
  assert.equal(JSON.parse(await source.manifest()).name, "Pets");
  assert.deepEqual([...new Set(await source.shard("test-000.tgs", () => {}))], [2]);
  assert.deepEqual(files, {});
});

test("what is deleted after that does not come back, and where nothing was kept nothing is done", async () => {
  const database = createDatabase({ name: freshName() });
  assert.deepEqual(await takeOver(database, opfs(null).options), { damaged: [], why: null });
  assert.deepEqual(await takeOver(database, { storage: undefined, locks: undefined }), { damaged: [], why: null });
  const { files, options } = opfs(left());
  await takeOver(database, options);
  const runs = createRunStore(database);
  await runs.remove("a");
  // An older tab, still open, writes its files again.
  Object.assign(files, { tabgrad: left() });
  await takeOver(database, options);
  assert.deepEqual((await runs.list()).runs.map(({ id }) => id), ["b"]);
});

test("a full store deletes no file; the next visit goes on where this one stopped", async () => {
  const { files, options } = opfs(left());
  const before = structuredClone(files);
  const database = createDatabase({ name: freshName() });
  const mend = fillUp((store, value) => store === "shards" || (store === "runs" && value.id === "b"));
  const { damaged, why } = await takeOver(database, options);
  mend();
  assert.deepEqual(damaged, []);
  assert.match(why.message, /full/);
  assert.deepEqual(files, before);
  const runs = createRunStore(database);
  assert.deepEqual((await runs.list()).runs.map(({ id }) => id), ["a"]);
  assert.equal(await createPictureStore(database, { locks: undefined }).open(), null);
  // What was trained and deleted meanwhile is as the visitor left it.
  await runs.remove("a");
  await takeOver(database, options);
  assert.deepEqual((await runs.list()).runs.map(({ id }) => id), ["b"]);
  assert.ok(await createPictureStore(database, { locks: undefined }).open());
  assert.deepEqual(files, {});
});

test("half and unreadable records are named once and stay; all else is taken over", async () => {
  const old = left();
  old.runs["c.json"] = bytes('{"id":"c","na');
  old.runs["c-1-1.safetensors"] = snapshot("weights of c");
  old.runs["d.json"] = record("d", 3);
  old.runs["e.json"] = bytes('{"id":"e","snapshot":"a-20-2.safetensors"}');
  delete old.pictures["set-1"]["test-000.tgs"];
  const { files, options } = opfs(old);
  const database = createDatabase({ name: freshName() });
  assert.deepEqual(await takeOver(database, options), { damaged: ["c.json", "d.json", "e.json", "pictures"], why: null });
  assert.deepEqual((await createRunStore(database).list()).runs.map(({ id }) => id), ["a", "b"]);
  assert.equal(await createPictureStore(database, { locks: undefined }).open(), null);
  assert.deepEqual(Object.keys(files.tabgrad.runs).sort(), ["c-1-1.safetensors", "c.json", "d.json", "e.json"]);
  assert.deepEqual(Object.keys(files.tabgrad.pictures).sort(), ["current.json", "set-0", "set-1"]);
  assert.deepEqual(await takeOver(database, options), { damaged: [], why: null });
});

test("a page that went away between the copy and the deletion leaves that to the next one", async () => {
  const { files, options } = opfs(left());
  const database = createDatabase({ name: freshName() });
  const storage = { getDirectory: async () => ({ ...(await options.storage.getDirectory()), removeEntry: async () => Promise.reject(new Error("gone")) }) };
  await takeOver(database, { ...options, storage });
  assert.ok(files.tabgrad);
  await createRunStore(database).remove("b");
  await takeOver(database, options);
  assert.deepEqual(files, {});
  assert.deepEqual((await createRunStore(database).list()).runs.map(({ id }) => id), ["a"]);
});
