// The page's composition root: the lab, its sections in the order of the page, and the address that
// holds their settings.

import { dataFolder, readAddress, strayWords, writeAddress } from "./app/address.js";
import { reloadAll } from "./app/diagnosis.js";
import { watchFailures } from "./app/failures.js";
import { tellParent } from "./app/framed.js";
import { createLab } from "./app/lab.js";
import { shownName } from "./app/names.js";
import { nameIn } from "./app/run-names.js";
import { isActive, progress } from "./app/run.js";
import { toldOf } from "./app/state.js";
import * as bar from "./components/bar.js";
import { oncePerFrame } from "./components/frame.js";
import { mount } from "./components/mount.js";
import * as notices from "./components/notices.js";
import * as places from "./components/places.js";
import { namesIn, restrict } from "./components/restrict.js";
import { language } from "./language.js";
import { sentence } from "./protocol.js";
import { sections } from "./sections/all.js";
import { text } from "./strings.js";

for (const element of document.querySelectorAll("[data-text]")) {
  const path = element.getAttribute("data-text")?.split(".") ?? [];
  element.textContent = path.reduce((at, key) => /** @type {any} */ (at)[key], /** @type {any} */ (text));
}

/** The section that is open where the address names none: the one in which a press trains a network. */
const OPENING = "train";

const place = (/** @type {string} */ id) => {
  const found = document.getElementById(id);
  // An index.html of another version than this script.
  if (!found) throw new Error(text.hosts.mixed(["index.html"]));
  return found;
};

const { only, data, spec, hide, lock, asked } = readAddress(location.search, sections.map(({ name }) => name));
const { folder, refused, why } = dataFolder(data, document.baseURI, self.origin);
const lab = createLab({ data: folder, query: location.search });
watchFailures((why) => lab.act.notice(text.hosts.broken(why)));
if (refused !== null) lab.act.notice(why === "elsewhere" ? text.hosts.dataElsewhere(refused) : text.hosts.dataNowhere(refused));

for (const words of strayWords(location.search, sections)) lab.act.notice(words);

/** What the page shows beside its sections. */
const showNotices = notices.create(place("notices"), {
  onDismiss: lab.act.dismiss, onRestart: () => lab.act.reopen(), onReload: () => void reloadAll("main.js"), onRetry: lab.act.retry, address: location.href,
});
const hidden = namesIn(hide);
const mounted = sections
  .filter(({ name }) => (only === null ? !hidden.includes(name) : name === only))
  .flatMap((section) => {
    try {
      return [mount(lab, place("sections"), section, asked[section.name])];
    } catch (thrown) {
      lab.act.notice(text.hosts.brokenView(section.words.heading, sentence(thrown)));
      return [];
    }
  });

/** The current run, and those that wait behind it: or the next of them would start. */
function stopAll() {
  const { active, queue } = lab.get();
  void lab.act.cancel([...queue.map(({ run }) => run), ...(active === null ? [] : [active])]);
}

const topBar = bar.create(place("bar"), { sections: mounted, onPause: lab.act.pause, onResume: lab.act.resume, onStop: stopAll });

/** @param {import("./app/state.js").State} state */
function running(state) {
  const { runs, active, queue } = state;
  const run = active === null ? null : runs[active];
  if (!run || !isActive(run)) return null;
  const at = progress(run);
  return { label: nameIn(state, run), paused: run.status === "paused", share: at.runShare, secondsLeft: at.secondsLeft, waiting: queue.length };
}

function draw() {
  const state = lab.get();
  showNotices(toldOf(state));
  topBar.render({ running: running(state) });
}
lab.subscribe(oncePerFrame(draw));
draw();
places.create(mounted, OPENING, (name) => {
  topBar.mark(name);
  document.body.toggleAttribute("data-opening", name === OPENING);
});

function updateAddress() {
  // Before the models are known, what the address asks for is not yet understood.
  if (lab.get().models.length === 0) return;
  const query = writeAddress(location.search, mounted.map(({ name, keys, address }) => ({ name, keys, asked: address() })));
  if (query !== location.search) history.replaceState(null, "", (query || location.pathname) + location.hash);
}
for (const section of mounted) section.subscribe(updateAddress);

const parts = hidden.filter((name) => !sections.some((section) => section.name === name));
for (const { name, has } of restrict(mounted, { hide: parts, lock: namesIn(lock) })) lab.act.notice(text.errors.unknownPart(shownName(name), has));
tellParent(lab);

// boot.js had only the word of the address for it.
document.documentElement.toggleAttribute("data-only", only !== null);
document.documentElement.lang = language;
// What index.html says of a page that does not start is no longer so.
place("boot").hidden = true;
lab.act.open();
if (spec !== null) void lab.act.models.openAsked(spec, document.baseURI, mounted.some(({ name }) => name === "train"));
