/**
 * A playbook written by an enemy: every payload stands in a title, an alias, a summary, a tag, a text, a link, a line to
 * be said, a question, an option, a reason and a warning; then in the address of the search, in a shared answer, and in
 * what the device remembers. Nothing may run, and every payload must still be there, as the text that it is.
 */
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { after, test } from "node:test";
import { ADDRESSES, PAYLOADS } from "./payloads.mjs";
import { browser, desk, guard, none, serve } from "./support.mjs";

const program = resolve(process.env.SALESBOOK || join(import.meta.dirname, "../../target/debug/salesbook"));
const work = mkdtempSync(join(tmpdir(), "salesbook-safety-"));
after(() => rmSync(work, { recursive: true, force: true }));

/** YAML takes JSON's strings as they are. */
const quoted = JSON.stringify;
/** Rhai's strings know the same escapes as JSON's, as long as nothing needs `\u`. */
const rhai = JSON.stringify;

/** @param {string} root @param {string} path @param {string} text */
function write(root, path, text) {
  mkdirSync(dirname(join(root, path)), { recursive: true });
  writeFileSync(join(root, path), text);
}

/** @param {string} kind @param {string} title @param {string} text @param {string} [more] */
function page(kind, title, text, more = "") {
  return `---\nkind: ${kind}\ntitle: ${quoted(title)}\nsummary: ${quoted(title)}\nprovenance: proposed\n${more}---\n${text}\n`;
}

/** @param {string} root @param {string} out */
function build(root, out) {
  return spawnSync(program, ["build", "--root", root, "--out", out, "--lang", "en"], { encoding: "utf8" });
}

/** The title of the page of a payload. @param {number} index */
const titleOf = (index) => `载荷${index} ${PAYLOADS[index]}`;
/** @param {number} index */
const some = (index) => PAYLOADS[index % PAYLOADS.length];

/** Braces in a line to be said are a variable's. @param {string} payload */
const inLine = (payload) => payload.replace(/[`{}]/g, "");

/** @param {string} root */
function writePlaybook(root) {
  write(root, "salesbook.yaml", `title: ${quoted("书 " + some(16))}\ntagline: ${quoted(some(9))}\nname: safety\nlanguage: zh\nfooter: ${quoted(some(19))}\nvariables:\n  称呼: ${quoted(some(17))}\n  产品: ${quoted(some(72))}\n`);
  write(root, "content/zh/_index.md", page("home", "首页", "文字", `pinned: [card]\ntool: judge\nentries:\n  - { title: ${quoted(some(0))}, text: ${quoted(some(1))}, page: guide }\n`));
  write(root, "content/zh/guide/_index.md", page("section", "节 " + some(47), "文字\n\n```list\nkind: guide\n```"));
  PAYLOADS.forEach((payload, index) => {
    const text = [
      payload.replace(/^#/, "\\#"),
      "- " + payload,
      "> " + payload,
      "## 标题 " + payload.replace(/[{}[\]]/g, ""),
      "`" + payload.replaceAll("`", "") + "`",
      "```\n" + payload.replaceAll("`", "") + "\n```",
      "| a | b |\n| --- | --- |\n| " + payload.replaceAll("|", "") + " | x |",
      "[" + payload.replace(/[[\]]/g, "") + "](guide)",
      "```script\n" + inLine(payload) + "\n```",
      "```dialogue\n客户：" + inLine(payload) + "\n我：" + inLine(payload) + "\n```",
      "```steps\n一步：" + payload.replaceAll("`", "") + "\n```",
    ];
    write(root, `content/zh/guide/p${index}.md`, page("guide", titleOf(index), text.join("\n\n"), `aliases: [${quoted("别名" + index + payload)}]\ntags: [${quoted("签" + index + payload)}]\nowner: ${quoted(payload)}\nweight: ${index}\n`));
  });
  write(root, "content/zh/guide/card.md", page("objection", "卡 " + some(9),
    "```steps\n倾听：" + some(9) + "\n```\n\n```dialogue\n客户：" + some(0) + "\n我：" + some(19) + "\n```",
    `group: price\nsay: ${quoted("{称呼}{产品}" + some(16))}\nstep_back: ${quoted(some(72))}\nask: ${quoted(some(73))}\navoid: ${quoted(some(9))}\nmethods: [guide]\ntypes: [kind-one, kind-two, kind-three]\ncauses: [${quoted(some(9))}]\naliases: [${quoted(some(20))}]\nvariants:\n  kind-one: ${quoted(some(10))}\n  kind-two: ${quoted(some(11))}\n  kind-three: ${quoted(some(18))}\n`));
  for (const [at, id] of ["kind-one", "kind-two", "kind-three"].entries()) {
    write(root, `content/zh/guide/${id}.md`, page("type", "型" + at + " " + some(9 + at), "```steps\n看：" + some(9) + "\n```\n\n```dialogue\n客户：" + some(0) + "\n我：" + some(19) + "\n```",
      `aliases: [甲${at}]\nsignals: [${quoted(some(9))}]\ndo: [${quoted(some(16))}]\ndont: [${quoted(some(17))}]\npromise: [${quoted(some(19))}]\nfirst_visit: [${quoted(some(0))}]\naida: { attention: ${quoted(some(9))}, interest: ${quoted(some(16))}, desire: ${quoted(some(72))}, action: ${quoted(some(0))} }\ntime_split: { trust: 25, needs: 25, benefits: 25, close: 25 }\ntime_split_provenance: proposed\nobjections:\n  - { card: card, answer: ${quoted(some(9))} }\n`));
  }
  const options = PAYLOADS.map((payload, index) => `      - { id: o${index}, label: ${quoted(payload)} }`).join("\n");
  write(root, "content/zh/guide/judge.md", page("tool", "判 " + some(9), "文字",
    `facts:\n  - id: pick\n    kind: choice\n    question: ${quoted(some(0))}\n    hint: ${quoted(some(9))}\n    options:\n${options}\n  - id: words\n    kind: text\n    question: ${quoted(some(16))}\n  - id: amount\n    kind: number\n    question: ${quoted(some(72))}\n    unit: ${quoted(some(19))}\noutcomes:\n  - { id: one, page: kind-one, title: ${quoted(some(9))} }\n  - { id: two, page: kind-two, title: ${quoted(some(17))} }\nwarnings:\n  - { id: careful, text: ${quoted(some(9))}, page: guide }\n`));
  const reasons = PAYLOADS.map((payload) => `        #{ outcome: "one", points: 1, text: ${rhai(payload)}, facts: ["pick"] },`).join("\n");
  write(root, "rules/judge.rhai", `fn reasons() { [\n${reasons}\n] }\nfn classify(facts) {\n    if !("pick" in facts) { return #{ outcome: (), state: "insufficient", also: [], scores: [], reasons: [], warnings: [], next: "pick", values: #{} }; }\n    if facts.pick == "o1" { return #{ outcome: "two", state: "decided", also: [], scores: [#{ outcome: "two", points: 1 }], reasons: [], warnings: [], next: (), values: #{} }; }\n    #{ outcome: "one", state: "leaning", also: ["two"], scores: [#{ outcome: "one", points: 3 }, #{ outcome: "two", points: 2 }], reasons: reasons(), warnings: [#{ id: "careful", text: ${rhai(some(9))} }], next: "words", values: #{ confidence: "low" } }\n}\n`);
}

const out = join(work, "dist");
const built = (() => {
  writePlaybook(join(work, "book"));
  return build(join(work, "book"), out);
})();

/** Whatever in the page is more than text, and should not be. */
function suspicious() {
  const found = [];
  if (/** @type {any} */ (window).ran) found.push("something ran: " + /** @type {any} */ (window).ran);
  for (const element of document.querySelectorAll("*")) {
    const name = element.nodeName.toLowerCase();
    if (["iframe", "object", "embed", "base", "style", "img", "image", "video", "audio", "math", "form", "portal", "marquee", "meta", "link", "script"].includes(name)) {
      const ours = (name === "form" && (element.className === "search-form" || element.className === "tool-ask" || element.className === "settings"))
        || (name === "script" && (element.getAttribute("type") === "application/json" || /\/(assets|search)\//.test(/** @type {HTMLScriptElement} */ (element).src)))
        || ((name === "meta" || name === "link") && element.parentElement?.nodeName === "HEAD" && !/refresh/i.test(element.getAttribute("http-equiv") || "") && !/evil/.test(element.outerHTML.replace(/content="[^"]*"/g, "")));
      if (!ours) found.push(element.outerHTML.slice(0, 120));
    }
    for (const { name: key, value } of Array.from(element.attributes)) {
      if (/^on/.test(key)) found.push(`${name} ${key}=${value}`);
      if (/^(href|src|action|formaction|data|xlink:href)$/.test(key) && new URL(value, document.baseURI).origin !== location.origin) found.push(`${name} ${key}=${value}`);
    }
  }
  return found;
}

/**
 * @param {string} name
 * @param {(site: { page: import("playwright-core").Page, context: import("playwright-core").BrowserContext, url: (path: string) => string, faults: string[], look: (what: string) => Promise<void> }) => Promise<void>} body
 */
function attack(name, body) {
  test(name, { timeout: 100_000 }, async () => {
    assert.equal(built.status, 0, built.stdout + built.stderr);
    const host = await serve(out);
    const context = await (await browser()).newContext({ ...desk, permissions: ["clipboard-read", "clipboard-write"] });
    try {
      const problems = await guard(context, host.root);
      await context.addInitScript(() => {
        const mark = (/** @type {string} */ how) => () => void (/** @type {any} */ (window).ran = how);
        Object.assign(window, { alert: mark("alert"), confirm: mark("confirm"), prompt: mark("prompt"), msgbox: mark("msgbox"), print: () => undefined });
      });
      const page = await context.newPage();
      /** @type {string[]} */
      const faults = [];
      const look = async (/** @type {string} */ what) => void faults.push(...(await page.evaluate(suspicious)).map((text) => `${what}: ${text}`));
      await body({ page, context, url: (path) => new URL(path, host.root).href, faults, look });
      none([...faults, ...problems]);
    } finally {
      await context.close();
      host.close();
    }
  });
}

attack("pages show every payload as text", async ({ page, url, look }) => {
  for (let index = 0; index < PAYLOADS.length; index++) {
    await page.goto(url(`guide/p${index}.html`), { waitUntil: "load" });
    await look(titleOf(index));
    assert.equal(await page.locator("h1").evaluate((heading) => heading.firstChild?.textContent?.trim()), titleOf(index).trim());
    assert.ok((await page.title()).startsWith(titleOf(index).replace(/\s+/g, " ").trim()), "the title of the window");
  }
});

attack("lists, tags, the card, the types and the first page show payloads as text", async ({ page, url, look }) => {
  const tags = readdirSync(join(out, "tags")).filter((file) => file.endsWith(".html")).slice(0, 40).map((file) => "tags/" + encodeURIComponent(file));
  for (const path of ["guide/card.html", "guide/kind-one.html", "guide/kind-two.html", "guide/p1.html", "index.html", "guide/index.html", "search.html", "404.html", ...tags]) {
    await page.goto(url(path), { waitUntil: "load" });
    await look(path);
    await page.locator("a, button, summary").evaluateAll((all) => all.slice(0, 200).forEach((element) => element.dispatchEvent(new MouseEvent("mouseover", { bubbles: true }))));
    await look(path + " under the pointer");
  }
  await page.goto(url("guide/card.html"));
  for (const button of await page.locator(".copy:visible").all()) await button.click();
  await page.locator("details.menu summary").click();
  await page.locator("button[data-variables]").click();
  await page.locator("dialog[open] input").first().fill(PAYLOADS[9]);
  await page.keyboard.press("Enter");
  await look("own words");
  assert.ok((await page.locator(".answer-say .line").textContent())?.startsWith(PAYLOADS[9]));
});

attack("search shows payloads as text, from the index and from the address", async ({ page, url, look }) => {
  await page.goto(url("index.html"));
  await page.keyboard.press("/");
  const input = page.locator("dialog[open] .search-input");
  await input.waitFor();
  await look("empty dialog");
  for (const query of ["载荷", "alert", "script", "onerror", "别名", "constructor", "__proto__", "javascript alert"]) {
    await input.fill(query);
    await page.waitForFunction((text) => {
      const shown = document.querySelector("dialog[open] .search-result, dialog[open] .search-none");
      return shown && (shown.classList.contains("search-none") ? shown.textContent?.includes(text) : true);
    }, query);
    await page.waitForTimeout(150);
    await look("dialog: " + query);
  }
  for (const payload of PAYLOADS.filter((_, index) => index % 6 === 0)) {
    for (const path of ["search.html", "guide/p9.html"]) {
      await page.goto(url(path + "?q=" + encodeURIComponent(payload)), { waitUntil: "load" });
      await look(path + " for " + payload);
    }
  }
  await page.goto(url("search.html"));
  const field = page.locator(".search-page .search-input");
  await field.waitFor();
  for (const payload of PAYLOADS) {
    await page.evaluate((text) => void (location.hash = "#q=" + encodeURIComponent(text) + "&kind=" + encodeURIComponent(text)), payload);
    await page.waitForFunction((text) => /** @type {HTMLInputElement} */ (document.querySelector(".search-page .search-input")).value === text, payload);
    await page.waitForFunction(() => document.querySelector(".search-page .search-result, .search-page .search-none"));
    await look("fragment: " + payload);
  }
});

attack("the tool shows payloads as text, from its page, its rule and a shared address", async ({ page, url, look }) => {
  await page.goto(url("guide/judge.html#a=pick.o0"));
  await page.locator(".tool.ready .reasons li").nth(PAYLOADS.length - 1).waitFor();
  const reasons = await page.locator(".tool .reasons li > span").allTextContents();
  assert.deepEqual(reasons, PAYLOADS, "every reason stands there as it was written");
  assert.deepEqual((await page.locator('.question[data-fact="pick"] .option').allTextContents()).slice(0, -1), PAYLOADS);
  await look("result");
  for (const summary of await page.locator(".tool-result summary").all()) await summary.click();
  await page.locator(".changes li").first().waitFor();
  await look("changes");
  for (const button of await page.locator(".tool-actions button").all()) await button.click();
  await look("actions");
  for (const payload of PAYLOADS) {
    await page.evaluate((text) => void (location.hash = text), "#a=pick." + encodeURIComponent(payload) + ",words." + encodeURIComponent(payload) + "," + payload + ".o1");
    await look("shared: " + payload);
  }
  await page.goto("about:blank");
  await page.goto(url("guide/judge.html#a=pick.o5,words." + encodeURIComponent(PAYLOADS[9])));
  await page.locator(".tool.ready .reasons").waitFor();
  await look("shared words");
});

attack("what the device remembers is not trusted", async ({ page, url, look }) => {
  await page.goto(url("404.html"));
  const states = [
    ...[9, 0, 79].map((index) => ({ v: 1, theme: PAYLOADS[index], variables: { 称呼: PAYLOADS[index], __proto__: PAYLOADS[index], 产品: { toString: "x" } }, searches: PAYLOADS, recent: PAYLOADS.map((payload) => ({ id: payload, title: payload, path: payload })) })),
    { v: 1, theme: 7, variables: [1], searches: { length: 3 }, recent: "javascript:alert(1)" },
    { v: 1, recent: [null, 1, "x", { id: "x", title: null, path: "javascript:alert(1)" }, { path: "https://evil.example/" }, { id: "y", title: "y", path: "//evil.example/" }] },
    { v: 2, recent: 5 },
    [1, 2],
    "text",
  ];
  for (const [index, state] of states.entries()) {
    await page.evaluate(([key, value]) => localStorage.setItem(key, value), ["salesbook:safety", typeof state === "string" ? state : JSON.stringify(state)]);
    for (const path of ["index.html", "guide/card.html", "guide/judge.html"]) {
      await page.evaluate(([key, value]) => localStorage.setItem(key, value), ["salesbook:safety", typeof state === "string" ? state : JSON.stringify(state)]);
      await page.goto(url(path), { waitUntil: "load" });
      await page.keyboard.press("Control+k");
      await page.locator("dialog.search-dialog[open]").waitFor();
      await look(`state ${index} on ${path}`);
      assert.ok(await page.locator("h1").isVisible());
    }
  }
});

test("an address that runs or leaves the book never becomes a link", () => {
  const faults = [];
  for (const [index, address] of ADDRESSES.entries()) {
    const root = join(work, "address" + index);
    const folder = join(work, "address-out" + index);
    write(root, "salesbook.yaml", "title: 书\nname: address\nlanguage: zh\n");
    write(root, "content/zh/_index.md", page("home", "首页", `[字](${address}) [字](<${address}>) ![图](${address}) <${address}>\n\n[甲]\n\n[甲]: ${address}`));
    const { status } = build(root, folder);
    if (status !== 0 && existsSync(folder)) faults.push(address + ": refused, and published");
    if (status !== 0) continue;
    const html = readFileSync(join(folder, "index.html"), "utf8");
    const body = html.slice(html.indexOf("<main"));
    for (const [attribute] of body.matchAll(/\b(?:href|src)="[^"]*"/g)) {
      if (/javascript|vbscript|data:|blob:|file:|evil/i.test(attribute)) faults.push(`${address}: ${attribute}`);
    }
  }
  none(faults);
});
