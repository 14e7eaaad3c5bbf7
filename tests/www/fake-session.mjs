// A stand-in for the wasm module in plain JavaScript: the same names and shapes, invented curves
// and invented pictures. It learns nothing; it lets the page's code be tested without a build.

import { CLASSES, fail, summary } from "./fake-models.mjs";
import { SIDE, atlas } from "./image-data.mjs";
import { paint, random } from "./painted.mjs";

export { CLASSES, SAE, defaults, presets, read_model, summary } from "./fake-models.mjs";

export const version = () => "0.0.0";

/** Every point on a diagonal. */
export const pca = (values, rows) => ({ points: Float32Array.from({ length: rows * 2 }, (_, i) => i >> 1), explained: [0.5, 0.25] });

export const backends = () => ["flex", "wgpu"];

/** Both tensors agree. */
export const self_test = async (config) => ({
  tolerance: 1e-4,
  checks: ["output", "gradient by inputs"].map((tensor) => ({ operator: `layers of ${config.model}`, tensor, difference: 1e-7, passed: true })),
});

/** Steps that are counted and cost nothing. */
export const speed_test = async () => ({
  is_data_parallel: () => false,
  advance: async (items) => Array.from({ length: items }, () => ({ type: "step", pictures: 1 })),
  free() {},
});

/** A manifest whose shards are as many bytes long as they have pictures. */
export function manifest({ train = 600, test = 200, name = "Stand-in pictures", shardSize = 2500 } = {}) {
  const split = (word, count) => ({
    count,
    shards: Array.from({ length: Math.ceil(count / shardSize) }, (_, i) => {
      const size = Math.min(shardSize, count - i * shardSize);
      return { file: `${word}-${String(i).padStart(3, "0")}.tgs`, count: size, bytes: size, sha256: "" };
    }),
  });
  return {
    format: "tabgrad-data", version: 1, name, source: "Invented for tests.", synthetic: true, classes: CLASSES,
    picture: { width: 32, height: 32, channels: 3 }, mean: [0.5, 0.5, 0.5], deviation: [0.25, 0.25, 0.25],
    train: split("train", train), test: split("test", test),
  };
}

export class Session {
  /** @param {{workItemMs?: number, dieAtStep?: number}} [options] how long a work item takes; when to trap */
  constructor({ workItemMs = Session.workItemMs, dieAtStep = Infinity } = {}) {
    this.workItemMs = workItemMs;
    this.dieAtStep = dieAtStep;
    this.inFlight = 0;
    this.mostInFlight = 0;
    this.data = null;
    /** @type {Map<string, any>} */
    this.runs = new Map();
  }

  is_data_parallel() {
    return false;
  }

  fingerprint() {
    const { train, test } = this.data.manifest;
    return `${train.count}-${test.count}`;
  }

  count(source) {
    return source === "given" ? (this.given ?? 0) : this.data.loaded[source];
  }

  has(id) {
    return this.runs.has(id);
  }

  remove(id) {
    this.runs.delete(id);
  }

  /** The run of that name, or a sentence. */
  held(id) {
    const run = this.runs.get(id);
    if (!run) throw fail("StateError", `There is no run named ${id}.`);
    return run;
  }

  summary(config) {
    return summary(config);
  }

  set_manifest(words) {
    let found;
    try {
      found = JSON.parse(words);
    } catch {
      throw fail("ManifestError", "manifest.json is not JSON.");
    }
    if (found.format !== "tabgrad-data") throw fail("ManifestError", "manifest.json is not a tabgrad manifest.");
    this.data = { manifest: found, loaded: { train: 0, test: 0 } };
    this.runs.clear();
    return found;
  }

  add_shard(file, bytes) {
    const { manifest: found, loaded } = this.data;
    for (const split of ["train", "test"]) {
      const entry = found[split].shards.find((shard) => shard.file === file);
      if (!entry) continue;
      if (bytes.length !== entry.bytes) throw fail("ShardError", `${file} has ${bytes.length} bytes where ${entry.bytes} were promised.`);
      loaded[split] += entry.count;
      const complete = loaded.train === found.train.count && loaded.test === found.test.count;
      return { split, count: entry.count, loaded: { ...loaded }, complete };
    }
    throw fail("ShardError", `${file} is not in the manifest.`);
  }

  sample(split, count, seed) {
    const next = random(seed + 99);
    const most = this.data.loaded[split];
    const picked = new Set();
    while (picked.size < Math.min(count, most)) picked.add(Math.floor(next() * most));
    return Uint32Array.from(picked);
  }

  pictures(split, indices) {
    const painted = atlas(indices.length);
    indices.forEach((index, i) => paint(painted.image.data, i * SIDE * SIDE * 4, split, index));
    return { labels: Uint8Array.from(indices, (index) => index % 10), atlas: painted };
  }

  /** A shard as it came: as many bytes as it has pictures. */
  shard(file) {
    const { train, test } = this.data.manifest;
    const entry = [...train.shards, ...test.shards].find((shard) => shard.file === file);
    if (!entry) throw fail("DataError", `${file} has not arrived.`);
    return new Uint8Array(entry.bytes);
  }

  async start(id, config, backend) {
    if (!backends().includes(backend)) throw fail("ConfigError", `There is no backend named \`${backend}\`.`);
    const plan = this.plan(config);
    this.runs.set(id, { config, plan, script: this.script(config, plan), step: 0, workItems: 0, peeked: null });
    return plan;
  }

  /** As many work items as were done, so that a run can be brought there again. */
  async snapshot(id) {
    const { config, workItems } = this.held(id);
    return new TextEncoder().encode(JSON.stringify({ config, workItems }));
  }

  async resume(id, snapshot, backend) {
    const { config, workItems } = JSON.parse(new TextDecoder().decode(snapshot));
    const plan = await this.start(id, config, backend);
    if (workItems > 0) await this.advance(id, workItems);
    return plan;
  }

  plan(config) {
    const { train, test } = this.data.loaded;
    const stepsPerEpoch = Math.ceil(train / config.batchSize);
    const validationBatches = Math.ceil(test / config.batchSize);
    const phases =
      config.model === "sae"
        ? ["Stage 1", "Stage 2", "Stage 3", "Fine-tuning"].map((name) => ({ name, epochs: config.epochs }))
        : [{ name: "Training", epochs: config.epochs }];
    const epochs = phases.reduce((sum, phase) => sum + phase.epochs, 0);
    return { config, summary: summary(config), pictures: { train, test }, stepsPerEpoch, validationBatches, phases, totalSteps: epochs * stepsPerEpoch };
  }

  /** What happens in a run, event by event; a work item is what lies between two `workItem` marks. */
  *script(config, { phases, stepsPerEpoch, validationBatches }) {
    const noise = random(config.seed);
    const draws = config.output !== null;
    const at = (step) => Math.exp(-step / (stepsPerEpoch * 4));
    const loss = (step) => (draws ? 0.56 + 0.14 * at(step) : 0.7 + 1.6 * at(step));
    let step = 0;
    for (let phase = 0; phase < phases.length; phase += 1) {
      yield { type: "phase", phase, name: phases[phase].name };
      for (let epoch = 1; epoch <= phases[phase].epochs; epoch += 1) {
        for (let i = 0; i < stepsPerEpoch; i += 1) {
          step += 1;
          const wobble = (noise() - 0.5) * (draws ? 0.02 : 0.5);
          yield { type: "step", phase, epoch, step, loss: loss(step) + wobble, accuracy: 0.75 - 0.6 * at(step) + wobble / 3, pictures: config.batchSize, workItem: true };
        }
        for (let done = 1; done <= validationBatches; done += 1)
          yield { type: "validating", phase, epoch, done, total: validationBatches, workItem: true };
        const drawn = draws ? { mse: 0.015 + 0.04 * at(step), psnr: 19 - 5 * at(step), ssim: 0.65 - 0.4 * at(step) } : { mse: null, psnr: null, ssim: null };
        yield { type: "epoch", phase, epoch, step, loss: loss(step), accuracy: 0.75 - 0.6 * at(step), valLoss: loss(step) + 0.05 + noise() * 0.05, valAccuracy: 0.68 - 0.55 * at(step), ...drawn };
      }
    }
    const last = phases.length - 1;
    yield { type: "finished", reason: "completed", phase: last, epoch: phases[last].epochs, step };
  }

  async advance(id, workItems) {
    this.inFlight += 1;
    this.mostInFlight = Math.max(this.mostInFlight, this.inFlight);
    try {
      if (this.inFlight > 1) throw new Error("recursive use of an object detected");
      const run = this.held(id);
      run.workItems += workItems;
      if (this.workItemMs > 0) await new Promise((resolve) => setTimeout(resolve, this.workItemMs * workItems));
      else await null;
      const events = [];
      for (let left = workItems; left > 0; ) {
        const { value, done } = run.peeked ?? run.script.next();
        run.peeked = null;
        if (done) break;
        const { workItem, ...event } = value;
        events.push(event);
        if (event.step) run.step = event.step;
        if (event.step >= this.dieAtStep) throw new WebAssembly.RuntimeError("unreachable");
        if (workItem) left -= 1;
        // What follows a work item without being one belongs to it.
        if (left === 0) {
          for (;;) {
            const next = run.script.next();
            if (next.done || next.value.workItem) {
              run.peeked = next;
              break;
            }
            events.push(next.value);
          }
        }
      }
      return events;
    } finally {
      this.inFlight -= 1;
    }
  }

  /** Nothing is wrong with what is invented. */
  async diagnose(id) {
    this.held(id);
    return this.diagnosis;
  }

  async reconstruct(id, split, indices) {
    const run = this.held(id);
    const { labels, atlas: inputs } = this.pictures(split, indices);
    const outputs = atlas(indices.length);
    const blur = Math.exp(-run.step / 120);
    indices.forEach((index, i) => paint(outputs.image.data, i * SIDE * SIDE * 4, split, index, blur));
    const noise = random(5);
    const changed = (change) => atlas(indices.length, (i) => (i % 4 === 3 ? 255 : change(inputs.image.data[i], i)));
    const corrupted = run.config.noise === "none" ? null : changed((v) => v + (noise() - 0.5) * 120);
    const differences = changed((v, i) => Math.abs(v - outputs.image.data[i]));
    const errors = Float32Array.from(indices, (index) => index / 1000);
    return { labels, inputs, corrupted, outputs, differences, errors };
  }

  /** The visitor's own pictures, below each other in one image. */
  set_given({ width, height }) {
    if (width !== SIDE || height % SIDE !== 0) throw fail("ImportError", `An image of ${width}x${height} pixels has no pictures of 32x32 below each other.`);
    this.given = height / SIDE;
    return this.given;
  }

  /** Every picture is its own class with certainty. */
  async predict(id, split, indices) {
    this.held(id);
    const { labels } = this.pictures(split, indices);
    const rows = new Float32Array(indices.length * CLASSES.length);
    labels.forEach((label, i) => (rows[i * CLASSES.length + label] = 1));
    return rows;
  }

  /** Two numbers of each picture's index. */
  async encode(id, split, indices) {
    this.held(id);
    return { shape: [1, 1, 2], values: Float32Array.from([...indices].flatMap((index) => [index, -index])) };
  }

  async decode(id, values) {
    this.held(id);
    return atlas(values.length / 2);
  }

  /** Fails as the library does where the model has no codes to draw. */
  async generate(id, count, seed) {
    const { plan } = this.held(id);
    if (!plan.summary.layers.some(({ kind }) => kind === "Sampling")) throw new Error("It does not generate pictures.");
    this.generated = { count, seed };
    return atlas(count);
  }

  browse(split, label, offset, count) {
    const all = Array.from({ length: this.data.loaded[split] }, (_, i) => i).filter((i) => label === undefined || i % 10 === label);
    const indices = Uint32Array.from(all.slice(offset, offset + count));
    return { total: all.length, indices, ...this.pictures(split, indices) };
  }

  labels(split) {
    return Uint8Array.from({ length: this.data.loaded[split] }, (_, i) => i % 10);
  }

  free() {}
}
Session.workItemMs = 0;
