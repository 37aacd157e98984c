/** components/brand.tsx, and the title of app/global-error.tsx */
export const BRAND = {
  name: 'Fieldgate',
};
