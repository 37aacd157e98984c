import { execute, parse, validate } from 'graphql';

/** Returns a function that executes by graphql-js, with documents parsed and validated once, as servers cache them. */
export function executePlain(schema, run = execute) {
  const documents = new Map();
  return (text, variableValues, contextValue, operationName) => {
    let document = documents.get(text);
    if (document === undefined) {
      document = parse(text);
      const [error] = validate(schema, document);
      if (error) throw error;
      documents.set(text, document);
    }
    return run({ schema, document, variableValues, contextValue, operationName });
  };
}
