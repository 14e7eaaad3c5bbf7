// When a run is kept, what is said when it cannot be, and that no finished epoch is lost: the engine over the
// page's own database, whose tabs may end at any moment.

import assert from "node:assert/strict";
import { test } from "node:test";
import { createDatabase, createPictureStore, createRunStore, fillUp, freshName } from "./database.mjs";
import { manifest } from "./fake-session.mjs";
import { waiting } from "../../www/app/waiting.js";
import { claims, runStore, settle, until, world } from "./support.mjs";

const start = (engine, overrides = {}, model = "cnn-max-2", more = {}) =>
  engine.handle({ type: "start", backend: "flex", job: { run: "one", group: "train", name: "", model, overrides, from: null, paused: false, ...more } });

async function opened({ address = null, ...options } = {}) {
  const w = world(options);
  await w.engine.handle({ type: "open", data: address });
  return w;
}

/** An engine over a database, as a tab has it. */
function tab(name, options) {
  const database = createDatabase({ name });
  return opened({ runs: createRunStore(database, { wait: async () => {} }), kept: createPictureStore(database, { locks: undefined }), ...options });
}

/** A store in memory that counts what it is given. */
function counting(more = {}) {
  const store = runStore();
  const counts = { saves: [], epochs: 0 };
  return {
    ...store,
    counts,
    save: async (run, snapshot) => (counts.saves.push(run.epochs.length), store.save(run, snapshot)),
    saveEpochs: async (_, epochs) => void (counts.epochs += epochs.length),
    ...more,
  };
}
const ended = (w) => until(() => w.events("finished").length === 1, "the end");
const keptAt = (w, step) => until(() => w.of("run-kept").at(-1)?.step === step, `step ${step} kept`);

test("short epochs are written one by one, and snapshots only at the ends that matter", async () => {
  const runs = counting();
  const w = await opened({ runs });
  await start(w.engine, { epochs: 40 });
  await ended(w);
  await keptAt(w, 40 * 19);
  assert.equal(runs.counts.epochs, 40);
  assert.deepEqual([runs.counts.saves[0], runs.counts.saves.at(-1)], [0, 40]);
  assert.ok(runs.counts.saves.includes(1), "the first epoch");
  assert.ok(runs.counts.saves.length <= 4, `${runs.counts.saves}`);
});

test("the page hears of an epoch when it is written, and of one that cannot be a moment later", async () => {
  let written = 0;
  const told = [];
  const saveEpochs = async () => {
    told.push(w.events("epoch").length);
    await settle();
    written += 1;
  };
  const w = await opened({ runs: { ...runStore(), saveEpochs } });
  await start(w.engine, { epochs: 3 });
  await ended(w);
  assert.deepEqual(told, [0, 1, 2], "each was told after it was written");
  assert.equal(written, 3);
  const soon = (job, limit, why) => waiting.within(job, Math.min(limit, 20), why);
  const stuck = await opened({ runs: { ...runStore(), saveEpochs: () => new Promise(() => {}) }, waits: { within: soon } });
  await start(stuck.engine, { epochs: 3 });
  // Three limits take longer than what `until` waits.
  for (let i = 0; i < 600 && stuck.events("finished").length === 0; i += 1) await settle();
  assert.equal(stuck.events("epoch").length, 3);
});

test("every phase ends with a snapshot", async () => {
  const runs = counting();
  const w = await opened({ runs });
  await start(w.engine, { epochs: 5 }, "sae");
  await ended(w);
  await keptAt(w, 20 * 19);
  for (const n of [5, 10, 15, 20]) assert.ok(runs.counts.saves.includes(n), `${n} of ${runs.counts.saves}`);
});

test("long epochs are kept one by one", async () => {
  const runs = counting();
  // Each look at the clock is a second.
  const w = await opened({ runs, tick: 1000 });
  await start(w.engine, { epochs: 4 });
  await ended(w);
  await keptAt(w, 4 * 19);
  assert.deepEqual([...new Set(runs.counts.saves)], [0, 1, 2, 3, 4]);
});

test("a pause, a stop and a page that is hidden keep the run as it is, in the middle of an epoch", async () => {
  const w = await opened();
  await start(w.engine, { epochs: 200 });
  await until(() => w.events("step").length > 30);
  await w.engine.handle({ type: "keep" });
  const { run, snapshot } = w.runs.kept.get("one");
  const { workItems } = JSON.parse(new TextDecoder().decode(snapshot));
  assert.ok(run.step > 30);
  // Step and weights are of one moment: the stand-in counts work items, of which an epoch has 19 and 7.
  assert.equal(run.step + 7 * run.epochs.length + (run.validating?.done ?? 0), workItems);
  await w.engine.handle({ type: "pause" });
  await keptAt(w, w.session.runs.get("one").step);
  await w.engine.handle({ type: "resume" });
  await w.engine.handle({ type: "stop" });
  await until(() => w.runs.kept.get("one").run.status === "stopped", "the end kept");
  assert.equal(w.runs.kept.get("one").run.step, w.session.runs.get("one").step);
});

test("a worker that ends at any moment loses no finished epoch, and the next one trains on to the same end", async () => {
  const whole = await opened();
  await start(whole.engine, { epochs: 6 });
  await ended(whole);
  for (const moment of [0, 1, 20, 26, 27, 60, 100, 111]) {
    const name = freshName();
    const w = await tab(name, { session: { dieAtStep: moment } });
    await start(w.engine, { epochs: 6 });
    await until(() => w.events("step").length >= moment || w.fatal(), "the moment");
    // What was told before this worker fell silent.
    const told = w.events("epoch").length;
    await settle();
    const next = await tab(name);
    const [found] = next.of("runs-found")[0].runs;
    assert.equal(found.status, "interrupted");
    assert.ok(found.epochs.length >= told, `${found.epochs.length} of ${told} epochs at ${moment}`);
    assert.deepEqual(found.epochs, whole.events("epoch").slice(0, found.epochs.length));
    await next.engine.handle({ type: "continue", run: "one", backend: "flex" });
    await ended(next);
    assert.deepEqual(next.events("epoch").at(-1), whole.events("epoch").at(-1));
    await keptAt(next, 6 * 19);
    const last = await tab(name);
    assert.deepEqual(last.of("runs-found")[0].runs[0].epochs, whole.events("epoch"));
  }
});

test("a full store is told when it begins to matter and at the end of each run, and training goes on", async () => {
  const runs = { ...runStore(), save: async () => Promise.reject(new Error("No room.")) };
  const w = await opened({ runs });
  const said = () => w.of("notice").map(({ message }) => message);
  await start(w.engine, { epochs: 3 });
  await ended(w);
  await settle();
  assert.equal(said().length, 2);
  assert.match(said()[0], /cnn-max-2, seed 0 cannot be kept now.*No room/);
  assert.match(said()[1], /has ended and is not kept as it is now.*No room/);
  await start(w.engine, { epochs: 1, seed: 4 }, "cnn-max-2", { run: "two" });
  await until(() => w.events("finished").length === 2, "the second end");
  await settle();
  assert.match(said().at(-1), /seed 4 has ended/);
  // What could not be kept stays in memory, however many runs follow.
  runs.save = runStore().save;
  for (let n = 0; n < 9; n += 1) {
    await start(w.engine, { epochs: 1 }, "cnn-max-2", { run: `later-${n}` });
    await until(() => w.events("finished").length === 3 + n, "a later end");
  }
  assert.ok(w.session.runs.has("one") && w.session.runs.has("two"));
});

test("a browser that keeps nothing is told of once", async () => {
  const closed = async () => Promise.reject(Object.assign(new Error("Nothing is kept."), { name: "StorageClosed" }));
  const w = await opened({ runs: { ...runStore(), save: closed, saveEpochs: closed, list: closed, remove: closed } });
  for (const run of ["one", "two"]) {
    await start(w.engine, { epochs: 2 }, "cnn-max-2", { run });
    await until(() => w.events("finished").length === (run === "one" ? 1 : 2), "the end");
  }
  await settle();
  assert.equal(w.of("notice").length, 1);
  assert.match(w.of("notice")[0].message, /Nothing is kept/);
  await w.engine.handle({ type: "discard", run: "one" });
});

test("room that gets short is told before anything is deleted, once", async () => {
  const room = { used: 960_000_000, quota: 1_000_000_000 };
  const w = await opened({ room });
  await start(w.engine, { epochs: 3 });
  await ended(w);
  await settle();
  assert.equal(w.of("notice").length, 1);
  assert.match(w.of("notice")[0].message, /960 MB of the 1000 MB.*oldest runs without a name are deleted first/);
});

test("a run whose weights are deleted for room is told by name; they are still there in this visit, and all else after it", async () => {
  const name = freshName();
  const w = await tab(name);
  await start(w.engine, { epochs: 1 }, "cnn-max-2", { run: "old" });
  await ended(w);
  await keptAt(w, 19);
  let full = true;
  const mend = fillUp((store, value) => full && store === "runs" && value.id === "new" && ((full = false), true));
  await start(w.engine, { epochs: 1, seed: 2 }, "cnn-max-2", { run: "new" });
  await until(() => w.of("run-let-go").length === 1, "the deletion");
  mend();
  assert.equal(w.of("run-let-go")[0].gone, false);
  assert.match(w.of("notice")[0].message, /the weights of the oldest run without a name are deleted from this browser: cnn-max-2, seed 0, started.*curves and results stay/);
  assert.equal((await w.engine.handle({ type: "predict-all", run: "old" })).labels.length, 200);
  await until(() => w.of("run-kept").some(({ run }) => run === "new"), "the other one kept");
  const next = await tab(name);
  const found = next.of("runs-found")[0].runs.find(({ id }) => id === "old");
  assert.deepEqual([found.epochs, found.weightsGone], [w.events("epoch").slice(0, 1), true]);
  await assert.rejects(next.engine.handle({ type: "predict-all", run: "old" }), /weights of this run are not kept/);
});

test("weights that are deleted for room and that the worker no longer has are told to be gone", async () => {
  const w = await tab(freshName());
  for (let n = 0; n < 8; n += 1) {
    await start(w.engine, { epochs: 1 }, "cnn-max-2", { run: `r${n}` });
    await until(() => w.of("run-kept").some(({ run, step }) => run === `r${n}` && step === 19), "kept");
  }
  let full = true;
  const mend = fillUp((store, value) => full && store === "runs" && value.id === "new" && ((full = false), true));
  await start(w.engine, { epochs: 1, seed: 2 }, "cnn-max-2", { run: "new" });
  await until(() => w.of("run-let-go").length === 1, "the deletion");
  mend();
  assert.equal(w.session.runs.has("r0"), false);
  assert.deepEqual(w.of("run-let-go")[0], { type: "run-let-go", run: "r0", gone: true });
});

test("a deleted run stays deleted, whatever of it was still being written", async () => {
  const store = runStore();
  let release;
  const held = new Promise((done) => (release = done));
  const save = async (run, snapshot) => {
    await held;
    return store.save(run, snapshot);
  };
  const w = await opened({ runs: { ...store, save } });
  await start(w.engine, { epochs: 50 });
  await until(() => w.events("epoch").length > 2);
  await w.engine.handle({ type: "stop" });
  const deletion = w.engine.handle({ type: "discard", run: "one" });
  release();
  await deletion;
  await settle();
  assert.deepEqual([...store.kept.keys()], []);
});

test("a run that cannot be deleted is still there, and one that another tab trains is left to it", async () => {
  const runs = { ...runStore(), remove: async () => Promise.reject(new Error("The disk is read-only.")) };
  const w = await opened({ runs });
  await start(w.engine, { epochs: 1 });
  await ended(w);
  await keptAt(w, 19);
  await assert.rejects(w.engine.handle({ type: "discard", run: "one" }), /read-only/);
  assert.ok(w.session.runs.has("one"));
  const other = await opened({ claimed: claims(["one"]) });
  await assert.rejects(other.engine.handle({ type: "discard", run: "one" }), /Another tab trains this run/);
});

test("a run that another tab has finished is not gone on with from a stale list", async () => {
  const name = freshName();
  const first = await tab(name);
  await start(first.engine, { epochs: 9 });
  await until(() => first.events("epoch").length > 1);
  await first.engine.handle({ type: "stop" });
  await until(() => first.of("run-kept").at(-1)?.step === first.session.runs.get("one").step, "kept");
  const stale = await tab(name);
  await first.engine.handle({ type: "continue", run: "one", backend: "flex" });
  await ended(first);
  await keptAt(first, 9 * 19);
  await stale.engine.handle({ type: "continue", run: "one", backend: "flex" });
  assert.equal(stale.of("run-started")[0].run.status, "completed");
  assert.equal(stale.events("step").length, 0);
});

test("what an earlier version kept and could not be taken over is said", async () => {
  const w = await opened({ left: { damaged: ["a.json"], why: new Error("The room is full.") } });
  const said = w.of("notice").map(({ message }) => message);
  assert.match(said[0], /cannot be read and was left where it is: a\.json/);
  assert.match(said[1], /tried again at the next visit\. The room is full/);
});

test("records that cannot be read are named when the page opens, and the others are there", async () => {
  const name = freshName();
  const first = await tab(name);
  await start(first.engine, { epochs: 1 });
  await ended(first);
  await keptAt(first, 19);
  await createDatabase({ name }).write(["runs"], (tx) => tx.objectStore("runs").put({ id: "x", format: 1, run: { name: "Torn" } }));
  const next = await tab(name);
  assert.equal(next.of("runs-found")[0].runs.length, 1);
  assert.match(next.of("notice")[0].message, /One run kept in this browser cannot be read and is left as it is: Torn\./);
});

const file = (name, bytes) => ({ path: name, file: new File([new Uint8Array(bytes)], name) });

test("pictures for which there is no room are used and said not to be kept; the older ones stay", async () => {
  const name = freshName();
  const w = await tab(name);
  await w.engine.handle({ type: "import", files: [file("first.bin", 3073 * 60)] });
  const mend = fillUp((store) => store === "shards");
  await w.engine.handle({ type: "import", files: [file("second.bin", 3073 * 120)] });
  await w.engine.handle({ type: "import", files: [file("third.bin", 3073 * 90)] });
  mend();
  assert.deepEqual(w.of("data-progress").at(-1).loaded, { train: 75, test: 15 });
  assert.equal(w.of("data-not-kept").length, 2);
  assert.equal(w.of("notice").filter(({ message }) => /could not be kept for the next visit.*full/.test(message)).length, 2, "told each time");
  const next = await tab(name);
  assert.equal(next.of("data-found")[0].manifest.name, "From first.bin");
  assert.equal(next.of("data-found")[0].origin, "kept");
  assert.deepEqual(next.of("notice"), []);
});

test("pictures that are dropped where the address names others are there after a reload, and give way to those when asked", async () => {
  const name = freshName();
  const there = "http://a.test/lab/mine/";
  const visit = (address) => tab(name, { address });
  const w = await visit(there);
  assert.deepEqual(w.asked, [there]);
  await w.engine.handle({ type: "import", files: [file("own.bin", 3073 * 60)] });
  const again = await visit(there);
  assert.deepEqual(again.of("data-found").map(({ manifest: { name: found }, origin }) => [found, origin]), [["From own.bin", "kept"]]);
  // Other links and the page by itself show what they name; the pictures are kept all the same.
  for (const elsewhere of ["http://a.test/lab/other/", null]) {
    const other = await visit(elsewhere);
    assert.equal(other.of("data-found")[0].origin, "bundled", elsewhere);
  }
  await again.engine.handle({ type: "use-set", set: null });
  assert.equal(again.of("data-found").at(-1).origin, "bundled");
  assert.equal((await visit(there)).of("data-found")[0].origin, "bundled");
  const [{ id }] = await createDatabase({ name }).read(["sets"], (tx) => tx.objectStore("sets").getAll());
  await again.engine.handle({ type: "use-set", set: id });
  await again.engine.handle({ type: "delete-set", set: id });
  assert.equal(again.of("data-found").at(-1).origin, "bundled", "what was in use is gone");
});

test("the worker that takes over knows where the pictures come from", async () => {
  const there = "http://a.test/lab/mine/";
  const old = await opened({ address: there });
  const { manifest: words, files, folder } = await old.engine.handle({ type: "hand-over" });
  assert.equal(folder, there);
  const fresh = world();
  await fresh.engine.handle({ type: "adopt", manifest: words, folder });
  for (const one of files) await fresh.engine.handle({ type: "adopt-shard", file: one, bytes: await old.engine.handle({ type: "shard", file: one }) });
  await fresh.engine.handle({ type: "use-set", set: null });
  assert.deepEqual(fresh.asked, [there]);
});

test("a set that lost a shard gives way to the bundled pictures, and is not deleted", async () => {
  const name = freshName();
  const w = await tab(name);
  await w.engine.handle({ type: "import", files: [file("first.bin", 3073 * 60)] });
  const database = createDatabase({ name });
  await database.write(["shards"], async (tx) => tx.objectStore("shards").delete((await tx.objectStore("shards").getAllKeys())[0]));
  const next = await tab(name, { manifest: manifest() });
  assert.match(next.of("notice")[0].message, /could not be read.*is missing/);
  assert.equal(next.of("data-found").at(-1).origin, "bundled");
  assert.equal(await database.read(["sets"], (tx) => tx.objectStore("sets").count()), 1);
});
