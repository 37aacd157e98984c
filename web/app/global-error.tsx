'use client';
import ErrorPage from './error.tsx';
import './globals.css';

/** Shown if the root layout itself failed, which this replaces. */
export default function GlobalError() {
  return (
    <html lang="en">
      <body>
        <title>Fieldgate</title>
        <ErrorPage />
      </body>
    </html>
  );
}
