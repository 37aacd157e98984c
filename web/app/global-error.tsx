'use client';
import ErrorPage from './error.tsx';
import './globals.css';
import { BRAND } from '../words.ts';

/** Shown if the root layout itself failed, which this replaces. */
export default function GlobalError() {
  return (
    <html lang="en">
      <body>
        <title>{BRAND.name}</title>
        <ErrorPage />
      </body>
    </html>
  );
}
