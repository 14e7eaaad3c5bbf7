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

/** Opens the nth element. */
async function open({ wait, evaluate }, n, selector) {
  await wait(inside, [n, ".primary"]);
  await evaluate(press, [n, ".primary"]);
  await wait(inside, [n, selector]);
}

both("two elements that walk through a step have a network each", async (visitor) => {
  const { page, wait, evaluate } = visitor;
  await page.goto(`${url}examples/course.html`);
  await evaluate(() => {
    const second = document.createElement("tabgrad-lab");
    for (const [name, value] of [["section", "lesson"], ["model", "cae"]]) second.setAttribute(name, value);
    document.querySelector("main").append(second);
  });
  for (const n of [2, 3]) {
    await open(visitor, n, "#lesson-begin:enabled");
    await evaluate(press, [n, "#lesson-begin"]);
    await wait(inside, [n, "#lesson-rail button"]);
  }
  const stages = ([n]) => document.querySelectorAll("tabgrad-lab")[n].shadowRoot.querySelector("#lesson-rail").textContent.replace(/The loss [\d.]+/, "");
  const first = await evaluate(stages, [2]);
  assert.notEqual(first, await evaluate(stages, [3]), "the attribute `preset` of the example names another network");
  // One more step of the first is one of its own network, though the other was begun later.
  const rows = ([n, count]) => document.querySelectorAll("tabgrad-lab")[n].shadowRoot.querySelectorAll(".lesson-step-table tbody tr").length === count;
  await evaluate(([n]) => [...document.querySelectorAll("tabgrad-lab")[n].shadowRoot.querySelectorAll("#lesson-rail button")].at(-1).click(), [2]);
  await wait(rows, [2, 2]);
  await wait(inside, [2, "#lesson-step:not([aria-disabled=true])"]);
  await evaluate(press, [2, "#lesson-step"]);
  await wait(rows, [2, 3]);
  assert.equal(await evaluate(stages, [2]), first);
});

both("an element that is taken out rests its run; it or another one in its place goes on with it, with one worker", async (visitor) => {
  const { page, wait, evaluate } = visitor;
  await page.goto(`${url}examples/course.html`);
  await evaluate(countWorkers);
  await evaluate(() => {
    const main = document.querySelector("main");
    const one = Object.assign(document.createElement("tabgrad-lab"), { id: "one" });
    for (const [name, value] of [["section", "train"], ["preset", "cnn-avg-2"], ["epochs", "50"]]) one.setAttribute(name, value);
    main.prepend(one);
  });
  await open(visitor, 0, "#run:enabled:not([aria-disabled])");
  await evaluate(press, [0, "#run"]);
  const step = () => /Step ([\d,]+) of/.exec(document.querySelector("tabgrad-lab").shadowRoot.querySelector("#run-bar")?.textContent ?? "")?.[1] ?? null;
  await wait(step);
  // As a site does that changes its pages without loading them.
  await evaluate(() => {
    globalThis.old = document.querySelector("main");
    const other = document.createElement("main");
    other.append(Object.assign(document.createElement("p"), { textContent: "Another page" }));
    globalThis.old.replaceWith(other);
  });
  await wait(() => globalThis.old.querySelector("#one").shadowRoot.querySelector("#train") === null);
  await evaluate(() => document.querySelector("main").replaceWith(globalThis.old));
  await wait(inside, [0, "#train"]);
  await wait(step);
  const before = await evaluate(step);
  await wait((before) => /Step ([\d,]+) of/.exec(document.querySelector("tabgrad-lab").shadowRoot.querySelector("#run-bar")?.textContent ?? "")?.[1] !== before, before);
  assert.equal(await evaluate(([n, s]) => document.querySelectorAll("tabgrad-lab")[n].shadowRoot.querySelector(s).value, [0, "#setting-epochs"]), "50", "with the settings that it was left with");
  // Another element in its place shows the same run.
  await evaluate(() => {
    const other = document.createElement("tabgrad-lab");
    other.setAttribute("section", "train");
    document.querySelector("#one").replaceWith(other);
  });
  await open(visitor, 0, "#run-bar");
  await wait(step);
  const main = await evaluate(() => globalThis.made);
  assert.equal(main, 1, "one worker for all of them");
});

both("elements that name another device, or the terminal's bits, have a lab of their own", async (visitor) => {
  const { page, wait, evaluate } = visitor;
  await page.goto(`${url}examples/course.html`);
  await evaluate(() => {
    globalThis.addresses = [];
    const Plain = globalThis.Worker;
    globalThis.Worker = class extends Plain {
      constructor(address, ...given) {
        super(address, ...given);
        globalThis.addresses.push(String(address));
      }
    };
    for (const [name, value] of [["simd", "plain"], ["compute", "cpu"]]) {
      const one = document.createElement("tabgrad-lab");
      one.setAttribute("section", "train");
      one.setAttribute(name, value);
      document.querySelector("main").prepend(one);
    }
  });
  await open(visitor, 0, "#compute-choice");
  assert.equal(await evaluate(([n, s]) => document.querySelectorAll("tabgrad-lab")[n].shadowRoot.querySelector(s).value, [0, "#compute-choice"]), "cpu");
  await open(visitor, 1, "#train");
  await wait(() => globalThis.addresses.length === 2);
  assert.ok((await evaluate(() => globalThis.addresses[1])).includes("simd=plain"));
});
