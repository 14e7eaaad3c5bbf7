// The latent map: each picture where the two widest directions of all codes put it. It is read
// with the pointer or with the arrow keys; two pictures are interpolated by a drag, by
// Enter, or by the buttons.

import { percent } from "../../format.js";
import { drawPicture, h, pictureCanvas, say } from "../../components/dom.js";
import { oncePerFrame } from "../../components/frame.js";
import { text } from "../../strings.js";
import { createClasses } from "./classes.js";
import { nearest, neighbour, layOut } from "./codes.js";
import { drawMap, thumbsOf } from "./latent-map-canvas.js";

/** @import { LatentMap } from "../../protocol.js" */
/** @import { classPlaces } from "./codes.js" */

/**
 * @typedef {object} Props
 * @property {LatentMap|null} map
 * @property {string[]} classes
 * @property {ReturnType<typeof classPlaces>|null} places
 * @property {number[]} marked  classes
 * @property {number|null} picture  of the test split, that is looked at
 * @property {number|null} mark  where an interpolation begins
 * @property {{from: number, to: number}|null} interpolation
 * @property {string|null} trouble
 * @property {"none"|"learning"|"asked"|"unasked"} status
 */

/** A plane narrower than this has smaller thumbnails. */
const NARROW = 480;
const LARGE = 26;
const SMALL = 19;
/** A pointer that moves less than this does not drag. */
const STILL = 6;

/**
 * @param {HTMLElement} container
 * @param {{onChoose: (picture: number) => void, onMark: (picture: number) => void, onInterpolate: (from: number, to: number) => void, onToggle: (label: number) => void}} options
 */
export function create(container, { onChoose, onMark, onInterpolate, onToggle }) {
  const words = text.studio.map;
  const canvas = h("canvas", { role: "img", "aria-label": words.waiting });
  const empty = h("p", { class: "soft small studio-plane-empty" });
  const plane = h("div", { class: "studio-plane", role: "application", tabindex: 0, "aria-label": words.label, "aria-describedby": "studio-map-keys", id: "studio-plane" }, canvas, empty);
  const xAxis = h("p", { class: "small soft numbers" }, "\u00a0");
  const yAxis = h("p", { class: "small soft numbers" }, "\u00a0");
  const large = pictureCanvas();
  const caption = h("p", { class: "label" }, "\u00a0");
  const begin = h("button", { type: "button", class: "quiet", id: "studio-way-button", onclick: () => shown.picture !== null && onMark(shown.picture) }, words.begin);
  const loupe = h("div", { class: "studio-loupe" }, large, h("div", {}, caption, begin));
  const spoken = h("p", { class: "unseen", role: "status" });
  const trouble = h("p", { class: "alarm" });
  const switches = h("div");
  const table = h("div", { class: "studio-places" });
  container.append(
    h("h3", { class: "label" }, words.heading),
    h("p", { class: "soft" }, words.prose),
    trouble,
    switches,
    h("div", { class: "studio-map" }, h("div", {}, yAxis, plane, xAxis), loupe),
    h("p", { class: "soft small", id: "studio-map-keys" }, words.keys),
    spoken,
    table,
  );
  const renderClasses = createClasses(switches, table, { onToggle });

  /** @type {Props} */
  let shown = { map: null, classes: [], places: null, marked: [], picture: null, mark: null, interpolation: null, trouble: null, status: "none" };
  /** @type {ReturnType<typeof thumbsOf>|null} */
  let thumbs = null;
  /** @type {Map<number, number>} place on the map of each picture of the test split */
  let placeOf = new Map();
  let positions = new Float32Array();
  let width = 0;
  let height = 0;
  /** @type {number|null} under the pointer */
  let hovered = null;
  /** @type {number|null} where the keys are */
  let cursor = null;
  /** @type {{from: number, x: number, y: number, moved: boolean}|null} */
  let drag = null;

  const thumb = () => (width < NARROW ? SMALL : LARGE);
  const place = (/** @type {number|null} */ picture) => (picture === null ? null : (placeOf.get(picture) ?? null));
  const nameOf = (/** @type {number} */ i) => shown.classes[shown.map?.labels[i] ?? -1] ?? "";
  const raised = () => hovered ?? cursor;

  function measure() {
    width = plane.clientWidth;
    height = plane.clientHeight;
    const ratio = devicePixelRatio;
    canvas.width = Math.round(width * ratio);
    canvas.height = Math.round(height * ratio);
    if (shown.map) positions = layOut(shown.map.points, width, height, thumb());
    drawSoon();
  }

  function draw() {
    const context = canvas.getContext("2d");
    if (!context) return;
    if (!shown.map || !thumbs) return context.clearRect(0, 0, canvas.width, canvas.height);
    const style = getComputedStyle(container);
    const colour = (/** @type {string} */ name) => style.getPropertyValue(name).trim();
    const { mark, interpolation } = shown;
    const ends = [place(interpolation?.from ?? null), place(interpolation?.to ?? null)];
    drawMap(context, {
      thumbs, positions, width, height,
      labels: shown.map.labels,
      ratio: devicePixelRatio,
      thumb: thumb(),
      rings: new Map(shown.marked.map((label, tone) => [label, colour(`--tone-${tone}`)])),
      raised: raised(),
      chosen: place(shown.picture),
      begun: place(mark),
      interpolation: ends[0] !== null && ends[1] !== null ? [ends[0], ends[1]] : null,
      drag: drag?.moved ? drag : null,
      colours: { line: colour("--line"), accent: colour("--accent"), paper: colour("--paper"), ink: colour("--ink") },
    });
  }

  const drawSoon = oncePerFrame(draw);

  /** The picture that is looked at, enlarged. */
  function enlarge() {
    const at = raised() ?? place(shown.picture);
    const name = at === null ? "" : nameOf(at);
    drawPicture(large, at === null ? null : (shown.map?.atlas ?? null), at ?? 0, at === null ? words.waiting : words.enlarged(name));
    say(caption, name === "" ? "\u00a0" : name);
    const chosen = place(shown.picture);
    begin.disabled = chosen === null || shown.mark === shown.picture;
    say(begin, shown.mark === null || shown.mark === shown.picture ? words.begin : words.end);
    drawSoon();
  }

  /** @param {PointerEvent} event */
  const pointed = (event) => {
    const box = plane.getBoundingClientRect();
    const [x, y] = [event.clientX - box.left, event.clientY - box.top];
    return { x, y, at: shown.map ? nearest(positions, x, y, thumb()) : null };
  };
  plane.addEventListener("pointerdown", (event) => {
    const { x, y, at } = pointed(event);
    if (event.button !== 0 || at === null) return;
    drag = { from: at, x, y, moved: false };
    plane.setPointerCapture(event.pointerId);
  });
  plane.addEventListener("pointermove", (event) => {
    const { x, y, at } = pointed(event);
    if (drag) {
      const far = Math.hypot(x - positions[2 * drag.from], y - positions[2 * drag.from + 1]) > thumb() / 2 + STILL;
      drag = { ...drag, x, y, moved: drag.moved || far };
    }
    plane.toggleAttribute("data-over", at !== null);
    if (hovered !== at || drag) {
      hovered = at;
      enlarge();
    }
  });
  plane.addEventListener("pointerup", (event) => {
    if (!drag) return;
    const { at } = pointed(event);
    const { from, moved } = drag;
    drag = null;
    if (shown.map && at !== null) {
      cursor = null;
      if (!moved) onChoose(shown.map.indices[from]);
      else if (at !== from) onInterpolate(shown.map.indices[from], shown.map.indices[at]);
    }
    enlarge();
  });
  const letGo = () => {
    drag = null;
    hovered = null;
    enlarge();
  };
  plane.addEventListener("pointercancel", letGo);
  plane.addEventListener("pointerleave", () => drag === null && letGo());

  plane.addEventListener("focus", () => {
    // A press focuses, too; only the keyboard needs to see where it is.
    if (!plane.matches(":focus-visible") || !shown.map) return;
    moveTo(cursor ?? place(shown.picture) ?? 0);
  });
  plane.addEventListener("blur", () => {
    cursor = null;
    enlarge();
  });

  /** @param {number} at */
  function moveTo(at) {
    cursor = at;
    hovered = null;
    say(spoken, words.at(nameOf(at), at + 1, shown.map?.labels.length ?? 0));
    enlarge();
  }

  plane.addEventListener("keydown", (event) => {
    if (!shown.map || event.ctrlKey || event.metaKey || event.altKey) return;
    const { indices } = shown.map;
    const at = cursor ?? place(shown.picture) ?? 0;
    if (event.key.startsWith("Arrow")) moveTo(cursor === null ? at : neighbour(positions, at, event.key));
    else if (event.key === " ") onChoose(indices[at]);
    else if (event.key === "Enter") {
      onMark(indices[at]);
      say(spoken, shown.mark === null ? words.begun(nameOf(at)) : words.ended(nameOf(at)));
    } else if (event.key === "Escape" && shown.mark !== null) onMark(shown.mark);
    else return;
    event.preventDefault();
  });

  new ResizeObserver(measure).observe(plane);
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", drawSoon);

  /** @param {Props} props */
  return function render(props) {
    const { map, classes, places, marked, trouble: why, status } = props;
    const other = map !== shown.map;
    // While a run learns the same pictures move: the keys stay where they are.
    if (other && map?.indices.join() !== shown.map?.indices.join()) hovered = cursor = drag = null;
    shown = props;
    say(trouble, why ?? "");
    trouble.hidden = why === null;
    empty.hidden = map !== null;
    say(empty, words.status[status]);
    renderClasses({ classes, marked, places });
    if (other) {
      thumbs = map && thumbsOf(map);
      placeOf = new Map(map ? Array.from(map.indices, (picture, i) => [picture, i]) : []);
      canvas.setAttribute("aria-label", map ? words.alt(map.labels.length) : words.waiting);
      say(xAxis, map ? words.x(percent(map.explained[0])) : "\u00a0");
      say(yAxis, map ? words.y(percent(map.explained[1])) : "\u00a0");
      measure();
    }
    enlarge();
  };
}
