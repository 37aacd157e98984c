import fs from 'node:fs';

/**
 * What every peer is told, read from the file that the first argument names.
 * @typedef {object} PeerOptions
 * @property {number} port
 * @property {string} databaseUrl its role is subject to row-level security only for the peers that use it
 * @property {string} secret the HS256 secret, in base64url
 * @property {string} issuer
 * @property {string} audience
 * @property {Readonly<Record<string, string>>} documents the documents of the benchmark by the operation's name
 */

/** @type {PeerOptions} */
export const options = JSON.parse(fs.readFileSync(process.argv[2] ?? '', 'utf8'));
export const key = Buffer.from(options.secret, 'base64url');
export const VERIFICATION = { algorithms: ['HS256'], issuer: options.issuer, audience: options.audience };
/** The number of connections to PostgreSQL, the same for every peer and Fieldgate's own default. */
export const POOL_SIZE = 10;
/** How many verified tokens a peer keeps, where its library caches them. */
export const TOKEN_CACHE = 1_000;
