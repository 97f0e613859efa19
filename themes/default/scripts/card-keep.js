/** The dialog that keeps a tool's result on a customer's card, and the small dialogs that the card's page asks with. */
(function () {
  "use strict";

  const SB = /** @type {any} */ (window).SB;
  const boot = /** @type {any} */ (window).SB_BOOT;
  const element = /** @type {(tag: string, attributes?: Record<string, string>, children?: (Node | string)[]) => HTMLElement} */ (SB.element);
  const label = /** @type {(key: string, values?: Record<string, string | number>) => string} */ (SB.label);
  const NEW = "";
  let dialogs = 0;

  /**
   * Opens a dialog with a title, its parts, and two buttons. It is gone when it closes.
   * @param {string} title
   * @param {(Node | string)[]} parts
   * @param {string} accept the words on the button that says yes
   * @param {(close: () => void, body: HTMLElement) => void} act
   */
  function ask(title, parts, accept, act) {
    const id = "card-dialog-" + ++dialogs;
    const cancel = element("button", { type: "button", class: "button button-quiet", text: label("cancel") });
    const form = element("form", { class: "settings" }, [
      element("h2", { id, text: title }),
      ...parts,
      element("div", { class: "actions" }, [element("button", { type: "submit", class: "button", text: accept }), cancel]),
    ]);
    const dialog = /** @type {HTMLDialogElement} */ (element("dialog", { "aria-labelledby": id, class: "card-dialog" }, [form]));
    const close = () => {
      SB.closeDialog(dialog);
      dialog.remove();
    };
    cancel.addEventListener("click", close);
    dialog.addEventListener("close", () => dialog.remove());
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      act(close, form);
    });
    document.body.append(dialog);
    SB.openDialog(dialog);
    return dialog;
  }

  /** A field for a customer's name, and a place to say what is wrong with it. @param {string} text @param {string} value */
  function nameField(text, value) {
    const error = element("p", { class: "tool-error", id: "card-name-error", role: "alert" });
    const input = /** @type {HTMLInputElement} */ (element("input", { type: "text", name: "name", maxlength: String(SB.cards.LONGEST_NAME), autocomplete: "off", "aria-describedby": error.id }));
    input.value = value;
    const field = element("label", {}, [element("span", { text }), input]);
    /** @param {string} words */
    const say = (words) => {
      error.textContent = words;
      input.setAttribute("aria-invalid", String(words !== ""));
      if (words) input.focus();
    };
    return { input, field, error, say };
  }

  /** Asks which card a result belongs to, and keeps it there. @param {any} result */
  function keep(result) {
    const cards = SB.cards.all();
    const names = cards.map((/** @type {any} */ card) => card.name).reverse();
    const last = SB.store.get("card");
    const name = nameField(label("card_new_name"), "");
    const select = /** @type {HTMLSelectElement} */ (element("select", { name: "card" }, [
      ...names.map((/** @type {string} */ one) => element("option", { value: one, text: one })),
      element("option", { value: NEW, text: label("card_new") }),
    ]));
    select.value = names.includes(last) ? last : names.length ? names[0] : NEW;
    const showField = () => (name.field.hidden = select.value !== NEW);
    select.addEventListener("change", showField);
    showField();
    const chooser = names.length ? [element("label", {}, [element("span", { text: label("card_which") }), select])] : [];
    const parts = [element("p", { text: result.tool_title + label("colon") + result.title }), ...chooser, name.field, name.error, element("p", { text: label("card_private") })];
    const dialog = ask(label("keep_result"), parts, label("keep_now"), (close, body) => {
      const chosen = select.value === NEW ? SB.cards.cleanName(name.input.value) : select.value;
      if (!chosen) return name.say(label("card_name_missing"));
      if (!SB.cards.keep(chosen, result)) return void (name.error.textContent = label("card_not_stored"));
      SB.store.set("card", chosen);
      const done = element("button", { type: "button", class: "button button-quiet", text: label("close") });
      done.addEventListener("click", close);
      const open = element("a", { class: "button", href: new URL(boot.assets.cardPage, boot.root).href, text: label("card_open") });
      const title = /** @type {HTMLElement} */ (body.firstElementChild);
      title.textContent = label("kept", { name: chosen });
      body.replaceChildren(title, element("div", { class: "actions" }, [open, done]));
      SB.announce(title.textContent);
      open.focus();
    });
    const first = /** @type {HTMLElement | null} */ (dialog.querySelector(names.length ? "select" : "input"));
    if (first) first.focus();
  }

  SB.cardDialogs = { ask, nameField, keep };
})();
