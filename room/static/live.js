/** The server's time and the server's state, as long as there is a line to it. */

import { h } from "./dom.js";

const QUIET_MS = 7000; // the server beats every 3 s
const AGAIN_MS = 2000;

/** Server time, kept by a clock that no setting of the device's clock moves. */
export class ServerClock {
  #now = Date.now();
  #arrived = performance.now();
  /** An instant at which this clock stands still (a frozen screen), or null. */
  heldAt = null;

  /** @param {number} now the server's time, epoch milliseconds */
  set(now) {
    this.#now = now;
    this.#arrived = performance.now();
  }

  /** Epoch milliseconds. */
  now() {
    return this.heldAt ?? this.#now + (performance.now() - this.#arrived);
  }
}

/**
 * The band that tells of a broken line. The sentence is read out, once; how long it lasts is only seen.
 * @param {?{text: string, age: string}} warning
 */
export function lineBand(warning, seen) {
  return h("p", { "data-key": "line", class: warning ? seen : "unseen" },
    h("span", { role: "status" }, warning?.text), " ", h("span.tabular", { "aria-hidden": "true" }, warning?.age));
}

/**
 * Keeps the page's state that of the server.
 * @param {string} base address of the page, without its last slash: `/room`
 * @param {Object} told `state(state)`, `line(warning)` as `lineBand` takes it, `gone(sentence)`
 * @param {ServerClock} clock set by every state and beat
 */
export function connect(base, told, clock, say) {
  let source = null;
  let heard = performance.now();
  let line = "live";
  let over = false;

  function become(next, sentence = null) {
    if (line === next && next !== "stale") return;
    line = next;
    const seconds = Math.floor((performance.now() - heard) / 1000);
    told.line(next === "live" ? null
      : next === "stale" ? { text: say("stale"), age: say("stale_for", { seconds }) } : { text: sentence, age: "" });
  }

  function listened(event) {
    heard = performance.now();
    const data = JSON.parse(event.data);
    if (event.type === "gone") return gone(data.sentence);
    if (event.type === "end") return become("restarting", data.sentence);
    clock.set(data.now);
    if (event.type === "state") told.state(data);
    become("live");
  }

  function open() {
    if (over) return;
    source?.close();
    source = new EventSource(`${base}/stream`);
    for (const type of ["state", "beat", "end", "gone"]) source.addEventListener(type, listened);
    source.addEventListener("error", () => {
      if (source.readyState === EventSource.CLOSED) refused();
    });
  }

  async function refused() {
    try {
      const answer = await fetch(`${base}/state`, { cache: "no-store" });
      if (answer.status === 404) return gone(null);
    } catch {
      // no line: tried again below
    }
    setTimeout(open, AGAIN_MS);
  }

  function gone(sentence) {
    over = true;
    source.close();
    told.gone(sentence);
  }

  let tried = 0;
  setInterval(() => {
    const quiet = performance.now() - heard;
    if (over || quiet < QUIET_MS) return;
    become("stale");
    // A half-open connection never fails by itself.
    if (performance.now() - tried > QUIET_MS) {
      tried = performance.now();
      open();
    }
  }, 500);
  document.addEventListener("visibilitychange", () => {
    if (!document.hidden && performance.now() - heard > 4000) open();
  });
  open();
}
