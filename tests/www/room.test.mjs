// What the page shows of its room, what it says of deletions, and when it asks the browser to keep what there is.

import assert from "node:assert/strict";
import { test } from "node:test";
import { createActions as createLabActions } from "../../www/app/actions.js";
import { createPersistence } from "../../www/app/persistence.js";
import { newRun } from "../../www/app/run.js";
import { initial as lab, update as updateLab } from "../../www/app/state.js";
import { createStore } from "../../www/app/store.js";
import { createActions } from "../../www/sections/keep/actions.js";
import { props } from "../../www/sections/keep/screen.js";
import * as keep from "../../www/sections/keep/state.js";
import * as fake from "./fake-session.mjs";

function runOf(id) {
  const session = new fake.Session();
  session.set_manifest(JSON.stringify(fake.manifest()));
  session.data.loaded = { train: 600, test: 200 };
  const plan = session.plan(fake.defaults("cnn-max-2"));
  return newRun({ id, group: "train", name: "", pinned: false, startedAt: 0, version: "0", data: { name: "", hash: "", synthetic: true, classes: [] }, from: null, plan: { ...plan, summary: { ...plan.summary, multiplyAdds: 1 } }, backend: "flex" }, false);
}

/** @type {import("../../www/protocol.js").Storage} */
const storage = {
  used: 201_000_000, quota: 2_000_000_000, persisted: true, newer: false,
  runs: { a: 2_100_000, b: 1_900_000 },
  sets: [{ id: "s1", name: "Pets", bytes: 184_000_000, addedAt: 0, inUse: true }, { id: "s2", name: "Signs", bytes: 9_000_000, addedAt: 1, inUse: false }],
  damaged: [{ id: "x", name: "My best" }],
};

/** The lab and the section Keep, with a worker that answers by `answer`; a refusal is an error. */
function section(answer, events = []) {
  const store = createStore(lab, updateLab);
  for (const event of [{ type: "opened", models: [], backends: [], version: "0" }, ...events]) store.dispatch(event);
  const sent = [];
  const client = { ask: async (command) => (sent.push(command), answer(command)) };
  const local = createStore(keep.initial(), keep.update);
  const act = createLabActions(store, client, null);
  return { store, local, sent, on: createActions({ ...store, act }, local), said: () => local.get().said, shown: () => props(store.get(), local.get()) };
}
const ended = ["a", "b"].flatMap((id) => [{ type: "run-started", run: runOf(id) }, { type: "run-stopped", run: id }, { type: "run-kept", run: id, step: 4 }]);

test("the room is told in megabytes and of what quota, with what can be deleted by itself", async () => {
  const { on, shown } = section(({ type }) => (type === "storage" ? storage : undefined), ended);
  assert.match(shown().room.used, /Looking/);
  await on.look();
  const { used, promise, items, everything } = shown().room;
  assert.match(used, /2 runs \(4\.0 MB\) and 2 picture sets \(193 MB\)/);
  assert.match(used, /201 MB of the 2000 MB/);
  assert.match(promise, /has promised/);
  assert.deepEqual(items.map(({ name, canUse }) => [name, canUse]), [["Pets", false], ["Signs", true], ["My best", false]]);
  assert.match(items[0].about, /184 MB, added .*in use/);
  assert.match(everything, /2 runs, 2 picture sets, one unreadable record/);
  assert.match(shown().list.rows[1].keptWords, /2\.1 MB/);
});

test("a browser that says nothing of its room or promises nothing is told so", async () => {
  const { on, shown } = section(() => ({ ...storage, used: null, quota: null, persisted: null, newer: true }));
  await on.look();
  assert.match(shown().room.used, /does not say how much room/);
  assert.equal(shown().room.promise, "");
  assert.equal(shown().room.newer, true);
});

test("a browser that keeps nothing says so where the room would be", async () => {
  const { on, shown } = section(() => {
    throw new Error("This browser keeps nothing.");
  });
  await on.look();
  assert.equal(shown().room.used, "This browser keeps nothing.");
  assert.equal(shown().room.everything, "");
});

test("what could not be deleted is not said to be, and stays in the list", async () => {
  const { on, store, said, shown } = section(({ type, run }) => {
    if (type === "discard" && run === "a") throw new Error("The disk is read-only.");
    return type === "storage" ? storage : undefined;
  }, ended);
  await on.remove("a");
  assert.match(said(), /could not be deleted/);
  assert.deepEqual(store.get().order, ["a", "b"]);
  assert.match(store.get().notices[0], /read-only/);
  await on.removeAll();
  assert.match(said(), /1 of 2 runs are deleted; the others could not be/);
  assert.deepEqual(store.get().order, ["a"]);
  await on.look();
  await on.removeEverything();
  assert.match(said(), /Not everything could be deleted/);
  assert.equal(shown().list.count, 1);
});

test("everything goes: runs, then what cannot be read, then the pictures, those in use last", async () => {
  const { on, sent, said } = section(({ type }) => (type === "storage" ? storage : undefined), ended);
  await on.look();
  await on.removeEverything();
  assert.deepEqual(sent.filter(({ type }) => type !== "storage").map(({ run, set }) => run ?? set), ["a", "b", "x", "s2", "s1"]);
  assert.match(said(), /Everything that was kept here is deleted/);
});

test("a set that is being trained on is refused in a sentence and not said to be deleted", async () => {
  const { on, store, said } = section(({ type }) => {
    if (type === "delete-set") throw new Error("A run is training.");
    return storage;
  });
  await on.removeItem({ key: "set:s1", id: "s1", name: "Pets", about: "", question: "", isSet: true, canUse: false });
  assert.equal(said(), "");
  assert.deepEqual(store.get().notices, ["A run is training."]);
});

test("a run whose weights were deleted for room stays; they are gone when the worker that has them is", () => {
  const { store } = section(() => undefined, ended);
  store.dispatch({ type: "run-started", run: { ...store.get().runs.a, step: 4 } });
  store.dispatch({ type: "run-let-go", run: "a", gone: false });
  assert.deepEqual(store.get().order, ["a", "b"]);
  assert.deepEqual([store.get().runs.a.keptAt, store.get().runs.a.weightsGone], [null, false], "the worker has them");
  store.dispatch({ type: "run-let-go", run: "b", gone: true });
  assert.equal(store.get().runs.b.weightsGone, true);
  // With another worker they are gone, unless they are kept again before.
  store.dispatch({ type: "engine-lost", again: [] });
  assert.equal(store.get().runs.a.weightsGone, true);
  store.dispatch({ type: "run-kept", run: "a", step: 4 });
  assert.deepEqual([store.get().runs.a.keptAt, store.get().runs.a.weightsGone], [4, false]);
});

test("other pictures take the weights with them that only the worker has", () => {
  const { store } = section(() => undefined);
  for (const [id, keptAt] of [["a", null], ["b", 4]]) store.dispatch({ type: "run-started", run: { ...runOf(id), status: "completed", step: 4, keptAt } });
  store.dispatch({ type: "data-found", manifest: fake.manifest(), hash: "other", origin: "kept" });
  assert.deepEqual(["a", "b"].map((id) => store.get().runs[id].weightsGone), [true, undefined]);
});

test("pictures that could not be kept are not shown as kept", () => {
  const found = updateLab(lab, { type: "data-found", manifest: fake.manifest(), hash: "", origin: "kept" });
  assert.equal(updateLab(found, { type: "data-not-kept" }).data.origin, "not-kept");
});

test("the browser is asked to keep what there is after the first kept run of a visit, once", () => {
  const store = createStore(lab, updateLab);
  let asked = 0;
  const page = new EventTarget();
  createPersistence(store, { ask: async () => {} }, { storage: { persist: async () => ((asked += 1), true) }, page });
  // Runs of earlier visits ask for nothing.
  store.dispatch({ type: "runs-found", runs: [{ ...runOf("old"), keptAt: 50 }] });
  store.dispatch({ type: "run-started", run: runOf("new") });
  store.dispatch({ type: "run-kept", run: "new", step: 0 });
  assert.equal(asked, 0);
  store.dispatch({ type: "run-kept", run: "new", step: 19 });
  store.dispatch({ type: "run-kept", run: "new", step: 38 });
  assert.equal(asked, 1);
});

test("a browser without such a promise is no error; a page that is hidden has its run kept", () => {
  const store = createStore(lab, updateLab);
  const sent = [];
  const page = Object.assign(new EventTarget(), { visibilityState: "hidden" });
  createPersistence(store, { ask: async (command) => void sent.push(command.type) }, { storage: {}, page });
  page.dispatchEvent(new Event("visibilitychange"));
  assert.deepEqual(sent, [], "nothing is on");
  store.dispatch({ type: "run-started", run: runOf("new") });
  store.dispatch({ type: "run-kept", run: "new", step: 19 });
  page.dispatchEvent(new Event("visibilitychange"));
  page.visibilityState = "visible";
  page.dispatchEvent(new Event("visibilitychange"));
  assert.deepEqual(sent, ["keep"]);
});
