import {
  type GraphQLArgument,
  type GraphQLInputField,
  type GraphQLInputType,
  getNamedType,
  getNullableType,
  isEnumType,
  isInputObjectType,
  isListType,
  isRequiredInputField,
  isRequiredArgument,
} from 'graphql';
import { idOf, markerOf, type DatasetUser } from './dataset.ts';

/** The viewer who sends a request, and the other user whose rows it tries to reach. */
export interface Parties {
  readonly attacker: DatasetUser;
  readonly victim: DatasetUser;
  /** The cursors of both users' first tasks and newest events, as the API returned them. */
  readonly cursors: Readonly<Record<'ownTask' | 'otherTask' | 'ownEvent' | 'otherEvent', string>>;
}

/** One value of an argument, as JSON; undefined omits it. */
export interface Choice {
  readonly label: string;
  value(parties: Parties): unknown;
}

type Input = GraphQLArgument | GraphQLInputField;

const OMITTED: Choice = { label: 'left out', value: () => undefined };
const NULL: Choice = { label: 'null', value: () => null };

/**
 * Returns the values of an argument or input field, one for each class that the API could treat differently. The first is
 * the simplest valid one.
 * @param coordinate of the field that the argument belongs to
 */
export function choicesFor(coordinate: string, input: Input): readonly Choice[] {
  const good = equivalenceClasses(coordinate, input);
  return isRequired(input) ? [...good, NULL] : [OMITTED, ...good, NULL];
}

function isRequired(input: Input): boolean {
  return 'defaultValue' in input && (isRequiredArgument(input) || isRequiredInputField(input));
}

function equivalenceClasses(coordinate: string, input: Input): readonly Choice[] {
  const type = getNamedType(input.type);
  if (input.astNode?.directives?.some(({ name }) => name.value === 'owner')) return idChoices(({ id }) => id);
  if (isInputObjectType(type)) return inputObjectChoices(coordinate, input.type);
  if (isEnumType(type)) return [...type.getValues().map(({ name }) => constant(name)), constant('NO_SUCH_VALUE')];
  switch (type.name) {
    case 'ID':
      if (isListType(getNullableType(input.type))) return idListChoices();
      return rowIdChoices((tasks) =>
        coordinate.endsWith('Step') && input.name === 'id' ? stepId(tasks) : tasks[0]?.id,
      );
    case 'Boolean':
      return [constant(true), constant(false), constant('true')];
    case 'Int':
      return [2, 1, 3, 100, 0, -1, 101, 2 ** 31, 1.5].map(constant);
    case 'DateTime':
      return ['2026-01-02T00:00:00.000Z', '2026-01-02T02:00:00+02:00', '9999-12-31T23:59:59Z', 'tomorrow', 0].map(
        constant,
      );
    default:
      return input.name === 'after' ? cursorChoices() : textChoices();
  }
}

/** Every class of id: own, foreign, missing, and other spellings of them. */
function idChoices(of: (user: DatasetUser) => string | undefined): readonly Choice[] {
  const own = (parties: Parties) => of(parties.attacker) ?? idOf('nothing');
  const other = (parties: Parties) => of(parties.victim) ?? idOf('nothing');
  return [
    { label: 'own', value: own },
    { label: 'foreign', value: other },
    { label: 'missing', value: () => idOf('nothing') },
    { label: 'foreign in upper case', value: (parties) => other(parties).toUpperCase() },
    { label: 'own in upper case', value: (parties) => own(parties).toUpperCase() },
    { label: 'foreign in braces', value: (parties) => `{${other(parties)}}` },
    { label: 'foreign without dashes', value: (parties) => other(parties).replaceAll('-', '') },
    { label: 'foreign with a space', value: (parties) => `${other(parties)} ` },
    { label: 'own user', value: ({ attacker: { id } }) => id },
    { label: 'foreign user', value: ({ victim: { id } }) => id },
    { label: 'empty', value: () => '' },
    { label: 'a number', value: () => 7 },
    { label: 'NUL', value: () => 'a\0b' },
  ];
}

/** Every class of id of a row, also of rows that are deleted with their task. */
function rowIdChoices(of: (tasks: DatasetUser['tasks']) => string | undefined): readonly Choice[] {
  return [
    ...idChoices(({ tasks }) => of(tasks)),
    { label: 'own deleted', value: ({ attacker }) => of(attacker.deletedTasks) },
    { label: 'foreign deleted', value: ({ victim }) => of(victim.deletedTasks) },
  ];
}

/** Lists of task ids: GraphQL also accepts a single id as a list of one. */
function idListChoices(): readonly Choice[] {
  const ids = ({ tasks }: DatasetUser) => tasks.slice(0, 2).map(({ id }) => id);
  return [
    { label: 'own ids', value: ({ attacker }) => ids(attacker) },
    { label: 'own ids, one twice', value: ({ attacker }) => [...ids(attacker), ...ids(attacker).slice(0, 1)] },
    { label: 'own and foreign ids', value: ({ attacker, victim }) => [...ids(attacker), ...ids(victim)] },
    { label: 'own and missing ids', value: ({ attacker }) => [...ids(attacker), idOf('nothing')] },
    { label: 'own ids, one deleted', value: ({ attacker }) => [...ids(attacker), attacker.deletedTasks[0]?.id] },
    { label: 'own ids and null', value: ({ attacker }) => [...ids(attacker), null] },
    { label: 'nested lists', value: ({ attacker }) => [ids(attacker)] },
    { label: 'no ids', value: () => [] },
    { label: '101 ids', value: () => Array.from({ length: 101 }, (_, index) => idOf(`missing ${index}`)) },
    ...rowIdChoices((tasks) => tasks[0]?.id),
  ];
}

function stepId(tasks: DatasetUser['tasks']): string | undefined {
  return tasks.find(({ steps }) => steps.length > 0)?.steps[0]?.id;
}

function cursorChoices(): readonly Choice[] {
  return [
    { label: 'own task cursor', value: ({ cursors: { ownTask } }) => ownTask },
    { label: 'foreign task cursor', value: ({ cursors: { otherTask } }) => otherTask },
    { label: 'own event cursor', value: ({ cursors: { ownEvent } }) => ownEvent },
    { label: 'foreign event cursor', value: ({ cursors: { otherEvent } }) => otherEvent },
    constant('no cursor'),
    constant(''),
    constant(Buffer.from('[1,2]').toString('base64url')),
    { label: 'half a cursor', value: ({ cursors: { otherTask } }) => otherTask.slice(0, -3) },
  ];
}

function textChoices(): readonly Choice[] {
  return [
    constant('plain'),
    { label: 'own marker', value: ({ attacker }) => attacker.name.replace(/name$/, '') },
    { label: 'foreign marker', value: ({ victim }) => victim.name.replace(/name$/, '') },
    constant('%'),
    constant('_'),
    constant('M4RK-'),
    constant('\\'),
    constant('Ünïcødé 👩‍👩‍👧'),
    constant('a\0b'),
    constant('\ud800'),
    constant(markerOf('x').repeat(1_100)),
    constant(1),
  ];
}

/** An input object with its required fields, then with each value of one field at a time. */
function inputObjectChoices(coordinate: string, type: GraphQLInputType): readonly Choice[] {
  const named = getNamedType(type);
  if (!isInputObjectType(named) || isListType(type)) return [];
  const fields = Object.values(named.getFields());
  const requiredChoices = fields.flatMap((field) => {
    const [choice] = isRequired(field) || field.name === 'title' ? equivalenceClasses(coordinate, field) : [];
    return choice ? [[field.name, choice] as const] : [];
  });
  const plain = new Map(requiredChoices);
  const createChoice = (label: string, parts: ReadonlyMap<string, Choice>): Choice => ({
    label,
    value: (parties) =>
      Object.fromEntries(
        [...parts].flatMap(([name, choice]) => {
          const value = choice.value(parties);
          return value === undefined ? [] : [[name, value]];
        }),
      ),
  });
  const varied = fields.flatMap((field) =>
    choicesFor(coordinate, field).map((choice) =>
      createChoice(`${field.name}: ${choice.label}`, new Map([...plain, [field.name, choice]])),
    ),
  );
  return [createChoice('plain', plain), createChoice('empty', new Map()), ...varied, constant('no object')];
}

function constant(value: unknown): Choice {
  return { label: JSON.stringify(value).slice(0, 20), value: () => value };
}
