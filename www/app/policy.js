// What a Content-Security-Policy has kept this page or worker from. The browser tells it in an event beside the
// error, which itself says nothing.

/** The directive by what it has blocked: an address, or a word such as `wasm-eval`. @type {Map<string, string>} */
const blocked = new Map();

/** Without what stands behind a question mark. @param {string} what */
const bare = (what) => what.split(/[?#]/)[0];

globalThis.addEventListener?.("securitypolicyviolation", (event) => {
  const { blockedURI, effectiveDirective, disposition } = /** @type {SecurityPolicyViolationEvent} */ (event);
  if (disposition === "enforce") blocked.set(bare(blockedURI), effectiveDirective);
});

/** The event may come after the error. */
const turn = () => new Promise((resolve) => setTimeout(resolve, 50));

/** The directive that has forbidden `what`, if one has. @param {string} what @returns {Promise<string|null>} */
export async function forbiddenBy(what) {
  if (!blocked.has(bare(what))) await turn();
  return blocked.get(bare(what)) ?? null;
}
