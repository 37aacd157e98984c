import type { AccessDocument, DocumentedField, DocumentedType } from '../../../runtime/access-document.ts';

/** What the table shows. */
export interface AccessFilter {
  /** Words that must all occur in coordinate, type, requirement or description; case is ignored. */
  readonly text: string;
  /** Only the column of this audience, and the fields that it is not refused; empty for all. */
  readonly audience: string;
  readonly publicOnly: boolean;
}

/** Returns the types with the fields that match; types without a match are left out. */
export function filterTypes({ types, audiences }: AccessDocument, filter: AccessFilter): readonly DocumentedType[] {
  const words = filter.text.toLowerCase().split(/\s+/).filter(Boolean);
  const column = audiences.indexOf(filter.audience);
  const matches = (field: DocumentedField) => {
    if (filter.publicOnly && !field.isPublic) return false;
    const outcome = field.cells[column]?.outcome;
    if (outcome === 'refused' || outcome === 'null' || outcome === 'none') return false;
    const text = [field.coordinate, field.type, field.requires, field.description].join(' ').toLowerCase();
    return words.every((word) => text.includes(word));
  };
  return types
    .map((type) => ({ ...type, fields: type.fields.filter(matches) }))
    .filter(({ fields }) => fields.length > 0);
}
