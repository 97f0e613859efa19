/**
 * One question with its answers, of whatever kind: choices, several choices, a typed field, a pasted table. 不清楚 is
 * always among them.
 */
(function () {
  "use strict";

  /**
   * @typedef {{ id: string, label: string }} Choice
   * @typedef {{ id: string, kind: string, question: string, hint?: string | null, options?: Choice[] | null,
   *   min?: number | null, max?: number | null, step?: number | null, unit?: string | null, columns?: any[] }} Fact
   * @typedef {{ answers: () => Map<string, any>, answer: (fact: Fact, value: any) => void, tapped: (fact: Fact) => void }} Host
   *   `answer` with `null` takes the answer back; `tapped` says that the reader chose by touch or mouse
   */

  const SB = /** @type {any} */ (window).SB;
  const element = /** @type {(tag: string, attributes?: Record<string, string>, children?: (Node | string)[]) => HTMLElement} */ (SB.element);
  const label = /** @type {(key: string, values?: Record<string, string | number>) => string} */ (SB.label);
  const { UNKNOWN, choicesOf, parseField } = SB.answers;

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

  /**
   * @param {{ rule: string, outputs: any[] }} tool its rule keeps apart the fields of two tools on a page
   * @param {Fact} fact
   * @param {Host} host
   */
  SB.makeQuestion = function (tool, fact, host) {
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
        else host.answer(fact, value);
      });
      // A tap goes on by itself; arrow keys only choose.
      if (!multi) {
        input.addEventListener("click", (event) => {
          const byPointer = event.detail > 0 || (event.screenX !== 0 && event.screenY !== 0);
          if (byPointer) host.tapped(fact);
        });
      }
    };

    /** @param {any} value */
    const chooseMany = (value) => {
      const chosen = inputs.filter((one) => one.input.checked).map((one) => one.value);
      const alone = value === UNKNOWN || (Array.isArray(value) && value.length === 0);
      if (alone) host.answer(fact, chosen.includes(value) ? value : null);
      else {
        const real = chosen.filter((one) => typeof one === "string");
        host.answer(fact, real.length ? real : null);
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
        host.answer(fact, rows.length ? rows : null);
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
        host.answer(fact, value);
        for (const one of inputs) one.input.checked = false;
      });
      options.append(element("div", { class: "tool-field" }, [typed, ...(fact.unit ? [element("span", { text: fact.unit })] : [])]), error);
      addOption(label("unknown"), UNKNOWN, "radio");
    }
    box.append(options);

    function show() {
      const value = host.answers().get(fact.id);
      for (const one of inputs) {
        one.input.checked = Array.isArray(value)
          ? Array.isArray(one.value) ? value.length === 0 : value.includes(one.value)
          : host.answers().has(fact.id) && one.value === value;
      }
      if (field) field.value = value === undefined || value === UNKNOWN ? "" : String(value);
    }
    /** Shows above the options what the rule says so far. @param {Record<string, any>} values */
    const tell = (values) => above.length && said.replaceChildren(...SB.showValues(above, values));
    return { box, show, tell, clear: () => clear() };
  };
})();
