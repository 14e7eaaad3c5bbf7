// What is kept on this machine: runs and pictures in transactions, by two tabs, in a full store, by other
// versions of the page, and what an earlier version kept in files.

import assert from "node:assert/strict";
import { test } from "node:test";
import { allSets, createDatabase, createPictureStore, createRunStore, epoch, fillUp, freshName, readUsage, run, snapshot, wordsOf } from "./database.mjs";
import { manifest } from "./fake-session.mjs";

/** A tab: its own connection to a database of that name. */
const tab = (name, options) => createDatabase({ name, ...options });
const at = () => 5_000_000;
const noWait = { date: at, wait: async () => {} };

test("a run comes back as it was, with the epochs since its snapshot", async () => {
  const name = freshName();
  const store = createRunStore(tab(name));
  await store.save(run("one", 2), snapshot("two"));
  await store.saveEpochs("one", [{ index: 2, event: epoch(3) }, { index: 3, event: epoch(4) }]);
  const later = createRunStore(tab(name));
  const { runs: [found], damaged } = await later.list();
  assert.deepEqual(damaged, []);
  assert.deepEqual([found.epochs.length, found.step, found.epoch, found.keptAt], [4, 40, 4, 20]);
  const loaded = await later.load("one");
  assert.deepEqual([loaded.run.epochs.length, loaded.run.step, wordsOf(loaded.snapshot)], [2, 20, "two"]);
  // Trained again to the same numbers, they stay; a run that has ended has only its own.
  await later.saveEpochs("one", [{ index: 2, event: epoch(3) }]);
  assert.equal((await later.list()).runs[0].epochs.length, 4);
  await later.save(run("one", 3, { status: "stopped" }), snapshot("three"));
  assert.equal((await later.list()).runs[0].epochs.length, 3);
});

test("epochs that came out otherwise on another device void those after them", async () => {
  const store = createRunStore(tab(freshName()));
  await store.save(run("one", 1), snapshot("1"));
  await store.saveEpochs("one", [2, 3, 4].map((n) => ({ index: n - 1, event: epoch(n) })));
  await store.saveEpochs("one", [{ index: 1, event: epoch(2, 7) }]);
  const [{ epochs }] = (await store.list()).runs;
  assert.deepEqual(epochs.map(({ loss }) => loss), [1, 7]);
});

test("epochs of a run that could never be kept are swept, and no others", async () => {
  const database = tab(freshName());
  const store = createRunStore(database);
  await store.save(run("one", 1), snapshot("1"));
  await store.saveEpochs("one", [{ index: 1, event: epoch(2) }]);
  await store.saveEpochs("lost", [{ index: 0, event: epoch(1) }]);
  assert.equal((await store.list()).runs[0].epochs.length, 2);
  assert.deepEqual(await database.read(["epochs"], (tx) => tx.objectStore("epochs").getAllKeys()), [["one", 1]]);
});

test("a save that fails half-way leaves the record and the snapshot of before", async () => {
  for (const broken of ["runs", "snapshots"]) {
    const store = createRunStore(tab(freshName()), noWait);
    await store.save(run("one", 1), snapshot("first"));
    const mend = fillUp((name) => name === broken);
    await assert.rejects(store.save(run("one", 2), snapshot("second")), /room that this browser gives the page is full/);
    mend();
    const { run: kept, snapshot: bytes } = await store.load("one");
    assert.deepEqual([kept.epochs.length, wordsOf(bytes)], [1, "first"], broken);
  }
});

test("an overtaken tab does not take a run back", async () => {
  const name = freshName();
  const [old, fresh] = [createRunStore(tab(name)), createRunStore(tab(name))];
  await old.save(run("one", 1), snapshot("1"));
  await fresh.save(run("one", 5), snapshot("5"));
  await old.save(run("one", 2), snapshot("2"));
  const { run: kept, snapshot: bytes } = await old.load("one");
  assert.deepEqual([kept.epochs.length, wordsOf(bytes)], [5, "5"]);
});

test("a label given in one tab outlives what another tab saves", async () => {
  const name = freshName();
  const [trains, lists] = [createRunStore(tab(name)), createRunStore(tab(name))];
  await trains.save(run("one", 1), snapshot("1"));
  await Promise.all([
    lists.label("one", { name: "Mine", pinned: true }),
    trains.save(run("one", 2), snapshot("2")),
    trains.save(run("one", 3), snapshot("3")),
  ]);
  const [found] = (await lists.list()).runs;
  assert.deepEqual([found.name, found.pinned, found.epochs.length], ["Mine", true, 3]);
});

test("in a full store the weights of the oldest runs without a name go first, each is told, and no others", async () => {
  const database = tab(freshName());
  const store = createRunStore(database, noWait);
  const ended = { status: "completed" };
  await store.save(run("old", 1, { startedAt: 1, ...ended }), snapshot("old"));
  await store.save(run("older", 1, { startedAt: 0, ...ended }), snapshot("older"));
  await store.save(run("pinned", 1, { startedAt: -1, pinned: true, ...ended }), snapshot("pinned"));
  await store.save(run("named", 1, { startedAt: -2, ...ended }), snapshot("named"));
  await store.label("named", { name: "Mine", pinned: false });
  // Another tab trains it: it was saved a moment ago.
  await store.save(run("elsewhere", 1, { startedAt: -3 }), snapshot("elsewhere"));
  await store.saveEpochs("older", [{ index: 1, event: epoch(2) }]);
  const weights = async () => (await store.list()).runs.filter(({ keptAt }) => keptAt !== null).map(({ id }) => id).sort();
  const gone = [];
  let room = 4;
  const mend = fillUp((name, value) => name === "runs" && value.id === "new" && gone.length + room < 6);
  await store.save(run("new", 1, { startedAt: 9 }), snapshot("new"), ({ id }) => gone.push(id));
  assert.deepEqual(gone, ["older", "old"]);
  // Nothing is left that may go: the failure is told, and nothing else is deleted.
  room = -9;
  await assert.rejects(store.save(run("new", 2, { startedAt: 9 }), snapshot("new"), ({ id }) => gone.push(id)), { name: "QuotaExceededError" });
  mend();
  assert.deepEqual(await weights(), ["elsewhere", "named", "new", "pinned"]);
  assert.deepEqual(gone, ["older", "old"]);
  // Of the others all is still there that fits: epochs, curves, settings.
  const { runs, damaged } = await store.list();
  assert.deepEqual(damaged, []);
  const older = runs.find(({ id }) => id === "older");
  assert.deepEqual([runs.length, older.weightsGone, older.epochs.length], [6, true, 2]);
  assert.equal(await store.load("older"), null);
  const { runs: bytes } = await readUsage(database);
  assert.ok(bytes.older > 100 && bytes.older < bytes.named, JSON.stringify(bytes));
  // Trained on in the tab that still has them, they are kept again.
  await store.save(run("older", 3, { startedAt: 0 }), snapshot("again"));
  assert.deepEqual((await store.list()).runs.filter(({ weightsGone }) => weightsGone).map(({ id }) => id), ["old"]);
});

test("where deleting does not help, most runs stay: others fill the disk, or a private window frees nothing", async () => {
  // The browser says how much is used, and it does not get less; or it says nothing.
  for (const [used, most] of [[async () => 30_000_000, ["r0"]], [undefined, ["r0", "r1"]]]) {
    const store = createRunStore(tab(freshName()), { ...noWait, used });
    for (let n = 0; n < 8; n += 1) await store.save(run(`r${n}`, 1, { startedAt: n, status: "completed" }), snapshot("", 2_000_000));
    const gone = [];
    const mend = fillUp((name, value) => value?.id === "new");
    await assert.rejects(store.save(run("new", 1), snapshot("", 1_000_000), ({ id }) => gone.push(id)), /full/);
    assert.deepEqual(gone, most);
    if (used) await assert.rejects(store.save(run("new", 1), snapshot("", 1_000_000), ({ id }) => gone.push(id)), /full/);
    mend();
    assert.deepEqual(gone, most);
  }
});

test("many runs are kept while there is room, and after that all but their weights", async () => {
  const store = createRunStore(tab(freshName()), noWait);
  const save = (n, letGo) => store.save(run(`r${n}`, 1, { startedAt: n, status: "completed" }), snapshot("w"), letGo);
  for (let n = 0; n < 45; n += 1) await save(n);
  assert.equal((await store.list()).runs.filter(({ keptAt }) => keptAt !== null).length, 45);
  let told = 0;
  for (let n = 45; n < 75; n += 1) {
    let full = true;
    const mend = fillUp((name) => name === "snapshots" && full);
    await save(n, () => ((full = false), (told += 1)));
    mend();
  }
  const { runs } = await store.list();
  assert.deepEqual([runs.length, runs.filter(({ weightsGone }) => weightsGone).length, told], [75, 30, 30]);
});

test("records that cannot be read are named, left alone, deleted when asked, and fail nothing else", async () => {
  const database = tab(freshName());
  const store = createRunStore(database);
  await store.save(run("good", 1), snapshot("good"));
  await store.save(run("half", 1), snapshot("half"));
  await database.write(["runs", "snapshots"], async (tx) => {
    await tx.objectStore("runs").put({ id: "torn", format: 1, run: { id: "torn", name: "My best" } });
    await tx.objectStore("runs").put({ id: "odd", format: 1, run: run("other", 1) });
    await tx.objectStore("runs").put({ id: "future", format: 99, run: run("future", 1) });
    await tx.objectStore("snapshots").delete("half");
  });
  const { runs, damaged } = await store.list();
  assert.deepEqual(runs.map(({ id, keptAt }) => [id, keptAt]), [["good", 10], ["half", null]]);
  assert.deepEqual(damaged.map(({ id, name }) => `${id} ${name}`).sort(), ["future future", "odd odd", "torn My best"]);
  assert.equal(await store.load("torn"), null);
  assert.equal(await store.load("half"), null);
  await store.label("torn", { name: "New", pinned: true });
  assert.equal((await store.list()).damaged.length, 3, "a label changes nothing of it");
  await store.remove("torn");
  assert.equal((await store.list()).damaged.length, 2);
});

test("a store that a newer page made is read and not changed, and says so", async () => {
  const name = freshName();
  await createRunStore(tab(name)).save(run("one", 2), snapshot("two"));
  // The newer page raises the version; the tab that holds the old one lets it in.
  await new Promise((done, fail) => {
    const request = indexedDB.open(name, 7);
    request.onupgradeneeded = () => request.result.createObjectStore("something");
    request.onsuccess = () => (request.result.close(), done());
    request.onerror = fail;
  });
  const database = tab(name);
  const store = createRunStore(database);
  assert.equal((await store.list()).runs[0].epochs.length, 2);
  assert.equal(wordsOf((await store.load("one")).snapshot), "two");
  const newer = /written by a newer version of this page/;
  await assert.rejects(store.save(run("one", 3), snapshot("3")), newer);
  await assert.rejects(store.remove("one"), newer);
  await assert.rejects(store.label("one", { name: "x", pinned: true }), newer);
  await assert.rejects(createPictureStore(database).begin(JSON.stringify(manifest())), newer);
  assert.equal((await readUsage(database)).newer, true);
  assert.equal((await store.list()).runs[0].epochs.length, 2);
});

test("a tab that is open when a newer page comes lets it in, and reads on", async () => {
  const name = freshName();
  const store = createRunStore(tab(name));
  await store.save(run("one", 2), snapshot("two"));
  await new Promise((done) => {
    const request = indexedDB.open(name, 9);
    request.onsuccess = () => (request.result.close(), done());
  });
  await assert.rejects(store.save(run("one", 3), snapshot("3")), /newer version/);
  assert.equal((await store.list()).runs.length, 1);
});

test("an older page that does not let go is named, and waited for no longer than the limit", async () => {
  const name = freshName();
  // A connection that ignores what it is asked.
  const holder = await new Promise((done) => {
    const request = indexedDB.open(name, 1);
    request.onsuccess = () => done(request.result);
  });
  const database = createDatabase({ name, openMs: 50, version: 2 });
  await assert.rejects(createRunStore(database).save(run("one", 1), snapshot("1")), /older version of this page is open in another tab/);
  holder.close();
});

test("a browser without a database says so at every use", async () => {
  const { indexedDB } = globalThis;
  delete globalThis.indexedDB;
  try {
    const database = tab(freshName());
    await assert.rejects(createRunStore(database).save(run("one", 1), snapshot("1")), { name: "StorageClosed", message: /keeps nothing for this page/ });
    await assert.rejects(createPictureStore(database).open(), { name: "StorageClosed" });
    // As in a frame of another site: looking at it is refused.
    Object.defineProperty(globalThis, "indexedDB", { configurable: true, get() { throw new DOMException("The operation is insecure.", "SecurityError"); } });
    await assert.rejects(createRunStore(tab(freshName())).list(), { name: "StorageClosed", message: /The operation is insecure/ });
  } finally {
    Object.defineProperty(globalThis, "indexedDB", { value: indexedDB, configurable: true, writable: true });
  }
});

/** Writes a whole set and answers its manifest. */
async function give(store, options, place) {
  const words = JSON.stringify(manifest(options));
  const writer = await store.begin(words, place);
  const { train, test: tests } = JSON.parse(words);
  for (const { file, bytes } of [...train.shards, ...tests.shards]) await writer.add(file, new Uint8Array(bytes).fill(7));
  await writer.finish();
  return words;
}

test("pictures are kept shard by shard, in use when complete, and older sets stay", async () => {
  const name = freshName();
  const database = tab(name);
  const store = createPictureStore(database, { locks: undefined });
  assert.equal(await store.open(), null);
  const first = await give(store, { name: "First" });
  const second = await give(store, { name: "Second", train: 9000 });
  const later = createPictureStore(tab(name), { locks: undefined });
  const source = await later.open();
  assert.equal(await source.manifest(), second);
  assert.equal((await source.shard("train-001.tgs", () => {})).length, 2500);
  await assert.rejects(source.shard("train-999.tgs", () => {}), /train-999\.tgs is missing/);
  // The same pictures once more take no more room.
  await give(store, { name: "First" });
  const { sets } = await readUsage(database);
  assert.deepEqual(sets.map(({ name, bytes, inUse }) => [name, bytes, inUse]), [["First", 800, true], ["Second", 9200, false]]);
  await later.use(sets[1].id);
  assert.equal(await (await store.open()).manifest(), second);
  await later.remove(sets[1].id);
  assert.equal(await store.open(), null);
  await assert.rejects(later.use(sets[1].id), /not kept in this browser any more/);
  await later.use(sets[0].id);
  assert.equal(await (await store.open()).manifest(), first);
  await later.use(null);
  assert.equal(await store.open(), null);
  assert.equal((await readUsage(database)).sets.length, 1);
});

test("an import that is cut short is never read; it is swept when its tab is gone, and not before", async () => {
  const name = freshName();
  let now = 0;
  const database = tab(name);
  const mine = createPictureStore(database, { locks: undefined, date: () => now });
  const told = [];
  const words = await give(mine, { name: "Whole" });
  const writer = await mine.begin(JSON.stringify(manifest({ name: "Half" })));
  await writer.add("train-000.tgs", new Uint8Array(600));
  // Another tab opens meanwhile.
  now = 60_000;
  const other = createPictureStore(tab(name), { locks: undefined, date: () => now, cutShort: (name) => told.push(name) });
  assert.equal(await (await other.open()).manifest(), words);
  assert.equal((await allSets(database)).length, 2);
  assert.deepEqual(told, []);
  // Nothing has come for a long time.
  now = 20 * 60_000;
  assert.equal(await (await other.open()).manifest(), words);
  assert.equal((await allSets(database)).length, 1);
  assert.deepEqual(told, ["Half"], "and said so");
  assert.equal(await database.read(["shards"], (tx) => tx.objectStore("shards").count()), 2);
  // If it was not gone after all, it hears of it.
  await assert.rejects(writer.add("test-000.tgs", new Uint8Array(200)), /removed in another tab/);
});

test("which set is in use is kept for each folder that the address names, and for none", async () => {
  const database = tab(freshName());
  const store = createPictureStore(database, { locks: undefined });
  const there = "http://a.test/lab/mine/";
  const own = await give(store, { name: "Own" });
  assert.equal(await store.open(there), null, "a link to pictures means those");
  const dropped = await give(store, { name: "Dropped there", train: 9000 }, there);
  assert.deepEqual([await (await store.open(there)).manifest(), await (await store.open()).manifest()], [dropped, own]);
  const inUse = async (place) => (await readUsage(database, place)).sets.filter((set) => set.inUse).map(({ name }) => name);
  assert.deepEqual([await inUse(there), await inUse(null), await inUse("http://a.test/lab/other/")], [["Dropped there"], ["Own"], []]);
  const ids = Object.fromEntries((await readUsage(database)).sets.map(({ id, name }) => [name, id]));
  await store.use(null, there);
  assert.deepEqual([await store.open(there), await (await store.open()).manifest()], [null, own]);
  // One that is deleted is in use nowhere.
  await store.use(ids.Own, there);
  await store.remove(ids.Own);
  assert.deepEqual([await store.current(there), await store.current(null)], [null, null]);
  assert.deepEqual((await readUsage(database)).sets.map(({ name }) => name), ["Dropped there"]);
});

test("two tabs take pictures in at once: both sets are whole, and the one that ended last is in use", async () => {
  const name = freshName();
  const [one, two] = [tab(name), tab(name)].map((database) => createPictureStore(database, { locks: undefined }));
  const [first, second] = await Promise.all([give(one, { name: "One", train: 5000 }), give(two, { name: "Two", train: 7500 })]);
  const found = await (await one.open()).manifest();
  assert.ok([first, second].includes(found));
  assert.deepEqual((await readUsage(tab(name))).sets.map(({ name, bytes }) => [name, bytes]).sort(), [["One", 5200], ["Two", 7700]]);
});

test("a set for which there is no room is not kept, and leaves nothing behind", async () => {
  const database = tab(freshName());
  const store = createPictureStore(database, { locks: undefined });
  const words = await give(store, { name: "Before" });
  const writer = await store.begin(JSON.stringify(manifest({ name: "Large" })));
  const mend = fillUp((name) => name === "shards");
  await assert.rejects(writer.add("train-000.tgs", new Uint8Array(600)), { name: "QuotaExceededError" });
  mend();
  await assert.rejects(writer.finish(), /train-000\.tgs is missing/);
  await writer.abandon();
  assert.equal(await (await store.open()).manifest(), words);
  assert.equal((await allSets(database)).length, 1);
});
