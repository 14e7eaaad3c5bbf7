// A run on the page's own worker, trained a round at a time, inside a page. Self-contained, because
// it is sent there as text.

/**
 * @param {{base: string, model: string, batch: number, threads: number, epochs: number}} asked
 * @returns {Promise<void>}  when `globalThis.rounds` can be asked: `train` so many pictures, go on to
 *   the next `phase`
 */
export async function openRounds({ base, model, batch, threads, epochs }) {
  const { createClient } = await import(`${base}app/client.js`);
  /** @typedef {{least: number, since: number, pictures: number, milliseconds: number, loss: number, resolve: (told: any) => void}} Round */
  /** @type {Round|null} */
  let round = null;
  /** @type {(() => void)|null} told when a phase begins */
  let begun = null;
  let phases = 0;

  /** @param {any[]} events */
  function note(events) {
    const now = performance.now();
    if (events.some(({ type }) => type === "phase")) {
      phases += 1;
      begun?.();
      begun = null;
    }
    if (!round) return;
    if (events.some(({ type }) => type === "phase" || type === "finished"))
      return fail(new Error("The phase was over before its rounds. Ask for fewer --pictures or --rounds."));
    const steps = events.filter(({ type }) => type === "step");
    // What has validation in it is no measure of training.
    if (steps.length === events.length) {
      round.pictures += steps.reduce((sum, { pictures }) => sum + pictures, 0);
      round.milliseconds += now - round.since;
      round.loss = steps.at(-1)?.loss ?? round.loss;
    }
    round.since = now;
    if (round.pictures < round.least) return;
    const { resolve, pictures, milliseconds, loss } = round;
    round = null;
    client.ask({ type: "pause" }).then(() => resolve({ pictures, seconds: milliseconds / 1000, loss }));
  }

  /** @type {(reason: Error) => void} */
  let fail = () => {};
  const client = createClient((/** @type {any} */ report) => {
    if (["crashed", "run-failed", "data-failed"].includes(report.type)) fail(new Error(report.message));
    if (report.type === "data-ready") start();
    if (report.type === "run-started") opened();
    if (report.type === "run-events") note(report.events);
  });
  let opened = () => {};

  function start() {
    const job = { run: "rounds", group: "bench", name: "", model, overrides: { batchSize: batch, epochs }, from: null, paused: true };
    client.ask({ type: "start", job, backend: "flex" }).catch(fail);
  }

  /** Resumes the run until `make` is satisfied. @param {(resolve: (told: any) => void) => void} make */
  const going = (make) =>
    new Promise((resolve, reject) => {
      fail = reject;
      make(resolve);
      client.ask({ type: "resume" }).catch(reject);
    });

  /** @type {any} */ (globalThis).rounds = {
    train: (/** @type {number} */ least) =>
      going((resolve) => void (round = { least, since: performance.now(), pictures: 0, milliseconds: 0, loss: Number.NaN, resolve })),
    phase: (/** @type {number} */ wanted) =>
      phases > wanted ? Promise.resolve() : going((resolve) => void (begun = () => client.ask({ type: "pause" }).then(resolve))),
  };
  await new Promise((resolve, reject) => {
    fail = reject;
    opened = () => resolve(null);
    client.launch("cpu");
    client.ask({ type: "workers", count: threads }).catch(reject);
    client.ask({ type: "open", data: null }).catch(reject);
  });
}
