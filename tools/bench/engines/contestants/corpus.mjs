/**
 * Requests with their right answers. `secret` must not leave in the answer to a refused request; `data` must be in that of
 * an allowed one.
 */
const refused = (secret) => ({ secret });
const allowed = (data) => ({ data });

const TASKS = 'query ($id: ID) { tasks(userId: $id) { title } }';
const DEFAULT = 'query ($id: ID = "ben") { tasks(userId: $id) { title } }';
const SEARCH = 'query ($filter: Filter) { search(filter: $filter) { title } }';
const SEARCH_BY = 'query ($id: ID) { search(filter: { userId: $id }) { title } }';
const SKIPPED = 'query ($hide: Boolean!) { status log @skip(if: $hide) }';
const INCLUDED = 'query ($show: Boolean!) { status ...L @include(if: $show) } fragment L on Query { log }';
const SEVERAL = 'query A { status } query B { log }';

export const CORPUS = [
  ['none', '{ status }', {}, allowed('up')],
  ['none', '{ tasks { title } }', {}, refused('task of')],
  ['none', '{ tasks(userId: "ben") { title } }', {}, refused('task of')],
  ['none', '{ a: tasks(userId: "ben") { ...F } } fragment F on Task { b: title }', {}, refused('task of')],
  ['none', '{ node(id: "1") { ... on Task { title } } }', {}, refused('task of')],
  ['none', '{ status log }', {}, refused('line of')],
  ['none', SEVERAL, {}, allowed('up'), 'A'],
  ['none', SEVERAL, {}, refused('line of'), 'B'],
  ['none', SKIPPED, { hide: true }, allowed('up')],
  ['none', SKIPPED, { hide: false }, refused('line of')],
  ['ada', '{ tasks { title } }', {}, allowed('task of ada')],
  ['ada', TASKS, { id: 'ada' }, allowed('task of ada')],
  ['ada', TASKS, { id: null }, allowed('task of ada')],
  ['ada', TASKS, {}, allowed('task of ada')],
  ['ada', '{ tasks(userId: "ben") { title } }', {}, refused('task of ben')],
  ['ada', TASKS, { id: 'ben' }, refused('task of ben')],
  ['ada', DEFAULT, {}, refused('task of ben')],
  ['ada', DEFAULT, { id: 'ada' }, allowed('task of ada')],
  ['ada', '{ own: tasks { title } tasks(userId: "ben") { title } }', {}, refused('task of ben')],
  ['ada', '{ search(filter: { userId: "ada" }) { title } }', {}, allowed('task of ada')],
  ['ada', '{ search(filter: { userId: "ben" }) { title } }', {}, refused('task of ben')],
  ['ada', SEARCH, { filter: { userId: 'ben' } }, refused('task of ben')],
  ['ada', SEARCH_BY, { id: 'ben' }, refused('task of ben')],
  ['ada', SEARCH_BY, { id: 'ada' }, allowed('task of ada')],
  ['ada', '{ task(id: "0") { title } }', {}, allowed('task of ada')],
  ['ada', '{ task(id: "1") { title } }', {}, refused('task of ben')],
  ['ada', '{ node(id: "0") { id ... on Task { title } } }', {}, allowed('task of ada')],
  ['ada', '{ node(id: "1") { ... on Task { title } } }', {}, refused('task of ben')],
  ['ada', '{ node(id: "1") { id } }', {}, refused('"id":"1"')],
  ['ada', '{ task(id: "0") { title next { title } } }', {}, refused('task of ben')],
  ['ada', '{ log }', {}, refused('line of')],
  ['ada', SKIPPED, { hide: true }, allowed('up')],
  ['ada', SKIPPED, { hide: false }, refused('line of')],
  ['ada', INCLUDED, { show: false }, allowed('up')],
  ['ada', INCLUDED, { show: true }, refused('line of')],
  ['ada', 'mutation { note }', {}, allowed('true')],
  ['ada', 'mutation { note purge }', {}, refused('"purge":true')],
  ['admin', '{ log }', {}, allowed('line of')],
  ['admin', 'mutation { note purge }', {}, allowed('true')],
];

/** The operations whose cost is measured. */
export const OPERATIONS = {
  'list of 20': ['ada', '{ tasks { id title done } }', {}],
  'list of 20, own id by variable': ['ada', 'query ($id: ID) { tasks(userId: $id) { id title done } }', { id: 'ada' }],
  'one public field': ['none', '{ status }', {}],
  'refused, no token': ['none', '{ tasks { id title done } }', {}],
  'refused, no role': ['ada', '{ log }', {}],
};
