/** What the screen shows, one function per layout: state and tools in, elements out. */

import { bdi, h } from "./dom.js";
import { result } from "./result.js";
import { secondsLeft, span } from "./times.js";

/** How large a text may begin, by its length: its class. */
export function sized(text) {
  const length = text.length;
  return length <= 60 ? "short" : length <= 140 ? "mid" : "long";
}

function side(one) {
  return h("span.side", { "data-side": one.side }, one.side_text);
}

/** Minutes to the end of an item, or over it. */
function itemTime(item, tool) {
  const text = (now) => {
    const left = item.ends - now;
    return left >= 0 ? tool.say("left_min", { n: Math.ceil(left / 60000) }) : tool.say("over_min", { n: Math.floor(-left / 60000) });
  };
  return tool.tick(h("p.itemtime.tabular"), text);
}

function joining(join, tool) {
  if (!join) return null;
  return h("aside.join", {}, join.qr && h("img.qr", { src: join.qr, alt: tool.say("qr"), width: 200, height: 200 }), h("p", {}, bdi(join.text)));
}

function agenda(state, tool) {
  const { item, next, agenda: day, join } = state;
  const now = h("section.box.nowbox", {},
    item && [h("p.tag", {}, item.state_text || tool.say("now")), h(`h1.title.${sized(item.title)}`, {}, bdi(item.title)),
      h("p.times.tabular", {}, item.times_text, item.mode_text && [" · ", item.mode_text]), itemTime(item, tool)],
    next && h(`div.then${item ? "" : ".alone"}`, {}, h("p.tag", {}, tool.say("next")),
      h(item ? "p.nexttitle" : "h1.title.mid", {}, h("span.tabular.dim", {}, next.at_text), " ", bdi(next.title))),
    !item && !next && h("h1.title.mid", {}, bdi(state.meeting.title)));
  const rows = (day?.rows ?? []).map((row) =>
    h("li.dayrow", { "data-item": true, "data-state": row.state, "data-past": ["ended", "skipped"].includes(row.state) },
      h("span.daytimes.tabular", {}, row.times_text), h("span.daytitle", {}, bdi(row.title)),
      h("span.daystate", {}, row.state_text)));
  return h("div.agenda", {}, h("div.agendanow", {}, now, joining(join, tool)),
    h("section.box.day", { "data-paged": true }, h("h2.panelhead", {}, day?.day_text), h("ul", {}, rows),
      day?.more_text && h("p.more", {}, day.more_text), h("p.turn", { hidden: true })));
}

function waiting(list, tool, { heading, paged }) {
  const rows = list.rows.map((row) =>
    h("li.waitrow", { "data-item": true }, h("span.place.tabular", {}, row.place),
      h("span", {}, h("span.who", {}, bdi(row.short_name)),
        h("span.how", {}, side(row), row.kind_text && [" · ", bdi(row.kind_text)], row.note_text && [" · ", bdi(row.note_text)]))));
  return h("section.box.waiting", { "data-paged": paged, "data-fewer": !paged }, h(`${heading}.panelhead`, {}, tool.say("list")),
    h("p.liststate", { "data-state": list.state }, list.state_text), h("ol", {}, rows),
    list.more_text && h("p.more", {}, list.more_text),
    [list.waiting_text, list.unfit_text, list.replies_text].filter(Boolean).map((text) => h("p.listnote", {}, text)),
    heading === "h1" && list.policy_text && h("p.listnote", {}, list.policy_text),
    paged && h("p.turn", { hidden: true }));
}

function speaker(state, tool) {
  const { speaker: one, list } = state;
  const time = tool.tick(h("p.countdown.tabular"), (now, element) => {
    const left = secondsLeft(one, now);
    const used = Math.min(1, Math.max(0, 1 - left / one.limit_s));
    const part = element.closest(".timebox");
    part.dataset.over = left < 0;
    part.querySelector(".used").style.inlineSize = `${used * 100}%`;
    part.querySelector(".what").textContent =
      one.paused_text ?? (left < 0 ? tool.say("overtime", { limit: one.limit_text }) : tool.say("left", { limit: one.limit_text }));
    return span(left);
  });
  return h("div.floor", {},
    h("section.box.speaking", {},
      h("p.tag", {}, tool.say("floor"), " · ", side(one)),
      h(`h1.name.${sized(one.name)}`, {}, bdi(one.name)),
      one.kind_text && h("p.capacity", {}, bdi(one.kind_text)),
      one.person && h("p.person", {}, bdi(one.person)),
      one.subject && h("p.person.dim", {}, bdi(one.subject)),
      one.interrupted_text && h("p.person", {}, bdi(one.interrupted_text))),
    h("section.box.timebox", {}, time, h("div.track", { "aria-hidden": true }, h("div.used")), h("p.what")),
    list && waiting(list, tool, { heading: "h2" }));
}

function list(state, tool) {
  return h("div.listing", {}, waiting(state.list, tool, { heading: "h1", paged: true }), joining(state.join, tool));
}

/** How many answered, a tally at a time. */
function turnout(poll) {
  return poll.turnout.map((one) =>
    h("div.turnout", {}, h("p", {}, one.text),
      h("div.track", { "aria-hidden": true }, filled(one.of ? (100 * one.answered) / one.of : 0))));
}

/** A bar of that length, 0 to 100. */
export function filled(length, name = "div.used") {
  const bar = h(name);
  bar.style.inlineSize = `${Math.min(100, Math.max(0, length))}%`;
  return bar;
}

function poll(state, tool) {
  const { poll: one, join } = state;
  if (state.result) return result(state.result, tool);
  const closing = one.closes === null ? null
    : tool.tick(h("p.closing.tabular"), (now) => (one.closes > now ? span((one.closes - now) / 1000) : "0:00"));
  return h("div.polling", {},
    h("section.box.question", { "data-paged": true },
      h("p.tag", {}, one.head_text, one.round_text && [" · ", one.round_text]),
      h(`h1.asked.${sized(one.question)}`, {}, bdi(one.question)), h("p.howto", {}, one.how_text),
      h("ol.options", {}, one.options.map((option) =>
        h("li.option", { "data-item": true }, h("span.place.tabular", {}, option.n), h("span", {}, bdi(option.text))))),
      h("p.turn", { hidden: true })),
    h("aside.box.pollside", {}, closing && [closing],
      h("p.closes", {}, one.closes_text), turnout(one), joining(join, tool),
      one.here_text && h("p.listnote", {}, one.here_text)),
    h("section.box.smallprint", {}, [one.unit_text, one.secrecy_text, one.shows_text, one.foot_text].filter(Boolean).join(" ")));
}

function pause(state, tool) {
  const { item, next, join } = state;
  const to = item?.ends ?? next?.begins;
  const time = to ? tool.tick(h("p.countdown.tabular"), (now) => (to > now ? span((to - now) / 1000) : "")) : null;
  const title = item?.title ?? state.meeting.title;
  return h("div.pause", {},
    h("section.box.centre", {}, h(`h1.title.${sized(title)}`, {}, bdi(title)), time,
      item && tool.tick(h("p.what"), (now) => (to > now ? tool.say("until", { at: tool.hour(to) }) : tool.say("soon")))),
    h("section.box.afterwards", {}, next && [h("p.tag", {}, tool.say("next")),
      h("p.nexttitle", {}, h("span.tabular.dim", {}, next.at_text), " ", bdi(next.title))]),
    joining(join, tool));
}

function message(state) {
  const length = sized(state.message.text);
  return h("div.box.centre", {}, h(`h1.message.${length}`, {}, state.message.lines.map((line) => h("span.messageline", {}, bdi(line)))));
}

/** By the state's `layout`; `blank` shows nothing. */
export const LAYOUTS = {
  agenda,
  speaker,
  list,
  poll,
  result: (state, tool) => result(state.result, tool),
  break: pause,
  message,
};
