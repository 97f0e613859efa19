/**
 * The script of every page: loads the other scripts on demand, keeps what the reader chose on the device,
 * copies lines, fills in the reader's own words, switches the wording of an objection by customer type,
 * and opens the search. It defines the only two globals, `SB` and `salesbook`; every page also works without it.
 */
(function () {
  "use strict";

  /**
   * @typedef {{ version: string, language: string, playbook: string, root: string,
   *   assets: Record<string, string>, rules: [string, string, string, string][], variables: [string, string][],
   *   labels: Record<string, string> }} Boot
   * @typedef {{ id: string, title: string, path: string }} Visit
   * @typedef {{ promise: Promise<any>, resolve: (value: any) => void }} Pending
   */

  const boot = /** @type {Boot} */ (/** @type {any} */ (window).SB_BOOT);
  const page = document.documentElement;

  /**
   * An interface text of the page's language, with its `{n}` places filled.
   * @param {string} key
   * @param {Record<string, string | number>} [values]
   * @returns {string}
   */
  function label(key, values) {
    const text = boot.labels[key] || key;
    return values ? text.replace(/\{(\w+)\}/g, (whole, name) => (name in values ? String(values[name]) : whole)) : text;
  }

  /**
   * @param {string} selector
   * @param {ParentNode} [within]
   * @returns {HTMLElement[]}
   */
  function all(selector, within) {
    return Array.from((within || document).querySelectorAll(selector));
  }

  /**
   * @param {string} tag
   * @param {Record<string, string>} [attributes] `text` is the content, the others are attributes.
   * @param {(Node | string)[]} [children]
   * @returns {HTMLElement}
   */
  function element(tag, attributes, children) {
    const made = document.createElement(tag);
    for (const [name, value] of Object.entries(attributes || {})) {
      if (name === "text") made.textContent = value;
      else made.setAttribute(name, value);
    }
    made.append(...(children || []));
    return made;
  }

  /** Says something to a screen reader without moving the focus. @param {string} text */
  function announce(text) {
    const live = document.getElementById("live");
    if (!live) return;
    live.textContent = "";
    setTimeout(() => (live.textContent = text), 30);
  }

  // Loading. A data file is a classic script that calls `SB(key, value)`: this works from `file:` too.

  /** @type {Map<string, Pending>} */
  const pending = new Map();

  /** @param {string} address */
  function checkedAddress(address) {
    if (!address.startsWith(boot.root)) throw new TypeError("script outside the site: " + address);
    return address;
  }
  const trustedTypes = /** @type {any} */ (window).trustedTypes;
  const policy = trustedTypes
    ? trustedTypes.createPolicy("salesbook", { createScriptURL: checkedAddress })
    : { createScriptURL: checkedAddress };

  /**
   * @param {string} key
   * @returns {Pending}
   */
  function pendingFor(key) {
    let entry = pending.get(key);
    if (!entry) {
      /** @type {(value: any) => void} */
      let resolve = () => {};
      const promise = new Promise((settle) => (resolve = settle));
      entry = { promise, resolve };
      pending.set(key, entry);
    }
    return entry;
  }

  /** @param {string} path @returns {Promise<void>} */
  function addScript(path) {
    return new Promise((resolve, reject) => {
      const script = document.createElement("script");
      script.src = policy.createScriptURL(new URL(path, boot.root).href);
      script.onload = () => resolve();
      script.onerror = () => {
        script.remove();
        reject(new Error("cannot load " + path));
      };
      document.head.append(script);
    });
  }

  /** @type {Map<string, Promise<any>>} */
  const loads = new Map();

  /**
   * Called by data files.
   * @param {string} key
   * @param {any} value
   */
  function SB(key, value) {
    pendingFor(key).resolve(value);
  }

  /**
   * Loads a data file once. A failed load is tried a second time, then forgotten, so that a later call tries again.
   * @param {string} key
   * @param {string} path relative to the root of the site
   * @returns {Promise<any>}
   */
  SB.load = function (key, path) {
    let load = loads.get(key);
    if (!load) {
      load = addScript(path)
        .catch(() => addScript(path))
        .then(() => pendingFor(key).promise);
      load.catch(() => loads.delete(key));
      loads.set(key, load);
    }
    return load;
  };

  // What the reader chose: one key in the device's storage, and memory where storage is refused.

  const storageKey = "salesbook:" + boot.playbook;

  /** @returns {Record<string, any>} */
  function readState() {
    try {
      const state = JSON.parse(localStorage.getItem(storageKey) || "null");
      if (state && state.v === 1) return state;
    } catch (refused) {
      // Storage may be switched off, or hold something that is not ours.
    }
    return { v: 1 };
  }
  let state = readState();
  /** @type {(() => void)[]} */
  const watchers = [];

  SB.store = {
    /** @param {string} name */
    get: (name) => state[name],
    /**
     * Writes what `change` makes of the value as it stands on the device, which another tab may have changed.
     * @param {string} name
     * @param {(value: any) => any} change
     * @returns {boolean} whether it was written; if not, nothing has changed
     */
    update(name, change) {
      const stored = readState();
      const changed = Object.assign(stored, { [name]: change(stored[name]) });
      try {
        localStorage.setItem(storageKey, JSON.stringify(changed));
        state = changed;
        SB.store.refused = false;
      } catch (refused) {
        SB.store.refused = true;
      }
      return !SB.store.refused;
    },
    /** Whether the device would not write the last time; every page writes what was read when it opens. */
    refused: false,
    /** What cannot be written lives as long as the page. @param {string} name @param {any} value `undefined` removes it */
    set(name, value) {
      if (!SB.store.update(name, () => value)) state = Object.assign({}, state, { [name]: value });
    },
    /** Calls `act` when another tab changed something. @param {() => void} act */
    watch: (act) => void watchers.push(act),
  };

  function readAgain() {
    state = readState();
    for (const act of watchers) act();
  }
  window.addEventListener("storage", (event) => {
    if (event.key === storageKey || event.key === null) readAgain();
  });
  // A page that comes back from the browser's memory has missed what other tabs said.
  window.addEventListener("pageshow", (event) => event.persisted && readAgain());

  SB.label = label;
  SB.element = element;
  SB.announce = announce;
  SB.copyText = copyText;
  SB.fill = fillVariables;
  SB.openDialog = openDialog;
  SB.closeDialog = closeDialog;
  SB.print = printAs;
  /** @type {any} */ (window).SB = SB;

  /** @type {any} */ (window).salesbook = {
    version: boot.version,
    language: boot.language,
    /** @param {string} query @param {{ limit?: number, kinds?: string[] }} [options] */
    search: (query, options) => loadSearch().then((reader) => reader.search(query, options || {})),
    /** @param {string} id */
    rule(id) {
      const entry = boot.rules.find((rule) => rule[0] === id);
      if (!entry) return Promise.reject(new Error("no rule " + id));
      const [, own, asked, runtime] = entry;
      const parts = [SB.load("judge", boot.assets.judge), SB.load("runtime/" + id, runtime), SB.load("rule/" + id, own), SB.load("facts/" + id, asked)];
      return Promise.all(parts).then(([complete, made, rule, facts]) => complete(id, facts, rule(made)));
    },
  };

  // Search.

  function loadSearch() {
    return SB.load("search", boot.assets.search);
  }

  function prefetchSearch() {
    loadSearch().catch(() => undefined);
  }

  /** @param {Event} event */
  function openSearch(event) {
    event.preventDefault();
    const origin = /** @type {HTMLElement} */ (event.target);
    loadSearch().then(
      (reader) => reader.openDialog(),
      () => {
        const link = /** @type {HTMLAnchorElement | null} */ (origin.closest("a[data-search-open]") || document.querySelector("a[data-search-open]"));
        if (link) location.href = link.href;
      },
    );
  }

  function mountSearch() {
    for (const entry of all("[data-search-open]")) {
      entry.setAttribute("aria-haspopup", "dialog");
      entry.addEventListener("pointerdown", prefetchSearch, { once: true });
      entry.addEventListener("focus", prefetchSearch, { once: true });
      entry.addEventListener("click", (event) => {
        if (!(event.ctrlKey || event.metaKey || event.shiftKey)) openSearch(event);
      });
    }
    document.addEventListener("keydown", (event) => {
      if (event.isComposing || event.keyCode === 229 || event.altKey) return;
      const typing = /** @type {Element} */ (event.target).closest("input,textarea,select,[contenteditable]");
      const command = event.ctrlKey || event.metaKey;
      if ((event.key === "/" && !command && !typing) || (command && event.key.toLowerCase() === "k")) openSearch(event);
    });
    const results = document.querySelector("[data-search-page]");
    if (results) loadSearch().then((reader) => reader.mountSearchPage(results));
    if (!results && boot.assets.highlight && new URLSearchParams(location.search).has("q")) {
      SB.load("highlight", boot.assets.highlight).then((highlight) => typeof highlight === "function" && highlight());
    }
  }

  // Lines to be said: copying, and the reader's own words in them.

  /** What the reader filled in; whatever else lies in storage is left out. @returns {Record<string, string>} */
  function ownWords() {
    const stored = SB.store.get("variables") || {};
    return Object.fromEntries(boot.variables.map(([name]) => [name, stored[name]]).filter(([, word]) => typeof word === "string"));
  }

  /** @returns {Record<string, string>} */
  function words() {
    const own = ownWords();
    return Object.fromEntries(boot.variables.map(([name, standard]) => [name, own[name] || standard]));
  }

  /** @param {string} text @returns {string} */
  function fillVariables(text) {
    const known = words();
    return text.replace(/\{([^{}]+)\}/g, (whole, name) => (name in known ? known[name] : whole));
  }

  /** @param {string} text @returns {Promise<boolean>} */
  function copyText(text) {
    if (navigator.clipboard && window.isSecureContext) {
      return navigator.clipboard.writeText(text).then(() => true, () => copyBySelection(text));
    }
    return Promise.resolve(copyBySelection(text));
  }

  /** For web views without the clipboard interface. @param {string} text @returns {boolean} */
  function copyBySelection(text) {
    const focused = /** @type {HTMLElement | null} */ (document.activeElement);
    const area = /** @type {HTMLTextAreaElement} */ (element("textarea", { readonly: "", class: "sr-only", "aria-hidden": "true" }));
    area.value = text;
    document.body.append(area);
    area.select();
    area.setSelectionRange(0, text.length);
    let copied = false;
    try {
      copied = document.execCommand("copy");
    } catch (refused) {
      copied = false;
    }
    area.remove();
    if (focused) focused.focus({ preventScroll: true });
    return copied;
  }

  /** @param {HTMLElement} button */
  function copyLine(button) {
    const line = button.previousElementSibling;
    const text = line && line.getAttribute("data-line");
    if (!text) return;
    copyText(fillVariables(text)).then((copied) => {
      button.textContent = label(copied ? "copied" : "copy_failed");
      button.classList.toggle("copied", copied);
      announce(label(copied ? "copied" : "copy_failed"));
      setTimeout(() => {
        button.textContent = label("copy");
        button.classList.remove("copied");
      }, 1600);
    });
  }

  function showWords() {
    const known = words();
    for (const place of all(".var[data-var]")) {
      const name = place.getAttribute("data-var") || "";
      if (name in known) place.textContent = known[name];
    }
    for (const button of all("[data-copy]")) {
      const line = button.previousElementSibling;
      const text = line && line.getAttribute("data-line");
      if (text && text.includes("{")) button.setAttribute("aria-label", label("copy") + label("colon") + fillVariables(text));
    }
  }

  /** @param {HTMLDialogElement} dialog */
  function openDialog(dialog) {
    if (dialog.showModal) dialog.showModal();
    else dialog.setAttribute("open", "");
  }

  /** @param {HTMLDialogElement} dialog */
  function closeDialog(dialog) {
    if (dialog.close) dialog.close();
    else dialog.removeAttribute("open");
  }

  /** @type {HTMLDialogElement | undefined} */
  let wordsDialog;

  /** @param {string} [focusOn] the variable whose field gets the focus */
  function openWords(focusOn) {
    if (!wordsDialog) wordsDialog = makeWordsDialog();
    const own = ownWords();
    for (const input of /** @type {HTMLInputElement[]} */ (all("input", wordsDialog))) input.value = own[input.name] || "";
    openDialog(wordsDialog);
    const field = focusOn && all("input", wordsDialog).find((input) => input.getAttribute("name") === focusOn);
    if (field) field.focus();
  }

  /** @returns {HTMLDialogElement} */
  function makeWordsDialog() {
    const fields = boot.variables.map(([name, standard]) =>
      element("label", {}, [element("span", { text: name }), element("input", { type: "text", name, placeholder: standard, maxlength: "30", autocomplete: "off" })]),
    );
    const cancel = element("button", { type: "button", class: "button button-quiet", text: label("cancel") });
    const form = /** @type {HTMLFormElement} */ (element("form", { class: "settings" }, [
      element("h2", { id: "words-title", text: label("variables_title") }),
      element("p", { text: label("variables_hint") }),
      ...fields,
      element("div", { class: "actions" }, [element("button", { type: "submit", class: "button", text: label("save") }), cancel]),
    ]));
    const dialog = /** @type {HTMLDialogElement} */ (element("dialog", { "aria-labelledby": "words-title" }, [form]));
    const close = () => closeDialog(dialog);
    cancel.addEventListener("click", close);
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      /** @type {Record<string, string>} */
      const own = {};
      for (const input of /** @type {HTMLInputElement[]} */ (all("input", form))) {
        if (input.value.trim()) own[input.name] = input.value.trim();
      }
      SB.store.set("variables", own);
      showWords();
      announce(label("saved"));
      close();
    });
    document.body.append(dialog);
    return dialog;
  }

  // Chips that switch the wording of an objection. Without script the wordings stand one below the other.

  /** @param {HTMLElement} section */
  function mountVariants(section) {
    const tabs = all("[role=tab]", section);
    const panels = all(".variant", section);
    if (tabs.length === 0) return;

    /** @param {number} chosen */
    function show(chosen) {
      tabs.forEach((tab, index) => {
        tab.setAttribute("aria-selected", String(index === chosen));
        tab.tabIndex = index === chosen ? 0 : -1;
        panels[index].classList.toggle("off", index !== chosen);
      });
    }
    tabs.forEach((tab, index) => {
      panels[index].setAttribute("role", "tabpanel");
      panels[index].setAttribute("aria-labelledby", tab.id);
      tab.addEventListener("click", () => show(index));
      tab.addEventListener("keydown", (event) => {
        const steps = /** @type {Record<string, number>} */ ({ ArrowRight: index + 1, ArrowLeft: index - 1, Home: 0, End: tabs.length - 1 });
        if (!(event.key in steps)) return;
        event.preventDefault();
        const to = (steps[event.key] + tabs.length) % tabs.length;
        show(to);
        tabs[to].focus();
      });
    });
    const showFromAddress = () => {
      const addressed = panels.findIndex((panel) => "#" + panel.id === location.hash);
      if (addressed >= 0) show(addressed);
    };
    showFromAddress();
    window.addEventListener("hashchange", showFromAddress);
  }

  // Light and dark, recent pages, printing, the table of contents.

  function mountTheme() {
    const inputs = /** @type {HTMLInputElement[]} */ (all("input[name=sb-theme]"));
    const chosen = SB.store.get("theme") || "auto";
    for (const input of inputs) {
      input.checked = input.value === chosen;
      input.addEventListener("change", () => {
        SB.store.set("theme", input.value === "auto" ? undefined : input.value);
        page.classList.remove("theme-dark", "theme-light");
        if (input.value !== "auto") page.classList.add("theme-" + input.value);
      });
    }
  }

  /** The pages read last; whatever else lies in storage is left out. @returns {Visit[]} */
  function readVisits() {
    const visits = SB.store.get("recent");
    return Array.isArray(visits) ? visits.filter((visit) => visit && [visit.id, visit.title, visit.path].every((part) => typeof part === "string")) : [];
  }

  function rememberPage() {
    const meta = (/** @type {string} */ name) => document.querySelector(`meta[name="salesbook-${name}"]`)?.getAttribute("content");
    const id = meta("id");
    const heading = document.querySelector("h1");
    const address = location.href.split(/[?#]/)[0];
    const kind = meta("kind") || "";
    if (!id || !heading || !address.startsWith(boot.root) || ["home", "section", "search"].includes(kind)) return;
    const title = (heading.firstChild && heading.firstChild.textContent || "").trim();
    SB.store.set("recent", [{ id, title, path: address.slice(boot.root.length) }, ...readVisits().filter((visit) => visit.id !== id)].slice(0, 8));
  }

  function showRecent() {
    const list = document.querySelector("[data-recent]");
    const visits = readVisits();
    if (!list || visits.length === 0) return;
    const items = visits
      .map((visit) => ({ title: visit.title, address: new URL(visit.path, boot.root).href }))
      .filter((visit) => visit.address.startsWith(boot.root))
      .map((visit) => element("li", {}, [element("a", { href: visit.address, text: visit.title })]));
    list.replaceChildren(...items);
  }

  /** Digests of pages as they were read. @returns {Map<string, string>} */
  function readSeen() {
    const stored = SB.store.get("seen");
    const pairs = Array.isArray(stored) ? stored : [];
    return new Map(pairs.filter((pair) => Array.isArray(pair) && pair.length === 2 && pair.every((part) => typeof part === "string")));
  }

  /** A page that is opened is no longer new. */
  function rememberDigest() {
    const meta = (/** @type {string} */ name) => document.querySelector(`meta[name="salesbook-${name}"]`)?.getAttribute("content");
    const [id, digest] = [meta("id"), meta("digest")];
    const seen = readSeen();
    if (!id || !digest || seen.size === 0 || seen.get(id) === digest) return;
    SB.store.set("seen", [...seen.set(id, digest)]);
  }

  /** On the home page: pages that changed and were not opened since. The first visit has nothing to compare. */
  function showChanges() {
    const list = document.querySelector("[data-changes]");
    if (!list || !boot.assets.changes) return;
    SB.load("changes", boot.assets.changes).then((/** @type {string[][]} */ pages) => {
      const seen = readSeen();
      if (seen.size === 0) {
        SB.store.set("seen", pages.map(([id, , , digest]) => [id, digest]));
        return;
      }
      const changed = pages.filter(([id, , , digest]) => id !== "home" && seen.get(id) !== digest).slice(0, 20);
      if (changed.length === 0) return;
      list.replaceChildren(
        ...changed.map(([, path, title]) => element("li", {}, [element("a", { href: new URL(path, boot.root).href, text: title })])),
      );
    }, () => undefined);
  }

  /** Prints what the styles leave of the page under a name. @param {string} name */
  function printAs(name) {
    page.classList.add(name);
    window.addEventListener("afterprint", () => page.classList.remove(name), { once: true });
    window.print();
  }

  function mountContents() {
    const links = all(".toc a");
    if (links.length === 0 || !("IntersectionObserver" in window)) return;
    const byId = new Map(links.map((link) => [decodeURIComponent((link.getAttribute("href") || "").slice(1)), link]));
    const observer = new IntersectionObserver(
      (entries) => {
        const entered = entries.filter((entry) => entry.isIntersecting).pop();
        const link = entered && byId.get(entered.target.id);
        if (!link) return;
        for (const other of links) other.removeAttribute("aria-current");
        link.setAttribute("aria-current", "true");
      },
      { rootMargin: "0px 0px -70% 0px" },
    );
    for (const id of byId.keys()) {
      const heading = document.getElementById(id);
      if (heading) observer.observe(heading);
    }
  }

  function mountMenu() {
    const menu = /** @type {HTMLDetailsElement | null} */ (document.querySelector("details.menu"));
    if (!menu) return;
    const summary = /** @type {HTMLElement} */ (menu.querySelector("summary"));
    document.addEventListener("click", (event) => {
      if (menu.open && !menu.contains(/** @type {Node} */ (event.target))) menu.open = false;
    });
    menu.addEventListener("keydown", (event) => {
      if (event.key !== "Escape" || !menu.open) return;
      menu.open = false;
      summary.focus();
    });
    menu.addEventListener("focusout", (event) => {
      if (event.relatedTarget && !menu.contains(/** @type {Node} */ (event.relatedTarget))) menu.open = false;
    });
  }

  function mountTools() {
    const tools = all(".tool[data-tool]");
    if (tools.length === 0) return;
    SB.load("tool", boot.assets.tool).then(
      (tool) => tools.forEach((place, index) => tool.mount(place, index)),
      () => tools.forEach((place) => place.classList.add("failed")),
    );
  }

  function mountCustomerCard() {
    const place = document.querySelector("[data-customer-card]");
    if (!place || !boot.assets.card) return;
    SB.load("card", boot.assets.card).then((card) => card.mount(place), () => place.classList.add("failed"));
  }

  document.addEventListener("click", (event) => {
    const target = /** @type {Element} */ (event.target);
    const button = /** @type {HTMLElement | null} */ (target.closest("button"));
    const place = target.closest(".var[data-var]");
    if (button && button.hasAttribute("data-copy")) copyLine(button);
    else if (button && button.hasAttribute("data-variables")) openWords();
    else if (button && button.getAttribute("data-print") === "card") printAs("print-card");
    else if (place && place.closest(".line")) openWords(place.getAttribute("data-var") || undefined);
  });

  mountTheme();
  mountMenu();
  mountSearch();
  mountTools();
  mountCustomerCard();
  mountContents();
  for (const section of all("section[data-variants]")) mountVariants(section);
  showWords();
  rememberPage();
  showRecent();
  rememberDigest();
  showChanges();
})();
