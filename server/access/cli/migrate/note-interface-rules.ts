import type { DirectiveNode, DocumentNode } from 'graphql';
import { type Migration, textOf, typesWithFields } from './migration.ts';

/** A rule of a type, or of one of its fields. */
interface WrittenRule {
  /** Null for the type. */
  readonly field: string | null;
  readonly text: string;
}

/**
 * Notes the types that implement an interface with rules which they do not have themselves: here the rules of an interface
 * hold for its types, too.
 * @param isRule whether a directive is a rule of a library that applies them to what is selected on the interface alone
 */
export function noteInterfaceRules(
  documents: readonly DocumentNode[],
  isRule: (directive: DirectiveNode) => boolean,
  migration: Migration,
): void {
  const rulesOf = new Map<string, WrittenRule[]>();
  for (const node of typesWithFields(documents)) {
    const elements = [
      { field: null, node },
      ...(node.fields ?? []).map((field) => ({ field: field.name.value, node: field })),
    ];
    const rules = elements.flatMap(({ field, node: { directives = [] } }) =>
      directives.filter(isRule).map((directive) => ({ field, text: textOf([directive]) })),
    );
    rulesOf.set(node.name.value, [...(rulesOf.get(node.name.value) ?? []), ...rules]);
  }
  for (const node of typesWithFields(documents)) {
    const own = rulesOf.get(node.name.value) ?? [];
    const isRepeated = ({ field, text }: WrittenRule) =>
      own.some((rule) => rule.text === text && (rule.field === null || rule.field === field));
    for (const { name } of node.interfaces ?? []) {
      if (rulesOf.get(name.value)?.every(isRepeated) ?? true) continue;
      const message = `the rules of ${name.value} hold for its types, too; in the source they did for what is selected on the interface`;
      migration.note('narrower', name, node.name.value, message);
    }
  }
}
