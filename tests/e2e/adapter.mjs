// Does the headless Chromium have a WebGPU adapter? Exits with 0 if so and with 3 if not.

import { createServer } from "node:http";
import { WEBGPU, hasAdapter, launch } from "./browser.mjs";

const server = createServer((_, answer) => answer.setHeader("content-type", "text/html").end("<!doctype html>"));
await new Promise((resolve) => server.listen(0, "127.0.0.1", () => resolve(null)));
const { port } = /** @type {import("node:net").AddressInfo} */ (server.address());
const browser = await launch(WEBGPU);
const found = await hasAdapter(browser, `http://127.0.0.1:${port}/`);
await browser.close();
server.close();
process.exitCode = found ? 0 : 3;
