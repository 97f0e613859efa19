/**
 * Reads a table that was copied from a spreadsheet or typed by hand: separated by tabs, commas, semicolons or spaces, with
 * or without a line of headings, with numbers as people write them. What cannot be read is reported by line and column;
 * nothing is guessed.
 */
(function () {
  "use strict";

  /**
   * @typedef {{ id: string, label: string, aliases: string[], number: boolean, required: boolean }} Column
   * @typedef {{ line: number, column: string, text: string }} BadCell
   * @typedef {{ rows: Record<string, string | number>[], bad: BadCell[], totals: number[], doubled: string[],
   *   badHeadings: string[], openQuote: number, byOrder: boolean, columns: Column[], tooMany: boolean }} Table
   */

  const SB = /** @type {any} */ (window).SB;
  const MOST_ROWS = 500;
  /** How many digits the point moves to the right. */
  const POWERS = [["百万", 6], ["千万", 7], ["亿", 8], ["万", 4], ["千", 3], ["百", 2]];
  const UNIT = /(百万|千万|亿|万|千)?元$/;
  const TOTALS = ["合计", "总计", "小计", "汇总", "total", "sum"];
  const NOTHING = ["", "-", "--", "—", "——", "/", "无", "n/a", "na"];

  /** @param {string} text */
  function plain(text) {
    return text.normalize("NFKC").replace(/\s+/g, "").toLowerCase();
  }

  /**
   * The power of ten in a heading such as 销售额（万元）; `undefined` where brackets name one in other words.
   * @param {string} heading
   */
  function powerOf(heading) {
    const text = plain(heading);
    const bracket = /[([](.*?)[)\]]/.exec(text);
    const unit = bracket ? /^(?:单位:)?(?:人民币)?(百万|千万|亿|万|千)?元?$/.exec(bracket[1]) : UNIT.exec(text);
    if (unit) {
      const found = POWERS.find((pair) => pair[0] === unit[1]);
      return found ? Number(found[1]) : 0;
    }
    return bracket && /[十百千万亿]/.test(bracket[1]) ? undefined : 0;
  }

  /**
   * A number as it is written in a cell: full-width digits, separators of thousands, a currency, 万 and 亿, per cent,
   * brackets for what is below zero. `undefined` when it is none, `null` when the cell is empty.
   * @param {string} cell
   * @param {number} power of ten that the heading names
   * @returns {number | null | undefined}
   */
  function readNumber(cell, power) {
    let text = cell.normalize("NFKC").trim().toLowerCase().replace(/[−–]/g, "-");
    if (NOTHING.includes(text)) return null;
    const below = /^\((.*)\)$/.exec(text);
    if (below) text = "-" + below[1];
    // Spaces belong to a unit, a currency, or stand between thousands.
    text = text.replace(/^([-+]?)\s*(?:¥|\$|€|£|rmb|人民币)\s*/, "$1").replace(/\s+(?=[^\d\s]+$)/, "");
    let exponent = power;
    if (/(元|rmb|cny)$/.test(text)) {
      text = text.replace(/(元|rmb|cny)$/, "");
      exponent = 0;
    }
    const unit = POWERS.find((pair) => text.endsWith(String(pair[0])));
    if (unit) {
      exponent = Number(unit[1]);
      text = text.slice(0, -String(unit[0]).length);
    } else if (text.endsWith("%")) {
      exponent = -2;
      text = text.slice(0, -1);
    }
    if (/^[-+]?\d{1,3}(,\d{3})+(\.\d+)?$/.test(text) || /^[-+]?\d{1,3}( \d{3})+(\.\d+)?$/.test(text)) text = text.replace(/[, ]/g, "");
    if (!/^[-+]?(\d+\.?\d*|\.\d+)$/.test(text)) return undefined;
    const number = Number(text + "e" + exponent);
    return Math.abs(number) <= 1e15 ? number : undefined;
  }

  /** What stands between the cells. A comma between thousands is none. @param {string} text */
  function separatorOf(text) {
    if (text.includes("\t")) return "\t";
    if (/[,，]/.test(text.replace(/(\d)[,，](?=\d{3}(?!\d))/g, "$1"))) return ",";
    return /[;；]/.test(text) ? ";" : " ";
  }

  /** The cells of each line, and the line of a quote that nothing ends. @param {string} text */
  function linesOf(text) {
    const clean = text.replace(/^\uFEFF/, "").replace(/\r\n?/g, "\n");
    const separator = separatorOf(clean);
    const found = /** @type {{ line: number, cells: string[] }[]} */ ([]);
    let cells = /** @type {string[]} */ ([]);
    let cell = "";
    let quoted = 0;
    let line = 1;
    let start = 1;
    const endCell = () => {
      cells.push(cell.trim());
      cell = "";
    };
    const endLine = () => {
      endCell();
      const filled = separator === " " ? cells.filter((one) => one !== "") : cells;
      if (filled.some((one) => one !== "")) found.push({ line: start, cells: filled });
      cells = [];
      start = line;
    };
    for (let at = 0; at < clean.length && found.length <= 2 * MOST_ROWS; at++) {
      const sign = clean[at];
      if (sign === "\n") line++;
      if (quoted) {
        if (sign !== '"') cell += sign;
        else if (clean[at + 1] === '"') {
          cell += '"';
          at++;
        } else quoted = 0;
      } else if (sign === '"' && cell.trim() === "") {
        quoted = line;
        cell = "";
      } else if (sign === "\n") endLine();
      else if (sign === separator || (separator === "," && sign === "，") || (separator === ";" && sign === "；") || (separator === " " && /\s/.test(sign))) endCell();
      else cell += sign;
    }
    endLine();
    return { lines: found, openQuote: quoted };
  }

  /** @param {string} heading @param {Column[]} columns */
  function columnOf(heading, columns) {
    const whole = plain(heading);
    const shorter = [whole, whole.replace(/[([].*$/, ""), whole.replace(UNIT, "")];
    return columns.find((column) => [column.id, column.label, ...column.aliases].some((name) => shorter.includes(plain(name))));
  }

  /**
   * @param {string} text
   * @param {Column[]} columns
   * @returns {Table}
   */
  function readTable(text, columns) {
    const { lines, openQuote } = linesOf(text);
    const first = lines.length ? lines[0].cells : [];
    const doubled = /** @type {string[]} */ ([]);
    const named = first.map((heading, at) => {
      const column = columnOf(heading, columns);
      if (!column || !first.slice(0, at).some((earlier) => columnOf(earlier, columns) === column)) return column;
      doubled.push(heading);
      return undefined;
    });
    const hasNames = named.some((column) => column !== undefined);
    const isNumber = (/** @type {string[]} */ cells) => columns.every((column, at) => !column.number || readNumber(cells[at] || "", 0) !== undefined);
    // A line without any digit above one that fits the columns is a line of headings that we do not know.
    const byOrder = !hasNames && lines.length > 1 && !first.some((cell) => /\d/.test(cell.normalize("NFKC"))) && !isNumber(first) && isNumber(lines[1].cells);
    const powers = hasNames || byOrder ? first.map(powerOf) : [];
    const badHeadings = first.filter((heading, at) => at in powers && powers[at] === undefined);
    const order = (hasNames ? named : columns).map((column, at) => (at in powers && powers[at] === undefined ? undefined : column));
    const table = /** @type {Table} */ ({ rows: [], bad: [], totals: [], doubled, badHeadings, openQuote, byOrder, columns: [], tooMany: false });
    const width = hasNames ? first.length : columns.length;
    for (const { line, cells } of hasNames || byOrder ? lines.slice(1) : lines) {
      if (table.rows.length > MOST_ROWS) break;
      if (cells.some((cell) => TOTALS.includes(plain(cell).replace(/:$/, "")))) {
        table.totals.push(line);
        continue;
      }
      if (cells.slice(width).some((cell) => cell !== "")) {
        table.bad.push({ line, column: "", text: cells.join(" | ") });
        continue;
      }
      const row = /** @type {Record<string, string | number>} */ ({});
      let readable = true;
      order.forEach((column, at) => {
        const cell = cells[at] || "";
        if (!column) return;
        if (!column.number) {
          if (cell !== "") row[column.id] = cell.slice(0, 100);
          return;
        }
        const number = readNumber(cell, powers[at] || 0);
        if (number === undefined) {
          table.bad.push({ line, column: column.label, text: cell });
          readable = false;
        } else if (number !== null) row[column.id] = number;
      });
      const gap = columns.find((column) => column.required && row[column.id] === undefined);
      if (!gap) table.rows.push(row);
      else if (readable) table.bad.push({ line, column: gap.label, text: "" });
    }
    table.columns = columns.filter((column) => table.rows.some((row) => row[column.id] !== undefined));
    table.tooMany = table.rows.length > MOST_ROWS;
    table.rows = table.rows.slice(0, MOST_ROWS);
    return table;
  }

  SB.readTable = readTable;
})();
