/** Three views behind real links: `#/choose`, `#/check`, `#/urls`, each with a state after `?`. */

export interface View {
  readonly element: HTMLElement;
  /** Called each time the address changes while the view is shown. */
  open(params: URLSearchParams): void;
}

export interface Route {
  readonly name: string;
  readonly title: string;
  load(): Promise<View>;
}

const views = new Map<string, Promise<View>>();

export function installRouter(main: HTMLElement, links: readonly HTMLAnchorElement[], routes: readonly Route[]): void {
  let shown = "";
  const go = async (): Promise<void> => {
    const { name, params } = parse(location.hash);
    const route = routes.find((one) => one.name === name) ?? routes[0];
    if (!route) return;
    for (const link of links) {
      if (link.hash === `#/${route.name}`) link.setAttribute("aria-current", "page");
      else link.removeAttribute("aria-current");
    }
    document.title = `${route.title} · start-points`;
    let view = views.get(route.name);
    if (!view) views.set(route.name, (view = route.load()));
    const { element, open } = await view;
    if (parse(location.hash).name !== name) return;
    if (shown !== route.name) {
      main.replaceChildren(element);
      if (shown) main.focus({ preventScroll: true });
      shown = route.name;
    }
    open(params);
    document.documentElement.dataset["view"] = route.name;
  };
  window.addEventListener("hashchange", () => void go());
  void go();
}

/** Puts the state of a view in the address, without a new entry in the history. */
export function keepState(name: string, params: URLSearchParams): void {
  const text = params.toString();
  history.replaceState(null, "", `#/${name}${text ? `?${text}` : ""}`);
}

/** A link that carries a state. */
export function linkTo(name: string, params: URLSearchParams): string {
  return `${location.href.split("#")[0]}#/${name}?${params.toString()}`;
}

function parse(hash: string): { name: string; params: URLSearchParams } {
  const [name = "", query = ""] = hash.replace(/^#\/?/, "").split(/\?(.*)/s, 2);
  return { name, params: new URLSearchParams(query) };
}
