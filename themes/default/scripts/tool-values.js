/**
 * Shows what a tool's rule computed, in the ways that its page names: numbers, ranges, lists, tables with a download,
 * bars, a curve, four fields, rungs, dated tasks, pages to read. Every drawing says the same in words.
 */
(function () {
  "use strict";

  /**
   * @typedef {{ id: string, title: string, kind: string, unit?: string | null, note?: string | null,
   *   provenance?: string | null, columns: { id: string, label: string }[], pages?: { id: string, title: string, url: string }[],
   *   above?: string }} Output
   */

  const SB = /** @type {any} */ (window).SB;
  const element = /** @type {(tag: string, attributes?: Record<string, string>, children?: (Node | string)[]) => HTMLElement} */ (SB.element);
  const label = /** @type {(key: string, values?: Record<string, string | number>) => string} */ (SB.label);
  /** Kinds that stand in one line with their title. */
  const SINGLE = ["number", "percent", "range", "text"];
  const SVG = "http://www.w3.org/2000/svg";

  /** @param {any} value */
  function hasValue(value) {
    return value !== undefined && value !== null && (!Array.isArray(value) || value.length > 0);
  }

  /** A number with at most two digits behind the point, and separators between thousands. @param {any} value @returns {string} */
  function numberText(value) {
    return typeof value === "number" ? value.toLocaleString("en-US", { maximumFractionDigits: 2 }) : String(value);
  }

  /** @param {Output} output @param {any} value @returns {string} */
  function valueText(output, value) {
    if (output.kind === "percent") return numberText(value * 100) + "%";
    const text = output.kind === "range" ? label("range", { from: numberText(value.from), to: numberText(value.to) }) : numberText(value);
    return output.unit ? text + " " + output.unit : text;
  }

  /** The title, and where the numbers behind it come from. @param {Output} output @returns {(Node | string)[]} */
  function titleOf(output) {
    if (!output.provenance) return [output.title];
    return [output.title + " ", element("small", { class: "provenance", text: label("provenance_" + output.provenance) })];
  }

  /** @param {Output} output @param {string} [tag] */
  function noteOf(output, tag) {
    return output.note ? [element(tag || "p", { class: "hint", text: output.note })] : [];
  }

  /** Whether a value can be shown in the way that the page names. @param {Output} output @param {any} value */
  function fits(output, value) {
    const rows = Array.isArray(value) && value.every((row) => typeof row === "object" && row !== null);
    switch (output.kind) {
      case "table": return rows;
      case "bars": return rows && value.every((row) => typeof row.value === "number");
      case "curve": return rows && value.every((row) => typeof row.x === "number" && typeof row.y === "number");
      case "calendar": return rows && value.every((row) => typeof row.date === "string" && typeof row.title === "string");
      case "list":
      case "pages": return Array.isArray(value);
      case "range": return typeof value === "object" && !Array.isArray(value);
      default: return typeof value !== "object";
    }
  }

  /** @param {string} key @param {() => void} act */
  function button(key, act) {
    const made = element("button", { type: "button", class: "button button-quiet tool-download", text: label(key) });
    made.addEventListener("click", act);
    return made;
  }

  /** A cell of a CSV file; what a spreadsheet would take for a formula is told apart. @param {any} value */
  function csvCell(value) {
    const text = value === undefined || value === null ? "" : String(value);
    const safe = typeof value === "string" && /^[=+\-@＝＋－＠\t\r]/.test(text) ? "'" + text : text;
    return /[",\r\n]/.test(safe) ? '"' + safe.replace(/"/g, '""') + '"' : safe;
  }

  /** @param {Output} output @param {Record<string, any>[]} rows */
  function csv(output, rows) {
    const lines = [output.columns.map((column) => csvCell(column.label)), ...rows.map((row) => output.columns.map((column) => csvCell(row[column.id])))];
    return "\uFEFF" + lines.map((cells) => cells.join(",")).join("\r\n") + "\r\n";
  }

  /** @param {Output} output @param {Record<string, any>[]} rows */
  function table(output, rows) {
    const head = element("tr", {}, output.columns.map((column) => element("th", { scope: "col", text: column.label })));
    const body = rows.map((row) => element("tr", {}, output.columns.map((column) => element("td", { text: hasValue(row[column.id]) ? numberText(row[column.id]) : "" }))));
    const made = element("table", {}, [element("thead", {}, [head]), element("tbody", {}, body)]);
    return [
      element("div", { class: "table", tabindex: "0", role: "region", "aria-label": output.title }, [made]),
      button("download_csv", () => SB.download(csv(output, rows), output.title + ".csv", "text/csv;charset=utf-8")),
    ];
  }

  /** @param {Output} output @param {{ label: string, value: number }[]} rows */
  function bars(output, rows) {
    const most = Math.max(...rows.map((row) => row.value), 0);
    const items = rows.map((row) => {
      const fill = element("i");
      fill.style.setProperty("--share", String(most > 0 ? Math.max(0, row.value) / most : 0));
      return element("li", {}, [
        element("span", { text: row.label }),
        element("span", { class: "bar", "aria-hidden": "true" }, [fill]),
        element("b", { text: numberText(row.value) + (output.unit || "") }),
      ]);
    });
    return [element("ol", { class: "ranking bars" }, items)];
  }

  /** @param {string} tag @param {Record<string, string | number>} attributes @param {string} [text] */
  function shape(tag, attributes, text) {
    const made = document.createElementNS(SVG, tag);
    for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, String(value));
    if (text !== undefined) made.textContent = text;
    return made;
  }

  /**
   * How the shares add up, the largest first: both axes from 0 to 1.
   * @param {Output} output @param {{ x: number, y: number }[]} points
   */
  function curve(output, points) {
    const across = (/** @type {number} */ x) => 34 + x * 256;
    const up = (/** @type {number} */ y) => 150 - y * 140;
    const drawing = shape("svg", { viewBox: "0 0 308 176", class: "curve", role: "img" });
    const words = points.map((point) => label("curve_point", { x: numberText(point.x * 100), y: numberText(point.y * 100) }));
    drawing.append(shape("title", {}, output.title + label("colon") + words.filter((_, at) => at % Math.ceil(points.length / 6) === 0 || at === points.length - 1).join(label("list_semicolon"))));
    for (const share of [0, 0.2, 0.5, 0.8, 1]) {
      drawing.append(shape("line", { x1: across(0), x2: across(1), y1: up(share), y2: up(share), class: "grid" }));
      drawing.append(shape("text", { x: 30, y: up(share) + 4, "text-anchor": "end" }, share * 100 + "%"));
      drawing.append(shape("text", { x: across(share), y: 168, "text-anchor": "middle" }, share * 100 + "%"));
    }
    drawing.append(shape("line", { x1: across(0.2), x2: across(0.2), y1: up(0), y2: up(1), class: "mark" }));
    const line = [{ x: 0, y: 0 }, ...points].map((point) => across(point.x).toFixed(1) + "," + up(Math.max(0, Math.min(1, point.y))).toFixed(1));
    drawing.append(shape("polyline", { points: line.join(" ") }));
    return [/** @type {any} */ (drawing)];
  }

  /** One of the fields or rungs that the page lists is the reader's. @param {Output} output @param {string} value */
  function places(output, value) {
    const items = output.columns.map((column) => {
      const here = column.id === value;
      return element("li", here ? { class: "here", "aria-current": "true" } : {}, [column.label]);
    });
    return [element("ol", { class: output.kind === "ladder" ? "rungs" : "fields" }, items)];
  }

  /** @param {string} text */
  function icsText(text) {
    return text.replace(/[\\;,]/g, "\\$&").replace(/\r\n?|\n/g, "\\n");
  }

  /** A line of a calendar file has at most 75 bytes; what is longer goes on behind a space. @param {string} line */
  function folded(line) {
    const parts = [""];
    let bytes = 0;
    for (const sign of line) {
      const size = new TextEncoder().encode(sign).length;
      if (bytes + size > 74) {
        parts.push(" ");
        bytes = 1;
      }
      parts[parts.length - 1] += sign;
      bytes += size;
    }
    return parts.join("\r\n");
  }

  /** @param {{ date: string, title: string, note?: string }[]} tasks */
  function ics(tasks) {
    const lines = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//salesbook//tasks//ZH"];
    // Calendars take events of one name for the same, and two customers' tasks are not.
    const name = Array.from(crypto.getRandomValues(new Uint32Array(2)), (part) => part.toString(36)).join("");
    tasks.forEach((task, at) => {
      const day = task.date.replace(/-/g, "");
      lines.push("BEGIN:VEVENT", "UID:" + name + "-" + at + "@salesbook", "DTSTAMP:" + day + "T000000Z", "DTSTART;VALUE=DATE:" + day, "SUMMARY:" + icsText(task.title));
      if (task.note) lines.push("DESCRIPTION:" + icsText(task.note));
      lines.push("END:VEVENT");
    });
    return [...lines, "END:VCALENDAR", ""].map(folded).join("\r\n");
  }

  /** @param {Output} output @param {{ date: string, title: string, note?: string }[]} tasks */
  function calendar(output, tasks) {
    const items = tasks.map((task) => element("li", {}, [element("b", { text: task.date }), " " + task.title, ...(task.note ? [element("small", { text: task.note })] : [])]));
    return [
      element("ol", { class: "tasks" }, items),
      button("download_ics", () => SB.download(ics(tasks), output.title + ".ics", "text/calendar;charset=utf-8")),
    ];
  }

  /** Those of the pages that the rule names, in its order. @param {Output} output @param {string[]} ids */
  function links(output, ids) {
    const named = ids.flatMap((id) => (output.pages || []).filter((page) => page.id === id));
    return [element("ul", { class: "tool-pages" }, named.map((page) => element("li", {}, [element("a", { href: page.url, text: page.title })])))];
  }

  /** @param {Output} output @param {any} value @returns {HTMLElement[]} */
  function drawn(output, value) {
    switch (output.kind) {
      case "list": return [element("ul", { class: "advice" }, value.map((/** @type {string} */ text) => element("li", { text })))];
      case "table": return table(output, value);
      case "bars": return bars(output, value);
      case "curve": return curve(output, value);
      case "calendar": return calendar(output, value);
      case "pages": return links(output, value);
      default: return places(output, value);
    }
  }

  /** A rule may leave the words to the page. @param {any} tool @param {{ id: string, text: string }} warning @returns {string} */
  SB.warningText = function (tool, warning) {
    const known = tool.warnings.find((/** @type {any} */ one) => one.id === warning.id);
    return warning.text || (known && known.text) || warning.id;
  };

  /** @param {Output[]} outputs @param {Record<string, any>} values @returns {HTMLElement[]} */
  SB.showValues = function (outputs, values) {
    const shown = outputs.filter((output) => hasValue(values[output.id]));
    const parts = [];
    /** @type {HTMLElement | null} */
    let list = null;
    for (const output of shown) {
      const value = values[output.id];
      if (!fits(output, value)) continue;
      if (SINGLE.includes(output.kind)) {
        if (!list) parts.push((list = element("dl", { class: "values" })));
        list.append(element("div", {}, [element("dt", {}, titleOf(output)), element("dd", { text: valueText(output, value) }), ...noteOf(output, "dd")]));
      } else {
        list = null;
        parts.push(element("h3", {}, titleOf(output)), ...drawn(output, value), ...noteOf(output));
      }
    }
    return parts;
  };

  /** The same as lines of text, as far as they are single values. @param {Output[]} outputs @param {Record<string, any>} values */
  SB.valueLines = function (outputs, values) {
    const shown = outputs.filter((output) => SINGLE.includes(output.kind) && hasValue(values[output.id]));
    return shown.map((output) => output.title + label("colon") + valueText(output, values[output.id]));
  };
})();
