// tabgrad in a bench of other trainers: an adapter that takes the bench's weights and pictures, in
// its order, and trains on the page's own package and workers. It lies beside the page that it is
// to measure:
//
//     cargo xtask dist && cp tests/bench/peers.mjs dist/
//     node bench.mjs --systems tabgrad,keras --adapter tabgrad=DIR/dist/peers.mjs --option threads=2
//
// Options: `threads` (1), `backend` (cpu, or webgpu), `simd` (plain, for the package without relaxed
// SIMD), `steps` (256; pictures are laid out for so many).

const MODELS = { cnn_max_L2: "cnn-max-2", cnn_max_L3: "cnn-max-3", cae: "cae" };
const AREA = 32 * 32;
const RUN = "bench";

/** Steps that there are pictures for. */
const STEPS = 256;

export async function load(ctx) {
  const { options, plan, batch } = ctx;
  const gpu = options.backend === "webgpu";
  const { createPipelines } = await import("./worker/compute/pipelines.js");
  const pipelines = createPipelines();
  const { choose, load: loadPackage } = await import("./worker/compute/packages.js");
  const name = await choose(gpu ? "build=gpu" : `simd=${options.simd}`);
  const wasm = await loadPackage(name);
  const { createReplicas } = await import("./worker/compute/replicas.js");
  const { openReplica } = await import("./worker/compute/open-replica.js");
  const replicas = createReplicas({
    open: () => openReplica(name),
    gaveUp: (thrown) => {
      throw thrown;
    },
  });
  replicas.resize(Number(options.threads ?? 1));
  await replicas.open();
  // The page, too, has its pictures before a run begins.
  const config = { ...wasm.defaults(MODELS[plan.name]), batchSize: batch, epochs: 1 };
  const session = new wasm.Session();
  const steps = Number(options.steps ?? STEPS);
  const data = wasm.decode("train.bin", records(wasm, ctx, steps * batch, config.seed), testRecord());
  session.set_manifest(data.manifest());
  for (let i = 0; i < data.count(); i += 1) session.add_shard(data.file(i), data.take(i));
  data.free();
  return { wasm, name, replicas, pipelines, session, config, steps, backend: gpu ? "wgpu" : "flex" };
}

export async function build({ wasm, name, replicas, pipelines, session, config, steps, backend }, ctx) {
  // As the page does before a run on the GPU.
  if (backend === "wgpu")
    await pipelines.prepare(async () => {
      const warmUp = await wasm.speed_test(config, backend, 2);
      await warmUp.advance(2);
      warmUp.free();
    });
  await session.start(RUN, config, backend);
  const snapshot = withWeights(await session.snapshot(RUN), ctx);
  session.remove(RUN);
  await session.resume(RUN, snapshot, backend);

  const run = {
    is_data_parallel: () => session.is_data_parallel(RUN),
    advance: (workItems) => session.advance(RUN, workItems),
    scatter: (workers, rooms) => session.scatter(RUN, workers, rooms),
    scatter_prefetch: (workers) => session.scatter_prefetch(RUN, workers),
    compute_local: (workers) => session.compute_local(RUN, workers),
    prefetch: (workers) => session.prefetch(RUN, workers),
    reduce: (local, outputs) => session.reduce(RUN, local, outputs),
  };
  let taken = 0;
  const train = async (count) => {
    if (taken + count > steps) throw new Error(`Pictures were laid out for ${steps} steps. Give more by --option steps=N.`);
    taken += count;
    const events = await replicas.advance(run, config, count);
    return events.filter(({ type }) => type === "step").at(-1).loss;
  };
  return {
    step: () => train(1),
    fit: (images) => train(Math.floor(images / ctx.batch)),
    close: () => replicas.resize(1),
    info: { library: `tabgrad ${wasm.version()}`, backend, package: name, workers: Number(ctx.options.threads ?? 1) },
  };
}

/** Pictures as records of CIFAR-10, so that the run's first epoch, which is shuffled, has the bench's
 * batches in the bench's order. */
function records(wasm, { images, labels, count, batch, pixels }, total, seed) {
  const bytes = new Uint8Array(total * (1 + pixels));
  wasm.epoch_order(total, seed).forEach((at, i) => {
    const step = Math.floor(i / batch);
    const from = ((step * batch) % count) + (i % batch);
    const record = bytes.subarray(at * (1 + pixels), (at + 1) * (1 + pixels));
    record[0] = labels[from];
    for (let p = 0; p < AREA; p += 1)
      for (let c = 0; c < 3; c += 1) record[1 + c * AREA + p] = Math.round(images[from * pixels + p * 3 + c] * 255);
  });
  return bytes;
}

/** What no run goes without; it is never reached. */
const testRecord = () => new Uint8Array(1 + 3 * AREA);

/** A snapshot of a run that has not begun, with the bench's weights: they have the shapes and the
 * names of Keras there, too. */
function withWeights(snapshot, { weights, plan }) {
  const bytes = snapshot.slice();
  const view = new DataView(bytes.buffer);
  const start = 8 + Number(view.getBigUint64(0, true));
  const { __metadata__: metadata, ...tensors } = JSON.parse(new TextDecoder().decode(bytes.subarray(8, start)));
  const counts = { conv: 0, dense: 0 };
  for (const { layer, role, shape, data } of weights) {
    const { type } = plan.layers[layer];
    const name = `${type === "conv" ? "conv2d" : type}${counts[type] > 0 ? `_${counts[type]}` : ""}/${role}`;
    // A kernel comes before its bias.
    if (role === "bias") counts[type] += 1;
    for (const place of [tensors[name], tensors[`before/${name}`]]) {
      if (String(place.shape) !== String(shape)) throw new Error(`${name} has the shape ${place.shape}, but the bench gives ${shape}.`);
      bytes.set(new Uint8Array(data.buffer, data.byteOffset, data.byteLength), start + place.data_offsets[0]);
    }
  }
  // The file's own checksum is over its tensors by name, and its numbers with a 0 for itself.
  const numbers = metadata.tabgrad.replace(/"checksum":\d+/, '"checksum":0');
  let sum = -1;
  const encode = new TextEncoder();
  for (const name of Object.keys(tensors).sort()) {
    const { shape, data_offsets: [from, to] } = tensors[name];
    sum = crc(sum, encode.encode(`${name} [${shape.join(", ")}] `));
    sum = crc(sum, bytes.subarray(start + from, start + to));
  }
  sum = ~crc(sum, encode.encode(numbers)) >>> 0;
  const tabgrad = numbers.replace('"checksum":0', `"checksum":${sum}`);
  const header = encode.encode(JSON.stringify({ __metadata__: { tabgrad }, ...tensors }));
  const filled = new Uint8Array(Math.ceil(header.length / 8) * 8).fill(32);
  filled.set(header);
  const length = new Uint8Array(new BigUint64Array([BigInt(filled.length)]).buffer);
  return new Uint8Array([...length, ...filled, ...bytes.subarray(start)]);
}

/** CRC-32 (IEEE), gone on with. */
function crc(sum, bytes) {
  for (const byte of bytes) {
    sum ^= byte;
    for (let bit = 0; bit < 8; bit += 1) sum = (sum >>> 1) ^ (sum & 1 ? 0xedb88320 : 0);
  }
  return sum;
}
