/**
 * The page of the customer cards: the list of customers, and one card with its axes side by side, what they together
 * suggest next, when to judge again, and notes. Which tool looks at which axis stands in the page's front matter; what
 * an outcome means and advises stands on its tool's page. A result whose tool has gone is shown in the words it was
 * kept in.
 */
(function () {
  "use strict";

  /**
   * @typedef {{ id: string, title: string, summary: string, advice: string[], url?: string | null, page_title?: string | null }} Outcome
   * @typedef {{ rule: string, title: string, url: string, outcomes: Outcome[], warnings: { id: string, text: string, url?: string | null }[] }} Tool
   * @typedef {{ title: string, why: string, rule: string, tool: { title: string, url: string } }} Axis
   * @typedef {{ axes: Axis[], urgent: string[], tools: Tool[] }} Book
   * @typedef {{ tool: string, tool_title: string, outcome: string | null, title: string, summary: string, answers: string,
   *   warnings: { id: string, text: string }[], at: string, recheck: string }} Kept
   * @typedef {{ name: string, note: string, results: Kept[] }} Card
   */

  const SB = /** @type {any} */ (window).SB;
  const element = /** @type {(tag: string, attributes?: Record<string, string>, children?: (Node | string)[]) => HTMLElement} */ (SB.element);
  const label = /** @type {(key: string, values?: Record<string, string | number>) => string} */ (SB.label);
  const store = SB.cards;
  const { ask, nameField, keep } = SB.cardDialogs;
  const LARGEST_FILE = 5e6;

  /** @param {string} key @param {() => void} act @param {Record<string, string>} [attributes] */
  function button(key, act, attributes) {
    const made = element("button", { type: "button", class: "button button-quiet", "data-key": key, text: label(key), ...attributes });
    made.addEventListener("click", act);
    return made;
  }

  /** @param {HTMLElement} place */
  function mount(place) {
    const book = /** @type {Book} */ (JSON.parse((place.querySelector(".card-data") || place).textContent || "null"));
    const axes = /** @type {HTMLElement} */ (place.querySelector(".card-axes"));
    const status = element("p", { class: "card-status", role: "status" });
    const trouble = element("p", { class: "tool-error card-status", role: "alert" });
    const customers = element("section", { class: "card-customers", tabindex: "-1", "aria-labelledby": "card-customers" });
    const view = element("section", { class: "card-view", tabindex: "-1" });
    const top = element("div", { class: "card-part" });
    const bottom = element("div", { class: "card-part" });
    const note = /** @type {HTMLTextAreaElement} */ (element("textarea", { id: "card-note", rows: "5", maxlength: "5000" }));
    const printed = element("p", { class: "card-note-printed" });
    const noteBox = element("div", { class: "card-part card-note" }, [element("h3", {}, [element("label", { for: "card-note", text: label("card_note") })]), note, printed]);
    /** @type {string | undefined} */
    let chosen = SB.store.get("card");
    /** What is typed and not yet written: whose note it is. */
    let typing = "";
    let timer = 0;

    view.append(top, noteBox, bottom);
    place.replaceChildren(status, trouble, customers, view, axes);
    note.addEventListener("input", () => {
      typing = chosen || "";
      printed.textContent = note.value;
      clearTimeout(timer);
      timer = setTimeout(saveNote, 400);
    });
    note.addEventListener("change", saveNote);
    window.addEventListener("pagehide", saveNote);
    document.addEventListener("visibilitychange", saveNote);
    SB.store.watch(render);
    if (SB.store.refused) say("", label("card_not_stored"));
    render();
    place.classList.add("ready");

    /** @param {string} done @param {string} [wrong] */
    function say(done, wrong) {
      status.textContent = done;
      trouble.textContent = wrong || "";
    }

    /** Shows the cards after a change, or says that it could not be written. @param {boolean} written @param {string} done */
    function changed(written, done) {
      say(written ? done : "", written ? "" : label("card_not_stored"));
      render();
      return written;
    }

    function saveNote() {
      clearTimeout(timer);
      if (!typing) return;
      if (store.edit(typing, { note: note.value })) typing = "";
      else say("", label("card_not_stored"));
    }

    /** @param {string} name */
    function choose(name) {
      saveNote();
      chosen = name;
      SB.store.set("card", name);
      say("");
      render();
      view.focus({ preventScroll: true });
      if (view.getBoundingClientRect().top > window.innerHeight / 2) view.scrollIntoView({ block: "start" });
    }

    function render() {
      const focused = document.activeElement && place.contains(document.activeElement) ? document.activeElement.getAttribute("data-key") : null;
      const cards = /** @type {Card[]} */ (store.all());
      const card = cards.find((one) => one.name === chosen) || cards[cards.length - 1];
      chosen = card && card.name;
      customers.replaceChildren(...customerParts(cards));
      view.hidden = !card;
      axes.hidden = !!card;
      if (card) showCard(card);
      const again = focused && Array.from(place.querySelectorAll("[data-key]")).find((one) => one.getAttribute("data-key") === focused);
      if (again) /** @type {HTMLElement} */ (again).focus({ preventScroll: true });
    }

    // The list of customers, and what concerns all of them.

    /** @param {Card} card */
    function dueCount(card) {
      return Array.from(store.newest(card).values()).filter(store.isDue).length;
    }

    /** @param {Card[]} cards */
    function customerParts(cards) {
      const order = cards.map((card) => ({ card, due: dueCount(card) })).reverse().sort((one, other) => other.due - one.due);
      const items = order.map(({ card, due }) => {
        const words = due ? [card.name, " ", element("small", { text: label("card_due_count", { n: due }) })] : [card.name];
        const open = element("button", { type: "button", class: "chip", "data-key": "open " + card.name, "aria-pressed": String(card.name === chosen) }, words);
        open.addEventListener("click", () => choose(card.name));
        return element("li", {}, [open]);
      });
      const file = /** @type {HTMLInputElement} */ (element("input", { type: "file", accept: ".json,application/json", class: "sr-only", "data-key": "import" }));
      file.addEventListener("change", () => file.files && file.files[0] && importFrom(file.files[0]));
      const actions = [button("card_new", makeCard), element("label", { class: "button button-quiet card-import" }, [label("card_import"), file])];
      if (cards.length) actions.push(button("card_export", exportAll), button("card_remove_all", removeAll));
      return [
        element("h2", { id: "card-customers", text: cards.length ? label("card_customers", { n: cards.length }) : label("card_none") }),
        ...(cards.length ? [element("ul", { class: "chips card-list" }, items)] : [element("p", { class: "hint", text: label("card_none_text") })]),
        element("div", { class: "card-actions" }, actions),
        element("p", { class: "hint", text: label("card_private") }),
      ];
    }

    function makeCard() {
      const name = nameField(label("card_new_name"), "");
      ask(label("card_new"), [name.field, name.error], label("save"), (/** @type {() => void} */ close) => {
        const clean = store.cleanName(name.input.value);
        if (!clean) return name.say(label("card_name_missing"));
        if (!store.add(clean)) return name.say(label("card_not_stored"));
        close();
        choose(clean);
      });
      name.input.focus();
    }

    function exportAll() {
      saveNote();
      SB.download(store.fileText(), label("card_file", { date: store.dayOf(new Date()) }) + ".json", "application/json");
      say(label("card_exported"));
    }

    /** @param {File} file */
    function importFrom(file) {
      saveNote();
      const reading = file.size > LARGEST_FILE ? Promise.reject(new Error("too large")) : file.text();
      reading.then(
        (text) => {
          const { done, wrong } = store.importFile(text);
          render();
          say(done, wrong);
        },
        () => {
          render();
          say("", label("import_broken"));
        },
      );
    }

    /** @param {string} title @param {string} text @param {() => void} act */
    function confirm(title, text, act) {
      ask(title, [element("p", { text })], label("remove"), (/** @type {() => void} */ close) => {
        close();
        act();
        (view.hidden ? customers : view).focus({ preventScroll: true });
      });
    }

    function removeAll() {
      confirm(label("card_remove_all"), label("card_remove_all_text", { n: store.all().length }), () => {
        typing = "";
        changed(store.removeAll(), label("card_removed_all"));
      });
    }

    // One card.

    /** @param {string} rule */
    function toolOf(rule) {
      return book.tools.find((tool) => tool.rule === rule);
    }

    /** @param {Kept} kept */
    function outcomeOf(kept) {
      const tool = toolOf(kept.tool);
      return tool && tool.outcomes.find((outcome) => outcome.id === kept.outcome);
    }

    /** @param {string} address @param {string} text */
    function link(address, text) {
      return element("a", { href: address, text });
    }

    /** Opens the tool with the answers of that day. @param {Kept} kept @param {string} text */
    function againLink(kept, text) {
      const tool = toolOf(kept.tool);
      return tool ? [link(tool.url + (kept.answers ? "#a=" + kept.answers : ""), text)] : [];
    }

    /** The name of what a result is about: its axis, or its tool. @param {Kept} kept */
    function sideOf(kept) {
      const axis = book.axes.find((one) => one.rule === kept.tool);
      return axis ? axis.title : kept.tool_title;
    }

    /** @param {Card} card */
    function showCard(card) {
      const newest = /** @type {Map<string, Kept>} */ (store.newest(card));
      const others = Array.from(newest.values()).filter((kept) => !book.axes.some((axis) => axis.rule === kept.tool));
      const old = card.results.filter((kept) => newest.get(kept.tool) !== kept);
      view.setAttribute("aria-label", card.name);
      top.replaceChildren(
        element("h2", { text: card.name }),
        element("div", { class: "card-actions" }, [
          button("print", () => {
            saveNote();
            SB.print("card-printing");
          }),
          button("card_rename", () => rename(card)),
          button("card_remove", () => removeOne(card)),
        ]),
        ...nextParts(newest),
        element("h3", { text: label("card_axes") }),
        element("div", { class: "card-grid" }, book.axes.map((axis) => {
          const kept = newest.get(axis.rule);
          return kept ? tile(card, kept) : emptyTile(axis);
        })),
        ...(others.length ? [element("h3", { text: label("card_others") }), element("div", { class: "card-grid" }, others.map((kept) => tile(card, kept)))] : []),
        ...recheckParts(newest),
      );
      if (typing !== card.name) {
        note.value = card.note;
        printed.textContent = card.note;
      }
      bottom.replaceChildren(...historyParts(old));
    }

    /** What the results together suggest: urgent warnings, what each advises first, what is due, and what is missing. @param {Map<string, Kept>} newest */
    function nextParts(newest) {
      const inOrder = [...book.axes.map((axis) => newest.get(axis.rule)), ...Array.from(newest.values()).filter((kept) => !book.axes.some((axis) => axis.rule === kept.tool))];
      const results = /** @type {Kept[]} */ (inOrder.filter((kept) => kept));
      const warnings = book.urgent.flatMap((id) => results.flatMap((kept) => kept.warnings.filter((warning) => warning.id === id).map((warning) => warningItem(kept, warning, sideOf(kept)))));
      const steps = [
        ...results.flatMap(adviceStep),
        ...results.filter(store.isDue).map((kept) => step("step-due", sideOf(kept), label("card_due", { date: kept.recheck }) + " ", againLink(kept, label("card_again")))),
        ...book.axes.filter((axis) => !newest.has(axis.rule)).slice(0, 1).map((axis) => step("step-missing", label("card_missing", { title: axis.title }), axis.why + " ", [link(axis.tool.url, axis.tool.title)])),
      ];
      const parts = [];
      if (warnings.length) parts.push(element("ul", { class: "warnings" }, warnings));
      if (steps.length) parts.push(element("ul", { class: "card-steps" }, steps));
      return parts.length ? [element("h3", { text: label("card_next") }), ...parts] : [];
    }

    /** @param {string} look @param {string} title @param {string} text @param {Node[]} links */
    function step(look, title, text, links) {
      return element("li", { class: look }, [element("b", { text: title }), " ", text, ...links]);
    }

    /** The first thing an outcome advises, else the page that says what to do. @param {Kept} kept */
    function adviceStep(kept) {
      const outcome = outcomeOf(kept);
      if (!outcome) return [];
      const title = sideOf(kept) + label("colon") + outcome.title;
      if (outcome.advice.length) return [step("step-advice", title, outcome.advice[0] + " ", againLink(kept, label("card_answers")))];
      return outcome.url ? [step("step-advice", title, "", [link(outcome.url, label("open_card", { title: outcome.page_title || outcome.title }))])] : [];
    }

    /** @param {Kept} kept @param {{ id: string, text: string }} warning @param {string} title */
    function warningItem(kept, warning, title) {
      const tool = toolOf(kept.tool);
      const known = tool && tool.warnings.find((one) => one.id === warning.id);
      const more = known && known.url ? [" ", link(known.url, label("read_more"))] : [];
      return element("li", { "data-warning": warning.id }, [element("b", { text: title + label("colon") }), known ? known.text : warning.text, ...more]);
    }

    /** @param {Axis} axis */
    function emptyTile(axis) {
      return element("article", { class: "card-tile card-empty", "data-tool": axis.rule }, [
        element("h4", { text: axis.title }),
        element("p", { class: "muted", text: label("card_not_judged") }),
        element("p", { class: "card-links" }, [link(axis.tool.url, axis.tool.title)]),
      ]);
    }

    /** @param {Card} card @param {Kept} kept */
    function tile(card, kept) {
      const tool = toolOf(kept.tool);
      const outcome = outcomeOf(kept);
      const gone = !tool ? label("card_tool_gone", { title: kept.tool_title }) : kept.outcome !== null && !outcome ? label("card_outcome_gone") : "";
      const due = store.isDue(kept);
      const recheck = kept.recheck ? [element("span", { class: due ? "card-due" : "", text: label(due ? "card_due" : "card_recheck", { date: kept.recheck }) })] : [];
      const links = [...(outcome && outcome.url ? [link(outcome.url, outcome.page_title || outcome.title)] : []), ...againLink(kept, label("card_answers"))];
      const advice = outcome && outcome.advice.length
        ? [element("details", {}, [element("summary", { text: label("advice") }), element("ul", { class: "advice" }, outcome.advice.map((text) => element("li", { text })))])]
        : [];
      // The urgent ones stand above all axes.
      const others = kept.warnings.filter((warning) => !book.urgent.includes(warning.id)).map((warning) => warningItem(kept, warning, label("warning")));
      const remove = button("card_forget", () => changed(store.forget(card.name, kept), label("card_forgotten")), { class: "card-forget", "data-key": "forget " + kept.tool, "aria-label": label("card_forget") + label("colon") + sideOf(kept) });
      return element("article", { class: "card-tile", "data-tool": kept.tool }, [
        element("h4", { text: sideOf(kept) }),
        element("p", { class: "card-result", text: kept.title }),
        ...(kept.summary ? [element("p", { class: "card-summary", text: kept.summary })] : []),
        ...(others.length ? [element("ul", { class: "card-warnings" }, others)] : []),
        ...(gone ? [element("p", { class: "card-gone", text: gone })] : []),
        element("p", { class: "card-dates" }, [label("card_kept_on", { date: store.dayOf(new Date(kept.at)) }) + " ", ...recheck]),
        ...advice,
        element("p", { class: "card-links" }, [...links, remove]),
      ]);
    }

    /** Every date of judging again, the earliest first. @param {Map<string, Kept>} newest */
    function recheckParts(newest) {
      const dated = Array.from(newest.values()).filter((kept) => kept.recheck).sort((one, other) => (one.recheck < other.recheck ? -1 : 1));
      if (dated.length === 0) return [];
      const items = dated.map((kept) => element("li", {}, [
        element("b", { text: kept.recheck }),
        element("span", { text: sideOf(kept) + label("colon") + kept.title }),
        ...(store.isDue(kept) ? [element("span", { class: "card-due", text: label("card_due_now") })] : []),
        ...againLink(kept, label("card_again")),
      ]));
      return [element("h3", { text: label("card_rechecks") }), element("ol", { class: "card-rechecks" }, items)];
    }

    /** @param {Kept[]} old */
    function historyParts(old) {
      if (old.length === 0) return [];
      const items = old.map((kept) => element("li", {}, [element("b", { text: store.dayOf(new Date(kept.at)) }), " ", sideOf(kept) + label("colon") + kept.title, " ", ...againLink(kept, label("card_answers"))]));
      return [element("details", { class: "card-history" }, [element("summary", { text: label("card_history", { n: old.length }) }), element("ul", {}, items)])];
    }

    /** @param {Card} card */
    function rename(card) {
      saveNote();
      const name = nameField(label("card_new_name"), card.name);
      ask(label("card_rename"), [name.field, name.error], label("save"), (/** @type {() => void} */ close) => {
        const clean = store.cleanName(name.input.value);
        if (!clean) return name.say(label("card_name_missing"));
        if (clean !== card.name && store.all().some((/** @type {Card} */ one) => one.name === clean)) return name.say(label("card_name_taken"));
        if (!store.edit(card.name, { name: clean })) return name.say(label("card_not_stored"));
        close();
        choose(clean);
      });
      name.input.select();
    }

    /** @param {Card} card */
    function removeOne(card) {
      confirm(label("card_remove"), label("card_remove_text", { name: card.name }), () => {
        typing = "";
        changed(store.remove(card.name), label("card_removed", { name: card.name }));
      });
    }
  }

  SB("card", { mount, keep });
})();
