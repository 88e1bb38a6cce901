/** What the doctor has found: one line, which says what to do unless all is well. */
export interface Finding {
  status: "ok" | "warning" | "problem";
  about: string;
  text: string;
}

export const ok = (about: string, text: string): Finding => ({ status: "ok", about, text });
export const warning = (about: string, text: string): Finding => ({ status: "warning", about, text });
export const problem = (about: string, text: string): Finding => ({ status: "problem", about, text });
