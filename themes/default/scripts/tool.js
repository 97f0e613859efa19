/**
 * Turns a list of questions into a conversation: one question at a time on a phone, the most telling first; all at once
 * on a desk. The answers go to the page's rule after every change; the ranking, the reasons and the next question come
 * back. Nothing is sent: the answers live in the page, and in the address when the reader shares it.
 */
(function () {
  "use strict";

  /**
   * @typedef {{ id: string, kind: string, question: string }} Fact
   * @typedef {{ rule: string, title: string, facts: any[], outcomes: any[], warnings: any[], outputs: any[] }} ToolData
   * @typedef {{ outcome: string | null, state: string, also: string[], scores: any[], reasons: any[], warnings: any[], next: string | null,
   *   certainty: { kind: string, shares: any[], final: boolean, deciding: string[] }, values: Record<string, any> }} Result
   * @typedef {{ judge: (facts: Record<string, any>) => any,
   *   evaluate: (facts: Record<string, any>, passed?: string[]) => Result }} Rule
   */

  const SB = /** @type {any} */ (window).SB;
  const element = /** @type {(tag: string, attributes?: Record<string, string>, children?: (Node | string)[]) => HTMLElement} */ (SB.element);
  const label = /** @type {(key: string, values?: Record<string, string | number>) => string} */ (SB.label);
  const { UNKNOWN, ADDRESS_KEY, choicesOf, writeAddress, readAddress } = SB.answers;
  /** So long a chosen answer is seen before the next question comes. */
  const PAUSE_MS = 180;

  /** What is answered first. @param {Element} place @returns {HTMLElement | null} */
  function fieldOf(place) {
    return place.querySelector("input:checked") || place.querySelector("textarea, input");
  }

  /** Whether a rule gives points: tried with a few whole sets of answers. @param {ToolData} tool @param {Rule} rule */
  function ranks(tool, rule) {
    return [0, 1, 2].some((turn) => {
      const facts = tool.facts.flatMap((fact) => {
        const choices = fact.kind === "multi" ? [] : choicesOf(fact);
        return choices.length ? [[fact.id, choices[turn % choices.length].value]] : [];
      });
      try {
        return (rule.judge(Object.fromEntries(facts)).scores || []).length > 0;
      } catch (failure) {
        return false;
      }
    });
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
    const startLabel = label(ranks(tool, rule) ? "tool_start" : "tool_start_plain");
    /** @type {Map<string, any>} */
    let answers = keepsAddress ? readAddress(tool, location.hash) : new Map();
    let result = evaluate();
    /** The question shown on a phone; `null` is the result. */
    let current = opening();
    /** The reader answers on although nothing can change the result any more. */
    let goesOn = false;
    /** The reader came from the result to look at one answer. */
    let returns = false;
    let announced = "";
    /** What stands above a question is no part of the result. */
    const outputs = tool.outputs.filter((output) => !output.above);

    const host = { answers: () => answers, answer, tapped, known, passed, ask, judge: rule.judge };
    const view = SB.makeResult(tool, host);
    const steps = SB.makeSteps(current, keepsAddress, (/** @type {string | null} */ step) => wide.matches || arrive(step));

    const count = element("span");
    const answered = element("span");
    const bar = /** @type {HTMLProgressElement} */ (element("progress", { max: String(tool.facts.length), "aria-label": label("tool_progress") }));
    const outlook = element("p", { class: "tool-outlook" });
    const progress = element("div", { class: "tool-progress" }, [count, answered, bar, outlook]);
    const questions = tool.facts.map((fact) => SB.makeQuestion(tool, fact, host));
    const telling = element("p", { class: "tool-telling", text: label("next_useful") });
    const back = element("button", { type: "button", class: "button button-quiet tool-back", text: label("back") });
    const forward = element("button", { type: "button", class: "button tool-forward", text: label("forward") });
    const navigation = element("div", { class: "tool-nav" }, [back, forward]);
    const form = element("form", { class: "tool-ask" }, [progress, ...questions.map((question) => question.box), navigation]);
    const outcome = element("section", { class: "tool-result", "aria-label": label("tool_result"), tabindex: "-1" });

    form.addEventListener("submit", (event) => event.preventDefault());
    form.addEventListener("keydown", (event) => {
      const field = /** @type {HTMLElement} */ (event.target);
      if (event.key !== "Enter" || event.isComposing || field.tagName !== "INPUT" || wide.matches) return;
      if (current !== null && answers.has(current)) goForward();
    });
    back.addEventListener("click", () => steps.back());
    forward.addEventListener("click", goForward);
    // Paper is narrower than the screen; the page must not change while it is being printed.
    wide.addEventListener("change", () => window.matchMedia("print").matches || show());
    place.replaceChildren(form, outcome);
    for (const question of questions) question.show();
    show();
    place.classList.add("ready");
    if (keepsAddress) {
      window.addEventListener("hashchange", () => {
        if (!location.hash.startsWith(ADDRESS_KEY) || location.hash === writeAddress(tool, answers)) return;
        answers = readAddress(tool, location.hash);
        current = null;
        renew();
      });
    }

    // The answers.

    /** The answers that the rule may see. */
    function known() {
      return new Map(Array.from(answers).filter(([, value]) => value !== UNKNOWN));
    }

    /** The questions that the reader cannot answer. */
    function passed() {
      return Array.from(answers).filter(([, value]) => value === UNKNOWN).map(([id]) => id);
    }

    /** @param {string[]} [passedOver] @returns {Result | null} */
    function evaluate(passedOver) {
      try {
        return rule.evaluate(Object.fromEntries(known()), passedOver);
      } catch (failure) {
        return null;
      }
    }

    /** @param {Fact} fact @param {any} value `null` takes the answer back */
    function answer(fact, value) {
      if (value === null) answers.delete(fact.id);
      else answers.set(fact.id, value);
      writeAnswers();
      result = evaluate();
      show();
    }

    function writeAnswers() {
      if (!keepsAddress) return;
      SB.changeHistory(() => history.replaceState(history.state, "", writeAddress(tool, answers) || location.href.split("#")[0]));
    }

    function renew() {
      for (const question of questions) question.show();
      result = evaluate();
      show();
    }

    function startOver() {
      answers = new Map();
      goesOn = returns = false;
      for (const question of questions) question.clear();
      writeAnswers();
      result = evaluate();
      renew();
      go(following());
      place.scrollIntoView({ block: "start" });
    }

    // The way through the questions.

    /** A shared address opens at its result, or at the table that it cannot carry; a fresh page at its first question. */
    function opening() {
      const kept = keepsAddress && history.state && history.state.tool;
      if (kept && (kept.step === null || factAt(kept.step) >= 0)) return kept.step;
      const pasting = tool.facts.find((fact) => fact.kind === "table" && !answers.has(fact.id));
      return answers.size === 0 ? following() : pasting ? pasting.id : null;
    }

    /** @param {string | null} id */
    function factAt(id) {
      return tool.facts.findIndex((fact) => fact.id === id);
    }

    /** The question that the rule asks next, among those that are neither answered nor passed over. @returns {string | null} */
    function mostTelling() {
      const skipped = passed();
      const other = result && result.next && skipped.includes(result.next) ? evaluate(skipped) : result;
      return other && factAt(other.next) >= 0 && !answers.has(other.next || "") ? other.next : null;
    }

    /** The most telling question, else the first open one of the page. @returns {string | null} */
    function following() {
      const first = tool.facts.find((fact) => !answers.has(fact.id));
      return mostTelling() || (first ? first.id : null);
    }

    /** Nothing that is still open can change the result. */
    function settled() {
      return Boolean(result && result.outcome && result.certainty.final);
    }

    /** What comes after the question that is shown. @returns {string | null} */
    function ahead() {
      return returns || (settled() && !goesOn) ? null : following();
    }

    /** @param {Fact} fact */
    function tapped(fact) {
      if (!wide.matches) setTimeout(() => current === fact.id && goForward(), PAUSE_MS);
    }

    function goForward() {
      const at = factAt(current);
      if (at < 0) return;
      if (!answers.has(tool.facts[at].id)) {
        answer(tool.facts[at], UNKNOWN);
        questions[at].show();
      }
      go(ahead());
    }

    /** @param {string | null} to */
    function go(to) {
      if (to === null) returns = false;
      if (!wide.matches) steps.to(to);
      arrive(to);
    }

    /** @param {string | null} to */
    function arrive(to) {
      current = to;
      writeAnswers();
      show();
      const target = to === null ? null : fieldOf(questions[factAt(to)].box);
      (target || outcome).focus({ preventScroll: true });
      // On a phone the question and its answers take the whole screen, whatever stands above the tool.
      if (!wide.matches || place.getBoundingClientRect().top < 0) place.scrollIntoView({ block: "start" });
    }

    /** Opens a question that the result names. @param {string} id */
    function ask(id) {
      if (!wide.matches) {
        returns = current === null && answers.has(id);
        go(id);
        return;
      }
      const { box } = questions[factAt(id)];
      box.scrollIntoView({ block: "center" });
      const field = fieldOf(box);
      if (field) field.focus({ preventScroll: true });
    }

    function answerOn() {
      goesOn = true;
      go(following());
    }

    // What is shown.

    function show() {
      showQuestions();
      showResult();
    }

    function showQuestions() {
      form.hidden = current === null && !wide.matches;
      const next = wide.matches && tool.outcomes.length > 0 && !settled() ? mostTelling() : null;
      questions.forEach((question, index) => {
        const { id } = tool.facts[index];
        question.box.hidden = !wide.matches && id !== current;
        question.box.classList.toggle("telling", id === next);
        if (id === next) question.box.append(telling);
      });
      if (next === null) telling.remove();
      const at = Array.from(answers.keys()).indexOf(current || "");
      count.textContent = label(wide.matches ? "tool_total" : "tool_count", { n: (at < 0 ? answers.size : at) + 1, total: tool.facts.length });
      answered.textContent = label("tool_answered", { n: known().size });
      bar.value = result ? tool.facts.length - view.left(result) : answers.size;
      outlook.textContent = !wide.matches && result ? view.outlook(result) : "";
      back.hidden = !steps.canGoBack();
      const unanswered = current !== null && !answers.has(current);
      forward.classList.toggle("button-quiet", unanswered);
      forward.textContent = label(unanswered ? "pass" : ahead() === null ? "show_result" : "forward");
    }

    function showResult() {
      // On a desk it scrolls by itself, so it must be reached by keyboard.
      outcome.tabIndex = wide.matches ? 0 : -1;
      const hadFocus = outcome.contains(document.activeElement) && document.activeElement !== outcome;
      const before = positions();
      const compact = !wide.matches && current !== null;
      if (result) for (const question of questions) question.tell(result.values);
      outcome.replaceChildren(...(result ? resultParts(result, compact) : [element("p", { class: "tool-error", text: label("tool_failed") })]));
      moveFrom(before);
      if (hadFocus) outcome.focus({ preventScroll: true });
      if (result) announceOnce(view.headline(result) + (settled() ? label("list_semicolon") + label("certainty_final") : ""));
    }

    /** @param {string} text */
    function announceOnce(text) {
      if (text !== announced && announced) SB.announce(text);
      announced = text;
    }

    /** @param {Result} given @param {boolean} compact @returns {HTMLElement[]} */
    function resultParts(given, compact) {
      const nothing = known().size === 0;
      const parts = [element("h2", { text: nothing ? startLabel : view.headline(given) })];
      if (compact) return [...parts, ...view.warnings(given), ...view.ranking(given, 3), ...lookNow(given, nothing)];
      const certainty = nothing ? "" : view.certainty(given);
      if (certainty) parts.push(element("p", { class: "lead-note", text: certainty }));
      const undecided = !nothing && !given.outcome && given.state !== "computed";
      if (undecided) parts.push(element("p", { class: "lead-note", text: label(given.next ? "insufficient_text" : "insufficient_all") }));
      parts.push(...view.warnings(given), ...view.advice(given), ...view.cards(given));
      parts.push(...(nothing ? [] : view.nextQuestion(given)));
      if (nothing) return parts;
      parts.push(...view.ranking(given, 9), ...SB.showValues(outputs, given.values), ...view.reasons(given));
      parts.push(...view.changes(given), ...onward());
      if (!wide.matches) parts.push(view.given());
      const address = writeAddress(tool, answers);
      parts.push(SB.toolActions({
        text: view.asText(given),
        address,
        pasted: Array.from(known().values()).some((value) => Array.isArray(value) && typeof value[0] === "object"),
        keep: SB.keepButtons(tool, given, view.headline(given), address.slice(ADDRESS_KEY.length)),
        again: startOver,
      }));
      return parts;
    }

    /** While answering: the way to the result as it stands. @param {Result} given @param {boolean} nothing */
    function lookNow(given, nothing) {
      if (nothing || !(given.outcome || given.state === "computed")) return [];
      const button = element("button", { type: "button", class: "button button-quiet tool-look", text: label("look_now") });
      button.addEventListener("click", () => go(null));
      return [button];
    }

    /** After the last word: the way to the questions that are still open. */
    function onward() {
      const open = tool.facts.length - answers.size;
      if (wide.matches || open === 0 || !settled()) return [];
      const button = element("button", { type: "button", class: "button button-quiet tool-onward", text: label("answer_on", { n: open }) });
      button.addEventListener("click", answerOn);
      return [button];
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
  }

  SB("tool", { mount });
})();
