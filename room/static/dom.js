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
 * values, choices and open parts are not touched.
 */
export function morph(parent, children) {
  const wanted = children.flat(Infinity).filter((one) => one instanceof Node);
  const keyed = new Map();
  for (const old of parent.children) if (old.dataset.key) keyed.set(old.dataset.key, old);
  let cursor = parent.firstChild;
  for (const fresh of wanted) {
    const key = fresh.dataset?.key;
    let old = key ? keyed.get(key) : cursor;
    if (old && (!alike(old, fresh) || (!key && old.dataset?.key))) old = null;
    if (!old) {
      parent.insertBefore(fresh, cursor);
      continue;
    }
    if (old === cursor) cursor = cursor.nextSibling;
    else parent.insertBefore(old, cursor);
    change(old, fresh);
  }
  while (cursor) {
    const next = cursor.nextSibling;
    cursor.remove();
    cursor = next;
  }
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
