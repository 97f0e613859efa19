/**
 * The classifier in the browser judges every recorded customer as the Rhai engine did.
 *
 * `cargo test --test suite rule::` writes the record: one line of JSON for each customer, the answers and the result.
 */
import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import { resolve } from "node:path";
import { check, pageUrl } from "./support.mjs";

const RECORD = resolve(import.meta.dirname, "../../target/tmp/type-finder.jsonl");
const BATCH = 2000;

check("the browser judges as the engine does", {}, async ({ page, open }) => {
  assert.ok(existsSync(RECORD), RECORD + " is missing; run `cargo test --test suite rule::` first");
  const lines = readFileSync(RECORD, "utf8").trimEnd().split("\n");
  await open(pageUrl("type-finder"));
  let compared = 0;
  for (let from = 0; from < lines.length; from += BATCH) {
    const differences = await page.evaluate(async (batch) => {
      const rule = await /** @type {any} */ (window).salesbook.rule("type-finder");
      /** Keys in order, so that equal results are equal texts. @param {any} value @returns {any} */
      const sorted = (value) => {
        if (Array.isArray(value)) return value.map(sorted);
        if (value === null || typeof value !== "object") return value;
        return Object.fromEntries(Object.keys(value).sort().map((key) => [key, sorted(value[key])]));
      };
      const text = (/** @type {any} */ value) => JSON.stringify(sorted(value));
      return batch.map((line) => JSON.parse(line)).filter(([answers, wanted]) => text(rule.judge(answers)) !== text(wanted));
    }, lines.slice(from, from + BATCH));
    assert.deepEqual(differences, []);
    compared += Math.min(BATCH, lines.length - from);
  }
  assert.ok(compared >= 20000, "only " + compared + " customers recorded");
  console.log(compared + " customers judged alike");
});
