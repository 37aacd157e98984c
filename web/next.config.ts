import path from 'node:path';
import type { NextConfig } from 'next';

const repository = path.join(import.meta.dirname, '..');

const config: NextConfig = {
  // Not from config.ts: Next compiles this file alone, and a build must need no other setting.
  distDir: process.env.WEB_BUILD_DIR || '.next',
  poweredByHeader: false,
  // `serve.ts` compresses, with brotli; Next knows gzip alone.
  compress: false,
  reactStrictMode: true,
  // There are no pictures to scale, and /_next/image would fetch URLs that requests name.
  images: { unoptimized: true },
  agentRules: false,
  // A native addon cannot be bundled.
  serverExternalPackages: ['@node-rs/argon2'],
  turbopack: {
    // The token contract (runtime/) and node_modules are outside of this folder.
    root: repository,
    // The default export for bundlers is ES5: 9 kB more, which no supported browser needs.
    resolveAlias: { rxjs: '../node_modules/rxjs/dist/esm/index.js' },
  },
  // `tsc -p web` checks types, with the rest of the repository.
  typescript: { ignoreBuildErrors: true },
};

export default config;
