// What is done about a model that the visitor brings, in a file or by the page's address: it is read by the
// wasm module and stands among the others, or a sentence says why not.

import { readSpec } from "./spec-source.js";
import { isOpened } from "./models.js";
import { sentence } from "../protocol.js";
import { text } from "../strings.js";

/** @import { createClient } from "./client.js" */
/** @import { Event, State } from "./state.js" */

/**
 * @param {{get: () => State, dispatch: (event: Event) => void}} store
 * @param {Pick<ReturnType<typeof createClient>, "ask">} client
 */
export function createModelActions({ get, dispatch }, client) {
  /** Counts what was asked for: of two, the later one holds. */
  let asked = 0;

  /** @param {string|null} source  what leads back to it @param {() => Promise<string>} read */
  async function open(source, read) {
    const mine = (asked += 1);
    dispatch({ type: "model-asked", source });
    try {
      const model = await client.ask({ type: "read-model", text: await read() });
      if (get().models.some((other) => other.name === model.name && !isOpened(other))) throw new Error(text.model.nameTaken(model.name));
      if (mine === asked) dispatch({ type: "model-opened", model });
    } catch (thrown) {
      if (mine === asked) dispatch({ type: "model-refused", message: sentence(thrown) });
    }
  }

  return {
    /** Opens what the address asks for: JSON, or a path of this site. @param {string} source
     * @param {string} base  what a path is relative to
     * @param {boolean} shown  whether the section is there that says why it could not be */
    async openAsked(source, base, shown) {
      await open(source, () => readSpec(source, base));
      const { error } = get().opening;
      if (error !== null && !shown) dispatch({ type: "notice", message: error });
    },
    /** @param {File} file */
    openFile: (file) => open(null, () => readSpec(file)),
    /** The visitor chose another model: what was refused is of no concern any more. */
    leave() {
      asked += 1;
      dispatch({ type: "model-left" });
    },
  };
}
