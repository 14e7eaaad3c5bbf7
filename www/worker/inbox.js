// What the page says while this worker's modules are still loading: a module that waits for a language's words lets
// messages pass that nobody listens for yet. To be imported before all others.

/** @type {MessageEvent[]} */
const early = [];
/** @type {(event: MessageEvent) => unknown} */
let receiver = (event) => early.push(event);
self.addEventListener("message", (event) => receiver(event));

/** From now on `handler` gets every message, those that came before first.
 * @param {(event: MessageEvent) => unknown} handler */
export function receive(handler) {
  receiver = handler;
  for (const event of early.splice(0)) handler(event);
}
