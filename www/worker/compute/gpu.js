// WebGPU as this worker's browser offers it: whether training on it can work, and a watch over the
// device that the wasm module opens.

import { text } from "../../strings.js";

/** @import { Gpu } from "../../protocol.js" */

/** What the kernels bind and launch; every WebGPU device has as much, but for a very old one. */
const NEEDED = { maxStorageBuffersPerShaderStage: 8, maxComputeInvocationsPerWorkgroup: 256 };

/** @param {string} reason @returns {Gpu} */
const unusable = (reason) => ({ usable: false, reason, adapter: null });

/** Looks before anything is loaded: what is missing would end the wasm module.
 * @param {any} [gpu] @returns {Promise<Gpu>} */
export async function probe(gpu = /** @type {any} */ (navigator).gpu) {
  if (!gpu) return unusable(text.compute.noWebGpu);
  /** @type {any} */
  let adapter;
  try {
    adapter = await gpu.requestAdapter({ powerPreference: "high-performance" });
  } catch {
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
  return { usable: true, reason: null, adapter: software ? text.compute.software(name) : name };
}

/**
 * Tells of everything that makes a device's answers worthless: its loss, memory that it has not
 * got, a kernel that it refuses. wgpu itself would only log the last two or panic in a callback.
 * @param {(why: string) => void} onTrouble
 */
export function watch(onTrouble) {
  const Adapter = /** @type {any} */ (globalThis).GPUAdapter;
  if (!Adapter) return;
  const request = Adapter.prototype.requestDevice;
  Adapter.prototype.requestDevice = async function (/** @type {unknown[]} */ ...given) {
    const device = await request.apply(this, given);
    device.lost.then((/** @type {any} */ { message }) => onTrouble(text.compute.lost(message || text.errors.noReason)));
    // The first listener of the device, so that wgpu's own never sees the event.
    device.addEventListener("uncapturederror", (/** @type {any} */ event) => {
      event.stopImmediatePropagation();
      event.preventDefault();
      const { constructor, message } = event.error;
      const full = constructor.name === "GPUOutOfMemoryError";
      onTrouble(full ? text.compute.outOfMemory : text.compute.refusedKernel(message));
    });
    return device;
  };
}
