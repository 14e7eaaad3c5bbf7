// The kept runs, used as a student would: interrupted by a reload and gone on with, named, pinned,
// compared, taken away as files and as a report, and deleted.

import assert from "node:assert/strict";
import { both } from "./both.mjs";

const newest = ".keep-runs tbody tr.keep-run:first-child";
const row = (n) => `.keep-runs tbody tr.keep-run:nth-child(${2 * n - 1})`;
/** The details of the nth run. */
const under = (n) => `.keep-runs tbody tr.keep-under:nth-child(${2 * n})`;

/** In the page: keeps what is downloaded. */
function recordDownloads() {
  const make = URL.createObjectURL.bind(URL);
  globalThis.saved = [];
  URL.createObjectURL = (blob) => {
    const address = make(blob);
    globalThis.saved.push({ address, blob });
    return address;
  };
  const click = HTMLAnchorElement.prototype.click;
  HTMLAnchorElement.prototype.click = function () {
    const found = globalThis.saved.find(({ address }) => address === this.href);
    if (found) found.name = this.download;
    else click.call(this);
  };
}

/** Clicks a button or a box in the same moment in which it is found and may be clicked: the list is
 * drawn anew whenever a run has news, and what held the focus is gone then. */
const clicked = ({ wait, goTo }) => async (selector) => {
  await goTo(selector);
  await wait((s) => {
    const found = document.querySelector(s);
    if (!found || found.disabled) return false;
    found.click();
    return true;
  }, selector);
};

/** Presses what saves a file, and answers its name, type and first bytes as text. */
async function taken(visitor, selector) {
  const { wait, evaluate } = visitor;
  const before = await evaluate(() => globalThis.saved.length);
  await clicked(visitor)(selector);
  await wait((n) => globalThis.saved.length > n && globalThis.saved.at(-1).name, before);
  return evaluate(async () => {
    const { name, blob } = globalThis.saved.at(-1);
    return { name, type: blob.type, size: blob.size, words: new TextDecoder("latin1").decode(await blob.arrayBuffer()) };
  });
}

both("a run survives a reload and goes on to the numbers of an unbroken one", async (visitor) => {
  const { open, reload, wait, fill, says, text, value, attribute, count, evaluate } = visitor;
  const click = clicked(visitor);
  await open("?preset=cnn-max-2&epochs=3");
  await says(".keep-empty", "No run has been started yet");

  await click("#run");
  await wait(`${row(1)}[data-status="completed"]`);
  await click("#run");
  // The first epoch is kept; the next is on.
  await wait((first) => document.querySelector(first)?.textContent.includes("1 of 3 epochs"), newest);
  await click(`${row(1)} .keep-do .link`);
  await wait(`${under(1)} [data-file="weights"]:enabled`);
  await reload();

  await wait(`${row(1)}[data-status="interrupted"]`);
  assert.equal(await count("tr.keep-run"), 2);
  await fill(`${row(1)} .keep-name`, "<b>The broken one</b>");
  await click(`${row(1)} .keep-pin`);
  await wait(`${row(1)} .keep-go-on:enabled`);
  await click(`${row(1)} .keep-go-on`);
  await wait(`${row(1)}[data-status="completed"]`);
  // Its end is kept as well, a moment after it.
  await click(`${row(1)} .keep-do .link`);
  await says(`${under(1)} .keep-kept-at`, "as it is, after step 57");
  await reload();

  await wait(`${row(1)}[data-status="completed"]`);
  assert.equal(await value(`${row(1)} .keep-name`), "<b>The broken one</b>");
  assert.equal(await attribute(`${row(1)} .keep-pin`, "aria-pressed"), "true");
  assert.equal(await attribute(`${row(2)} .keep-pin`, "aria-pressed"), "false");
  await says(`${row(1)} .keep-differs`, "nothing");

  await evaluate(recordDownloads);
  const cards = [];
  for (const n of [1, 2]) {
    await click(`${row(n)} .keep-do .link`);
    cards.push(JSON.parse((await taken(visitor, `${under(n)} [data-file="card"]`)).words));
  }
  const [broken, whole] = cards;
  assert.equal(broken.format, "tabgrad-run-card");
  assert.equal(broken.epochs.length, 3);
  assert.deepEqual(broken.epochs, whole.epochs, "to the last digit");
  assert.deepEqual(broken.curve, whole.curve);
  assert.deepEqual(broken.configuration, whole.configuration);
  assert.equal(broken.data.hash, whole.data.hash);
  assert.match(broken.data.hash, /^[0-9a-f]{16,}$/);
  const weights = [];
  for (const n of [2, 1]) {
    if (n === 1) await click(`${row(1)} .keep-do .link`);
    await wait(`${under(n)} [data-file="weights"]:enabled`);
    weights.push(await taken(visitor, `${under(n)} [data-file="weights"]`));
  }
  const header = (/** @type {{words: string}} */ { words }) => JSON.parse(words.slice(8, words.indexOf("}}") + 2));
  assert.match(weights[0].name, /^tabgrad-cnn-max-2-seed0-.*-weights\.safetensors$/);
  assert.ok(Object.keys(header(weights[0])).length > 4);
  assert.equal(weights[0].words, weights[1].words, "the weights, too, are the same to the last bit");
  assert.match(await text("#keep-kept"), /this machine only/);
});

both("runs are compared and taken away as files, as a report and on paper", async (visitor) => {
  const { open, wait, fill, select, says, text, texts, count, evaluate, value, attribute } = visitor;
  const click = clicked(visitor);
  await open("?preset=cnn-max-2&epochs=1&batchSize=64");
  for (const seed of ["0", "4"]) {
    await fill("#setting-seed", seed);
    await click("#run");
    await wait(`${row(1)}[data-status="running"]`);
    await wait(`${row(1)}[data-status="completed"]`);
  }
  await says(`${row(1)} .keep-differs`, "Seed 4");
  await says(`${row(2)} .keep-differs`, "Seed 0");
  await says(`${row(1)} .keep-who`, "Epochs 1, Batch size 64, Seed 4");
  await says("#keep-compared", "Tick two or more runs");
  await click(`${row(1)} .keep-tick`);
  await says("#keep-compared", "Tick another run");
  await click(`${row(2)} .keep-tick`);
  await says("#keep-compared", "They differ in seed.");
  assert.equal(await count("#keep-loss .compare-keys li"), 2);

  await fill(`${row(1)} .keep-name`, '<script>alert("x")</script>');
  await says("#keep-loss .compare-keys", "<script>alert");
  await evaluate(recordDownloads);
  const png = await taken(visitor, "#keep-compared-png");
  assert.equal(png.type, "image/png");
  assert.ok(png.size > 5000, `${png.size} bytes`);
  const csv = await taken(visitor, "#keep-compared-csv");
  assert.equal(csv.words.trimEnd().split("\r\n").length, 3);

  await click(`${row(1)} .keep-do .link`);
  for (const [file, type] of [["png", /png/], ["epochs", /csv/], ["steps", /csv/], ["card", /json/]])
    assert.match((await taken(visitor, `${under(1)} [data-file="${file}"]`)).type, type);
  const link = await value(`${under(1)} .keep-link input`);
  assert.match(link, /\?preset=cnn-max-2&epochs=1&batchSize=64&seed=4$|\?(?=.*preset=cnn-max-2)(?=.*epochs=1)(?=.*batchSize=64)(?=.*seed=4)/);

  await says("#keep-scope", "the ticked runs (2)");
  assert.equal(await value("#keep-scope"), "chosen");
  const report = await taken(visitor, "#keep-download");
  assert.equal(report.name, "tabgrad-report.html");
  assert.doesNotMatch(report.words, /<script/i);
  assert.match(report.words, /&lt;script&gt;alert/);
  assert.equal(report.words.split("<svg").length - 1, 3, "the comparison and two runs");
  assert.match(report.words, /Hash of the pictures/);
  await says("#keep-said", "Saved as tabgrad-report.html");

  // On paper it is the same document, with its style.
  await evaluate(() => {
    const { get } = Object.getOwnPropertyDescriptor(HTMLIFrameElement.prototype, "contentWindow");
    Object.defineProperty(HTMLIFrameElement.prototype, "contentWindow", {
      get() {
        const inside = get.call(this);
        if (inside) inside.print = () => (globalThis.printed = { title: inside.document.title, family: inside.getComputedStyle(inside.document.querySelector("h1")).fontFamily, scripts: inside.document.scripts.length });
        return inside;
      },
    });
  });
  await click("#keep-print");
  await wait(() => globalThis.printed);
  const printed = await evaluate(() => globalThis.printed);
  assert.equal(printed.title, "Training report");
  assert.match(printed.family, /Palatino/);
  assert.equal(printed.scripts, 0);

  // A run goes once somebody says yes; all of them likewise.
  await click(`${under(1)} .keep-remove`);
  await wait(`${under(1)} .keep-sure:not([hidden])`);
  await says(`${under(1)} .keep-sure`, "cannot be undone");
  assert.equal(await evaluate(() => document.activeElement.textContent), "Keep it", "the question takes the focus");
  await click(`${under(1)} .keep-yes`);
  await wait(() => document.querySelectorAll("tr.keep-run").length === 1);
  await says("#keep-said", "is deleted");
  await says("#keep-compared", "Tick another run");
  await select("#keep-filter", "pinned");
  await says(".keep-empty", "No run matches");
  await select("#keep-filter", "all");
  await click("#keep-remove-all");
  await says("#keep-kept", "Delete the one run");
  await click("#keep-remove-all-yes");
  await says(".keep-empty", "No run has been started yet");
  await says("#keep-said", "All runs are deleted.");
  await visitor.reload();
  await wait("#run:enabled:not([aria-disabled])");
  assert.equal(await count("tr.keep-run"), 0);
  assert.equal(await attribute("#keep-download", "disabled"), "");
  assert.deepEqual(await texts("#notices .notice"), []);
  assert.match(await text("#keep-kept"), /What “kept” means/);
});
