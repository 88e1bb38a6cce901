/** Shows the tags in a field as chips below it, each with a way to take it out. The field stays what is sent. */

const tagsIn = (text: string): string[] =>
  text
    .split(/[,\n，、]/u)
    .map((tag) => tag.trim())
    .filter((tag) => tag !== "");

const chipOf = (tag: string, input: HTMLInputElement): HTMLElement => {
  const item = document.createElement("li");
  item.className = "chip";
  const text = document.createElement("span");
  text.dir = "auto";
  text.textContent = tag;
  const remove = document.createElement("button");
  remove.type = "button";
  remove.className = "chip-remove";
  remove.setAttribute("aria-label", (input.dataset["remove"] ?? "").replace("{tag}", tag));
  remove.addEventListener("click", () => {
    input.value = tagsIn(input.value)
      .filter((each) => each !== tag)
      .join(", ");
    show(input);
    input.focus();
  });
  item.append(text, remove);
  return item;
};

const listOf = (input: HTMLInputElement): HTMLElement => {
  const next = input.nextElementSibling;
  if (next instanceof HTMLElement && next.matches("[data-tag-chips]")) {
    return next;
  }
  const list = document.createElement("ul");
  list.className = "chips";
  list.setAttribute("role", "list");
  list.setAttribute("aria-label", input.dataset["tags"] ?? "");
  list.dataset["tagChips"] = "";
  input.after(list);
  return list;
};

const show = (input: HTMLInputElement): void => {
  listOf(input).replaceChildren(...[...new Set(tagsIn(input.value))].map((tag) => chipOf(tag, input)));
};

const showAll = (): void => {
  for (const input of document.querySelectorAll<HTMLInputElement>("input[data-tags]")) {
    show(input);
  }
};

document.addEventListener("input", ({ target }) => {
  if (target instanceof HTMLInputElement && target.matches("[data-tags]")) {
    show(target);
  }
});
document.addEventListener("htmx:after:swap", showAll);
showAll();
