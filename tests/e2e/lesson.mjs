// One step by hand: walked through with buttons and keys, its numbers checked, and taken again.

import assert from "node:assert/strict";
import { both } from "./both.mjs";

const numberIn = (words) => Number(words.replace("\u2212", "-"));

both("a step on one picture: forward, loss, back, update, and again", async (visitor) => {
  await visitor.open("?section=lesson&picture=test:3");
  await visitor.wait("#lesson-begin:enabled");
  assert.equal(await visitor.attribute(".lesson-pick:nth-child(4)", "aria-pressed"), "true", "the address chose the picture");
  await visitor.click("#lesson-begin");
  await visitor.says("#lesson-title", "The picture");
  const stops = await visitor.count("[data-stage]");
  assert.equal(stops, 20, "eight layers there and back, the picture, the loss, the update, and again");

  await visitor.click("#lesson-next");
  await visitor.says("#lesson-title", "conv2d");
  assert.match(await visitor.text(".lesson-kicker"), /32 maps of 30 × 30/);
  const sheet = await visitor.pixels("#lesson-maps .lesson-all canvas");
  await visitor.press("ArrowRight");
  await visitor.says("#lesson-title", "max_pooling2d");
  assert.notEqual(await visitor.pixels("#lesson-maps .lesson-all canvas"), sheet);
  await visitor.press("ArrowLeft");
  await visitor.says(".lesson-kicker", "30 × 30");

  // One value of the enlarged map, by the keys.
  await visitor.click("#lesson-maps .lesson-lens");
  await visitor.press("ArrowDown");
  await visitor.says(".lesson-reading", "row 2, column 1");
  await visitor.says("#lesson-title", "conv2d");

  await visitor.click('[data-stage="9"]');
  await visitor.says("#lesson-title", "The loss is");
  const [share, loss] = await visitor.texts("#lesson-classes .lesson-formula p");
  const [p, minusLog] = [share, loss].map((line) => numberIn(line.split("= ").at(-1)));
  assert.ok(Math.abs(-Math.log(p) - minusLog) < 1e-3, `${share}; ${loss}`);
  assert.match(await visitor.text("#lesson-title"), new RegExp(`is ${minusLog.toFixed(3)}`));

  await visitor.click("#lesson-next");
  await visitor.says("#lesson-title", "The gradient at dense_2");
  await visitor.says("#lesson-classes", "The last two columns agree");
  const factors = (await visitor.texts("#lesson-chain .factor b")).map(numberIn);
  assert.ok(Math.abs(factors[0] * factors[1] - factors[2]) <= 1e-3 * Math.abs(factors[2]), String(factors));
  await visitor.says("#lesson-verdict", "It is the same");

  // The rule holds in every layer with weights, for one weight and another.
  for (let stage = 10; stage < 18; stage += 1) {
    await visitor.click(`[data-stage="${stage}"]`);
    await visitor.wait((n) => document.querySelector(`[data-stage="${n}"]`).getAttribute("aria-current") === "step", stage);
    if (await visitor.evaluate(() => document.querySelector("#lesson-chain").hidden)) continue;
    const before = await visitor.text("#lesson-chain > p");
    await visitor.says("#lesson-verdict", "It is the same");
    await visitor.click("#lesson-another-weight");
    await visitor.wait((words) => document.querySelector("#lesson-chain > p").innerText !== words, before);
    await visitor.says("#lesson-verdict", "It is the same");
  }

  await visitor.click("#lesson-next");
  await visitor.says("#lesson-title", "weights move");
  const shares = (await visitor.texts(".lesson-moved .strong")).map(Number);
  assert.ok(shares.length >= 3 && Math.abs(shares[0] - 1) < 0.01, `the first step is the learning rate: ${shares}`);
  await visitor.select("#lesson-learner", "0");
  await visitor.wait(() => document.querySelector("#lesson-unit").options.length === 32);

  await visitor.click("#lesson-next");
  await visitor.says("#lesson-count", "1 step taken");
  const [first, second] = (await visitor.texts(".lesson-losses dd")).map(Number);
  assert.ok(second < first, `the loss falls: ${first}, ${second}`);
  await visitor.click("#lesson-step");
  await visitor.says("#lesson-count", "2 steps taken");
  assert.equal(Number((await visitor.texts(".lesson-losses dd"))[0]), second, "the next step begins where the last one ended");
  assert.equal(await visitor.evaluate(() => document.activeElement.id), "lesson-step", "the focus stays on the button");
});

both("an autoencoder's step; another picture, rate and network begin anew", async (visitor) => {
  await visitor.open("?section=lesson&model=cae");
  await visitor.click("#lesson-begin");
  await visitor.wait('[data-stage="14"]');
  await visitor.click('[data-stage="14"]');
  await visitor.says("#lesson-drawn", "the library says");
  const line = (await visitor.texts("#lesson-drawn .lesson-formula p")).at(-1);
  const [ours, theirs] = [/= ([\d.]+);/, /says ([\d.]+)/].map((pattern) => Number(pattern.exec(line)[1]));
  assert.ok(Math.abs(ours - theirs) < 2e-4, line);
  await visitor.click("#lesson-next");
  await visitor.says("#lesson-drawn > p", "It is the same");

  const loss = await visitor.text('[data-stage="14"] b');
  await visitor.click(".lesson-pick:nth-child(2)");
  await visitor.wait((before) => document.querySelector('[data-stage="14"] b').innerText !== before, loss);
  await visitor.says("#lesson-title", "The gradient at");
  await visitor.select("#lesson-rate", "0.1");
  await visitor.wait(() => /rate=0.1/.test(location.search));
  await visitor.select("#lesson-network", "model:cnn-avg-2");
  await visitor.wait('[data-stage="19"]');
  await visitor.says("#lesson-title", "The picture");
  await visitor.wait(() => /model=cnn-avg-2/.test(location.search));
});
