/**
 * Time of one judgement of `type-finder` in the browser, and its ratio to the Rhai engine built with the release profile:
 *
 *     SALESBOOK_DIST=dist node tests/browser/bench.mjs
 *
 * Both judge the answers that `cargo test --test suite rule::` recorded, in turn, so that whatever else the machine does
 * meets both. Prints microseconds for one judgement and the ratio of each turn, and the median ratio.
 */
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { browser, pageUrl, rootOf } from "./support.mjs";

const TURNS = 5;
const ROUNDS = 9;
const here = import.meta.dirname;
const answers = readFileSync(resolve(here, "../../target/tmp/type-finder.jsonl"), "utf8").split("\n").slice(0, 1000).map((line) => JSON.parse(line)[0]);

const page = await (await (await browser()).newContext()).newPage();
await page.goto(new URL(pageUrl("type-finder"), await rootOf("http")).href, { waitUntil: "load" });

/** Microseconds for one judgement: the median round. */
const inBrowser = () =>
  page.evaluate(
    async ([answers, rounds]) => {
      const rule = await /** @type {any} */ (window).salesbook.rule("type-finder");
      const times = [];
      for (let round = 0; round < rounds; round++) {
        const start = performance.now();
        for (const facts of answers) rule.judge(facts);
        times.push(((performance.now() - start) * 1000) / answers.length);
      }
      return times.sort((a, b) => a - b)[rounds >> 1];
    },
    /** @type {[any[], number]} */ ([answers, ROUNDS]),
  );
const inEngine = () => Number(execFileSync("cargo", ["bench", "--quiet", "--bench", "rule"], { cwd: resolve(here, "../.."), encoding: "utf8" }).trim());

inEngine();
const ratios = [];
for (let turn = 0; turn < TURNS; turn++) {
  const [engine, chromium] = [inEngine(), await inBrowser()];
  ratios.push(chromium / engine);
  console.log(`engine ${engine.toFixed(1)} µs, browser ${chromium.toFixed(1)} µs, ratio ${(chromium / engine).toFixed(2)}`);
}
console.log("median ratio " + ratios.sort((a, b) => a - b)[TURNS >> 1].toFixed(2));
process.exit(0);
