import {
  type DefinitionNode,
  type DirectiveNode,
  type DocumentNode,
  type FieldDefinitionNode,
  type Token,
  TokenKind,
} from 'graphql';
import { appendDirectives, type Annotatable, type Edit, spanOf } from '../edit-source.ts';
import { type Place, placeOf } from '../finding.ts';
import { isCodeFile } from '../read-files.ts';
import { formatRules, type Rules } from './condition.ts';

/** What the author of the schema must know about a migration. */
export interface Note {
  /**
   * `undecided`: not carried over, and the server does not start until it is decided; `narrower`: the rule that was
   * written admits fewer callers than before; `check`: an assumption, or work that remains.
   */
  readonly kind: 'undecided' | 'narrower' | 'check';
  readonly place: Place | null;
  readonly coordinate: string | null;
  readonly message: string;
}

/** What a migration needs to know that the source does not tell. */
export interface MigrationOptions {
  /** Names of roles by the names that the source has for them. */
  readonly roles: ReadonlyMap<string, string>;
  /** Whether Amplify's `public` means everyone: its API key is published. */
  readonly publicIsEveryone: boolean;
}

/** A node with its place in a file. */
interface Located {
  readonly loc?: DirectiveNode['loc'];
}

/** The edits of the files, and the notes. */
export class Migration {
  readonly edits = new Map<string, Edit[]>();
  readonly notes: Note[] = [];
  /** The roles that the rules name. */
  readonly roles = new Set<string>();
  /** The scopes that the rules name. */
  readonly scopes = new Set<string>();
  /** What the source library defined without a file, as SDL. */
  readonly definitions: string[] = [];
  /** The directives that are replaced or removed. */
  readonly replaced = new Set<Located>();
  /** Whether a definition of `@auth` that is not ours was removed. */
  replacesAuth = false;
  readonly #reason: string;

  /** @param reason of `@public` */
  constructor(reason: string) {
    this.#reason = reason;
  }

  note(kind: Note['kind'], node: Parameters<typeof placeOf>[0], coordinate: string | null, message: string): void {
    this.notes.push({ kind, place: placeOf(node), coordinate, message });
  }

  /** Writes rules on an element in place of its directives of the source library. */
  write(node: DefinitionNode | FieldDefinitionNode, replaced: readonly DirectiveNode[], rules: Rules): void {
    for (const role of [...(rules.roles ?? []), ...(rules.owner?.orRoles ?? [])]) this.roles.add(role);
    for (const scope of rules.scopes?.flat() ?? []) this.scopes.add(scope);
    this.#replace(node, replaced, formatRules(rules, this.#reason));
  }

  /**
   * Marks an element whose rule is not carried over. Removing its directive is not enough: the rule of its type, added
   * by the author, would cover it. No schema rule knows `@undecided`, so the server does not start while it is there.
   */
  writeUndecided(node: DefinitionNode | FieldDefinitionNode, replaced: readonly DirectiveNode[], was: string): void {
    const text = isCodeFile(node.loc?.source.name ?? '') ? withoutEscapes(was) : was;
    this.#replace(node, replaced, `@${UNDECIDED}(was: ${JSON.stringify(text)})`);
  }

  /** Writes a text before a definition. */
  insert(node: DefinitionNode, text: string): void {
    const { start } = spanOf(node);
    this.#add(node.loc?.source.name ?? '', { start, end: start, text });
  }

  /** Removes directives and the blanks before them. The comments in them stay. */
  remove(nodes: readonly Located[]): void {
    for (const node of nodes) {
      this.replaced.add(node);
      const { start, end } = spanOf(node);
      const body = node.loc?.source.body ?? '';
      const before = body.slice(0, start);
      // With its line break, only if nothing follows: a comment before it would swallow what follows.
      const isLast = /^[ \t]*(?:[\r\n]|$)/.test(body.slice(end));
      const kept = isLast ? before.trimEnd() : before.replace(/[ \t]+$/, '');
      const comments = commentsIn(node);
      const newline = lineBreakOf(body);
      const text = comments.length === 0 ? '' : `${newline}${comments.join(newline)}${isLast ? '' : newline}`;
      this.#add(node.loc?.source.name ?? '', { start: kept.length, end, text });
    }
  }

  #replace(node: DefinitionNode | FieldDefinitionNode, replaced: readonly DirectiveNode[], text: string): void {
    const [first, ...others] = replaced;
    const file = node.loc?.source.name ?? '';
    if (first === undefined) this.#add(file, appendDirectives(node as Annotatable, text));
    else {
      this.replaced.add(first);
      const { start, end } = spanOf(first);
      const [, blanks = '', rest = ''] = /([ \t]*)(.*)$/.exec(first.loc?.source.body.slice(0, start) ?? '') ?? [];
      const indentation = rest === '' ? blanks : `${blanks}  `;
      const newline = lineBreakOf(first.loc?.source.body ?? '');
      // A comment ends with its line: the directive follows on the next one.
      const comments = commentsIn(first).map((comment) => `${comment}${newline}${indentation}`);
      this.#add(file, { start, end, text: `${comments.join('')}${text}` });
    }
    this.remove(others);
  }

  #add(file: string, edit: Edit): void {
    this.edits.set(file, [...(this.edits.get(file) ?? []), edit]);
  }
}

/** Returns a text that needs no escape in a string of SDL in a template of a module, where an escape would be JavaScript's. */
const withoutEscapes = (text: string): string => text.replaceAll('"', "'").replaceAll(/[`\\]|\$(?=\{)/g, '');

/** The directive in place of a rule that was not carried over. */
export const UNDECIDED = 'undecided';

/** The definition of `@undecided`, so that the files are a valid schema and `fieldgate check` reports each of them. */
export const UNDECIDED_SDL = `"A rule that was not carried over. No schema rule knows it: the server does not start."
directive @${UNDECIDED}(was: String!) repeatable on OBJECT | INTERFACE | FIELD_DEFINITION | SCALAR | ENUM | UNION | INPUT_OBJECT | INPUT_FIELD_DEFINITION | ARGUMENT_DEFINITION | ENUM_VALUE`;

/** Returns the source text of directives on one line, without comments, which would hide what follows them. */
export function textOf(directives: readonly DirectiveNode[]): string {
  return directives
    .map((directive) => {
      const { start, end } = spanOf(directive);
      const body = directive.loc?.source.body ?? '';
      let [text, from] = ['', start];
      for (const comment of commentTokensIn(directive)) {
        text += body.slice(from, comment.start);
        from = comment.end;
      }
      return (text + body.slice(from, end)).replaceAll(/\s+/g, ' ');
    })
    .join(' ');
}

function* commentTokensIn({ loc }: Located): Generator<Token> {
  for (let token = loc?.startToken ?? null; token !== null && token !== loc?.endToken; token = token.next)
    if (token.kind === TokenKind.COMMENT) yield token;
}

const lineBreakOf = (text: string): string => (text.includes('\r\n') ? '\r\n' : '\n');

const commentsIn = (node: Located): readonly string[] => [...commentTokensIn(node)].map(({ value }) => `#${value}`);

/** A type with fields, in its definition or an extension. */
export type FieldsNode = Extract<DefinitionNode, { readonly fields?: readonly FieldDefinitionNode[] | undefined }>;

/** Yields every definition and extension of an object type or interface. */
export function* typesWithFields(documents: readonly DocumentNode[]): Generator<FieldsNode> {
  for (const { definitions } of documents)
    for (const node of definitions)
      switch (node.kind) {
        case 'ObjectTypeDefinition':
        case 'ObjectTypeExtension':
        case 'InterfaceTypeDefinition':
        case 'InterfaceTypeExtension':
          yield node;
      }
}

/** The names of the root types, with those that a schema definition sets. */
export function rootTypes(documents: readonly DocumentNode[]): ReadonlySet<string> {
  const names = new Set(['Query', 'Mutation', 'Subscription']);
  for (const { definitions } of documents)
    for (const node of definitions)
      if (node.kind === 'SchemaDefinition' || node.kind === 'SchemaExtension')
        for (const { type } of node.operationTypes ?? []) names.add(type.name.value);
  return names;
}
