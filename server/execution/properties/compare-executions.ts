import {
  execute as executeGraphql,
  type ExecutionArgs,
  type ExecutionResult,
  type GraphQLObjectType,
  parse,
} from 'graphql';
import { buildExecutionContext } from 'graphql/execution/execute.js';
import { Choices } from '../../access/properties/random-choices.ts';
import { createCompiledExecute } from '../compiled-execute.ts';
import { createDocumentPlans } from '../document-plans.ts';
import { addresses, describeValue } from './execution-trace.ts';
import { randomExecutionSchema, type RandomSchema } from './random-execution-schema.ts';
import { randomRequestText, randomVariables } from './random-request.ts';
import { sourceAt } from './random-result.ts';

type Execute = (args: ExecutionArgs) => ExecutionResult | PromiseLike<ExecutionResult>;

type Numbers = readonly number[];

/** One case: numbers for `Choices`, each list for its own part, so that none is used up by the parts before it. */
export interface ComparedCase {
  readonly types: Numbers;
  readonly resolvers: Numbers;
  readonly documents: readonly (readonly [text: Numbers, requests: Numbers])[];
  readonly seed: number;
}

/** What was compared. */
export interface Comparison {
  /** Operations that were executed by both. */
  readonly operations: number;
  /** Those that were executed by a plan, those with errors in the result, and those that called a resolver. */
  readonly planned: number;
  readonly withErrors: number;
  readonly withResolvers: number;
  /** The first difference; null if there is none. */
  readonly difference: string | null;
}

const REQUESTS_OF_DOCUMENT = 5;

/** Executes random operations with graphql-js and with the compiled executor; returns the first difference. */
export async function compareExecutions(
  { types, resolvers, documents, seed }: ComparedCase,
  createExecute: (schema: RandomSchema['schema']) => Execute = createCompiledExecute,
): Promise<Comparison> {
  const random = randomExecutionSchema(new Choices(types), new Choices(resolvers));
  const execute = createExecute(random.schema);
  const count = { operations: 0, planned: 0, withErrors: 0, withResolvers: 0 };
  let request = seed;
  for (const [ofText, ofRequests] of documents) {
    const { text, name } = randomRequestText(new Choices(ofText), random.schema);
    const choices = new Choices(ofRequests);
    const document = parse(text);
    const plans = createDocumentPlans(random.schema, document);
    for (let index = 0; index < REQUESTS_OF_DOCUMENT; index++) {
      const variableValues = randomVariables(choices);
      const args = { document, operationName: name, variableValues };
      request = Math.imul(request + 1, 0x9e3779b1);
      const oddness = choices.pick([40, 8, 3, 1_000]);
      const run = (executor: Execute) => observe(random, executor, args, request, oddness);
      // The first execution of a document is graphql-js's.
      if (index === 0) await run(execute);
      const [expected, actual] = [await run(executeGraphql), await run(execute)];
      count.operations++;
      const context = buildExecutionContext({ ...args, schema: random.schema });
      if ('operation' in context && plans.planFor(context.operation, context.variableValues)) count.planned++;
      if (expected.includes('errors:')) count.withErrors++;
      if (expected.includes('\nresolver ')) count.withResolvers++;
      if (expected === actual) continue;
      const difference = `${text}\n${JSON.stringify(variableValues)} of ${name}\n${firstDifference(expected, actual)}`;
      return { ...count, difference };
    }
  }
  return { ...count, difference: null };
}

/** Executes one operation; returns all that could be observed: calls, result, and rejections that nobody handled. */
async function observe(
  random: RandomSchema,
  execute: Execute,
  args: Omit<ExecutionArgs, 'schema'>,
  seed: number,
  oddness: number,
): Promise<string> {
  const trace: string[] = [];
  const rootType = random.schema.getType('Query') as GraphQLObjectType;
  const rootValue = sourceAt(random, 'root', rootType, new Choices([]));
  random.world = { seed, oddness, trace, rootValue };
  const contextValue = { viewer: { userId: 'ada' } };
  addresses.set(contextValue, 'context');
  const onRejection = (reason: unknown) => void trace.push(`unhandled ${describeValue(reason)}`);
  process.on('unhandledRejection', onRejection);
  let outcome = 'never settled';
  try {
    const returned = execute({ ...args, schema: random.schema, rootValue, contextValue });
    if ('then' in returned) trace.push('returned a promise');
    Promise.resolve(returned).then(
      (result) => (outcome = describeValue(result)),
      (error: unknown) => (outcome = `rejected with ${describeValue(error)}`),
    );
  } catch (error) {
    outcome = `threw ${describeValue(error)}`;
  }
  // By then all promises have settled that ever will, and Node has reported the rejections that nobody handles.
  await new Promise((resolve) => void setImmediate(resolve));
  process.off('unhandledRejection', onRejection);
  return `\n${trace.join('\n')}\n${outcome}`;
}

function firstDifference(expected: string, actual: string): string {
  const [left, right] = [expected.split('\n'), actual.split('\n')];
  const index = left.findIndex((line, at) => line !== right[at]);
  const at = index === -1 ? left.length : index;
  return `line ${at} of ${left.length} and ${right.length}\n  graphql-js: ${left[at]}\n  compiled:   ${right[at]}`;
}
