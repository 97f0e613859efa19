/**
 * The picture of the README: three screens of a small phone, taken from a built book, side by side in one PNG.
 *
 * Usage: `node tests/browser/screenshot.mjs`, after `npm ci` here and `salesbook build`. Reads the book in
 * `SALESBOOK_DIST` (by default `dist` of the repository) from `file:`, as a reader would open it from a USB stick, and
 * writes `screenshots/book.png`. Needs Chromium, by default Debian's; `CHROMIUM` names another one. No test.
 */
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { chromium } from "playwright-core";

const here = dirname(fileURLToPath(import.meta.url));
const dist = resolve(process.env.SALESBOOK_DIST || join(here, "../../dist"));
const target = join(here, "screenshots/book.png");

const PHONE = { width: 360, height: 640 };
const GAP = 24;
// Text stays sharp on screens with more than one pixel a point, and the file stays small enough for a repository.
const SCALE = 1.25;
const MOST_BYTES = 250 * 1024;

/** @type {{ pages: { id: string, url: string }[] }} */
const book = JSON.parse(readFileSync(join(dist, "salesbook.json"), "utf8"));

/** The address of a page of the book by its id. @param {string} id */
function address(id) {
  const page = book.pages.find((one) => one.id === id);
  if (!page) throw new Error("the book in " + dist + " has no page " + id);
  return pathToFileURL(join(dist, page.url)).href;
}

const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM || "/usr/bin/chromium",
  args: ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync", "--disable-dev-shm-usage"],
});
const context = await browser.newContext({
  viewport: PHONE,
  deviceScaleFactor: SCALE,
  isMobile: true,
  hasTouch: true,
  colorScheme: "light",
  reducedMotion: "reduce",
  locale: "zh-CN",
});
const page = await context.newPage();

/** @type {Buffer[]} */
const screens = [];

// Search: initials in pinyin, and what they find.
await page.goto(address("home"));
await page.locator("[data-search-open]:visible").first().tap();
await page.locator("dialog[open] input").fill("tgl");
await page.locator("dialog[open] [role=option]").first().waitFor();
await page.waitForTimeout(300);
screens.push(await page.screenshot());

// An objection card as it opens.
await page.goto(address("obj-price-too-high"));
await page.locator(".answer-say").first().waitFor();
screens.push(await page.screenshot());

// A customer judged: the answers come with the address, as in a shared link.
await page.goto(address("type-finder") + "#a=role.owner,choose.best-mix,price.settle,relation.switches");
await page.locator(".tool-result h2").first().waitFor();
await page.locator(".tool-result").first().evaluate((result) => {
  window.scrollTo(0, result.getBoundingClientRect().top + window.scrollY - 80);
});
await page.waitForTimeout(100);
screens.push(await page.screenshot());

// The three screens on one sheet.
const sheet = await browser.newPage({
  viewport: { width: PHONE.width * screens.length + GAP * (screens.length + 1), height: PHONE.height + GAP * 2 },
  deviceScaleFactor: SCALE,
});
await sheet.setContent(
  `<style>body{margin:0;padding:${GAP}px;display:flex;gap:${GAP}px;background:#e9ebee}` +
    `img{width:${PHONE.width}px;height:${PHONE.height}px;border-radius:14px;box-shadow:0 0 0 1px #c6cad0}</style>` +
    screens.map((screen) => `<img src="data:image/png;base64,${screen.toString("base64")}">`).join(""),
);
await sheet.waitForFunction(() => Array.from(document.images).every((image) => image.complete && image.naturalWidth > 0));
const picture = await sheet.screenshot();
await browser.close();

if (picture.length > MOST_BYTES) {
  console.error(`screenshot.mjs: the picture has ${picture.length} bytes, more than ${MOST_BYTES}`);
  process.exit(1);
}
mkdirSync(dirname(target), { recursive: true });
writeFileSync(target, picture);
console.log(`${target}: ${picture.length} bytes`);
