// The conformance cases, read as `conformance/check/README.md` says.
import { readFileSync, readdirSync, existsSync } from "node:fs";
import { join } from "node:path";
import { repository } from "./harness.mjs";

const KEYS = ["expect", "kind", "dialect", "tag", "files"];
const top = join(repository, "conformance/check");

/** Every case: its name, its files by path, how to check them, and the bytes of the report. */
export function cases() {
  const folders = (folder) => readdirSync(folder, { withFileTypes: true }).filter((entry) => entry.isDirectory());
  return folders(top).flatMap(({ name: group }) =>
    folders(join(top, group)).map(({ name }) => read(`${group}/${name}`)),
  );
}

function read(name) {
  const folder = join(top, name);
  const said = JSON.parse(readFileSync(join(folder, "case.json"), "utf8"));
  const unknown = Object.keys(said).find((key) => !KEYS.includes(key));
  if (unknown) throw new Error(`${name}: \`${unknown}\` is no part of a case`);
  const { kind, dialect, tag, files: standIns = {} } = said;
  const files = new Map();
  const input = join(folder, "input");
  if (existsSync(input)) add(files, input, "");
  for (const [path, standIn] of Object.entries(standIns)) files.set(path, standIn);
  return { name, files, options: { kind, dialect, tag }, expected: readFileSync(join(folder, "report.json")) };
}

function add(files, folder, prefix) {
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    const path = prefix + entry.name;
    if (entry.isDirectory()) add(files, join(folder, entry.name), `${path}/`);
    else files.set(path, readFileSync(join(folder, entry.name)));
  }
}
