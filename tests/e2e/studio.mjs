// The autoencoder studio, used as a student would: two networks on the same pictures, a code, the
// map and a way through it, and a network that undoes noise.

import assert from "node:assert/strict";
import { both } from "./both.mjs";

const drawn = (selector) => `${selector} canvas:not([data-empty])`;
const trained = (visitor) => visitor.wait(() => document.querySelector("#studio-start")?.textContent === "Train" && document.querySelector("#studio-controls[data-ready]") !== null);
const bring = (visitor, selector) => visitor.goTo(selector);

both("plain beside BatchNorm, on the same pictures and the same axes, then looked into", async (visitor) => {
  await visitor.open("?section=studio&preset=pair&epochs=6");
  assert.equal(await visitor.count(drawn('[data-row="inputs"]')), 8, "the pictures are there before any network");
  await visitor.click("#studio-start");
  await visitor.wait(drawn('[data-network="run"] [data-row="outputs"]'));
  const early = await visitor.pixels('[data-network="run"] [data-row="outputs"] canvas');
  await trained(visitor);
  assert.notEqual(await visitor.pixels('[data-network="run"] [data-row="outputs"] canvas'), early, "it was drawn again");
  for (const network of ["run", "beside"]) assert.equal(await visitor.count(drawn(`[data-network="${network}"] [data-row="differences"]`)), 8, network);
  for (const chart of ["#studio-training-chart", "#studio-validation-chart"]) assert.equal(await visitor.count(`${chart} .compare-keys li`), 2, chart);
  assert.deepEqual((await visitor.texts("#studio-measures-table thead th")).slice(1), ["cae", "cae-bn"]);
  assert.match(await visitor.text('[data-measure="psnr"]'), /\d+\.\d\d dB\s+\d+\.\d\d dB/);

  await visitor.says("#studio-code-size", "128 come through (4 × 4 × 8): 24 times fewer");
  assert.equal(await visitor.count(".studio-channel"), 8);
  const code = await visitor.pixels(".studio-channel");
  await visitor.click('[data-row="inputs"] button:nth-child(3)');
  await visitor.wait((before) => [...document.querySelectorAll(".studio-channel")].map((c) => c.toDataURL()).join() !== before, code);

  await bring(visitor, "#studio-map");
  await visitor.says("#studio-together", "nearest neighbours");
  const map = await visitor.pixels("#studio-plane canvas");
  await visitor.click(".studio-chip:nth-child(2)");
  await visitor.wait((before) => document.querySelector("#studio-plane canvas").toDataURL() !== before, map);
  await visitor.evaluate(() => document.querySelector("#studio-plane").focus());
  for (const key of ["ArrowLeft", "Enter", "ArrowRight", "ArrowRight", "ArrowUp", "ArrowRight", "Enter"]) await visitor.press(key);
  await visitor.says("#studio-way-said", "on the straight line between theirs");
  assert.equal(await visitor.count(drawn(".studio-way")), 11);

  await bring(visitor, "#studio-extremes");
  await visitor.says("#studio-extremes-said", "Out of 200 test pictures");
  assert.equal(await visitor.count(drawn("#studio-extremes")), 24);

  const runs = await visitor.evaluate(() => [...document.querySelector("#studio-run").options].map(({ value, text }) => ({ value, text })));
  await visitor.select("#studio-run", runs.find(({ text }) => text.startsWith("cae-bn")).value);
  await visitor.says("#studio-code-size", "8,192 (16 × 16 × 32)");
  assert.equal(await visitor.count(".studio-channel"), 32);

  // Both runs are kept: the studio shows them after a reload as it did before.
  await visitor.reload();
  await visitor.wait("#studio-controls[data-ready]");
  await bring(visitor, "#studio-rows");
  for (const network of ["run", "beside"]) await visitor.wait(drawn(`[data-network="${network}"] [data-row="outputs"]`));
  await visitor.select("#studio-other", "");
  await visitor.wait(() => document.querySelectorAll("#studio-measures-table thead th").length === 2);
  assert.equal(await visitor.evaluate(() => document.querySelector('[data-network="beside"]').hidden), true);
});

both("a denoising autoencoder shows what it sees, and can be held and stopped", async (visitor) => {
  await visitor.open("?section=studio&preset=cae-denoise&epochs=300");
  await visitor.select("#studio-noise", "masking");
  await visitor.fill("#studio-noiseLevel", "2");
  await visitor.says("#studio-settings [role=alert]", "Noise level is “2”");
  await visitor.wait("#studio-start:disabled");
  await visitor.fill("#studio-noiseLevel", "0.4");
  await visitor.wait(() => location.search.includes("noise=masking") && location.search.includes("noiseLevel=0.4") && location.search.includes("epochs=300"));
  await visitor.click("#studio-start");
  await visitor.wait(drawn('[data-row="corrupted"]'));
  await visitor.says("#studio-code", "corrupted");
  await visitor.click("#studio-start");
  await visitor.says("#studio-status", "Paused.");
  await visitor.click("#studio-start");
  await visitor.says("#studio-status", "Training.");
  await visitor.click("#studio-stop");
  await visitor.says("#studio-status", "Stopped.");
  await visitor.wait((s) => document.querySelectorAll(s).length === 8, drawn('[data-row="corrupted"]'));
  assert.notEqual(await visitor.pixels('[data-row="corrupted"] canvas'), await visitor.pixels('[data-row="inputs"] canvas'));
});
