// Puts a section into the page: its frame, its own state beside the lab's, and its views, which are
// drawn at most once a frame and only where what they show has changed.

import { h } from "./dom.js";
import { oncePerFrame } from "./frame.js";
import { createStore } from "../app/store.js";
import { sentence } from "../protocol.js";
import { text } from "../strings.js";

/** @import { Lab } from "../app/lab.js" */
/** @import { State } from "../app/state.js" */

/** What the address or an element's attributes say to a section: keys of the address and values.
 * @typedef {Record<string, string>} Asked */

/** Where a section's views go: beside its words, among its controls, which stand still, or with its results.
 * @typedef {{telling: HTMLElement, controls: HTMLElement, showing: HTMLElement, section: HTMLElement}} Places */

/**
 * A section of the page. `L` is its own state, `E` what changes it, `A` its actions.
 * @template L, E, A
 * @typedef {object} Section
 * @property {string} name
 * @property {{heading: string, prose: string, more?: string}} words  `more` is folded until it is asked for
 * @property {(asked: Asked) => L} initial
 * @property {(local: L, event: E) => L} update  pure
 * @property {(state: State, local: L) => Record<string, Record<string, unknown>>} props
 *   what each view shows, by the view's name; pure
 * @property {(lab: Lab, local: {get: () => L, dispatch: (event: E) => void}) => A} actions
 * @property {(places: Places, on: A, lab: Lab) => Record<string, (props: any) => void>} create
 *   makes the views, by the names that `props` uses
 * @property {(change: {before: State, now: State, localBefore: L, local: L}, on: A) => void} [follow]
 *   what follows from a change, beside drawing
 * @property {(state: State, local: L) => Asked} [address]  the keys that lead back here
 * @property {(on: A) => void} [unmount]  what the section holds beside its views is let go of
 * @property {string[]} [keys]  every key that may stand in the address for this section
 */

/**
 * @template L, E, A
 * @param {Lab} lab @param {HTMLElement} place @param {Section<L, E, A>} section @param {Asked} asked
 */
export function mount(lab, place, section, asked) {
  const local = createStore(section.initial(asked), section.update);
  const on = section.actions(lab, local);
  const heading = `${section.name}-heading`;
  const { heading: title, prose, more } = section.words;
  const folded = more === undefined ? null : h("details", { class: "more" }, h("summary", {}, text.more), h("p", {}, more));
  const telling = h("div", { class: "telling" }, h("h2", { id: heading }, title), h("p", {}, prose), folded);
  const controls = h("div", { class: "controls" });
  const showing = h("div", { class: "showing" });
  const frame = h("section", { class: "section", id: section.name, "aria-labelledby": heading, tabindex: -1 }, telling, controls, showing);
  place.append(frame);
  const views = section.create({ telling, controls, showing, section: frame }, on, lab);
  // A section without controls has all the width for what it shows.
  if (!controls.hasChildNodes()) controls.remove();

  /** @type {Record<string, Record<string, unknown>>} */
  const shown = {};
  function draw() {
    const all = section.props(lab.get(), local.get());
    for (const [name, props] of Object.entries(all)) {
      const before = shown[name];
      if (before && Object.keys(props).every((key) => Object.is(props[key], before[key]))) continue;
      shown[name] = props;
      try {
        views[name](props);
      } catch (thrown) {
        // The other views show what they have; this one is drawn again when what it shows has changed.
        lab.act.notice(text.hosts.brokenView(section.words.heading, sentence(thrown)));
      }
    }
  }

  let gone = false;
  const drawSoon = oncePerFrame(() => gone || draw());

  let before = lab.get();
  let localBefore = local.get();
  function changed() {
    drawSoon();
    const change = { before, now: lab.get(), localBefore, local: local.get() };
    before = change.now;
    localBefore = change.local;
    section.follow?.(change, on);
  }
  const leave = [lab.subscribe(changed), local.subscribe(changed)];
  draw();
  // What has happened before this section was there concerns it, too.
  section.follow?.({ before: lab.initial, now: before, localBefore, local: localBefore }, on);

  return {
    name: section.name,
    keys: section.keys ?? [],
    frame,
    address: () => section.address?.(lab.get(), local.get()) ?? {},
    subscribe: local.subscribe,
    /** Takes the section out of the page: nothing draws any more, and its frame is gone. */
    unmount() {
      gone = true;
      for (const end of leave) end();
      section.unmount?.(on);
      frame.remove();
    },
  };
}

/** @typedef {ReturnType<typeof mount>} Mounted */
