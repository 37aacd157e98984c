import { type KeyboardEvent, useState } from 'react';
import { MAX_TITLE_LENGTH } from './limits.ts';
import { isPending } from './pending.ts';
import styles from './task-steps.module.css';
import type { Step } from './use-steps.ts';
import { STEP_ROW } from '../../words.ts';

interface StepRowProps {
  readonly step: Step;
  readonly isFirst: boolean;
  readonly isLast: boolean;
  readonly onTick: () => void;
  /** Resolves to whether the API accepted the title. */
  readonly onRename: (title: string) => Promise<boolean>;
  readonly onMove: (by: 1 | -1) => void;
  readonly onRemove: () => void;
}

/** A step that can be ticked, renamed in place, moved (also by Alt and an arrow key) and deleted. */
export function StepRow({ step, isFirst, isLast, onTick, onRename, onMove, onRemove }: StepRowProps) {
  const [typed, setTyped] = useState<string>();
  const disabled = isPending(step.id);

  async function rename() {
    const title = typed?.trim();
    if (!title || title === step.title) return setTyped(undefined);
    // After a failure the title stays as it was typed.
    if (await onRename(title)) setTyped((now) => (now === typed ? undefined : now));
  }

  function onKeyDown(event: KeyboardEvent<HTMLInputElement>) {
    if (event.nativeEvent.isComposing) return;
    const by = event.altKey ? ({ ArrowUp: -1, ArrowDown: 1 } as const)[event.key] : undefined;
    if (by !== undefined && typed === undefined) onMove(by);
    else if (event.key === 'Enter') void rename();
    else if (event.key === 'Escape' && typed !== undefined) setTyped(undefined);
    else return;
    // Escape would also close the dialog.
    event.preventDefault();
    event.stopPropagation();
  }

  const button = (name: string, path: string, run: () => void, unusable = false) => (
    <button type="button" className={styles.button} aria-label={name} onClick={run} disabled={disabled || unusable}>
      <svg viewBox="0 0 20 20" aria-hidden="true">
        <path d={path} />
      </svg>
    </button>
  );

  return (
    <li className={styles.row} data-done={step.done}>
      <input type="checkbox" checked={step.done} onChange={onTick} disabled={disabled} aria-label={step.title} />
      <input
        className={styles.title}
        aria-label={STEP_ROW.title(step.title)}
        value={typed ?? step.title}
        onChange={({ currentTarget: { value } }) => setTyped(value)}
        onBlur={() => void rename()}
        onKeyDown={onKeyDown}
        readOnly={disabled}
        maxLength={MAX_TITLE_LENGTH}
        dir="auto"
        autoComplete="off"
      />
      {button(STEP_ROW.moveUp(step.title), 'M10 16V4M5 9l5-5 5 5', () => onMove(-1), isFirst)}
      {button(STEP_ROW.moveDown(step.title), 'M10 4v12M5 11l5 5 5-5', () => onMove(1), isLast)}
      {button(STEP_ROW.delete(step.title), 'M5 5l10 10M15 5L5 15', onRemove)}
    </li>
  );
}
