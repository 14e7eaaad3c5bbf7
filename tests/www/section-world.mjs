// A section with the lab behind it and no page: its state and its actions, and a worker that describes settings
// like the stand-in for the wasm module, starts what it is asked for, and can be made to take its time.

import { register } from "node:module";
import "./fake-dom.mjs";
import { createActions } from "../../www/app/actions.js";
import { initial, update } from "../../www/app/state.js";
import { createStore } from "../../www/app/store.js";
import * as fake from "./fake-session.mjs";

register("./vendor-hooks.mjs", import.meta.url);
const { sections: all } = await import("../../www/sections/all.js");
/** The page's sections, by their names. @type {Record<string, any>} */
export const sections = Object.fromEntries(all.map((section) => [section.name, section]));

/** Everything that is waiting gets its turn. */
export const settle = () => new Promise((resolve) => setTimeout(resolve, 5));

function describe({ model, overrides }) {
  const defaults = fake.defaults(model);
  const set = Object.fromEntries(Object.entries(overrides).filter(([key]) => key in defaults));
  const config = { ...defaults, ...set };
  try {
    return { defaults, config, summary: fake.summary(config), error: null };
  } catch ({ message }) {
    return { defaults, config, summary: null, error: message };
  }
}

/**
 * @param {any} section @param {Record<string, string>} [asked]
 * @param {{runs?: object[], models?: object[], answers?: Record<string, (command: any) => any>}} [world]  `runs`: those kept from earlier visits
 */
export async function open(section, asked = {}, { runs = [], models = fake.presets(), answers = {} } = {}) {
  const store = createStore(initial, update);
  /** @type {any[]} */
  const started = [];
  /** @type {(() => void)[]} */
  let held = [];
  let slow = false;
  const client = {
    async ask(command) {
      if (slow && command.type === "describe") await new Promise((go) => held.push(() => go(null)));
      if (command.type in answers) return answers[command.type](command);
      if (command.type === "describe") return describe(command);
      if (command.type === "start") started.push(command.job);
      if (command.type === "continue") started.push(command);
      return null;
    },
    launch() {},
  };
  const act = createActions(store, /** @type {any} */ (client), null);
  const local = createStore(section.initial(asked), section.update);
  const on = section.actions({ ...store, initial, act, data: null }, local);
  let before = { lab: initial, local: local.get() };
  function changed() {
    const change = { before: before.lab, now: store.get(), localBefore: before.local, local: local.get() };
    before = { lab: change.now, local: change.local };
    section.follow?.(change, on);
  }
  for (const one of [store, local]) one.subscribe(changed);
  store.subscribe(() => void act.pump());
  store.dispatch({ type: "compute-chosen", choice: "cpu" });
  const events = [
    { type: "opened", models, backends: ["flex"], version: "0" },
    { type: "runs-found", runs },
    { type: "data-found", manifest: fake.manifest(), hash: "h", origin: "bundled" },
    { type: "data-progress", bytes: 1, total: 1, loaded: { train: 600, test: 200 } },
    { type: "data-ready" },
  ];
  for (const event of events) store.dispatch(event);
  await settle();
  return {
    store, local, on, act, started,
    shown: () => section.props(store.get(), local.get()),
    /** Descriptions take their time until `release`. */
    hold: () => void (slow = true),
    async release() {
      slow = false;
      for (const go of held) go();
      held = [];
      await settle();
    },
  };
}
