// The pool of workers that share a run's work, with helpers that are promises.

import assert from "node:assert/strict";
import { test } from "node:test";
import { rememberedWorkers } from "../../www/app/preferences.js";
import { workerChoices } from "../../www/app/compute.js";
import { createPool } from "../../www/worker/compute/replicas.js";

const config = /** @type {any} */ ({ model: "cae" });
const tick = () => new Promise((resolve) => setTimeout(resolve));

/** A run whose unit of work is to name who computed it; `settle` wants every worker's share, once. */
function run({ shareable = true, units = Infinity, rounds = 0, ahead = false } = {}) {
  let left = units;
  const told = [];
  const alone = () => {
    if (left === 0) return [];
    left -= 1;
    told.push("alone");
    return [{ type: "step" }];
  };
  return {
    told,
    is_data_parallel: () => shareable,
    advance: async (count) => Array.from({ length: count }, alone).flat(),
    scatter: async (workers, rooms) =>
      left === 0 ? undefined : Array.from({ length: workers - 1 }, (_, i) => ({ worker: i + 1, workers, weights: rooms[i] ?? new Float32Array(2) })),
    scatter_prefetch: (workers) => (ahead ? Array.from({ length: workers - 1 }, (_, i) => ({ worker: i + 1, workers })) : undefined),
    prefetch: (workers) => void told.push(`ahead by ${workers}`),
    compute_local: async (workers) => work({ worker: 0, workers }, rounds),
    reduce(own, others) {
      if (own.partial_sums()) return undefined;
      const { workers } = own;
      const whose = [own, ...others].map(({ worker }) => worker).sort();
      if (whose.join() !== Array.from({ length: workers }, (_, i) => i).join()) return undefined;
      left -= 1;
      told.push(`by ${workers}`);
      return [{ type: "step" }];
    },
  };
}

/** A worker's share, whole after so many rounds; each wants to hear of every worker, in order. */
function work(share, rounds) {
  let left = rounds;
  return {
    ...share,
    partial_sums: () => (left === 0 ? undefined : Float64Array.of(share.worker)),
    async resume(all) {
      assert.deepEqual([...all], Array.from({ length: share.workers }, (_, i) => i));
      left -= 1;
      return true;
    },
  };
}

/** Helpers that answer, until `broken` names them. */
function helpers(rounds = 0) {
  const made = [];
  const broken = new Set();
  const open = () => {
    const me = made.length;
    const helper = { asked: 0, ended: false, rooms: [], ahead: [] };
    made.push(helper);
    const answer = (task) => {
      const sums = helper.work.partial_sums();
      return sums ? { sums } : { ...task, gradients: task.weights };
    };
    return {
      ready: broken.has("start") ? Promise.reject(new Error("no memory")) : Promise.resolve(),
      async share({ task }) {
        helper.asked += 1;
        if (broken.has(me)) throw new Error("lost");
        helper.rooms.push(task.weights);
        helper.work = work(task, rounds);
        return answer(task);
      },
      prepare({ task, ahead }) {
        assert.ok(ahead);
        helper.ahead.push([helper.asked, task.worker]);
      },
      async goOn(all) {
        if (broken.has("later")) throw new Error("lost");
        await helper.work.resume(all);
        return answer(helper.work);
      },
      end: () => void (helper.ended = true),
    };
  };
  return { made, broken, open };
}

test("work is shared by as many workers as are wanted, and no helper is made before there is work", async () => {
  const { made, open } = helpers();
  const pool = createPool({ open });
  pool.resize(3);
  assert.equal(made.length, 0);
  await pool.gather();
  const one = run();
  assert.equal((await pool.advance(one, config, 4)).length, 4);
  assert.deepEqual(one.told, ["by 3", "by 3", "by 3", "by 3"]);
  assert.equal(pool.workers(), 3);
  pool.resize(1);
  assert.ok(made.every(({ ended }) => ended), "helpers that are not wanted are let go");
  await pool.advance(one, config, 1);
  assert.equal(one.told.at(-1), "alone");
  assert.equal(pool.workers(), 1);
});

test("a run that cannot be shared makes no helper", async () => {
  const { made, open } = helpers();
  const pool = createPool({ open });
  pool.resize(2);
  const one = run({ shareable: false });
  await pool.advance(one, config, 2);
  assert.deepEqual(one.told, ["alone", "alone"]);
  assert.equal(made.length, 0);
});

test("work begins before helpers are ready, and ends with the run", async () => {
  const { open } = helpers();
  const pool = createPool({ open });
  pool.resize(2);
  const one = run({ units: 3 });
  assert.equal((await pool.advance(one, config, 10)).length, 3);
  assert.equal(one.told[0], "alone");
});

test("a helper that is lost is replaced, and its unit of work is done without it", async () => {
  const { made, broken, open } = helpers();
  const pool = createPool({ open });
  pool.resize(2);
  await pool.gather();
  const one = run();
  await pool.advance(one, config, 1);
  broken.add(0);
  await pool.advance(one, config, 1);
  assert.equal(made[0].ended, true);
  await pool.gather();
  await pool.advance(one, config, 1);
  assert.deepEqual(one.told, ["by 2", "alone", "by 2"]);
  assert.equal(made.length, 2);
});

test("what a helper sends has room for what it is sent next", async () => {
  const { made, open } = helpers();
  const pool = createPool({ open });
  pool.resize(3);
  await pool.gather();
  await pool.advance(run(), config, 4);
  for (const { rooms } of made) assert.deepEqual([rooms.length, new Set(rooms).size], [4, 1]);
  assert.notEqual(made[0].rooms[0], made[1].rooms[0]);
});

test("what can be computed ahead is asked of every worker, after its share of the step before", async () => {
  const { made, open } = helpers();
  const pool = createPool({ open });
  pool.resize(3);
  await pool.gather();
  const one = run({ ahead: true });
  await pool.advance(one, config, 2);
  assert.deepEqual(one.told, ["ahead by 3", "by 3", "ahead by 3", "by 3"]);
  assert.deepEqual(made.map(({ ahead }) => ahead), [[[1, 1], [2, 1]], [[1, 2], [2, 2]]]);
});

test("where a step takes rounds, every worker hears of all before it goes on", async () => {
  const { made, broken, open } = helpers(2);
  const pool = createPool({ open });
  pool.resize(3);
  await pool.gather();
  const one = run({ rounds: 2 });
  await pool.advance(one, config, 2);
  assert.deepEqual(one.told, ["by 3", "by 3"]);
  broken.add("later");
  await pool.advance(one, config, 1);
  assert.equal(one.told.at(-1), "alone", "a helper that is lost between two rounds costs no step");
  assert.ok(made.every(({ ended }) => ended));
});

test("where no helper can be had, the run goes on alone and that is said once", async () => {
  const { made, broken, open } = helpers();
  broken.add("start");
  const said = [];
  const pool = createPool({ open, gaveUp: (thrown) => said.push(thrown.message) });
  pool.resize(2);
  const one = run();
  for (let i = 0; i < 8; i += 1) {
    await pool.advance(one, config, 1);
    await tick();
  }
  assert.equal(one.told.length, 8);
  assert.equal(made.length, 3);
  assert.deepEqual(said, ["no memory"]);
  const none = createPool({ open: () => { throw new ReferenceError("Worker is not defined"); }, gaveUp: (thrown) => said.push(thrown.message) });
  none.resize(4);
  await none.advance(one, config, 1);
  assert.equal(said.at(-1), "Worker is not defined");
});

test("as many workers as cores are chosen at first, up to eight", () => {
  assert.deepEqual(workerChoices(1), [1]);
  assert.deepEqual(workerChoices(4), [1, 2, 3, 4]);
  assert.equal(workerChoices(64).length, 8);
  assert.equal(rememberedWorkers([1, 2, 3]), 3, "nothing is remembered here");
});
