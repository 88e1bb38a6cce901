/** Elements made by script. Text nodes only, never HTML. */

export type Child = Node | string | null | false;

type Attributes = Record<string, string | boolean | null | undefined>;

/** `true`: the attribute alone; `false`, null and undefined: without it. */
export function el<Name extends keyof HTMLElementTagNameMap>(
  name: Name,
  attributes: Attributes = {},
  ...children: Child[]
): HTMLElementTagNameMap[Name] {
  const element = document.createElement(name);
  setAttributes(element, attributes);
  element.append(...children.filter((child) => child !== null && child !== false));
  return element;
}

/** Only what differs is touched: a screen reader is told of each change. */
export function setAttributes(element: Element, attributes: Attributes): void {
  for (const [name, value] of Object.entries(attributes)) {
    if (value === false || value === null || value === undefined) element.removeAttribute(name);
    else if (element.getAttribute(name) !== (value === true ? "" : value))
      element.setAttribute(name, value === true ? "" : value);
  }
}

export function setText(element: Element, text: string): void {
  if (element.textContent !== text) element.textContent = text;
}

export const icon = (name: string): HTMLElement => el("span", { class: `icon icon-${name}`, "aria-hidden": "true" });

/** `style` is a class, such as `button button-quiet`. */
export function button(style: string, onClick: (event: MouseEvent) => void, ...children: Child[]): HTMLButtonElement {
  const element = el("button", { type: "button", class: style }, ...children);
  element.addEventListener("click", onClick);
  return element;
}

/** A button that is a picture. */
export function iconButton(style: string, name: string, label: string, onClick: () => void): HTMLButtonElement {
  const element = button(style, onClick, icon(name));
  setAttributes(element, { "aria-label": label, title: label });
  return element;
}

/** A name that somebody gave themselves: kept apart from the direction of what stands around it. */
export const nameOf = (name: string, style = ""): HTMLElement => el("bdi", { class: style || null }, name);

/**
 * Makes the children of `parent` be what `items` says, in that order, and keeps the elements of those that stay: what has
 * the focus keeps it.
 */
export function syncList<Item>(
  parent: Element,
  items: readonly Item[],
  known: Map<string, HTMLElement>,
  {
    keyOf,
    make,
    update,
  }: {
    keyOf(item: Item): string;
    make(item: Item): HTMLElement;
    update(element: HTMLElement, item: Item): void;
  },
): void {
  const keys = new Set(items.map(keyOf));
  for (const [key, element] of known) {
    if (keys.has(key)) continue;
    element.remove();
    known.delete(key);
  }
  let before: Element | null = parent.firstElementChild;
  for (const item of items) {
    const key = keyOf(item);
    const element = known.get(key) ?? make(item);
    known.set(key, element);
    update(element, item);
    if (element === before) before = element.nextElementSibling;
    else parent.insertBefore(element, before);
  }
}
