/** A figure, and whether it is as wanted. */
export interface Judged {
  readonly what: string;
  readonly found: string;
  readonly isReached: boolean;
}

/** What the parts of the bench need: the server's program, and where its data may lie. */
export interface Place {
  readonly program: string;
  readonly folder: string;
}
