/** What a recorder is told. */
export type ToRecorder =
  | {
      readonly do: 'begin';
      readonly url: string;
      readonly token: string;
      readonly file: string;
      readonly ffmpeg: string;
      /** Person ids: who may be recorded. */
      readonly whom: readonly string[];
    }
  | { readonly do: 'allow'; readonly whom: readonly string[] }
  | { readonly do: 'stop' };

/** What it says. */
export type FromRecorder =
  | { readonly did: 'begin' }
  | {
      readonly did: 'end';
      readonly isBroken: boolean;
      readonly diskIsFull: boolean;
      readonly durationMs: number;
    };
