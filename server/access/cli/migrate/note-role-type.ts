import type { DocumentNode } from 'graphql';
import type { Migration } from './migration.ts';

/** Notes a type `Role` of the source that does not have the roles of the rules: the enum `Role` lists the roles of callers. */
export function noteRoleType(documents: readonly DocumentNode[], migration: Migration): void {
  for (const { definitions } of documents)
    for (const node of definitions) {
      if (!('name' in node) || node.name?.value !== 'Role' || !node.kind.endsWith('TypeDefinition')) continue;
      if (node.kind !== 'EnumTypeDefinition') {
        const message = 'rules need an enum `Role` with the roles of callers: give this type another name';
        migration.note('check', node.name, 'Role', message);
        continue;
      }
      const listed = new Set(node.values?.map(({ name }) => name.value));
      const missing = [...migration.roles].filter((role) => !listed.has(role)).toSorted();
      if (missing.length === 0) continue;
      const message = `the rules name ${missing.join(', ')}: add them if this enum lists the roles of callers, or give it another name`;
      migration.note('check', node.name, 'Role', message);
    }
}
