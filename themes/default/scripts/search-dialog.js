// @ts-check
/**
 * Search, the part that shows: the dialog on every page and the panel of the search page.
 *
 * Follows search-reader.js in one file and registers both as `SB("search", …)`. The input is an ARIA combobox whose
 * options are links; author text reaches the page through text nodes only. An input method is respected: while it
 * composes, keys are its own, and only letters (pinyin in the making) are searched.
 */
(function () {
  "use strict";

  /**
   * @typedef {{id: string, kind: string, title: string, url: string, anchor: string, snippet: string, score: number,
   *   match: string, breadcrumb: string, say: string, alias: string, terms: string, titleMarks: [number, number][],
   *   aliasMarks: [number, number][], passages: {anchor: string, heading: string, snippet: string,
   *   marks: [number, number][]}[]}} Result
   * @typedef {{results: Result[], total: number, exact: number, candidates: string[], counts: Map<string, number>|null,
   *   more: boolean}} Answer
   * @typedef {{onPage: boolean, close: () => void}} PanelOptions
   */

  /** @type {any} */
  const SB = /** @type {any} */ (globalThis).SB;
  /** @type {any} */
  const boot = /** @type {any} */ (globalThis).SB_BOOT;
  const { reader } = SB;

  const DEBOUNCE_MS = 90;
  const ANNOUNCE_MS = 500;
  const SKELETON_MS = 150;
  const FIRST_RESULTS = 8;
  const MORE_RESULTS = 20;
  const RECENT_LIMIT = 8;

  /** Used where the page's labels lack the key. @type {{[key: string]: string}} */
  const FALLBACK = {
    search_title: "搜索",
    search_placeholder: "客户怎么说？拼音也行",
    search_clear: "清空",
    search_close: "关闭",
    search_kinds: "按种类筛选",
    search_results: "搜索结果",
    search_recent: "最近搜过",
    search_recent_clear: "清除记录",
    search_pinned: "常用",
    search_try: "试试这些",
    search_candidates: "按读音",
    search_count: "找到{n}页",
    search_count_related: "没有原样的句子，相关的有{n}页",
    search_none: "没有找到「{q}」",
    search_none_help: "换个短一点的说法，只留最要紧的两三个字；也可以敲拼音或首字母。",
    search_drop_filter: "去掉种类筛选",
    search_failed: "搜索数据没有加载出来",
    search_retry: "重试",
    search_more: "显示更多",
    search_copy: "复制",
    search_copied: "已复制",
    search_also: "也叫",
    search_match_related: "相关",
    search_match_fuzzy: "近似",
    search_keys: "↑↓选择，回车打开，Esc关闭",
    search_all_pages: "全部页面",
    kind_objection: "异议",
    kind_type: "客户类型",
    kind_script: "话术",
    kind_guide: "方法",
    kind_tool: "工具",
    kind_section: "栏目",
    kind_reference: "参考",
    kind_case: "案例",
    kind_drill: "练习",
    kind_scenario: "情景",
    kind_path: "路径",
    kind_home: "首页",
  };

  /** @param {string} key @param {{[name: string]: string|number}} [values] */
  function label(key, values = {}) {
    const text = (boot.labels && boot.labels[key]) || FALLBACK[key] || key.replace(/^kind_/, "");
    return text.replace(/\{(\w+)\}/g, (/** @type {string} */ whole, /** @type {string} */ name) =>
      name in values ? String(values[name]) : whole,
    );
  }

  /** @param {string} tag @param {{[name: string]: string}} [attributes] `text` is the content
   * @param {(Node|string)[]} [children] @returns {HTMLElement} */
  function element(tag, attributes = {}, children = []) {
    const made = document.createElement(tag);
    for (const [name, value] of Object.entries(attributes)) {
      if (name === "text") made.textContent = value;
      else made.setAttribute(name, value);
    }
    made.append(...children);
    return made;
  }

  /** @param {string} text @param {[number, number][]} marks */
  function marked(text, marks) {
    const fragment = document.createDocumentFragment();
    let at = 0;
    for (const [start, end] of marks) {
      fragment.append(text.slice(at, start), element("mark", { text: text.slice(start, end) }));
      at = end;
    }
    fragment.append(text.slice(at));
    return fragment;
  }

  /** The address of a passage, with what to highlight there. @param {Result} result @param {string} anchor */
  function address(result, anchor) {
    const query = result.terms ? "?q=" + encodeURIComponent(result.terms) : "";
    return result.url + query + (anchor ? "#" + encodeURIComponent(anchor) : "");
  }

  /** @returns {string[]} */
  function recentSearches() {
    const recent = SB.store && SB.store.get("searches");
    return Array.isArray(recent) ? recent.filter((text) => typeof text === "string") : [];
  }

  /** @param {string} text */
  function rememberSearch(text) {
    const trimmed = text.trim();
    if (!trimmed || !SB.store) return;
    const others = recentSearches().filter((other) => other !== trimmed);
    SB.store.set("searches", [trimmed, ...others].slice(0, RECENT_LIMIT));
  }

  let panelCount = 0;

  class Panel {
    /** @param {HTMLElement} container @param {PanelOptions} options */
    constructor(container, options) {
      this.options = options;
      this.name = "search-" + ++panelCount;
      /** @type {Set<string>} */
      this.kinds = new Set();
      this.limit = FIRST_RESULTS;
      this.sequence = 0;
      this.shown = "";
      this.active = -1;
      this.openFirst = false;
      /** @type {HTMLAnchorElement[]} */
      this.links = [];
      /** @type {Result[]} */
      this.results = [];
      /** @type {{[name: string]: number}} */
      this.timers = {};

      this.input = /** @type {HTMLInputElement} */ (element("input", {
        type: "search",
        class: "search-input",
        id: this.name + "-input",
        name: "q",
        role: "combobox",
        "aria-label": label("search_title"),
        "aria-expanded": "false",
        "aria-controls": this.name + "-list",
        "aria-autocomplete": "list",
        "aria-describedby": this.name + "-keys",
        placeholder: label("search_placeholder"),
        enterkeyhint: "search",
        inputmode: "search",
        autocomplete: "off",
        autocapitalize: "off",
        autocorrect: "off",
        spellcheck: "false",
        maxlength: "200",
      }));
      this.clear = element("button", { type: "button", class: "search-clear", "aria-label": label("search_clear"), hidden: "", text: "×" });
      const buttons = [this.clear];
      if (!options.onPage) buttons.push(element("button", { type: "button", class: "search-close", text: label("search_close") }));
      this.form = element("form", { class: "search-form", role: "search", action: boot.root + "search.html" }, [this.input, ...buttons]);
      this.chips = element("div", { class: "search-kinds", role: "group", "aria-label": label("search_kinds"), hidden: "" });
      this.candidates = element("p", { class: "search-candidates", hidden: "" });
      this.list = element("ul", { class: "search-list", id: this.name + "-list", role: "listbox", "aria-label": label("search_results"), hidden: "" });
      this.more = element("button", { type: "button", class: "search-more", text: label("search_more"), hidden: "" });
      this.note = element("div", { class: "search-note" });
      this.count = element("p", { class: "search-count", hidden: "" });
      this.live = element("p", { class: "search-live", role: "status", "aria-live": "polite" });
      const keys = element("p", { class: "search-keys", id: this.name + "-keys", text: label("search_keys") });
      const body = element("div", { class: "search-body" }, [this.candidates, this.count, this.list, this.more, this.note]);
      container.append(this.form, this.chips, body, keys, this.live);
      this.listen();
      this.render();
    }

    listen() {
      const { input, form } = this;
      form.addEventListener("submit", (event) => event.preventDefault());
      form.addEventListener("click", (event) => {
        const button = /** @type {Element} */ (event.target).closest("button");
        if (!button) return;
        if (button === this.clear) this.set("");
        else this.options.close();
      });
      input.addEventListener("input", (event) => {
        const composing = /** @type {InputEvent} */ (event).isComposing;
        // Half-written pinyin is worth a search; half-chosen characters are not the query yet.
        if (composing && !/[a-z]$/i.test(input.value)) return;
        this.schedule(DEBOUNCE_MS);
      });
      input.addEventListener("compositionend", () => this.schedule(0));
      input.addEventListener("keydown", (event) => this.key(event));
      this.list.addEventListener("click", (event) => {
        const target = /** @type {Element} */ (event.target);
        const copy = target.closest("button");
        if (copy) this.copy(/** @type {HTMLElement} */ (copy));
        else if (target.closest("a")) rememberSearch(input.value);
      });
      this.chips.addEventListener("click", (event) => {
        const kind = /** @type {Element} */ (event.target).closest("button")?.getAttribute("data-kind");
        if (!kind) return;
        if (!this.kinds.delete(kind)) this.kinds.add(kind);
        this.shown = "";
        this.run();
      });
      this.chips.addEventListener("keydown", (event) => {
        const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
        const buttons = Array.from(this.chips.querySelectorAll("button"));
        const from = buttons.indexOf(/** @type {HTMLButtonElement} */ (event.target));
        if (!step || from < 0) return;
        event.preventDefault();
        buttons[(from + step + buttons.length) % buttons.length].focus();
      });
      this.more.addEventListener("click", () => {
        this.limit += MORE_RESULTS;
        this.shown = "";
        this.input.focus();
        this.run();
      });
    }

    /** Puts a text into the field and searches it. @param {string} text */
    set(text) {
      this.input.value = text;
      this.input.focus();
      this.run();
    }

    /** @param {number} delay */
    schedule(delay) {
      clearTimeout(this.timers.search);
      this.timers.search = setTimeout(() => this.run(), delay);
    }

    /** @param {KeyboardEvent} event */
    key(event) {
      if (event.isComposing || event.keyCode === 229) return;
      if (event.key === "ArrowDown" || event.key === "ArrowUp") {
        if (!this.links.length) return;
        event.preventDefault();
        const count = this.links.length;
        const from = this.active < 0 && event.key === "ArrowUp" ? 0 : this.active;
        this.activate((from + (event.key === "ArrowDown" ? 1 : -1) + count) % count);
      } else if (event.key === "Enter") {
        event.preventDefault();
        this.enter(event.ctrlKey || event.metaKey);
      } else if (event.key === "Escape") {
        event.preventDefault();
        event.stopPropagation();
        if (this.input.value) this.set("");
        else this.options.close();
      } else if (event.key.toLowerCase() === "c" && (event.ctrlKey || event.metaKey) && this.active >= 0) {
        // Nothing is selected in the field: copy the line of the chosen result.
        const button = this.links[this.active].parentElement?.querySelector("button");
        if (button && this.input.selectionStart === this.input.selectionEnd) this.copy(button);
      }
    }

    /** @param {boolean} inNewTab */
    enter(inNewTab) {
      const stable = this.shown === this.input.value;
      const link = stable ? this.links[this.active] : undefined;
      if (link) {
        rememberSearch(this.input.value);
        if (inNewTab) window.open(link.href, "_blank", "noopener");
        else this.follow(link);
      } else if (!stable) {
        clearTimeout(this.timers.search);
        this.openFirst = !this.options.onPage && !inNewTab;
        this.run();
      }
    }

    /** @param {HTMLAnchorElement} link */
    follow(link) {
      this.options.close();
      location.href = link.href;
    }

    /** @param {number} index -1 for none */
    activate(index) {
      const before = this.links[this.active];
      if (before) before.setAttribute("aria-selected", "false");
      this.active = index;
      const link = this.links[index];
      if (link) {
        link.setAttribute("aria-selected", "true");
        this.input.setAttribute("aria-activedescendant", link.id);
        link.scrollIntoView({ block: "nearest" });
      } else {
        this.input.removeAttribute("aria-activedescendant");
      }
    }

    /** Searches what is in the field, unless it is shown already. */
    run() {
      clearTimeout(this.timers.search);
      const text = this.input.value;
      this.clear.hidden = !text;
      if (text && text === this.shown) return;
      const sequence = ++this.sequence;
      if (!text.trim()) {
        this.shown = text;
        this.limit = FIRST_RESULTS;
        this.render();
        return;
      }
      if (this.options.onPage) this.writeAddress(text);
      clearTimeout(this.timers.skeleton);
      if (!this.results.length) this.timers.skeleton = setTimeout(() => this.renderSkeleton(), SKELETON_MS);
      reader.answer(text, { limit: this.limit, kinds: Array.from(this.kinds), counts: true }).then(
        (/** @type {Answer} */ answer) => {
          if (sequence !== this.sequence) return;
          clearTimeout(this.timers.skeleton);
          this.shown = text;
          this.renderAnswer(text, answer);
        },
        () => {
          if (sequence !== this.sequence) return;
          clearTimeout(this.timers.skeleton);
          this.renderFailure();
        },
      );
    }

    empty() {
      this.results = [];
      this.links = [];
      this.activate(-1);
      this.list.replaceChildren();
      this.note.replaceChildren();
      this.candidates.replaceChildren();
      for (const part of [this.list, this.more, this.count, this.candidates, this.chips]) part.hidden = true;
      this.input.setAttribute("aria-expanded", "false");
      this.list.removeAttribute("aria-busy");
    }

    renderSkeleton() {
      this.empty();
      this.list.hidden = false;
      this.list.setAttribute("aria-busy", "true");
      for (let row = 0; row < 3; row++) {
        this.list.append(element("li", { class: "search-skeleton", role: "presentation", "aria-hidden": "true" }));
      }
    }

    renderFailure() {
      this.empty();
      const retry = element("button", { type: "button", class: "search-chip", text: label("search_retry") });
      retry.addEventListener("click", () => {
        this.shown = "";
        this.input.focus();
        if (this.input.value.trim()) this.run();
        else this.render();
      });
      this.note.append(element("p", { class: "search-failed", text: label("search_failed") }), retry);
      this.announce(label("search_failed"));
    }

    /** What is offered before anything is typed. */
    render() {
      this.empty();
      const sequence = ++this.sequence;
      this.note.append(...this.recent());
      reader.open().then(
        (/** @type {any} */ edition) => {
          if (sequence !== this.sequence) return;
          if (edition.pinned.length) {
            const links = edition.pinned.map((/** @type {any} */ pin) => element("a", { class: "search-chip", href: pin.url, text: pin.title }));
            this.note.append(this.group(label("search_pinned"), links));
          }
          this.note.append(...this.suggestions(edition));
        },
        () => sequence === this.sequence && this.renderFailure(),
      );
    }

    /** @param {any} edition */
    suggestions(edition) {
      return edition.suggestions.map((/** @type {{kind: string, words: string[]}} */ group) =>
        this.group(label("kind_" + group.kind), group.words.map((word) => this.queryChip(word))),
      );
    }

    recent() {
      const texts = recentSearches();
      if (!texts.length) return [];
      const forget = element("button", { type: "button", class: "search-forget", text: label("search_recent_clear") });
      const group = this.group(label("search_recent"), texts.map((text) => this.queryChip(text)), forget);
      forget.addEventListener("click", () => {
        SB.store.set("searches", undefined);
        group.remove();
        this.input.focus();
      });
      return [group];
    }

    /** @param {string} title @param {HTMLElement[]} chips @param {HTMLElement} [action] */
    group(title, chips, action) {
      const heading = element("h2", { class: "search-group-title", text: title });
      const head = element("div", { class: "search-group-head" }, action ? [heading, action] : [heading]);
      return element("section", { class: "search-group" }, [head, element("div", { class: "search-chips" }, chips)]);
    }

    /** A button that searches its text. @param {string} text */
    queryChip(text) {
      const chip = element("button", { type: "button", class: "search-chip", text });
      chip.addEventListener("click", () => this.set(text));
      return chip;
    }

    /** @param {string} text @param {Answer} answer */
    renderAnswer(text, answer) {
      this.empty();
      this.results = answer.results;
      this.renderKinds(answer);
      if (answer.candidates.length) {
        this.candidates.hidden = false;
        this.candidates.append(element("span", { text: label("search_candidates") }), ...answer.candidates.map((word) => this.queryChip(word)));
      }
      if (!answer.results.length) {
        this.renderNothing(text);
        return;
      }
      const related = answer.results.every((result) => result.match === "related");
      const count = label(related ? "search_count_related" : "search_count", { n: answer.total });
      this.count.hidden = false;
      this.count.textContent = count;
      this.announce(count);
      this.list.hidden = false;
      this.list.append(...answer.results.map((result) => this.option(result)));
      this.links.forEach((link, index) => link.setAttribute("id", this.name + "-option-" + index));
      this.more.hidden = !answer.more;
      this.input.setAttribute("aria-expanded", "true");
      if (!this.options.onPage) this.activate(0);
      if (this.openFirst) {
        rememberSearch(text);
        this.follow(this.links[0]);
      }
      this.openFirst = false;
    }

    /** @param {Result} result */
    option(result) {
      const badges = [element("span", { class: "search-badge", text: label("kind_" + result.kind) })];
      if (result.match === "related" || result.match === "fuzzy") {
        badges.push(element("span", { class: "search-badge search-badge-" + result.match, text: label("search_match_" + result.match) }));
      }
      const title = element("span", { class: "search-result-title" }, [marked(result.title, result.titleMarks)]);
      const parts = [element("span", { class: "search-result-head" }, [title, ...badges])];
      if (result.breadcrumb) parts.push(element("span", { class: "search-result-path", text: result.breadcrumb }));
      if (result.alias) {
        const alias = element("span", { class: "search-result-alias" }, [label("search_also") + " ", marked(result.alias, result.aliasMarks)]);
        parts.push(alias);
      }
      const say = result.say ? (SB.fill ? SB.fill(result.say) : result.say) : "";
      const [first, ...others] = result.passages;
      if (say) parts.push(element("span", { class: "search-result-say", text: say }));
      else if (first) parts.push(this.snippet(first));
      const main = this.link(address(result, result.anchor), "search-result", parts);
      const row = element("div", { class: "search-row", role: "presentation" }, [main]);
      if (say) {
        // Options hold no buttons: this one is for the pointer, Ctrl-C for the keyboard, the page for everybody.
        row.append(element("button", { type: "button", class: "search-copy", tabindex: "-1", "aria-hidden": "true", "data-copy-text": say, text: label("search_copy") }));
      }
      const item = element("li", { class: "search-item", role: "presentation" }, [row]);
      for (const passage of say && result.anchor ? result.passages : others) {
        if (!passage.heading || !passage.marks.length) continue;
        item.append(this.link(address(result, passage.anchor), "search-passage", [
          element("span", { class: "search-passage-heading", text: passage.heading }),
          this.snippet(passage),
        ]));
      }
      return item;
    }

    /** @param {{heading: string, snippet: string, marks: [number, number][]}} passage */
    snippet(passage) {
      return element("span", { class: "search-result-snippet" }, [marked(passage.snippet, passage.marks)]);
    }

    /** @param {string} href @param {string} className @param {Node[]} children */
    link(href, className, children) {
      const link = /** @type {HTMLAnchorElement} */ (element("a", { href, class: className, role: "option", tabindex: "-1", "aria-selected": "false" }, children));
      this.links.push(link);
      return link;
    }

    /** @param {Answer} answer */
    renderKinds(answer) {
      const counts = answer.counts || new Map();
      const kinds = Array.from(new Set([...counts.keys(), ...this.kinds])).sort((a, b) => (counts.get(b) || 0) - (counts.get(a) || 0) || (a < b ? -1 : 1));
      if (kinds.length < 2 && !this.kinds.size) return;
      const focused = document.activeElement instanceof HTMLElement ? document.activeElement.getAttribute("data-kind") : null;
      this.chips.hidden = false;
      this.chips.replaceChildren(...kinds.map((kind) =>
        element("button", { type: "button", class: "search-chip", "data-kind": kind, "aria-pressed": String(this.kinds.has(kind)) }, [
          label("kind_" + kind),
          element("span", { class: "search-kind-count", text: String(counts.get(kind) || 0) }),
        ]),
      ));
      if (focused) /** @type {HTMLElement|null} */ (this.chips.querySelector(`[data-kind="${CSS.escape(focused)}"]`))?.focus();
    }

    /** @param {string} text */
    renderNothing(text) {
      const sequence = this.sequence;
      this.openFirst = false;
      const message = label("search_none", { q: text.trim() });
      this.announce(message);
      this.note.append(element("p", { class: "search-none", text: message }), element("p", { class: "search-help", text: label("search_none_help") }));
      if (this.kinds.size) {
        const drop = element("button", { type: "button", class: "search-chip", text: label("search_drop_filter") });
        drop.addEventListener("click", () => {
          this.kinds.clear();
          this.shown = "";
          this.input.focus();
          this.run();
        });
        this.note.append(drop);
      }
      reader.open().then((/** @type {any} */ edition) => {
        if (sequence !== this.sequence) return;
        this.note.append(...this.suggestions(edition));
        this.note.append(element("a", { class: "search-chip", href: boot.root + "search.html", text: label("search_all_pages") }));
      });
    }

    /** @param {HTMLElement} button */
    copy(button) {
      const text = button.getAttribute("data-copy-text") || "";
      const copied = SB.copyText ? SB.copyText(text) : navigator.clipboard.writeText(text).then(() => true);
      copied.then((/** @type {boolean} */ done) => {
        if (!done) return;
        button.textContent = label("search_copied");
        this.announce(label("search_copied"));
        setTimeout(() => (button.textContent = label("search_copy")), 1600);
      });
    }

    /** @param {string} text */
    announce(text) {
      clearTimeout(this.timers.announce);
      this.timers.announce = setTimeout(() => (this.live.textContent = text), ANNOUNCE_MS);
    }

    /** Keeps the search in the address, so that it can be linked. From a file only the fragment may change.
     * @param {string} text */
    writeAddress(text) {
      const query = "q=" + encodeURIComponent(text.trim());
      const kinds = this.kinds.size ? "kind=" + Array.from(this.kinds).join(",") : "";
      try {
        history.replaceState(null, "", "?" + query + (kinds ? "#" + kinds : ""));
      } catch (refused) {
        location.replace("#" + query + (kinds ? "&" + kinds : ""));
      }
    }

    readAddress() {
      const query = new URLSearchParams(location.search);
      const fragment = new URLSearchParams(location.hash.slice(1));
      for (const kind of (fragment.get("kind") || "").split(",")) if (/^[a-z]+$/.test(kind)) this.kinds.add(kind);
      const text = fragment.get("q") || query.get("q") || "";
      if (text) {
        this.input.value = text;
        this.run();
      }
    }
  }

  /** @type {{dialog: HTMLDialogElement, panel: Panel}|null} */
  let opened = null;

  function makeDialog() {
    const dialog = /** @type {HTMLDialogElement} */ (element("dialog", { class: "search-dialog", "aria-label": label("search_title") }));
    const close = () => (dialog.close ? dialog.close() : dialog.removeAttribute("open"));
    const panel = new Panel(dialog, { onPage: false, close });
    dialog.addEventListener("click", (event) => {
      if (event.target === dialog) close();
    });
    const viewport = window.visualViewport;
    if (viewport) {
      // The keyboard of a phone covers the page without resizing it.
      const fit = () => dialog.style.setProperty("--search-height", Math.round(viewport.height) + "px");
      viewport.addEventListener("resize", fit);
      fit();
    }
    document.body.append(dialog);
    return { dialog, panel };
  }

  /** Shows the dialog, with the last search in it selected. */
  function openDialog() {
    if (!opened) opened = makeDialog();
    const { dialog, panel } = opened;
    if (!dialog.open) {
      if (dialog.showModal) dialog.showModal();
      else dialog.setAttribute("open", "");
      if (!panel.input.value) panel.render();
    }
    panel.input.focus();
    panel.input.select();
  }

  /** Fills the search page. @param {HTMLElement} container */
  function mountSearchPage(container) {
    const panel = new Panel(container, { onPage: true, close: () => panel.input.blur() });
    panel.readAddress();
    window.addEventListener("hashchange", () => panel.readAddress());
    if (matchMedia("(hover: hover)").matches) panel.input.focus();
  }

  /** @param {string} query @param {{limit?: number, kinds?: string[]}} [options] @returns {Promise<Result[]>} */
  function search(query, options) {
    return reader.answer(query, options).then((/** @type {Answer} */ answer) => answer.results);
  }

  // Opening the manifest ahead saves a round trip; a failure shows when something is searched.
  reader.open().catch(() => undefined);
  SB("search", { search, openDialog, mountSearchPage });
})();
