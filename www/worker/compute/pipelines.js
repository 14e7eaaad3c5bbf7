// Compiles the GPU's kernels before they are needed, all at once: cubecl compiles each one when it is
// first launched, and waits. A warm-up step names them; while it does, nothing is launched, and what it is
// given in place of a pipeline is filled in when the browser has compiled it.

import { limits } from "../../app/limits.js";
import { waiting } from "../../app/waiting.js";
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

/** Stands for a pipeline that the browser is compiling. */
class PendingPipeline {
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
 * WebGPU, `prepare` does nothing but warm up.
 * @param {any} [scope]  has them @param {Pick<typeof waiting, "within">} [waits] */
export function createPipelines(scope = globalThis, { within } = waiting) {
  /** Whether pipelines are only named, and nothing is launched. */
  let warming = false;
  /** The WGSL of each module. @type {WeakMap<object, string>} */
  const codes = new WeakMap();
  /** @type {Promise<void>[]} */
  let compiling = [];
  /** Told of each kernel that is ready. */
  let heard = () => {};

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
      if (!warming || code === undefined) return createComputePipeline.call(this, descriptor);
      const bindings = this.createBindGroupLayout({ entries: entries(code) });
      const layout = this.createPipelineLayout({ bindGroupLayouts: [bindings] });
      const pending = new PendingPipeline(bindings);
      const made = this.createComputePipelineAsync({ ...descriptor, layout });
      compiling.push(
        made.then((/** @type {any} */ pipeline) => {
          pending.pipeline = pipeline;
          heard();
        }),
      );
      return pending;
    };
    const pass = scope.GPUComputePassEncoder.prototype;
    const { setPipeline, dispatchWorkgroups } = pass;
    pass.setPipeline = function (/** @type {any} */ pipeline) {
      if (!(pipeline instanceof PendingPipeline)) setPipeline.call(this, pipeline);
      else if (pipeline.pipeline) setPipeline.call(this, pipeline.pipeline);
    };
    pass.dispatchWorkgroups = function (/** @type {number[]} */ ...groups) {
      if (!warming) dispatchWorkgroups.apply(this, groups);
    };
  }

  return {
    /** Compiles every pipeline that `warmUp` names; what it computes meanwhile is nothing. Throws where
     * the browser refuses one, and a `WaitError` where one never comes: the device is of no use then.
     * @param {() => Promise<void>} warmUp */
    async prepare(warmUp) {
      warming = true;
      compiling = [];
      try {
        await warmUp();
      } finally {
        warming = false;
      }
      const compiled = Promise.all(compiling).catch((thrown) => {
        throw new Error(text.compute.refusedKernel(thrown.message));
      });
      await within((told) => ((heard = told), compiled), limits.kernel, text.waits.kernel(limits.kernel));
    },
  };
}
