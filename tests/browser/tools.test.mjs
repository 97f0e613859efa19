/**
 * Every tool of the book, on a small phone and on a desk, in light and dark: no axe violation before and after it is
 * answered, nothing wider than the screen, answered to its end by keyboard; and without JavaScript the page says what
 * is asked, what comes out and by what it goes. What the rules say is not judged here.
 */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { check, desk, none, pages, phone } from "./support.mjs";

const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const tools = pages.filter((page) => page.kind === "tool").map((page) => page.url);

/** What axe finds within a part of the page. @param {import("playwright-core").Page} page @param {string} part */
function violations(page, part) {
  return page.evaluate(async (within) => {
    const { violations: found } = await /** @type {any} */ (window).axe.run(within, { resultTypes: ["violations"] });
    return found.map((/** @type {any} */ one) => `${one.id}: ${one.nodes.slice(0, 2).map((/** @type {any} */ node) => node.target.join(" ") + " " + (node.any[0]?.message || "")).join(" | ")}`);
  }, part);
}

/** How much wider than the screen the page is. @param {import("playwright-core").Page} page */
function tooWide(page) {
  return page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
}

/** Answers every question with its first answer: on a phone one after the other, on a desk all of them. @param {import("playwright-core").Page} page @param {boolean} wide */
async function answerAll(page, wide) {
  return page.evaluate(async (all) => {
    const fill = (/** @type {Element} */ box) => {
      const input = /** @type {HTMLInputElement} */ (box.querySelector("textarea, input"));
      const text = input.tagName === "TEXTAREA" ? input.placeholder + "\n" : input.type === "number" ? input.min || "3" : input.type === "date" ? "2026-11-22" : "";
      if (input.type === "radio" || input.type === "checkbox") input.click();
      else {
        input.value = text || "三个月";
        input.dispatchEvent(new Event("input", { bubbles: true }));
      }
    };
    const boxes = () => /** @type {HTMLElement[]} */ (Array.from(document.querySelectorAll(".tool .question"))).filter((box) => box.getClientRects().length);
    if (all) return boxes().forEach(fill);
    for (let turn = 0; turn < 40 && boxes().length; turn++) {
      const [box] = boxes();
      fill(box);
      /** @type {HTMLElement} */ (document.querySelector(".tool-forward")).click();
    }
  }, wide);
}

for (const colorScheme of /** @type {const} */ (["light", "dark"])) {
  for (const [name, screen] of /** @type {const} */ ([["a small phone", phone], ["a desk", desk]])) {
    check(`every tool passes axe and fits on ${name} in ${colorScheme}, asked and answered`, { ...screen, colorScheme, reducedMotion: "reduce", timeout: 300_000 }, async ({ page, open }) => {
      const faults = [];
      const wide = screen.viewport.width >= 900;
      for (const path of tools) {
        await open(path);
        if (!(await page.locator(".tool[data-tool]").count())) continue;
        await page.locator(".tool.ready").waitFor();
        await page.evaluate(axe);
        for (const moment of ["asked", "answered"]) {
          if (moment === "answered") await answerAll(page, wide);
          for (const details of await page.locator(".tool details, .tool-decision details, .tool-outcomes details").all()) await details.evaluate((element) => (/** @type {HTMLDetailsElement} */ (element).open = true));
          faults.push(...(await violations(page, moment === "asked" ? "html" : ".tool")).map((text) => `${path}, ${moment}: ${text}`));
          if (await tooWide(page)) faults.push(`${path}, ${moment}: ${await tooWide(page)} too wide`);
        }
        if (!(await page.locator(".tool-result .tool-actions").count())) faults.push(`${path}: no result after the last question`);
      }
      none(faults);
    });
  }
}

check("every tool is answered to its end by keyboard on a phone's width", { viewport: phone.viewport }, async ({ page, open }) => {
  const faults = [];
  for (const path of tools) {
    await open(path);
    if (!(await page.locator(".tool[data-tool]").count())) continue;
    await page.locator(".tool.ready").waitFor();
    await page.locator(".question:visible").locator("textarea, input").first().focus();
    const shown = () => page.evaluate(() => document.activeElement?.closest(".question")?.getAttribute("data-fact") || "");
    let asked = 0;
    for (; asked < 40 && (await page.locator(".tool-ask").isVisible()); asked++) {
      const id = await shown();
      if (!id) faults.push(`${path}: the focus is lost after ${asked} questions`);
      const name = await page.evaluate(() => document.activeElement?.closest("label")?.textContent || document.activeElement?.getAttribute("aria-label"));
      if (!name) faults.push(`${path}: an answer of ${id} has no name`);
      const forward = () => page.evaluate(() => document.activeElement?.matches(".tool-forward"));
      for (let press = 0; press < 30 && !(await forward()); press++) await page.keyboard.press("Tab");
      await page.keyboard.press("Enter");
    }
    const end = await page.evaluate(() => document.activeElement?.className);
    if (end !== "tool-result") faults.push(`${path}: the focus ends at ${end} after ${asked} questions`);
  }
  none(faults);
});

check("without JavaScript every tool says what it asks, what comes out and by what it goes", { ...phone, javaScriptEnabled: false }, async ({ page, open }) => {
  const faults = [];
  for (const path of tools) {
    await open(path);
    const source = page.locator(".tool .tool-data");
    if (!(await source.count())) continue;
    const tool = JSON.parse((await source.textContent()) || "");
    const text = await page.locator("main").innerText();
    for (const fact of tool.facts) {
      if (!text.includes(fact.question)) faults.push(`${path}: no “${fact.question}”`);
      for (const option of fact.options || []) if (!text.includes(option.label)) faults.push(`${path}: no “${option.label}”`);
    }
    for (const outcome of tool.outcomes) if (!text.includes(outcome.title)) faults.push(`${path}: no “${outcome.title}”`);
    if (!(await page.locator(".tool-decision tbody tr").count())) faults.push(`${path}: no table of what it goes by`);
    await page.locator(".tool-decision summary").first().tap();
    if (!(await page.locator(".tool-decision tbody tr").first().isVisible())) faults.push(`${path}: its table does not open`);
    const { scrollWidth, clientWidth } = await page.locator("html").evaluate((html) => ({ scrollWidth: html.scrollWidth, clientWidth: html.clientWidth })).catch(() => ({ scrollWidth: 0, clientWidth: 0 }));
    if (scrollWidth > clientWidth) faults.push(`${path}: ${scrollWidth - clientWidth} too wide`);
  }
  none(faults);
  assert.ok(tools.length >= 28);
});
