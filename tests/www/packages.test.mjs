// Which wasm package a worker computes with.

import assert from "node:assert/strict";
import { test } from "node:test";
import { choose } from "../../www/worker/compute/packages.js";

const all = { list: async () => ["cpu", "relaxed-simd", "gpu"], can: () => true };

test("the CPU has the faster package, where it is served and the browser can run it", async () => {
  assert.equal(await choose("build=cpu", all), "relaxed-simd");
  assert.equal(await choose("build=cpu", { ...all, can: () => false }), "cpu");
  assert.equal(await choose("build=cpu", { ...all, list: async () => ["cpu", "gpu"] }), "cpu");
});

test("who asks for the terminal's bits gets them", async () => {
  assert.equal(await choose("build=cpu&simd=plain", all), "cpu");
});

test("the GPU has a package of its own", async () => {
  assert.equal(await choose("build=gpu", all), "gpu");
  assert.equal(await choose("build=gpu&simd=plain", all), "gpu");
});

test("the module that is looked at is one, wherever relaxed SIMD is known", async () => {
  // A browser that has it must not be taken for one that has not: the bytes are wrong only in what
  // Node may not know.
  const found = await choose("build=cpu", { list: all.list });
  const [major, minor] = process.versions.v8.split(".").map(Number);
  assert.equal(found, major * 100 + minor >= 1104 ? "relaxed-simd" : "cpu");
});
