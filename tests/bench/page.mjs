// The bench's part inside a page: one run on the page's own worker, timed by when its reports
// arrive. Self-contained, because it is sent there as text.

/**
 * @param {{base: string, gpu: boolean, threads: number, model: string, batch: number, steps: number}} asked
 * @returns {Promise<{firstStep: number, losses: number[], units: {pictures: number, milliseconds: number}[]}>}
 */
export async function inPage({ base, gpu, threads, model, batch, steps }) {
  const { createClient } = await import(`${base}app/client.js`);
  /** @type {number[]} */
  const losses = [];
  /** @type {{pictures: number, milliseconds: number}[]} */
  const units = [];
  let began = 0;
  let last = 0;
  let firstStep = 0;
  return new Promise((resolve, reject) => {
    const fail = (/** @type {string} */ message) => reject(new Error(message));
    const client = createClient((/** @type {any} */ report) => {
      if (["crashed", "run-failed", "data-failed"].includes(report.type)) fail(report.message);
      if (report.type === "data-ready") start();
      if (report.type === "run-events") note(report.events);
    });

    function start() {
      began = performance.now();
      const job = { run: "bench", group: "bench", name: "", model, overrides: { batchSize: batch, epochs: 1000 }, from: null, paused: false };
      client.ask({ type: "start", job, backend: gpu ? "wgpu" : "flex" }).catch(reject);
    }

    function note(/** @type {any[]} */ events) {
      const now = performance.now();
      const taken = events.filter(({ type }) => type === "step");
      losses.push(...taken.map(({ loss }) => loss));
      const pictures = taken.reduce((sum, { pictures }) => sum + pictures, 0);
      if (firstStep === 0) firstStep = now - began;
      // What has validation in it is no measure of training.
      else if (taken.length === events.length) units.push({ pictures, milliseconds: now - last });
      last = now;
      if (losses.length >= steps) resolve({ firstStep, losses, units });
    }

    client.launch(gpu ? "gpu" : "cpu");
    client.ask({ type: "workers", count: threads }).catch(reject);
    client.ask({ type: "open", data: null }).catch(reject);
  });
}
