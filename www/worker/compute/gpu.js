// WebGPU as this worker's browser offers it: whether training on it can work, and a watch over the
// device that the wasm module opens.

import { limits } from "../../app/limits.js";
import { WaitError, waiting } from "../../app/waiting.js";
import { text } from "../../strings.js";

/** @import { Gpu } from "../../protocol.js" */

/** What the kernels bind and launch; every WebGPU device has as much, but for a very old one. */
const NEEDED = { maxStorageBuffersPerShaderStage: 8, maxComputeInvocationsPerWorkgroup: 256 };

/** @param {string} reason @returns {Gpu} */
const unusable = (reason) => ({ usable: false, reason, adapter: null });

/** The most bytes that a kernel reads or writes in one tensor: what the wasm module asks a device for is all
 * that its adapter has. @param {any} limits  of the adapter */
const bindingOf = ({ maxStorageBufferBindingSize, maxBufferSize }) => Math.min(maxStorageBufferBindingSize, maxBufferSize);

/** Looks before anything is loaded: what is missing would end the wasm module.
 * @param {any} [gpu] @param {Pick<typeof waiting, "within">} [waits] @returns {Promise<Gpu>} */
export async function probe(gpu = /** @type {any} */ (navigator).gpu, { within } = waiting) {
  if (!gpu) return unusable(text.compute.noWebGpu);
  /** @type {any} */
  let adapter;
  try {
    const asked = () => gpu.requestAdapter({ powerPreference: "high-performance" });
    adapter = await within(asked, limits.adapter, text.waits.adapter(limits.adapter));
  } catch (thrown) {
    if (thrown instanceof WaitError) return { ...unusable(thrown.message), silent: true };
    adapter = null;
  }
  if (!adapter) return unusable(text.compute.noAdapter);
  // cubecl sets up its clocks for every device, and in a browser knows only this one.
  if (!adapter.features.has("timestamp-query")) return unusable(text.compute.noTimestamps);
  for (const [limit, least] of Object.entries(NEEDED))
    if (adapter.limits[limit] < least) return unusable(text.compute.tooSmall(limit, adapter.limits[limit], least));
  const { vendor = "", architecture = "", description = "" } = adapter.info ?? {};
  const name = description || [vendor, architecture].filter(Boolean).join(" ") || text.compute.unnamed;
  const software = adapter.info?.isFallbackAdapter === true || architecture === "swiftshader";
  return { usable: true, reason: null, adapter: software ? text.compute.software(name) : name, binding: bindingOf(adapter.limits) };
}

/**
 * Tells of everything that makes a device's answers worthless: its loss, memory that it has not
 * got, a kernel that it refuses. wgpu itself would only log the last two or panic in a callback. And of an
 * adapter or a device that never comes, for which wgpu would wait.
 * @param {(why: string, silent: boolean) => void} onTrouble  silent: nothing came
 * @param {any} [gpu] @param {Pick<typeof waiting, "within">} [waits]
 */
export function watch(onTrouble, gpu = /** @type {any} */ (navigator).gpu, { within } = waiting) {
  if (!gpu) return;
  /** Puts an own method in the place of `of[name]`, which has a limit; `then` sees what it gives.
   * @param {any} of @param {string} name @param {number} limit @param {string} why @param {(given: any) => void} then */
  function limit(of, name, limit, why, then) {
    const call = of[name].bind(of);
    const value = async (/** @type {unknown[]} */ ...given) => {
      const gives = await within(() => call(...given), limit, why).catch((thrown) => {
        if (thrown instanceof WaitError) onTrouble(why, true);
        throw thrown;
      });
      if (gives) then(gives);
      return gives;
    };
    Object.defineProperty(of, name, { value, configurable: true });
  }
  limit(gpu, "requestAdapter", limits.adapter, text.waits.adapter(limits.adapter), (adapter) =>
    limit(adapter, "requestDevice", limits.device, text.waits.device(limits.device), watchDevice),
  );

  /** @param {any} device */
  function watchDevice(device) {
    device.lost.then((/** @type {any} */ { message }) => onTrouble(text.compute.lost(message || text.errors.noReason), false));
    // The first listener of the device, so that wgpu's own never sees the event.
    device.addEventListener("uncapturederror", (/** @type {any} */ event) => {
      event.stopImmediatePropagation();
      event.preventDefault();
      const { constructor, message } = event.error;
      const full = constructor.name === "GPUOutOfMemoryError";
      onTrouble(full ? text.compute.outOfMemory : text.compute.refusedKernel(message), false);
    });
  }
}
