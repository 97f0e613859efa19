/**
 * The tools in the browser judge every recorded customer as the Rhai engine did.
 *
 * `cargo test --test suite rule:: tools::` writes the records: one line of JSON for each customer, the answers and the
 * result; for the tools of the whole book the tool comes first.
 */
import assert from "node:assert/strict";
import { existsSync, readFileSync, readdirSync } from "node:fs";
import { resolve } from "node:path";
import { check, pages, pageUrl, phone } from "./support.mjs";

const RECORD = resolve(import.meta.dirname, "../../target/tmp/type-finder.jsonl");
const TOOLS = resolve(import.meta.dirname, "../../target/tmp/tools");
const BATCH = 2000;

/**
 * The records that the browser judges in another way than the engine did.
 * @param {import("./support.mjs").Site} site
 * @param {[string, any, any][]} records the tool, the answers, what the engine said
 */
function different({ page }, records) {
  return page.evaluate(async (batch) => {
    /** Keys in order, so that equal results are equal texts. @param {any} value @returns {any} */
    const sorted = (value) => {
      if (Array.isArray(value)) return value.map(sorted);
      if (value === null || typeof value !== "object") return value;
      return Object.fromEntries(Object.keys(value).sort().map((key) => [key, sorted(value[key])]));
    };
    const text = (/** @type {any} */ value) => JSON.stringify(sorted(value));
    const rules = new Map();
    for (const id of new Set(batch.map((record) => record[0]))) rules.set(id, await /** @type {any} */ (window).salesbook.rule(id));
    return batch.filter(([id, answers, wanted]) => text(rules.get(id).judge(answers)) !== text(wanted));
  }, records);
}

/** The lines of a record. @param {string} file @param {string} tests which write it */
function recorded(file, tests) {
  assert.ok(existsSync(file), file + " is missing; run `cargo test --test suite " + tests + "` first");
  return readFileSync(file, "utf8").trimEnd().split("\n").map((line) => JSON.parse(line));
}

check("the browser judges as the engine does", {}, async (site) => {
  const records = recorded(RECORD, "rule::").map(([answers, wanted]) => /** @type {[string, any, any]} */ (["type-finder", answers, wanted]));
  await site.open(pageUrl("type-finder"));
  for (let from = 0; from < records.length; from += BATCH) {
    assert.deepEqual(await different(site, records.slice(from, from + BATCH)), []);
  }
  assert.ok(records.length >= 20000, "only " + records.length + " customers recorded");
  console.log(records.length + " customers judged alike");
});

check("every tool in the browser judges as the engine does", {}, async (site) => {
  const tools = pages.filter((one) => one.kind === "tool").map((one) => one.id).sort();
  assert.deepEqual(readdirSync(TOOLS).sort(), tools.map((id) => id + ".jsonl"), "run `cargo test --test suite tools::` first");
  await site.open(pageUrl("type-finder"));
  let judged = 0;
  for (const id of tools) {
    const records = recorded(resolve(TOOLS, id + ".jsonl"), "tools::");
    for (let from = 0; from < records.length; from += BATCH) {
      assert.deepEqual(await different(site, records.slice(from, from + BATCH)), []);
    }
    judged += records.length;
  }
  console.log(judged + " customers of " + tools.length + " tools judged alike");
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
