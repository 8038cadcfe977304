/** Questions on top of the page. They keep what they were opened with, whatever the page becomes below. */

import { h } from "./dom.js";

/**
 * Opens a dialog; Escape and its Cancel button close it, and the focus goes back to where it was.
 * @param {(say: (key: string, values?: Object) => string)} say
 * @param {{title: string, body?: Array, submit?: string, style?: string, cancel?: string|null,
 *   onSubmit?: (form: HTMLFormElement, dialog: Object) => (Promise<void>|void)}} asked `cancel: null`: it has to be answered
 * @returns {{close: () => void, say: (text: string, kind: string) => void, form: HTMLFormElement}}
 */
export function ask(say, { title, body = [], submit = null, style = "primary", cancel = say("cancel"), onSubmit = null }) {
  const answer = h("p.answer", { role: "alert" });
  const go = submit && h(`button.b.${style}`, { type: "submit" }, submit);
  const off = cancel !== null && h("button.b", { type: "button" }, cancel);
  // What is dangerous does not stand where an impatient finger has just pressed.
  const form = h("form", { method: "dialog", novalidate: true },
    h("h2", { id: "dialog-title", tabindex: "-1" }, title), body, answer, h("div.acts", {}, style === "danger" ? [go, off] : [off, go]));
  const dialog = h("dialog", { "aria-labelledby": "dialog-title" }, form);
  const before = document.activeElement;
  const handle = {
    form,
    close() {
      dialog.close();
    },
    say(text, kind) {
      answer.className = `answer ${kind}`;
      answer.textContent = text;
      answer.scrollIntoView({ block: "nearest" });
    },
  };
  if (off) off.addEventListener("click", () => dialog.close());
  dialog.addEventListener("cancel", (event) => {
    if (cancel === null) event.preventDefault();
  });
  dialog.addEventListener("close", () => {
    dialog.remove();
    if (before?.isConnected) before.focus();
  });
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    if (!onSubmit || go?.getAttribute("aria-busy") === "true") return;
    go?.setAttribute("aria-busy", "true");
    await onSubmit(form, handle);
    go?.removeAttribute("aria-busy");
  });
  document.body.append(dialog);
  dialog.showModal();
  const first = form.querySelector("input:not([type=radio]), textarea, select") ?? (style === "danger" ? off : go) ?? off;
  (first || form.querySelector("h2")).focus();
  return handle;
}

/** A field to fill in, as the contract's `ask` and `fields` describe it. */
export function field({ name, label, hint, kind, max }, id = `ask-${name}`) {
  const common = { id, name, "aria-describedby": hint ? `${id}-hint` : null, autocomplete: "off" };
  const input = kind === "long" ? h("textarea", { ...common, maxlength: max })
    : kind === "number" ? h("input", { ...common, type: "text", inputmode: "numeric", pattern: "-?[0-9]*", "data-number": true, maxlength: 6 })
      : h("input", { ...common, type: "text", maxlength: max });
  return h("div.field", {}, h("label", { for: id }, label), input, hint && h("p.dim.small", { id: `${id}-hint` }, hint));
}

/** What was filled in, by name; numbers as numbers, empty ones left out. */
export function filledIn(form) {
  const args = {};
  for (const input of form.querySelectorAll("[name]")) {
    if ((input.type === "radio" || input.type === "checkbox") && !input.checked) continue;
    if (input.closest("[data-ballot]")) continue;
    const value = input.value.trim();
    if (!value) continue;
    args[input.name] = input.hasAttribute("data-number") && /^-?\d+$/.test(value) ? Number(value) : value;
  }
  return args;
}
