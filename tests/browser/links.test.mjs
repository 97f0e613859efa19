/**
 * The published folder as files: every link, script, style, icon and anchor leads to something inside it, nothing is
 * loaded from elsewhere, nothing inline runs, and every page carries the policy that says so.
 */
import assert from "node:assert/strict";
import { existsSync, readFileSync, readdirSync, statSync } from "node:fs";
import { dirname, join, relative, resolve, sep } from "node:path";
import { test } from "node:test";
import { dist, none, pages } from "./support.mjs";

const NAMED = /** @type {Record<string, string>} */ ({ amp: "&", lt: "<", gt: ">", quot: '"', apos: "'" });

/** @param {string} text */
function decoded(text) {
  return text.replace(/&(?:#x([0-9a-f]+)|#(\d+)|(\w+));/gi, (whole, hex, decimal, name) =>
    hex ? String.fromCodePoint(parseInt(hex, 16)) : decimal ? String.fromCodePoint(Number(decimal)) : NAMED[name] || whole);
}

/** Every start tag of a page with its attributes. @param {string} html */
function* tags(html) {
  const text = html.replace(/<!--[\s\S]*?-->/g, "").replace(/(<script\b[^>]*>)[\s\S]*?<\/script>/g, "$1");
  for (const [, name, rest] of text.matchAll(/<([a-z][a-z0-9]*)\b((?:"[^"]*"|'[^']*'|[^'">])*)>/gi)) {
    const attributes = new Map();
    for (const [, key, quoted, single, bare] of rest.matchAll(/([^\s"'=<>/]+)(?:\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"'>]+)))?/g)) {
      attributes.set(key.toLowerCase(), decoded(quoted ?? single ?? bare ?? ""));
    }
    yield { name: name.toLowerCase(), attributes };
  }
}

const files = readdirSync(dist, { recursive: true }).map(String).filter((path) => statSync(join(dist, path)).isFile());
const documents = files.filter((path) => path.endsWith(".html"));
/** @type {Map<string, { ids: Set<string>, tags: { name: string, attributes: Map<string, string> }[] }>} */
const parsed = new Map(documents.map((path) => {
  const found = Array.from(tags(readFileSync(join(dist, path), "utf8")));
  return [path.split(sep).join("/"), { ids: new Set(found.map((tag) => tag.attributes.get("id")).filter((id) => id !== undefined)), tags: found }];
}));

test("every page of the list exists", () => {
  assert.ok(pages.length > 80, `${pages.length} pages`);
  for (const page of pages) assert.ok(parsed.has(page.url), page.url);
});

test("every link and anchor leads to something in the folder", () => {
  const broken = [];
  let links = 0;
  for (const [path, { tags: found }] of parsed) {
    for (const { name, attributes } of found) {
      for (const key of ["href", "src", "action", "poster", "data"]) {
        const value = attributes.get(key);
        if (value === undefined || (key === "data" && name !== "object")) continue;
        if (name === "a" && /^(https?|mailto|tel):/.test(value)) continue;
        if (name === "link" && attributes.get("rel") === "canonical") continue;
        links++;
        if (/^[a-z][a-z0-9+.-]*:|^\/\/|^\//i.test(value)) {
          broken.push(`${path}: <${name}> ${value} is not relative`);
          continue;
        }
        const [address, anchor] = value.split("#");
        const target = address.split("?")[0] ? resolve(join(dist, dirname(path)), decodeURIComponent(address.split("?")[0])) : join(dist, path);
        const inside = relative(dist, target).split(sep).join("/");
        if (inside.startsWith("..") || !existsSync(target) || !statSync(target).isFile()) broken.push(`${path}: ${value} leads nowhere`);
        else if (anchor && !parsed.get(inside)?.ids.has(decodeURIComponent(anchor))) broken.push(`${path}: ${value} has no such anchor`);
      }
    }
  }
  assert.ok(links > 1000, `${links} links looked at`);
  none(broken);
});

test("ids are unique, and every reference to one on the same page holds", () => {
  const faults = [];
  for (const [path, { ids, tags: found }] of parsed) {
    const all = found.map((tag) => tag.attributes.get("id")).filter((id) => id !== undefined);
    if (all.length !== ids.size) faults.push(`${path}: repeated ids ${all.filter((id, at) => all.indexOf(id) !== at).join(" ")}`);
    for (const { attributes } of found) {
      for (const key of ["aria-labelledby", "aria-controls", "aria-describedby", "for"]) {
        for (const id of (attributes.get(key) || "").split(/\s+/)) if (id && !ids.has(id)) faults.push(`${path}: ${key} names ${id}`);
      }
    }
  }
  none(faults);
});

test("no page runs or styles anything inline, and every page says so in its policy", () => {
  const faults = [];
  for (const [path, { tags: found }] of parsed) {
    const policy = found.find((tag) => tag.attributes.get("http-equiv")?.toLowerCase() === "content-security-policy")?.attributes.get("content") || "";
    for (const directive of ["default-src 'none'", "script-src 'self'", "style-src 'self'", "base-uri 'none'", "form-action 'none'", "require-trusted-types-for 'script'"]) {
      if (!policy.includes(directive)) faults.push(`${path}: the policy lacks ${directive}`);
    }
    if (/unsafe|https?:|\*/.test(policy)) faults.push(`${path}: ${policy}`);
    for (const { name, attributes } of found) {
      if (name === "style" || name === "iframe" || name === "object" || name === "embed" || name === "base") faults.push(`${path}: <${name}>`);
      if (name === "script" && !attributes.has("src") && attributes.get("type") !== "application/json") faults.push(`${path}: inline script`);
      if (name === "script" && attributes.get("type") === "module") faults.push(`${path}: module script`);
      for (const key of attributes.keys()) if (key === "style" || /^on/.test(key)) faults.push(`${path}: ${key}=`);
    }
  }
  none(faults);
});

test("every page names its language, title, description and id", () => {
  const faults = [];
  for (const page of pages) {
    const { tags: found } = /** @type {{ tags: { name: string, attributes: Map<string, string> }[] }} */ (parsed.get(page.url));
    const meta = (/** @type {string} */ name) => found.find((tag) => tag.name === "meta" && tag.attributes.get("name") === name)?.attributes.get("content");
    if (!found.find((tag) => tag.name === "html")?.attributes.get("lang")) faults.push(page.url + ": lang");
    if (meta("salesbook-id") !== page.id) faults.push(page.url + ": salesbook-id");
    if (meta("salesbook-kind") !== page.kind) faults.push(page.url + ": salesbook-kind");
    if (!meta("viewport") || !meta("description")) faults.push(page.url + ": viewport or description");
    if (found.filter((tag) => tag.name === "h1").length !== 1) faults.push(page.url + ": not exactly one h1");
    if (found.filter((tag) => tag.name === "title").length < 1) faults.push(page.url + ": title");
  }
  none(faults);
});
