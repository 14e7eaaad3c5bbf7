// A start uses what stands in the controls, however soon after the last key stroke the press comes.

import assert from "node:assert/strict";
import { test } from "node:test";
import * as form from "../../www/components/settings-form.js";
import { container } from "./fake-dom.mjs";
import { open, sections, settle } from "./section-world.mjs";

const { train, studio, stacked, cnns } = sections;
const press = (section) => (section.on.start.length > 0 ? section.on.start(false) : section.on.start());

test("a key stroke is told, and that more may follow", () => {
  const told = [];
  const place = container();
  const render = form.create(place, { onType: (...given) => told.push(given) });
  render({ values: [{ field: { key: "epochs", kind: "integer" }, value: 10, typed: "10", error: null }], locked: false });
  const control = place.querySelector("#setting-epochs");
  control.value = "7";
  control.fire("input");
  control.fire("change");
  assert.deepEqual(told, [["epochs", "7", true], ["epochs", "7", false]]);
});

for (const [name, section] of Object.entries({ train, studio, stacked, cnns })) {
  test(`${name}: a press right after the key stroke trains with it, though nobody has described it yet`, async () => {
    const world = await open(section, name === "cnns" ? { models: "cnn-max-2" } : {});
    world.hold();
    world.on.typeSetting("epochs", "7", true);
    world.on.typeSetting("seed", "3", true);
    void press(world);
    await settle();
    await world.release();
    assert.equal(world.started.length, 1);
    const { epochs, seed } = world.started[0].overrides;
    assert.deepEqual({ epochs, seed }, { epochs: 7, seed: 3 });
  });

  test(`${name}: what is typed and cannot be taken starts nothing, and a press says why`, async () => {
    const world = await open(section);
    const field = () => world.shown().settings.values.find(({ field: { key } }) => key === "epochs");
    world.on.typeSetting("epochs", "", true);
    assert.equal(field().error, null, "somebody is still typing");
    assert.equal(field().typed, "", "which is left as it is");
    await press(world);
    await settle();
    assert.deepEqual(world.started, []);
    assert.match(field().error, /Epochs/);
    world.on.typeSetting("epochs", "6", true);
    assert.equal(field().error, null);
    await press(world);
    await settle();
    assert.equal(world.started[0].overrides.epochs, 6);
  });

  test(`${name}: two presses before anything is drawn start once`, async () => {
    const world = await open(section, name === "cnns" ? { models: "cnn-max-2" } : {});
    await Promise.all([press(world), press(world)]);
    await settle();
    const { queue } = world.store.get();
    assert.equal(world.started.length + queue.length, 1);
  });
}

test("a model that was chosen right before the press is the one that is trained", async () => {
  const world = await open(train);
  world.hold();
  void world.on.chooseModel("cae");
  void world.on.start();
  await world.release();
  assert.deepEqual(world.started.map(({ model }) => model), ["cae"]);
  const other = await open(studio);
  other.hold();
  other.on.choosePreset("cae-denoise");
  other.on.typeSetting("noiseLevel", "0.3", true);
  void other.on.start();
  await other.release();
  assert.deepEqual(other.started.map(({ model, overrides }) => [model, overrides.noiseLevel]), [["cae-denoise", 0.3]]);
});

test("networks that were trained with the settings of before are not taken for those of the last key stroke", async () => {
  const world = await open(cnns, { models: "cnn-max-2" });
  world.hold();
  world.on.typeSetting("epochs", "2", true);
  void world.on.start(true);
  await world.release();
  assert.deepEqual(world.started.map(({ model, overrides }) => [model, overrides.epochs]), [["cnn-max-2", 2]]);
  assert.deepEqual(world.local.get().asked.map(({ model }) => model), ["cnn-max-2"]);
});

test("a classifier's epochs that are typed and cannot be taken start nothing", async () => {
  const world = await open(stacked);
  world.on.typeEpochs("many", true);
  assert.equal(world.shown().compare.error, null);
  await world.on.compare();
  assert.match(world.shown().compare.error, /Epochs/);
  world.on.typeEpochs("3", true);
  assert.equal(world.local.get().classifierEpochs, 3);
});
