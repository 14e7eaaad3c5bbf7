// How the network did on all test pictures, in a sentence, and the button that asks it.

import { integer, percent, wholePercent } from "../../format.js";
import { text } from "../../strings.js";
import { h, say } from "../../components/dom.js";

/** @import { Judgement } from "./verdicts.js" */

/** @param {HTMLElement} container @param {{onJudge: () => void}} options */
export function create(container, { onJudge }) {
  const words = text.learned.verdict;
  const sentence = h("p", { role: "status", id: "learned-verdict" });
  const judge = h("button", { type: "button", class: "primary", id: "learned-judge", onclick: onJudge }, words.judge);
  const error = h("p", { class: "alarm", role: "alert" });
  container.append(h("h3", {}, words.heading), sentence, judge, error);

  /** @param {{judgement: Judgement|null, judging: boolean, open: boolean, classifier: boolean, busy: boolean, error: string|null}} props */
  return function render({ judgement, judging, open, classifier, busy, error: why }) {
    container.classList.add("learned-verdict");
    // Nothing below has anything to say before there are verdicts, or ever will for an autoencoder.
    container.toggleAttribute("data-none", judgement === null && !judging);
    judge.hidden = !open || !classifier || judgement !== null;
    judge.disabled = judging;
    say(error, why ?? "");
    error.hidden = why === null;
    if (!classifier) return say(sentence, words.notForAutoencoders);
    if (judging) return say(sentence, words.judging);
    if (!judgement) return say(sentence, !open ? words.waiting : busy ? words.busy : words.notYet);
    const { right, count, sureness, classes } = judgement;
    const share = right / count;
    const gap = sureness - share;
    const told = gap > 0.03 ? words.overconfident : gap < -0.03 ? words.modest : words.calibrated;
    say(sentence, `${words.told(integer(right), integer(count), percent(share), wholePercent(1 / classes))} ${told(wholePercent(sureness), wholePercent(share))}`);
  };
}
