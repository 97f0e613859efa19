/**
 * What a question can be answered with, an answer in words, and all answers in an address that can be shared.
 */
(function () {
  "use strict";

  /**
   * @typedef {{ id: string, label: string }} Choice
   * @typedef {{ id: string, kind: string, question: string, hint?: string | null, options?: Choice[] | null,
   *   min?: number | null, max?: number | null, step?: number | null, unit?: string | null, columns?: any[] }} Fact
   */

  const SB = /** @type {any} */ (window).SB;
  const label = /** @type {(key: string, values?: Record<string, string | number>) => string} */ (SB.label);

  /** Marks a question that the reader has seen and cannot answer. It is never given to the rule. */
  const UNKNOWN = Symbol("unknown");
  const ADDRESS_KEY = "#a=";
  const LIST_SEPARATOR = "+";
  const UNKNOWN_MARK = "?";

  /**
   * The choices that a fact is answered from; empty for numbers, texts and dates.
   * @param {Fact} fact
   * @returns {{ value: any, key: string, label: string }[]}
   */
  function choicesOf(fact) {
    if (fact.kind === "yesno") {
      return [
        { value: true, key: "yes", label: label("yes") },
        { value: false, key: "no", label: label("no") },
      ];
    }
    if (fact.kind === "scale") {
      const choices = [];
      const step = fact.step || 1;
      const from = fact.min == null ? 1 : fact.min;
      const to = fact.max == null ? 5 : fact.max;
      for (let value = from; value <= to && choices.length < 21; value += step) {
        choices.push({ value, key: String(value), label: String(value) });
      }
      return choices;
    }
    return (fact.options || []).map((option) => ({ value: option.id, key: option.id, label: option.label }));
  }

  /** @param {Fact} fact @param {any} value @returns {string} */
  function answerText(fact, value) {
    if (fact.kind === "table") return label("table_rows", { n: value.length });
    if (Array.isArray(value)) return value.map((one) => answerText(fact, one)).join(label("list_comma")) || label("none_of_these");
    const choice = choicesOf(fact).find((one) => one.value === value);
    return (choice ? choice.label : String(value)) + (!choice && fact.unit ? " " + fact.unit : "");
  }

  /**
   * What was typed into a field, or `null` when it cannot be that fact.
   * @param {Fact} fact
   * @param {string} text
   */
  function parseField(fact, text) {
    if (fact.kind === "number" || fact.kind === "scale") {
      const number = Number(text);
      const low = fact.min == null ? -Infinity : fact.min;
      const high = fact.max == null ? Infinity : fact.max;
      return text.trim() !== "" && Number.isFinite(number) && number >= low && number <= high ? number : null;
    }
    if (fact.kind === "date") return /^\d{4}-\d{2}-\d{2}$/.test(text) && !Number.isNaN(Date.parse(text)) ? text : null;
    return text.trim() && text.length <= 500 ? text.trim() : null;
  }

  /** @param {{ facts: Fact[] }} tool @param {Map<string, any>} answers @returns {string} */
  function writeAddress(tool, answers) {
    const parts = [];
    for (const fact of tool.facts) {
      if (!answers.has(fact.id)) continue;
      const value = answers.get(fact.id);
      // A table is too long for an address.
      if (fact.kind === "table" && value !== UNKNOWN) continue;
      const keys = (Array.isArray(value) ? value : [value]).map((one) => {
        const choice = choicesOf(fact).find((other) => other.value === one);
        return encodeURIComponent(choice ? choice.key : String(one));
      });
      parts.push(fact.id + "." + (value === UNKNOWN ? UNKNOWN_MARK : keys.join(LIST_SEPARATOR)));
    }
    return parts.length ? ADDRESS_KEY + parts.join(",") : "";
  }

  /** Reads a shared address; whatever this tool does not ask is left out. @param {{ facts: Fact[] }} tool @param {string} hash */
  function readAddress(tool, hash) {
    /** @type {Map<string, any>} */
    const answers = new Map();
    if (!hash.startsWith(ADDRESS_KEY)) return answers;
    for (const part of hash.slice(ADDRESS_KEY.length).split(",")) {
      const dot = part.indexOf(".");
      const fact = tool.facts.find((one) => one.id === part.slice(0, dot));
      if (!fact || dot < 0) continue;
      const written = part.slice(dot + 1);
      const value = written === UNKNOWN_MARK ? UNKNOWN : readAnswer(fact, written);
      if (value !== null) answers.set(fact.id, value);
    }
    return answers;
  }

  /** @param {Fact} fact @param {string} written */
  function readAnswer(fact, written) {
    /** @type {string[]} */
    let keys;
    try {
      keys = written.split(LIST_SEPARATOR).map(decodeURIComponent);
    } catch (malformed) {
      return null;
    }
    const choices = choicesOf(fact);
    if (fact.kind === "table") return null;
    if (fact.kind === "multi") {
      const chosen = choices.filter((choice) => keys.includes(choice.key)).map((choice) => choice.value);
      return chosen.length || written === "" ? chosen : null;
    }
    if (choices.length === 0) return parseField(fact, keys[0]);
    const choice = choices.find((one) => one.key === keys[0]);
    return choice ? choice.value : null;
  }

  SB.answers = { UNKNOWN, ADDRESS_KEY, choicesOf, answerText, parseField, writeAddress, readAddress };
})();
