// Which build the modules that run here are of. `cargo xtask` puts a line at the end of every script that it
// serves or writes, which notes the script's stamp in `globalThis.tabgradBuilds`, and a section with the same stamp at
// the end of every wasm file. Scripts of two builds in one page are left over in a cache or come from a host that is
// just being changed. Scripts that nobody stamped, as the sources, have no build and are compared with nothing.

/** The address that all paths are relative to. */
const ROOT = new URL("./", import.meta.url).href;
/** The section of a wasm file that holds its stamp. */
const SECTION = "tabgrad-build";

/** The stamps of the site's scripts that were loaded here, by path. @returns {Record<string, string>} */
export function builds() {
  /** @type {Map<string, string>} */
  const noted = /** @type {any} */ (globalThis).tabgradBuilds ?? new Map();
  // Another tabgrad in the same page is no concern of this one.
  return Object.fromEntries([...noted].filter(([url]) => url.startsWith(ROOT)).map(([url, stamp]) => [url.slice(ROOT.length).split("?")[0], stamp]));
}

/** The build that this very file is of; "" for a source. */
export const own = () => builds()["builds.js"] ?? "";

/** Paths whose build is not ours, of those that loaded a script of which no stamp could be missing.
 * @param {Record<string, string>} found  stamps by path @param {string[]} [needed]  paths that must be among them
 * @returns {string[]} */
export function strangers(found, needed = []) {
  const mine = own();
  const others = Object.keys(found).filter((path) => found[path] !== mine);
  const missing = mine === "" ? [] : needed.filter((path) => !Object.hasOwn(found, path));
  return [...new Set([...others, ...missing])].sort();
}

/** The stamp of a wasm module; "" where it has none. @param {WebAssembly.Module} module */
export function buildOf(module) {
  const [section] = WebAssembly.Module.customSections(module, SECTION);
  return section ? new TextDecoder().decode(section) : "";
}

/** Whether a script's text ends with our stamp, or needs none. @param {string} code */
export const isOurs = (code) => own() === "" || code.includes(`"${own()}"`);
