// Answers to questions about a run's network: what it draws, says, computes on the way, and how
// one step changes it. Asking changes nothing in any run; a lesson has a run of its own.

import { text } from "../../strings.js";

/** @import { CodeMap, Command, Config, Drawings, Extremes, Source, Verdicts } from "../../protocol.js" */

/** The run of lessons: no visitor's run has this name. */
const LESSON = "lesson";
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

/** The questions. @typedef {Extract<Command, {type: "weights"|"give"|"reconstruct"|"classify"|"encode"|"decode"|"between"|"map"|"extremes"|"judge"|"activations"|"parameters"|"prepare-lesson"|"study"}>} Question */

/**
 * @param {object} parts
 * @param {any} parts.wasm
 * @param {any} parts.session
 * @param {ReturnType<typeof import("../compute/runner.js").createQueue>} parts.queue
 * @param {ReturnType<typeof import("../compute/runs.js").createRuns>} parts.runs
 * @param {(asked: {model: string, overrides: any}) => Config} parts.configOf
 * @param {() => number} parts.testCount
 */
export function createAnswers({ wasm, session, queue, runs, configOf, testCount }) {
  /** One call for every hundred pictures, so that a run goes on between them.
   * @template T @param {Uint32Array} indices @param {(some: Uint32Array) => Promise<T>} ask */
  async function inParts(indices, ask) {
    /** @type {T[]} */
    const parts = [];
    for (let at = 0; at < indices.length; at += AT_ONCE)
      parts.push(await queue(() => ask(indices.subarray(at, at + AT_ONCE))));
    return parts;
  }

  /** @param {string} run @param {Source} source @param {Uint32Array} indices @returns {Promise<Drawings>} */
  async function reconstruct(run, source, indices) {
    const { labels } = await queue(() => session.pictures(source, indices));
    return { labels, ...(await queue(() => session.reconstruct(run, source, indices))) };
  }

  /** @param {string} run @param {Source} source @param {Uint32Array} indices */
  async function encode(run, source, indices) {
    const parts = await inParts(indices, (some) => session.encode(run, source, some));
    return { shape: parts[0]?.shape ?? [], values: joined(parts.map(({ values }) => values)) };
  }

  /** @param {string} run @param {number} count @param {number} seed @returns {Promise<CodeMap>} */
  async function map(run, count, seed) {
    const indices = await queue(() => session.sample("test", count, seed));
    const { values } = await encode(run, "test", indices);
    const { points, explained } = wasm.pca(values, indices.length);
    return { indices, ...(await queue(() => session.pictures("test", indices))), points, explained };
  }

  /** @param {string} run @param {number} judged @param {number} count @returns {Promise<Extremes>} */
  async function extremes(run, judged, count) {
    const indices = upTo(Math.min(judged, testCount()));
    const parts = await inParts(indices, (some) => session.reconstruct(run, "test", some));
    const errors = joined(parts.map((part) => part.errors));
    const order = [...indices].sort((a, b) => errors[a] - errors[b]);
    const some = async (/** @type {number[]} */ chosen) => {
      const picked = Uint32Array.from(chosen);
      return { indices: picked, ...(await reconstruct(run, "test", picked)) };
    };
    return { judged: indices.length, best: await some(order.slice(0, count)), worst: await some(order.slice(-count).reverse()) };
  }

  /** @param {string} run @returns {Promise<Verdicts>} */
  async function judge(run) {
    const indices = upTo(testCount());
    const rows = await inParts(indices, (some) => session.predict(run, "test", some));
    const labels = await inParts(indices, async (some) => session.pictures("test", some).labels);
    const all = new Uint8Array(indices.length);
    labels.forEach((part, i) => all.set(part, i * AT_ONCE));
    const probabilities = joined(rows);
    return { labels: all, probabilities, classes: probabilities.length / Math.max(1, indices.length) };
  }

  /** Codes on the straight line from one picture's to another's, drawn.
   * @param {Extract<Command, {type: "between"}>} asked */
  async function between({ run, source, from, to, count }) {
    const { values } = await encode(run, source, Uint32Array.of(from, to));
    const size = values.length / 2;
    const codes = new Float32Array(size * count);
    for (let n = 0; n < count; n += 1) {
      const share = count > 1 ? n / (count - 1) : 0;
      for (let i = 0; i < size; i += 1) codes[n * size + i] = values[i] * (1 - share) + values[size + i] * share;
    }
    return queue(() => session.decode(run, codes));
  }

  /** @param {Question} asked @returns {Promise<any>} */
  return async function answer(asked) {
    switch (asked.type) {
      case "give":
        return queue(() => session.set_given(asked.rgb));
      case "prepare-lesson": {
        const first = asked.from === null ? undefined : await runs.weights(asked.from);
        return queue(() => session.start(LESSON, configOf(asked), "flex", first));
      }
      case "study":
        if (!(await queue(() => session.has(LESSON)))) throw new Error(text.errors.noLesson);
        return queue(() => session.trace_step(LESSON, asked.source, asked.index));
      case "weights":
        return runs.weights(asked.run);
    }
    await runs.bring(asked.run);
    switch (asked.type) {
      case "reconstruct":
        return reconstruct(asked.run, asked.source, asked.indices);
      case "classify":
        return queue(() => session.predict(asked.run, asked.source, asked.indices));
      case "encode":
        return encode(asked.run, asked.source, asked.indices);
      case "decode":
        return queue(() => session.decode(asked.run, asked.codes));
      case "between":
        return between(asked);
      case "map":
        return map(asked.run, asked.count, asked.seed);
      case "extremes":
        return extremes(asked.run, asked.judged, asked.count);
      case "judge":
        return judge(asked.run);
      case "activations":
        return queue(() => session.activations(asked.run, asked.source, asked.index));
      case "parameters":
        return queue(() => session.parameters(asked.run));
    }
  };
}
