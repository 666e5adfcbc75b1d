import { call, init, initSync } from "./engine.js";
import { StartPointsError, reading } from "./error.js";
import { addFile, content, entries, invalid, json, list, offset, options, optionalContent, optionalText, text } from "./input.js";
import { Request } from "./request.js";
import { withPositions } from "./utf16.js";

export { StartPointsError, init, initSync };

const JUDGED = ["kind", "dialect", "tag", "levels"];
const DOCKER = ["path", "image_name", "dockerfile", "dockerfile_base"];
const decoder = new TextDecoder("utf-8", { ignoreBOM: true });

export const version = () => call("version");
export const rules = () => JSON.parse(call("rules"));
export async function explain(id) {
  const rule = JSON.parse(call("rule", text(id, "the rule")));
  // More than a tenth of all there is to load, and few pages show it.
  const { default: pages } = await import("../dist/pages.js");
  return { ...rule, doc: pages[rule.id] };
}
export const parseUrl = (url) => JSON.parse(call("parse_url", text(url, "the source URL")));
export const redactUrl = (url) => call("redact_url", text(url, "the source URL"));
export const parseImageName = (name) => JSON.parse(call("parse_image_name", text(name, "the image name")));

export const check = (input) => withPositions(JSON.parse(call("check", manifestRequest(input), true)));
export const checkJson = (input) => call("check", manifestRequest(input), false);

export const checkTree = (files, judged = {}) =>
  withPositions(JSON.parse(call("check_tree", treeRequest(files, judged), true)));
export const checkTreeJson = (files, judged = {}) => call("check_tree", treeRequest(files, judged), false);

export const checkCatalogue = (startPoints) => JSON.parse(checkCatalogueJson(startPoints));
export const checkCatalogueJson = (startPoints) => call("check_catalogue", catalogueRequest(startPoints), false);

export const catalogueNames = (manifests) => JSON.parse(call("catalogue_names", namesRequest(manifests)));

export const resolve = (input) => JSON.parse(resolveJson(input));
export const resolveJson = (input) => call("resolve", resolveRequest(input));
export const mix = (language, exercise) => JSON.parse(mixJson(language, exercise));
export const mixJson = (language, exercise) => call("mix", mixRequest(language, exercise));

export const applyFix = (file, fix, path) => applyFixes(file, [fix], path);
export function applyFixes(file, fixes, path) {
  const bytes = call("apply_fixes", fixesRequest(file, fixes, path));
  return typeof file === "string" ? decoder.decode(bytes) : bytes;
}

function manifestRequest(input) {
  return reading(() => {
    const { manifest, path = "manifest.json", docker, files, ...judged } = options(input, "the input", [
      "manifest",
      "path",
      "docker",
      "files",
      ...JUDGED,
    ]);
    const request = new Request();
    addJudged(request, judged);
    request.add(text(path, "`path`"), content(manifest, "`manifest`"));
    addDocker(request, docker);
    return addFiles(request, files).bytes();
  });
}

function treeRequest(files, judged) {
  return reading(() => {
    const request = new Request();
    addJudged(request, options(judged, "the options", JUDGED));
    for (const [path, file] of entries(files, "the files")) addFile(request, path, file);
    return request.bytes();
  });
}

function catalogueRequest(startPoints) {
  return reading(() => {
    const request = new Request();
    for (const listed of list(startPoints, "the catalogue")) {
      const { display_name, path } = options(listed, "a start-point", ["display_name", "path"]);
      request.add(text(display_name, "`display_name`"), text(path, "`path`"));
    }
    return request.bytes();
  });
}

function namesRequest(manifests) {
  return reading(() => {
    const request = new Request();
    for (const manifest of list(manifests, "the catalogue")) {
      const { display_name, language, test_framework } = manifest;
      request.add(JSON.stringify({ display_name, language, test_framework }));
    }
    return request.bytes();
  });
}

function resolveRequest(input) {
  return reading(() => {
    const { manifest, path = "manifest.json", docker_image_name, source, files, ...judged } = options(
      input,
      "the input",
      ["manifest", "path", "docker_image_name", "source", "files", ...JUDGED],
    );
    const request = new Request();
    addJudged(request, judged);
    request.add(text(path, "`path`"), json(manifest, "`manifest`"));
    request.add(optionalText(docker_image_name, "`docker_image_name`"));
    const { url, sha } = source == null ? {} : options(source, "`source`", ["url", "sha"]);
    request.add(source == null ? undefined : text(url, "`url` of `source`"));
    request.add(source == null ? undefined : text(sha, "`sha` of `source`"));
    return addFiles(request, files).bytes();
  });
}

function mixRequest(language, exercise) {
  return reading(() => {
    const request = new Request().add(json(language, "the language"));
    return request.add(exercise == null ? undefined : json(exercise, "the exercise")).bytes();
  });
}

function fixesRequest(file, fixes, path) {
  return reading(() => {
    const request = new Request().add(content(file, "the text"));
    let only = optionalText(path, "the path");
    for (const fix of list(fixes, "the fixes")) {
      const edits = list(fix?.edits, "`edits` of the fix").map(({ path, start, end, text }) => ({ path, start, end, text }));
      const here = edits.filter((edit) => path === undefined || edit.path === only);
      request.add(here.length);
      for (const { path: file, start, end, text: inserted } of here) {
        if ((only ??= file) !== file) throw invalid("the fixes change several files", "say which file the text is of");
        request.add(offset(start, "`start`"), offset(end, "`end`"), text(inserted, "`text`"));
      }
    }
    return request.bytes();
  });
}

function addJudged(request, { kind, dialect, tag, levels }) {
  request.add(optionalText(kind, "`kind`"), optionalText(dialect, "`dialect`"), optionalText(tag, "`tag`"));
  const pairs = levels == null ? [] : entries(levels, "`levels`");
  request.add(pairs.length);
  for (const [rule, level] of pairs) request.add(text(rule, "a rule"), text(level, "its level"));
}

function addDocker(request, docker) {
  if (docker == null) return request.add(undefined);
  const { path = "docker", image_name, dockerfile, dockerfile_base } = options(docker, "`docker`", DOCKER);
  return request.add(
    text(path, "`path` of `docker`"),
    optionalContent(image_name, "`image_name`"),
    optionalContent(dockerfile, "`dockerfile`"),
    optionalContent(dockerfile_base, "`dockerfile_base`"),
  );
}

/** One empty part means that no file is known; no part at all, that the start-point has no files. */
function addFiles(request, files) {
  if (files == null) return request.add(undefined);
  for (const [name, file] of entries(files, "`files`")) addFile(request, name, file);
  return request;
}
