// Runs the bench of operators in headless Chromium and prints its JSON lines:
//   node tests/bench/operators/in-page.mjs FOLDER BUILD
// FOLDER is what wasm-bindgen wrote, BUILD the name that the lines get.

import { readFileSync } from "node:fs";
import { join } from "node:path";
import { launch } from "../../e2e/browser.mjs";

const [folder, build] = process.argv.slice(2);
const script = readFileSync(join(folder, "operators.js"), "utf8");
const module = readFileSync(join(folder, "operators_bg.wasm")).toString("base64");

const browser = await launch([]);
try {
  const page = await browser.newPage();
  const lines = await page.evaluate(
    async ({ script, module, build }) => {
      const wasm = new Function(`${script}; return wasm_bindgen;`)();
      await wasm({ module_or_path: Uint8Array.from(atob(module), (letter) => letter.charCodeAt(0)) });
      return wasm.measure(build, () => performance.now());
    },
    { script, module, build },
  );
  process.stdout.write(lines);
} finally {
  await browser.close();
}
