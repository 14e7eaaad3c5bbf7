// The headless Chromium of the tests, with and without a GPU. Knows no page.

import { accessSync } from "node:fs";
import { delimiter, join } from "node:path";
import { chromium } from "playwright-core";

const QUIET = ["--headless", "--no-sandbox", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync"];
/** WebGPU on an adapter that is emulated on the CPU, and so is there on every machine. */
export const WEBGPU = ["--enable-unsafe-webgpu", "--use-webgpu-adapter=swiftshader", "--enable-features=Vulkan"];

/** `CHROMIUM` names the browser; else one of the usual names on the PATH. */
function browserPath() {
  if (process.env.CHROMIUM) return process.env.CHROMIUM;
  const names = ["chromium", "chromium-browser", "google-chrome", "chrome"];
  for (const folder of (process.env.PATH ?? "").split(delimiter))
    for (const name of names)
      try {
        accessSync(join(folder, name));
        return join(folder, name);
      } catch {
        continue;
      }
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
