// The ladder: a rung for each phase, with its network, its state in words, its loss and its numbers.

import { decibel, figure, integer } from "../../format.js";
import { text } from "../../strings.js";
import { h, say } from "../../components/dom.js";
import { createCurve, hourglass } from "./hourglass.js";

/** @import { Role, Rung, Stage } from "./ladder.js" */

/** @param {number[]} code */
const times = (code) => code.join("×");

/** The halves of stages with a role, in words, from picture to picture.
 * @param {Role} role @param {Role[]} roles @param {Stage[]} stages */
export function layersOf(role, roles, stages) {
  const halves = [...stages.map(({ encoder }) => encoder), ...stages.map(({ decoder }) => decoder).reverse()];
  return halves.filter((_, i) => roles[i] === role).map((half) => half.join(", ")).join(" → ");
}

/** @param {HTMLElement} container */
export function create(container) {
  const words = text.stacked.ladder;
  const codes = h("div", { class: "codes small", "aria-hidden": "true" });
  const list = h("ol", { class: "rungs" });
  const waiting = h("p", { class: "soft blank-ladder" }, words.waiting);
  const legend = h("ul", { class: "ladder-legend small soft" }, ...(/** @type {const} */ (["learns", "frozen", "draws"])).map((role) => h("li", {}, h("span", { class: `role ${role}` }), words.names[role])));
  container.append(
    h("h3", { class: "label" }, words.heading),
    h("p", { class: "soft" }, words.prose),
    h("div", { class: "ladder-head" }, legend, codes),
    waiting,
    list,
    h("p", { class: "soft small" }, words.psnrMeaning),
  );
  /** @type {Rung[]|null} */
  let drawn = null;
  /** @type {{update: (rung: Rung, loss: string) => void}[]} */
  let rows = [];
  let built = "";

  /** @param {number} phase @param {Stage[]} stages @param {number[][]} shapes @param {Role[]} roles */
  function row(phase, stages, shapes, roles) {
    const tuning = phase === stages.length;
    const standing = h("p", { class: "standing small" });
    const curve = createCurve();
    const value = h("dd", { class: "numbers" });
    const psnr = h("dd", { class: "numbers" });
    const loss = h("p", { class: "soft small" });
    const sentences = tuning
      ? [words.learnsAll]
      : (/** @type {const} */ (["learns", "frozen", "draws"])).flatMap((role) => {
          const layers = layersOf(role, roles, stages);
          return layers ? [words.rows[role](layers)] : [];
        });
    const item = h(
      "li",
      { class: "rung", "data-phase": phase },
      h("div", { class: "rung-name" }, h("h4", { class: "label" }, tuning ? words.tuning : words.stage(phase + 1)), standing),
      h("div", { class: "rung-net" }, hourglass(roles, shapes), h("p", { class: "soft small" }, ...sentences.map((sentence) => h("span", {}, sentence, " ")))),
      h(
        "div",
        { class: "rung-loss" },
        h("div", { title: words.curve }, curve.drawing),
        h("dl", {}, h("div", {}, h("dt", { class: "soft small" }, words.valLoss), value), h("div", {}, h("dt", { class: "soft small" }, words.psnr), psnr)),
        loss,
      ),
    );
    list.append(item);
    return {
      /** @param {Rung} rung @param {string} answer  the loss of pictures */
      update(rung, answer) {
        item.dataset.standing = rung.standing;
        if (rung.standing === "now") item.setAttribute("aria-current", "step");
        else item.removeAttribute("aria-current");
        const kind = words.kinds[rung.standing];
        say(standing, rung.standing === "now" ? `${kind}, ${words.epoch(rung.epoch, rung.epochs)}` : kind);
        curve.render(rung);
        say(value, figure(rung.last?.valLoss));
        say(psnr, decibel(rung.last?.psnr));
        // The first stage and the last phase answer with a picture, the others with a code.
        say(loss, words.options[phase === 0 || tuning ? answer : "code"] ?? "");
      },
    };
  }

  /** @param {{rungs: Rung[], codes: number[][], stages: Stage[], loss: string}} props */
  return function render({ rungs, codes: shapes, stages, loss }) {
    waiting.hidden = rungs.length > 0;
    const wanted = JSON.stringify([shapes, rungs.map(({ roles }) => roles)]);
    if (wanted !== built) {
      built = wanted;
      list.replaceChildren();
      rows = rungs.map(({ phase, roles }) => row(phase, stages, shapes, roles));
      codes.replaceChildren(
        ...shapes.map((code) => h("span", { class: "code", title: words.numbers(code.reduce((a, b) => a * b, 1)) }, times(code.slice(0, 2)), h("span", {}, `×${integer(code[2] ?? 1)}`))),
      );
      drawn = null;
    }
    if (drawn === rungs) return;
    rungs.forEach((rung, i) => rows[i].update(rung, loss));
    drawn = rungs;
  };
}
