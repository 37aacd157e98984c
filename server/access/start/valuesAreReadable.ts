import { Kind } from 'graphql';
import { DIRECTIVES } from '../directives.ts';
import { placeOf } from '../problem.ts';
import { reporter, type StartRule } from './context.ts';

/** Every value in a rule is one of its type, and none is null: null would read as "no such condition". */
export const valuesAreReadable: StartRule = (context) => {
  const report = reporter(context, valuesAreReadable);
  for (const { coordinate, directives, unreadable } of context.elements.values()) {
    for (const { node, message } of unreadable)
      report(
        { coordinate, place: placeOf(node) },
        `@${node.name.value}: ${message}`,
        'write a value of the type that the directive asks for',
      );
    for (const node of directives) {
      if (!(DIRECTIVES as readonly string[]).includes(node.name.value)) continue;
      for (const argument of node.arguments ?? [])
        if (argument.value.kind === Kind.NULL)
          report(
            { coordinate, place: placeOf(argument) },
            `@${node.name.value}(${argument.name.value}: null) says nothing`,
            `leave ${argument.name.value} out, or write its value`,
          );
    }
  }
};
