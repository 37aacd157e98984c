import fs from 'node:fs';
import { type ASTNode, Kind, parse, print, Source, visit } from 'graphql';
import { type AccessChange, diffAccess } from '../../access/index.ts';
import { contractSources, RELEASED_NAME } from '../../load-contract.ts';
import { inRoot } from '../../operations/paths.ts';
import { policyOfSources } from './schema-version.ts';

/** The schema of the last release. */
export const RELEASED_FILE = inRoot('schema', RELEASED_NAME);

const HEAD = '# The schema of the last release. `npm run access -- release` writes it; do not edit.\n';

/** Returns the changes from the released schema to the current one. */
export function changesSinceRelease(file: string = RELEASED_FILE): readonly AccessChange[] {
  const released = new Source(fs.readFileSync(file, 'utf8'), `schema/${RELEASED_NAME}`);
  return diffAccess(
    policyOfSources([released], 'The released schema'),
    policyOfSources(contractSources(), 'The current schema'),
  );
}

/**
 * Returns a schema with its directives as one text: extensions are merged into what they extend, everything is sorted by
 * name, and descriptions are left out, so that only changes of contract and access change it.
 */
export function printReleased(sources: readonly Source[]): string {
  const merged = new Map<string, MutableNode>();
  for (const source of sources) {
    for (const definition of parse(source, { noLocation: true }).definitions as readonly MutableNode[]) {
      const kind = definition.kind.replace('Extension', 'Definition');
      const key = `${kind === Kind.DIRECTIVE_DEFINITION ? '@' : ''}${definition.name?.value ?? 'schema'}`;
      const known = merged.get(key);
      if (known === undefined) merged.set(key, { ...definition, kind });
      else for (const list of LISTS) if (definition[list]) known[list] = [...(known[list] ?? []), ...definition[list]];
    }
  }
  const definitions = [...merged].toSorted(([one], [other]) => compare(one, other)).map(([, definition]) => definition);
  return `${HEAD}\n${definitions.map((definition) => print(sortLists(definition as ASTNode))).join('\n\n')}\n`;
}

/** What an extension can add, and the lists in a definition whose order has no meaning. */
const LISTS = [
  'directives',
  'fields',
  'interfaces',
  'types',
  'values',
  'operationTypes',
  'arguments',
  'locations',
] as const;

type MutableNode = { kind: string; name?: { value: string } } & {
  [List in (typeof LISTS)[number]]?: readonly MutableNode[];
};

/** Sorts the lists of a definition by name and removes its descriptions; the values of arguments keep their order. */
function sortLists(definition: ASTNode): ASTNode {
  // The engine compares the definitions of its directives as written.
  const keepsOrder = definition.kind === Kind.DIRECTIVE_DEFINITION;
  return visit(definition, {
    enter: ({ kind }) => (kind === Kind.LIST || kind === Kind.OBJECT ? false : undefined),
    leave(node) {
      const sorted: Record<string, unknown> = { ...node, description: undefined };
      for (const list of LISTS) {
        const items = (node as unknown as MutableNode)[list];
        if (Array.isArray(items) && !keepsOrder)
          sorted[list] = (items as readonly MutableNode[]).toSorted((one, other) =>
            compare(nameOf(one), nameOf(other)),
          );
      }
      return sorted;
    },
  });
}

function nameOf(node: MutableNode & { value?: string; operation?: string }): string {
  return node.name?.value ?? node.value ?? node.operation ?? '';
}

function compare(one: string, other: string): number {
  return one < other ? -1 : one > other ? 1 : 0;
}
