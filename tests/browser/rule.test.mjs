/**
 * The tools in the browser judge every recorded customer as the Rhai engine did.
 *
 * `cargo test --test suite rule:: tools::` writes the records: one line of JSON for each customer, the answers and the
 * result; for the tools of the whole book the tool comes first.
 */
import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import { resolve } from "node:path";
import { check, pages, pageUrl, phone } from "./support.mjs";

const RECORD = resolve(import.meta.dirname, "../../target/tmp/type-finder.jsonl");
const TOOLS = resolve(import.meta.dirname, "../../target/tmp/tools.jsonl");
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

check("every tool in the browser judges as the engine does", {}, async ({ page, open }) => {
  assert.ok(existsSync(TOOLS), TOOLS + " is missing; run `cargo test --test suite tools::` first");
  await open(pageUrl("type-finder"));
  const lines = readFileSync(TOOLS, "utf8").trimEnd().split("\n");
  const different = await page.evaluate(async (batch) => {
    /** @param {any} value @returns {any} */
    const sorted = (value) => {
      if (Array.isArray(value)) return value.map(sorted);
      if (value === null || typeof value !== "object") return value;
      return Object.fromEntries(Object.keys(value).sort().map((key) => [key, sorted(value[key])]));
    };
    const text = (/** @type {any} */ value) => JSON.stringify(sorted(value));
    const found = [];
    for (const [id, answers, wanted] of batch.map((line) => JSON.parse(line))) {
      const rule = await /** @type {any} */ (window).salesbook.rule(id);
      if (text(rule.judge(answers)) !== text(wanted)) found.push([id, answers]);
    }
    return found;
  }, lines);
  assert.deepEqual(different, []);
  const tools = new Set(lines.map((line) => JSON.parse(line)[0]));
  assert.deepEqual([...tools].sort(), pages.filter((one) => one.kind === "tool").map((one) => one.id).sort());
  console.log(lines.length + " customers of " + tools.size + " tools judged alike");
});

check("every tool opens on a phone, takes an answer and says something", phone, async ({ page, open }) => {
  for (const tool of pages.filter((one) => one.kind === "tool")) {
    await page.goto("about:blank");
    await open(tool.url);
    await page.locator(".tool.ready").waitFor();
    const question = page.locator(".question:visible");
    await question.locator(".option").first().tap();
    const words = (await page.locator(".tool-result h2").textContent()) || "";
    assert.ok(words.length > 1, tool.id + " says nothing");
  }
});
