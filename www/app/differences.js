// What tells runs apart: the settings in which they differ, and those that are not their model's
// defaults. Pure.

import { keyOf, nameOf } from "./models.js";
import { shownName } from "./names.js";
import { fieldsOf } from "./settings.js";
import { text } from "../strings.js";

/** @import { Key } from "./settings.js" */
/** @import { Config } from "../protocol.js" */
/** @import { Run } from "./run.js" */

/** What can tell two runs apart. @typedef {"model"|Key|"start"|"data"|"backend"|"version"} Aspect */

/** @type {(Aspect)[]} in the order in which they are told */
const aspects = [
  "model", "seed", "epochs", "batchSize", "learningRate", "patience", "padding", "output", "loss", "noise", "noiseLevel",
  "start", "data", "backend", "version",
];

/** The value of an aspect, to be compared; undefined where the run has no such thing.
 * @param {Run} run @param {Aspect} aspect */
function valueOf(run, aspect) {
  const { config } = run.plan;
  switch (aspect) {
    case "model":
      return keyOf(config.model);
    case "start":
      return run.from;
    case "data":
      return run.data.hash;
    case "backend":
      return run.backend;
    case "version":
      return run.version;
  }
  return fieldsOf(config).some(({ key }) => key === aspect) ? config[aspect] : undefined;
}

/** The aspects in which at least two of the runs differ. What only some of them have is compared
 * among those. @param {Run[]} runs @returns {Aspect[]} */
export const differing = (runs) =>
  aspects.filter((aspect) => new Set(runs.map((run) => valueOf(run, aspect)).filter((value) => value !== undefined)).size > 1);

/** A setting's value as words. @param {Key} key @param {Config} config */
export function settingWords(key, config) {
  const value = config[key];
  return value === null ? text.settings.off : (text.settings.options[String(value)] ?? String(value));
}

/** An aspect of a run in words, or null where the run has no such thing.
 * @param {Run} run @param {Aspect} aspect @returns {{name: string, value: string}|null} */
export function aspectWords(run, aspect) {
  const { config } = run.plan;
  const { aspects: names, scratch, earlier } = text.keep;
  switch (aspect) {
    case "model":
      return { name: names.model, value: nameOf(config.model) };
    case "start":
      return { name: names.start, value: run.from === null ? scratch : earlier };
    case "data":
      return { name: names.data, value: shownName(run.data.name) };
    case "backend":
      return { name: names.backend, value: text.compute.names[run.backend] };
    case "version":
      return { name: names.version, value: run.version };
  }
  if (valueOf(run, aspect) === undefined) return null;
  return { name: text.settings.labels[aspect], value: settingWords(aspect, config) };
}

/** What differs between this run and the others, in words. @param {Run} run @param {Aspect[]} differ */
export const differsWords = (run, differ) =>
  differ.flatMap((aspect) => {
    const told = aspectWords(run, aspect);
    return told ? [told] : [];
  });

/** The settings of a run that are not its model's defaults. @param {Config} config @param {Config} defaults */
export const unusual = (config, defaults) =>
  fieldsOf(defaults).filter(({ key }) => config[key] !== defaults[key]).map(({ key }) => key);

/** The same in words: `Epochs 3, Seed 1`. @param {Config} config @param {Config} defaults */
export const unusualWords = (config, defaults) =>
  unusual(config, defaults).map((key) => `${text.settings.labels[key]} ${settingWords(key, config)}`);

/** Every setting of a run, in words, with the ones marked that are not the defaults; where the
 * defaults are not known, none is. @param {Config} config @param {Config|null} defaults */
export const settingsTable = (config, defaults) =>
  fieldsOf(config).map(({ key }) => ({
    name: text.settings.labels[key],
    value: settingWords(key, config),
    unusual: defaults !== null && config[key] !== defaults[key],
  }));
