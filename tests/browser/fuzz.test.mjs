/**
 * Scripts that the Rhai engine has run give the same line in the browser.
 *
 * `cargo test --test suite fuzz` and `cargo test --test suite conformance` write the records: one line of JSON for each
 * script, its JavaScript and the engine's line, and beside them the runtime that all of them use.
 */
import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import { resolve } from "node:path";
import { check, none } from "./support.mjs";

const FOLDER = resolve(import.meta.dirname, "../../target/tmp");
const BATCH = 500;

/** A record of the test run, which must be there. @param {string} name */
function record(name) {
  const file = resolve(FOLDER, name);
  assert.ok(existsSync(file), file + " is missing; run `cargo test --test suite` first");
  return readFileSync(file, "utf8");
}

for (const [name, least] of /** @type {[string, number][]} */ ([["fuzz.jsonl", 300], ["conformance.jsonl", 1000]])) {
  check("the browser runs " + name + " as the engine did", {}, async ({ page }) => {
    const lines = record(name).trimEnd().split("\n");
    await page.goto("about:blank");
    await page.evaluate(() => {
      const loaded = {};
      Object.assign(window, { loaded, SB: (/** @type {string} */ key, /** @type {any} */ value) => Object.assign(loaded, { [key]: value }) });
      // A script alone prints its line; the page's console stays empty.
      console.log = () => {};
    });
    await page.addScriptTag({ content: record("runtime.js") });
    const faults = [];
    for (let from = 0; from < lines.length; from += BATCH) {
      faults.push(...await page.evaluate((batch) => {
        const { loaded } = /** @type {any} */ (window);
        /** @param {string} script */
        const run = (script) => {
          try {
            (0, eval)(script);
            return loaded.program(loaded["runtime/"]);
          } catch (error) {
            return String(error);
          }
        };
        return batch.map((line) => JSON.parse(line)).map(([script, wanted]) => ({ script, wanted, got: run(script) }))
          .filter(({ wanted, got }) => wanted !== got).map(({ script, wanted, got }) => `${script}\n  engine:  ${wanted}\n  browser: ${got}`);
      }, lines.slice(from, from + BATCH)));
    }
    none(faults);
    assert.ok(lines.length >= least, "only " + lines.length + " scripts recorded");
    console.log(lines.length + " scripts of " + name + " run alike");
  });
}
