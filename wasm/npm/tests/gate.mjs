// The gate in Node: its conformance cases, byte for byte, and what only JavaScript can get wrong.
import { existsSync, readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { StartPointsError, decide, decideJson, init } from "start-points/gate";
import { equal, finish, repository, test } from "./harness.mjs";

const thrown = (run) => {
  try {
    run();
  } catch (error) {
    return error;
  }
  throw new Error("nothing was thrown");
};

await test("before it is loaded it says so", () => equal(thrown(() => decide({}, {}, "x")).code, "not-loaded"));
await init();

const top = join(repository, "conformance/gate");
for (const { name } of readdirSync(top, { withFileTypes: true }).filter((entry) => entry.isDirectory())) {
  await test(name, () => {
    const read = (file) => readFileSync(join(top, name, file));
    const now = read("now.txt").toString().trimEnd();
    if (existsSync(join(top, name, "error.json"))) {
      const error = thrown(() => decideJson(read("facts.json"), read("policy.json"), now));
      equal(error instanceof StartPointsError, true, "the class");
      const { code, message, hint } = error;
      equal(`${JSON.stringify({ code, message, hint })}\n`, read("error.json").toString());
      return;
    }
    const expected = read("decision.json").toString();
    equal(`${decideJson(read("facts.json"), read("policy.json"), now)}\n`, expected, "from bytes");
    equal(`${decideJson(read("facts.json").toString(), read("policy.json").toString(), now)}\n`, expected, "from text");
    const objects = [read("facts.json"), read("policy.json")].map((bytes) => JSON.parse(bytes));
    equal(`${decideJson(...objects, new Date(now))}\n`, expected, "from objects and a date");
    equal(decide(...objects, now), JSON.parse(expected), "parsed");
  });
}

await test("without a policy it is the default one", () => {
  const facts = { image: "x:1", created: "2025-01-01T00:00:00Z" };
  for (const policy of [undefined, null, {}]) {
    equal(decide(facts, policy, "2026-11-21T12:00:00Z").reasons.map(({ code }) => code), ["too-old", "later-tag"]);
  }
});
await test("what is no input is told", () => {
  const codes = [
    [undefined, {}, "2026-01-01"],
    [{ image: "x" }, 3, "2026-01-01"],
    [{ image: "x" }, {}, 3],
    [{ image: "x" }, {}, new Date(NaN)],
    [{ get image() { throw new Error("mine") } }, {}, "2026-01-01"],
  ].map((input) => thrown(() => decide(...input)).code);
  equal(codes, Array(5).fill("invalid-input"));
});
await test("hostile names are refused", () => {
  const code = (image) => thrown(() => decide({ image }, {}, "2026-01-01")).code;
  equal([code("x\ud800"), code("x\0"), code("\u202e")], ["invalid-json", "bad-image", "bad-image"]);
});
finish();
