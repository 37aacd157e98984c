import { type ASTNode, Kind, parse, visit } from 'graphql';
import { OperatorError } from '../../server/operations/operator-error.ts';
import type { Edit } from './source.ts';

/** A change of a schema file: another directive on one element. */
export interface SdlChange {
  readonly label: string;
  /** @param coordinate of the element: `Task`, `Mutation.clearTasks`, `CreateTaskInput.userId`, `Query.task(id:)` */
  sdlEdits(text: string, coordinate: string): readonly Edit[];
}

/** A directive is replaced; by nothing, when no other is named. */
export function directiveIs(directive: string, other = ''): SdlChange {
  return {
    label: `directiveIs(@${directive}, ${other || 'none'})`,
    sdlEdits(text, coordinate) {
      const found = elementsAt(text, coordinate).flatMap((node) =>
        'directives' in node ? (node.directives ?? []).filter(({ name }) => name.value === directive) : [],
      );
      const [node] = found;
      if (node?.loc === undefined || found.length > 1)
        throw new OperatorError(`finds ${found.length} times @${directive} at ${coordinate}, and needs exactly one`);
      return [{ start: node.loc.start, end: node.loc.end, text: other }];
    },
  };
}

function elementsAt(text: string, coordinate: string): ASTNode[] {
  const found: ASTNode[] = [];
  const path: string[] = [];
  visit(parse(text), {
    enter(node) {
      if (!('name' in node) || node.name === undefined || node.kind === Kind.DIRECTIVE || node.kind === Kind.NAMED_TYPE)
        return;
      path.push(node.name.value);
      const [type, field, argument] = path;
      const at = argument === undefined ? path.join('.') : `${type}.${field}(${argument}:)`;
      if (at === coordinate) found.push(node);
    },
    leave(node) {
      if ('name' in node && node.name !== undefined && node.kind !== Kind.DIRECTIVE && node.kind !== Kind.NAMED_TYPE)
        path.pop();
    },
  });
  return found;
}
