import "./player.ts";
import "./tag-chips.ts";
import "./viewer-chart.ts";
import { localiseDates } from "./local-dates.ts";

/** What the studio's pages need beside the small script of every page. */

localiseDates();

/** The status comes anew by an event: the preview hears from it how viewers see the channel. */
let told = "";
const tellPreview = (): void => {
  const now = document.getElementById("studio-status")?.dataset["told"] ?? "";
  if (now !== "" && now !== told) {
    told = now;
    document.dispatchEvent(new CustomEvent("channel-told", { detail: JSON.parse(now) as unknown }));
  }
};
told = document.getElementById("studio-status")?.dataset["told"] ?? "";
document.addEventListener("htmx:after:swap", tellPreview);

const preview = document.querySelector<HTMLDetailsElement>("[data-preview]");
const player = preview?.querySelector("live-player");
const place = document.createComment("preview");
player?.before(place);
// A closed preview must not load the stream: out of the page the player lets go of it.
preview?.addEventListener("toggle", () => {
  if (!preview.open) {
    player?.remove();
  } else if (player !== null && player !== undefined && !player.isConnected) {
    place.after(player);
    told = "";
    tellPreview();
  }
});
