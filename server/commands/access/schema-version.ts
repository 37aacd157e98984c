import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { isAbstractType, Source } from 'graphql';
import { AccessPolicyError, checkSchema, InvalidSchemaError, loadSchema, type Policy } from '../../access/index.ts';
import { isContractFile } from '../../load-contract.ts';
import { describeReadError, OperatorError, systemErrorCode } from '../../operations/operator-error.ts';
import { ROOT } from '../../operations/paths.ts';

/**
 * Returns the policy of a version of the schema, without resolvers.
 * @param name what the version is called in errors
 * @throws {OperatorError} if the files are no valid schema, or not a complete access policy
 */
export function policyOfSources(sources: readonly Source[], name: string): Policy {
  try {
    const schema = loadSchema(sources);
    // The guard needs `resolveType`; a comparison resolves nothing.
    for (const type of Object.values(schema.getTypeMap()))
      if (isAbstractType(type)) type.resolveType ??= () => undefined;
    return checkSchema(schema);
  } catch (error) {
    if (!(error instanceof InvalidSchemaError || error instanceof AccessPolicyError)) throw error;
    throw new OperatorError(`${name} cannot be compared. ${error.message}`, { cause: error });
  }
}

/**
 * Reads a version of the schema: a file, a folder of `.graphql` files, a git revision (its folder `schema/`), or
 * `revision:path` with a file or folder in it.
 * @param root the folder of the repository
 * @throws {OperatorError} if there is none
 */
export function readVersion(reference: string, root: string = ROOT): readonly Source[] {
  const sources = fs.existsSync(reference) ? readFiles(reference) : readRevision(reference, root);
  if (sources.length === 0) throw new OperatorError(`${reference} has no .graphql files.`);
  return sources;
}

function readFiles(reference: string): readonly Source[] {
  try {
    if (!fs.statSync(reference).isDirectory()) return [new Source(fs.readFileSync(reference, 'utf8'), reference)];
    const names = fs.readdirSync(reference).filter(isContractFile).toSorted();
    return names.map((name) => {
      const file = path.join(reference, name);
      return new Source(fs.readFileSync(file, 'utf8'), file);
    });
  } catch (error) {
    throw new OperatorError(`${reference} cannot be read: ${describeReadError(error)}.`, { cause: error });
  }
}

function readRevision(reference: string, root: string): readonly Source[] {
  const object = reference.includes(':') ? reference.replace(/\/+$/, '') : `${reference}:schema`;
  const read = (name: string) => new Source(git(reference, root, ['show', '--end-of-options', name]), name);
  if (git(reference, root, ['cat-file', '-t', '--end-of-options', object]).trim() !== 'tree') return [read(object)];
  const names = git(reference, root, ['ls-tree', '--name-only', '-z', '--end-of-options', object]).split('\0');
  return names.filter(isContractFile).map((name) => read(`${object}/${name}`));
}

function git(reference: string, root: string, args: readonly string[]): string {
  try {
    return execFileSync('git', args, { cwd: root, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });
  } catch (error) {
    if (systemErrorCode(error) === 'ENOENT')
      throw new OperatorError(`There is no file ${reference}, and git, to look for a revision, is not installed.`, {
        cause: error,
      });
    throw new OperatorError(`There is no file, folder or git revision with a schema named ${reference}.`, {
      cause: error,
    });
  }
}
