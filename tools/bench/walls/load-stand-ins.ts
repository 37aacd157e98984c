import { registerHooks } from 'node:module';
import { pathToFileURL } from 'node:url';
import { inRoot } from '../../../server/operations/paths.ts';
import { STAND_INS } from './stand-in-list.ts';

/**
 * Preloaded by `node --import` into an API process of the benchmark `walls`, and into no other: the modules that are the
 * walls are resolved to stand-ins that do nothing. `BENCH_WITHOUT` names the walls. The product has no setting for this.
 */
const replaced = new Map(
  (process.env['BENCH_WITHOUT'] ?? '').split(',').flatMap((wall) => {
    const modules = STAND_INS[wall];
    if (modules === undefined) throw new Error(`BENCH_WITHOUT names no wall: "${wall}".`);
    return modules.map(
      ([module, standIn]) =>
        [
          pathToFileURL(inRoot(module)).href,
          pathToFileURL(inRoot('tools/bench/walls/stand-ins', standIn)).href,
        ] as const,
    );
  }),
);
const standIns = new Set(replaced.values());

registerHooks({
  resolve(specifier, context, next) {
    const resolved = next(specifier, context);
    const standIn = replaced.get(resolved.url);
    // A stand-in may import what it replaces.
    return standIn === undefined || standIns.has(context.parentURL ?? '') ? resolved : { ...resolved, url: standIn };
  },
});
