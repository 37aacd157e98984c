'use client';
import { type ReactNode, useCallback, useRef, useState } from 'react';
import { StepUpContext } from '../../graphql/step-up-context.ts';
import type { StepUpDialog } from './step-up-dialog.tsx';

/**
 * Provides step-up to a page: a dialog in which the user authenticates again, loaded when it is first needed. Requests
 * that arrive while it is open share it. Put it around ApiProvider, whose operations ask for it.
 */
export function StepUpProvider({ children }: { children: ReactNode }) {
  const [Dialog, setDialog] = useState<typeof StepUpDialog>();
  const waiting = useRef<((done: boolean) => void)[]>([]);

  const finish = useCallback((done: boolean) => {
    setDialog(undefined);
    for (const resolve of waiting.current.splice(0)) resolve(done);
  }, []);

  const stepUp = useCallback(
    () =>
      new Promise<boolean>((resolve) => {
        waiting.current.push(resolve);
        import('./step-up-dialog.tsx').then(
          (module) => setDialog(() => module.StepUpDialog),
          // It could not be loaded: as if the user had closed it, nothing is changed.
          () => finish(false),
        );
      }),
    [finish],
  );

  return (
    <StepUpContext value={stepUp}>
      {children}
      {Dialog && <Dialog onFinish={finish} />}
    </StepUpContext>
  );
}
