/** What an encoder is told when an administrator has ended its stream, which was for `reason`; null: they did not say why. */
export const endedByAdministrator = (reason: string | null): string =>
  `An administrator ended this stream${reason === null ? "" : `: “${reason}”`}.`;
