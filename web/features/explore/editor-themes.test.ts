import type { editor } from 'monaco-editor';
import { expect, test } from 'vitest';
import { defineEditorThemes } from './editor-themes.ts';

/** Returns the relative luminance of a colour (WCAG 2.2). */
function luminance(color: string): number {
  const [red = 0, green = 0, blue = 0] = [1, 3, 5].map((start) => {
    const share = Number.parseInt(color.slice(start, start + 2), 16) / 255;
    return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

function contrast(one: string, other: string): number {
  const [dark = 0, light = 0] = [luminance(one), luminance(other)].toSorted((a, b) => a - b);
  return (light + 0.05) / (dark + 0.05);
}

// covers: REACH-11
test('every colour of text in both themes of the editor has a contrast of at least 4.5 : 1', () => {
  const themes = new Map<string, editor.IStandaloneThemeData>();
  defineEditorThemes({ defineTheme: (name, data) => void themes.set(name, data) });
  expect([...themes.keys()]).toEqual(['fieldgate-light', 'fieldgate-dark']);
  for (const [name, { rules, colors }] of themes) {
    const surface = colors['editorWidget.background'] ?? '';
    const texts = [...rules.map(({ foreground }) => foreground ?? ''), colors['editorLineNumber.foreground'] ?? ''];
    for (const text of texts) expect(contrast(text, surface), `${text} in ${name}`).toBeGreaterThanOrEqual(4.5);
  }
});
