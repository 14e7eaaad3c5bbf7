// The shards of the data set as a strip of cards: each with its name, its size, the beginning of its
// fingerprint and the first of its pictures. A card that has arrived is lit.

import { putPicture } from "../../components/atlas.js";
import { h, say } from "../../components/dom.js";
import { integer, size } from "../../format.js";
import { text } from "../../strings.js";
import { SHOWN, hasArrived, shardsOf } from "./shards.js";

/** @import { Counts, Manifest, PictureShape, Pictures, Split } from "../../protocol.js" */
/** @import { Shard } from "./shards.js" */

const ACROSS = 4;
/** Characters of a fingerprint that people compare. */
const FINGERPRINT = 8;

/** @param {HTMLCanvasElement} canvas @param {Pictures} pictures */
function drawSheet(canvas, { labels, atlas }) {
  const context = canvas.getContext("2d");
  if (!context || !atlas) return;
  const { width, height } = atlas;
  for (let i = 0; i < labels.length; i += 1) putPicture(context, atlas, i, (i % ACROSS) * width, Math.floor(i / ACROSS) * height);
}

/** @param {HTMLElement} container */
export function create(container) {
  const words = text.pictures.shards;
  const bands = h("div", { class: "bands" });
  const empty = h("p", { class: "soft small" }, words.waiting);
  const state = h("p", { class: "soft small numbers" });
  container.append(h("h3", { class: "label" }, words.heading), h("p", { class: "soft explained" }, words.prose), bands, empty, state);

  /** @param {Shard} shard @param {PictureShape} picture */
  function card(shard, { width, height }) {
    const { file, count, bytes, sha256 } = shard;
    const sheet = h("canvas", { class: "sheet", width: ACROSS * width, height: (SHOWN / ACROSS) * height, "aria-hidden": "true" });
    const item = h(
      "li",
      { class: "shard" },
      sheet,
      h("span", { class: "code" }, file),
      h("span", { class: "numbers" }, words.holds(count)),
      h("span", { class: "numbers soft" }, size(bytes)),
      h("span", { class: "code soft", title: sha256 }, words.fingerprint(sha256.slice(0, FINGERPRINT))),
    );
    return { shard, item, sheet, drawn: /** @type {Pictures|null} */ (null) };
  }

  /** @type {Manifest|null} */
  let shown = null;
  /** @type {ReturnType<typeof card>[]} */
  let cards = [];

  /** @param {Manifest} manifest */
  function build(manifest) {
    shown = manifest;
    cards = shardsOf(manifest).map((shard) => card(shard, manifest.picture));
    bands.replaceChildren(
      ...(/** @type {Split[]} */ (["train", "test"])).map((split) => {
        const title = `${text.pictures[split]}: ${words.files(manifest[split].count, manifest[split].shards.length)}`;
        const items = cards.filter(({ shard }) => shard.split === split).map(({ item }) => item);
        const list = h("ol", { class: "strip" }, ...items);
        // Reached by the Tab key, because it may be longer than there is room.
        return h("div", { class: "band" }, h("p", { class: "soft small" }, title), h("div", { class: "strip-box", tabindex: 0, role: "group", "aria-label": title }, list));
      }),
    );
  }

  /** @param {{manifest: Manifest|null, loaded: Counts, sheets: Record<string, Pictures>}} props */
  return function render({ manifest, loaded, sheets }) {
    empty.hidden = manifest !== null;
    bands.hidden = manifest === null;
    if (!manifest) return say(state, "\u00a0");
    if (manifest !== shown) build(manifest);
    let here = 0;
    for (const one of cards) {
      const arrived = hasArrived(one.shard, loaded);
      here += Number(arrived);
      one.item.toggleAttribute("data-here", arrived);
      const sheet = sheets[one.shard.file];
      if (sheet && sheet !== one.drawn) {
        one.drawn = sheet;
        drawSheet(one.sheet, sheet);
      }
    }
    say(state, here === cards.length ? words.allHere(cards.length) : words.here(integer(here), cards.length));
  };
}
