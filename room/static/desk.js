/** The desk in the room: one page to run the meeting from. */

import { listenToBallots } from "./ballot.js";
import { ask, field } from "./dialog.js";
import { bdi, h, morph, pageData, teller } from "./dom.js";
import { delegationDialog, delegationPanel } from "./desk_people.js";
import { handCount, pollPanel } from "./desk_polls.js";
import { floorSide } from "./desk_floor.js";
import { connect, lineBand, ServerClock } from "./live.js";
import { Presses } from "./press.js";
import { Stage } from "./stage.js";
import { hourOf, secondsLeft, span } from "./times.js";

const TABS = ["delegations", "polls", "screen", "agenda", "reports"];

const data = pageData();
const say = teller(data.texts);
const clock = new ServerClock();
const root = document.getElementById("desk");
root.className = "whole";
let state = data.state;
let tab = "delegations";
let sought = "";
let last = null;
let warning = null;
let signing = null;
let over = false;
let screenButtons = [];

const presses = new Presses("/desk", say, told, previewed);
const tools = { say, presses, told, state: () => state };

function told(came) {
  last = came;
  draw();
}

// The screen, small

/** A small picture of a screen's state. */
function picture(screen, into) {
  const stageRoot = h("div.stage");
  into.replaceChildren(stageRoot);
  const still = new ServerClock();
  still.set(screen.now);
  still.heldAt = screen.held_at ?? null;
  const stage = new Stage(stageRoot, still, teller(data.texts, "screen."));
  const scale = () => {
    stageRoot.style.transform = `scale(${into.clientWidth / 1280})`;
  };
  new ResizeObserver(scale).observe(into);
  stage.draw(screen);
  for (const image of stageRoot.querySelectorAll("img")) image.addEventListener("error", () => image.replaceWith(h("div.qr", {}, say("screen.qr"))));
  // A picture is looked at, not walked through: the live one is on the wall.
  stageRoot.inert = true;
  return stage;
}

/** A button of the screen with a small picture first: what is held is what is on, all else the server draws. */
function shownSmall(button) {
  const { show, poll_id: pollId = null } = button.args;
  return { ...button, preview: button.preview ?? (show ? { show, poll_id: pollId } : { held: true }) };
}

/** What the screen would show, as the server has it. Throws an Error with a sentence. */
async function screenWith(wanted) {
  if (wanted.held) return { ...state.screen.shown, held_at: state.screen.shown.held_at ?? clock.now() };
  const query = new URLSearchParams(Object.entries(wanted).filter(([, value]) => value !== null && value !== undefined));
  const answer = await (await fetch(`/desk/preview?${query}`, { cache: "no-store", signal: AbortSignal.timeout(8000) })).json();
  if (!answer.ok) throw new Error(answer.sentence);
  return answer.screen;
}

async function previewed(wanted, args, into) {
  const screen = await screenWith({ ...wanted, ...args });
  const frame = h("div.picture", { role: "img", "aria-label": say("preview") });
  // It is measured, so it has to stand in the page before it is drawn.
  into.replaceChildren(frame);
  picture(screen, frame);
  return [h("p.small.dim", {}, say("preview")), frame];
}

let shown = null;
let shownText = "";

function shownNow() {
  const frame = root.querySelector(".now-picture");
  if (!frame) {
    shown = null;
    shownText = "";
    return;
  }
  const { seq, now, ...rest } = state.screen.shown;
  const text = JSON.stringify(rest);
  if (text === shownText && shown) return;
  shownText = text;
  shown = picture(state.screen.shown, frame);
}

// The parts

function agendaPanel() {
  const { item, next, lines, buttons } = state.agenda;
  return [h("section.card", {}, h("p.tag", {}, item?.state_text ?? say("now")), h("h2", {}, item ? bdi(item.title) : say("nothing_runs")),
    item && h("p.dim.tabular", {}, [item.times_text, item.mode_text].filter(Boolean).join(" · ")),
    next && [h("p.tag", {}, say("next")), h("p", {}, next.at_text, " ", bdi(next.title))],
    lines.map((line) => h("p.warn", {}, line)),
    h("div.buttons", {}, buttons.map((one) => presses.button(one, "agenda"))))];
}

function screenPanel() {
  const { mode_text: mode, since_text: since } = state.screen;
  return [h("section.card", {}, h("h2", {}, mode), h("p.dim.small", {}, since),
    h("div.picture.now-picture", { role: "img", "aria-label": say("shown"), "data-kept": true }),
    h("div.buttons", {}, screenButtons))];
}

function reportsPanel() {
  if (!state.reports.length) return [h("p.card", {}, say("nobody_deaf"))];
  return [state.reports_text && h("p", {}, h("strong", {}, state.reports_text)),
    state.reports.map((one) => h("section.card", { "data-key": `report:${one.report_id}` }, h("p", {}, h("span.tabular.dim", {}, one.at_text), " ", one.text),
      h("div.buttons", {}, presses.button(one.button, `report${one.report_id}`))))];
}

function rightSide() {
  const panel = { delegations: () => delegationPanel(state, sought, say), polls: () => pollPanel(state, tools), screen: screenPanel, agenda: agendaPanel, reports: reportsPanel }[tab]();
  return h("aside.half.right", { "data-key": "right", "aria-label": say("parts") },
    h("div.tabs", { role: "tablist", "aria-label": say("parts") }, TABS.map((name, n) =>
      h("button.b", { type: "button", role: "tab", id: `tab-${name}`, "aria-selected": name === tab ? "true" : "false", "aria-controls": "panel",
        tabindex: name === tab ? 0 : -1, "data-tab": name, "aria-keyshortcuts": n + 1 }, say(name),
        name === "reports" && state.reports.length > 0 && h("span.badge", {}, state.reports.length)))),
    h("div.panel", { id: "panel", role: "tabpanel", "aria-labelledby": `tab-${tab}`, "data-key": `panel:${tab}` }, panel));
}

function draw() {
  if (over) return;
  screenButtons = state.screen.buttons.map((one) => presses.button(shownSmall(one), "screen"));
  morph(root, [
    h("header.roof", { "data-key": "roof" },
      state.marking ? h("p.marking", { "data-key": "marking" }, bdi(state.marking)) : null,
      lineBand(warning, "stale"),
      h("div.top", { "data-key": "top" }, h("button.skip.b", { type: "button", "data-skip": true }, say("skip")),
      h("h1", {}, bdi(state.agenda.item?.title ?? state.meeting.title)),
      state.agenda.item && h("p.dim.tabular.itemtime", {}, state.agenda.item.times_text, " · ", h("strong", { "data-item-left": true, "data-kept": true })),
      state.operator && h("button.b", { type: "button", "data-operator": true, "aria-label": say("change_operator", { name: state.operator }) }, bdi(state.operator)),
      h("p.clock.tabular", { "data-kept": true }))),
    h("main.half", { "data-key": "left" }, state.troubles.map((text) => h("p.trouble", { role: "alert" }, text)), floorSide(state, tools)),
    rightSide(),
    h("footer.strip", { "data-key": "strip", "aria-label": say("answers") },
      h("p", { role: last?.ok === false ? "alert" : "status", class: last ? (last.ok ? "yes" : last.ok === null ? "wait-answer" : "no") : null },
        last ? [last.ok === false && `${say("not_done")} `, last.sentence] : say("ready"))),
  ]);
  shownNow();
  tick();
  if (!state.operator) signOn();
}

function signOn(now = "") {
  if (signing) return;
  const one = presses.once("room.sign_on");
  signing = ask(say, {
    title: say("operator"),
    body: [h("p", {}, say("operator_why")), field({ name: "operator", label: say("operator_label"), kind: "text", max: 60 })],
    submit: say("sign_on"),
    cancel: now ? say("cancel") : null,
    onSubmit: async (form, handle) => {
      const operator = form.elements.operator.value.trim();
      if (!operator) return form.elements.operator.focus();
      const came = presses.answered(await one({ operator }, handle), handle, "operator");
      if (came.ok) {
        state = { ...state, operator };
        draw();
      }
    },
  });
  signing.form.elements.operator.value = now;
  signing.form.parentElement.addEventListener("close", () => {
    signing = null;
  });
}

function tick() {
  if (!root.querySelector(".top")) return;
  const now = clock.now();
  const put = (element, text) => element && element.textContent !== text && (element.textContent = text);
  put(root.querySelector(".top .clock"), hourOf(now, state.meeting.offset_min));
  const { item } = state.agenda;
  if (item) {
    const left = (item.ends - now) / 60000;
    put(root.querySelector("[data-item-left]"), left >= 0 ? say("left_min", { n: Math.ceil(left) }) : say("over_min", { n: Math.floor(-left) }));
  }
  const speaker = state.speakers?.speaker;
  if (speaker) {
    const left = secondsLeft(speaker, now);
    put(root.querySelector(".onfloor .time"), span(left));
    put(root.querySelector(".onfloor .what"), speaker.paused_text ?? say(left < 0 ? "overtime" : "left", { limit: speaker.limit_text }));
    root.querySelector(".onfloor").classList.toggle("over", left < 0);
  }
  shown?.tick();
}

function choose(name) {
  tab = name;
  draw();
  root.querySelector(`#tab-${name}`).focus();
}

root.addEventListener("click", (event) => {
  const on = (selector) => event.target.closest(selector);
  if (on("[data-tab]")) choose(on("[data-tab]").dataset.tab);
  else if (on("[data-operator]")) signOn(state.operator);
  else if (on("[data-delegation]")) delegationDialog(on("[data-delegation]").dataset.delegation, tools);
  else if (on("[data-hand-count]")) handCount(on("[data-hand-count]").dataset.handCount, tools);
  else if (on("[data-skip]")) find();
});
root.addEventListener("input", (event) => {
  if (event.target.id !== "filter") return;
  sought = event.target.value;
  draw();
});

function find() {
  if (tab !== "delegations") choose("delegations");
  root.querySelector("#filter").focus();
  root.querySelector("#filter").select();
}

/** The button a letter presses: one that is seen, or one of the screen's, which are needed from every part. */
function withKey(letter) {
  const seen = [...root.querySelectorAll("[data-press]")].filter((one) => one.offsetParent);
  return [...seen, ...screenButtons].find((one) => one.getAttribute("aria-keyshortcuts")?.toLowerCase() === letter);
}

document.addEventListener("keydown", (event) => {
  if (over || event.ctrlKey || event.metaKey || event.altKey || document.querySelector("dialog[open]")) return;
  if (event.target.id === "filter") {
    if (event.key === "Enter") {
      // Else the same stroke would press what the dialog puts the focus on.
      event.preventDefault();
      root.querySelector("[data-delegation]")?.click();
    }
    if (event.key === "Escape") event.target.blur();
    return;
  }
  if (event.target.closest("input, textarea, select")) return;
  if (event.target.role === "tab" && ["ArrowRight", "ArrowLeft"].includes(event.key)) {
    const step = (event.key === "ArrowRight") === (getComputedStyle(root).direction !== "rtl") ? 1 : TABS.length - 1;
    choose(TABS[(TABS.indexOf(tab) + step) % TABS.length]);
  } else if (event.key === "/") {
    event.preventDefault();
    find();
  } else if (TABS[Number(event.key) - 1]) choose(TABS[Number(event.key) - 1]);
  else if (!event.repeat) {
    const button = withKey(event.key.toLowerCase());
    if (!button) return;
    event.preventDefault();
    presses.press(button.dataset.press);
  }
});
presses.listen(root);
listenToBallots(document.body, say);

connect("/desk", {
  state(next) {
    state = next;
    draw();
  },
  line(told) {
    warning = told;
    draw();
  },
  gone(sentence) {
    over = true;
    signing?.close();
    for (const one of document.querySelectorAll("dialog")) one.close();
    morph(root, [h("main.half", { "data-key": "gone" }, h("p.card", { role: "alert" }, sentence ?? say("gone")))]);
  },
}, clock, say);

clock.set(state.now);
draw();
setInterval(tick, 250);
