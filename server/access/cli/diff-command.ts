import { diffAccess, unsafeKinds } from '../index.ts';
import { type Command, EXIT, JSON_OPTION, OTHER_DIRECTIVE_OPTION, parseCommandLine, UsageError } from './command.ts';
import { formatChanges } from './format-changes.ts';
import { loadPolicy } from './load-input.ts';

/** `fieldgate diff`: compares the access of two versions of a schema. */
export const diffCommand: Command = {
  summary: 'compares two versions of a schema: wider, narrower or incomparable access, with a request that shows it',
  help: `fieldgate diff <older schema> <newer schema> [--json] [--other-directive <name>]…

  <schema>                  an SDL file, a folder, a glob in quotes, or a module that exports a GraphQLSchema
  --json                    prints JSON
  --other-directive <name>  a directive that has nothing to do with access; may be repeated

Exit code: 0 no audience gains access and no client breaks, 1 some do, 2 the schemas cannot be compared.`,
  async run(args, print) {
    const { values, positionals } = parseCommandLine(args, { ...JSON_OPTION, ...OTHER_DIRECTIVE_OPTION });
    const [older, newer, ...extra] = positionals;
    if (older === undefined || newer === undefined || extra.length > 0)
      throw new UsageError('Two schemas are required: the older one, then the newer one.');
    const otherDirectives = values['other-directive'];
    const changes = diffAccess(
      await loadPolicy([older], 'The older schema', otherDirectives),
      await loadPolicy([newer], 'The newer schema', otherDirectives),
    );
    print(values.json ? JSON.stringify(changes, null, 2) : formatChanges(changes, older));
    return changes.some((change) => unsafeKinds(change).length > 0) ? EXIT.findings : EXIT.fine;
  },
};
