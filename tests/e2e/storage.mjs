// What is kept on this machine, in real browsers: taken over from an earlier version's files, shared by two tabs,
// in a store that is full or that a newer page wrote, and freed when the visitor says so.

import assert from "node:assert/strict";
import { test } from "node:test";
import { url } from "./address.mjs";
import { both } from "./both.mjs";
import { createMachine, createRoom, openTab } from "./campaign.mjs";
import { goTo } from "./places.mjs";

const RUN = "?preset=cnn-max-2&epochs=1&batchSize=64&compute=cpu";
const row = (n) => `.keep-runs tbody tr.keep-run:nth-child(${2 * n - 1})`;
const listed = (n) => document.querySelectorAll("tr.keep-run").length === n;

/** In the page: a record file dropped on the drop zone. */
const drop = ([name, count, shift]) => {
  const bytes = new Uint8Array(count * 3073);
  for (let i = 0; i < count; i += 1) {
    bytes[i * 3073] = i % 10;
    for (let p = 1; p < 3073; p += 1) bytes[i * 3073 + p] = (i * shift + p) & 255;
  }
  const dataTransfer = new DataTransfer();
  dataTransfer.items.add(new File([bytes], name));
  document.querySelector("#drop").dispatchEvent(new DragEvent("drop", { dataTransfer, bubbles: true, composed: true, cancelable: true }));
};

/** In the page: what version 0.1 would have kept of what is kept now, in its files, and the database gone. */
async function asEarlierVersion() {
  const db = await new Promise((done) => (indexedDB.open("tabgrad").onsuccess = ({ target }) => done(target.result)));
  const all = (store, keys) => new Promise((done) => (db.transaction(store).objectStore(store)[keys ? "getAllKeys" : "getAll"]().onsuccess = ({ target }) => done(target.result)));
  const root = await (await navigator.storage.getDirectory()).getDirectoryHandle("tabgrad", { create: true });
  const write = async (folder, name, content) => {
    const writable = await (await folder.getFileHandle(name, { create: true })).createWritable();
    await writable.write(content);
    await writable.close();
  };
  const folder = await root.getDirectoryHandle("runs", { create: true });
  const [ids, snapshots] = [await all("snapshots", true), await all("snapshots")];
  for (const { id, run } of await all("runs")) {
    const snapshot = `${id}-${run.step}-${run.epochs.length}.safetensors`;
    await write(folder, snapshot, snapshots[ids.indexOf(id)]);
    await write(folder, `${id}.json`, JSON.stringify({ ...run, snapshot }));
  }
  await write(folder, "torn.json", '{"id":"torn","sna');
  const pictures = await root.getDirectoryHandle("pictures", { create: true });
  const [keys, shards] = [await all("shards", true), await all("shards")];
  for (const { id, manifest } of await all("sets")) {
    const set = await pictures.getDirectoryHandle(id, { create: true });
    for (const [i, [of, file]] of keys.entries()) if (of === id) await write(set, file, shards[i]);
    await write(set, "manifest.json", manifest);
    await write(pictures, "current.json", JSON.stringify({ set: id }));
  }
  db.close();
  await new Promise((done, failed) => Object.assign(indexedDB.deleteDatabase("tabgrad"), { onsuccess: done, onerror: failed }));
}

/** In the page: what the private files hold. */
async function filesLeft() {
  const names = [];
  const walk = async (folder, path) => {
    for await (const [name, handle] of folder.entries()) {
      names.push(path + name);
      if (handle.kind === "directory") await walk(handle, `${path}${name}/`);
    }
  };
  await walk(await navigator.storage.getDirectory(), "");
  return names.sort();
}

both("what an earlier version kept in files is taken over once, and what cannot be read is named and stays", async (visitor) => {
  const { open, reload, wait, click, says, text, evaluate, count } = visitor;
  await open(RUN);
  await evaluate(drop, ["old_batch.bin", 600, 7]);
  await wait((s) => document.querySelector(s)?.closest("[hidden]:not(main > section)") === null, "#kept");
  await wait("#run:enabled:not([aria-disabled])");
  await click("#run");
  await wait(`${row(1)}[data-status="completed"]`);
  await click(`${row(1)} .keep-do .link`);
  await says(".keep-kept-at", "as it is, after step 8");
  await evaluate(asEarlierVersion);
  assert.equal((await evaluate(filesLeft)).length, 11);

  await reload();
  await wait("#run:enabled:not([aria-disabled])");
  await wait(`${row(1)}[data-status="completed"]`);
  await says("#data", "500 training and 100 test pictures");
  assert.match(await text("#notices"), /cannot be read and was left where it is: torn\.json/);
  // As it is told of the weights that came over, they are asked.
  await click(`${row(1)} .keep-do .link`);
  await wait('[data-file="weights"]:enabled');
  await says(".keep-kept-at", "as it is, after step 8");
  assert.deepEqual(await evaluate(filesLeft), ["tabgrad", "tabgrad/runs", "tabgrad/runs/torn.json"]);

  await reload();
  await wait("#run:enabled:not([aria-disabled])");
  assert.equal(await text("#notices"), "", "said once");
  assert.equal(await count("tr.keep-run"), 1);
  await says("#data", "500 training and 100 test pictures");
});

both("room is shown and freed: a set of pictures, a run, everything, each after a yes", async (visitor) => {
  const { open, reload, wait, click, says, text, evaluate, count, reads } = visitor;
  await open(RUN);
  const bundled = await text("#data");
  for (const [name, pictures] of [["first_batch.bin", 600], ["second_batch.bin", 1200]]) {
    await evaluate(drop, [name, pictures, pictures]);
    await says("#data", `${(pictures * 5 / 6).toLocaleString("en-GB")} training`);
    await wait("#run:enabled:not([aria-disabled])");
  }
  await click("#run");
  await wait(`${row(1)}[data-status="completed"]`);
  await says("#keep-room-used", "one run");
  await says("#keep-room-used", "2 picture sets (5.5 MB)");
  await says("#keep-room-used", "that this browser gives this site are used");
  assert.match(await text("#keep-items"), /in use/);
  // The older set can be used again, and is still there after a reload.
  await click("#keep-items .keep-item:nth-child(1) .link:not(.keep-remove)");
  await says("#data", "500 training");
  await wait("#run:enabled:not([aria-disabled])");
  await reload();
  await says("#data", "500 training");
  await wait("#run:enabled:not([aria-disabled])");
  // Deleting asks first, and takes no for an answer.
  await click("#keep-items .keep-item:nth-child(1) .keep-remove");
  await says("#keep-items .keep-sure", "cannot be continued without them");
  await click("#keep-items .keep-sure .quiet:not(.keep-yes)");
  await wait(() => !document.querySelector("#keep-items .keep-sure"));
  assert.equal(await count("#keep-items .keep-item"), 2);
  await click("#keep-items .keep-item:nth-child(1) .keep-remove");
  await click("#keep-items .keep-yes");
  await wait(() => document.querySelectorAll("#keep-items .keep-item").length === 1);
  await says("#keep-said", "are deleted");
  // It was in use.
  await reads("#data", bundled);
  await wait("#run:enabled:not([aria-disabled])");
  await click("#keep-remove-everything");
  await says("#keep-room .keep-sure", "Delete one run, one picture set? This cannot be undone.");
  await click("#keep-room .keep-yes");
  await says("#keep-said", "Everything that was kept here is deleted.");
  await says("#keep-room-used", "Nothing is kept here yet.");
  await reload();
  await wait("#run:enabled:not([aria-disabled])");
  assert.equal(await count("tr.keep-run"), 0);
  assert.equal(await count("#keep-items .keep-item"), 0);
  assert.equal(await text("#notices"), "");
});

both("pictures dropped where the address names others are there after a reload, and not where it names none", async (visitor) => {
  const { open, reload, wait, click, says, text, evaluate, reads } = visitor;
  await open(RUN);
  await wait("#run:enabled");
  const bundled = await text("#data");
  await open(`${RUN}&data=data/`);
  await reads("#data", bundled);
  await wait("#run:enabled");
  await evaluate(drop, ["own_batch.bin", 600, 3]);
  await says("#data", "500 training");
  await wait("#run:enabled");
  await reload();
  await says("#data", "500 training");
  await wait("#run:enabled");
  assert.equal(await text("#notices"), "");
  await says("#keep-items", "in use");
  await open(RUN);
  await reads("#data", bundled);
  await open(`${RUN}&data=data/`);
  await says("#data", "500 training");
  await wait("#run:enabled");
  await click("#use-bundled");
  await reads("#data", bundled);
});

both("a store that a newer page wrote is shown and left as it is, and the page trains on", async (visitor) => {
  const { open, reload, wait, click, says, text, evaluate } = visitor;
  await open(RUN);
  await click("#run");
  await wait(`${row(1)}[data-status="completed"]`);
  await click(`${row(1)} .keep-do .link`);
  await says(".keep-kept-at", "as it is, after step 10");
  const kept = () =>
    evaluate(async () => {
      const db = await new Promise((done) => (indexedDB.open("tabgrad").onsuccess = ({ target }) => done(target.result)));
      const runs = await new Promise((done) => (db.transaction("runs").objectStore("runs").getAll().onsuccess = ({ target }) => done(target.result)));
      db.close();
      return JSON.stringify([db.version, runs]);
    });
  // A newer version of the page, in another tab, changes the stores while this one is open.
  await evaluate(() => new Promise((done, failed) => Object.assign(indexedDB.open("tabgrad", 5), {
    onupgradeneeded: ({ target }) => target.result.createObjectStore("later"),
    onsuccess: ({ target }) => (target.result.close(), done()),
    onerror: failed,
  })));
  const before = await kept();
  await click("#run");
  await wait(`${row(1)}[data-status="completed"]`);
  await says("#notices", "written by a newer version of this page");
  await reload();
  await wait("#run:enabled:not([aria-disabled])");
  await wait(`${row(1)}[data-status="completed"]`);
  assert.match(await text("#keep-room"), /newer version of this page/);
  await click(`${row(1)} .keep-do .link`);
  await click(`.keep-under:not([hidden]) .keep-remove`);
  await click(`.keep-under:not([hidden]) .keep-yes`);
  await says("#keep-said", "could not be deleted");
  await wait(listed, 1);
  assert.equal(await kept(), before);
});

both("two tabs take pictures in and train at once, and all of it is there afterwards", async (visitor) => {
  const { page, open, reload, wait, evaluate, says, text } = visitor;
  await open(RUN);
  const other = await (page.context?.() ?? page.browserContext()).newPage();
  await other.goto(url + RUN);
  const inOther = async (fn) => {
    for (let i = 0; !(await other.evaluate(fn)); i += 1) {
      assert.ok(i < 600, "it did not happen in the other tab");
      await new Promise((done) => setTimeout(done, 100));
    }
  };
  const ready = () => document.querySelector("#run:enabled:not([aria-disabled])") !== null;
  const press = () => document.querySelector("#run").click();
  const done = () => document.querySelector("tr.keep-run")?.getAttribute("data-status") === "completed";
  await inOther(ready);
  await Promise.all([evaluate(press), other.evaluate(press)]);
  await Promise.all([wait(done), inOther(done)]);
  await Promise.all([evaluate(drop, ["one_batch.bin", 3000, 3]), other.evaluate(drop, ["two_batch.bin", 3600, 5])]);
  await Promise.all([
    wait(() => document.querySelector("#data").textContent.includes("2,500 training") && document.querySelector("#run:enabled:not([aria-disabled])") !== null),
    inOther(() => document.querySelector("#data").textContent.includes("3,000 training") && document.querySelector("#run:enabled:not([aria-disabled])") !== null),
  ]);
  // What is said is of the batch, and nothing of the store.
  for (const said of [await text("#notices"), await other.evaluate(() => document.querySelector("#notices").innerText)])
    for (const sentence of said.split(/\n|Dismiss/).filter((line) => line.trim() !== "")) assert.match(sentence, /no test batch|names of the classes/);
  await other.close();
  await reload();
  await wait(listed, 2);
  await wait("#run:enabled:not([aria-disabled])");
  await says("#keep-room-used", "2 runs");
  await says("#keep-room-used", "2 picture sets");
  assert.match(await text("#data"), /2,500 training|3,000 training/);
});

test("in a full store the weights of the oldest run without a name go and are told; a named one stays, and that is told each time", { timeout: 240_000 }, async () => {
  // A private window frees nothing that is deleted, so this is one of a visitor's own.
  const machine = createMachine();
  try {
    const context = await machine.context();
    const room = await createRoom(context, url);
    let tab = await openTab(context, url, RUN);
    const again = async () => {
      await tab.page.close();
      // Chromium keeps a database open for two seconds more, and with it what it believes of its room.
      await new Promise((done) => setTimeout(done, 3_000));
      tab = await openTab(context, url, RUN);
    };
    const train = async () => {
      const run = await tab.start();
      await tab.completed(run);
      return run;
    };
    const first = await train();
    await tab.until(() => tab.kept() === `${first} 10`, "the end kept");
    // For its first snapshot, and not for another one beside it.
    await room.leave(3_000_000);
    await again();
    const second = await train();
    await tab.until(() => tab.kept() === `${second} 10`, "the end kept");
    const said = await tab.notices();
    assert.equal(said.filter((words) => /the weights of the oldest run without a name are deleted from this browser: cnn-max-2, seed 0/.test(words)).length, 1, String(said));
    await goTo(tab.page, "#keep");
    await tab.page.fill(`tr.keep-run[data-run="${second}"] .keep-name`, "Mine");
    await tab.page.press(`tr.keep-run[data-run="${second}"] .keep-name`, "Enter");
    await room.leave(300_000);
    await again();
    for (const seed of ["1", "2"]) {
      await goTo(tab.page, "#setting-seed");
      await tab.page.fill("#setting-seed", seed);
      await tab.page.press("#setting-seed", "Tab");
      await train();
      await tab.page.waitForFunction((words) => document.querySelector("#notices")?.textContent?.includes(words), `cnn-max-2, seed ${seed} has ended and is not kept as it is now`);
    }
    await room.lift();
    const fifth = await train();
    await tab.until(() => tab.kept() === `${fifth} 10`, "kept again");
    const { runs } = await tab.read();
    assert.deepEqual(runs.map(({ id }) => id).sort(), [first, second, fifth].sort());
    assert.deepEqual(runs.filter(({ weights }) => weights === null).map(({ id, epochs }) => [id, epochs.length]), [[first, 1]]);
    assert.deepEqual(tab.complaints, []);
  } finally {
    await machine.end();
  }
});
