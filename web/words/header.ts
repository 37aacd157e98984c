/** components/site-links.tsx */
export const SITE_LINKS = {
  main: 'Main',
  tasks: 'Tasks',
  explore: 'Explore',
  access: 'Access',
  account: 'Account',
  securityLog: 'Security log',
};

/** components/page-header.tsx */
export const PAGE_HEADER = {
  skipToContent: 'Skip to content',
};
