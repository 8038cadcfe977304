/** The floor at the desk: who speaks, the next act, who waits. */

import { bdi, h } from "./dom.js";

function row(one, { presses }) {
  return h("li.wait", { "data-key": `wait:${one.inscription_id}` }, h("span.place.tabular", {}, one.place),
    h("div", {}, h("p", {}, h("strong", {}, bdi(one.short_name))),
      h("p.dim.small", {}, [one.side_text, one.kind_text, one.since_text].filter(Boolean).join(" · "), one.note_text && [" · ", h("strong", {}, one.note_text)])),
    h("div.buttons", {}, one.buttons.map((each) => presses.button(each, `row${one.inscription_id}`))));
}

/** The cards of the floor; without a list, what is said of that. */
export function floorSide({ speakers, agenda }, tools) {
  const { say, presses } = tools;
  const warned = agenda.lines.map((line) => h("p.warn", {}, line));
  if (!speakers) return h("section.card", { "data-key": "floor" }, h("h2", {}, say("floor")), h("p.dim", {}, say("no_list")), warned);
  const { speaker } = speakers;
  return [
    h("section.card", { "data-key": "floor", "aria-labelledby": "floor-head" },
      h("div.heads", {}, h("h2", { id: "floor-head" }, say("floor")), h("p.state", {}, speakers.state_text)),
      h("div.onfloor", {}, speaker
        ? [h("div", {}, h("p.name", {}, bdi(speaker.name)), h("p.dim", {}, [speaker.side_text, speaker.kind_text, speaker.person].filter(Boolean).join(" · ")),
          speaker.interrupted_text && h("p.warn", {}, speaker.interrupted_text)),
        h("div", {}, h("p.time.tabular", { role: "timer", "data-kept": true }), h("p.what.small.dim", { "data-kept": true }))]
        : h("p.dim", {}, say("nobody_speaks"))),
      h("div.buttons", {}, speakers.buttons.map((one) => presses.button(one, "speakers"))), warned),
    h("section.card", { "data-key": "list", "aria-labelledby": "list-head" },
      h("div.heads", {}, h("h2", { id: "list-head" }, say("on_list")), h("p.dim", {}, speakers.waiting_text)),
      speakers.unfit_text && h("p.warn", {}, speakers.unfit_text),
      speakers.lines.map((line) => h(line.startsWith("⚠") ? "p.warn" : "p.dim", {}, line)),
      speakers.rows.length ? h("ol", {}, speakers.rows.map((one) => row(one, tools))) : !speakers.waiting_text && h("p.dim", {}, say("nobody_waits"))),
  ];
}
