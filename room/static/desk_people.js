/** Delegations at the desk: found by typing, put on the list in two taps, their presence and ballots. */

import { ballotDialog } from "./desk_polls.js";
import { ask, field, filledIn } from "./dialog.js";
import { bdi, h } from "./dom.js";

const plain = (text) => text.normalize("NFKD").replaceAll(/\p{M}/gu, "").toLowerCase();

/** The field that finds, and what it found. */
export function delegationPanel(state, sought, say) {
  const parts = plain(sought).split(/\s+/).filter(Boolean);
  const found = state.delegations.filter((one) => {
    const name = plain(`${one.name} ${one.short_name} ${one.category_text}`);
    return parts.every((part) => name.includes(part));
  });
  return [
    h("div.field", {}, h("label", { for: "filter" }, say("filter")),
      h("input", { id: "filter", type: "search", autocomplete: "off", spellcheck: "false", placeholder: say("filter_hint"), maxlength: 60 })),
    found.length ? h("ul.found", {}, found.map((one) => h("li", { "data-key": `d:${one.delegation_id}` },
      h("button.b", { type: "button", "data-delegation": one.delegation_id }, h("strong", {}, bdi(one.name)),
        h("span.small.dim", {}, [one.category_text, one.presence_text, one.waiting.length > 0 && say("waits", { kinds: one.waiting.join(", ") })].filter(Boolean).join(" · "))))))
      : h("p", { role: "status" }, say("none_found", { text: sought })),
  ];
}

/** What can be done for one delegation. The kind's button puts it on the list: the second tap. */
export function delegationDialog(id, tools) {
  const { say, presses, state } = tools;
  const now = state();
  const found = now.delegations.find((one) => one.delegation_id === id);
  const { speakers } = now;
  const one = presses.once("speakers.add");
  const more = h("div.people");
  let chosen = null;
  const handle = ask(say, {
    title: found.name,
    cancel: say("close"),
    body: [
      h("p.dim", {}, [found.category_text, found.presence_text].filter(Boolean).join(" · ")),
      speakers ? inscribing(speakers, say, more) : h("p", {}, say("no_list_dialog")),
      ballots(now, found, tools),
      people(found, tools),
    ],
    onSubmit: (form) => add(form, chosen),
  });

  async function add(form, kind) {
    if (!kind || form.ariaBusy === "true") return;
    const { side, ...filled } = filledIn(form);
    const own = kind.fields.filter(({ name }) => name in filled).map(({ name }) => [name, filled[name]]);
    form.ariaBusy = "true";
    presses.answered(await one({ item_id: speakers.item_id, delegation_id: id, kind: kind.kind, side, ...Object.fromEntries(own) }, handle), handle, "delegations");
    form.ariaBusy = "false";
  }

  handle.form.addEventListener("click", (event) => {
    const button = event.target.closest("[data-add]");
    if (!button) return;
    chosen = speakers.kinds.find((each) => each.kind === button.dataset.add);
    const needed = chosen.fields.filter((each) => each.required);
    if (!needed.length) return add(handle.form, chosen);
    more.replaceChildren(h("h3", {}, chosen.text), ...needed.map((each) => field(each)), h("button.b.primary", {}, say("add")));
    more.querySelector("input, textarea").focus();
  });
  (handle.form.querySelector("[data-add]") ?? handle.form.querySelector("button")).focus();
}

/** Where they are, as what they ask, and what may be said with it: the tap on a kind sends. */
function inscribing(speakers, say, more) {
  const optional = new Map(speakers.kinds.flatMap((kind) => kind.fields.filter((each) => !each.required).map((each) => [each.name, each])));
  return [
    h("fieldset.segmented", {}, h("legend.unseen", {}, say("side")), ["room", "virtual"].map((side, n) =>
      h("label.choice", {}, h("input", { type: "radio", name: "side", value: side, checked: n === 0 }), say(`side_${side}`)))),
    h("h3", {}, say("ask_floor")),
    h("div.buttons", {}, speakers.kinds.map((kind, n) => h(`button.b${n ? "" : ".primary"}`, { type: "button", "data-add": kind.kind }, kind.text))),
    more,
    optional.size > 0 && h("details", {}, h("summary", {}, say("details")), h("div.people", {}, [...optional.values()].map((each) => field(each)))),
  ];
}

function ballots(state, found, tools) {
  const open = state.polls.filter((poll) => poll.ballot);
  if (!open.length) return null;
  return h("div.people", {}, h("h3", {}, tools.say("ballots")), open.map((poll) => {
    const button = h("button.b", { type: "button" }, tools.say("enter_ballot", { question: poll.question }));
    button.addEventListener("click", () => ballotDialog(poll, found, tools));
    return h("div", {}, button, found.answered.includes(poll.poll_id) && h("p.small.dim", {}, tools.say("answered")));
  }));
}

function people(found, { say, presses }) {
  const taken = found.seats.filter((seat) => seat.taken);
  if (!taken.length) return null;
  return h("div.people", {}, h("h3", {}, say("presence")), taken.map((seat) => {
    const box = h("div.person", {}, h("p", {}, `${seat.number}. ${seat.function_text} `, h("span.dim", { "data-now": true }, `– ${seat.presence_text}`), seat.note_text && ` · ${seat.note_text}`),
      h("p.answer", { role: "status" }),
      h("div.buttons", {}, ["room", "virtual", "left", "unknown"].map((presence) =>
        h("button.b", { type: "button", "data-presence": presence, "aria-pressed": seat.presence === presence ? "true" : "false" }, say(`presence_${presence}`)))));
    const one = presses.once("delegations.note_presence");
    const show = (text, kind) => {
      box.querySelector(".answer").textContent = text;
      box.querySelector(".answer").className = `answer ${kind}`;
    };
    box.addEventListener("click", async (event) => {
      const button = event.target.closest("[data-presence]");
      if (!button) return;
      const came = await one({ seat_id: seat.seat_id, presence: button.dataset.presence }, { say: show });
      show(came.lost ? say("lost") : came.sentence, came.ok ? "ok" : "no");
      if (!came.ok) return;
      for (const each of box.querySelectorAll("[data-presence]")) each.setAttribute("aria-pressed", String(each === button));
      box.querySelector("[data-now]").textContent = `– ${button.textContent}`;
    });
    return box;
  }));
}
