// Trains a model of one's own with the package's `Session`: the spec is read, the data loaded, and the run
// pulled a few steps at a time, so that the page stays awake. A page with more to do runs this in a worker.

import init, { Session, read_model } from "../../pkg/cpu/tabgrad.js";

/** Where `manifest.json` and the shards lie. */
const DATA = new URL("../../www/data/", import.meta.url);

const SPEC = {
  name: "small",
  input: [32, 32, 3],
  layers: [
    { type: "Conv2D", filters: 16, kernel_size: 5, strides: 2, padding: "same", activation: "relu" },
    { type: "BatchNormalization" },
    { type: "MaxPooling2D" },
    { type: "Flatten" },
    { type: "Dense", units: 32, activation: "relu" },
    { type: "Dense", units: "classes", activation: "softmax" },
  ],
  task: { type: "classify" },
};

const told = /** @type {HTMLElement} */ (document.getElementById("told"));
const say = (/** @type {string} */ words) => (told.textContent += `\n${words}`);

/** @param {Session} session */
async function load(session) {
  const manifest = await (await fetch(new URL("manifest.json", DATA))).text();
  const { train, test } = session.set_manifest(manifest);
  for (const { file } of [...train.shards, ...test.shards])
    session.add_shard(file, new Uint8Array(await (await fetch(new URL(file, DATA))).arrayBuffer()));
}

async function main() {
  await init();
  const session = new Session();
  await load(session);
  // What is wrong with a spec, this throws as a sentence; `config` has the settings that a run begins with.
  const { config } = read_model(JSON.stringify(SPEC));
  const { summary, totalSteps } = await session.start("mine", { ...config, epochs: 2 }, "flex");
  say(`${summary.model}: ${summary.total} parameters, ${totalSteps} steps`);
  for (;;) {
    const events = await session.advance("mine", 4);
    if (events.length === 0) break;
    for (const event of events)
      if (event.type === "epoch") say(`epoch ${event.epoch}: loss ${event.loss}, ${100 * event.valAccuracy} % of the test pictures right`);
    // Lets the page draw.
    await new Promise((resolve) => setTimeout(resolve));
  }
  say(`The first test picture: ${await session.predict("mine", "test", Uint32Array.of(0))}`);
}

main().catch((thrown) => say(thrown.message));
