/** The practice session of a choice, mixed by the engine. */

import { engine } from "../engine/engine";
import { textOf, visibleFiles, type Catalogue, type Manifest, type StartPoint } from "./catalogue";

export interface Choice {
  readonly custom: boolean;
  readonly exercise: string;
  readonly language: string;
  readonly start: string;
}

export interface Session {
  /** The exercise first. */
  readonly titles: readonly string[];
  readonly manifest: Manifest;
  /** As the engine wrote it. */
  readonly json: string;
  readonly fromExercise: ReadonlySet<string>;
}

export function find(points: readonly StartPoint[], name: string): StartPoint | undefined {
  return points.find((point) => point.name === name);
}

/** Nothing where nothing is chosen; throws what the engine says of manifests that cannot be mixed. */
export async function session(catalogue: Catalogue, choice: Choice): Promise<Session | null> {
  const exercise = choice.custom ? undefined : find(catalogue.kinds.exercises, choice.exercise);
  const base = choice.custom
    ? find(catalogue.kinds.custom, choice.start)
    : find(catalogue.kinds.languages, choice.language);
  if (!base) return exercise ? { ...alone(exercise), json: "" } : null;
  const { mix } = await engine();
  const manifest = mix(JSON.stringify(base.manifest), exercise && JSON.stringify(exercise.manifest));
  const files = exercise ? visibleFiles(exercise.manifest).map((file) => file.name) : [];
  const parts = [exercise, base].filter((part) => part !== undefined);
  const titles = parts.map((part) => textOf(part.manifest, "display_name") || part.name);
  return { titles, manifest, json: `${JSON.stringify(manifest, null, 2)}\n`, fromExercise: new Set(files) };
}

function alone(exercise: StartPoint) {
  const titles = [textOf(exercise.manifest, "display_name") || exercise.name];
  return { titles, manifest: exercise.manifest, fromExercise: new Set<string>() };
}
