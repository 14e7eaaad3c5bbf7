// Starts a worker of ours. Where the page demands Trusted Types, the policy "tabgrad" vouches for the address of the
// worker, and for nothing else.

const ROOT = new URL("./", import.meta.url);
const POLICY = "tabgrad";

/** @type {{createScriptURL: (url: string) => unknown}|null|undefined} undefined until it was asked for */
let policy;

/** @param {string} url */
function vouched(url) {
  if (!url.startsWith(`${ROOT.href}worker/`)) throw new TypeError(`${url} is no worker of this page`);
  return url;
}

/** As a browser with Trusted Types wants it, or as it is. @param {string} url */
function trusted(url) {
  try {
    policy ??= /** @type {any} */ (globalThis).trustedTypes?.createPolicy(POLICY, { createScriptURL: vouched }) ?? null;
  } catch {
    // Forbidden by its name. That matters only where the page demands it, and then the start says so.
    policy = null;
  }
  return policy ? policy.createScriptURL(url) : vouched(url);
}

/** Throws where this page may start none. @param {string} path  in the site, with its query @returns {Worker} */
export const startWorker = (path) => new Worker(/** @type {any} */ (trusted(new URL(path, ROOT).href)), { type: "module" });
