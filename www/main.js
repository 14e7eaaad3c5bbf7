// The page's composition root: the lab, its sections in the order of the page, and the address that
// holds their settings.

import { readAddress, writeAddress } from "./app/address.js";
import { createLab } from "./app/lab.js";
import { mount } from "./parts/mount.js";
import * as notices from "./parts/notices.js";
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

const showNotices = notices.create(place("notices"), { onDismiss: lab.act.dismiss, onRestart: () => lab.act.reopen() });
lab.subscribe(() => {
  const { fault, faultOfGpu, notices } = lab.get();
  showNotices({ fault, faultOfGpu, notices });
});

const mounted = sections
  .filter(({ name }) => only === null || name === only)
  .map((section) => mount(lab, place("sections"), section, asked[section.name]));

function settleAddress() {
  // Before the models are known, what the address asks for is not yet understood.
  if (lab.get().models.length === 0) return;
  const query = writeAddress(location.search, mounted.map(({ name, keys, address }) => ({ name, keys, asked: address() })));
  if (query !== location.search) history.replaceState(null, "", (query || location.pathname) + location.hash);
}
for (const section of mounted) section.subscribe(settleAddress);

document.body.toggleAttribute("data-only", only !== null);
lab.act.open();
