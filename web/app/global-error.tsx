'use client';
import ErrorPage from './error.tsx';
import './globals.css';

/** For a fault in the frame of the pages itself, which this has to replace. */
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
