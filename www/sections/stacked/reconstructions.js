// The same test pictures through one stage, two, three, and after fine-tuning: a row for each phase,
// which says in words what it cannot show.

import { decibel } from "../../format.js";
import { text } from "../../strings.js";
import { drawPicture, h, pictureCanvas, say } from "../../components/dom.js";

/** @import { Atlas, ReconstructionsAtStep } from "../../protocol.js" */

/** Pictures in a row. */
const COUNT = 8;

/**
 * @typedef {object} Props
 * @property {(ReconstructionsAtStep|null)[]} captured  by phase
 * @property {number|null} phase  whose pictures come now
 * @property {number} reached  the phase that the run came to
 * @property {boolean} started
 * @property {boolean} active
 * @property {string[]} classes
 * @property {number[][]} codes
 */

/** The mean squared error of what is shown, on the scale of the ladder. @param {ReconstructionsAtStep} drawn */
function psnrOf({ errors }) {
  const mse = errors.reduce((sum, error) => sum + error, 0) / errors.length;
  return mse > 0 ? -10 * Math.log10(mse) : null;
}

/** @param {HTMLElement} container */
export function create(container) {
  const words = text.stacked.reconstructions;
  const rows = h("div", { class: "stacked-rows" });
  container.append(h("h3", { class: "label" }, words.heading), h("p", { class: "soft" }, words.prose), rows);
  /** @type {{name: string, shown: Atlas, fill: (atlas: Atlas, labels: Uint8Array|null, classes: string[]) => void, tell: (soft: string, instead: string) => void}[]} */
  let made = [];
  let built = "";

  /** @param {string} name */
  function row(name) {
    const canvases = Array.from({ length: COUNT }, pictureCanvas);
    const soft = h("p", { class: "soft small numbers" });
    const instead = h("p", { class: "soft small instead" });
    const pictures = h("div", { class: "drawn-pictures" }, ...canvases);
    rows.append(h("div", { class: "drawn-row" }, h("div", {}, h("h4", { class: "label" }, name), soft), h("div", { class: "row-pictures" }, pictures, instead)));
    const mine = {
      name,
      /** @type {Atlas} */
      shown: null,
      /** @param {Atlas} atlas @param {Uint8Array|null} labels @param {string[]} classes */
      fill(atlas, labels, classes) {
        if (mine.shown === atlas && atlas !== null) return;
        mine.shown = atlas;
        const count = labels?.length ?? COUNT;
        canvases.forEach((canvas, i) => {
          canvas.hidden = i >= count;
          drawPicture(canvas, atlas, i, atlas && labels ? words.alt(name, i + 1, classes[labels[i]] ?? "") : words.blank);
        });
      },
      /** @param {string} more @param {string} why  nothing is shown; empty where something is */
      tell(more, why) {
        say(soft, more);
        say(instead, why);
        instead.hidden = why === "";
      },
    };
    return mine;
  }

  /** @param {number} phases */
  function build(phases) {
    rows.replaceChildren();
    made = [row(words.input), ...Array.from({ length: phases }, (_, phase) => row(phase === phases - 1 ? words.tuned : words.after(phase + 1)))];
  }

  /** Why a row is empty. @param {Props} props @param {number} phase @param {number} phases */
  function reason({ started, active, reached, phase: now }, phase, phases) {
    const { stage, tuning } = text.stacked.ladder;
    const name = phase === phases - 1 ? tuning : stage(phase + 1);
    if (!started || (active && phase >= reached)) return words.toCome(name);
    if (phase > reached) return words.notReached;
    return phase === now ? words.kept : words.gone;
  }

  /** @param {Props} props */
  return function render(props) {
    const { captured, active, classes, codes } = props;
    const phases = (codes.length + 1) / 2;
    container.hidden = codes.length === 0 || !props.started;
    if (codes.length === 0) return;
    if (built !== String(phases)) build(phases);
    built = String(phases);
    const any = captured.find((one) => one !== null) ?? null;
    made[0].fill(any?.inputs ?? null, any?.labels ?? null, classes);
    made[0].tell(`${codes[0].join("×")}`, "");
    for (let phase = 0; phase < phases; phase += 1) {
      const drawn = captured[phase] ?? null;
      const code = words.code((codes[Math.min(phase + 1, phases - 1)] ?? []).join("×"));
      made[phase + 1].fill(drawn?.outputs ?? null, drawn?.labels ?? null, classes);
      const live = active && phase === props.phase ? words.learning : drawn ? words.psnr(decibel(psnrOf(drawn)), drawn.errors.length) : "";
      made[phase + 1].tell(live ? `${code}, ${live}` : code, drawn ? "" : reason(props, phase, phases));
    }
  };
}
