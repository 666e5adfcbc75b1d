/** The one engine, loaded once; every judgement of this page comes from it. */

import * as startPoints from "start-points";

export type Engine = Omit<typeof startPoints, "init" | "initSync">;

let loading: Promise<Engine> | null = null;

export function engine(): Promise<Engine> {
  loading ??= startPoints.init().then(
    () => startPoints,
    (error: unknown) => {
      // A failed download may be tried again.
      loading = null;
      throw error;
    },
  );
  return loading;
}
