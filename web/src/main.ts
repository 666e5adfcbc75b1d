/** The page: three views in a frame, a theme, and a copy of itself for when there is no network. */

import { installAnnouncer } from "./ui/announce";
import { installRouter } from "./ui/router";
import { installTheme } from "./ui/theme";
import { engine } from "./engine/engine";
import { keepOffline } from "./offline";

const main = document.querySelector<HTMLElement>("#main");
const toggle = document.querySelector<HTMLButtonElement>("#theme");
const links = [...document.querySelectorAll<HTMLAnchorElement>(".top nav a")];

if (main && toggle) {
  // Asked for at once, so that it comes beside the view that needs it.
  void engine().then(showVersion, () => undefined);
  installTheme(toggle);
  installAnnouncer();
  installRouter(main, links, [
    { name: "choose", title: "Choose", load: async () => (await import("./choose/view")).createChoose() },
    { name: "check", title: "Check", load: async () => (await import("./check/view")).createCheck() },
    { name: "urls", title: "URLs", load: async () => (await import("./urls/view")).createUrls() },
  ]);
  // A file dropped beside a view would otherwise replace the page.
  for (const name of ["dragover", "drop"]) window.addEventListener(name, (event) => event.preventDefault());
  if (import.meta.env.PROD) keepOffline();
}

function showVersion({ version }: { version(): string }): void {
  const place = document.querySelector("#version");
  if (place) place.textContent = `start-points ${version()}`;
}
