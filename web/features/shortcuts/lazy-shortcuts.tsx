'use client';
import { lazily } from '../../components/lazily.tsx';

/** The shortcuts, loaded after the page: no page needs them to be shown. */
export const LazyShortcuts = lazily('shortcuts', async () => (await import('./shortcuts.tsx')).Shortcuts);
