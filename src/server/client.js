/**
 * The preview's part of a page: loads the page anew when the site changed, at the same place, and keeps the panel of
 * problems up to date without loading when only they changed. Uses no markup from strings and makes no global.
 */
"use strict";
(function () {
  /** @typedef {{severity: string, headline: string, excerpt: string}} Problem */
  /** @typedef {{headline: string, lines: string[]}} Consequence */
  /** @typedef {{generation: number, site: number, summary: string, note: string | null, problems: Problem[], more: string | null, consequences: Consequence[]}} Panel */

  const script = document.currentScript;
  // The panel is found by its place, so no id or name in the author's text can stand in for it.
  const found = script && script.previousElementSibling;
  if (!(found instanceof HTMLElement) || typeof EventSource !== "function") return;
  /** @type {HTMLElement} */
  const panel = found;
  const site = Number(panel.dataset.site);
  let generation = Number(panel.dataset.generation);
  const KEY = "salesbook:preview";

  /** @returns {{path?: string, x?: number, y?: number, closed?: boolean, dismissed?: string}} */
  function remembered() {
    try {
      return JSON.parse(sessionStorage.getItem(KEY) || "{}") || {};
    } catch (_) {
      return {};
    }
  }

  /** @param {object} changes */
  function remember(changes) {
    try {
      sessionStorage.setItem(KEY, JSON.stringify(Object.assign(remembered(), changes)));
    } catch (_) {
      // Without storage the page starts at its top.
    }
  }

  /**
   * @param {string} name
   * @param {string} text
   */
  function element(name, text) {
    const made = document.createElement(name);
    made.textContent = text;
    return made;
  }

  /** @param {Panel} news */
  function show(news) {
    generation = news.generation;
    const details = document.createElement("details");
    details.open = !remembered().closed;
    details.append(element("summary", news.summary));
    if (news.note) details.append(element("p", news.note));
    const list = document.createElement("ol");
    for (const problem of news.problems) {
      const item = document.createElement("li");
      item.className = problem.severity === "error" ? "salesbook-error" : "salesbook-warning";
      item.append(element("strong", problem.headline));
      if (problem.excerpt) item.append(element("pre", problem.excerpt));
      list.append(item);
    }
    details.append(list);
    if (news.more) details.append(element("p", news.more));
    details.hidden = news.problems.length === 0;
    const told = document.createElement("div");
    told.className = "salesbook-consequences";
    for (const consequence of news.consequences) {
      const headline = document.createElement("p");
      headline.append(element("strong", consequence.headline));
      const lines = document.createElement("ul");
      lines.append(...consequence.lines.map((line) => element("li", line)));
      told.append(headline, lines);
    }
    panel.replaceChildren(told, details);
    settle();
    watchClosing();
  }

  /** Shows what there is to show. What a change does is taken away by its button, and comes back when it does something else. */
  function settle() {
    const told = panel.querySelector(".salesbook-consequences");
    if (told && told.childElementCount) {
      const text = told.textContent || "";
      if (remembered().dismissed === text) {
        told.replaceChildren();
      } else {
        const dismiss = element("button", panel.dataset.dismiss || "×");
        dismiss.addEventListener("click", () => {
          remember({ dismissed: text });
          told.replaceChildren();
          hideWhenEmpty();
        });
        told.prepend(dismiss);
      }
    } else {
      // The next save that does something is told, though it does the same.
      remember({ dismissed: undefined });
    }
    hideWhenEmpty();
  }

  function hideWhenEmpty() {
    const told = panel.querySelector(".salesbook-consequences");
    const details = panel.querySelector("details");
    panel.hidden = !(told && told.childElementCount) && (!details || details.hidden);
  }

  function watchClosing() {
    const details = panel.querySelector("details");
    if (details) details.addEventListener("toggle", () => remember({ closed: !details.open }));
  }

  /** @param {Event} event */
  function onNews(event) {
    const news = JSON.parse(/** @type {MessageEvent} */ (event).data);
    if (news.site !== site) {
      remember({ path: location.pathname, x: scrollX, y: scrollY });
      location.reload();
    } else if (news.generation !== generation) {
      fetch("/__salesbook/problems", { cache: "no-store" })
        .then((answer) => answer.json())
        .then(show)
        .catch(() => undefined);
    }
  }

  /** @type {EventSource | null} */
  let source = null;

  // A browser holds six connections to one server: hidden pages give theirs back, and catch up when seen again.
  function listen() {
    if (document.hidden) {
      if (source) source.close();
      source = null;
    } else if (!source) {
      source = new EventSource("/__salesbook/events");
      source.addEventListener("reload", onNews);
    }
  }

  const before = remembered();
  const details = panel.querySelector("details");
  if (details && before.closed) details.open = false;
  settle();
  watchClosing();
  if (before.path === location.pathname) {
    // At once: the theme scrolls smoothly, and a page that travels after every save would only distract.
    addEventListener("load", () => scrollTo({ left: before.x || 0, top: before.y || 0, behavior: "instant" }));
  }
  remember({ path: undefined });
  addEventListener("pagehide", () => source && source.close());
  addEventListener("pageshow", (event) => {
    if (event.persisted) {
      source = null;
      listen();
    }
  });
  document.addEventListener("visibilitychange", listen);
  listen();
})();
