/**
 * The words of the web client's pages: the one entry, which re-exports the modules of `words/`, with one object for each
 * page and component. Not one file: a bundle carries whole modules, so one file would send the words of all pages with
 * each. What loads together is in one module: signed-in.ts is on every page of a user, sign-in.ts on those of visitors.
 * Texts with a number are functions, because languages differ in plurals.
 *
 * A second language is a second set of modules with the same exports: their types make a missing text an error of tsc.
 */
export * from './words/access.ts';
export * from './words/accounts.ts';
export * from './words/components.ts';
export * from './words/explore.ts';
export * from './words/landing.ts';
export * from './words/pages.ts';
export * from './words/security.ts';
export * from './words/sign-in.ts';
export * from './words/signed-in.ts';
export * from './words/step-up.ts';
