// Who presses Start with the keyboard still has it under the fingers afterwards, in every section that trains.

import assert from "node:assert/strict";
import { test } from "node:test";
import * as cnns from "../../www/sections/cnns/controls.js";
import * as compare from "../../www/sections/stacked/compare.js";
import * as stacked from "../../www/sections/stacked/controls.js";
import * as studio from "../../www/sections/studio/controls.js";
import * as train from "../../www/sections/train/controls.js";
import { container, focused } from "./fake-dom.mjs";

const told = { status: "", refusal: null };
const no = { start: false, pause: false, resume: false, step: false, stop: false, reset: false, goOn: false };
const press = (pressed) => Object.fromEntries(["start", "pause", "resume", "step", "stop", "reset", "goOn", "skip"].map((name) => [name, () => pressed.push(name)]));

/** Each section's controls: how they are made, their ids, and what they are shown while nothing is on, while a run is
 * being started, and while it trains. */
const controls = {
  train: {
    make: (place, pressed) => train.create(place, { on: press(pressed) }), ids: ["run", "stop", "go-on"],
    idle: { ...told, may: { ...no, start: true, step: true, goOn: true } }, starting: { ...told, may: { ...no, stop: true } }, on: { ...told, may: { ...no, pause: true, stop: true } }, none: { ...told, may: no },
  },
  studio: {
    make: (place, pressed) => studio.create(place, { onStart: () => pressed.push("start"), onHold: () => pressed.push("pause"), onGoOn: () => {}, onStop: () => {} }), ids: ["studio-start", "studio-stop", "studio-go-on"],
    ...Object.fromEntries(Object.entries({
      idle: { busy: false, start: true, hold: false, stop: false, goOn: true }, starting: { busy: true, start: false, hold: false, stop: true, goOn: false },
      on: { busy: true, start: false, hold: true, stop: true, goOn: false }, none: { busy: false, start: false, hold: false, stop: false, goOn: false },
    }).map(([name, may]) => [name, { ...told, ...may, paused: false, share: null, speed: null, secondsLeft: null, ready: false }])),
  },
  stacked: {
    make: (place, pressed) => stacked.create(place, { on: press(pressed) }), ids: ["stacked-run", "stacked-stop", "stacked-go-on"],
    ...Object.fromEntries(Object.entries({ idle: { ...no, start: true, goOn: true }, starting: { ...no, stop: true }, on: { ...no, pause: true, stop: true }, none: no }).map(([name, may]) => [name, { ...told, may: JSON.stringify(may) }])),
  },
  cnns: {
    make: (place, pressed) => cnns.create(place, { on: press(pressed) }), ids: ["cnns-start", "cnns-stop", "cnns-again"],
    ...Object.fromEntries(Object.entries({
      idle: { on: false, ready: true }, starting: { on: true, ready: true, stop: true }, on: { on: true, ready: true, pause: true, stop: true }, none: { on: false, ready: false },
    }).map(([name, may]) => [name, { ...told, missing: 3, all: 6, here: may.on ? 0 : 3, half: false, pause: false, resume: false, skip: false, stop: false, share: 0, detail: "", left: "", ...may }])),
  },
};

for (const [name, { make, ids: [startId, stopId, thirdId], idle, starting, on, none }] of Object.entries(controls)) {
  test(`${name}: Enter on Start keeps the focus while the run is prepared, and the next Enter pauses it`, () => {
    const pressed = [];
    const place = container();
    const render = make(place, pressed);
    render(idle);
    const start = place.querySelector(`#${startId}`);
    start.focus();
    start.press();
    render(starting);
    assert.equal(focused(), start);
    assert.equal(start.getAttribute("aria-disabled"), "true", "it is said to be out of use");
    start.press();
    assert.deepEqual(pressed, ["start"], "and does nothing");
    render(on);
    assert.equal(focused(), start);
    assert.equal(start.getAttribute("aria-disabled"), null);
    start.press();
    assert.deepEqual(pressed, ["start", "pause"]);
  });

  test(`${name}: a button that goes away hands the focus on, also where Start is out of use`, () => {
    const place = container();
    const render = make(place, []);
    const [start, stop, third] = [startId, stopId, thirdId].map((id) => place.querySelector(`#${id}`));
    render(on);
    stop.focus();
    render(none);
    assert.equal(focused(), start);
    render(idle);
    third.focus();
    assert.equal(focused(), third);
    render(starting);
    assert.equal(focused(), start);
    render(on);
    stop.focus();
    render(starting);
    assert.equal(focused(), stop);
    assert.equal(start.disabled, true, "who has not the focus is disabled outright");
  });
}

test("stacked: Enter on the comparison's start keeps the focus", () => {
  const place = container();
  const started = [];
  const render = compare.create(place, { most: 5, onEpochs() {}, onSeeds() {}, onStart: () => started.push(1), onGoOn() {}, onStop() {} });
  const props = { epochs: "5", error: null, seeds: 1, may: true, on: false, goOn: false, status: "" };
  render(props);
  const start = place.querySelector("#stacked-compare");
  start.focus();
  start.press();
  render({ ...props, may: false, on: true });
  start.press();
  assert.equal(focused(), start);
  assert.equal(started.length, 1);
});

test("Enter that is held down is one press, and a window that is left takes no focus away", () => {
  const pressed = [];
  const place = container();
  const render = train.create(place, { on: press(pressed) });
  render(controls.train.idle);
  const start = place.querySelector("#run");
  start.focus();
  start.enter();
  render(controls.train.starting);
  start.fire("blur");
  assert.equal(focused(), start, "the window was left; the document still has its focus there");
  render(controls.train.on);
  start.enter(true);
  start.enter(true);
  assert.deepEqual(pressed, ["start"]);
  start.enter();
  assert.deepEqual(pressed, ["start", "pause"]);
});
