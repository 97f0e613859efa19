/**
 * The book without JavaScript: every template can be read and left by its links, the tool shows its questions as a
 * list, and the search page lists every page.
 */
import assert from "node:assert/strict";
import { check, checkBoth, onePageOfEachTemplate, pageUrl, pages, phone } from "./support.mjs";

const PLAIN = { javaScriptEnabled: false };

checkBoth("every template reads without scripts", { ...PLAIN, ...phone }, async ({ page, open }) => {
  for (const path of onePageOfEachTemplate()) {
    await open(path);
    assert.equal(await page.locator("html.js").count(), 0);
    const main = (await page.locator("main").innerText()).trim();
    assert.ok((await page.locator("h1").innerText()).trim(), path + ": a title");
    assert.ok(main.length > (path === "404.html" ? 20 : 60), `${path}: main text of ${main.length} characters`);
    assert.equal(await page.locator(".needs-js:visible, .copy:visible, dialog:visible").count(), 0, path + ": controls that would do nothing are hidden");
    assert.ok((await page.locator("header a:visible, header summary:visible").count()) >= 2, path + ": a way on");
    assert.equal(await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth), 0, path + ": fits the phone");
  }
});

checkBoth("the menu and the links lead on without scripts", { ...PLAIN, ...phone }, async ({ page, open }) => {
  await open("index.html");
  await page.locator("details.menu summary").tap();
  await page.locator(".menu-nav a", { hasText: "异议处理" }).tap();
  await page.waitForURL((url) => url.pathname.endsWith("/objections/index.html"));
  await page.locator("main a", { hasText: "太贵了" }).first().tap();
  await page.waitForURL((url) => url.pathname.endsWith("/obj-price-too-high.html"));
  await page.locator(".search-entry").tap();
  await page.waitForURL((url) => url.pathname.endsWith("/search.html"));
});

check("every wording of an objection stands on the page without scripts", PLAIN, async ({ page, open }) => {
  await open(pageUrl("obj-price-too-high"));
  const variants = page.locator(".variant");
  assert.ok((await variants.count()) >= 3);
  assert.equal(await page.locator(".variant:visible").count(), await variants.count());
  for (const part of [".answer-say .line", ".answer-ask .line", ".answer-avoid p"]) assert.ok(await page.locator(part).isVisible());
});

check("the tool lists its questions without scripts", PLAIN, async ({ page, open }) => {
  for (const path of [pageUrl("type-finder"), "customer-types/index.html"]) {
    await open(path);
    const questions = page.locator(".tool-questions > li:visible");
    assert.equal(await questions.count(), 9, path);
    assert.ok((await page.locator(".tool-questions ul li:visible").count()) > 30, path);
    assert.ok(await page.locator(".tool-note").isVisible(), path);
  }
});

check("the search page lists every page without scripts", PLAIN, async ({ page, open, url }) => {
  await open("search.html");
  const listed = new Set(await page.locator(".all-pages a").evaluateAll((links) => links.map((link) => /** @type {HTMLAnchorElement} */ (link).href.split("#")[0])));
  const missing = pages.filter((one) => one.kind !== "home" && !listed.has(url(one.url))).map((one) => one.id);
  assert.deepEqual(missing, []);
});
