/**
 * Turns a list of questions into a conversation: one question at a time on a phone, all at once on a desk.
 * The answers go to the page's rule after every change; the ranking, the reasons and the next question come back.
 * Nothing is sent: the answers live in the page, and in the address when the reader shares it.
 */
(function () {
  "use strict";

  /**
   * @typedef {{ id: string, label: string }} Choice
   * @typedef {{ id: string, kind: string, question: string, hint?: string | null, options?: Choice[] | null,
   *   min?: number | null, max?: number | null, step?: number | null, unit?: string | null, columns?: any[] }} Fact
   * @typedef {{ id: string, title: string, url?: string | null, summary?: string, advice: string[], page_title?: string | null,
   *   recheck_days?: number | null }} Outcome
   * @typedef {{ rule: string, title: string, facts: Fact[], outcomes: Outcome[],
   *   warnings: { id: string, text: string, url?: string }[], outputs: any[] }} ToolData
   * @typedef {{ outcome: string | null, state: string, also: string[], scores: { outcome: string, points: number }[],
   *   reasons: { outcome: string, points: number, text: string, facts: string[] }[],
   *   warnings: { id: string, text: string }[], next: string | null,
   *   certainty: { kind: string, shares: { outcome: string, share: number }[], final: boolean },
   *   values: Record<string, any> }} Result
   * @typedef {{ facts: any, judge: (facts: Record<string, any>) => any, evaluate: (facts: Record<string, any>) => Result }} Rule
   */

  const SB = /** @type {any} */ (window).SB;
  const element = /** @type {(tag: string, attributes?: Record<string, string>, children?: (Node | string)[]) => HTMLElement} */ (SB.element);
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

  /** What is answered first. @param {Element} place @returns {HTMLElement | null} */
  function fieldOf(place) {
    return place.querySelector("input:checked") || place.querySelector("textarea, input");
  }

  /** What could be pasted. @param {Fact} fact */
  function tableExample(fact) {
    const columns = fact.columns || [];
    return columns.map((column) => column.label).join("\t") + "\n" + columns.map((column) => (column.number ? "1,200" : label("table_name"))).join("\t");
  }

  /** What was not understood, the first few. @param {any} table @returns {string[]} */
  function tableMistakes(table) {
    const words = table.bad.slice(0, 5).map((/** @type {any} */ one) => {
      if (!one.column) return label("table_too_wide", { line: one.line });
      return label(one.text ? "table_bad_cell" : "table_gap", { line: one.line, column: one.column, text: one.text });
    });
    if (table.bad.length > words.length) words.push(label("table_more", { n: table.bad.length - words.length }));
    for (const heading of table.doubled) words.push(label("table_doubled", { heading }));
    for (const heading of table.badHeadings) words.push(label("table_heading", { heading }));
    if (table.openQuote) words.push(label("table_quote", { line: table.openQuote }));
    if (table.tooMany) words.push(label("table_too_long", { n: table.rows.length }));
    return words;
  }

  /** What was understood: how many rows, and the first of them. @param {any} table @returns {HTMLElement[]} */
  function tableParts(table) {
    if (table.rows.length === 0) return [];
    const words = [label("table_read", { n: table.rows.length })];
    if (table.byOrder) words.push(label("table_by_order"));
    if (table.totals.length) words.push(label("table_totals", { lines: table.totals.join(label("list_comma")) }));
    const head = element("tr", {}, table.columns.map((/** @type {any} */ column) => element("th", { scope: "col", text: column.label })));
    const rows = table.rows.slice(0, 3).map((/** @type {any} */ row) => element("tr", {}, table.columns.map((/** @type {any} */ column) => element("td", { text: row[column.id] === undefined ? "" : String(row[column.id]) }))));
    return [element("p", { role: "status", text: words.join(label("list_semicolon")) }), element("div", { class: "table", tabindex: "0", role: "region", "aria-label": words[0] }, [element("table", {}, [element("thead", {}, [head]), element("tbody", {}, rows)])])];
  }

  /** @param {ToolData} tool @param {Map<string, any>} answers @returns {string} */
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

  /** Reads a shared address; whatever this tool does not ask is left out. @param {ToolData} tool @param {string} hash */
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

  /**
   * Shows one tool in its place.
   * @param {HTMLElement} place
   * @param {number} position the first tool of a page keeps its answers in the address
   */
  function mount(place, position) {
    const source = place.querySelector(".tool-data");
    const id = place.getAttribute("data-tool") || "";
    if (!source) return;
    const tool = /** @type {ToolData} */ (JSON.parse(source.textContent || "null"));
    /** @type {any} */ (window).salesbook.rule(id).then(
      (/** @type {Rule} */ rule) => start(place, tool, rule, position === 0),
      () => place.classList.add("failed"),
    );
  }

  /**
   * @param {HTMLElement} place
   * @param {ToolData} tool
   * @param {Rule} rule
   * @param {boolean} keepsAddress
   */
  function start(place, tool, rule, keepsAddress) {
    const wide = window.matchMedia("(min-width: 900px)");
    const firstHash = keepsAddress ? location.hash : "";
    let answers = readAddress(tool, firstHash);
    // A shared address opens at its result, or at the table that it cannot carry; a fresh page at its first question.
    const pasting = tool.facts.findIndex((fact) => fact.kind === "table" && !answers.has(fact.id));
    let current = answers.size === 0 ? 0 : pasting >= 0 ? pasting : tool.facts.length;

    let announced = "";
    /** What stands above a question is no part of the result. */
    const outputs = tool.outputs.filter((output) => !output.above);

    const count = element("span");
    const answered = element("span");
    const bar = /** @type {HTMLProgressElement} */ (element("progress", { max: String(tool.facts.length), "aria-label": label("tool_progress") }));
    const progress = element("div", { class: "tool-progress" }, [count, answered, bar]);
    const questions = tool.facts.map((fact, index) => makeQuestion(fact, index));
    const back = element("button", { type: "button", class: "button button-quiet", text: label("back") });
    const forward = element("button", { type: "button", class: "button", text: label("forward") });
    const navigation = element("div", { class: "tool-nav" }, [back, forward]);
    const form = element("form", { class: "tool-ask" }, [progress, ...questions.map((question) => question.box), navigation]);
    const outcome = element("section", { class: "tool-result", "aria-label": label("tool_result"), tabindex: "-1" });

    form.addEventListener("submit", (event) => event.preventDefault());
    back.addEventListener("click", () => go(current - 1));
    forward.addEventListener("click", () => go(current + 1));
    // Paper is narrower than the screen; the page must not change while it is being printed.
    wide.addEventListener("change", () => window.matchMedia("print").matches || refresh(current));
    place.replaceChildren(form, outcome);
    for (const question of questions) question.show();
    showQuestions();
    showResult();
    place.classList.add("ready");
    if (keepsAddress) {
      window.addEventListener("hashchange", () => {
        if (!location.hash.startsWith(ADDRESS_KEY) || location.hash === writeAddress(tool, answers)) return;
        answers = readAddress(tool, location.hash);
        refresh(tool.facts.length);
      });
    }

    /** @param {number} to */
    function go(to) {
      current = Math.max(0, Math.min(tool.facts.length, to));
      showQuestions();
      showResult();
      const target = current === tool.facts.length ? outcome : questions[current].box;
      const first = fieldOf(target);
      (target === outcome || !first ? outcome : first).focus({ preventScroll: true });
      if (place.getBoundingClientRect().top < 0) place.scrollIntoView({ block: "start" });
    }

    function showQuestions() {
      const finished = current === tool.facts.length;
      form.hidden = finished && !wide.matches;
      questions.forEach((question, index) => (question.box.hidden = !wide.matches && index !== current));
      count.textContent = label(wide.matches ? "tool_total" : "tool_count", { n: current + 1, total: tool.facts.length });
      answered.textContent = label("tool_answered", { n: known().length });
      bar.value = wide.matches ? answers.size : current;
      back.hidden = current === 0;
      forward.textContent = label(current === tool.facts.length - 1 ? "show_result" : "forward");
    }

    /** @param {number} to */
    function refresh(to) {
      for (const question of questions) question.show();
      current = to;
      showQuestions();
      showResult();
    }

    /** The answers that the rule may see. */
    function known() {
      return Array.from(answers).filter(([, value]) => value !== UNKNOWN);
    }

    /** @param {Fact} fact @param {any} value `null` takes the answer back */
    function answer(fact, value) {
      if (value === null) answers.delete(fact.id);
      else answers.set(fact.id, value);
      if (keepsAddress) {
        try {
          history.replaceState(history.state, "", writeAddress(tool, answers) || location.href.split("#")[0]);
        } catch (refused) {
          // Some web views refuse to change the address of a local file.
        }
      }
      showQuestions();
      showResult();
    }

    /** @param {Fact} fact @param {number} index */
    function makeQuestion(fact, index) {
      const name = "q-" + tool.rule + "-" + fact.id;
      const hintId = name + "-hint";
      const box = element("fieldset", { class: "question", "data-fact": fact.id }, [element("legend", { text: fact.question })]);
      const above = tool.outputs.filter((output) => output.above === fact.id);
      const said = element("div", { class: "tool-above", id: name + "-above" });
      if (fact.hint) box.append(element("p", { class: "hint", id: hintId, text: fact.hint }));
      if (above.length) box.append(said);
      if (fact.hint || above.length) box.setAttribute("aria-describedby", [fact.hint ? hintId : "", above.length ? said.id : ""].join(" ").trim());
      const choices = choicesOf(fact);
      const options = element("div", { class: fact.kind === "scale" ? "options options-scale" : "options" });
      const multi = fact.kind === "multi";
      const error = element("p", { class: "tool-error", id: name + "-error", hidden: "" });
      /** @type {{ input: HTMLInputElement, value: any }[]} */
      const inputs = [];
      /** @type {HTMLInputElement | undefined} */
      let field;
      /** Empties what was pasted. */
      let clear = () => {};

      /** @param {string} text @param {any} value @param {string} type */
      const addOption = (text, value, type) => {
        const input = /** @type {HTMLInputElement} */ (element("input", { type, name }));
        inputs.push({ input, value });
        const unknown = value === UNKNOWN;
        options.append(element("label", { class: unknown ? "option option-unknown" : "option" }, [input, element("span", { text })]));
        input.addEventListener("change", () => {
          if (unknown) clear();
          if (multi) chooseMany(value);
          else answer(fact, value);
        });
        // A tap goes on by itself; arrow keys only choose.
        if (!multi) {
          input.addEventListener("click", (event) => {
            const byPointer = event.detail > 0 || (event.screenX !== 0 && event.screenY !== 0);
            if (byPointer && !wide.matches) setTimeout(() => current === index && go(index + 1), 180);
          });
        }
      };

      /** @param {any} value */
      const chooseMany = (value) => {
        const chosen = inputs.filter((one) => one.input.checked).map((one) => one.value);
        const alone = value === UNKNOWN || (Array.isArray(value) && value.length === 0);
        if (alone) answer(fact, chosen.includes(value) ? value : null);
        else {
          const real = chosen.filter((one) => typeof one === "string");
          answer(fact, real.length ? real : null);
        }
        show();
      };

      if (choices.length) {
        for (const choice of choices) addOption(choice.label, choice.value, multi ? "checkbox" : "radio");
        if (multi) addOption(label("none_of_these"), [], "checkbox");
        addOption(label("unknown"), UNKNOWN, multi ? "checkbox" : "radio");
      } else if (fact.kind === "table") {
        const area = /** @type {HTMLTextAreaElement} */ (element("textarea", { name, rows: "6", class: "table-paste", "aria-label": fact.question, "aria-describedby": error.id, placeholder: tableExample(fact), spellcheck: "false" }));
        const understood = element("div", { class: "table-understood" });
        error.setAttribute("role", "alert");
        /** Says what is in the field; gives the rows. */
        const understand = () => {
          const table = SB.readTable(area.value, fact.columns);
          const wrong = area.value.trim() === "" ? [] : tableMistakes(table);
          error.hidden = wrong.length === 0;
          area.setAttribute("aria-invalid", String(wrong.length > 0));
          error.replaceChildren(...wrong.map((text) => element("span", { text })));
          understood.replaceChildren(...tableParts(table));
          return table.rows;
        };
        area.addEventListener("input", () => {
          const rows = understand();
          answer(fact, rows.length ? rows : null);
          for (const one of inputs) one.input.checked = false;
        });
        clear = () => {
          area.value = "";
          understand();
        };
        options.append(area, understood, error);
        addOption(label("unknown"), UNKNOWN, "radio");
      } else {
        const type = fact.kind === "number" || fact.kind === "scale" ? "number" : fact.kind === "date" ? "date" : "text";
        field = /** @type {HTMLInputElement} */ (element("input", { type, name, "aria-label": fact.question, "aria-describedby": error.id }));
        if (type === "number") {
          field.setAttribute("inputmode", "decimal");
          field.step = fact.step == null ? "any" : String(fact.step);
          if (fact.min != null) field.min = String(fact.min);
          if (fact.max != null) field.max = String(fact.max);
        }
        const typed = field;
        typed.addEventListener("input", () => {
          const value = parseField(fact, typed.value);
          error.hidden = typed.value === "" || value !== null;
          error.textContent = error.hidden ? "" : label("not_valid");
          answer(fact, value);
          for (const one of inputs) one.input.checked = false;
        });
        options.append(element("div", { class: "tool-field" }, [typed, ...(fact.unit ? [element("span", { text: fact.unit })] : [])]), error);
        addOption(label("unknown"), UNKNOWN, "radio");
      }
      box.append(options);

      function show() {
        const value = answers.get(fact.id);
        for (const one of inputs) {
          one.input.checked = Array.isArray(value)
            ? Array.isArray(one.value) ? value.length === 0 : value.includes(one.value)
            : answers.has(fact.id) && one.value === value;
        }
        if (field) field.value = value === undefined || value === UNKNOWN ? "" : String(value);
      }
      /** Shows above the options what the rule says so far. @param {Record<string, any>} values */
      const tell = (values) => above.length && said.replaceChildren(...SB.showValues(above, values));
      return { box, show, tell, clear: () => clear() };
    }

    /** @param {Record<string, any>} facts @returns {Result | null} */
    function evaluate(facts) {
      try {
        return rule.evaluate(facts);
      } catch (failure) {
        return null;
      }
    }

    /** What the rule would say, without the completions that the certainty takes. @param {Record<string, any>} facts @returns {string | null | undefined} */
    function outcomeOf(facts) {
      try {
        const outcome = rule.judge(facts).outcome;
        return typeof outcome === "string" ? outcome : null;
      } catch (failure) {
        return undefined;
      }
    }

    function showResult() {
      const hadFocus = outcome.contains(document.activeElement) && document.activeElement !== outcome;
      const result = evaluate(Object.fromEntries(known()));
      const before = positions();
      const compact = !wide.matches && current < tool.facts.length;
      if (result) for (const question of questions) question.tell(result.values);
      outcome.replaceChildren(...(result ? resultParts(result, compact) : [element("p", { class: "tool-error", text: label("tool_failed") })]));
      moveFrom(before);
      if (hadFocus) outcome.focus({ preventScroll: true });
      if (result) announceOnce(headline(result));
    }

    /** @param {string} text */
    function announceOnce(text) {
      if (text !== announced && announced) SB.announce(text);
      announced = text;
    }

    /** @param {string | null} id */
    function titleOf(id) {
      const found = tool.outcomes.find((one) => one.id === id);
      return found ? found.title : String(id);
    }

    /** @param {string | null} id */
    function factOf(id) {
      return tool.facts.find((fact) => fact.id === id);
    }

    /** @param {Result} result @returns {string} */
    function headline(result) {
      if (result.state === "insufficient" || (result.state !== "computed" && !result.outcome)) return label("insufficient");
      if (result.state === "leaning") {
        const also = result.also.map(titleOf).join(label("list_comma"));
        return also ? label("leaning_also", { outcome: titleOf(result.outcome), also }) : label("leaning", { outcome: titleOf(result.outcome) });
      }
      if (!result.outcome) return label("computed");
      return result.also.length
        ? label("decided_also", { outcome: titleOf(result.outcome), also: result.also.map(titleOf).join(label("list_comma")) })
        : label("decided", { outcome: titleOf(result.outcome) });
    }

    /** How sure the result is, in words: what the rule says, and what the unanswered questions could still change. */
    function certaintyText(/** @type {Result} */ result) {
      const words = [];
      const confidence = result.values && result.values.confidence;
      if (typeof confidence === "string" && result.outcome) words.push(label("confidence_" + confidence));
      if (!result.outcome || !result.certainty) return words.join(label("list_comma"));
      const share = result.certainty.shares.find((one) => one.outcome === result.outcome);
      if (result.certainty.final) words.push(label("certainty_final"));
      else if (share) words.push(label(result.certainty.kind === "exact" ? "certainty_exact" : "certainty_sampled", { percent: Math.round(share.share * 100) }));
      return words.join(label("list_semicolon"));
    }

    /** @param {Result} result @param {boolean} compact @returns {HTMLElement[]} */
    function resultParts(result, compact) {
      const parts = [];
      const nothing = known().length === 0;
      parts.push(element("h2", { text: nothing ? label("tool_start") : headline(result) }));
      const certainty = nothing ? "" : certaintyText(result);
      if (certainty) parts.push(element("p", { class: "lead-note", text: certainty }));
      if (!nothing && !result.outcome && result.state !== "computed") parts.push(element("p", { class: "lead-note", text: label("insufficient_text") }));
      parts.push(...warnings(result));
      if (compact) return [...parts, ...ranking(result, 3)];
      parts.push(...advice(result), ...cards(result));
      const next = factOf(result.next);
      if (next && !nothing) parts.push(...nextQuestion(next, result));
      parts.push(...ranking(result, 9));
      parts.push(...SB.showValues(outputs, result.values), ...reasons(result));
      if (!nothing) parts.push(changes(result), actions(result));
      return parts;
    }

    /** What the outcome means, what to do next, and when to judge again. @param {Result} result */
    function advice(result) {
      const found = tool.outcomes.find((one) => one.id === result.outcome);
      // The card says all that its own page sums up.
      if (!found || (found.url && !found.advice.length && !found.recheck_days)) return [];
      const parts = found.summary ? [element("p", { text: found.summary })] : [];
      if (found.advice.length) {
        const items = found.advice.map((text) => element("li", { text }));
        parts.push(element("h3", { text: label("advice") }), element("ul", { class: "advice" }, items));
      }
      if (found.recheck_days) parts.push(element("p", { class: "lead-note", text: label("recheck", { n: found.recheck_days }) }));
      return parts;
    }

    /** One tap to the matching card, and to the ones close behind. @param {Result} result */
    function cards(result) {
      return [result.outcome, ...result.also].flatMap((id, index) => {
        const card = tool.outcomes.find((one) => one.id === id);
        if (!card || !card.url) return [];
        const look = index === 0 ? "button tool-go" : "button button-quiet tool-go";
        return [element("a", { class: look, href: card.url, text: label("open_card", { title: card.page_title || card.title }) })];
      });
    }

    /** @param {Result} result @param {number} limit */
    function ranking(result, limit) {
      const scores = result.scores.filter((score) => score.points > 0).slice(0, limit);
      if (scores.length === 0) return [];
      const top = Math.max(...scores.map((score) => score.points));
      const items = scores.map((score, index) => {
        const fill = element("i");
        fill.style.setProperty("--share", String(score.points / top));
        return element("li", { "data-outcome": score.outcome, class: index === 0 ? "first" : "" }, [
          element("span", { text: titleOf(score.outcome) }),
          element("span", { class: "bar", "aria-hidden": "true" }, [fill]),
          element("b", { text: String(score.points) }),
        ]);
      });
      return [element("h3", { text: label("ranking") }), element("ol", { class: "ranking" }, items)];
    }

    /** @returns {Map<string, number>} */
    function positions() {
      const rows = /** @type {HTMLElement[]} */ (Array.from(outcome.querySelectorAll(".ranking li")));
      return new Map(rows.map((row) => [row.dataset.outcome || "", row.offsetTop]));
    }

    /** Lets each row of the ranking travel from where it was. @param {Map<string, number>} before */
    function moveFrom(before) {
      const rows = /** @type {HTMLElement[]} */ (Array.from(outcome.querySelectorAll(".ranking li")));
      const base = rows.length ? rows[0].offsetTop : 0;
      const oldBase = Math.min(...before.values());
      for (const row of rows) {
        const old = before.get(row.dataset.outcome || "");
        const shift = old === undefined ? 0 : old - oldBase - (row.offsetTop - base);
        if (!shift) continue;
        row.style.transition = "none";
        row.style.transform = `translateY(${shift}px)`;
        requestAnimationFrame(() => {
          row.style.transition = "";
          row.style.transform = "";
        });
      }
    }

    /** @param {Result} result */
    function warnings(result) {
      if (result.warnings.length === 0) return [];
      const items = result.warnings.map((warning) => {
        const known = tool.warnings.find((one) => one.id === warning.id);
        const more = known && known.url ? [" ", element("a", { href: known.url, text: label("read_more") })] : [];
        return element("li", {}, [element("b", { text: label("warning") + label("colon") }), SB.warningText(tool, warning), ...more]);
      });
      return [element("ul", { class: "warnings" }, items)];
    }

    /** @param {Fact} next @param {Result} result */
    function nextQuestion(next, result) {
      const button = element("button", { type: "button", class: "tool-ask-next", text: next.question });
      button.addEventListener("click", () => {
        const index = tool.facts.indexOf(next);
        if (wide.matches) {
          questions[index].box.scrollIntoView({ block: "center" });
          const input = fieldOf(questions[index].box);
          if (input) input.focus({ preventScroll: true });
        } else go(index);
      });
      const heading = result.state === "leaning" ? "next_separates" : result.outcome ? "next_useful" : "next_needed";
      return [element("h3", { text: label(heading) }), button];
    }

    /** @param {Result} result */
    function reasons(result) {
      const own = result.reasons.filter((reason) => !result.outcome || reason.outcome === result.outcome || reason.outcome === result.also[0]);
      const main = own.filter((reason) => reason.outcome === result.outcome);
      const shown = main.length ? main : own;
      if (shown.length === 0) return [];
      const items = shown.map((reason) => {
        const named = reason.facts.map(factOf).filter((fact) => fact && answers.has(fact.id) && answers.get(fact.id) !== UNKNOWN);
        const children = [element("span", { text: (shown === main ? "" : titleOf(reason.outcome) + label("colon")) + reason.text })];
        if (reason.points) children.push(element("b", { text: (reason.points > 0 ? "+" : "") + reason.points }));
        for (const fact of /** @type {Fact[]} */ (named)) {
          children.push(element("small", { text: label("you_answered", { question: fact.question, answer: answerText(fact, answers.get(fact.id)) }) }));
        }
        return element("li", {}, children);
      });
      return [element("h3", { text: label("reasons") }), element("ul", { class: "reasons" }, items)];
    }

    /** Which single other answer would lead elsewhere; computed when the reader opens it. @param {Result} result */
    function changes(result) {
      const list = element("ul", { class: "changes" });
      const details = /** @type {HTMLDetailsElement} */ (element("details", {}, [element("summary", { text: label("what_changes") }), list]));
      details.addEventListener("toggle", () => {
        if (!details.open || list.childElementCount) return;
        const items = [];
        for (const [id, value] of known()) {
          const fact = factOf(id);
          if (!fact || !["choice", "yesno", "scale"].includes(fact.kind)) continue;
          for (const choice of choicesOf(fact)) {
            if (choice.value === value) continue;
            const other = outcomeOf(Object.assign(Object.fromEntries(known()), { [id]: choice.value }));
            if (other === undefined || other === result.outcome) continue;
            items.push(element("li", { text: label("change", { question: fact.question, answer: choice.label, outcome: other ? titleOf(other) : label("insufficient") }) }));
          }
        }
        list.append(...(items.length ? items : [element("li", { text: label("nothing_changes") })]));
      });
      return details;
    }

    /** @param {Result} result @returns {string} */
    function asText(result) {
      const lines = [tool.title + label("colon") + headline(result)];
      const certainty = certaintyText(result);
      if (certainty) lines.push(certainty);
      for (const [id, value] of known()) {
        const fact = factOf(id);
        if (fact) lines.push("- " + fact.question + " " + answerText(fact, value));
      }
      lines.push(...SB.valueLines(outputs, result.values));
      for (const warning of result.warnings) lines.push(label("warning") + label("colon") + warning.text);
      const next = factOf(result.next);
      if (next) lines.push(label("next_useful") + label("colon") + next.question);
      lines.push(label("result_note"));
      return lines.join("\n");
    }

    /** @param {Result} result */
    function actions(result) {
      /** @param {string} key @param {() => void} act */
      const action = (key, act) => {
        const button = element("button", { type: "button", text: label(key) });
        button.addEventListener("click", act);
        return button;
      };
      /** @param {HTMLElement} button @param {string} text */
      const copy = (button, text) =>
        SB.copyText(text).then((/** @type {boolean} */ copied) => {
          const before = button.textContent;
          button.textContent = label(copied ? "copied" : "copy_failed");
          SB.announce(button.textContent);
          setTimeout(() => (button.textContent = before), 1600);
        });
      const copyResult = action("copy_result", () => copy(copyResult, asText(result)));
      const copyLink = action("copy_link", () => copy(copyLink, location.href.split("#")[0] + writeAddress(tool, answers)));
      const print = action("print", () => SB.print("tool-printing"));
      const keep = SB.keepButtons(tool, result, headline(result), writeAddress(tool, answers).slice(ADDRESS_KEY.length));
      const again = action("start_over", () => {
        answers = new Map();
        for (const question of questions) question.clear();
        refresh(0);
        if (keepsAddress && location.hash.startsWith(ADDRESS_KEY)) {
          try {
            history.replaceState(history.state, "", location.href.split("#")[0]);
          } catch (refused) {
            // As above: the answers are gone all the same.
          }
        }
        const first = fieldOf(form);
        if (first) first.focus({ preventScroll: true });
        place.scrollIntoView({ block: "start" });
      });
      const change = action("change_answers", () => go(0));
      const pasted = known().some(([, value]) => Array.isArray(value) && typeof value[0] === "object");
      const note = pasted ? [element("p", { class: "hint", text: label("table_not_in_link") })] : [];
      return element("div", { class: "tool-actions" }, [...(wide.matches ? [] : [change]), ...keep, copyResult, copyLink, print, again, ...note]);
    }
  }

  SB("tool", { mount });
})();
