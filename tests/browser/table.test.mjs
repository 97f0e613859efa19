/**
 * Tables that people paste: what is understood, what is reported, and the files that a result gives back.
 */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { check, checkBoth, desk, pageUrl, phone } from "./support.mjs";

const TOOL = pageUrl("tier-ranker");
const COLUMNS = [
  { id: "name", label: "客户", aliases: ["客户名称", "名称"], number: false, required: true },
  { id: "sales", label: "销售额", aliases: ["成交额"], number: true, required: true },
  { id: "profit", label: "利润", aliases: ["毛利"], number: true, required: false },
];

/** Rows and findings of some pasted texts. @param {import("./support.mjs").Site} site @param {string[]} texts */
async function read({ page, open }, texts) {
  await open(TOOL);
  await page.locator(".tool.ready").waitFor();
  return page.evaluate(([all, columns]) => all.map((/** @type {string} */ text) => /** @type {any} */ (window).SB.readTable(text, columns)), /** @type {[string[], any[]]} */ ([texts, COLUMNS]));
}

check("numbers are read as people write them", {}, async (site) => {
  /** @type {[string, number | undefined][]} */
  const cells = [
    ["1,200", 1200], ["１２００", 1200], ["3.5万", 35000], ["1.1 万", 11000], ["2亿", 2e8], ["12%", 0.12], ["￥1,234.50", 1234.5], ["1200元", 1200],
    ["￥ 1,200", 1200], ["1 200 300", 1200300], ["1 20", undefined], ["(300)", -300], ["-5", -5], ["−5", -5], ["1 200", 1200], ["百万", undefined], ["约3万", undefined], ["12,34", undefined], ["1e5", undefined], ["--1", undefined],
  ];
  const tables = await read(site, cells.map(([cell]) => "客户\t销售额\n甲\t" + cell));
  cells.forEach(([cell, wanted], at) => {
    assert.equal(tables[at].rows[0]?.sales, wanted, cell);
    assert.equal(tables[at].bad.length, wanted === undefined ? 1 : 0, cell);
  });
});

check("tables are read with and without headings, however they are separated", {}, async (site) => {
  const wanted = [{ name: "甲店", sales: 12000, profit: 300 }, { name: "乙店", sales: 800 }];
  const texts = [
    "客户\t销售额\t利润\n甲店\t12000\t300\n乙店\t800\t\n",
    "\uFEFF客户名称,成交额,毛利\r\n甲店,\"12,000\",300\r\n乙店,800,\r\n",
    "甲店\t12,000\t300\n乙店\t800\n",
    "甲店，12000，300\n\n乙店，800\n",
    "  甲店  12000   300\n  乙店  800\n",
    "利润\t地区\t客户（全称）\t销售额（万元）\n300\t东\t甲店\t1.2\n\t西\t乙店\t0.08\n",
    "单位\t金额\t赚\n甲店\t12000\t300\n乙店\t800\t\n",
    "甲店 12,000 300\n乙店 800\n",
    "客户;销售额（单位：元）;利润\n甲店;12000;300;;\n乙店;800\n",
    "客户\t销售额（万元）\t利润\n甲店\t12000元\t300\n乙店\t0.08\t\n",
  ];
  for (const [at, table] of (await read(site, texts)).entries()) {
    assert.deepEqual(table.rows, wanted, texts[at]);
    assert.deepEqual(table.bad, [], texts[at]);
  }
});

check("what cannot be read is named by line and column, and nothing is guessed", {}, async (site) => {
  const [table, empty, wide, long, twice, lost, number, unit, quote] = await read(site, [
    "客户\t销售额\n甲\t1200\n乙\t看不清\n\t50\n丙\t\n合计\t1250\n",
    "",
    "甲,1,200,300,5\n",
    "客户\t销售额\n" + "甲\t1\n".repeat(501),
    "客户\t销售额\t成交额\n甲\t1\t2\n",
    "客户,销售额\n甲,1,200\n",
    "甲店\t约3万\n乙店\t800\n",
    "客户\t销售额（十万元）\n甲\t1\n",
    "\"甲\t1\n乙\t2\n",
  ]);
  assert.deepEqual([lost.rows.length, lost.bad.length], [0, 1], "a cell too many");
  assert.deepEqual([number.rows, number.bad], [[{ name: "乙店", sales: 800 }], [{ line: 1, column: "销售额", text: "约3万" }]], "no heading");
  assert.deepEqual([unit.rows.length, unit.badHeadings], [0, ["销售额（十万元）"]]);
  assert.equal(quote.openQuote, 1);
  assert.deepEqual(table.rows, [{ name: "甲", sales: 1200 }]);
  assert.deepEqual(table.bad, [{ line: 3, column: "销售额", text: "看不清" }, { line: 4, column: "客户", text: "" }, { line: 5, column: "销售额", text: "" }]);
  assert.deepEqual(table.totals, [6]);
  assert.deepEqual(empty.rows, []);
  assert.equal(wide.bad.length, 1);
  assert.ok(long.tooMany && long.rows.length === 500);
  assert.deepEqual([twice.doubled, twice.rows], [["成交额"], [{ name: "甲", sales: 1 }]]);
});

const LIST = "客户\t销售额\t利润\n" + Array.from({ length: 12 }, (_, at) => `=店${at + 1}\t${12000 - at * 900}\t${1500 - at * 100}`).join("\n");

checkBoth("a pasted list is ranked, and the table can be taken away", desk, async ({ page, open }) => {
  await open(TOOL);
  await page.locator(".tool.ready").waitFor();
  await page.locator("textarea").fill(LIST + "\n坏行\t看不清\t1");
  assert.match((await page.locator(".table-understood").textContent()) || "", /读到12行/);
  assert.match((await page.locator(".tool-error:visible").textContent()) || "", /第14行的销售额「看不清」/);
  const first = page.locator(".tool-result table tbody tr").first();
  assert.match((await first.textContent()) || "", /=店1/);
  assert.equal(await page.locator(".tool-result svg.curve title").count(), 1, "the curve is told in words");
  const [file] = await Promise.all([page.waitForEvent("download"), page.locator(".tool-download").last().click()]);
  const text = readFileSync(await file.path(), "utf8");
  assert.ok(text.startsWith("\uFEFF") && text.includes("\r\n"), "for spreadsheets");
  assert.ok(text.includes("'=店1") && !/(^|,)=店/m.test(text), "no cell is taken for a formula");
});

checkBoth("a table stands on a small phone without moving the page sideways", phone, async ({ page, open }) => {
  await open(TOOL);
  await page.locator(".tool.ready").waitFor();
  await page.locator("textarea").fill(LIST);
  for (let step = 0; step < 5; step++) await page.locator(".tool-nav .button:visible").last().tap();
  await page.locator(".tool-result table").waitFor();
  const [wide, seen] = await page.evaluate(() => [document.documentElement.scrollWidth, document.documentElement.clientWidth]);
  assert.equal(wide, seen);
});

check("planned contacts become a calendar file", desk, async ({ page, open }) => {
  await open(pageUrl("relationship-calendar") + "#a=from.2026-11-22,tier.vip");
  await page.locator(".tool.ready").waitFor();
  const [file] = await Promise.all([page.waitForEvent("download"), page.locator(".tool-download").first().click()]);
  const text = readFileSync(await file.path(), "utf8");
  const lines = text.split("\r\n");
  assert.equal(lines[0], "BEGIN:VCALENDAR");
  assert.equal(lines.at(-2), "END:VCALENDAR");
  assert.ok(lines.every((line) => new TextEncoder().encode(line).length <= 75), "no line is too long");
  const events = lines.filter((line) => line === "BEGIN:VEVENT").length;
  assert.ok(events > 5 && lines.filter((line) => /^DTSTART;VALUE=DATE:\d{8}$/.test(line)).length === events);
  assert.equal(new Set(lines.filter((line) => line.startsWith("UID:"))).size, events, "each task has its own name");
});
