// The wasm module as the worker calls it: the declarations that wasm-bindgen generates, where what it
// knows only as `any` or `object` is one of the records of protocol.js.

import type {
  Activation, Backend, CheckTable, Codes, Config, Counts, Manifest, Parameter, Pictures, Plan, Preset, Reconstructions, RunEvent, Split, StepTrace, Summary,
} from "../protocol.js";
import type * as Generated from "../pkg/cpu/tabgrad.js";
import type { PrefetchTask, ReplicaOutput, ReplicaSums, ReplicaTask } from "./compute/replica-messages.js";


/** R in place of what a function returns, which may be `any`; a promise stays one. */
type Instead<T, R> = 0 extends 1 & T ? R : T extends Promise<unknown> ? Promise<R> : R;

/** A function of the same arguments that gives an R. */
type Giving<F, R> = F extends (...given: infer A) => infer T ? (...given: A) => Instead<T, R> : never;

/** T, whose functions give what R says; R may name nothing that T has not. */
type Typed<T, R extends { [K in keyof R]: K extends keyof T ? unknown : never }> = {
  [K in keyof T]: K extends keyof R ? Giving<T[K], R[K]> : T[K];
};

/** What several workers compute together: `undefined` where that cannot be. */
interface DataParallel {
  advance: RunEvent[];
  scatter: ReplicaTask[] | undefined;
  scatter_prefetch: PrefetchTask[] | undefined;
  reduce: RunEvent[] | undefined;
}

interface SessionRecords extends DataParallel {
  set_manifest: Manifest;
  add_shard: { split: Split; loaded: Counts; complete: boolean };
  summary: Summary;
  browse: { total: number; indices: Uint32Array };
  pictures: Pictures;
  start: Plan;
  resume: Plan;
  snapshot: Uint8Array<ArrayBuffer>;
  progress: { phase: number; epoch: number; step: number };
  reconstruct: Omit<Reconstructions, "labels">;
  encode: Codes;
  activations: Activation[];
  parameters: Parameter[];
  trace_step: StepTrace;
}

export type LocalWork = Generated.LocalWork;
/** Every shard below `count` is there. */
export type DecodedData = Typed<Generated.DecodedData, { file: string; take: Uint8Array }>;
export type OpenedPicture = Typed<Generated.OpenedPicture, {
  encoded: { type: string; width: number; height: number; bytes: Uint8Array<ArrayBuffer> } | null;
  square: { left: number; top: number; side: number };
}>;
export type ImportedFolder = Typed<Generated.ImportedFolder, { remarks: string[]; pack: DecodedData }>;
export type FolderImport = Typed<Omit<Generated.FolderImport, "take">, { finish: ImportedFolder }> & {
  take(nth: number, picture: OpenedPicture): void;
};
export type FolderSurvey = Typed<Generated.FolderSurvey, { layout: FolderImport }>;
export type Session = Typed<Generated.Session, SessionRecords>;
export type SpeedTestRun = Typed<Generated.SpeedTest, DataParallel>;
export type Replica = Typed<Generated.Replica, { compute: ReplicaOutput | ReplicaSums; resume: ReplicaOutput | ReplicaSums }>;

interface FunctionRecords {
  presets: Preset[];
  backends: Backend[];
  defaults: Config;
  self_test: CheckTable;
  speed_test: SpeedTestRun;
  decode: DecodedData;
  pca: { points: Float32Array; explained: number[] };
}

export type Wasm = Typed<Omit<typeof Generated, "Session" | "SpeedTest" | "Replica" | "DecodedData" | "FolderSurvey" | "FolderImport" | "ImportedFolder" | "OpenedPicture">, FunctionRecords> & {
  FolderSurvey: new (entries: { path: string; bytes: number }[]) => FolderSurvey;
  OpenedPicture: { new (bytes: Uint8Array): OpenedPicture; decoded(width: number, height: number): OpenedPicture; unreadable(): OpenedPicture };
  Session: new () => Session;
  Replica: { open(config: Config, classes: number): Promise<Replica> };
};
