/**
 * The preview in a real browser: a save shows itself at the same place of the page, a mistake shows over the page
 * without loading it anew, so does what a change of a rule does, and a page of another origin gets nothing.
 *
 * `SALESBOOK` names the program, by default the release build. Needs playwright-core and Debian's chromium.
 */
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import fs from "node:fs";
import http from "node:http";
import os from "node:os";
import path from "node:path";
import { chromium } from "playwright-core";

const program = path.resolve(process.env.SALESBOOK || path.join(import.meta.dirname, "../../target/release/salesbook"));
const root = fs.mkdtempSync(path.join(os.tmpdir(), "salesbook-preview-"));

function write(name, text) {
  fs.mkdirSync(path.dirname(path.join(root, name)), { recursive: true });
  fs.writeFileSync(path.join(root, name), text);
}
function page(kind, title, text) {
  return `---\nkind: ${kind}\ntitle: ${title}\nsummary: ${title}。\nprovenance: proposed\n---\n${text}\n`;
}
const lines = "一行正文。\n\n".repeat(200);
const save = (text) => write("content/zh/guide/page.md", page("guide", "一页", `## 标记${text}\n\n${lines}`));
write("salesbook.yaml", "title: 预览测试\nname: preview-test\nlanguage: zh\n");
write("content/zh/_index.md", page("home", "首页", "文字"));
write("content/zh/guide/_index.md", page("section", "指南", "文字"));
save("[[没有这页]]");
const options = "[{ id: proof, label: 问凭据 }, { id: price, label: 问价钱 }]";
const facts = `facts:\n  - { id: asks, question: 他先问什么？, kind: choice, options: ${options} }\n`;
const outcomes = "outcomes:\n  - { id: careful, title: 慎重 }\n  - { id: thrifty, title: 看价 }\n";
write("content/zh/tools/finder.md", `---\nkind: tool\ntitle: 判一判\n${facts}${outcomes}---\n答不上来就选不清楚。\n`);
write("rules/finder.rhai", `fn classify(facts) {
    let points = if facts.asks == "proof" { 3 } else { 1 };
    #{ outcome: if points >= global::ENOUGH { "careful" } else { "thrifty" }, state: "decided" }
}
`);
write("rules/finder.cases.yaml", "- { customer: 先问凭据的客户, facts: { asks: proof }, outcome: careful }\n");
const enough = (value) =>
  write("rules/settings.yaml", `finder:\n  ENOUGH: { value: ${value}, means: 够分, provenance: proposed }\n`);
enough(2);

const server = spawn(program, ["serve", "--root", root, "--lang", "zh"]);
let terminal = "";
server.stdout.on("data", (text) => (terminal += text));
server.stderr.on("data", (text) => (terminal += text));
const browser = await chromium.launch({
  executablePath: "/usr/bin/chromium",
  args: ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking"],
});
let foreign;
try {
  while (!/http:\/\/[\d.:]+\//.test(terminal)) await new Promise((resolve) => setTimeout(resolve, 50));
  const url = terminal.match(/http:\/\/[\d.:]+\//)[0];
  const tab = await browser.newPage();
  const faults = [];
  tab.on("pageerror", (error) => faults.push(String(error)));
  tab.on("console", (message) => /Content Security|Trusted/.test(message.text()) && faults.push(message.text()));
  const panel = tab.locator(".salesbook-preview");
  const shows = (text) =>
    tab.waitForFunction((word) => document.querySelector("main")?.textContent.includes(word), text);

  // Before the first good site: the mistake, in the terminal's words.
  await tab.goto(url + "guide/page.html");
  await panel.locator("strong").first().waitFor();
  const headline = await panel.locator("strong").first().textContent();
  assert.ok(terminal.includes(headline), `the terminal has no line \`${headline}\``);

  // A save shows itself, at the same place.
  save("第一");
  await shows("标记第一");
  assert.ok(await panel.isHidden());
  await tab.evaluate(() => scrollTo({ left: 0, top: 900, behavior: "instant" }));
  save("第二");
  await shows("标记第二");
  await tab.waitForFunction(() => scrollY === 900);

  // A mistake appears without loading the page anew, and goes the same way.
  await tab.evaluate(() => (document.body.dataset.kept = "yes"));
  save("[[没有这页]]");
  await panel.locator("strong").first().waitFor();
  assert.equal(await tab.evaluate(() => document.body.dataset.kept), "yes");
  assert.ok((await tab.textContent("main")).includes("标记第二"));
  save("第二");
  await panel.waitFor({ state: "hidden" });
  assert.equal(await tab.evaluate(() => document.body.dataset.kept), "yes");
  assert.deepEqual(faults, []);

  // What a change of a threshold does comes behind it, in the terminal's words; its button takes it away, on every page.
  const told = tab.locator(".salesbook-consequences strong");
  enough(4);
  await told.waitFor();
  const verdict = await told.textContent();
  assert.equal(verdict, "改了`finder`：全部3种回答组合里1种换了结果（33.3%）");
  assert.deepEqual(await tab.locator(".salesbook-consequences li").allTextContents(), [
    "慎重 → 看价：33.3%，例如他先问什么？“问凭据”",
    "有1位例子客户的判断不再是写的那样：",
    "先问凭据的客户：写的是“慎重”，现在是“看价”",
  ]);
  assert.ok(terminal.includes(verdict) && terminal.includes("  慎重 → 看价：33.3%"), terminal);
  await tab.goto(url + "tools/finder.html");
  assert.equal(await told.textContent(), verdict);
  await tab.getByRole("button", { name: "知道了" }).click();
  assert.ok(await panel.isHidden());
  await tab.goto(url + "guide/page.html");
  assert.ok(await panel.isHidden());
  enough(2);
  await told.waitFor();
  save("第三");
  await shows("标记第三");
  await panel.waitFor({ state: "hidden" });
  assert.deepEqual(faults, []);

  // A page of another origin: no text, no script, no frame, no events; a rebound name: nothing at all.
  foreign = http.createServer((_, answer) => answer.writeHead(200, { "Content-Type": "text/html" }).end("<h1>other</h1>"));
  await new Promise((resolve) => foreign.listen(0, "127.0.0.2", resolve));
  const other = await browser.newPage();
  await other.goto(`http://127.0.0.2:${foreign.address().port}/`);
  const got = await other.evaluate(async (url) => {
    const outcome = {};
    outcome.text = await fetch(url + "guide/page.html").then((answer) => answer.text(), () => null);
    outcome.opaque = await fetch(url + "__salesbook/client.js", { mode: "no-cors" }).then(() => "read", () => null);
    outcome.script = await new Promise((resolve) => {
      const script = document.createElement("script");
      script.onload = () => resolve("loaded");
      script.onerror = () => resolve(null);
      script.src = url + "assets/boot.js";
      document.head.append(script);
    });
    outcome.boot = "SB_BOOT" in window ? "leaked" : null;
    outcome.events = await new Promise((resolve) => {
      const events = new EventSource(url + "__salesbook/events");
      events.onopen = () => resolve("open");
      events.onerror = () => (events.close(), resolve(null));
    });
    return outcome;
  }, url);
  assert.deepEqual(got, { text: null, opaque: null, script: null, boot: null, events: null });
  console.log("preview: a save, a mistake, a changed threshold and a foreign page behave as they should");
} finally {
  foreign?.close();
  server.kill("SIGINT");
  await browser.close();
  fs.rmSync(root, { recursive: true, force: true });
}
