/** The screen in the hall. */

import { pageData, teller } from "./dom.js";
import { connect, ServerClock } from "./live.js";
import { Stage } from "./stage.js";

const { state, texts } = pageData();
const say = teller(texts);
const clock = new ServerClock();
const root = document.getElementById("stage");
const stage = new Stage(root, clock, say);

function show(next) {
  clock.set(next.now);
  clock.heldAt = next.held_at ?? null;
  stage.draw(next);
}

const line = connect(
  "/room",
  {
    state: show,
    line(kind, sentence) {
      if (kind === "live") stage.warn(null);
      else if (kind === "restarting") stage.warn(sentence);
      else stage.warn(say("stale", { seconds: Math.floor(line.age()) }));
    },
    gone(sentence) {
      stage.only(sentence ?? say("gone"));
    },
  },
  clock,
);

show(state);
setInterval(() => stage.tick(), 250);
addEventListener("resize", () => stage.fit());
document.fonts?.ready.then(() => stage.fit());
