/** The page of a seat: follow, ask for the floor, answer, contribute. */

import { listenToBallots } from "./ballot.js";
import { ask } from "./dialog.js";
import { bdi, h, morph, pageData, teller } from "./dom.js";
import { connect, lineBand, ServerClock } from "./live.js";
import { Presses } from "./press.js";
import { contributeCard, floorCard, kindChanged } from "./seat_cards.js";
import { pollCard, sendBallot } from "./seat_polls.js";
import { secondsLeft, span } from "./times.js";

const data = pageData();
const say = teller(data.texts);
const clock = new ServerClock();
const page = document.getElementById("page");
const answers = new Map();
let state = data.state;
let warning = null;

const presses = new Presses("/seat", say, told);
const tools = { say, presses, answer };

/** What came of the last act in this card. */
function answer(where) {
  const found = answers.get(where);
  return h("p.answer", { class: `answer ${found ? (found.ok ? "ok" : found.ok === null ? "wait" : "no") : ""}`, role: "status", "data-key": `answer:${where}` }, found?.sentence);
}

function told(came, where) {
  answers.set(where, came);
  draw();
  if (came.code)
    ask(say, { title: say("code"), body: [h("p", {}, came.sentence), h("p.code", {}, came.code)], cancel: say("code_noted") });
}

function seatCard({ seat }) {
  return h("section.card", { "data-key": "seat", "aria-labelledby": "where" },
    h("h2", { id: "where" }, seat.ask_presence ? say("presence_where") : seat.presence_text),
    seat.left_text && h("p", {}, seat.left_text),
    h("div.buttons", {}, seat.presence_buttons.map((one) => presses.button(one, "seat")), seat.hear_button && presses.button(seat.hear_button, "seat")),
    answer("seat"));
}

function nowNext({ item, next }) {
  if (!item && !next) return null;
  return h("section.card.nownext", { "data-key": "nownext" },
    item && h("div", {}, h("p.tag", {}, item.state_text || say("now")),
      h("p", {}, bdi(item.title), " ", h("span.dim.tabular", {}, [item.times_text, item.mode_text].filter(Boolean).join(" · ")))),
    next && h("div", {}, h("p.tag", {}, say("next")), h("p", {}, h("span.dim.tabular", {}, next.at_text), " ", bdi(next.title))));
}

function draw() {
  const { seat } = state;
  morph(page, [
    h("header.roof", { "data-key": "roof" },
      state.marking && h("p.marking", { "data-key": "marking" }, bdi(state.marking)),
      lineBand(warning, "stale"),
      h("div.who", { "data-key": "who" }, h("p.dim.small", {}, bdi(state.meeting.title)), h("h1", {}, bdi(seat.delegation)), h("p.dim", {}, seat.function_text))),
    h("main.cards", { "data-key": "main" },
      seatCard(state), nowNext(state),
      !state.floor && !state.polls.length && !state.contribute.length && h("p.card", { "data-key": "nothing" }, say("nothing")),
      state.polls.filter((one) => one.state === "open").map((one) => pollCard(one, tools)),
      state.floor && floorCard(state.floor, tools),
      state.contribute.map((one) => contributeCard(one, tools)),
      h("p", { "data-key": "code" }, tools.presses.button(state.by_code, "code"), tools.answer("code")),
      state.polls.filter((one) => one.state !== "open").map((one) => pollCard(one, tools))),
    h("footer", { "data-key": "foot" }, h("form.leave", { "data-key": "leave", method: "post", action: "/seat/leave" }, h("button.b", {}, state.leave_label))),
  ]);
  kindChanged(page);
  for (const one of page.querySelectorAll("[data-ballot]")) one.dispatchEvent(new Event("change", { bubbles: true }));
  tick();
}

function tick() {
  const speaker = state.floor?.speaker;
  const time = page.querySelector(".speaking .time");
  if (!speaker || !time) return;
  const left = secondsLeft(speaker, clock.now());
  time.closest(".speaking").classList.toggle("over", left < 0);
  if (time.textContent !== span(left)) time.textContent = span(left);
  const what = say(left < 0 ? "overtime" : "left", { limit: speaker.limit_text });
  const line = page.querySelector(".speaking .what");
  const text = speaker.paused_text ?? what;
  if (line.textContent !== text) line.textContent = text;
}

page.addEventListener("submit", (event) => {
  const form = event.target;
  if (form.classList.contains("leave")) return;
  event.preventDefault();
  if (form.dataset.poll) sendBallot(form, event.submitter, state, tools, told);
  else sendForm(form);
});

const pending = new WeakMap();

async function sendForm(form) {
  if (form.ariaBusy === "true") return;
  const args = JSON.parse(form.dataset.args);
  for (const input of form.querySelectorAll("[name]")) {
    if (input.closest("[hidden]") || (input.type === "radio" && !input.checked)) continue;
    if (input.value.trim()) args[input.dataset.arg ?? input.name] = input.value.trim();
  }
  const where = form.dataset.where;
  form.ariaBusy = "true";
  if (!pending.has(form)) pending.set(form, presses.once(form.dataset.act));
  const came = await pending.get(form)(args, { say: (sentence) => told({ ok: null, sentence }, where) });
  form.ariaBusy = "false";
  if (came.ok) {
    form.reset();
    form.closest("details")?.removeAttribute("open");
  }
  told(came.lost ? { ok: false, sentence: say("lost") } : came, where);
  page.querySelector(`[data-key="answer:${CSS.escape(where)}"]`)?.scrollIntoView({ block: "nearest" });
}

page.addEventListener("input", (event) => {
  if (event.target.name === "text" && event.target.maxLength > 0) {
    const left = event.target.closest(".field").querySelector("[data-left]");
    if (left) left.textContent = say("left_signs", { n: event.target.maxLength - event.target.value.length });
  }
});
page.addEventListener("change", () => kindChanged(page));
listenToBallots(page, say);
presses.listen(page);

connect("/seat", {
  state(next) {
    state = next;
    draw();
  },
  line(told) {
    warning = told;
    draw();
  },
  gone(sentence) {
    morph(page, [h("main", { "data-key": "gone" }, h("p.card", { role: "alert" }, sentence ?? say("gone")))]);
  },
}, clock, say);

clock.set(state.now);
draw();
setInterval(tick, 250);
