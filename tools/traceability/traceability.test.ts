import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { beforeEach, describe, expect, onTestFinished, test } from 'vitest';
import { checkTraceability, writeTraceability } from './traceability.ts';

const THREAT = {
  id: 'TOKEN-01',
  threat: 'A token is forged.',
  defence: 'The signature is verified.',
  files: ['server/verify.ts'],
  remaining: null,
};
const REQUIREMENT = { id: 'FR-001', requirement: 'Sign-up exists.' };
const PLACES = (section: string) =>
  `# Title\n\nHand-written.\n\n<!-- generated: ${section} -->\n<!-- end of generated -->\n\nEnd.\n`;

let root: string;
const write = (file: string, content: unknown) => {
  fs.mkdirSync(path.dirname(path.join(root, file)), { recursive: true });
  fs.writeFileSync(path.join(root, file), typeof content === 'string' ? content : JSON.stringify(content, null, 2));
};
const read = (file: string) => fs.readFileSync(path.join(root, file), 'utf8');
const threats = (...list: object[]) => write('docs/threats.json', [{ section: 'TOKEN', threats: list }]);
const requirements = (...list: object[]) => write('docs/requirements.json', [{ section: 'all', requirements: list }]);

beforeEach(() => {
  root = fs.mkdtempSync(path.join(os.tmpdir(), 'traceability-'));
  onTestFinished(() => fs.rmSync(root, { recursive: true }));
  threats(THREAT);
  requirements(REQUIREMENT);
  write('docs/security.md', PLACES('TOKEN'));
  write('test/README.md', PLACES('all'));
  write('server/verify.ts', '');
  write('server/verify.test.ts', `// covers: TOKEN-01\ntest('rejects a forged token', () => {});\n`);
  write(
    'test/sign-up.spec.ts',
    `describe('a visitor', () => {\n  // covers: FR-001\n  test('signs up', () => {});\n});\n`,
  );
});

describe('writeTraceability', () => {
  test('fills the table of threats with defence, test and what remains, and keeps what is hand-written', () => {
    threats({ ...THREAT, remaining: 'A stolen key.' });
    writeTraceability(root);
    expect(read('docs/security.md')).toBe(`# Title

Hand-written.

<!-- generated: TOKEN -->
| threat | defence | proof | what remains |
|---|---|---|---|
| **TOKEN-01** A token is forged. | The signature is verified. [\`verify.ts\`](../server/verify.ts) | *rejects a forged token* [\`verify.test.ts\`](../server/verify.test.ts) | A stolen key. |
<!-- end of generated -->

End.
`);
  });

  test('fills the table of requirements and lists all tests of each id in test/coverage.md', () => {
    writeTraceability(root);
    expect(read('test/README.md')).toContain(
      '| **FR-001** Sign-up exists. | *signs up* [`sign-up.spec.ts`](sign-up.spec.ts) |',
    );
    expect(read('test/coverage.md')).toContain(
      '## TOKEN-01\n\nA token is forged.\n\n- [`verify.test.ts`](../server/verify.test.ts) *rejects a forged token*\n',
    );
  });

  test('names the test beside the defence first and links to the others', () => {
    write('api/forged.test.ts', `// covers: TOKEN-01\ntest('is 401 over HTTP', () => {});\n`);
    writeTraceability(root);
    expect(read('docs/security.md')).toContain(
      '| *rejects a forged token* [`verify.test.ts`](../server/verify.test.ts) [+1](../test/coverage.md#token-01) |',
    );
  });

  test('prints evidence, what is not built, and entries that prove this one, with paths as links', () => {
    threats({ ...THREAT, evidence: 'Measured: `server/verify.ts`.' });
    requirements(
      REQUIREMENT,
      { id: 'FR-002', requirement: 'Sign-in exists.', notBuilt: 'Not built yet.' },
      { id: 'US1.1', requirement: 'A story.', sameAs: ['FR-001', 'FR-002'] },
    );
    writeTraceability(root);
    expect(read('docs/security.md')).toContain('<br>Measured: [`verify.ts`](../server/verify.ts). |');
    expect(read('test/README.md')).toContain('| **FR-002** Sign-in exists. | Not built yet. |');
    expect(read('test/README.md')).toContain('| As [FR-001](coverage.md#fr-001), FR-002. |');
    expect(checkTraceability(root)).toEqual([]);
  });

  test('prints a title as Markdown shows it: marks escaped, code left as it is', () => {
    write('server/verify.test.ts', "// covers: TOKEN-01\ntest('a*b __proto__ <i> a|b [c] `d_e`', () => {});\n");
    writeTraceability(root);
    expect(read('docs/security.md')).toContain('| *a\\*b \\_\\_proto\\_\\_ \\<i> a\\|b \\[c\\] `d_e`* ');
  });

  test('prints a title with `$&` and `$1` as it is', () => {
    write('server/verify.test.ts', "// covers: TOKEN-01\ntest('costs $& and $1', () => {});\n");
    writeTraceability(root);
    expect(read('docs/security.md')).toContain('*costs $& and $1*');
  });

  test('leaves nothing to write the second time, and says which files it wrote', () => {
    expect(writeTraceability(root)).toEqual(['docs/security.md', 'test/README.md', 'test/coverage.md']);
    expect(writeTraceability(root)).toEqual([]);
  });
});

describe('checkTraceability', () => {
  beforeEach(() => {
    writeTraceability(root);
  });

  test('finds nothing wrong in documents that were just written', () => {
    expect(checkTraceability(root)).toEqual([]);
  });

  test('reports documents that have drifted after a test was renamed, until they are written anew', () => {
    write('server/verify.test.ts', `// covers: TOKEN-01\ntest('refuses a forged token', () => {});\n`);
    expect(checkTraceability(root)).toEqual([
      'docs/security.md:1: the document has drifted from the tags and the registry: run `npm run codegen`.',
      'test/coverage.md:1: the document has drifted from the tags and the registry: run `npm run codegen`.',
    ]);
    writeTraceability(root);
    expect(checkTraceability(root)).toEqual([]);
  });

  test('reports a generated table that was edited manually', () => {
    write('test/README.md', read('test/README.md').replace('Sign-up exists', 'Sign-up is great'));
    expect(checkTraceability(root)).toEqual([expect.stringContaining('test/README.md:1: the document has drifted')]);
  });

  test('reports a missing test/coverage.md as drift', () => {
    fs.rmSync(path.join(root, 'test/coverage.md'));
    expect(checkTraceability(root)).toEqual([expect.stringContaining('test/coverage.md:1: the document has drifted')]);
  });

  /** What is wrong apart from drift. */
  const problems = () => checkTraceability(root).filter((problem) => !problem.includes('has drifted'));

  test('reports an unknown id in a tag with file, line and what to do', () => {
    write('server/verify.test.ts', `\n// covers: TOKEN-01, TOKEN-99\ntest('rejects a forged token', () => {});\n`);
    expect(problems()).toEqual([
      'server/verify.test.ts:2: the tag names the unknown id TOKEN-99: correct it, or add it to docs/threats.json or docs/requirements.json.',
    ]);
  });

  test('reports a tag that is not directly above a test, and the threat that has no proof without it', () => {
    write('server/verify.test.ts', `// covers: TOKEN-01\n\ntest('rejects a forged token', () => {});\n`);
    expect(problems()).toEqual([
      'server/verify.test.ts:1: this tag is not directly above a test: move it to the line above `test(`, `it(` or `describe(`.',
      'docs/threats.json:6: TOKEN-01 has no proof: tag a test with `// covers: TOKEN-01`, or write `evidence` or `notBuilt`.',
    ]);
  });

  test('reports a tag that cannot be read', () => {
    write('test/more.test.ts', `// covers TOKEN-01\ntest('more', () => {});\n`);
    expect(problems()).toEqual([
      'test/more.test.ts:1: this tag cannot be read: write it as `// covers: TOKEN-03, FR-012`.',
    ]);
  });

  test('reports a tag whose ids are not sorted, with the tag to write', () => {
    write('server/verify.test.ts', `// covers: TOKEN-01, FR-001\ntest('rejects a forged token', () => {});\n`);
    expect(problems()).toEqual([
      'server/verify.test.ts:1: the ids are not sorted, or not unique: write `// covers: FR-001, TOKEN-01`.',
    ]);
  });

  test('reports a requirement without proof', () => {
    requirements(REQUIREMENT, { id: 'FR-002', requirement: 'Sign-in exists.' });
    expect(problems()).toEqual([
      expect.stringMatching(/^docs\/requirements\.json:10: FR-002 has no proof: tag a test/),
    ]);
  });

  test.each(['evidence', 'notBuilt'])('accepts %s in place of a test', (field) => {
    requirements(REQUIREMENT, { id: 'FR-002', requirement: 'Sign-in exists.', [field]: 'For a reason.' });
    expect(problems()).toEqual([]);
  });

  test('reports a path of a defence, and one in a text, that does not exist', () => {
    threats({ ...THREAT, files: ['server/gone.ts'], evidence: 'See `docs/gone.md`.' });
    expect(problems()).toEqual([
      'docs/threats.json:6: TOKEN-01 names server/gone.ts, which does not exist: correct the path.',
      'docs/threats.json:6: TOKEN-01 names docs/gone.md, which does not exist: correct the path.',
    ]);
  });

  test('reports an id that is there twice', () => {
    requirements(REQUIREMENT, { ...REQUIREMENT, evidence: 'Measured.' });
    expect(problems()).toEqual([expect.stringContaining('FR-001 is there twice: give it another id.')]);
  });

  test.each(['FR-009', 'FR-002'])('reports `sameAs` with %s, which is unknown or the entry itself', (other) => {
    requirements(REQUIREMENT, { id: 'FR-002', requirement: 'Sign-in exists.', sameAs: [other] });
    expect(problems()).toEqual([expect.stringContaining(`FR-002 is the same as ${other}, which is no other entry`)]);
  });

  test('reports a section without a place in the document, and a place without a section', () => {
    write('docs/security.md', PLACES('TOKENS'));
    expect(problems()).toEqual([
      expect.stringContaining('docs/security.md:1: section TOKEN of docs/threats.json needs one place'),
      expect.stringContaining('docs/security.md:1: docs/threats.json has no section TOKENS'),
    ]);
  });

  test('throws if the registry has the wrong form, naming file and field', () => {
    threats({ ...THREAT, id: 'token 1', defense: 'x' });
    expect(() => checkTraceability(root)).toThrow(
      /docs\/threats\.json has the wrong form:[\s\S]*is no id such as TOKEN-03/,
    );
  });

  test('reads no test in node_modules, generated and hidden folders', () => {
    for (const folder of ['node_modules/x', 'server/generated', '.next'])
      write(`${folder}/a.test.ts`, `// covers: TOKEN-99\ntest('foreign', () => {});\n`);
    expect(problems()).toEqual([]);
  });
});
