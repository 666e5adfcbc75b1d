/** What screen readers announce, and a short note that everyone sees after a copy or a download. */

import { h } from "./dom";

const region = h("div", { class: "toast", role: "status", "aria-live": "polite" });
let timer = 0;

export function installAnnouncer(): void {
  document.body.append(region);
}

/** Says it to screen readers and shows it for a moment. */
export function announce(text: string): void {
  region.textContent = text;
  region.classList.add("shown");
  window.clearTimeout(timer);
  timer = window.setTimeout(() => {
    region.classList.remove("shown");
    region.textContent = "";
  }, 3000);
}

export async function copyText(text: string, what: string): Promise<void> {
  try {
    await navigator.clipboard.writeText(text);
    announce(`${what} copied`);
  } catch {
    announce(`The browser did not let us copy the ${what.toLowerCase()}`);
  }
}

export function download(name: string, text: string): void {
  const url = URL.createObjectURL(new Blob([text], { type: "application/json" }));
  const link = h("a", { href: url, download: name });
  link.click();
  window.setTimeout(() => URL.revokeObjectURL(url), 10_000);
  announce(`${name} downloaded`);
}
