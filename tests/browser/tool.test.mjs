/**
 * The classifier in the page: answered by touch and by keyboard, its result, reasons, ranking and warnings, the states
 * in which it does not decide, and the link, text and print of a result. What the rule says is not judged here.
 */
import assert from "node:assert/strict";
import { check, checkBoth, clipboard, desk, openId, pageUrl, phone } from "./support.mjs";

const TOOL = pageUrl("type-finder");
const CLIPBOARD = { permissions: ["clipboard-read", "clipboard-write"] };
const OWNER = { role: "owner", choose: "best-mix", price: "settle" };
const result = ".tool-result";

/** @param {Record<string, string>} answers */
function address(answers) {
  return TOOL + "#a=" + Object.entries(answers).map(([fact, option]) => fact + "." + option).join(",");
}

/** What the page knows of the tool. @param {import("./support.mjs").Site} site */
async function schema({ page }) {
  await page.locator(".tool.ready").waitFor();
  return page.evaluate(async () => {
    const rule = await /** @type {any} */ (window).salesbook.rule("type-finder");
    return rule.facts;
  });
}

/** @param {import("./support.mjs").Site} site @param {Record<string, string>} facts */
function evaluate({ page }, facts) {
  return page.evaluate(async (given) => (await /** @type {any} */ (window).salesbook.rule("type-finder")).evaluate(given), facts);
}

/** The label of an option. @param {any[]} facts @param {string} id @param {string} option */
function labelOf(facts, id, option) {
  return facts.find((fact) => fact.id === id).options.find((/** @type {any} */ one) => one.id === option).label;
}

/**
 * Taps through the questions in the order in which they come, until the result stands; gives that order.
 * @param {import("./support.mjs").Site} site @param {any[]} facts @param {Record<string, string>} chosen what is not there is 不清楚
 */
async function answerByTouch({ page }, facts, chosen) {
  const visible = page.locator(".question:visible");
  const asked = [];
  while (await page.locator(".tool-ask").isVisible()) {
    assert.equal(await visible.count(), 1, "one question at a time");
    const id = /** @type {string} */ (await visible.getAttribute("data-fact"));
    assert.ok(asked.push(id) <= facts.length, asked.join(" "));
    assert.ok((await visible.locator("legend").textContent())?.includes(facts.find((fact) => fact.id === id).question));
    const label = chosen[id] ? labelOf(facts, id, chosen[id]) : "不清楚";
    await visible.locator(".option", { hasText: label }).last().tap();
    await page.waitForFunction((before) => !document.querySelector(`.question[data-fact="${before}"]`)?.getClientRects().length, id);
  }
  return asked;
}

/** Takes a tool's address away, so that the next one is opened afresh. @param {import("./support.mjs").Site} site @param {string} path */
async function openAfresh({ page, open }, path) {
  await page.goto("about:blank");
  await open(path);
  await page.locator(".tool.ready").waitFor();
}

checkBoth("the rule answers through the page's interface", {}, async (site) => {
  await site.open("index.html");
  const answer = await evaluate(site, OWNER);
  assert.deepEqual(Object.keys(answer).sort(), ["also", "certainty", "next", "outcome", "reasons", "rule", "scores", "state", "values", "warnings"]);
  assert.equal(answer.outcome, "type-owner");
  assert.equal(answer.state, "decided");
  const points = answer.scores.map((/** @type {any} */ score) => score.points);
  assert.deepEqual(points, [...points].sort((a, b) => b - a), "scores are sorted");
  assert.ok(answer.reasons.length > 0 && answer.reasons.every((/** @type {any} */ reason) => reason.text && reason.facts.length > 0));
  assert.equal((await evaluate(site, {})).outcome, null);
  const missing = await site.page.evaluate(() => /** @type {any} */ (window).salesbook.rule("no-such-rule").then(() => "found", () => "refused"));
  assert.equal(missing, "refused");
});

checkBoth("answered by touch on a small phone: one question at a time, result, card", phone, async (site) => {
  const { page, open } = site;
  await open(TOOL);
  const facts = await schema(site);
  const asked = await answerByTouch(site, facts, OWNER);
  assert.deepEqual([...new Set(asked)], asked, "no question comes twice");
  await page.locator(".tool-go").first().waitFor();
  assert.equal(await page.locator(result + " h2").textContent(), "主人翁型");
  assert.ok(await page.locator(result).evaluate((element) => element === document.activeElement), "the focus goes to the result");
  const reasons = (await page.locator(result + " .reasons").textContent()) || "";
  for (const [fact, option] of Object.entries(OWNER)) assert.ok(reasons.includes(labelOf(facts, fact, option)), "a reason names the answer " + option);
  const first = page.locator(result + " .ranking li").first();
  assert.equal(await first.getAttribute("data-outcome"), "type-owner");
  await page.locator(".tool-go").first().tap();
  await page.waitForURL((url) => url.pathname.endsWith("/type-owner.html"));
  assert.equal(await openId(page), "type-owner");
});

checkBoth("answered by keyboard only, on a phone's width and on a desk's", {}, async (site) => {
  const { page } = site;
  for (const viewport of [phone.viewport, desk.viewport]) {
    await page.setViewportSize(viewport);
    await openAfresh(site, TOOL);
    const facts = await schema(site);
    const wide = viewport.width >= 900;
    const at = () => page.evaluate(() => /** @type {HTMLElement} */ (document.activeElement)?.closest(".question")?.getAttribute("data-fact"));
    const choose = async (/** @type {any} */ fact) => {
      const chosen = /** @type {Record<string, string>} */ (OWNER)[fact.id];
      const steps = chosen ? fact.options.findIndex((/** @type {any} */ option) => option.id === chosen) : fact.options.length;
      await page.keyboard.press("Space");
      for (let step = 0; step < steps; step++) await page.keyboard.press("ArrowDown");
      assert.equal(await at(), fact.id, "arrow keys choose, they do not go on");
    };
    await page.locator(".question:visible input").first().focus();
    if (wide) {
      for (const fact of facts) {
        for (let press = 0; press < 6 && (await at()) !== fact.id; press++) await page.keyboard.press("Tab");
        assert.equal(await at(), fact.id, "the next question follows");
        await choose(fact);
      }
    }
    while (!wide && (await page.locator(".tool-ask").isVisible())) {
      const id = await at();
      await choose(facts.find((/** @type {any} */ fact) => fact.id === id));
      await page.keyboard.press("Tab");
      const last = () => page.evaluate(() => document.activeElement?.textContent || "");
      for (let press = 0; press < 3 && !/下一题|看结果/.test(await last()); press++) await page.keyboard.press("Tab");
      await page.keyboard.press("Enter");
      assert.notEqual(await at(), id, "the focus goes on to the next question, or to the result");
    }
    assert.equal(await page.locator(result + " h2").textContent(), "主人翁型", JSON.stringify(viewport));
  }
});

check("the ranking moves while answering, and a “not sure” counts for nothing", desk, async (site) => {
  const { page, open } = site;
  await open(TOOL);
  const facts = await schema(site);
  const box = (/** @type {string} */ id) => page.locator(`.question[data-fact="${id}"]`);
  const choose = (/** @type {string} */ id, /** @type {string} */ option) => box(id).locator(".option", { hasText: labelOf(facts, id, option) }).first().click();
  const first = () => page.locator(result + " .ranking li").first().getAttribute("data-outcome");
  await choose("role", "owner");
  assert.equal(await first(), "type-owner");
  await choose("choose", "price-only");
  await choose("price", "to-zero");
  assert.equal(await first(), "type-stingy");
  const before = await page.locator(result + " .ranking").textContent();
  for (const fact of facts.slice(3)) await box(fact.id).locator(".option-unknown").click();
  assert.equal(await page.locator(result + " .ranking").textContent(), before);
  const known = await evaluate(site, { role: "owner", choose: "price-only", price: "to-zero" });
  assert.equal(known.outcome, "type-stingy");
  for (const fact of facts) await box(fact.id).locator(".option-unknown").click();
  assert.equal(await page.locator(result + " .ranking").count(), 0);
  for (const box of await page.locator(".question").all()) assert.ok(await box.locator(".option-unknown").count(), "every question can be left open");
});

checkBoth("the link of a result brings the same answers to another page", { ...desk, ...CLIPBOARD }, async (site) => {
  const { page, context, open } = site;
  await open(address(OWNER));
  await page.locator(".tool.ready").waitFor();
  const headline = await page.locator(result + " h2").textContent();
  assert.equal(headline, "主人翁型");
  await page.locator(".tool-actions button", { hasText: "复制链接" }).click();
  await page.waitForFunction(() => navigator.clipboard.readText().then((text) => text.includes("#a=")));
  const link = await clipboard(site);
  const other = await context.newPage();
  await other.goto(link);
  await other.locator(".tool.ready").waitFor();
  assert.equal(await other.locator(result + " h2").textContent(), headline);
  for (const fact of Object.keys(OWNER)) assert.equal(await other.locator(`.question[data-fact="${fact}"] input:checked`).count(), 1);
  assert.equal(await other.locator(".question input:checked").count(), Object.keys(OWNER).length);
  await other.close();

  await page.locator(".tool-actions button", { hasText: "重新开始" }).click();
  assert.equal(await page.locator(".question input:checked").count(), 0);
  assert.ok(!page.url().includes("#a="), "the address forgets the answers too");
});

check("an address with answers that the tool does not know is read as far as it makes sense", desk, async (site) => {
  await openAfresh(site, TOOL + "#a=role.owner,role2.x,choose.nonsense,price.%E0%A4%A,.,relation");
  assert.equal(await site.page.locator(".question input:checked").count(), 1);
});

check("too little is said to be too little, with the question to ask first", phone, async (site) => {
  const { page } = site;
  await openAfresh(site, address({ role: "owner" }));
  assert.match((await page.locator(result + " h2").textContent()) || "", /信息不足/);
  assert.equal(await page.locator(".tool-go").count(), 0, "no card is offered");
  const next = await evaluate(site, { role: "owner" });
  const facts = await schema(site);
  const ask = page.locator(".tool-ask-next");
  assert.equal(await ask.textContent(), facts.find((/** @type {any} */ fact) => fact.id === next.next).question);
  await ask.tap();
  assert.ok(await page.locator(`.question[data-fact="${next.next}"]`).isVisible());
});

check("a narrow lead is called a leaning, with the runner-up beside it", desk, async (site) => {
  const { page } = site;
  const close = { role: "owner", choose: "criteria", paper: "careful" };
  await openAfresh(site, address(close));
  const answer = await evaluate(site, close);
  assert.equal(answer.state, "leaning");
  assert.ok(answer.also.length > 0);
  const headline = (await page.locator(result + " h2").textContent()) || "";
  assert.match(headline, /^倾向理智型/);
  assert.match(headline, /主人翁型/);
  assert.equal(await page.locator(".tool-go").count(), 1 + answer.also.length);
});

check("a warning stands in the result whatever the outcome, and leads to its page", phone, async (site) => {
  const { page } = site;
  await openAfresh(site, address({ ...OWNER, interest: "personal", paper: "avoids" }));
  const warnings = page.locator(result + " .warnings li");
  assert.equal(await warnings.count(), 2);
  assert.match((await warnings.first().textContent()) || "", /个人好处/);
  await warnings.first().locator("a").tap();
  await page.waitForURL((url) => url.pathname.endsWith("/compliance.html"));
});

check("which single other answer would change the result is told, and leads to its question", desk, async (site) => {
  const { page } = site;
  const given = { role: "owner", choose: "criteria", paper: "careful" };
  await openAfresh(site, address(given));
  const items = page.locator(result + " .changes").first().locator("li");
  assert.ok((await items.count()) >= 1 && (await items.count()) <= 3, "a few");
  const told = /如果「(.+)」改成「(.+)」，结果会变成(.+)/.exec((await items.first().textContent()) || "");
  assert.ok(told);
  const facts = await schema(site);
  const fact = facts.find((/** @type {any} */ one) => one.question === told[1]);
  const option = fact.options.find((/** @type {any} */ one) => one.label === told[2]);
  const changed = await evaluate(site, { ...given, [fact.id]: option.id });
  await items.first().locator("button").click();
  assert.equal(await page.evaluate(() => document.activeElement?.closest(".question")?.getAttribute("data-fact")), fact.id);
  await page.locator(`.question[data-fact="${fact.id}"] .option`, { hasText: option.label }).first().click();
  assert.ok(((await page.locator(result + " h2").textContent()) || "").includes(told[3]), "it is as it was told");
  assert.notEqual(changed.outcome, "type-rational");
});

checkBoth("the result as text carries the verdict and the answers", { ...desk, ...CLIPBOARD }, async (site) => {
  const { page, open } = site;
  await open(address({ ...OWNER, interest: "personal" }));
  const facts = await schema(site);
  await page.locator(".tool-actions button", { hasText: "复制结果" }).click();
  await page.waitForFunction(() => navigator.clipboard.readText().then((text) => text.includes("\n- ")));
  const text = await clipboard(site);
  assert.match(text.split("\n")[0], /主人翁型/);
  for (const [fact, option] of Object.entries(OWNER)) assert.ok(text.includes(labelOf(facts, fact, option)));
  assert.match(text, /个人好处/);
});

check("a result prints", desk, async (site) => {
  const { page } = site;
  await openAfresh(site, address(OWNER));
  await page.evaluate(() => (window.print = () => void (/** @type {any} */ (window).printed = document.documentElement.className)));
  await page.locator(".tool-actions button", { hasText: "打印" }).click();
  assert.match(await page.evaluate(() => /** @type {any} */ (window).printed), /tool-printing/);
  await page.emulateMedia({ media: "print" });
  assert.ok(await page.locator(result + " h2").isVisible());
  assert.ok((await page.pdf({ format: "A4" })).length > 1000);
});

check("a tool within another page leaves that page's address alone", desk, async (site) => {
  const { page, open } = site;
  const host = "customer-types/index.html";
  await open(host);
  await page.locator(".tool.ready").waitFor();
  const facts = await schema(site);
  await page.locator(".question").first().locator(".option", { hasText: labelOf(facts, "role", "owner") }).first().click();
  assert.equal(await page.locator(result + " .ranking li").first().getAttribute("data-outcome"), "type-owner");
});

checkBoth("a value is told above its question as the answers come, and pages to read are links", phone, async (site) => {
  const { page } = site;
  await openAfresh(site, pageUrl("role-play"));
  /** @param {string} fact @param {string} option */
  const tap = async (fact, option) => {
    const box = page.locator(`.question[data-fact="${fact}"]`);
    await box.waitFor();
    await box.locator(".option", { hasText: option }).tap();
  };
  await tap("kind", "钱：");
  await tap("type", "主人翁型");
  const listen = page.locator('.question[data-fact="listen"]');
  await listen.waitFor();
  const line = (await listen.locator(".tool-above dd").textContent()) || "";
  const said = await page.evaluate(async () => (await /** @type {any} */ (window).salesbook.rule("role-play")).evaluate({ kind: "price", type: "type-owner" }).values.line_listen);
  assert.equal(line, said);
  const described = ((await listen.getAttribute("aria-describedby")) || "").split(" ");
  assert.ok(await page.evaluate((ids) => ids.every((/** @type {string} */ id) => document.getElementById(id)), described), "the line belongs to its question");
  assert.ok((await listen.locator(".tool-above").boundingBox().then((box) => box && box.y + box.height)) < 640, "the line can be seen without scrolling");
  await openAfresh(site, pageUrl("role-play") + "#a=kind.price,type.type-owner,listen.note,acknowledge.feel,clarify.restate,answer.one,prove.check,confirm.next");
  await page.locator(".tool-pages a").first().waitFor();
  assert.ok(!(await page.locator(result).textContent())?.includes(line), "what stands above a question is not said again");
  await page.locator(".tool-pages a", { hasText: "主人翁型" }).tap();
  await page.waitForURL((url) => url.pathname.endsWith("/type-owner.html"));
});

check("on a phone the most telling question comes next, what is passed over does not come again", phone, async (site) => {
  const { page } = site;
  await openAfresh(site, TOOL);
  const facts = await schema(site);
  const visible = page.locator(".question:visible");
  const shown = () => visible.getAttribute("data-fact");
  /** @type {Record<string, string>} */
  const given = {};
  for (const chosen of ["changes", "owner", "criteria"]) {
    const wanted = (await evaluate(site, given)).next;
    assert.equal(await shown(), wanted);
    const fact = facts.find((/** @type {any} */ one) => one.id === wanted);
    const option = fact.options.find((/** @type {any} */ one) => one.id === chosen) || fact.options[0];
    given[wanted] = option.id;
    await visible.locator(".option", { hasText: option.label }).first().tap();
    await page.waitForFunction((id) => !document.querySelector(`.question[data-fact="${id}"]`)?.getClientRects().length, wanted);
  }
  const skipped = await shown();
  assert.equal(await page.locator(".tool-forward").textContent(), "跳过");
  await page.locator(".tool-forward").tap();
  assert.notEqual(await shown(), skipped);
  assert.ok(page.url().includes(skipped + ".?"), "the address says that it was passed over");
  assert.match((await page.locator(".tool-outlook").textContent()) || "", /目前最像.+还有\d+题可能改变结果/);
});

check("the browser's own Back and Forward walk through the questions and lose no answer", phone, async (site) => {
  const { page } = site;
  await openAfresh(site, TOOL);
  const visible = page.locator(".question:visible");
  const shown = () => visible.getAttribute("data-fact");
  const first = await shown();
  await visible.locator(".option").first().tap();
  await page.waitForFunction((id) => !document.querySelector(`.question[data-fact="${id}"]`)?.getClientRects().length, first);
  const second = await shown();
  await visible.locator(".option").first().tap();
  await page.waitForFunction((id) => !document.querySelector(`.question[data-fact="${id}"]`)?.getClientRects().length, second);
  const address = page.url();
  await page.goBack();
  assert.equal(await shown(), second);
  assert.equal(await visible.locator("input:checked").count(), 1);
  await page.locator(".tool-back").tap();
  await page.waitForFunction((id) => document.querySelector(`.question[data-fact="${id}"]`)?.getClientRects().length, first);
  assert.equal(page.url(), address, "the answers stay in the address");
  await page.goForward();
  assert.equal(await shown(), second);
});

check("when no further answer can change it the result stands at once, and the rest can still be answered", phone, async (site) => {
  const { page } = site;
  await openAfresh(site, pageUrl("loyalty-picker"));
  const visible = page.locator(".question:visible");
  assert.equal(await visible.getAttribute("data-fact"), "complaint");
  await visible.locator(".option", { hasText: "是" }).first().tap();
  await page.locator(result + " .lead-note").first().waitFor();
  assert.ok(await page.locator(".tool-ask").isHidden());
  assert.match((await page.locator(result + " .lead-note").first().textContent()) || "", /再答也不会变了/);
  await page.locator(".tool-onward").tap();
  assert.ok(await visible.isVisible());
  await visible.locator(".option").first().tap();
  await page.waitForTimeout(300);
  assert.ok(await visible.isVisible(), "it goes on until all is answered");
});

check("an answer can be changed from the result, which comes back", phone, async (site) => {
  const { page } = site;
  await openAfresh(site, address(OWNER));
  await page.locator(result + " .reasons .tool-answer").first().tap();
  const visible = page.locator(".question:visible");
  assert.ok(Object.keys(OWNER).includes(/** @type {string} */ (await visible.getAttribute("data-fact"))));
  await visible.locator(".option-unknown").tap();
  await page.locator(result + " .tool-actions").waitFor();
  assert.ok(await page.locator(".tool-ask").isHidden());
});

check("a tool that ranks nothing promises no ranking", desk, async (site) => {
  const { page } = site;
  for (const [id, ranks] of /** @type {const} */ ([["type-finder", true], ["retention-calculator", false], ["aida-planner", false]])) {
    await openAfresh(site, pageUrl(id));
    assert.equal(/排名/.test((await page.locator(result + " h2").textContent()) || ""), ranks, id);
  }
});
