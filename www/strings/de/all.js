// The words of the page in German, complete: what is not translated does not pass the type check.

import { cnns } from "./cnns.js";
import { hosts } from "./hosts.js";
import { keep } from "./keep.js";
import { learned } from "./learned.js";
import { lesson } from "./lesson.js";
import * as layers from "./lesson-layers.js";
import { numbers } from "./numbers.js";
import { page } from "./page.js";
import { intake, pictures } from "./pictures.js";
import { remarks } from "./remarks.js";
import { stacked } from "./stacked.js";
import { storage } from "./storage.js";
import { studio } from "./studio.js";
import { training } from "./training.js";
import { waits } from "./waits.js";

/** @type {typeof import("../../strings.js").english} */
export const german = { ...page, pictures, intake, training, numbers, remarks, cnns, studio, stacked, lesson, layers, learned, keep, hosts, storage, waits };
