/** The protected schema was executed without a decision, for example by a plugin that replaced the adapter's `execute`. */
export class UnauthorizedExecutionError extends Error {
  override readonly name = 'UnauthorizedExecutionError';

  constructor(coordinate: string) {
    super(
      `${coordinate} did not run: this operation was executed without an access decision. Execute it with the protection’s execute, and let no other plugin replace that function. With createExecute, pass the \`nulled\` of the decision.`,
    );
  }
}
