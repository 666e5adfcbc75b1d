/** The engine itself, for bundlers that make a module, a URL or bytes of it. */
declare const engine: unknown;
export default engine;
