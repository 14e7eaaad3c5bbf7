// The findings of a comparison in plain sentences, with their numbers. Pure.

import { text } from "../../strings.js";

/** @import { DepthFinding, Findings, Difference, PoolingFinding } from "./conclusion.js" */

const { conclusion: words, list } = text.cnns;

/** Less than this is told as 0.0 points. */
const SAME = 0.0005;
const LEVELS = /** @type {const} */ (["clear", "likely", "within"]);

/** @param {{depth: number}[]} findings */
const atDepths = (findings) => list(findings.map(({ depth }) => words.count(depth)));

/** Spreads in points, the unit once at the end. @param {Difference[]} compared */
const spreads = (compared) =>
  list(compared.map(({ spread }, i) => (i === compared.length - 1 ? words.points : words.bare)(spread ?? 0)));

/** @param {PoolingFinding[]} findings @param {number} depths  on offer */
function ahead(findings, depths) {
  const { max, average } = words.names;
  const ties = findings.filter(({ difference }) => Math.abs(difference) < SAME);
  const maxWins = findings.filter(({ difference }) => difference >= SAME);
  const averageWins = findings.filter(({ difference }) => difference <= -SAME);
  if (findings.length === 1) {
    const [{ depth, max: a, average: b }] = findings;
    if (ties.length > 0) return words.oneTie(depth, a);
    return maxWins.length > 0 ? words.onePair(depth, max, average, a, b) : words.onePair(depth, average, max, b, a);
  }
  if (ties.length === findings.length) return words.allTie;
  for (const [wins, winner, loser] of /** @type {const} */ ([[maxWins, max, average], [averageWins, average, max]]))
    if (wins.length === findings.length)
      return words.everywhere(winner, loser, list(wins.map(({ difference, depth }, i) => words.by(difference, depth, i === 0))), wins.length === depths);
  const clauses = /** @type {const} */ ([[maxWins, max], [averageWins, average]])
    .filter(([wins]) => wins.length > 0)
    .map(([wins, winner]) => words.wins(winner, atDepths(wins), list(wins.map(({ difference }) => words.bare(difference)))));
  if (ties.length > 0) clauses.push(words.ties(atDepths(ties)));
  return sentence(list(clauses));
}

/** @param {string} clauses */
const sentence = (clauses) => `${clauses[0].toUpperCase()}${clauses.slice(1)}.`;

/** How the differences stand beside the spread over seeds, or nothing where no spread is known.
 * @param {PoolingFinding[]} findings */
function beside(findings) {
  const known = findings.filter(({ level }) => level !== "unknown");
  const groups = LEVELS.map((level) => ({ level, found: known.filter((finding) => finding.level === level) })).filter(({ found }) => found.length > 0);
  if (groups.length === 0) return "";
  if (groups.length === 1 && known.length === findings.length) {
    const [{ level, found }] = groups;
    return (found.length === 1 ? words.that : words.each)(words.levels[level](spreads(found)));
  }
  return words.theDifference(groups.map(({ level, found }) => words.at(atDepths(found), words.levels[level](spreads(found)))).join("; "));
}

/** @param {DepthFinding} finding */
function onDepth({ pooling, scores, shape, best, from, to, difference, level, spread }) {
  const told = list(scores.map(({ accuracy, depth }, i) => words.score(accuracy, depth, i === 0)));
  const first = words.shapes[shape](words.names[pooling], told, best);
  if (level === "unknown" || shape === "flat") return first;
  // Where the shallowest is best, the deepest loses against it.
  const gain = best === to;
  return `${first} ${words.change(difference, from, to, gain, words.levels[level](words.points(spread ?? 0)))}`;
}

/** What depth does with both kinds of pooling, in one sentence where it does the same.
 * @param {DepthFinding[]} findings */
function onBoth(findings) {
  const [one, other] = findings;
  const alike = other && one.shape === "rises" && other.shape === "rises" && one.from === other.from && one.to === other.to && one.level === other.level;
  if (!alike) return findings.map(onDepth).join(" ");
  const each = findings.map(({ pooling, difference, scores }, i) =>
    words.gains(words.names[pooling], difference, scores[0].accuracy, scores[scores.length - 1].accuracy, i === 0),
  );
  const level = one.level === "unknown" ? "" : words.eachGain(words.levels[one.level](spreads(findings)));
  return words.bothRise(one.from, one.to, list(each), level);
}

/** Paragraphs, the most telling first. @param {Findings} findings @returns {string[]} */
export function sentences({ runs, depths, pooling, depth, seeds, guessing, paddingDiffers, sampling, few, rising }) {
  const unfinished = [
    runs.done < runs.planned - runs.diverged.length ? words.unfinished(runs.done, runs.planned) : "",
    runs.diverged.length > 0 ? words.diverged([...new Set(runs.diverged)]) : "",
  ].filter((part) => part !== "").join(" ");
  const compared = pooling.length + depth.length > 0;
  if (!compared) return [unfinished !== "" && runs.done + runs.diverged.length > 0 ? `${unfinished} ${words.nothing}` : words.nothing];
  const uncertain = sampling ? words.sampling(sampling.pictures, sampling.error) : "";
  if (guessing) return [unfinished, `${words.guessing(guessing.best, guessing.chance)} ${uncertain}`].filter((part) => part !== "");
  const levels = [...pooling, ...depth].map(({ level }) => level);
  const luck = seeds === 1 && levels.every((level) => level === "unknown") ? words.oneRun : levels.includes("unknown") ? words.someOneRun : "";
  return [
    unfinished,
    few !== null ? words.few(few) : rising.length > 0 ? words.rising(rising) : "",
    pooling.length > 0 ? `${ahead(pooling, depths)} ${beside(pooling)}` : "",
    depth.length > 0 ? [onBoth(depth), paddingDiffers ? words.padding : ""].join(" ") : "",
    [luck, uncertain].join(" "),
  ].map((part) => part.trim()).filter((part) => part !== "");
}
