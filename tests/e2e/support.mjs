// What the end-to-end tests share: one headless Chromium, a fresh profile for each test, and the
// page as a visitor uses it. A server at `--url` is started by whoever starts the tests.

import assert from "node:assert/strict";
import { after, test } from "node:test";
import { data, train, url } from "./address.mjs";
import { WEBGPU, hasAdapter, launch } from "./browser.mjs";
import { goTo } from "./places.mjs";

export { data, train, url };

const browser = await launch([]);
after(() => browser.close());

/** The same browser with a GPU, and why not if it has none. */
const withGpu = await launch(WEBGPU);
after(() => withGpu.close());
const noAdapter = (await hasAdapter(withGpu, url)) ? false : "not run: no adapter";

/**
 * A test with a page of its own. What the console complains about fails it, but for the lines
 * that `expected` matches.
 * @param {string} name
 * @param {(visitor: ReturnType<typeof visiting>) => Promise<void>} body
 * @param {{viewport?: {width: number, height: number}, expected?: RegExp, gpu?: boolean}} [options]
 */
export function visit(name, body, { viewport = { width: 1280, height: 900 }, expected, gpu = false } = {}) {
  test(name, { timeout: gpu ? 300_000 : 120_000, skip: gpu && noAdapter }, async () => {
    const context = await (gpu ? withGpu : browser).newContext({ viewport });
    const page = await context.newPage();
    page.setDefaultTimeout(60_000);
    const complaints = [];
    page.on("pageerror", (error) => complaints.push(error.message));
    page.on("console", (line) => {
      if (line.type() === "error" || line.type() === "warning") complaints.push(line.text());
    });
    await page.addInitScript(recordEvents);
    try {
      await body(visiting(page));
      assert.deepEqual(complaints.filter((line) => !expected?.test(line)), [], "the console is quiet");
    } catch (thrown) {
      // What the page was saying then is most of the diagnosis.
      const said = await page.locator("#notices, #data, #status, #refusal, #intake, #compute").allInnerTexts().catch(() => []);
      thrown.message += `\nThe page said: ${JSON.stringify(said)}\nThe console: ${JSON.stringify(complaints)}`;
      throw thrown;
    } finally {
      await context.close();
    }
  });
}

/** In the page: keeps what the workers tell of runs. */
function recordEvents() {
  const Plain = globalThis.Worker;
  globalThis.seen = [];
  globalThis.Worker = class extends Plain {
    constructor(...settings) {
      super(...settings);
      this.addEventListener("message", ({ data }) => {
        if (data.report?.type === "run-kept") globalThis.keptAt = data.report.step;
        if (data.report?.type === "run-events") globalThis.seen.push(...data.report.events);
      });
    }
  };
}

/** The page as a visitor uses it. @param {import("playwright-core").Page} page */
function visiting(page) {
  const text = (selector) => page.locator(selector).innerText();
  const enabled = (selector) => page.waitForSelector(`${selector}:enabled:not([aria-disabled])`, { state: "attached" });
  return {
    page,
    text,
    enabled,
    /** Opens the page and waits until a run can be started. */
    async open(query = "") {
      await page.goto(url + query);
      await enabled("#run");
    },
    async press(id) {
      await goTo(page, `#${id}`);
      await page.click(`#${id}:enabled:not([aria-disabled])`);
    },
    status: (words) => page.waitForFunction((w) => document.querySelector("#status")?.textContent?.includes(w), words),
    /** The step that the run is at. */
    async step() {
      const found = /Step ([\d,]+) of/.exec(await text("#run-bar"));
      return found ? Number(found[1].replaceAll(",", "")) : 0;
    },
    untilStep: (least) =>
      page.waitForFunction((n) => {
        const found = /Step ([\d,]+) of/.exec(document.querySelector("#run-bar")?.textContent ?? "");
        return found !== null && Number(found[1].replaceAll(",", "")) >= n;
      }, least),
    async choose(model) {
      await goTo(page, "#model-choice");
      await page.check(`input[name=model][value=${model}]`);
      await page.waitForSelector(`.layers caption:has-text("${model}")`, { state: "attached" });
    },
    async set(key, value) {
      await goTo(page, `#setting-${key}`);
      await page.fill(`#setting-${key}`, value);
      await page.press(`#setting-${key}`, "Tab");
    },
    /** A column of the table of epochs. */
    async column(n) {
      const cells = await page.locator(`#values tbody tr > :nth-child(${n})`).allTextContents();
      return cells.map((cell) => Number.parseFloat(cell));
    },
    /** The pixels of some canvases, as one string to compare. */
    pixels: (selector) =>
      page.locator(selector).evaluateAll((all) => all.map((/** @type {any} */ canvas) => canvas.toDataURL()).join()),
    /** What the workers have told of runs so far. @returns {Promise<any[]>} */
    events: () => page.evaluate(() => /** @type {any} */ (globalThis).seen),
    sampleNames: () => page.locator(".sample figcaption").allTextContents(),
    /** Drops files on the page's drop zone. */
    async drop(...files) {
      const transfer = await page.evaluateHandle((given) => {
        const carried = new DataTransfer();
        for (const { name, bytes } of given) carried.items.add(new File([Uint8Array.from(atob(bytes), (c) => c.charCodeAt(0))], name));
        return carried;
      }, files.map(({ name, bytes }) => ({ name, bytes: bytes.toString("base64") })));
      await page.dispatchEvent("#drop", "drop", { dataTransfer: transfer });
    },
  };
}
