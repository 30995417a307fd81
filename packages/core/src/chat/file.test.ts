import { expect, it } from 'vitest';
import { cleanFileName, isPicture, judgeFile } from './file.ts';

const judged = (name: string, found: string | null, more: object = {}) =>
  judgeFile({ name, claimed: null, found, isText: found === null, ...more })?.type ?? null;

it('[CHAT-12] a name keeps neither folders, nor line ends, nor what hides how it ends', () => {
  const names: [string, string][] = [
    ['cv.pdf', 'cv.pdf'],
    ['../../etc/passwd', 'passwd'],
    ['C:\\Users\\me\\cv.pdf', 'cv.pdf'],
    ['invoice\u202Efdp.exe', 'invoicefdp.exe'],
    ['a\r\nb\0.txt', 'a b.txt'],
    ['.htaccess', 'htaccess'],
    ['  ', 'file'],
    ['résumé 履歴書.pdf', 'résumé 履歴書.pdf'],
  ];
  for (const [given, kept] of names) expect(cleanFileName(given)).toBe(kept);
  const long = cleanFileName(`${'x'.repeat(500)}.pdf`);
  expect([long.length, long.slice(-5)]).toEqual([200, 'x.pdf']);
  expect(encodeURIComponent(cleanFileName(`${'😀'.repeat(300)}.pdf`))).toMatch(/80.pdf$/);
});

it('[CHAT-12] a file is what its bytes say; one whose name or sender says otherwise lies', () => {
  expect(judged('cat.png', 'image/png')).toBe('image/png');
  expect(judged('cat.jpeg', 'image/jpeg', { claimed: 'image/jpg' })).toBe('image/jpeg');
  expect(judged('cv.docx', 'application/zip')).toBe('application/zip');
  expect(
    judged('cv.docx', 'application/vnd.openxmlformats-officedocument.wordprocessingml.document'),
  ).not.toBeNull();
  expect(judged('talk.mov', 'video/quicktime', { claimed: 'video/quicktime' })).toBe('video/quicktime');
  expect(judged('notes', null)).toBe('text/plain');
  expect(judged('data.bin', null, { isText: false })).toBe('application/octet-stream');
  // Lies.
  expect(judged('cat.png', null)).toBeNull();
  expect(judged('cat.PNG', 'application/x-msdownload')).toBeNull();
  expect(judged('cv.pdf', 'application/zip')).toBeNull();
  expect(judged('cat', null, { claimed: 'image/png' })).toBeNull();
  expect(judged('cat.png', 'image/png', { claimed: 'application/pdf' })).toBeNull();
  expect(judged('readme.txt', 'application/x-msdownload')).toBeNull();
});

it('[CHAT-13] only pictures of dots are shown; what could run is saved', () => {
  for (const type of ['image/png', 'image/jpeg', 'image/gif', 'image/webp', 'image/avif'])
    expect(isPicture(type)).toBe(true);
  for (const type of ['image/svg+xml', 'application/xml', 'text/html', 'text/plain', 'application/pdf', null])
    expect(isPicture(type)).toBe(false);
});
