// The campaign of kills: a worker, a replica, the tab, its process and the whole browser are ended at random
// moments of runs, saves and imports; room runs out; two tabs do everything at once. By hand:
//   node tests/e2e/kill.mjs --url http://127.0.0.1:8000/ [--seed N] [--kills 100] [--fills 30] [--pairs 30]
// and a few rounds of each in every run of the page's tests. The seed is printed; it draws all moments.

import { test } from "node:test";
import { pathToFileURL } from "node:url";
import { parseArgs } from "node:util";
import { url } from "./address.mjs";
import { createMachine, randomFrom } from "./campaign.mjs";
import { fillInRun, killInImport, killInRun, killed, twoTabs, unbroken } from "./rounds.mjs";

const { values } = parseArgs({ options: Object.fromEntries(["seed", "kills", "fills", "pairs"].map((name) => [name, { type: "string" }])), strict: false });
const given = (name, otherwise) => (values[name] === undefined ? otherwise : Number(values[name]));
const seed = given("seed", Date.now() % 1_000_000);

/** Does rounds one after another on machines of their own; what each came to goes to `tell`, and a failure
 * ends none of the others. @param {(name: string, job: () => Promise<string>) => Promise<void>} each
 * @param {{kills: number, fills: number, pairs: number}} counts */
async function campaign(each, { kills, fills, pairs }) {
  const random = randomFrom(seed);
  const machine = createMachine();
  try {
    const expected = await unbroken(machine, url);
    for (let n = 0; n < kills; n += 1) {
      // Each of them in turn, so that a few rounds have all.
      const what = killed[n % killed.length];
      const own = randomFrom(random.below(2 ** 31));
      const inImport = n % 4 === 3 && what !== "replica";
      await each(`kill ${n + 1}`, () => (inImport ? killInImport(machine, url, own, what) : killInRun(machine, url, own, what, expected)));
    }
    for (let n = 0; n < fills; n += 1) {
      const own = randomFrom(random.below(2 ** 31));
      await each(`full store ${n + 1}`, () => fillInRun(machine, url, own, expected));
    }
    for (let n = 0; n < pairs; n += 1) {
      const own = randomFrom(random.below(2 ** 31));
      await each(`two tabs ${n + 1}`, () => twoTabs(machine, url, own, expected));
    }
  } finally {
    await machine.end();
  }
}

async function byHand() {
  const counts = { kills: given("kills", 100), fills: given("fills", 30), pairs: given("pairs", 30) };
  console.log(`seed ${seed}`);
  const failed = [];
  let done = 0;
  await campaign(async (name, job) => {
    const since = Date.now();
    try {
      console.log(`${name}: ${await job()} (${((Date.now() - since) / 1000).toFixed(1)} s)`);
    } catch (thrown) {
      failed.push(name);
      console.log(`${name}: FAILED. ${thrown instanceof Error ? thrown.stack : thrown}`);
    }
    done += 1;
  }, counts);
  console.log(`${done} rounds, ${failed.length} failed${failed.length > 0 ? `: ${failed.join(", ")}` : ""}. Seed ${seed}.`);
  process.exitCode = failed.length > 0 ? 1 : 0;
}

if (import.meta.url === pathToFileURL(process.argv[1]).href) await byHand();
else
  test(`six kills, two full stores and two tabs at once lose nothing (seed ${seed})`, { timeout: 600_000 }, async (t) => {
    await campaign((name, job) => t.test(name, { timeout: 180_000 }, async (own) => own.diagnostic(await job())), { kills: 6, fills: 2, pairs: 1 });
  });
