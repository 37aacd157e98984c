/** A ref that moves the focus to a field that has just appeared, since the user asked for it. */
export const focusOnMount = (field: HTMLInputElement | null): void => field?.focus();
