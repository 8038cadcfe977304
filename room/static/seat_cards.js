/** Cards of the seat's page: the floor and its list, contributions. */

import { field } from "./dialog.js";
import { bdi, h } from "./dom.js";

function kindForm(floor, { say }) {
  const id = "ask";
  return h("details", { "data-key": "details" }, h("summary", {}, say("details")),
    h("form", { "data-act": "speakers.ask", "data-args": JSON.stringify({ item_id: floor.item_id }), "data-where": "floor", novalidate: true },
      h("div.field", {}, h("label", { for: `${id}-kind` }, say("kind")),
        h("select", { id: `${id}-kind`, name: "kind", "data-kinds": true }, floor.kinds.map((one) => h("option", { value: one.kind }, one.text)))),
      floor.kinds.map((one) => h("div.form", { "data-kind": one.kind, "data-key": `kind:${one.kind}` },
        one.fields.map((each) => field(each, `${id}-${one.kind}-${each.name}`)))),
      h("button.b.primary", {}, say("ask"))));
}

/** Shows the fields of the chosen kind, and the hint of the chosen kind of contribution. */
export function kindChanged(root) {
  for (const select of root.querySelectorAll("select[data-kinds]"))
    for (const part of select.closest("form").querySelectorAll("[data-kind]")) part.hidden = part.dataset.kind !== select.value;
}

/** The floor: who speaks, who waits, what one's own delegation waits for. */
export function floorCard(floor, tools) {
  const { say, presses, answer } = tools;
  const { speaker } = floor;
  return h("section.card", { "data-key": "floor", "aria-labelledby": "floor-head" },
    h("h2", { id: "floor-head" }, say("floor")), h("p", {}, bdi(floor.title)),
    h("div", { "data-key": "speaker", class: speaker && "speaking" }, speaker ? [h("div", {}, h("p.tag", {}, say("speaks")), h("p", {}, h("strong", {}, bdi(speaker.name)), " ", h("span.dim", {}, speaker.side_text)),
      speaker.kind_text && h("p.small", {}, bdi(speaker.kind_text))), h("p.time.tabular", { "data-kept": true, role: "timer" }), h("p.what.small.dim", { "data-kept": true })]
      : h("p.dim", {}, say("nobody_speaks"))),
    h("p", {}, h("strong", {}, floor.state_text), floor.waiting_text && [" ", floor.waiting_text]),
    floor.mine.map((one) => h("div.own", { "data-key": `own:${one.inscription_id}` }, h("p", {}, h("strong", {}, one.text)), one.why_text && h("p.small.dim", {}, one.why_text),
      h("div.buttons", {}, one.buttons.map((each) => presses.button(each, `floor:own${one.inscription_id}`))))),
    h("div.buttons", {}, [floor.ask, floor.associate, floor.write].filter(Boolean).map((one) => presses.button(one, "floor"))),
    answer("floor"), floor.mine.map((one) => answer(`floor:own${one.inscription_id}`)),
    floor.kinds?.length > 0 && kindForm(floor, tools),
    floor.rows.length > 0 && h("details", { "data-key": "rows" }, h("summary", {}, say("on_list")),
      h("ol.list", {}, floor.rows.map((row) => h(`li${row.mine ? ".mine" : ""}`, {}, h("span.tabular", {}, row.place),
        h("span", {}, bdi(row.short_name), " ", h("span.dim.small", {}, [row.side_text, row.kind_text, row.note_text, row.mine && say("yours")].filter(Boolean).join(" · "))))))));
}

function select(id, name, label, options) {
  return h("div.field", {}, h("label", { for: id }, label), h("select", { id, name }, options.map(([value, text]) => h("option", { value }, text))));
}

function writing(question, { say }, where) {
  const id = `write-${question.question_id}`;
  return h("details", { "data-key": "write" }, h("summary", {}, say("write_one")),
    h("form", { "data-act": "discussions.contribute", "data-args": JSON.stringify({ question_id: question.question_id }), "data-where": where, novalidate: true },
      question.parts.length > 0 && select(`${id}-part`, "part_id", say("part"), question.parts.map((one) => [one.part_id, one.text])),
      select(`${id}-kind`, "kind", say("input_kind"), question.kinds.map((one) => [one.kind, one.hint ? `${one.text} – ${one.hint}` : one.text])),
      h("div.field", {}, h("label", { for: `${id}-text` }, say("text")), h("p.small", { id: `${id}-warn` }, question.warning_text),
        h("textarea", { id: `${id}-text`, name: "text", maxlength: question.max, "aria-describedby": `${id}-warn` }),
        h("p.dim.small", { "data-left": true, "data-kept": true }, say("left_signs", { n: question.max }))),
      h("fieldset.choices", {}, h("legend", {}, say("attribution")), question.attributions.map((one, n) =>
        h("label.choice", {}, h("input", { type: "radio", name: `${id}-attribution`, "data-arg": "attribution", value: one.attribution, checked: n === 0 }),
          h("span", {}, one.text, one.hint && h("span.dim.small", {}, " – ", one.hint))))),
      h("button.b.primary", {}, say("send"))));
}

/** A guiding question: its text, a form, and what one wrote. */
export function contributeCard(question, tools) {
  const where = `question:${question.question_id}`;
  const { say, presses, answer } = tools;
  return h("article.card", { "data-key": where, "aria-label": question.title },
    h("p.tag", {}, say("contribute")), h("h2", {}, bdi(question.title)), question.text && h("p", {}, bdi(question.text)), h("p.dim.small", {}, question.until_text),
    question.open && writing(question, tools, where), answer(where),
    question.mine.length > 0 && h("h3", {}, say("mine")),
    question.mine.map((one) => h("div.written", {}, h("p", {}, bdi(one.text)), h("p.dim.small", {}, one.state_text),
      h("div.buttons", {}, one.buttons.map((each) => presses.button(each, where))))));
}
