// The sections of the page, in its order.

import { cnns } from "./cnns/index.js";
import { keep } from "./keep/index.js";
import { learned } from "./learned/index.js";
import { lesson } from "./lesson/index.js";
import { pictures } from "./pictures/index.js";
import { stacked } from "./stacked/index.js";
import { studio } from "./studio/index.js";
import { train } from "./train/index.js";

/** @type {import("../components/mount.js").Section<any, any, any>[]} */
export const sections = [pictures, train, cnns, studio, stacked, lesson, learned, keep];
