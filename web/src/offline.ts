/** Registers the service worker, which keeps the whole page for when there is no network. */

interface Policy {
  createScriptURL(text: string): unknown;
}

interface TrustedTypes {
  createPolicy(name: string, rules: { createScriptURL(text: string): string }): Policy;
}

const SCRIPT = "./sw.js";

export function keepOffline(): void {
  if (!("serviceWorker" in navigator)) return;
  window.addEventListener("load", () => {
    navigator.serviceWorker.register(trusted() as string).catch(() => undefined);
  });
}

/** The CSP asks for trusted types; the only script URL that is made at run time is this constant. */
function trusted(): unknown {
  const { trustedTypes } = window as unknown as { trustedTypes?: TrustedTypes };
  const policy = trustedTypes?.createPolicy("service-worker", { createScriptURL: () => SCRIPT });
  return policy ? policy.createScriptURL(SCRIPT) : SCRIPT;
}
