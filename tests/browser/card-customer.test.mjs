/**
 * The customer card: results kept from tools, seen again after a reload and in another tab, taken along in a file and
 * back, refused where the device stores nothing, shown in their kept words where the tool has gone. What the tools
 * judge is not tested here.
 */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { check, checkBoth, desk, none, pageUrl, phone } from "./support.mjs";

const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const CARD = pageUrl("customer-card");
const TYPE = pageUrl("type-finder") + "#a=role.owner,choose.best-mix,price.settle";
const WARNED = TYPE + ",paper.avoids,interest.personal";
const QUADRANT = pageUrl("value-quadrant");
const tile = (/** @type {string} */ tool) => `.card-tile[data-tool="${tool}"]`;

/** @typedef {import("./support.mjs").Site} Site */

/** Opens a page afresh, although only what stands behind `#` may differ. @param {Site} site @param {string} path */
async function openTool({ page, open }, path) {
  await page.goto("about:blank");
  await open(path);
  await page.locator(".tool.ready").waitFor();
}

/** @param {Site} site */
async function openCard({ page, open }) {
  await open(CARD);
  await page.locator(".customer-card.ready").waitFor();
}

/** Keeps the result of a tool on a new card, or on the one that is offered. @param {Site} site @param {string} path @param {string} [name] */
async function keep(site, path, name) {
  const { page } = site;
  await openTool(site, path);
  await page.locator(".tool-keep").click();
  await page.locator("dialog[open]").waitFor();
  if (name) {
    const select = page.locator("dialog select");
    if (await select.count()) await select.selectOption("");
    await page.locator("dialog input[name=name]").fill(name);
  }
  await page.locator("dialog [type=submit]").click();
  await page.locator("dialog[open] a.button").waitFor();
}

/** The answers that lead a tool to some outcome: the last of every list of options. @param {Site} site @param {string} tool */
async function someAnswers(site, tool) {
  await openTool(site, pageUrl(tool));
  return site.page.evaluate(async (id) => {
    const { facts } = await /** @type {any} */ (window).salesbook.rule(id);
    return "#a=" + facts.map((/** @type {any} */ fact) => fact.id + "." + (fact.kind === "choice" ? fact.options[0].id : fact.kind === "yesno" ? "yes" : fact.kind === "multi" ? "" : String(fact.max || 3))).join(",");
  }, tool);
}

/** What lies on the device. @param {Site} site */
function stored({ page }) {
  return page.evaluate(() => JSON.parse(localStorage.getItem(Object.keys(localStorage).find((key) => key.startsWith("salesbook:")) || "") || "{}").cards || []);
}

/** Puts cards on the device. @param {Site} site @param {any[]} cards */
async function put({ page, open }, cards) {
  await open(CARD);
  await page.evaluate((given) => {
    const key = "salesbook:" + /** @type {any} */ (window).SB_BOOT.playbook;
    localStorage.setItem(key, JSON.stringify({ ...JSON.parse(localStorage.getItem(key) || '{"v":1}'), cards: given }));
  }, cards);
}

/** @param {Record<string, any>} changed */
function result(changed) {
  return { tool: "type-finder", tool_title: "客户类型判断", outcome: "type-owner", title: "主人翁型", summary: "一句话", answers: "role.owner", warnings: [], at: "2026-03-01T02:00:00.000Z", recheck: "", ...changed };
}

/** @param {any} file */
function asFile(file) {
  return { name: "cards.json", mimeType: "application/json", buffer: Buffer.from(typeof file === "string" ? file : JSON.stringify(file)) };
}

/** Imports a file and gives what the page says. @param {Site} site @param {any} file */
async function importFile({ page }, file) {
  await page.locator(".card-import input").setInputFiles(asFile(file));
  await page.waitForFunction(() => Array.from(document.querySelectorAll(".card-status")).some((line) => /导入/.test(line.textContent || "")));
  return (await page.locator(".card-status:not(:empty)").allTextContents()).join(" ");
}

checkBoth("results of two tools are kept on one card and seen after a reload", phone, async (site) => {
  const { page } = site;
  await keep(site, WARNED, "  城东　五金店 ");
  await page.locator("dialog a.button").click();
  await page.locator(".customer-card.ready").waitFor();
  assert.equal(await page.locator(".card-view h2").textContent(), "城东 五金店");
  assert.equal(await page.locator(tile("type-finder") + " .card-result").textContent(), "主人翁型");
  assert.deepEqual(await page.locator(".card-view .warnings li").evaluateAll((items) => items.map((item) => item.getAttribute("data-warning"))), ["compliance", "contract"]);
  await keep(site, QUADRANT + (await someAnswers(site, "value-quadrant")));
  await openCard(site);
  assert.equal(await page.locator(".card-list li").count(), 1, "the card of before is offered first");
  assert.equal(await page.locator(".card-tile").count(), 9, "all axes stand side by side");
  assert.equal(await page.locator(".card-tile:not(.card-empty)").count(), 2);
  assert.ok((await page.locator(".step-advice").count()) >= 2 && (await page.locator(".step-missing").count()) === 1, "what to do next");
  assert.ok(await page.locator(".card-rechecks li").count(), "when to judge again");
  await page.reload();
  await page.locator(".customer-card.ready").waitFor();
  assert.equal(await page.locator(".card-tile:not(.card-empty)").count(), 2);
  await page.locator(tile("type-finder") + " .card-links a", { hasText: "当时的回答" }).click();
  await page.locator(".tool.ready").waitFor();
  assert.equal(await page.locator(".tool-result h2").textContent(), "主人翁型");
  assert.equal(await page.locator(".question input:checked").count(), 5, "the tool opens with the kept answers");
});

check("a result without a verdict cannot be kept", desk, async (site) => {
  await openTool(site, pageUrl("type-finder") + "#a=role.owner");
  assert.equal(await site.page.locator(".tool-keep").count(), 0);
});

check("every tool offers to keep its result", desk, async (site) => {
  for (const tool of ["value-ratio", "relationship-calendar", "prospect-readiness"]) {
    const answers = tool === "relationship-calendar" ? "#a=from.2026-11-22,tier.vip" : await someAnswers(site, tool);
    await keep(site, pageUrl(tool) + answers, "甲");
  }
  await openCard(site);
  assert.equal(await site.page.locator(".card-tile:not(.card-empty)").count(), 3);
  assert.equal(await site.page.locator("h3", { hasText: "另外记下的" }).count(), 1, "tools without an axis stand below");
});

check("judged again the same day with the same answers is one result, with others it is history", desk, async (site) => {
  await keep(site, TYPE, "甲");
  await keep(site, TYPE, "甲");
  assert.equal((await stored(site))[0].results.length, 1);
  await keep(site, pageUrl("type-finder") + "#a=choose.price-only,price.to-zero,relation.switches", "甲");
  const [card] = await stored(site);
  assert.equal(card.results.length, 2);
  await openCard(site);
  assert.equal(await site.page.locator(tile("type-finder") + " .card-result").textContent(), card.results[0].title);
  await site.page.locator(".card-history summary").click();
  assert.match((await site.page.locator(".card-history li").textContent()) || "", /主人翁型/);
});

check("a name is asked for, and names tell cards apart", desk, async (site) => {
  const { page } = site;
  await openTool(site, TYPE);
  await page.locator(".tool-keep").click();
  await page.locator("dialog input[name=name]").fill("   ");
  await page.locator("dialog [type=submit]").click();
  assert.match((await page.locator("dialog [role=alert]").textContent()) || "", /名字/);
  assert.deepEqual(await stored(site), []);
  await page.keyboard.press("Escape");
  assert.equal(await page.locator("dialog").count(), 0);
  await put(site, [{ name: "甲", note: "", results: [] }, { name: "乙", note: "", results: [] }]);
  await openCard(site);
  await page.locator(".card-list button", { hasText: "甲" }).click();
  await page.locator(".card-view button", { hasText: "改名" }).click();
  await page.locator("dialog input").fill("乙");
  await page.locator("dialog [type=submit]").click();
  assert.match((await page.locator("dialog [role=alert]").textContent()) || "", /已经有/);
  await page.locator("dialog input").fill("丙");
  await page.locator("dialog [type=submit]").click();
  assert.equal(await page.locator(".card-view h2").textContent(), "丙");
  assert.deepEqual((await stored(site)).map((/** @type {any} */ card) => card.name), ["丙", "乙"]);
});

checkBoth("another tab sees a new result and a note, and neither takes the other's away", desk, async (site) => {
  const { page, context } = site;
  await keep(site, TYPE, "甲");
  await openCard(site);
  const other = await context.newPage();
  const second = { ...site, page: other, open: async (/** @type {string} */ path) => void (await other.goto(site.url(path), { waitUntil: "load" })) };
  await page.locator("#card-note").fill("周五送样");
  await page.waitForFunction(() => Object.values(localStorage).some((text) => text.includes("周五送样")));
  await keep(second, QUADRANT + (await someAnswers(second, "value-quadrant")));
  await page.locator(tile("value-quadrant") + " .card-result").waitFor();
  await page.locator("#card-note").blur();
  await openCard(second);
  assert.equal(await other.locator("#card-note").inputValue(), "周五送样");
  assert.equal((await stored(site))[0].results.length, 2);
  await other.close();
});

checkBoth("taken along in a file, deleted, and brought back", desk, async (site) => {
  const { page } = site;
  await keep(site, WARNED, "甲");
  await keep(site, TYPE, "乙");
  await openCard(site);
  await page.locator("#card-note").fill("约了周五\n带样品");
  const [file] = await Promise.all([page.waitForEvent("download"), page.locator("button", { hasText: "导出全部" }).click()]);
  assert.match(file.suggestedFilename(), /^客户卡.*\d{4}-\d\d-\d\d\.json$/);
  const text = readFileSync(await file.path(), "utf8");
  const before = await stored(site);
  assert.deepEqual(JSON.parse(text).cards, before);
  await page.locator(".card-actions button", { hasText: "全部删掉" }).click();
  await page.locator("dialog button", { hasText: "取消" }).click();
  assert.deepEqual(await stored(site), before, "nothing is deleted before the second word");
  await page.locator(".card-actions button", { hasText: "全部删掉" }).click();
  await page.locator("dialog [type=submit]").click();
  assert.deepEqual(await stored(site), []);
  assert.ok(await page.locator(".card-axes").isVisible());
  assert.match(await importFile(site, text), /导入了2张卡，其中新的2张；一共添了2条判断/);
  assert.deepEqual(await stored(site), before);
  assert.match(await importFile(site, text), /新的0张；一共添了0条/);
  assert.deepEqual(await stored(site), before, "twice the same file changes nothing");
  await page.locator(".card-view button", { hasText: "删掉这张卡" }).click();
  await page.locator("dialog [type=submit]").click();
  assert.equal((await stored(site)).length, 1);
});

check("a file joins a card of the same name, and nothing of either is lost", desk, async (site) => {
  await put(site, [{ name: "甲", note: "这边的话", results: [result({})] }]);
  await openCard(site);
  const playbook = await site.page.evaluate(() => /** @type {any} */ (window).SB_BOOT.playbook);
  const theirs = [result({ at: "2026-04-01T02:00:00.000Z", title: "任务型", outcome: "type-task" }), result({})];
  const file = { format: "salesbook-customer-cards", version: 1, playbook, cards: [{ name: "甲", note: "那边的话", results: theirs }] };
  assert.match(await importFile(site, file), /新的0张；一共添了1条/);
  const [card] = await stored(site);
  assert.deepEqual(card.results.map((/** @type {any} */ kept) => kept.title), ["任务型", "主人翁型"]);
  assert.equal(card.note, "这边的话\n那边的话");
  assert.equal(await site.page.locator(tile("type-finder") + " .card-result").textContent(), "任务型");
});

check("a broken or foreign file is named, and changes nothing", desk, async (site) => {
  const cards = [{ name: "甲", note: "", results: [result({})] }];
  await put(site, cards);
  await openCard(site);
  const playbook = await site.page.evaluate(() => /** @type {any} */ (window).SB_BOOT.playbook);
  const good = { format: "salesbook-customer-cards", version: 1, playbook, cards: [{ name: "乙", note: "", results: [result({})] }] };
  /** @type {[any, RegExp][]} */
  const files = [
    ["", /不完整/],
    [JSON.stringify(good).slice(0, -20), /不完整/],
    ["null", /不是客户卡/],
    [[1, 2], /不是客户卡/],
    [{ name: "package" }, /不是客户卡/],
    [{ ...good, cards: {} }, /不是客户卡/],
    [{ ...good, version: 2 }, /另一个版本/],
    [{ ...good, playbook: "other" }, /另一本手册「other」/],
    [{ ...good, cards: [...good.cards, { name: "", note: "", results: [] }] }, /第2张/],
    [{ ...good, cards: [{ name: "丙", note: "", results: [result({ at: "yesterday" })] }] }, /第1张/],
    [{ ...good, cards: [{ name: "丙", note: "", results: [result({ recheck: "2026-99-99" })] }] }, /第1张/],
    [{ ...good, cards: [{ name: "丙", note: "", results: [result({ warnings: [null] })] }] }, /第1张/],
    [{ ...good, cards: [{ name: "丙", note: 5, results: [] }] }, /第1张/],
  ];
  for (const [file, said] of files) {
    assert.match(await importFile(site, file), said, JSON.stringify(file).slice(0, 80));
    assert.deepEqual(await stored(site), cards);
  }
});

check("what a file says stays text", desk, async (site) => {
  const evil = '<img src=x onerror="window.hurt=1">\u202e';
  await openCard(site);
  const playbook = await site.page.evaluate(() => /** @type {any} */ (window).SB_BOOT.playbook);
  const words = { tool_title: evil, title: evil, summary: evil, warnings: [{ id: "compliance", text: evil }], answers: '"><script>1</script>' };
  const text = `{"format":"salesbook-customer-cards","version":1,"playbook":${JSON.stringify(playbook)},"cards":[{"__proto__":{"hurt":1},"name":${JSON.stringify(evil)},"note":${JSON.stringify(evil)},"results":${JSON.stringify([result(words), result({ ...words, tool: "javascript:alert(1)" }), result({ ...words, tool: "__proto__" })])}}]}`;
  await importFile(site, text);
  assert.equal(await site.page.locator(".card-view img, .card-view script, .card-customers img").count(), 0);
  assert.equal(await site.page.evaluate(() => /** @type {any} */ (window).hurt), undefined);
  const links = await site.page.locator(".card-view a").evaluateAll((all) => all.map((one) => /** @type {HTMLAnchorElement} */ (one).href));
  assert.ok(links.length > 0 && links.every((address) => address.startsWith(site.root)), "links lead into the book only");
  assert.ok(!(await site.page.locator(".card-view h2").textContent())?.includes("\u202e"), "a name cannot turn the text around it");
});

for (const [what, break_] of /** @type {[string, () => void][]} */ ([
  ["blocked", () => Object.defineProperty(window, "localStorage", { get() { throw new DOMException("no", "SecurityError"); } })],
  ["full", () => (Storage.prototype.setItem = () => { throw new DOMException("full", "QuotaExceededError"); })],
])) {
  check(`a device whose storage is ${what} says so, and nothing seems kept`, desk, async (site) => {
    const { page, context } = site;
    await context.addInitScript(break_);
    await openTool(site, TYPE);
    await page.locator(".tool-keep").click();
    await page.locator("dialog input[name=name]").fill("甲");
    await page.locator("dialog [type=submit]").click();
    assert.match((await page.locator("dialog [role=alert]").textContent()) || "", /没有存下/);
    assert.equal(await page.locator("dialog a.button").count(), 0);
    await openCard(site);
    assert.match((await page.locator(".card-status[role=alert]").textContent()) || "", /没有存下/);
    const playbook = await page.evaluate(() => /** @type {any} */ (window).SB_BOOT.playbook);
    await page.locator(".card-import input").setInputFiles(asFile({ format: "salesbook-customer-cards", version: 1, playbook, cards: [{ name: "甲", note: "", results: [] }] }));
    await page.waitForTimeout(100);
    assert.equal(await page.locator(".card-list li").count(), 0);
    assert.match((await page.locator(".card-status[role=alert]").textContent()) || "", /没有存下/);
  });
}

check("what the storage should not hold is left out", desk, async (site) => {
  const page = site.page;
  for (const cards of [5, "x", { a: 1 }, [null, 7, { name: "甲" }, { name: "乙", note: "", results: [result({})] }]]) {
    await put(site, /** @type {any} */ (cards));
    await openCard(site);
    assert.equal(await page.locator(".card-list li").count(), Array.isArray(cards) ? 1 : 0);
  }
});

check("a tool or outcome that has gone is shown in its kept words, and said to be gone", desk, async (site) => {
  const { page } = site;
  await put(site, [{ name: "甲", note: "", results: [
    result({ tool: "old-tool", tool_title: "从前的工具", title: "从前的结果", summary: "从前的一句话", warnings: [{ id: "old", text: "从前的提醒" }] }),
    result({ outcome: "type-gone", title: "从前的类型" }),
  ] }]);
  await openCard(site);
  const words = (await page.locator(tile("old-tool")).textContent()) || "";
  for (const kept of ["从前的工具", "从前的结果", "从前的一句话", "从前的提醒", "没有工具"]) assert.ok(words.includes(kept), kept);
  assert.equal(await page.locator(tile("old-tool") + " a").count(), 0);
  const type = (await page.locator(tile("type-finder")).textContent()) || "";
  assert.ok(type.includes("从前的类型") && type.includes("没有这个结果"));
  assert.equal(await page.locator(tile("type-finder") + " a", { hasText: "当时的回答" }).count(), 1, "the tool can judge again");
});

check("what is due comes first", desk, async (site) => {
  const { page } = site;
  await page.clock.setFixedTime(new Date("2026-06-01T10:00:00"));
  await put(site, [
    { name: "到期的", note: "", results: [result({ tool: "sat-loyal", outcome: "loyal-only", recheck: "2026-05-31" }), result({ recheck: "2026-09-01" }), result({ tool: "face-role", outcome: "red", recheck: "2026-06-01" })] },
    { name: "还早的", note: "", results: [result({ recheck: "2026-06-02" })] },
  ]);
  await openCard(site);
  assert.match((await page.locator(".card-list li").first().textContent()) || "", /到期的.*2项/);
  await page.locator(".card-list button").first().click();
  assert.deepEqual(await page.locator(".card-rechecks b").allTextContents(), ["2026-05-31", "2026-06-01", "2026-09-01"]);
  assert.equal(await page.locator(".step-due").count(), 2);
  await keep(site, QUADRANT + (await someAnswers(site, "value-quadrant")), "新的");
  const kept = (await stored(site)).find((/** @type {any} */ card) => card.name === "新的").results[0];
  assert.match(kept.recheck, /^2026-(0[6-9]|1[0-2])-\d\d$/);
  assert.ok(kept.at.startsWith("2026-06-01"));
});

check("one result can be taken off a card", desk, async (site) => {
  await put(site, [{ name: "甲", note: "", results: [result({}), result({ tool: "face-role", outcome: "red" })] }]);
  await openCard(site);
  await site.page.locator(tile("face-role") + " button").click();
  assert.deepEqual((await stored(site))[0].results.map((/** @type {any} */ kept) => kept.tool), ["type-finder"]);
  assert.equal(await site.page.locator(tile("face-role") + ".card-empty").count(), 1);
});

check("a card prints alone, with its notes", desk, async (site) => {
  const { page } = site;
  await put(site, [{ name: "甲", note: "一行\n两行", results: [result({ recheck: "2026-09-01" })] }]);
  await openCard(site);
  await page.evaluate(() => (window.print = () => void (/** @type {any} */ (window).printed = document.documentElement.className)));
  await page.locator(".card-view button", { hasText: "打印" }).click();
  assert.match(await page.evaluate(() => /** @type {any} */ (window).printed), /card-printing/);
  await page.emulateMedia({ media: "print" });
  for (const seen of [".card-view h2", tile("type-finder"), ".card-note-printed", ".card-rechecks"]) assert.ok(await page.locator(seen).isVisible(), seen);
  for (const hidden of [".card-customers", ".card-actions", "#card-note", "h1", ".prose", ".top"]) assert.equal(await page.locator(hidden + ":visible").count(), 0, hidden);
  assert.ok((await page.pdf({ format: "A4" })).length > 1000);
});

check("a card is made, chosen and deleted by keyboard only", desk, async (site) => {
  const { page } = site;
  await openCard(site);
  /** @param {string} text */
  const tabTo = async (text) => {
    for (let press = 0; press < 60; press++) {
      if (await page.evaluate((wanted) => document.activeElement?.textContent?.includes(wanted) && document.activeElement !== document.body && document.activeElement.matches("button, a, summary"), text)) return;
      await page.keyboard.press("Tab");
    }
    assert.fail("the keyboard does not reach " + text);
  };
  await tabTo("新的客户卡");
  await page.keyboard.press("Enter");
  await page.keyboard.type("甲");
  await page.keyboard.press("Enter");
  assert.ok(await page.locator(".card-view").evaluate((view) => view === document.activeElement), "the focus goes to the card");
  await tabTo("删掉这张卡");
  await page.keyboard.press("Enter");
  await page.keyboard.press("Enter");
  assert.deepEqual(await stored(site), []);
  assert.match((await page.locator(".card-status[role=status]").textContent()) || "", /「甲」已删掉/);
});

checkBoth("without scripts the page says what a card is and which tools feed it", { javaScriptEnabled: false, ...phone }, async ({ page, open }) => {
  await open(CARD);
  assert.equal(await page.locator(".card-axes li:visible").count(), 9);
  assert.equal(await page.locator(".card-axes a:visible").count(), 9);
  assert.ok(await page.locator(".tool-note").isVisible());
  assert.equal(await page.locator("button:visible").count(), 0);
});

for (const colorScheme of /** @type {const} */ (["light", "dark"])) {
  for (const [name, size] of /** @type {const} */ ([["phone", phone], ["desk", desk]])) {
    check(`axe finds nothing on a card, and it fits a ${name} in ${colorScheme}`, { ...size, colorScheme, reducedMotion: "reduce" }, async (site) => {
      const { page } = site;
      /** @type {string[]} */
      const faults = [];
      const look = async (/** @type {string} */ what) => {
        await page.evaluate(axe);
        faults.push(...(await page.evaluate(async () => {
          const { violations } = await /** @type {any} */ (window).axe.run(document, { resultTypes: ["violations"] });
          return violations.map((/** @type {any} */ one) => `${one.id}: ${one.nodes.slice(0, 3).map((/** @type {any} */ node) => node.target.join(" ")).join(" | ")}`);
        })).map((text) => `${what}: ${text}`));
        const over = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
        if (over > 0) faults.push(`${what}: ${over}px too wide`);
        faults.push(...(await page.evaluate(() => Array.from(document.querySelectorAll(".customer-card :is(button, .button, a, summary), dialog :is(button, select, input, a)")).flatMap((one) => {
          const box = one.getBoundingClientRect();
          return box.width && (box.height < 43.5 && !one.closest("li.step-none, .warnings, .card-warnings")) ? [`${one.className} ${one.textContent} ${Math.round(box.width)}×${Math.round(box.height)}`] : [];
        }))).map((text) => `${what}: small target ${text}`));
      };
      await openCard(site);
      await look("no card");
      const long = "很长的名字".repeat(8);
      const warnings = [{ id: "compliance", text: "提醒" }, { id: "other", text: "另一条提醒" }];
      await put(site, [{ name: long, note: "备注\n".repeat(4), results: [result({ warnings, recheck: "2020-01-01" }), result({ at: "2025-01-01T00:00:00.000Z" }), result({ tool: "old", title: "W".repeat(80) }), result({ tool: "sat-loyal", outcome: "loyal-only" })] }]);
      await openCard(site);
      for (const summary of await page.locator(".customer-card summary").all()) await summary.click();
      await look("card");
      await page.locator(".card-view button", { hasText: "删掉这张卡" }).click();
      await look("confirmation");
      await openTool(site, TYPE);
      await page.locator(".tool-keep").click();
      await page.locator("dialog[open] select").waitFor();
      await look("keep");
      await page.locator("dialog [type=submit]").click();
      await page.locator("dialog a.button").waitFor();
      await look("kept");
      none(faults);
    });
  }
}
