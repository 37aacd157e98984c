'use client';
import { useEffect } from 'react';

/**
 * Loads the page anew when the browser brings it back from its memory ("back", "forward"): whoever it was made for may
 * have signed out since.
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
