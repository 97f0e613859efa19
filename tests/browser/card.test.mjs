/**
 * Cards in use: copying a line with the reader's own words in it, the wording by customer type, light and dark, the
 * pages read last, and printing. What is chosen must still be there on the next page.
 */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { book, check, checkBoth, clipboard, desk, dist, pageUrl, pages, phone } from "./support.mjs";

const CARD = pageUrl("obj-price-too-high");
const CLIPBOARD = { permissions: ["clipboard-read", "clipboard-write"] };

/** A page that has a variable in a line to be said, and that line. */
function lineWithVariable() {
  for (const page of pages) {
    const html = readFileSync(join(dist, page.url), "utf8");
    const found = /data-line="([^"]*\{(称呼|产品|客户公司|我的公司|我的姓名)\}[^"]*)"/.exec(html);
    if (found) return { url: page.url, line: found[1], name: found[2] };
  }
  throw new Error("the book has no line with a variable");
}

/** @param {import("./support.mjs").Site} site */
async function openWords({ page }) {
  await page.locator("details.menu summary").click();
  await page.locator("button[data-variables]").click();
  await page.locator("dialog[open] form.settings").waitFor();
}

checkBoth("one tap copies the sentence to say", { ...phone, ...CLIPBOARD }, async (site) => {
  const { page, open } = site;
  await open(CARD);
  const say = await page.locator(".answer-say .line").textContent();
  const button = page.locator(".answer-say .copy");
  assert.ok((await button.getAttribute("aria-label"))?.includes(String(say)), "the button's name says what it copies");
  await button.tap();
  await page.waitForFunction(() => document.querySelector(".answer-say .copy")?.classList.contains("copied"));
  assert.equal(await clipboard(site), say);
  await page.waitForFunction(() => document.getElementById("live")?.textContent !== "");
  await page.waitForFunction(() => !document.querySelector(".answer-say .copy")?.classList.contains("copied"));
});

checkBoth("the reader's own words stand in the lines, in what is copied, and on the next visit", CLIPBOARD, async (site) => {
  const { page, open } = site;
  const { url, line, name } = lineWithVariable();
  await open(url);
  await openWords(site);
  await page.locator(`dialog[open] input[name="${name}"]`).fill("王工 <b>");
  await page.keyboard.press("Enter");
  await page.locator("dialog[open]").waitFor({ state: "detached" });
  const place = page.locator(`[data-line="${line}"]`).first();
  assert.equal(await place.locator(`[data-var="${name}"]`).first().textContent(), "王工 <b>");
  const expected = (/** @type {string} */ mine) => line.replace(/\{([^}]+)\}/g, (_, one) => (one === name ? mine : standard[one]));
  const standard = Object.fromEntries(await page.evaluate(() => /** @type {any} */ (window).SB_BOOT.variables));
  await page.locator(`[data-line="${line}"] + .copy`).first().click({ force: true });
  await page.waitForFunction((text) => navigator.clipboard.readText().then((copied) => copied === text), expected("王工 <b>"));

  await open("index.html");
  await open(url);
  assert.equal(await place.locator(`[data-var="${name}"]`).first().textContent(), "王工 <b>", "kept for the next page");
  const stored = await page.evaluate((key) => JSON.parse(localStorage.getItem(key) || "{}"), "salesbook:" + book.playbook);
  assert.equal(stored.v, 1);
  assert.deepEqual(stored.variables, { [name]: "王工 <b>" });
  assert.deepEqual(await page.evaluate(() => Object.keys(localStorage)), ["salesbook:" + book.playbook], "one key holds everything");

  await openWords(site);
  await page.locator(`dialog[open] input[name="${name}"]`).fill("");
  await page.locator("dialog[open] button[type=submit]").click();
  assert.equal(await place.locator(`[data-var="${name}"]`).first().textContent(), standard[name], "an empty field brings back the usual word");
});

check("closing the settings without saving changes nothing and gives the focus back", {}, async (site) => {
  const { page, open } = site;
  await open(lineWithVariable().url);
  await openWords(site);
  await page.locator("dialog[open] input").first().fill("别存");
  await page.keyboard.press("Escape");
  await page.locator("dialog[open]").waitFor({ state: "detached" });
  assert.equal(await page.evaluate((key) => JSON.parse(localStorage.getItem(key) || "{}").variables, "salesbook:" + book.playbook), undefined);
  await openWords(site).catch(async () => page.locator("button[data-variables]").click());
  assert.equal(await page.locator("dialog[open] input").first().inputValue(), "");
});

check("the wording by customer type is chosen by keyboard, and by address", { ...desk, ...CLIPBOARD }, async (site) => {
  const { page, open } = site;
  await open(CARD);
  const tabs = page.locator("[data-variants] [role=tab]");
  const shown = page.locator("[data-variants] [role=tabpanel]:visible");
  const count = await tabs.count();
  assert.ok(count >= 3);
  assert.equal(await shown.count(), 1);
  await tabs.first().focus();
  await page.keyboard.press("ArrowRight");
  assert.equal(await tabs.nth(1).getAttribute("aria-selected"), "true");
  assert.ok(await tabs.nth(1).evaluate((tab) => tab === document.activeElement));
  assert.equal(await shown.getAttribute("id"), await tabs.nth(1).getAttribute("aria-controls"));
  assert.equal(await shown.getAttribute("aria-labelledby"), await tabs.nth(1).getAttribute("id"));
  await page.keyboard.press("ArrowLeft");
  await page.keyboard.press("ArrowLeft");
  assert.equal(await tabs.nth(count - 1).getAttribute("aria-selected"), "true", "left of the first is the last");
  await page.keyboard.press("Home");
  assert.equal(await tabs.first().getAttribute("aria-selected"), "true");
  await page.keyboard.press("End");
  const line = await shown.locator(".line").textContent();
  await page.keyboard.press("Tab");
  await page.keyboard.press("Tab");
  assert.ok(await shown.locator(".copy").evaluate((button) => button === document.activeElement), "two tabs from the chip to its copy button");
  await page.keyboard.press("Enter");
  await page.waitForFunction((text) => navigator.clipboard.readText().then((copied) => copied === text), line);

  const second = await tabs.nth(1).getAttribute("aria-controls");
  await open(CARD + "#" + second);
  assert.equal(await shown.getAttribute("id"), second);
});

checkBoth("light and dark: the choice holds on the next page, before anything is drawn", { ...desk, colorScheme: "light" }, async (site) => {
  const { page, open } = site;
  await open("index.html");
  const background = () => page.evaluate(() => getComputedStyle(document.documentElement).backgroundColor);
  const light = await background();
  await page.locator("details.menu summary").click();
  await page.locator('input[name="sb-theme"][value="dark"]').check({ force: true });
  const dark = await background();
  assert.notEqual(dark, light);
  await page.addInitScript(() => {
    const report = /** @type {any} */ (window);
    new MutationObserver((_, observer) => {
      if (!document.body) return;
      report.themeAtFirst = document.documentElement.className;
      observer.disconnect();
    }).observe(document, { childList: true, subtree: true });
  });
  await open(CARD);
  assert.equal(await background(), dark);
  assert.match(await page.evaluate(() => /** @type {any} */ (window).themeAtFirst), /theme-dark/);
  await page.locator("details.menu summary").click();
  assert.ok(await page.locator('input[name="sb-theme"][value="dark"]').isChecked());
  await page.locator('input[name="sb-theme"][value="auto"]').check({ force: true });
  assert.equal(await background(), light);
});

check("without a choice the system decides between light and dark", {}, async ({ page, open }) => {
  await open(CARD);
  const colours = [];
  for (const colorScheme of /** @type {const} */ (["light", "dark"])) {
    await page.emulateMedia({ colorScheme });
    colours.push(await page.evaluate(() => getComputedStyle(document.documentElement).backgroundColor));
  }
  assert.notEqual(colours[0], colours[1]);
});

checkBoth("the cards read last stand on the first page, newest first, once each", {}, async ({ page, open, root }) => {
  const read = ["obj-price-too-high", "type-owner", "obj-time-think", "obj-price-too-high"];
  for (const id of read) await open(pageUrl(id));
  await open("index.html");
  const links = page.locator("[data-recent] a");
  assert.deepEqual(await links.evaluateAll((all) => all.map((link) => /** @type {HTMLAnchorElement} */ (link).href)),
    ["obj-price-too-high", "obj-time-think", "type-owner"].map((id) => root + pageUrl(id)));
  await links.nth(2).click();
  await page.waitForURL((url) => url.pathname.endsWith("/type-owner.html"));
});

check("a reader whose browser refuses storage loses nothing but memory", { ...CLIPBOARD }, async (site) => {
  const { page, context, open } = site;
  await context.addInitScript(() => {
    Object.defineProperty(window, "localStorage", { get() { throw new DOMException("refused", "SecurityError"); } });
  });
  await open(CARD);
  await page.locator(".answer-say .copy").click();
  await page.waitForFunction(() => document.querySelector(".answer-say .copy.copied"));
  await page.keyboard.press("/");
  await page.locator("dialog[open] .search-input").waitFor();
  await page.keyboard.type("太贵了");
  await page.locator("dialog[open] [aria-selected=true]").waitFor();
});

check("a card prints on one small sheet, a page on A4", {}, async ({ page, open }) => {
  await open(CARD);
  await page.evaluate(() => (window.print = () => void (/** @type {any} */ (window).printed = document.documentElement.className)));
  await page.locator("[data-print=card]").click();
  assert.match(await page.evaluate(() => /** @type {any} */ (window).printed), /print-card/);
  const card = await page.pdf({ preferCSSPageSize: true });
  assert.equal(card.toString("latin1").match(/\/Type\s*\/Page\b/g)?.length, 1, "the card fits one sheet");
  await page.evaluate(() => window.dispatchEvent(new Event("afterprint")));
  assert.doesNotMatch(await page.evaluate(() => document.documentElement.className), /print-card/);
  assert.ok((await page.pdf({ format: "A4" })).length > 1000);
});
