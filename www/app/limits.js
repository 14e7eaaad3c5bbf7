// Every limit of a wait, in one place, with its reason. They are counted in time in which this thread was
// awake (waiting.js): neither a laptop that slept nor a tab in the background uses them up.

/** Milliseconds, where nothing else is said. An object, so that a test can shorten them. */
export const limits = {
  /** For `requestAdapter`: browsers answer within a second or two, also while a driver starts; some never. */
  adapter: 10_000,
  /** For `requestDevice`, which also starts the GPU's process where it has died. */
  device: 20_000,
  /** From one of the GPU's kernels compiled to the next: slow drivers take some ten seconds for one. */
  kernel: 90_000,
  /** For a call into the wasm module that waits for the GPU, beside what its steps may take. */
  call: 120_000,

  /** For the wasm module to come and to be compiled: the browser does both in one go and tells nothing of how far
   * it is. Some 2 MB, over the 15 kB a second of a crowded class room. */
  module: 180_000,
  /** From the last byte of a wasm file until it is compiled a second time, in one go: Firefox (140) never says
   * that a file which it compiles as it comes ends too early. */
  compile: 4_000,
  /** For a shard or a manifest: from some of its bytes to the next. A slow network sends some each second. */
  silence: 20_000,
  /** How often a shard is asked for before the visitor is. A count. */
  tries: 4,
  /** Before the second try; before the third twice as long, and so on. */
  retry: 1_000,
  /** For a transaction of the database: another tab may be writing megabytes, and a frozen one never ends. */
  storage: 30_000,
  /** For the database to open: an older page in another tab may hold it. */
  database: 10_000,
  /** What a run waits for its first snapshot to be written, for a later one, and for each epoch, before it goes on
   * without. */
  firstSnapshot: 2_000,
  snapshot: 10_000,
  epoch: 1_000,
  /** Between two looks at a claim that another worker has: one that was ended lets go a moment later. */
  claim: 250,
  /** How often it is looked at. A count. */
  claims: 8,
  /** To read one picture of the visitor's, or a part of a longer file, and to decode it: the largest that are taken
   * need a few seconds each. */
  decode: 20_000,

  /** For a replica to load its module. */
  replicaOpen: 60_000,
  /** For a replica's output, after this worker's own is ready; and so many times what that took. */
  replica: 10_000,
  replicaTimes: 20,

  /** For a new worker's first word, before its scripts are looked at; a slow network may take longer. */
  greeting: 10_000,
  /** The page asks its worker for a sign of life this often. */
  ping: 5_000,
  /** Without any, a worker is taken for dead, beside what a step may take: between two steps it answers.
   * Only while the page is visible: a browser may hold the workers of a hidden one. */
  heartbeat: 60_000,
  /** For a worker that unpacks, checks or hands over all pictures, which it does in one go. */
  longWork: 300_000,
  /** Multiplications a second of the slowest machine that a step may be computed on, for a batch of
   * thousands may take minutes there. A count, for the CPU and for GPUs that are emulated. */
  slowest: 100_000_000,
  /** For the end of a run, or of a start, beside what a step may take; then the worker is ended. */
  stop: 8_000,
  /** How often a run is gone on with after its worker was lost, if no epoch ends in between. A count. */
  losses: 3,
};

/** Forward, and twice as much backward. */
const PASSES = 3;
/** Times what a step took so far: the machine may have become busy. */
const SLOWER = 20;

/** What the next step of a run may take, milliseconds: by what its steps took, or for its first one by what
 * there is to compute.
 * @param {{plan: {summary: {multiplyAdds: number}, config: {batchSize: number}}, pace: {stepSeconds: number|null}}} run */
export const longestStep = ({ plan: { summary, config }, pace: { stepSeconds } }) =>
  stepSeconds === null
    ? (1000 * PASSES * summary.multiplyAdds * config.batchSize) / limits.slowest
    : 1000 * SLOWER * stepSeconds;
