// Presses that come at once, by touch or by keyboard, what a reload leaves to go on with, and what the address asks for.

import assert from "node:assert/strict";
import { both } from "./both.mjs";
import { url } from "./address.mjs";

/** The sections that train: their main button and their field of epochs. */
const trains = [["train", "#run", "#setting-epochs"], ["cnns", "#cnns-start", "#cnns-epochs"], ["studio", "#studio-start", "#studio-epochs"], ["stacked", "#stacked-run", "#stacked-epochs"]];
const usable = ":enabled:not([aria-disabled])";
const isOn = (selector) => document.querySelector(selector)?.textContent === "Pause";

for (const [section, start, epochs] of trains) {
  both(`${section}: a start uses what is typed, though the field has not been left, and keeps the focus`, async ({ page, wait, evaluate, press, says }) => {
    await page.goto(`${url}?section=${section}${section === "cnns" ? "&models=cnn-max-2" : ""}`);
    await wait(start + usable);
    await evaluate(([field, button]) => {
      const control = document.querySelector(field);
      control.focus();
      control.value = "37";
      control.dispatchEvent(new Event("input", { bubbles: true }));
      document.querySelector(button).focus();
      // What has the focus at every drawing from now on.
      globalThis.held = [];
      const look = () => {
        globalThis.held.push(document.activeElement?.id ?? "");
        requestAnimationFrame(look);
      };
      look();
    }, [epochs, start]);
    await press("Enter");
    await wait(isOn, start);
    await says(`#${section}`, "of 37");
    const held = new Set(await evaluate(() => globalThis.held));
    assert.deepEqual([...held], [start.slice(1)]);
    await press("Enter");
    await wait((s) => document.querySelector(s)?.textContent === "Resume", start);
  });

  both(`${section}: a run that a reload interrupts is offered again where it was started, and goes on`, async ({ page, wait, click, says, reload }) => {
    await page.goto(`${url}?section=${section}&epochs=60${section === "cnns" ? "&models=cnn-max-2" : ""}`);
    await wait(start + usable);
    await click(start);
    await wait(isOn, start);
    // The end of an epoch is kept.
    await says(`#${section}`, section === "stacked" || section === "cnns" ? "epoch 2 of 60" : "Epoch 2 of 60");
    await reload();
    const goOn = { train: "#go-on", studio: "#studio-go-on", stacked: "#stacked-go-on", cnns: `${start}${usable}` }[section];
    if (section === "cnns") {
      await says("#cnns-status", "was cut off in epoch");
      await says(start, "Continue");
    } else await says(`#${section}`, "Interrupted when its page went away");
    await wait(`${goOn}:not([hidden])`);
    await click(goOn);
    await wait(isOn, start);
  });
}

both("a page of one section is that section alone, and what it cannot do is told", async ({ page, wait, evaluate, says }) => {
  await page.goto(`${url}?section=cnns&model=zzz`);
  await wait(`#cnns-start${usable}`);
  await says("#notices", "“cnns” has no such setting");
  const { masthead, top } = await evaluate(() => ({
    masthead: document.querySelector(".masthead").getBoundingClientRect().height, top: document.querySelector("#sections").getBoundingClientRect().top,
  }));
  assert.ok(masthead <= 1, `the masthead takes ${masthead} pixels`);
  assert.ok(top < 250, `the section begins at ${top}, with a notice above it`);
  for (const section of ["train", "studio", "lesson"]) {
    await page.goto(`${url}?section=${section}&model=zzz`);
    await says("#notices", "zzz");
  }
  await page.goto(`${url}?section=zzz`);
  await says("#notices", "the section “zzz”, which does not exist");
  assert.ok((await evaluate(() => document.querySelector(".masthead").getBoundingClientRect().height)) > 40);
});
