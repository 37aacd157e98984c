import { GraphQLError, type GraphQLResolveInfo, type GraphQLSchema } from 'graphql';

/** What resolvers, serializers and guards saw during one execution, in order. */
export interface World {
  /** Decides, with an address, every value that the schema's resolvers return. */
  readonly seed: number;
  /** One value in so many is odd: an error, a promise that rejects, a value of another type. */
  readonly oddness: number;
  readonly trace: string[];
  readonly rootValue: unknown;
}

/** The addresses of the objects that resolvers returned. */
export const addresses = new WeakMap<object, string>();

/** Returns a text that differs for values which a client or a resolver could tell apart. */
export function describeValue(value: unknown, depth = 0): string {
  if (typeof value === 'function') return `function ${addresses.get(value) ?? ''}`;
  if (typeof value !== 'object' || value === null) return typeof value === 'bigint' ? `${value}n` : print(value);
  const address = addresses.get(value);
  if (address !== undefined) return `@${address}`;
  if (value instanceof Error) return describeError(value, depth);
  if (depth > 12) return '…';
  if (Array.isArray(value)) return `[${value.map((item) => describeValue(item, depth + 1)).join(' ')}]`;
  const entries = Object.entries(value).map(([key, inner]) => `${key}: ${describeValue(inner, depth + 1)}`);
  return `${Object.getPrototypeOf(value) === null ? 'null-prototype ' : ''}{ ${entries.join(', ')} }`;
}

function print(value: unknown): string {
  if (Object.is(value, -0)) return '-0';
  return typeof value === 'string' ? JSON.stringify(value) : String(value);
}

function describeError(error: Error, depth: number): string {
  const own = `${error.constructor.name} ${error.name} ${JSON.stringify(error.message)}`;
  const cause = 'thrownValue' in error ? ` threw ${describeValue(error.thrownValue, depth + 1)}` : '';
  if (!(error instanceof GraphQLError)) return `${own}${cause}`;
  const { path, locations, extensions, originalError, nodes } = error;
  return `${own} at ${JSON.stringify(path)} ${JSON.stringify(locations)} of ${nodes?.map(({ loc }) => loc?.start).join()} with ${describeValue(extensions)} from ${originalError ? describeValue(originalError, depth + 1) : 'nothing'}`;
}

/** Returns all that a resolver sees of its position: every property of `info` in its order. */
export function describeInfo(info: GraphQLResolveInfo, schema: GraphQLSchema, world: World): string {
  const properties = Object.entries(info).map(([name, value]: [string, unknown]) => {
    switch (name) {
      case 'fieldNodes':
        return `nodes ${info.fieldNodes.map(({ loc }) => loc?.start).join()}`;
      case 'path':
        return `path ${describePath(info.path)}`;
      case 'schema':
        return `schema ${value === schema}`;
      case 'fragments':
        return `fragments ${Object.getPrototypeOf(value) === null} ${Object.keys(info.fragments).join()}`;
      case 'rootValue':
        return `root ${value === world.rootValue}`;
      case 'operation':
        return `operation ${info.operation.operation} ${info.operation.name?.value} ${info.operation.loc?.start}`;
      case 'variableValues':
        return `variables ${describeOnce(value as object)}`;
      default:
        return `${name} ${String(value)}`;
    }
  });
  return properties.join('; ');
}

const described = new WeakMap<object, string>();

function describeOnce(value: object): string {
  const known = described.get(value) ?? describeValue(value);
  described.set(value, known);
  return known;
}

function describePath(path: GraphQLResolveInfo['path'] | undefined): string {
  return path === undefined ? '' : `${describePath(path.prev)}/${String(path.key)}(${path.typename})`;
}
