// Where the page under test is served, and what else the tests were told on the command line.

import { parseArgs } from "node:util";

const { values } = parseArgs({
  options: { url: { type: "string" }, data: { type: "string" }, train: { type: "string" } },
  strict: false,
});
if (!values.url) {
  console.error("Give the address of a running page: node tests/e2e/run.mjs --url http://127.0.0.1:8000/");
  process.exit(2);
}

const given = String(values.url);
/** The page's address, ending with a slash. */
export const url = given.endsWith("/") ? given : `${given}/`;

/** The folder that the page's data lie in, and the `train` command, where they are known. */
export const { data, train } = values;
