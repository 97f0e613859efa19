/** The buttons below a result: keep it, copy it as text or as a link, print it, begin again. */
(function () {
  "use strict";

  const SB = /** @type {any} */ (window).SB;
  const element = /** @type {(tag: string, attributes?: Record<string, string>, children?: (Node | string)[]) => HTMLElement} */ (SB.element);
  const label = /** @type {(key: string, values?: Record<string, string | number>) => string} */ (SB.label);

  /** @param {string} key @param {(button: HTMLElement) => void} act */
  function action(key, act) {
    const button = element("button", { type: "button", text: label(key) });
    button.addEventListener("click", () => act(button));
    return button;
  }

  /** @param {HTMLElement} button @param {string} text */
  function copy(button, text) {
    SB.copyText(text).then((/** @type {boolean} */ copied) => {
      const before = button.textContent;
      button.textContent = label(copied ? "copied" : "copy_failed");
      SB.announce(button.textContent);
      setTimeout(() => (button.textContent = before), 1600);
    });
  }

  /**
   * @param {{ text: string, address: string, pasted: boolean, keep: HTMLElement[], again: () => void }} result
   *   `pasted` says that a table is among the answers, which no address carries
   */
  SB.toolActions = function (result) {
    const note = result.pasted ? [element("p", { class: "hint", text: label("table_not_in_link") })] : [];
    return element("div", { class: "tool-actions" }, [
      ...result.keep,
      action("copy_result", (button) => copy(button, result.text)),
      action("copy_link", (button) => copy(button, location.href.split("#")[0] + result.address)),
      action("print", () => SB.print("tool-printing")),
      action("start_over", result.again),
      ...note,
    ]);
  };
})();
