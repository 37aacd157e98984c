import { readFileSync } from 'node:fs';
import { type EnumTypeDefinitionNode, parse } from 'graphql';
import { renderToStaticMarkup } from 'react-dom/server';
import { expect, test } from 'vitest';
import { LogFilter } from './log-filter.tsx';

const KINDS = parse(readFileSync(new URL('../../../schema/security.graphql', import.meta.url), 'utf8'))
  .definitions.filter((each): each is EnumTypeDefinitionNode => each.kind === 'EnumTypeDefinition')
  .find(({ name }) => name.value === 'AuthEventKind')
  ?.values?.map(({ name }) => name.value);

test('an administrator can filter the security log by every kind of event that the schema has', () => {
  const html = renderToStaticMarkup(<LogFilter user="" kind="" outcome="" />);
  const select = /<select[^>]*name="kind".*?<\/select>/s.exec(html)?.[0] ?? '';
  const options = [...select.matchAll(/<option value="(\w+)"/g)].map(([, value]) => value);
  expect(new Set(options)).toEqual(new Set(KINDS));
});
