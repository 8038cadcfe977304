/** Buttons the server made: drawn as they are, and sent back untouched. */

import { nonce, send } from "./act.js";
import { ask, field, filledIn } from "./dialog.js";
import { h } from "./dom.js";

const TOO_NEW_MS = 350; // nobody reads and presses faster: what was pressed is what stood there before

/** Draws buttons and presses them. One press is one act, however often it has to be sent. */
export class Presses {
  #drawn = new Map();
  #busy = new Set();
  #lost = new Map();

  /**
   * @param {string} base address of the page
   * @param {(key: string, values?: Object) => string} say
   * @param {(answer: {ok: ?boolean, sentence: string}, where: string) => void} told shows what came of an act
   *   (`ok` null: not known yet)
   * @param {Object} [previewed] `previewed(button, args)`: elements showing what the screen would show
   */
  constructor(base, say, told, previewed = null) {
    this.base = base;
    this.say = say;
    this.told = told;
    this.previewed = previewed;
  }

  /** The element for a button. @param {string} where names its place: the same place, the same button */
  button(made, where) {
    const key = `${where}:${made.id}`;
    const old = this.#drawn.get(key);
    const same = old && JSON.stringify(old.made) === JSON.stringify(made);
    if (!same) this.#drawn.set(key, { made, since: performance.now(), before: old?.made ?? null });
    return h(`button.b.${made.style}`, { type: "button", "data-key": key, "data-press": key, "aria-keyshortcuts": made.key,
      "aria-busy": this.#busy.has(key) && "true" },
      made.label, made.key && h("kbd", { "aria-hidden": "true" }, made.key.toUpperCase()));
  }

  /** Takes presses on the elements within `root`. */
  listen(root) {
    root.addEventListener("click", (event) => {
      const element = event.target.closest("[data-press]");
      if (element) this.press(element.dataset.press);
    });
  }

  press(key) {
    const { made, since, before } = this.#drawn.get(key);
    const meant = before && performance.now() - since < TOO_NEW_MS ? before : made;
    const where = key.slice(0, key.lastIndexOf(":"));
    if (meant.ask || meant.confirm || meant.preview) this.#asking(meant, where);
    else this.send(meant.act, meant.args, where, key);
  }

  /** @param {?string} refused why it was not done, where `made` would do it nonetheless */
  #asking(made, where, refused = null) {
    const one = this.once(made.act);
    const fields = (made.ask ?? []).map((each) => field(each));
    const shown = h("div.preview");
    let seen = made.preview === null || made.preview === undefined;
    const look = async (form) => {
      shown.replaceChildren(...(await this.previewed(made.preview, filledIn(form), shown)));
      seen = true;
      form.querySelector("[type=submit]").textContent = this.say("show");
    };
    const dialog = ask(this.say, {
      title: refused ?? ((seen && made.confirm) || made.label),
      body: [fields, shown],
      submit: made.ask || refused || !made.confirm ? made.label : this.say("confirm"),
      style: made.style === "danger" ? "danger" : "primary",
      onSubmit: async (form, handle) => {
        try {
          if (!seen) return await look(form);
        } catch (fault) {
          return handle.say(fault.message || this.say("preview_lost"), "no");
        }
        return this.answered(await one({ ...made.args, ...filledIn(form) }, handle), handle, where);
      },
    });
    if (made.preview) {
      dialog.form.addEventListener("input", () => {
        seen = false;
      });
      if (!fields.length) look(dialog.form).catch((fault) => dialog.say(fault.message || this.say("preview_lost"), "no"));
    }
  }

  /** Sends for a dialog or form: the same contents are the same press until an answer came. */
  once(act) {
    let last = null;
    return async (args, handle) => {
      const text = JSON.stringify(args);
      if (last?.text !== text) last = { text, nonce: nonce() };
      const answer = await send(this.base, { nonce: last.nonce, act, args }, (n) => handle.say(this.say("retrying", { n }), "wait"));
      if (!answer.lost) last = null;
      return answer;
    };
  }

  /**
   * Shows an answer: done closes the dialog; a refusal stays in it beside what was filled in, or asks anew where it
   * can be done nonetheless (`again`).
   */
  answered(answer, handle, where) {
    if (answer.ok || answer.again) handle.close();
    if (answer.ok) this.told(answer, where);
    else if (answer.again) this.#asking(answer.again, where, answer.sentence);
    else handle.say(answer.lost ? this.say("lost") : answer.sentence, "no");
    return answer;
  }

  /** One tap, one act. */
  async send(act, args, where, key) {
    const text = JSON.stringify([act, args]);
    const element = document.querySelector(`[data-press="${CSS.escape(key ?? "")}"]`);
    if (key && this.#busy.has(key)) return;
    this.#busy.add(key);
    element?.setAttribute("aria-busy", "true");
    const press = this.#lost.get(text) ?? nonce();
    const answer = await send(this.base, { nonce: press, act, args }, (n) => this.told({ ok: null, sentence: this.say("retrying", { n }) }, where));
    this.#busy.delete(key);
    element?.removeAttribute("aria-busy");
    if (answer.lost) this.#lost.set(text, press);
    else this.#lost.delete(text);
    if (answer.again) this.#asking(answer.again, where, answer.sentence);
    else this.told(answer.lost ? { ok: false, sentence: this.say("lost") } : answer, where);
  }
}
