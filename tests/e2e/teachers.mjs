// What teachers do with the page: they hide and lock parts of it, embed it, and hear of its runs.

import assert from "node:assert/strict";
import { both } from "./both.mjs";
import { url } from "./address.mjs";
import { on, ready, told } from "./misbehaving.mjs";

/** Of each run here. */
const EPOCHS = 2;

both("a link hides sections and parts, locks others, and says which name nothing has", async ({ open, says, evaluate, texts, attribute }) => {
  await open("?hide=lesson,keep,settings&lock=models,vgg&epochs=3");
  const links = await texts(".bar-link");
  assert.equal(links.length, 6);
  assert.ok(!links.includes("One step") && !links.includes("Keep"));
  await says("#notices", "Nothing here is called “vgg”");
  const shown = (selector) => evaluate((s) => document.querySelector(s).getClientRects().length > 0, selector);
  assert.equal(await shown("#settings"), false);
  assert.equal(await shown("#compute"), true);
  // What is locked takes no press.
  const hit = await evaluate(() => {
    const { left, top, width, height } = document.querySelector('input[name=model][value="cnn-max-3"]').getBoundingClientRect();
    return document.elementFromPoint(left + width / 2, top + height / 2)?.closest("#models") ?? null;
  });
  assert.equal(hit, null);
  assert.equal(await attribute("#models", "inert"), "");
  await evaluate(() => (location.hash = "#lesson"));
  assert.equal(await shown("#train"), true, "a hidden section is no place");
});

/** In the page: what is told of runs and sizes, by whatever way. */
function listen() {
  globalThis.heard = [];
  for (const type of ["tabgrad-epoch", "tabgrad-finished"]) addEventListener(type, ({ detail }) => globalThis.heard.push(detail));
}

function check(heard, section) {
  const epochs = heard.filter(({ type }) => type === "tabgrad-epoch");
  const finished = heard.filter(({ type }) => type === "tabgrad-finished");
  assert.deepEqual(epochs.map((news) => news.epochs), Array.from({ length: EPOCHS }, (_, i) => i + 1));
  assert.equal(finished.length, 1);
  const [{ run, model, seed, status, results, ...rest }] = finished;
  assert.deepEqual({ section: rest.section, model, seed, status }, { section, model: "cnn-avg-2", seed: 7, status: "completed" });
  assert.ok(epochs.every((news) => news.run === run && news.results.testAccuracy >= 0 && news.results.testAccuracy <= 1 && news.results.testLoss > 0));
  assert.deepEqual(epochs.at(-1).results, results);
}

both("an element tells its page of every epoch and of the end, and hides what its attribute names", async ({ page, wait, evaluate }) => {
  await page.goto(`${url}examples/course.html`);
  await evaluate(listen);
  await evaluate((epochs) => {
    const lab = document.createElement("tabgrad-lab");
    for (const [name, value] of Object.entries({ section: "train", preset: "cnn-avg-2", epochs, seed: 7, hide: "models" })) lab.setAttribute(name, value);
    lab.id = "mine";
    document.querySelector("main").prepend(lab);
  }, EPOCHS);
  const inside = (selector) => document.querySelector("#mine").shadowRoot?.querySelector(selector) != null;
  await wait(inside, ".primary");
  await evaluate(() => document.querySelector("#mine").shadowRoot.querySelector(".primary").click());
  await wait(inside, "#run:enabled");
  assert.equal(await evaluate(() => document.querySelector("#mine").shadowRoot.querySelector("#models").getClientRects().length), 0);
  await evaluate(() => document.querySelector("#mine").shadowRoot.querySelector("#run").click());
  await wait(() => globalThis.heard.some(({ type }) => type === "tabgrad-finished"));
  check(await evaluate(() => globalThis.heard), "train");
});

/** A course page that lets its frame grow and writes down what it hears. */
const course = `<!doctype html><script>
globalThis.heard = []; globalThis.heights = [];
addEventListener("message", ({ data }) => {
  if (data.type === "tabgrad-height") { heights.push(data.height); document.querySelector("iframe").style.height = data.height + "px"; }
  else if (String(data.type).startsWith("tabgrad-")) heard.push(data);
});
</script><iframe src="/lab/?section=train&preset=cnn-avg-2&epochs=${EPOCHS}&seed=7" style="width:100%;height:20rem"></iframe>`;

both("a frame tells its height, which comes to rest, and its runs' news", on({ at: "/lab/", pages: { "/course.html": course } }, async ({ page, wait, evaluate }, server) => {
  await page.goto(new URL("/course.html", server.url).href);
  const frame = () => page.frames().find((one) => one.url().includes("section=train"));
  for (let tries = 0; !frame() && tries < 100; tries += 1) await new Promise((done) => setTimeout(done, 50));
  for (let tries = 0; tries < 600 && !(await frame().evaluate((s) => document.querySelector(s) !== null, ready)); tries += 1) await new Promise((done) => setTimeout(done, 100));
  await wait(() => globalThis.heights.length > 0);
  await frame().evaluate((s) => document.querySelector(s).click(), ready);
  await wait(() => globalThis.heard.some(({ type }) => type === "tabgrad-finished"));
  check(await evaluate(() => globalThis.heard), "train");
  const inside = await frame().evaluate(() => document.body.getBoundingClientRect().height);
  assert.ok(Math.abs((await evaluate(() => globalThis.heights.at(-1))) - inside) <= 1, "it is as tall as what is in it");
  assert.ok(inside < 4000, `${inside} pixels`);
}), { expected: told });
