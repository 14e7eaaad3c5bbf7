// Saving keeps up with training, however few workers compute: the worker that trains is the one that saves, and a
// transaction needs several turns of its event loop.

import assert from "node:assert/strict";
import { test } from "node:test";
import { limits } from "../../www/app/limits.js";
import { waiting } from "../../www/app/waiting.js";
import { createKeeping } from "../../www/worker/compute/keeping.js";
import { epoch, run } from "./database.mjs";
import { runStore, settle, until, world } from "./support.mjs";

async function opened(options) {
  const w = world(options);
  await w.engine.handle({ type: "open", data: null });
  return w;
}
const start = (engine, overrides) =>
  engine.handle({ type: "start", backend: "flex", job: { run: "one", group: "train", name: "", model: "cnn-max-2", overrides, from: null, paused: false } });
const ended = (w) => until(() => w.events("finished").length === 1, "the end");

/** So many turns of the event loop, as the requests of a transaction take. */
async function turns(count) {
  for (let i = 0; i < count; i += 1) await new Promise((done) => setImmediate(done));
}

test("with one worker, an epoch that was told is at most one ahead of the weights that are kept", async () => {
  const store = runStore();
  let kept = 0;
  let told = 0;
  const behind = [];
  const runs = {
    ...store,
    async save(...given) {
      await turns(40);
      await store.save(...given);
      kept = given[0].epochs.length;
    },
  };
  const tell = ({ type, events }) => {
    if (type !== "run-events" || !events.some((event) => event.type === "epoch")) return;
    told += 1;
    behind.push(told - kept);
  };
  // Each look at the clock is a second, so that an epoch takes a minute.
  const w = await opened({ runs, tick: 1000, tell });
  await start(w.engine, { epochs: 6 });
  await ended(w);
  assert.deepEqual(behind, [1, 1, 1, 1, 1, 1]);
});

test("snapshots that are asked for while another is written are one", async () => {
  const store = runStore();
  let release = () => {};
  let holds = false;
  const runs = {
    ...store,
    async save(...given) {
      if (holds) await new Promise((done) => (release = done));
      return store.save(...given);
    },
  };
  const w = await opened({ runs });
  let taken = 0;
  const { snapshot } = w.session;
  w.session.snapshot = function (id) {
    taken += 1;
    return snapshot.call(this, id);
  };
  await start(w.engine, { epochs: 90 });
  await until(() => w.events("epoch").length === 2, "two epochs");
  await settle();
  holds = true;
  taken = 0;
  const asked = [w.engine.handle({ type: "keep" })];
  await until(() => taken === 1, "the first");
  for (let i = 0; i < 5; i += 1) asked.push(w.engine.handle({ type: "keep" }));
  await settle();
  holds = false;
  release();
  await Promise.all(asked);
  assert.equal(taken, 2);
  await w.engine.handle({ type: "stop" });
});

test("the pictures are handed over once what has ended is kept, for the worker ends with that", async () => {
  const store = runStore();
  let release = () => {};
  const save = async (...given) => {
    if (given[0].status === "completed") await new Promise((done) => (release = done));
    return store.save(...given);
  };
  const w = await opened({ runs: { ...store, save } });
  await start(w.engine, { epochs: 1 });
  await ended(w);
  let handed = false;
  const handOver = w.engine.handle({ type: "hand-over" }).then(() => (handed = true));
  await settle();
  assert.equal(handed, false);
  release();
  await handOver;
  assert.equal(store.kept.get("one").run.status, "completed");
});

test("a store that does not answer is waited for once, and training goes on", async () => {
  let waits = 0;
  const within = (job, limit, why) => {
    waits += limit === limits.snapshot;
    return waiting.within(job, Math.min(limit, 20), why);
  };
  const store = runStore();
  let saves = 0;
  const w = await opened({ runs: { ...store, save: (...given) => ((saves += 1) > 1 ? new Promise(() => {}) : store.save(...given)) }, waits: { within } });
  await start(w.engine, { epochs: 5 });
  for (let i = 0; i < 600 && w.events("finished").length === 0; i += 1) await settle();
  assert.equal(w.events("epoch").length, 5);
  assert.equal(waits, 1);
});

test("a slow disk is kept busy a tenth of the time at most", async () => {
  let now = 0;
  const kept = [];
  const keeping = createKeeping({
    has: () => true,
    take: async (taken) => ({ run: taken, snapshot: new Uint8Array(1) }),
    store: { ...runStore(), save: async ({ epochs }) => void ((now += 5_000), kept.push(epochs.length)) },
    room: async () => ({ used: null, quota: null }),
    report: () => {}, fatal: () => false, now: () => now, waits: waiting,
  });
  await keeping.keepFirst(run("one"));
  for (let n = 1; n <= 6; n += 1) {
    now += 40_000;
    await keeping.note(run("one", n), [epoch(n)]).snapshot;
  }
  assert.deepEqual(kept, [0, 1, 3, 5]);
});
