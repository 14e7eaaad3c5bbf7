// What the page says about where it is served and shown: servers, frames, policies, browsers.

/** Some paths, and how many there are besides. @param {string[]} paths */
const some = (paths) => (paths.length > 3 ? `${paths.slice(0, 3).join(", ")} and ${paths.length - 3} more` : paths.join(", "));

export const hosts = {
  silent: (/** @type {string} */ path) => `${path} did not answer. Check the connection and try again.`,
  silentElsewhere: (/** @type {string} */ address) =>
    `${address} did not answer, or its server does not let this site read it: then it has to send the header Access-Control-Allow-Origin.`,
  refused: (/** @type {string} */ path, /** @type {number} */ status) =>
    `The server answered ${status} for ${path}. Check that the whole folder of the page is on the server.`,
  webPage: (/** @type {string} */ path) =>
    `The server sent a web page instead of ${path}. The file is missing there, or one has to log in first.`,
  wrongType: (/** @type {string} */ path, /** @type {string} */ type) =>
    `The server sends ${path} as “${type}”, and browsers run only text/javascript. Whoever runs the server sets that type for files that end in .js.`,
  mixed: (/** @type {string[]} */ paths) =>
    `Parts of this page are of different versions; reload it without the cache. ${paths.length > 0 ? `What does not fit: ${some(paths)}.` : ""}`.trim(),
  policy: (/** @type {string} */ directive, /** @type {string} */ needed) =>
    `The Content-Security-Policy of this site forbids what the page needs: ${directive} has to allow ${needed}.`,
  trustedTypes:
    "This page allows Trusted Types policies by name, and none that is called “tabgrad”. Whoever runs the site adds that name to trusted-types in its Content-Security-Policy.",
  closedFrame:
    "This page is closed in by a sandbox that gives it no origin, and so the browser starts no worker for it. Whoever made the frame writes allow-scripts and allow-same-origin into its sandbox attribute, or leaves the attribute out.",
  noWorkers: "This browser starts no workers for this page, and training needs one. Use another browser.",
  noWasm:
    "WebAssembly is switched off in this browser, as in Lockdown Mode or by a security setting. Allow it for this site, or use another browser.",
  noSimd: "This browser is too old: its WebAssembly has no SIMD. Use Chrome or Edge from 91, Firefox from 89 or Safari from 16.4.",
  damaged: (/** @type {string} */ path, /** @type {string} */ why) =>
    `${path} is damaged or incomplete (${why}). Reload the page without the cache; if that does not help, put it on the server again.`,
  notStarted: (/** @type {string} */ why) => `The worker that trains did not start (${why}).`,
  noPackages: (/** @type {string} */ why) => `Which faster builds there are is not known, so the plain one trains. ${why}`,
  dataElsewhere: (/** @type {string} */ address) =>
    `The address asks for pictures from ${address}. A link may not send this page to another site, so its own pictures are used. Put that folder beside the page.`,
  dataNowhere: (/** @type {string} */ given) => `“${given}” is no address of a folder, so the page’s own pictures are used.`,
  broken: (/** @type {string} */ why) =>
    `Something in this page went wrong (${why}). Its other parts go on; reload it if something is missing.`,
  brokenView: (/** @type {string} */ heading, /** @type {string} */ why) =>
    `A part of “${heading}” could not be shown (${why}). The rest goes on; reload the page to try again.`,
  frame: (/** @type {string} */ address) => `If nothing is shown here, open ${address} in a window of its own.`,
  frameForbidden: (/** @type {string} */ site) =>
    `This page’s Content-Security-Policy shows no frame from ${site}. Whoever runs the page adds that site to frame-src.`,
};
