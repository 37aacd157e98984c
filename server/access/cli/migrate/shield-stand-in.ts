import { registerHooks } from 'node:module';
import path from 'node:path';
import { readFileSync } from 'node:fs';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { UsageError } from '../command.ts';
import { isRecord } from '../is-record.ts';

/** A rule of graphql-shield, as its constructors were called. */
export type ShieldRule =
  | { readonly kind: 'allow' | 'deny' }
  | { readonly kind: 'not' }
  | { readonly kind: 'and' | 'or'; readonly of: readonly unknown[] }
  /**
   * A function of the application. `name` is null if it cannot be told; `at` is where it was made; an inputRule checks
   * arguments.
   */
  | { readonly kind: 'function'; readonly name: string | null; readonly at: string; readonly isInputRule: boolean };

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

/** A class, as in graphql-shield: lodash's `merge`, for example, copies plain objects, and a copy would be no rule. */
class RecordedRule {
  readonly library = 'graphql-shield';
}

/** Whether a value is a rule that the stand-in made. */
export const isShieldRule = (value: unknown): value is ShieldRule => value instanceof RecordedRule;

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
      /^graphql-shield(\/|$)/.test(specifier)
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
    await importContained(file);
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    throw new UsageError(`${file} cannot be imported, which reads its rules: ${message}${adviceFor(error, file)}`, {
      cause: error,
    });
  } finally {
    hooks.deregister();
  }
  const [call, second] = calls;
  if (call === undefined)
    throw new UsageError(
      `${file} does not call shield(…) when it is imported: name the module that does. If it calls it in a function, write a module that calls the function.`,
    );
  if (second !== undefined)
    throw new UsageError(`${file} calls shield(…) ${calls.length} times: name a module with one rule map.`);
  return call;
}

/** Returns what to do about a module that cannot be imported. */
function adviceFor(error: unknown, file: string): string {
  const code = isRecord(error) ? error['code'] : undefined;
  const isMissing = code === 'ERR_MODULE_NOT_FOUND' || code === 'MODULE_NOT_FOUND';
  const isLanguage = isMissing || code !== undefined || error instanceof SyntaxError || error instanceof ReferenceError;
  return [
    ...(isMissing ? ['. Install the packages of the application first, and run the command in its folder'] : []),
    ...(isLanguage && /\.[cm]?tsx?$/.test(file)
      ? [
          ". Node runs a part of TypeScript only (no enums, path aliases, or imports of types without `type`): install tsx, and run the command with NODE_OPTIONS='--import tsx'",
        ]
      : []),
  ].join('');
}

/**
 * Imports a module of an application, whose side effects must not end this command or write into its output: it may
 * connect to a database, print, or exit because an environment variable is missing.
 */
async function importContained(file: string): Promise<void> {
  const { exit } = process;
  const { write } = process.stdout;
  const ignore = (): void => {};
  const isStuck = Promise.withResolvers<never>();
  const failStuck = () => isStuck.reject(new Error('it awaits something that never happens'));
  process.once('beforeExit', failStuck);
  process.on('unhandledRejection', ignore);
  process.on('uncaughtException', ignore);
  process.stdout.write = process.stderr.write.bind(process.stderr);
  process.exit = (status) => {
    throw new Error(`it calls process.exit(${status ?? ''}): set the environment variables that it requires`);
  };
  try {
    await Promise.race([import(pathToFileURL(path.resolve(file)).href), isStuck.promise]);
  } catch (error) {
    // After an import that succeeds they stay, because the application goes on in the background.
    process.off('unhandledRejection', ignore);
    process.off('uncaughtException', ignore);
    throw error;
  } finally {
    process.off('beforeExit', failStuck);
    process.stdout.write = write;
    process.exit = exit;
  }
}

/**
 * Resolves `./rules` to `./rules.ts` or `./rules/index.ts`, and `./rules.js` to `./rules.ts`, as the tools do with which
 * servers in TypeScript are built.
 */
function resolveAsBundlersDo<T>(specifier: string, resolve: (specifier: string) => T): T {
  try {
    return resolve(specifier);
  } catch (error) {
    if (!/^\.{1,2}(\/|$)/.test(specifier)) throw error;
    const inTypeScript = specifier.replace(/\.([cm]?)js$/, '.$1ts');
    const candidates = ['.ts', '.js', '.mjs', '/index.ts', '/index.js'].map((ending) => specifier + ending);
    for (const candidate of inTypeScript === specifier ? candidates : [inTypeScript, ...candidates])
      try {
        return resolve(candidate);
      } catch {
        // The first error says what the module asked for.
      }
    throw error;
  }
}

/** Returns the exports of the stand-in. */
export function createStandIn(calls: ShieldCall[]): Readonly<Record<string, unknown>> {
  const made = (rule: ShieldRule): ShieldRule => Object.assign(new RecordedRule(), rule);
  const functionRule = (isInputRule: boolean) => (name: unknown) => {
    const places = callerPlaces();
    return () => {
      const named = typeof name === 'string' && name !== '' ? { name, at: places[0] } : firstNamed(places);
      return made({ kind: 'function', name: named.name, at: named.at?.text ?? '', isInputRule });
    };
  };
  const and = (...of: readonly unknown[]) => made({ kind: 'and', of });
  const or = (...of: readonly unknown[]) => made({ kind: 'or', of });
  return {
    rule: functionRule(false),
    inputRule: functionRule(true),
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

/** Returns where the application called the stand-in, and the calls of its own functions around that. */
function callerPlaces(): readonly CallerPlace[] {
  const frames = new Error('for its stack').stack?.split('\n').slice(1) ?? [];
  const isOwn = (frame: string) => frame.includes(import.meta.url) || frame.includes(import.meta.filename);
  const places: CallerPlace[] = [];
  for (const frame of frames.slice(frames.findIndex((one) => !isOwn(one)))) {
    // Node's loader, this command, or a library: what is around it did not make the rule.
    if (isOwn(frame) || /node:|[\\/]node_modules[\\/]/.test(frame)) break;
    const [, file, line, column] = /((?:file:\/\/)?\/[^)]*?|[A-Z]:\\[^)]*?):(\d+):(\d+)\)?$/.exec(frame) ?? [];
    if (file === undefined) break;
    const local = file.startsWith('file:') ? fileURLToPath(file) : file;
    const text = `${path.relative('.', local)}:${line}:${column}`;
    places.push({ file: local, line: Number(line), column: Number(column), text });
  }
  return places;
}

/**
 * Returns the name to which a call is bound; of the calls around each other, the innermost that has one: a factory's
 * rules have the names of its results, as in `const isAdmin = hasRole('ADMIN')`.
 */
function firstNamed(places: readonly CallerPlace[]): { readonly name: string | null; readonly at?: CallerPlace } {
  const [innermost] = places;
  for (const at of places) {
    const name = boundName(at);
    if (name !== null) return { name, at };
  }
  return { name: null, ...(innermost === undefined ? {} : { at: innermost }) };
}

/** Returns the name to which a call is bound: `const isAdmin = rule(…`, `isAdmin: rule(…`, or that of its file. */
function boundName({ file, line, column }: CallerPlace): string | null {
  const lines = readFileSync(file, 'utf8').split('\n').slice(0, line);
  // Up to the call, because the line may have another one before it, and with the lines above, where the name may be.
  const before = [...lines.slice(-3, -1), (lines.at(-1) ?? '').slice(0, column - 1)].join('\n');
  // The compilers to CommonJS write the call of an import as `(0, graphql_shield_1.rule)(…)`.
  const start = before.replace(/(?:\w+\.|\(0, \w+\.\w+\))$/, '');
  if (/(?:\bexport default|\bmodule\.exports =|\bexports\.default =)\s*$/.test(start)) {
    const { name, dir } = path.parse(file);
    return name === 'index' ? path.basename(dir) : name;
  }
  return /(\w+)\s*(?::[^={}(),]*)?[=:]\s*$/.exec(start)?.[1] ?? null;
}
