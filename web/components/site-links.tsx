'use client';
import { usePathname } from 'next/navigation';
import styles from './page-header.module.css';
import { SITE_LINKS } from '../words.ts';

/** Who sees a page of the header. */
export type Audience = 'visitor' | 'user' | 'admin';

const EVERYONE: readonly Audience[] = ['visitor', 'user', 'admin'];

/** The pages of the header: the path, the name and who sees it. */
const PAGES = [
  ['/tasks', SITE_LINKS.tasks, EVERYONE],
  ['/explore', SITE_LINKS.explore, EVERYONE],
  ['/access', SITE_LINKS.access, EVERYONE],
  ['/account', SITE_LINKS.account, ['user', 'admin']],
  ['/admin/security', SITE_LINKS.securityLog, ['admin']],
] as const satisfies readonly (readonly [string, string, readonly Audience[]])[];

/** The links to the main pages; the present one, or the one that the present page belongs to, is marked. */
export function SiteLinks({ audience }: { audience: Audience }) {
  const path = usePathname();
  return (
    <nav aria-label={SITE_LINKS.main}>
      <ul className={styles.links}>
        {PAGES.filter(([, , audiences]) => (audiences as readonly Audience[]).includes(audience)).map(
          ([href, label]) => (
            <li key={href}>
              {/* A full page load reads the session again. */}
              <a href={href} aria-current={currentness(href, path)}>
                {label}
              </a>
            </li>
          ),
        )}
      </ul>
    </nav>
  );
}

function currentness(href: string, path: string | null): 'page' | 'true' | undefined {
  if (href === path) return 'page';
  return path?.startsWith(`${href}/`) ? 'true' : undefined;
}
