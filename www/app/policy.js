// What a Content-Security-Policy has kept this page or worker from. The browser tells it in an event beside the
// error, which itself says nothing.

/** The directive by what it has blocked: an address, or a word such as `wasm-eval`. @type {Map<string, string>} */
const blocked = new Map();

/** Without what stands behind a question mark. @param {string} what */
const bare = (what) => what.split(/[?#]/)[0];

/** Who waits to be told of what has been blocked. @type {Set<() => void>} */
const watchers = new Set();

globalThis.addEventListener?.("securitypolicyviolation", (event) => {
  const { blockedURI, effectiveDirective, disposition } = /** @type {SecurityPolicyViolationEvent} */ (event);
  if (disposition !== "enforce") return;
  blocked.set(bare(blockedURI), effectiveDirective);
  for (const watcher of watchers) watcher();
});

/** The event may come after the error. */
const turn = () => new Promise((resolve) => setTimeout(resolve, 50));

/** The directive that has forbidden `what`, if one has. @param {string} what @returns {Promise<string|null>} */
export async function forbiddenBy(what) {
  if (!blocked.has(bare(what))) await turn();
  return blocked.get(bare(what)) ?? null;
}

/** Calls `tell` once if any of `whats` is forbidden, now or later. What a policy keeps from a frame is not
 * told by the frame: in Firefox it has no `load`. @param {string[]} whats @param {() => void} tell */
export function whenForbidden(whats, tell) {
  const watcher = () => {
    if (!whats.some((what) => blocked.has(bare(what)))) return;
    watchers.delete(watcher);
    tell();
  };
  watchers.add(watcher);
  watcher();
}
