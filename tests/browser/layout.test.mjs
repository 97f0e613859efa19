/**
 * How the book stands on the screen: nothing wider than a phone, targets large enough for a thumb, the head of an
 * objection card above the fold, nothing that jumps while a page loads. And, as every page is opened here: no error,
 * no violation of the policy, no foreign request on any of them.
 */
import assert from "node:assert/strict";
import { desk, check, extraPages, inLanes, none, onePageOfEachTemplate, pages, phone } from "./support.mjs";

const everyPage = [...pages.map((page) => page.url), ...extraPages];
const LANES = 2;

/** Counts how far things jump, from the first paint on. */
function watchShifts() {
  const report = /** @type {any} */ (window);
  report.shifts = [];
  new PerformanceObserver((list) => {
    for (const entry of list.getEntries()) {
      const shift = /** @type {any} */ (entry);
      if (shift.hadRecentInput) continue;
      const sources = shift.sources.map((/** @type {any} */ source) => source.node?.className || source.node?.parentElement?.className || source.node?.nodeName);
      report.shifts.push(`${shift.value.toFixed(4)} ${sources.join(" ")}`);
    }
  }).observe({ type: "layout-shift", buffered: true });
}

/** What is wider than the screen, outside the boxes that scroll by themselves. */
function overflowing() {
  const width = document.documentElement.clientWidth;
  const found = [];
  if (document.documentElement.scrollWidth > width) found.push(`page ${document.documentElement.scrollWidth}px`);
  for (const element of document.querySelectorAll("main *, header *, footer *")) {
    const box = element.getBoundingClientRect();
    if (box.width === 0 || box.right <= width + 0.5 && box.left >= -0.5) continue;
    if (element.closest("svg, .sr-only, .skip") || getComputedStyle(element).position === "absolute") continue;
    let scroller = element.parentElement;
    while (scroller && !["auto", "scroll"].includes(getComputedStyle(scroller).overflowX)) scroller = scroller.parentElement;
    if (scroller && scroller !== document.documentElement) continue;
    found.push(`${element.tagName}.${element.className} ${Math.round(box.left)}..${Math.round(box.right)}`);
  }
  return found.slice(0, 3);
}

/** Main controls that a thumb would miss. Links within a text are not among them. */
function smallTargets() {
  const controls = ".search-entry, summary, .copy, .chip, .button, .menu-item, .menu-nav a, .theme-choice label, .pager a, .card > a, .tool-nav button, .tool-actions button, .option span, .tool-ask-next, .search-input, .search-close, .search-clear, .search-chip, .search-more, .shelf-list a, .brand";
  const found = [];
  for (const element of document.querySelectorAll(controls)) {
    const box = element.getBoundingClientRect();
    if (box.width === 0 || getComputedStyle(element).visibility === "hidden") continue;
    if (box.height < 43.5 || box.width < 43.5) found.push(`${element.tagName}.${element.className} “${element.textContent?.slice(0, 12)}” ${Math.round(box.width)}×${Math.round(box.height)}`);
  }
  return Array.from(new Set(found)).slice(0, 5);
}

/** The parts of an objection's head that reach below the fold, which the search bar makes higher. */
function belowFold() {
  const bar = document.querySelector(".search-bar")?.getBoundingClientRect();
  const fold = bar && bar.top > innerHeight / 2 ? bar.top : innerHeight;
  const found = [];
  for (const part of [".answer-say .line", ".answer-say .copy", ".answer-row:not(.answer-ask) .line", ".answer-ask .line", ".answer-avoid p"]) {
    const bottom = document.querySelector(part)?.getBoundingClientRect().bottom ?? Infinity;
    if (bottom > fold) found.push(`${part} ends at ${Math.round(bottom)}, the fold is ${Math.round(fold)}`);
  }
  return found;
}

check("every page fits a phone, keeps still and its targets are large enough", { ...phone }, async ({ page, context, url }) => {
  await context.addInitScript(watchShifts);
  const lanes = [page, ...(await Promise.all(Array.from({ length: LANES - 1 }, () => context.newPage())))];
  /** @type {string[]} */
  const faults = [];
  let cards = 0;
  await inLanes(everyPage, LANES, async (path, lane) => {
    const tab = lanes[lane];
    await tab.goto(url(path), { waitUntil: "load" });
    if (await tab.locator(".tool[data-tool]").count()) await tab.locator(".tool.ready").first().waitFor();
    for (const menu of await tab.locator("details.menu").all()) await menu.evaluate((element) => (/** @type {HTMLDetailsElement} */ (element).open = true));
    faults.push(...(await tab.evaluate(smallTargets)).map((text) => `${path}: small target: ${text}`));
    for (const menu of await tab.locator("details.menu").all()) await menu.evaluate((element) => (/** @type {HTMLDetailsElement} */ (element).open = false));
    faults.push(...(await tab.evaluate(overflowing)).map((text) => `${path}: too wide: ${text}`));
    if (await tab.locator(".answer").count()) {
      cards++;
      faults.push(...(await tab.evaluate(belowFold)).map((text) => `${path}: below the fold: ${text}`));
    }
    const shifts = await tab.evaluate(() => /** @type {any} */ (window).shifts);
    faults.push(...shifts.map((/** @type {string} */ text) => `${path}: layout shift ${text}`));
  });
  none(faults);
  assert.equal(cards, pages.filter((one) => one.kind === "objection").length, "every objection card has its head");
});

check("every page opens from its folder without an error", { ...desk, over: "file" }, async ({ page, context, url }) => {
  const lanes = [page, ...(await Promise.all(Array.from({ length: LANES - 1 }, () => context.newPage())))];
  await inLanes(everyPage, LANES, async (path, lane) => {
    await lanes[lane].goto(url(path), { waitUntil: "load" });
    assert.ok(await lanes[lane].evaluate(() => typeof (/** @type {any} */ (window).salesbook?.search) === "function"), path);
  });
});

check("nothing jumps on a desk either", desk, async ({ page, context, open }) => {
  await context.addInitScript(watchShifts);
  for (const path of onePageOfEachTemplate()) {
    await open(path);
    if (await page.locator(".tool[data-tool]").count()) await page.locator(".tool.ready").first().waitFor();
    await page.waitForTimeout(100);
    assert.deepEqual(await page.evaluate(() => /** @type {any} */ (window).shifts), [], path);
    assert.deepEqual(await page.evaluate(overflowing), [], path);
  }
});

check("text at twice its size still fits a phone", { ...phone }, async ({ page, open }) => {
  for (const path of onePageOfEachTemplate()) {
    await open(path);
    if (await page.locator(".tool[data-tool]").count()) await page.locator(".tool.ready").first().waitFor();
    await page.evaluate(() => document.documentElement.style.setProperty("font-size", "200%"));
    assert.equal(await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth), 0, path);
  }
});

check("nothing moves by itself where the reader asked for stillness", { ...desk, reducedMotion: "reduce" }, async ({ page, open }) => {
  for (const path of onePageOfEachTemplate()) {
    await open(path);
    const moving = await page.evaluate(() => Array.from(document.querySelectorAll("*")).filter((element) => {
      const style = getComputedStyle(element);
      return (style.transitionProperty !== "none" && parseFloat(style.transitionDuration) > 0.01) || (style.animationName !== "none" && parseFloat(style.animationDuration) > 0.01);
    }).map((element) => element.className));
    assert.deepEqual(moving, [], path);
  }
});
