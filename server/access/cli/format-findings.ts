import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { type Finding, formatPlace } from './finding.ts';

/** The formats of `fieldgate check`. */
export const FORMATS = ['text', 'unix', 'json', 'sarif'] as const;
export type Format = (typeof FORMATS)[number];

/** Formats findings: for people, for editors (`unix`), for programs (`json`), or for code review (`sarif`). */
export function formatFindings(findings: readonly Finding[], format: Format): string {
  switch (format) {
    case 'text':
      return formatText(findings);
    case 'unix':
      return findings.map(formatUnix).join('\n');
    case 'json':
      return JSON.stringify(findings, null, 2);
    case 'sarif':
      return JSON.stringify(sarifLog(findings), null, 2);
  }
}

function formatText(findings: readonly Finding[]): string {
  if (findings.length === 0) return 'The schema is a complete access policy.';
  const count = findings.length === 1 ? 'one finding' : `${findings.length} findings`;
  return [`The schema is not a complete access policy (${count}):`, ...findings.map(formatLines)].join('\n');
}

function formatLines({ place, rule, fix, ...finding }: Finding): string {
  const where = place === null ? '' : `${formatPlace(place)} `;
  return `  ${where}${sentence(finding)} [${rule}]${fix === null ? '' : `\n    fix: ${fix}`}`;
}

/** One line: `file:line:column: error: message [rule]`, which the problem matchers of editors read. */
function formatUnix({ place, rule, fix, ...finding }: Finding): string {
  const message = `${sentence(finding)}${fix === null ? '' : `; ${fix}`} [${rule}]`.replaceAll(/\s+/g, ' ');
  return `${place === null ? '-:1:1' : formatPlace(place)}: error: ${message}`;
}

function sentence({ coordinate, message }: Pick<Finding, 'coordinate' | 'message'>): string {
  return coordinate === null ? message : `${coordinate}: ${message}`;
}

const SARIF_SCHEMA = 'https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json';

/** Returns a SARIF 2.1.0 log. Files are relative to the working folder, so that code review finds them. */
function sarifLog(findings: readonly Finding[]) {
  const rules = [...new Set(findings.map(({ rule }) => rule))].toSorted();
  return {
    $schema: SARIF_SCHEMA,
    version: '2.1.0',
    runs: [
      {
        tool: { driver: { name: 'fieldgate', rules: rules.map((id) => ({ id, name: id })) } },
        // graphql counts columns in UTF-16 code units.
        columnKind: 'utf16CodeUnits',
        results: findings.map((finding) => ({
          ruleId: finding.rule,
          ruleIndex: rules.indexOf(finding.rule),
          level: 'error',
          message: { text: `${sentence(finding)}.${finding.fix === null ? '' : ` Fix: ${finding.fix}.`}` },
          // Without a line, so that a finding stays the same one when lines above it change.
          partialFingerprints: { 'fieldgate/v1': `${finding.rule} ${finding.coordinate ?? finding.message}` },
          locations: sarifLocations(finding),
        })),
      },
    ],
  };
}

function sarifLocations({ place, coordinate }: Finding) {
  const logical = coordinate === null ? {} : { logicalLocations: [{ fullyQualifiedName: coordinate }] };
  if (place === null) return coordinate === null ? [] : [logical];
  const region = { startLine: place.line, startColumn: place.column };
  return [{ physicalLocation: { artifactLocation: { uri: uriOf(place.file) }, region }, ...logical }];
}

function uriOf(file: string): string {
  const relative = path.relative('.', file);
  if (relative.startsWith('..') || path.isAbsolute(relative)) return pathToFileURL(file).href;
  return relative.split(path.sep).map(encodeURIComponent).join('/');
}
