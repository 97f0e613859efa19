/**
 * The home page says which pages changed and were not opened since. The device remembers what each page was like.
 */
import assert from "node:assert/strict";
import { checkBoth } from "./support.mjs";

checkBoth("pages that changed are named until they are opened", {}, async ({ page, open }) => {
  const chips = page.locator("[data-changes] a");
  await open("index.html");
  await page.waitForFunction(() => Array.isArray(/** @type {any} */ (window).SB.store.get("seen")));
  assert.equal(await chips.count(), 0, "the first visit has nothing to compare");
  await page.evaluate(() => {
    const store = /** @type {any} */ (window).SB.store;
    store.set("seen", store.get("seen").map((/** @type {string[]} */ pair) => (pair[0] === "obj-price-too-high" ? [pair[0], "older"] : pair)));
  });
  await page.reload();
  await chips.first().waitFor();
  assert.deepEqual(await chips.allTextContents(), ["太贵了"]);
  await chips.first().click();
  // The title stands before the page's script has remembered the visit.
  await page.waitForFunction(() => {
    const store = /** @type {any} */ (window).SB?.store;
    return document.title.startsWith("太贵了") && store?.get("seen").every((/** @type {string[]} */ pair) => pair[1] !== "older");
  });
  await open("index.html");
  await page.waitForFunction(() => /** @type {any} */ (window).SB.load && document.querySelector("[data-changes]"));
  await page.waitForTimeout(300);
  assert.equal(await chips.count(), 0, "a page that was opened is no longer new");
});
