/** What a failed system call said, such as `EACCES`, or the message of any other error. */
export function reasonOf(error: unknown): string {
  if (error instanceof Error) return "code" in error && typeof error.code === "string" ? error.code : error.message;
  return String(error);
}
