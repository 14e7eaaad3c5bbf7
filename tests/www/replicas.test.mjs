// Data-parallel training, with replicas that are promises.

import assert from "node:assert/strict";
import { test } from "node:test";
import { savedWorkers } from "../../www/app/preferences.js";
import { workerChoices } from "../../www/app/compute.js";
import { limits } from "../../www/app/limits.js";
import { createWaiting, waiting } from "../../www/app/waiting.js";
import { fakeClock } from "./fake-clock.mjs";
import { createReplicas as replicasOf } from "../../www/worker/compute/replicas.js";

const config = /** @type {any} */ ({ model: "cae" });
const createReplicas = (parts) => replicasOf({ waits: waiting, now: () => 0, ...parts });
const tick = () => new Promise((resolve) => setTimeout(resolve));

/** A run whose work item is to name who computed it; `reduce` wants every worker's output, once. */
function run({ parallel = true, workItems = Infinity, syncs = 0, prefetches = false } = {}) {
  let left = workItems;
  const told = [];
  const alone = () => {
    if (left === 0) return [];
    left -= 1;
    told.push("alone");
    return [{ type: "step" }];
  };
  return {
    told,
    is_data_parallel: () => parallel,
    advance: async (count) => Array.from({ length: count }, alone).flat(),
    scatter: async (workers, rooms) =>
      left === 0 ? undefined : Array.from({ length: workers - 1 }, (_, i) => ({ worker: i + 1, workers, weights: rooms[i] ?? new Float32Array(2) })),
    scatter_prefetch: (workers) => (prefetches ? Array.from({ length: workers - 1 }, (_, i) => ({ worker: i + 1, workers })) : undefined),
    prefetch: (workers) => void told.push(`prefetch by ${workers}`),
    compute_local: async (workers) => work({ worker: 0, workers }, syncs),
    reduce(local, outputs) {
      if (local.partial_sums()) return undefined;
      const { workers } = local;
      const whose = [local, ...outputs].map(({ worker }) => worker).sort();
      if (whose.join() !== Array.from({ length: workers }, (_, i) => i).join()) return undefined;
      left -= 1;
      told.push(`by ${workers}`);
      return [{ type: "step" }];
    },
  };
}

/** A worker's part, complete after so many syncs; each wants to hear of every worker, in order. */
function work(part, syncs) {
  let left = syncs;
  return {
    ...part,
    partial_sums: () => (left === 0 ? undefined : Float64Array.of(part.worker)),
    async resume(all) {
      assert.deepEqual([...all], Array.from({ length: part.workers }, (_, i) => i));
      left -= 1;
      return true;
    },
  };
}

/** Replicas that answer, until `broken` names them. */
function stubs(syncs = 0) {
  const made = [];
  const broken = new Set();
  const open = () => {
    const me = made.length;
    const replica = { asked: 0, ended: false, rooms: [], prefetched: [] };
    made.push(replica);
    const answer = (task) => {
      const sums = replica.work.partial_sums();
      return sums ? { sums } : { ...task, gradients: task.weights };
    };
    return {
      ready: broken.has("start hangs") ? new Promise(() => {}) : broken.has("start") ? Promise.reject(new Error("no memory")) : Promise.resolve(),
      async compute(config, task) {
        replica.asked += 1;
        if (broken.has(me)) throw new Error("lost");
        if (broken.has(`${me} hangs`)) return new Promise(() => {});
        replica.rooms.push(task.weights);
        replica.work = work(task, syncs);
        return answer(task);
      },
      prefetch(config, task) {
        replica.prefetched.push([replica.asked, task.worker]);
      },
      async resume(all) {
        if (broken.has("later hangs")) return new Promise(() => {});
        if (broken.has("later")) throw new Error("lost");
        await replica.work.resume(all);
        return answer(replica.work);
      },
      end: () => void (replica.ended = true),
    };
  };
  return { made, broken, open };
}

test("a batch is scattered over as many workers as are wanted, and no replica is made before there is work", async () => {
  const { made, open } = stubs();
  const replicas = createReplicas({ open });
  replicas.resize(3);
  assert.equal(made.length, 0);
  await replicas.open();
  const one = run();
  assert.equal((await replicas.advance(one, config, 4)).length, 4);
  assert.deepEqual(one.told, ["by 3", "by 3", "by 3", "by 3"]);
  assert.equal(replicas.workers(), 3);
  replicas.resize(1);
  assert.ok(made.every(({ ended }) => ended), "replicas that are not wanted are let go");
  await replicas.advance(one, config, 1);
  assert.equal(one.told.at(-1), "alone");
  assert.equal(replicas.workers(), 1);
});

test("a run that is not data-parallel makes no replica", async () => {
  const { made, open } = stubs();
  const replicas = createReplicas({ open });
  replicas.resize(2);
  const one = run({ parallel: false });
  await replicas.advance(one, config, 2);
  assert.deepEqual(one.told, ["alone", "alone"]);
  assert.equal(made.length, 0);
});

test("work begins before replicas are ready, and ends with the run", async () => {
  const { open } = stubs();
  const replicas = createReplicas({ open });
  replicas.resize(2);
  const one = run({ workItems: 3 });
  assert.equal((await replicas.advance(one, config, 10)).length, 3);
  assert.equal(one.told[0], "alone");
});

test("a replica that is lost is replaced, and its work item is computed without it", async () => {
  const { made, broken, open } = stubs();
  const replicas = createReplicas({ open });
  replicas.resize(2);
  await replicas.open();
  const one = run();
  await replicas.advance(one, config, 1);
  broken.add(0);
  await replicas.advance(one, config, 1);
  assert.equal(made[0].ended, true);
  await replicas.open();
  await replicas.advance(one, config, 1);
  assert.deepEqual(one.told, ["by 2", "alone", "by 2"]);
  assert.equal(made.length, 2);
});

test("a replica that does not answer is replaced, and its work item is computed without it", async () => {
  const { made, broken, open } = stubs(1);
  const clock = fakeClock();
  const replicas = createReplicas({ open, waits: createWaiting(clock), now: clock.now });
  replicas.resize(3);
  await replicas.open();
  const one = run({ syncs: 1 });
  await replicas.advance(one, config, 1);
  broken.add("1 hangs");
  const item = replicas.advance(one, config, 1);
  await clock.pass(limits.replica / 2);
  assert.equal(made[1].ended, false);
  await clock.pass(limits.replica);
  await item;
  assert.deepEqual(made.map(({ ended }) => ended), [false, true]);
  assert.deepEqual(one.told, ["by 3", "alone"]);
  await replicas.open();
  await replicas.advance(one, config, 1);
  assert.equal(one.told.at(-1), "by 3");
  broken.add("later hangs");
  const synced = replicas.advance(one, config, 1);
  await clock.pass(2 * limits.replica);
  await synced;
  assert.equal(one.told.at(-1), "alone", "also between two syncs");
});

test("how long a replica may take follows from what this worker's part took", async () => {
  const { made, broken, open } = stubs();
  const clock = fakeClock();
  const replicas = createReplicas({ open, waits: createWaiting(clock), now: clock.now });
  replicas.resize(2);
  await replicas.open();
  broken.add("0 hangs");
  const one = run();
  const compute = one.compute_local;
  one.compute_local = async (workers) => (clock.sleep(3_000), compute(workers));
  const item = replicas.advance(one, config, 1);
  await clock.pass(limits.replica + 0.8 * limits.replicaTimes * 3_000);
  assert.equal(made[0].ended, false);
  await clock.pass(0.4 * limits.replicaTimes * 3_000);
  await item;
  assert.equal(made[0].ended, true);
});

test("a replica that never opens is waited for no longer than its limit", async () => {
  const { made, broken, open } = stubs();
  const clock = fakeClock();
  broken.add("start hangs");
  const replicas = createReplicas({ open, waits: createWaiting(clock), now: clock.now });
  replicas.resize(2);
  const opened = replicas.open();
  await clock.pass(2 * limits.replicaOpen);
  await opened;
  assert.equal(made[0].ended, true);
});

test("what a replica sends has room for what it is sent next", async () => {
  const { made, open } = stubs();
  const replicas = createReplicas({ open });
  replicas.resize(3);
  await replicas.open();
  await replicas.advance(run(), config, 4);
  for (const { rooms } of made) assert.deepEqual([rooms.length, new Set(rooms).size], [4, 1]);
  assert.notEqual(made[0].rooms[0], made[1].rooms[0]);
});

test("what can be prefetched is asked of every worker, after its part of the step before", async () => {
  const { made, open } = stubs();
  const replicas = createReplicas({ open });
  replicas.resize(3);
  await replicas.open();
  const one = run({ prefetches: true });
  await replicas.advance(one, config, 2);
  assert.deepEqual(one.told, ["prefetch by 3", "by 3", "prefetch by 3", "by 3"]);
  assert.deepEqual(made.map(({ prefetched }) => prefetched), [[[1, 1], [2, 1]], [[1, 2], [2, 2]]]);
});

test("where a step needs syncs, every worker hears of all before it resumes", async () => {
  const { made, broken, open } = stubs(2);
  const replicas = createReplicas({ open });
  replicas.resize(3);
  await replicas.open();
  const one = run({ syncs: 2 });
  await replicas.advance(one, config, 2);
  assert.deepEqual(one.told, ["by 3", "by 3"]);
  broken.add("later");
  await replicas.advance(one, config, 1);
  assert.equal(one.told.at(-1), "alone", "a replica that is lost between two syncs costs no step");
  assert.ok(made.every(({ ended }) => ended));
});

test("where no replica can be had, the run goes on alone and that is said once", async () => {
  const { made, broken, open } = stubs();
  broken.add("start");
  const said = [];
  const replicas = createReplicas({ open, gaveUp: (thrown) => said.push(thrown.message) });
  replicas.resize(2);
  const one = run();
  for (let i = 0; i < 8; i += 1) {
    await replicas.advance(one, config, 1);
    await tick();
  }
  assert.equal(one.told.length, 8);
  assert.equal(made.length, 3);
  assert.deepEqual(said, ["no memory"]);
  const none = createReplicas({ open: () => { throw new ReferenceError("Worker is not defined"); }, gaveUp: (thrown) => said.push(thrown.message) });
  none.resize(4);
  await none.advance(one, config, 1);
  assert.equal(said.at(-1), "Worker is not defined");
});

test("as many workers as cores are chosen at first, up to eight", () => {
  assert.deepEqual(workerChoices(1), [1]);
  assert.deepEqual(workerChoices(4), [1, 2, 3, 4]);
  assert.equal(workerChoices(64).length, 8);
  assert.equal(savedWorkers([1, 2, 3]), 3, "nothing is saved here");
});
