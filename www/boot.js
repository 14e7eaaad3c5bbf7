// Runs before any module, and where none does: says that the page is one section, and of the reasons in index.html
// for which the page may not have started, leaves the one that it finds. An old-fashioned script, since browsers run
// those as files and whatever their type. It imports nothing and says nothing itself: the words stand in index.html.

// A page of one section is one from the first drawing on: main.js, which knows whether there is that section, comes later.
document.documentElement.toggleAttribute("data-only", Boolean(new URLSearchParams(location.search).get("section")));

(() => {
  const box = () => document.getElementById("boot");
  /** What was found first stays. */
  let found = false;

  /** @param {string} reason  of those in index.html @param {string} [name]  of the file that is at fault */
  function show(reason, name) {
    const boot = box();
    if (found || !boot || boot.hidden) return;
    found = true;
    boot.setAttribute("data-found", reason);
    for (const line of boot.querySelectorAll("[data-reason]")) /** @type {HTMLElement} */ (line).hidden = line.getAttribute("data-reason") !== reason;
    if (name) for (const place of boot.querySelectorAll("[data-file]")) place.textContent = name;
  }

  /** The first script of the page that did not come as one. @param {string} name */
  async function look(name) {
    let response;
    try {
      response = await fetch(name);
    } catch {
      return show("missing", name);
    }
    if (!response.ok) return show("missing", name);
    const code = await response.text();
    if (/^\s*</.test(code)) return show("html", name);
    if (!/(java|ecma)script/i.test(response.headers.get("content-type") ?? "")) return show("type", name);
    // The script itself is well, so it is one that it imports.
    try {
      const { findFault } = await import("./app/diagnosis.js");
      const fault = await findFault(name);
      const line = box()?.querySelector("[data-reason=parts] [data-said]");
      if (fault && line) line.textContent = fault.message;
    } catch {
      // Then that one is at fault, or one beside it.
    }
    show("parts", name);
  }

  function failed() {
    if (location.protocol === "file:") show("file");
    else if (self.origin === "null") show("frame");
    else void look("main.js");
  }

  // A script that does not come is told at its element; one that breaks, at the window.
  addEventListener("error", ({ target }) => {
    if (target === window || target instanceof HTMLScriptElement) failed();
  }, true);
})();
