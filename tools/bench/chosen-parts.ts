/**
 * Returns those of the names that `--only` names; the fallback if it names none of them.
 * @param only the parts of the benchmark to run; undefined without `--only`
 * @param fallback default: all of the names
 */
export function chosenParts<Name extends string>(
  names: readonly Name[],
  only: readonly string[] | undefined,
  fallback: readonly Name[] = names,
): readonly Name[] {
  const chosen = names.filter((name) => only?.includes(name));
  return chosen.length > 0 ? chosen : fallback;
}
