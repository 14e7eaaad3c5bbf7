// What can be wrong with storage: it is full, or this browser keeps nothing. Told apart by the error's name.

import { text } from "../../strings.js";

/** @param {string} name @param {string} message */
export const failure = (name, message) => Object.assign(new Error(message), { name });

/** @param {unknown} thrown @param {string} name */
export const isNamed = (thrown, name) => thrown instanceof Error && thrown.name === name;

/** That there is no more room. */
export const full = () => failure("QuotaExceededError", text.storage.full);

/** Whether something could not be written because there is no more room: ours or the browser's error.
 * @param {unknown} thrown */
export const isFull = (thrown) => isNamed(thrown, "QuotaExceededError");

/** That this browser keeps nothing for this page. @param {string} message */
export const closed = (message) => failure("StorageClosed", message);

/** Whether this browser keeps nothing for this page, now or later. @param {unknown} thrown */
export const isClosed = (thrown) => isNamed(thrown, "StorageClosed");
