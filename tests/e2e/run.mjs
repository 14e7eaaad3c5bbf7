// The end-to-end tests: the real page with the real wasm module in headless browsers.
//   node tests/e2e/run.mjs --url http://127.0.0.1:8000/
// With --data FOLDER (the page's) and --train PROGRAM the page is compared with the terminal, too.
// They expect a small data set (some 600 training and 200 test pictures); a large one is slow.

import "./pictures.mjs";
import "./own-pictures.mjs";
import "./archives.mjs";
import "./folders.mjs";
import "./layout.mjs";
import "./training.mjs";
import "./presses.mjs";
import "./models.mjs";
import "./spec.mjs";
import "./cnns.mjs";
import "./studio.mjs";
import "./stacked.mjs";
import "./lesson.mjs";
import "./learned.mjs";
import "./keep.mjs";
import "./storage.mjs";
import "./kill.mjs";
import "./embed.mjs";
import "./teachers.mjs";
import "./language.mjs";
import "./access.mjs";
import "./remarks.mjs";
import "./frames.mjs";
import "./hosts.mjs";
import "./trouble.mjs";
import "./waits.mjs";
import "./terminal.mjs";
import "./webgpu.mjs";
