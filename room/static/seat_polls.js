/** Polls on the seat's page: ballots and results. */

import { ballot, inWords, readChoice } from "./ballot.js";
import { ask } from "./dialog.js";
import { bdi, h } from "./dom.js";

function bars(list) {
  const track = (value, name) => {
    const used = h("div");
    used.style.inlineSize = `${Math.min(100, Math.max(0, value))}%`;
    return h(name, { "aria-hidden": "true" }, used);
  };
  return h("ul.bars", {}, list.map((bar) => h("li.bar", {},
    h("p", {}, bdi(bar.text)), h("p.tabular", {}, h("strong", {}, bar.value_text)), track(bar.bar, "div.track"),
    bar.earlier && [track(bar.earlier.bar, "div.track.pale"), h("p.small.dim", {}, bar.earlier.value_text)],
    bar.levels && h("p.small.dim", {}, bar.levels.map((level) => `${level.text}: ${level.n}`).join(" · ")),
    bar.detail_text && h("p.small.dim", {}, bar.detail_text))));
}

function result(shown) {
  const block = (one, level) => h("div.tally", {}, h(level, {}, bdi(one.name_text)), h("p.small.dim", {}, one.base_text),
    one.compare_text && h("p.small.dim", {}, one.compare_text), bars(one.bars), (one.groups ?? []).map((group) => block(group, "h4")));
  return [[...shown.tallies, ...(shown.hand_counts ?? [])].map((one) => block(one, "h3")),
    h("p.small.dim", {}, [shown.unit_text, shown.legend_text, shown.foot_text].filter(Boolean).join(" "))];
}

/** A poll: what is asked, the ballot or why there is none, what was recorded, the result. */
export function pollCard(poll, { say, answer }) {
  const where = `poll:${poll.poll_id}`;
  const id = `${poll.poll_id}-${poll.round_text ?? ""}`.replaceAll(/\W/g, "-");
  const form = poll.ballot && h("form", { class: "form", "data-poll": poll.poll_id, "data-key": `form:${id}`, novalidate: true },
    ballot(poll.ballot, say, id),
    h("p.small.dim", {}, poll.ballot.secrecy_text),
    h("div.buttons", {}, h("button.b.primary", { value: "record" }, say("ballot.record")),
      poll.ballot.abstaining && h("button.b", { value: "abstain" }, poll.ballot.abstain_label)));
  return h("article.card", { "data-key": where, "aria-labelledby": `head-${id}` },
    h("p.tag", {}, [poll.head_text, poll.round_text, poll.state_text].filter(Boolean).join(" · ")),
    h("h2", { id: `head-${id}` }, bdi(poll.question)),
    h("p.dim.small", {}, poll.turnout_text),
    h("p.dim.small", {}, poll.unit_text),
    poll.mine_text && h("p", { "data-key": "mine" }, h("strong", {}, bdi(poll.mine_text))),
    form && (poll.mine_text ? h("details", { "data-key": "again" }, h("summary", {}, say("change")), form) : form),
    poll.cannot_text && h("p", {}, poll.cannot_text),
    answer(where),
    poll.result && result(poll.result),
    h("p.small.dim", {}, [poll.shows_text, poll.foot_text].filter(Boolean).join(" ")));
}

const pending = new Map();

/** Reads the ballot, asks once more where it is final, and sends it. */
export async function sendBallot(form, submitter, state, { say, presses }, told) {
  const poll = state.polls.find((one) => one.poll_id === form.dataset.poll);
  const where = `poll:${form.dataset.poll}`;
  if (!poll?.ballot || form.ariaBusy === "true") return;
  const read = submitter?.value === "abstain" ? { choice: [] } : readChoice(form.querySelector("[data-ballot]"), poll.ballot, say);
  if (read.missing) return told({ ok: false, sentence: read.missing }, where);
  const args = { poll_id: poll.poll_id, choice: read.choice };
  if (!poll.ballot.final) {
    form.ariaBusy = "true";
    if (!pending.has(where)) pending.set(where, presses.once("ballots.cast"));
    const came = await pending.get(where)(args, { say: (sentence) => told({ ok: null, sentence }, where) });
    form.ariaBusy = "false";
    return told(came.lost ? { ok: false, sentence: say("lost") } : came, where);
  }
  const one = presses.once("ballots.cast");
  ask(say, {
    title: poll.confirm_text ?? poll.ballot.secrecy_text,
    body: [inWords(read.choice, poll.ballot, say)],
    submit: say("ballot.record"),
    onSubmit: async (_, handle) => presses.answered(await one({ ...args, sure: true }, handle), handle, where),
  });
}
