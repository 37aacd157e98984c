import path from 'node:path';

/** A link as it stands in a document: its text without the marks of code, and where it leads from the root. */
export interface Link {
  readonly line: number;
  readonly text: string;
  /** Whether the text is written as code: then it is the name of what it leads to. */
  readonly isCode: boolean;
  /** A path from the root, with slashes; null for what lies elsewhere. */
  readonly target: string | null;
  /** The heading in the target, without its `#`. */
  readonly anchor: string | null;
}

const LINK = /\[((?:`[^`]*`|[^\]`])*)\]\(([^)\s]+)\)/g;

/** The text of a Markdown file with what stands between fences left out, line by line. */
export function proseOf(text: string): readonly string[] {
  let isFenced = false;
  return text.split('\n').map((line) => {
    const isFence = /^\s*(```|~~~)/.test(line);
    if (isFence) isFenced = !isFenced;
    return isFence || isFenced ? '' : line;
  });
}

/** Every link of a document, pictures included. `file` is its path from the root. */
export function linksOf(file: string, text: string): readonly Link[] {
  const lines = proseOf(text);
  const prose = lines.join('\n');
  return [...prose.matchAll(LINK)].map((match) => {
    const line = prose.slice(0, match.index).split('\n').length;
    return linkOf(file, line, match);
  });
}

function linkOf(file: string, line: number, [, text = '', to = '']: RegExpMatchArray): Link {
  const isCode = /^`[^`]*`$/.test(text);
  const [name = '', anchor = null] = to.split('#');
  const isElsewhere = /^[a-z][a-z+.-]*:/i.test(to);
  const target = name === '' ? file : path.posix.join(path.posix.dirname(file), decodeURI(name));
  return { line, text: isCode ? text.slice(1, -1) : text, isCode, target: isElsewhere ? null : target, anchor };
}

/** The cells of each row of each table, without the rows that head them. */
export function rowsOf(text: string): readonly { readonly line: number; readonly cells: readonly string[] }[] {
  return proseOf(text).flatMap((line, index, lines) => {
    const isHead = lines[index + 1]?.startsWith('|--') ?? false;
    return line.startsWith('|') && !line.startsWith('|--') && !isHead
      ? [{ line: index + 1, cells: cellsOf(line) }]
      : [];
  });
}

function cellsOf(line: string): readonly string[] {
  return line
    .split(/(?<!\\)\|/)
    .slice(1, -1)
    .map((cell) => cell.trim().replaceAll('\\|', '|'));
}

/** The names by which the headings of a document can be linked to, as GitHub makes them. */
export function anchorsOf(text: string): ReadonlySet<string> {
  const seen = new Map<string, number>();
  const anchors = proseOf(text).flatMap((line) => {
    const [, heading] = /^#{1,6} (.+)$/.exec(line) ?? [];
    if (heading === undefined) return [];
    const slug = heading
      .replaceAll(LINK, '$1')
      .trim()
      .toLowerCase()
      .replaceAll(/[^\p{L}\p{M}\p{N} _-]/gu, '')
      .replaceAll(' ', '-');
    const times = seen.get(slug) ?? 0;
    seen.set(slug, times + 1);
    return [times === 0 ? slug : `${slug}-${times}`];
  });
  return new Set(anchors);
}
