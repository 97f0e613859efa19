// @ts-check
/**
 * Marks on a page what was searched for: the `q` of its address.
 *
 * Loaded only where the address has one. Uses the CSS Custom Highlight API, which leaves the page as it is, and
 * `<mark>` elements where that is missing. A bar at the bottom takes the marks away, as does Escape.
 */
(function () {
  "use strict";
  /** @type {any} */
  const SB = /** @type {any} */ (globalThis).SB;
  /** @type {any} */
  const boot = /** @type {any} */ (globalThis).SB_BOOT;
  const TRANSPARENT = /[「」『』“”《》【】（）()]/;
  const BLOCK = "p,li,h1,h2,h3,h4,h5,h6,td,th,dt,dd,blockquote,pre,section,article,div,ul,ol,table,main";
  const SKIPPED = "script,style,button,input,textarea,select,[hidden],.tool,[aria-hidden=true]";
  const RANGE_LIMIT = 500;

  /** @param {string} key @param {string} fallback @param {{[name: string]: string|number}} values */
  function label(key, fallback, values) {
    const text = (boot.labels && boot.labels[key]) || fallback;
    return text.replace(/\{(\w+)\}/g, (/** @type {string} */ whole, /** @type {string} */ name) =>
      name in values ? String(values[name]) : whole,
    );
  }

  /** The text of the page in lower case, and where each unit of it stands. @param {Element} main */
  function readText(main) {
    const walker = document.createTreeWalker(main, NodeFilter.SHOW_TEXT);
    /** @type {{node: Text, offset: number}[]} */
    const places = [];
    let text = "";
    /** @type {Element|null} */
    let blockBefore = null;
    for (let node = walker.nextNode(); node; node = walker.nextNode()) {
      const parent = node.parentElement;
      if (!parent || parent.closest(SKIPPED)) continue;
      const block = parent.closest(BLOCK);
      if (block !== blockBefore) {
        text += "\n";
        places.push({ node: /** @type {Text} */ (node), offset: 0 });
        blockBefore = block;
      }
      const content = /** @type {Text} */ (node).data;
      for (let i = 0; i < content.length; i++) {
        if (TRANSPARENT.test(content[i])) continue;
        const plain = content[i].normalize("NFKC").toLowerCase();
        text += plain.length === 1 ? plain : content[i];
        places.push({ node: /** @type {Text} */ (node), offset: i });
      }
    }
    return { text, places };
  }

  /** Start and end of every place where a part of the query stands: the whole of a word, or its longest parts found.
   * @param {string} text @param {string} query */
  function findAll(text, query) {
    /** @type {[number, number][]} */
    const found = [];
    for (const word of query.normalize("NFKC").toLowerCase().split(/\s+/)) {
      const characters = Array.from(word).filter((c) => !TRANSPARENT.test(c)).slice(0, 30);
      const shortest = Math.min(characters.length, 2);
      for (let size = characters.length; size >= shortest && size > 0; size--) {
        const before = found.length;
        for (let start = 0; start + size <= characters.length; start++) {
          const part = characters.slice(start, start + size).join("");
          for (let at = text.indexOf(part); at >= 0 && found.length < RANGE_LIMIT; at = text.indexOf(part, at + part.length)) {
            found.push([at, at + part.length]);
          }
        }
        if (found.length > before) break;
      }
    }
    found.sort((a, b) => a[0] - b[0] || b[1] - a[1]);
    return found.filter((range, index) => index === 0 || range[0] >= found[index - 1][1]);
  }

  /** Wraps ranges that lie in one text node, last first, and returns how to undo it. @param {Range[]} ranges */
  function wrap(ranges) {
    const marks = ranges
      .filter((range) => range.startContainer === range.endContainer)
      .reverse()
      .map((range) => {
        const mark = document.createElement("mark");
        range.surroundContents(mark);
        return mark;
      });
    return () => {
      for (const mark of marks) {
        const parent = mark.parentNode;
        mark.replaceWith(...mark.childNodes);
        if (parent) parent.normalize();
      }
    };
  }

  function highlight() {
    const query = (new URLSearchParams(location.search).get("q") || "").trim().slice(0, 200);
    const main = document.querySelector("main");
    if (!query || !main) return;
    const { text, places } = readText(main);
    const ranges = findAll(text, query).map(([start, end]) => {
      const range = document.createRange();
      range.setStart(places[start].node, places[start].offset);
      range.setEnd(places[end - 1].node, places[end - 1].offset + 1);
      return range;
    });
    if (!ranges.length) return;

    const highlights = /** @type {any} */ (globalThis.CSS && /** @type {any} */ (CSS).highlights);
    const Highlight = /** @type {any} */ (globalThis).Highlight;
    let undo = () => highlights.delete("search");
    const first = ranges[0].getBoundingClientRect();
    if (highlights && Highlight) highlights.set("search", new Highlight(...ranges));
    else undo = wrap(ranges);
    if (!location.hash && (first.top > innerHeight - 80 || first.bottom < 0)) {
      ranges[0].startContainer.parentElement?.scrollIntoView({ block: "center" });
    }

    const bar = document.createElement("div");
    bar.className = "search-highlight";
    const message = document.createElement("span");
    message.textContent = label("search_highlighted", "「{q}」{n}处", { q: query, n: ranges.length });
    const clear = document.createElement("button");
    clear.type = "button";
    clear.textContent = label("search_highlight_clear", "去掉标记", {});
    bar.append(message, clear);
    main.append(bar);

    /** @param {KeyboardEvent} event */
    const onKey = (event) => {
      if (event.key === "Escape" && !event.isComposing && !document.querySelector("dialog[open]")) remove();
    };
    const remove = () => {
      undo();
      bar.remove();
      document.removeEventListener("keydown", onKey);
      try {
        history.replaceState(null, "", location.pathname + location.hash);
      } catch (refused) {
        // From a file the address stays; the marks come back with a reload.
      }
    };
    clear.addEventListener("click", remove);
    document.addEventListener("keydown", onKey);
  }

  SB.highlight = highlight;
  SB("highlight", highlight);
})();
