'use client';
import dynamic from 'next/dynamic';
import { type ReactNode, useCallback, useRef, useState } from 'react';
import { StepUpContext } from '../../graphql/step-up-context.ts';

const StepUpDialog = dynamic(() => import('./step-up-dialog.tsx').then((module) => module.StepUpDialog), {
  ssr: false,
});

/**
 * Provides step-up to a page: a dialog in which the user authenticates again. Requests that arrive while it is open
 * share it. Put it around ApiProvider, whose operations ask for it.
 */
export function StepUpProvider({ children }: { children: ReactNode }) {
  const [open, setOpen] = useState(false);
  const waiting = useRef<((done: boolean) => void)[]>([]);

  const stepUp = useCallback(
    () =>
      new Promise<boolean>((resolve) => {
        waiting.current.push(resolve);
        setOpen(true);
      }),
    [],
  );

  function finish(done: boolean) {
    setOpen(false);
    for (const resolve of waiting.current.splice(0)) resolve(done);
  }

  return (
    <StepUpContext value={stepUp}>
      {children}
      {open && <StepUpDialog onFinish={finish} />}
    </StepUpContext>
  );
}
