// The GPU's kernels made ahead, all at once and beside each other: cubecl makes each one when it is
// first launched, and waits. A rehearsed step names them; while it does, nothing is launched, and what
// it is given in place of a pipeline is filled in when the browser has made it. Knows no model.

import { text } from "../../strings.js";

/** What a WGSL text binds, by number. */
const BINDING = /@group\(0\)\s*@binding\((\d+)\)\s*var<(uniform|storage)(?:,\s*(read|read_write))?>/g;

/** @param {string} code */
function entries(code) {
  const found = [...code.matchAll(BINDING)];
  return found.map(([, binding, space, access]) => {
    const storage = access === "read_write" ? "storage" : "read-only-storage";
    const type = space === "uniform" ? "uniform" : storage;
    return { binding: Number(binding), visibility: 4 /* GPUShaderStage.COMPUTE */, buffer: { type } };
  });
}

/** Stands for a pipeline. */
class Ahead {
  /** @type {any} */
  pipeline = null;

  /** @param {any} layout  of its bindings */
  constructor(layout) {
    this.layout = layout;
  }

  getBindGroupLayout() {
    return this.layout;
  }
}

/** Wraps the browser's own objects; once in a worker, before a device is opened. Where there is no
 * WebGPU, preparing does nothing but rehearse.
 * @param {any} [scope]  has them */
export function createPipelines(scope = globalThis) {
  /** Whether pipelines are only named. */
  let naming = false;
  /** Of modules. @type {WeakMap<object, string>} */
  const codes = new WeakMap();
  /** @type {Promise<void>[]} */
  let making = [];

  if (scope.GPUDevice) {
    const device = scope.GPUDevice.prototype;
    const { createShaderModule, createComputePipeline } = device;
    device.createShaderModule = function (/** @type {{code: string}} */ descriptor) {
      const made = createShaderModule.call(this, descriptor);
      codes.set(made, descriptor.code);
      return made;
    };
    device.createComputePipeline = function (/** @type {any} */ descriptor) {
      const code = codes.get(descriptor.compute.module);
      if (!naming || code === undefined) return createComputePipeline.call(this, descriptor);
      const bindings = this.createBindGroupLayout({ entries: entries(code) });
      const layout = this.createPipelineLayout({ bindGroupLayouts: [bindings] });
      const ahead = new Ahead(bindings);
      const made = this.createComputePipelineAsync({ ...descriptor, layout });
      making.push(made.then((/** @type {any} */ pipeline) => void (ahead.pipeline = pipeline)));
      return ahead;
    };
    const pass = scope.GPUComputePassEncoder.prototype;
    const { setPipeline, dispatchWorkgroups } = pass;
    pass.setPipeline = function (/** @type {any} */ given) {
      if (!(given instanceof Ahead)) setPipeline.call(this, given);
      else if (given.pipeline) setPipeline.call(this, given.pipeline);
    };
    pass.dispatchWorkgroups = function (/** @type {number[]} */ ...groups) {
      if (!naming) dispatchWorkgroups.apply(this, groups);
    };
  }

  return {
    /** Makes every pipeline that `rehearse` names; what it computes meanwhile is nothing. Throws where
     * the browser refuses one. @param {() => Promise<void>} rehearse */
    async prepare(rehearse) {
      naming = true;
      making = [];
      try {
        await rehearse();
      } finally {
        naming = false;
      }
      await Promise.all(making).catch((thrown) => {
        throw new Error(text.compute.refusedKernel(thrown.message));
      });
    },
  };
}
