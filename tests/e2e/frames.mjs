// The page and its element in frames of every kind, and in pages of other sites: they train, or say what keeps them
// from it.

import assert from "node:assert/strict";
import { both } from "./both.mjs";
import { misbehaving, on, ready, told } from "./misbehaving.mjs";

/** A course page with a frame of its own making around the page. */
const framed = (attributes) => ({ at: "/lab/", pages: { "/course.html": `<!doctype html><iframe ${attributes} style="width:100%;height:40rem"></iframe>` } });
/** In the frame's own document, whatever its origin. */
async function inFrame(visitor, path) {
  const find = () => visitor.page.frames().find((frame) => frame.url().includes(path));
  for (let tries = 0; !find() && tries < 100; tries += 1) await new Promise((done) => setTimeout(done, 50));
  const frame = find();
  assert.ok(frame, `a frame with ${path}`);
  const wait = async (fn, arg) => {
    for (let tries = 0; tries < 600; tries += 1) {
      if (await frame.evaluate(fn, arg)) return;
      await new Promise((done) => setTimeout(done, 100));
    }
    throw new Error(`the frame said: ${await frame.evaluate(() => document.body.innerText.slice(0, 2000))}`);
  };
  return { frame, wait };
}

for (const cors of [true, false])
  both(`a closed frame ${cors ? "says" : "without CORS says, though no module arrives,"} that it is one, and leads out of it`, on({
    ...framed('sandbox="allow-scripts allow-popups" src="/lab/?section=studio"'), headers: cors ? { "access-control-allow-origin": "*" } : {},
  }, async (visitor, server) => {
    await visitor.page.goto(new URL("/course.html", server.url).href);
    const { frame, wait } = await inFrame(visitor, "section=studio");
    await wait((box) => document.querySelector(box)?.innerText.includes("allow-same-origin"), cors ? "#fault" : "#boot[data-found=frame]");
    const link = await frame.evaluate((box) => document.querySelector(`${box} a`).href, cors ? "#fault" : "#boot [data-reason=frame]");
    assert.ok(link.startsWith(server.url), link);
    if (cors) assert.equal(await frame.evaluate(() => document.querySelectorAll(".alarm:not([hidden]):not(:empty)").length), 1, "it is said once");
  }), { expected: told });

both("a frame with allow-same-origin trains", on(framed('sandbox="allow-scripts allow-same-origin" src="/lab/?section=train&preset=cnn-avg-2"'), async (visitor, server) => {
  await visitor.page.goto(new URL("/course.html", server.url).href);
  const { frame, wait } = await inFrame(visitor, "section=train");
  await wait((s) => document.querySelector(s) !== null, ready);
  await frame.evaluate((s) => document.querySelector(s).click(), ready);
  await wait(() => /Step [1-9]/.test(document.querySelector("#run-bar")?.textContent ?? ""));
}), { expected: told });

const element = '<script type="module" src="/lab/lab.js"></script><tabgrad-lab section="train" preset="cnn-avg-2"></tabgrad-lab>';
/** Presses the element's button, and gives its shadow root's words when `selector` is there. */
async function opened(visitor, frame, wait, selector) {
  await wait(() => document.querySelector("tabgrad-lab")?.shadowRoot?.querySelector(".primary") != null);
  await frame.evaluate(() => document.querySelector("tabgrad-lab").shadowRoot.querySelector(".primary").click());
  await wait((s) => document.querySelector("tabgrad-lab").shadowRoot.querySelector(s) !== null, selector);
}

both("the element works in a document that has no address of its own", on({
  at: "/lab/", pages: { "/course.html": `<!doctype html><iframe srcdoc='${element}' style="width:100%;height:40rem"></iframe>` },
}, async (visitor, server) => {
  await visitor.page.goto(new URL("/course.html", server.url).href);
  const { frame, wait } = await inFrame(visitor, "srcdoc");
  await opened(visitor, frame, wait, ready);
}), { expected: told });

both("the element in a data: document is a frame around the page, with a link beside it", on({ at: "/lab/", headers: { "access-control-allow-origin": "*" } }, async (visitor, server) => {
  const markup = element.replace("/lab/lab.js", `${server.url}lab.js`);
  await visitor.page.goto(`data:text/html,<!doctype html>${encodeURIComponent(markup)}`);
  const wait = (fn, arg) => visitor.wait(fn, arg);
  await opened(visitor, visitor.page, wait, "iframe");
  const link = await visitor.evaluate(() => document.querySelector("tabgrad-lab").shadowRoot.querySelector(".element-note a").href);
  assert.ok(link.startsWith(`${server.url}index.html?section=train`), link);
  const inner = await inFrame(visitor, "index.html");
  await inner.wait((s) => document.querySelector(s) !== null, ready);
}), { expected: told });

both("a page that allows no frame from the lab's site says so in the element's place", async (visitor) => {
  const lab = await misbehaving({ headers: { "access-control-allow-origin": "*" } });
  const site = new URL(lab.url).origin;
  const course = await misbehaving({
    at: "/none/", headers: { "content-security-policy": `script-src ${site}; style-src ${site}; frame-src 'self'` },
    pages: { "/course.html": `<!doctype html>${element.replace("/lab/lab.js", `${lab.url}lab.js`)}` },
  });
  try {
    await visitor.page.goto(new URL("/course.html", course.url).href);
    await opened(visitor, visitor.page, visitor.wait, ".element-note .alarm");
    const words = await visitor.evaluate(() => document.querySelector("tabgrad-lab").shadowRoot.querySelector(".element-note").textContent);
    assert.ok(words.includes(site) && words.includes("frame-src"), words);
  } finally {
    lab.close();
    course.close();
  }
}, { expected: told });

both("an element whose pictures another site does not let be read names their address whole", on({ at: "/lab/" }, async (visitor, server) => {
  const other = await misbehaving();
  const data = `${other.url}data/`;
  const course = await misbehaving({ at: "/lab/", pages: { "/course.html": `<!doctype html>${element.replace("<tabgrad-lab ", `<tabgrad-lab data="${data}" `).replace('"train"', '"pictures"')}` } });
  try {
    await visitor.page.goto(new URL("/course.html", course.url).href);
    const wait = (fn, arg) => visitor.wait(fn, arg);
    await opened(visitor, visitor.page, wait, "#data-error:not([hidden])");
    const words = await visitor.evaluate(() => document.querySelector("tabgrad-lab").shadowRoot.querySelector("#data-error p").innerText);
    assert.ok(words.includes(`${data}manifest.json`) && words.includes("Access-Control-Allow-Origin"), words);
  } finally {
    other.close();
    course.close();
  }
}), { expected: told });
