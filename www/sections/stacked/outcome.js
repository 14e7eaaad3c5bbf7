// What stacking cost and fine-tuning brought, in one sentence made of the run's numbers.

import { decibel } from "../../format.js";
import { text } from "../../strings.js";
import { h, say } from "../../components/dom.js";

/** @param {HTMLElement} container */
export function create(container) {
  const sentence = h("p", { id: "stacked-outcome" });
  container.append(sentence);

  /** @param {{outcome: {stages: number[], tuned: number}|null, codes: number[][]}} props */
  return function render({ outcome, codes }) {
    container.hidden = outcome === null;
    if (!outcome) return;
    const words = text.stacked.outcome;
    const { stages, tuned } = outcome;
    const code = codes[stages.length] ?? [];
    const by = tuned - stages[stages.length - 1];
    const size = (/** @type {number[]} */ shape) => shape.reduce((a, b) => a * b, 1);
    const told = words.stages(stages.map((value) => decibel(value)), code.join("×"), size(code), size(codes[0] ?? []));
    say(sentence, `${told} ${by >= 0 ? words.gained(decibel(by)) : words.lost(decibel(-by))}`);
  };
}
