// What does not answer: a graphics adapter, a device, a replica, the worker itself, the server. The page waits
// for a while, says what was missing, and goes on; Stop works meanwhile. The limits are short ones here.

import assert from "node:assert/strict";
import { both } from "./both.mjs";
import { mortal, proxied, strike } from "./proxy.mjs";
import { visit } from "./support.mjs";

/** @typedef {import("./both.mjs").Visitor} Visitor */

/** In the page: the run on show, as the page has it. */
const shown = () => {
  const { runs, order, active, engine, notices, starting } = globalThis.lab.get();
  const run = runs[active ?? order.at(-1)];
  return { status: run?.status, step: run?.step, keptAt: run?.keptAt, epochs: run?.epochs, curve: run?.curve, engine, notices, starting };
};
/** In the page: whether the run of this visit is completed. */
const completed = () => Object.values(globalThis.lab.get().runs).some(({ status }) => status === "completed");
const keptOnce = () => Object.values(globalThis.lab.get().runs).some(({ keptAt }) => keptAt > 0);
/** In the page: as if an adapter of the browser's were there that is what the edit says. */
const gpu = (body) => (code) => `Object.defineProperty(navigator, "gpu", { value: { ${body} } });\n${code}`;

/** Opens the page of a proxy, with nothing to be continued of it. @param {Visitor} visitor @param {{url: string}} server @param {string} query */
async function open({ page, wait }, server, query) {
  await page.goto(`${server.url}${query}`);
  await wait("#run:enabled:not([aria-disabled])");
}

/** Trains a short run to its end: what it told. */
async function trained(visitor, server, query) {
  await open(visitor, server, query);
  await visitor.click("#run");
  await visitor.wait(completed);
  const { epochs, curve } = await visitor.evaluate(shown);
  return { epochs, curve };
}

both("an adapter that never answers leaves the CPU to train, and Stop and the CPU work meanwhile", async (visitor) => {
  const { click, wait, says, text, select, evaluate } = visitor;
  const edits = { "/worker/compute/gpu.js": gpu("requestAdapter: () => new Promise(() => {})") };
  const slow = await proxied({ edits, limits: { adapter: 600_000 } });
  await open(visitor, slow, "?preset=cnn-max-2&epochs=1000");
  await click("#run");
  await says("#status", "Starting");
  await click("#stop");
  await wait("#run:enabled:not([aria-disabled])");
  assert.equal((await evaluate(shown)).starting, null);
  await says("#status", "Nothing has been trained yet");
  await click("#run");
  await says("#status", "Starting");
  await select("#compute-choice", "cpu");
  await says("#status", "Training");
  await click("#stop");
  await says("#status", "Stopped");

  const quick = await proxied({ edits, limits: { adapter: 2_000 } });
  await open(visitor, quick, "?preset=cnn-max-2&compute=auto&epochs=1000");
  await click("#run");
  await says("#status", "Training");
  assert.match(await text("#compute-sentence"), /The CPU computes\. The graphics adapter did not answer within 2 s/);
  await wait("#look-gpu:not([hidden])");
  await click("#stop");
  await says("#status", "Stopped");
});

/** More epochs than a browser computes between two looks at the page: what is struck is struck in their midst. */
const EPOCHS = 16;
const QUERY = `?preset=cnn-max-2&epochs=${EPOCHS}&seed=3&compute=cpu&simd=plain`;

both("a worker that hangs or is ended in mid-run is noticed, and the run goes on to the numbers of an unbroken one", async (visitor) => {
  const { page, click, wait, evaluate, texts } = visitor;
  const server = await proxied({ edits: { "/worker/worker.js": mortal("worker") }, limits: { heartbeat: 5_000 } });
  const whole = await trained(visitor, server, QUERY);
  assert.equal(whole.epochs.length, EPOCHS);
  for (const how of ["hang", "end"]) {
    await open(visitor, server, QUERY);
    const before = await evaluate(() => globalThis.lab.get().order.length);
    await click("#run");
    await wait((n) => {
      const { order, runs } = globalThis.lab.get();
      return order.length > n && runs[order.at(-1)].keptAt > 0;
    }, before);
    await evaluate(strike, ["worker", how]);
    await wait(() => globalThis.lab.get().notices.length > 0);
    assert.match((await texts("#notices .notice")).join(), /stopped answering.*was started anew/);
    await wait(() => {
      const { order, runs } = globalThis.lab.get();
      return runs[order.at(-1)].status === "completed";
    });
    const { epochs, curve } = await evaluate(shown);
    assert.deepEqual({ epochs, curve }, whole, `to the last bit, after it was told to ${how}`);
  }
  await page.goto("about:blank");
});

both("a run whose worker hangs can be stopped, and another one started", async (visitor) => {
  const { click, wait, evaluate, says } = visitor;
  const server = await proxied({ edits: { "/worker/worker.js": mortal("worker") } });
  // Far from its end when its worker hangs.
  await open(visitor, server, "?preset=cnn-max-2&epochs=1000&seed=3&compute=cpu&simd=plain");
  await click("#run");
  await wait(keptOnce);
  await evaluate(strike, ["worker", "hang"]);
  await click("#stop");
  await says("#status", "Stopped");
  await says("#notices", "did not stop within");
  await wait("#run:enabled:not([aria-disabled])");
  const before = await evaluate(() => globalThis.lab.get().order.length);
  await click("#run");
  await wait((n) => {
    const { active, order, runs } = globalThis.lab.get();
    return order.length > n && runs[active]?.step > 0;
  }, before);
});

both("a replica that hangs or is ended is replaced, and changes no number", async (visitor) => {
  const { click, wait, evaluate, select, texts } = visitor;
  const server = await proxied({ edits: { "/worker/compute/replica.js": mortal("replica") } });
  const query = `?preset=cnn-max-2&epochs=${EPOCHS}&batchSize=64&seed=5&compute=cpu&simd=plain`;
  await open(visitor, server, query);
  await select("#workers", "1");
  await click("#run");
  await wait(completed);
  const { epochs, curve } = await evaluate(shown);
  for (const how of ["hang", "end"]) {
    await open(visitor, server, query);
    await select("#workers", "2");
    await click("#run");
    await wait(() => {
      const { active, runs } = globalThis.lab.get();
      return runs[active]?.pace.workers === 2;
    });
    await evaluate(strike, ["replica", how]);
    await wait(() => {
      const { order, runs } = globalThis.lab.get();
      return runs[order.at(-1)].status === "completed";
    });
    const struck = await evaluate(shown);
    assert.deepEqual(struck.epochs, epochs, how);
    assert.deepEqual(struck.curve, curve);
    assert.deepEqual(await texts("#notices .notice"), [], "one is no matter");
  }
});

both("Stop ends a run whose replica hangs", async (visitor) => {
  const { click, wait, evaluate, select, says } = visitor;
  const server = await proxied({ edits: { "/worker/compute/replica.js": mortal("replica") }, limits: { replica: 600_000 } });
  await open(visitor, server, "?preset=cnn-max-2&epochs=50&batchSize=64&compute=cpu");
  await select("#workers", "2");
  await click("#run");
  await wait(() => {
    const { active, runs } = globalThis.lab.get();
    return runs[active]?.pace.workers === 2;
  });
  await evaluate(strike, ["replica", "hang"]);
  await click("#stop");
  await says("#status", "Stopped");
  await wait("#run:enabled:not([aria-disabled])");
});

both("a shard that goes silent is asked for again, from where it stopped where the server can do that", async (visitor) => {
  for (const parts of [true, false]) {
    const server = await proxied({ parts, shards: (path, count) => (path.endsWith("train-000.tgs") && count === 1 ? "half" : "whole") });
    await open(visitor, server, "?compute=cpu");
    const tries = server.asked.filter(([path]) => path.endsWith("train-000.tgs"));
    assert.equal(tries.length, 2);
    assert.match(tries[1][1] ?? "", /^bytes=\d+-$/);
    const { data } = await visitor.evaluate(() => globalThis.lab.get());
    assert.equal(data.bytes, data.total);
  }
});

both("a server that stays silent is told in a sentence, and Try again works", async (visitor) => {
  const { page, wait, text, click } = visitor;
  let silent = true;
  const server = await proxied({ limits: { tries: 2 }, shards: (path) => (silent && path.endsWith("000.tgs") ? "silent" : "whole") });
  await page.goto(`${server.url}?compute=cpu`);
  await wait("#data-error:not([hidden])");
  assert.match(await text("#data-error"), /nothing more of \/data\/train-000\.tgs came for 4 s/);
  assert.equal(server.asked.filter(([path]) => path.endsWith("000.tgs")).length, 2);
  silent = false;
  await click("#data-error button");
  await wait("#run:enabled:not([aria-disabled])");
});

/** Pages whose GPU is there, and does not do what it is asked. */
const dumb = {
  "whose device never opens": {
    edits: { "/pkg/gpu/tabgrad.js": (code) => `GPUAdapter.prototype.requestDevice = () => new Promise(() => {});\n${code}` },
    limits: { device: 2_000 },
    says: /The GPU could not be tried, so the CPU trains\. The graphics adapter did not open its device within 2 s/,
  },
  "whose driver compiles nothing": {
    edits: { "/pkg/gpu/tabgrad.js": (code) => `GPUDevice.prototype.createComputePipelineAsync = () => new Promise(() => {});\n${code}` },
    limits: { kernel: 4_000 },
    says: /The GPU could not be tried, so the CPU trains\. The graphics driver compiled no kernel for 4 s/,
  },
};
for (const [which, { edits, limits, says }] of Object.entries(dumb))
  visit(
    `a GPU ${which} leaves the CPU to train; Stop and the CPU work meanwhile`,
    async ({ page, press, enabled, status, text }) => {
      const slow = await proxied({ edits, limits: { device: 600_000, kernel: 600_000 } });
      await page.goto(`${slow.url}?preset=cnn-max-2`);
      await page.waitForFunction(() => document.querySelector("#compute-sentence")?.textContent?.includes("tries this model on both"));
      await press("run");
      await status("Making the GPU");
      await press("stop");
      await status("Nothing has been trained yet");
      await press("run");
      await status("Making the GPU");
      await page.selectOption("#compute-choice", "cpu");
      await status("Training.");
      await press("stop");
      await enabled("#run");

      const quick = await proxied({ edits, limits });
      await page.goto(`${quick.url}?preset=cnn-max-2&compute=auto`);
      await page.waitForFunction(() => document.querySelector("#compute-sentence")?.textContent?.includes("tries this model on both"));
      await press("run");
      await status("Training.");
      assert.match(await text("#notices"), says);
      assert.match(await text("#compute-sentence"), /The CPU computes\./);
      await press("stop");
      await enabled("#run");
    },
    { gpu: true },
  );

visit(
  "a GPU that stops answering in a run is told, its curves stay and the CPU goes on",
  async ({ page, press, enabled, untilStep, text }) => {
    const edits = {
      "/pkg/gpu/tabgrad.js": (code) => `
        const map = GPUBuffer.prototype.mapAsync;
        GPUBuffer.prototype.mapAsync = function (...given) { return globalThis.dumb ? new Promise(() => {}) : map.apply(this, given); };
        new BroadcastChannel("gpu").onmessage = () => (globalThis.dumb = true);
        ${code}`,
    };
    const server = await proxied({ edits, limits: { call: 15_000 } });
    await page.goto(`${server.url}?preset=cae&compute=webgpu&batchSize=4&epochs=50`);
    await enabled("#run");
    await press("run");
    await untilStep(2);
    await page.evaluate(() => new BroadcastChannel("gpu").postMessage(""));
    await page.waitForSelector("#fault");
    assert.match(await text("#fault"), /The GPU was lost \(it stopped answering\)/);
    await page.click("#restart");
    await enabled("#run");
    await press("run");
    await page.waitForFunction(() => document.querySelector("#progress")?.textContent?.includes("on the CPU"));
    await untilStep(1);
  },
  { gpu: true },
);

visit(
  "a batch that the GPU has no room for is refused with the one that fits, before anything is computed",
  async ({ page, press, enabled, text, events }) => {
    const edits = {
      // As much as every adapter takes, and most take no more.
      "/worker/compute/gpu.js": (code) => `
        const { get } = Object.getOwnPropertyDescriptor(GPUSupportedLimits.prototype, "maxStorageBufferBindingSize");
        Object.defineProperty(GPUSupportedLimits.prototype, "maxStorageBufferBindingSize", { get() { return Math.min(2 ** 27, get.call(this)); } });
        ${code}`,
    };
    const server = await proxied({ edits });
    await page.goto(`${server.url}?preset=cae-bn&batchSize=4096&compute=webgpu`);
    await enabled("#run");
    await press("run");
    await page.waitForSelector("#refusal:not([hidden])");
    assert.match(await text("#refusal"), /A batch of 4,096 is too large for this GPU: cae-bn makes maps of 537 MB of it, and this GPU takes 134 MB at once\. Take a batch of up to 1,024, or train on the CPU\./);
    await enabled("#run");
    assert.deepEqual(await events(), []);
    assert.deepEqual(await page.locator("#notices .notice").allInnerTexts(), []);
  },
  { gpu: true },
);
