// Queries about a run's network: reconstructions, probabilities, codes, what its layers compute, and one
// optimizer step layer by layer. A query changes nothing in any run; the traced step has a run of its own.

import { text } from "../../strings.js";

/** @import { Command, CommandOf, Config, Extremes, Handlers, LatentMap, Model, Overrides, Predictions, Source } from "../../protocol.js" */
/** @import { Queue } from "../compute/queue.js" */
/** @import { Session, Wasm } from "../wasm.js" */

/** The run of a walk through a step, by the walk's name: no visitor's run is called so. @param {string} trace */
const traced = (trace) => `lesson-${trace}`;
/** Pictures asked about in one call: more would hold up a pause. */
const AT_ONCE = 100;

/** Whole numbers from 0. @param {number} count */
const upTo = (count) => Uint32Array.from({ length: count }, (_, i) => i);

/** @param {Float32Array[]} parts */
function joined(parts) {
  const all = new Float32Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}

/**
 * @param {object} parts
 * @param {Wasm} parts.wasm
 * @param {Session} parts.session
 * @param {Queue} parts.queue
 * @param {ReturnType<typeof import("../compute/runs.js").createRuns>} parts.runs
 * @param {(asked: {model: Model, overrides: Overrides}) => Config} parts.configOf
 * @param {() => number} parts.testCount
 */
export function createQueries({ wasm, session, queue, runs, configOf, testCount }) {
  /** One call for every hundred pictures, so that a run goes on between them.
   * @template T @param {Uint32Array} indices @param {(some: Uint32Array) => Promise<T>} ask */
  async function inParts(indices, ask) {
    /** @type {T[]} */
    const parts = [];
    for (let at = 0; at < indices.length; at += AT_ONCE)
      parts.push(await queue(() => ask(indices.subarray(at, at + AT_ONCE))));
    return parts;
  }

  /** @param {string} run @param {Source} source @param {Uint32Array} indices */
  async function encode(run, source, indices) {
    const parts = await inParts(indices, (some) => session.encode(run, source, some));
    return { shape: parts[0]?.shape ?? [], values: joined(parts.map(({ values }) => values)) };
  }

  /** @param {string} run @param {number} count @param {number} seed @returns {Promise<LatentMap>} */
  async function latentMap(run, count, seed) {
    const indices = await queue(() => session.sample("test", count, seed));
    const { values } = await encode(run, "test", indices);
    const { points, explained } = wasm.pca(values, indices.length);
    return { indices, ...(await queue(() => session.pictures("test", indices))), points, explained };
  }

  /** @param {string} run @param {number} among @param {number} count @returns {Promise<Extremes>} */
  async function extremes(run, among, count) {
    const indices = upTo(Math.min(among, testCount()));
    const parts = await inParts(indices, (some) => session.reconstruct(run, "test", some));
    const errors = joined(parts.map((part) => part.errors));
    const order = [...indices].sort((a, b) => errors[a] - errors[b]);
    const some = async (/** @type {number[]} */ chosen) => {
      const picked = Uint32Array.from(chosen);
      return { indices: picked, ...(await queue(() => session.reconstruct(run, "test", picked))) };
    };
    return { evaluated: indices.length, best: await some(order.slice(0, count)), worst: await some(order.slice(-count).reverse()) };
  }

  /** @param {string} run @returns {Promise<Predictions>} */
  async function predictAll(run) {
    const indices = upTo(testCount());
    const rows = await inParts(indices, (some) => session.predict(run, "test", some));
    const labels = await queue(() => session.labels("test"));
    const probabilities = joined(rows);
    return { labels, probabilities, classes: probabilities.length / Math.max(1, indices.length) };
  }

  /** Decodes codes on the straight line from one picture's to another's.
   * @param {CommandOf<"interpolate">} asked */
  async function interpolate({ run, source, from, to, count }) {
    const { values } = await encode(run, source, Uint32Array.of(from, to));
    const size = values.length / 2;
    const codes = new Float32Array(size * count);
    for (let n = 0; n < count; n += 1) {
      const share = count > 1 ? n / (count - 1) : 0;
      for (let i = 0; i < size; i += 1) codes[n * size + i] = values[i] * (1 - share) + values[size + i] * share;
    }
    return queue(() => session.decode(run, codes));
  }

  /** A query about a run, which is loaded first where the session has it no more.
   * @template {{run: string}} C, A @param {(command: C) => Promise<A>} query @returns {(command: C) => Promise<A>} */
  const ofRun = (query) => async (command) => {
    await runs.load(command.run);
    return query(command);
  };

  /** @satisfies {Partial<Handlers<Command["type"]>>} */
  const handlers = {
    "set-given": (/** @type {CommandOf<"set-given">} */ { image }) => queue(() => session.set_given(image)),
    "prepare-trace": async (/** @type {CommandOf<"prepare-trace">} */ { trace, from, ...asked }) => {
      const first = from === null ? undefined : await runs.weights(from);
      return queue(() => session.start(traced(trace), configOf(asked), "flex", first));
    },
    "trace-step": async (/** @type {CommandOf<"trace-step">} */ { trace, source, index }) => {
      if (!(await queue(() => session.has(traced(trace))))) throw new Error(text.errors.noTrace);
      return queue(() => session.trace_step(traced(trace), source, index));
    },
    "end-trace": (/** @type {CommandOf<"end-trace">} */ { trace }) => queue(() => session.remove(traced(trace))),
    weights: (/** @type {CommandOf<"weights">} */ { run }) => runs.weights(run),
    reconstruct: ofRun((/** @type {CommandOf<"reconstruct">} */ { run, source, indices }) => queue(() => session.reconstruct(run, source, indices))),
    classify: ofRun((/** @type {CommandOf<"classify">} */ { run, source, indices }) => queue(() => session.predict(run, source, indices))),
    encode: ofRun((/** @type {CommandOf<"encode">} */ { run, source, indices }) => encode(run, source, indices)),
    decode: ofRun((/** @type {CommandOf<"decode">} */ { run, codes }) => queue(() => session.decode(run, codes))),
    interpolate: ofRun(interpolate),
    generate: ofRun((/** @type {CommandOf<"generate">} */ { run, count, seed }) => queue(() => session.generate(run, count, seed))),
    "latent-map": ofRun((/** @type {CommandOf<"latent-map">} */ { run, count, seed }) => latentMap(run, count, seed)),
    extremes: ofRun((/** @type {CommandOf<"extremes">} */ { run, among, count }) => extremes(run, among, count)),
    "predict-all": ofRun((/** @type {CommandOf<"predict-all">} */ { run }) => predictAll(run)),
    activations: ofRun((/** @type {CommandOf<"activations">} */ { run, source, index }) => queue(() => session.activations(run, source, index))),
    parameters: ofRun((/** @type {CommandOf<"parameters">} */ { run }) => queue(() => session.parameters(run))),
  };
  return handlers;
}
