import type { ASTNode } from 'graphql';

/** Where a word of the policy stands. */
export interface FileLocation {
  readonly file: string;
  readonly line: number;
}

/** One reason for which a server must not start. */
export interface Problem {
  /** The rule that was broken, by its name. */
  readonly rule: string;
  /** What it is about, as a schema coordinate: `Type.field(argument:)`. */
  readonly coordinate: string;
  readonly message: string;
  /** What to write instead. */
  readonly fix: string;
  /** Missing where the schema was made by code. */
  readonly location: FileLocation | null;
}

/** Thrown at start when the schema is not a policy: all problems at once. */
export class AccessPolicyError extends Error {
  override readonly name = 'AccessPolicyError';
  readonly problems: readonly Problem[];

  constructor(problems: readonly Problem[]) {
    const count = problems.length === 1 ? 'one problem' : `${problems.length} problems`;
    super(`The schema is not a complete access policy (${count}):\n${problems.map(formatProblem).join('\n')}`);
    this.problems = problems;
  }
}

/** Where a node stands in the file that it was parsed from. */
export function locationOf(node: ASTNode | null | undefined): FileLocation | null {
  if (!node?.loc) return null;
  return { file: node.loc.source.name, line: node.loc.startToken.line + node.loc.source.locationOffset.line - 1 };
}

function formatProblem({ location, coordinate, message, rule, fix }: Problem): string {
  const where = location === null ? '' : `${location.file}:${location.line} `;
  return `  ${where}${coordinate}: ${message} [${rule}]\n    fix: ${fix}`;
}
