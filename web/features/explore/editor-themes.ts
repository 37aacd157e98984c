import type { editor } from 'monaco-editor';

/** The names of the editor's themes, as GraphiQL takes them. */
export const EDITOR_THEMES = { light: 'fieldgate-light', dark: 'fieldgate-dark' } as const;

/** The colours of a theme. Monaco cannot read CSS variables: the first five are those of app/globals.css. */
interface Palette {
  readonly text: string;
  readonly soft: string;
  readonly surface: string;
  readonly accent: string;
  readonly warm: string;
  readonly type: string;
  readonly argument: string;
  readonly number: string;
}

/** Each with a contrast of at least 4.5 : 1 on the surface. */
const PALETTES: Readonly<Record<keyof typeof EDITOR_THEMES, Palette>> = {
  light: {
    text: '#1b211d',
    soft: '#566059',
    surface: '#ffffff',
    accent: '#226b49',
    warm: '#855006',
    type: '#1d5a9c',
    argument: '#5b4bb3',
    number: '#9c2b22',
  },
  dark: {
    text: '#e9ede9',
    soft: '#a3ada5',
    surface: '#1a1e1b',
    accent: '#7ccb9f',
    warm: '#e9b871',
    type: '#8ab8f0',
    argument: '#b9a9f5',
    number: '#f0968c',
  },
};

function themeData(scheme: keyof typeof EDITOR_THEMES): editor.IStandaloneThemeData {
  const { text, soft, surface, accent, warm, type, argument, number } = PALETTES[scheme];
  const brackets = [1, 2, 3, 4, 5, 6].map((level) => [`editorBracketHighlight.foreground${level}`, soft] as const);
  const tokens = {
    '': text,
    comment: soft,
    keyword: accent,
    'type.identifier': type,
    'argument.identifier.gql': argument,
    variable: argument,
    string: warm,
    'string.key.json': type,
    'string.value.json': warm,
    number,
    'number.json': number,
    'keyword.json': accent,
  };
  return {
    base: scheme === 'dark' ? 'vs-dark' : 'vs',
    inherit: true,
    rules: Object.entries(tokens).map(([token, foreground]) => ({ token, foreground })),
    colors: {
      'editor.background': '#ffffff00',
      'editor.foreground': text,
      'editorLineNumber.foreground': soft,
      'editorLineNumber.activeForeground': text,
      'editorHoverWidget.background': surface,
      'editorSuggestWidget.background': surface,
      'editorSuggestWidget.selectedBackground': `${accent}26`,
      'editorSuggestWidget.selectedForeground': text,
      'editorSuggestWidget.highlightForeground': accent,
      'editorSuggestWidget.focusHighlightForeground': accent,
      'editorWidget.background': surface,
      'menu.background': surface,
      'quickInput.background': surface,
      'quickInputList.focusForeground': text,
      'quickInputList.focusBackground': `${accent}26`,
      'list.hoverBackground': `${accent}19`,
      'textLink.foreground': accent,
      'textLink.activeForeground': accent,
      'editorLink.activeForeground': accent,
      focusBorder: accent,
      'scrollbar.shadow': '#ffffff00',
      ...Object.fromEntries(brackets),
    },
  };
}

/** Defines both themes in Monaco. */
export function defineEditorThemes({ defineTheme }: Pick<typeof editor, 'defineTheme'>): void {
  defineTheme(EDITOR_THEMES.light, themeData('light'));
  defineTheme(EDITOR_THEMES.dark, themeData('dark'));
}
