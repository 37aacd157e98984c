'use client';
import { lazy, type ReactNode, Suspense, useCallback, useRef, useState } from 'react';
import { StepUpContext } from '../../graphql/step-up-context.ts';

// Most visits never ask for it.
const StepUpDialog = lazy(async () => ({ default: (await import('./step-up-dialog.tsx')).StepUpDialog }));

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
      {open && (
        <Suspense fallback={null}>
          <StepUpDialog onFinish={finish} />
        </Suspense>
      )}
    </StepUpContext>
  );
}
