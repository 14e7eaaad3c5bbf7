// Whether the records that the wasm module answers with, as its Rust declares them, are those that
// protocol.js and replica-messages.js state: the type check of the page compiles this, nothing runs it.

import type * as Protocol from "../../www/protocol.js";
import type * as Replica from "../../www/worker/compute/replica-messages.js";
import type * as Wasm from "../../pkg/cpu/tabgrad.js";
import type * as Intake from "../../pkg/intake/tabgrad.js";

/** `any` could stand for everything. */
type IsAny<A> = 0 extends 1 & A ? true : false;

/** Whether each of two types can stand for the other: no field more or less, none of another type. */
type Same<A, B> = IsAny<A> extends true ? false : [A] extends [B] ? ([B] extends [A] ? true : false) : false;

/** Names what differs, where that is not empty. */
type None<Differing extends never> = Differing;

/** The names of the records that are not the same here and there. */
type Differing<Pairs extends Record<string, [unknown, unknown]>> = {
  [Name in keyof Pairs]: Same<Pairs[Name][0], Pairs[Name][1]> extends true ? never : Name;
}[keyof Pairs];

export type Records = None<
  Differing<{
    Activation: [Wasm.Activation, Protocol.Activation];
    Atlas: [Wasm.Atlas, Protocol.Atlas];
    Codes: [Wasm.Codes, Protocol.Codes];
    Counts: [Wasm.Counts, Protocol.Counts];
    Page: [Wasm.Page, Protocol.Page];
    Parameter: [Wasm.Parameter, Protocol.Parameter];
    ParameterUpdate: [Wasm.ParameterUpdate, Protocol.ParameterUpdate];
    PictureShape: [Wasm.PictureShape, Protocol.PictureShape];
    Pictures: [Wasm.Pictures, Protocol.Pictures];
    Reconstructions: [Wasm.Reconstructions, Protocol.Reconstructions];
    Sheet: [Wasm.Sheet, Protocol.Sheet];
    StepTrace: [Wasm.StepTrace, Protocol.StepTrace];
  }>
>;

/** What a session answers, and what the page is told that it does. */
type Answered<Method extends keyof Wasm.Session> = Wasm.Session[Method] extends (...given: never[]) => infer Answer ? Awaited<Answer> : never;

export type Answers = None<
  Differing<{
    activations: [Answered<"activations">, Protocol.Answers["activations"]];
    browse: [Answered<"browse">, Protocol.Answers["browse"]];
    classify: [Answered<"predict">, Protocol.Answers["classify"]];
    decode: [Answered<"decode">, Protocol.Answers["decode"]];
    generate: [Answered<"generate">, Protocol.Answers["generate"]];
    encode: [Answered<"encode">, Protocol.Answers["encode"]];
    parameters: [Answered<"parameters">, Protocol.Answers["parameters"]];
    pictures: [Answered<"pictures">, Protocol.Answers["pictures"]];
    reconstruct: [Answered<"reconstruct">, Protocol.Answers["reconstruct"]];
    "set-given": [Answered<"set_given">, Protocol.Answers["set-given"]];
    "trace-step": [Answered<"trace_step">, Protocol.Answers["trace-step"]];
  }>
>;

/** What a session and the replicas of other workers send each other. */
export type Messages = None<
  Differing<{
    output: [Wasm.OutputMessage, Replica.ReplicaOutput];
    sums: [Wasm.PartialSums, Replica.ReplicaSums];
    task: [Wasm.TaskMessage, Replica.PrefetchTask & { weights: Replica.ReplicaTask["weights"] | null }];
  }>
>;

/** What is asked of the module that reads files. */
export type Requests = None<Differing<{ import: [Intake.ImportRequest, Protocol.ImportRequest] }>>;
