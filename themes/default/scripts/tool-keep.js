/** The button below a result that keeps it on a customer's card; what it opens is loaded when it is first pressed. */
(function () {
  "use strict";

  const SB = /** @type {any} */ (window).SB;
  const boot = /** @type {any} */ (window).SB_BOOT;

  /** What the card keeps, in words that can be read without the tool. @param {any} tool @param {any} result @param {string} headline @param {string} answers */
  function kept(tool, result, headline, answers) {
    const outcome = tool.outcomes.find((/** @type {any} */ one) => one.id === result.outcome);
    const lines = SB.valueLines(tool.outputs, result.values);
    const [title, ...rest] = outcome || lines.length === 0 ? [headline] : lines;
    return {
      tool: tool.rule,
      tool_title: tool.title,
      outcome: result.outcome,
      title,
      summary: outcome ? outcome.summary : rest.join(SB.label("list_semicolon")),
      answers,
      warnings: result.warnings.map((/** @type {any} */ warning) => ({ id: warning.id, text: SB.warningText(tool, warning) })),
      recheck_days: outcome ? outcome.recheck_days : null,
    };
  }

  /**
   * Empty where the book has no customer card, and where there is nothing to keep.
   * @param {any} tool
   * @param {any} result
   * @param {string} headline
   * @param {string} answers as a shared address carries them
   * @returns {HTMLElement[]}
   */
  SB.keepButtons = function (tool, result, headline, answers) {
    if (!boot.assets.card || !(result.outcome || result.state === "computed")) return [];
    const button = SB.element("button", { type: "button", class: "tool-keep", "aria-haspopup": "dialog", text: SB.label("keep_result") });
    button.addEventListener("click", () => {
      SB.load("card", boot.assets.card).then(
        (/** @type {any} */ card) => card.keep(kept(tool, result, headline, answers)),
        () => SB.announce((button.textContent = SB.label("keep_failed"))),
      );
    });
    return [button];
  };
})();
