import { StartPointsError, said } from "./error.js";

/** How one module of the engine is loaded and called: its glue, and where it lies. */
export function loader(glue, place) {
  let loading;
  let ready = false;

  async function start(input) {
    if (ready) return;
    await glue.default({ module_or_path: input ?? place() });
    ready = true;
  }

  return {
    /** Loads the engine once, however often and from however many places it is called. */
    init(input) {
      loading ??= start(input).catch((cause) => {
        // A failure, as of a network, can be tried again.
        loading = undefined;
        throw notLoaded(cause);
      });
      return loading;
    },

    /** Loads the engine from its bytes or its compiled module, at once. */
    initSync(module) {
      if (ready) return;
      try {
        glue.initSync({ module });
        ready = true;
      } catch (cause) {
        throw notLoaded(cause);
      }
    },

    /** Calls an export of the engine. */
    call(name, ...input) {
      if (!ready) {
        throw new StartPointsError("the engine is not loaded yet", {
          code: "not-loaded",
          hint: "call `await init()` first",
        });
      }
      try {
        return glue[name](...input);
      } catch (thrown) {
        if (typeof thrown === "string") {
          const { message, ...fields } = JSON.parse(thrown);
          throw new StartPointsError(message, fields);
        }
        // The engine stopped in the middle, as where memory ran out: start it anew, or later calls would find what
        // it left behind.
        glue.__wbg_reset_state();
        throw new StartPointsError(`the engine stopped: ${said(thrown)}`, { code: "engine-stopped", cause: thrown });
      }
    },
  };
}

function notLoaded(cause) {
  return new StartPointsError(`the engine cannot be loaded: ${said(cause)}`, { code: "not-loaded", cause });
}
