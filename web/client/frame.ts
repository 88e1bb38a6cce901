import { sidebarCookie, sidebarCookieMaxAgeSeconds, sidebarState } from "../contract/sidebar-cookie.ts";

/** The frame of the page: menus that close, the way to the search, and the sidebar that is wide or narrow. */

const closeMenus = (except: Node | null): void => {
  for (const menu of document.querySelectorAll<HTMLDetailsElement>("details[data-menu][open]")) {
    if (!menu.contains(except)) menu.open = false;
  }
};

document.addEventListener("click", ({ target }) => closeMenus(target instanceof Node ? target : null));
document.addEventListener("focusin", ({ target }) => closeMenus(target instanceof Node ? target : null));

const isTyping = (target: EventTarget | null): boolean =>
  target instanceof HTMLElement && (target.isContentEditable || target.matches("input, textarea, select"));

document.addEventListener("keydown", (event) => {
  if (event.key === "Escape") {
    const menu = document.querySelector<HTMLDetailsElement>("details[data-menu][open]");
    menu?.querySelector("summary")?.focus();
    closeMenus(null);
  }
  const isPlain = !event.ctrlKey && !event.metaKey && !event.altKey;
  if (event.key !== "/" || !isPlain || event.defaultPrevented || isTyping(event.target)) return;
  const search = document.querySelector<HTMLInputElement>("[data-search]");
  if (search === null || !search.checkVisibility()) return;
  event.preventDefault();
  search.focus();
  search.select();
});

document.addEventListener("submit", (event) => {
  const form = event.target;
  if (!(form instanceof HTMLFormElement) || !form.matches(".side-toggle")) return;
  const sidebar = form.closest(".sidebar");
  const button = form.querySelector("button");
  const name = button?.querySelector(".visually-hidden");
  if (sidebar === null || button === null || !name) return;
  event.preventDefault();
  const isCollapsed = button.value === "yes";
  sidebar.toggleAttribute("data-collapsed", isCollapsed);
  button.value = isCollapsed ? "no" : "yes";
  name.textContent = (isCollapsed ? form.dataset["expand"] : form.dataset["collapse"]) ?? "";
  // The next page is rendered as this one was left.
  const secure = location.protocol === "https:" ? "; secure" : "";
  const attributes = `path=/; max-age=${sidebarCookieMaxAgeSeconds}; samesite=lax${secure}`;
  document.cookie = `${sidebarCookie}=${sidebarState(isCollapsed)}; ${attributes}`;
});
