import { registerHooks } from 'node:module';
import path from 'node:path';
import { readFileSync } from 'node:fs';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { UsageError } from '../command.ts';

/** A rule of graphql-shield, as its constructors were called. */
export type ShieldRule =
  | { readonly kind: 'allow' | 'deny' }
  | { readonly kind: 'not' }
  | { readonly kind: 'and' | 'or'; readonly of: readonly unknown[] }
  /** A function of the application. `name` is null if it cannot be told; `at` is where it was made. */
  | { readonly kind: 'function'; readonly name: string | null; readonly at: string };

/** One call of `shield`. */
export interface ShieldCall {
  readonly map: unknown;
  readonly options: unknown;
}

const KEY = Symbol.for('fieldgate.graphql-shield');
const NAMES = ['rule', 'inputRule', 'and', 'or', 'chain', 'race', 'not', 'allow', 'deny', 'shield'];
/** Types of graphql-shield: Node removes the types of a module, not their names in an import without `type`. */
const TYPES = [
  'IRule',
  'IRules',
  'ILogicRule',
  'IOptions',
  'IRuleMap',
  'IRuleTypeMap',
  'IRuleFieldMap',
  'IRuleFunction',
  'IRuleResult',
  'ShieldRule',
  'IShieldContext',
];
const STAND_IN = 'fieldgate:graphql-shield';
const rules = new WeakSet<object>();

/** Whether a value is a rule that the stand-in made. */
export const isShieldRule = (value: unknown): value is ShieldRule =>
  typeof value === 'object' && value !== null && rules.has(value);

/**
 * Imports a module with a stand-in for graphql-shield, which records the calls of `shield` and calls no rule. A parser
 * would not know what spreads, functions and imports of the module put into the map; running it does.
 * @throws {UsageError} if the module fails, or does not call `shield` exactly once
 */
export async function recordShield(file: string): Promise<ShieldCall> {
  const calls: ShieldCall[] = [];
  (globalThis as { [KEY]?: unknown })[KEY] = createStandIn(calls);
  const hooks = registerHooks({
    resolve: (specifier, context, next) =>
      specifier === 'graphql-shield'
        ? { url: STAND_IN, shortCircuit: true }
        : resolveAsBundlersDo(specifier, (candidate) => next(candidate, context)),
    load: (url, context, next) => {
      if (url !== STAND_IN) return next(url, context);
      const source = `const standIn = globalThis[Symbol.for('fieldgate.graphql-shield')];\n`;
      return context.conditions.includes('require')
        ? { format: 'commonjs', source: `${source}module.exports = standIn;`, shortCircuit: true }
        : {
            format: 'module',
            source: `${source}export const { ${NAMES.join(', ')} } = standIn;\nexport const [${TYPES.join(', ')}] = [];\nexport default standIn;`,
            shortCircuit: true,
          };
    },
  });
  try {
    await import(pathToFileURL(path.resolve(file)).href);
  } catch (error) {
    throw new UsageError(
      `${file} cannot be imported, which reads its rules: ${error instanceof Error ? error.message : String(error)}`,
      { cause: error },
    );
  } finally {
    hooks.deregister();
  }
  const [call, second] = calls;
  if (call === undefined)
    throw new UsageError(
      `${file} does not call shield(…): name the module that does. It is imported with its imports.`,
    );
  if (second !== undefined)
    throw new UsageError(`${file} calls shield(…) ${calls.length} times: name a module with one rule map.`);
  return call;
}

/** Resolves `./rules` to `./rules.ts` or `./rules/index.ts`, as the tools do with which servers in TypeScript are built. */
function resolveAsBundlersDo<T>(specifier: string, resolve: (specifier: string) => T): T {
  try {
    return resolve(specifier);
  } catch (error) {
    if (!/^\.{1,2}\//.test(specifier)) throw error;
    for (const ending of ['.ts', '.js', '.mjs', '/index.ts', '/index.js'])
      try {
        return resolve(`${specifier}${ending}`);
      } catch {
        // The first error says what the module asked for.
      }
    throw error;
  }
}

/** Returns the exports of the stand-in. */
export function createStandIn(calls: ShieldCall[]): Readonly<Record<string, unknown>> {
  const made = (rule: ShieldRule): ShieldRule => {
    rules.add(rule);
    return rule;
  };
  const functionRule = (name: unknown) => {
    const at = callerPlace();
    return () =>
      made({
        kind: 'function',
        name: typeof name === 'string' && name !== '' ? name : boundName(at),
        at: at?.text ?? '',
      });
  };
  const and = (...of: readonly unknown[]) => made({ kind: 'and', of });
  const or = (...of: readonly unknown[]) => made({ kind: 'or', of });
  return {
    rule: functionRule,
    inputRule: functionRule,
    and,
    chain: and,
    or,
    race: or,
    not: () => made({ kind: 'not' }),
    allow: made({ kind: 'allow' }),
    deny: made({ kind: 'deny' }),
    shield: (map: unknown, options: unknown) => {
      calls.push({ map, options });
      return {};
    },
  };
}

interface CallerPlace {
  readonly file: string;
  readonly line: number;
  readonly column: number;
  readonly text: string;
}

/** Returns where the application called the stand-in. */
function callerPlace(): CallerPlace | null {
  const frame = new Error('for its stack').stack
    ?.split('\n')
    .slice(1)
    .find((line) => !line.includes(import.meta.url) && !line.includes(import.meta.filename));
  const [, file, line, column] = /((?:file:\/\/)?\/[^)]*?|[A-Z]:\\[^)]*?):(\d+):(\d+)\)?$/.exec(frame ?? '') ?? [];
  if (file === undefined) return null;
  const local = file.startsWith('file:') ? fileURLToPath(file) : file;
  return {
    file: local,
    line: Number(line),
    column: Number(column),
    text: `${path.relative('.', local)}:${line}:${column}`,
  };
}

/** Returns the name to which a call is bound: `const isAdmin = rule(…`, or `isAdmin: rule(…` in an object. */
function boundName(at: CallerPlace | null): string | null {
  if (at === null) return null;
  // Up to the call, because the line may have another one before it.
  const before = (readFileSync(at.file, 'utf8').split('\n')[at.line - 1] ?? '').slice(0, at.column - 1);
  return /(\w+)\s*(?::[^={}(),]*)?[=:]\s*(?:\w+\.)?$/.exec(before)?.[1] ?? null;
}
