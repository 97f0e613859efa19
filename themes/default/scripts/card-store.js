/**
 * The customers' cards as they lie on the reader's device: what a card may hold, how results are kept, and how a file
 * of cards is written and read again. What lies in storage or in a file may come from anywhere, so it is checked; a
 * file is taken as a whole or not at all.
 */
(function () {
  "use strict";

  /**
   * @typedef {{ tool: string, tool_title: string, outcome: string | null, title: string, summary: string, answers: string,
   *   warnings: { id: string, text: string }[], at: string, recheck: string }} Kept
   *   `at` is an instant, `recheck` a day or empty, `answers` what a shared address of the tool carries.
   * @typedef {{ name: string, note: string, results: Kept[] }} Card the results stand with the newest first
   */

  const SB = /** @type {any} */ (window).SB;
  const boot = /** @type {any} */ (window).SB_BOOT;
  const FORMAT = "salesbook-customer-cards";
  const VERSION = 1;
  const LONGEST_NAME = 40;
  const LONGEST_TEXT = 20000;
  /** Control characters, and signs that would turn the direction of the text around a name. */
  const INVISIBLE = /[\u0000-\u001f\u007f-\u009f\u200b\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff]/g;

  /** A customer's name as it is kept; names tell cards apart. @param {any} text @returns {string} */
  function cleanName(text) {
    if (typeof text !== "string") return "";
    return Array.from(text.normalize("NFC").replace(/\s+/g, " ").replace(INVISIBLE, "").trim()).slice(0, LONGEST_NAME).join("").trim();
  }

  /** @param {any} value @returns {value is string} */
  function isText(value) {
    return typeof value === "string" && value.length <= LONGEST_TEXT;
  }

  /** The day on this device's calendar. @param {Date} date @returns {string} */
  function dayOf(date) {
    const two = (/** @type {number} */ number) => String(number).padStart(2, "0");
    return date.getFullYear() + "-" + two(date.getMonth() + 1) + "-" + two(date.getDate());
  }

  /** @param {Date} date @param {number} days @returns {string} */
  function dayAfter(date, days) {
    return dayOf(new Date(date.getFullYear(), date.getMonth(), date.getDate() + days));
  }

  /** @param {any} value @returns {Kept | null} */
  function readKept(value) {
    if (!value || typeof value !== "object") return null;
    const { tool, tool_title, outcome, title, summary, answers, warnings, at, recheck } = value;
    const instant = typeof at === "string" && /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/.test(at) && !Number.isNaN(Date.parse(at));
    const day = recheck === "" || (typeof recheck === "string" && /^\d{4}-\d\d-\d\d$/.test(recheck) && !Number.isNaN(Date.parse(recheck)));
    const words = [tool, tool_title, title, summary, answers].every(isText) && tool !== "" && title !== "";
    const listed = Array.isArray(warnings) && warnings.every((one) => one && isText(one.id) && isText(one.text));
    if (!instant || !day || !words || !listed || !(outcome === null || isText(outcome))) return null;
    return { tool, tool_title, outcome, title, summary, answers, warnings: warnings.map(({ id, text }) => ({ id, text })), at, recheck };
  }

  /** @param {any} value @returns {Card | null} */
  function readCard(value) {
    if (!value || typeof value !== "object" || !cleanName(value.name) || !isText(value.note) || !Array.isArray(value.results)) return null;
    const results = value.results.map(readKept);
    if (results.includes(null)) return null;
    return { name: cleanName(value.name), note: value.note, results: sorted(results) };
  }

  /** @param {Kept[]} results @returns {Kept[]} */
  function sorted(results) {
    return results.slice().sort((one, other) => (one.at < other.at ? 1 : one.at > other.at ? -1 : 0));
  }

  /** @param {any} stored @returns {Card[]} */
  function readCards(stored) {
    return /** @type {Card[]} */ ((Array.isArray(stored) ? stored : []).map(readCard).filter((card) => card !== null));
  }

  /** @returns {Card[]} */
  function all() {
    return readCards(SB.store.get("cards"));
  }

  /** Changes the cards as they stand on the device at this moment. @param {(cards: Card[]) => Card[]} change @returns {boolean} whether it was written */
  function update(change) {
    return SB.store.update("cards", (/** @type {any} */ stored) => change(readCards(stored)));
  }

  /** The newest result of each tool; the others are history. @param {Card} card @returns {Map<string, Kept>} */
  function newest(card) {
    /** @type {Map<string, Kept>} */
    const found = new Map();
    for (const kept of card.results) if (!found.has(kept.tool)) found.set(kept.tool, kept);
    return found;
  }

  /** Whether a result should be judged again by now. @param {Kept} kept */
  function isDue(kept) {
    return kept.recheck !== "" && kept.recheck <= dayOf(new Date());
  }

  /** Keeps a result on the card of that name, which is made if there is none. @param {string} name @param {any} result @returns {boolean} */
  function keep(name, result) {
    const now = new Date();
    const { recheck_days, ...words } = result;
    /** @type {Kept} */
    const kept = { ...words, at: now.toISOString(), recheck: recheck_days ? dayAfter(now, recheck_days) : "" };
    return update((cards) => {
      const card = cards.find((one) => one.name === name) || { name, note: "", results: [] };
      const before = newest(card).get(kept.tool);
      const again = before && before.answers === kept.answers && before.outcome === kept.outcome && dayOf(new Date(before.at)) === dayOf(now);
      const others = again ? card.results.filter((one) => one !== before) : card.results;
      return [...cards.filter((one) => one !== card), { ...card, results: sorted([kept, ...others]) }];
    });
  }

  /** A card without results. @param {string} name */
  function add(name) {
    return update((cards) => (cards.some((card) => card.name === name) ? cards : [...cards, { name, note: "", results: [] }]));
  }

  /** @param {string} name @param {Partial<Card>} changed */
  function edit(name, changed) {
    return update((cards) => cards.map((card) => (card.name === name ? { ...card, ...changed } : card)));
  }

  /** @param {string} name @param {Kept} kept */
  function forget(name, kept) {
    const same = (/** @type {Kept} */ one) => identity(one) === identity(kept);
    return update((cards) => cards.map((card) => (card.name === name ? { ...card, results: card.results.filter((one) => !same(one)) } : card)));
  }

  /** @param {string} name */
  function remove(name) {
    return update((cards) => cards.filter((card) => card.name !== name));
  }

  /** @param {Kept} kept */
  function identity(kept) {
    return JSON.stringify([kept.tool, kept.at, kept.outcome, kept.answers]);
  }

  /** Both notes, unless one says what the other says. @param {string} own @param {string} other */
  function bothNotes(own, other) {
    if (own.includes(other)) return own;
    return other.includes(own) ? other : own + "\n" + other;
  }

  /** Nothing of either list is lost. @param {Card[]} cards @param {Card[]} more @returns {Card[]} */
  function merged(cards, more) {
    const byName = new Map(cards.map((card) => [card.name, card]));
    for (const card of more) {
      const own = byName.get(card.name);
      if (!own) {
        byName.set(card.name, card);
        continue;
      }
      const known = new Set(own.results.map(identity));
      const results = sorted([...own.results, ...card.results.filter((kept) => !known.has(identity(kept)))]);
      byName.set(card.name, { name: card.name, note: bothNotes(own.note, card.note), results });
    }
    return Array.from(byName.values());
  }

  /** @returns {string} */
  function fileText() {
    return JSON.stringify({ format: FORMAT, version: VERSION, playbook: boot.playbook, exported: new Date().toISOString(), cards: all() }, null, 2) + "\n";
  }

  /** The cards of a file, or what is wrong with it in words. @param {string} text @returns {{ cards: Card[], wrong: string }} */
  function readFile(text) {
    /** @param {string} key @param {Record<string, string | number>} [values] */
    const wrong = (key, values) => ({ cards: [], wrong: SB.label(key, values) });
    let file;
    try {
      file = JSON.parse(text.replace(/^\ufeff/, ""));
    } catch (broken) {
      return wrong("import_broken");
    }
    if (!file || file.format !== FORMAT || !Array.isArray(file.cards)) return wrong("import_foreign");
    if (file.version !== VERSION) return wrong("import_version");
    if (file.playbook !== boot.playbook) return wrong("import_playbook", { name: String(file.playbook).slice(0, 60) });
    const cards = file.cards.map(readCard);
    const bad = cards.indexOf(null);
    return bad < 0 ? { cards, wrong: "" } : wrong("import_card", { n: bad + 1 });
  }

  /** Adds a file's cards to those on the device. @param {string} text @returns {{ done: string, wrong: string }} what to say */
  function importFile(text) {
    const { cards, wrong } = readFile(text);
    if (wrong) return { done: "", wrong };
    const before = all();
    const results = (/** @type {Card[]} */ list) => list.reduce((sum, card) => sum + card.results.length, 0);
    if (!update((stored) => merged(stored, cards))) return { done: "", wrong: SB.label("card_not_stored") };
    const after = all();
    return { done: SB.label("import_done", { cards: cards.length, added: after.length - before.length, results: results(after) - results(before) }), wrong: "" };
  }

  SB.cards = { LONGEST_NAME, cleanName, dayOf, all, newest, isDue, keep, add, edit, forget, remove, removeAll: () => update(() => []), fileText, importFile };
})();
