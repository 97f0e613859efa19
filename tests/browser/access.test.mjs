/**
 * Accessibility, as far as axe can judge it: no violation in light or dark, on one page of every template, in the open
 * search dialog and in a judged tool. `SALESBOOK_AXE=all` goes over every page.
 */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { check, desk, extraPages, none, onePageOfEachTemplate, pageUrl, pages, phone } from "./support.mjs";

const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const paths = process.env.SALESBOOK_AXE === "all" ? [...pages.map((page) => page.url), ...extraPages] : onePageOfEachTemplate();

/** @param {import("playwright-core").Page} page */
async function violations(page) {
  await page.evaluate(axe);
  return page.evaluate(async () => {
    const { violations: found } = await /** @type {any} */ (window).axe.run(document, { resultTypes: ["violations"] });
    return found.map((/** @type {any} */ one) => `${one.id} (${one.impact}): ${one.nodes.slice(0, 3).map((/** @type {any} */ node) => node.target.join(" ") + " " + (node.any[0]?.message || "")).join(" | ")}`);
  });
}

for (const colorScheme of /** @type {const} */ (["light", "dark"])) {
  check(`axe finds nothing in ${colorScheme}`, { ...desk, colorScheme, reducedMotion: "reduce" }, async ({ page, open }) => {
    const faults = [];
    for (const path of paths) {
      await open(path);
      if (await page.locator(".tool[data-tool]").count()) await page.locator(".tool.ready").first().waitFor();
      faults.push(...(await violations(page)).map((text) => `${path}: ${text}`));
    }
    none(faults);
  });

  check(`axe finds nothing in the search, a result, the menu and the settings in ${colorScheme}`, { ...phone, colorScheme, reducedMotion: "reduce" }, async ({ page, open }) => {
    const faults = [];
    /** @param {string} what */
    const look = async (what) => faults.push(...(await violations(page)).map((text) => `${what}: ${text}`));
    await open("index.html");
    await page.locator("details.menu summary").tap();
    await look("menu");
    await page.locator("button[data-variables]").tap();
    await page.locator("dialog[open] form").waitFor();
    await look("settings");
    await page.keyboard.press("Escape");
    await page.keyboard.press("Control+k");
    await page.locator("dialog.search-dialog[open] .search-note a").first().waitFor();
    await look("empty search");
    await page.keyboard.type("太贵了");
    await page.locator("dialog[open] [aria-selected=true]").waitFor();
    await look("search results");
    await page.locator("dialog[open] .search-input").fill("qqqqzzzzxxxx");
    await page.locator("dialog[open] .search-none", { hasText: "qqqqzzzzxxxx" }).waitFor();
    await look("no results");
    await open(pageUrl("type-finder") + "#a=role.owner,choose.criteria,paper.careful,interest.personal");
    await page.locator(".tool.ready .ranking").waitFor();
    await look("leaning result");
    await page.goto("about:blank");
    await open(pageUrl("type-finder") + "#a=role.owner");
    await page.locator(".tool.ready .tool-ask-next").waitFor();
    await look("insufficient result");
    await open("search.html?q=" + encodeURIComponent("价格"));
    await page.locator(".search-page .search-result").first().waitFor();
    await look("search page");
    await open(pageUrl("obj-price-too-high") + "?q=" + encodeURIComponent("太贵了"));
    await page.locator(".search-highlight").waitFor();
    await look("found page");
    none(faults);
  });
}

check("a keyboard reaches every page's text by its first Tab", desk, async ({ page, open }) => {
  for (const path of onePageOfEachTemplate()) {
    await open(path);
    await page.locator("body").press("Tab");
    assert.ok(await page.evaluate(() => document.activeElement?.classList.contains("skip") || !!document.activeElement?.closest(".search-page")), path);
  }
  await open(pageUrl("type-owner"));
  await page.keyboard.press("Tab");
  await page.keyboard.press("Enter");
  assert.equal(await page.evaluate(() => document.activeElement?.id), "main");
});
