/**
 * What a tool says of the answers, for reading: the verdict and how sure it is, what to do, which card to open, why,
 * what other answer would lead elsewhere. It reads the result of the rule and judges nothing itself.
 */
(function () {
  "use strict";

  /**
   * @typedef {{ id: string, kind: string, question: string }} Fact
   * @typedef {{ id: string, title: string, url?: string | null, summary?: string, advice: string[], page_title?: string | null,
   *   recheck_days?: number | null }} Outcome
   * @typedef {{ rule: string, title: string, facts: Fact[], outcomes: Outcome[],
   *   warnings: { id: string, text: string, url?: string }[], outputs: any[] }} ToolData
   * @typedef {{ outcome: string | null, state: string, also: string[], scores: { outcome: string, points: number }[],
   *   reasons: { outcome: string, points: number, text: string, facts: string[] }[],
   *   warnings: { id: string, text: string }[], next: string | null,
   *   certainty: { kind: string, shares: { outcome: string, share: number }[], final: boolean, deciding: string[] },
   *   values: Record<string, any> }} Result
   * @typedef {{ known: () => Map<string, any>, passed: () => string[], ask: (id: string) => void,
   *   judge: (facts: Record<string, any>) => any }} Host
   *   `known` are the answers that the rule sees, `passed` the questions answered with 不清楚; `ask` opens a question
   */

  const SB = /** @type {any} */ (window).SB;
  const element = /** @type {(tag: string, attributes?: Record<string, string>, children?: (Node | string)[]) => HTMLElement} */ (SB.element);
  const label = /** @type {(key: string, values?: Record<string, string | number>) => string} */ (SB.label);
  const { choicesOf, answerText } = SB.answers;
  /** So many outcomes are named one by one. */
  const FEW = 3;
  /** An outcome of such a share is the likely one where the rule itself names none. */
  const MOST = 0.5;

  /** @param {ToolData} tool @param {Host} host */
  SB.makeResult = function (tool, host) {
    /** @param {string | null} id */
    function titleOf(id) {
      const found = tool.outcomes.find((one) => one.id === id);
      return found ? found.title : String(id);
    }

    /** @param {string | null} id */
    function factOf(id) {
      return tool.facts.find((fact) => fact.id === id);
    }

    /** @param {string[]} ids */
    function titlesOf(ids) {
      return ids.map(titleOf).join(label("list_comma"));
    }

    /** @param {Result} result @returns {string} */
    function headline(result) {
      if (result.state === "insufficient" || (result.state !== "computed" && !result.outcome)) return label("insufficient");
      const key = result.state === "leaning" ? "leaning" : result.outcome ? "decided" : "computed";
      if (key === "computed" || result.also.length === 0) return label(key, { outcome: titleOf(result.outcome) });
      return label(key + "_also", { outcome: titleOf(result.outcome), also: titlesOf(result.also) });
    }

    /** The questions left that can still change the outcome. @param {Result} result */
    function left(result) {
      return result.certainty.deciding.filter((id) => !host.passed().includes(id)).length;
    }

    /** How sure it is already, on the way: what is out, what it looks like, how much can still change it. @param {Result} result @returns {string} */
    function outlook(result) {
      if (host.known().size === 0) return "";
      if (result.certainty.final && result.outcome) return label("certainty_final");
      const words = [];
      const possible = result.certainty.shares.map((one) => one.outcome).filter(isOutcome);
      const exact = result.certainty.kind === "exact" && possible.length > 0 && possible.length < tool.outcomes.length;
      if (exact) words.push(possible.length <= FEW ? label("outlook_among", { outcomes: titlesOf(possible) }) : label("outlook_out", { n: tool.outcomes.length - possible.length }));
      const share = result.certainty.shares[0];
      const likely = share && share.share >= MOST && isOutcome(share.outcome) ? share.outcome : null;
      const first = result.outcome || (result.scores.length && result.scores[0].points > 0 ? result.scores[0].outcome : likely);
      if (first && !(exact && possible.length === 1)) words.push(label("outlook_first", { outcome: titleOf(first) }));
      if (left(result)) words.push(label(tool.outcomes.length ? "outlook_left" : "outlook_open", { n: left(result) }));
      return words.join(label("list_semicolon"));
    }

    /** @param {string} id */
    function isOutcome(id) {
      return tool.outcomes.some((one) => one.id === id);
    }

    /** How sure the result is, in words: what the rule says, and what the unanswered questions could still change. @param {Result} result @returns {string} */
    function certainty(result) {
      const words = [];
      const confidence = result.values && result.values.confidence;
      if (typeof confidence === "string" && result.outcome) words.push(label("confidence_" + confidence));
      if (!result.outcome || !result.certainty) return words.join(label("list_comma"));
      const share = result.certainty.shares.find((one) => one.outcome === result.outcome);
      if (result.certainty.final) words.push(label("certainty_final"));
      else if (share) words.push(label(result.certainty.kind === "exact" ? "certainty_exact" : "certainty_sampled", { percent: Math.round(share.share * 100) }));
      if (!result.certainty.final && left(result)) words.push(label("outlook_left", { n: left(result) }));
      return words.join(label("list_semicolon"));
    }

    /** What the outcome means, what to do next, and when to judge again. @param {Result} result */
    function advice(result) {
      const found = tool.outcomes.find((one) => one.id === result.outcome);
      if (!found) return [];
      const parts = found.summary ? [element("p", { text: found.summary })] : [];
      if (found.advice.length) {
        const items = found.advice.map((text) => element("li", { text }));
        parts.push(element("h3", { text: label("advice") }), element("ul", { class: "advice" }, items));
      }
      if (found.recheck_days) parts.push(element("p", { class: "lead-note", text: label("recheck", { n: found.recheck_days }) }));
      return parts;
    }

    /** One tap to the matching card, and to the ones close behind. @param {Result} result */
    function cards(result) {
      return [result.outcome, ...result.also].flatMap((id, index) => {
        const card = tool.outcomes.find((one) => one.id === id);
        if (!card || !card.url) return [];
        const look = index === 0 ? "button tool-go" : "button button-quiet tool-go";
        return [element("a", { class: look, href: card.url, text: label("open_card", { title: card.page_title || card.title }) })];
      });
    }

    /** @param {Result} result @param {number} limit */
    function ranking(result, limit) {
      const scores = result.scores.filter((score) => score.points > 0).slice(0, limit);
      if (scores.length === 0) return [];
      const top = Math.max(...scores.map((score) => score.points));
      const items = scores.map((score, index) => {
        const fill = element("i");
        fill.style.setProperty("--share", String(score.points / top));
        return element("li", { "data-outcome": score.outcome, class: index === 0 ? "first" : "" }, [
          element("span", { text: titleOf(score.outcome) }),
          element("span", { class: "bar", "aria-hidden": "true" }, [fill]),
          element("b", { text: String(score.points) }),
        ]);
      });
      return [element("h3", { text: label("ranking") }), element("ol", { class: "ranking" }, items)];
    }

    /** @param {Result} result */
    function warnings(result) {
      if (result.warnings.length === 0) return [];
      const items = result.warnings.map((warning) => {
        const known = tool.warnings.find((one) => one.id === warning.id);
        const more = known && known.url ? [" ", element("a", { href: known.url, text: label("read_more") })] : [];
        return element("li", {}, [element("b", { text: label("warning") + label("colon") }), SB.warningText(tool, warning), ...more]);
      });
      return [element("ul", { class: "warnings" }, items)];
    }

    /** @param {Fact} fact @param {string} text @param {string} look */
    function askButton(fact, text, look) {
      const button = element("button", { type: "button", class: look, text });
      button.addEventListener("click", () => host.ask(fact.id));
      return button;
    }

    /** @param {Result} result */
    function nextQuestion(result) {
      const next = factOf(result.next);
      if (!next || (result.certainty.final && result.outcome)) return [];
      const heading = result.state === "leaning" ? "next_separates" : result.outcome || result.state === "computed" ? "next_useful" : "next_needed";
      return [element("h3", { text: label(heading) }), askButton(next, next.question, "tool-ask-next")];
    }

    /** Why, with the answers that each reason rests on; a tap on one leads to its question. @param {Result} result */
    function reasons(result) {
      const own = result.reasons.filter((reason) => !result.outcome || reason.outcome === result.outcome || reason.outcome === result.also[0]);
      const main = own.filter((reason) => reason.outcome === result.outcome);
      const shown = main.length ? main : own;
      if (shown.length === 0) return [];
      const items = shown.map((reason) => {
        const children = [element("span", { text: (shown === main ? "" : titleOf(reason.outcome) + label("colon")) + reason.text })];
        if (reason.points) children.push(element("b", { text: (reason.points > 0 ? "+" : "") + reason.points }));
        for (const fact of reason.facts.map(factOf)) {
          if (fact && host.known().has(fact.id)) children.push(askButton(fact, label("you_answered", { question: fact.question, answer: answerText(fact, host.known().get(fact.id)) }), "tool-answer"));
        }
        return element("li", {}, children);
      });
      return [element("h3", { text: label("reasons") }), element("ul", { class: "reasons" }, items)];
    }

    /** What the rule would say, without the completions that the certainty takes. @param {Record<string, any>} facts @returns {string | null | undefined} */
    function outcomeOf(facts) {
      try {
        const outcome = host.judge(facts).outcome;
        return typeof outcome === "string" ? outcome : null;
      } catch (failure) {
        return undefined;
      }
    }

    /**
     * Each single other answer that would lead elsewhere, the most plausible first: to the runner-up before the others,
     * to a verdict before none, and on a scale by the smallest step.
     * @param {Result} result
     */
    function otherAnswers(result) {
      const given = Object.fromEntries(host.known());
      const order = [...result.also, ...result.scores.map((score) => score.outcome), ...result.certainty.shares.map((one) => one.outcome)];
      /** @type {{ fact: Fact, choice: any, outcome: string | null, place: number, step: number }[]} */
      const found = [];
      for (const [id, value] of host.known()) {
        const fact = factOf(id);
        if (!fact || !["choice", "yesno", "scale"].includes(fact.kind)) continue;
        const choices = choicesOf(fact);
        const at = choices.findIndex((/** @type {any} */ choice) => choice.value === value);
        choices.forEach((/** @type {any} */ choice, /** @type {number} */ index) => {
          if (index === at) return;
          const outcome = outcomeOf(Object.assign({}, given, { [id]: choice.value }));
          if (outcome === undefined || outcome === result.outcome) return;
          const place = outcome === null ? order.length + 1 : order.indexOf(outcome) < 0 ? order.length : order.indexOf(outcome);
          found.push({ fact, choice, outcome, place, step: fact.kind === "scale" ? Math.abs(index - at) : 0 });
        });
      }
      return found.sort((one, other) => one.place - other.place || one.step - other.step);
    }

    /** @param {Result} result */
    function changes(result) {
      if (!result.outcome) return [];
      const found = otherAnswers(result);
      const items = found.map(({ fact, choice, outcome }) => element("li", {}, [askButton(fact, label("change", { question: fact.question, answer: choice.label, outcome: outcome ? titleOf(outcome) : label("insufficient") }), "tool-answer")]));
      const heading = element("h3", { text: label("what_changes") });
      if (items.length === 0) return [heading, element("p", { text: label("nothing_changes") })];
      // The first of each outcome, so that few lines tell most.
      const first = found.map((one, at) => (found.findIndex((other) => other.outcome === one.outcome) === at ? at : -1)).filter((at) => at >= 0).slice(0, FEW);
      const rest = items.filter((_, at) => !first.includes(at));
      const parts = [heading, element("ul", { class: "changes" }, first.map((at) => items[at]))];
      if (rest.length) parts.push(element("details", {}, [element("summary", { text: label("more_changes", { n: rest.length }) }), element("ul", { class: "changes" }, rest)]));
      return parts;
    }

    /** What was answered, each with a way back to its question. */
    function given() {
      const lines = tool.facts.flatMap((fact) => {
        if (host.passed().includes(fact.id)) return [askButton(fact, label("you_answered", { question: fact.question, answer: label("unknown") }), "tool-answer")];
        if (!host.known().has(fact.id)) return [];
        return [askButton(fact, label("you_answered", { question: fact.question, answer: answerText(fact, host.known().get(fact.id)) }), "tool-answer")];
      });
      return element("details", { class: "tool-given" }, [element("summary", { text: label("change_answers") }), element("ul", { class: "changes" }, lines.map((line) => element("li", {}, [line])))]);
    }

    /** The result as lines of text. @param {Result} result @returns {string} */
    function asText(result) {
      const lines = [tool.title + label("colon") + headline(result)];
      if (certainty(result)) lines.push(certainty(result));
      for (const warning of result.warnings) lines.push(label("warning") + label("colon") + SB.warningText(tool, warning));
      for (const [id, value] of host.known()) {
        const fact = factOf(id);
        if (fact) lines.push("- " + fact.question + " " + answerText(fact, value));
      }
      lines.push(...SB.valueLines(tool.outputs.filter((output) => !output.above), result.values));
      const found = tool.outcomes.find((one) => one.id === result.outcome);
      if (found && found.advice.length) lines.push(label("advice") + label("colon"), ...found.advice.map((text) => "- " + text));
      if (found && found.recheck_days) lines.push(label("recheck", { n: found.recheck_days }));
      const next = factOf(result.next);
      if (next && !result.certainty.final) lines.push(label("next_useful") + label("colon") + next.question);
      lines.push(label("result_note"));
      return lines.join("\n");
    }

    return { headline, outlook, certainty, advice, cards, ranking, warnings, nextQuestion, reasons, changes, given, left, asText };
  };
})();
