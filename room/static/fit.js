/** Letters as large as their box allows, and pages where even the smallest do not fit. */

const STEPS = 7; // halvings: finer than one per cent of the size
const SMALLEST = 0.3;
const PATIENCE = 6; // pages: nearly a minute; more of them become smaller first
const TURN = 0.7; // below this size the back row could not read a list: it is shown in pages
const SMALLER = [TURN, 0.55, 0.42];

function overflows(box) {
  return box.scrollHeight > box.clientHeight + 1 || box.scrollWidth > box.clientWidth + 1;
}

function largest(box, least) {
  const fits = (k) => {
    box.style.setProperty("--k", k);
    return !overflows(box);
  };
  if (fits(1)) return true;
  let [low, high] = [least, 1];
  if (!fits(low)) return false;
  for (let step = 0; step < STEPS; step += 1) {
    const middle = (low + high) / 2;
    if (fits(middle)) low = middle;
    else high = middle;
  }
  return fits(low);
}

/**
 * Sets the box's `--k` (1 to 0.3), with which its sizes are multiplied, so that nothing in it is cut.
 *
 * In a box with `data-paged` the elements with `data-item` are shown in pages if they would become too small;
 * those with `data-past` are left out first. In one with `data-fewer` the last of them are left out instead. An element with `data-section` shows with its items, on pages of
 * its own.
 * @param {HTMLElement} box of a size that does not depend on what is in it
 * @param {(n: number, of: number) => string} label of a page
 * @returns {?{pages: number, show: (page: number) => void}} what turns the pages, if there are several
 */
export function fitBox(box, label) {
  const paged = box.hasAttribute("data-paged");
  const items = [...box.querySelectorAll("[data-item]")];
  const sections = [...box.querySelectorAll("[data-section]")];
  const turn = box.querySelector(".turn");
  for (const one of [...items, ...sections]) one.hidden = false;
  if (turn) turn.hidden = true;
  if (box.hasAttribute("data-fewer"))
    for (const item of items.slice(2).reverse()) {
      if (largest(box, TURN)) return null;
      item.hidden = true;
    }
  if (!paged) {
    largest(box, SMALLEST);
    return null;
  }
  if (largest(box, TURN)) return null;
  for (const one of items.filter((item) => item.hasAttribute("data-past"))) {
    one.hidden = true;
    if (largest(box, TURN)) return null;
  }
  return inPages(box, items.filter((item) => !item.hidden), sections, turn, label);
}

function inPages(box, items, sections, turn, label) {
  const show = (shown) => {
    for (const item of items) item.hidden = !shown.includes(item);
    for (const section of sections) section.hidden = !shown.some((item) => section.contains(item));
  };
  const fits = (page) => {
    show(page);
    return !overflows(box);
  };
  const scaled = (k) => box.style.setProperty("--k", k);
  turn.hidden = false;
  turn.textContent = label(1, 1);
  const split = (k) => {
    scaled(k);
    return (sections.length ? sections : [box]).flatMap((part) => {
      const own = items.filter((item) => part.contains(item));
      const filled = [];
      for (const item of own) {
        if (filled.length && fits([...filled.at(-1), item])) filled.at(-1).push(item);
        else filled.push([item]);
      }
      const each = Math.ceil(own.length / filled.length);
      const even = filled.map((_, n) => own.slice(n * each, (n + 1) * each)).filter((page) => page.length);
      return even.every(fits) ? even : filled;
    });
  };
  let pages;
  let least;
  for (least of SMALLER) {
    pages = split(least);
    if (pages.length <= PATIENCE) break;
  }
  // As large as all pages allow; one item alone may be too tall even for the usual least.
  let [low, high] = pages.every(fits) ? [least, 1] : [SMALLEST, least];
  for (let step = 0; step < STEPS; step += 1) {
    const middle = (low + high) / 2;
    scaled(middle);
    if (pages.every(fits)) low = middle;
    else high = middle;
  }
  scaled(low);
  show(pages[0]);
  if (pages.length === 1) {
    turn.hidden = true;
    return null;
  }
  let current = -1;
  return {
    pages: pages.length,
    show(n) {
      if (n === current) return;
      current = n;
      show(pages[n]);
      turn.textContent = label(n + 1, pages.length);
    },
  };
}
