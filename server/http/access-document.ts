import { getNamedType, type GraphQLObjectType, type GraphQLSchema, isAbstractType } from 'graphql';
import type { AccessDocument, DocumentedField, DocumentedRows, DocumentedType } from '../../runtime/access-document.ts';
import {
  accessMap,
  type AccessViewer,
  type Cell,
  createIntrospectionSchemas,
  describeArgument,
  describeCell,
  describeField,
  exampleOperations,
  formatDirective,
  hasCoordinate,
  MAP_LEGEND,
  type MappedField,
  ownerPredicate,
  type Policy,
  rlsPolicies,
  rlsPolicySql,
  type TableMapping,
  visibleAccessMap,
} from '../access/index.ts';

/** Options of `createAccessDocuments`. */
export interface AccessDocumentOptions {
  readonly policy: Policy;
  /** The tables of the owned types. */
  readonly tables: Readonly<Record<string, TableMapping | null>>;
  /** Whether the document says where a rule is written, and by which SQL rows are filtered. */
  readonly explain: boolean;
}

/**
 * Returns a function from viewer to access document. The document has the coordinates of the viewer's introspection and no
 * other: it is built from that schema, once for each.
 */
export function createAccessDocuments(options: AccessDocumentOptions): (viewer: AccessViewer | null) => AccessDocument {
  const { policy } = options;
  const map = accessMap(policy);
  const schemaFor = createIntrospectionSchemas(policy);
  const rows = options.explain ? documentRows(options) : [];
  const documents = new WeakMap<GraphQLSchema, Omit<AccessDocument, 'caller'>>();
  return (viewer) => {
    const visible = schemaFor(viewer);
    const document = documents.get(visible) ?? describeSchema(visible);
    documents.set(visible, document);
    const roles = (viewer?.roles ?? []).map((role) => `role ${role}`);
    const names = viewer === null ? ['anonymous'] : ['signed in', ...roles];
    return { caller: names.filter((name) => document.audiences.some((audience) => audience === name)), ...document };
  };

  function describeSchema(visible: GraphQLSchema): Omit<AccessDocument, 'caller'> {
    const shown = visibleAccessMap(map, visible);
    const isShown = (coordinate: string) => hasCoordinate(visible, coordinate);
    const refusedToSome = new Set(
      shown.fields
        .filter(({ cells }) => ['refused', 'null'].includes(cells['signed in']?.outcome ?? ''))
        .map(({ coordinate }) => coordinate),
    );
    const examples = exampleOperations(visible, (coordinate) => refusedToSome.has(coordinate));
    const types = new Map<string, DocumentedType & { fields: DocumentedField[] }>();
    for (const field of shown.fields) {
      const [typeName = '', name = ''] = field.coordinate.split('.');
      const type = visible.getType(typeName) as GraphQLObjectType;
      const entry = types.get(typeName) ?? { name: typeName, description: type.description ?? null, fields: [] };
      types.set(typeName, entry);
      const definition = type.getFields()[name];
      const result = getNamedType(definition?.type);
      const results = isAbstractType(result) ? visible.getPossibleTypes(result) : [result];
      const involved = [typeName, ...results.flatMap((each) => each?.name ?? [])];
      entry.fields.push({
        coordinate: field.coordinate,
        name,
        description: descriptionOf(policy, typeName, name),
        type: String(definition?.type),
        requires: describeField(field),
        isPublic: field.rules.every(({ kind }) => kind === 'public'),
        cells: shown.audiences.map((audience) => documentCell(field.cells[audience] ?? null)),
        rules: documentRules(field, isShown, options.explain),
        ownerArguments: shown.arguments
          .filter(({ coordinate }) => coordinate.startsWith(`${field.coordinate}(`))
          .map((argument) => ({
            name: argument.coordinate.slice(field.coordinate.length + 1, -2),
            accepts: describeArgument(argument),
          })),
        ownedTypes: [...new Set(involved)].filter((each) => policy.owners.has(each)),
        example: examples.get(field.coordinate) ?? null,
      });
    }
    const described = [...types.values()];
    const owned = new Set(described.flatMap(({ fields }) => fields.flatMap(({ ownedTypes }) => ownedTypes)));
    return {
      audiences: shown.audiences,
      legend: MAP_LEGEND,
      types: described,
      rows: rows.filter(({ type }) => owned.has(type)),
    };
  }
}

/** Returns the description in the SDL; that of introspection repeats the access rule. */
function descriptionOf({ schema }: Policy, typeName: string, field: string): string | null {
  return (schema.getType(typeName) as GraphQLObjectType).getFields()[field]?.description ?? null;
}

function documentCell(cell: Cell | null): DocumentedField['cells'][number] {
  return { outcome: cell?.outcome ?? 'none', label: describeCell(cell) };
}

function documentRules({ rules }: MappedField, isShown: (coordinate: string) => boolean, explain: boolean) {
  return rules.map((rule) => {
    // An interface is hidden from viewers who may not read it on every type, but its rule applies to this field.
    if (!isShown(rule.coordinate)) return { directive: formatDirective(rule), coordinate: null, source: null };
    const source = explain && rule.location ? `${rule.location.file}:${rule.location.line}` : null;
    return { directive: formatDirective(rule), coordinate: rule.coordinate, source };
  });
}

/** Returns predicate and policies of every owned type: of the same functions as `npm run access -- explain` and `-- policies`. */
function documentRows({ policy, tables }: AccessDocumentOptions): readonly DocumentedRows[] {
  return rlsPolicies(policy, tables).map((table) => {
    const { type } = table;
    const predicate = ownerPredicate(policy.owners.get(type) ?? [], tables[type] ?? { columns: {} });
    return { type, table: `${table.schema}.${table.table}`, predicate, policies: rlsPolicySql(table) };
  });
}
