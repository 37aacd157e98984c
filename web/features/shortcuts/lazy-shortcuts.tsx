'use client';
import dynamic from 'next/dynamic';

/** The shortcuts, loaded after the page: no page needs them to be shown. */
export const LazyShortcuts = dynamic(() => import('./shortcuts.tsx').then((module) => module.Shortcuts), {
  ssr: false,
});
