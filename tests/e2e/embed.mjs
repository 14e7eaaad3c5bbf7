// Sections inside another page: the example course page under its strict policy, as a student uses it.

import assert from "node:assert/strict";
import { both } from "./both.mjs";
import { url } from "./address.mjs";

/** In the page: something inside the nth element. */
const inside = ([n, selector]) => document.querySelectorAll("tabgrad-lab")[n]?.shadowRoot?.querySelector(selector) != null;
const press = ([n, selector]) => document.querySelectorAll("tabgrad-lab")[n].shadowRoot.querySelector(selector).click();
const textOf = ([n, selector]) => document.querySelectorAll("tabgrad-lab")[n].shadowRoot.querySelector(selector)?.textContent ?? "";

/** Counts the workers that a page makes. */
function countWorkers() {
  const Plain = globalThis.Worker;
  globalThis.made = 0;
  globalThis.Worker = class extends Plain {
    constructor(...given) {
      super(...given);
      globalThis.made += 1;
    }
  };
}

both("a course page's elements start on a click, share one worker, and train under a strict policy", async ({ page, wait, evaluate }) => {
  await page.goto(`${url}examples/course.html`);
  await evaluate(countWorkers);
  await wait(inside, [0, ".primary"]);
  assert.equal(await evaluate(() => globalThis.made), 0, "nothing is loaded before a click");
  assert.match(await evaluate(textOf, [1, ".element-title"]), /Autoencoders/);
  await evaluate(press, [0, ".primary"]);
  await wait(inside, [0, "#pictures canvas:not([data-empty])"]);
  await evaluate(press, [1, ".primary"]);
  await wait(inside, [1, "#studio"]);
  assert.equal(await evaluate(() => globalThis.made), 1, "both are served by one worker");
  await wait(() => {
    const field = document.querySelectorAll("tabgrad-lab")[1].shadowRoot.querySelector("#studio-epochs");
    return field?.value === "5";
  });
});

both("an element that names no section says which there are", async ({ page, wait, evaluate }) => {
  await page.goto(`${url}examples/course.html`);
  await evaluate(() => {
    const odd = document.createElement("tabgrad-lab");
    odd.setAttribute("section", "vgg");
    document.querySelector("main").prepend(odd);
  });
  await wait(inside, [0, ".alarm"]);
  assert.match(await evaluate(textOf, [0, ".alarm"]), /“vgg”.*pictures, train/);
});
