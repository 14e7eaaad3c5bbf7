// The feature maps of every layer for the input picture: a choice of layer, its channels side by side, and one
// of them enlarged beside the picture.

import { figure, integer } from "../../format.js";
import { text } from "../../strings.js";
import { drawPicture, h, pictureCanvas, say } from "../../components/dom.js";
import { rovingTabindex } from "../../components/roving-tabindex.js";
import { drawChannel, drawFilter, drawVector } from "./pixels.js";

/** @import { Activation } from "../../protocol.js" */
/** @import { Kernels, Spread } from "./maps.js" */
/** @import { Input } from "./state.js" */

/** @param {number} count  of the values of a vector */
const columnsOf = (count) => (count <= 16 ? count : count <= 128 ? 32 : 64);

/** @param {HTMLElement} container
 * @param {{spread: (layer: Activation) => Spread, extent: (layer: Activation, channel: number) => {least: number, most: number}, onLayer: (layer: number) => void, onChannel: (channel: number) => void}} options */
export function create(container, { spread, extent, onLayer, onChannel }) {
  const words = text.learned.layers;
  const rail = h("div", { class: "learned-rail" });
  const about = h("p", { class: "soft small" });
  const grid = h("div", { class: "learned-channels", role: "group", "aria-label": words.channels });
  const settle = rovingTabindex(grid);
  const vector = h("canvas", { class: "learned-vector", role: "img" });
  const picture = pictureCanvas();
  const filter = h("canvas", { class: "learned-large", role: "img" });
  const map = h("canvas", { class: "learned-large", role: "img" });
  const caption = h("figcaption", { class: "soft small numbers" });
  const small = (/** @type {Node} */ child, /** @type {string} */ name) => h("figure", {}, child, h("figcaption", { class: "soft small" }, name));
  const filterFigure = small(filter, words.filter);
  const large = h("div", { class: "learned-enlarged" },
    h("div", { class: "learned-beside" }, small(picture, words.picture), filterFigure),
    h("figure", {}, map, caption),
  );
  container.append(
    h("h4", { class: "label" }, words.heading),
    h("p", { class: "soft small" }, words.prose),
    h("fieldset", { class: "plain-set" }, h("legend", { class: "unseen" }, words.choose), rail),
    about, vector, h("div", { class: "learned-maps" }, grid, large),
  );
  let layersDrawn = "";
  /** @type {Activation|null} */
  let drawn = null;
  /** @type {Spread|null} */
  let scale = null;

  /** @param {Activation[]} activations */
  function drawRail(activations) {
    rail.replaceChildren(
      ...activations.map(({ name, kind, shape }, n) =>
        h("label", { class: "learned-layer" },
          h("input", { type: "radio", name: "learned-layer", value: n, onchange: () => onLayer(n) }),
          h("span", { class: "code" }, name),
          h("span", { class: "soft" }, `${kind} ${shape.join("×")}`),
        ),
      ),
    );
  }

  /** The channels come a few at a time: many small canvases in one go would be felt.
   * @param {Activation} layer @param {Spread} of */
  function drawChannels(layer, { channels, limit }) {
    const canvases = [...grid.querySelectorAll("canvas")];
    if (canvases.length !== channels) {
      canvases.length = 0;
      grid.replaceChildren(
        ...Array.from({ length: channels }, (_, n) => {
          const canvas = h("canvas", { width: 1, height: 1, role: "img", "aria-label": words.channel(n + 1) });
          canvases.push(canvas);
          return h("button", { type: "button", class: "learned-tile", onclick: () => onChannel(n) }, canvas);
        }),
      );
      settle();
    }
    let n = 0;
    const some = () => {
      if (drawn !== layer) return;
      for (const end = Math.min(channels, n + 16); n < end; n += 1) drawChannel(canvases[n], layer, n, limit);
      if (n < channels) requestAnimationFrame(some);
    };
    some();
  }

  /** @param {Activation} layer */
  function drawLayer(layer) {
    scale = spread(layer);
    const { least, most, limit, silent, channels } = scale;
    const isMap = layer.shape.length === 3;
    const quiet = least >= 0 && silent > 0 ? ` ${words.silent(integer(silent), integer(channels), isMap)}` : "";
    say(about, `${words.range(figure(least), figure(most), least < 0)}${quiet}`);
    grid.hidden = large.hidden = !isMap;
    vector.hidden = isMap;
    if (isMap) return drawChannels(layer, scale);
    const columns = columnsOf(layer.values.length);
    drawVector(vector, layer.values, columns, limit);
    vector.style.maxInlineSize = `${columns * 1.375}rem`;
    vector.setAttribute("aria-label", words.vector(integer(layer.values.length), figure(least), figure(most)));
  }

  /** @param {{activations: Activation[]|null, layer: number, channel: number, kernels: Kernels|null, input: Input|null, open: boolean}} props */
  return function render({ activations, layer: index, channel, kernels, input, open }) {
    const layer = activations?.[index] ?? null;
    container.toggleAttribute("data-waiting", layer === null);
    if (!activations || !layer) {
      drawn = null;
      layersDrawn = "";
      rail.replaceChildren();
      grid.replaceChildren();
      vector.hidden = large.hidden = true;
      say(about, open ? words.asking : words.waiting);
      return;
    }
    const names = activations.map(({ name, shape }) => `${name} ${shape}`).join();
    if (names !== layersDrawn) {
      layersDrawn = names;
      drawRail(activations);
    }
    for (const input of rail.querySelectorAll("input")) input.checked = Number(input.value) === index;
    if (layer !== drawn) {
      drawn = layer;
      drawLayer(layer);
    }
    if (layer.shape.length !== 3 || !scale) return;
    [...grid.children].forEach((tile, n) => tile.setAttribute("aria-pressed", String(n === channel)));
    const { least, most } = extent(layer, channel);
    drawChannel(map, layer, channel, scale.limit);
    map.setAttribute("aria-label", words.channel(channel + 1));
    say(caption, words.enlarged(layer.name, channel + 1, figure(least), figure(most)));
    drawPicture(picture, input?.image ?? null, 0, words.picture);
    filterFigure.hidden = !kernels || kernels.layer !== index;
    if (kernels && kernels.layer === index) {
      drawFilter(filter, kernels, channel);
      filter.setAttribute("aria-label", text.learned.filters.filter(channel + 1, figure(kernels.scales[channel])));
    }
  };
}
