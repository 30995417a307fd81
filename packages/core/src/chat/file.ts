import { ownOf } from '../kernel/own.ts';
import { cleanText } from './clean-text.ts';

/** Characters of a file's name, at most. */
const NAME_MAX = 200;
/** Marks that turn the direction of what follows: `fdp.exe` may stand there as `exe.pdf`. */
const TURNS = /[\u200E\u200F\u202A-\u202E\u2066-\u2069]/g;

/** What is kept of the name that somebody gave a file: no folders, no line ends, nothing that hides how it ends (CHAT-12). */
export function cleanFileName(name: string): string {
  const last =
    cleanText(name)
      .replaceAll(TURNS, '')
      .replaceAll(/[\n\t]/g, ' ')
      .split(/[/\\]/)
      .at(-1) ?? '';
  const kept = last.trim().replace(/^\.+/, '');
  if (kept.length <= NAME_MAX) return kept === '' ? 'file' : kept;
  const ending = /\.\w{1,10}$/.exec(kept)?.[0] ?? '';
  return `${kept.slice(0, NAME_MAX - ending.length).replace(/[\uD800-\uDBFF]$/, '')}${ending}`;
}

/** Kinds of files that say what they are in their first bytes, by how names end. */
const BY_ENDING: Readonly<Record<string, string>> = {
  png: 'image/png',
  jpg: 'image/jpeg',
  jpeg: 'image/jpeg',
  gif: 'image/gif',
  webp: 'image/webp',
  avif: 'image/avif',
  heic: 'image/heic',
  bmp: 'image/bmp',
  tif: 'image/tiff',
  tiff: 'image/tiff',
  pdf: 'application/pdf',
  zip: 'application/zip',
  docx: 'application/zip',
  xlsx: 'application/zip',
  pptx: 'application/zip',
  odt: 'application/zip',
  ods: 'application/zip',
  epub: 'application/zip',
  gz: 'application/gzip',
  '7z': 'application/x-7z-compressed',
  rar: 'application/x-rar-compressed',
  mp4: 'video/mp4',
  m4v: 'video/mp4',
  m4a: 'video/mp4',
  mov: 'video/mp4',
  webm: 'video/webm',
  mkv: 'video/webm',
  ogg: 'audio/ogg',
  wav: 'audio/wav',
  flac: 'audio/flac',
};

/** Several names of what is one kind here; the first that fits. */
const KINDS: readonly (readonly [RegExp, string])[] = [
  [/^image\/(a?png|x-png)$/, 'image/png'],
  [/^image\/(jpe?g|pjpeg)$/, 'image/jpeg'],
  [/^image\/hei[cf]/, 'image/heic'],
  [/^image\/(x-ms-)?bmp$/, 'image/bmp'],
  [
    /^application\/(x-zip|zip|epub|java-archive|vnd\.(openxmlformats|oasis|ms-\w+\.(sheet|document|presentation)))/,
    'application/zip',
  ],
  [/^(video|audio)\/(mp4|quicktime|x-m4[av]|m4a|3gpp2?)$/, 'video/mp4'],
  [/^(video|audio)\/(webm|x-matroska|matroska)$/, 'video/webm'],
  [/^(audio|video|application)\/(x-)?(ogg|opus)/, 'audio/ogg'],
  [/^audio\/(x-)?(vnd\.)?wave?$/, 'audio/wav'],
  [/^audio\/(x-)?flac$/, 'audio/flac'],
  [/^application\/(x-)?gzip/, 'application/gzip'],
];
const KNOWN = new Set(Object.values(BY_ENDING));
const TEXT_ENDINGS = /\.(txt|md|csv|tsv|json|log|ya?ml|html?|svg|xml|css|js|ts)$/i;

/** What a page may show of itself: pictures of dots, which run nothing (CHAT-13). */
const PICTURES = new Set(['image/png', 'image/apng', 'image/jpeg', 'image/gif', 'image/webp', 'image/avif']);

/** A file as its sender describes it, and as it is. */
export interface FileSeen {
  readonly name: string;
  /** The type that the sender's program says; null where it says none. */
  readonly claimed: string | null;
  /** The type by its first bytes; null where they are of no known kind. */
  readonly found: string | null;
  /** Whether its first bytes are text. */
  readonly isText: boolean;
}

/** What a file is; null where it lies about that (CHAT-12). What says nothing of itself may be anything. */
export function judgeFile({ name, claimed, found, isText }: FileSeen): { type: string } | null {
  const ending = /\.(\w+)$/.exec(name)?.[1]?.toLowerCase() ?? '';
  const said = [ownOf(BY_ENDING, ending), claimed === null ? undefined : kindOf(claimed.toLowerCase())];
  const kind = found === null ? null : kindOf(found);
  for (const each of said) if (each !== undefined && KNOWN.has(each) && each !== kind) return null;
  // A program under the name of a text.
  if (TEXT_ENDINGS.test(name) && !isText) return null;
  return { type: found ?? (isText ? 'text/plain' : 'application/octet-stream') };
}

/** Whether a page may show it; anything else is only saved (CHAT-13). */
export function isPicture(type: string | null): boolean {
  return type !== null && PICTURES.has(type);
}

function kindOf(type: string): string {
  const bare = type.split(';')[0]?.trim() ?? '';
  return KINDS.find(([names]) => names.test(bare))?.[1] ?? bare;
}
