/** Elements made from values, and changed in place so that focus, scrolling and typing stay. */

/** What the server put into the page: `{state, texts}`. */
export function pageData() {
  return JSON.parse(document.getElementById("data").textContent);
}

/**
 * The page's texts as a function of key and values.
 * @param {Object<string, string>} texts by key; `{name}` marks a place
 * @param {string} prefix of the keys
 * @returns {(key: string, values?: Object) => string} an unknown key shows as itself
 */
export function teller(texts, prefix = "") {
  return (key, values = {}) =>
    (texts[prefix + key] ?? key).replace(/\{(\w+)\}/g, (place, name) => values[name] ?? place);
}

/**
 * An element. Strings become text, never HTML.
 * @param {string} name tag, with classes behind dots: `p.dim.small`
 * @param {Object} attributes `true` sets an empty one; `false` and `null` leave it out
 * @param {...(Node|string|number|null|false|Array)} children
 */
export function h(name, attributes = {}, ...children) {
  const [tag, ...classes] = name.split(".");
  const element = document.createElement(tag);
  if (classes.length) element.className = classes.join(" ");
  for (const [key, value] of Object.entries(attributes ?? {})) {
    if (value === false || value === null || value === undefined) continue;
    element.setAttribute(key, value === true ? "" : value);
  }
  for (const child of children.flat(Infinity)) {
    if (child === null || child === undefined || child === false || child === "") continue;
    element.append(child instanceof Node ? child : String(child));
  }
  return element;
}

/** Text of unknown direction, kept from turning the line around it. */
export function bdi(text) {
  return text ? h("bdi", {}, text) : null;
}

const OWNED = new Set(["INPUT", "TEXTAREA", "SELECT"]);

/**
 * Changes what stands in `parent` into `children`, keeping every element it can: those with the same
 * `data-key`, else the same tag at the same place. What a person filled in, opened or unfolded is theirs:
 * values, choices and open parts are not touched, and what holds the focus is never moved, which would lose it.
 */
export function morph(parent, children) {
  const wanted = children.flat(Infinity).filter((one) => one instanceof Node);
  const fresh = new Map(wanted.map((one) => [one.dataset?.key, one]));
  const kept = new Map();
  for (const old of [...parent.children]) {
    const { key } = old.dataset;
    if (key && fresh.has(key) && alike(old, fresh.get(key))) kept.set(key, old);
    else if (key) old.remove();
  }
  let last = null;
  const following = () => (last ? last.nextSibling : parent.firstChild);
  for (const one of wanted) {
    const key = one.dataset?.key;
    const next = following();
    const old = key ? kept.get(key) : next && alike(next, one) && next;
    if (!old) {
      parent.insertBefore(one, next);
      last = one;
      continue;
    }
    kept.delete(key);
    if (old.contains(document.activeElement)) while (old.previousSibling !== last) old.after(old.previousSibling);
    else if (old !== next) parent.insertBefore(old, next);
    change(old, one);
    last = old;
  }
  while (following()) following().remove();
}

function alike(old, fresh) {
  return old.nodeName === fresh.nodeName && old.dataset?.key === fresh.dataset?.key && old.type === fresh.type;
}

function change(old, fresh) {
  if (old.nodeType === Node.TEXT_NODE) {
    if (old.data !== fresh.data) old.data = fresh.data;
    return;
  }
  for (const { name } of [...old.attributes])
    if (!fresh.hasAttribute(name) && !(name === "open" && old.nodeName === "DETAILS")) old.removeAttribute(name);
  for (const { name, value } of fresh.attributes)
    if (old.getAttribute(name) !== value && !(OWNED.has(old.nodeName) && name === "value")) old.setAttribute(name, value);
  if (old.nodeName !== "TEXTAREA" && !("kept" in fresh.dataset)) morph(old, [...fresh.childNodes]);
}
