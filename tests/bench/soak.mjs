// A long run, made by hand against a running page: the memory of the page's process, with all its
// workers, a JSON line at the start and after every 500 steps.
//   node tests/bench/soak.mjs --url http://127.0.0.1:8000/ [--model cae] [--batch 32] [--threads 2] [--steps 10000]
// Knows no expected number.

import { parseArgs } from "node:util";
import { launch } from "../e2e/browser.mjs";
import { resident } from "./resident.mjs";

const { values } = parseArgs({
  options: {
    url: { type: "string" },
    model: { type: "string", default: "cae" },
    batch: { type: "string", default: "32" },
    threads: { type: "string", default: "2" },
    steps: { type: "string", default: "10000" },
  },
});
const EVERY = 500;

/** @param {{base: string, model: string, batch: number, threads: number, steps: number, every: number}} asked */
async function train({ base, model, batch, threads, steps, every }) {
  const { createClient } = await import(`${base}app/client.js`);
  const tell = /** @type {any} */ (globalThis).tell;
  let taken = 0;
  await new Promise((resolve, reject) => {
    const client = createClient((/** @type {any} */ report) => {
      if (["crashed", "run-failed", "data-failed"].includes(report.type)) reject(new Error(report.message));
      if (report.type === "data-ready") {
        void tell(0);
        const job = { run: "soak", group: "train", name: "", model, overrides: { batchSize: batch, epochs: 1000 }, from: null, paused: false };
        client.ask({ type: "start", job, backend: "flex" }).catch(reject);
      }
      if (report.type !== "run-events") return;
      const before = taken;
      taken += report.events.filter((/** @type {any} */ { type }) => type === "step").length;
      if (Math.floor(taken / every) > Math.floor(before / every)) void tell(taken);
      if (taken >= steps) resolve(null);
    });
    client.launch("cpu");
    client.ask({ type: "workers", count: threads }).catch(reject);
    client.ask({ type: "open", data: null }).catch(reject);
  });
}

const browser = await launch([]);
const page = await browser.newPage();
const renderers = (/** @type {string} */ command) => /chrom/.test(command) && /--type=renderer/.test(command);
await page.exposeFunction("tell", (/** @type {number} */ step) => {
  console.log(JSON.stringify({ step, megabytes: Math.round(resident(renderers)) }));
});
// Any document of the page's origin but the page itself, which would start a worker of its own.
await page.goto(`${values.url}icon.svg`);
const number = (/** @type {string|undefined} */ word) => Number(word);
await page.evaluate(train, {
  base: String(values.url), model: String(values.model), every: EVERY,
  batch: number(values.batch), threads: number(values.threads), steps: number(values.steps),
});
await browser.close();
