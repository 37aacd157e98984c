import type { Metadata, Viewport } from 'next';
import { cookies } from 'next/headers';
import type { ReactNode } from 'react';
import './globals.css';

export const metadata: Metadata = {
  title: { default: 'Fieldgate', template: '%s · Fieldgate' },
  description: 'Your tasks, and nobody else’s.',
  robots: { index: false },
};

export const viewport: Viewport = {
  colorScheme: 'light dark',
  themeColor: [
    { media: '(prefers-color-scheme: light)', color: '#f5f6f3' },
    { media: '(prefers-color-scheme: dark)', color: '#121513' },
  ],
};

/** The frame of every page. */
export default async function RootLayout({ children }: { children: ReactNode }) {
  // Whoever reads cookies is rendered anew for each visit and never kept: every page here needs a nonce of its own,
  // and a page kept by a browser would show the user who has left.
  await cookies();
  return (
    <html lang="en">
      <body>{children}</body>
    </html>
  );
}
