// The page and its worker where one of them does not answer: a whole lab, whose workers are engines in this
// thread that can be made to hang, on a clock that the test moves.

import assert from "node:assert/strict";
import { afterEach, test } from "node:test";
import { createLab } from "../../www/app/lab.js";
import { limits } from "../../www/app/limits.js";
import { createWaiting } from "../../www/app/waiting.js";
import { fakeClock, turns } from "./fake-clock.mjs";
import { runStore, world } from "./support.mjs";

/** What is kept on this machine, by all workers of a test. */
let kept = runStore();
/** Every worker that was made. @type {EngineWorker[]} */
let made = [];
/** What hangs in workers that are made from now on, by the type of its command. @type {Set<string>} */
let hangs = new Set();
/** What the lab is told of runs. @type {any[]} */
let events = [];

class EngineWorker {
  ended = false;
  /** Says nothing any more. */
  hung = false;
  pings = 0;
  asked = [];
  hangs = new Set(hangs);

  constructor() {
    made.push(this);
    this.say({ type: "report", report: { type: "loaded", builds: {} } });
    this.world = world({ runs: kept, tell: (report) => this.say({ type: "report", report }), session: { workItemMs: 0 } });
    const advance = this.world.session.advance;
    this.world.session.advance = (...given) => (this.gone ? new Promise(() => {}) : advance.apply(this.world.session, given));
  }
  get gone() {
    return this.ended || this.hung;
  }
  say(data) {
    if (this.gone) return;
    if (data.report?.type === "run-events") events.push(...data.report.events);
    queueMicrotask(() => !this.gone && this.onmessage?.({ data }));
  }
  async postMessage({ type, id, command }) {
    if (this.gone) return;
    if (type === "ping") return this.hangs.has("ping") || ((this.pings += 1), this.say({ type: "pong" }));
    this.asked.push(command.type);
    if (this.hangs.has(command.type)) return;
    try {
      this.say({ type: "reply", id, value: await this.world.engine.handle(command) });
    } catch (thrown) {
      this.say({ type: "refusal", id, name: thrown.name, message: thrown.message });
    }
  }
  terminate() {
    this.ended = true;
  }
}
globalThis.Worker = /** @type {any} */ (EngineWorker);
globalThis.navigator ??= /** @type {any} */ ({ hardwareConcurrency: 1 });

/** A lab with pictures, and its clock. */
async function opened({ choice = "cpu" } = {}) {
  kept = runStore();
  made = [];
  events = [];
  const clock = fakeClock();
  const lab = createLab({ data: null, query: `?compute=${choice}`, waits: createWaiting(clock) });
  lab.act.open();
  const state = (key) => lab.get()[key];
  /** Until something holds; the clock stands. */
  const until = async (probe, what) => {
    for (let i = 0; i < 3000 && !probe(); i += 1) await turns(1);
    assert.ok(probe(), what);
  };
  await until(() => lab.get().data.status === "ready", "the pictures are there");
  return { lab, act: lab.act, clock, state, until, worker: () => made.at(-1) };
}
afterEach(() => {
  hangs = new Set();
  for (const worker of made) worker.terminate();
});

const job = (more = {}) => ({ group: "train", model: "cnn-max-2", overrides: { epochs: 4 }, ...more });
const losses = (told) => told.filter(({ type }) => type === "step").map(({ step, loss }) => [step, loss]);
/** What an unbroken run tells. */
async function unbroken() {
  const { act, until } = await opened();
  act.enqueue([job()]);
  await until(() => events.some(({ type }) => type === "finished"), "the end");
  return losses(events);
}

test("a worker that lives is asked for a sign of life, and left alone", async () => {
  const { clock, worker } = await opened();
  await clock.pass(10 * limits.heartbeat);
  assert.equal(made.length, 1);
  assert.ok(worker().pings > 50);
  assert.equal(worker().ended, false);
});

test("a worker that hangs in mid-run is ended; the run goes on from where it was kept, to the same losses", async () => {
  const whole = await unbroken();
  const { act, clock, state, until, worker } = await opened();
  const [run] = act.enqueue([job()]);
  await until(() => state("runs")[run]?.keptAt >= 19, "an epoch kept");
  const first = worker();
  first.hung = true;
  await clock.pass(limits.heartbeat / 2);
  assert.equal(first.ended, false);
  await clock.pass(limits.heartbeat);
  assert.equal(first.ended, true);
  assert.equal(made.length, 2, "another one");
  assert.match(state("notices").at(-1), /stopped answering.*goes on from step \d+, where it was kept/);
  await until(() => state("runs")[run].status === "completed", "the end");
  assert.equal(state("engine"), "ready");
  assert.ok(worker().asked.includes("continue") && !worker().asked.includes("start"), "it was not begun again");
  // What was told twice is the same twice.
  const told = new Map(losses(events));
  assert.deepEqual([...told], whole);
  assert.ok(losses(events).length >= whole.length);
});

test("a run of which nothing was kept begins again; the queue behind it goes on; a pause stays one", async () => {
  const { act, clock, state, until, worker } = await opened();
  const [run, next] = act.enqueue([job({ paused: true }), job()]);
  await until(() => state("active") === run, "it is on");
  worker().hung = true;
  await clock.pass(2 * limits.heartbeat);
  await until(() => state("active") === run && state("runs")[run].status === "paused", "it is held again");
  assert.match(state("notices").at(-1), /begins again: nothing of it was kept/);
  assert.deepEqual(state("queue").map((waits) => waits.run), [next]);
  await act.resume();
  await until(() => state("runs")[next]?.status === "completed", "both");
  assert.equal(state("runs")[run].status, "completed");
});

test("a worker that is lost again and again is given up with a sentence", async () => {
  const { act, clock, state, until } = await opened();
  const [run] = act.enqueue([job({ paused: true })]);
  await until(() => state("active") === run, "it is on");
  for (let i = 0; i <= limits.losses; i += 1) {
    await until(() => state("active") === run, "it is on");
    made.at(-1).hung = true;
    await clock.pass(2 * limits.heartbeat);
  }
  assert.equal(state("engine"), "crashed");
  assert.match(state("fault"), /several times without getting further/);
  assert.equal(made.length, limits.losses + 1);
  act.reopen();
  await until(() => state("data").status === "ready", "the button still works");
});

test("a step that takes minutes is no silence, and neither is a page that is hidden or slept", async () => {
  const { act, clock, state, until, worker } = await opened();
  const slow = job({ overrides: { batchSize: 600, epochs: 2 } });
  const [run] = act.enqueue([{ ...slow, paused: true }]);
  await until(() => state("active") === run, "it is on");
  worker().hung = true;
  clock.sleep(24 * 3_600_000);
  await clock.pass(limits.heartbeat - 4_000);
  assert.equal(made.length, 1);
  // 600 pictures of a million multiplications each, thrice, on the slowest machine.
  await clock.pass(14_000);
  assert.equal(made.length, 1);
  globalThis.document = /** @type {any} */ ({ visibilityState: "hidden" });
  try {
    await clock.pass(3_600_000);
    assert.equal(made.length, 1, "the workers of a hidden page may be held");
  } finally {
    delete globalThis.document;
  }
  await clock.pass(20_000);
  assert.equal(made.length, 2);
});

test("a start that is not answered can be stopped at once, and the next one begins", async () => {
  hangs.add("start");
  const { act, clock, state, until, worker } = await opened();
  const [run] = act.enqueue([job()]);
  await until(() => worker().asked.includes("start"), "it was asked for");
  assert.equal(state("starting"), run);
  await act.cancel([run]);
  await turns();
  assert.equal(state("starting"), null, "at once");
  hangs = new Set();
  const [second] = act.enqueue([job({ overrides: { epochs: 1 } })]);
  await clock.pass(limits.stop / 2);
  assert.equal(made.length, 1, "it may still answer");
  await clock.pass(limits.stop);
  assert.equal(made.length, 2);
  await until(() => state("runs")[second]?.status === "completed", "the second");
  assert.equal(state("runs")[run], undefined);
  assert.match(state("notices").at(-1), /did not stop within 8 s/);
});

test("a start that is answered after it was stopped is stopped then", async () => {
  const { act, state, until, worker } = await opened();
  const handle = worker().world.engine.handle;
  let go = () => {};
  const held = new Promise((resolve) => (go = () => resolve(undefined)));
  worker().world.engine.handle = async (command) => {
    if (command.type === "start") await held;
    return handle(command);
  };
  const [run] = act.enqueue([job({ overrides: { epochs: 40 } })]);
  await until(() => worker().asked.includes("start"), "it was asked for");
  await act.cancel([run]);
  await turns();
  const [second] = act.enqueue([job({ overrides: { epochs: 1 } })]);
  await turns();
  assert.equal(worker().asked.filter((type) => type === "start").length, 1, "one at a time");
  go();
  await until(() => state("runs")[second]?.status === "completed", "the second");
  assert.equal(state("runs")[run].status, "stopped");
  assert.equal(made.length, 1);
});

test("a run that does not stop is ended with its worker, and what was kept of it stays", async () => {
  hangs.add("stop");
  const { act, clock, state, until } = await opened();
  const [run] = act.enqueue([job({ overrides: { epochs: 200 } })]);
  await until(() => state("runs")[run]?.keptAt !== null && state("active") === run, "an epoch kept");
  hangs = new Set();
  const stopped = act.stop();
  await clock.pass(2 * limits.stop);
  await stopped;
  assert.equal(state("runs")[run].status, "stopped");
  assert.ok(state("runs")[run].keptAt > 0);
  await until(() => state("data").status === "ready", "another worker");
  await act.continueRun(run);
  await until(() => state("active") === run, "it goes on");
});

test("a worker that is lost while it is told to stop does not begin the run again", async () => {
  const { act, clock, state, until, worker } = await opened();
  const [run] = act.enqueue([job({ paused: true, overrides: { epochs: 200, batchSize: 600 } })]);
  await until(() => state("active") === run, "it is on");
  worker().hung = true;
  await clock.pass(limits.heartbeat + 10_000);
  void act.stop();
  await clock.pass(9_000);
  await until(() => state("data").status === "ready" && made.length === 2, "another worker");
  assert.equal(state("runs")[run].status, "stopped");
  assert.equal(state("active"), null);
});

test("a run that ended in another tab is shown as it ended, and the queue goes on", async () => {
  const { act, state, until, lab } = await opened();
  const [run] = act.enqueue([job({ overrides: { epochs: 1 } })]);
  await until(() => state("runs")[run]?.status === "completed" && state("runs")[run].keptAt === 19, "the end, kept");
  // What a tab knows that was opened before.
  const stale = { ...state("runs")[run], status: "interrupted", step: 0, epochs: [], keptAt: 0 };
  lab.dispatch({ type: "run-started", run: { ...stale, status: "running" } });
  lab.dispatch({ type: "run-stopped", run });
  lab.dispatch({ type: "run-started", run: stale });
  assert.equal(state("runs")[run].status, "interrupted");
  const [next] = act.enqueue([job({ overrides: { epochs: 1 } })]);
  await until(() => state("runs")[next]?.status === "completed", "the one before it");
  await act.continueRun(run);
  await until(() => state("runs")[run].status === "completed", "its end");
  assert.equal(state("active"), null);
  const [last] = act.enqueue([job({ overrides: { epochs: 1 } })]);
  await until(() => state("runs")[last]?.status === "completed", "the one after it");
});

test("a start whose trial of the GPU crashes is refused, and the worker that trains is left alone", async () => {
  hangs.add("self-test");
  const { act, state, until } = await opened({ choice: "webgpu" });
  const [run] = act.enqueue([job()]);
  await until(() => made.length === 2 && made[1].asked.includes("self-test"), "it is tried");
  made[1].say({ type: "report", report: { type: "crashed", gpu: true, message: "The GPU refused a kernel." } });
  await until(() => state("refusals")[run], "refused");
  assert.match(state("refusals")[run], /refused a kernel/);
  assert.deepEqual([state("engine"), state("starting"), state("queue"), made.length, made[0].ended, made[1].ended], ["ready", null, [], 2, false, true]);
});

test("a start of which the worker is lost is begun by the next one", async () => {
  hangs.add("start");
  const { act, clock, state, until, worker } = await opened();
  const [run] = act.enqueue([job({ overrides: { epochs: 1 } })]);
  await until(() => worker().asked.includes("start"), "it was asked for");
  hangs = new Set();
  worker().hung = true;
  await clock.pass(2 * limits.heartbeat);
  await until(() => state("runs")[run]?.status === "completed", "the end");
  assert.equal(made.length, 2);
});

test("a worker that is lost while the GPU is tried ends the trial, and the start is begun anew", async () => {
  hangs.add("self-test");
  const { act, clock, state, until, worker } = await opened({ choice: "webgpu" });
  const [run] = act.enqueue([job({ overrides: { epochs: 1 } })]);
  await until(() => made.length === 2 && worker().asked.includes("self-test"), "it is tried");
  hangs = new Set();
  made[0].hung = true;
  await clock.pass(2 * limits.heartbeat);
  await until(() => state("runs")[run]?.status === "completed", "the end");
  assert.deepEqual(made.map(({ ended }) => ended), [true, true, true, false], "two are gone, and two more for their work");
  assert.equal(state("refusals")[run], undefined);
});

test("questions that a worker was asked are answered when another takes its place", async () => {
  const { createClient } = await import("../../www/app/client.js");
  const clock = fakeClock();
  made = [];
  const client = createClient(() => {}, false, { waits: createWaiting(clock) });
  client.launch();
  const [first] = made;
  await turns();
  first.hangs.add("describe");
  const slow = client.ask({ type: "workers", count: 1 });
  const hung = client.ask({ type: "describe", model: "cae", overrides: {} });
  const away = client.ask({ type: "describe", model: "cae", overrides: {} }, []);
  const second = client.beside("gpu", () => {});
  client.promote(/** @type {any} */ (second));
  await slow;
  assert.equal(first.ended, false, "it still answers");
  await clock.pass(2 * limits.stop);
  assert.equal(first.ended, true);
  assert.equal((await hung).config.model, "cae");
  assert.equal((await away).config.model, "cae", "the other was asked");
  made[1].terminate();
});
