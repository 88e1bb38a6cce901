/** A menu (role `menu`) that a button opens: arrow keys, Escape, and the focus back to where it came from. */

export interface PopupMenu {
  /** `home` is where the focus goes afterwards: the opener unless said otherwise. */
  open(opener: HTMLElement, home?: HTMLElement): void;
  close(): void;
}

interface PopupOptions {
  /** Ends the listeners. */
  signal: AbortSignal;
  /** Where the focus goes when the opener is gone. */
  fallback: () => HTMLElement | null;
  onChoose(item: HTMLElement): void;
}

const itemsOf = (menu: HTMLElement): HTMLElement[] =>
  [...menu.querySelectorAll<HTMLElement>("[role=menuitem]")].filter((item) => !item.hidden);

export function popupMenu(menu: HTMLElement, { signal, fallback, onChoose }: PopupOptions): PopupMenu {
  let opener: HTMLElement | null = null;
  let home: HTMLElement | null = null;

  const mark = (isOpen: boolean): void => {
    menu.hidden = !isOpen;
    opener?.setAttribute("aria-expanded", String(isOpen));
    opener?.parentElement?.toggleAttribute("data-menu-open", isOpen);
  };

  const close = (): void => {
    const hadFocus = menu.contains(document.activeElement);
    mark(false);
    if (hadFocus) (home?.isConnected === true ? home : fallback())?.focus({ preventScroll: true });
    opener = null;
  };

  const walk = (step: number): void => {
    const items = itemsOf(menu);
    const index = items.findIndex((item) => item === document.activeElement);
    items[(index + step + items.length) % items.length]?.focus();
  };

  menu.addEventListener(
    "keydown",
    (event) => {
      const { key } = event;
      if (key === "ArrowDown") walk(1);
      else if (key === "ArrowUp") walk(-1);
      else if (key === "Home") itemsOf(menu).at(0)?.focus();
      else if (key === "End") itemsOf(menu).at(-1)?.focus();
      else if (key === "Escape") close();
      else if (key === "Tab") return close();
      else return event.stopPropagation();
      event.preventDefault();
      event.stopPropagation();
    },
    { signal },
  );
  menu.addEventListener(
    "click",
    ({ target }) => {
      const item = target instanceof Element ? target.closest<HTMLElement>("[role=menuitem]") : null;
      if (item === null) return;
      onChoose(item);
      close();
    },
    { signal },
  );
  document.addEventListener(
    "pointerdown",
    ({ target }) => {
      if (!menu.hidden && target instanceof Node && !menu.contains(target) && opener?.contains(target) !== true)
        close();
    },
    { signal },
  );

  signal.addEventListener("abort", close);

  return {
    open(from, focusAfter = from) {
      if (opener === from) return close();
      close();
      opener = from;
      home = focusAfter;
      mark(true);
      itemsOf(menu).at(0)?.focus({ preventScroll: true });
    },
    close,
  };
}
