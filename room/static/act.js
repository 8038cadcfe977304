/** Acts sent to the server: done once, however often they are sent. */

const PAUSES_MS = [500, 1000, 2000, 3000, 4000, 5000];

/** A name for one press: the same press sent again is known by it. */
export function nonce() {
  const bytes = crypto.getRandomValues(new Uint8Array(18));
  return btoa(String.fromCharCode(...bytes)).replaceAll("+", "-").replaceAll("/", "_");
}

/**
 * Sends an act, again while there is no answer.
 * @param {string} base address of the page
 * @param {{nonce: string, act: string, args: Object}} press
 * @param {(tries: number) => void} waiting told before each further try
 * @returns {Promise<{ok: boolean, sentence: ?string, code?: string, lost?: boolean}>} `lost`: no answer came;
 *   send the same press again
 */
export async function send(base, press, waiting = () => {}) {
  for (let tries = 0; ; tries += 1) {
    let pause = PAUSES_MS[tries];
    try {
      const answer = await fetch(`${base}/act`, {
        method: "POST",
        headers: { "Content-Type": "application/json" },
        body: JSON.stringify(press),
        cache: "no-store",
        signal: AbortSignal.timeout(8000),
      });
      if (answer.status !== 503) return await answer.json();
      pause = Math.max(pause, 1000 * Number(answer.headers.get("Retry-After") ?? 1)) || undefined;
    } catch {
      // No answer, or none that can be read.
    }
    if (pause === undefined) return { ok: false, sentence: null, lost: true };
    waiting(tries + 1);
    await new Promise((done) => setTimeout(done, pause));
  }
}
