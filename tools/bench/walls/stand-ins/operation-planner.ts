const NOTHING = { checks: [], argumentChecks: [] };

/** Compiles nothing: `authorize` is a stand-in, too. */
export const createPlanner = () => () => NOTHING;
