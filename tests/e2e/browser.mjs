// The headless Chromium of the tests, with and without a GPU.

import { accessSync } from "node:fs";
import { delimiter, join } from "node:path";
import { chromium } from "playwright-core";

/** A name for this machine that browsers take for another one's: no secure context. */
export const LAN = "lab.test";

// Chromium keeps documents without an address from servers on this machine, as ours are here and no site is.
export const QUIET = [`--host-resolver-rules=MAP ${LAN} 127.0.0.1`, "--headless", "--no-sandbox", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync", "--disable-features=BlockInsecurePrivateNetworkRequests,PrivateNetworkAccessSendPreflights,LocalNetworkAccessChecks"];
/** WebGPU on an adapter that is emulated on the CPU, and so is there on every machine. */
export const WEBGPU = ["--enable-unsafe-webgpu", "--use-webgpu-adapter=swiftshader", "--enable-features=Vulkan"];

/** The path of a browser: the variable's, or one of the usual names on the PATH; or null.
 * @param {string} variable @param {string[]} names */
export function findBrowser(variable, names) {
  if (process.env[variable]) return process.env[variable];
  for (const folder of (process.env.PATH ?? "").split(delimiter))
    for (const name of names)
      try {
        accessSync(join(folder, name));
        return join(folder, name);
      } catch {
        continue;
      }
  return null;
}

/** The path of Chromium; without one the tests end here. */
export function browserPath() {
  const path = findBrowser("CHROMIUM", ["chromium", "chromium-browser", "google-chrome", "chrome"]);
  if (path) return path;
  console.error("No Chromium found. Install it, or set CHROMIUM to its path.");
  process.exit(2);
}

/** @param {string[]} more  arguments */
export const launch = (more) => chromium.launch({ executablePath: browserPath(), args: [...QUIET, ...more] });

/** Whether WebGPU has an adapter. Only pages from a server on this machine are told.
 * @param {import("playwright-core").Browser} browser @param {string} url */
export async function hasAdapter(browser, url) {
  const page = await browser.newPage();
  await page.goto(url);
  const found = await page.evaluate(async () => (await /** @type {any} */ (navigator).gpu?.requestAdapter()) != null);
  await page.close();
  return found;
}
