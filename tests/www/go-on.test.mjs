// After a reload in mid-run each section says that its run was interrupted, and goes on with it where it was kept.

import assert from "node:assert/strict";
import { test } from "node:test";
import { epochEnd, keptRun } from "./kept-run.mjs";
import { open, sections, settle } from "./section-world.mjs";

const { train, studio, stacked, cnns } = sections;
const half = (id, model, group, more = {}) => keptRun(id, model, { group, status: "interrupted", epoch: 3, epochs: [epochEnd(1), epochEnd(2)], ...more });
/** Whether it offers to go on. */
function offers(world) {
  const { may, goOn } = world.shown().controls;
  return goOn ?? (typeof may === "string" ? JSON.parse(may) : may).goOn;
}
const continued = ({ started }) => started.map(({ type, run }) => `${type} ${run}`);

for (const [section, model] of [[train, "cnn-max-2"], [studio, "cae"], [stacked, "sae"]]) {
  test(`${section.name}: its interrupted run is told with its epoch, and goes on`, async () => {
    const mine = half("mine", model, section.name);
    const world = await open(section, {}, { runs: [keptRun("older", model, { group: section.name }), mine] });
    assert.equal(offers(world), true);
    assert.match(world.shown().controls.status, /Interrupted when its page went away\. .*[Ee]poch 3 of/);
    world.on.goOn();
    await settle();
    assert.deepEqual(continued(world), ["continue mine"]);
  });

  test(`${section.name}: what was interrupted elsewhere or ended is not its to go on with`, async () => {
    const elsewhere = half("other", "cnn-max-2", "keep");
    const world = await open(section, {}, { runs: [elsewhere, keptRun("done", model, { group: section.name })] });
    assert.equal(offers(world), false);
    assert.doesNotMatch(world.shown().controls.status, /Interrupted/);
  });
}

test("a run that is to go on by itself, since its worker was lost, is not offered as well", async () => {
  const mine = half("mine", "cae", "studio");
  const world = await open(studio, {}, { runs: [mine] });
  const state = world.store.get();
  const job = { run: "mine", group: "studio", name: "", model: "cae", overrides: {}, from: null, paused: false };
  assert.equal(studio.props({ ...state, queue: [job] }, world.local.get()).controls.goOn, false);
  assert.equal(studio.props(state, world.local.get()).controls.goOn, true);
});

test("train: an interrupted run of other pictures waits until those are there", async () => {
  const world = await open(train, {}, { runs: [half("mine", "cnn-max-2", "train", { hash: "others" })] });
  assert.equal(world.shown().controls.may.goOn, false);
});

test("cnns: the network that was cut off is named, goes on first, and the others follow", async () => {
  const asked = { models: "cnn-max-2 cnn-avg-2 cnn-max-3" };
  const world = await open(cnns, asked, { runs: [keptRun("done", "cnn-max-2", { group: "cnns" }), half("mine", "cnn-avg-2", "cnns")] });
  const { status, half: offered, missing } = world.shown().controls;
  assert.deepEqual([offered, missing], [true, 2]);
  assert.match(status, /cnn-avg-2, seed 0, was cut off in epoch 3 of 10/);
  await world.on.start(false);
  await settle();
  assert.equal(continued(world)[0], "continue mine");
  assert.deepEqual(world.local.get().asked.map(({ model }) => model), ["cnn-avg-2", "cnn-max-3"]);
});

test("stacked: a classifier that was cut off goes on", async () => {
  const stack = keptRun("stack", "sae", { group: "stacked" });
  const world = await open(stacked, {}, { runs: [stack, half("mine", "cae-classifier", "stacked", { name: "Classifier from the stack, seed 0", from: "stack" })] });
  const { goOn, status } = world.shown().compare;
  assert.equal(goOn, true);
  assert.match(status, /Classifier from the stack, seed 0 was interrupted in epoch 3 of/);
  world.on.goOnCompare();
  await settle();
  assert.deepEqual(continued(world), ["continue mine"]);
});
