/** The server's time and the server's state, as long as there is a line to it. */

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
 * Keeps the page's state that of the server.
 * @param {string} base address of the page, without its last slash: `/room`
 * @param {Object} told `state(state)`, `line("live" | "stale" | "restarting", sentence)`, `gone(sentence)`
 * @param {ServerClock} clock set by every state and beat
 * @returns {{age: () => number}} seconds since the server was last heard
 */
export function connect(base, told, clock) {
  let source = null;
  let heard = performance.now();
  let line = "live";
  let over = false;

  function become(next, sentence = null) {
    if (line === next && next !== "stale") return;
    line = next;
    told.line(next, sentence);
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
  return { age: () => (performance.now() - heard) / 1000 };
}
