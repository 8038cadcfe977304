/** A poll's result: options down, tallies across – apart, each with its base, never added. */

import { bdi, h } from "./dom.js";

const nameOf = (bar) => (bar.abstention ? "abstention" : `${bar.n}`);

function length(value, name) {
  const bar = h(name);
  bar.style.inlineSize = `${Math.min(100, Math.max(0, value))}%`;
  return bar;
}

function histogram(levels) {
  return h("div.levels", {}, levels.map((level) => {
    const bar = h("div.level");
    bar.style.blockSize = `${Math.max(3, level.bar)}%`;
    return h("div.levelcell", {}, h("span.leveln.tabular", {}, level.n), h("div.levelbar", { "aria-hidden": true }, bar),
      h("span.leveltext", {}, bdi(level.text)));
  }));
}

function cell(bar) {
  if (!bar) return h("div.cell", {}, h("p.value", {}, "–"));
  return h("div.cell", {},
    h("p.value.tabular", {}, bar.value_text, bar.levels && bar.detail_text && h("span.detail", {}, " · ", bar.detail_text)),
    bar.levels ? histogram(bar.levels) : h("div.track", { "aria-hidden": true }, length(bar.bar, "div.used")),
    bar.earlier && h("div.earlier", {}, h("div.track.pale", { "aria-hidden": true }, length(bar.earlier.bar, "div.used")),
      h("p.tabular", {}, bar.earlier.value_text)),
    !bar.levels && bar.detail_text && h("p.detail", {}, bar.detail_text));
}

function section(title, columns) {
  const order = new Map();
  for (const column of columns) for (const bar of column.bars) if (!order.has(nameOf(bar))) order.set(nameOf(bar), bar);
  const rows = [...order.keys()].map((key) =>
    h("li.matrixrow", { "data-item": true }, h("p.optiontext", {}, bdi(order.get(key).text)),
      columns.filter((column) => column.bars.length || !column.suppressed)
        .map((column) => cell(column.bars.find((bar) => nameOf(bar) === key)))));
  const shown = columns.filter((column) => column.bars.length || !column.suppressed);
  const apart = columns.filter((column) => !shown.includes(column));
  const compared = columns.filter((column) => column.compare_text).map((column) =>
    h("li.apart", { "data-item": true }, h("strong", {}, bdi(column.name_text)), " – ", column.compare_text));
  const block = h("section.tallies", { "data-section": true },
    title && h("h2.groupname", {}, bdi(title)),
    shown.length > 0 && h("div.matrixrow.matrixhead", {}, h("p.optiontext"),
      shown.map((column) => h("div.cell", {}, h(title ? "h3" : "h2", {}, bdi(column.name_text)), h("p.base.tabular", {}, column.base_text)))),
    h("ul", {}, rows, compared.length + rows.length === 0 && h("li", { "data-item": true }), compared),
    apart.map((column) => h("p.apart", {}, h("strong", {}, bdi(column.name_text)), " – ", column.base_text)));
  block.style.setProperty("--columns", Math.max(1, shown.length));
  block.dataset.columns = shown.length;
  block.toggleAttribute("data-long", [...order.values()].some((bar) => bar.text.length > 70));
  return block;
}

/**
 * The result (the contract's `result`) as elements; more than fits is shown in pages.
 * @param {Object} shown
 */
export function result(shown) {
  const sections = [section(null, shown.tallies)];
  for (const tally of shown.tallies) if (tally.groups?.length) sections.push(section(tally.name_text, tally.groups));
  if (shown.hand_counts?.length) sections.push(section(null, shown.hand_counts));
  const size = shown.question.length <= 60 ? "short" : shown.question.length <= 140 ? "mid" : "long";
  return h("div.results", {},
    h("section.box.resulthead", {},
      h("p.tag", {}, shown.head_text, shown.round_text && [" · ", shown.round_text], shown.closed_text && [" · ", shown.closed_text]),
      h(`h1.asked.${size}`, {}, bdi(shown.question))),
    h("section.box.matrix", { "data-paged": true, "data-kind": shown.kind }, sections, h("p.turn", { hidden: true })),
    h("section.box.smallprint", {}, [shown.unit_text, shown.legend_text, shown.foot_text].filter(Boolean).join(" ")));
}
