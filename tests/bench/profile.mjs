// What a run asks of WebGPU: dispatches of a step, pipelines, and where the device's time goes. Part of
// it is put before the GPU's package, where it wraps the browser's own objects.

/**
 * @typedef {object} Profile
 * @property {number} dispatches  of a step
 * @property {number} pipelines
 * @property {{name: string, calls: number, milliseconds: number}[]} kernels  of all steps, the slowest
 *   first; empty where the device was not timed
 */

/** Runs in the worker before anything else: counts, and if `timed` gives every dispatch a pass of its
 * own with a timestamp on either side. @param {boolean} timed */
function wrap(timed) {
  const told = { dispatches: 0, pipelines: 0, /** @type {[number, number][]} */ steps: [], kernels: new Map() };
  const scope = /** @type {any} */ (globalThis);
  scope.profile = told;
  const { GPUDevice, GPUComputePassEncoder, GPUCommandEncoder, GPUQueue } = scope;
  const names = new WeakMap();

  const makeModule = GPUDevice.prototype.createShaderModule;
  GPUDevice.prototype.createShaderModule = function (/** @type {any} */ descriptor) {
    const made = makeModule.call(this, descriptor);
    names.set(made, /^\/\/ kernel (.*)$/m.exec(descriptor.code)?.[1] ?? "of burn");
    return made;
  };
  const makePipeline = GPUDevice.prototype.createComputePipeline;
  GPUDevice.prototype.createComputePipeline = function (/** @type {any} */ descriptor) {
    told.pipelines += 1;
    const made = makePipeline.call(this, descriptor);
    names.set(made, names.get(descriptor.compute.module));
    return made;
  };
  const post = self.postMessage.bind(self);
  let steps = 0;
  self.postMessage = (/** @type {any} */ message, /** @type {any} */ more) => {
    const events = message.report?.type === "run-events" ? message.report.events : [];
    steps += events.filter((/** @type {any} */ { type }) => type === "step").length;
    // Validation is no part of a step.
    if (events.length > 0 && events.every((/** @type {any} */ { type }) => type === "step")) told.steps.push([steps, told.dispatches]);
    post(message, more);
  };
  const Pass = GPUComputePassEncoder.prototype;
  const dispatch = Pass.dispatchWorkgroups;
  if (!timed) {
    Pass.dispatchWorkgroups = function (/** @type {number[]} */ ...groups) {
      told.dispatches += 1;
      dispatch.apply(this, groups);
    };
    return;
  }

  const MOST = 2048;
  /** Of one encoder. @type {WeakMap<object, {set: any, names: string[]}>} */
  const timings = new WeakMap();
  /** @type {any} */
  let device = null;
  const begin = GPUCommandEncoder.prototype.beginComputePass;
  GPUCommandEncoder.prototype.beginComputePass = function () {
    const encoder = this;
    if (!timings.has(encoder)) timings.set(encoder, { set: device.createQuerySet({ type: "timestamp", count: MOST }), names: [] });
    const timing = /** @type {{set: any, names: string[]}} */ (timings.get(encoder));
    /** @type {any} */
    let pipeline;
    /** @type {any[][]} */
    const groups = [];
    return {
      setPipeline: (/** @type {any} */ given) => void (pipeline = given),
      setBindGroup: (/** @type {any[]} */ ...given) => void (groups[given[0]] = given),
      dispatchWorkgroups(/** @type {number[]} */ ...sizes) {
        told.dispatches += 1;
        const at = timing.names.length * 2;
        const timestampWrites = at < MOST ? { querySet: timing.set, beginningOfPassWriteIndex: at, endOfPassWriteIndex: at + 1 } : undefined;
        timing.names.push(names.get(pipeline));
        const pass = begin.call(encoder, { timestampWrites });
        pass.setPipeline(pipeline);
        for (const group of groups) if (group) pass.setBindGroup(...group);
        dispatch.apply(pass, sizes);
        pass.end();
      },
      end() {},
    };
  };
  const finish = GPUCommandEncoder.prototype.finish;
  /** @type {any[]} */
  const finished = [];
  GPUCommandEncoder.prototype.finish = function () {
    const timing = timings.get(this);
    if (timing) {
      const count = Math.min(timing.names.length * 2, MOST);
      const { GPUBufferUsage, GPUMapMode } = scope;
      const from = device.createBuffer({ size: count * 8, usage: GPUBufferUsage.QUERY_RESOLVE | GPUBufferUsage.COPY_SRC });
      const to = device.createBuffer({ size: count * 8, usage: GPUBufferUsage.MAP_READ | GPUBufferUsage.COPY_DST });
      this.resolveQuerySet(timing.set, 0, count, from, 0);
      this.copyBufferToBuffer(from, 0, to, 0, count * 8);
      finished.push(async () => {
        await to.mapAsync(GPUMapMode.READ);
        const times = new BigUint64Array(to.getMappedRange());
        for (let i = 0; i < count / 2; i += 1) {
          const name = timing.names[i];
          const kernel = told.kernels.get(name) ?? { name, calls: 0, milliseconds: 0 };
          kernel.calls += 1;
          kernel.milliseconds += Number(times[2 * i + 1] - times[2 * i]) / 1e6;
          told.kernels.set(name, kernel);
        }
        for (const buffer of [from, to]) buffer.destroy();
        timing.set.destroy();
      });
    }
    return finish.call(this);
  };
  const submit = GPUQueue.prototype.submit;
  GPUQueue.prototype.submit = function (/** @type {any} */ buffers) {
    submit.call(this, buffers);
    for (const read of finished.splice(0)) void read();
  };
  const request = scope.GPUAdapter.prototype.requestDevice;
  scope.GPUAdapter.prototype.requestDevice = async function (/** @type {any[]} */ ...given) {
    device = await request.apply(this, given);
    return device;
  };
}

/** Makes the next page's GPU package tell. @param {import("playwright-core").Page} page @param {boolean} timed */
export async function profiled(page, timed) {
  await page.route("**/pkg/gpu/tabgrad.js", async (route) => {
    const response = await route.fetch();
    await route.fulfill({ response, body: `(${wrap})(${timed});\n${await response.text()}` });
  });
}

/** What was told so far. @param {import("playwright-core").Page} page @returns {Promise<Profile|null>} */
export async function profileOf(page) {
  for (const worker of page.workers()) {
    const found = await worker.evaluate(() => {
      const told = /** @type {any} */ (globalThis).profile;
      return told ? { ...told, kernels: [...told.kernels.values()] } : null;
    });
    if (!found) continue;
    // The first pull also makes what later ones use.
    const [first, last] = [found.steps[0], found.steps.at(-1)];
    const dispatches = last[0] > first[0] ? (last[1] - first[1]) / (last[0] - first[0]) : Number.NaN;
    const kernels = found.kernels.toSorted((/** @type {any} */ a, /** @type {any} */ b) => b.milliseconds - a.milliseconds);
    return { dispatches, pipelines: found.pipelines, kernels };
  }
  return null;
}
