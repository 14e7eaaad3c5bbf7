// The element <tabgrad-lab section="studio" preset="cae" epochs="5">: a section inside another
// page. Its attributes are the keys of the page's address. It is a picture of itself until it is
// clicked, then loads the trainer; all elements of a page share one lab, and so one worker. A page of
// another site may not start our worker, so there the element is a frame around the page.

import { readAddress } from "./app/address.js";
import { h } from "./components/dom.js";
import { text } from "./strings.js";

/** @import { Lab } from "./app/lab.js" */

const here = (/** @type {string} */ path) => new URL(path, import.meta.url).href;

/** What the poster needs, and what an open section needs. */
const POSTER = ["styles/style.css", "styles/element.css"];
const SECTION = ["styles/all.css"];

/** The page's labs by the address of their pictures: most pages have one.
 * @type {Map<string|null, Promise<Lab>>} */
const labs = new Map();

/** @param {string|null} data */
async function openLab(data) {
  const { createLab } = await import("./app/lab.js");
  const lab = createLab({ data, query: "" });
  lab.act.open();
  return lab;
}

/** Settled when the element can be shown as it is meant to look. @param {ShadowRoot} root @param {string[]} sheets */
const styled = (root, sheets) =>
  Promise.all(
    sheets.map(
      (path) =>
        new Promise((done) => {
          const link = h("link", { rel: "stylesheet", href: here(path) });
          link.onload = link.onerror = done;
          root.append(link);
        }),
    ),
  );

class TabgradLab extends HTMLElement {
  /** What the attributes ask, as the address would. @type {[string, string][]} */
  #keys = [];

  connectedCallback() {
    if (this.shadowRoot) return;
    const root = this.attachShadow({ mode: "open" });
    this.#keys = [...this.attributes].filter(({ name }) => !["class", "id", "style", "slot", "hidden"].includes(name)).map(({ name, value }) => [name, value]);
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

  /** @param {ShadowRoot} root @param {HTMLButtonElement} button @param {HTMLElement} box */
  async #open(root, button, box) {
    button.disabled = true;
    button.textContent = text.element.opening;
    try {
      if (new URL(import.meta.url).origin === location.origin) await this.#mount(root);
      else root.append(this.#frame());
      box.remove();
    } catch (thrown) {
      button.disabled = false;
      button.textContent = text.element.open;
      box.append(h("p", { class: "alarm", role: "alert" }, text.element.failed(thrown instanceof Error ? thrown.message : String(thrown))));
    }
  }

  #frame() {
    const address = new URL("./index.html", import.meta.url);
    for (const [key, value] of this.#keys) address.searchParams.set(key, value);
    return h("iframe", { src: address.href, title: text.masthead.name, class: "element-frame" });
  }

  /** @param {ShadowRoot} root */
  async #mount(root) {
    const [{ mount }, { sections }, notices] = await Promise.all([
      import("./components/mount.js"), import("./sections/all.js"), import("./components/notices.js"), styled(root, SECTION),
    ]);
    const query = new URLSearchParams(this.#keys).toString();
    const { only, data, asked } = readAddress(query, sections.map(({ name }) => name));
    const section = sections.find(({ name }) => name === only);
    if (!section) throw new Error(text.element.unknown(this.getAttribute("section") ?? "", sections.map(({ name }) => name)));
    // Relative to the page that embeds, like any address in it.
    const folder = data === null ? null : new URL(data, document.baseURI).href;
    const opening = labs.get(folder) ?? openLab(folder);
    labs.set(folder, opening);
    const lab = await opening;

    const told = h("div", {});
    const place = h("div", { class: "element-section" });
    const show = notices.create(told, { onDismiss: lab.act.dismiss, onRestart: () => lab.act.reopen() });
    const tell = () => {
      const { fault, faultOfGpu, notices } = lab.get();
      show({ fault, faultOfGpu, notices });
    };
    root.append(told, place);
    mount(lab, place, section, asked[section.name]);
    lab.subscribe(tell);
    tell();
    this.#restOutOfSight(lab, section.name);
  }

  /** A run that nobody can see rests, and goes on when it is in sight again.
   * @param {Lab} lab @param {string} group */
  #restOutOfSight(lab, group) {
    let resting = false;
    new IntersectionObserver(([{ isIntersecting }]) => {
      const { active, runs } = lab.get();
      const run = active === null ? null : runs[active];
      if (run?.group !== group) return;
      if (!isIntersecting && run.status === "running") {
        resting = true;
        void lab.act.pause();
      } else if (isIntersecting && resting && run.status === "paused") {
        resting = false;
        void lab.act.resume();
      }
    }).observe(this);
  }
}

if (!customElements.get("tabgrad-lab")) customElements.define("tabgrad-lab", TabgradLab);
