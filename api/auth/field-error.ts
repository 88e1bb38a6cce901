import { type Said, UserError } from "../user-error.ts";

/** What is wrong with one field of a form, by its name: the form shows it there. */
export class FieldError extends UserError {
  readonly field: string;

  constructor(field: string, message: Said) {
    super(message);
    this.field = field;
  }
}
