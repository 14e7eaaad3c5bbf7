// The page's composition root: the lab, its sections in the order of the page, and the address that
// holds their settings.

import { readAddress, writeAddress } from "./app/address.js";
import { createLab } from "./app/lab.js";
import { isActive, labelOf, progress } from "./app/run.js";
import * as bar from "./components/bar.js";
import { oncePerFrame } from "./components/frame.js";
import { mount } from "./components/mount.js";
import * as notices from "./components/notices.js";
import { sections } from "./sections/all.js";
import { text } from "./strings.js";

for (const element of document.querySelectorAll("[data-text]")) {
  const path = element.getAttribute("data-text")?.split(".") ?? [];
  element.textContent = path.reduce((at, key) => /** @type {any} */ (at)[key], /** @type {any} */ (text));
}

const place = (/** @type {string} */ id) => {
  const found = document.getElementById(id);
  if (!found) throw new Error(`index.html has no place named ${id}`);
  return found;
};

const { only, data, asked } = readAddress(location.search, sections.map(({ name }) => name));
const lab = createLab({ data, query: location.search });

/** What the page shows beside its sections. */
const showNotices = notices.create(place("notices"), { onDismiss: lab.act.dismiss, onRestart: () => lab.act.reopen() });
const mounted = sections
  .filter(({ name }) => only === null || name === only)
  .map((section) => mount(lab, place("sections"), section, asked[section.name]));

const showRun = bar.create(place("bar"), { sections: mounted, onPause: lab.act.pause, onResume: lab.act.resume, onStop: lab.act.stop });

/** @param {import("./app/state.js").State} state */
function running({ runs, active, queue }) {
  const run = active === null ? null : runs[active];
  if (!run || !isActive(run)) return null;
  const at = progress(run);
  return { label: labelOf(run), paused: run.status === "paused", share: at.runShare, secondsLeft: at.secondsLeft, waiting: queue.length };
}

function draw() {
  const state = lab.get();
  showNotices({ fault: state.fault, faultOfGpu: state.faultOfGpu, notices: state.notices });
  showRun({ running: running(state) });
}
lab.subscribe(oncePerFrame(draw));
draw();

function updateAddress() {
  // Before the models are known, what the address asks for is not yet understood.
  if (lab.get().models.length === 0) return;
  const query = writeAddress(location.search, mounted.map(({ name, keys, address }) => ({ name, keys, asked: address() })));
  if (query !== location.search) history.replaceState(null, "", (query || location.pathname) + location.hash);
}
for (const section of mounted) section.subscribe(updateAddress);

document.body.toggleAttribute("data-only", only !== null);
lab.act.open();
