import type { DirectiveNode } from 'graphql';
import { argumentsOf, stringsOf } from './argument-values.ts';
import type { Condition } from './condition.ts';
import type { MigrationOptions } from './migration.ts';
import { rolesCondition } from './role-condition.ts';

const NAMES = ['aws_api_key', 'aws_iam', 'aws_oidc', 'aws_lambda', 'aws_cognito_user_pools', 'aws_auth'];

/** Whether a directive is a rule of AppSync, which schemas of Amplify have beside Amplify's own. */
export const isAppSyncRule = ({ name }: DirectiveNode): boolean => NAMES.includes(name.value);

/** Returns whom AppSync's directives on one element admit: callers of any of the providers that they name. */
export function appSyncCondition(directives: readonly DirectiveNode[], options: MigrationOptions): Condition {
  return { kind: 'any', of: directives.map((directive) => conditionOf(directive, options)) };
}

function conditionOf(directive: DirectiveNode, options: MigrationOptions): Condition {
  const name = directive.name.value;
  const unknown = (why: string): Condition => ({ kind: 'unknown', why: `@${name}: ${why}` });
  const args = argumentsOf(directive);
  const extra = [...args.keys()].find((argument) => argument !== 'cognito_groups' || !isUserPool(name));
  if (extra !== undefined) return unknown(`${extra} is not an argument of AppSync's directive`);
  if (name === 'aws_api_key')
    return options.publicIsEveryone
      ? { kind: 'everyone' }
      : unknown('an API key was required. If that is published, so that everyone has it, write --public-is-everyone');
  if (!isUserPool(name)) return unknown('callers of another provider than the user pool');
  if (!args.has('cognito_groups') && name === 'aws_cognito_user_pools') return { kind: 'signed in' };
  const groups = stringsOf(args.get('cognito_groups'));
  return groups === null || groups.length === 0
    ? unknown('its groups are not strings')
    : rolesCondition(groups, options);
}

const isUserPool = (name: string): boolean => name === 'aws_cognito_user_pools' || name === 'aws_auth';
