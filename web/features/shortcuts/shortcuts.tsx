'use client';
import { useRouter } from 'next/navigation';
import { useEffect, useState } from 'react';
import { lazily } from '../../components/lazily.tsx';
import { createShortcutHandler } from './run-shortcut.ts';
import { shortcutsAreOn, storeShortcutsOn } from './shortcut-setting.ts';
import styles from './shortcuts.module.css';
import { SHORTCUT_SHEET } from '../../words.ts';

const ShortcutSheet = lazily('shortcut-sheet', async () => (await import('./shortcut-sheet.tsx')).ShortcutSheet);

/**
 * The keyboard shortcuts of a page, and a button that shows them. They can be switched off (WCAG 2.1.4): speech control
 * turns words into single keys.
 */
export function Shortcuts() {
  const router = useRouter();
  const [on, setOn] = useState(shortcutsAreOn);
  const [showsSheet, setShowsSheet] = useState(false);

  useEffect(() => {
    if (!on) return undefined;
    const handler = createShortcutHandler({
      showSheet: () => setShowsSheet(true),
      goTo: (path) => router.push(path),
    });
    document.addEventListener('keydown', handler);
    return () => document.removeEventListener('keydown', handler);
  }, [on, router]);

  return (
    <>
      <p className={styles.hint}>
        <button type="button" className={styles.button} onClick={() => setShowsSheet(true)}>
          {SHORTCUT_SHEET.keyboardShortcuts}
          {on && <kbd className={styles.key}>?</kbd>}
        </button>
      </p>
      {showsSheet && (
        <ShortcutSheet
          on={on}
          onSwitch={(next) => {
            storeShortcutsOn(next);
            setOn(next);
          }}
          onClose={() => setShowsSheet(false)}
        />
      )}
    </>
  );
}
