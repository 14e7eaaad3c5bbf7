// A headless Chromium with one page that nobody watches: a debugger such as the tests' keeps every
// answer of the network in the page's process, up to 200 MB, where it looks like memory of the page's.

import { spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { findBrowser } from "../e2e/browser.mjs";

const FLAGS = ["--headless", "--no-sandbox", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync", "--remote-debugging-pipe"];

/** Opens `address`; `evaluate` calls a self-contained function there with plain values, and answers what
 * its promise gives. @param {string} address */
export async function openQuietly(address) {
  const profile = mkdtempSync(join(tmpdir(), "tabgrad-"));
  const path = findBrowser("CHROMIUM", ["chromium", "chromium-browser", "google-chrome", "chrome"]);
  if (!path) throw new Error("No Chromium found. Install it, or set CHROMIUM to its path.");
  // Messages are JSON, each with a zero byte after it: in by the fourth file, out by the fifth.
  const child = spawn(path, [...FLAGS, `--user-data-dir=${profile}`, "about:blank"], { stdio: ["ignore", "ignore", "ignore", "pipe", "pipe"] });
  const [, , , input, output] = /** @type {any[]} */ (child.stdio);
  /** @type {Map<number, {resolve: (value: any) => void, reject: (reason: Error) => void}>} */
  const waiting = new Map();
  let heard = "";
  output.on("data", (/** @type {Buffer} */ bytes) => {
    const messages = (heard + bytes).split("\0");
    heard = messages.pop() ?? "";
    for (const { id, error, result } of messages.map((message) => JSON.parse(message))) {
      const asked = waiting.get(id);
      waiting.delete(id);
      if (error) asked?.reject(new Error(error.message));
      else asked?.resolve(result);
    }
  });
  let last = 0;
  /** @param {string} method @param {object} params @param {string} [sessionId] @returns {Promise<any>} */
  const send = (method, params, sessionId) =>
    new Promise((resolve, reject) => {
      last += 1;
      waiting.set(last, { resolve, reject });
      input.write(`${JSON.stringify({ id: last, method, params, sessionId })}\0`);
    });

  const { targetInfos } = await send("Target.getTargets", {});
  const { targetId } = targetInfos.find((/** @type {{type: string}} */ { type }) => type === "page");
  const { sessionId } = await send("Target.attachToTarget", { targetId, flatten: true });
  return {
    id: child.pid,
    go: () => send("Page.navigate", { url: address }, sessionId),
    /** @template A, T @param {(asked: A) => Promise<T>|T} call @param {A} asked @returns {Promise<T>} */
    async evaluate(call, asked) {
      const expression = `(${call})(${JSON.stringify(asked)})`;
      const { result, exceptionDetails } = await send("Runtime.evaluate", { expression, awaitPromise: true, returnByValue: true }, sessionId);
      if (exceptionDetails) throw new Error(exceptionDetails.exception?.description ?? exceptionDetails.text);
      return result.value;
    },
    async close() {
      const ended = new Promise((resolve) => child.once("exit", resolve));
      await send("Browser.close", {}).catch(() => {});
      await ended;
      rmSync(profile, { recursive: true, force: true });
    },
  };
}
