import { access } from './access.ts';
import type { Benchmark } from './benchmark.ts';
import { budget } from './budget.ts';
import { corpus } from './corpus.ts';
import { engines } from './engines.ts';
import { failures } from './failures.ts';
import { fleet } from './fleet.ts';
import { growth } from './growth.ts';
import { memory } from './memory.ts';
import { pages } from './pages.ts';
import { peers } from './peers.ts';
import { requests } from './requests.ts';
import { revocation } from './revocation.ts';
import { signIns } from './sign-ins.ts';
import { sizes } from './sizes.ts';
import { soaking } from './soak.ts';
import { tokens } from './tokens.ts';
import { walls } from './walls.ts';
import { web } from './web.ts';

/** The benchmarks by their names on the command line, in the order in which they run. */
export const BENCHMARKS: ReadonlyMap<string, Benchmark> = new Map([
  ['access', access],
  ['requests', requests],
  ['budget', budget],
  ['walls', walls],
  ['memory', memory],
  ['corpus', corpus],
  ['growth', growth],
  ['sizes', sizes],
  ['revocation', revocation],
  ['tokens', tokens],
  ['sign-ins', signIns],
  ['soak', soaking],
  ['web', web],
  ['pages', pages],
  ['failures', failures],
  ['fleet', fleet],
  ['peers', peers],
  ['engines', engines],
]);
