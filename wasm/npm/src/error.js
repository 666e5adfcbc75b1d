/** What every function of this package throws. */
export class StartPointsError extends Error {
  constructor(message, { code, span = null, hint = null, cause } = {}) {
    super(message, cause === undefined ? undefined : { cause });
    this.name = "StartPointsError";
    this.code = code;
    this.span = span;
    this.hint = hint;
  }
}

/** Runs `read`, which looks at what the caller gave: whatever that throws is the caller's mistake. */
export function reading(read) {
  try {
    return read();
  } catch (cause) {
    if (cause instanceof StartPointsError) throw cause;
    throw new StartPointsError(`the input cannot be read: ${said(cause)}`, { code: "invalid-input", cause });
  }
}

/** The sentence of anything that was thrown; showing it can throw too. */
export function said(thrown) {
  try {
    return thrown instanceof Error ? String(thrown.message) : String(thrown);
  } catch {
    return "an error that cannot be shown";
  }
}
