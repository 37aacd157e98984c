/**
 * Returns Markdown without some links to files: their text remains. The documents of the package link to sources, tests and
 * decisions, which the package does not contain.
 * @param isDead whether a relative target leads nowhere; its anchor is removed before
 */
export function withoutLinks(markdown: string, isDead: (target: string) => boolean): string {
  return markdown
    .split(/^(```.*?^```$)/ms)
    .map((part) =>
      part.startsWith('```')
        ? part
        : part.replaceAll(/\[([^\][]+)\]\(([^)\s]+)\)/g, (link: string, text: string, target: string) => {
            const isRelative = !/^(#|[a-z]+:)/.test(target);
            return isRelative && isDead(target.replace(/#.*$/, '')) ? text : link;
          }),
    )
    .join('');
}
