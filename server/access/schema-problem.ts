import type { ASTNode } from 'graphql';

/** A location in a schema file; `line` starts at 1. */
export interface FileLocation {
  readonly file: string;
  readonly line: number;
}

/** One violation of a schema rule. */
export interface Problem {
  /** The name of the schema rule. */
  readonly rule: string;
  /** The schema coordinate of the violation, such as `Type.field(argument:)`. */
  readonly coordinate: string;
  readonly message: string;
  /** How to fix it. */
  readonly fix: string;
  /** Null if the element was built by code. */
  readonly location: FileLocation | null;
}

/** Thrown by `checkSchema` with every violation of the schema rules. */
export class AccessPolicyError extends Error {
  override readonly name = 'AccessPolicyError';
  readonly problems: readonly Problem[];

  constructor(problems: readonly Problem[]) {
    const count = problems.length === 1 ? 'one problem' : `${problems.length} problems`;
    super(`The schema is not a complete access policy (${count}):\n${problems.map(formatProblem).join('\n')}`);
    this.problems = problems;
  }
}

/** Returns the location of a node in its source file; null for a node without one. */
export function locationOf(node: ASTNode | null | undefined): FileLocation | null {
  if (!node?.loc) return null;
  return { file: node.loc.source.name, line: node.loc.startToken.line + node.loc.source.locationOffset.line - 1 };
}

function formatProblem({ location, coordinate, message, rule, fix }: Problem): string {
  const where = location === null ? '' : `${location.file}:${location.line} `;
  return `  ${where}${coordinate}: ${message} [${rule}]\n    fix: ${fix}`;
}
