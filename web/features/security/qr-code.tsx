'use client';
import { useEffect, useState } from 'react';
import styles from './security.module.css';

/** A QR code, drawn in the browser: its text never leaves the page. Always dark on light, as cameras expect. */
export function QrCode({ text, label }: { text: string; label: string }) {
  const [modules, setModules] = useState<readonly (readonly boolean[])[]>([]);

  useEffect(() => void import('uqr').then(({ encode }) => setModules(encode(text, { border: 4 }).data)), [text]);

  const path = modules.flatMap((row, y) => row.map((dark, x) => (dark ? `M${x} ${y}h1v1h-1z` : ''))).join('');
  return (
    <svg
      className={styles.qr}
      // oxlint-disable-next-line jsx-a11y/prefer-tag-over-role -- an <img> would need a data: URL
      role="img"
      aria-label={label}
      viewBox={`0 0 ${modules.length || 1} ${modules.length || 1}`}
    >
      <path d={path} />
    </svg>
  );
}
