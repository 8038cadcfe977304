/** Polls at the desk: their acts, ballots entered for delegations, counts by hand. */

import { ballot, count, inWords, readChoice } from "./ballot.js";
import { ask } from "./dialog.js";
import { bdi, h } from "./dom.js";

/** The polls near now, with their buttons. */
export function pollPanel(state, { say, presses }) {
  if (!state.polls.length) return [h("p.card", {}, say("no_polls"))];
  return [state.polls.map((poll) => h("section.card", { "data-key": `poll:${poll.poll_id}` },
    h("h3", {}, bdi(poll.question)),
    h("p.dim", {}, [poll.state_text, poll.turnout_text].filter(Boolean).join(" · ")),
    poll.lines.map((line) => h("p.warn", {}, line)),
    h("div.buttons", {}, poll.buttons.map((one) => presses.button(one, `poll${poll.poll_id}`)),
      poll.screen_button && presses.button(poll.screen_button, `poll${poll.poll_id}screen`),
      poll.hand_count && h("button.b", { type: "button", "data-hand-count": poll.poll_id }, say("hand_count")))))];
}

/** A delegation's ballot, entered for it. Where it is final, or one stands already, it is shown once more. */
export function ballotDialog(poll, delegation, { say, presses, state }) {
  const form = poll.ballot;
  const one = presses.once("ballots.enter");
  const abstain = form.abstaining && h("button.b", { type: "submit", value: "abstain" }, form.abstain_label);
  let by = null;
  const handle = ask(say, {
    title: `${delegation.short_name}: ${poll.question}`,
    body: [h("div.scrolled", {}, ballot(form, say, `desk-${poll.poll_id}`)), h("p.small.dim", {}, form.secrecy_text), abstain],
    submit: say("ballot.record"),
    onSubmit: async (element, dialog) => {
      const root = element.querySelector("[data-ballot]");
      const read = by?.value === "abstain" ? { choice: [] } : readChoice(root, form, say);
      if (read.missing) return dialog.say(read.missing, "no");
      const args = { poll_id: poll.poll_id, delegation_id: delegation.delegation_id, choice: read.choice };
      const there = state().delegations.find((each) => each.delegation_id === delegation.delegation_id)?.answered.includes(poll.poll_id);
      if (!form.final && !there) return presses.answered(await one(args, dialog), dialog, "polls");
      return ask(say, {
        title: there ? say("replace", { delegation: delegation.name }) : say("ballot.final"),
        body: [h("p", {}, bdi(delegation.name)), inWords(read.choice, form, say), h("p.small.dim", {}, form.secrecy_text)],
        submit: there ? say("replace_it") : say("ballot.record"),
        style: there ? "danger" : "primary",
        onSubmit: async (_, sure) => {
          if (presses.answered(await one(form.final ? { ...args, sure: true } : args, sure), sure, "polls").ok) dialog.close();
        },
      });
    },
  });
  handle.form.addEventListener("submit", (event) => (by = event.submitter), true);
  handle.form.querySelector(".ballot input")?.focus();
  count(handle.form.querySelector("[data-ballot]"), say);
}

/** What was counted by a show of hands, for one tally. */
export function handCount(id, { say, presses, state }) {
  const poll = state().polls.find((one) => one.poll_id === id);
  const one = presses.once("polls.hand_count");
  const number = (name, label) => h("div.field", {}, h("label", { for: name }, label),
    h("input.tabular", { id: name, name, type: "text", inputmode: "numeric", maxlength: 5, autocomplete: "off" }));
  ask(say, {
    title: `${say("hand_count")}: ${poll.question}`,
    body: [
      h("fieldset.choices", {}, h("legend", {}, say("hand_tally")), poll.hand_count.tallies.map((tally, n) =>
        h("label.choice", {}, h("input", { type: "radio", name: "tally", value: tally.tally, checked: n === 0 }), tally.text))),
      h("div.counts", {}, number("answered", say("hand_answered")), poll.hand_count.options.map((option) => number(`count-${option.n}`, `${option.n}. ${option.text}`))),
    ],
    submit: say("ballot.record"),
    onSubmit: async (form, handle) => {
      const figure = (name) => {
        const text = form.elements[name].value.trim();
        return /^\d+$/.test(text || "0") ? Number(text || 0) : text;
      };
      const args = { poll_id: id, tally: form.elements.tally.value, answered: figure("answered"), counts: poll.hand_count.options.map((option) => figure(`count-${option.n}`)) };
      presses.answered(await one(args, handle), handle, "polls");
    },
  });
}
