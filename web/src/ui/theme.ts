/** Dark and light: the system's choice unless the user made one. */

export type Theme = "system" | "light" | "dark";

const KEY = "start-points.theme";
const ORDER: readonly Theme[] = ["system", "light", "dark"];
const dark = window.matchMedia("(prefers-color-scheme: dark)");
const listeners = new Set<(dark: boolean) => void>();

let theme: Theme = read();

export function isDark(): boolean {
  return theme === "dark" || (theme === "system" && dark.matches);
}

export function onTheme(listener: (dark: boolean) => void): void {
  listeners.add(listener);
}

export function installTheme(toggle: HTMLButtonElement): void {
  const show = (): void => {
    document.documentElement.dataset["theme"] = theme;
    const label = `Colours: ${theme === "system" ? "as your system" : theme}`;
    toggle.setAttribute("aria-label", label);
    toggle.title = label;
    for (const listener of listeners) listener(isDark());
  };
  toggle.addEventListener("click", () => {
    theme = ORDER[(ORDER.indexOf(theme) + 1) % ORDER.length] ?? "system";
    write(theme);
    show();
  });
  dark.addEventListener("change", show);
  show();
}

// Storage throws where cookies are blocked; the page works without it.
function read(): Theme {
  try {
    const kept = localStorage.getItem(KEY);
    return ORDER.find((one) => one === kept) ?? "system";
  } catch {
    return "system";
  }
}

function write(value: Theme): void {
  try {
    localStorage.setItem(KEY, value);
  } catch {
    return;
  }
}
