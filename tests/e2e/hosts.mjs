// The page on hosts that give it less than it needs, or something else: what can be done is done, and what cannot is
// said once, in a sentence that helps.

import assert from "node:assert/strict";
import { fileURLToPath } from "node:url";
import { both } from "./both.mjs";
import { PAGE, misbehaving, on, ready, told } from "./misbehaving.mjs";

/** The words that a visitor sees in the box that needs no script, and the reason that was found. */
const boot = ({ evaluate }) =>
  evaluate(() => {
    const box = document.querySelector("#boot");
    const seen = !box.hidden && box.getBoundingClientRect().height > 0;
    return { words: seen ? box.innerText : "", found: box.getAttribute("data-found") };
  });
const isFound = (reason) => document.querySelector("#boot")?.getAttribute("data-found") === reason;

/** The sentences at the top of the page. */
const sentences = ({ texts }) => texts(".notice p");
const source = fileURLToPath(new URL("../../www/index.html", import.meta.url));

// ---- No script runs ----

both("opened as a file, the page says that it needs a web server", async (visitor) => {
  await visitor.page.goto(`file://${source}`);
  await visitor.wait(isFound, "file");
  const { words } = await boot(visitor);
  assert.match(words, /opened as a file.*web server.*cargo xtask demo/s);
  assert.doesNotMatch(words, /sandbox|Reload/, "the other reasons are gone");
}, { expected: told });

both("scripts that come as text are told by the server's mistake", on({
  change: (path, answer) => (path.endsWith(".js") ? { ...answer, type: "text/plain" } : answer),
}, async (visitor, server) => {
  await visitor.page.goto(server.url);
  await visitor.wait(isFound, "type");
  assert.match((await boot(visitor)).words, /main\.js as something else than text\/javascript/);
}), { expected: told });

for (const [what, headers] of /** @type {[string, Record<string, string>][]} */ ([
  ["of the wrong type, which browsers are told not to guess", { "x-content-type-options": "nosniff" }],
  ["forbidden by a policy", { "content-security-policy": "script-src 'none'" }],
]))
  both(`where scripts are ${what}, words that need none are there`, on({
    headers, change: (path, answer) => (path.endsWith(".js") ? { ...answer, type: "text/plain" } : answer),
  }, async (visitor, server) => {
    await visitor.page.goto(server.url);
    const { words } = await boot(visitor);
    assert.match(words, /has not started/);
    for (const reason of [/as a file/, /in a frame/, /text\/javascript/, /without the cache/]) assert.match(words, reason);
    assert.match(await visitor.text("h1"), /learns/);
  }), { expected: told });

for (const [what, path, answer, reason, words] of /** @type {[string, string, any, string, RegExp][]} */ ([
  ["does not come", "main.js", null, "missing", /main\.js did not come/],
  ["is a web page", "main.js", PAGE, "html", /a web page instead of main\.js/],
  ["imports one that is missing", "app/curve.js", { status: 404, type: "text/plain", body: "" }, "parts", /404 for app\/curve\.js/],
  ["imports one that is a web page", "app/curve.js", PAGE, "parts", /a web page instead of app\/curve\.js/],
  ["imports what another version of a script has not got", "app/curve.js", { status: 200, type: "text/javascript", body: "export const older = 1;" }, "parts", /different versions.*app\/curve\.js/],
]))
  both(`a script that ${what} is named`, on({ change: (asked, real) => (asked === path ? answer : real) }, async (visitor, server) => {
    await visitor.page.goto(server.url);
    await visitor.wait(isFound, reason);
    assert.match((await boot(visitor)).words, words);
    server.rules.change = (_, real) => real;
    await visitor.page.goto(server.url);
    await visitor.wait(ready);
    assert.equal((await boot(visitor)).words, "", "and gone where the page starts");
  }), { expected: told });

both("an element whose script never comes shows what its author wrote in it", on({
  pages: { "/course.html": '<!doctype html><script type="module" src="/lab/lab.js"></script><tabgrad-lab section="studio"><p>Open <a href="/lab/">the lab</a>.</p></tabgrad-lab>' },
  at: "/lab/",
  change: (path, answer) => (path === "lab.js" ? PAGE : answer),
}, async (visitor, server) => {
  await visitor.page.goto(new URL("/course.html", server.url).href);
  assert.match(await visitor.text("tabgrad-lab"), /Open the lab/);
  server.rules.change = (_, answer) => answer;
  await visitor.page.goto(new URL("/course.html?again", server.url).href);
  await visitor.wait(() => document.querySelector("tabgrad-lab").shadowRoot?.querySelector(".primary") != null);
}), { expected: told });

// ---- What a browser does not give ----

both("over plain HTTP pictures load and models train, and a run is kept or it is said once that it is not", on({ at: "/lab/" }, async (visitor, server) => {
  await visitor.page.goto(`${server.lan}?preset=cnn-avg-2&epochs=1`);
  await visitor.wait(ready);
  assert.equal(await visitor.evaluate(() => isSecureContext), false);
  await visitor.click("#run");
  await visitor.says("#status", "Finished");
  // Whether it was kept is known a moment after its end.
  for (let tries = 0; tries < 100 && (await visitor.count(".notice")) === 0; tries += 1) await new Promise((done) => setTimeout(done, 100));
  const said = await sentences(visitor);
  for (const sentence of said) assert.doesNotMatch(sentence, /undefined|null|TypeError|is not a/, sentence);
  const about = said.filter((sentence) => /kept/.test(sentence));
  await visitor.reload();
  await visitor.wait(ready);
  const there = await visitor.count(".keep-runs tbody tr.keep-run");
  assert.deepEqual([about.length, there], there > 0 ? [0, 1] : [1, 0], JSON.stringify(said));
}), { expected: told });

/** Takes from the page and its worker what a browser may refuse. */
const refused = `
  const no = () => { throw new DOMException("The operation is insecure.", "SecurityError"); };
  for (const name of ["localStorage", "sessionStorage", "indexedDB", "caches"]) Object.defineProperty(globalThis, name, { get: no, configurable: true });
  Object.defineProperty(navigator, "storage", { value: { getDirectory: async () => no(), persist: async () => no(), estimate: async () => no() } });
  Object.defineProperty(navigator, "locks", { value: { request: async () => no(), query: async () => no() } });
`;
both("where storage and locks are refused, models train and it is said that nothing is kept", on({
  change: (path, answer) => (path === "boot.js" || path === "worker/store/claims.js" ? { ...answer, body: refused + answer.body } : answer),
}, async (visitor, server) => {
  await visitor.page.goto(`${server.url}?preset=cnn-avg-2&epochs=1`);
  await visitor.wait(ready);
  await visitor.click("#run");
  await visitor.says("#status", "Finished");
  await visitor.wait(".notice");
  const about = (await sentences(visitor)).filter((sentence) => /keeps|kept/.test(sentence));
  assert.equal(about.length, 1, JSON.stringify(await sentences(visitor)));
}), { expected: told });

// ---- What a server sends instead ----

const trouble = ({ says }, words) => says("#data-error", words);
for (const [what, path, answer, words] of /** @type {[string, RegExp, any, string][]} */ ([
  ["a web page for the manifest", /^data\/manifest\.json$/, PAGE, "The server sent a web page instead of data/manifest.json."],
  ["nothing for the manifest", /^data\/manifest\.json$/, { status: 404, type: "text/plain", body: "" }, "404"],
  ["a web page for a shard", /\.tgs$/, PAGE, "The server sent a web page instead of data/"],
]))
  both(`${what}: the file is named, and the page goes on when it comes`, on({ change: (asked, real) => (path.test(asked) ? answer : real) }, async (visitor, server) => {
    await visitor.page.goto(server.url);
    await trouble(visitor, words);
    assert.match(await visitor.text("#data-error p"), /data\//);
    server.rules.change = (_, real) => real;
    await visitor.click("#data-error button");
    await visitor.wait(ready);
  }), { expected: told });

for (const [what, path, answer, words] of /** @type {[string, RegExp, any, RegExp][]} */ ([
  ["a web page for the wasm file", /\.wasm$/, PAGE, /a web page instead of pkg\/\S+\.wasm/],
  ["a web page for the script beside it", /^pkg\/.*tabgrad\.js$/, PAGE, /a web page instead of pkg\/\S+tabgrad\.js/],
  ["a web page for the worker", /^worker\/worker\.js/, PAGE, /a web page instead of worker\/worker\.js/],
  ["the worker as text", /^worker\/worker\.js/, "text/plain", /worker\/worker\.js as “text\/plain”/],
  ["a web page for a script of the worker", /^worker\/engine\.js/, PAGE, /a web page instead of worker\/engine\.js/],
  ["nothing for the wasm file", /\.wasm$/, { status: 404, type: "text/plain", body: "" }, /404 for pkg\//],
  ["half of the wasm file", /\.wasm$/, "half", /damaged or incomplete/],
]))
  both(`${what}: the trainer says so, and starts when it comes`, on({
    change(asked, real) {
      if (!path.test(asked)) return real;
      if (answer === "half") return { ...real, body: real.body.subarray(0, real.body.length / 2) };
      return typeof answer === "string" ? { ...real, type: answer } : answer;
    },
  }, async (visitor, server) => {
    await visitor.page.goto(server.url);
    await visitor.wait("#fault");
    assert.match(await visitor.text("#fault"), words);
    server.rules.change = (_, real) => real;
    await visitor.click("#restart");
    await visitor.wait(ready);
    await visitor.wait(() => document.querySelector("#fault") === null);
  }), { expected: told });

both("a web page for the list of packages: the plain one trains, and that is said once", on({
  change: (asked, real) => (asked === "pkg/packages.json" ? PAGE : real),
}, async (visitor, server) => {
  await visitor.page.goto(server.url);
  await visitor.wait(ready);
  const said = await sentences(visitor);
  // Only who can run a faster build asks for the list.
  for (const sentence of said) assert.match(sentence, /a web page instead of pkg\/packages\.json/);
  assert.ok(said.length <= 1);
}), { expected: told });

both("a wasm file of the wrong type is compiled all the same, without a word", on({
  change: (asked, real) => (asked.endsWith(".wasm") ? { ...real, type: "application/octet-stream" } : real),
}, async (visitor, server) => {
  await visitor.page.goto(server.url);
  await visitor.wait(ready);
  assert.deepEqual(await sentences(visitor), []);
}));

// ---- Files of two builds ----

/** As another build left it: without a stamp, or with another. */
const older = ({ body, ...answer }, stamp) => ({ ...answer, body: String(body).replace(/\n\(globalThis\.tabgradBuilds[^\n]*\n$/, (line) => (stamp ? line.replace(/"[0-9a-z]+"\)/, `"${stamp}")`) : "\n")) });
for (const [what, path, change] of /** @type {[string, RegExp, (answer: any) => any][]} */ ([
  ["the script of the wasm file", /^pkg\/.*tabgrad\.js$/, (answer) => older(answer, "")],
  ["the wasm file", /\.wasm$/, (answer) => ({ ...answer, body: Buffer.concat([answer.body.subarray(0, -16), Buffer.from("0123456789abcdef")]) })],
  ["the worker", /^worker\/worker\.js/, (answer) => older(answer, "")],
  ["a script of the worker", /^worker\/engine\.js/, (answer) => older(answer, "0123456789abcdef")],
  ["a script of the page", /^components\/bar\.js/, (answer) => older(answer, "0123456789abcdef")],
]))
  both(`${what} of another build: the page says that versions are mixed, and loads all anew`, on({
    change: (asked, real) => (path.test(asked) ? change(real) : real),
  }, async (visitor, server) => {
    await visitor.page.goto(server.url);
    await visitor.wait("#fault");
    assert.match(await visitor.text("#fault"), /Parts of this page are of different versions; reload it without the cache\./);
    server.rules.change = (_, real) => real;
    await visitor.click("#restart");
    await visitor.wait(ready);
    assert.equal(await visitor.count("#fault"), 0);
  }), { expected: told });

// ---- Policies ----

const STRICT = "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; worker-src 'self'; style-src 'self'; img-src 'self' data: blob:; media-src 'self' blob:; connect-src 'self'; frame-src 'self' blob:";
both("under the policy that the README states, sent with every file, and Trusted Types, a model trains", on({
  headers: { "content-security-policy": `${STRICT}; require-trusted-types-for 'script'; trusted-types tabgrad` },
}, async (visitor, server) => {
  await visitor.page.goto(`${server.url}?preset=cnn-avg-2&epochs=1`);
  await visitor.wait(ready);
  await visitor.click("#run");
  await visitor.says("#status", "Finished");
  assert.deepEqual((await sentences(visitor)).filter((sentence) => !/kept/.test(sentence)), []);
}), { expected: told });

for (const [what, policy, words] of /** @type {[string, string, RegExp][]} */ ([
  ["without 'wasm-unsafe-eval'", STRICT.replace(" 'wasm-unsafe-eval'", ""), /script-src has to allow 'wasm-unsafe-eval'/],
  ["without workers", STRICT.replace("worker-src 'self'", "worker-src 'none'"), /worker-src has to allow 'self'/],
  ["without requests", STRICT.replace("connect-src 'self'", "connect-src 'none'"), /connect-src has to allow 'self'/],
]))
  both(`under a policy ${what}, the page says what it needs`, on({ headers: { "content-security-policy": policy } }, async (visitor, server) => {
    await visitor.page.goto(server.url);
    await visitor.wait("#fault");
    assert.match(await visitor.text("#fault"), words);
  }), { expected: told });

both("where Trusted Types allow no policy of that name, the page says which to add", on({
  headers: { "content-security-policy": "require-trusted-types-for 'script'; trusted-types other" },
}, async (visitor, server) => {
  await visitor.page.goto(server.url);
  const known = await visitor.evaluate(() => "trustedTypes" in globalThis);
  await visitor.wait(known ? "#fault" : ready);
  if (known) assert.match(await visitor.text("#fault"), /“tabgrad”.*trusted-types/s);
}), { expected: told });

// ---- Addresses ----

both("in a folder of a site the page loads and trains", on({ at: "/courses/week%207/lab/" }, async (visitor, server) => {
  await visitor.page.goto(`${server.url}?preset=cnn-avg-2&epochs=1`);
  await visitor.wait(ready);
  await visitor.click("#run");
  await visitor.says("#status", "Finished");
}));

both("an address that lacks its slash finds no script, and the words that need none say so", on({ at: "/lab/" }, async (visitor, server) => {
  const page = await (await fetch(server.url)).text();
  const bare = await misbehaving({ at: "/lab/", pages: { "/lab": page } });
  try {
    await visitor.page.goto(bare.url.slice(0, -1));
    assert.match((await boot(visitor)).words, /lack the slash at the end/);
  } finally {
    bare.close();
  }
}), { expected: told });

both("a link leads to no other site: its pictures are not asked for, the page's own are used", on({}, async (visitor, server) => {
  const other = await misbehaving({ headers: { "access-control-allow-origin": "*" } });
  try {
    await visitor.page.goto(`${server.url}?data=${encodeURIComponent(`${other.url}data/`)}`);
    await visitor.wait(ready);
    const said = await sentences(visitor);
    assert.equal(said.length, 1);
    assert.ok(said[0].includes(`${other.url}data/`), said[0]);
    assert.deepEqual(other.asked, []);
  } finally {
    other.close();
  }
}), { expected: told });

both("no word of a link reaches what every object has: a run begins and is not paused", async (visitor) => {
  await visitor.open("?__proto__.paused=1&preset=cnn-avg-2");
  assert.equal(await visitor.evaluate(() => ({}).paused), undefined);
  await visitor.click("#run");
  await visitor.wait(() => /Step [1-9]/.test(document.querySelector("#run-bar")?.textContent ?? ""));
});

// ---- Notices ----

both("notices stay where they are while the page goes on, and the focus of who dismisses one goes to the next", async (visitor) => {
  const { evaluate, wait } = visitor;
  await visitor.open("?preset=vgg&epochs=-1");
  await wait(() => document.querySelectorAll(".notice").length === 2);
  await evaluate(() => {
    globalThis.first = document.querySelector(".notice");
    globalThis.first.querySelector("button").focus();
  });
  await evaluate(() => document.querySelector("#run").click());
  await wait(() => /Step [1-9]/.test(document.querySelector("#run-bar")?.textContent ?? ""));
  assert.ok(await evaluate(() => document.querySelector(".notice") === globalThis.first && globalThis.first.contains(document.activeElement)), "neither rebuilt nor out of focus");
  await visitor.press("Enter");
  await wait(() => document.querySelectorAll(".notice").length === 1);
  assert.ok(await evaluate(() => document.querySelector(".notice").contains(document.activeElement)));
  await visitor.press("Enter");
  await wait(() => document.querySelectorAll(".notice").length === 0);
  assert.ok(await evaluate(() => document.querySelector("#notices").contains(document.activeElement)));
});
