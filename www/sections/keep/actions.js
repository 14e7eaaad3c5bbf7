// What the visitor's hands do among the saved runs.

import { keyOf } from "../../app/models.js";
import { nameIn, namesOf } from "../../app/run-names.js";
import { isAskable } from "../../app/state.js";
import { sentence } from "../../protocol.js";
import { text } from "../../strings.js";
import { stripAddress, toPng } from "./canvas.js";
import { epochsCsv, fileName, runCard, stepsCsv } from "./card.js";
import { comparedFigure, isClassifier, runFigure } from "./curves.js";
import { reportOf, runPart } from "./report.js";
import { css } from "./report-style.js";
import { copy, download, printDocument } from "./save.js";
import { ALL, scopeOf, scopes, ticked, undescribed } from "./state.js";

/** @import { Lab } from "../../app/lab.js" */
/** @import { Run } from "../../app/run.js" */
/** @import { Reconstructions } from "../../protocol.js" */
/** @import { Strips } from "./report.js" */
/** @import { Item } from "./screen.js" */
/** @import { Local, LocalEvent, Scope } from "./state.js" */

/** @typedef {keyof typeof text.keep.files} File */

const LONGEST_NAME = 80;

/** Lets the page draw and listen between two pieces of work. */
const breathe = () => new Promise((resolve) => setTimeout(resolve));

/** @param {string} words @param {string} type */
const blobOf = (words, type) => new Blob([words], { type: `${type};charset=utf-8` });

/**
 * @param {Lab} lab
 * @param {{get: () => Local, dispatch: (event: LocalEvent) => void}} local
 */
export function createActions({ get: getLab, act }, { get, dispatch }) {
  /** @type {Set<string>} models that were asked about */
  const asked = new Set();
  const say = (/** @type {string} */ words) => dispatch({ type: "said", words });
  const adapter = () => getLab().compute.gpu?.adapter ?? null;

  /** Does something that may fail, and tells why it did. @param {() => Promise<unknown>} job */
  const trying = (job) => job().catch(act.notice);

  /** @param {string} name @param {Blob} blob */
  function save(name, blob) {
    download(name, blob);
    say(text.keep.saved(name));
  }

  /** What an autoencoder's run makes of the pictures that are always drawn again: the latest of this
   * visit, or asked for; null where nobody can tell. @param {Run} run @returns {Promise<Strips|null>} */
  async function strips(run) {
    if (isClassifier(run)) return null;
    /** @type {Reconstructions|null} */
    let drawn = getLab().reconstructions[run.id] ?? null;
    if (!drawn && run.keptAt !== null && isAskable(getLab(), run)) {
      const shown = await act.tryAsk({ type: "shown" });
      drawn = shown && (await act.tryAsk({ type: "reconstruct", run: run.id, source: "test", indices: shown.indices }));
    }
    if (!drawn) return null;
    const { rows } = text.reconstructions;
    return /** @type {const} */ (["inputs", "corrupted", "outputs", "differences"]).flatMap((row) => {
      const atlas = drawn[row];
      const told = atlas && (row !== "corrupted" || run.plan.config.noise !== "none");
      return told ? [{ name: rows[row], src: stripAddress(atlas) }] : [];
    });
  }

  /** The report that is asked for, written run by run. @param {boolean} styled */
  async function write(styled) {
    const state = getLab();
    const runs = scopes(state, get())[scopeOf(state, get())];
    const names = namesOf(runs);
    const parts = [];
    for (const [i, run] of runs.entries()) {
      dispatch({ type: "writing", at: text.keep.writing(i + 1, runs.length) });
      const defaults = get().defaults[keyOf(run.plan.config.model)] ?? null;
      parts.push(runPart(run, { name: names.get(run.id) ?? "", defaults, strips: await strips(run), adapter: adapter() }));
      await breathe();
    }
    return reportOf(runs, { parts, made: Date.now(), version: state.version, styled });
  }

  /** @param {boolean} styled @param {(markup: string) => unknown} then */
  async function report(styled, then) {
    if (get().writing !== null) return;
    await trying(async () => then(await write(styled)));
    dispatch({ type: "writing", at: null });
  }

  /** @param {string} id */
  const runAt = (id) => getLab().runs[id];

  /** @type {Record<File, (run: Run) => Promise<Blob|null>|Blob>} */
  const made = {
    png: (run) => toPng(runFigure(run)),
    epochs: (run) => blobOf(epochsCsv([run]), "text/csv"),
    steps: (run) => blobOf(stepsCsv([run]), "text/csv"),
    card: (run) => blobOf(`${JSON.stringify(runCard(run, { adapter: adapter() }), null, 2)}\n`, "application/json"),
    weights: async (run) => {
      const bytes = await act.tryAsk({ type: "weights", run: run.id });
      return bytes && new Blob([bytes], { type: "application/octet-stream" });
    },
  };
  /** @type {Record<File, string>} */
  const endings = { png: "curves.png", epochs: "epochs.csv", steps: "steps.csv", card: "card.json", weights: "weights.safetensors" };

  let looking = false;
  let lookAgain = false;
  /** Looks at what is kept; one look at a time, and another one if something changed meanwhile. */
  async function look() {
    lookAgain = true;
    if (looking) return;
    looking = true;
    while (lookAgain && getLab().engine === "ready") {
      lookAgain = false;
      await act.ask({ type: "storage" }).then(
        (storage) => dispatch({ type: "storage-read", storage }),
        (thrown) => dispatch({ type: "storage-not-read", message: sentence(thrown) }),
      );
    }
    looking = false;
  }

  /** Deletes every run that is listed: how many are, of how many. */
  async function removeRuns() {
    dispatch({ type: "opened", run: null });
    const runs = [...getLab().order];
    let done = 0;
    for (const run of runs) done += Number(await act.discard(run));
    return { done, of: runs.length };
  }

  return {
    /** Asks what the models' settings are by default, each once. */
    async describeModels() {
      if (getLab().engine !== "ready") return;
      for (const [key, model] of undescribed(getLab(), get())) {
        if (asked.has(key)) continue;
        asked.add(key);
        // A model of an earlier version may be gone; its runs are shown without marks then.
        const description = await act.describe(model, {}).catch(() => null);
        if (description) dispatch({ type: "defaults-known", model: key, defaults: description.defaults });
      }
    },
    filter: (/** @type {string} */ filter) => dispatch({ type: "filtered", filter }),
    tick: (/** @type {string} */ run, /** @type {boolean} */ on) => dispatch({ type: "ticked", run, on }),
    /** @param {string} run */
    open: (run) => dispatch({ type: "opened", run: get().open === run ? null : run }),
    /** @param {string} run @param {string} name */
    rename(run, name) {
      const trimmed = name.trim().slice(0, LONGEST_NAME);
      if (runAt(run) && trimmed !== runAt(run).name) act.label(run, trimmed, runAt(run).pinned);
    },
    /** @param {string} run @param {boolean} on */
    pin: (run, on) => act.label(run, runAt(run).name, on),
    goOn: (/** @type {string} */ run) => void act.continueRun(run),
    askRemoval: (/** @type {string|null} */ run) => dispatch({ type: "removal-asked", run }),
    askRemovalOfAll: () => dispatch({ type: "removal-asked", run: ALL }),
    /** @param {string} run */
    async remove(run) {
      const label = nameIn(getLab(), runAt(run));
      dispatch({ type: "opened", run: null });
      say((await act.discard(run)) ? text.keep.removed(label) : text.keep.notRemoved(label));
      look();
    },
    async removeAll() {
      const { done, of } = await removeRuns();
      say(done === of ? text.keep.removedAll : text.keep.removedSome(done, of));
      look();
    },
    /** A picture set, or a record that cannot be read. @param {Item} item */
    async removeItem({ id, name, isSet }) {
      dispatch({ type: "removal-asked", run: null });
      const done = (await act.tryAsk(isSet ? { type: "delete-set", set: id } : { type: "discard", run: id })) !== null;
      if (done) say(isSet ? text.keep.room.removedSet(name) : text.keep.removed(name));
      look();
    },
    async removeEverything() {
      const { storage } = get();
      const { done, of } = await removeRuns();
      let all = done === of;
      for (const { id } of storage?.damaged ?? []) all = (await act.tryAsk({ type: "discard", run: id })) !== null && all;
      // The one in use last, because the bundled pictures are loaded then.
      for (const { id } of [...(storage?.sets ?? [])].sort((a, b) => Number(a.inUse) - Number(b.inUse)))
        all = (await act.tryAsk({ type: "delete-set", set: id })) !== null && all;
      say(all ? text.keep.room.removedEverything : text.keep.room.notEverything);
      look();
    },
    useSet: async (/** @type {string} */ set) => {
      await act.useSet(set);
      look();
    },
    look,
    /** @param {string} run @param {File} file */
    save: (run, file) =>
      trying(async () => {
        const blob = await made[file](runAt(run));
        if (blob) save(fileName(runAt(run), endings[file]), blob);
      }),
    /** @param {"png"|"csv"} file */
    saveCompared: (file) =>
      trying(async () => {
        const runs = ticked(getLab(), get());
        if (file === "csv") save("tabgrad-runs-compared.csv", blobOf(epochsCsv(runs), "text/csv"));
        else save("tabgrad-runs-compared.png", await toPng(comparedFigure(runs)));
      }),
    /** Whether the link stands on the clipboard now. @param {string} link */
    async copy(link) {
      const done = await copy(link);
      say(done ? text.keep.copied : text.keep.notCopied);
      return done;
    },
    chooseScope: (/** @type {Scope} */ scope) => dispatch({ type: "scope-chosen", scope }),
    downloadReport: () => report(true, (markup) => save("tabgrad-report.html", blobOf(markup, "text/html"))),
    printReport: () =>
      report(false, async (markup) => {
        await printDocument(markup, css);
        say(text.keep.written);
      }),
  };
}

/** @typedef {ReturnType<typeof createActions>} Actions */
