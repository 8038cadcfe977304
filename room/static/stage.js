/** The picture of the hall's screen: drawn from a state, fitted to its place, ticking. */

import { bdi, h, morph } from "./dom.js";
import { LAYOUTS } from "./layouts.js";
import { fitBox } from "./fit.js";
import { lineBand } from "./live.js";
import { hourOf } from "./times.js";

const PAGE_MS = 8000; // long enough to read six options aloud

/** Draws states into an element, which is the screen or a small picture of it on the desk. */
export class Stage {
  #root;
  #clock;
  #say;
  #ticks = [];
  #turning = [];
  #warning = null;
  #drawn = null;

  /**
   * @param {HTMLElement} root fills its place; its size decides the sizes in it
   * @param {{now: () => number}} clock the server's
   * @param {(key: string, values?: Object) => string} say the screen's texts
   */
  constructor(root, clock, say) {
    this.#root = root;
    this.#clock = clock;
    this.#say = say;
  }

  /** Shows this state (the contract's screen) and nothing of the one before. */
  draw(state) {
    const { seq, now, ...seen } = state;
    const text = JSON.stringify(seen);
    this.#root.dataset.seq = seq;
    if (text === this.#drawn) return this.tick();
    this.#drawn = text;
    this.#ticks = [];
    const tool = {
      say: this.#say,
      tick: (element, text) => {
        this.#ticks.push([element, text]);
        return element;
      },
      hour: (ms) => hourOf(ms, state.meeting.offset_min),
    };
    const blank = state.layout === "blank";
    this.#root.dataset.layout = state.layout;
    const main = h("main.main", {}, blank ? h("h1.unseen", {}, this.#say("blank")) : LAYOUTS[state.layout](state, tool));
    this.#root.replaceChildren(
      ...[blank ? null : this.#head(state, tool), main, blank ? null : this.#foot(state, tool), this.#band()].filter(Boolean),
    );
    this.tick();
    this.fit();
  }

  /** Says something about the line to the server, beside the picture; null takes it away (`lineBand`). */
  warn(warning) {
    const changed = Boolean(warning) !== Boolean(this.#warning);
    this.#warning = warning;
    const band = this.#root.querySelector("[data-key=line]");
    if (!band) return;
    const { className, childNodes } = this.#band();
    band.className = className;
    morph(band, [...childNodes]);
    if (changed) this.fit();
  }

  /** Nothing but this sentence, for good. */
  only(sentence) {
    this.#drawn = null;
    this.#ticks = [];
    this.#turning = [];
    this.#root.dataset.layout = "gone";
    this.#root.replaceChildren(h("main.main", {}, h("div.box.centre", {}, h("p.message", {}, sentence))));
    this.fit();
  }

  /** Lets every clock on the picture go on, and pages turn. */
  tick() {
    const now = this.#clock.now();
    for (const [element, told] of this.#ticks) {
      const text = told(now, element);
      if (text !== undefined && element.textContent !== text) element.textContent = text;
    }
    // Pages turn by the monotonic clock also while the picture is held: what is held must be readable.
    const turn = Math.floor(performance.now() / PAGE_MS);
    for (const turning of this.#turning) turning.show(turn % turning.pages);
  }

  /** Chooses the largest letters with which everything fits. */
  fit() {
    this.#turning = [];
    for (const box of this.#root.querySelectorAll(".box")) {
      const turning = fitBox(box, (n, of) => this.#say("page", { n, of }));
      if (turning) this.#turning.push(turning);
    }
    this.tick();
  }

  #head(state, tool) {
    const clock = tool.tick(h("p.clock.tabular"), (now) => tool.hour(now));
    return h("header.head", {},
      state.marking && h("p.mark", {}, bdi(state.marking)),
      h("div.headline", {},
        h("div", {}, h("p.meeting", {}, bdi(state.meeting.title)), state.note_text && h("p.note", {}, bdi(state.note_text))),
        h("div.venue", {}, clock, h("p.where", {}, bdi(state.meeting.venue)))));
  }

  #foot(state, tool) {
    const { item, next, layout } = state;
    // Elsewhere the one thing that is shown has the whole height.
    if (!["speaker", "list"].includes(layout) || !(item || next)) return null;
    return h("footer.foot", {},
      h("div", {}, item && [h("p.tag", {}, item.state_text || tool.say("now")),
        h("p", {}, bdi(item.title), " ", h("span.dim.tabular", {}, item.times_text))]),
      h("div", {}, next && [h("p.tag", {}, tool.say("next")),
        h("p", {}, h("span.dim.tabular", {}, next.at_text), " ", bdi(next.title))]));
  }

  #band() {
    return lineBand(this.#warning, "line");
  }
}
