/**
 * The words of the web client's pages: the one entry, which re-exports a module for each feature, with one object for
 * each page and component. One file with all of them would be longer than any other of the sources; separate exports let
 * a bundle carry only the words that its page uses. Texts with a number are functions, because languages differ in plurals.
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
