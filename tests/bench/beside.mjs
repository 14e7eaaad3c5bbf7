// The page beside Keras, made by hand against a page that `cargo xtask demo --data DIR` serves: rounds
// of Keras' `fit` and of the page's own trainer take turns, and each case ends with a JSON line of
// pictures a second, median, least and most of both, and the ratio of the medians.
//   node tests/bench/beside.mjs --url http://127.0.0.1:8000/ --data DIR --python .venv/bin/python
//     [--models cae,sae] [--batch 32,128] [--threads 2] [--pictures 2048] [--rounds 5]
// The interpreter has what tests/keras/requirements.txt names. A stacked autoencoder has a line for
// each phase; a phase is one epoch then, and must be longer than its rounds.

import { spawn } from "node:child_process";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { launch } from "../e2e/browser.mjs";
import { openRounds } from "./rounds.mjs";
import { median } from "./summary.mjs";

const ALL = "cnn-max-2,cnn-avg-2,cnn-max-3,cnn-avg-3,cnn-max-4,cnn-avg-4,cae,cae-bn,cae-denoise,sae";
const { values } = parseArgs({
  options: {
    url: { type: "string" },
    data: { type: "string" },
    python: { type: "string", default: "python3" },
    models: { type: "string", default: ALL },
    batch: { type: "string", default: "32" },
    threads: { type: "string", default: "2" },
    pictures: { type: "string", default: "2048" },
    rounds: { type: "string", default: "5" },
  },
});

/** The phases of `sae`; every other model has one. */
const STACKED = ["stage 1", "stage 2", "stage 3", "fine-tuning"];

/** @typedef {{pictures: number, seconds: number, loss: number}} Round */
/** @typedef {{model: string, batch: number, threads: number, pictures: number, rounds: number}} Case */

/** Keras, ready to be asked. @param {Case} asked */
async function openKeras({ model, batch, threads, pictures }) {
  const program = fileURLToPath(new URL("keras_fit.py", import.meta.url));
  const settings = ["--data", String(values.data), "--model", model, "--batch", batch, "--pictures", pictures, "--threads", threads];
  const child = spawn(String(values.python), [program, ...settings.map(String)], { stdio: ["pipe", "pipe", "inherit"] });
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const line = async () => {
    const { value, done } = await lines.next();
    if (done) throw new Error("Keras ended before it answered. What it wrote is above.");
    return JSON.parse(value);
  };
  await line();
  return {
    /** @param {number} phase @returns {Promise<Round>} */
    round(phase) {
      child.stdin.write(`${phase}\n`);
      return line();
    },
    end: () => child.kill(),
  };
}

/** The page, ready to be asked. @param {Case} asked */
async function openPage({ model, batch, threads }) {
  const browser = await launch([]);
  const page = await browser.newPage();
  // Any document of the page's origin but the page itself, which would start a worker of its own.
  await page.goto(`${values.url}icon.svg`);
  const epochs = model === "sae" ? 1 : 1000;
  await page.evaluate(openRounds, { base: String(values.url), model, batch, threads, epochs });
  const ask = (/** @type {string} */ what, /** @type {number} */ number) =>
    page.evaluate(([what, number]) => /** @type {any} */ (globalThis).rounds[what](number), [what, number]);
  return {
    /** @param {number} pictures @returns {Promise<Round>} */
    round: (pictures) => ask("train", pictures),
    /** @param {number} phase */
    begin: (phase) => ask("phase", phase),
    end: () => browser.close(),
  };
}

/** @param {Round[]} rounds */
function rates(rounds) {
  const each = rounds.map(({ pictures, seconds }) => pictures / seconds);
  const [middle, least, most] = [median(each), Math.min(...each), Math.max(...each)].map(Math.round);
  return { median: middle, least, most };
}

/** A line for each phase. @param {Case} asked */
async function beside(asked) {
  const keras = await openKeras(asked);
  const page = await openPage(asked).catch((thrown) => {
    keras.end();
    throw thrown;
  });
  const phases = asked.model === "sae" ? STACKED : [undefined];
  try {
    for (const [place, phase] of phases.entries()) {
      await page.begin(place);
      // What is prepared once is no part of a round.
      await keras.round(place);
      await page.round(asked.batch * 8);
      /** @type {{keras: Round[], tabgrad: Round[]}} */
      const told = { keras: [], tabgrad: [] };
      for (let round = 0; round < asked.rounds; round += 1) {
        told.keras.push(await keras.round(place));
        told.tabgrad.push(await page.round(asked.pictures));
      }
      const [theirs, ours] = [rates(told.keras), rates(told.tabgrad)];
      const { model, batch, threads } = asked;
      console.log(JSON.stringify({ model, phase, batch, threads, tabgrad: ours, keras: theirs, ratio: Number((ours.median / theirs.median).toFixed(2)) }));
    }
  } finally {
    keras.end();
    await page.end();
  }
}

const list = (/** @type {string|undefined} */ words) => (words ?? "").split(",").filter(Boolean);
const { threads, pictures, rounds } = values;
for (const model of list(values.models))
  for (const batch of list(values.batch).map(Number))
    await beside({ model, batch, threads: Number(threads), pictures: Number(pictures), rounds: Number(rounds) });
