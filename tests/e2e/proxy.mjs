// A server between the tests and the page's own, for what a page cannot be made to do from inside: answers
// that go silent, and modules that are edited on their way. It works for every browser alike.

import { createServer } from "node:http";
import { after } from "node:test";
import { url } from "./address.mjs";

/** Limits of a machine that is fast and of workers that are expected to be lost: a test need not wait for these. What
 * a test is about it shortens itself: a busy machine would be late for others. */
const SHORT = { silence: 4_000, retry: 50, replica: 4_000, ping: 250, stop: 3_000, slowest: 1e12, losses: 50 };

/**
 * @param {object} [how]
 * @param {Record<string, (code: string) => string>} [how.edits]  of text files, by the end of their path
 * @param {Partial<import("../../www/app/limits.js")["limits"]>} [how.limits]  beside the short ones
 * @param {(path: string, count: number) => "whole"|"silent"|"half"} [how.shards]  how the nth request for a data file is
 *   answered: not at all, or by its first half, after which nothing comes
 * @param {boolean} [how.parts]  whether parts of a data file can be asked for
 */
export async function proxied({ edits = {}, limits = {}, shards = () => "whole", parts = true } = {}) {
  const all = {
    ...edits,
    "/app/limits.js": (/** @type {string} */ code) => `${code}\nObject.assign(limits, ${JSON.stringify({ ...SHORT, ...limits })});\n`,
    // What the page knows, for the test to look at.
    "/main.js": (/** @type {string} */ code) => `${code}\nglobalThis.lab = lab;\n`,
  };
  /** Every request for data: its path, and the part that it asked for. @type {[string, string|undefined][]} */
  const asked = [];
  /** @type {Map<string, number>} */
  const counts = new Map();
  const open = new Set();

  const server = createServer(async (request, answer) => {
    const { pathname } = new URL(request.url ?? "/", url);
    const from = await fetch(new URL((request.url ?? "/").slice(1), url));
    const type = from.headers.get("content-type") ?? "text/plain";
    const edit = Object.entries(all).find(([end]) => pathname.endsWith(end))?.[1];
    const body = Buffer.from(edit ? edit(await from.text()) : await from.arrayBuffer());
    const headers = { "content-type": type, "content-security-policy": from.headers.get("content-security-policy") ?? "", "cache-control": "no-store" };
    if (!pathname.startsWith("/data/")) return answer.writeHead(from.status, headers).end(body);

    const { range } = request.headers;
    asked.push([pathname, range]);
    const count = (counts.get(pathname) ?? 0) + 1;
    counts.set(pathname, count);
    const way = shards(pathname, count);
    if (way === "silent") return;
    const start = parts && range ? Number(/bytes=(\d+)-/.exec(range)?.[1]) : 0;
    const rest = body.subarray(start);
    const part = start > 0 ? { "content-range": `bytes ${start}-${body.length - 1}/${body.length}` } : {};
    answer.writeHead(start > 0 ? 206 : from.status, { ...headers, ...part, "content-length": rest.length });
    if (way === "half") answer.write(rest.subarray(0, rest.length >> 1));
    else answer.end(rest);
  });
  server.on("connection", (socket) => {
    open.add(socket);
    socket.on("close", () => open.delete(socket));
  });
  await new Promise((resolve) => server.listen(0, "127.0.0.1", () => resolve(null)));
  const end = () => {
    server.close();
    for (const socket of open) socket.destroy();
  };
  after(end);
  const { port } = /** @type {import("node:net").AddressInfo} */ (server.address());
  return { url: `http://127.0.0.1:${port}/`, asked, end };
}

/** An edit that lets a test make a worker hang, or end it without a word, by its name.
 * @param {string} name */
export const mortal = (name) => (/** @type {string} */ code) => `
  new BroadcastChannel("${name}").onmessage = ({ data }) => {
    if (data === "end") self.close();
    else for (;;);
  };
  ${code}`;

/** In the page: the worker of that name hangs (`hang`) or is gone (`end`). @param {[string, "hang"|"end"]} what */
export const strike = ([name, how]) => new BroadcastChannel(name).postMessage(how);
