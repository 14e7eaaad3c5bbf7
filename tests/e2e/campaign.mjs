// What the campaign of kills shares: a Chromium of its own with a profile on the disk, as a visitor has it, that
// can be ended at any moment; the page in it; and random numbers from a seed.

import { spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { chromium } from "playwright-core";
import { QUIET, browserPath } from "./browser.mjs";
import { goTo } from "./places.mjs";

const LIMIT_MS = 90_000;

/** Random numbers from 0 to 1, the same for the same seed (mulberry32). @param {number} seed */
export function randomFrom(seed) {
  let a = seed >>> 0;
  const next = () => {
    a = (a + 0x6d2b79f5) >>> 0;
    let t = Math.imul(a ^ (a >>> 15), 1 | a);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
  return {
    next,
    /** A whole number below `n`. @param {number} n */
    below: (n) => Math.floor(next() * n),
    /** @template T @param {T[]} list @returns {T} */
    one: (list) => list[Math.floor(next() * list.length)],
  };
}

/** A visitor's machine: a profile folder, and a browser that comes and goes. */
export function createMachine() {
  const profile = mkdtempSync(join(tmpdir(), "tabgrad-campaign-"));
  /** @type {{process: import("node:child_process").ChildProcess, browser: import("playwright-core").Browser, context: import("playwright-core").BrowserContext}|null} */
  let on = null;

  async function start() {
    const args = [...QUIET, `--user-data-dir=${profile}`, "--remote-debugging-port=0", "about:blank"];
    // A group of its own, so that all its processes end at once.
    const child = spawn(browserPath(), args, { detached: true, stdio: ["ignore", "ignore", "pipe"] });
    const address = await new Promise((found, failed) => {
      let said = "";
      child.stderr.on("data", (bytes) => {
        said += bytes;
        const [, listens] = /DevTools listening on (\S+)/.exec(said) ?? [];
        if (listens) found(listens);
      });
      child.on("exit", () => failed(new Error(`Chromium ended: ${said}`)));
    });
    const browser = await chromium.connectOverCDP(address);
    on = { process: child, browser, context: browser.contexts()[0] };
  }

  /** Ends every process of the browser in one moment, as a crash or a power cut does. */
  async function kill() {
    if (!on) return;
    const { process: child, browser } = on;
    on = null;
    const gone = new Promise((done) => child.on("exit", done));
    process.kill(-child.pid, "SIGKILL");
    await gone;
    await browser.close().catch(() => {});
  }

  return {
    kill,
    async context() {
      if (!on) await start();
      return on.context;
    },
    async end() {
      await kill();
      rmSync(profile, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 });
    },
  };
}

/** Room that a site is given. Chromium believes what it knows of its room for half a minute, as long as the
 * database is open: less room counts from the next page on, more at once.
 * @param {import("playwright-core").BrowserContext} context @param {string} url */
export async function createRoom(context, url) {
  const { origin } = new URL(url);
  const session = await context.newCDPSession(await context.newPage());
  return {
    /** Leaves so many bytes beside what is used. @param {number} bytes */
    async leave(bytes) {
      const { usage } = await session.send("Storage.getUsageAndQuota", { origin });
      await session.send("Storage.overrideQuotaForOrigin", { origin, quotaSize: usage + bytes });
    },
    lift: () => session.send("Storage.overrideQuotaForOrigin", { origin }),
  };
}

/** In the page: tells the campaign what workers tell of runs, and keeps the workers where it can end them. */
function listen() {
  const Plain = globalThis.Worker;
  globalThis.workers = [];
  globalThis.Worker = class extends Plain {
    constructor(...given) {
      super(...given);
      globalThis.workers.push(this);
      this.addEventListener("message", ({ data: { report } }) => {
        if (report?.type === "run-events")
          for (const { type, epoch, phase } of report.events) if (type === "epoch") console.debug(`campaign epoch ${report.run} ${phase} ${epoch}`);
        if (report?.type === "run-kept") console.debug(`campaign kept ${report.run} ${report.step}`);
        if (report?.type === "import-progress") console.debug("campaign importing");
      });
    }
  };
}

/** What is kept, read past the page: every run with a hash of its weights, and the picture sets. */
async function readKept() {
  const db = await new Promise((done, failed) => {
    const request = indexedDB.open("tabgrad");
    request.onsuccess = () => done(request.result);
    request.onerror = () => failed(request.error);
  });
  const all = (store, method = "getAll") =>
    new Promise((done, failed) => {
      const request = db.transaction(store).objectStore(store)[method]();
      request.onsuccess = () => done(request.result);
      request.onerror = () => failed(request.error);
    });
  const [runs, ids, snapshots, sets, shards] = await Promise.all([all("runs"), all("snapshots", "getAllKeys"), all("snapshots"), all("sets"), all("shards", "getAllKeys")]);
  db.close();
  const hashes = {};
  for (const [i, id] of ids.entries()) {
    const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", snapshots[i]));
    hashes[id] = [...digest.slice(0, 12)].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  }
  return {
    runs: runs.map(({ id, run }) => ({ id, status: run.status, step: run.step, epochs: run.epochs.map(({ loss, valLoss }) => `${loss} ${valLoss}`), weights: hashes[id] ?? null })),
    sets: sets.map(({ id, name, manifest, complete }) => ({ name, complete, whole: [...JSON.parse(manifest).train.shards, ...JSON.parse(manifest).test.shards].every(({ file }) => shards.some(([set, shard]) => set === id && shard === file)) })),
  };
}

/** The page in a tab, as the campaign uses it. @param {import("playwright-core").BrowserContext} context
 * @param {string} url @param {string} query */
export async function openTab(context, url, query) {
  const page = await context.newPage();
  page.setDefaultTimeout(LIMIT_MS);
  /** Epochs that the page was told of, by run. @type {Map<string, number>} */
  const epochs = new Map();
  const complaints = [];
  let kept = "";
  /** Saves that were told, by run. @type {Map<string, number>} */
  const saves = new Map();
  let importing = false;
  page.on("console", (line) => {
    const [from, type, run, ...rest] = line.text().split(" ");
    if (from !== "campaign") {
      if (line.type() === "error") complaints.push(line.text());
    } else if (type === "epoch") epochs.set(run, (epochs.get(run) ?? 0) + 1);
    else if (type === "kept") {
      kept = `${run} ${rest[0]}`;
      saves.set(run, (saves.get(run) ?? 0) + 1);
    } else importing = true;
  });
  page.on("pageerror", (error) => complaints.push(error.message));
  await page.addInitScript(listen);
  await page.goto(url + query);
  await page.waitForSelector("#run:enabled:not([aria-disabled])", { state: "attached" });

  const until = async (probe, what) => {
    for (const since = Date.now(); Date.now() - since < LIMIT_MS; await new Promise((done) => setTimeout(done, 2))) if (probe()) return;
    throw new Error(`${what} did not happen`);
  };
  const row = (id) => `tr.keep-run[data-run="${id}"]`;
  return {
    page,
    epochs,
    saves,
    complaints,
    until,
    kept: () => kept,
    importing: () => importing,
    read: () => page.evaluate(readKept),
    notices: () => page.locator("#notices .notice p").allInnerTexts(),
    /** Starts the run that the address asks for; its id. */
    async start() {
      const before = await page.locator("tr.keep-run").count();
      await goTo(page, "#run");
      await page.click("#run:enabled:not([aria-disabled])");
      await page.waitForFunction((n) => document.querySelectorAll("tr.keep-run").length > n, before);
      return page.locator("tr.keep-run").first().getAttribute("data-run");
    },
    /** How many epochs of a run the list has. */
    async listed(id) {
      const [, n] = /(\d+) of \d+ epochs/.exec(await page.locator(`${row(id)} .keep-how`).innerText()) ?? [];
      return Number(n);
    },
    status: (id) => page.locator(row(id)).getAttribute("data-status"),
    async goOn(id) {
      await goTo(page, "#keep");
      await page.locator(`${row(id)} .keep-go-on`).click();
    },
    completed: (id) => page.waitForSelector(`${row(id)}[data-status="completed"]`, { state: "attached" }),
    /** Gives the page a file of this machine, by its path: 40 MB would take long on the wire. */
    async give(file) {
      const session = await context.newCDPSession(page);
      const { result } = await session.send("Runtime.evaluate", { expression: 'document.querySelector("#file")' });
      await session.send("DOM.setFileInputFiles", { files: [file], objectId: result.objectId });
    },
    /** Ends the worker as the system does: nobody is told. */
    killWorker: () => page.evaluate(() => globalThis.workers.forEach((worker) => worker.terminate())),
    /** Ends one of the workers below the worker; false where there is none. */
    async killReplica() {
      for (const worker of page.workers())
        if (/replica/.test(worker.url())) {
          await worker.evaluate(() => self.close()).catch(() => {});
          return true;
        }
      return false;
    },
    /** Ends the tab's process. */
    async crash() {
      const session = await context.newCDPSession(page);
      const gone = new Promise((done) => page.once("crash", done));
      session.send("Page.crash").catch(() => {});
      await gone;
      await page.close().catch(() => {});
    },
  };
}

/** Ten classes of drawn pictures as a CIFAR-10 record file. @param {number} count @param {number} salt */
export function records(count, salt) {
  const bytes = Buffer.alloc(count * 3073);
  let state = createHash("sha256").update(`campaign ${salt}`).digest();
  for (let i = 0; i < count; i += 1) {
    if (i % 64 === 0) state = createHash("sha256").update(state).digest();
    const label = i % 10;
    bytes[i * 3073] = label;
    for (let p = 0; p < 3072; p += 1) bytes[i * 3073 + 1 + p] = (label * 25 + (p >> 5) + state[p & 31] + i) & 255;
  }
  return bytes;
}
