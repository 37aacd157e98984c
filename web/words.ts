/**
 * The words of the web client's pages: the one entry, which re-exports the modules of `words/`, with one object for each
 * page and component. Not one file: a bundle carries whole modules, so one file would send the words of all pages with
 * each. What loads together is in one module: signed-in.ts is on every page of a user, sign-in.ts on those of visitors,
 * tasks.ts on the task page, the other task-*.ts with what that loads later; pages.ts is for the server alone.
 * Texts with a number are functions, because languages differ in plurals.
 *
 * A second language is a second set of modules with the same exports: their types make a missing text an error of tsc.
 */
export * from './words/access.ts';
export * from './words/account-errors.ts';
export * from './words/accounts.ts';
export * from './words/brand.ts';
export * from './words/clear-done.ts';
export * from './words/components.ts';
export * from './words/empty-list.ts';
export * from './words/error-page.ts';
export * from './words/explore.ts';
export * from './words/header.ts';
export * from './words/landing.ts';
export * from './words/pages.ts';
export * from './words/passkey.ts';
export * from './words/row-actions.ts';
export * from './words/security.ts';
export * from './words/shortcuts.ts';
export * from './words/sign-in.ts';
export * from './words/signed-in.ts';
export * from './words/step-up.ts';
export * from './words/task-dialog.ts';
export * from './words/task-errors.ts';
export * from './words/task-moving.ts';
export * from './words/task-selection.ts';
export * from './words/task-steps.ts';
export * from './words/tasks.ts';
export * from './words/undo.ts';
