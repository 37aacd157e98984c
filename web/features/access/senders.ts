import type { AccessDocument, DocumentedField } from '../../../runtime/access-document.ts';

/** As whom a request can be sent. */
export type Sender = 'anonymous' | 'viewer' | 'demo';

/**
 * Returns as whom the example of a field may be sent. A query by each sender; a mutation only by one that the map says is
 * refused, so that trying it changes nothing: refusals precede execution.
 */
export function sendersOf(
  field: DocumentedField,
  { audiences, caller }: Pick<AccessDocument, 'audiences' | 'caller'>,
  hasDemo: boolean,
): readonly Sender[] {
  if (field.example === null) return [];
  const isViewer = !caller.includes('anonymous');
  const senders: readonly Sender[] = [
    'anonymous',
    ...(isViewer ? (['viewer'] as const) : []),
    ...(hasDemo ? (['demo'] as const) : []),
  ];
  if (field.example.kind === 'query') return senders;
  // The demo account's role is not known here: only what everybody with a token is refused is refused to it.
  const names: Readonly<Record<Sender, string>> = { anonymous: 'anonymous', viewer: caller.at(-1) ?? '', demo: '' };
  return senders.filter((sender) => field.cells[audiences.indexOf(names[sender])]?.outcome === 'refused');
}
