import styles from './brand.module.css';
import { BRAND } from '../words.ts';

/** The logo and the name; a link to the start page, or to `href`. */
export function Brand({ href = '/' }: { href?: string }) {
  return (
    <a className={styles.brand} href={href}>
      <svg className={styles.mark} viewBox="0 0 32 32" aria-hidden="true">
        <path d="M5 6v20M27 6v20M5 10h22M5 16h22M5 22h22M5 22 27 10" />
      </svg>
      {BRAND.name}
    </a>
  );
}
