/** What the pages about accounts do with scripts: passwords shown on request, recovery codes copied and printed. */

const copiedMs = 2_000;

/** Shows what is typed, or hides it again. */
const reveal = (button: HTMLButtonElement): void => {
  const input = document.getElementById(button.getAttribute("aria-controls") ?? "");
  const label = button.querySelector<HTMLElement>("[data-reveal-label]");
  if (!(input instanceof HTMLInputElement) || label === null) {
    return;
  }
  const isShown = input.type === "text";
  input.type = isShown ? "password" : "text";
  button.toggleAttribute("data-shown", !isShown);
  [label.textContent, label.dataset["revealLabel"]] = [label.dataset["revealLabel"] ?? "", label.textContent ?? ""];
};

/** Copies lines; over plain http there is no clipboard, so they are selected for the keyboard. */
const copyText = async (button: HTMLElement): Promise<void> => {
  const label = button.querySelector("[data-label]");
  const list = document.querySelector(".recovery-codes");
  if (label === null || list === null) {
    return;
  }
  const original = label.textContent;
  try {
    await navigator.clipboard.writeText(button.dataset["copyText"] ?? "");
    label.textContent = button.dataset["labelCopied"] ?? "";
  } catch {
    getSelection()?.selectAllChildren(list);
    label.textContent = button.dataset["labelSelected"] ?? "";
  }
  setTimeout(() => {
    label.textContent = original;
  }, copiedMs);
};

document.addEventListener("click", (event) => {
  const button = event.target instanceof Element ? event.target.closest("button") : null;
  if (button === null) {
    return;
  }
  if ("reveal" in button.dataset) {
    reveal(button);
  } else if ("copyText" in button.dataset) {
    void copyText(button);
  } else if ("print" in button.dataset) {
    print();
  }
});

/** Nobody's password stays on the screen, or in the browser's memory of what was typed in fields of text. */
document.addEventListener("submit", (event) => {
  const form = event.target;
  if (form instanceof HTMLFormElement) {
    for (const button of form.querySelectorAll<HTMLButtonElement>("[data-reveal][data-shown]")) {
      reveal(button);
    }
  }
});
