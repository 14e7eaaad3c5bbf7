// The frame of a stage: the way to the one before and the next, what it is called, and what is to be
// seen in it. The figures below are other views.

import { h, say } from "../../components/dom.js";
import { text } from "../../strings.js";

/**
 * @param {HTMLElement} container
 * @param {{onPrevious: () => void, onNext: () => void, section: HTMLElement}} options  `section`: where
 *   the arrow keys hold
 */
export function create(container, { onPrevious, onNext, section }) {
  const words = text.lesson;
  const previous = h("button", { type: "button", class: "quiet", id: "lesson-previous", onclick: onPrevious }, words.previous);
  const next = h("button", { type: "button", class: "primary", id: "lesson-next", onclick: onNext }, words.next);
  const place = h("span", { class: "soft small numbers" });
  const kicker = h("p", { class: "soft small lesson-kicker" });
  const title = h("h3", { id: "lesson-title" });
  const prose = h("p", { class: "lesson-prose-main" });
  const spoken = h("p", { class: "unseen", role: "status" });
  const waiting = h("p", { class: "soft lesson-waiting" }, words.waiting);
  const head = h("div", {},
    h("div", { class: "row lesson-way" }, previous, next, place, h("span", { class: "soft small lesson-keys" }, words.keys)),
    kicker, title, prose, spoken);
  container.append(waiting, head);
  let there = false;

  section.addEventListener("keydown", (event) => {
    // Shadow roots and frames retell the target; the path has the one that was meant.
    const from = /** @type {HTMLElement|undefined} */ (event.composedPath()[0]);
    if (!there || event.defaultPrevented || event.altKey || event.ctrlKey || event.metaKey || from?.matches("input, select")) return;
    if (event.key === "ArrowLeft") onPrevious();
    else if (event.key === "ArrowRight") onNext();
    else return;
    event.preventDefault();
  });

  /** @param {{there: boolean, stage: number, count: number, kicker: string, title: string, prose: string}} props */
  return function render(props) {
    const root = /** @type {Document|ShadowRoot} */ (container.getRootNode());
    there = props.there;
    waiting.hidden = props.there;
    head.hidden = !props.there;
    if (!props.there) return;
    const focused = root.activeElement;
    previous.disabled = props.stage === 0;
    next.disabled = props.stage === props.count - 1;
    // A button that goes out of use under the visitor's fingers hands the focus on.
    if (focused === previous && previous.disabled) next.focus();
    if (focused === next && next.disabled) previous.focus();
    const where = words.place(props.stage + 1, props.count);
    say(place, where);
    say(kicker, props.kicker);
    say(title, props.title);
    say(prose, props.prose);
    say(spoken, `${props.title}, ${where}`);
  };
}
