/** Ballots of every kind as forms, and the choice read from them. */

import { bdi, h } from "./dom.js";

/**
 * A form's inside for the contract's `F`.
 * @param {Object} form the contract's form of a ballot
 * @param {string} id unlike that of other ballots on the page
 */
export function ballot(form, say, id) {
  const draw = { single, approval, ranking, points, score }[form.kind];
  return h("div.ballot", { "data-ballot": form.kind, "data-most": form.most, "data-cap": form.cap, "data-key": `ballot:${id}` },
    h("fieldset.ballot", {}, h("legend", {}, form.how_text), draw(form, say, id)),
    h("p.count", { "data-count": true, "data-kept": true, role: "status" }));
}

function choice(type, option, name, extra = null) {
  return h("label.choice", { "data-key": `o${option.index}` }, h("input", { type, name, value: option.index }), extra, h("span", {}, bdi(option.text)));
}

function single(form, say, id) {
  return h("div.choices", {}, form.options.map((option) => choice("radio", option, `choice-${id}`)));
}

function approval(form, say, id) {
  return h("div.choices", {}, form.options.map((option) => choice("checkbox", option, `choice-${id}`)));
}

function ranking(form, say, id) {
  return h("div.choices", {}, form.options.map((option) =>
    choice("checkbox", option, `choice-${id}`, h("span.place.tabular", { "data-place": true, "data-kept": true }))));
}

function points(form, say, id) {
  return h("div.choices", {}, form.options.map((option) =>
    h("div.row", { "data-key": `o${option.index}` }, h("label", { for: `dots-${id}-${option.index}` }, bdi(option.text)),
      h("div.stepper", {},
        h("button.b", { type: "button", "data-step": -1, "aria-label": say("ballot.less", { option: option.text }) }, "−"),
        h("input.tabular", { id: `dots-${id}-${option.index}`, type: "text", inputmode: "numeric", value: 0, "data-dots": option.index, maxlength: 3, autocomplete: "off" }),
        h("button.b", { type: "button", "data-step": 1, "aria-label": say("ballot.more", { option: option.text }) }, "+")))));
}

function score(form, say, id) {
  return h("div.choices", {}, form.options.map((option) =>
    h("div.row", { "data-key": `o${option.index}`, role: "radiogroup", "aria-labelledby": `row-${id}-${option.index}` },
      h("p", { id: `row-${id}-${option.index}` }, bdi(option.text)),
      h("div.scale", {}, form.levels.map((level, n) =>
        h("label.choice", {}, h("input", { type: "radio", name: `level-${id}-${option.index}`, value: n, "data-row": option.index }), h("span", {}, bdi(level))))))));
}

const checked = (root) => [...root.querySelectorAll("input:checked")].map((input) => Number(input.value));
const dots = (root) => [...root.querySelectorAll("[data-dots]")].map((input) => [Number(input.dataset.dots), Number(input.value.trim() || 0)]);

const orders = new WeakMap();

/** The options in the order in which they were pressed. */
function ranked(root) {
  const now = checked(root);
  const order = (orders.get(root) ?? []).filter((index) => now.includes(index));
  for (const index of now) if (!order.includes(index)) order.push(index);
  orders.set(root, order);
  return order;
}

/** Says how far the ballot is. Call after each change, and after each drawing. */
export function count(root, say) {
  const { ballot: kind, most } = root.dataset;
  let text = "";
  if (kind === "approval") text = say("ballot.chosen", { n: checked(root).length, most });
  if (kind === "points") text = say("ballot.dots", { n: dots(root).reduce((sum, [, n]) => sum + n, 0), most });
  if (kind === "ranking") {
    const order = ranked(root);
    for (const place of root.querySelectorAll("[data-place]")) {
      const at = order.indexOf(Number(place.parentElement.querySelector("input").value));
      const shown = at < 0 ? "" : String(at + 1);
      if (place.textContent !== shown) place.textContent = shown;
    }
    text = say("ballot.ranked", { n: order.length, most });
  }
  const element = root.querySelector("[data-count]");
  if (element.textContent !== text) element.textContent = text;
}

/** Keeps counts and steps going for all ballots within `root`. */
export function listenToBallots(root, say) {
  const changed = (event) => {
    const found = event.target.closest("[data-ballot]");
    if (found) count(found, say);
  };
  root.addEventListener("input", changed);
  root.addEventListener("change", changed);
  root.addEventListener("click", (event) => {
    const button = event.target.closest("[data-step]");
    if (!button) return;
    const input = button.parentElement.querySelector("input");
    const most = Number(button.closest("[data-ballot]").dataset.cap) || 999;
    input.value = Math.min(most, Math.max(0, (Number(input.value) || 0) + Number(button.dataset.step)));
    input.dispatchEvent(new Event("input", { bubbles: true }));
  });
}

/**
 * The choice as the contract sends it.
 * @returns {{choice?: number[], missing?: string}} `missing`: a sentence saying what is left to do
 */
export function readChoice(root, form, say) {
  const { kind, most, cap } = form;
  if (kind === "single") {
    const chosen = checked(root);
    return chosen.length ? { choice: chosen } : { missing: say("ballot.pick") };
  }
  if (kind === "approval") {
    const chosen = checked(root).sort((a, b) => a - b);
    return chosen.length && chosen.length <= most ? { choice: chosen } : { missing: say("ballot.pick_some", { most, n: chosen.length }) };
  }
  if (kind === "ranking") {
    const order = ranked(root);
    return order.length === most ? { choice: order } : { missing: say("ballot.rank_all", { most, n: order.length }) };
  }
  if (kind === "points") {
    const placed = dots(root).sort(([a], [b]) => a - b).map(([, n]) => n);
    const sum = placed.reduce((total, n) => total + n, 0);
    if (sum !== most || placed.some((n) => !Number.isInteger(n) || n < 0)) return { missing: say("ballot.dots_sum", { most, n: sum }) };
    return placed.some((n) => cap && n > cap) ? { missing: say("ballot.dots_cap", { cap }) } : { choice: placed };
  }
  const rows = [...form.options].sort((a, b) => a.index - b.index)
    .map((option) => root.querySelector(`input[data-row="${option.index}"]:checked`)?.value);
  return rows.includes(undefined) ? { missing: say("ballot.level_each") } : { choice: rows.map(Number) };
}

/** The choice in words, to be looked at once more. */
export function inWords(chosen, form, say) {
  const text = (index) => form.options.find((option) => option.index === index).text;
  const lines = !chosen.length ? [form.abstain_label]
    : form.kind === "points" ? chosen.map((n, index) => n && `${text(index)}: ${n}`).filter(Boolean)
      : form.kind === "score" ? chosen.map((level, index) => `${text(index)}: ${form.levels[level]}`)
        : form.kind === "ranking" ? chosen.map((index, n) => `${n + 1}. ${text(index)}`) : chosen.map(text);
  return h("div", {}, h("p", {}, say("ballot.your_choice")), h("ul", {}, lines.map((line) => h("li", {}, h("strong", {}, bdi(line))))));
}
