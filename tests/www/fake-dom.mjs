// A document of stand-ins, as much of one as the page's views need: elements in a tree with attributes, listeners
// and a focus, which an element loses when it goes out of use or out of sight, as in a browser.

class FakeElement {
  constructor(tag) {
    Object.assign(this, { tagName: tag.toUpperCase(), children: [], parent: null, attributes: new Map(), listeners: new Map(), value: "", words: "", dataset: {}, style: {} });
    this.classList = { toggle: () => {}, add: () => {}, remove: () => {} };
  }
  setAttribute(name, value) {
    this.attributes.set(name, String(value));
    if (name === "id" || name === "value") this[name] = String(value);
  }
  getAttribute(name) { return this.attributes.get(name) ?? null; }
  hasAttribute(name) { return this.attributes.has(name); }
  removeAttribute(name) { this.attributes.delete(name); }
  toggleAttribute(name, on = !this.attributes.has(name)) { on ? this.attributes.set(name, "") : this.attributes.delete(name); }
  addEventListener(type, listener) { this.listeners.set(type, [...(this.listeners.get(type) ?? []), listener]); }
  append(...nodes) {
    for (const node of nodes) {
      const child = typeof node === "string" ? Object.assign(new FakeElement("#text"), { words: node }) : node;
      child.parent = this;
      this.children.push(child);
    }
  }
  appendChild(node) { this.append(node); return node; }
  replaceChildren(...nodes) { this.children = []; this.words = ""; this.append(...nodes); }
  get textContent() { return this.words + this.children.map(({ textContent }) => textContent).join(""); }
  set textContent(words) { this.children = []; this.words = words; }
  get all() { return this.children.flatMap((child) => [child, ...child.all]); }
  querySelectorAll(selector) { return this.all.filter((one) => one.matches(selector)); }
  querySelector(selector) { return this.querySelectorAll(selector)[0] ?? null; }
  matches(selector) { return selector.startsWith("#") ? this.id === selector.slice(1) : this.tagName === selector.toUpperCase(); }
  getContext() { return null; }
  getRootNode() { return document; }
  get isHidden() { return this.hidden === true || (this.parent?.isHidden ?? false); }
  get isOut() { return this.disabled === true || this.isHidden; }
  focus() {
    const before = document.focused;
    if (this.isOut || before === this) return;
    document.focused = this;
    before?.fire("blur");
  }
  /** As an event of the browser's. */
  fire(type, more = {}) {
    let prevented = false;
    for (const listener of this.listeners.get(type) ?? []) listener({ target: this, type, preventDefault: () => void (prevented = true), ...more });
    return !prevented;
  }
  /** As by Enter or a pointer: nothing, where the element is out of use. */
  press() { if (!this.isOut) this.fire("click"); }
  /** As by Enter, which a keyboard says again and again while it is held. */
  enter(repeat = false) { if (!this.isOut && this.fire("keydown", { key: "Enter", repeat })) this.fire("click"); }
}

/** The body, which has the focus when no element has. */
const body = new FakeElement("body");
const document = {
  body,
  focused: null,
  /** The browser takes the focus from what is out of use or out of sight at the next drawing. */
  get activeElement() { return this.focused && !this.focused.isOut ? this.focused : body; },
  createElement: (tag) => new FakeElement(tag),
  createElementNS: (_, tag) => new FakeElement(tag),
};

globalThis.document = document;

/** An empty container; nothing has the focus. */
export function container() {
  document.focused = null;
  return new FakeElement("div");
}

/** The element that has the focus. */
export const focused = () => document.activeElement;
