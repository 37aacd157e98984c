import path from 'node:path';

/** A link of a document: its text without code marks, and its target as a path from the root. */
export interface Link {
  readonly line: number;
  readonly text: string;
  /** Whether the text is code: then it must be the name of the target. */
  readonly isCode: boolean;
  /** Path from the root, with slashes; null if outside the repository. */
  readonly target: string | null;
  /** The heading in the target, without its `#`. */
  readonly anchor: string | null;
}

const LINK = /\[((?:`[^`]*`|[^\]`])*)\]\(([^)\s]+)\)/g;

/** Returns the lines of a Markdown text, with fenced blocks emptied. */
export function proseOf(text: string): readonly string[] {
  let isFenced = false;
  return text.split('\n').map((line) => {
    const isFence = /^\s*(```|~~~)/.test(line);
    if (isFence) isFenced = !isFenced;
    return isFence || isFenced ? '' : line;
  });
}

/** Returns every link of a document, pictures included. `file` is its path from the root. */
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

/** Returns the cells of each table row, without header rows. */
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

/** Returns the anchors of a document's headings, as GitHub makes them. */
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
