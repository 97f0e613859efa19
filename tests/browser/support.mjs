/**
 * What every browser test needs: the built book, a browser, a static host, and a page that reports whatever goes wrong.
 *
 * The book is built by `run.sh`, which names its folder in `SALESBOOK_DIST`. A test asks for a page with [`check`] or
 * [`checkBoth`]; the page fails its test on a console error, an uncaught exception, a violation of its
 * Content-Security-Policy, a native dialog, or a request to anything but the book. Nothing here knows a tool or a card.
 */
import assert from "node:assert/strict";
import { existsSync, readFileSync, statSync } from "node:fs";
import { createServer } from "node:http";
import { extname, join, normalize, resolve } from "node:path";
import { after, test } from "node:test";
import { pathToFileURL } from "node:url";
import { gzipSync } from "node:zlib";
import { chromium } from "playwright-core";

export const dist = resolve(process.env.SALESBOOK_DIST || "../../dist");
export const executable = process.env.CHROMIUM || "/usr/bin/chromium";

/** The marker and list of pages that the build writes. */
export const book = JSON.parse(readFileSync(join(dist, "salesbook.json"), "utf8"));

/** @typedef {{ id: string, kind: string, title: string, url: string }} BookPage */
/** @type {BookPage[]} */
export const pages = book.pages;

/** Pages that the build makes beside those of the manifest. */
export const extraPages = ["search.html", "404.html", "tags/index.html"].filter((url) => existsSync(join(dist, url)));

/** The address of a page of the book by its id. @param {string} id */
export function pageUrl(id) {
  const page = pages.find((one) => one.id === id);
  assert.ok(page, "no page " + id);
  return page.url;
}

/** One page of every kind, and the pages that the build makes itself. */
export function onePageOfEachTemplate() {
  const preferred = ["home", "obj-price-too-high", "type-owner", "aida-owner", "type-finder", "customer-types", "trainer-guide"];
  const kinds = new Map();
  for (const page of pages) if (!kinds.has(page.kind) || preferred.includes(page.id)) kinds.set(page.kind, page.url);
  const term = pages.find((page) => page.kind === "term")?.url || firstTerm();
  return Array.from(new Set([...kinds.values(), ...extraPages, ...(term ? [term] : [])]));
}

function firstTerm() {
  const index = join(dist, "tags/index.html");
  const found = existsSync(index) && /<main[\s\S]*?href="([^"#:]+\.html)"/.exec(readFileSync(index, "utf8").replace(/<nav[\s\S]*?<\/nav>/g, ""));
  return found ? normalize(join("tags", decodeURIComponent(found[1]))) : "";
}

// The static host.

const TYPES = { ".html": "text/html; charset=utf-8", ".js": "text/javascript; charset=utf-8", ".css": "text/css; charset=utf-8", ".svg": "image/svg+xml", ".json": "application/json" };

/**
 * Serves a folder under a path that is not the root and has a character that must be escaped.
 * `sent` lists every answer with its size on the wire.
 * @param {string} folder
 */
export async function serve(folder) {
  const prefix = "/teams/sales%20book/";
  /** @type {{ path: string, status: number, bytes: number }[]} */
  const sent = [];
  const packed = new Map();
  const server = createServer((request, response) => {
    const path = new URL(request.url || "/", "http://localhost").pathname;
    const inside = path.startsWith(prefix) ? decodeURIComponent(path.slice(prefix.length)) || "index.html" : "";
    const file = join(folder, normalize("/" + inside));
    if (!inside || !existsSync(file) || !statSync(file).isFile()) {
      sent.push({ path, status: 404, bytes: 0 });
      response.writeHead(404).end();
      return;
    }
    if (!packed.has(file)) packed.set(file, gzipSync(readFileSync(file)));
    const body = packed.get(file);
    sent.push({ path: inside, status: 200, bytes: body.length });
    response.writeHead(200, { "content-type": TYPES[extname(file)] || "application/octet-stream", "content-encoding": "gzip" }).end(body);
  });
  await new Promise((ready) => server.listen(0, "127.0.0.1", () => ready(undefined)));
  const { port } = /** @type {import("node:net").AddressInfo} */ (server.address());
  return { root: `http://127.0.0.1:${port}${prefix}`, sent, close: () => (server.closeAllConnections(), server.close()) };
}

// The browser: one per test file, one context per test.

/** @type {Promise<import("playwright-core").Browser> | undefined} */
let launched;
/** @type {ReturnType<typeof serve> | undefined} */
let served;

export function browser() {
  launched ??= chromium.launch({
    executablePath: executable,
    args: ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync", "--disable-dev-shm-usage"],
  });
  return launched;
}

/** The book over http. */
export function host() {
  served ??= serve(dist);
  return served;
}

after(async () => {
  if (launched) await (await launched).close();
  if (served) (await served).close();
});

/** The root of the book on each way of opening it. @param {"file" | "http"} over */
export async function rootOf(over) {
  return over === "http" ? (await host()).root : pathToFileURL(dist).href + "/";
}

export const phone = { viewport: { width: 360, height: 640 }, hasTouch: true, isMobile: true };
export const desk = { viewport: { width: 1280, height: 800 } };

/**
 * Reports, in a list that grows, whatever a page does wrong.
 * @param {import("playwright-core").BrowserContext} context
 * @param {string} root the only place that may be asked for anything
 */
export async function guard(context, root) {
  /** @type {string[]} */
  const problems = [];
  await context.exposeBinding("reportProblem", ({ page }, text) => void problems.push(page.url() + ": " + text));
  await context.addInitScript(() => {
    const report = /** @type {any} */ (window).reportProblem;
    document.addEventListener("securitypolicyviolation", (event) => {
      report(`policy violation: ${event.violatedDirective} ${event.blockedURI} ${event.sample} ${event.sourceFile}:${event.lineNumber}`);
    });
  });
  context.on("console", (message) => {
    if (message.type() === "error" || message.type() === "warning") problems.push(`${message.page()?.url()}: console ${message.type()}: ${message.text()}`);
  });
  context.on("weberror", (error) => problems.push(`${error.page()?.url()}: uncaught: ${error.error()}`));
  context.on("dialog", (dialog) => {
    problems.push(`${dialog.page()?.url()}: dialog: ${dialog.message()}`);
    dialog.dismiss().catch(() => undefined);
  });
  context.on("request", (request) => {
    if (!request.url().startsWith(root) && !request.url().startsWith("data:") && request.url() !== "about:blank") problems.push("foreign request: " + request.url());
  });
  return problems;
}

/**
 * @typedef {{ page: import("playwright-core").Page, context: import("playwright-core").BrowserContext, root: string,
 *   over: "file" | "http", url: (path: string) => string, open: (path: string) => Promise<void>, problems: string[] }} Site
 * @typedef {import("playwright-core").BrowserContextOptions & { over?: "file" | "http", expected?: RegExp, timeout?: number }} CheckOptions
 */

/**
 * A test with a page. `expected` matches problems that the test provokes.
 * @param {string} name
 * @param {CheckOptions} options
 * @param {(site: Site, t: import("node:test").TestContext) => Promise<void>} body
 */
export function check(name, options, body) {
  const { over = "http", expected, timeout = 100_000, ...contextOptions } = options;
  test(name, { timeout }, async (t) => {
    const root = await rootOf(over);
    const context = await (await browser()).newContext({ ...desk, locale: "zh-CN", ...contextOptions });
    context.setDefaultTimeout(15_000);
    try {
      const problems = await guard(context, root);
      const page = await context.newPage();
      const url = (/** @type {string} */ path) => new URL(path, root).href;
      const open = async (/** @type {string} */ path) => void (await page.goto(url(path), { waitUntil: "load" }));
      await body({ page, context, root, over, url, open, problems }, t);
      assert.deepEqual(problems.filter((problem) => !expected || !expected.test(problem)), [], "the page reported problems");
    } finally {
      await context.close();
    }
  });
}

/**
 * The same test on a page opened from its folder and on one served under a path.
 * @param {string} name
 * @param {CheckOptions} options
 * @param {(site: Site, t: import("node:test").TestContext) => Promise<void>} body
 */
export function checkBoth(name, options, body) {
  for (const over of /** @type {const} */ (["file", "http"])) check(`${name} (${over})`, { ...options, over }, body);
}

/** What lies on the clipboard. @param {Site} site */
export function clipboard(site) {
  return site.page.evaluate(() => navigator.clipboard.readText());
}

/** The `salesbook-id` of the page that is open. @param {import("playwright-core").Page} page */
export function openId(page) {
  return page.locator('meta[name="salesbook-id"]').getAttribute("content");
}

/** Fails with the first of the faults, one a line. @param {string[]} faults */
export function none(faults) {
  assert.equal(faults.length, 0, `${faults.length} faults:\n${faults.slice(0, 40).join("\n")}`);
}

/**
 * Does `work` for every item, a few at a time.
 * @template T
 * @param {T[]} items
 * @param {number} lanes
 * @param {(item: T, lane: number) => Promise<void>} work
 */
export async function inLanes(items, lanes, work) {
  let next = 0;
  await Promise.all(Array.from({ length: lanes }, async (_, lane) => {
    while (next < items.length) await work(items[next++], lane);
  }));
}
