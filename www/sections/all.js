// The sections of the page, in its order.

import { learned } from "./learned/index.js";
import { lesson } from "./lesson/index.js";
import { pictures } from "./pictures/index.js";
import { studio } from "./studio/index.js";
import { train } from "./train/index.js";

/** @type {import("../parts/mount.js").Section<any, any, any>[]} */
export const sections = [pictures, train, studio, lesson, learned];
