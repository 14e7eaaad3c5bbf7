// What the bench tells of what it timed.

import assert from "node:assert/strict";
import { test } from "node:test";
import { summary } from "../bench/summary.mjs";

const timed = {
  firstStep: 123.4,
  losses: Array.from({ length: 12 }, (_, i) => 2 - i / 10),
  units: [1, 1, 1, 100, 200, 50, 100, 100].map((milliseconds) => ({ pictures: 32, milliseconds })),
  peakMemory: 99.6,
};

test("rates leave out what warms up, and are told with their spread", () => {
  const told = summary(timed);
  assert.deepEqual([told.img_per_s_median, told.img_per_s_min, told.img_per_s_max], [320, 160, 640]);
  assert.deepEqual([told.units, told.first_step_ms, told.peak_memory_mb], [5, 123, 100]);
});

test("losses are told at the steps that were reached", () => {
  assert.deepEqual(summary(timed).loss_at, { 1: 2, 10: 2 - 9 / 10 });
});

test("a unit whose time is not known does not count", () => {
  const units = [...timed.units, { pictures: 32, milliseconds: Number.NaN }];
  assert.deepEqual(summary({ ...timed, units }), summary(timed));
});
