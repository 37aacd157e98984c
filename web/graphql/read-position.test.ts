import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { keepPosition, positionHeader } from './read-position.ts';

const [EARLIER, LATER] = ['0000000000000001.1800000030.mac', '00000000000000ff.1800000031.mac'];
const answer = (position?: string) =>
  new Response('{}', { headers: position === undefined ? {} : { 'Fieldgate-Position': position } });

// covers: REPL-07
describe('positionHeader', () => {
  test.each([`fieldgate-position=${LATER}`, `a=b; fieldgate-position=${LATER}; c=d`])(
    'finds the position in %s',
    (cookies) => {
      expect(positionHeader(cookies)).toEqual({ 'fieldgate-position': LATER });
    },
  );

  test.each([undefined, '', 'a=b', 'fieldgate-position=', 'fieldgate-position=; a=b', 'fieldgate-position="\u00ff"'])(
    'returns undefined for the cookies %j',
    (cookies) => {
      expect(positionHeader(cookies)).toBeUndefined();
    },
  );

  test('returns nothing that a header may not contain', () => {
    const { 'fieldgate-position': position = '' } = positionHeader('fieldgate-position=ab\r\nx: y\u0000') ?? {};
    expect(() => new Headers({ position })).not.toThrow();
    expect(position).toBe('ab');
  });
});

// covers: REPL-07
describe('keepPosition', () => {
  let cookie = '';
  beforeEach(() => {
    cookie = '';
    vi.stubGlobal('document', {
      get cookie() {
        return cookie.split(';', 1)[0] ?? '';
      },
      set cookie(value: string) {
        cookie = value;
      },
    });
  });
  afterEach(() => void vi.unstubAllGlobals());

  test('keeps the position of an answer in a short-lived cookie for this site alone', () => {
    const response = answer(LATER);
    expect(keepPosition(response)).toBe(response);
    expect(cookie).toBe(`fieldgate-position=${LATER};path=/;max-age=30;samesite=strict`);
  });

  test('keeps the later of two positions, in whichever order their answers arrive', () => {
    for (const position of [EARLIER, LATER, EARLIER]) keepPosition(answer(position));
    expect(positionHeader(cookie)).toEqual({ 'fieldgate-position': LATER });
  });

  test('an answer without a position changes nothing', () => {
    keepPosition(answer(LATER));
    const before = cookie;
    keepPosition(answer());
    expect(cookie).toBe(before);
  });
});
