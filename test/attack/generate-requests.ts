import type { GraphQLSchema } from 'graphql';
import { type AttackRequest, type RequestStyle, STYLE_FACTORS } from './attack-request.ts';
import { type Choice, choicesFor } from './argument-choices.ts';
import { pairwise } from './pairwise.ts';
import { coordinateOf, type Path, pathsFrom } from './schema-paths.ts';
import type { Random } from './seeded-random.ts';

/** Maximum number of fields in a path. */
const DEPTH = { query: 4, mutation: 3 } as const;

/** A planned request and the number of the client that sends it. */
export interface PlannedRequest {
  readonly attack: AttackRequest;
  readonly audience: number;
}

type ArgumentChoices = AttackRequest['argumentChoices'];

const FACTORS = Object.keys(STYLE_FACTORS) as (keyof typeof STYLE_FACTORS)[];

/**
 * Yields the whole grammar: every path with its arguments' choices, one argument at a time, combined pairwise with every
 * way of writing the request and every audience. Paths through the same arguments divide the choices: each choice occurs
 * at the end of at least one path, and the simplest one at the end of every path.
 * @param audiences number of audiences
 */
export function* grammarAttacks(
  schema: GraphQLSchema,
  operation: AttackRequest['operation'],
  audiences: number,
): Generator<PlannedRequest> {
  const shared = new Map<string, number>();
  const paths = pathsOf(schema, operation);
  const pathsByArguments = Map.groupBy(paths, argumentPath);
  for (const path of paths) {
    const name = argumentPath(path);
    const shareIndex = shared.get(name) ?? 0;
    shared.set(name, shareIndex + 1);
    const [simplest = [], ...others] = assignmentsOf(path);
    const shareCount = pathsByArguments.get(name)?.length ?? 1;
    const assignments = [simplest, ...others.filter((_, index) => index % shareCount === shareIndex)];
    const sizes = [audiences, ...FACTORS.map((factor) => STYLE_FACTORS[factor].length), assignments.length];
    for (const [audience = 0, ...rest] of pairwise(sizes)) {
      const argumentChoices = assignments[rest.at(-1) ?? 0] ?? [];
      yield { audience, attack: { operation, path, argumentChoices, style: styleFrom(rest) } };
    }
  }
}

/** Yields random requests without end: every factor and argument at random, several arguments at once. */
export function* randomAttacks(
  schema: GraphQLSchema,
  operation: AttackRequest['operation'],
  audiences: number,
  random: Random,
): Generator<PlannedRequest> {
  const paths = pathsOf(schema, operation);
  const choices = new Map(paths.map((path) => [path, path.map((hop) => choicesOf(hop))]));
  for (;;) {
    const path = paths[random.next(paths.length)] ?? [];
    const argumentChoices = (choices.get(path) ?? []).map((ofHop) => {
      const chosen = [...ofHop].flatMap(([name, options]) => {
        // Mostly the simplest value: a request in which everything is unusual fails at the first unusual value.
        const option = options[random.next(3) > 0 ? 0 : random.next(options.length)];
        return option ? [[name, option] as const] : [];
      });
      return new Map(chosen);
    });
    const style = styleFrom(FACTORS.map((factor) => random.next(STYLE_FACTORS[factor].length)));
    yield { audience: random.next(audiences), attack: { operation, path, argumentChoices, style } };
  }
}

function pathsOf(schema: GraphQLSchema, operation: AttackRequest['operation']): readonly Path[] {
  return pathsFrom(schema, operation === 'query' ? 'Query' : 'Mutation', DEPTH[operation]);
}

/** Returns the part of a path up to its last argument. */
function argumentPath(path: Path): string {
  const last = path.findLastIndex(({ field }) => field.args.length > 0);
  return path
    .slice(0, last + 1)
    .map(coordinateOf)
    .join(' ');
}

/** Yields the simplest values for all arguments, then each other value of each argument. */
function assignmentsOf(path: Path): readonly ArgumentChoices[] {
  const hops = path.map((hop) => choicesOf(hop));
  const simplest = hops.map(
    (ofHop) => new Map([...ofHop].flatMap(([name, [first]]) => (first ? [[name, first] as const] : []))),
  );
  const varied = hops.flatMap((ofHop, index) =>
    [...ofHop].flatMap(([name, options]) =>
      options.slice(1).map((option) => simplest.with(index, new Map([...(simplest[index] ?? []), [name, option]]))),
    ),
  );
  return [simplest, ...varied];
}

function choicesOf(hop: Path[number]): ReadonlyMap<string, readonly Choice[]> {
  const coordinate = coordinateOf(hop);
  return new Map(hop.field.args.map((argument) => [argument.name, choicesFor(coordinate, argument)]));
}

function styleFrom(indexes: readonly number[]): RequestStyle {
  const entries = FACTORS.map((factor, index) => [factor, STYLE_FACTORS[factor][indexes[index] ?? 0]]);
  return Object.fromEntries(entries);
}
