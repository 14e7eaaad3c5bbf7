// The page's side of the worker, against a worker made of a list of messages.

import assert from "node:assert/strict";
import { test } from "node:test";
import { createActions } from "../../www/app/actions.js";
import { bundled } from "../../www/worker/store/bundled.js";
import { createClient } from "../../www/app/client.js";
import { initial, update } from "../../www/app/state.js";
import { waiting } from "../../www/app/waiting.js";
import { createStore } from "../../www/app/store.js";

const made = [];
globalThis.Worker = /** @type {any} */ (
  class {
    constructor() {
      this.sent = [];
      this.ended = false;
      made.push(this);
    }
    postMessage(message) {
      this.sent.push(message);
    }
    terminate() {
      this.ended = true;
    }
    says(data) {
      this.onmessage({ data });
    }
  }
);

function launched({ greets = true } = {}) {
  const reports = [];
  const client = createClient((report) => reports.push(report));
  client.launch();
  const worker = made.at(-1);
  if (greets) worker.says({ type: "report", report: { type: "loaded", builds: {} } });
  return { client, reports, worker };
}

test("answers find their questions, in whatever order they come", async () => {
  const { client, worker } = launched();
  const first = client.ask({ type: "pause" });
  const second = client.ask({ type: "stop" });
  worker.says({ type: "refusal", id: 2, name: "TrainError", message: "No." });
  worker.says({ type: "reply", id: 1, value: "yes" });
  assert.equal(await first, "yes");
  await assert.rejects(second, { name: "TrainError", message: "No." });
});

test("when the worker dies every question ends and the page is told once", async () => {
  for (const kill of [
    (worker) => worker.says({ type: "report", report: { type: "crashed", message: "It trapped." } }),
    (worker) => worker.onerror({ message: "It trapped.", preventDefault() {} }),
  ]) {
    const { client, reports, worker } = launched();
    const asked = client.ask({ type: "pause" });
    kill(worker);
    await assert.rejects(asked, /It trapped/);
    assert.equal(worker.ended, true);
    assert.equal(reports.length, 1);
    assert.match(reports[0].message, /It trapped/);
    await assert.rejects(client.ask({ type: "stop" }), /Start it again/);
  }
});

test("a worker whose first word is another than this version's is not asked anything", async () => {
  const { client, reports, worker } = launched({ greets: false });
  const asked = client.ask({ type: "pause" });
  worker.says({ type: "report", report: { type: "opened", models: [], backends: [], version: "0" } });
  await assert.rejects(asked, /different versions/);
  assert.deepEqual(reports.map(({ type, way }) => [type, way]), [["crashed", "reload"]]);
  assert.equal(worker.ended, true);
});

test("a worker that never gets so far is explained: here its script is served as text", async () => {
  const before = globalThis.fetch;
  globalThis.fetch = async () => new Response("export {};", { headers: { "content-type": "text/plain" } });
  try {
    const { client, reports, worker } = launched({ greets: false });
    const asked = client.ask({ type: "pause" });
    worker.onerror({ message: undefined, preventDefault() {} });
    await assert.rejects(asked, /worker\/worker\.js as “text\/plain”/);
    assert.equal(reports.length, 1);
  } finally {
    globalThis.fetch = before;
  }
});

test("a page that may make no worker says why, once, and every question ends", async () => {
  const Plain = globalThis.Worker;
  const before = globalThis.fetch;
  globalThis.fetch = async () => new Response("export {};", { headers: { "content-type": "text/javascript" } });
  globalThis.Worker = /** @type {any} */ (
    class {
      constructor() {
        throw new TypeError("This document requires 'TrustedScriptURL' assignment.");
      }
    }
  );
  try {
    const { client, reports } = launched({ greets: false });
    await assert.rejects(client.ask({ type: "pause" }), /“tabgrad”/);
    assert.equal(reports.length, 1);
  } finally {
    globalThis.Worker = Plain;
    globalThis.fetch = before;
  }
});

test("a worker launched again is a new one, and the old one's questions end", async () => {
  const { client, worker } = launched();
  const asked = client.ask({ type: "pause" });
  client.launch();
  await assert.rejects(asked);
  assert.notEqual(made.at(-1), worker);
  assert.equal(worker.ended, true);
});

/** A lab whose worker answers as it is told. */
function lab(answers) {
  const store = createStore(initial, update);
  const asked = [];
  const client = {
    ask(command) {
      asked.push(command.type);
      const answer = answers[command.type];
      return answer instanceof Error ? Promise.reject(answer) : Promise.resolve(answer);
    },
  };
  const act = createActions(store, /** @type {any} */ (client), null);
  for (const event of [{ type: "opened", models: [], backends: ["flex"], version: "0" }, { type: "data-ready" }, { type: "compute-chosen", choice: "cpu" }]) store.dispatch(event);
  store.subscribe(() => void act.pump());
  return { store, asked, act };
}
const description = { config: { model: "cae", batchSize: 32 } };
const job = { group: "train", model: "cae" };

test("a start that is refused is told with its sentence, and the next of the queue follows", async () => {
  const { store, asked, act } = lab({ describe: description, start: new Error("Too large.") });
  const ids = act.enqueue([job, job]);
  await new Promise((resolve) => setTimeout(resolve, 5));
  assert.deepEqual(ids.map((id) => store.get().refusals[id]), ["Too large.", "Too large."]);
  assert.equal(asked.filter((type) => type === "start").length, 2);
  assert.equal(store.get().starting, null);
  assert.deepEqual(store.get().queue, []);
});

test("runs start one after another, and a cancelled one never does", async () => {
  const { store, asked, act } = lab({ describe: description, start: null });
  const [first, second, third] = act.enqueue([job, job, job]);
  store.dispatch({ type: "run-started", run: { id: first, status: "running" } });
  await new Promise((resolve) => setTimeout(resolve, 5));
  assert.equal(asked.filter((type) => type === "start").length, 1, "the second waits for the first");
  await act.cancel([second]);
  store.dispatch({ type: "run-stopped", run: first });
  await new Promise((resolve) => setTimeout(resolve, 5));
  assert.equal(asked.filter((type) => type === "start").length, 2);
  assert.deepEqual(store.get().queue.map(({ run }) => run).filter((run) => run === third), [], "the third is on");
});

test("a run that is cancelled while it is being started is not begun", async () => {
  const world = lab({ describe: description, start: null, stop: null });
  const [first] = world.act.enqueue([job]);
  assert.equal(world.store.get().starting, first);
  await world.act.cancel([first]);
  await new Promise((resolve) => setTimeout(resolve, 5));
  assert.ok(!world.asked.includes("start"), "it had not even been asked for");
  assert.equal(world.store.get().starting, null);
  world.act.enqueue([job]);
  await new Promise((resolve) => setTimeout(resolve, 5));
  assert.ok(world.asked.includes("start"), "the next begins as usual");
});

test("pictures are not changed while runs wait", async () => {
  const { store, asked, act } = lab({ describe: description, start: null });
  act.enqueue([job]);
  await act.take([]);
  assert.match(store.get().intake.error, /Stop it/);
  assert.ok(!asked.includes("import"));
});

test("the network's failures are sentences that name the file", async () => {
  const folder = bundled(new URL("http://page.test/lab/data/"), { ...waiting, pause: async () => {} });
  const answers = {
    "manifest.json": () => new Response("{}"),
    "gone.tgs": () => new Response("", { status: 404 }),
    "lost.tgs": () => Promise.reject(new TypeError("fetch failed")),
    "page.tgs": () => new Response("<!doctype html><title>Log in</title>"),
    "cut.tgs": () => new Response(new ReadableStream({ start: (it) => it.error(new Error("reset")) })),
    "pieces.tgs": () =>
      new Response(new ReadableStream({
        start(it) {
          for (const piece of [[9, 8], [7], [6, 5]]) it.enqueue(new Uint8Array(piece));
          it.close();
        },
      })),
    "whole.tgs": () => new Response(new Uint8Array([1, 2, 3])),
  };
  const seen = [];
  const before = globalThis.fetch;
  globalThis.fetch = async (address) => {
    seen.push(address.href);
    return answers[address.href.split("/").at(-1)]();
  };
  try {
    assert.equal(await folder.manifest(), "{}");
    await assert.rejects(folder.shard("gone.tgs", () => {}), /404 for \/lab\/data\/gone\.tgs/);
    await assert.rejects(folder.shard("lost.tgs", () => {}), /http:\/\/page\.test\/lab\/data\/lost\.tgs did not answer.*Access-Control-Allow-Origin/, "of another site, and so named whole");
    await assert.rejects(folder.shard("page.tgs", () => {}), /a web page instead of http:\/\/page\.test\/lab\/data\/page\.tgs/);
    await assert.rejects(folder.shard("cut.tgs", () => {}), /cut\.tgs broke off/);
    assert.deepEqual([...(await folder.shard("pieces.tgs", () => {}))], [9, 8, 7, 6, 5]);
    let counted = 0;
    assert.deepEqual([...(await folder.shard("whole.tgs", (more) => (counted += more)))], [1, 2, 3]);
    assert.equal(counted, 3);
    await assert.rejects(folder.shard("../../secret", () => {}));
    assert.equal(seen.at(-1), "http://page.test/lab/data/..%2F..%2Fsecret");
    const before = seen.length;
    for (const outside of ["..", ".", ""]) await assert.rejects(folder.shard(outside, () => {}), /no file of its folder/, outside);
    assert.equal(seen.length, before, "nothing outside the folder was asked for");
  } finally {
    globalThis.fetch = before;
  }
});
