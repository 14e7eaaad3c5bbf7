// How the network did on all test pictures, in a sentence, and the button that asks it.

import { integer, percent, wholePercent } from "../../format.js";
import { text } from "../../strings.js";
import { h, say } from "../../components/dom.js";
import { button, setUsable } from "../../components/usable.js";

/** @import { Evaluation } from "./predictions.js" */

/** @param {HTMLElement} container @param {{onEvaluate: () => void}} options */
export function create(container, { onEvaluate }) {
  const words = text.learned.evaluation;
  const sentence = h("p", { role: "status", id: "learned-verdict" });
  const evaluate = button({ class: "primary", id: "learned-judge" }, words.evaluate, onEvaluate);
  const error = h("p", { class: "alarm", role: "alert" });
  container.append(h("h3", {}, words.heading), sentence, evaluate, error);

  /** @param {{evaluation: Evaluation|null, evaluating: boolean, open: boolean, classifier: boolean, busy: boolean, error: string|null}} props */
  return function render({ evaluation, evaluating, open, classifier, busy, error: why }) {
    container.classList.add("learned-verdict");
    // Nothing below has anything to say before there are predictions, or ever will for an autoencoder.
    container.toggleAttribute("data-none", evaluation === null && !evaluating);
    evaluate.hidden = !open || !classifier || evaluation !== null;
    setUsable(evaluate, !evaluating);
    say(error, why ?? "");
    error.hidden = why === null;
    if (!classifier) return say(sentence, words.notForAutoencoders);
    if (evaluating) return say(sentence, words.evaluating);
    if (!evaluation) return say(sentence, !open ? words.waiting : busy ? words.busy : words.notYet);
    const { correct, count, meanConfidence, classes } = evaluation;
    if (count === 0) return say(sentence, words.noTest);
    if (classes < 2) return say(sentence, words.oneClass);
    const share = correct / count;
    const gap = meanConfidence - share;
    const told = gap > 0.03 ? words.overconfident : gap < -0.03 ? words.modest : words.calibrated;
    say(sentence, `${words.told(integer(correct), integer(count), percent(share), wholePercent(1 / classes))} ${told(wholePercent(meanConfidence), wholePercent(share))}`);
  };
}
