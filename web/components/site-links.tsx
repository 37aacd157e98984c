'use client';
import { usePathname } from 'next/navigation';
import styles from './page-header.module.css';

/** The pages of the header. The account is in the menu beside them. */
const PAGES = [
  ['/tasks', 'Tasks'],
  ['/explore', 'Explore'],
  ['/access', 'Access'],
] as const;

/** The links to the main pages; the present one is marked. */
export function SiteLinks() {
  const path = usePathname();
  return (
    <nav aria-label="Main">
      <ul className={styles.links}>
        {PAGES.map(([href, label]) => (
          <li key={href}>
            {/* A full page load reads the session again. */}
            <a href={href} aria-current={href === path ? 'page' : undefined}>
              {label}
            </a>
          </li>
        ))}
      </ul>
    </nav>
  );
}
