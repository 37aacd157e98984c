import {
  type Command,
  EXIT,
  FORMAT_OPTIONS,
  formatIn,
  OTHER_DIRECTIVE_OPTION,
  parseCommandLine,
  SCHEMA_OPTION,
  schemaReferences,
} from './command.ts';
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
    const options = { ...SCHEMA_OPTION, ...FORMAT_OPTIONS, ...OTHER_DIRECTIVE_OPTION };
    const { values, positionals } = parseCommandLine(args, options);
    const format = formatIn(values, FORMATS);
    const findings = await findingsOf(schemaReferences(values, positionals), values['other-directive'] ?? []);
    if (findings.length > 0 || format !== 'unix') print(formatFindings(findings, format));
    return findings.length === 0 ? EXIT.fine : EXIT.findings;
  },
};
