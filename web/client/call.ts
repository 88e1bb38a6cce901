/** A call's page, from the look in the mirror to "You left". */
const root = document.getElementById("call");
if (root !== null) {
  const message = document.createElement("p");
  message.textContent = root.dataset["name"] ?? "";
  const place = document.createElement("div");
  place.append(message);
  root.replaceChildren(place);
}
