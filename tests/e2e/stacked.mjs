// The stacked section, used as a student would: a stack is trained stage by stage, looked at,
// compared, and found again after a reload.

import assert from "node:assert/strict";
import { url } from "./address.mjs";
import { both } from "./both.mjs";

const standings = (visitor) => visitor.evaluate(() => [...document.querySelectorAll("#stacked .rung")].map((rung) => rung.getAttribute("data-standing")));
const finished = () => [...document.querySelectorAll("#stacked .rung")].every((rung) => rung.getAttribute("data-standing") === "done");

both("a stack climbs its ladder, keeps what each stage drew, and is judged as a beginning", async (visitor) => {
  const { click, fill, wait, text, texts, count, reload, says, select } = visitor;
  const ready = () => wait("#stacked-run:enabled:not([aria-disabled])");
  await visitor.page.goto(`${url}?section=stacked&batchSize=64`);
  await ready();
  assert.equal(await visitor.value("#stacked-batchSize"), "64");
  assert.equal(await visitor.value("#stacked-epochs"), "5");
  assert.deepEqual(await standings(visitor), ["waiting", "waiting", "waiting", "waiting"]);
  assert.match((await texts("#stacked .rung"))[1], /Learns: Conv 8, Pool → Up, Conv 16\.\s*Frozen: Conv 16, Pool\.\s*Only draws: Up, Conv 3\./);
  assert.equal(await visitor.evaluate(() => document.querySelector("#stacked-compare").disabled), true, "there is no encoder yet");

  await fill("#stacked-epochs", "no");
  await says("#stacked .settings-errors", "Epochs is “no”");
  assert.equal(await visitor.evaluate(() => document.querySelector("#stacked-run").disabled), true);
  await fill("#stacked-epochs", "1");
  await wait(() => location.search.includes("epochs=1"));

  await click("#stacked-run");
  await wait(() => document.querySelector('#stacked .rung[data-standing="now"]') !== null);
  await wait(finished);
  for (const rung of await texts("#stacked .rung-loss")) assert.match(rung, /\d\.\d+[\s\S]* dB/, "every rung has its loss and PSNR");
  assert.match(await text("#stacked-outcome"), /4×4×8, holds 128 numbers/);
  assert.equal(await count("#stacked .stacked-rows canvas:not([data-empty])"), 5 * 8, "the pictures of every phase");
  const rows = await visitor.evaluate(() => [...document.querySelectorAll("#stacked .drawn-pictures")].map((row) => [...row.querySelectorAll("canvas")].map((one) => one.toDataURL()).join()));
  assert.equal(new Set(rows).size, 5, "no two phases draw the same");

  await fill("#stacked-classifier-epochs", "2");
  await click("#stacked-compare");
  await wait("#stacked-values tbody tr");
  await says("#stacked-verdict", "This is one seed.");
  await select("#stacked-seeds", "2");
  await click("#stacked-compare");
  await says("#stacked-verdict", "Over 2 seeds");
  assert.equal(await count("#stacked-values tbody tr"), 2);
  assert.equal(await count("#stacked-accuracy .compare-keys li"), 2);

  // The last run is kept a moment after its end is told.
  await new Promise((resolve) => setTimeout(resolve, 1500));
  await reload();
  await ready();
  await wait(finished);
  await wait(() => document.querySelectorAll("#stacked .stacked-rows canvas:not([data-empty])").length === 16);
  assert.match(await text("#stacked .stacked-rows"), /Not available\. Pictures between the stages/);
  await says("#stacked-verdict", "Over 2 seeds");
});
