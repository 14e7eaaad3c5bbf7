// The element <tabgrad-lab section="studio" preset="cae" epochs="5">: a section inside another
// page. Its attributes are the keys of the page's address. It is a picture of itself until it is
// clicked, then loads the trainer; elements that ask for the same pictures and device share one lab, and so one
// worker. A page of another site may not start our worker, so there the element is a frame around the page. What
// its author wrote between its tags is shown until this script runs, and where it never does.

import { dataFolder, readAddress, strayWords } from "./app/address.js";
import { h } from "./components/dom.js";
import { sentence } from "./protocol.js";
import { text } from "./strings.js";

/** @import { Lab } from "./app/lab.js" */
/** @import { createResting } from "./app/resting.js" */

const here = (/** @type {string} */ path) => new URL(path, import.meta.url).href;

/** What the poster needs, and what an open section needs. */
const POSTER = ["styles/style.css", "styles/element.css"];
const SECTION = ["styles/all.css"];
/** A style sheet that does not come in this time is done without. */
const STYLE_MS = 5_000;
/** Attributes that every element has. */
const COMMON = ["class", "id", "style", "slot", "hidden", "lang", "dir", "title"];
/** Those that a lab is made with: elements that agree in them share one. */
const OF_LAB = ["compute", "simd"];

/** @typedef {{lab: Lab, resting: ReturnType<typeof createResting>}} Shared */

/** The page's labs: most pages have one. They outlive the elements, so that a page which swaps its content without
 * being loaded again goes on with the same runs. @type {Map<string, Promise<Shared>>} */
const labs = new Map();

/** @param {string|null} data @param {string} query @returns {Promise<Shared>} */
async function openLab(data, query) {
  const [{ createLab }, { createResting }, { watchFailures }] = await Promise.all([import("./app/lab.js"), import("./app/resting.js"), import("./app/failures.js")]);
  const lab = createLab({ data, query });
  watchFailures((why) => lab.act.notice(text.hosts.broken(why)));
  lab.act.open();
  return { lab, resting: createResting(lab) };
}

/** Settled when the element can be shown as it is meant to look. @param {ShadowRoot} root @param {string[]} sheets */
const styled = (root, sheets) =>
  Promise.all(
    sheets.map(
      (path) =>
        new Promise((done) => {
          const link = h("link", { rel: "stylesheet", href: here(path) });
          link.onload = link.onerror = done;
          setTimeout(done, STYLE_MS);
          root.append(link);
        }),
    ),
  );

class TabgradLab extends HTMLElement {
  /** What the attributes ask, as the address would. @type {[string, string][]} */
  #keys = [];
  /** Takes an open section out of the page again. @type {(() => void)|null} */
  #leave = null;
  /** Whether it was taken out while it was open. */
  #away = false;

  connectedCallback() {
    if (this.shadowRoot) {
      if (this.#away) void this.#come(this.shadowRoot);
      return;
    }
    const root = this.attachShadow({ mode: "open" });
    this.#keys = [...this.attributes].filter(({ name }) => !COMMON.includes(name)).map(({ name, value }) => [name, value]);
    const section = this.getAttribute("section") ?? "";
    const words = text.element;
    const known = Object.hasOwn(text.sections, section);
    const open = h("button", { type: "button", class: "primary", onclick: () => void this.#open(root, open, box) }, words.open);
    const box = h(
      "div",
      { class: "element-poster" },
      h("p", { class: "element-name" }, text.masthead.name),
      h("p", { class: known ? "element-title" : "alarm" }, known ? text.sections[section] : words.unknown(section, Object.keys(text.sections))),
      known ? h("p", { class: "soft" }, words.promise) : null,
      known ? open : null,
    );
    void styled(root, POSTER).then(() => root.append(box));
  }

  disconnectedCallback() {
    // An element that is only moved is back at once.
    queueMicrotask(() => {
      if (this.isConnected || !this.#leave) return;
      this.#leave();
      this.#leave = null;
      this.#away = true;
    });
  }

  /** @param {ShadowRoot} root */
  async #come(root) {
    this.#away = false;
    await this.#mount(root).catch((thrown) => root.append(this.#trouble(sentence(thrown))));
  }

  /** @param {string} why */
  #trouble(why) {
    return h("p", { class: "alarm", role: "alert" }, text.element.failed(why));
  }

  /** @param {ShadowRoot} root @param {HTMLButtonElement} button @param {HTMLElement} box */
  async #open(root, button, box) {
    button.disabled = true;
    button.textContent = text.element.opening;
    box.querySelector(".alarm")?.remove();
    try {
      // Of a document without an address of its own, `location` does not tell the origin.
      if (new URL(import.meta.url).origin === self.origin) await this.#mount(root);
      else root.append(...(await this.#frame()));
      box.remove();
    } catch (thrown) {
      button.disabled = false;
      button.textContent = text.element.open;
      // A script that did not come does not say why.
      const fault = await import("./app/diagnosis.js").then(({ findFault }) => findFault("lab.js", { later: "own" })).catch(() => null);
      box.append(this.#trouble(fault?.message ?? sentence(thrown)));
    }
  }

  #address() {
    const address = new URL("./index.html", import.meta.url);
    for (const [key, value] of this.#keys) address.searchParams.set(key, value);
    return address.href;
  }

  async #frame() {
    const { whenForbidden } = await import("./app/policy.js");
    const address = this.#address();
    const { origin } = new URL(address);
    const frame = h("iframe", { src: address, title: text.masthead.name, class: "element-frame", allow: "camera; clipboard-read; clipboard-write" });
    const note = h("p", { class: "element-note soft small" }, h("a", { href: address, target: "_blank", rel: "noopener" }, text.hosts.frame(address)));
    whenForbidden([address, origin], () => note.replaceChildren(h("span", { class: "alarm", role: "alert" }, text.hosts.frameForbidden(origin))));
    const grow = (/** @type {MessageEvent} */ { source, data }) => {
      if (source === frame.contentWindow && data?.type === "tabgrad-height" && Number.isFinite(data.height)) frame.style.height = `${Math.min(Math.max(data.height, 160), 20_000)}px`;
    };
    addEventListener("message", grow);
    return [frame, note];
  }

  /** @param {ShadowRoot} root */
  async #mount(root) {
    const [{ mount }, { sections }, notices, { toldOf }, { reloadAll }, { namesIn, restrict }, { followNews }, { shownName }] = await Promise.all([
      import("./components/mount.js"), import("./sections/all.js"), import("./components/notices.js"), import("./app/state.js"),
      import("./app/diagnosis.js"), import("./components/restrict.js"), import("./app/run-news.js"), import("./app/names.js"), styled(root, SECTION),
    ]);
    const query = new URLSearchParams(this.#keys).toString();
    const { only, data, spec, hide, lock, asked } = readAddress(query, sections.map(({ name }) => name));
    const section = sections.find(({ name }) => name === only);
    if (!section) throw new Error(text.element.unknown(this.getAttribute("section") ?? "", sections.map(({ name }) => name)));
    // Relative to the page that embeds, like any address in it, and wherever its author says.
    const { folder, refused } = dataFolder(data, document.baseURI, null);
    const ofLab = new URLSearchParams(this.#keys.filter(([key]) => OF_LAB.includes(key))).toString();
    const name = JSON.stringify([folder, ofLab]);
    const opening = labs.get(name) ?? openLab(folder, ofLab);
    labs.set(name, opening);
    const { lab, resting } = await opening.catch((thrown) => {
      labs.delete(name);
      throw thrown;
    });
    if (refused !== null) lab.act.notice(text.hosts.dataNowhere(refused));
    for (const words of strayWords(query, sections)) lab.act.notice(words);
    if (!this.isConnected) return void (this.#away = true);

    // Before the section settles on a model.
    if (spec !== null) void lab.act.models.openAsked(spec, document.baseURI, section.name === "train");
    const told = h("div", {});
    const place = h("div", { class: "element-section" });
    const show = notices.create(told, {
      onDismiss: lab.act.dismiss, onRestart: () => lab.act.reopen(), onReload: () => void reloadAll("lab.js"), onRetry: lab.act.retry, address: this.#address(),
    });
    const tell = () => show(toldOf(lab.get()));
    root.append(told, place);
    const mounted = mount(lab, place, section, asked[section.name]);
    for (const { name, has } of restrict([mounted], { hide: namesIn(hide), lock: namesIn(lock) })) lab.act.notice(text.errors.unknownPart(shownName(name), has));
    const hush = lab.subscribe(tell);
    const endNews = followNews(lab, (news) => {
      if (news.section === section.name) this.dispatchEvent(new CustomEvent(news.type, { detail: news, bubbles: true, composed: true }));
    });
    tell();
    const presence = resting.join(section.name);
    const sight = new IntersectionObserver((entries) => presence.see(/** @type {IntersectionObserverEntry} */ (entries.at(-1)).isIntersecting));
    sight.observe(this);
    this.#leave = () => {
      // It comes back with the settings that it was left with.
      const left = mounted.address();
      const known = mounted.keys.map((key) => key.toLowerCase());
      this.#keys = [...this.#keys.filter(([key]) => !known.includes(key.toLowerCase())), ...Object.entries(left)];
      sight.disconnect();
      presence.leave();
      hush();
      endNews();
      mounted.unmount();
      told.remove();
      place.remove();
    };
  }
}

if (!customElements.get("tabgrad-lab")) customElements.define("tabgrad-lab", TabgradLab);
