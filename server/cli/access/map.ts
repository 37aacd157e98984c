import { accessMap, checkSchema, mapText } from '../../access/index.ts';
import { executableSchema } from '../../schema.ts';
import type { Command } from '../command.ts';
import { readOptions } from './options.ts';

/** `npm run access`: who may reach what. */
export const map: Command = async ({ args, print }) => {
  const { values } = readOptions(args, { json: { type: 'boolean' } }, 'npm run access -- [map] [--json]');
  const mapped = accessMap(checkSchema(executableSchema()));
  print(values.json ? JSON.stringify(mapped, null, 2) : mapText(mapped));
  return 0;
};
