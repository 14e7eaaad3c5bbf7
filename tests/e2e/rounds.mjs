// The rounds of the campaign: each does something to a page that trains, takes pictures in or saves, and then
// checks that the page opens, that no finished epoch is lost, and that the run comes to the same bits.

import assert from "node:assert/strict";
import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createRoom, openTab, records } from "./campaign.mjs";
import { goTo, wordsOf } from "./places.mjs";

/** On the CPU. Settings under which an epoch takes a moment. */
export const QUERY = "?preset=cnn-max-2&epochs=3&compute=cpu";

const folder = mkdtempSync(join(tmpdir(), "tabgrad-records-"));
let written = 0;
/** A record file on the disk with pictures that no other has. @param {number} count */
function recordFile(count) {
  written += 1;
  const path = join(folder, `campaign_batch_${written}.bin`);
  writeFileSync(path, records(count, written));
  return path;
}

const pause = (ms) => new Promise((done) => setTimeout(done, ms));

/** @typedef {ReturnType<typeof import("./campaign.mjs").randomFrom>} Random */
/** @typedef {ReturnType<typeof import("./campaign.mjs").createMachine>} Machine */
/** @typedef {Awaited<ReturnType<typeof openTab>>} Tab */

/** What can be killed, and how. @type {Record<string, (tab: Tab, machine: Machine) => Promise<unknown>>} */
const KILLS = {
  worker: (tab) => tab.killWorker(),
  replica: (tab) => tab.killReplica(),
  tab: (tab) => tab.page.close(),
  renderer: (tab) => tab.crash(),
  browser: (_, machine) => machine.kill(),
};
export const killed = Object.keys(KILLS);

/** Waits for a moment of a run: some milliseconds after it began, after an epoch, or after a save was told.
 * @param {Tab} tab @param {string} run @param {Random} random */
async function moment(tab, run, random) {
  const kind = random.one(["any", "epoch", "save"]);
  const wait = kind === "any" ? random.below(2500) : random.below(60);
  const n = 1 + random.below(3);
  if (kind === "epoch") await tab.until(() => (tab.epochs.get(run) ?? 0) >= n, `epoch ${n}`);
  // The first comes at the start, the next with the first epoch, the last at the end.
  if (kind === "save") await tab.until(() => (tab.saves.get(run) ?? 0) >= n, `save ${n}`);
  await pause(wait);
  return `${kind} ${kind === "any" ? "" : n} +${wait} ms`;
}

/** @param {Machine} machine @param {string} url */
async function closeAll(machine, url) {
  for (const page of (await machine.context()).pages()) if (page.url().startsWith(url)) await page.close().catch(() => {});
}

/** A fresh tab; the other ones are closed. @param {Machine} machine @param {string} url @param {string} [query] */
async function reopen(machine, url, query = QUERY) {
  await closeAll(machine, url);
  return openTab(await machine.context(), url, query);
}

/** Trains to the end without a disturbance: what all others must come to.
 * @param {Machine} machine @param {string} url */
export async function unbroken(machine, url) {
  const tab = await reopen(machine, url);
  const run = await tab.start();
  await tab.completed(run);
  return keptRun(tab, run);
}

/** The run as it is kept, once it is so to its end. @param {Tab} tab @param {string} run */
async function keptRun(tab, run) {
  for (let i = 0; ; i += 1) {
    const found = (await tab.read()).runs.find(({ id }) => id === run);
    if (found?.status === "completed") return { epochs: found.epochs, weights: found.weights };
    if (i === 400) throw new Error(`The end of ${run} is not kept: ${JSON.stringify(found)}`);
    await pause(50);
  }
}

/** One kill in a run. @param {Machine} machine @param {string} url @param {Random} random @param {string} what
 * @param {Awaited<ReturnType<typeof unbroken>>} expected @returns {Promise<string>}  what was done */
export async function killInRun(machine, url, random, what, expected) {
  const first = await reopen(machine, url);
  const run = await first.start();
  const at = await moment(first, run, random);
  const done = await KILLS[what](first, machine);
  const told = first.epochs.get(run) ?? 0;

  const tab = await reopen(machine, url);
  if (told === 0 && (await tab.page.locator(`tr.keep-run[data-run="${run}"]`).count()) === 0) return `${what} at ${at}, before there was anything to keep`;
  const listed = await tab.listed(run);
  assert.ok(listed >= told, `${what} at ${at}: ${listed} epochs are kept of ${told} that were told`);
  const status = await tab.status(run);
  if (status !== "completed") {
    assert.equal(status, "interrupted", `${what} at ${at}`);
    await tab.goOn(run);
    await tab.completed(run);
  }
  assert.deepEqual(await keptRun(tab, run), expected, `${what} at ${at}: the bits of an unbroken run`);
  assert.deepEqual(tab.complaints, [], `${what} at ${at}`);
  assert.deepEqual(await tab.notices(), [], `${what} at ${at}`);
  return `${what} at ${at}, after ${told} epochs${done === false ? " (there was none)" : ""}`;
}

/** One kill while pictures are taken in. @param {Machine} machine @param {string} url @param {Random} random
 * @param {string} what @param {number} [count]  pictures */
export async function killInImport(machine, url, random, what, count = 12_000) {
  const first = await reopen(machine, url);
  const before = (await wordsOf(first.page, "#data"))[0];
  await first.give(recordFile(count));
  await first.until(first.importing, "the import");
  const wait = random.below(1200);
  await pause(wait);
  await KILLS[what](first, machine);

  const tab = await reopen(machine, url);
  const now = (await wordsOf(tab.page, "#data"))[0];
  const { sets } = await tab.read();
  const at = `${what} in an import +${wait} ms`;
  const taken = now.includes(`${(count - Math.floor(count / 6)).toLocaleString("en-GB")} training`);
  assert.ok(taken || now === before, `${at}: ${now} in place of ${before}`);
  assert.ok(sets.every(({ complete, whole }) => complete && whole), `${at}: ${JSON.stringify(sets)}`);
  assert.deepEqual(tab.complaints, [], at);
  // What of it was there is swept, and that is said.
  for (const words of await tab.notices()) assert.ok(!taken && /were not taken in completely/.test(words), `${at}: ${words}`);
  await useBundled(tab);
  await forgetPictures(tab);
  return `${at}: ${taken ? "the new pictures" : "those of before"}`;
}

/** @param {Tab} tab */
async function useBundled(tab) {
  if ((await tab.page.locator("#kept:not([hidden])").count()) === 0) return;
  await goTo(tab.page, "#use-bundled");
  await tab.page.click("#use-bundled:enabled");
  await tab.page.waitForSelector("#kept", { state: "hidden" });
  await tab.page.waitForSelector("#run:enabled:not([aria-disabled])", { state: "attached" });
}

/** Deletes what was taken in, so that rounds do not fill the disk. @param {Tab} tab */
async function forgetPictures(tab) {
  for (;;) {
    await goTo(tab.page, "#keep");
    const item = tab.page.locator("#keep-items .keep-item").first();
    if ((await item.count()) === 0) return;
    await item.locator(".keep-remove").click();
    const before = await tab.page.locator("#keep-items .keep-item").count();
    await item.locator(".keep-yes").click();
    await tab.page.waitForFunction((n) => document.querySelectorAll("#keep-items .keep-item").length < n, before);
  }
}

/** Little room, which runs out at some moment of a run or an import, and there is room again later. @param {Machine} machine @param {string} url
 * @param {Random} random @param {Awaited<ReturnType<typeof unbroken>>} expected */
export async function fillInRun(machine, url, random, expected) {
  // In every other round there is no more room before the end.
  const limited = { import: random.below(3) === 0, room: 0, lasts: random.below(2) === 0 ? Infinity : random.below(10_000) };
  limited.room = random.below(limited.import ? 20_000_000 : 5_000_000);
  const room = await createRoom(await machine.context(), url);
  const before = new Map((await (await reopen(machine, url)).read()).runs.map((run) => [run.id, run]));
  await closeAll(machine, url);
  await room.leave(limited.room);
  const tab = await reopen(machine, url);
  const lifted = limited.lasts === Infinity ? null : pause(limited.lasts).then(room.lift);
  let run = null;
  if (limited.import) {
    await tab.give(recordFile(6000));
    await tab.page.waitForFunction(() => /5,000 training/.test(document.querySelector("#data")?.textContent ?? ""));
    await tab.page.waitForSelector("#run:enabled:not([aria-disabled])", { state: "attached" });
  } else {
    run = await tab.start();
    await tab.completed(run);
    // Until its end is kept, or is told not to be: deleting makes room within seconds or not at all.
    await tab.page.waitForTimeout(10_000);
  }
  const notices = await tab.notices();
  await (lifted ?? room.lift());

  const next = await reopen(machine, url);
  const { runs, sets } = await next.read();
  const at = JSON.stringify(limited);
  // Nothing went but weights, and that was told, run by run; all else is as it was.
  const gone = runs.filter(({ id, weights }) => weights === null && before.get(id)?.weights).map(({ id }) => id);
  const told = notices.filter((words) => /are deleted from this browser/.test(words));
  assert.equal(told.length, gone.length, `${at}: ${notices.join("\n")}`);
  for (const [id, was] of before) assert.deepEqual(runs.find((kept) => kept.id === id), gone.includes(id) ? { ...was, weights: null } : was, at);
  const whole = run !== null && runs.find(({ id }) => id === run);
  if (run !== null) {
    const end = whole && whole.status === "completed";
    if (end) assert.deepEqual({ epochs: whole.epochs, weights: whole.weights }, expected, at);
    else assert.ok(notices.some((words) => /is not kept as it is now/.test(words)), `${at}: ${notices.join("\n")}`);
  } else if (sets.length === 0) assert.ok(notices.some((words) => /could not be kept for the next visit/.test(words)), `${at}: ${notices.join("\n")}`);
  assert.ok(sets.every(({ complete, whole: all }) => complete && all), at);
  assert.deepEqual(next.complaints, [], at);
  await useBundled(next);
  await forgetPictures(next);
  return `${at}: the weights of ${gone.length} runs deleted and told, ${run === null ? (sets.length > 0 ? "pictures kept" : "pictures not kept, told") : whole && whole.status === "completed" ? "the run kept" : "the run not kept, told"}`;
}

/** Two tabs at once, each taking pictures in and training. @param {Machine} machine @param {string} url
 * @param {Random} random @param {Awaited<ReturnType<typeof unbroken>>} expected */
export async function twoTabs(machine, url, random, expected) {
  const context = await machine.context();
  const tabs = [await reopen(machine, url), await openTab(context, url, QUERY)];
  // Of each of ten classes the same, of which one in six are for the test.
  const counts = [0, 1].map(() => 4020 + 60 * random.below(50));
  const waits = tabs.map(() => [random.below(800), random.below(800)]);
  const runs = await Promise.all(tabs.map(async (tab, i) => {
    await pause(waits[i][0]);
    const run = await tab.start();
    await tab.completed(run);
    await pause(waits[i][1]);
    const train = (counts[i] * 5) / 6;
    await tab.give(recordFile(counts[i]));
    await tab.page.waitForFunction((words) => document.querySelector("#data")?.textContent?.includes(words), `${train.toLocaleString("en-GB")} training`);
    await tab.page.waitForSelector("#run:enabled:not([aria-disabled])", { state: "attached" });
    return run;
  }));
  const at = JSON.stringify({ counts, waits });
  // What is said is of the batch, and nothing of the store.
  for (const tab of tabs) {
    const about = (await tab.notices()).filter((words) => !/no test batch|names of the classes/.test(words));
    assert.deepEqual([...tab.complaints, ...about], [], at);
  }
  const last = await reopen(machine, url);
  const { sets } = await last.read();
  for (const run of runs) assert.deepEqual(await keptRun(last, run), expected, at);
  assert.equal(sets.length, 2, at);
  assert.ok(sets.every(({ complete, whole }) => complete && whole), at);
  assert.equal(await last.page.locator("#kept:not([hidden])").count(), 1, at);
  assert.deepEqual([...last.complaints, ...(await last.notices())], [], at);
  await useBundled(last);
  await forgetPictures(last);
  return at;
}
