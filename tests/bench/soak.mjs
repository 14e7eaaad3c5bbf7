// A long run, made by hand against a running page: the memory of the page's process, with all its
// workers, a JSON line at the start and after every 500 steps; before it, that of a process with an
// empty page. `own` is what the process has alone, `inPart` counts shared pages in part.
//   node tests/bench/soak.mjs --url http://127.0.0.1:8000/ [--model cae] [--batch 32] [--threads 2] [--steps 10000]

import { parseArgs } from "node:util";
import { openQuietly } from "./quiet.mjs";
import { largest } from "./resident.mjs";

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

/** Leaves `globalThis.soak` behind, which waits for so many steps.
 * @param {{base: string, model: string, batch: number, threads: number}} asked */
async function begin({ base, model, batch, threads }) {
  const { createClient } = await import(`${base}app/client.js`);
  let taken = 0;
  let wanted = 0;
  /** @type {(value: any) => void} */
  let reached = () => {};
  /** @type {(reason: Error) => void} */
  let failed = () => {};
  const waits = () => new Promise((resolve, reject) => ([reached, failed] = [resolve, reject]));
  const client = createClient((/** @type {any} */ report) => {
    if (["crashed", "run-failed", "data-failed"].includes(report.type)) failed(new Error(report.message));
    if (report.type === "data-ready") reached(0);
    if (report.type !== "run-events") return;
    taken += report.events.filter((/** @type {any} */ { type }) => type === "step").length;
    if (taken >= wanted) reached(taken);
  });
  /** @type {any} */ (globalThis).soak = (/** @type {number} */ steps) => {
    if (wanted === 0) {
      const job = { run: "soak", group: "train", name: "", model, overrides: { batchSize: batch, epochs: 1000 }, from: null, paused: false };
      client.ask({ type: "start", job, backend: "flex" }).catch(failed);
    }
    wanted = steps;
    return waits();
  };
  const loaded = waits();
  client.launch("cpu");
  client.ask({ type: "workers", count: threads }).catch(failed);
  client.ask({ type: "open", data: null }).catch(failed);
  await loaded;
}

// Any document of the page's origin but the page itself, which would start a worker of its own.
const page = await openQuietly(`${values.url}icon.svg`);
const renderers = (/** @type {string} */ command) => /chrom/.test(command) && /--type=renderer/.test(command);
/** @param {object} about */
function tell(about) {
  const { resident, inPart, own } = largest(Number(page.id), renderers);
  console.log(JSON.stringify({ ...about, own: Math.round(own), inPart: Math.round(inPart), resident: Math.round(resident) }));
}
try {
  // Its process has just begun.
  await new Promise((resolve) => setTimeout(resolve, 1000));
  tell({ page: "empty" });
  await page.go();
  const [batch, threads] = [Number(values.batch), Number(values.threads)];
  await page.evaluate(begin, { base: String(values.url), model: String(values.model), batch, threads });
  tell({ step: 0 });
  for (let steps = EVERY; steps <= Number(values.steps); steps += EVERY)
    tell({ step: await page.evaluate((wanted) => /** @type {any} */ (globalThis).soak(wanted), steps) });
} finally {
  await page.close();
}
