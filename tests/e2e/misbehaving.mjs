// A server that misbehaves on purpose, in front of the one that serves the page under test: it hands on what that one
// answers, but for what a test changes.

import { createServer } from "node:http";
import { url } from "./address.mjs";
import { LAN } from "./browser.mjs";

/** What a path is answered with. @typedef {{status: number, type: string, body: Buffer|string, headers?: Record<string, string>}} Answer */

/** A page, as servers send it for what they have not got. */
export const PAGE = { status: 200, type: "text/html; charset=utf-8", body: "<!doctype html><title>Course</title><p>Log in first.</p>" };

/**
 * @param {object} [rules]
 * @param {string} [rules.at]  the folder that the page stands in
 * @param {Record<string, string>} [rules.headers]  of every answer
 * @param {Record<string, string>} [rules.pages]  pages of the test's own, by path
 * @param {(path: string, answer: Answer) => Answer|null} [rules.change]  an answer, by its path in the page; null
 *   closes the connection
 */
export async function misbehaving({ at = "/", headers = {}, pages = {}, change = (_, answer) => answer } = {}) {
  /** Every path that was asked for, with its query. @type {string[]} */
  const asked = [];
  const rules = { change };

  /** @param {string} path @returns {Promise<Answer>} */
  async function ofThePage(path) {
    const answer = await fetch(new URL(path, url));
    return { status: answer.status, type: answer.headers.get("content-type") ?? "text/plain", body: Buffer.from(await answer.arrayBuffer()) };
  }

  const server = createServer(async (request, response) => {
    const { pathname, search } = new URL(request.url ?? "/", "http://here/");
    asked.push(pathname + search);
    /** @type {Answer|null} */
    let answer = { status: 404, type: "text/plain", body: "not here\n" };
    if (Object.hasOwn(pages, pathname)) answer = { ...PAGE, body: pages[pathname] };
    else if (pathname.startsWith(at)) {
      const path = pathname.slice(at.length);
      answer = await ofThePage(path).then((real) => rules.change(path, real), () => null);
    }
    if (!answer) return void request.socket.destroy();
    response.writeHead(answer.status, { "content-type": answer.type, ...headers, ...answer.headers });
    response.end(answer.body);
  });
  await new Promise((resolve) => server.listen(0, "127.0.0.1", () => resolve(undefined)));
  server.unref();
  const { port } = /** @type {import("node:net").AddressInfo} */ (server.address());
  return {
    asked,
    rules,
    url: `http://127.0.0.1:${port}${at}`,
    /** Of a name that browsers take for another machine: no secure context. */
    lan: `http://${LAN}:${port}${at}`,
    close() {
      server.closeAllConnections();
      server.close();
    },
  };
}

/** A server for the time of a test. */
export const on = (rules, body) => async (visitor) => {
  const server = await misbehaving(rules);
  try {
    await body(visitor, server);
  } finally {
    server.close();
  }
};

/** What the network and the policies of these hosts make browsers write into the console. */
export const told = /Failed to load|may not load|Loading (failed|module)|MIME|CORS|Cross-Origin|Content[- ]Security[- ]Policy|sandbox|net::ERR|NetworkError|blocked|Trusted|WebAssembly|wasm|module|disallowed|Access to|opaque|font/i;

/** Where a run can be started. */
export const ready = "#run:enabled:not([aria-disabled])";
