import { type Client, DatabaseError, escapeIdentifier } from 'pg';
import type { CatalogDifference, DeclaredCatalog, DeclaredFunction } from './declared-catalog.ts';

/**
 * Lists user-defined functions: whether each is LEAKPROOF, or an undeclared SECURITY DEFINER that a runtime role may
 * call.
 */
const RISKY_FUNCTIONS = `
  select oid::regprocedure::text as name, proleakproof as leakproof,
    prosecdef and not (pronamespace::regnamespace::text, proname::text) in (
      select schema, name from jsonb_to_recordset($2::jsonb) as declared (schema text, name text, definition text, types text)
      where definition ilike '%security definer%' and types = oidvectortypes(proargtypes)
    ) and exists (
      select from pg_roles where rolname = any($1) and has_function_privilege(pg_roles.oid, p.oid, 'execute')) as definer
  from pg_proc p
  where pronamespace not in (select oid from pg_namespace where nspname ~ '^pg_|^information_schema$')
    and not exists (select from pg_depend where classid = 'pg_proc'::regclass and objid = p.oid and deptype = 'e')
  order by 1`;

/** Reads everything about a function except its name, for comparison. */
const FUNCTION_DEFINITION = `
  select jsonb_build_object('returns', prorettype::regtype, 'set', proretset, 'language', prolang, 'source', prosrc,
    'body', pg_get_function_sqlbody(oid), 'volatile', provolatile, 'parallel', proparallel, 'strict', proisstrict,
    'definer', prosecdef, 'leakproof', proleakproof, 'settings', proconfig, 'kind', prokind)::text as behavior
  from pg_proc where pronamespace = $1::regnamespace and proname = $2 and oidvectortypes(proargtypes) = $3`;

/** Reports undeclared functions that exceed the rights of their caller, and declared functions that differ. */
export async function functionDifferences(
  client: Client,
  { roles, functions }: Pick<DeclaredCatalog, 'roles' | 'functions'>,
): Promise<CatalogDifference[]> {
  const differences: CatalogDifference[] = [];
  const { rows } = await client.query<{ name: string; leakproof: boolean; definer: boolean }>(RISKY_FUNCTIONS, [
    roles,
    JSON.stringify(functions.map((declared) => ({ ...declared, types: typesOf(declared) }))),
  ]);
  for (const { name, leakproof, definer } of rows) {
    if (definer)
      differences.push({
        description: `${name} works with its owner's rights, SECURITY DEFINER, and a runtime role may call it.`,
        repair: [`alter function ${name} security invoker`],
      });
    if (leakproof)
      differences.push({
        description: `${name} is marked LEAKPROOF: PostgreSQL may call it on rows before a policy filters them.`,
        repair: [`alter function ${name} not leakproof`],
      });
  }
  for (const declared of functions) differences.push(...(await compareFunction(client, declared)));
  return differences;
}

/** The parameter types of a declared function. Each parameter has a name and no default. */
function typesOf({ parameters }: DeclaredFunction): string {
  const types = parameters.split(', ').map((parameter) => parameter.slice(parameter.indexOf(' ') + 1));
  return types.join(', ');
}

async function compareFunction(client: Client, declared: DeclaredFunction): Promise<CatalogDifference[]> {
  const { schema, name, parameters, definition } = declared;
  const create = (where: string) =>
    `create or replace function ${where}.${escapeIdentifier(name)}(${parameters}) ${definition}`;
  const readDefinition = async (where: string, types: string) =>
    (await client.query<{ behavior: string }>(FUNCTION_DEFINITION, [where, name, types])).rows[0]?.behavior;

  const label = `${schema}.${name}(${parameters})`;
  const repair = [create(escapeIdentifier(schema))];
  await client.query('savepoint copy');
  try {
    await client.query(create('pg_temp'));
    const { rows } = await client.query<{ schema: string; types: string }>(
      `select pronamespace::regnamespace::text as schema, oidvectortypes(proargtypes) as types
       from pg_proc where pronamespace = pg_my_temp_schema() and proname = $1`,
      [name],
    );
    const [copy] = rows;
    const expected = await readDefinition(copy?.schema ?? '', copy?.types ?? '');
    const actual = await readDefinition(escapeIdentifier(schema), copy?.types ?? '');
    if (actual === undefined)
      return [{ description: `The function ${label} is missing, on which policies rest.`, repair }];
    return actual === expected
      ? []
      : [{ description: `The function ${label}, on which policies rest, does not do what was declared.`, repair }];
  } catch (error) {
    if (error instanceof DatabaseError)
      return [{ description: `The function ${label} cannot be made: ${error.message}.`, repair: [] }];
    throw error;
  } finally {
    await client.query('rollback to savepoint copy');
  }
}
