/**
 * Rules that mean harm end in the page as well, and leave it as it was.
 *
 * `cargo test --test suite hostile` writes the record: one line of JSON for each script that the compiler accepts, with
 * its name, how it has to end, and its JavaScript. Each runs in a page that must answer afterwards.
 */
import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import { resolve } from "node:path";
import { check, none } from "./support.mjs";

const FILE = resolve(import.meta.dirname, "../../target/tmp/hostile/compiled.jsonl");
const LIMITS = ["Too many operations", "Stack overflow", "too large", "Too many variables"];
// Each may take two seconds until its limit stops it, so a page has no more of them than a test has time for.
const BATCH = 25;

/** Scripts with their name and end. @returns {[string, string, string][]} */
function scripts() {
  assert.ok(existsSync(FILE), FILE + " is missing; run `cargo test --test suite hostile` first");
  return readFileSync(FILE, "utf8").trimEnd().split("\n").map((line) => JSON.parse(line));
}

/** How a script ended, by its line. @param {string} line */
function endOf(line) {
  const { error, value } = JSON.parse(line);
  if (!error) return value === undefined ? "nothing" : "value";
  return LIMITS.some((limit) => error.text.includes(limit)) ? "limit" : "error";
}

/** What a script could have changed for everybody else; runs in the page. */
function surroundings() {
  const names = [globalThis, Object, Object.prototype, Function.prototype, Array, Array.prototype, Map.prototype, String.prototype, Number.prototype, Promise.prototype]
    .map((one) => Reflect.ownKeys(one).map(String).sort().join());
  const same = [({}).toString(), typeof Map.prototype.get, [2, 1].sort().join(), "a".replace("a", "b"), JSON.stringify({ a: [1] })];
  return JSON.stringify([names, same, document.documentElement.outerHTML]);
}

const all = scripts();
for (let from = 0; from < all.length; from += BATCH) {
  const batch = all.slice(from, from + BATCH);
  check(`hostile rules ${from + 1} to ${from + batch.length} end and leave the page alive`, {}, async ({ page }) => {
    await page.goto("about:blank");
    await page.evaluate(() => {
      // A script alone prints its line; the page's console stays empty.
      console.log = () => {};
    });
    const before = await page.evaluate(surroundings);
    const faults = [];
    for (const [name, end, javascript] of batch) {
      const line = await page.evaluate((script) => {
        try {
          return (0, eval)(script);
        } catch (error) {
          return JSON.stringify({ thrown: String(error) });
        }
      }, javascript);
      const got = endOf(line);
      if (got === "nothing" || end !== "any" && got !== end) faults.push(`${name}: ${got} instead of ${end}: ${line.slice(0, 200)}`);
      if (await page.evaluate(surroundings) !== before) faults.push(name + ": the page is not what it was");
    }
    none(faults);
    console.log(batch.length + " hostile rules ended");
  });
}

check("enough hostile rules are compiled", {}, async () => {
  assert.ok(all.length >= 80, "only " + all.length + " scripts recorded");
});
