import path from 'node:path';
import type { NextConfig } from 'next';

const repository = path.join(import.meta.dirname, '..');

const config: NextConfig = {
  // Read by hand: Next compiles this file alone, and what a build needs must not be more than this.
  distDir: process.env.WEB_BUILD_DIR || '.next',
  poweredByHeader: false,
  reactStrictMode: true,
  // There are no pictures to scale: /_next/image would fetch from ourselves what strangers name.
  images: { unoptimized: true },
  agentRules: false,
  // argon2 is a native addon, and cannot be bundled.
  serverExternalPackages: ['@node-rs/argon2'],
  turbopack: {
    // The schema's token contract and node_modules lie above this folder.
    root: repository,
    // Its default export for bundlers is ES5: 9 kB more, to no browser's benefit.
    resolveAlias: { rxjs: './node_modules/rxjs/dist/esm/index.js' },
  },
  // `tsc -p web` checks types, in the same run that checks the rest of the repository.
  typescript: { ignoreBuildErrors: true },
};

export default config;
