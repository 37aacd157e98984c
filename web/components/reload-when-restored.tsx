'use client';
import { useEffect } from 'react';

/**
 * Reloads the page when the browser restores it from its back/forward cache: its user may have signed out since.
 */
export function ReloadWhenRestored() {
  useEffect(() => {
    const onPageShow = ({ persisted }: PageTransitionEvent) => {
      if (persisted) window.location.reload();
    };
    window.addEventListener('pageshow', onPageShow);
    return () => window.removeEventListener('pageshow', onPageShow);
  }, []);
  return null;
}
