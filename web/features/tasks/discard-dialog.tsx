import { Button } from '../../components/button.tsx';
import { closeDialog, Dialog } from '../../components/dialog.tsx';
import styles from './confirm-dialog.module.css';

/** Asks before what the user typed is discarded. Escape keeps it. */
export function DiscardDialog({ onKeep, onDiscard }: { onKeep: () => void; onDiscard: () => void }) {
  return (
    // With its own `onDismiss`, so that the key does not reach the dialog that it is in.
    <Dialog title="Discard your changes?" onClose={onKeep} onDismiss={onKeep}>
      <p className={styles.title}>What you typed is not saved yet.</p>
      <div className={styles.buttons}>
        <Button onClick={({ currentTarget }) => closeDialog(currentTarget)}>Keep editing</Button>
        <Button variant="danger" onClick={onDiscard}>
          Discard
        </Button>
      </div>
    </Dialog>
  );
}
