'use client';
import { createContext, useContext } from 'react';

/** Asks the user to authenticate again, and resolves to whether the user did. */
export type StepUp = () => Promise<boolean>;

/** The step-up of a page; without a provider, no user is asked. */
export const StepUpContext = createContext<StepUp>(() => Promise.resolve(false));

/** Returns the function that asks the user to authenticate again (features/security/step-up-provider.tsx). */
export const useStepUp = (): StepUp => useContext(StepUpContext);
