/** Keeps the chips below a field of tags (web/views/studio-stream-form.tsx) like the field, which stays what is sent. */

const tagsIn = (text: string): string[] => {
  const tags = text.split(/[,\n，、]/u).map((tag) => tag.trim());
  return [...new Set(tags.filter((tag) => tag !== ""))];
};

const chipOf = (tag: string, removeLabel: string): HTMLElement => {
  const item = document.createElement("li");
  item.className = "chip";
  const text = document.createElement("span");
  text.dir = "auto";
  text.textContent = tag;
  const remove = document.createElement("button");
  remove.type = "button";
  remove.className = "chip-remove";
  remove.setAttribute("aria-label", removeLabel.replace("{tag}", tag));
  item.append(text, remove);
  return item;
};

const show = (input: HTMLInputElement): void => {
  const list = input.parentElement?.querySelector("[data-tag-chips]");
  const tags = tagsIn(input.value);
  const isSame = tags.join() === [...(list?.children ?? [])].map((item) => item.textContent).join();
  if (!isSame) {
    list?.replaceChildren(...tags.map((tag) => chipOf(tag, input.dataset["remove"] ?? "")));
  }
};

document.addEventListener("input", ({ target }) => {
  if (target instanceof HTMLInputElement && target.matches("[data-tags]")) {
    show(target);
  }
});

document.addEventListener("click", ({ target }) => {
  const chip = target instanceof Element ? target.closest(".chip-remove")?.closest(".chip") : null;
  const input = chip?.closest(".field")?.querySelector<HTMLInputElement>("input[data-tags]");
  if (chip === null || chip === undefined || input === null || input === undefined) {
    return;
  }
  input.value = tagsIn(input.value)
    .filter((tag) => tag !== chip.textContent)
    .join(", ");
  show(input);
  input.focus();
});
