import type { MetadataRoute } from 'next';

/** The web app manifest: name, colours and icons of the client on a home screen. */
export default function manifest(): MetadataRoute.Manifest {
  return {
    name: 'Fieldgate',
    short_name: 'Fieldgate',
    description: 'Your tasks, visible only to you.',
    id: '/tasks',
    start_url: '/tasks',
    scope: '/',
    display: 'standalone',
    background_color: '#f5f6f3',
    theme_color: '#226b49',
    icons: [
      { src: '/icon.svg', type: 'image/svg+xml', sizes: 'any' },
      { src: '/apple-icon.png', type: 'image/png', sizes: '180x180' },
    ],
  };
}
