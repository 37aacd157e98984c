'use client';
import { useApolloClient } from '@apollo/client/react';
import { useState } from 'react';
import { useAnnounce } from '../../components/announcer.tsx';
import { Button } from '../../components/button.tsx';
import { DoneMessage } from '../../components/done-message.tsx';
import { Notice } from '../../components/notice.tsx';
import { useHydrated } from '../../components/use-hydrated.ts';
import { accountErrorMessage, isStepUpRequired, postAccount } from '../../components/post-account.ts';
import { useSendWithStepUp } from '../../components/use-send-with-step-up.ts';
import styles from './account-section.module.css';
import { collectExport } from './collect-export.ts';
import { EXPORT_DATA } from '../../words.ts';

/** Gives a text to the browser as a download. */
function download(text: string, name: string): void {
  const url = URL.createObjectURL(new Blob([text], { type: 'application/json' }));
  const link = document.createElement('a');
  link.href = url;
  link.download = name;
  link.click();
  URL.revokeObjectURL(url);
}

/** The button that exports all data of the user as one JSON file, put together in the browser. */
export function ExportData() {
  const hydrated = useHydrated();
  const client = useApolloClient();
  const announce = useAnnounce();
  const sendWithStepUp = useSendWithStepUp();
  const [progress, setProgress] = useState<number>();
  const [message, setMessage] = useState<{ done: boolean; text: string }>();

  async function exportData() {
    setMessage(undefined);
    setProgress(0);
    try {
      const result = await sendWithStepUp(() => postAccount('/export-account', {}));
      if (result.outcome !== 'done')
        return setMessage({
          done: false,
          text: isStepUpRequired(result) ? EXPORT_DATA.stepUp : accountErrorMessage(result),
        });
      download(await collectExport(client, result.body, setProgress), 'fieldgate-export.json');
      setMessage({ done: true, text: EXPORT_DATA.done });
      announce(EXPORT_DATA.done);
    } catch {
      setMessage({
        done: false,
        text: EXPORT_DATA.failed,
      });
    } finally {
      setProgress(undefined);
    }
  }

  return (
    <div className={styles.section}>
      {message && (message.done ? <DoneMessage>{message.text}</DoneMessage> : <Notice>{message.text}</Notice>)}
      <Button variant="primary" disabled={!hydrated} busy={progress !== undefined} onClick={() => void exportData()}>
        {progress === undefined ? EXPORT_DATA.exportYourData : EXPORT_DATA.exporting(progress)}
      </Button>
    </div>
  );
}
