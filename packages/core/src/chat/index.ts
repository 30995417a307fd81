export { CHANGE_WITHIN_MS, isEmoji, REACTIONS_OF_ONE_MAX, whyUnchanged } from './change.ts';
export { cleanText } from './clean-text.ts';
export { cleanFileName, isPicture, judgeFile, type FileSeen } from './file.ts';
