// What goes wrong is said in a sentence, and there is a way on.

import assert from "node:assert/strict";
import { url, visit } from "./support.mjs";

const MODULE = "**/pkg/{cpu,relaxed-simd}/tabgrad.js";

/** Serves the wasm module's JavaScript with a line added at its end. */
const patchModule = (page, line) =>
  page.context().route(MODULE, async (route) => {
    const response = await route.fetch();
    await route.fulfill({ response, body: `${await response.text()}\n${line}\n` });
  });

const network = /Failed to load resource|net::ERR/;

visit(
  "missing data is told, and loading can be tried again",
  async ({ page, text, enabled }) => {
    await page.route("**/data/**", (route) => route.abort());
    await page.goto(url);
    await page.waitForSelector("#data-error:not([hidden])");
    assert.match(await text("#data-error"), /manifest\.json did not answer\./);
    assert.equal(await page.locator("#run").isDisabled(), true);
    await page.unroute("**/data/**");
    await page.click("#data-error button");
    await enabled("#run");
    await page.waitForSelector("#data-error", { state: "hidden" });
  },
  { expected: network },
);

visit(
  "a shard that is not what the manifest promises is told by name",
  async ({ page, text }) => {
    await page.route("**/data/*.tgs", (route) => route.fulfill({ body: Buffer.from("not a shard"), contentType: "application/octet-stream" }));
    await page.goto(url);
    await page.waitForSelector("#data-error:not([hidden])");
    assert.match(await text("#data-error"), /\.tgs/);
  },
);

visit(
  "a trainer that cannot be loaded is told and can be started again",
  async ({ page, text, enabled }) => {
    await page.context().route("**/pkg/**", (route) => route.fulfill({ status: 404, body: "gone" }));
    await page.goto(url);
    await page.waitForSelector("#fault");
    assert.match(await text("#fault"), /could not be loaded/);
    await page.context().unroute("**/pkg/**");
    await page.click("#restart");
    await enabled("#run");
    await page.waitForSelector("#fault", { state: "detached" });
  },
  { expected: network },
);

/** How a Rust panic looks from JavaScript: thrown by the call, or loose while its promise hangs. */
const traps = {
  "in the call": 'throw new WebAssembly.RuntimeError("unreachable");',
  "outside the call": 'queueMicrotask(() => { throw new WebAssembly.RuntimeError("unreachable"); }); return new Promise(() => {});',
};
for (const [where, trap] of Object.entries(traps))
  visit(
    `a trap of the module, ${where}, is told; a fresh trainer trains again`,
    async ({ page, open, text, press, enabled, untilStep }) => {
      await patchModule(page, `Session.prototype.advance = function () { ${trap} };`);
      await open("?preset=cnn-avg-2&seed=2");
      await press("run");
      await page.waitForSelector("#fault");
      assert.match(await text("#fault"), /cannot recover/);
      assert.equal(await page.locator("#run").isDisabled(), true);
      await page.context().unroute(MODULE);
      await page.click("#restart");
      await enabled("#run");
      assert.equal(await page.inputValue("#setting-seed"), "2");
      await press("run");
      await untilStep(1);
    },
    { expected: /unreachable/ },
  );

visit("a wrong setting is told beside the settings and forbids a start", async ({ page, open, set, text, enabled }) => {
  await open();
  await set("learningRate", "fast");
  await page.waitForSelector("#train .settings-errors .alarm");
  assert.match(await text("#train .settings-errors"), /Learning rate is “fast”/);
  assert.equal(await page.locator("#run").isDisabled(), true);
  await set("learningRate", "0.01");
  await enabled("#run");
});

visit("an address that cannot be followed is told, and the page works", async ({ page, open, text }) => {
  await open("?preset=vgg&epochs=-1");
  assert.match(await text("#notices"), /vgg/);
  assert.match(await text("#notices"), /Epochs is “-1”/);
  await page.click("#notices button >> nth=0");
  // The page draws once a frame, so the notice is gone with the next one.
  await page.waitForFunction(() => document.querySelectorAll(".notice").length === 1);
});

visit("a run whose loss is no longer a number ends with the trainer's sentence", async ({ page, open, press, status, enabled }) => {
  const told = { type: "diverged", phase: 0, epoch: 1, step: 1, message: "The loss became infinite at step 1." };
  await patchModule(page, `Session.prototype.advance = async () => [${JSON.stringify(told)}];`);
  await open("?preset=cnn-avg-2");
  await press("run");
  await status(told.message);
  await enabled("#run");
  assert.equal(await page.locator("#stop").isDisabled(), true);
});
