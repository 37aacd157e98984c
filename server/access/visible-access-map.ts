import type { GraphQLSchema } from 'graphql';
import type { AccessMap, AudienceName } from './access-map.ts';
import { hasCoordinate } from './has-coordinate.ts';

/**
 * Returns the part of an access map that introspection shows: no field, argument or role that the audience of the schema
 * may not know. The cells are those of the whole map: what others may do with a visible field is no secret.
 * @param visible the viewer's schema, of `createIntrospectionSchemas`
 */
export function visibleAccessMap(map: AccessMap, visible: GraphQLSchema): AccessMap {
  const isShown = (coordinate: string) => hasCoordinate(visible, coordinate);
  const isShownAudience = (name: AudienceName) => !name.startsWith('role ') || isShown(`Role.${name.slice(5)}`);
  const audiences = map.audiences.filter(isShownAudience);
  return {
    audiences,
    fields: map.fields
      .filter(({ coordinate }) => isShown(coordinate))
      .map((field) => {
        const cells = audiences.map((audience) => [audience, field.cells[audience]]);
        return { ...field, cells: Object.fromEntries(cells) as typeof field.cells };
      }),
    arguments: map.arguments.filter(({ coordinate }) => isShown(coordinate)),
  };
}
