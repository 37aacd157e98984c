import { type Command, EXIT, oneOf, parseCommandLine } from './command.ts';
import { findingsOf } from './finding.ts';
import { formatFindings, FORMATS } from './format-findings.ts';

/** `fieldgate check`: reports every violation of the schema rules. The server would not start with this schema. */
export const checkCommand: Command = {
  summary: 'reports every field without an access rule and every rule that cannot work',
  help: `fieldgate check <schema>… [--format text|unix|json|sarif] [--other-directive <name>]…

  <schema>                  SDL files, folders, globs in quotes, or one module that exports a GraphQLSchema
  --format <format>         text (default), unix (file:line:column, for editors), json, or sarif (SARIF 2.1.0, for code review)
  --json                    the same as --format json
  --other-directive <name>  a directive that has nothing to do with access; may be repeated

Exit code: 0 the schema is a complete access policy, 1 there are findings, 2 it cannot be read.`,
  async run(args, print) {
    const options = {
      format: { type: 'string' },
      json: { type: 'boolean' },
      schema: { type: 'string', multiple: true },
      'other-directive': { type: 'string', multiple: true },
    } as const;
    const { values, positionals } = parseCommandLine(args, options);
    const format = oneOf('--format', values.format ?? (values.json ? 'json' : 'text'), FORMATS);
    const references = [...(values.schema ?? []), ...positionals];
    const findings = await findingsOf(references, values['other-directive'] ?? []);
    if (findings.length > 0 || format !== 'unix') print(formatFindings(findings, format));
    return findings.length === 0 ? EXIT.fine : EXIT.findings;
  },
};
