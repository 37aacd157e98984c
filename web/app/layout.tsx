import type { Metadata, Viewport } from 'next';
import { cookies } from 'next/headers';
import type { ReactNode } from 'react';
import { webConfig } from '../config.ts';
import './globals.css';

const DESCRIPTION = 'Your tasks, visible only to you.';

/** Returns the metadata of every page. A function: the origin is a setting, which a build does not know. */
export function generateMetadata(): Metadata {
  return {
    metadataBase: new URL(webConfig().WEB_URL),
    title: { default: 'Fieldgate', template: '%s · Fieldgate' },
    description: DESCRIPTION,
    applicationName: 'Fieldgate',
    robots: { index: false },
    // The picture is opengraph-image.png.
    openGraph: { type: 'website', siteName: 'Fieldgate', title: 'Fieldgate', description: DESCRIPTION, locale: 'en' },
    twitter: { card: 'summary_large_image' },
  };
}

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
