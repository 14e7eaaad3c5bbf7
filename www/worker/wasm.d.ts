// The wasm modules as the worker calls them, what trains and what reads files: the declarations that
// wasm-bindgen generates, where what it knows only as `any` is one of the records of protocol.js. Those
// that it generates are compared with protocol.js in `tests/www/records.ts`.

import type { Backend, CheckTable, Config, Manifest, ModelRecord, PictureShape, Plan, Summary } from "../protocol.js";
import type { DiagnosisEvent, RunEvent } from "../run-events.js";
import type * as Generated from "../pkg/cpu/tabgrad.js";
import type * as GeneratedIntake from "../pkg/intake/tabgrad.js";
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
  summary: Summary;
  start: Plan;
  resume: Plan;
  diagnose: DiagnosisEvent | undefined;
  shard: Uint8Array<ArrayBuffer>;
  snapshot: Uint8Array<ArrayBuffer>;
  progress: { phase: number; epoch: number; step: number };
}

export type LocalWork = Generated.LocalWork;
/** Every shard below `count` is there. */
export type DecodedData = Typed<GeneratedIntake.DecodedData, { file: string; take: Uint8Array }>;
export type VisitorArchive = Typed<GeneratedIntake.VisitorArchive, { entries: { path: string; bytes: number }[] }>;
export type RecordsImport = Typed<GeneratedIntake.RecordsImport, { finish: DecodedData }>;
export type RecordsSurvey = Typed<GeneratedIntake.RecordsSurvey, { import: RecordsImport | undefined }>;
export type OpenedPicture = GeneratedIntake.OpenedPicture;
export type ImportedFolder = Typed<GeneratedIntake.ImportedFolder, { pack: DecodedData }>;
export type FolderImport = Typed<GeneratedIntake.FolderImport, { finish: ImportedFolder }>;
export type FolderSurvey = Typed<GeneratedIntake.FolderSurvey, { layout: FolderImport }>;
export type Session = Typed<Generated.Session, SessionRecords>;
export type SpeedTestRun = Typed<Generated.SpeedTest, DataParallel>;
export type Replica = Typed<Generated.Replica, { compute: ReplicaOutput | ReplicaSums; resume: ReplicaOutput | ReplicaSums }>;

interface FunctionRecords {
  presets: ModelRecord[];
  backends: Backend[];
  read_model: ModelRecord;
  defaults: Config;
  self_test: CheckTable;
  speed_test: SpeedTestRun;
}

export type Wasm = Typed<Omit<typeof Generated, "Session" | "SpeedTest" | "Replica">, FunctionRecords> & {
  Session: new () => Session;
  Replica: { open(config: Config, classes: number, picture: PictureShape): Promise<Replica> };
};

interface IntakeRecords {
  open_archive: VisitorArchive | undefined;
}

/** What reads files of a visitor's: a module of its own, which comes with the first of them. */
export type Intake = Typed<Omit<typeof GeneratedIntake, "DecodedData" | "RecordsSurvey" | "FolderSurvey" | "FolderImport" | "ImportedFolder">, IntakeRecords> & {
  FolderSurvey: new (entries: { path: string; bytes: number }[]) => FolderSurvey;
  RecordsSurvey: new (name: string, entries: { path: string; bytes: number }[]) => RecordsSurvey;
};
