import type { Metadata, Viewport } from 'next';
import { cookies } from 'next/headers';
import type { ReactNode } from 'react';
import './globals.css';

export const metadata: Metadata = {
  title: { default: 'Fieldgate', template: '%s · Fieldgate' },
  description: 'Your tasks, visible only to you.',
  robots: { index: false },
};

export const viewport: Viewport = {
  colorScheme: 'light dark',
  themeColor: [
    { media: '(prefers-color-scheme: light)', color: '#f5f6f3' },
    { media: '(prefers-color-scheme: dark)', color: '#121513' },
  ],
};

/** The root layout of every page. */
export default async function RootLayout({ children }: { children: ReactNode }) {
  // Reading cookies makes Next render every page for each request and forbid caching it: each page needs a new nonce, and
  // a cached one would show a user who has signed out.
  await cookies();
  return (
    <html lang="en">
      <body>{children}</body>
    </html>
  );
}
