/** The screen in the hall. */

import { pageData, teller } from "./dom.js";
import { connect, ServerClock } from "./live.js";
import { Stage } from "./stage.js";

const { state, texts } = pageData();
const say = teller(texts);
const clock = new ServerClock();
const root = document.getElementById("stage");
root.className = "stage";
const stage = new Stage(root, clock, say);

function show(next) {
  clock.set(next.now);
  clock.heldAt = next.held_at ?? null;
  stage.draw(next);
}

connect(
  "/room",
  {
    state: show,
    line: (warning) => stage.warn(warning),
    gone(sentence) {
      stage.only(sentence ?? say("gone"));
    },
  },
  clock,
  say,
);

show(state);
setInterval(() => stage.tick(), 250);
addEventListener("resize", () => stage.fit());
document.fonts?.ready.then(() => stage.fit());
