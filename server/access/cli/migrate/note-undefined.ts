import { type DocumentNode, parse, specifiedDirectives, specifiedScalarTypes, visit } from 'graphql';
import { ACCESS_DIRECTIVES } from '../../directives.ts';
import { type Migration, UNDECIDED } from './migration.ts';

/** The types that the definitions of the access directives bring along. */
const ACCESS_TYPES = ['Role', 'OnRefusal'];

/**
 * Notes each directive and type that the files use and do not define, once: the source's own, which its tools defined.
 * The schema is not valid without them.
 */
export function noteUndefined(documents: readonly DocumentNode[], migration: Migration): void {
  const directives = new Set<string>([...specifiedDirectives.map(({ name }) => name), ...ACCESS_DIRECTIVES, UNDECIDED]);
  const types = new Set<string>([...specifiedScalarTypes.map(({ name }) => name), ...ACCESS_TYPES]);
  for (const { definitions } of [...documents, ...migration.definitions.map((sdl) => parse(sdl))])
    for (const node of definitions)
      if (node.kind === 'DirectiveDefinition') directives.add(node.name.value);
      else if ('name' in node && node.name !== undefined) types.add(node.name.value);
  for (const document of documents)
    visit(document, {
      // What the removed definitions used is not needed any more.
      enter: (node) => (migration.replaced.has(node) ? false : undefined),
      Directive(node) {
        const name = node.name.value;
        if (directives.has(name) || migration.replaced.has(node)) return;
        directives.add(name);
        const message = `@${name} is not defined: if it restricts access, write a rule in its place; if not, define it and write \`--other-directive ${name}\``;
        migration.note('check', node, null, message);
      },
      NamedType(node) {
        const name = node.name.value;
        if (types.has(name)) return;
        types.add(name);
        const message = `${name} is not defined: write \`scalar ${name}\`, or what else it is`;
        migration.note('check', node, null, message);
      },
    });
}
