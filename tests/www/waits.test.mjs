// Waits and their limits, on a clock that the test moves.

import assert from "node:assert/strict";
import { test } from "node:test";
import { limits, longestStep } from "../../www/app/limits.js";
import { WaitError, createWaiting } from "../../www/app/waiting.js";
import { bundled } from "../../www/worker/store/bundled.js";
import { fakeClock, turns } from "./fake-clock.mjs";

const never = () => new Promise(() => {});

/** What becomes of a promise, as it is known now. */
function fate(promise) {
  const seen = { settled: false, value: undefined, thrown: undefined };
  promise.then(
    (value) => Object.assign(seen, { settled: true, value }),
    (thrown) => Object.assign(seen, { settled: true, thrown }),
  );
  return seen;
}

test("a wait ends at its limit with its sentence, and leaves no timer", async () => {
  const clock = fakeClock();
  const { within } = createWaiting(clock);
  const hung = fate(within(never(), 10_000, "It never came."));
  const quick = fate(within(() => Promise.resolve(3), 10_000, "no"));
  const bad = fate(within(() => { throw new TypeError("bad"); }, 10_000, "no"));
  await clock.pass(9_000);
  assert.equal(quick.value, 3);
  assert.equal(bad.thrown.message, "bad");
  assert.equal(hung.settled, false);
  await clock.pass(2_500);
  assert.ok(hung.thrown instanceof WaitError);
  assert.equal(hung.thrown.message, "It never came.");
  assert.equal(clock.waiting(), 0);
});

test("progress puts a limit off, silence does not", async () => {
  const clock = fakeClock();
  const { within } = createWaiting(clock);
  let heard = () => {};
  const slow = fate(within((told) => ((heard = told), never()), 10_000, "It never came."));
  for (let i = 0; i < 10; i += 1) {
    await clock.pass(6_000);
    heard();
  }
  assert.equal(slow.settled, false);
  await clock.pass(12_500);
  assert.equal(slow.settled, true);
});

test("a laptop that slept, and timers that a browser holds back, use no limit up", async () => {
  const clock = fakeClock();
  const { watch } = createWaiting(clock);
  let silent = 0;
  const watched = watch(60_000, () => (silent += 1));
  await clock.pass(30_000);
  clock.sleep(8 * 3_600_000);
  await clock.pass(20_000);
  assert.equal(silent, 0, "eight hours count as a tick");
  await clock.pass(12_000);
  assert.equal(silent, 1);
  watched.end();

  // One look a minute: each counts as two seconds, so that 60 s take half an hour.
  const throttled = { ...clock, after: (call) => clock.after(call, 60_000) };
  let late = 0;
  createWaiting(throttled).watch(60_000, () => (late += 1));
  await clock.pass(25 * 60_000);
  assert.equal(late, 0);
  await clock.pass(10 * 60_000);
  assert.equal(late, 1);
});

test("time in which it does not count is no silence", async () => {
  const clock = fakeClock();
  let visible = false;
  let silent = 0;
  createWaiting(clock).watch(60_000, () => (silent += 1), () => visible);
  await clock.pass(3_600_000);
  assert.equal(silent, 0);
  visible = true;
  await clock.pass(62_000);
  assert.equal(silent, 1);
});

test("what a step may take follows from what there is to compute, then from what steps took", () => {
  const plan = { summary: { multiplyAdds: 1e6 }, config: { batchSize: 100 } };
  const guessed = longestStep({ plan, pace: { stepSeconds: null } });
  assert.equal(guessed, (3e8 / limits.slowest) * 1000);
  assert.equal(longestStep({ plan: { ...plan, config: { batchSize: 400 } }, pace: { stepSeconds: null } }), 4 * guessed);
  assert.equal(longestStep({ plan, pace: { stepSeconds: 0.5 } }), 10_000);
});

/** A server of one file, which does with each request what the test says. */
function server(answers) {
  const asked = [];
  const before = globalThis.fetch;
  globalThis.fetch = async (address, { signal, headers } = {}) => {
    asked.push(headers?.range ?? "whole");
    const answer = answers.shift();
    assert.ok(answer, "it was asked once more than the test says");
    return answer(signal);
  };
  return { asked, end: () => (globalThis.fetch = before) };
}

/** An answer that gives these bytes and then ends, breaks off, or goes silent. */
const gives = (bytes, { then = "end", status = 200, headers = {} } = {}) => (signal) =>
  new Response(
    new ReadableStream({
      start(it) {
        if (bytes.length > 0) it.enqueue(Uint8Array.from(bytes));
        if (then === "end") it.close();
        else if (then === "break") setImmediate(() => it.error(new Error("reset")));
        signal.addEventListener("abort", () => it.error(signal.reason));
      },
    }),
    { status, headers },
  );
const silent = () => never();
const rest = (bytes, from, total) => gives(bytes, { status: 206, headers: { "content-range": `bytes ${from}-${total - 1}/${total}` } });

/** Loads a file from a server that answers so; time passes until it is here or refused. */
async function loads(answers) {
  const { asked, end } = server(answers);
  const clock = fakeClock();
  let told = 0;
  try {
    const seen = fate(bundled(new URL("http://page.test/data/"), createWaiting(clock)).shard("a.tgs", (more) => (told += more)));
    for (let i = 0; i < 400 && !seen.settled; i += 1) await clock.pass(500);
    await turns();
    return { asked, told, bytes: seen.value && [...seen.value], error: seen.thrown?.message, left: answers.length };
  } finally {
    end();
  }
}

test("a shard that goes silent is asked for from where it stopped", async () => {
  const found = await loads([gives([1, 2, 3], { then: "silence" }), rest([4, 5], 3, 5)]);
  assert.deepEqual(found, { asked: ["whole", "bytes=3-"], told: 5, bytes: [1, 2, 3, 4, 5], error: undefined, left: 0 });
});

test("a server that knows no parts, compresses, or has another file now is begun with again", async () => {
  const whole = gives([1, 2, 3, 4, 5]);
  const broken = (headers = {}) => gives([1, 2, 3], { then: "break", headers });
  for (const [answers, asked] of /** @type {[any[], string[]][]} */ ([
    [[broken(), whole], ["whole", "bytes=3-"]],
    [[broken({ "content-encoding": "br" }), whole], ["whole", "whole"]],
    [[broken(), rest([9], 0, 5), whole], ["whole", "bytes=3-", "whole"]],
    [[broken({ etag: "old" }), gives([4, 5], { status: 206, headers: { "content-range": "bytes 3-4/5", etag: "new" } }), whole], ["whole", "bytes=3-", "whole"]],
    [[broken(), gives([], { status: 416 }), whole], ["whole", "bytes=3-", "whole"]],
  ])) {
    const found = await loads(answers);
    assert.deepEqual(found, { asked, told: 5, bytes: [1, 2, 3, 4, 5], error: undefined, left: 0 });
  }
});

test("a server that never answers is asked a few times, then the visitor is told", async () => {
  const found = await loads(Array.from({ length: limits.tries }, () => silent));
  assert.match(found.error, /nothing more of \/data\/a\.tgs came for 20 s.*try again/);
  assert.equal(found.left, 0);
  const busy = await loads(Array.from({ length: limits.tries }, () => gives([], { status: 503 })));
  assert.match(busy.error, /answered 503/);
  const gone = await loads([gives([], { status: 404 })]);
  assert.match(gone.error, /answered 404/, "at once: another try would find the same");
});
