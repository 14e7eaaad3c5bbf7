// A run as it is kept from an earlier visit, with a plan as the library makes it.

import { newRun } from "../../www/app/run.js";
import * as fake from "./fake-session.mjs";

/** A finished epoch of a classifier, or of an autoencoder where `more` says so. */
export const epochEnd = (epoch, more = {}) => ({ type: "epoch", phase: 0, epoch, step: epoch * 19, loss: 1, accuracy: 0.5, valLoss: 1, valAccuracy: 0.5, mse: null, psnr: null, ssim: null, ...more });

export function keptRun(id, model, { group = "train", overrides = {}, name = "", startedAt = 0, hash = "h", pictures = "Stand-in pictures", from = null, version = "0", backend = "flex", ...more } = {}) {
  const session = new fake.Session();
  session.set_manifest(JSON.stringify(fake.manifest()));
  session.data.loaded = { train: 600, test: 200 };
  const plan = session.plan({ ...fake.defaults(model), ...overrides });
  const data = { name: pictures, hash, synthetic: true, classes: fake.CLASSES };
  const run = newRun({ id, group, name, pinned: false, startedAt, version, data, from, plan: { ...plan, summary: { ...plan.summary, multiplyAdds: 1 } }, backend }, false);
  return { ...run, status: "completed", step: 40, keptAt: 40, ...more };
}
