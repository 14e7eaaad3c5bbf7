// Tests of the page in two browsers: Chromium through Playwright, Firefox through WebDriver BiDi.
// Both answer to the same few verbs, which are all that a test of a section may use.

import assert from "node:assert/strict";
import { after, describe, test } from "node:test";
import puppeteer from "puppeteer-core";
import { LAN, findBrowser, launch } from "./browser.mjs";
import { url } from "./address.mjs";
import { goTo, wordsOf } from "./places.mjs";

const LIMIT = 90_000;

/** The verbs. Both drivers' pages agree on `evaluate`, `click` and `screenshot`; the rest is told
 * apart here. @typedef {Awaited<ReturnType<typeof open>>} Visitor */

/** @param {any} page  of either driver @param {(fn: any, arg: any) => Promise<unknown>} waitFor
 * @param {(selector: string, files: string[]) => Promise<void>} upload */
function open(page, waitFor, upload) {
  /** Waits for a selector to match, or for a function in the page to hold. */
  const wait = (what, arg) =>
    typeof what === "string" ? waitFor((selector) => document.querySelector(selector) !== null, what) : waitFor(what, arg);
  return {
    page,
    wait,
    evaluate: (fn, arg) => page.evaluate(fn, arg),
    /** Opens the page and waits until a run can be started. */
    async open(query = "") {
      await page.goto(url + query);
      await wait("#run:enabled:not([aria-disabled]), [data-ready]");
    },
    reload: () => page.reload(),
    /** Brings into sight what a selector finds. */
    async goTo(selector) {
      await wait(selector);
      await goTo(page, selector);
    },
    async click(selector) {
      await wait(selector);
      await goTo(page, selector);
      await page.click(selector);
    },
    /** Types into a field as a visitor does, and leaves it. */
    async fill(selector, value) {
      await wait(selector);
      await page.evaluate(
        ([s, v]) => {
          const field = document.querySelector(s);
          field.focus();
          field.value = v;
          field.dispatchEvent(new Event("input", { bubbles: true }));
          field.dispatchEvent(new Event("change", { bubbles: true }));
          field.blur();
        },
        [selector, value],
      );
    },
    async select(selector, value) {
      await wait(selector);
      await page.evaluate(
        ([s, v]) => {
          const field = document.querySelector(s);
          field.value = v;
          field.dispatchEvent(new Event("change", { bubbles: true }));
        },
        [selector, value],
      );
    },
    press: (key) => page.keyboard.press(key),
    upload,
    text: async (selector) => (await wordsOf(page, selector))[0] ?? "",
    texts: (selector) => wordsOf(page, selector),
    count: (selector) => page.evaluate((s) => document.querySelectorAll(s).length, selector),
    attribute: (selector, name) => page.evaluate(([s, n]) => document.querySelector(s)?.getAttribute(n) ?? null, [selector, name]),
    value: (selector) => page.evaluate((s) => document.querySelector(s)?.value ?? null, selector),
    /** The pixels of some canvases, as one string to compare. */
    pixels: (selector) => page.evaluate((s) => [...document.querySelectorAll(s)].map((c) => c.toDataURL()).join(), selector),
    /** Waits for words among all that `selector` says from now on: what stands there only for a moment is missed by
     * who looks every so often. */
    async watch(selector) {
      await page.evaluate((s) => {
        const said = ((globalThis.said ??= {})[s] = []);
        const look = () => said.push(document.querySelector(s).textContent);
        new MutationObserver(look).observe(document.querySelector(s), { subtree: true, childList: true, characterData: true });
      }, selector);
      return (words) => wait(([s, w]) => globalThis.said[s].some((text) => text.includes(w)), [selector, words]);
    },
    /** Until `selector` says `words` and nothing else. */
    reads: (selector, words) => polled(async () => (await wordsOf(page, selector))[0] === words),
    /** Until the text of `selector` contains `words`. */
    says: (selector, words) =>
      wait(([s, w]) => document.querySelector(s)?.textContent?.includes(w) ?? false, [selector, words]),
  };
}

/** Asks again and again until the answer is yes. Puppeteer's own way needs `eval`, which the page forbids.
 * @param {() => Promise<unknown>} ask */
async function polled(ask) {
  const end = Date.now() + LIMIT;
  for (;;) {
    try {
      if (await ask()) return;
    } catch (thrown) {
      // The page that was asked may just have been left for another.
      if (Date.now() > end) throw thrown;
    }
    if (Date.now() > end) throw new Error("what was waited for did not happen");
    await new Promise((done) => setTimeout(done, 100));
  }
}

/** How to make a page in each browser. */
const drivers = {
  async chromium() {
    const browser = await launch([]);
    return {
      close: () => browser.close(),
      async page() {
        const context = await browser.newContext({ viewport: { width: 1280, height: 900 } });
        const page = await context.newPage();
        const waitFor = (fn, arg) => page.waitForFunction(fn, arg, { timeout: LIMIT });
        const upload = (selector, files) => page.setInputFiles(selector, files);
        return { page, waitFor, upload, end: () => context.close() };
      },
    };
  },
  async firefox() {
    const executablePath = findBrowser("FIREFOX", ["firefox-esr", "firefox"]);
    if (!executablePath) return null;
    const browser = await puppeteer.launch({
      browser: "firefox", executablePath, headless: true, extraPrefsFirefox: { "network.dns.localDomains": LAN },
    });
    return {
      close: () => browser.close(),
      async page() {
        const context = await browser.createBrowserContext();
        const page = await context.newPage();
        // Firefox ESR 140 has the size and not the orientation, which comes after it.
        await page.setViewport({ width: 1280, height: 900 }).catch((thrown) => {
          if (!/unknown command/.test(thrown.message)) throw thrown;
        });
        const waitFor = (fn, arg) => polled(() => page.evaluate(fn, arg));
        const upload = async (selector, files) => (await page.$(selector)).uploadFile(...files);
        return { page, waitFor, upload, end: () => context.close() };
      },
    };
  },
};

/** One browser of each kind for all tests of a file. @type {Record<string, Promise<any>>} */
const browsers = Object.fromEntries(Object.entries(drivers).map(([name, start]) => [name, start()]));
after(async () => {
  for (const starting of Object.values(browsers)) await (await starting)?.close();
});

/**
 * A test in each browser, in both at once, with a page and private storage of its own. What the console complains
 * about fails it, but for the lines that `expected` matches.
 * @param {string} name @param {(visitor: Visitor) => Promise<void>} body
 * @param {{expected?: RegExp, limit?: number}} [options]
 */
export function both(name, body, { expected, limit = 240_000 } = {}) {
  describe(name, { concurrency: true }, () => {
    for (const [kind, starting] of Object.entries(browsers)) test(`${name} (${kind})`, { timeout: limit }, (t) => inOne(t, kind, starting));
  });

  async function inOne(t, kind, starting) {
    const browser = await starting;
    if (!browser) return t.skip("not run: no Firefox");
    const { page, waitFor, upload, end } = await browser.page();
    page.setDefaultNavigationTimeout(LIMIT);
    const complaints = [];
    // Firefox tells in these words of a script that was ended in its middle, by a reload or with its worker.
    const ended = (words) => kind === "firefox" && words === "uncaught exception: undefined";
    page.on("pageerror", ({ message }) => ended(message) || complaints.push(message));
    page.on("console", (line) => {
      // It warns of what it thinks of its own preferences, too.
      if (ended(line.text())) return;
      if (line.type() === "error" || (kind === "chromium" && line.type() === "warning")) complaints.push(line.text());
    });
    try {
      await body(open(page, waitFor, upload));
      assert.deepEqual(complaints.filter((line) => !expected?.test(line)), [], "the console is quiet");
    } catch (thrown) {
      const said = await page.evaluate(() => [...document.querySelectorAll("[role=status], [role=alert]")].map((e) => e.textContent).filter(Boolean)).catch(() => []);
      thrown.message += `\nThe page said: ${JSON.stringify(said)}\nThe console: ${JSON.stringify(complaints)}`;
      throw thrown;
    } finally {
      await end();
    }
  }
}
