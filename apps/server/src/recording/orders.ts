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
  /** The film ends at that instant, epoch ms, whenever this is read. */
  | { readonly do: 'stop'; readonly at: number };

/** What it says. */
export type FromRecorder =
  /** The first picture belongs to that instant, epoch ms. */
  | { readonly did: 'begin'; readonly at: number }
  | {
      readonly did: 'end';
      readonly isBroken: boolean;
      readonly diskIsFull: boolean;
      readonly durationMs: number;
    };
