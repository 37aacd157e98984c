import { Button } from '../../components/button.tsx';
import { closeDialog, Dialog } from '../../components/dialog.tsx';
import styles from './confirm-dialog.module.css';
import { DISCARD_DIALOG } from '../../words.ts';

/** Asks before what the user typed is discarded. Escape keeps it. */
export function DiscardDialog({ onKeep, onDiscard }: { onKeep: () => void; onDiscard: () => void }) {
  return (
    // With its own `onDismiss`, so that the key does not reach the dialog that it is in.
    <Dialog title={DISCARD_DIALOG.discardYourChanges} onClose={onKeep} onDismiss={onKeep}>
      <p className={styles.title}>{DISCARD_DIALOG.notSaved}</p>
      <div className={styles.buttons}>
        <Button onClick={({ currentTarget }) => closeDialog(currentTarget)}>{DISCARD_DIALOG.keepEditing}</Button>
        <Button variant="danger" onClick={onDiscard}>
          {DISCARD_DIALOG.discard}
        </Button>
      </div>
    </Dialog>
  );
}
