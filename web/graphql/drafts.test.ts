import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { forgetDrafts, readDraft, writeDraft } from './drafts.ts';

const isText = (value: unknown): value is string => typeof value === 'string';

/** A tab's storage: an object whose own keys are the stored ones, as in browsers. */
function createStorage(): Record<string, unknown> {
  const storage: Record<string, unknown> = {};
  const methods = {
    getItem: (key: string) => storage[key] ?? null,
    setItem: (key: string, value: string) => void (storage[key] = value),
    removeItem: (key: string) => void delete storage[key],
  };
  for (const [name, value] of Object.entries(methods)) Object.defineProperty(storage, name, { value });
  return storage;
}

beforeEach(() => void vi.stubGlobal('sessionStorage', createStorage()));
afterEach(() => vi.unstubAllGlobals());

test('readDraft returns the draft of the same user and field alone', () => {
  writeDraft('ada', 'new-task', 'Mend the gate');
  expect(readDraft('ada', 'new-task', isText)).toBe('Mend the gate');
  expect(readDraft('bob', 'new-task', isText)).toBeNull();
  expect(readDraft('ada', 'edit-task', isText)).toBeNull();
});

test('readDraft returns null for a draft of another form, or none', () => {
  writeDraft('ada', 'new-task', { not: 'a text' });
  expect(readDraft('ada', 'new-task', isText)).toBeNull();
  sessionStorage.setItem('fieldgate.draft:ada:new-task', '{');
  expect(readDraft('ada', 'new-task', isText)).toBeNull();
});

test('writeDraft with null removes the draft', () => {
  writeDraft('ada', 'new-task', 'x');
  writeDraft('ada', 'new-task', null);
  expect(Object.keys(sessionStorage)).toEqual([]);
});

test('forgetDrafts removes the drafts of all users, or of all but one, and nothing else', () => {
  sessionStorage.setItem('other', 'kept');
  writeDraft('ada', 'new-task', 'x');
  writeDraft('adam', 'new-task', 'y');
  forgetDrafts({ except: 'ada' });
  expect(Object.keys(sessionStorage)).toEqual(['other', 'fieldgate.draft:ada:new-task']);
  forgetDrafts();
  expect(Object.keys(sessionStorage)).toEqual(['other']);
});

test('without storage there are no drafts, and no error', () => {
  vi.stubGlobal('sessionStorage', undefined);
  writeDraft('ada', 'new-task', 'x');
  forgetDrafts();
  expect(readDraft('ada', 'new-task', isText)).toBeNull();
});
