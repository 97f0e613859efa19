/**
 * Search: what is found, by the page's own interface and by hand; the dialog's keys, its input method, its voice for
 * screen readers; what happens when nothing is found or nothing can be loaded; the search page, and the found page.
 */
import assert from "node:assert/strict";
import { check, checkBoth, host, openId, phone } from "./support.mjs";

const CARD = "objections/obj-competitor-threat.html";
/** Every one must bring its page first. */
const MUST_FIND = [
  ["太贵了", "obj-price-too-high"],
  ["tgl", "obj-price-too-high"],
  ["lizhi", "type-rational"],
  ["tai gui", "obj-price-too-high"],
  ["too expensive", "obj-price-too-high"],
  ["再考虑", "obj-time-think"],
];
const dialog = "dialog.search-dialog[open]";
const input = dialog + " .search-input";
const active = dialog + " [aria-selected=true]";

/** @param {import("./support.mjs").Site} site */
async function openDialog({ page }) {
  await page.keyboard.press("Control+k");
  await page.locator(input).waitFor();
}

/** Waits until the first result is the page. @param {import("./support.mjs").Site} site @param {string} id */
async function firstResultIs({ page }, id) {
  await page.waitForFunction(
    ([selector, wanted]) => document.querySelector(selector)?.getAttribute("href")?.includes("/" + wanted + ".html"),
    [dialog + " .search-result", id],
  );
}

checkBoth("the six queries find their page through the interface", {}, async ({ page, open, root }) => {
  await open("index.html");
  for (const [query, id] of MUST_FIND) {
    const results = await page.evaluate((text) => /** @type {any} */ (window).salesbook.search(text, { limit: 5 }), query);
    assert.equal(results[0]?.id, id, `${query}: ${JSON.stringify(results.slice(0, 3).map((/** @type {any} */ one) => one.id))}`);
    assert.ok(results.length <= 5);
    for (const result of results) {
      assert.ok(["exact", "related", "pinyin", "fuzzy"].includes(result.match), result.match);
      assert.equal(typeof result.score, "number");
      assert.ok(new URL(result.url, page.url()).href.startsWith(root), result.url);
    }
  }
  const types = await page.evaluate(() => /** @type {any} */ (window).salesbook.search("价格", { kinds: ["type"] }));
  assert.ok(types.length > 0 && types.every((/** @type {any} */ one) => one.kind === "type"));
});

checkBoth("the six queries find their page in the dialog, by keyboard only", {}, async (site) => {
  const { page, open } = site;
  for (const [query, id] of MUST_FIND) {
    await open("aida/index.html");
    await page.keyboard.press("/");
    await page.locator(input).waitFor();
    await page.keyboard.type(query, { delay: 5 });
    await firstResultIs(site, id);
    await page.keyboard.press("Enter");
    await page.waitForURL((url) => url.pathname.endsWith(`/${id}.html`));
    assert.equal(await openId(page), id);
  }
});

checkBoth("Enter before the results are there opens the first one", {}, async ({ page, open }) => {
  await open("index.html");
  await page.keyboard.press("/");
  await page.locator(input).waitFor();
  await page.keyboard.insertText("太贵了");
  await page.keyboard.press("Enter");
  await page.waitForURL((url) => url.pathname.endsWith("/obj-price-too-high.html"));
});

check("keys of the dialog: arrows wrap, Escape clears and then closes, the focus goes back", {}, async (site) => {
  const { page, open } = site;
  await open("objections/index.html");
  const opener = page.locator(".search-bar .search-entry");
  await opener.focus();
  await page.keyboard.press("Enter");
  await page.locator(input).waitFor();
  assert.equal(await opener.getAttribute("aria-haspopup"), "dialog");

  await page.keyboard.type("价格");
  await page.locator(active).waitFor();
  const options = page.locator(dialog + " [role=option]");
  const count = await options.count();
  assert.ok(count > 2);
  const chosen = () => page.evaluate((selector) => Array.from(document.querySelectorAll(selector + " [role=option]")).findIndex((one) => one.getAttribute("aria-selected") === "true"), dialog);
  assert.equal(await chosen(), 0);
  await page.keyboard.press("ArrowDown");
  assert.equal(await chosen(), 1);
  await page.keyboard.press("ArrowUp");
  await page.keyboard.press("ArrowUp");
  assert.equal(await chosen(), count - 1, "up from the first goes to the last");
  await page.keyboard.press("ArrowDown");
  assert.equal(await chosen(), 0, "down from the last goes to the first");
  await page.keyboard.press("Home");
  assert.equal(await page.locator(input).evaluate((field) => /** @type {HTMLInputElement} */ (field).selectionStart), 0, "Home stays in the text");
  assert.equal(await chosen(), 0);

  const [opened] = await Promise.all([site.context.waitForEvent("page"), page.keyboard.press("Control+Enter")]);
  await opened.waitForLoadState();
  assert.ok(opened.url().includes(".html"));
  await opened.close();
  await page.bringToFront();

  await page.keyboard.press("Escape");
  assert.equal(await page.locator(input).inputValue(), "", "the first Escape clears");
  await page.keyboard.press("Escape");
  await page.locator(dialog).waitFor({ state: "detached" });
  assert.ok(await opener.evaluate((element) => element === document.activeElement), "the focus is back where it was");
});

check("Tab stays within the dialog, and a tap outside closes it", {}, async (site) => {
  const { page, open } = site;
  await open("index.html");
  await openDialog(site);
  await page.keyboard.type("价格");
  await page.locator(active).waitFor();
  for (let press = 0; press < 12; press++) {
    await page.keyboard.press("Tab");
    // Past the last control the focus is the browser's own, which the page sees as its body.
    const place = await page.evaluate((selector) => document.activeElement === document.body || !!document.activeElement?.closest(selector), dialog);
    assert.ok(place, "the focus left the dialog");
  }
  await page.mouse.click(5, 5);
  await page.locator(dialog).waitFor({ state: "detached" });
});

check("the dialog tells a screen reader what it is and how many pages it found", {}, async (site) => {
  const { page, open } = site;
  await open("index.html");
  await openDialog(site);
  const field = page.locator(input);
  assert.equal(await field.getAttribute("role"), "combobox");
  assert.equal(await field.getAttribute("aria-autocomplete"), "list");
  assert.equal(await field.getAttribute("aria-expanded"), "false");
  assert.equal(await field.getAttribute("type"), "search");
  assert.equal(await field.getAttribute("enterkeyhint"), "search");
  assert.ok(await page.locator(dialog).evaluate((element) => element.hasAttribute("aria-label") || element.hasAttribute("aria-labelledby")));

  await page.keyboard.type("太贵了");
  await page.locator(active).waitFor();
  assert.equal(await field.getAttribute("aria-expanded"), "true");
  const list = page.locator("#" + (await field.getAttribute("aria-controls")));
  assert.equal(await list.getAttribute("role"), "listbox");
  const described = await field.getAttribute("aria-activedescendant");
  assert.equal(await page.locator(active).getAttribute("id"), described);
  await page.keyboard.press("ArrowDown");
  assert.equal(await page.locator(active).getAttribute("id"), await field.getAttribute("aria-activedescendant"));
  assert.notEqual(await field.getAttribute("aria-activedescendant"), described);
  await page.waitForFunction((selector) => /\d/.test(document.querySelector(selector + " [aria-live=polite]")?.textContent || ""), dialog);
  assert.ok((await page.locator(dialog + " mark").allTextContents()).some((text) => text.includes("贵")), "the words found are marked");
});

checkBoth("an input method keeps its own keys; half-written pinyin is searched", {}, async (site) => {
  const { page, open, context } = site;
  await open("index.html");
  await openDialog(site);
  const devtools = await context.newCDPSession(page);
  /** A key that the input method has taken for itself. @param {string} code */
  const composingKey = async (code) => {
    const event = { windowsVirtualKeyCode: 229, key: "Process", code };
    await devtools.send("Input.dispatchKeyEvent", { type: "rawKeyDown", ...event });
    await devtools.send("Input.dispatchKeyEvent", { type: "keyUp", ...event });
  };
  for (const text of ["t", "ta", "tai", "tai g", "tai gui"]) {
    await devtools.send("Input.imeSetComposition", { text, selectionStart: text.length, selectionEnd: text.length });
  }
  await firstResultIs(site, "obj-price-too-high");
  const address = page.url();
  await composingKey("ArrowDown");
  assert.equal(await page.locator(active).getAttribute("id"), await page.locator(dialog + " [role=option]").first().getAttribute("id"), "an arrow belongs to the input method");
  await composingKey("Enter");
  await composingKey("Escape");
  assert.equal(page.url(), address, "Enter belongs to the input method");
  assert.ok(await page.locator(dialog).isVisible(), "Escape belongs to the input method");
  assert.equal(await page.locator(input).inputValue(), "tai gui");

  await devtools.send("Input.insertText", { text: "再考虑" });
  assert.equal(await page.locator(input).inputValue(), "再考虑");
  await firstResultIs(site, "obj-time-think");
  await page.keyboard.press("Enter");
  await page.waitForURL((url) => url.pathname.endsWith("/obj-time-think.html"));
});

check("before anything is typed the dialog offers pages and words, and later what was searched", {}, async (site) => {
  const { page, open } = site;
  await open("index.html");
  await openDialog(site);
  await page.locator(dialog + " .search-note a").first().waitFor();
  const words = page.locator(dialog + " .search-note button.search-chip");
  assert.ok((await words.count()) > 0);
  const word = await words.first().textContent();
  await words.first().click();
  assert.equal(await page.locator(input).inputValue(), word);
  await page.locator(active).waitFor();
  await page.keyboard.press("Enter");
  await page.waitForURL((url) => url.searchParams.has("q"));

  await openDialog(site);
  assert.equal(await page.locator(dialog + " .search-note button.search-chip").first().textContent(), word, "the last search is offered");
  await page.locator(dialog + " .search-forget").click();
  await page.keyboard.press("Escape");
  await openDialog(site);
  assert.equal(await page.locator(dialog + " .search-forget").count(), 0, "the searches are forgotten");
});

checkBoth("where nothing is found the dialog says so and leads on", {}, async (site) => {
  const { page, open } = site;
  await open("index.html");
  await openDialog(site);
  await page.keyboard.type("qqqqzzzzxxxx");
  await page.locator(dialog + " .search-none", { hasText: "qqqqzzzzxxxx" }).waitFor();
  await page.locator(dialog + " .search-note a").first().waitFor();
  assert.equal(await page.locator(input).getAttribute("aria-expanded"), "false");
  await page.keyboard.press("Enter");
  assert.ok(await page.locator(dialog).isVisible());
});

check("a chip of a kind narrows the results, and can be taken off again", {}, async (site) => {
  const { page, open } = site;
  await open("index.html");
  await openDialog(site);
  await page.keyboard.type("价格");
  await page.locator(active).waitFor();
  const chip = page.locator(dialog + " .search-kinds [data-kind=type]");
  await chip.click();
  await page.waitForFunction((selector) => {
    const urls = Array.from(document.querySelectorAll(selector + " .search-result"), (link) => link.getAttribute("href") || "");
    return urls.length > 0 && urls.every((url) => url.includes("/customer-types/"));
  }, dialog);
  assert.equal(await chip.getAttribute("aria-pressed"), "true");
  await chip.click();
  await page.waitForFunction((selector) => Array.from(document.querySelectorAll(selector + " .search-result")).some((link) => (link.getAttribute("href") || "").includes("/objections/")), dialog);
});

check("when the data of the search cannot be loaded it can be tried again", { expected: /Failed to load resource|ERR_FAILED/ }, async (site) => {
  const { page, open, context } = site;
  await open("index.html");
  await openDialog(site);
  await page.locator(dialog + " .search-note a").first().waitFor();
  let blocked = 0;
  await context.route(/\/search\/(?!boot)/, (route) => (blocked++, route.abort()));
  await page.keyboard.type("太贵了");
  await page.locator(dialog + " .search-failed").waitFor();
  assert.ok(blocked >= 2, "a load is tried twice");
  assert.equal(await page.locator(dialog + " .search-none").count(), 0, "a failure is not “nothing found”");
  await context.unroute(/\/search\/(?!boot)/);
  await page.locator(dialog + " .search-note button").first().click();
  await firstResultIs(site, "obj-price-too-high");
});

check("when the search itself cannot be loaded its link leads to the list of all pages", { expected: /Failed to load resource|ERR_FAILED|cannot load/ }, async (site) => {
  const { page, open, context } = site;
  await context.route(/\/assets\/search\./, (route) => route.abort());
  await open(CARD.replace("obj-competitor-threat", "index"));
  await page.locator(".search-bar .search-entry").click();
  await page.waitForURL((url) => url.pathname.endsWith("/search.html"));
  assert.ok((await page.locator(".all-pages a").count()) > 50);
});

checkBoth("the search page takes its query from its address and keeps it there", {}, async (site) => {
  const { page, open, over } = site;
  await open("search.html?q=" + encodeURIComponent("太贵了"));
  await page.locator(".search-page .search-result").first().waitFor();
  assert.equal(await page.locator(".search-page .search-input").inputValue(), "太贵了");
  assert.ok((await page.locator(".search-page .search-result").first().getAttribute("href"))?.includes("obj-price-too-high.html"));
  await page.locator(".search-page .search-input").fill("再考虑");
  await page.waitForFunction(() => document.querySelector(".search-page .search-result")?.getAttribute("href")?.includes("obj-time-think"));
  await page.waitForURL((url) => decodeURIComponent(url.href).includes("q=再考虑"));
  await page.reload();
  await page.waitForFunction(() => document.querySelector(".search-page .search-result")?.getAttribute("href")?.includes("obj-time-think"));
  assert.equal(await page.locator(".search-page .search-input").inputValue(), "再考虑", over);
});

checkBoth("the page that was found shows the words, until told not to", {}, async (site) => {
  const { page, open } = site;
  await open("objections/obj-price-too-high.html?q=" + encodeURIComponent("太贵了"));
  const bar = page.locator(".search-highlight");
  await bar.waitFor();
  const marked = () => page.evaluate(() => {
    const highlights = /** @type {any} */ (CSS).highlights;
    return highlights && highlights.get("search") ? Array.from(highlights.get("search"), (/** @type {Range} */ range) => range.toString()) : [];
  });
  assert.ok((await marked()).includes("太贵了"));
  await bar.locator("button").click();
  await bar.waitFor({ state: "detached" });
  assert.deepEqual(await marked(), []);

  await open("objections/obj-price-too-high.html?q=" + encodeURIComponent("太贵了"));
  await bar.waitFor();
  await page.keyboard.press("Escape");
  await bar.waitFor({ state: "detached" });
});

check("on a phone the first result stands within the screen and its line is copied by a tap", { ...phone, permissions: ["clipboard-read", "clipboard-write"] }, async (site) => {
  const { page, open } = site;
  await open("index.html");
  await page.locator(".search-bar .search-entry").tap();
  await page.locator(input).waitFor();
  await page.locator(input).fill("太贵了");
  await firstResultIs(site, "obj-price-too-high");
  const box = await page.locator(dialog + " .search-row").first().boundingBox();
  assert.ok(box && box.y >= 0 && box.y + box.height < 380, "the keyboard of a phone covers the rest: " + JSON.stringify(box));
  const say = await page.locator(dialog + " .search-result-say").first().textContent();
  await page.locator(dialog + " .search-copy").first().tap();
  await page.waitForFunction((text) => navigator.clipboard.readText().then((copied) => copied === text), say);
  await page.locator(dialog + " .search-close").tap();
  await page.locator(dialog).waitFor({ state: "detached" });
});

check("a page and a search stay within their budgets", {}, async (site) => {
  const { page, open } = site;
  const { sent } = await host();
  for (const path of ["index.html", "objections/obj-price-too-high.html"]) {
    sent.length = 0;
    const context = await /** @type {any} */ (site.context.browser()).newContext();
    const fresh = await context.newPage();
    await fresh.goto(site.url(path));
    const scripts = sent.filter((one) => one.path.endsWith(".js")).reduce((sum, one) => sum + one.bytes, 0);
    const all = sent.reduce((sum, one) => sum + one.bytes, 0);
    assert.ok(all <= 60_000, `${path}: first view ${all} bytes`);
    assert.ok(scripts <= 20_000, `${path}: own scripts ${scripts} bytes`);
    await context.close();
  }
  await open("index.html");
  sent.length = 0;
  await page.evaluate(() => /** @type {any} */ (window).salesbook.search("太贵了", { limit: 5 }));
  const first = sent.reduce((sum, one) => sum + one.bytes, 0);
  sent.length = 0;
  await page.evaluate(() => /** @type {any} */ (window).salesbook.search("再考虑", { limit: 5 }));
  const second = sent.reduce((sum, one) => sum + one.bytes, 0);
  console.log(`first search ${first} bytes with its script, another ${second} bytes`);
  assert.ok(second <= 20_000, `a search costs ${second} bytes`);
});
