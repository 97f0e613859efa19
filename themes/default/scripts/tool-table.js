/**
 * Reads a table that was copied from a spreadsheet or typed by hand: separated by tabs, commas or spaces, with or without
 * a line of headings, with numbers as people write them. What cannot be read is reported by line and column; nothing is
 * guessed.
 */
(function () {
  "use strict";

  /**
   * @typedef {{ id: string, label: string, aliases: string[], number: boolean, required: boolean }} Column
   * @typedef {{ line: number, column: string, text: string }} BadCell
   * @typedef {{ rows: Record<string, string | number>[], bad: BadCell[], totals: number[], doubled: string[], columns: Column[], tooMany: boolean }} Table
   */

  const SB = /** @type {any} */ (window).SB;
  const MOST_ROWS = 500;
  /** How many digits the point moves to the right. */
  const POWERS = [["百万", 6], ["千万", 7], ["亿", 8], ["万", 4], ["千", 3], ["百", 2]];
  const TOTALS = ["合计", "总计", "小计", "汇总", "total", "sum"];
  const NOTHING = ["", "-", "--", "—", "——", "/", "无", "n/a", "na"];

  /** @param {string} text */
  function plain(text) {
    return text.normalize("NFKC").replace(/\s+/g, "").toLowerCase();
  }

  /** The power of ten in a heading such as 销售额（万元）. @param {string} heading */
  function powerOf(heading) {
    const unit = /[(（\[]?(百万|千万|亿|万|千)元?[)）\]]?$/.exec(heading.trim());
    const found = unit && POWERS.find((pair) => pair[0] === unit[1]);
    return found ? Number(found[1]) : 0;
  }

  /**
   * A number as it is written in a cell: full-width digits, separators of thousands, a currency, 万 and 亿, per cent,
   * brackets for what is below zero. `undefined` when it is none, `null` when the cell is empty.
   * @param {string} cell
   * @param {number} power of ten that the heading names
   * @returns {number | null | undefined}
   */
  function readNumber(cell, power) {
    let text = plain(cell).replace(/^[¥$€£]|^rmb|^人民币/, "").replace(/(元|rmb|cny)$/, "");
    if (NOTHING.includes(text)) return null;
    const below = /^\((.*)\)$/.exec(text);
    if (below) text = "-" + below[1];
    text = text.replace(/^([-+]?)[¥$€£]/, "$1").replace(/[−–]/g, "-");
    let exponent = power;
    const unit = POWERS.find((pair) => text.endsWith(String(pair[0])));
    if (unit) {
      exponent = Number(unit[1]);
      text = text.slice(0, -String(unit[0]).length);
    } else if (text.endsWith("%")) {
      exponent = -2;
      text = text.slice(0, -1);
    }
    if (/^[-+]?\d{1,3}(,\d{3})+(\.\d+)?$/.test(text)) text = text.replace(/,/g, "");
    if (!/^[-+]?(\d+\.?\d*|\.\d+)$/.test(text)) return undefined;
    const number = Number(text + "e" + exponent);
    return Math.abs(number) <= 1e15 ? number : undefined;
  }

  /** The cells of each line; blank lines are left out. @param {string} text @returns {{ line: number, cells: string[] }[]} */
  function linesOf(text) {
    const clean = text.replace(/^\uFEFF/, "").replace(/\r\n?/g, "\n");
    const separator = clean.includes("\t") ? "\t" : /[,，]/.test(clean) ? "," : /[;；]/.test(clean) ? ";" : " ";
    const found = [];
    let cells = [];
    let cell = "";
    let quoted = false;
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
    for (let at = 0; at < clean.length; at++) {
      const sign = clean[at];
      if (sign === "\n") line++;
      if (quoted) {
        if (sign !== '"') cell += sign;
        else if (clean[at + 1] === '"') {
          cell += '"';
          at++;
        } else quoted = false;
      } else if (sign === '"' && cell.trim() === "") {
        quoted = true;
        cell = "";
      } else if (sign === "\n") endLine();
      else if (sign === separator || (separator === "," && sign === "，") || (separator === ";" && sign === "；") || (separator === " " && /\s/.test(sign))) endCell();
      else cell += sign;
    }
    endLine();
    return found;
  }

  /** @param {string} heading @param {Column[]} columns */
  function columnOf(heading, columns) {
    const bare = plain(heading.replace(/[(（\[].*$/, ""));
    return columns.find((column) => [column.id, column.label, ...column.aliases].some((name) => plain(name) === bare || plain(name) === plain(heading)));
  }

  /**
   * @param {string} text
   * @param {Column[]} columns
   * @returns {Table}
   */
  function readTable(text, columns) {
    const lines = linesOf(text);
    const first = lines.length ? lines[0].cells : [];
    const doubled = /** @type {string[]} */ ([]);
    const named = first.map((heading, at) => {
      const column = columnOf(heading, columns);
      if (!column || !first.slice(0, at).some((earlier) => columnOf(earlier, columns) === column)) return column;
      doubled.push(heading);
      return undefined;
    });
    const unnamed = columns.some((column, at) => column.number && first[at] !== undefined && readNumber(first[at], 0) === undefined);
    const hasNames = named.some((column) => column !== undefined);
    const isHead = hasNames || (lines.length > 1 && unnamed && !columns.some((column, at) => column.number && readNumber(lines[1].cells[at] || "", 0) === undefined));
    const order = hasNames ? named : columns.slice(0, Math.max(...lines.map((one) => one.cells.length), 0));
    const powers = isHead ? first.map(powerOf) : [];
    const table = /** @type {Table} */ ({ rows: [], bad: [], totals: [], doubled, columns: columns.filter((column) => order.includes(column)), tooMany: false });
    for (const { line, cells } of isHead ? lines.slice(1) : lines) {
      if (cells.some((cell) => TOTALS.includes(plain(cell).replace(/[:：]$/, "")))) {
        table.totals.push(line);
        continue;
      }
      if (!hasNames && cells.length > columns.length) {
        table.bad.push({ line, column: "", text: cells.join(" | ") });
        continue;
      }
      const row = /** @type {Record<string, string | number>} */ ({});
      order.forEach((column, at) => {
        const cell = cells[at] || "";
        if (!column) return;
        if (!column.number) {
          if (cell !== "") row[column.id] = cell.slice(0, 100);
          return;
        }
        const number = readNumber(cell, powers[at] || 0);
        if (number === undefined) table.bad.push({ line, column: column.label, text: cell });
        else if (number !== null) row[column.id] = number;
      });
      const gap = columns.find((column) => column.required && row[column.id] === undefined);
      if (!gap) table.rows.push(row);
      else if (!table.bad.some((one) => one.line === line)) table.bad.push({ line, column: gap.label, text: "" });
    }
    table.tooMany = table.rows.length > MOST_ROWS;
    table.rows = table.rows.slice(0, MOST_ROWS);
    return table;
  }

  SB.readTable = readTable;
})();
