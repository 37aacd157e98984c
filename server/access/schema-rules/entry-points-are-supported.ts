import { locationOf } from '../schema-problem.ts';
import { createReporter, type SchemaRule } from './schema-rule.ts';

const INCREMENTAL = ['defer', 'stream'] as const;
const FEDERATION = ['_entities', '_service'] as const;

/**
 * The schema has no entry point that the engine does not authorize: subscriptions, incremental delivery, federation.
 */
export const entryPointsAreSupported: SchemaRule = (context) => {
  const report = createReporter(context, entryPointsAreSupported);
  const { schema } = context;
  const subscription = schema.getSubscriptionType();
  if (subscription)
    report(
      { coordinate: subscription.name, location: locationOf(subscription.astNode) },
      'subscriptions are not supported',
      'remove the subscription root type',
    );
  for (const name of INCREMENTAL) {
    const directive = schema.getDirective(name);
    if (directive)
      report(
        { coordinate: `@${name}`, location: locationOf(directive.astNode) },
        'incremental delivery is not supported',
        'remove the directive',
      );
  }
  for (const name of FEDERATION) {
    const query = schema.getQueryType();
    const field = query?.getFields()[name];
    if (query && field)
      report(
        { coordinate: `${query.name}.${name}`, location: locationOf(field.astNode) },
        'federation would bypass authorization',
        'remove the field',
      );
  }
};
