import { formatUptime } from "../contract/uptime.ts";
import "./frame.ts";
import { pageLocale } from "./page-locale.ts";
import "./site.ts";

const tickMs = 1_000;
const copiedMs = 2_000;
/** Errors that explain themselves in the form (web/views/parts.tsx, `replaces`). */
const explainedStatuses = new Set([403, 422, 429]);

/** Clocks: how long a stream has been live, and times of day in the viewer's own zone. */
const tick = (): void => {
  for (const clock of document.querySelectorAll<HTMLTimeElement>("time[data-uptime]")) {
    const text = formatUptime(Date.now() - Date.parse(clock.dateTime));
    if (clock.textContent !== text) {
      clock.textContent = text;
    }
  }
  for (const clock of document.querySelectorAll<HTMLTimeElement>("time[data-clock]")) {
    clock.textContent = new Date(clock.dateTime).toLocaleTimeString(pageLocale());
    clock.removeAttribute("data-clock");
  }
};

/** Copies an input's value; over plain http there is no clipboard, so the text is selected for the keyboard. */
const copy = async (button: HTMLElement): Promise<void> => {
  const input = document.getElementById(button.dataset["copy"] ?? "");
  const label = button.querySelector("[data-label]");
  if (!(input instanceof HTMLInputElement) || label === null) {
    return;
  }
  const original = label.textContent;
  try {
    await navigator.clipboard.writeText(input.value);
    label.textContent = button.dataset["labelCopied"] ?? "";
  } catch {
    input.focus();
    input.select();
    label.textContent = button.dataset["labelSelected"] ?? "";
  }
  button.setAttribute("disabled", "");
  setTimeout(() => {
    label.textContent = original;
    button.removeAttribute("disabled");
  }, copiedMs);
};

document.addEventListener("click", (event) => {
  const button = event.target instanceof Element ? event.target.closest<HTMLElement>("[data-copy]") : null;
  if (button !== null) {
    void copy(button);
  }
});

/** One line at the foot of the page for what went wrong in the background. */
const notify = (kind: "offline" | "failed" | null): void => {
  const notice = document.getElementById("notice");
  if (notice !== null) {
    notice.textContent = kind === null ? "" : (notice.dataset[kind] ?? "");
  }
};
document.addEventListener("htmx:error", () => notify("offline"));
document.addEventListener("htmx:sse:error", () => notify("offline"));
document.addEventListener("htmx:sse:after:connection", () => notify(null));
document.addEventListener("htmx:response:error", (event) => {
  const { status } = (event as CustomEvent<{ ctx: { response: { status: number } } }>).detail.ctx.response;
  if (!explainedStatuses.has(status)) {
    notify("failed");
  }
});
document.addEventListener("htmx:after:swap", () => {
  notify(null);
  tick();
});

setInterval(tick, tickMs);
tick();
