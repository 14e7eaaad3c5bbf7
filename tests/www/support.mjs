// What the tests of the page's code share: an engine in a world made of stand-ins.

import * as intake from "./fake-intake.mjs";
import * as fake from "./fake-session.mjs";
import { createDecoder } from "../../www/worker/intake/decode.js";
import { waiting } from "../../www/app/waiting.js";
import { createEngine } from "../../www/worker/engine.js";

/** A folder of shards as the network or the disk would give it; `broken` names what fails. */
export function folder(manifest, { broken = "" } = {}) {
  return {
    manifest: async () => {
      if (broken === "manifest.json") throw new Error("manifest.json did not answer.");
      return JSON.stringify(manifest);
    },
    async shard(file, onBytes) {
      if (broken === file) throw new Error(`${file} broke off.`);
      const entry = [...manifest.train.shards, ...manifest.test.shards].find((s) => s.file === file);
      onBytes(entry.bytes);
      return new Uint8Array(entry.bytes);
    },
  };
}

/** A picture store in memory, in place of the browser's database: sets by their manifests. */
export function pictureStore() {
  let current = null;
  const sets = new Map();
  return {
    sets,
    current: async () => current,
    open: async () => current && folder(JSON.parse(current)),
    async begin(manifest) {
      const files = new Map();
      return {
        add: async (file, bytes) => void files.set(file, bytes),
        finish: async () => void (sets.set(manifest, files), (current = manifest)),
        abandon: async () => files.clear(),
      };
    },
    use: async (set) => void (current = set),
    async remove(set) {
      sets.delete(set);
      if (current === set) current = null;
    },
  };
}

/** A run store in memory, in place of the browser's database. */
export function runStore() {
  const kept = new Map();
  return {
    kept,
    save: async (run, snapshot) => void kept.set(run.id, { run, snapshot }),
    saveEpochs: async () => {},
    list: async () => ({ runs: [...kept.values()].map(({ run }) => run), damaged: [] }),
    load: async (id) => kept.get(id) ?? null,
    label: async (id, label) => void kept.set(id, { ...kept.get(id), run: { ...kept.get(id).run, ...label } }),
    remove: async (id) => void kept.delete(id),
  };
}

/** What other tabs of the origin would see: which runs are computed. */
export function claims(elsewhere = []) {
  let mine = null;
  return {
    take: async (id) => !elsewhere.includes(id) && ((mine = id), true),
    drop: () => void (mine = null),
    all: async () => [...elsewhere, ...(mine === null ? [] : [mine])],
  };
}

/** Everything that is waiting gets its turn. */
export const settle = () => new Promise((resolve) => setTimeout(resolve, 5));

/** An engine, what it reported, and its session. The clock ticks `tick` milliseconds a look. */
export function world({ manifest = fake.manifest(), source, kept = pictureStore(), runs = runStore(), claimed = claims(), session = {}, left = { damaged: [], why: null }, room = { used: null, quota: null }, tick = 1, waits = {}, tell = () => {} } = {}) {
  const reports = [];
  const asked = [];
  let made;
  let time = 0;
  let fatal = null;
  let stuck = false;
  class Session extends fake.Session {
    constructor() {
      super(session);
      made = this;
    }
  }
  const nextTask = () => new Promise((resolve) => setImmediate(resolve));
  const wasm = { ...fake, Session };
  const engine = createEngine({
    wasm,
    report(told) {
      reports.push(told);
      tell(told);
    },
    now: () => (time += tick),
    date: () => 1_700_000_000_000 + time,
    nextTask,
    waits: { ...waiting, pause: async () => {}, ...waits },
    stuck: () => void (stuck = true),
    fatal: (thrown) => {
      if (!(thrown instanceof WebAssembly.RuntimeError)) return false;
      fatal = thrown;
      return true;
    },
    probe: async () => ({ usable: true, reason: null, adapter: "stand-in" }),
    bundled: (address) => (asked.push(address), source ?? folder(manifest)),
    pictureStore: kept,
    runStore: runs,
    takeOver: async () => left,
    usage: async () => ({ used: null, quota: null, persisted: null, newer: false, runs: {}, sets: [], damaged: [] }),
    room: async () => room,
    claims: claimed,
    pipelines: { prepare: (warmUp) => warmUp() },
    decode: createDecoder({ intake: async () => intake, nextTask }),
  });
  return {
    engine,
    reports,
    /** The folders of pictures that were asked for. */
    asked,
    kept,
    runs,
    claimed,
    session: made,
    fatal: () => fatal,
    stuck: () => stuck,
    of: (type) => reports.filter((told) => told.type === type),
    events: (type) => reports.flatMap((told) => told.events ?? []).filter((e) => !type || e.type === type),
  };
}

/** Waits until `probe` holds, giving up loudly. */
export async function until(probe, what = "it") {
  for (let i = 0; i < 2000; i += 1) {
    if (probe()) return;
    await new Promise((resolve) => setImmediate(resolve));
  }
  throw new Error(`${what} did not happen`);
}
