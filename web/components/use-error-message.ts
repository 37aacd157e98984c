import { useState } from 'react';

/** The error message of a form. */
export interface ErrorMessage {
  readonly text: string;
  /** The code of the error, for forms that show some errors at a field; empty if the error has none. */
  readonly code: string;
  /** Another one for each error: as the `key` of a notice it makes screen readers read a repeated message again. */
  readonly count: number;
}

/** Holds the error message of a form. */
export function useErrorMessage() {
  const [errorMessage, setErrorMessage] = useState<ErrorMessage>();
  return {
    errorMessage,
    showError: (text: string, code = '') => setErrorMessage((last) => ({ text, code, count: (last?.count ?? 0) + 1 })),
    clearError: () => setErrorMessage(undefined),
  };
}
